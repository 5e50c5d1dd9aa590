/* A result (3.27) as a sample. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/export_mark.h"
#include "core/import/sarif.h"

/* Of fingerprints and the like, which are open sets, not more than these. */
#define NAMED_VALUES_MAX 8

static const struct json *first_of(const struct json *array)
{
	return json_is(array, JSON_ARRAY) ? array->first : NULL;
}

static const char *word_of(struct record *record, const struct json *value)
{
	const char *text = json_text(&record->arena, value);

	return text && text[0] ? text : NULL;
}

/* 3.27.10, in its order. Overrides by the invocation (3.20.5) are not looked at. */
static enum level level_of(struct record *record, const struct json *result, const struct sarif_rule *rule,
			   const char *kind)
{
	const char *word = word_of(record, json_get(result, "level"));
	enum level level;

	if (word && level_parse(word, &level))
		return level;
	if (kind && strcmp(kind, "fail") != 0)
		return LEVEL_NONE;
	return rule && rule->has_level ? rule->level : LEVEL_WARNING;
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

/* Each string under "<prefix>.<its name>"; answers the first. */
static const char *add_named_values(struct record *record, const char *prefix, const struct json *object)
{
	const char *first = NULL;
	int left = NAMED_VALUES_MAX;

	if (!json_is(object, JSON_OBJECT))
		return NULL;
	for (const struct json *member = object->first; member && left > 0; member = member->next) {
		struct json name = { .type = JSON_STRING, .text = member->name };
		const char *text = word_of(record, member);
		if (!text)
			continue;
		record_add(record, arena_printf(&record->arena, "%s.%s", prefix, json_text(&record->arena, &name)), text,
			   CERTAINTY_RECORDED);
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
	const char *whole = add_named_values(record, "sarif.fingerprint", json_get(result, "fingerprints"));
	const char *part = add_named_values(record, "sarif.partialFingerprint", json_get(result, "partialFingerprints"));

	record_add(record, "sarif.guid", word_of(record, json_get(result, "guid")), CERTAINTY_RECORDED);
	record_add(record, "sarif.correlationGuid", correlation, CERTAINTY_RECORDED);
	record->sample.external_id = correlation ? correlation : whole ? whole : part;
}

/* 3.35: "inSource", "external, accepted: justification"; several joined by "; ". */
static void add_suppressions(struct record *record, const struct json *list)
{
	struct strbuf text = STRBUF_INIT;

	for (const struct json *one = first_of(list); one; one = one->next) {
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

/* 3.27.8: references into taxonomies, by id or by index. */
static void add_taxa(struct record *record, const struct sarif_run *run, const struct json *result,
		     const struct sarif_rule *rule)
{
	struct strbuf taxa = STRBUF_INIT, cwe = STRBUF_INIT;

	for (const struct json *one = first_of(json_get(result, "taxa")); one; one = one->next) {
		int64_t which = json_int(json_path(one, "toolComponent.index"), -1), index = json_int(json_get(one, "index"), -1);
		const char *id = word_of(record, json_get(one, "id"));
		const char *name = word_of(record, json_path(one, "toolComponent.name"));
		if (which >= 0 && (uint64_t)which < run->taxonomies.len) {
			const struct sarif_component *taxonomy = &run->taxonomies.items[which];
			name = name ? name : taxonomy->name;
			if (!id && index >= 0 && (uint64_t)index < taxonomy->taxa_count)
				id = taxonomy->taxa[index];
		}
		if (!id)
			continue;
		bool is_cwe = name && strcmp(name, "CWE") == 0;
		if (is_cwe)
			strbuf_addf(&cwe, "%s%s%s", cwe.len_bytes ? ", " : "", strncmp(id, "CWE-", 4) ? "CWE-" : "", id);
		else
			strbuf_addf(&taxa, "%s%s%s%s", taxa.len_bytes ? ", " : "", name ? name : "", name ? "/" : "", id);
	}
	if (cwe.len_bytes)
		record_add(record, "sarif.cwe", arena_text(&record->arena, strbuf_slice(&cwe)), CERTAINTY_RECORDED);
	else if (rule)
		record_add(record, "sarif.cwe", rule->cwe, CERTAINTY_DERIVED);
	if (taxa.len_bytes)
		record_add(record, "sarif.taxa", arena_text(&record->arena, strbuf_slice(&taxa)), CERTAINTY_RECORDED);
	strbuf_release(&taxa);
	strbuf_release(&cwe);
}

/* What is not taken over yet is at least counted. */
static void add_counts(struct record *record, const struct json *result)
{
	static const struct {
		const char *name, *key;
		uint32_t from; /* fewer say nothing */
	} lists[] = {
		{ "locations", "sarif.locations", 2 },
		{ "relatedLocations", "sarif.relatedLocations", 1 },
		{ "codeFlows", "sarif.codeFlows", 1 },
		{ "stacks", "sarif.stacks", 1 },
		{ "fixes", "sarif.fixes", 1 },
		{ "attachments", "sarif.attachments", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const struct json *list = json_get(result, lists[i].name);
		if (json_is(list, JSON_ARRAY) && list->count >= lists[i].from)
			record_add_number(record, lists[i].key, list->count, CERTAINTY_DERIVED);
	}
}

static void add_run(struct record *record, const struct sarif_run *run, const struct sarif_component *component)
{
	record_add_number(record, "sarif.run", run->index, CERTAINTY_RECORDED);
	record_add(record, "sarif.toolVersion", run->driver.version, CERTAINTY_RECORDED);
	if (component != &run->driver)
		record_add(record, "sarif.toolComponent", component->name, CERTAINTY_RECORDED);
	record_add(record, "sarif.automationId", run->automation_id, CERTAINTY_RECORDED);
	record_add(record, "sarif.repository", run->repository, CERTAINTY_RECORDED);
	record_add(record, "sarif.revision", run->revision, CERTAINTY_RECORDED);
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

static void set_score(struct flag *flag, const struct json *result)
{
	double rank = json_double(json_get(result, "rank"), -1); /* 3.27.25: 0 to 100; -1 is "none" */

	flag->has_score = rank >= 0 && rank <= 100;
	flag->score = flag->has_score ? rank : 0;
}

void sarif_result_read(struct record *record, struct sarif_run *run, const struct field_table *fields,
		       const struct json *result)
{
	const struct json *reference = json_get(result, "rule");
	const struct sarif_component *component = sarif_component_find(run, json_get(reference, "toolComponent"));
	const struct sarif_rule *rule = sarif_rule_find(run, result);
	const char *kind = kind_of(record, result);
	const char *baseline = word_of(record, json_get(result, "baselineState"));
	struct flag *flag = record_add_flag(record, SOURCE_SAST, level_of(record, result, rule, kind));

	flag->tool = run->driver.name;
	flag->rule = word_of(record, json_get(result, "ruleId"));
	if (!flag->rule)
		flag->rule = word_of(record, json_get(reference, "id"));
	if (!flag->rule && rule)
		flag->rule = rule->id;
	flag->message = sarif_message_text(record, run, component, rule, json_get(result, "message"));
	set_score(flag, result);
	sarif_locate(record, run, result, flag);

	if (!baseline || strcmp(baseline, "none") == 0 || !baseline_parse(baseline, &record->sample.baseline))
		record->sample.baseline = BASELINE_NONE;
	add_run(record, run, component);
	if (kind && strcmp(kind, "fail") != 0)
		record_add(record, "sarif.kind", kind, CERTAINTY_RECORDED);
	add_identity(record, result);
	add_suppressions(record, json_get(result, "suppressions"));
	add_taxa(record, run, result, rule);
	if (rule) {
		record_add(record, "sarif.ruleName", rule->name, CERTAINTY_RECORDED);
		record_add(record, "sarif.security-severity", rule->security_severity, CERTAINTY_RECORDED);
	}
	record_add_json(record, "sarif.occurrenceCount", json_get(result, "occurrenceCount"));
	record_add_json(record, "sarif.firstDetectionTimeUtc", json_path(result, "provenance.firstDetectionTimeUtc"));
	record_add_json(record, "sarif.lastDetectionTimeUtc", json_path(result, "provenance.lastDetectionTimeUtc"));
	add_counts(record, result);
	add_properties(record, fields, result);
	export_mark_apply(record, json_path(result, "properties.aitia"));
}
