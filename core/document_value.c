/* Single values of the apply document, each with its JSON pointer in what goes wrong. */
#include <stdarg.h>
#include <string.h>

#include "core/document_read.h"
#include "core/nearest.h"
#include "core/words.h"

/* Numbers of children; larger ones are slips, and doubles could not hold all. */
#define NUMBER_MAX 999999999

enum status document_fail(struct document_reader *reader, const char *format, ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	document_note(reader, "", message);
	return STATUS_INPUT;
}

/* What is wrong as a whole says nothing of what is in it. */
static bool is_noted(const struct document_reader *reader, const char *pointer)
{
	for (size_t i = 0; i < reader->faults.len; i++) {
		const char *noted = reader->faults.items[i].pointer;
		size_t len = strlen(noted);
		if (len && strncmp(noted, pointer, len) == 0 && (pointer[len] == '\0' || pointer[len] == '/'))
			return true;
	}
	return false;
}

void document_note(struct document_reader *reader, const char *pointer, const char *reason)
{
	struct document_fault fault = { .pointer = arena_printf(reader->arena, "%s%s", reader->pointer.text, pointer) };

	if (is_noted(reader, fault.pointer))
		return;
	reader->fault_count++;
	if (reader->faults.len >= DOCUMENT_FAULTS_MAX)
		return;
	fault.reason = arena_strdup(reader->arena, reason);
	vec_push(&reader->faults, fault);
}

size_t document_enter(struct document_reader *reader, const char *name)
{
	size_t mark = reader->pointer.len_bytes;

	strbuf_addch(&reader->pointer, '/');
	for (; *name; name++) {
		if (*name == '~')
			strbuf_addstr(&reader->pointer, "~0");
		else if (*name == '/')
			strbuf_addstr(&reader->pointer, "~1");
		else
			strbuf_addch(&reader->pointer, *name);
	}
	return mark;
}

size_t document_enter_index(struct document_reader *reader, size_t index)
{
	size_t mark = reader->pointer.len_bytes;
	strbuf_addf(&reader->pointer, "/%zu", index);
	return mark;
}

void document_leave(struct document_reader *reader, size_t mark)
{
	strbuf_truncate(&reader->pointer, mark);
}

static const char *type_name(const struct json *value)
{
	switch (value->type) {
	case JSON_NULL: return "null";
	case JSON_FALSE:
	case JSON_TRUE: return "a truth value";
	case JSON_NUMBER: return "a number";
	case JSON_STRING: return "a string";
	case JSON_ARRAY: return "an array";
	case JSON_OBJECT: return "an object";
	}
	return "?";
}

/* A name out of the document, short enough for a message and a pointer. */
static char *shown(struct document_reader *reader, struct slice name)
{
	if (name.len_bytes > 80)
		name.len_bytes = 80;
	return arena_printf(reader->arena, "%.*s", (int)name.len_bytes, name.at ? name.at : "");
}

static void unknown_name(struct document_reader *reader, const struct json *member, const char *const *names, size_t count)
{
	char *name = shown(reader, member->name);
	const char *nearest = nearest_word(names, count, name);
	size_t mark = document_enter(reader, name);

	if (nearest)
		document_fail(reader, "unknown member; did you mean '%s'?", nearest);
	else
		document_fail(reader, "unknown member");
	document_leave(reader, mark);
}

enum status document_names(struct document_reader *reader, const struct json *value,
			   const char *const *names, size_t count, const struct json **found)
{
	for (size_t i = 0; i < count; i++)
		found[i] = NULL;
	if (!json_is(value, JSON_OBJECT))
		return document_fail(reader, "must be an object, not %s", type_name(value));
	for (const struct json *member = value->first; member; member = member->next) {
		size_t i = 0, mark;
		while (i < count && !slice_is(member->name, names[i]))
			i++;
		if (i == count) {
			unknown_name(reader, member, names, count);
		} else if (found[i]) {
			mark = document_enter(reader, names[i]);
			document_fail(reader, "stands twice");
			document_leave(reader, mark);
		} else {
			found[i] = member;
		}
	}
	return STATUS_OK;
}

enum status document_text(struct document_reader *reader, const struct json *value, const char *name,
			  const char **out)
{
	enum status status = STATUS_OK;
	size_t mark;

	if (!value)
		return STATUS_OK;
	mark = document_enter(reader, name);
	if (json_is(value, JSON_NULL))
		*out = "";
	else if (!json_is(value, JSON_STRING))
		status = document_fail(reader, "must be a string, not %s", type_name(value));
	else
		*out = json_text(reader->arena, value);
	document_leave(reader, mark);
	return status;
}

enum status document_word(struct document_reader *reader, const struct json *value, const char *name,
			  const char *list, size_t *out)
{
	struct strbuf reason = STRBUF_INIT;
	const char *word = NULL;
	enum status status = document_text(reader, value, name, &word);
	size_t mark;

	if (status != STATUS_OK || !word)
		return status;
	if (json_is(value, JSON_NULL)) {
		*out = 0;
	} else if (!words_find(list, word, out)) {
		words_explain(&reason, list, word);
		mark = document_enter(reader, name);
		status = document_fail(reader, "unknown word %s", reason.text);
		document_leave(reader, mark);
	}
	strbuf_release(&reason);
	return status;
}

enum status document_instant(struct document_reader *reader, const struct json *value, const char *name,
			     struct instant *out)
{
	const char *text = NULL;
	struct error reason;
	enum status status = document_text(reader, value, name, &text);
	size_t mark;

	if (status != STATUS_OK || !text)
		return status;
	if (!text[0]) {
		*out = INSTANT_UNKNOWN;
	} else if (instant_parse(slice_of(text), out, &reason) != STATUS_OK) {
		mark = document_enter(reader, name);
		status = document_fail(reader, "%s", reason.text);
		document_leave(reader, mark);
	}
	return status;
}

enum status document_number(struct document_reader *reader, const struct json *value, const char *name,
			    int64_t *out)
{
	enum status status = STATUS_OK;
	int64_t number;
	size_t mark;

	if (!value)
		return STATUS_OK;
	mark = document_enter(reader, name);
	number = json_int(value, -1);
	if (json_is(value, JSON_NULL))
		*out = 0;
	else if (!json_is(value, JSON_NUMBER))
		status = document_fail(reader, "must be a number, not %s", type_name(value));
	else if (number < 1 || number > NUMBER_MAX)
		status = document_fail(reader, "must be a whole number from 1 to %d", NUMBER_MAX);
	else
		*out = number;
	document_leave(reader, mark);
	return status;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_fingerprint(const char *text, struct digest *out)
{
	const char *hex = text + strlen(DOCUMENT_FINGERPRINT);

	if (strncmp(text, DOCUMENT_FINGERPRINT, strlen(DOCUMENT_FINGERPRINT)) != 0 || strlen(hex) != DIGEST_HEX_LEN)
		return false;
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out->bytes[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

enum status document_sample(struct document_reader *reader, const struct json *value, const char *name,
			    int64_t *out)
{
	struct digest fingerprint;
	const char *text = "";
	enum status status = document_text(reader, value, name, &text);
	size_t mark;

	if (status != STATUS_OK)
		return status;
	mark = document_enter(reader, name);
	if (!read_fingerprint(text, &fingerprint))
		status = document_fail(reader, "'%.80s' is no fingerprint (\"sha256:\" and 64 hex digits)", text);
	else
		status = reader->store->ops->sample_find(reader->store, &fingerprint, out, reader->err);
	if (status == STATUS_NOT_FOUND)
		status = document_fail(reader, "no sample here has this fingerprint; import it first");
	document_leave(reader, mark);
	return status;
}
