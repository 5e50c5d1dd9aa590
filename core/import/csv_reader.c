#include "core/import/csv_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"

#define CHUNK_BYTES ((size_t)64 * 1024)
#define CELLS_MAX ((size_t)65536)
#define NOWHERE UINT64_MAX

/* buffer[at..len) is not consumed yet; base is the file's offset of buffer[0]. */
struct csv_reader {
	int fd;
	char delimiter;
	size_t limit_bytes;
	char *buffer;
	size_t at, len;
	uint64_t base;
	struct strbuf text;      /* of the row at hand, its cells end to end */
	VEC_OF(size_t) ends;     /* of each cell in `text` */
	VEC_OF(struct slice) cells;
};

struct csv_reader *csv_reader_open(int fd, uint64_t start_bytes, char delimiter, size_t limit_bytes)
{
	struct csv_reader *reader = mem_zalloc(1, sizeof(*reader));

	reader->fd = fd;
	reader->base = start_bytes;
	reader->delimiter = delimiter;
	reader->limit_bytes = limit_bytes;
	reader->buffer = mem_alloc(CHUNK_BYTES);
	strbuf_init(&reader->text);
	return reader;
}

void csv_reader_free(struct csv_reader *reader)
{
	if (!reader)
		return;
	strbuf_release(&reader->text);
	vec_release(&reader->ends);
	vec_release(&reader->cells);
	free(reader->buffer);
	free(reader);
}

/* ---- bytes --------------------------------------------------------------------------- */

static uint64_t offset(const struct csv_reader *self)
{
	return self->base + self->at;
}

static void go_to(struct csv_reader *self, uint64_t offset_bytes)
{
	if (offset_bytes >= self->base && offset_bytes <= self->base + self->len) {
		self->at = (size_t)(offset_bytes - self->base);
		return;
	}
	self->base = offset_bytes;
	self->at = self->len = 0;
}

/* *more is false at the end of the file; else there is a byte at buffer[at]. */
static enum status have_byte(struct csv_reader *self, bool *more, struct error *err)
{
	ssize_t got;

	*more = true;
	if (self->at < self->len)
		return STATUS_OK;
	self->base += self->len;
	self->at = self->len = 0;
	do {
		got = pread(self->fd, self->buffer, CHUNK_BYTES, (off_t)self->base);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
	self->len = (size_t)got;
	*more = got > 0;
	return STATUS_OK;
}

/* ---- rows ------------------------------------------------------------------------------ */

enum state { AT_CELL, IN_CELL, IN_QUOTES, BEHIND_QUOTE };

struct scan {
	enum state state;
	uint64_t first_line_end; /* the offset behind the first newline, also inside of quotes */
	uint64_t quote_at;
	bool ended;              /* the row has */
};

static void end_cell(struct csv_reader *self)
{
	vec_push(&self->ends, self->text.len_bytes);
}

static void add_run(struct csv_reader *self, size_t len)
{
	strbuf_add(&self->text, self->buffer + self->at, len);
	self->at += len;
}

/* From buffer[at] to the closing quote or the end of the buffer. */
static void scan_quoted(struct csv_reader *self, struct scan *scan)
{
	const char *start = self->buffer + self->at;
	const char *quote = memchr(start, '"', self->len - self->at);
	size_t len = quote ? (size_t)(quote - start) : self->len - self->at;
	const char *newline = scan->first_line_end == NOWHERE ? memchr(start, '\n', len) : NULL;

	if (newline)
		scan->first_line_end = offset(self) + (uint64_t)(newline - start) + 1;
	add_run(self, len);
	if (quote) {
		scan->state = BEHIND_QUOTE;
		self->at++;
	}
}

static void scan_plain(struct csv_reader *self, struct scan *scan)
{
	const char *start = self->buffer + self->at;
	size_t len = 0, rest = self->len - self->at;

	while (len < rest && start[len] != self->delimiter && start[len] != '\n' && start[len] != '\r')
		len++;
	add_run(self, len);
	scan->state = IN_CELL;
}

/* A delimiter or a line's end at buffer[at]; CR LF is one end, and so is a lone CR. */
static enum status end_of_cell(struct csv_reader *self, struct scan *scan, struct error *err)
{
	char c = self->buffer[self->at++];
	enum status status = STATUS_OK;
	bool more;

	end_cell(self);
	scan->state = AT_CELL;
	if (c == self->delimiter)
		return status;
	if (c == '\r') {
		status = have_byte(self, &more, err);
		self->at += status == STATUS_OK && more && self->buffer[self->at] == '\n';
	}
	scan->ended = true;
	if (scan->first_line_end == NOWHERE)
		scan->first_line_end = offset(self);
	return status;
}

static enum status scan_row(struct csv_reader *self, struct scan *scan, struct error *err)
{
	while (!scan->ended && self->text.len_bytes <= self->limit_bytes && self->ends.len < CELLS_MAX) {
		bool more;
		enum status status = have_byte(self, &more, err);
		if (status != STATUS_OK)
			return status;
		if (!more)
			break;
		char c = self->buffer[self->at];
		if (scan->state == IN_QUOTES) {
			scan_quoted(self, scan);
		} else if (c == '"' && scan->state == AT_CELL) {
			scan->state = IN_QUOTES;
			scan->quote_at = offset(self);
			self->at++;
		} else if (c == '"' && scan->state == BEHIND_QUOTE) {
			scan->state = IN_QUOTES; /* "" is a quote */
			add_run(self, 1);
		} else if (c == self->delimiter || c == '\n' || c == '\r') {
			status = end_of_cell(self, scan, err);
			if (status != STATUS_OK)
				return status;
		} else {
			scan_plain(self, scan);
		}
	}
	return STATUS_OK;
}

/* Goes to the line behind the first one of a row that cannot be taken. */
static enum status skip_line(struct csv_reader *self, uint64_t first_line_end, struct error *err)
{
	enum status status;
	bool more;

	if (first_line_end != NOWHERE) {
		go_to(self, first_line_end);
		return STATUS_OK;
	}
	while ((status = have_byte(self, &more, err)) == STATUS_OK && more) {
		const char *newline = memchr(self->buffer + self->at, '\n', self->len - self->at);
		self->at = newline ? (size_t)(newline - self->buffer) + 1 : self->len;
		if (newline)
			break;
	}
	return status;
}

static void cut_cells(struct csv_reader *self, struct csv_row *row)
{
	size_t start = 0;

	vec_clear(&self->cells);
	for (size_t i = 0; i < self->ends.len; i++) {
		vec_push(&self->cells, ((struct slice){ self->text.text + start, self->ends.items[i] - start }));
		start = self->ends.items[i];
	}
	row->cells = self->cells.items;
	row->count = self->cells.len;
}

enum status csv_reader_next(struct csv_reader *self, struct csv_row *row, bool *found, struct error *err)
{
	struct scan scan = { .state = AT_CELL, .first_line_end = NOWHERE };

	*row = (struct csv_row){ .offset_bytes = offset(self) };
	strbuf_clear(&self->text);
	vec_clear(&self->ends);
	enum status status = have_byte(self, found, err);
	if (status != STATUS_OK || !*found)
		return status;
	status = scan_row(self, &scan, err);
	if (status != STATUS_OK)
		return status;
	if (!scan.ended && scan.state == IN_QUOTES) {
		row->fault = CSV_UNCLOSED;
		row->fault_at_bytes = scan.quote_at;
		row->fault_cell = self->ends.len;
	} else if (!scan.ended && (self->text.len_bytes > self->limit_bytes || self->ends.len >= CELLS_MAX)) {
		row->fault = CSV_TOO_LONG;
	} else {
		if (!scan.ended)
			end_cell(self); /* the last row without a line end */
		cut_cells(self, row);
	}
	if (row->fault != CSV_WHOLE)
		status = skip_line(self, scan.first_line_end, err);
	row->end_bytes = offset(self);
	return status;
}

char csv_delimiter(struct slice head)
{
	static const char delimiters[] = ",;\t|";
	size_t counts[sizeof(delimiters)] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < head.len_bytes; i++) {
		char c = head.at[i];
		const char *delimiter = c ? strchr(delimiters, c) : NULL;
		if (c == '"')
			quoted = !quoted;
		if ((c == '\n' || c == '\r') && !quoted && i > 0)
			break;
		if (delimiter && !quoted)
			counts[delimiter - delimiters]++;
	}
	for (size_t i = 1; i < sizeof(delimiters) - 1; i++)
		best = counts[i] > counts[best] ? i : best;
	return counts[best] ? delimiters[best] : '\0';
}
