#include "core/import/diff_lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"
#include "core/import/diff_mime.h"
#include "core/import/lines.h"

/* A folded field of more is cut; multipart mails are not nested deeper by anybody. */
#define FIELD_BYTES_MAX ((size_t)16 * 1024)
#define BOUNDARIES_MAX 8

enum encoding { ENCODING_NONE, ENCODING_QUOTED, ENCODING_BASE64 };

struct diff_lines {
	struct line_reader *reader;
	size_t limit_bytes;
	struct line ahead;           /* read, and not consumed while has_ahead */
	uint64_t ahead_end;
	bool has_ahead, started, in_fields;
	enum encoding encoding;
	struct mime_base64 base64;
	struct strbuf field;
	struct strbuf decoded;       /* of it, [taken, searched) holds no newline */
	size_t taken, searched;
	VEC_OF(char *) boundaries;   /* of the multipart mail at hand */
};

struct diff_lines *diff_lines_open(int fd, size_t limit_bytes)
{
	struct diff_lines *lines = mem_zalloc(1, sizeof(*lines));

	lines->reader = line_reader_open(fd, limit_bytes);
	lines->limit_bytes = limit_bytes;
	strbuf_init(&lines->field);
	strbuf_init(&lines->decoded);
	return lines;
}

static void forget_boundaries(struct diff_lines *self)
{
	for (size_t i = 0; i < self->boundaries.len; i++)
		free(self->boundaries.items[i]);
	vec_clear(&self->boundaries);
}

void diff_lines_free(struct diff_lines *self)
{
	if (!self)
		return;
	forget_boundaries(self);
	vec_release(&self->boundaries);
	strbuf_release(&self->field);
	strbuf_release(&self->decoded);
	line_reader_free(self->reader);
	free(self);
}

/* ---- what lines are ------------------------------------------------------------------ */

static bool starts_folded(struct slice text, const char *word)
{
	size_t len = strlen(word);

	if (text.len_bytes < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(text.at[i]) != word[i])
			return false;
	return true;
}

/* The length of "Name:" at its start, or 0. */
static size_t field_name(struct slice line)
{
	size_t len = 0;

	while (len < line.len_bytes && line.at[len] > ' ' && line.at[len] < 127 && line.at[len] != ':')
		len++;
	return len && len < line.len_bytes && line.at[len] == ':' ? len + 1 : 0;
}

bool diff_is_first_field(struct slice line)
{
	/* The last four: https://dep-team.pages.debian.net/deps/dep3/ */
	static const char *const names[] = { "from:", "to:", "subject:", "date:", "return-path:", "received:", "x-", "arc-",
					     "delivered-to:", "dkim-signature:", "message-id:", "mime-version:",
					     "content-type:", "author:", "description:", "origin:", "last-update:" };

	for (size_t i = 0; field_name(line) && i < ARRAY_LEN(names); i++)
		if (starts_folded(line, names[i]))
			return true;
	return false;
}

bool diff_is_mail_start(struct slice line)
{
	if (line.len_bytes < 20 || memcmp(line.at, "From ", 5) != 0)
		return false;
	for (size_t i = 6; i + 10 < line.len_bytes; i++) /* " 00:00:00 " */
		if (line.at[i] == ' ' && line.at[i + 3] == ':' && line.at[i + 6] == ':' && line.at[i + 9] == ' ')
			return true;
	return false;
}

/* 0: no boundary; 1: a part begins; 2: the last one has ended (RFC 2046, 5.1.1). */
static int boundary_at(const struct diff_lines *self, struct slice line)
{
	for (size_t i = 0; line.len_bytes > 2 && memcmp(line.at, "--", 2) == 0 && i < self->boundaries.len; i++) {
		size_t len = strlen(self->boundaries.items[i]);
		if (line.len_bytes >= len + 2 && memcmp(line.at + 2, self->boundaries.items[i], len) == 0)
			return line.len_bytes >= len + 4 && memcmp(line.at + 2 + len, "--", 2) == 0 ? 2 : 1;
	}
	return 0;
}

static bool is_blank(struct slice line)
{
	return line.len_bytes == 0 || (line.len_bytes == 1 && line.at[0] == '\r');
}

/* ---- header fields --------------------------------------------------------------------- */

static void note_boundary(struct diff_lines *self, struct slice field)
{
	long at = utf8_find_folded(field, slice_of("boundary="));

	if (at < 0 || self->boundaries.len == BOUNDARIES_MAX)
		return;
	const char *start = field.at + at + strlen("boundary="), *end = field.at + field.len_bytes;
	bool quoted = start < end && *start == '"';
	start += quoted;
	size_t len = 0;
	while (start + len < end && (quoted ? start[len] != '"' : !memchr("; \t\r", start[len], 4)))
		len++;
	if (len == 0)
		return;
	char *boundary = mem_alloc(len + 1);
	memcpy(boundary, start, len);
	boundary[len] = '\0';
	vec_push(&self->boundaries, boundary);
}

static void note_field(struct diff_lines *self, struct slice field)
{
	if (starts_folded(field, "content-transfer-encoding:"))
		self->encoding = utf8_find_folded(field, slice_of("base64")) >= 0 ? ENCODING_BASE64 :
				 utf8_find_folded(field, slice_of("quoted-printable")) >= 0 ? ENCODING_QUOTED : ENCODING_NONE;
	else if (starts_folded(field, "content-type:"))
		note_boundary(self, field);
}

static void begin_fields(struct diff_lines *self)
{
	self->in_fields = true;
	self->encoding = ENCODING_NONE;
	self->base64 = (struct mime_base64){ 0, 0 };
}

/* ---- reading -------------------------------------------------------------------------- */

static enum status look_ahead(struct diff_lines *self, bool *found, struct error *err)
{
	*found = true;
	if (self->has_ahead)
		return STATUS_OK;
	enum status status = line_reader_next(self->reader, &self->ahead, found, err);
	self->has_ahead = status == STATUS_OK && *found;
	self->ahead_end = line_reader_offset(self->reader);
	return status;
}

static void hand_out(struct diff_lines *self, enum diff_line_kind kind, struct diff_line *out)
{
	*out = (struct diff_line){
		.kind = kind, .text = self->ahead.text, .too_long = self->ahead.too_long,
		.ended = self->ahead_end > self->ahead.offset_bytes + self->ahead.text.len_bytes,
		.offset_bytes = self->ahead.offset_bytes, .end_bytes = self->ahead_end,
	};
	self->has_ahead = false;
}

/* The line ahead is a field's first: reads on to its end. */
static enum status read_field(struct diff_lines *self, struct diff_line *out, struct error *err)
{
	enum status status;
	bool found = true;

	hand_out(self, DIFF_LINE_FIELD, out);
	strbuf_clear(&self->field);
	do {
		struct slice text = out->text;
		text.len_bytes = text.len_bytes > FIELD_BYTES_MAX ? FIELD_BYTES_MAX : text.len_bytes;
		while (text.len_bytes && text.at[text.len_bytes - 1] == '\r')
			text.len_bytes--;
		if (self->field.len_bytes < FIELD_BYTES_MAX)
			strbuf_addslice(&self->field, text);
		status = look_ahead(self, &found, err);
		if (status != STATUS_OK || !found || self->ahead.text.len_bytes == 0 ||
		    (self->ahead.text.at[0] != ' ' && self->ahead.text.at[0] != '\t'))
			break;
		out->text = self->ahead.text;
		out->end_bytes = self->ahead_end;
		self->has_ahead = false;
	} while (true);
	out->text = strbuf_slice(&self->field);
	note_field(self, out->text);
	return status;
}

/* A line of what is decoded; the rest without a newline only with `rest`. */
static bool take_decoded(struct diff_lines *self, bool rest, struct diff_line *out)
{
	size_t len = self->decoded.len_bytes;
	const char *newline = memchr(self->decoded.text + self->searched, '\n', len - self->searched);

	self->searched = len;
	bool too_long = !newline && len - self->taken > self->limit_bytes;
	if (!newline && !too_long && !(rest && len > self->taken))
		return false;
	size_t end = newline ? (size_t)(newline - self->decoded.text) : len;
	*out = (struct diff_line){
		.kind = DIFF_LINE_TEXT, .text = { self->decoded.text + self->taken, end - self->taken }, .ended = newline,
		.offset_bytes = self->ahead.offset_bytes, .end_bytes = self->ahead_end,
	};
	if (too_long) {
		out->too_long = true;
		out->text = (struct slice){ NULL, 0 };
	}
	self->taken = self->searched = end + (newline != NULL);
	return true;
}

static void decode_ahead(struct diff_lines *self)
{
	if (self->taken == self->decoded.len_bytes)
		strbuf_clear(&self->decoded);
	else
		strbuf_remove(&self->decoded, 0, self->taken);
	self->searched -= self->taken;
	self->taken = 0;
	if (self->encoding == ENCODING_BASE64)
		mime_add_base64(&self->base64, self->ahead.text, &self->decoded);
	else
		mime_add_quoted(self->ahead.text, &self->decoded);
	self->has_ahead = false;
}

enum status diff_lines_next(struct diff_lines *self, struct diff_line *out, bool *found, struct error *err)
{
	*found = true;
	for (;;) {
		if (take_decoded(self, false, out))
			return STATUS_OK;
		enum status status = look_ahead(self, found, err);
		if (status != STATUS_OK)
			return status;
		struct slice text = self->ahead.text;
		bool starts_mail = *found && diff_is_mail_start(text);
		int boundary = *found ? boundary_at(self, text) : 0;
		if ((!*found || starts_mail || boundary) && take_decoded(self, true, out)) {
			*found = true;
			return STATUS_OK;
		}
		if (!*found)
			return STATUS_OK;
		if (starts_mail) {
			self->started = true;
			forget_boundaries(self);
			begin_fields(self);
			hand_out(self, DIFF_LINE_MAIL, out);
			return STATUS_OK;
		}
		if (!self->started && !is_blank(text)) {
			self->started = true;
			if (diff_is_first_field(text))
				begin_fields(self);
		}
		if (boundary) {
			self->has_ahead = false;
			begin_fields(self);
			self->in_fields = boundary == 1;
			continue;
		}
		if (self->in_fields && field_name(text))
			return read_field(self, out, err);
		if (self->in_fields) {
			self->in_fields = false;
			self->has_ahead = !is_blank(text);
			continue;
		}
		if (self->encoding == ENCODING_NONE) {
			hand_out(self, DIFF_LINE_TEXT, out);
			return STATUS_OK;
		}
		decode_ahead(self);
	}
}
