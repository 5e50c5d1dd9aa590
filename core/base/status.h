/*
 * Errors are values. A function that can fail returns `enum status` and takes
 * `struct error *err` as its last parameter; on anything but STATUS_OK it has
 * written one whole sentence there. Each layer that knows more (a file, a
 * record) adds it once with error_wrap(). Only cli/ and tui/ print.
 *
 * `err` may be NULL where the caller does not want the text.
 */
#ifndef AITIA_BASE_STATUS_H
#define AITIA_BASE_STATUS_H

#include "core/base/attr.h"

enum status {
	STATUS_OK = 0,
	STATUS_REFUSED,   /* understood, and refused by a rule of the domain */
	STATUS_NOT_FOUND, /* what was named does not exist */
	STATUS_CONFLICT,  /* somebody else changed it since it was read */
	STATUS_CANCELLED, /* stopped on request; nothing half done */
	STATUS_USAGE,     /* the words of a command or query are wrong */
	STATUS_INPUT,     /* a file or document cannot be read or understood */
	STATUS_OUTPUT,    /* a file or folder cannot be written */
	STATUS_STORE,     /* the store cannot be opened, is damaged, locked or full */
};

/* Long texts are cut at a character's border and end in an ellipsis, so that
 * reporting an error never allocates. */
struct error {
	enum status status;
	char text[1024];
};

/* Sets status and text; returns `status`, so that it can be returned at once. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* Puts "context: " before the text that is there; returns err's status. */
enum status error_wrap(struct error *err, enum status status, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* The process's exit status for `status`, as DESIGN.md section 3 has them:
 * 0 done, 1 refused, 2 usage, 3 input (or output) files, 4 store. */
int status_exit_code(enum status status);

#endif
