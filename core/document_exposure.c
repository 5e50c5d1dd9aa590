/* Denominators in the apply document. */
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/document_read.h"

enum { DAY, OUTPUTS, VALUES, NAME_COUNT };
static const char *const names[NAME_COUNT] = { "day", "outputs", "values" };

static enum status read_day(struct document_reader *reader, const struct json *value, int64_t *out)
{
	struct instant at = INSTANT_UNKNOWN;
	enum status status = document_instant(reader, value, names[DAY], &at);
	size_t mark;

	if (status != STATUS_OK)
		return status;
	*out = at.at_us / DAY_US - (at.at_us % DAY_US < 0);
	if (at.precision >= PRECISION_DAY)
		return STATUS_OK;
	mark = document_enter(reader, names[DAY]);
	status = document_fail(reader, "must be a day: 2026-03-04");
	document_leave(reader, mark);
	return status;
}

static enum status read_outputs(struct document_reader *reader, const struct json *value, int64_t *out)
{
	size_t mark = document_enter(reader, names[OUTPUTS]);
	enum status status = STATUS_OK;

	*out = json_int(value, -1);
	if (*out < 0 || *out > EXPOSURE_OUTPUTS_MAX)
		status = document_fail(reader, "must be a whole number from 0 on");
	document_leave(reader, mark);
	return status;
}

static enum status read_values(struct document_reader *reader, const struct json *value, struct exposure *out)
{
	struct exposure_value *values = arena_array(reader->arena, EXPOSURE_KEYS_MAX, sizeof(*values));
	size_t mark = document_enter(reader, names[VALUES]);
	enum status status = STATUS_OK;

	if (value && !json_is(value, JSON_NULL) && (!json_is(value, JSON_OBJECT) || value->count > EXPOSURE_KEYS_MAX))
		status = document_fail(reader, "must be an object of at most %d keys", EXPOSURE_KEYS_MAX);
	for (const struct json *member = status == STATUS_OK && value ? value->first : NULL; member && status == STATUS_OK;
	     member = member->next) {
		struct table_key key;
		struct error reason;
		if (!json_is(member, JSON_STRING) && !json_is(member, JSON_NULL))
			status = document_fail(reader, "the value of a key must be a string or null");
		else if (table_key_parse(reader->arena, utf8_clean(reader->arena, member->name), &key, &reason) != STATUS_OK)
			status = document_fail(reader, "%s", reason.text);
		else if (!key.provenance && key.facet != FACET_LANG && key.facet != FACET_KIND)
			status = document_fail(reader, "'%s' is nothing that all outputs have", facet_word(key.facet));
		else
			values[out->value_count++] = (struct exposure_value){ arena_strdup(reader->arena, table_key_word(&key)),
									      json_text(reader->arena, member) };
	}
	exposure_sort_values(values, out->value_count);
	out->values = values;
	if (status == STATUS_OK && exposure_check(out, NULL) != STATUS_OK)
		status = document_fail(reader, "a key stands twice, or has no name");
	document_leave(reader, mark);
	return status;
}

static void read_row(struct document_reader *reader, const struct json *value, struct exposure *out)
{
	const struct json *found[NAME_COUNT];

	*out = (struct exposure){ .value_count = 0 };
	if (document_names(reader, value, names, NAME_COUNT, found) != STATUS_OK)
		return;
	if (read_day(reader, found[DAY], &out->day) == STATUS_OK && read_outputs(reader, found[OUTPUTS], &out->outputs) == STATUS_OK)
		(void)!read_values(reader, found[VALUES], out);
}

struct row_place {
	const struct exposure *row;
	size_t at;
};

static int by_row(const void *a, const void *b)
{
	const struct row_place *x = a, *y = b;
	int order = x->row->day != y->row->day ? (x->row->day < y->row->day ? -1 : 1) : exposure_compare_values(x->row, y->row);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Which of two numbers for the same would count? */
static void note_doubles(struct document_reader *reader, const struct exposure *rows, size_t count)
{
	struct row_place *places = arena_array(reader->arena, count, sizeof(*places));

	for (size_t i = 0; i < count; i++)
		places[i] = (struct row_place){ &rows[i], i };
	if (count)
		qsort(places, count, sizeof(*places), by_row);
	for (size_t i = 1; i < count; i++)
		if (places[i - 1].row->day == places[i].row->day && exposure_compare_values(places[i - 1].row, places[i].row) == 0)
			document_note(reader, arena_printf(reader->arena, "/%zu", places[i].at), "the same day and values stand twice");
}

void document_read_exposures(struct document_reader *reader, const struct json *list, const struct exposure **out, size_t *count)
{
	size_t outer = document_enter(reader, "exposures"), at = 0;
	struct exposure *rows;

	*count = 0;
	if (!json_is(list, JSON_ARRAY)) {
		document_fail(reader, "must be an array");
		document_leave(reader, outer);
		return;
	}
	rows = arena_array(reader->arena, list->count, sizeof(*rows));
	for (const struct json *item = list->first; item; item = item->next) {
		size_t mark = document_enter_index(reader, at);
		read_row(reader, item, &rows[at++]);
		document_leave(reader, mark);
	}
	if (!reader->fault_count)
		note_doubles(reader, rows, at);
	document_leave(reader, outer);
	*out = rows;
	*count = at;
}
