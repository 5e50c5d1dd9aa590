/*
 * CSV with a header: each row is an object of strings, each object a row. A row with fewer
 * cells than the header lacks the last ones; one with more keeps them as column_N. A quote
 * that is never closed costs the lines up to the next one that is a whole row.
 */
#include <string.h>

#include "core/import/csv_columns.h"
#include "core/import/csv_promptfoo.h"
#include "core/import/csv_reader.h"
#include "core/import/importers.h"
#include "core/import/lines.h"
#include "core/import/rows.h"
#include "core/import/sniff.h"

#define COLUMNS_MAX 4096

/* ---- recognition -------------------------------------------------------------------------- */

static bool named_as_table(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	return len > 4 && (strcmp(name + len - 4, ".csv") == 0 || strcmp(name + len - 4, ".tsv") == 0);
}

/* Cells of a row at the start of `rest`, which is moved behind it; 0: the row goes on behind
 * the head, or is blank. */
static size_t count_cells(struct slice *rest, char delimiter, bool whole_file)
{
	size_t cells = 1, i = 0;
	bool quoted = false, at_cell = true;

	for (; i < rest->len_bytes; i++) {
		char c = rest->at[i];
		if (quoted) {
			quoted = c != '"';
		} else if (c == '"' && (at_cell || (i > 0 && rest->at[i - 1] == '"'))) {
			quoted = true;
		} else if (c == '\n' || c == '\r') {
			break;
		} else {
			cells += c == delimiter;
		}
		at_cell = c == delimiter && !quoted;
	}
	bool ended = i < rest->len_bytes, blank = i == 0;
	rest->at += i + ended;
	rest->len_bytes -= i + ended;
	return blank || quoted || (!ended && !whole_file) ? 0 : cells;
}

static bool has_empty_names(struct slice head, char delimiter)
{
	return head.at[0] == delimiter && memchr("|\t", delimiter, 2);
}

int csv_recognise(struct slice head, const char *file)
{
	bool whole_file = head.len_bytes < 64 * 1024;
	enum json_type type;
	int rows = 0, alike = 0;

	head = import_skip_mark(head);
	if (head.len_bytes == 0)
		return named_as_table(file) ? 50 : 0;
	char delimiter = csv_delimiter(head);
	if (!delimiter || has_empty_names(head, delimiter) || head.at[0] == '{' || head.at[0] == '<' ||
	    memchr(head.at, '\0', head.len_bytes) || (head.at[0] == '[' && sniff_json(head, "0", &type)))
		return 0;
	size_t columns = count_cells(&head, delimiter, whole_file);
	while (head.len_bytes) {
		size_t cells = count_cells(&head, delimiter, whole_file);
		rows += cells > 0;
		alike += cells == columns;
	}
	if (columns < 2)
		return 0;
	if (rows == 0) /* only a header, or a first row that is longer than the head */
		return named_as_table(file) ? 50 : columns > 2 ? 20 : 0;
	if (alike == rows)
		return columns > 2 || rows > 2 ? 70 : 50;
	return alike * 2 >= rows && columns > 2 ? 40 : named_as_table(file) ? 30 : 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

struct csv_run {
	struct rows *rows;
	struct import_sink *sink;
	struct csv_columns columns;
	struct csv_promptfoo promptfoo;
	/* What is being passed over since a row that cannot be taken; len_bytes 0: nothing. */
	struct extent lost;
	char lost_reason[160];
};

static bool is_blank(const struct csv_row *row)
{
	return row->fault == CSV_WHOLE && row->count == 1 && row->cells[0].len_bytes == 0;
}

static enum status reject_lost(struct csv_run *run, struct error *err)
{
	struct extent lost = run->lost;

	if (!lost.len_bytes)
		return STATUS_OK;
	run->lost.len_bytes = 0;
	(void)rows_begin(run->rows);
	return rows_reject(run->rows, &lost, run->lost_reason, err);
}

static void begin_lost(struct csv_run *run, const struct csv_row *row)
{
	run->lost = (struct extent){ row->offset_bytes, row->end_bytes - row->offset_bytes };
	if (row->fault == CSV_TOO_LONG)
		snprintf(run->lost_reason, sizeof(run->lost_reason), "the row is longer than 16 MiB or 65,536 cells");
	else
		snprintf(run->lost_reason, sizeof(run->lost_reason),
			 "the quote at byte %llu, which opens cell %zu of the row, is not closed "
			 "(within 16 MiB); what follows is passed over up to the next whole row",
			 (unsigned long long)row->fault_at_bytes, row->fault_cell + 1);
}

static enum status take_row(struct csv_run *run, const struct csv_row *row, struct error *err)
{
	struct extent at = { row->offset_bytes, row->end_bytes - row->offset_bytes };
	size_t replaced;

	if (run->lost.len_bytes && (row->fault != CSV_WHOLE || row->count != run->columns.count)) {
		run->lost.len_bytes = row->end_bytes - run->lost.offset_bytes;
		return STATUS_OK;
	}
	enum status status = reject_lost(run, err);
	if (status != STATUS_OK || is_blank(row))
		return status;
	if (row->fault != CSV_WHOLE) {
		begin_lost(run, row);
		return STATUS_OK;
	}
	if (csv_promptfoo_is(&run->promptfoo, &run->columns, row))
		return csv_promptfoo_take(&run->columns, run->rows, &at, row, err);
	struct record *record = rows_begin(run->rows);
	const struct json *object = csv_columns_object(&run->columns, record, row->cells, row->count, &replaced);
	if (run->columns.tool)
		record_add(record, "csv.scanner", run->columns.tool, CERTAINTY_DERIVED);
	return rows_take(run->rows, &at, object, replaced, err);
}

static enum status take_rows(struct csv_run *run, struct csv_reader *reader, struct error *err)
{
	struct csv_row row;
	bool found;
	enum status status;

	while ((status = csv_reader_next(reader, &row, &found, err)) == STATUS_OK && found) {
		status = take_row(run, &row, err);
		if (status == STATUS_OK)
			status = run->sink->advance(run->sink, row.end_bytes, err);
		if (status != STATUS_OK)
			return status;
	}
	return status == STATUS_OK ? reject_lost(run, err) : status;
}

/* The first row that is not blank. */
static enum status read_header(struct csv_run *run, struct csv_reader *reader, bool *found, struct error *err)
{
	struct csv_row row;
	enum status status;

	do {
		status = csv_reader_next(reader, &row, found, err);
		if (status != STATUS_OK || !*found)
			return status;
	} while (is_blank(&row));
	if (row.fault != CSV_WHOLE)
		return error_set(err, STATUS_INPUT, "the header, which is the first row, %s",
				 row.fault == CSV_TOO_LONG ? "is longer than 16 MiB or has more than 65,536 columns" :
							     "is not whole: a quote in it is not closed");
	if (row.count > COLUMNS_MAX)
		return error_set(err, STATUS_NOT_FOUND, "the header, which is the first row, has %zu columns; at most 4,096 are read",
				 row.count);
	csv_columns_init(&run->columns, row.cells, row.count, run->sink->options);
	return STATUS_OK;
}

enum status csv_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct slice text = import_skip_mark(source->head);
	char delimiter = csv_delimiter(text);
	struct csv_reader *reader = csv_reader_open(source->fd, source->head.len_bytes - text.len_bytes,
						    delimiter ? delimiter : ',', RECORD_BYTES_MAX);
	struct csv_run run = { .rows = rows_open(source, sink, "row"), .sink = sink };
	bool found;

	enum status status = read_header(&run, reader, &found, err);
	if (status == STATUS_OK && found)
		status = take_rows(&run, reader, err);
	status = rows_close(run.rows, status, err);
	csv_columns_release(&run.columns);
	csv_reader_free(reader);
	return status;
}
