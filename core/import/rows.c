#include "core/import/rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/export_mark.h"
#include "core/import/row_flags.h"

/* So many rows without a sample, and the file is none of ours. */
#define HELD_MAX 100000
#define KEYS_SHOWN_BYTES ((size_t)300)

struct rows {
	const char *noun;
	struct import_sink *sink;
	struct field_table *table;
	struct record record;
	int64_t number;  /* of the row at hand, from 1 */
	int64_t objects;
	bool has_sample; /* one was taken: nothing is held back any more */
	VEC_OF(struct batch_reject) held; /* reasons in the arena of the held ones, or constants */
	struct arena held_arena;
	struct strbuf keys; /* of the first object, for the message */
};

static const char nothing_known[] = "no code, prompt, diff or message under a known name";

struct rows *rows_open(const struct import_source *source, struct import_sink *sink, const char *noun)
{
	struct rows *rows = mem_zalloc(1, sizeof(*rows));

	rows->noun = noun;
	rows->sink = sink;
	rows->table = field_table_new(sink->options);
	arena_init(&rows->held_arena);
	strbuf_init(&rows->keys);
	record_init(&rows->record, source->name);
	return rows;
}

struct record *rows_begin(struct rows *rows)
{
	rows->number++;
	record_begin(&rows->record);
	return &rows->record;
}

/* ---- rejects --------------------------------------------------------------------- */

static void remember_keys(struct rows *self, const struct json *object)
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

static enum status not_ours(const struct rows *self, struct error *err)
{
	if (self->objects == 0)
		return error_set(err, STATUS_NOT_FOUND, "no %s of it is a JSON object; record %lld: %s", self->noun,
				 (long long)self->held.items[0].record, self->held.items[0].reason);
	return error_set(err, STATUS_NOT_FOUND,
			 "no record of it has code, a prompt, a diff or a message under a known name; "
			 "the first one's keys: %s; name the one that holds the code: --map code=KEY",
			 self->keys.len_bytes ? self->keys.text : "none");
}

enum status rows_reject(struct rows *self, const struct extent *at, const char *reason, struct error *err)
{
	struct batch_reject reject = { self->number, (int64_t)at->offset_bytes, (int64_t)at->len_bytes, reason, { NULL, 0 } };

	if (self->has_sample)
		return self->sink->reject(self->sink, &reject, err);
	if (reason != nothing_known)
		reject.reason = arena_strdup(&self->held_arena, reason);
	vec_push(&self->held, reject);
	return self->held.len < HELD_MAX ? STATUS_OK : not_ours(self, err);
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

enum status rows_reject_type(struct rows *self, const struct extent *at, const struct json *value, struct error *err)
{
	char reason[64];

	snprintf(reason, sizeof(reason), "not an object but %s", type_name(value));
	return rows_reject(self, at, reason, err);
}

static enum status let_go_of_held(struct rows *self, struct error *err)
{
	enum status status = STATUS_OK;

	self->has_sample = true;
	for (size_t i = 0; i < self->held.len && status == STATUS_OK; i++)
		status = self->sink->reject(self->sink, &self->held.items[i], err);
	vec_release(&self->held);
	arena_release(&self->held_arena);
	return status;
}

/* ---- samples --------------------------------------------------------------------- */

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

static void make_sample(struct rows *self, const struct json *object, struct field_values *values)
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
	row_add_flags(record, values);
	fields_add_rest(record, object, values);
	export_mark_apply(record, json_get(object, "aitia"));
}

enum status rows_take(struct rows *self, const struct extent *at, const struct json *object, size_t replaced,
		      struct error *err)
{
	struct field_values values;

	if (self->objects++ == 0)
		remember_keys(self, object);
	fields_find(self->table, object, &values);
	fields_map(self->table, &self->record, object, &values);
	if (!is_known(&values))
		return rows_reject(self, at, nothing_known, err);
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

enum status rows_close(struct rows *self, enum status status, struct error *err)
{
	if (status == STATUS_OK && self->number > 0 && !self->has_sample)
		status = not_ours(self, err);
	record_release(&self->record);
	vec_release(&self->held);
	arena_release(&self->held_arena);
	strbuf_release(&self->keys);
	field_table_free(self->table);
	free(self);
	return status;
}
