/*
 * UTF-16 and UTF-32 (Unicode 15, section 3.10: the encoding schemes), into UTF-8, piece by
 * piece. What Windows PowerShell's ">" writes is UTF-16LE with a byte-order mark.
 */
#ifndef AITIA_BASE_UTF16_H
#define AITIA_BASE_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/slice.h"

enum wide_scheme { WIDE_NONE, WIDE_UTF16LE, WIDE_UTF16BE, WIDE_UTF32LE, WIDE_UTF32BE };

/* What a text starts as, by its byte-order mark; without one, by the zeros around its
 * first two characters, if these are ASCII (as RFC 4627, section 3, has it for JSON). */
enum wide_scheme wide_scheme_of(struct slice head);
const char *wide_scheme_name(enum wide_scheme scheme); /* "UTF-16LE" */

/* Starts as { .scheme = … }. */
struct wide_decoder {
	enum wide_scheme scheme;
	uint64_t replaced;      /* unpaired surrogates, numbers that are no characters, a rest
				 * that is none: each became U+FFFD */
	bool past_start;        /* the place of the byte-order mark, which is dropped */
	uint32_t high;          /* a first half of a pair whose second is to come, or 0 */
	unsigned char held[4];  /* the start of a unit that a piece ended in */
	size_t held_len;
};

enum { WIDE_ROOM_MIN = 8 };

/* Takes from the front of *in as long as `room` suffices (WIDE_ROOM_MIN at least, then
 * it takes something); answers the bytes of UTF-8 made. */
size_t wide_decode(struct wide_decoder *decoder, struct slice *in, char *out, size_t room);
/* At the end of the input: what is still held. */
size_t wide_decode_end(struct wide_decoder *decoder, char out[WIDE_ROOM_MIN]);

#endif
