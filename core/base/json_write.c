#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/json.h"
#include "core/base/utf8.h"

void json_write_init(struct json_writer *writer, struct strbuf *out, int indent)
{
	writer->out = out;
	writer->indent = indent;
	writer->depth = 0;
	writer->has_item[0] = false;
	writer->after_name = false;
}

static void line_break(struct json_writer *writer)
{
	if (writer->indent <= 0)
		return;
	strbuf_addch(writer->out, '\n');
	for (int i = 0; i < writer->depth * writer->indent; i++)
		strbuf_addch(writer->out, ' ');
}

/* What stands in front of a value or a name: nothing behind a name or at the top. */
static void begin_item(struct json_writer *writer)
{
	if (writer->after_name) {
		writer->after_name = false;
		return;
	}
	if (writer->has_item[writer->depth])
		strbuf_addch(writer->out, ',');
	if (writer->depth > 0) {
		line_break(writer);
		writer->has_item[writer->depth] = true;
	}
}

void json_write_begin(struct json_writer *writer, char bracket)
{
	begin_item(writer);
	strbuf_addch(writer->out, bracket);
	assert(writer->depth + 1 < JSON_DEPTH_MAX); /* our documents have a fixed shape */
	writer->has_item[++writer->depth] = false;
}

void json_write_end(struct json_writer *writer, char bracket)
{
	assert(writer->depth > 0 && !writer->after_name);
	bool had_item = writer->has_item[writer->depth--];
	if (had_item)
		line_break(writer);
	strbuf_addch(writer->out, bracket);
}

/* C0, DEL and C1; line and paragraph separator; the bidi controls of UAX #9: U+061C,
 * U+200E-200F, U+202A-202E, U+2066-2069. */
static bool must_escape(uint32_t code_point)
{
	if (code_point < 0x20 || code_point == '"' || code_point == '\\')
		return true;
	if (code_point < 0x7F)
		return false;
	return code_point < 0xA0 || code_point == 0x061C || code_point == 0x200E || code_point == 0x200F ||
	       (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069);
}

static void add_escape(struct strbuf *out, uint32_t code_point)
{
	switch (code_point) {
	case '"':
		strbuf_addstr(out, "\\\"");
		break;
	case '\\':
		strbuf_addstr(out, "\\\\");
		break;
	case '\b':
		strbuf_addstr(out, "\\b");
		break;
	case '\f':
		strbuf_addstr(out, "\\f");
		break;
	case '\n':
		strbuf_addstr(out, "\\n");
		break;
	case '\r':
		strbuf_addstr(out, "\\r");
		break;
	case '\t':
		strbuf_addstr(out, "\\t");
		break;
	default:
		strbuf_addf(out, "\\u%04X", (unsigned)code_point);
	}
}

static void add_quoted(struct strbuf *out, struct slice text)
{
	size_t run = 0; /* start of what can be appended as it is */

	strbuf_reserve(out, text.len_bytes + 2);
	strbuf_addch(out, '"');
	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t code_point;
		bool valid;
		size_t used = utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
		if (!valid || must_escape(code_point)) {
			strbuf_add(out, text.at + run, at - run);
			if (valid)
				add_escape(out, code_point);
			else
				strbuf_addstr(out, "\xEF\xBF\xBD");
			run = at + used;
		}
		at += used;
	}
	if (text.len_bytes > run)
		strbuf_add(out, text.at + run, text.len_bytes - run);
	strbuf_addch(out, '"');
}

void json_write_name(struct json_writer *writer, const char *name)
{
	begin_item(writer);
	add_quoted(writer->out, slice_of(name));
	strbuf_addstr(writer->out, writer->indent > 0 ? ": " : ":");
	writer->after_name = true;
}

void json_write_slice(struct json_writer *writer, struct slice text)
{
	if (!text.at) {
		json_write_null(writer);
		return;
	}
	begin_item(writer);
	add_quoted(writer->out, text);
}

void json_write_text(struct json_writer *writer, const char *text)
{
	json_write_slice(writer, slice_of(text));
}

void json_write_int(struct json_writer *writer, int64_t number)
{
	begin_item(writer);
	strbuf_addf(writer->out, "%" PRId64, number);
}

void json_write_number(struct json_writer *writer, const char *as_written)
{
	begin_item(writer);
	strbuf_addstr(writer->out, as_written);
}

/* The shortest of 15, 16 and 17 digits that is read back as the same number (17
 * always are: C11 5.2.4.2.2, DBL_DECIMAL_DIG). Whatever the locale writes as
 * decimal point, JSON has a full stop. */
void json_write_double(struct json_writer *writer, double number)
{
	char text[64];

	if (!isfinite(number)) {
		json_write_null(writer);
		return;
	}
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, number);
		double back = strtod(text, NULL);
		if (back >= number && back <= number)
			break;
	}
	begin_item(writer);
	bool in_point = false;
	for (const char *at = text; *at; at++) {
		bool point = !strchr("0123456789+-e", *at);
		if (!point)
			strbuf_addch(writer->out, *at);
		else if (!in_point)
			strbuf_addch(writer->out, '.');
		in_point = point;
	}
}

void json_write_bool(struct json_writer *writer, bool truth)
{
	begin_item(writer);
	strbuf_addstr(writer->out, truth ? "true" : "false");
}

void json_write_null(struct json_writer *writer)
{
	begin_item(writer);
	strbuf_addstr(writer->out, "null");
}

void json_write_member(struct json_writer *writer, const char *name, const char *text)
{
	json_write_name(writer, name);
	json_write_text(writer, text);
}

void json_write_member_if(struct json_writer *writer, const char *name, const char *text)
{
	if (text)
		json_write_member(writer, name, text);
}

void json_write_member_int(struct json_writer *writer, const char *name, int64_t number)
{
	json_write_name(writer, name);
	json_write_int(writer, number);
}
