/* Letters of ASCII alone: for words of ours, names of files and formats. Text of people is utf8.h's. */
#ifndef AITIA_BASE_ASCII_H
#define AITIA_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool ascii_is_letter(char c)
{
	c = ascii_lower(c);
	return c >= 'a' && c <= 'z';
}

/* -1 for what is no hexadecimal digit. */
static inline int ascii_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes from the beginning on are neither controls nor of 0x80 and more: of nearly every text all,
 * so eight are looked at at a time. Of a byte below 0x80, adding 1 sets the top bit for 0x7f alone, taking 0x20
 * away (with the top bit set first, so that nothing is borrowed) clears it for what is below alone. */
static inline size_t ascii_plain_run(const char *at, size_t len_bytes)
{
	const uint64_t each = UINT64_C(0x0101010101010101), tops = each * 0x80;
	size_t run = 0;

	for (; run + 8 <= len_bytes; run += 8) {
		uint64_t word;

		memcpy(&word, at + run, sizeof(word));
		if ((word | (word + each) | ~((word | tops) - each * 0x20)) & tops)
			break;
	}
	while (run < len_bytes && at[run] >= ' ' && at[run] < 0x7f)
		run++;
	return run;
}

#endif
