/*
 * Looking for a text in another without regard to case. Nearly all texts that are looked
 * for are ASCII, and so is most code: there bytes are compared, at the places where the
 * word's least common one stands, which memchr() finds. All else is decoded.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/attr.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"

/* One unit of comparison: a folded code point, or a byte that is no UTF-8, which is
 * set apart from all code points by the top bit. */
static size_t next_folded(const char *text, size_t len_bytes, uint32_t *unit)
{
	bool valid;
	size_t used = utf8_decode(text, len_bytes, unit, &valid);

	if (!valid) {
		*unit = 0x80000000u | (unsigned char)text[0];
		return 1;
	}
	*unit = utf8_fold(*unit);
	return used;
}

static uint64_t word_at(const char *at)
{
	uint64_t bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

static bool is_ascii(struct slice text)
{
	const char *at = text.at, *end = text.at + text.len_bytes;
	uint64_t high = 0;

	for (; end - at >= 32; at += 32)
		high |= word_at(at) | word_at(at + 8) | word_at(at + 16) | word_at(at + 24);
	for (; end - at >= 8; at += 8)
		high |= word_at(at);
	for (; at < end; at++)
		high |= (unsigned char)*at;
	return (high & UINT64_C(0x8080808080808080)) == 0;
}

/* Beyond ASCII, a dotted capital I, the Kelvin sign and a long s alone fold to a letter of it. */
static bool has_kin(char c)
{
	c = ascii_lower(c);
	return c == 'i' || c == 'k' || c == 's';
}

static bool has_kin_beyond_ascii(struct slice word)
{
	for (size_t i = 0; i < word.len_bytes; i++)
		if (has_kin(word.at[i]))
			return true;
	return false;
}

/* How common characters are in code: counted over that of the shared data, the commonest most.
 * What is not here is rare. */
static const unsigned char commonness[128] = {
	[' '] = 60, ['e'] = 59, ['r'] = 58, ['t'] = 57, ['\n'] = 56, ['a'] = 55, ['o'] = 54, ['n'] = 53, ['i'] = 52,
	['s'] = 51, ['c'] = 50, ['l'] = 49, ['('] = 48, [')'] = 47, ['f'] = 46, ['u'] = 45, ['d'] = 44, ['p'] = 43,
	['h'] = 42, ['m'] = 41, ['g'] = 40, ['='] = 39, [';'] = 38, ['.'] = 37, [','] = 36, ['"'] = 35, ['b'] = 34,
	['y'] = 33, ['/'] = 32, ['{'] = 31, ['}'] = 30, [':'] = 29, ['\t'] = 28, ['k'] = 27, ['1'] = 26, ['2'] = 25,
	['_'] = 24, ['3'] = 23, ['5'] = 22, ['4'] = 21, ['v'] = 20, ['6'] = 19, ['7'] = 18, ['8'] = 17, ['x'] = 16,
	['9'] = 15, ['w'] = 14, ['0'] = 13, ['['] = 12, [']'] = 11, ['>'] = 10, ['+'] = 9, ['q'] = 8, ['\''] = 7,
	['*'] = 6, ['<'] = 5, ['z'] = 4, ['?'] = 3, ['-'] = 2, ['!'] = 1,
};

/* Where it stands; `alone`: of those without kin, and the length of the word if there is none. */
static size_t rarest(struct slice word, bool alone)
{
	size_t best = word.len_bytes;
	unsigned least = UCHAR_MAX;

	for (size_t i = 0; i < word.len_bytes; i++) {
		if (alone && has_kin(word.at[i]))
			continue;
		unsigned common = commonness[(unsigned char)ascii_lower(word.at[i])];
		if (common < least) {
			best = i;
			least = common;
		}
	}
	return best;
}

static const char *find_byte(const char *from, const char *end, char c)
{
	return from < end ? memchr(from, c, (size_t)(end - from)) : NULL;
}

static char ascii_upper(char small)
{
	return small >= 'a' && small <= 'z' ? (char)(small - ('a' - 'A')) : small;
}

/* Whether a text has the rarest character of an ASCII word that only it folds to: most have not,
 * and need not be decoded, whatever else is in them. */
static bool may_hold(struct slice text, struct slice word)
{
	const char *end = text.at + text.len_bytes;
	size_t place = rarest(word, true);
	char small;

	if (place == word.len_bytes)
		return true;
	small = ascii_lower(word.at[place]);
	return find_byte(text.at, end, small) || (ascii_upper(small) != small && find_byte(text.at, end, ascii_upper(small)));
}

/* Of an ASCII word in any text, by bytes. */
static long find_ascii(struct slice text, struct slice word)
{
	size_t place = rarest(word, false);
	const char small = ascii_lower(word.at[place]), large = ascii_upper(small);
	const char *end, *low, *high;

	if (word.len_bytes > text.len_bytes)
		return -1;
	end = text.at + place + (text.len_bytes - word.len_bytes) + 1;
	low = find_byte(text.at + place, end, small);
	high = large == small ? NULL : find_byte(text.at + place, end, large);
	while (low || high) {
		const char *at = !high || (low && low < high) ? low : high;
		size_t same = 0;
		while (same < word.len_bytes && ascii_lower(at[same - place]) == ascii_lower(word.at[same]))
			same++;
		if (same == word.len_bytes)
			return at - place - text.at;
		if (at == low)
			low = find_byte(at + 1, end, small);
		else
			high = find_byte(at + 1, end, large);
	}
	return -1;
}

long utf8_find_folded(struct slice haystack, struct slice needle)
{
	uint32_t few[64], *units = few, unit;
	size_t count = 0;
	long found = -1;

	if (needle.len_bytes == 0)
		return 0;
	if (is_ascii(needle)) {
		bool kin = has_kin_beyond_ascii(needle);
		if (kin && !may_hold(haystack, needle))
			return -1;
		if (!kin || is_ascii(haystack))
			return find_ascii(haystack, needle);
	}
	if (needle.len_bytes > ARRAY_LEN(few))
		units = mem_zalloc(needle.len_bytes, sizeof(*units));
	for (size_t at = 0; at < needle.len_bytes;)
		at += next_folded(needle.at + at, needle.len_bytes - at, &units[count++]);

	for (size_t at = 0; at < haystack.len_bytes && found < 0;) {
		size_t next = at + next_folded(haystack.at + at, haystack.len_bytes - at, &unit);
		if (unit == units[0]) {
			size_t matched = 1, here = next;
			while (matched < count && here < haystack.len_bytes) {
				here += next_folded(haystack.at + here, haystack.len_bytes - here, &unit);
				if (unit != units[matched])
					break;
				matched++;
			}
			if (matched == count)
				found = (long)at;
		}
		at = next;
	}
	if (units != few)
		free(units);
	return found;
}
