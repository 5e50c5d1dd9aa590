/*
 * JSON (RFC 8259), strict: what JSONTestSuite marks n_ is refused, y_ accepted.
 * Three parts: a tree of one value in an arena, a pull reader over a file of
 * any size that can hand out such trees element by element and step over a
 * broken one, and a writer.
 *
 * Why our own: an import's speed is its JSON parser's, and of Debian 12's
 * packages json-c, cJSON, yajl and jansson take 3 to 17 times as long as one
 * scan; json-c 0.16, strict and validating UTF-8, still accepts 15 of the files
 * that JSONTestSuite says must fail; none steps over one bad element and goes on.
 */
#ifndef AITIA_BASE_JSON_H
#define AITIA_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/status.h"
#include "core/base/strbuf.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* One value. Strings have their escapes resolved; \u0000 stays as a NUL byte
 * inside (hence the slice), a lone surrogate becomes U+FFFD. They are valid UTF-8
 * unless the parser was relaxed. Numbers keep
 * their text. Members stand in file order; of equal names the last one wins
 * in json_get(). Children form a linked list; json_at() walks it. */
struct json {
	enum json_type type;
	uint32_t count;           /* members or elements */
	struct slice name;        /* as a member: its name */
	struct slice text;        /* string: value; number: as written */
	const struct json *first; /* array, object: first child, or NULL */
	const struct json *next;  /* as a child: the next one, or NULL */
	struct slice raw;         /* the bytes of the value in the input (borrowed) */
};

#define JSON_DEPTH_MAX 512
/* What keeps a hostile value within tens of megabytes of memory: the most bytes that it
 * may have where a file is read value by value or line by line, and the most values in
 * it wherever it becomes a tree, since one of two bytes ("0,") takes a node of 72. A
 * record with the log-probabilities of 8,000 tokens has some 500,000. */
#define JSON_VALUE_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define JSON_VALUES_MAX ((size_t)500 * 1000)

/* Parses exactly one value (blanks around it). `text` must outlive the result:
 * strings without escapes point into it. With `relaxed_utf8`, invalid UTF-8
 * inside strings is kept byte for byte instead of refused, since code is to be
 * seen as it was produced: json_text() and utf8_clean() make texts of it; *invalid
 * counts its sequences (may be NULL). STATUS_INPUT with the byte offset and reason, also
 * for more than JSON_VALUES_MAX values. */
enum status json_parse(struct arena *arena, struct slice text, bool relaxed_utf8, size_t *invalid,
		       const struct json **out, struct error *err) MUST_CHECK;

/* A fault of json_parse() or of the reader as a reason for people: "broken JSON: byte 12 of the
 * line: a comma or } is expected". Faults of syntax start with "byte N: "; a value that is only
 * too large is not called broken. `of`: what the bytes are counted in; NULL: the whole input. */
void json_fault_reason(char *out, size_t room, const struct error *fault, const char *of);

/* Look-ups answer NULL (or the fallback) for a missing member, a wrong type and
 * a NULL value alike, so that they can be chained without checks. */
const struct json *json_get(const struct json *object, const char *name);
const struct json *json_path(const struct json *value, const char *dotted); /* "a.b.0.c" */
const struct json *json_at(const struct json *array, size_t index);
bool json_is(const struct json *value, enum json_type type); /* false for NULL */
struct slice json_slice(const struct json *value);             /* string's bytes, else absent */
/* A string's value as a clean C string (NUL shown as U+2400, invalid UTF-8 as U+FFFD), or NULL. */
char *json_text(struct arena *arena, const struct json *value);
/* An integral number in int64_t's range ("3", "3.0", "3e2"), else the fallback. */
int64_t json_int(const struct json *value, int64_t fallback);
double json_double(const struct json *value, double fallback);
bool json_bool(const struct json *value, bool fallback);

/*
 * The pull reader. It reads a seekable descriptor (or a slice) through a window,
 * so that memory does not grow with the file. It starts before the first value.
 * A UTF-8 byte-order mark is skipped.
 *
 *     json_reader_enter(r, JSON_OBJECT);
 *     while (json_reader_next(r, &name))      // the next member, positioned at its value
 *             if (name is "runs") … enter(JSON_ARRAY) … else json_reader_skip(r);
 *     // next() has left the object when it answers false, unless the reader failed
 *
 * A value that was not consumed is skipped by next(). At the top level values may
 * follow one another (JSON Lines): peek() answers false at the end of the input.
 */
struct json_reader;

/* Borrows fd and reads from its first byte, without moving its position; what
 * cannot seek (a pipe) is read from where it is. */
struct json_reader *json_reader_open_fd(int fd);
struct json_reader *json_reader_open_slice(struct slice text);     /* borrows text */
void json_reader_free(struct json_reader *reader);
void json_reader_set_relaxed(struct json_reader *reader, bool relaxed_utf8);
/* Takes NaN, Infinity and -Infinity inside the trees that json_reader_value() makes, as null:
 * for formats that are written so although RFC 8259, 6 forbids it (Python's json does). */
void json_reader_set_constants(struct json_reader *reader, bool constants);

/* The type of the value at hand, without consuming it. False when there is none
 * or the syntax is broken. */
bool json_reader_peek(struct json_reader *reader, enum json_type *type);
/* Steps into the array or object at hand; false (error set) if it is not one. */
bool json_reader_enter(struct json_reader *reader, enum json_type type);
/* Moves to the next element or member of the innermost open container; `name`
 * (may be NULL) is valid until the next call. At its end leaves it and answers
 * false. Also false on a syntax error: see json_reader_failed(). */
bool json_reader_next(struct json_reader *reader, struct slice *name);
/* Steps over the value at hand: brackets and strings are balanced, nothing is kept. */
bool json_reader_skip(struct json_reader *reader);
/* Parses the value at hand into a tree. On bad syntax inside it, the value is
 * stepped over by its brackets if they balance: the answer is STATUS_INPUT with
 * offset and reason, and the reader stands behind the value (json_reader_failed
 * stays false), so the caller can count it as rejected and go on. A value of
 * more than max_bytes (0: JSON_VALUE_BYTES_MAX) is refused the same way. */
enum status json_reader_value(struct json_reader *reader, struct arena *arena, size_t max_bytes,
			      const struct json **out, struct error *err) MUST_CHECK;
/* How many sequences of invalid UTF-8 the last value had, when the reader is relaxed. */
size_t json_reader_invalid(const struct json_reader *reader);
/* True after unrecoverable syntax or read errors; the error says where. */
bool json_reader_failed(const struct json_reader *reader, struct error *err);
/* Whether that was the file's fault (a read error), not the text's. */
bool json_reader_unreadable(const struct json_reader *reader);
/* Nothing but blanks may follow the last value: STATUS_INPUT otherwise. */
enum status json_reader_finish(struct json_reader *reader, struct error *err) MUST_CHECK;
uint64_t json_reader_offset(const struct json_reader *reader); /* bytes consumed */
/* Stands in front of the array's element at `offset` (of a slice, or of a descriptor that
 * can seek), as if the array had just been entered there: next() goes on behind it. What
 * was open is forgotten, a failure too. */
void json_reader_seek_element(struct json_reader *reader, uint64_t offset);
/* The same in front of the value of an object's member. */
void json_reader_seek_member(struct json_reader *reader, uint64_t offset);

/*
 * The writer: appends to a strbuf; commas and quoting are its business. Strings
 * are written as valid UTF-8 (invalid bytes as U+FFFD); controls, U+007F–U+009F,
 * U+2028, U+2029 and bidi controls as \u escapes, so that output that meets a
 * terminal cannot act on it. `indent` 0: one line.
 */
struct json_writer {
	struct strbuf *out;
	int indent;
	int depth;
	bool has_item[JSON_DEPTH_MAX]; /* per depth: needs a comma before the next */
	bool after_name;
};

void json_write_init(struct json_writer *writer, struct strbuf *out, int indent);
void json_write_begin(struct json_writer *writer, char bracket); /* '{' or '[' */
void json_write_end(struct json_writer *writer, char bracket);   /* '}' or ']' */
void json_write_name(struct json_writer *writer, const char *name);
void json_write_slice(struct json_writer *writer, struct slice text); /* absent: null */
void json_write_text(struct json_writer *writer, const char *text);   /* NULL: null */
void json_write_int(struct json_writer *writer, int64_t number);
void json_write_number(struct json_writer *writer, const char *as_written); /* as RFC 8259 has them */
void json_write_double(struct json_writer *writer, double number);    /* not finite: null */
void json_write_bool(struct json_writer *writer, bool truth);
void json_write_null(struct json_writer *writer);
/* Name and value in one, for objects. The _if forms write nothing for NULL. */
void json_write_member(struct json_writer *writer, const char *name, const char *text);
void json_write_member_if(struct json_writer *writer, const char *name, const char *text);
void json_write_member_int(struct json_writer *writer, const char *name, int64_t number);

#endif
