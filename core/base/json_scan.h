/*
 * Internal to json_*.c: what the tree parser and the pull reader share.
 *
 * A scan stands at a byte of a text and moves forward. The first fault is kept:
 * `fault` says what is wrong and `at` where.
 */
#ifndef AITIA_BASE_JSON_SCAN_H
#define AITIA_BASE_JSON_SCAN_H

#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "core/base/json.h"

struct json_scan {
	const char *at, *end;
	bool relaxed;      /* invalid UTF-8 in strings is kept, not refused */
	size_t invalid;    /* such sequences met so far */
	const char *fault; /* NULL, or what is wrong at `at` */
};

/* The inside of a string, between its quotes. */
struct json_string {
	struct slice body;
	bool verbatim;     /* no escapes: the body is the value */
};

/* Both stand at the first byte of their token and end behind it; false on a fault. */
bool json_scan_string(struct json_scan *scan, struct json_string *found);
bool json_scan_number(struct json_scan *scan);
/* The string's value; borrows from the text when it can, else copies to the arena. */
struct slice json_string_value(struct arena *arena, const struct json_string *string);

/* json_parse() for a text that stands `base` bytes behind the start of a larger one. */
enum status json_parse_at(struct arena *arena, struct slice text, uint64_t base, bool relaxed_utf8,
			  bool constants, size_t *invalid, const struct json **out, struct error *err) MUST_CHECK;

/* The bytes of a reader's window, for tests: small ones meet all borders, and the
 * present size shows that memory does not grow with the file. */
void json_reader_set_window(struct json_reader *reader, size_t len_bytes);
size_t json_reader_window_bytes(const struct json_reader *reader);

static inline bool json_is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static inline const char *json_skip_blanks(const char *at, const char *end)
{
	while (at < end && json_is_blank(*at))
		at++;
	return at;
}

/* The type of the value that starts with this byte; false if none does. */
static inline bool json_type_of(char first, enum json_type *type)
{
	switch (first) {
	case '{':
		*type = JSON_OBJECT;
		return true;
	case '[':
		*type = JSON_ARRAY;
		return true;
	case '"':
		*type = JSON_STRING;
		return true;
	case 't':
		*type = JSON_TRUE;
		return true;
	case 'f':
		*type = JSON_FALSE;
		return true;
	case 'n':
		*type = JSON_NULL;
		return true;
	default:
		*type = JSON_NUMBER;
		return first == '-' || (first >= '0' && first <= '9');
	}
}

#define JSON_EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/*
 * Steps over bytes that mean nothing inside a string: up to a quote or a backslash;
 * with `strict` also up to a control or a byte of 0x80 and more. Most bytes of an
 * import pass here, so it looks at 16 at a time where the processor surely can (SSE2
 * is part of x86-64), else at 8: (x - 0x01...) & ~x & 0x80... marks the zero bytes of
 * x (Warren, "Hacker's Delight", 6-1). The borrow can mark wrongly only bytes of more
 * weight than a right mark; so the word that has a mark is looked at byte by byte.
 */
static inline const char *json_plain_run(const char *at, const char *end, bool strict)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), blank = _mm_set1_epi8(0x20);

	while (end - at >= 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
		if (strict) /* signed: bytes of 0x80 and more are negative */
			marks = _mm_or_si128(marks, _mm_cmplt_epi8(bytes, blank));
		int mask = _mm_movemask_epi8(marks);
		if (mask)
			return at + __builtin_ctz((unsigned)mask);
		at += 16;
	}
#endif
	const uint64_t ones = JSON_EACH_BYTE(0x01), tops = JSON_EACH_BYTE(0x80);
	while (end - at >= 8) {
		uint64_t word;
		memcpy(&word, at, sizeof(word));
		uint64_t quotes = word ^ JSON_EACH_BYTE('"'), backslashes = word ^ JSON_EACH_BYTE('\\');
		uint64_t marks = ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes);
		if (strict)
			marks |= word | ((word - JSON_EACH_BYTE(0x20)) & ~word);
		if (marks & tops)
			break;
		at += 8;
	}
	for (; at < end; at++) {
		unsigned char byte = (unsigned char)*at;
		if (byte == '"' || byte == '\\' || (strict && (byte < 0x20 || byte >= 0x80)))
			break;
	}
	return at;
}

#endif
