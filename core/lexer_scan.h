/* What the scanners of the highlighter share. Private to lexer*.c. */
#ifndef AITIA_CORE_LEXER_SCAN_H
#define AITIA_CORE_LEXER_SCAN_H

#include <stdbool.h>

#include "core/lexer.h"

enum lexer_mode {
	LEXER_CODE = 0,
	LEXER_COMMENT,  /* detail: depth, at least 1 */
	LEXER_STRING,   /* detail: which of the long quotes */
	LEXER_HASH_RAW, /* detail: count of # */
	LEXER_FENCE,    /* detail: the length of the fence, by its character's sign: see scan_prose() */
	LEXER_TAG,      /* detail: 0, or the quote of the attribute's value */
};

struct scan {
	const struct language *language;
	struct lexer_state *state;
	struct slice line;
	size_t at;
	struct token_span *out;
	size_t count, max;
};

/* Adds a span, or lengthens the last one where both touch and are alike. */
void scan_emit(struct scan *s, size_t start, size_t end, enum token_class token);
void scan_comment(struct scan *s, size_t start);
void scan_diff(struct scan *s);
void scan_markup(struct scan *s);
void scan_prose(struct scan *s);

#endif
