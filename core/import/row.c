#include "core/import/row.h"

#include "core/base/utf8.h"
#include "core/import/export_mark.h"
#include "core/import/row_flags.h"
#include "core/import/row_output.h"

/* So deep a list of outputs may lie in lists: lm-evaluation-harness has one per request. */
#define LISTS_DEPTH_MAX 3
/* Attributes taken from around the rows: they must not crowd out those of the row. */
#define AROUND_KEYS_MAX 24

/* ---- looking ---------------------------------------------------------------------- */

/* A value of ours where the record has none of its own. */
static const struct json *string_node(struct arena *arena, struct slice text)
{
	struct json *node = arena_alloc(arena, sizeof(*node));

	node->type = JSON_STRING;
	node->text = text;
	return node;
}

static bool has_output(const struct field_values *values)
{
	return values->of[FIELD_CODE] || values->of[FIELD_DIFF];
}

static bool is_output(const struct field_table *table, struct arena *arena, const struct json *value)
{
	struct field_values found = { .verdict_count = 0 };

	if (value->type == JSON_OBJECT)
		fields_find(table, value, &found);
	return has_output(&found) || row_output_text(arena, value).at;
}

/* A list of lists is one list; but parts of an answer are no answers. */
static void collect_outputs(struct row *row, const struct field_table *table, struct arena *arena,
			    const struct json *list, int depth)
{
	for (const struct json *one = list->first; one; one = one->next) {
		bool is_list = json_is(one, JSON_ARRAY) && one->first &&
			       (one->first->type == JSON_STRING || one->first->type == JSON_ARRAY);
		if (is_list && depth < LISTS_DEPTH_MAX)
			collect_outputs(row, table, arena, one, depth + 1);
		else if (is_output(table, arena, one))
			vec_push(&row->outputs, one);
	}
}

static void find_outputs(struct row *row, const struct field_table *table, struct arena *arena)
{
	static const enum import_field lists[] = { FIELD_SAMPLES, FIELD_ATTEMPTS };

	for (size_t i = 0; i < ARRAY_LEN(lists) && !row->outputs.len; i++)
		if (row->values.of[lists[i]])
			collect_outputs(row, table, arena, row->values.of[lists[i]], 1);
}

/* Anthropic's batches have the message itself one deeper: {"result": {"message": …}}. */
static const struct json *envelope_in(const struct field_values *found, const struct json *object, size_t layer)
{
	const struct json *message = layer ? json_get(object, "message") : NULL;

	return json_is(message, JSON_OBJECT) ? message : found->of[FIELD_ANSWER];
}

/* What an outer layer has stays; deeper "id"s are those of requests. */
static void open_envelopes(struct row *row, const struct field_table *table, struct arena *arena)
{
	const struct json *next = envelope_in(&row->values, row->objects[0], 0);

	while (next && row->layers < ROW_LAYERS_MAX && !has_output(&row->values)) {
		struct field_values found;
		const char *prefix = arena_printf(arena, "%s%s.", row->prefixes[row->layers - 1],
						  utf8_clean(arena, next->name));
		fields_find(table, next, &found);
		found.of[FIELD_KIND] = found.of[FIELD_PATH] = NULL;
		fields_merge(&row->values, &found);
		row->objects[row->layers] = next;
		row->prefixes[row->layers] = prefix;
		next = envelope_in(&found, next, row->layers++);
	}
}

/* The output of a row that names none: a list of outputs, parts of one, an envelope
 * that is one itself, or the end of a chat. */
static void settle_output(struct row *row, const struct field_table *table, struct arena *arena)
{
	struct slice text = { NULL, 0 }, before;

	if (row->values.of[FIELD_PARTS])
		text = row_output_text(arena, row->values.of[FIELD_PARTS]);
	if (!text.at)
		find_outputs(row, table, arena);
	for (size_t i = row->layers - 1; i > 0 && !text.at && !row->outputs.len; i--)
		text = row_output_text(arena, row->objects[i]);
	if (!text.at && !row->outputs.len && row->values.of[FIELD_MESSAGES]) {
		text = row_chat_answer(arena, row->values.of[FIELD_MESSAGES], &before);
		if (before.at && !row->values.of[FIELD_PROMPT])
			row->values.of[FIELD_PROMPT] = string_node(arena, before);
	}
	if (text.at)
		row->values.of[FIELD_CODE] = string_node(arena, text);
}

/* Of what stands around all rows, what can be true of each of them. */
static void look_around(struct row *row, const struct field_table *table, const struct json *around)
{
	static const enum import_field shared[] = { FIELD_MODEL, FIELD_MODEL_REQUESTED, FIELD_PROVIDER, FIELD_HARNESS,
						    FIELD_PROMPT_VERSION, FIELD_EFFORT, FIELD_SESSION, FIELD_PRODUCED_AT,
						    FIELD_LANGUAGE, FIELD_ILLUSTRATIVE };
	struct field_values found;

	fields_find(table, around, &found);
	for (size_t i = 0; i < ARRAY_LEN(shared); i++)
		if (!row->values.of[shared[i]])
			row->values.of[shared[i]] = found.of[shared[i]];
	for (const struct json *member = around->first; member; member = member->next)
		if (member->type == JSON_OBJECT && field_holds_attributes(member->name) && around == row->around)
			look_around(row, table, member);
}

void row_read(struct row *row, const struct field_table *table, struct record *record, const struct json *object)
{
	vec_clear(&row->outputs);
	row->objects[0] = object;
	row->prefixes[0] = "";
	row->layers = 1;
	fields_find(table, object, &row->values);
	fields_map(table, record, object, &row->values);
	if (!has_output(&row->values)) {
		open_envelopes(row, table, &record->arena);
		if (!has_output(&row->values))
			settle_output(row, table, &record->arena);
	}
	if (row->values.of[FIELD_MESSAGES] && !row->values.of[FIELD_PROMPT])
		row->values.of[FIELD_PROMPT] = row->values.of[FIELD_MESSAGES];
	if (row->around)
		look_around(row, table, row->around);
	if (row->key && !row->values.of[FIELD_EXTERNAL_ID])
		row->values.of[FIELD_EXTERNAL_ID] = string_node(&record->arena, slice_of(row->key));
}

bool row_is_known(const struct row *row)
{
	static const enum import_field needed[] = { FIELD_CODE, FIELD_DIFF, FIELD_PROMPT, FIELD_MESSAGE, FIELD_ERROR,
						    FIELD_FLAGS };

	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (row->values.of[needed[i]])
			return true;
	/* Reference solutions come as lists of texts: with a name they can be looked up. */
	return row->outputs.len > 0 || (row->key && row->values.of[FIELD_EXPECTED]);
}

/* ---- samples ---------------------------------------------------------------------- */

/*
 * The file that a unified diff changes, if it is the only one: the name behind "+++ ",
 * without git's "b/" and what stands behind a tab (the time, as diff -u writes it).
 */
static const char *path_of_diff(struct record *record, struct slice diff)
{
	const char *at = diff.at, *end = diff.at + diff.len_bytes;
	struct slice found = { NULL, 0 };

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		if (stop - at > 4 && memcmp(at, "+++ ", 4) == 0) {
			if (found.at)
				return NULL;
			found = (struct slice){ at + 4, (size_t)(stop - at) - 4 };
		}
		at = newline ? newline + 1 : end;
	}
	if (!found.at)
		return NULL;
	for (size_t i = 0; i < found.len_bytes; i++)
		if (found.at[i] == '\t' || found.at[i] == '\r')
			found.len_bytes = i;
	if (found.len_bytes > 2 && memcmp(found.at, "b/", 2) == 0)
		found = (struct slice){ found.at + 2, found.len_bytes - 2 };
	if (found.len_bytes == 0 || slice_is(found, "/dev/null") || found.at[0] == '"')
		return NULL; /* deleted, or in git's quotes, which are not undone here */
	return utf8_clean(&record->arena, found);
}

static struct slice text_or_json(const struct json *value)
{
	return !value || value->type == JSON_STRING ? json_slice(value) : value->raw;
}

/* A list of verdicts as long as that of the outputs is one for each. Of the whole row,
 * failure is that of each output; success may be that of any, and stays an attribute. */
static void verdicts_of_output(const struct row *row, size_t index, struct field_values *values)
{
	size_t kept = 0;

	for (size_t i = 0; i < values->verdict_count; i++) {
		const struct json *value = values->verdicts[i];
		if (value->type == JSON_ARRAY)
			value = value->count == row->outputs.len ? json_at(value, index) : NULL;
		else if (row->outputs.len > 1 && !row_has_failed(value))
			value = NULL;
		if (!value || value->type == JSON_ARRAY || value->type == JSON_OBJECT || value->type == JSON_NULL)
			continue;
		values->verdict_names[kept] = values->verdict_names[i];
		values->verdicts[kept++] = value;
	}
	values->verdict_count = kept;
}

/* Of an element that is an object, what it knows itself comes before what the row knows;
 * but the row's id is the one by which others know it. */
static void values_of_output(const struct row *row, const struct field_table *table, size_t index,
			     struct record *record, struct field_values *values)
{
	const struct json *output = row->outputs.items[index], *id = row->values.of[FIELD_EXTERNAL_ID];
	struct field_values of_row = row->values;

	verdicts_of_output(row, index, &of_row);
	of_row.of[FIELD_SAMPLES] = of_row.of[FIELD_ATTEMPTS] = NULL;
	*values = (struct field_values){ .verdict_count = 0 };
	if (output->type == JSON_OBJECT)
		fields_find(table, output, values);
	values->of[FIELD_SAMPLES] = values->of[FIELD_ATTEMPTS] = NULL;
	if (!has_output(values))
		values->of[FIELD_CODE] = string_node(&record->arena, row_output_text(&record->arena, output));
	if (id)
		values->of[FIELD_EXTERNAL_ID] = id;
	fields_merge(values, &of_row);
	fields_map(table, record, row->objects[0], &of_row); /* keys of the provenance, for this record too */
}

/* A list of one says it of the one. */
static void verdicts_of_row(struct field_values *values)
{
	size_t kept = 0;

	for (size_t i = 0; i < values->verdict_count; i++) {
		const struct json *value = values->verdicts[i];
		if (value->type == JSON_ARRAY)
			value = value->count == 1 && value->first->type != JSON_ARRAY && value->first->type != JSON_OBJECT &&
				value->first->type != JSON_NULL ? value->first : NULL;
		if (!value)
			continue;
		values->verdict_names[kept] = values->verdict_names[i];
		values->verdicts[kept++] = value;
	}
	values->verdict_count = kept;
}

static void fill_sample(struct record *record, struct field_values *values)
{
	struct sample *sample = &record->sample;
	enum sample_kind kind;

	sample->code = json_slice(values->of[FIELD_CODE]);
	sample->diff = json_slice(values->of[FIELD_DIFF]);
	sample->prompt = row_prompt_text(&record->arena, values->of[FIELD_PROMPT]);
	sample->expected = text_or_json(values->of[FIELD_EXPECTED]);
	sample->kind = sample->diff.at && !sample->code.at ? SAMPLE_KIND_PATCH : SAMPLE_KIND_COMPLETION;
	if (values->of[FIELD_KIND]) {
		if (sample_kind_parse(json_text(&record->arena, values->of[FIELD_KIND]), &kind))
			sample->kind = kind;
		else
			values->of[FIELD_KIND] = NULL;
	}
	fields_apply_context(record, values);
	if (!sample->path && sample->diff.at)
		sample->path = path_of_diff(record, sample->diff);
}

static bool has_key(const struct record *record, const char *key)
{
	for (size_t i = 0; i < record->provenance.len; i++)
		if (strcmp(record->provenance.items[i].key, key) == 0)
			return true;
	return false;
}

/* Attributes of the surroundings that the row has none of that name for. What has a name
 * of ours was taken, or is of the whole file ("id", "message"). */
static void add_around(struct record *record, const struct field_table *table, const struct json *around,
		       const char *prefix)
{
	struct field_values known;
	int left = AROUND_KEYS_MAX;

	fields_find(table, around, &known);
	for (const struct json *member = around->first; member && left > 0; member = member->next) {
		const char *name = arena_printf(&record->arena, "%s%s", prefix, utf8_clean(&record->arena, member->name));
		const char *value = record_text(record, member);
		bool is_field = false;
		for (size_t i = 0; i < FIELD_COUNT; i++)
			is_field = is_field || known.of[i] == member;
		if (member->type == JSON_OBJECT && !prefix[0])
			add_around(record, table, member, arena_printf(&record->arena, "%s.", name));
		if (is_field || !value || has_key(record, name))
			continue;
		record_add(record, name, value, CERTAINTY_RECORDED);
		left--;
	}
}

void row_make_sample(const struct row *row, const struct field_table *table, size_t index, struct record *record)
{
	const struct json *output = row->outputs.len ? row->outputs.items[index] : NULL;
	struct field_values values = row->values;

	if (output)
		values_of_output(row, table, index, record, &values);
	else
		verdicts_of_row(&values);
	fill_sample(record, &values);
	row_add_flags(record, &values);
	if (row->outputs.len > 1)
		record_add_number(record, "attempt", (int64_t)index + 1, CERTAINTY_DERIVED);
	fields_add_rest(record, row->objects[0], &values);
	if (json_is(output, JSON_OBJECT))
		fields_add_rest(record, output, &values);
	for (size_t i = 0; i < row->layers; i++)
		fields_add_nested(record, row->prefixes[i], row->objects[i], &values);
	bool is_named = row->key && record->sample.external_id && strcmp(row->key, record->sample.external_id) == 0;
	if (row->key && !is_named)
		record_add(record, "key", row->key, CERTAINTY_RECORDED);
	if (is_named && row->attempt && row->outputs.len < 2)
		record_add_number(record, "attempt", row->attempt, CERTAINTY_DERIVED);
	if (row->around)
		add_around(record, table, row->around, "");
	export_mark_apply(record, json_get(row->objects[0], "aitia"));
}
