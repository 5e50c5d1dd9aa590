/* Spans and log records of generative AI as samples. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/fields.h"
#include "core/import/otlp.h"

#define MESSAGE_BYTES_MAX ((size_t)4096)
#define FLAGS_MAX 100

/* ---- what a span is of --------------------------------------------------------------- */

enum operation { OPERATION_NONE, OPERATION_ANSWER, OPERATION_AGENT, OPERATION_TOOL, OPERATION_OTHER };

/* OPERATION_OTHER: of generative AI, but nothing a model said (embeddings, retrieval, the
 * frames around a chain of calls): told only when it was judged. */
static enum operation operation_of_word(struct slice word)
{
	static const struct {
		const char *word;
		enum operation operation;
	} words[] = {
		/* gen_ai.operation.name */
		{ "chat", OPERATION_ANSWER }, { "text_completion", OPERATION_ANSWER }, { "generate_content", OPERATION_ANSWER },
		{ "invoke_agent", OPERATION_AGENT }, { "execute_tool", OPERATION_TOOL }, { "embeddings", OPERATION_OTHER },
		{ "retrieval", OPERATION_OTHER }, { "create_agent", OPERATION_OTHER }, { "invoke_workflow", OPERATION_OTHER },
		/* llm.request.type (OpenLLMetry) */
		{ "completion", OPERATION_ANSWER }, { "embedding", OPERATION_OTHER }, { "rerank", OPERATION_OTHER },
		/* traceloop.span.kind, openinference.span.kind */
		{ "workflow", OPERATION_OTHER }, { "task", OPERATION_OTHER }, { "agent", OPERATION_AGENT },
		{ "tool", OPERATION_TOOL }, { "llm", OPERATION_ANSWER }, { "chain", OPERATION_OTHER },
		{ "retriever", OPERATION_OTHER }, { "reranker", OPERATION_OTHER }, { "guardrail", OPERATION_OTHER },
		{ "evaluator", OPERATION_OTHER }, { "prompt", OPERATION_OTHER },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct slice known = slice_of(words[i].word);
		if (word.len_bytes == known.len_bytes && utf8_find_folded(word, known) == 0)
			return words[i].operation;
	}
	return OPERATION_ANSWER; /* a word of a later version, or of a provider's own */
}

static enum operation operation_of(const struct json *attributes)
{
	static const char *const keys[] = { "gen_ai.operation.name", "openinference.span.kind", "llm.request.type",
					    "traceloop.span.kind", NULL };
	struct slice word = otlp_string(otlp_get_any(attributes, keys));

	if (word.len_bytes)
		return operation_of_word(word);
	/* Before 1.27 no name was given. */
	for (const struct json *one = json_is(attributes, JSON_ARRAY) ? attributes->first : NULL; one; one = one->next) {
		struct slice key = json_slice(json_get(one, "key"));
		if (key.len_bytes > 7 && memcmp(key.at, "gen_ai.", 7) == 0)
			return OPERATION_ANSWER;
	}
	return OPERATION_NONE;
}

/* ---- provenance ------------------------------------------------------------------------ */

/* The key under which an attribute of another convention or an older version is kept. */
static const char *known_key(struct slice key)
{
	static const struct {
		const char *from, *to;
	} keys[] = {
		{ "gen_ai.system", PROVENANCE_PROVIDER }, { "llm.provider", PROVENANCE_PROVIDER }, { "llm.vendor", PROVENANCE_PROVIDER },
		{ "llm.model_name", PROVENANCE_MODEL }, { "llm.response.model", PROVENANCE_MODEL },
		{ "llm.request.model", PROVENANCE_MODEL_REQUESTED },
		{ "gen_ai.usage.prompt_tokens", "gen_ai.usage.input_tokens" },
		{ "llm.usage.prompt_tokens", "gen_ai.usage.input_tokens" },
		{ "llm.token_count.prompt", "gen_ai.usage.input_tokens" },
		{ "gen_ai.usage.completion_tokens", "gen_ai.usage.output_tokens" },
		{ "llm.usage.completion_tokens", "gen_ai.usage.output_tokens" },
		{ "llm.token_count.completion", "gen_ai.usage.output_tokens" },
		{ "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_read.input_tokens" },
		{ "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_creation.input_tokens" },
		{ "llm.token_count.prompt_details.cache_read", "gen_ai.usage.cache_read.input_tokens" },
		{ "llm.token_count.prompt_details.cache_write", "gen_ai.usage.cache_creation.input_tokens" },
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (slice_is(key, keys[i].from))
			return keys[i].to;
	return NULL;
}

static bool is_said(const struct record *record, const char *key)
{
	for (size_t i = 0; i < record->provenance.len; i++)
		if (strcmp(record->provenance.items[i].key, key) == 0)
			return true;
	return false;
}

/* What stands under its own name counts before what had another one, and what was said
 * first, by the span, before what its maker says of itself. */
static void add_attributes(struct record *record, const struct json *attributes, bool is_of_span)
{
	for (const struct json *one = json_is(attributes, JSON_ARRAY) ? attributes->first : NULL; one; one = one->next) {
		struct slice name = json_slice(json_get(one, "key"));
		if (!name.len_bytes || otlp_is_chat_key(name))
			continue;
		const char *known = known_key(name), *key = known ? known : utf8_clean(&record->arena, name);
		if ((known || !is_of_span) && is_said(record, key))
			continue;
		record_add(record, key, otlp_text(record, json_get(one, "value")), CERTAINTY_RECORDED);
	}
}

static void add_context(struct record *record, const struct otlp_context *context)
{
	const char *version = otlp_text(record, otlp_get(context->resource, "service.version"));

	if (!is_said(record, PROVENANCE_HARNESS))
		record_add(record, PROVENANCE_HARNESS, version, CERTAINTY_RECORDED);
	record_add_json(record, "otel.scope.name", json_get(context->scope, "name"));
	record_add_json(record, "otel.scope.version", json_get(context->scope, "version"));
	add_attributes(record, context->resource, false);
}

/* ---- flags ------------------------------------------------------------------------------- */

static const char *message_of(struct record *record, struct slice text)
{
	text.len_bytes = utf8_cut(text.at, text.len_bytes, MESSAGE_BYTES_MAX);
	return text.len_bytes ? utf8_clean(&record->arena, text) : NULL;
}

/* An event "exception" (stable conventions of OpenTelemetry). */
static void flag_exception(struct record *record, const struct json *attributes)
{
	struct flag *flag = record_add_flag(record, SOURCE_MONITOR, LEVEL_ERROR);
	const char *message = message_of(record, otlp_string(otlp_get(attributes, "exception.message")));

	flag->rule = otlp_text(record, otlp_get(attributes, "exception.type"));
	flag->message = message ? message : flag->rule ? flag->rule : "an exception";
}

static enum level level_of_label(struct slice label)
{
	static const char *const failures[] = { "fail", "failed", "failure", "incorrect", "wrong", "not correct", "error", "false", "no" };

	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		struct slice word = slice_of(failures[i]);
		if (label.len_bytes == word.len_bytes && utf8_find_folded(label, word) == 0)
			return LEVEL_ERROR;
	}
	return LEVEL_NOTE; /* passed, or a word that only the evaluator can read */
}

/* An event "gen_ai.evaluation.result". */
static void flag_evaluation(struct record *record, const struct json *attributes)
{
	struct slice label = otlp_string(otlp_get(attributes, "gen_ai.evaluation.score.label"));
	const char *score = otlp_text(record, otlp_get(attributes, "gen_ai.evaluation.score.value"));
	const char *why = message_of(record, otlp_string(otlp_get(attributes, "gen_ai.evaluation.explanation")));
	const char *name = otlp_text(record, otlp_get(attributes, "gen_ai.evaluation.name"));
	const char *word = label.len_bytes ? message_of(record, label) : score ? score : "no score";
	struct flag *flag = record_add_flag(record, SOURCE_EVAL, level_of_label(label));

	flag->rule = name;
	flag->message = arena_printf(&record->arena, "%s: %s%s%s", name ? name : "evaluation", word, why ? ": " : "", why ? why : "");
	if (score) {
		struct json number = { .type = JSON_NUMBER, .text = slice_of(score) };
		flag->score = json_double(&number, 0);
		flag->has_score = true;
	}
}

static void flag_events(struct record *record, const struct json *events)
{
	for (const struct json *one = json_is(events, JSON_ARRAY) ? events->first : NULL;
	     one && record->flags.len < FLAGS_MAX; one = one->next) {
		struct slice name = json_slice(json_get(one, "name"));
		if (slice_is(name, "exception"))
			flag_exception(record, json_get(one, "attributes"));
		else if (slice_is(name, "gen_ai.evaluation.result"))
			flag_evaluation(record, json_get(one, "attributes"));
	}
}

/* Protobuf's mapping allows both the number and the name of an enumerator. */
static bool is_error(const struct json *status)
{
	const struct json *code = json_get(status, "code");

	return field_int(code, 0) == 2 || slice_is(json_slice(code), "STATUS_CODE_ERROR");
}

static void flag_status(struct record *record, const struct json *span, const struct json *attributes)
{
	const struct json *status = json_get(span, "status");
	const char *type = otlp_text(record, otlp_get(attributes, "error.type"));
	const char *message = message_of(record, json_slice(json_get(status, "message")));

	if (!is_error(status) && !type)
		return;
	for (size_t i = 0; i < record->flags.len; i++)
		if (record->flags.items[i].source == SOURCE_MONITOR)
			return; /* its exception has told it already */
	struct flag *flag = record_add_flag(record, SOURCE_MONITOR, LEVEL_ERROR);
	flag->rule = type;
	flag->message = message ? message : type ? type : "the operation failed";
}

/* ---- samples ------------------------------------------------------------------------------ */

/* A tool's call: its name and what it was given. What it gave back is no model's output. */
static struct slice tool_call(struct record *record, const struct json *attributes)
{
	static const char *const names[] = { "gen_ai.tool.name", "tool.name", "traceloop.entity.name", NULL };
	static const char *const arguments[] = { "gen_ai.tool.call.arguments", "tool.parameters", "input.value",
						 "traceloop.entity.input", NULL };
	const char *name = otlp_text(record, otlp_get_any(attributes, names));
	const struct json *given = otlp_get_any(attributes, arguments);
	struct slice text = otlp_string(given);

	if (!text.at && given)
		text = given->raw;
	if (!text.len_bytes)
		return slice_of(name);
	return slice_of(arena_printf(&record->arena, "%s\n%s", name ? name : "(a tool without a name)",
				     utf8_clean(&record->arena, text)));
}

static void set_identity(struct record *record, const struct json *of, const struct json *attributes)
{
	static const char *const sessions[] = { "gen_ai.conversation.id", "session.id",
						"traceloop.association.properties.session_id", NULL };
	struct sample *sample = &record->sample;
	const char *session = otlp_text(record, otlp_get_any(attributes, sessions));

	sample->external_id = json_text(&record->arena, json_get(of, "spanId"));
	if (sample->external_id && !sample->external_id[0])
		sample->external_id = NULL;
	sample->session = session && session[0] ? session : NULL;
	record_add_json(record, "trace_id", json_get(of, "traceId"));
}

static void set_content(struct record *record, enum operation operation, const struct json *attributes,
			const struct json *events)
{
	struct otlp_chat chat = otlp_chat_read(&record->arena, attributes, events);
	struct sample *sample = &record->sample;

	sample->kind = operation == OPERATION_ANSWER ? SAMPLE_KIND_COMPLETION : SAMPLE_KIND_AGENT_TURN;
	sample->prompt = chat.prompt;
	sample->code = chat.answer;
	if (operation == OPERATION_TOOL) {
		sample->prompt = (struct slice){ NULL, 0 };
		sample->code = tool_call(record, attributes);
	}
}

struct sample *otlp_span_read(struct record *record, const struct otlp_context *context, const struct json *span)
{
	const struct json *attributes = json_get(span, "attributes"), *events = json_get(span, "events");
	enum operation operation = operation_of(attributes);
	struct instant ended;

	if (operation == OPERATION_NONE)
		return NULL;
	flag_events(record, events);
	bool is_judged = record->flags.len > 0 && record->flags.items[0].source == SOURCE_EVAL;
	if (operation == OPERATION_OTHER && !is_judged)
		return NULL;
	flag_status(record, span, attributes);
	set_identity(record, span, attributes);
	set_content(record, operation, attributes, events);
	if (!otlp_instant(json_get(span, "startTimeUnixNano"), &record->sample.produced_at))
		record->sample.produced_at = INSTANT_UNKNOWN;
	else if (otlp_instant(json_get(span, "endTimeUnixNano"), &ended) && ended.at_us >= record->sample.produced_at.at_us)
		record_add_number(record, "duration_ms", (ended.at_us - record->sample.produced_at.at_us) / 1000,
				  CERTAINTY_DERIVED);
	record_add_json(record, "span.name", json_get(span, "name"));
	record_add_json(record, "parent_span_id", json_get(span, "parentSpanId"));
	add_attributes(record, attributes, true);
	add_context(record, context);
	return record_finish(record);
}

/*
 * Events as log records (conventions 1.37 on): the details of a call are as a span's, a
 * judgement is a sample that only knows what was judged. The name is a field since OTLP
 * 1.5, an attribute before. Other records are passed over.
 */
struct sample *otlp_log_read(struct record *record, const struct otlp_context *context, const struct json *log)
{
	const struct json *attributes = json_get(log, "attributes");
	struct slice name = json_slice(json_get(log, "eventName"));
	struct sample *sample = &record->sample;

	if (!name.len_bytes)
		name = otlp_string(otlp_get(attributes, "event.name"));
	bool judges = slice_is(name, "gen_ai.evaluation.result");
	if (!judges && !slice_is(name, "gen_ai.client.inference.operation.details"))
		return NULL;
	set_identity(record, log, attributes);
	set_content(record, OPERATION_ANSWER, attributes, NULL);
	if (judges)
		flag_evaluation(record, attributes);
	else
		flag_status(record, log, attributes);
	if (!otlp_instant(json_get(log, "timeUnixNano"), &sample->produced_at) &&
	    !otlp_instant(json_get(log, "observedTimeUnixNano"), &sample->produced_at))
		sample->produced_at = INSTANT_UNKNOWN;
	add_attributes(record, attributes, true);
	add_context(record, context);
	return record_finish(record);
}
