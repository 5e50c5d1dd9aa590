/*
 * The words that code is made of, for search: what a tokenizer for prose gets wrong.
 *
 * - A word is a run of letters, marks, digits and "_" (Unicode categories L, M, Nd, Nl);
 *   all else parts words. Case is folded character by character.
 * - It counts whole and, at the same position, in its parts: getUserName is also get,
 *   user and name; user_name is user and name; HTTPServer2 is http, server and 2. What
 *   starts with a digit (1e9, 0xFF) has no parts. Of more than CODE_WORD_PARTS parts
 *   the first count.
 * - Han and Kana, which know no blanks, are a word each, so that a phrase of them finds
 *   them anywhere.
 * - Of a longer word the first CODE_WORD_BYTES bytes count, up to a character's border.
 * - Bytes that are not UTF-8 part words. So does CODE_TEXT_BREAK, and no phrase goes on
 *   behind it: it stands between texts that are searched as one.
 */
#ifndef AITIA_CORE_WORDS_OF_CODE_H
#define AITIA_CORE_WORDS_OF_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/slice.h"

#define CODE_WORD_BYTES 64u
#define CODE_WORD_PARTS 16u
#define CODE_PHRASE_WORDS 64u
#define CODE_TEXT_BREAK '\x1f' /* "unit separator" */

struct code_word {
	struct slice text;  /* folded; holds until the next call */
	size_t start, end;  /* bytes in the text */
	size_t position;    /* of the word in the text, from 0; one is left out at a break */
	bool part;          /* of the word that came before, at its position */
};

struct code_part {
	size_t start, end;            /* bytes in the text */
	size_t folded_at, folded_len; /* in `folded` */
};

struct code_words {
	struct slice text;
	bool with_parts;
	size_t at;
	size_t position;              /* of the next word */
	char folded[CODE_WORD_BYTES * 2];
	struct code_part parts[CODE_WORD_PARTS];
	size_t part_count, next_part; /* those of the word at hand that are still to come */
};

void code_words_init(struct code_words *words, struct slice text, bool with_parts);
bool code_words_next(struct code_words *words, struct code_word *out);
/* How many words, without parts. */
size_t code_words_count(struct slice text);

/* A word or a phrase that is looked for: its words must stand one behind the other,
 * each whole or as a part. With `prefix` the last one may go on. */
struct code_phrase;

/* NULL if the text has no word; free() it. At most CODE_PHRASE_WORDS words count. */
struct code_phrase *code_phrase_new(struct slice text, bool prefix);
bool code_phrase_matches(const struct code_phrase *phrase, struct slice text);
/* Calls `found` for each match, in order, with the bytes it covers: of a single word,
 * the part that matched; else from the first word's start to the last one's end. */
void code_phrase_each(const struct code_phrase *phrase, struct slice text,
		      void (*found)(void *context, size_t start, size_t end), void *context);

#endif
