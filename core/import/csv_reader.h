/*
 * Rows of comma-separated values (RFC 4180) out of a file of any size, and what the world
 * makes of that: other delimiters, any line ends, quotes inside of unquoted cells (kept),
 * text behind a closing quote (kept, as most readers do).
 */
#ifndef AITIA_CORE_IMPORT_CSV_READER_H
#define AITIA_CORE_IMPORT_CSV_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"
#include "core/base/status.h"

enum csv_fault {
	CSV_WHOLE,
	CSV_UNCLOSED, /* a quote is not closed before the limit or the end of the file */
	CSV_TOO_LONG, /* more bytes than the limit, or more cells than 65,536 */
};

struct csv_row {
	const struct slice *cells; /* without their quotes; valid until the next call */
	size_t count;
	enum csv_fault fault;      /* else `cells` are none */
	uint64_t offset_bytes, end_bytes; /* of a faulty row: of its first line */
	uint64_t fault_at_bytes;   /* where the open quote stands */
	size_t fault_cell;         /* in which cell, from 0 */
};

struct csv_reader;
/* Borrows fd, which must be seekable; the first row is at `start_bytes` (behind a byte-order mark). */
struct csv_reader *csv_reader_open(int fd, uint64_t start_bytes, char delimiter, size_t limit_bytes);
void csv_reader_free(struct csv_reader *reader);
/* *found is false at the end. An empty line is a row of one empty cell. Behind a faulty row
 * the reader stands at the next line of the file: an open quote costs one line, not the rest. */
enum status csv_reader_next(struct csv_reader *reader, struct csv_row *row, bool *found, struct error *err) MUST_CHECK;

/* Of , ; tab and | the one that stands most often in the first row, outside of quotes; 0: none does. */
char csv_delimiter(struct slice head);

#endif
