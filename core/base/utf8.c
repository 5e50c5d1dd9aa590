#include "core/base/utf8.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <utf8proc.h>


struct range {
	uint32_t first, last;
};

/* Default_Ignorable_Code_Point (Unicode 15, DerivedCoreProperties.txt): drawn as
 * nothing where no font knows better. Those of category Cf are found by it. */
static const struct range ignorable[] = {
	{ 0x034F, 0x034F },   /* combining grapheme joiner */
	{ 0x115F, 0x1160 },   /* Hangul fillers */
	{ 0x17B4, 0x17B5 },   /* Khmer inherent vowels */
	{ 0x180B, 0x180F },   /* Mongolian variation selectors */
	{ 0x2065, 0x2065 },
	{ 0x3164, 0x3164 },   /* Hangul filler */
	{ 0xFE00, 0xFE0F },   /* variation selectors */
	{ 0xFFA0, 0xFFA0 },   /* halfwidth Hangul filler */
	{ 0xFFF0, 0xFFF8 },
	{ 0xE0000, 0xE0FFF }, /* tags, variation selectors supplement */
};

/* Prepended_Concatenation_Mark (PropList.txt): of category Cf, yet visible. */
static const struct range visible_format[] = {
	{ 0x0600, 0x0605 }, { 0x06DD, 0x06DD }, { 0x070F, 0x070F }, { 0x0890, 0x0891 },
	{ 0x08E2, 0x08E2 }, { 0x110BD, 0x110BD }, { 0x110CD, 0x110CD },
};

/* New in Unicode 15.0 (DerivedAge.txt): utf8proc 2.8 knows them, wcwidth() of glibc
 * 2.36 (Unicode 14) does not, and curses then draws a blank of another width. They are
 * shown as marks. A still newer utf8proc beside an old libc would need more rows; the
 * price of a missing one is a misplaced cell, never raw output of a control. */
static const struct range too_new[] = {
	{ 0x0CF3, 0x0CF3 },   { 0x0ECE, 0x0ECE },   { 0x10EFD, 0x10EFF }, { 0x1123F, 0x11241 },
	{ 0x11B00, 0x11B09 }, { 0x11F00, 0x11F59 }, { 0x1342F, 0x1342F }, { 0x13439, 0x13455 },
	{ 0x1B132, 0x1B132 }, { 0x1B155, 0x1B155 }, { 0x1D2C0, 0x1D2D3 }, { 0x1DF25, 0x1DF2A },
	{ 0x1E030, 0x1E08F }, { 0x1E4D0, 0x1E4F9 }, { 0x1F6DC, 0x1F6DC }, { 0x1F774, 0x1F776 },
	{ 0x1F77B, 0x1F77F }, { 0x1F7D9, 0x1F7D9 }, { 0x1FA75, 0x1FA77 }, { 0x1FA87, 0x1FA88 },
	{ 0x1FAAD, 0x1FAAF }, { 0x1FABB, 0x1FABD }, { 0x1FABF, 0x1FABF }, { 0x1FACE, 0x1FACF },
	{ 0x1FADA, 0x1FADB }, { 0x1FAE8, 0x1FAE8 }, { 0x1FAF7, 0x1FAF8 }, { 0x2B739, 0x2B739 },
	{ 0x31350, 0x323AF },
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t code_point)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (code_point > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && code_point >= ranges[low].first;
}
#define IN(ranges, code_point) in_ranges((ranges), ARRAY_LEN(ranges), (code_point))

static size_t invalid(size_t len_bytes, uint32_t *code_point, bool *valid)
{
	*code_point = UTF8_REPLACEMENT;
	if (valid)
		*valid = false;
	return len_bytes;
}

/* The second byte's range depends on the first: Unicode 15, table 3-7. */
size_t utf8_decode_more(const char *text, size_t len_bytes, uint32_t *code_point, bool *valid)
{
	unsigned char lead = (unsigned char)text[0];
	unsigned low = 0x80, high = 0xBF;
	size_t need;
	uint32_t value;

	if (valid)
		*valid = true;
	if (lead < 0xC2 || lead > 0xF4)
		return invalid(1, code_point, valid);
	if (lead < 0xE0) {
		need = 2;
		value = lead & 0x1Fu;
	} else if (lead < 0xF0) {
		need = 3;
		value = lead & 0x0Fu;
		if (lead == 0xE0)
			low = 0xA0; /* overlong */
		else if (lead == 0xED)
			high = 0x9F; /* surrogates */
	} else {
		need = 4;
		value = lead & 0x07u;
		if (lead == 0xF0)
			low = 0x90; /* overlong */
		else if (lead == 0xF4)
			high = 0x8F; /* over U+10FFFF */
	}
	for (size_t i = 1; i < need; i++) {
		if (i >= len_bytes)
			return invalid(i, code_point, valid);
		unsigned char byte = (unsigned char)text[i];
		if (byte < low || byte > high)
			return invalid(i, code_point, valid);
		value = value << 6 | (byte & 0x3Fu);
		low = 0x80;
		high = 0xBF;
	}
	*code_point = value;
	return need;
}

size_t utf8_encode(uint32_t code_point, char out[4])
{
	if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
		code_point = UTF8_REPLACEMENT;
	if (code_point < 0x80) {
		out[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = (char)(0xC0 | code_point >> 6);
		out[1] = (char)(0x80 | (code_point & 0x3F));
		return 2;
	}
	if (code_point < 0x10000) {
		out[0] = (char)(0xE0 | code_point >> 12);
		out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code_point & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | code_point >> 18);
	out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code_point & 0x3F));
	return 4;
}

bool utf8_valid(struct slice bytes)
{
	for (size_t at = 0; at < bytes.len_bytes;) {
		uint32_t code_point;
		bool valid;
		at += utf8_decode(bytes.at + at, bytes.len_bytes - at, &code_point, &valid);
		if (!valid)
			return false;
	}
	return true;
}

size_t utf8_append_clean(struct strbuf *out, struct slice bytes)
{
	size_t replaced = 0, run = 0; /* run: start of what is clean and not yet appended */

	for (size_t at = 0; at < bytes.len_bytes;) {
		uint32_t code_point;
		bool valid;
		size_t len_bytes = utf8_decode(bytes.at + at, bytes.len_bytes - at, &code_point, &valid);
		if (!valid || code_point == 0) {
			strbuf_add(out, bytes.at + run, at - run);
			strbuf_addstr(out, valid ? "\xE2\x90\x80" : "\xEF\xBF\xBD");
			run = at + len_bytes;
			replaced++;
		}
		at += len_bytes;
	}
	if (bytes.len_bytes > run)
		strbuf_add(out, bytes.at + run, bytes.len_bytes - run);
	return replaced;
}

char *utf8_clean(struct arena *arena, struct slice bytes)
{
	if (!bytes.at)
		return NULL;
	if (!memchr(bytes.at, '\0', bytes.len_bytes) && utf8_valid(bytes))
		return arena_text(arena, bytes);

	struct strbuf clean = STRBUF_INIT;
	utf8_append_clean(&clean, bytes);
	char *text = arena_text(arena, strbuf_slice(&clean));
	strbuf_release(&clean);
	return text;
}

bool utf8_is_hidden(uint32_t code_point)
{
	if (code_point < 0x7F)
		return code_point < 0x20 && code_point != '\t' && code_point != '\r' && code_point != '\n';
	if (code_point < 0xA0)
		return true;
	if (code_point > 0x10FFFF)
		return false;
	switch (utf8proc_category((utf8proc_int32_t)code_point)) {
	case UTF8PROC_CATEGORY_CF:
		return !IN(visible_format, code_point);
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return IN(ignorable, code_point);
	}
}

/* wcwidth() of glibc, without its dependence on the locale. utf8proc_charwidth()
 * agrees but for what is listed here; tests compare the two over all of Unicode. */
int utf8_columns_more(uint32_t code_point)
{
	if (code_point > 0x10FFFF || code_point < 0xA0 || utf8_is_hidden(code_point) ||
	    IN(too_new, code_point))
		return -1;
	int columns = utf8proc_charwidth((utf8proc_int32_t)code_point);
	switch (utf8proc_category((utf8proc_int32_t)code_point)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CS:
		return -1;
	case UTF8PROC_CATEGORY_MC: /* spacing marks; utf8proc has 0 for most */
		return columns > 0 ? columns : 1;
	case UTF8PROC_CATEGORY_CF: /* only visible_format[] comes here */
	case UTF8PROC_CATEGORY_CO:
		return 1;
	default:
		break;
	}
	/* Medial vowels and final consonants join the syllable before them. */
	if ((code_point >= 0x1160 && code_point <= 0x11FF) || (code_point >= 0xD7B0 && code_point <= 0xD7FB))
		return 0;
	/* Circled numbers on black squares; hexagrams. */
	if ((code_point >= 0x3248 && code_point <= 0x324F) || (code_point >= 0x4DC0 && code_point <= 0x4DFF))
		return 2;
	return columns;
}

size_t utf8_mark(uint32_t code_point, char out[16])
{
	int len = 0;

	out[0] = '\0';
	if (code_point == '\t')
		len = snprintf(out, 16, ">");
	else if (code_point < 0x20 || code_point == 0x7F)
		len = snprintf(out, 16, "^%c", (int)(code_point ^ 0x40));
	else if (utf8_columns(code_point) < 0)
		len = snprintf(out, 16, "<U+%04lX>", (unsigned long)code_point);
	return (size_t)len;
}

int utf8_text_columns(struct slice text)
{
	size_t columns = 0;

	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t code_point;
		at += utf8_decode(text.at + at, text.len_bytes - at, &code_point, NULL);
		int width = utf8_columns(code_point);
		char mark[16];
		columns += width >= 0 ? (size_t)width : utf8_mark(code_point, mark);
	}
	return columns < INT_MAX ? (int)columns : INT_MAX;
}

size_t utf8_grapheme_end(struct slice text, size_t at)
{
	uint32_t before, after;
	utf8proc_int32_t state = 0;

	if (at >= text.len_bytes)
		return text.len_bytes;
	at += utf8_decode(text.at + at, text.len_bytes - at, &before, NULL);
	while (at < text.len_bytes) {
		size_t len_bytes = utf8_decode(text.at + at, text.len_bytes - at, &after, NULL);
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)after, &state))
			break;
		at += len_bytes;
		before = after;
	}
	return at;
}

enum utf8_class utf8_word_class(uint32_t code_point)
{
	if (code_point > 0x10FFFF)
		return UTF8_CLASS_OTHER;
	switch (utf8proc_category((utf8proc_int32_t)code_point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return UTF8_CLASS_LETTER;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return UTF8_CLASS_MARK;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
		return UTF8_CLASS_DIGIT;
	default:
		return UTF8_CLASS_OTHER;
	}
}

uint32_t utf8_fold(uint32_t code_point)
{
	if (code_point < 0x80)
		return code_point >= 'A' && code_point <= 'Z' ? code_point + 32 : code_point;
	if (code_point > 0x10FFFF)
		return code_point;

	/* CaseFolding.txt status C; where the full folding has several characters (F),
	 * the simple one (S) is the lower case. */
	utf8proc_int32_t folded;
	int unused = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)code_point, &folded, 1,
							 UTF8PROC_CASEFOLD, &unused);
	if (count != 1)
		folded = utf8proc_tolower((utf8proc_int32_t)code_point);
	return (uint32_t)folded;
}

size_t utf8_cut(const char *text, size_t len_bytes, size_t len_limit)
{
	size_t end = len_limit < len_bytes ? len_limit : len_bytes;

	/* Back to the start of the last character, and drop it if it is not whole. */
	for (size_t start = end; start > 0 && end - start < 4;) {
		start--;
		if (((unsigned char)text[start] & 0xC0) == 0x80)
			continue;
		uint32_t code_point;
		bool valid;
		size_t used = utf8_decode(text + start, len_bytes - start, &code_point, &valid);
		if (start + used > end || (!valid && (unsigned char)text[start] >= 0xC2 && start + used == end))
			return start;
		break;
	}
	return end;
}
