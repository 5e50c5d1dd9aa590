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

#define TABLES_MAX 3

/* Tables whose rows become one list. */
struct join {
	const struct table *tables[TABLES_MAX];
	double signs[TABLES_MAX][2]; /* what a row's count adds to cases, total */
	size_t table_count, width, count; /* count: rows of all tables */
	uint32_t **places[TABLES_MAX]; /* of each key: where the values of the table stand in those of the key */
	uint32_t *row;           /* of each row of the tables, one behind the other: which of the list it is */
	uint64_t *first;         /* of each of the list, a row that is it: table << 32 | number there */
	size_t row_count;
	double *cases, *total;   /* of each of the list */
};

/* The values of one key in all tables, once each. */
static void join_values(struct arena *arena, struct join *join, size_t key, struct contrast_key *out)
{
	size_t total = 0, at = 0, kept = 0;
	struct value *all;
	const char **values;
	uint32_t *place;

	for (size_t t = 0; t < join->table_count; t++)
		total += join->tables[t]->columns[key].value_count;
	all = mem_zalloc(total + 1, sizeof(*all));
	for (size_t t = 0; t < join->table_count; t++)
		for (size_t i = 0; i < join->tables[t]->columns[key].value_count; i++)
			all[at] = (struct value){ join->tables[t]->columns[key].values[i], (uint32_t)at }, at++;
	qsort(all, total, sizeof(*all), by_nature);
	values = arena_array(arena, total, sizeof(*values));
	place = mem_zalloc(total + 1, sizeof(*place));
	for (size_t i = 0; i < total; i++) {
		if (kept == 0 || by_nature(&all[i], &(struct value){ values[kept - 1], 0 }) != 0)
			values[kept++] = arena_strdup(arena, all[i].text);
		place[all[i].number] = (uint32_t)kept - 1;
	}
	at = 0;
	for (size_t t = 0; t < join->table_count; t++) {
		size_t count = join->tables[t]->columns[key].value_count;
		join->places[t][key] = mem_zalloc(count + 1, sizeof(*place));
		memcpy(join->places[t][key], place + at, count * sizeof(*place));
		at += count;
	}
	free(all);
	free(place);
	*out = (struct contrast_key){ .key = { join->tables[0]->columns[key].key.facet,
					       arena_strdup(arena, join->tables[0]->columns[key].key.provenance) },
				      .values = values, .value_count = kept, .is_ordered = are_ordered(values, kept),
				      .too_many = kept > CONTRAST_VALUES_MAX, .same_as = CONTRAST_NONE };
}

static uint32_t cell_of(const struct join *join, uint64_t row, size_t key)
{
	size_t t = (size_t)(row >> 32), i = (size_t)(uint32_t)row;

	return join->places[t][key][join->tables[t]->cells[i * join->width + key]];
}

static bool same_cells(const struct join *join, uint64_t a, uint64_t b)
{
	for (size_t k = 0; k < join->width; k++)
		if (cell_of(join, a, k) != cell_of(join, b, k))
			return false;
	return true;
}

/* Equal rows become one. */
static void join_rows(struct join *join)
{
	size_t slot_count = 64, at_row = 0;
	uint32_t *slots;

	while (slot_count < join->count * 2)
		slot_count *= 2;
	slots = mem_zalloc(slot_count, sizeof(*slots));
	join->row = mem_zalloc(join->count + 1, sizeof(*join->row));
	join->first = mem_zalloc(join->count + 1, sizeof(*join->first));
	for (size_t t = 0; t < join->table_count; t++)
		for (size_t i = 0; i < join->tables[t]->row_count; i++, at_row++) {
			uint64_t row = (uint64_t)t << 32 | i, hash = 0;
			size_t at;
			for (size_t k = 0; k < join->width; k++) {
				hash = (hash ^ cell_of(join, row, k)) * 0x9e3779b97f4a7c15u;
				hash ^= hash >> 29;
			}
			at = hash & (slot_count - 1);
			while (slots[at] && !same_cells(join, join->first[slots[at] - 1], row))
				at = (at + 1) & (slot_count - 1);
			if (!slots[at]) {
				join->first[join->row_count] = row;
				slots[at] = (uint32_t)++join->row_count;
			}
			join->row[at_row] = slots[at] - 1;
		}
	free(slots);
}

static void count_rows(struct join *join)
{
	size_t at = 0;

	join->cases = mem_zalloc(join->row_count + 1, sizeof(double));
	join->total = mem_zalloc(join->row_count + 1, sizeof(double));
	for (size_t t = 0; t < join->table_count; t++)
		for (size_t i = 0; i < join->tables[t]->row_count; i++, at++) {
			join->cases[join->row[at]] += join->signs[t][0] * (double)join->tables[t]->counts[i];
			join->total[join->row[at]] += join->signs[t][1] * (double)join->tables[t]->counts[i];
		}
	free(join->row);
	join->row = NULL;
}

/* Rows of nothing are dropped. */
static void fill_rows(struct join *join, const struct contrast_key *keys, struct contrast_rows *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < join->row_count; i++) {
		if (join->total[i] <= 0)
			continue;
		join->first[kept] = join->first[i];
		join->cases[kept] = join->cases[i];
		join->total[kept++] = join->total[i];
	}
	out->count = kept;
	out->cells = mem_zalloc(out->key_count + 1, sizeof(*out->cells));
	out->cases = join->cases;
	out->total = join->total;
	out->value_counts = mem_zalloc(out->key_count + 1, sizeof(size_t));
	for (size_t k = 0; k < out->key_count; k++) {
		out->value_counts[k] = keys[k].too_many ? 1 : keys[k].value_count;
		out->cells[k] = mem_zalloc(kept + 1, sizeof(**out->cells));
		for (size_t i = 0; i < kept && !keys[k].too_many; i++)
			out->cells[k][i] = (contrast_cell)cell_of(join, join->first[i], k);
	}
	for (size_t i = 0; i < kept; i++) {
		out->all_cases += out->cases[i];
		out->all += out->total[i];
	}
}

static void join_release(struct join *join)
{
	for (size_t t = 0; t < join->table_count; t++) {
		for (size_t k = 0; k < join->width; k++)
			free(join->places[t][k]);
		free(join->places[t]);
	}
	free(join->first);
}

enum status contrast_rows_of(struct arena *arena, const struct table *cases, const struct table *against,
			     const struct table *both, struct contrast_rows *rows, struct contrast_key **keys,
			     struct error *err)
{
	/* Those to compare with first: their order is that of the cells, by and large. */
	struct join join = { .tables = { against, cases, both }, .signs = { { 0, 1 }, { 1, both ? 1 : 0 }, { 0, -1 } },
			     .table_count = both ? 3 : 2, .width = cases->column_count };

	*rows = (struct contrast_rows){ .key_count = join.width, .day = -1 };
	*keys = arena_array(arena, join.width, sizeof(**keys));
	for (size_t t = 0; t < join.table_count; t++) {
		join.places[t] = mem_zalloc(join.width + 1, sizeof(*join.places[t]));
		join.count += join.tables[t]->row_count;
	}
	for (size_t k = 0; k < join.width; k++) {
		join_values(arena, &join, k, &(*keys)[k]);
		if (!(*keys)[k].key.provenance && (*keys)[k].key.facet == FACET_DAY)
			rows->day = (int)k;
	}
	join_rows(&join);
	count_rows(&join);
	fill_rows(&join, *keys, rows);
	join_release(&join);
	if (rows->all_cases <= 0)
		return error_set(err, STATUS_REFUSED, "no sample matches: there is nothing to contrast");
	if (rows->all - rows->all_cases <= 0)
		return error_set(err, STATUS_REFUSED, "all samples to compare with match the query too: ask for some of them "
				 "(cause:…, rule:…), or import samples that passed or denominators");
	return STATUS_OK;
}

void contrast_rows_release(struct contrast_rows *rows)
{
	for (size_t k = 0; rows->cells && k < rows->key_count; k++)
		free(rows->cells[k]);
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
			hash = (hash ^ rows->cells[k][row]) * 0x9e3779b97f4a7c15u;
			hash ^= hash >> 29;
		}
	return hash;
}

static bool same_row(const struct contrast_rows *rows, const bool *keep, size_t a, size_t b)
{
	for (size_t k = 0; k < rows->key_count; k++)
		if (keep[k] && rows->cells[k][a] != rows->cells[k][b])
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
	out->cells = mem_zalloc(rows->key_count + 1, sizeof(*out->cells));
	out->cases = mem_zalloc(count + 1, sizeof(double));
	out->total = mem_zalloc(count + 1, sizeof(double));
	out->value_counts = mem_zalloc(rows->key_count + 1, sizeof(size_t));
	for (size_t k = 0; k < rows->key_count; k++) {
		out->value_counts[k] = keep[k] ? rows->value_counts[k] : 1;
		out->cells[k] = keep[k] ? mem_zalloc(count + 1, sizeof(**out->cells)) : NULL;
		for (size_t i = 0; keep[k] && i < count; i++)
			out->cells[k][i] = rows->cells[k][first[i]];
	}
	for (size_t i = 0; i < rows->count; i++) {
		out->cases[map[i]] += rows->cases[i];
		out->total[map[i]] += rows->total[i];
	}
	free(slots);
	free(first);
}
