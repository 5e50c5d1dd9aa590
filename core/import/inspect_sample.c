/* A sample of an Inspect log: EvalSample of log/_log.py. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/chat.h"
#include "core/import/fields.h"
#include "core/import/inspect.h"

/* The members that a sample is made of, as trees that borrow from its bytes. */
#define MEMBERS(MEMBER) \
	MEMBER(id) MEMBER(epoch) MEMBER(input) MEMBER(choices) MEMBER(target) MEMBER(messages) MEMBER(output) \
	MEMBER(scores) MEMBER(score) MEMBER(metadata) MEMBER(model_usage) MEMBER(started_at) MEMBER(completed_at) \
	MEMBER(total_time) MEMBER(working_time) MEMBER(uuid) MEMBER(error) MEMBER(limit) MEMBER(invalidation) \
	MEMBER(attachments) MEMBER(content)

struct sample_parts {
#define MEMBER(name) const struct json *name;
	MEMBERS(MEMBER)
#undef MEMBER
	int64_t events, retries; /* counted, not kept; -1: there is no list */
	struct instant last_event;
	struct arena event;      /* of the one at hand */
};

/* ---- reading --------------------------------------------------------------------- */

static enum status fault_of_sample(const struct error *fault, struct error *err)
{
	char reason[sizeof(fault->text) + 32];

	json_fault_reason(reason, sizeof(reason), fault, "the sample");
	return error_set(err, STATUS_INPUT, "%s", reason);
}

static enum status broken(struct json_reader *reader, struct error *err)
{
	struct error fault;

	if (!json_reader_failed(reader, &fault))
		return error_set(err, STATUS_INPUT, "the sample is broken");
	return fault_of_sample(&fault, err);
}

/* Events are most of a sample's bytes, and say in detail what else stands in it. */
static enum status read_events(struct sample_parts *parts, struct json_reader *reader, struct error *err)
{
	enum json_type type;
	const struct json *event;
	struct error fault;
	struct instant at;

	if (!json_reader_peek(reader, &type) || type != JSON_ARRAY)
		return STATUS_OK;
	parts->events = 0;
	json_reader_enter(reader, JSON_ARRAY);
	while (json_reader_next(reader, NULL)) {
		arena_clear(&parts->event);
		if (json_reader_value(reader, &parts->event, INSPECT_SAMPLE_BYTES_MAX, &event, &fault) != STATUS_OK)
			return fault_of_sample(&fault, err);
		parts->events++;
		if (field_instant(json_get(event, "timestamp"), &at))
			parts->last_event = at;
	}
	return json_reader_failed(reader, NULL) ? broken(reader, err) : STATUS_OK;
}

/* Each holds the events of a whole attempt. */
static enum status count_retries(struct sample_parts *parts, struct json_reader *reader, struct error *err)
{
	enum json_type type;

	if (!json_reader_peek(reader, &type) || type != JSON_ARRAY)
		return STATUS_OK;
	json_reader_enter(reader, JSON_ARRAY);
	for (parts->retries = 0; json_reader_next(reader, NULL);)
		parts->retries++;
	return json_reader_failed(reader, NULL) ? broken(reader, err) : STATUS_OK;
}

static const struct json **slot_of(struct sample_parts *parts, struct slice name)
{
#define MEMBER(member) if (slice_is(name, #member)) return &parts->member;
	MEMBERS(MEMBER)
#undef MEMBER
	return NULL;
}

static enum status read_object(struct sample_parts *parts, struct json_reader *reader, struct arena *arena,
			       struct error *err);

static enum status read_member(struct sample_parts *parts, struct json_reader *reader, struct arena *arena,
			       struct slice name, struct error *err)
{
	const struct json **slot = slot_of(parts, name);
	enum json_type type;
	struct error fault;

	if (slice_is(name, "events"))
		return read_events(parts, reader, err);
	if (slice_is(name, "error_retries"))
		return count_retries(parts, reader, err);
	/* "transcript": {"events", "content"} stood for "events" and "attachments" in version 1. */
	if (slice_is(name, "transcript") && json_reader_peek(reader, &type) && type == JSON_OBJECT)
		return read_object(parts, reader, arena, err);
	if (!slot)
		return STATUS_OK;
	if (json_reader_value(reader, arena, INSPECT_SAMPLE_BYTES_MAX, slot, &fault) != STATUS_OK)
		return fault_of_sample(&fault, err);
	return STATUS_OK;
}

static enum status read_object(struct sample_parts *parts, struct json_reader *reader, struct arena *arena,
			       struct error *err)
{
	struct slice name;
	enum status status = STATUS_OK;

	if (!json_reader_enter(reader, JSON_OBJECT))
		return broken(reader, err);
	while (status == STATUS_OK && json_reader_next(reader, &name))
		status = read_member(parts, reader, arena, name, err);
	if (status == STATUS_OK && json_reader_failed(reader, NULL))
		status = broken(reader, err);
	return status;
}

static enum status read_parts(struct sample_parts *parts, struct arena *arena, struct slice raw, struct error *err)
{
	struct json_reader *reader = json_reader_open_slice(raw);

	*parts = (struct sample_parts){ .events = -1, .retries = -1, .event = ARENA_INIT,
					.last_event = INSTANT_UNKNOWN };
	json_reader_set_relaxed(reader, true);
	json_reader_set_constants(reader, true);
	enum status status = read_object(parts, reader, arena, err);
	json_reader_free(reader);
	arena_release(&parts->event);
	if (!json_is(parts->attachments, JSON_OBJECT))
		parts->attachments = json_is(parts->content, JSON_OBJECT) ? parts->content : NULL;
	return status;
}

/* ---- texts ----------------------------------------------------------------------- */

/* The question, and below it the choices as multiple_choice() letters them: "A) ...". */
static struct slice prompt_of(struct arena *arena, const struct sample_parts *parts)
{
	struct slice input = chat_text(arena, parts->input, parts->attachments);
	struct strbuf text = STRBUF_INIT;
	int letter = 0;

	if (!json_is(parts->choices, JSON_ARRAY) || !parts->choices->first)
		return input;
	strbuf_addslice(&text, input);
	for (const struct json *choice = parts->choices->first; choice; choice = choice->next, letter++) {
		if (letter < 26)
			strbuf_addf(&text, "\n%c) ", 'A' + letter);
		else
			strbuf_addf(&text, "\n%d) ", letter - 25);
		strbuf_addslice(&text, chat_string(choice, parts->attachments));
	}
	struct slice kept = arena_slice(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return kept;
}

/* One answer, or several of which any is right, a line each. */
static struct slice target_of(struct arena *arena, const struct sample_parts *parts)
{
	struct strbuf text = STRBUF_INIT;

	if (!json_is(parts->target, JSON_ARRAY))
		return chat_string(parts->target, parts->attachments);
	for (const struct json *one = parts->target->first; one; one = one->next) {
		if (text.len_bytes)
			strbuf_addch(&text, '\n');
		strbuf_addslice(&text, chat_string(one, parts->attachments));
	}
	struct slice kept = text.len_bytes ? arena_slice(arena, strbuf_slice(&text)) : (struct slice){ NULL, 0 };
	strbuf_release(&text);
	return kept;
}

/* What the model said in the end. A sample that failed has no output; what the model
 * had said until then stands in the messages. */
static struct slice completion_of(struct arena *arena, const struct sample_parts *parts)
{
	const struct json *last = NULL;
	struct slice said = chat_answer(arena, json_path(parts->output, "choices.0.message"), parts->attachments);

	if (!said.len_bytes)
		said = chat_string(json_get(parts->output, "completion"), parts->attachments);
	if (said.len_bytes || !json_is(parts->messages, JSON_ARRAY))
		return said;
	for (const struct json *one = parts->messages->first; one; one = one->next)
		if (slice_is(json_slice(json_get(one, "role")), "assistant"))
			last = one;
	return chat_answer(arena, last, parts->attachments);
}

/* ---- provenance ------------------------------------------------------------------ */

/* ModelUsage, summed over the models that took part; the names are OpenTelemetry's. */
static void add_usage(struct record *record, const struct sample_parts *parts)
{
	static const struct {
		const char *name, *key;
	} numbers[] = {
		{ "input_tokens", "gen_ai.usage.input_tokens" },
		{ "output_tokens", "gen_ai.usage.output_tokens" },
		{ "input_tokens_cache_read", "gen_ai.usage.cache_read.input_tokens" },
		{ "input_tokens_cache_write", "gen_ai.usage.cache_creation.input_tokens" },
		{ "reasoning_tokens", "gen_ai.usage.reasoning.output_tokens" },
	};
	const struct json *usage = parts->model_usage, *last = json_get(parts->output, "usage");
	bool is_sum = json_is(usage, JSON_OBJECT) && usage->first;

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		int64_t sum = -1; /* not known, which is not zero */
		for (const struct json *one = is_sum ? usage->first : last; one; one = is_sum ? one->next : NULL) {
			int64_t number = json_int(json_get(one, numbers[i].name), -1);
			if (number < 0 || number > INT32_MAX * (int64_t)1000)
				continue;
			sum = (sum < 0 ? 0 : sum) + number;
		}
		if (sum >= 0)
			record_add_number(record, numbers[i].key, sum, CERTAINTY_RECORDED);
	}
}

static void add_messages(struct record *record, const struct json *messages)
{
	int64_t calls = 0;

	if (!json_is(messages, JSON_ARRAY))
		return;
	for (const struct json *one = messages->first; one; one = one->next)
		calls += (int64_t)chat_tool_call_count(one);
	record_add_number(record, "message_count", messages->count, CERTAINTY_DERIVED);
	if (calls)
		record_add_number(record, "tool_call_count", calls, CERTAINTY_DERIVED);
}

static void add_metadata(struct record *record, const struct json *metadata)
{
	if (!json_is(metadata, JSON_OBJECT))
		return;
	for (const struct json *one = metadata->first; one; one = one->next)
		record_add_json(record, arena_printf(&record->arena, "metadata.%s", utf8_clean(&record->arena, one->name)),
				one);
}

static void add_model(struct record *record, const struct inspect_log *log, const struct json *output)
{
	const struct json *served = json_get(output, "model");

	if (json_slice(served).len_bytes)
		record_add_json(record, PROVENANCE_MODEL, served);
	else
		record_add(record, PROVENANCE_MODEL, record_text(record, json_get(log->eval, "model")), CERTAINTY_DERIVED);
}

static void add_provenance(struct record *record, const struct inspect_log *log, const struct sample_parts *parts)
{
	inspect_log_describe(log, record);
	add_model(record, log, parts->output);
	record_add_json(record, "epoch", parts->epoch);
	record_add_json(record, "uuid", parts->uuid);
	add_usage(record, parts);
	add_messages(record, parts->messages);
	if (parts->events >= 0)
		record_add_number(record, "event_count", parts->events, CERTAINTY_DERIVED);
	if (parts->retries > 0)
		record_add_number(record, "retries", parts->retries, CERTAINTY_DERIVED);
	record_add_json(record, "started_at", parts->started_at);
	record_add_json(record, "total_time", parts->total_time);
	record_add_json(record, "working_time", parts->working_time);
	add_metadata(record, parts->metadata);
}

/* When it was done; older logs say so only by their last event, or for the whole log. */
static struct instant time_of(const struct inspect_log *log, const struct sample_parts *parts)
{
	struct instant at;

	if (field_instant(parts->completed_at, &at))
		return at;
	if (parts->last_event.precision != PRECISION_UNKNOWN)
		return parts->last_event;
	if (field_instant(parts->started_at, &at) || field_instant(json_get(log->eval, "created"), &at))
		return at;
	return INSTANT_UNKNOWN;
}

/* ---- the sample ------------------------------------------------------------------ */

static void add_flags(struct record *record, const struct inspect_log *log, const struct sample_parts *parts)
{
	inspect_add_error(record, parts->error);
	inspect_add_limit(record, parts->limit);
	inspect_add_invalidation(record, parts->invalidation);
	inspect_add_stop(record, parts->output);
	if (json_is(parts->scores, JSON_OBJECT)) {
		for (const struct json *score = parts->scores->first; score; score = score->next)
			inspect_add_score(record, utf8_clean(&record->arena, score->name), score, parts->attachments);
	} else if (json_is(parts->score, JSON_OBJECT)) {
		inspect_add_score(record, inspect_log_scorer(log, record), parts->score, parts->attachments);
	}
	inspect_add_tool_errors(record, parts->messages, parts->attachments);
	record_lead_with_heaviest(record);
}

enum status inspect_sample_read(struct record *record, const struct inspect_log *log, struct slice raw,
				const struct json *attachments, struct error *err)
{
	struct sample *sample = &record->sample;
	struct sample_parts parts;

	enum status status = read_parts(&parts, &record->arena, raw, err);
	if (status != STATUS_OK)
		return status;
	if (!parts.attachments)
		parts.attachments = attachments;
	if (!parts.id && !parts.input && !parts.output)
		return error_set(err, STATUS_INPUT, "it has no id, input or output: no sample of Inspect");
	sample->kind = SAMPLE_KIND_COMPLETION;
	sample->code = completion_of(&record->arena, &parts);
	sample->prompt = prompt_of(&record->arena, &parts);
	sample->expected = target_of(&record->arena, &parts);
	sample->external_id = record_text(record, parts.id);
	add_provenance(record, log, &parts);
	sample->produced_at = time_of(log, &parts);
	add_flags(record, log, &parts);
	return STATUS_OK;
}
