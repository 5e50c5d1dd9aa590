/* The tokens of RFC 8259 that have an inside: strings (section 7) and numbers (section 6). */
#include "core/base/json_scan.h"

#include "core/base/ascii.h"

#include "core/base/utf8.h"

static bool fault(struct json_scan *scan, const char *at, const char *reason)
{
	scan->at = at;
	scan->fault = reason;
	return false;
}

/* The four digits of a \u escape; they have been checked. */
static uint32_t hex4(const char *at)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 4 | (uint32_t)ascii_hex_value(at[i]);
	return value;
}

/* At a backslash; NULL on a fault, else the end of the escape. */
static const char *scan_escape(struct json_scan *scan, const char *at)
{
	static const char unfinished[] = "the text ends inside a string";

	if (scan->end - at < 2) {
		fault(scan, scan->end, unfinished);
		return NULL;
	}
	switch (at[1]) {
	case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
		return at + 2;
	case 'u':
		break;
	default:
		fault(scan, at, "there is no such escape in a string");
		return NULL;
	}
	for (int i = 2; i < 6; i++) {
		if (scan->end - at <= i) {
			fault(scan, scan->end, unfinished);
			return NULL;
		}
		if (ascii_hex_value(at[i]) < 0) {
			fault(scan, at, "four hexadecimal digits are expected behind \\u");
			return NULL;
		}
	}
	return at + 6;
}

bool json_scan_string(struct json_scan *scan, struct json_string *found)
{
	const char *start = scan->at + 1, *at = start;

	*found = (struct json_string){ .verbatim = true };
	for (;;) {
		at = json_plain_run(at, scan->end, true);
		if (at == scan->end)
			return fault(scan, at, "the text ends inside a string");
		unsigned char byte = (unsigned char)*at;
		if (byte == '"')
			break;
		if (byte == '\\') {
			found->verbatim = false;
			at = scan_escape(scan, at);
			if (!at)
				return false;
		} else if (byte < 0x20) {
			return fault(scan, at, "a control character stands in a string");
		} else {
			while (at < scan->end && (unsigned char)*at >= 0x80) {
				uint32_t code_point;
				bool valid;
				size_t used = utf8_decode(at, (size_t)(scan->end - at), &code_point, &valid);
				if (!valid && !scan->relaxed)
					return fault(scan, at, "a string is not valid UTF-8");
				scan->invalid += !valid;
				at += used;
			}
		}
	}
	found->body = (struct slice){ start, (size_t)(at - start) };
	scan->at = at + 1;
	return true;
}

/* What a two-character escape stands for. */
static char escape_value(char name)
{
	switch (name) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return name; /* quote, backslash, slash */
	}
}

/* At the backslash of a checked escape. Writes the character, answers the escape's end. */
static const char *put_escape(const char *at, const char *end, char **out)
{
	if (at[1] != 'u') {
		*(*out)++ = escape_value(at[1]);
		return at + 2;
	}
	uint32_t code_point = hex4(at + 2);
	at += 6;
	if (code_point >= 0xD800 && code_point <= 0xDBFF && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
		uint32_t low = hex4(at + 2);
		if (low >= 0xDC00 && low <= 0xDFFF) {
			code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
			at += 6;
		}
	}
	*out += utf8_encode(code_point, *out); /* a lone surrogate becomes U+FFFD there */
	return at;
}

/* Runs between escapes are short: a line of code. A copy of fixed size needs no call,
 * and what it writes too much is overwritten next; `end` is that of the text. */
enum { COPY_SLACK = 32 };

static void copy_run(char *out, const char *at, size_t len_bytes, const char *end)
{
	if (len_bytes <= COPY_SLACK && end - at >= COPY_SLACK)
		memcpy(out, at, COPY_SLACK);
	else
		memcpy(out, at, len_bytes);
}

struct slice json_string_value(struct arena *arena, const struct json_string *string)
{
	const char *at = string->body.at, *end = at + string->body.len_bytes;

	if (string->verbatim)
		return string->body;

	/* No character is longer than its escape. */
	char *start = arena_alloc(arena, string->body.len_bytes + COPY_SLACK);
	char *out = start;
	while (at < end) {
		const char *plain = at;
		at = json_plain_run(at, end, false);
		copy_run(out, plain, (size_t)(at - plain), end);
		out += at - plain;
		if (at == end)
			break;
		at = put_escape(at, end, &out); /* a quote cannot stand there */
	}
	return (struct slice){ start, (size_t)(out - start) };
}

static const char *skip_digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

bool json_scan_number(struct json_scan *scan)
{
	static const char expected[] = "a digit is expected in a number";
	const char *at = scan->at, *end = scan->end, *digits;

	if (at < end && *at == '-')
		at++;
	digits = at;
	at = skip_digits(at, end);
	if (at == digits)
		return fault(scan, at, expected);
	if (*digits == '0' && at - digits > 1)
		return fault(scan, digits, "a number starts with a superfluous zero");
	if (at < end && *at == '.') {
		digits = ++at;
		at = skip_digits(at, end);
		if (at == digits)
			return fault(scan, at, expected);
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		digits = at;
		at = skip_digits(at, end);
		if (at == digits)
			return fault(scan, at, expected);
	}
	scan->at = at;
	return true;
}
