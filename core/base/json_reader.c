/*
 * The pull reader.
 *
 * The window is a run of the input: `window[at..len)` is not consumed yet. It is
 * refilled by moving that rest to its front; it grows only while one element (a
 * value that is to become a tree, or a name) does not fit, and shrinks again after
 * it. Over a slice the window is the whole text and is never refilled.
 *
 * An element is read in two steps: span() finds its end by brackets and strings
 * alone, then json_parse_at() judges what lies between. So the end is known when the
 * inside is broken, and the reader can go on behind it. That costs a second look at
 * bytes which are in the cache; a parser that stops and resumes would cost more code.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/json_scan.h"
#include "core/base/json_span.h"
#include "core/base/mem.h"

#define WINDOW_BYTES ((size_t)64 * 1024)

/* Where the reader stands in the innermost open container (or at the top level,
 * which is always AT_VALUE: there may be a further value). */
enum position {
	AT_START, /* behind the opening bracket */
	AT_VALUE, /* in front of a value that may be consumed */
	AT_END,   /* behind a value */
};

struct json_reader {
	int fd;              /* -1: over a slice */
	bool seekable, ended; /* ended: nothing follows the window */
	const char *window;  /* the slice, or: */
	char *buffer;        /* the same memory, owned, if fd >= 0 */
	size_t at, len, capacity, window_bytes;
	uint64_t base;       /* offset of window[0] in the input */
	bool relaxed, constants, past_mark;
	size_t invalid;      /* sequences of invalid UTF-8 in the last value */

	enum position position;
	int depth;
	bool is_object[JSON_DEPTH_MAX + 1]; /* by depth; [0] is unused */
	struct arena names;
	bool failed;
	bool unreadable;
	struct error error;
};

/* ---- the window -------------------------------------------------------------- */

static struct json_reader *reader_new(int fd)
{
	struct json_reader *reader = mem_zalloc(1, sizeof(*reader));

	reader->fd = fd;
	reader->window_bytes = WINDOW_BYTES;
	reader->position = AT_VALUE;
	arena_init(&reader->names);
	return reader;
}

struct json_reader *json_reader_open_fd(int fd)
{
	struct json_reader *reader = reader_new(fd);

	reader->seekable = lseek(fd, 0, SEEK_CUR) >= 0;
	return reader;
}

struct json_reader *json_reader_open_slice(struct slice text)
{
	struct json_reader *reader = reader_new(-1);

	reader->window = text.at;
	reader->len = text.at ? text.len_bytes : 0;
	reader->ended = true;
	return reader;
}

void json_reader_free(struct json_reader *reader)
{
	if (!reader)
		return;
	free(reader->buffer);
	arena_release(&reader->names);
	free(reader);
}

void json_reader_set_relaxed(struct json_reader *reader, bool relaxed_utf8)
{
	reader->relaxed = relaxed_utf8;
}

void json_reader_set_constants(struct json_reader *reader, bool constants)
{
	reader->constants = constants;
}

void json_reader_set_window(struct json_reader *reader, size_t len_bytes)
{
	reader->window_bytes = len_bytes ? len_bytes : 1;
}

size_t json_reader_window_bytes(const struct json_reader *reader)
{
	return reader->capacity;
}

uint64_t json_reader_offset(const struct json_reader *reader)
{
	return reader->base + reader->at;
}

static bool fail_at(struct json_reader *reader, uint64_t offset, const char *reason)
{
	if (!reader->failed)
		error_set(&reader->error, STATUS_INPUT, "byte %" PRIu64 ": %s", offset, reason);
	reader->failed = true;
	return false;
}

static bool fail(struct json_reader *reader, const char *reason)
{
	return fail_at(reader, json_reader_offset(reader), reason);
}

/* Moves what is not consumed to the front, and makes room behind it. */
static void make_room(struct json_reader *reader)
{
	size_t rest = reader->len - reader->at;
	size_t wanted = rest < reader->window_bytes ? reader->window_bytes : rest + rest / 2 + 1;

	if (rest && reader->at)
		memmove(reader->buffer, reader->buffer + reader->at, rest);
	reader->base += reader->at;
	reader->at = 0;
	reader->len = rest;
	/* Grown for one element: kept while it fills it by half, given back then. */
	if (reader->capacity <= rest || reader->capacity / 2 > wanted) {
		reader->buffer = mem_realloc(reader->buffer, wanted, 1);
		reader->capacity = wanted;
		reader->window = reader->buffer;
	}
}

/* Reads on. False at the end of the input, and on an error, which is a failure. */
static bool refill(struct json_reader *reader)
{
	ssize_t got;

	if (reader->ended || reader->failed)
		return false;
	make_room(reader);
	char *into = reader->buffer + reader->len;
	size_t room = reader->capacity - reader->len;
	do {
		if (reader->seekable)
			got = pread(reader->fd, into, room, (off_t)(reader->base + reader->len));
		else
			got = read(reader->fd, into, room);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		reader->unreadable = true;
		return fail_at(reader, reader->base + reader->len, strerror(errno));
	}
	if (got == 0)
		reader->ended = true;
	reader->len += (size_t)got;
	return got > 0;
}

/* Behind the next blanks, and behind a byte-order mark at the very start (RFC 8259,
 * 8.1 allows to ignore it). False when the input ends there or cannot be read. */
static bool skip_blanks(struct json_reader *reader)
{
	if (!reader->past_mark) {
		while (reader->len < 3 && refill(reader))
			;
		if (reader->len >= 3 && memcmp(reader->window, "\xEF\xBB\xBF", 3) == 0)
			reader->at = 3;
		reader->past_mark = true;
	}
	for (;;) {
		if (reader->at < reader->len) {
			const char *at = reader->window + reader->at;
			reader->at += (size_t)(json_skip_blanks(at, reader->window + reader->len) - at);
		}
		if (reader->at < reader->len)
			return true;
		if (!refill(reader))
			return false;
	}
}

/* ---- the extent of a value --------------------------------------------------- */

struct span {
	size_t len_bytes; /* from window[at]; 0 when it was too long to be kept */
	bool kept;
	struct json_span walk;
};

/*
 * Finds the end of the value at hand. With max_bytes > 0 the window keeps all of it,
 * if it is not longer; what is longer is consumed here, up to its end. False when the
 * input ends inside a bracket or string.
 */
static bool find_span(struct json_reader *reader, size_t max_bytes, struct span *span)
{
	uint64_t start = json_reader_offset(reader);
	size_t done = 0; /* bytes behind window[at] that were looked at */

	*span = (struct span){ .kept = max_bytes > 0 };
	for (;;) {
		const char *from = reader->window + reader->at + done;
		const char *end = NULL;
		if (reader->at + done < reader->len)
			end = json_span_end(&span->walk, &from, reader->window + reader->len);
		done = (size_t)((end ? end : from) - (reader->window + reader->at));
		if (done > max_bytes)
			span->kept = false;
		if (!span->kept) {
			reader->at += done;
			done = 0;
		}
		if (end) {
			span->len_bytes = done;
			return true;
		}
		if (refill(reader))
			continue;
		if (reader->failed)
			return false;
		if (span->walk.depth > 0 || span->walk.in_string)
			return fail_at(reader, start, "the input ends inside the value that starts here");
		span->len_bytes = done; /* a number or a word at the end of the input */
		return true;
	}
}

/* ---- reading ----------------------------------------------------------------- */

static void consumed(struct json_reader *reader)
{
	reader->position = reader->depth ? AT_END : AT_VALUE;
}

/* True in front of something that may be a value. */
static bool at_value(struct json_reader *reader)
{
	return !reader->failed && reader->position == AT_VALUE && skip_blanks(reader);
}

bool json_reader_peek(struct json_reader *reader, enum json_type *type)
{
	return at_value(reader) && json_type_of(reader->window[reader->at], type);
}

bool json_reader_enter(struct json_reader *reader, enum json_type type)
{
	enum json_type found;

	if (reader->failed)
		return false;
	if ((type != JSON_ARRAY && type != JSON_OBJECT) || !json_reader_peek(reader, &found) || found != type)
		return fail(reader, type == JSON_OBJECT ? "an object is expected" : "an array is expected");
	if (reader->depth == JSON_DEPTH_MAX)
		return fail(reader, "the brackets are nested too deep");
	reader->at++;
	reader->is_object[++reader->depth] = type == JSON_OBJECT;
	reader->position = AT_START;
	return true;
}

/* The name and its colon. The name outlives the window's moves in an arena. */
static bool read_name(struct json_reader *reader, struct slice *name)
{
	struct span span;
	struct json_string string;

	if (!skip_blanks(reader) || reader->window[reader->at] != '"')
		return fail(reader, "a name in quotes is expected");
	if (!find_span(reader, JSON_VALUE_BYTES_MAX, &span))
		return false;
	if (!span.kept)
		return fail(reader, "a name is too long");
	struct slice raw = { reader->window + reader->at, span.len_bytes };
	struct json_scan scan = { .at = raw.at, .end = raw.at + raw.len_bytes, .relaxed = reader->relaxed };
	if (!json_scan_string(&scan, &string))
		return fail_at(reader, json_reader_offset(reader) + (uint64_t)(scan.at - raw.at), scan.fault);
	arena_clear(&reader->names);
	struct slice value = json_string_value(&reader->names, &string);
	if (string.verbatim)
		value = arena_slice(&reader->names, value);
	if (name)
		*name = value;
	reader->at += span.len_bytes;
	if (!skip_blanks(reader) || reader->window[reader->at] != ':')
		return fail(reader, "a colon is expected behind a name");
	reader->at++;
	return true;
}

bool json_reader_next(struct json_reader *reader, struct slice *name)
{
	if (name)
		*name = (struct slice){ NULL, 0 };
	if (reader->failed)
		return false;
	if (reader->depth == 0)
		return fail(reader, "no array or object has been entered");
	if (reader->position == AT_VALUE && !json_reader_skip(reader))
		return false;

	bool is_object = reader->is_object[reader->depth];
	if (!skip_blanks(reader))
		return fail(reader, is_object ? "the input ends inside an object" : "the input ends inside an array");
	char c = reader->window[reader->at];
	if (c == (is_object ? '}' : ']')) {
		reader->at++;
		reader->depth--;
		consumed(reader);
		return false;
	}
	if (reader->position == AT_END) {
		if (c != ',')
			return fail(reader, is_object ? "a comma or } is expected" : "a comma or ] is expected");
		reader->at++;
		if (!is_object && skip_blanks(reader) && reader->window[reader->at] == ']')
			return fail(reader, "a value is expected behind the comma");
	}
	if (is_object && !read_name(reader, name))
		return false;
	reader->position = AT_VALUE;
	return true;
}

bool json_reader_skip(struct json_reader *reader)
{
	enum json_type type;
	struct span span;

	if (reader->failed)
		return false;
	if (!json_reader_peek(reader, &type))
		return fail(reader, "a value is expected");
	if (!find_span(reader, 0, &span))
		return false;
	consumed(reader);
	return true;
}

enum status json_reader_value(struct json_reader *reader, struct arena *arena, size_t max_bytes,
			      const struct json **out, struct error *err)
{
	struct span span;

	*out = NULL;
	reader->invalid = 0;
	if (max_bytes == 0)
		max_bytes = JSON_VALUE_BYTES_MAX;
	bool there = at_value(reader);
	uint64_t offset = json_reader_offset(reader);
	if (!there)
		fail(reader, "a value is expected");
	if (!there || !find_span(reader, max_bytes, &span)) {
		json_reader_failed(reader, err);
		return STATUS_INPUT;
	}

	consumed(reader);
	if (!span.kept)
		return error_set(err, STATUS_INPUT, "the value is too large: it is larger than %zu bytes", max_bytes);
	struct slice text = { reader->window + reader->at, span.len_bytes };
	reader->at += span.len_bytes;
	if (text.len_bytes == 0) {
		/* "[1,,2]" has lost an element; but "]" at the top level is never passed. */
		if (reader->depth == 0)
			reader->at++;
		return error_set(err, STATUS_INPUT, "byte %" PRIu64 ": a value is expected", offset);
	}
	if (reader->fd >= 0)
		text = arena_slice(arena, text); /* the window moves on, the tree stays */
	return json_parse_at(arena, text, offset, reader->relaxed, reader->constants, &reader->invalid, out, err);
}

size_t json_reader_invalid(const struct json_reader *reader)
{
	return reader->invalid;
}

void json_reader_seek_element(struct json_reader *reader, uint64_t offset)
{
	if (offset >= reader->base && offset - reader->base <= reader->len) {
		reader->at = (size_t)(offset - reader->base);
	} else if (reader->fd < 0) {
		reader->at = reader->len;
	} else {
		reader->base = offset;
		reader->at = reader->len = 0;
		reader->ended = false;
	}
	reader->past_mark = true;
	reader->failed = reader->unreadable = false;
	reader->depth = 1;
	reader->is_object[1] = false;
	reader->position = AT_VALUE;
}

void json_reader_seek_member(struct json_reader *reader, uint64_t offset)
{
	json_reader_seek_element(reader, offset);
	reader->is_object[1] = true;
}

bool json_reader_failed(const struct json_reader *reader, struct error *err)
{
	if (reader->failed && err)
		*err = reader->error;
	return reader->failed;
}

bool json_reader_unreadable(const struct json_reader *reader)
{
	return reader->unreadable;
}

enum status json_reader_finish(struct json_reader *reader, struct error *err)
{
	if (!reader->failed && reader->depth > 0)
		fail(reader, "an array or object was not read to its end");
	if (!reader->failed && skip_blanks(reader))
		fail(reader, "there is something behind the last value");
	return json_reader_failed(reader, err) ? STATUS_INPUT : STATUS_OK;
}
