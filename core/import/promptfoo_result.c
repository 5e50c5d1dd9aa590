/* One result of promptfoo: EvaluateResult of its src/types/index.ts. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/chat.h"
#include "core/import/fields.h"
#include "core/import/promptfoo.h"

/* A longer one is the text of a prompt, not its name. */
#define LABEL_BYTES_MAX 120

/* ---- texts ------------------------------------------------------------------------- */

/* A string's bytes; an object or list as its JSON; a number as written. */
static struct slice bytes_of(const struct json *value)
{
	if (!value || value->type == JSON_NULL)
		return (struct slice){ NULL, 0 };
	return value->type == JSON_STRING ? value->text : value->raw;
}

/* A prompt may be a conversation, as JSON inside a string: [{"role", "content"}, ...]. */
static struct slice prompt_text(struct record *record, const struct json *raw)
{
	struct slice text = bytes_of(raw);
	const struct json *messages = raw;

	if (json_is(raw, JSON_STRING)) {
		size_t start = 0;
		while (start < text.len_bytes && memchr(" \t\r\n", text.at[start], 4))
			start++;
		if (start == text.len_bytes || text.at[start] != '[' ||
		    json_parse(&record->arena, text, true, NULL, &messages, NULL) != STATUS_OK)
			return text;
	}
	if (!json_is(messages, JSON_ARRAY) || !json_get(messages->first, "role"))
		return text;
	return chat_text(&record->arena, messages, NULL);
}

/* Of one result: {"raw", "label" (once "display")}, or a string. The file's list of prompts
 * helps out. */
static const struct json *prompt_of(const struct promptfoo_run *run, const struct json *result)
{
	const struct json *prompt = json_get(result, "prompt");
	int64_t index = json_int(json_get(result, "promptIdx"), -1);

	if ((!prompt || prompt->type == JSON_NULL) && index >= 0)
		prompt = json_at(run->prompts, (size_t)index);
	return prompt;
}

/* Assertions whose value is what the output is compared with (docs: "deterministic metrics"). */
static bool compares(struct slice type)
{
	static const char *const types[] = { "equals", "contains", "icontains", "contains-all", "icontains-all", "contains-any",
					     "icontains-any", "starts-with", "similar", "levenshtein", "factuality", "rouge-n",
					     "bleu" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (slice_is(type, types[i]))
			return true;
	return false;
}

/* A value that is still a template says nothing yet. */
static bool is_template(struct slice text)
{
	return text.at && utf8_find_folded(text, slice_of("{{")) >= 0;
}

static void add_expected(struct strbuf *out, const struct json *value)
{
	if (json_is(value, JSON_ARRAY)) {
		for (const struct json *one = value->first; one; one = one->next)
			if (one->type != JSON_ARRAY)
				add_expected(out, one);
		return;
	}
	struct slice text = bytes_of(value);
	if (!text.len_bytes || is_template(text))
		return;
	if (out->len_bytes)
		strbuf_addch(out, '\n');
	strbuf_addslice(out, text);
}

/* The values of the comparing assertions, a line each: as they were graded, else as the
 * test case has them. */
static struct slice expected_of(struct record *record, const struct json *result)
{
	const struct json *graded = json_path(result, "gradingResult.componentResults");
	const struct json *asserted = json_path(result, "testCase.assert");
	struct strbuf text = STRBUF_INIT;
	struct slice kept = { NULL, 0 };

	if (json_is(graded, JSON_ARRAY))
		for (const struct json *one = graded->first; one; one = one->next) {
			const struct json *rendered = json_path(one, "metadata.renderedAssertionValue");
			if (compares(json_slice(json_path(one, "assertion.type"))))
				add_expected(&text, rendered ? rendered : json_path(one, "assertion.value"));
		}
	if (!text.len_bytes && json_is(asserted, JSON_ARRAY))
		for (const struct json *one = asserted->first; one; one = one->next)
			if (compares(json_slice(json_get(one, "type"))))
				add_expected(&text, json_get(one, "value"));
	if (text.len_bytes)
		kept = arena_slice(&record->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return kept;
}

/* ---- provenance -------------------------------------------------------------------- */

static void add_members(struct record *record, const char *prefix, const struct json *object)
{
	if (!json_is(object, JSON_OBJECT))
		return;
	for (const struct json *one = object->first; one; one = one->next)
		record_add_json(record, arena_printf(&record->arena, "%s.%s", prefix, utf8_clean(&record->arena, one->name)), one);
}

/* "openai:chat:gpt-4o": what stands in front of the first colon serves the model, unless it
 * is the way to a program of the tester's. */
static void add_provider(struct record *record, const char *id)
{
	static const char *const ways[] = { "file", "http", "https", "exec", "python", "package", "ws", "wss", "golang", "ruby" };
	const char *colon = id ? strchr(id, ':') : NULL;

	if (!colon || colon == id)
		return;
	struct slice name = { id, (size_t)(colon - id) };
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (slice_is(name, ways[i]))
			return;
	record_add(record, PROVENANCE_PROVIDER, arena_text(&record->arena, name), CERTAINTY_DERIVED);
}

/* "provider" is {"id", "label"}, once a string; older results name it in the list of prompts. */
static void add_model(struct record *record, const struct promptfoo_run *run, const struct json *result)
{
	const struct json *provider = json_get(result, "provider");
	const struct json *served = json_path(result, "response.metadata.model");
	int64_t index = json_int(json_get(result, "promptIdx"), -1);

	if ((!provider || provider->type == JSON_NULL) && index >= 0)
		provider = json_get(json_at(run->prompts, (size_t)index), "provider");
	const char *id = json_text(&record->arena, json_is(provider, JSON_STRING) ? provider : json_get(provider, "id"));
	add_provider(record, id);
	record_add(record, PROVENANCE_MODEL_REQUESTED, id, CERTAINTY_RECORDED);
	if (json_slice(served).len_bytes)
		record_add_json(record, PROVENANCE_MODEL, served);
	else
		record_add(record, PROVENANCE_MODEL, id, CERTAINTY_DERIVED);
	record_add_json(record, "provider.label", json_get(provider, "label"));
}

/* The prompt's name, where it is one; else its id, a digest of its text. */
static void add_prompt_version(struct record *record, const struct json *prompt, const struct json *result)
{
	const struct json *label = json_get(prompt, "label");

	if (!label)
		label = json_get(prompt, "display");
	struct slice text = json_slice(label);
	bool is_name = text.len_bytes && text.len_bytes <= LABEL_BYTES_MAX && !memchr(text.at, '\n', text.len_bytes);
	record_add_json(record, PROVENANCE_PROMPT_VERSION, is_name ? label : json_get(result, "promptId"));
}

static void add_usage(struct record *record, const struct json *result)
{
	const struct json *usage = json_path(result, "response.tokenUsage");

	if (!json_is(usage, JSON_OBJECT))
		usage = json_get(result, "tokenUsage");
	record_add_json(record, "gen_ai.usage.input_tokens", json_get(usage, "prompt"));
	record_add_json(record, "gen_ai.usage.output_tokens", json_get(usage, "completion"));
	record_add_json(record, "gen_ai.usage.reasoning.output_tokens", json_path(usage, "completionDetails.reasoning"));
	record_add_json(record, "tokens_total", json_get(usage, "total"));
	record_add_json(record, "tokens_cached", json_get(usage, "cached"));
}

static void add_provenance(struct record *record, const struct promptfoo_run *run, const struct json *result)
{
	static const struct {
		const char *path, *key;
	} facts[] = {
		{ "testIdx", "test_index" }, { "promptIdx", "prompt_index" }, { "repeatIndex", "repeat_index" },
		{ "testCase.description", "test" }, { "description", "test" }, { "latencyMs", "latency_ms" }, { "cost", "cost" },
		{ "response.cached", "cached" }, { "response.finishReason", "gen_ai.response.finish_reasons" },
	};

	add_model(record, run, result);
	add_prompt_version(record, prompt_of(run, result), result);
	record_add_json(record, PROVENANCE_HARNESS, json_get(run->metadata, "promptfooVersion"));
	record_add(record, "harness.name", "promptfoo", CERTAINTY_DERIVED);
	record_add_json(record, "eval", json_get(run->config, "description"));
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		record_add_json(record, facts[i].key, json_path(result, facts[i].path));
	add_usage(record, result);
	add_members(record, "score", json_get(result, "namedScores"));
	add_members(record, "vars", json_get(result, "vars"));
	add_members(record, "metadata", json_get(result, "metadata"));
}

static struct instant time_of(const struct promptfoo_run *run, const struct json *result)
{
	struct instant at;

	if (field_instant(json_get(result, "createdAt"), &at) || field_instant(json_get(result, "timestamp"), &at) ||
	    field_instant(run->timestamp, &at) || field_instant(run->created_at, &at) ||
	    field_instant(json_get(run->metadata, "evaluationCreatedAt"), &at))
		return at;
	return INSTANT_UNKNOWN;
}

/* ---- the sample --------------------------------------------------------------------- */

/* Its id; the files before there were any number tests and prompts. */
static const char *id_of(struct record *record, const struct json *result)
{
	const char *id = record_text(record, json_get(result, "id"));
	int64_t test = json_int(json_get(result, "testIdx"), -1), prompt = json_int(json_get(result, "promptIdx"), -1);

	if (id && id[0])
		return id;
	return test < 0 ? NULL : prompt < 0 ? arena_printf(&record->arena, "%lld", (long long)test) :
					      arena_printf(&record->arena, "%lld.%lld", (long long)test, (long long)prompt);
}

bool promptfoo_result_read(struct record *record, const struct promptfoo_run *run, const struct json *result)
{
	struct sample *sample = &record->sample;
	const struct json *prompt = prompt_of(run, result), *output = json_path(result, "response.output");

	if (!prompt && !json_get(result, "response") && !json_get(result, "gradingResult") && !json_get(result, "success"))
		return false;
	sample->kind = SAMPLE_KIND_COMPLETION;
	sample->code = bytes_of(output ? output : json_get(result, "output"));
	sample->prompt = prompt_text(record, json_is(prompt, JSON_OBJECT) ? json_get(prompt, "raw") : prompt);
	sample->expected = expected_of(record, result);
	sample->external_id = id_of(record, result);
	sample->session = json_text(&record->arena, run->eval_id);
	sample->produced_at = time_of(run, result);
	add_provenance(record, run, result);
	promptfoo_add_flags(record, result);
	return true;
}
