/* Scores (scorer/_metric.py), errors and limits of an Inspect sample as flags. */
#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/chat.h"
#include "core/import/inspect.h"

#define TOOL "inspect_ai"
/* A grader explains itself at length; more than this nobody reads in a list of flags. */
#define MESSAGE_BYTES_MAX ((size_t)16 * 1024)
#define VALUE_SHOWN_BYTES ((size_t)200)
/* Of the members of one score; of the tool calls that failed. */
#define VALUES_MAX 32
#define TOOL_ERRORS_MAX 10

static struct flag *add_flag(struct record *record, enum level level, const char *rule, const char *message)
{
	struct flag *flag = record_add_flag(record, SOURCE_EVAL, level);

	flag->tool = TOOL;
	flag->rule = rule;
	flag->message = message;
	return flag;
}

static const char *keep_message(struct record *record, struct strbuf *text)
{
	strbuf_truncate(text, utf8_cut(text->text, text->len_bytes, MESSAGE_BYTES_MAX));
	const char *kept = utf8_clean(&record->arena, strbuf_slice(text));
	strbuf_release(text);
	return kept;
}

/* ---- scores ---------------------------------------------------------------------- */

struct outcome {
	enum level level;
	const char *word; /* or NULL */
	bool has_number;
	double number;
};

static bool is_word(struct slice text, const char *word)
{
	return text.len_bytes == strlen(word) && utf8_find_folded(text, slice_of(word)) == 0;
}

/* The scale of a number is not recorded. 0 and 1 are what wrong and right come to; what
 * lies between is partly right. Beyond it is a grade, which is no verdict. */
static struct outcome outcome_of_number(double number)
{
	if (number == 1)
		return (struct outcome){ LEVEL_NONE, "correct", true, 1 };
	if (number == 0)
		return (struct outcome){ LEVEL_ERROR, "incorrect", true, 0 };
	if (number > 0 && number < 1)
		return (struct outcome){ LEVEL_WARNING, "partly correct", true, number };
	return (struct outcome){ LEVEL_NOTE, NULL, true, number };
}

/* As value_to_float() has it, except that what it cannot read is no error here. */
static struct outcome outcome_of(const struct json *value)
{
	static const struct {
		const char *word;
		struct outcome outcome;
		bool folded;
	} words[] = {
		{ "C", { LEVEL_NONE, "correct", true, 1 }, false },
		{ "I", { LEVEL_ERROR, "incorrect", true, 0 }, false },
		{ "P", { LEVEL_WARNING, "partly correct", true, 0.5 }, false },
		{ "N", { LEVEL_ERROR, "no answer", true, 0 }, false },
		{ "yes", { LEVEL_NONE, "correct", true, 1 }, true },
		{ "true", { LEVEL_NONE, "correct", true, 1 }, true },
		{ "no", { LEVEL_ERROR, "incorrect", true, 0 }, true },
		{ "false", { LEVEL_ERROR, "incorrect", true, 0 }, true },
	};
	struct slice text = json_slice(value);

	if (json_is(value, JSON_TRUE) || json_is(value, JSON_FALSE))
		return outcome_of_number(json_is(value, JSON_TRUE));
	if (json_is(value, JSON_NUMBER))
		return outcome_of_number(json_double(value, 0));
	/* NaN, which is read as null: Score.unscored() */
	if (!value || value->type == JSON_NULL)
		return (struct outcome){ LEVEL_NONE, "not scored", false, 0 };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].folded ? is_word(text, words[i].word) : slice_is(text, words[i].word))
			return words[i].outcome;
	return (struct outcome){ LEVEL_NOTE, NULL, false, 0 };
}

/* "match: incorrect (I)" */
static void write_outcome(struct strbuf *out, const char *rule, const struct outcome *outcome, const struct json *value)
{
	struct slice shown = value ? (value->type == JSON_STRING ? value->text : value->raw) : slice_of("");

	shown.len_bytes = utf8_cut(shown.at, shown.len_bytes, VALUE_SHOWN_BYTES);
	strbuf_addf(out, "%s: ", rule);
	if (outcome->word)
		strbuf_addf(out, shown.len_bytes ? "%s (" : "%s", outcome->word);
	strbuf_addslice(out, shown);
	if (outcome->word && shown.len_bytes)
		strbuf_addch(out, ')');
}

static struct slice without_blank_end(struct slice text)
{
	while (text.len_bytes && memchr(" \t\r\n", text.at[text.len_bytes - 1], 4))
		text.len_bytes--;
	return text;
}

/* Simple scorers give the answer as the explanation once more. */
static void write_reasons(struct strbuf *out, const struct json *score, const struct json *attachments)
{
	struct slice answer = without_blank_end(chat_string(json_get(score, "answer"), attachments));
	struct slice explanation = without_blank_end(chat_string(json_get(score, "explanation"), attachments));

	if (answer.len_bytes) {
		strbuf_addstr(out, "\nanswer: ");
		strbuf_addslice(out, answer);
	}
	if (explanation.len_bytes && !slice_eq(answer, explanation)) {
		strbuf_addch(out, '\n');
		strbuf_addslice(out, explanation);
	}
}

static void add_value(struct record *record, const char *rule, const struct json *value, const struct json *score,
		      const struct json *attachments)
{
	struct strbuf message = STRBUF_INIT;
	struct outcome outcome = outcome_of(value);

	write_outcome(&message, rule, &outcome, value);
	if (score)
		write_reasons(&message, score, attachments);
	struct flag *flag = add_flag(record, outcome.level, rule, keep_message(record, &message));
	flag->has_score = outcome.has_number;
	flag->score = outcome.number;
}

void inspect_add_score(struct record *record, const char *scorer, const struct json *score,
		       const struct json *attachments)
{
	/* A score that is no object is its own value, as logs of others may have it. */
	const struct json *value = json_is(score, JSON_OBJECT) ? json_get(score, "value") : score;
	int count = 0;

	if (!json_is(value, JSON_OBJECT)) {
		add_value(record, scorer, value, json_is(score, JSON_OBJECT) ? score : NULL, attachments);
		return;
	}
	for (const struct json *one = value->first; one && count < VALUES_MAX; one = one->next, count++) {
		const char *name = utf8_clean(&record->arena, one->name);
		add_value(record, arena_printf(&record->arena, "%s/%s", scorer, name ? name : ""), one,
			  count == 0 ? score : NULL, attachments);
	}
}

/* ---- what went wrong ------------------------------------------------------------- */

/* {"message", "traceback", "traceback_ansi"}, or a string */
void inspect_add_error(struct record *record, const struct json *error)
{
	struct strbuf text = STRBUF_INIT;
	struct slice message = json_slice(json_is(error, JSON_STRING) ? error : json_get(error, "message"));
	struct slice traceback = json_slice(json_get(error, "traceback"));

	if (!error || error->type == JSON_NULL)
		return;
	strbuf_addstr(&text, "the sample failed: ");
	strbuf_addslice(&text, message.len_bytes ? message : slice_of("no reason is given"));
	if (traceback.len_bytes) {
		strbuf_addch(&text, '\n');
		strbuf_addslice(&text, traceback);
	}
	add_flag(record, LEVEL_ERROR, "error", keep_message(record, &text));
}

/* {"type": "message", "limit": 30} */
void inspect_add_limit(struct record *record, const struct json *limit)
{
	const char *type = json_text(&record->arena, json_get(limit, "type"));
	const char *value = record_text(record, json_get(limit, "limit"));

	if (type)
		add_flag(record, LEVEL_WARNING, "limit",
			 value ? arena_printf(&record->arena, "stopped by the %s limit of %s", type, value) :
				 arena_printf(&record->arena, "stopped by the %s limit", type));
}

void inspect_add_invalidation(struct record *record, const struct json *invalidation)
{
	const char *reason = json_text(&record->arena, json_get(invalidation, "reason"));

	if (json_is(invalidation, JSON_OBJECT))
		add_flag(record, LEVEL_WARNING, "invalidation",
			 arena_printf(&record->arena, "declared invalid: %s", reason ? reason : "no reason is given"));
}

/* Model output that is not whole (StopReason of model/_model_output.py), or an error of the model. */
void inspect_add_stop(struct record *record, const struct json *output)
{
	const struct json *reason = json_path(output, "choices.0.stop_reason");
	const char *error = json_text(&record->arena, json_get(output, "error"));
	struct slice text = json_slice(reason);

	record_add_json(record, "gen_ai.response.finish_reasons", reason);
	if (error && error[0])
		add_flag(record, LEVEL_ERROR, "model_error", arena_printf(&record->arena, "the model failed: %s", error));
	if (slice_is(text, "max_tokens") || slice_is(text, "model_length") || slice_is(text, "length"))
		add_flag(record, LEVEL_WARNING, "stop_reason", "the output is cut off: it reached the most tokens allowed");
	else if (slice_is(text, "content_filter"))
		add_flag(record, LEVEL_WARNING, "stop_reason", "the output was stopped by a content filter");
}

static void add_tool_error(struct record *record, const struct json *message, const struct json *error,
			   const struct json *attachments)
{
	struct strbuf text = STRBUF_INIT;
	struct slice function = json_slice(json_get(message, "function"));
	struct slice reason = chat_string(json_is(error, JSON_STRING) ? error : json_get(error, "message"), attachments);
	const char *type = json_text(&record->arena, json_get(error, "type"));

	strbuf_addstr(&text, "tool ");
	strbuf_addslice(&text, function.len_bytes ? function : slice_of("(no name)"));
	strbuf_addf(&text, " failed (%s): ", type && type[0] ? type : "unknown");
	strbuf_addslice(&text, reason);
	add_flag(record, LEVEL_NOTE, "tool_error", keep_message(record, &text));
}

/* ChatMessageTool of model/_chat_message.py; "tool_error" is its older name. */
void inspect_add_tool_errors(struct record *record, const struct json *messages, const struct json *attachments)
{
	int64_t count = 0;

	if (!json_is(messages, JSON_ARRAY))
		return;
	for (const struct json *message = messages->first; message; message = message->next) {
		const struct json *error = json_get(message, "error");
		if (!error)
			error = json_get(message, "tool_error");
		if (!slice_is(json_slice(json_get(message, "role")), "tool") || !error || error->type == JSON_NULL)
			continue;
		if (count++ < TOOL_ERRORS_MAX)
			add_tool_error(record, message, error, attachments);
	}
	if (count)
		record_add_number(record, "tool_errors", count, CERTAINTY_DERIVED);
}
