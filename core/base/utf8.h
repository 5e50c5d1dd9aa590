/*
 * UTF-8 (RFC 3629) and the terminal's view of it. The only place that knows
 * utf8proc. Widths agree with wcwidth(), since the terminal library measures so.
 */
#ifndef AITIA_BASE_UTF8_H
#define AITIA_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/strbuf.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Decodes one code point at text[0..len), len > 0. Returns the bytes consumed
 * (>= 1). Invalid input consumes its maximal subpart (Unicode 15, section 3.9,
 * "substitution of maximal subparts") and yields UTF8_REPLACEMENT with
 * *valid = false (valid may be NULL). */
static inline size_t utf8_decode(const char *text, size_t len_bytes, uint32_t *code_point, bool *valid);

/* Writes 1–4 bytes; a surrogate or a value over U+10FFFF is written as U+FFFD. */
size_t utf8_encode(uint32_t code_point, char out[4]);

bool utf8_valid(struct slice bytes);

/* Appends with every invalid sequence replaced by U+FFFD and NUL by U+2400 (so
 * that the result is a C string); returns how many were replaced. */
size_t utf8_append_clean(struct strbuf *out, struct slice bytes);
char *utf8_clean(struct arena *arena, struct slice bytes);

/* Columns on a terminal: 0, 1 or 2; -1 for what must not reach one raw:
 * controls, format characters (bidi, zero width, tags), unassigned. */
static inline int utf8_columns(uint32_t code_point);
/* The visible mark drawn in place of a character that must not reach a terminal raw:
 * "^[" for ESC, "^?" for DEL, ">" for a tab that the caller has not expanded,
 * "<U+202E>" for all others of which utf8_columns() is -1. ASCII with a NUL; returns
 * its length, which is its columns; 0 and "" when the character is drawn as it is. */
size_t utf8_mark(uint32_t code_point, char out[16]);
/* Columns of a whole string as surface_text() will draw it: every character by
 * utf8_columns(), else the length of its utf8_mark(); an invalid sequence is 1. */
int utf8_text_columns(struct slice text);

/* A format, bidi, zero-width, tag or other invisible character: what a hostile
 * sample hides in (Trojan Source, CVE-2021-42574). Not tab, CR or LF. */
bool utf8_is_hidden(uint32_t code_point);

/* The end (byte offset) of the grapheme cluster that starts at `at` (UAX #29). */
size_t utf8_grapheme_end(struct slice text, size_t at);

/* What a character is in a word: general category L; M; Nd or Nl; any other. */
enum utf8_class { UTF8_CLASS_OTHER, UTF8_CLASS_LETTER, UTF8_CLASS_MARK, UTF8_CLASS_DIGIT };
enum utf8_class utf8_word_class(uint32_t code_point);

/* Simple case folding of one code point. */
uint32_t utf8_fold(uint32_t code_point);
/* Case-insensitive substring search over raw bytes; invalid bytes match only
 * themselves. Returns the byte offset or -1. An empty needle is at 0. */
long utf8_find_folded(struct slice haystack, struct slice needle);

/* The longest prefix of at most `len_limit` bytes that does not end inside a
 * character; also when the text itself was cut inside one. */
size_t utf8_cut(const char *text, size_t len_bytes, size_t len_limit);

/* ---- most text is ASCII, and all that is drawn goes through these two ------------------ */

size_t utf8_decode_more(const char *text, size_t len_bytes, uint32_t *code_point, bool *valid);
int utf8_columns_more(uint32_t code_point);

static inline size_t utf8_decode(const char *text, size_t len_bytes, uint32_t *code_point, bool *valid)
{
	if ((unsigned char)text[0] >= 0x80)
		return utf8_decode_more(text, len_bytes, code_point, valid);
	*code_point = (unsigned char)text[0];
	if (valid)
		*valid = true;
	return 1;
}

static inline int utf8_columns(uint32_t code_point)
{
	return code_point >= 0x20 && code_point < 0x7F ? 1 : utf8_columns_more(code_point);
}

#endif
