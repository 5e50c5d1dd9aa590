/*
 * JSON Lines: each line that is not blank is an object, each object a sample. A line
 * that cannot be taken is rejected and the next one is read.
 *
 * Rejects are held back until the first sample: a file in which nothing is known to us
 * must end in one error that names its keys, not in a million rejects.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/importers.h"
#include "core/import/jsonl.h"
#include "core/import/lines.h"

#define LINE_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* So many lines without a sample, and the file is none of ours. */
#define HELD_MAX 100000
#define KEYS_SHOWN_BYTES ((size_t)300)

struct held_reject {
	int64_t record, offset_bytes;
	const char *reason; /* in the arena of the held ones, or a constant */
};

struct jsonl {
	struct import_source *source;
	struct import_sink *sink;
	struct field_table *table;
	struct record record;
	int64_t number;  /* of the record at hand, from 1 */
	int64_t objects;
	bool has_sample; /* one was taken: nothing is held back any more */
	VEC_OF(struct held_reject) held;
	struct arena held_arena;
	struct strbuf keys; /* of the first object, for the message */
};

static const char nothing_known[] = "no code, prompt, diff or message under a known name";

/* ---- recognition ----------------------------------------------------------------- */

static bool is_blank(struct slice text)
{
	for (size_t i = 0; text.at && i < text.len_bytes; i++)
		if (!memchr(" \t\r\n", text.at[i], 4))
			return false;
	return true;
}

static bool is_object(struct slice line)
{
	struct arena arena = ARENA_INIT;
	const struct json *value;
	bool truth = json_parse(&arena, line, true, NULL, &value, NULL) == STATUS_OK && json_is(value, JSON_OBJECT);

	arena_release(&arena);
	return truth;
}

static bool named_as_lines(const char *name)
{
	static const char *const endings[] = { ".jsonl", ".ndjson", ".jsonlines" };
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t ending = strlen(endings[i]);
		if (len >= ending && strcmp(name + len - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

int jsonl_recognise(struct slice head, const char *file)
{
	enum { LOOKED_AT = 8 };
	int lines = 0, objects = 0;
	bool first_is_object = false;
	bool whole_file = head.len_bytes < 64 * 1024;

	head = import_skip_mark(head);
	if (is_blank(head))
		return file && named_as_lines(file) ? 50 : 0;
	while (head.len_bytes && lines < LOOKED_AT) {
		const char *end = memchr(head.at, '\n', head.len_bytes);
		struct slice line = { head.at, end ? (size_t)(end - head.at) : head.len_bytes };
		if (!end && !whole_file) {
			/* The line goes on behind the head: only its start can be judged. */
			return lines ? (first_is_object ? 90 : 40) : is_blank(line) ? 0 : line.at[0] == '{' ? 30 : 0;
		}
		head.at += line.len_bytes + (end != NULL);
		head.len_bytes -= line.len_bytes + (end != NULL);
		if (is_blank(line))
			continue;
		bool object = is_object(line);
		first_is_object = lines == 0 ? object : first_is_object;
		objects += object;
		lines++;
	}
	if (first_is_object)
		return objects > 1 ? 95 : 70;
	return objects * 2 >= lines ? 50 : 0;
}

/* ---- rejects --------------------------------------------------------------------- */

static void remember_keys(struct jsonl *self, const struct json *object)
{
	for (const struct json *member = object->first; member; member = member->next) {
		if (self->keys.len_bytes > KEYS_SHOWN_BYTES) {
			strbuf_addstr(&self->keys, ", \xe2\x80\xa6");
			return;
		}
		if (self->keys.len_bytes)
			strbuf_addstr(&self->keys, ", ");
		struct slice name = member->name;
		name.len_bytes = utf8_cut(name.at, name.len_bytes, 60);
		utf8_append_clean(&self->keys, name);
	}
}

static enum status not_ours(const struct jsonl *self, struct error *err)
{
	if (self->objects == 0)
		return error_set(err, STATUS_INPUT, "no line of it is a JSON object; record %lld: %s",
				 (long long)self->held.items[0].record, self->held.items[0].reason);
	return error_set(err, STATUS_INPUT,
			 "no record of it has code, a prompt, a diff or a message under a known name; "
			 "the first one's keys: %s; name the one that holds the code: --map code=KEY",
			 self->keys.len_bytes ? self->keys.text : "none");
}

static enum status reject(struct jsonl *self, const struct line *line, const char *reason, struct error *err)
{
	if (self->has_sample)
		return self->sink->reject(self->sink, self->number, (int64_t)line->offset_bytes, reason, err);
	if (reason != nothing_known)
		reason = arena_strdup(&self->held_arena, reason);
	vec_push(&self->held, ((struct held_reject){ self->number, (int64_t)line->offset_bytes, reason }));
	return self->held.len < HELD_MAX ? STATUS_OK : not_ours(self, err);
}

static enum status let_go_of_held(struct jsonl *self, struct error *err)
{
	enum status status = STATUS_OK;

	self->has_sample = true;
	for (size_t i = 0; i < self->held.len && status == STATUS_OK; i++) {
		const struct held_reject *held = &self->held.items[i];
		status = self->sink->reject(self->sink, held->record, held->offset_bytes, held->reason, err);
	}
	vec_release(&self->held);
	arena_release(&self->held_arena);
	return status;
}

/* ---- records --------------------------------------------------------------------- */

/* A string's bytes; what is no string (chat messages, a list of answers) as its JSON. */
static struct slice bytes_of(const struct json *value)
{
	if (!value || value->type == JSON_STRING)
		return json_slice(value);
	return value->raw;
}

/*
 * The file that a unified diff changes, if it is the only one: the name behind "+++ ",
 * without git's "b/" and what stands behind a tab (the time, as diff -u writes it).
 */
static const char *path_of_diff(struct record *record, struct slice diff)
{
	const char *at = diff.at, *end = diff.at + diff.len_bytes;
	struct slice found = { NULL, 0 };

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		if (stop - at > 4 && memcmp(at, "+++ ", 4) == 0) {
			if (found.at)
				return NULL;
			found = (struct slice){ at + 4, (size_t)(stop - at) - 4 };
		}
		at = newline ? newline + 1 : end;
	}
	if (!found.at)
		return NULL;
	for (size_t i = 0; i < found.len_bytes; i++)
		if (found.at[i] == '\t' || found.at[i] == '\r')
			found.len_bytes = i;
	if (found.len_bytes > 2 && memcmp(found.at, "b/", 2) == 0)
		found = (struct slice){ found.at + 2, found.len_bytes - 2 };
	if (found.len_bytes == 0 || slice_is(found, "/dev/null") || found.at[0] == '"')
		return NULL; /* deleted, or in git's quotes, which are not undone here */
	return utf8_clean(&record->arena, found);
}

static bool is_known(const struct field_values *values)
{
	static const enum import_field needed[] = { FIELD_CODE, FIELD_DIFF, FIELD_PROMPT, FIELD_MESSAGE, FIELD_FLAGS };

	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (values->of[needed[i]])
			return true;
	return false;
}

static void make_sample(struct jsonl *self, const struct json *object, struct field_values *values)
{
	struct record *record = &self->record;
	struct sample *sample = &record->sample;
	enum sample_kind kind;

	sample->code = bytes_of(values->of[FIELD_CODE]);
	sample->diff = bytes_of(values->of[FIELD_DIFF]);
	sample->prompt = bytes_of(values->of[FIELD_PROMPT]);
	sample->expected = bytes_of(values->of[FIELD_EXPECTED]);
	sample->kind = sample->diff.at && !sample->code.at ? SAMPLE_KIND_PATCH : SAMPLE_KIND_COMPLETION;
	if (values->of[FIELD_KIND]) {
		if (sample_kind_parse(json_text(&record->arena, values->of[FIELD_KIND]), &kind))
			sample->kind = kind;
		else
			values->of[FIELD_KIND] = NULL;
	}
	fields_apply_context(record, values);
	if (!sample->path && sample->diff.at)
		sample->path = path_of_diff(record, sample->diff);
	jsonl_add_flags(record, values);
	fields_add_rest(record, object, values);
}

static const char *type_name(const struct json *value)
{
	switch (value->type) {
	case JSON_NULL:
		return "null";
	case JSON_FALSE: case JSON_TRUE:
		return "a truth value";
	case JSON_NUMBER:
		return "a number";
	case JSON_STRING:
		return "a string";
	case JSON_ARRAY:
		return "an array";
	case JSON_OBJECT:
		break;
	}
	return "an object";
}

static enum status take_object(struct jsonl *self, const struct line *line, const struct json *object,
			       size_t replaced, struct error *err)
{
	struct field_values values;

	if (self->objects++ == 0)
		remember_keys(self, object);
	fields_find(self->table, object, &values);
	fields_map(self->table, &self->record, object, &values);
	if (!is_known(&values))
		return reject(self, line, nothing_known, err);
	make_sample(self, object, &values);
	if (replaced)
		record_add_number(&self->record, "import.invalid_utf8", (int64_t)replaced, CERTAINTY_DERIVED);
	if (!self->has_sample) {
		enum status status = let_go_of_held(self, err);
		if (status != STATUS_OK)
			return status;
	}
	return self->sink->sample(self->sink, self->number, record_finish(&self->record), err);
}

static enum status take_line(struct jsonl *self, const struct line *line, struct error *err)
{
	struct error fault;
	const struct json *value;
	size_t replaced = 0;
	char reason[sizeof(fault.text) + 64];

	record_begin(&self->record);
	if (line->too_long)
		return reject(self, line, "the line is longer than 64 MiB", err);
	if (json_parse(&self->record.arena, line->text, true, &replaced, &value, &fault) != STATUS_OK) {
		snprintf(reason, sizeof(reason), "broken JSON: in the line, %s", fault.text);
		return reject(self, line, reason, err);
	}
	if (value->type != JSON_OBJECT) {
		snprintf(reason, sizeof(reason), "not an object but %s", type_name(value));
		return reject(self, line, reason, err);
	}
	return take_object(self, line, value, replaced, err);
}

static enum status take_lines(struct jsonl *self, struct line_reader *reader, struct error *err)
{
	struct line line;
	bool found;
	enum status status;

	while ((status = line_reader_next(reader, &line, &found, err)) == STATUS_OK && found) {
		if (line.offset_bytes == 0 && line.text.at) {
			struct slice text = import_skip_mark(line.text);
			line.offset_bytes += line.text.len_bytes - text.len_bytes;
			line.text = text;
		}
		if (!line.too_long && is_blank(line.text))
			continue;
		self->number++;
		status = take_line(self, &line, err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, line_reader_offset(reader), err);
		if (status != STATUS_OK)
			return status;
	}
	if (status == STATUS_OK && self->number > 0 && !self->has_sample)
		return not_ours(self, err);
	return status;
}

enum status jsonl_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct line_reader *reader = line_reader_open(source->fd, LINE_BYTES_MAX);
	struct jsonl self = {
		.source = source,
		.sink = sink,
		.table = field_table_new(sink->options),
		.held = VEC_INIT,
		.held_arena = ARENA_INIT,
		.keys = STRBUF_INIT,
	};

	record_init(&self.record, source->name);
	enum status status = take_lines(&self, reader, err);
	record_release(&self.record);
	vec_release(&self.held);
	arena_release(&self.held_arena);
	strbuf_release(&self.keys);
	field_table_free(self.table);
	line_reader_free(reader);
	return status;
}
