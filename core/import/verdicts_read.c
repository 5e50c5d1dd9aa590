/* The forms in which verdicts come. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/row_flags.h"
#include "core/import/verdicts_table.h"

/* {"eval": {"HumanEval/0": [{…}]}}: so deep objects are looked into for ids. */
#define DEPTH_MAX 3

struct reading {
	struct verdicts *verdicts;
	struct field_table *fields;
	struct record record; /* a row's flags are made in it */
	struct arena arena;   /* of the value at hand */
};

static const char *keep(struct reading *reading, const char *text)
{
	return arena_strdup(&reading->verdicts->arena, text);
}

/* ---- reports: lists of ids --------------------------------------------------------- */

enum rank { RANK_SEEN, RANK_FAILED, RANK_PASSED };

/* swebench/harness/reporting.py (2.0 and later; the names in "_ids") and swebench/metrics
 * of 1.x, which SWE-bench/experiments still writes. RANK_SEEN: how far it came. */
static const struct report_list {
	const char *name;
	enum rank rank;
	const char *says;
} report_lists[] = {
	{ "resolved", RANK_PASSED, "resolved" },
	{ "unresolved", RANK_FAILED, "the tests do not all pass" },
	{ "error", RANK_FAILED, "the evaluation ended in an error" },
	{ "empty_patch", RANK_FAILED, "the patch is empty" },
	{ "incomplete", RANK_FAILED, "the evaluation did not run to its end" },
	{ "no_generation", RANK_FAILED, "no patch was generated" },
	{ "no_logs", RANK_FAILED, "the evaluation left no log" },
	{ "install_fail", RANK_FAILED, "the environment could not be installed" },
	{ "reset_failed", RANK_FAILED, "the repository could not be reset" },
	{ "no_apply", RANK_FAILED, "the patch does not apply" },
	{ "test_errored", RANK_FAILED, "the tests ended in an error" },
	{ "test_timeout", RANK_FAILED, "the tests took too long" },
	{ "generated", RANK_SEEN, "generated, but not resolved" },
	{ "with_logs", RANK_SEEN, "evaluated, but not resolved" },
	{ "applied", RANK_SEEN, "applied, but not resolved" },
	{ "completed", RANK_SEEN, "evaluated, but not resolved" },
	{ "submitted", RANK_SEEN, "submitted, but not resolved" },
};

static const struct report_list *report_list_of(struct slice name)
{
	if (name.len_bytes > 4 && memcmp(name.at + name.len_bytes - 4, "_ids", 4) == 0)
		name.len_bytes -= 4;
	for (size_t i = 0; i < ARRAY_LEN(report_lists); i++)
		if (slice_is(name, report_lists[i].name))
			return &report_lists[i];
	return NULL;
}

bool verdicts_is_list(struct slice name)
{
	return report_list_of(name) != NULL;
}

static bool is_list_of_ids(const struct json *member)
{
	return member->type == JSON_ARRAY && (!member->first || member->first->type == JSON_STRING) &&
	       verdicts_is_list(member->name);
}

/* A row may have an empty "error" too, but it has an id. */
static bool is_report(const struct reading *reading, const struct json *object)
{
	struct field_values values;
	size_t lists = 0;

	for (const struct json *member = object->first; member; member = member->next)
		lists += is_list_of_ids(member);
	if (lists)
		fields_find(reading->fields, object, &values);
	return lists && !values.of[FIELD_EXTERNAL_ID];
}

/* One flag for each list, shared by all its ids. */
static const struct flag *flag_of_list(struct reading *reading, const struct report_list *list, struct slice name)
{
	struct flag *flag = arena_alloc(&reading->verdicts->arena, sizeof(*flag));

	flag->source = SOURCE_EVAL;
	flag->level = list->rank == RANK_PASSED ? LEVEL_NONE : LEVEL_ERROR;
	/* What only came so far failed as all do that are not among the resolved. */
	flag->rule = list->rank == RANK_SEEN ? "unresolved" : utf8_clean(&reading->verdicts->arena, name);
	flag->message = list->says;
	return flag;
}

static struct verdict_entry *verdict_of_report(struct reading *reading, const char *id)
{
	struct verdict_key *key = verdicts_key(reading->verdicts, id);

	if (!key->first)
		verdicts_link(reading->verdicts, key, verdicts_add(reading->verdicts));
	return key->first->verdict;
}

static void take_report(struct reading *reading, const struct json *report)
{
	for (const struct json *member = report->first; member; member = member->next) {
		if (!is_list_of_ids(member) || !member->count)
			continue;
		const struct report_list *list = report_list_of(member->name);
		const struct flag *flag = flag_of_list(reading, list, member->name);
		for (const struct json *id = member->first; id; id = id->next) {
			char *text = json_text(&reading->arena, id);
			if (!text || !text[0])
				continue;
			struct verdict_entry *verdict = verdict_of_report(reading, text);
			if (verdict->flag_count && (int)list->rank < verdict->rank)
				continue;
			verdict->rank = (int)list->rank;
			verdict->flags = flag;
			verdict->flag_count = 1;
		}
	}
}

/* ---- rows ---------------------------------------------------------------------------- */

/* Names that say "verdict" only where nothing but verdicts is expected. */
static void find_more_verdicts(const struct json *object, struct field_values *values)
{
	static const char *const names[] = { "status", "outcome", "test_outcome", "score", "value", "label" };

	for (size_t i = 0; i < ARRAY_LEN(names) && !values->verdict_count; i++) {
		const struct json *value = json_get(object, names[i]);
		if (value && row_is_verdict(value)) {
			values->verdicts[0] = value;
			values->verdict_names[0] = names[i];
			values->verdict_count = 1;
		}
	}
}

/* The flags that were made in the record, copied for as long as the table. */
static bool keep_flags(struct reading *reading, struct verdict_entry *verdict)
{
	size_t count = reading->record.flags.len;
	struct flag *flags = arena_array(&reading->verdicts->arena, count, sizeof(*flags));

	for (size_t i = 0; i < count; i++) {
		flags[i] = reading->record.flags.items[i];
		flags[i].tool = keep(reading, flags[i].tool);
		flags[i].rule = keep(reading, flags[i].rule);
		flags[i].message = keep(reading, flags[i].message);
	}
	verdict->flags = flags;
	verdict->flag_count = count;
	return count > 0;
}

static void link_ids(struct reading *reading, const struct json *object, const struct field_values *values,
		     const char *id, struct verdict_entry *verdict)
{
	static const char *const names[] = { "instance_id", "task_id", "custom_id", "question_id", "sample_id", "doc_id" };
	struct verdicts *table = reading->verdicts;
	const struct json *best = values->of[FIELD_EXTERNAL_ID];
	const char *text = record_text(&reading->record, best);

	if (text && text[0])
		verdicts_link(table, verdicts_key(table, text), verdict);
	if (id && (!text || strcmp(id, text) != 0))
		verdicts_link(table, verdicts_key(table, id), verdict);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct json *other = json_get(object, names[i]);
		const char *alias = other != best ? record_text(&reading->record, other) : NULL;
		if (alias && alias[0] && (!text || strcmp(alias, text) != 0) && (!id || strcmp(alias, id) != 0))
			verdicts_link(table, verdicts_key(table, alias), verdict);
	}
}

/* False when there is no verdict in it, or nothing that it is about. */
static bool take_row(struct reading *reading, const struct json *object, const char *id)
{
	struct field_values values;

	record_begin(&reading->record);
	fields_find(reading->fields, object, &values);
	if (!id && !values.of[FIELD_EXTERNAL_ID])
		return false;
	find_more_verdicts(object, &values);
	row_add_verdicts(&reading->record, &values);
	if (!reading->record.flags.len)
		return false;
	struct verdict_entry *verdict = verdicts_add(reading->verdicts);
	keep_flags(reading, verdict);
	link_ids(reading, object, &values, id, verdict);
	return true;
}

/* "astropy__astropy-7746": true */
static void take_word(struct reading *reading, const struct json *member, const char *id)
{
	struct field_values values = { .verdicts = { member }, .verdict_names = { "verdict" }, .verdict_count = 1 };

	if (!row_is_verdict(member))
		return;
	record_begin(&reading->record);
	row_add_verdicts(&reading->record, &values);
	struct verdict_entry *verdict = verdicts_add(reading->verdicts);
	keep_flags(reading, verdict);
	verdicts_link(reading->verdicts, verdicts_key(reading->verdicts, id), verdict);
}

/* ---- documents ----------------------------------------------------------------------- */

static void take_object(struct reading *reading, const struct json *object, const char *id, int depth);

static void take_list(struct reading *reading, const struct json *list, const char *id, int depth)
{
	for (const struct json *one = list->first; one; one = one->next)
		if (one->type == JSON_OBJECT)
			take_object(reading, one, id, depth + 1);
}

static void take_object(struct reading *reading, const struct json *object, const char *id, int depth)
{
	if (is_report(reading, object)) {
		take_report(reading, object);
		return;
	}
	if (take_row(reading, object, id) || depth == DEPTH_MAX)
		return;
	for (const struct json *member = object->first; member; member = member->next) {
		const char *name = utf8_clean(&reading->arena, member->name);
		if (member->type == JSON_OBJECT)
			take_object(reading, member, name, depth + 1);
		else if (member->type == JSON_ARRAY)
			take_list(reading, member, name, depth);
		else if (name[0])
			take_word(reading, member, name);
	}
}

enum status verdicts_read(struct verdicts *verdicts, int fd, struct error *err)
{
	static const struct import_options no_options;
	struct reading reading = { .verdicts = verdicts, .fields = field_table_new(&no_options), .arena = ARENA_INIT };
	struct json_reader *reader = json_reader_open_fd(fd);
	enum status status = STATUS_OK;
	enum json_type type;
	const struct json *value;

	record_init(&reading.record, NULL);
	json_reader_set_relaxed(reader, true);
	while (status == STATUS_OK && json_reader_peek(reader, &type)) {
		arena_clear(&reading.arena);
		status = json_reader_value(reader, &reading.arena, 0, &value, err);
		if (status == STATUS_OK && type == JSON_OBJECT)
			take_object(&reading, value, NULL, 0);
		else if (status == STATUS_OK && type == JSON_ARRAY)
			take_list(&reading, value, NULL, 0);
	}
	if (status == STATUS_OK)
		status = json_reader_finish(reader, err);
	if (status != STATUS_OK && json_reader_offset(reader) == 0)
		status = error_set(err, STATUS_INPUT, "it is no JSON; verdicts are rows of JSON Lines, an object by id, or a "
				   "report of the SWE-bench harness");
	json_reader_free(reader);
	record_release(&reading.record);
	arena_release(&reading.arena);
	field_table_free(reading.fields);
	return status;
}
