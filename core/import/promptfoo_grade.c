/* Verdicts of promptfoo as flags: a result's "success", "error" and "gradingResult". */
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/promptfoo.h"

#define TOOL "promptfoo"
#define REASON_BYTES_MAX ((size_t)16 * 1024)
#define COMPONENTS_MAX 50
/* ResultFailureReason of src/types/results.ts: a test failed by an error, not by an assertion. */
#define FAILURE_ERROR 2

static struct flag *add_flag(struct record *record, enum level level, const char *rule, const char *message)
{
	struct flag *flag = record_add_flag(record, SOURCE_EVAL, level);

	flag->tool = TOOL;
	flag->rule = rule;
	flag->message = message;
	return flag;
}

static const char *text_of(struct record *record, const struct json *value)
{
	struct slice text = json_slice(value);

	text.len_bytes = utf8_cut(text.at, text.len_bytes, REASON_BYTES_MAX);
	return text.len_bytes ? utf8_clean(&record->arena, text) : NULL;
}

/* Assertions that only give a score decide nothing. */
static bool is_metric_only(const struct json *grading)
{
	return json_bool(json_path(grading, "assertion.metricOnly"), false) ||
	       json_bool(json_path(grading, "metadata.metricOnly"), false);
}

/* One GradingResult. True: it failed. */
static bool add_grading(struct record *record, const struct json *grading, const char *rule_without)
{
	const char *type = text_of(record, json_path(grading, "assertion.type"));
	const char *reason = text_of(record, json_get(grading, "reason"));
	const struct json *score = json_get(grading, "score"), *pass = json_get(grading, "pass");
	bool failed = json_is(pass, JSON_FALSE), metric_only = is_metric_only(grading);
	const char *rule = type ? type : rule_without;
	const char *word = metric_only || !pass ? "scored" : failed ? "failed" : "passed";
	enum level level = metric_only || !pass ? LEVEL_NOTE : failed ? LEVEL_ERROR : LEVEL_NONE;

	struct flag *flag = add_flag(record, level, rule,
				     reason ? arena_printf(&record->arena, "%s %s: %s", rule, word, reason) :
					      arena_printf(&record->arena, "%s %s", rule, word));
	if (strcmp(rule, "human") == 0) /* thumbs up or down in its web viewer */
		flag->source = SOURCE_REVIEWER;
	if (json_is(score, JSON_NUMBER)) {
		flag->has_score = true;
		flag->score = json_double(score, 0);
	}
	return failed && !metric_only;
}

/* Each assertion; without any, the whole. True: something failed. */
static bool add_gradings(struct record *record, const struct json *grading)
{
	const struct json *components = json_get(grading, "componentResults");
	bool failed = false;
	int count = 0;

	if (!json_is(grading, JSON_OBJECT))
		return false;
	if (json_is(components, JSON_ARRAY))
		for (const struct json *one = components->first; one && count < COMPONENTS_MAX; one = one->next)
			if (json_is(one, JSON_OBJECT)) {
				failed = add_grading(record, one, "assertion") || failed;
				count++;
			}
	/* A test may fail as a whole (a threshold) where each assertion passed. */
	if (count == 0 || (!failed && json_is(json_get(grading, "pass"), JSON_FALSE)))
		failed = add_grading(record, grading, "test") || failed;
	return failed;
}

void promptfoo_add_flags(struct record *record, const struct json *result)
{
	const struct json *response = json_get(result, "response"), *score = json_get(result, "score");
	const char *error = text_of(record, json_get(result, "error")), *comment;
	bool is_error = json_int(json_get(result, "failureReason"), 0) == FAILURE_ERROR;

	if (!error)
		error = text_of(record, json_get(response, "error"));
	if (is_error)
		add_flag(record, LEVEL_ERROR, "error", error ? error : "the test ended in an error");
	bool failed = add_gradings(record, json_get(result, "gradingResult")) || is_error;
	/* Where assertions failed, "error" repeats the reason of one. */
	if (error && !failed) {
		add_flag(record, LEVEL_ERROR, "error", error);
		failed = true;
	}
	if (json_is(json_get(result, "success"), JSON_FALSE) && !failed)
		add_flag(record, LEVEL_ERROR, "test", "the test failed; no reason is given");
	comment = text_of(record, json_path(result, "gradingResult.comment"));
	if (comment)
		add_flag(record, LEVEL_NOTE, "comment", comment)->source = SOURCE_REVIEWER;
	record_lead_with_heaviest(record);
	record_add_json(record, "score", score);
}
