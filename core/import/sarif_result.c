/* A result (3.27) as a sample. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/export_mark.h"
#include "core/import/sarif.h"

/* Of fingerprints and the like, which are open sets, not more than these. */
#define NAMED_VALUES_MAX 8

static const char *word_of(struct record *record, const struct json *value)
{
	return sarif_word(&record->arena, value);
}

/* 3.27.9 has a closed list; any other word is no kind. */
static const char *kind_of(struct record *record, const struct json *result)
{
	static const char *const kinds[] = { "fail", "pass", "open", "informational", "notApplicable", "review" };
	const char *word = word_of(record, json_get(result, "kind"));

	for (size_t i = 0; word && i < ARRAY_LEN(kinds); i++)
		if (strcmp(word, kinds[i]) == 0)
			return kinds[i];
	return NULL;
}

/* 3.27.24; "existing" is what "unchanged" was called in drafts, also in logs that say that
 * they are of 2.1.0. */
static enum baseline baseline_of(const char *word)
{
	enum baseline baseline;

	if (!word || strcmp(word, "none") == 0)
		return BASELINE_NONE;
	if (strcmp(word, "existing") == 0)
		return BASELINE_UNCHANGED;
	return baseline_parse(word, &baseline) ? baseline : BASELINE_NONE;
}

/* Each string under "<prefix>.<its name>", also one that lies an object deeper, as some
 * producers have it; answers the first. */
static const char *add_named_values(struct record *record, const char *prefix, const struct json *object, bool deeper)
{
	const char *first = NULL;
	int left = NAMED_VALUES_MAX;

	if (!json_is(object, JSON_OBJECT))
		return NULL;
	for (const struct json *member = object->first; member && left > 0; member = member->next) {
		struct json name = { .type = JSON_STRING, .text = member->name };
		const char *text = word_of(record, member);
		if (!text && !(deeper && member->type == JSON_OBJECT))
			continue;
		const char *key = sarif_concat(&record->arena, prefix, ".", json_text(&record->arena, &name));
		if (text)
			record_add(record, key, text, CERTAINTY_RECORDED);
		else
			text = add_named_values(record, key, member, false);
		first = first ? first : text;
		left--;
	}
	return first;
}

/* What names this result from one log to the next (3.27.4, 3.27.16, 3.27.17); its guid
 * (3.27.3) does not, since it is new in each log. */
static void add_identity(struct record *record, const struct json *result)
{
	const char *correlation = word_of(record, json_get(result, "correlationGuid"));
	const char *whole = add_named_values(record, "sarif.fingerprint", json_get(result, "fingerprints"), true);
	const char *part = add_named_values(record, "sarif.partialFingerprint", json_get(result, "partialFingerprints"), true);

	record_add(record, "sarif.guid", word_of(record, json_get(result, "guid")), CERTAINTY_RECORDED);
	record_add(record, "sarif.correlationGuid", correlation, CERTAINTY_RECORDED);
	record->sample.external_id = correlation ? correlation : whole ? whole : part;
}

/* 3.35: "inSource", "external, accepted: justification"; several joined by "; ". */
static void add_suppressions(struct record *record, const struct json *list)
{
	struct strbuf text = STRBUF_INIT;

	for (const struct json *one = sarif_first(list); one; one = one->next) {
		const char *kind = word_of(record, json_get(one, "kind"));
		const char *status = word_of(record, json_get(one, "status"));
		const char *justification = word_of(record, json_get(one, "justification"));
		if (text.len_bytes)
			strbuf_addstr(&text, "; ");
		strbuf_addstr(&text, kind ? kind : "unknown");
		if (status)
			strbuf_addf(&text, ", %s", status);
		if (justification)
			strbuf_addf(&text, ": %s", justification);
	}
	if (text.len_bytes)
		record_add(record, "sarif.suppression", arena_text(&record->arena, strbuf_slice(&text)), CERTAINTY_RECORDED);
	strbuf_release(&text);
}

/* "a, b" of an array's strings, or of what `name` says of its objects (NULL: strings). */
static void add_joined(struct record *record, const char *key, const struct json *list, const char *name)
{
	struct strbuf out = STRBUF_INIT;

	for (const struct json *one = sarif_first(list); one; one = one->next) {
		const char *text = word_of(record, name ? json_path(one, name) : one);
		if (text)
			strbuf_addf(&out, "%s%s", out.len_bytes ? ", " : "", text);
	}
	if (out.len_bytes)
		record_add(record, key, arena_text(&record->arena, strbuf_slice(&out)), CERTAINTY_RECORDED);
	strbuf_release(&out);
}

/* "GET https://host/path" (3.46), "404 Not Found" (3.47). */
static void add_web(struct record *record, const char *key, const struct json *object, const char *first, const char *second)
{
	const char *left = record_text(record, json_get(object, first)), *right = word_of(record, json_get(object, second));

	if (left && right)
		left = arena_printf(&record->arena, "%s %s", left, right);
	record_add(record, key, left ? left : right, CERTAINTY_RECORDED);
}

/* What is a document of its own is named, or at least counted. */
static void add_companions(struct record *record, const struct json *result)
{
	static const struct {
		const char *name, *key;
	} lists[] = { { "graphs", "sarif.graphs" }, { "graphTraversals", "sarif.graphTraversals" },
		      { "attachments", "sarif.attachments" } };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const struct json *list = json_get(result, lists[i].name);
		if (json_is(list, JSON_ARRAY) && list->count > 0)
			record_add_number(record, lists[i].key, list->count, CERTAINTY_DERIVED);
	}
	add_joined(record, "sarif.attachmentUris", json_get(result, "attachments"), "artifactLocation.uri");
	add_joined(record, "sarif.workItemUris", json_get(result, "workItemUris"), NULL);
	record_add(record, "sarif.hostedViewerUri", word_of(record, json_get(result, "hostedViewerUri")), CERTAINTY_RECORDED);
	add_web(record, "sarif.webRequest", json_get(result, "webRequest"), "method", "target");
	add_web(record, "sarif.webResponse", json_get(result, "webResponse"), "statusCode", "reasonPhrase");
}

/* 3.48; 3.48.3 has the default of the last time. */
static void add_detection(struct record *record, const struct sarif_run *run, const struct json *result)
{
	const char *last = word_of(record, json_path(result, "provenance.lastDetectionTimeUtc"));

	record_add_json(record, "sarif.firstDetectionTimeUtc", json_path(result, "provenance.firstDetectionTimeUtc"));
	record_add(record, "sarif.lastDetectionTimeUtc", last, CERTAINTY_RECORDED);
	if (!last)
		record_add(record, "sarif.lastDetectionTimeUtc", run->started_at, CERTAINTY_DERIVED);
	record_add_json(record, "sarif.occurrenceCount", json_get(result, "occurrenceCount"));
}

/* What the rule says of itself, and CodeQL and its followers in its properties. */
static void add_rule(struct record *record, const struct sarif_rule *rule)
{
	const struct {
		const char *key, *value;
	} facts[] = {
		{ "sarif.ruleName", rule->name }, { "sarif.security-severity", rule->security_severity },
		{ "sarif.precision", rule->precision }, { "sarif.problem.severity", rule->severity },
		{ "sarif.ruleTags", rule->tags }, { "sarif.helpUri", rule->help_uri },
	};

	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		record_add(record, facts[i].key, facts[i].value, CERTAINTY_RECORDED);
}

static void add_run(struct record *record, const struct sarif_run *run, const struct sarif_component *component)
{
	record_add(record, "sarif.run", run->number, CERTAINTY_RECORDED);
	record_add(record, "sarif.toolVersion", run->driver.semantic_version ? run->driver.semantic_version : run->driver.version,
		   CERTAINTY_RECORDED);
	if (component != &run->driver)
		record_add(record, "sarif.toolComponent", component->name, CERTAINTY_RECORDED);
	record_add(record, "sarif.automationId", run->automation_id, CERTAINTY_RECORDED);
	record_add(record, "sarif.repository", run->repository, CERTAINTY_RECORDED);
	record_add(record, "sarif.revision", run->revision, CERTAINTY_RECORDED);
	record_add(record, "sarif.branch", run->branch, CERTAINTY_RECORDED);
	record_add(record, "sarif.runFailure", run->failure, CERTAINTY_RECORDED);
	record_add(record, "sarif.notRead", run->not_read, CERTAINTY_DERIVED);
}

/*
 * The property bag (3.8) may carry how the sample was made. Names that mean something
 * of the finding there ("version", "path", "message", …) are attributes like any other.
 */
static void add_properties(struct record *record, const struct field_table *fields, const struct json *result)
{
	static const enum import_field trusted[] = { FIELD_MODEL, FIELD_MODEL_REQUESTED, FIELD_PROVIDER, FIELD_HARNESS,
						     FIELD_PROMPT_VERSION, FIELD_EFFORT, FIELD_SESSION, FIELD_TURN,
						     FIELD_PRODUCED_AT, FIELD_LANGUAGE, FIELD_ILLUSTRATIVE };
	const struct json *bag = json_get(result, "properties");
	struct field_values found, values = { .verdict_count = 0 };
	struct sample *sample = &record->sample;

	if (json_is(bag, JSON_OBJECT)) {
		fields_find(fields, bag, &found);
		for (size_t i = 0; i < ARRAY_LEN(trusted); i++)
			values.of[trusted[i]] = found.of[trusted[i]];
		if (values.of[FIELD_HARNESS] && slice_is(values.of[FIELD_HARNESS]->name, "version"))
			values.of[FIELD_HARNESS] = NULL;
	}
	fields_map(fields, record, result, &values);
	fields_apply_context(record, &values);
	if (json_is(bag, JSON_OBJECT))
		fields_add_rest(record, bag, &values);
	if (values.of[FIELD_CODE])
		sample->code = json_slice(values.of[FIELD_CODE]);
	if (values.of[FIELD_DIFF])
		sample->diff = json_slice(values.of[FIELD_DIFF]);
	if (json_is(values.of[FIELD_PROMPT], JSON_STRING))
		sample->prompt = values.of[FIELD_PROMPT]->text;
	if (json_is(values.of[FIELD_EXPECTED], JSON_STRING))
		sample->expected = values.of[FIELD_EXPECTED]->text;
}

void sarif_result_read(struct record *record, struct sarif_run *run, const struct field_table *fields,
		       const struct json *result)
{
	const struct json *reference = json_get(result, "rule");
	struct sarif_rule_place place = sarif_rule_find(run, reference, json_get(result, "ruleId"),
							json_get(result, "ruleIndex"));
	const struct sarif_rule *rule = sarif_rule_at(run, place); /* stays as it is until the next result asks for one */
	const struct sarif_context context = { run, result, place.component, rule };
	const char *kind = kind_of(record, result);
	const char *baseline = word_of(record, json_get(result, "baselineState"));
	struct flag *flag = record_add_flag(record, SOURCE_SAST, LEVEL_WARNING);

	sarif_configure(run, result, kind, rule, place, flag);
	flag->tool = run->driver.name;
	flag->rule = word_of(record, json_get(result, "ruleId"));
	if (!flag->rule)
		flag->rule = word_of(record, json_get(reference, "id"));
	if (!flag->rule && rule)
		flag->rule = rule->id;
	flag->message = sarif_message_text(record, &context, json_get(result, "message"), true);
	sarif_locate(record, run, result, flag);
	sarif_add_places(record, &context);

	record->sample.baseline = baseline_of(baseline);
	add_run(record, run, sarif_component_at(run, place.component));
	if (kind && strcmp(kind, "fail") != 0)
		record_add(record, "sarif.kind", kind, CERTAINTY_RECORDED);
	add_identity(record, result);
	add_suppressions(record, json_get(result, "suppressions"));
	sarif_add_taxa(record, run, result, rule);
	if (rule)
		add_rule(record, rule);
	add_detection(record, run, result);
	add_companions(record, result);
	add_properties(record, fields, result);
	export_mark_apply(record, json_path(result, "properties.aitia"));
}
