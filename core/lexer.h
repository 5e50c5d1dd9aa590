/*
 * A highlighter for code on a screen. It reads raw bytes line by line, and all
 * that goes from one line to the next is `struct lexer_state` (16 bytes or less):
 * a view may keep one per so many lines and start at any of them.
 *
 * It only colours: it never decides anything, and wrong colours are its worst
 * fault. Code is hostile, so the work is linear in the bytes of the line, there
 * is no recursion and no allocation, and every offset lies within the line.
 *
 *     struct lexer_state state = LEXER_START;
 *     const struct language *language = language_find(sample->language);
 *     for each line (without its line feed):
 *             size_t n = lexer_line(language, &state, line, spans, ARRAY_LEN(spans));
 */
#ifndef AITIA_CORE_LEXER_H
#define AITIA_CORE_LEXER_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/slice.h"
#include "core/language.h"

enum token_class {
	TOKEN_PLAIN,
	TOKEN_COMMENT,
	TOKEN_STRING,
	TOKEN_NUMBER,
	TOKEN_KEYWORD,
	TOKEN_TYPE,      /* built-in types and values: int, None, true; attributes of a tag */
	TOKEN_PUNCT,
	TOKEN_DIFF_ADD,
	TOKEN_DIFF_DEL,
	TOKEN_DIFF_HUNK, /* "@@ …" */
	TOKEN_DIFF_FILE, /* "diff …", "--- …", "+++ …", "index …" */
	TOKEN_CLASS_COUNT
};

/* Bytes [start, start + len) of the line. Spans are in order and do not overlap;
 * what lies between them is TOKEN_PLAIN (no span has that class). */
struct token_span {
	size_t start;
	size_t len;
	enum token_class token;
};

/* What the line before left open. Compare with memcmp: there is no padding. */
struct lexer_state {
	uint16_t mode;       /* code, block comment, long string, tag: lexer.c knows */
	uint16_t detail;     /* depth of comments; which delimiter; count of # */
	uint32_t old_lines;  /* diff: lines of the hunk still to come, each side */
	uint32_t new_lines;
};

#define LEXER_START ((struct lexer_state){ 0, 0, 0, 0 })

/* The spans of one line; at most `max`, what comes behind is then plain, but
 * the state is right all the same. `out` may be NULL with max 0: only the state
 * is carried on, which is faster. A NULL language has no spans. */
size_t lexer_line(const struct language *language, struct lexer_state *state, struct slice line,
		  struct token_span *out, size_t max);

#endif
