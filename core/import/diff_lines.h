/*
 * The lines of a file of patches. Where it is a mail or a box of mails (RFC 4155), the
 * header fields come unfolded and marked, and bodies that are encoded come decoded;
 * anything else comes as it stands.
 */
#ifndef AITIA_CORE_IMPORT_DIFF_LINES_H
#define AITIA_CORE_IMPORT_DIFF_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"
#include "core/base/status.h"

enum diff_line_kind {
	DIFF_LINE_TEXT,
	DIFF_LINE_MAIL,  /* the line that starts a mail in a box: "From <commit> Mon Sep 17 00:00:00 2001" */
	DIFF_LINE_FIELD, /* a whole header field, of a mail or of a part of one */
};

struct diff_line {
	enum diff_line_kind kind;
	struct slice text;      /* without the newline; valid until the next call */
	bool ended;             /* a newline stood behind it */
	bool too_long;          /* more than the limit: `text` is absent */
	uint64_t offset_bytes;  /* in the file; of a decoded line: of the encoded line that completed it */
	uint64_t end_bytes;
};

struct diff_lines;
struct diff_lines *diff_lines_open(int fd, size_t limit_bytes); /* borrows fd */
void diff_lines_free(struct diff_lines *lines);
enum status diff_lines_next(struct diff_lines *lines, struct diff_line *line, bool *found, struct error *err) MUST_CHECK;

/* Whether a file that starts with this line is a mail or, as Debian's DEP-3 has them, a
 * patch with header fields. */
bool diff_is_first_field(struct slice line);
/* "From somebody Mon Sep 17 00:00:00 2001" */
bool diff_is_mail_start(struct slice line);

#endif
