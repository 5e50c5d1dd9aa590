/* The head of an Inspect log: EvalSpec, EvalPlan, EvalResults of log/_log.py. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/inspect.h"

#define HEAD_BYTES_MAX ((size_t)32 * 1024 * 1024)

void inspect_log_init(struct inspect_log *log)
{
	*log = (struct inspect_log){ .facts = VEC_INIT };
	arena_init(&log->arena);
}

void inspect_log_release(struct inspect_log *log)
{
	arena_release(&log->arena);
	vec_release(&log->facts);
}

enum status inspect_log_member(struct inspect_log *log, struct json_reader *reader, struct slice name,
			       struct error *err)
{
	struct error fault;
	const struct json **slot = slice_is(name, "eval") ? &log->eval : slice_is(name, "plan") ? &log->plan :
				   slice_is(name, "results") ? &log->results : slice_is(name, "error") ? &log->error :
				   slice_is(name, "status") ? &log->status : NULL;

	if (!slot)
		return STATUS_OK; /* next() steps over it */
	if (json_reader_value(reader, &log->arena, HEAD_BYTES_MAX, slot, &fault) != STATUS_OK)
		return error_set(err, STATUS_INPUT, "broken JSON: %s", fault.text);
	return STATUS_OK;
}

/* ---- facts ------------------------------------------------------------------------ */

struct fact {
	const char *path, *key;
};

/* Of "eval". Places of files are left out: they are those of somebody's machine. */
static const struct fact of_eval[] = {
	{ "model", PROVENANCE_MODEL_REQUESTED },
	{ "packages.inspect_ai", PROVENANCE_HARNESS },
	{ "task", "task" },
	{ "task_version", "task_version" },
	{ "dataset.name", "dataset" },
	{ "solver", "solver" },
	{ "sandbox.type", "sandbox" },
	{ "revision.commit", "revision" },
	{ "eval_set_id", "eval_set_id" },
	{ "run_id", "run_id" },
	{ "task_id", "eval_task_id" },
	{ "created", "eval_created" },
};

/* Of a generate config (model/_generate_config.py). */
static const struct fact of_config[] = {
	{ "temperature", "gen_ai.request.temperature" },
	{ "top_p", "gen_ai.request.top_p" },
	{ "top_k", "gen_ai.request.top_k" },
	{ "max_tokens", "gen_ai.request.max_tokens" },
	{ "seed", "gen_ai.request.seed" },
	{ "frequency_penalty", "gen_ai.request.frequency_penalty" },
	{ "presence_penalty", "gen_ai.request.presence_penalty" },
	{ "reasoning_tokens", "reasoning_tokens_max" },
	{ "effort", PROVENANCE_EFFORT },
	{ "reasoning_effort", PROVENANCE_EFFORT },
};

static void add_facts(struct record *record, const struct json *object, const struct fact *facts, size_t count)
{
	for (size_t i = 0; object && i < count; i++)
		record_add_json(record, facts[i].key, json_path(object, facts[i].path));
}

/* "openai/gpt-4o": who serves it stands in front of the slash. */
static void add_provider(struct record *record, const struct json *model)
{
	struct slice text = json_slice(model);
	const char *slash = text.len_bytes ? memchr(text.at, '/', text.len_bytes) : NULL;

	if (slash)
		record_add(record, PROVENANCE_PROVIDER,
			   utf8_clean(&record->arena, (struct slice){ text.at, (size_t)(slash - text.at) }),
			   CERTAINTY_DERIVED);
}

static void add_task_arguments(struct record *record, const struct json *arguments)
{
	if (!json_is(arguments, JSON_OBJECT))
		return;
	for (const struct json *one = arguments->first; one; one = one->next)
		record_add_json(record, arena_printf(&record->arena, "task_args.%s", utf8_clean(&record->arena, one->name)),
				one);
}

/* The facts are made as a record makes them, and kept. */
static void keep_facts(struct inspect_log *log)
{
	struct record record;

	record_init(&record, NULL);
	add_facts(&record, log->eval, of_eval, ARRAY_LEN(of_eval));
	add_provider(&record, json_get(log->eval, "model"));
	/* What the evaluation asks for overrides what the model was set up with. */
	add_facts(&record, json_get(log->eval, "model_generate_config"), of_config, ARRAY_LEN(of_config));
	add_facts(&record, json_get(log->plan, "config"), of_config, ARRAY_LEN(of_config));
	record_add_json(&record, "eval_status", log->status);
	record_add_json(&record, "eval_error", json_get(log->error, "message"));
	record_add(&record, "harness.name", "inspect_ai", CERTAINTY_DERIVED);
	add_task_arguments(&record, json_get(log->eval, "task_args"));
	for (size_t i = 0; i < record.provenance.len; i++) {
		struct provenance fact = record.provenance.items[i];
		fact.key = arena_strdup(&log->arena, fact.key);
		fact.value = arena_strdup(&log->arena, fact.value);
		vec_push(&log->facts, fact);
	}
	record_release(&record);
}

enum status inspect_log_finish(struct inspect_log *log, struct error *err)
{
	if (!json_is(log->eval, JSON_OBJECT))
		return error_set(err, STATUS_NOT_FOUND, "this is no log of Inspect: it has no object \"eval\"");
	keep_facts(log);
	return STATUS_OK;
}

/* ---- of one sample ------------------------------------------------------------------ */

void inspect_log_describe(const struct inspect_log *log, struct record *record)
{
	const struct json *session = json_get(log->eval, "eval_id");

	if (!json_slice(session).len_bytes)
		session = json_get(log->eval, "run_id");
	if (json_slice(session).len_bytes)
		record->sample.session = json_text(&record->arena, session);
	for (size_t i = 0; i < log->facts.len; i++)
		record_add(record, log->facts.items[i].key, log->facts.items[i].value, log->facts.items[i].certainty);
}

const char *inspect_log_scorer(const struct inspect_log *log, struct record *record)
{
	const char *name = json_text(&record->arena, json_path(log->results, "scorer.name"));

	if (!name)
		name = json_text(&record->arena, json_path(log->results, "scores.0.name"));
	return name && name[0] ? name : "score";
}
