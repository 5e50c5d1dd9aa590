/*
 * What mails do to text (RFC 2045, 2047, 5322), as far as patches in mails need it.
 * Tolerant as mail readers are: what is no encoding stays as it is.
 */
#ifndef AITIA_CORE_IMPORT_DIFF_MIME_H
#define AITIA_CORE_IMPORT_DIFF_MIME_H

#include "core/base/instant.h"
#include "core/base/strbuf.h"

/* Bits that wait for the rest of their byte; zeroed at the start of a body. */
struct mime_base64 {
	unsigned bits, count;
};

/* Appends the bytes that a line of base64 (RFC 2045, 6.8) stands for. */
void mime_add_base64(struct mime_base64 *state, struct slice line, struct strbuf *out);
/* Appends what a line of quoted-printable (6.7) stands for, with its newline unless it
 * ends in a soft break. */
void mime_add_quoted(struct slice line, struct strbuf *out);
/* Appends the text of a header field's value, its encoded words (RFC 2047) undone: UTF-8
 * for UTF-8, ASCII and Latin-1; the bytes as they came for other character sets. */
void mime_add_words(struct slice value, struct strbuf *out);
/* "Fri, 9 Dec 2022 12:05:32 +0100" (RFC 5322, 3.3), "Sun Oct 13 20:51:40 2013 -0300" (git,
 * hg), "2013-10-13 23:44:04 +0000" (diff -u, git's iso); false when it is none of them. */
bool mime_date(struct slice text, struct instant *out);

#endif
