#include "core/base/utf16.h"

#include <string.h>

#include "core/base/utf8.h"

#define BYTE_ORDER_MARK 0xFEFFu

static size_t unit_bytes(enum wide_scheme scheme)
{
	return scheme == WIDE_UTF16LE || scheme == WIDE_UTF16BE ? 2 : 4;
}

static uint32_t unit_at(enum wide_scheme scheme, const unsigned char *at)
{
	switch (scheme) {
	case WIDE_UTF16LE:
		return (uint32_t)at[1] << 8 | at[0];
	case WIDE_UTF16BE:
		return (uint32_t)at[0] << 8 | at[1];
	case WIDE_UTF32LE:
		return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
	default:
		return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	}
}

/* ---- recognition ------------------------------------------------------------- */

static bool is_ascii_text(uint32_t unit)
{
	return (unit >= 0x20 && unit < 0x7F) || unit == '\t' || unit == '\n' || unit == '\r';
}

static bool starts_as(enum wide_scheme scheme, struct slice head)
{
	size_t unit = unit_bytes(scheme);
	const unsigned char *at = (const unsigned char *)head.at;

	if (head.len_bytes < unit)
		return false;
	if (unit_at(scheme, at) == BYTE_ORDER_MARK)
		return true;
	return head.len_bytes >= 2 * unit && is_ascii_text(unit_at(scheme, at)) &&
	       is_ascii_text(unit_at(scheme, at + unit));
}

enum wide_scheme wide_scheme_of(struct slice head)
{
	/* UTF-32 first: its mark is that of UTF-16 and a NUL, with which no text goes on. */
	static const enum wide_scheme schemes[] = { WIDE_UTF32LE, WIDE_UTF32BE, WIDE_UTF16LE, WIDE_UTF16BE };

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (starts_as(schemes[i], head))
			return schemes[i];
	return WIDE_NONE;
}

const char *wide_scheme_name(enum wide_scheme scheme)
{
	static const char *const names[] = { "UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE" };

	return names[scheme];
}

/* ---- decoding ---------------------------------------------------------------- */

static size_t replace(struct wide_decoder *self, char *out)
{
	self->replaced++;
	return utf8_encode(UTF8_REPLACEMENT, out);
}

static bool is_surrogate(uint32_t unit)
{
	return unit >= 0xD800 && unit <= 0xDFFF;
}

/* At most 7 bytes: a replaced half of a pair, and a character. */
static size_t put_unit(struct wide_decoder *self, uint32_t unit, char *out)
{
	size_t len = 0;
	bool is_start = !self->past_start;

	self->past_start = true;
	if (is_start && unit == BYTE_ORDER_MARK)
		return 0;
	if (self->high) {
		uint32_t high = self->high;
		self->high = 0;
		if (unit >= 0xDC00 && unit <= 0xDFFF)
			return utf8_encode(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00), out);
		len = replace(self, out);
	}
	if (unit_bytes(self->scheme) == 2 && unit >= 0xD800 && unit <= 0xDBFF) {
		self->high = unit;
		return len;
	}
	if (is_surrogate(unit) || unit > 0x10FFFF)
		return len + replace(self, out + len);
	return len + utf8_encode(unit, out + len);
}

size_t wide_decode(struct wide_decoder *self, struct slice *in, char *out, size_t room)
{
	size_t unit = unit_bytes(self->scheme), made = 0;

	while (in->len_bytes && room - made >= WIDE_ROOM_MIN) {
		if (self->held_len == 0 && in->len_bytes >= unit) {
			made += put_unit(self, unit_at(self->scheme, (const unsigned char *)in->at), out + made);
			in->at += unit;
			in->len_bytes -= unit;
			continue;
		}
		self->held[self->held_len++] = (unsigned char)*in->at++;
		in->len_bytes--;
		if (self->held_len == unit) {
			self->held_len = 0;
			made += put_unit(self, unit_at(self->scheme, self->held), out + made);
		}
	}
	return made;
}

size_t wide_decode_end(struct wide_decoder *self, char out[WIDE_ROOM_MIN])
{
	size_t made = 0;

	if (self->high)
		made += replace(self, out);
	if (self->held_len)
		made += replace(self, out + made);
	self->high = 0;
	self->held_len = 0;
	return made;
}
