/* Words of code: one pass over the text; ASCII by a table, the rest by Unicode. */
#include "core/words_of_code.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

enum kind { SEPARATOR, LOWER, UPPER, DIGIT, UNDERSCORE, MARK, ALONE };

/* Letters without case count as lower. */
static enum kind ascii_kind(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		return LOWER;
	if (c >= 'A' && c <= 'Z')
		return UPPER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	return c == '_' ? UNDERSCORE : SEPARATOR;
}

/* Han and Kana, by block: Unicode's Script_Extensions in what matters for search. */
static bool stands_alone(uint32_t c)
{
	return (c >= 0x3041 && c <= 0x30FF) || (c >= 0x31F0 && c <= 0x31FF) || (c >= 0x3400 && c <= 0x4DBF) ||
	       (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

static enum kind kind_of(uint32_t c)
{
	switch (utf8_word_class(c)) {
	case UTF8_CLASS_OTHER: return SEPARATOR;
	case UTF8_CLASS_MARK: return MARK;
	case UTF8_CLASS_DIGIT: return DIGIT;
	case UTF8_CLASS_LETTER: break;
	}
	if (stands_alone(c))
		return ALONE;
	return utf8_fold(c) != c ? UPPER : LOWER;
}

struct character {
	enum kind kind;
	size_t len;          /* bytes in the text */
	char folded[4];
	size_t folded_len;
};

static void read_character(struct slice text, size_t at, struct character *out)
{
	unsigned char byte = (unsigned char)text.at[at];
	uint32_t code_point;
	bool valid;

	if (byte < 0x80) {
		out->kind = ascii_kind(byte);
		out->len = out->folded_len = 1;
		out->folded[0] = out->kind == UPPER ? (char)(byte + ('a' - 'A')) : (char)byte;
		return;
	}
	out->len = utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
	out->kind = valid ? kind_of(code_point) : SEPARATOR;
	out->folded_len = out->kind == SEPARATOR ? 0 : utf8_encode(utf8_fold(code_point), out->folded);
}

/* ---- one identifier -------------------------------------------------------------------- */

/* What is being put together: the whole word, or a part of it. */
struct piece {
	struct code_part is;
	bool full; /* no more of it counts */
};

static void add(struct code_words *words, struct piece *piece, size_t at, const struct character *c)
{
	piece->is.end = at + c->len;
	piece->full |= piece->is.folded_len + c->folded_len > CODE_WORD_BYTES;
	if (piece->full)
		return;
	memcpy(words->folded + piece->is.folded_at + piece->is.folded_len, c->folded, c->folded_len);
	piece->is.folded_len += c->folded_len;
}

static bool part_starts(enum kind before, enum kind is, struct slice text, size_t next)
{
	struct character behind;

	if (before == UNDERSCORE || before == SEPARATOR)
		return true;
	if (is == MARK)
		return false;
	if ((before == DIGIT) != (is == DIGIT))
		return true;
	if (is != UPPER)
		return false;
	if (before != UPPER)
		return true;
	/* HTTPServer: the last capital belongs to what follows. */
	if (next >= text.len_bytes)
		return false;
	read_character(text, next, &behind);
	return behind.kind == LOWER;
}

/* Notes where the parts are; what they are is folded again when they are handed out,
 * so that none of it is kept. */
static void note_part(struct code_words *words, size_t start, size_t end)
{
	if (words->part_count < CODE_WORD_PARTS)
		words->parts[words->part_count++] = (struct code_part){ .start = start, .end = end };
}

/* Reads the identifier at words->at to its end. */
static void read_identifier(struct code_words *words, struct code_word *out)
{
	struct piece whole = { .is = { .start = words->at, .end = words->at } };
	enum kind before = SEPARATOR;
	size_t at = words->at, part_start = at;
	bool in_part = false, parted = words->with_parts;
	struct character c;

	words->part_count = words->next_part = 0;
	for (; at < words->text.len_bytes; at += c.len) {
		read_character(words->text, at, &c);
		if (c.kind == SEPARATOR || c.kind == ALONE)
			break;
		if (before == SEPARATOR && c.kind == DIGIT)
			parted = false;
		add(words, &whole, at, &c);
		if (parted && in_part &&
		    (c.kind == UNDERSCORE || part_starts(before, c.kind, words->text, at + c.len))) {
			note_part(words, part_start, at);
			in_part = false;
		}
		if (parted && !in_part && c.kind != UNDERSCORE) {
			part_start = at;
			in_part = true;
		}
		if (c.kind != MARK || before == SEPARATOR)
			before = c.kind;
	}
	if (in_part && part_start > whole.is.start)
		note_part(words, part_start, at);
	words->at = at;
	*out = (struct code_word){ { words->folded, whole.is.folded_len }, whole.is.start, at, words->position++, false };
}

static void read_part(struct code_words *words, struct code_word *out)
{
	struct code_part *part = &words->parts[words->next_part++];
	struct piece piece = { .is = { .start = part->start, .end = part->start, .folded_at = CODE_WORD_BYTES } };
	struct character c;

	for (size_t at = part->start; at < part->end && !piece.full; at += c.len) {
		read_character(words->text, at, &c);
		add(words, &piece, at, &c);
	}
	*out = (struct code_word){ { words->folded + CODE_WORD_BYTES, piece.is.folded_len }, part->start, part->end,
				   words->position - 1, true };
}

/* ---- the text --------------------------------------------------------------------------- */

void code_words_init(struct code_words *words, struct slice text, bool with_parts)
{
	words->text = text;
	words->with_parts = with_parts;
	words->at = words->position = 0;
	words->part_count = words->next_part = 0;
}

bool code_words_next(struct code_words *words, struct code_word *out)
{
	if (words->next_part < words->part_count) {
		read_part(words, out);
		return true;
	}
	while (words->at < words->text.len_bytes) {
		struct character c;
		read_character(words->text, words->at, &c);
		if (c.kind == ALONE) {
			memcpy(words->folded, c.folded, c.folded_len);
			*out = (struct code_word){ { words->folded, c.folded_len }, words->at, words->at + c.len,
						   words->position++, false };
			words->at += c.len;
			return true;
		}
		if (c.kind != SEPARATOR) {
			read_identifier(words, out);
			return true;
		}
		words->position += words->text.at[words->at] == CODE_TEXT_BREAK;
		words->at += c.len;
	}
	return false;
}

size_t code_words_count(struct slice text)
{
	struct code_words words;
	struct code_word word;
	size_t count = 0;

	code_words_init(&words, text, false);
	while (code_words_next(&words, &word))
		count++;
	return count;
}
