#include "templates/markdown_table.h"

#include "core/base/strbuf.h"
#include "core/base/vec.h"

static struct slice trimmed(struct slice s)
{
	while (s.len_bytes && (s.at[0] == ' ' || s.at[0] == '\t')) {
		s.at++;
		s.len_bytes--;
	}
	while (s.len_bytes && (s.at[s.len_bytes - 1] == ' ' || s.at[s.len_bytes - 1] == '\t'))
		s.len_bytes--;
	return s;
}

/* Offset of the next pipe that no backslash precedes, or the length. */
static size_t next_pipe(struct slice row, size_t from)
{
	for (size_t i = from; i < row.len_bytes; i++) {
		if (row.at[i] == '\\')
			i++;
		else if (row.at[i] == '|')
			return i;
	}
	return row.len_bytes;
}

/* The row without its outer pipes. */
static struct slice inner(struct slice row)
{
	row = trimmed(row);
	if (row.len_bytes && row.at[0] == '|') {
		row.at++;
		row.len_bytes--;
	}
	if (row.len_bytes && next_pipe(row, 0) < row.len_bytes) {
		size_t last = 0;
		for (size_t at = next_pipe(row, 0); at < row.len_bytes; at = next_pipe(row, at + 1))
			last = at;
		if (last == row.len_bytes - 1)
			row.len_bytes--;
	}
	return row;
}

static size_t count_cells(struct slice row)
{
	size_t count = 1;

	row = inner(row);
	for (size_t at = next_pipe(row, 0); at < row.len_bytes; at = next_pipe(row, at + 1))
		count++;
	return count;
}

static bool is_delimiter_cell(struct slice cell)
{
	size_t dashes = 0;

	cell = trimmed(cell);
	for (size_t i = 0; i < cell.len_bytes; i++) {
		bool edge = i == 0 || i + 1 == cell.len_bytes;
		if (cell.at[i] == '-')
			dashes++;
		else if (cell.at[i] != ':' || !edge)
			return false;
	}
	return dashes > 0;
}

static bool is_delimiter_row(struct slice row, size_t *columns)
{
	size_t start = 0;

	if (!memchr(row.at, '|', row.len_bytes))
		return false;
	row = inner(row);
	*columns = 0;
	while (start <= row.len_bytes) {
		size_t end = next_pipe(row, start);
		if (!is_delimiter_cell((struct slice){ row.at + start, end - start }))
			return false;
		(*columns)++;
		start = end + 1;
	}
	return true;
}

/* "\|" is a pipe of the cell's own; every other escape stays for the parser. */
static struct slice cell_text(struct arena *arena, struct slice raw)
{
	struct strbuf buf = STRBUF_INIT;
	struct slice cell;

	raw = trimmed(raw);
	if (!memchr(raw.at, '\\', raw.len_bytes))
		return raw;
	for (size_t i = 0; i < raw.len_bytes; i++) {
		if (raw.at[i] == '\\' && i + 1 < raw.len_bytes) {
			if (raw.at[i + 1] != '|')
				strbuf_addch(&buf, '\\');
			i++;
		}
		strbuf_addch(&buf, raw.at[i]);
	}
	cell = arena_slice(arena, strbuf_slice(&buf));
	strbuf_release(&buf);
	return cell;
}

static void read_row(struct arena *arena, struct slice row, size_t columns, struct slice *cells)
{
	size_t start = 0;

	row = inner(row);
	for (size_t i = 0; i < columns; i++) {
		size_t end = i + 1 == columns ? row.len_bytes : next_pipe(row, start);

		cells[i] = (struct slice){ "", 0 };
		if (start <= row.len_bytes)
			cells[i] = cell_text(arena, (struct slice){ row.at + start, end - start });
		start = end + 1;
	}
}

bool table_read(struct arena *arena, struct slice lines, struct table *out)
{
	struct slice header, delimiter, row, rest;
	struct slice *cells;
	size_t rows = 1;

	if (!slice_next_line(&lines, &header) || !memchr(header.at, '|', header.len_bytes) ||
	    !slice_next_line(&lines, &delimiter) || !is_delimiter_row(delimiter, &out->columns) ||
	    out->columns > TABLE_COLUMNS_MAX || count_cells(header) != out->columns)
		return false;
	rest = lines;
	while (slice_next_line(&rest, &row))
		rows++;
	cells = arena_array(arena, rows * out->columns, sizeof(*cells));
	read_row(arena, header, out->columns, cells);
	for (size_t i = 1; slice_next_line(&lines, &row); i++)
		read_row(arena, row, out->columns, cells + i * out->columns);
	out->rows = rows;
	out->cells = cells;
	return true;
}
