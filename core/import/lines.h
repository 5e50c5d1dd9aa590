/* Lines of a file of any size, through one buffer that grows with the longest line. */
#ifndef AITIA_CORE_IMPORT_LINES_H
#define AITIA_CORE_IMPORT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/json.h"
#include "core/base/slice.h"
#include "core/base/status.h"

/* The longest record that is taken, whatever the format; stated in the help of import. */
#define RECORD_BYTES_MAX JSON_VALUE_BYTES_MAX

struct line {
	struct slice text;     /* without the newline; valid until the next call */
	uint64_t offset_bytes; /* of its first byte */
	bool too_long;         /* more than the limit: `text` is absent, the line was passed over */
};

struct line_reader;
struct line_reader *line_reader_open(int fd, size_t limit_bytes); /* borrows fd, which must be seekable */
void line_reader_free(struct line_reader *reader);
/* *found is false at the end. A last line without a newline is a line; an empty rest is
 * none. STATUS_INPUT when the file cannot be read. */
enum status line_reader_next(struct line_reader *reader, struct line *line, bool *found, struct error *err) MUST_CHECK;
uint64_t line_reader_offset(const struct line_reader *reader); /* bytes consumed */

#endif
