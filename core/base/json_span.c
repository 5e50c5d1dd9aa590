#include "core/base/json_span.h"

#include "core/base/json_scan.h" /* <emmintrin.h> too, where there is one */

#define BLOCK_BYTES 64

#if defined(__SSE2__)
/* One bit per byte of a block that is that one. */
static inline uint64_t mark_byte(const __m128i block[4], char byte)
{
	const __m128i wanted = _mm_set1_epi8(byte);
	uint64_t a = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block[0], wanted));
	uint64_t b = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block[1], wanted));
	uint64_t c = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block[2], wanted));
	uint64_t d = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block[3], wanted));

	return a | b << 16 | c << 32 | d << 48;
}

/* Each bit: whether the number of marks up to and with it is odd. */
static inline uint64_t odd_so_far(uint64_t marks)
{
	marks ^= marks << 1;
	marks ^= marks << 2;
	marks ^= marks << 4;
	marks ^= marks << 8;
	marks ^= marks << 16;
	return marks ^ marks << 32;
}

/* The bytes that a backslash stands in front of, runs of them paired off from the left
 * (Langdale and Lemire, "Parsing gigabytes of JSON per second", 3.1.1). *carry: the last
 * byte of the block before escapes the first of this one; the same for the next. */
static inline uint64_t mark_escaped(uint64_t backslashes, uint64_t *carry)
{
	const uint64_t even = UINT64_C(0x5555555555555555);
	uint64_t free_ones = backslashes & ~*carry, behind = free_ones << 1 | *carry;
	uint64_t odd_starts = free_ones & ~even & ~behind, runs = odd_starts + free_ones;

	*carry = runs < odd_starts;
	return (even ^ (runs << 1)) & behind;
}

static inline __m128i load(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* Counts the block's brackets where `outside` has a bit; the end of the value, or NULL. */
static const char *span_brackets(struct json_span *span, const char *at, const __m128i block[4], uint64_t outside)
{
	const __m128i fold = _mm_set1_epi8(0x20); /* "[" is "{" then, and "]" is "}" */
	const __m128i folded[4] = { _mm_or_si128(block[0], fold), _mm_or_si128(block[1], fold),
				    _mm_or_si128(block[2], fold), _mm_or_si128(block[3], fold) };
	uint64_t opening = mark_byte(folded, '{') & outside, closing = mark_byte(folded, '}') & outside;

	for (uint64_t rest = opening | closing; rest; rest &= rest - 1) {
		span->depth += opening & rest & -rest ? 1 : -1;
		if (span->depth == 0) {
			span->in_string = false;
			return at + __builtin_ctzll(rest) + 1;
		}
	}
	return NULL;
}

/*
 * The same as span_bytes() inside a bracket, 64 bytes at a time: most bytes of a log are
 * only passed. Answers the end of the value, or NULL with *from where whole blocks end, or
 * at a block that has to be looked at byte by byte: one with a backslash outside of a
 * string, which is broken JSON and escapes nothing.
 */
static const char *span_blocks(struct json_span *span, const char **from, const char *end)
{
	uint64_t carry = 0; /* callers never stop behind a backslash */

	for (; end - *from >= BLOCK_BYTES; *from += BLOCK_BYTES) {
		const char *at = *from;
		const __m128i block[4] = { load(at), load(at + 16), load(at + 32), load(at + 48) };
		uint64_t next_carry = 0, backslashes = mark_byte(block, '\\'), quotes = mark_byte(block, '"');
		if (backslashes | carry) {
			next_carry = carry;
			quotes &= ~mark_escaped(backslashes, &next_carry);
		}
		uint64_t inside = odd_so_far(quotes) ^ (span->in_string ? UINT64_MAX : 0);
		if (inside != UINT64_MAX) {
			if (backslashes & ~inside)
				break;
			const char *found = span_brackets(span, at, block, ~inside);
			if (found)
				return found;
		}
		span->in_string = inside >> 63;
		carry = next_carry;
	}
	if (carry)
		*from -= 1; /* at the backslash: it and what it escapes are looked at together */
	return NULL;
}
#else
static const char *span_blocks(struct json_span *span, const char **from, const char *end)
{
	(void)span;
	(void)from;
	(void)end;
	return NULL;
}
#endif

static const char *span_bytes(struct json_span *span, const char **from, const char *end)
{
	const char *at = *from;

	while (at < end) {
		if (span->in_string) {
			at = json_plain_run(at, end, false);
			if (at == end)
				break;
			if (*at == '\\') {
				if (end - at < 2)
					break;
				at += 2;
				continue;
			}
			span->in_string = false;
			at++;
			if (span->depth == 0)
				return at;
			continue;
		}
		switch (*at) {
		case '"':
			span->in_string = true;
			break;
		case '[': case '{':
			span->depth++;
			break;
		case ']': case '}':
			if (span->depth == 0)
				return at; /* behind a number or a word: its container's */
			if (--span->depth == 0)
				return at + 1;
			break;
		case ',': case ' ': case '\n': case '\t': case '\r':
			if (span->depth == 0)
				return at;
			break;
		default:
			break;
		}
		at++;
	}
	*from = at;
	return NULL;
}

/* In blocks inside brackets; byte by byte where a value starts, and where blocks cannot tell. */
const char *json_span_end(struct json_span *span, const char **from, const char *end)
{
	for (;;) {
		const char *found = span->depth > 0 ? span_blocks(span, from, end) : NULL;
		if (found)
			return found;
		const char *stop = end - *from > BLOCK_BYTES && !span->in_string ? *from + BLOCK_BYTES : end;
		found = span_bytes(span, from, stop);
		if (found || stop == end)
			return found;
	}
}
