#include "core/analysis/contrast_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* ---- the order of values --------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int natural_compare(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	while (*a && *b) {
		if (is_digit(*a) && is_digit(*b)) {
			size_t len_a, len_b;
			int order;
			while (*a == '0' && is_digit(a[1]))
				a++;
			while (*b == '0' && is_digit(b[1]))
				b++;
			len_a = strspn(a, "0123456789");
			len_b = strspn(b, "0123456789");
			if (len_a != len_b)
				return len_a < len_b ? -1 : 1;
			if ((order = strncmp(a, b, len_a)) != 0)
				return order < 0 ? -1 : 1;
			a += len_a;
			b += len_b;
		} else if (*a != *b) {
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		} else {
			a++;
			b++;
		}
	}
	return (*a != 0) - (*b != 0);
}

/* Versions, numbers, dates: each has a digit, behind the same beginning. */
static bool are_ordered(const char *const *values, size_t count)
{
	size_t prefix = 0;

	for (size_t i = 1; i < count; i++) {
		size_t len = strcspn(values[i], "0123456789");
		if (!values[i][len] || (i > 1 && (len != prefix || memcmp(values[i], values[1], len) != 0)))
			return false;
		prefix = len;
	}
	return count > 2;
}

struct value {
	const char *text;
	uint32_t number;
};

static int by_nature(const void *a, const void *b)
{
	const struct value *x = a, *y = b;
	int order = natural_compare(x->text, y->text);

	if (order || !x->text) /* "02" and "2" are equal by nature, and two values */
		return order;
	return strcmp(x->text, y->text);
}

/* ---- joining tables ------------------------------------------------------------------------------ */

/* The values of one key in all tables, once each: `places[t]` says where those of table t are. */
static void join_values(struct arena *arena, const struct table *const *tables, size_t key, uint32_t **places,
			struct contrast_key *out)
{
	size_t total = 0, at = 0, kept = 0;
	struct value *all;
	const char **values;

	for (int t = 0; t < 3; t++)
		total += tables[t]->columns[key].value_count;
	all = mem_zalloc(total + 1, sizeof(*all));
	for (int t = 0; t < 3; t++)
		for (size_t i = 0; i < tables[t]->columns[key].value_count; i++)
			all[at] = (struct value){ tables[t]->columns[key].values[i], (uint32_t)at }, at++;
	qsort(all, total, sizeof(*all), by_nature);
	values = arena_array(arena, total, sizeof(*values));
	uint32_t *place = mem_zalloc(total + 1, sizeof(*place));
	for (size_t i = 0; i < total; i++) {
		if (kept == 0 || by_nature(&all[i], &(struct value){ values[kept - 1], 0 }) != 0)
			values[kept++] = all[i].text;
		place[all[i].number] = (uint32_t)kept - 1;
	}
	at = 0;
	for (int t = 0; t < 3; t++) {
		memcpy(places[t], place + at, tables[t]->columns[key].value_count * sizeof(*place));
		at += tables[t]->columns[key].value_count;
	}
	free(all);
	free(place);
	*out = (struct contrast_key){ .key = tables[0]->columns[key].key, .values = values, .value_count = kept,
				      .is_ordered = are_ordered(values, kept), .same_as = CONTRAST_NONE };
}

struct row {
	const uint32_t *cells;
	size_t width;
	double cases, total;
};

static int by_cells(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	for (size_t i = 0; i < x->width; i++)
		if (x->cells[i] != y->cells[i])
			return x->cells[i] < y->cells[i] ? -1 : 1;
	return 0;
}

/* Equal rows become one; what is in `both` is counted once. Rows of nothing are dropped. */
static size_t merge_rows(struct row *list, size_t count)
{
	size_t kept = 0;

	qsort(list, count, sizeof(*list), by_cells);
	for (size_t i = 0; i < count; i++) {
		if (kept && by_cells(&list[kept - 1], &list[i]) == 0) {
			list[kept - 1].cases += list[i].cases;
			list[kept - 1].total += list[i].total;
		} else {
			list[kept++] = list[i];
		}
	}
	count = kept;
	kept = 0;
	for (size_t i = 0; i < count; i++)
		if (list[i].total > 0)
			list[kept++] = list[i];
	return kept;
}

static void fill_rows(const struct row *list, size_t count, const struct contrast_key *keys, struct contrast_rows *out)
{
	out->count = count;
	out->cells = mem_zalloc(count * out->key_count + 1, sizeof(*out->cells));
	out->cases = mem_zalloc(count + 1, sizeof(double));
	out->total = mem_zalloc(count + 1, sizeof(double));
	out->value_counts = mem_zalloc(out->key_count + 1, sizeof(size_t));
	for (size_t k = 0; k < out->key_count; k++)
		out->value_counts[k] = keys[k].value_count;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < out->key_count; k++)
			out->cells[k * count + i] = list[i].cells[k];
		out->cases[i] = list[i].cases;
		out->total[i] = list[i].total;
		out->all_cases += list[i].cases;
		out->all += list[i].total;
	}
}

enum status contrast_rows_of(struct arena *arena, const struct table *cases, const struct table *against,
			     const struct table *both, struct contrast_rows *rows, struct contrast_key **keys,
			     struct error *err)
{
	const struct table *const tables[3] = { cases, against, both };
	static const double signs[3][2] = { { 1, 1 }, { 0, 1 }, { 0, -1 } }; /* what a row adds to cases, total */
	size_t width = cases->column_count, count = cases->row_count + against->row_count + both->row_count, at = 0;
	uint32_t *places[3], *cells = mem_zalloc(count * width + 1, sizeof(*cells));
	struct row *list = mem_zalloc(count + 1, sizeof(*list));

	*rows = (struct contrast_rows){ .key_count = width, .day = -1 };
	*keys = arena_array(arena, width, sizeof(**keys));
	for (size_t k = 0; k < width; k++) {
		size_t row = 0;
		for (int t = 0; t < 3; t++)
			places[t] = mem_zalloc(tables[t]->columns[k].value_count + 1, sizeof(**places));
		join_values(arena, tables, k, places, &(*keys)[k]);
		for (int t = 0; t < 3; t++)
			for (size_t i = 0; i < tables[t]->row_count; i++, row++)
				cells[row * width + k] = places[t][tables[t]->cells[i * width + k]];
		for (int t = 0; t < 3; t++)
			free(places[t]);
		if (!(*keys)[k].key.provenance && (*keys)[k].key.facet == FACET_DAY)
			rows->day = (int)k;
	}
	for (int t = 0; t < 3; t++)
		for (size_t i = 0; i < tables[t]->row_count; i++, at++)
			list[at] = (struct row){ cells + at * width, width, signs[t][0] * (double)tables[t]->counts[i],
						 signs[t][1] * (double)tables[t]->counts[i] };
	fill_rows(list, merge_rows(list, count), *keys, rows);
	free(list);
	free(cells);
	if (rows->all_cases <= 0)
		return error_set(err, STATUS_REFUSED, "no sample matches: there is nothing to contrast");
	if (rows->all - rows->all_cases <= 0)
		return error_set(err, STATUS_REFUSED, "all samples to compare with match the query too: there is nothing to "
				 "contrast them with");
	return STATUS_OK;
}

void contrast_rows_release(struct contrast_rows *rows)
{
	free(rows->cells);
	free(rows->cases);
	free(rows->total);
	free(rows->value_counts);
}

/* ---- fewer keys ------------------------------------------------------------------------------------- */

static uint64_t hash_row(const struct contrast_rows *rows, const bool *keep, size_t row)
{
	uint64_t hash = 0;

	for (size_t k = 0; k < rows->key_count; k++)
		if (keep[k]) {
			hash = (hash ^ rows->cells[k * rows->count + row]) * 0x9e3779b97f4a7c15u;
			hash ^= hash >> 29;
		}
	return hash;
}

static bool same_row(const struct contrast_rows *rows, const bool *keep, size_t a, size_t b)
{
	for (size_t k = 0; k < rows->key_count; k++)
		if (keep[k] && rows->cells[k * rows->count + a] != rows->cells[k * rows->count + b])
			return false;
	return true;
}

void contrast_project(const struct contrast_rows *rows, const bool *keep, struct contrast_rows *out, uint32_t *map)
{
	size_t slot_count = 64, count = 0;
	uint32_t *slots, *first = mem_zalloc(rows->count + 1, sizeof(*first)); /* a row of each that is kept */

	while (slot_count < rows->count * 2)
		slot_count *= 2;
	slots = mem_zalloc(slot_count, sizeof(*slots));
	for (size_t i = 0; i < rows->count; i++) {
		size_t at = hash_row(rows, keep, i) & (slot_count - 1);
		while (slots[at] && !same_row(rows, keep, first[slots[at] - 1], i))
			at = (at + 1) & (slot_count - 1);
		if (!slots[at]) {
			first[count] = (uint32_t)i;
			slots[at] = (uint32_t)++count;
		}
		map[i] = slots[at] - 1;
	}
	*out = (struct contrast_rows){ .count = count, .key_count = rows->key_count, .all_cases = rows->all_cases,
				       .all = rows->all, .day = rows->day };
	out->cells = mem_zalloc(count * rows->key_count + 1, sizeof(*out->cells));
	out->cases = mem_zalloc(count + 1, sizeof(double));
	out->total = mem_zalloc(count + 1, sizeof(double));
	out->value_counts = mem_zalloc(rows->key_count + 1, sizeof(size_t));
	for (size_t k = 0; k < rows->key_count; k++) {
		out->value_counts[k] = keep[k] ? rows->value_counts[k] : 1;
		for (size_t i = 0; keep[k] && i < count; i++)
			out->cells[k * count + i] = rows->cells[k * rows->count + first[i]];
	}
	for (size_t i = 0; i < rows->count; i++) {
		out->cases[map[i]] += rows->cases[i];
		out->total[map[i]] += rows->total[i];
	}
	free(slots);
	free(first);
}
