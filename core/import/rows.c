#include "core/import/rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/row.h"

/* So many rows without a sample, and the file is none of ours. */
#define HELD_MAX 100000
#define KEYS_SHOWN_BYTES ((size_t)300)

struct rows {
	const char *noun;
	struct import_sink *sink;
	struct field_table *table;
	struct record record, output;
	struct row row;
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
	record_init(&rows->output, source->name);
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

void rows_set_around(struct rows *rows, const struct json *around)
{
	rows->row.around = around;
}

void rows_set_key(struct rows *rows, const char *key, int64_t attempt)
{
	rows->row.key = key;
	rows->row.attempt = attempt;
}

/* The tree of the row lies in the first record, so each of several samples is made in another. */
static enum status take_output(struct rows *self, size_t index, size_t replaced, struct error *err)
{
	struct record *record = self->row.outputs.len ? &self->output : &self->record;

	if (self->row.outputs.len)
		record_begin(record);
	row_make_sample(&self->row, self->table, index, record);
	if (replaced)
		record_add_number(record, "import.invalid_utf8", (int64_t)replaced, CERTAINTY_DERIVED);
	return self->sink->sample(self->sink, self->number, record_finish(record), err);
}

enum status rows_take(struct rows *self, const struct extent *at, const struct json *object, size_t replaced,
		      struct error *err)
{
	enum status status = STATUS_OK;
	size_t index = 0;

	if (self->objects++ == 0)
		remember_keys(self, object);
	row_read(&self->row, self->table, &self->record, object);
	if (!row_is_known(&self->row))
		return rows_reject(self, at, nothing_known, err);
	if (!self->has_sample)
		status = let_go_of_held(self, err);
	do {
		if (status == STATUS_OK)
			status = take_output(self, index++, replaced, err);
	} while (status == STATUS_OK && index < self->row.outputs.len);
	return status;
}

enum status rows_close(struct rows *self, enum status status, struct error *err)
{
	if (status == STATUS_OK && self->number > 0 && !self->has_sample)
		status = not_ours(self, err);
	record_release(&self->record);
	record_release(&self->output);
	vec_release(&self->row.outputs);
	vec_release(&self->held);
	arena_release(&self->held_arena);
	strbuf_release(&self->keys);
	field_table_free(self->table);
	free(self);
	return status;
}
