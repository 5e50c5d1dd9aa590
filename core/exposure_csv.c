/* Denominators out of CSV files. */
#include <string.h>
#include <unistd.h>

#include "core/base/instant.h"
#include "core/base/utf8.h"
#include "core/exposure.h"
#include "core/import/csv_reader.h"
#include "core/import/importers.h"

#define LINE_BYTES_MAX ((size_t)1 << 20)

struct reading {
	struct arena *arena;
	const char *path;
	size_t day, outputs;   /* columns; SIZE_MAX: none */
	size_t columns[EXPOSURE_KEYS_MAX]; /* of the keys, in the order of the keys */
	const char *keys[EXPOSURE_KEYS_MAX];
	size_t key_count;
	bool has_header;
	VEC_OF(struct exposure) rows;
	VEC_OF(int64_t) lines; /* of each of them */
	VEC_OF(int64_t) broken; /* days of rejected lines: their sums would be too small */
	VEC_OF(struct exposure_reject) rejects;
	int64_t records;
};

static bool is_named(struct slice cell, const char *name)
{
	return slice_is(cell, name);
}

static enum status add_key(struct reading *r, size_t column, struct slice name, struct error *err)
{
	struct table_key key;
	const char *word;
	size_t at = 0;

	if (table_key_parse(r->arena, utf8_clean(r->arena, name), &key, err) != STATUS_OK)
		return error_set(err, STATUS_INPUT, "%s: line 1: column %zu cannot be a key: %s", r->path, column + 1,
				 err ? arena_strdup(r->arena, err->text) : "");
	if (!key.provenance && key.facet != FACET_LANG && key.facet != FACET_KIND)
		return error_set(err, STATUS_INPUT, "%s: line 1: column %zu, '%s', is nothing that all outputs have", r->path, column + 1,
				 facet_word(key.facet));
	word = arena_strdup(r->arena, table_key_word(&key));
	while (at < r->key_count && strcmp(r->keys[at], word) < 0)
		at++;
	if (at < r->key_count && strcmp(r->keys[at], word) == 0)
		return error_set(err, STATUS_INPUT, "%s: line 1: two columns are named %s", r->path, word);
	if (r->key_count == EXPOSURE_KEYS_MAX)
		return error_set(err, STATUS_INPUT, "%s: line 1: more than %d keys", r->path, EXPOSURE_KEYS_MAX);
	for (size_t i = r->key_count++; i > at; i--) {
		r->keys[i] = r->keys[i - 1];
		r->columns[i] = r->columns[i - 1];
	}
	r->keys[at] = word;
	r->columns[at] = column;
	return STATUS_OK;
}

static enum status read_header(struct reading *r, const struct csv_row *row, struct error *err)
{
	enum status status = STATUS_OK;

	r->day = r->outputs = SIZE_MAX;
	for (size_t i = 0; i < row->count && status == STATUS_OK; i++) {
		struct slice cell = row->cells[i];
		size_t *place = is_named(cell, "day") || is_named(cell, "date") ? &r->day :
				is_named(cell, "outputs") || is_named(cell, "count") ? &r->outputs : NULL;
		if (!place)
			status = add_key(r, i, cell, err);
		else if (*place != SIZE_MAX)
			status = error_set(err, STATUS_INPUT, "%s: line 1: two columns name the %s", r->path,
					   place == &r->day ? "day" : "outputs");
		else
			*place = i;
	}
	if (status == STATUS_OK && (r->day == SIZE_MAX || r->outputs == SIZE_MAX))
		return error_set(err, STATUS_INPUT, "%s: the first row has to name a column day and a column outputs", r->path);
	return status;
}

static bool read_number(struct slice cell, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < cell.len_bytes; i++) {
		if (cell.at[i] < '0' || cell.at[i] > '9' || *out > EXPOSURE_OUTPUTS_MAX)
			return false;
		*out = *out * 10 + (cell.at[i] - '0');
	}
	return cell.len_bytes > 0 && *out <= EXPOSURE_OUTPUTS_MAX;
}

/* Why a row cannot be used; NULL: it is taken. *has_day: *day is its day. */
static const char *add_row(struct reading *r, const struct csv_row *row, int64_t line, int64_t *day, bool *has_day)
{
	struct exposure out = { .value_count = r->key_count };
	struct exposure_value *values;
	struct instant at;

	if (row->fault != CSV_WHOLE)
		return "a quote is not closed, or the line is too long";
	if (row->count <= r->day)
		return "it has fewer cells than the header";
	if (instant_parse(row->cells[r->day], &at, NULL) != STATUS_OK || at.precision < PRECISION_DAY)
		return "its day cannot be read: 2026-03-04 is wanted";
	*day = out.day = at.at_us / DAY_US - (at.at_us % DAY_US < 0);
	*has_day = true;
	for (size_t i = 0; i < r->key_count; i++)
		if (row->count <= r->columns[i])
			return "it has fewer cells than the header";
	if (row->count <= r->outputs)
		return "it has fewer cells than the header";
	if (!read_number(row->cells[r->outputs], &out.outputs))
		return "its number of outputs is no whole number, or is too great";
	values = arena_array(r->arena, r->key_count, sizeof(*values));
	for (size_t i = 0; i < r->key_count; i++) {
		struct slice cell = row->cells[r->columns[i]];
		values[i] = (struct exposure_value){ r->keys[i], cell.len_bytes ? utf8_clean(r->arena, cell) : NULL };
	}
	out.values = values;
	vec_push(&r->rows, out);
	vec_push(&r->lines, line);
	return NULL;
}

/* Line feeds within quoted cells: the next row stands so many lines further down. */
static int64_t lines_in(const struct csv_row *row)
{
	int64_t lines = 0;

	for (size_t i = 0; row->fault == CSV_WHOLE && i < row->count; i++)
		for (size_t k = 0; k < row->cells[i].len_bytes; k++)
			lines += row->cells[i].at[k] == '\n';
	return lines;
}

static bool is_empty(const struct csv_row *row)
{
	return row->fault == CSV_WHOLE && row->count == 1 && !row->cells[0].len_bytes;
}

static enum status read_rows(struct reading *r, struct csv_reader *reader, struct error *err)
{
	enum status status = STATUS_OK;
	struct csv_row row;
	bool found = true;

	for (int64_t line = 1; status == STATUS_OK; line += 1 + lines_in(&row)) {
		const char *reason;
		int64_t day;
		bool has_day = false;
		status = csv_reader_next(reader, &row, &found, err);
		if (status != STATUS_OK || !found)
			break;
		if (!r->has_header) {
			if (row.fault != CSV_WHOLE)
				return error_set(err, STATUS_INPUT, "%s: the first row cannot be read", r->path);
			status = read_header(r, &row, err);
			r->has_header = true;
			continue;
		}
		if (is_empty(&row))
			continue;
		r->records++;
		reason = add_row(r, &row, line, &day, &has_day);
		if (reason && !has_day)
			return error_set(err, STATUS_INPUT, "%s: line %lld: %s; which day lacks its outputs cannot be known, and nothing is taken",
					 r->path, (long long)line, reason);
		if (reason)
			vec_push(&r->broken, day);
		if (reason)
			vec_push(&r->rejects, ((struct exposure_reject){ line, reason }));
	}
	if (status == STATUS_OK && !r->has_header)
		return error_set(err, STATUS_INPUT, "%s: the first row has to name a column day and a column outputs", r->path);
	return status;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int by_line(const void *a, const void *b)
{
	return by_number(&((const struct exposure_reject *)a)->line, &((const struct exposure_reject *)b)->line);
}

/* Rows of a day of which another line was rejected: of what values that one was cannot be relied upon. */
static void reject_broken_days(struct reading *r)
{
	size_t kept = 0;

	if (!r->broken.len)
		return;
	qsort(r->broken.items, r->broken.len, sizeof(int64_t), by_number);
	for (size_t i = 0; i < r->rows.len; i++) {
		if (bsearch(&r->rows.items[i].day, r->broken.items, r->broken.len, sizeof(int64_t), by_number))
			vec_push(&r->rejects, ((struct exposure_reject){ r->lines.items[i], "another line of its day is rejected" }));
		else
			r->rows.items[kept++] = r->rows.items[i];
	}
	r->rows.len = kept;
	qsort(r->rejects.items, r->rejects.len, sizeof(struct exposure_reject), by_line);
}

static int by_day_and_values(const void *a, const void *b)
{
	const struct exposure *x = a, *y = b;

	return x->day != y->day ? (x->day < y->day ? -1 : 1) : exposure_compare_values(x, y);
}

/* A file of hours says a day many times: its rows are added up. */
static void take_rows(struct reading *r, struct exposure_rows *out)
{
	struct exposure *rows = arena_array(r->arena, r->rows.len, sizeof(*rows));

	if (r->rows.len)
		qsort(r->rows.items, r->rows.len, sizeof(*rows), by_day_and_values);
	for (size_t i = 0; i < r->rows.len; i++) {
		if (!out->count || by_day_and_values(&rows[out->count - 1], &r->rows.items[i]) != 0) {
			rows[out->count++] = r->rows.items[i];
			continue;
		}
		rows[out->count - 1].outputs += r->rows.items[i].outputs;
		if (rows[out->count - 1].outputs > EXPOSURE_OUTPUTS_MAX)
			rows[out->count - 1].outputs = EXPOSURE_OUTPUTS_MAX;
	}
	out->rows = rows;
}

enum status exposure_read_csv(struct arena *arena, const char *path, struct exposure_rows *out, struct error *err)
{
	struct reading r = { .arena = arena, .path = strcmp(path, "-") == 0 ? "standard input" : path, .rejects = VEC_INIT, .rows = VEC_INIT,
			     .lines = VEC_INIT, .broken = VEC_INIT };
	const struct import_options options = { .format = NULL };
	struct import_source source;
	char mark[3];
	struct csv_reader *reader;
	struct exposure_reject *rejects;
	enum status status = import_source_open(&source, arena, path, &options, err);

	*out = (struct exposure_rows){ .count = 0 };
	if (status != STATUS_OK) {
		import_source_close(&source);
		return error_wrap(err, status, "%s", r.path);
	}
	bool has_mark = pread(source.fd, mark, sizeof(mark), 0) == (ssize_t)sizeof(mark) && memcmp(mark, "\xef\xbb\xbf", 3) == 0;
	char delimiter = csv_delimiter(source.head);
	reader = csv_reader_open(source.fd, has_mark ? 3 : 0, delimiter ? delimiter : ',', LINE_BYTES_MAX);
	status = read_rows(&r, reader, err);
	if (status == STATUS_OK) {
		reject_broken_days(&r);
		take_rows(&r, out);
	}
	rejects = arena_array(arena, r.rejects.len, sizeof(*rejects));
	for (size_t i = 0; i < r.rejects.len; i++)
		rejects[i] = r.rejects.items[i];
	out->rejects = rejects;
	out->reject_count = r.rejects.len;
	out->records = r.records;
	memcpy(out->keys, r.keys, sizeof(r.keys));
	out->key_count = r.key_count;
	csv_reader_free(reader);
	vec_release(&r.rows);
	vec_release(&r.lines);
	vec_release(&r.broken);
	vec_release(&r.rejects);
	import_source_close(&source);
	return status;
}
