/*
 * JSON documents of rows: an array of objects, such an array inside an object, an object
 * of rows by their ids, a single row, or several values one after the other; and lists of
 * texts, as code evaluation harnesses write generations. Whatever no other importer knows
 * better. A value that is broken is rejected and the next one is read.
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/importers.h"
#include "core/import/json_shape.h"
#include "core/import/rows.h"
#include "core/import/sniff.h"

struct walk {
	const struct import_source *source;
	struct arena arena; /* for the whole file */
	struct json_reader *reader, *scout; /* the scout is one top-level value ahead */
	struct rows *rows;
	struct import_sink *sink;
	const struct field_table *fields;
	bool references;    /* texts are what was expected, by the file's name */
	const struct json *file; /* what tells this file from others, once it was asked for */
	bool at_top;        /* in an array that nothing stands around */
	bool told;          /* the fault that ended the reading was rejected */
};

/* ---- recognition ------------------------------------------------------------------ */

static struct slice skip_blanks(struct slice text)
{
	text = import_skip_mark(text);
	while (text.len_bytes && memchr(" \t\r\n", text.at[0], 4)) {
		text.at++;
		text.len_bytes--;
	}
	return text;
}

/* An object that is one line is jsonl's, unless it is there for the rows inside it. */
static bool is_row(struct slice head)
{
	const struct import_options no_options = { .format = NULL };
	struct arena arena = ARENA_INIT;
	struct field_table *fields = field_table_new(&no_options);
	struct json_reader *reader = json_reader_open_slice(head);
	struct json_shape shape;

	json_reader_set_relaxed(reader, true);
	json_shape_read(&shape, reader, fields, &arena);
	bool row = shape.kind == JSON_SHAPE_ROW;
	json_reader_free(reader);
	field_table_free(fields);
	arena_release(&arena);
	return row;
}

int json_recognise(struct slice head, const char *file)
{
	struct slice text = skip_blanks(head);
	enum json_type type;

	(void)file;
	if (!text.len_bytes || (text.at[0] != '{' && text.at[0] != '['))
		return 0;
	struct slice inside = skip_blanks((struct slice){ text.at + 1, text.len_bytes - 1 });
	char first = inside.len_bytes ? inside.at[0] : '\0';
	if (text.at[0] == '{')
		return first != '"' && first != '}' ? 0 : is_row(head) ? 35 : 72;
	if (!sniff_json(head, "0", &type))
		return first == ']' ? 40 : 0;
	return type == JSON_OBJECT || type == JSON_ARRAY || type == JSON_STRING ? 60 : 20;
}

/* ---- rows ------------------------------------------------------------------------- */

static struct extent extent_from(const struct walk *walk, uint64_t start)
{
	return (struct extent){ start, json_reader_offset(walk->reader) - start };
}

/* To the end of the source. */
static uint64_t bytes_from(const struct walk *walk, uint64_t start)
{
	return walk->source->len_bytes > start ? walk->source->len_bytes - start : 0;
}

/* A text, or several, as a row that has nothing else. */
static enum status take_texts(struct walk *walk, const struct extent *at, const struct json *value, struct error *err)
{
	struct json member = *value;
	const struct json row = { .type = JSON_OBJECT, .count = 1, .first = &member, .raw = value->raw };

	member.name = slice_of(walk->references ? "reference" : value->type == JSON_ARRAY ? "completions" : "completion");
	member.next = NULL;
	return rows_take(walk->rows, at, &row, json_reader_invalid(walk->reader), err);
}

/* The value at hand as a row. `texts`: a string or a list of them is one too. */
static enum status take_row(struct walk *walk, bool texts, struct error *err)
{
	struct record *record = rows_begin(walk->rows);
	enum json_type type;
	const struct json *value;
	struct error fault;
	char reason[sizeof(fault.text) + 32];
	/* Behind the blanks, so that the offset is that of the value. */
	(void)json_reader_peek(walk->reader, &type);
	uint64_t start = json_reader_offset(walk->reader);
	enum status status = json_reader_value(walk->reader, &record->arena, 0, &value, &fault);
	struct extent at = extent_from(walk, start);

	if (status != STATUS_OK) {
		walk->told = json_reader_failed(walk->reader, NULL);
		if (walk->told)
			at.len_bytes = bytes_from(walk, start);
		json_fault_reason(reason, sizeof(reason), &fault, NULL);
		status = rows_reject(walk->rows, &at, reason, err);
	} else if (value->type == JSON_OBJECT) {
		status = rows_take(walk->rows, &at, value, json_reader_invalid(walk->reader), err);
	} else if (texts && (value->type == JSON_STRING || json_is(value->first, JSON_STRING) ||
			     json_is(value->first, JSON_OBJECT))) {
		status = take_texts(walk, &at, value, err);
	} else {
		status = rows_reject_type(walk->rows, &at, value, err);
	}
	return status == STATUS_OK ? walk->sink->advance(walk->sink, json_reader_offset(walk->reader), err) : status;
}

/*
 * An index says nothing of the file that it counts in: by it alone the first task of every
 * harness would be the same sample. Its digest tells them apart, wherever the file lies.
 */
static enum status tell_file_apart(struct walk *walk, struct error *err)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct digest digest;
	enum status status = STATUS_OK;

	if (!walk->file) {
		status = import_source_digest(walk->source, walk->sink->options, &digest, err);
		if (status != STATUS_OK)
			return status;
		digest_hex(&digest, hex);
		struct json *member = arena_alloc(&walk->arena, sizeof(*member));
		struct json *around = arena_alloc(&walk->arena, sizeof(*around));
		*member = (struct json){ .type = JSON_STRING, .name = slice_of("import.file"),
					 .text = slice_of(arena_printf(&walk->arena, "%.16s", hex)) };
		*around = (struct json){ .type = JSON_OBJECT, .count = 1, .first = member };
		walk->file = around;
	}
	rows_set_around(walk->rows, walk->file);
	return status;
}

/* Elements that are texts or lists of outputs are those of harnesses that know tasks by
 * their index. With a key the elements are several attempts at what it names. */
static enum status take_elements(struct walk *walk, const char *key, struct error *err)
{
	enum status status = STATUS_OK;
	enum json_type type;
	char number[24];

	json_reader_enter(walk->reader, JSON_ARRAY);
	for (int64_t index = 0; status == STATUS_OK && json_reader_next(walk->reader, NULL); index++) {
		bool texts = json_reader_peek(walk->reader, &type) && (type == JSON_ARRAY || type == JSON_STRING);
		snprintf(number, sizeof(number), "%" PRId64, index);
		if (key)
			rows_set_key(walk->rows, key, index + 1);
		else
			rows_set_key(walk->rows, texts ? number : NULL, 0);
		if (texts && walk->at_top)
			status = tell_file_apart(walk, err);
		if (status == STATUS_OK)
			status = take_row(walk, true, err);
	}
	rows_set_key(walk->rows, NULL, 0);
	return status;
}

/* Each member is a row, or a list of several rows or texts of the same id. */
static enum status take_members(struct walk *walk, bool texts, struct error *err)
{
	struct arena arena = ARENA_INIT;
	enum status status = STATUS_OK;
	enum json_type type;
	struct slice name;

	json_reader_enter(walk->reader, JSON_OBJECT);
	while (status == STATUS_OK && json_reader_next(walk->reader, &name)) {
		arena_clear(&arena);
		const char *key = utf8_clean(&arena, name);
		if (!json_reader_peek(walk->reader, &type))
			continue;
		rows_set_key(walk->rows, key, 0);
		if (type == JSON_ARRAY && !texts)
			status = take_elements(walk, key, err);
		else if (type == JSON_OBJECT || type == JSON_ARRAY || type == JSON_NULL)
			status = take_row(walk, texts, err);
	}
	rows_set_key(walk->rows, NULL, 0);
	arena_release(&arena);
	return status;
}

/* To the member `name` of the object at hand that is of the type. */
static bool step_into(struct json_reader *reader, const char *name, enum json_type wanted)
{
	enum json_type type;
	struct slice found;

	json_reader_enter(reader, JSON_OBJECT);
	while (json_reader_next(reader, &found))
		if (slice_is(found, name) && json_reader_peek(reader, &type) && type == wanted)
			return true;
	return false;
}

/* Down the path, the rows, and up again to the end of what was entered. */
static enum status take_shape(struct walk *walk, const struct json_shape *shape, struct error *err)
{
	enum status status = STATUS_OK;
	size_t entered = 0;
	bool there = true;

	if (shape->kind == JSON_SHAPE_ROW)
		return take_row(walk, false, err);
	for (; there && entered < shape->steps; entered++) {
		bool last = entered + 1 == shape->steps && shape->kind == JSON_SHAPE_LIST;
		there = step_into(walk->reader, shape->path[entered], last ? JSON_ARRAY : JSON_OBJECT);
	}
	rows_set_around(walk->rows, shape->around);
	if (there && shape->kind == JSON_SHAPE_LIST)
		status = take_elements(walk, NULL, err);
	else if (there)
		status = take_members(walk, shape->texts, err);
	rows_set_around(walk->rows, NULL);
	entered -= !there; /* the last object was left already */
	for (; status == STATUS_OK && entered > 0; entered--)
		while (json_reader_next(walk->reader, NULL))
			;
	return status;
}

static enum status take_object(struct walk *walk, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct json_shape shape;
	enum status status;

	json_shape_read(&shape, walk->scout, walk->fields, &arena);
	if (shape.kind == JSON_SHAPE_VERDICTS)
		status = error_set(err, STATUS_NOT_FOUND, "it lists which ids passed and failed, and has no outputs; give it "
				   "together with them: aitia import --verdicts FILE PREDICTIONS");
	else
		status = take_shape(walk, &shape, err);
	arena_release(&arena);
	return status;
}

/* What cannot be read any further is one reject, up to the end. */
static enum status reject_rest(struct walk *walk, struct error *err)
{
	struct error fault;
	char reason[sizeof(fault.text) + 32];
	uint64_t start = json_reader_offset(walk->reader);

	if (walk->told || json_reader_finish(walk->reader, &fault) == STATUS_OK)
		return STATUS_OK;
	struct extent at = { start, bytes_from(walk, start) };
	rows_begin(walk->rows);
	if (start == 0)
		snprintf(reason, sizeof(reason), "it does not start as JSON does");
	else
		json_fault_reason(reason, sizeof(reason), &fault, NULL);
	return rows_reject(walk->rows, &at, reason, err);
}

/* Objects follow one another as they like; what else does so without a blank between is
 * a slip ("[][]"). */
static bool next_value(struct walk *walk, enum json_type *type)
{
	uint64_t end = json_reader_offset(walk->reader);

	if (!json_reader_peek(walk->reader, type))
		return false;
	return *type == JSON_OBJECT || end == 0 || json_reader_offset(walk->reader) > end;
}

static enum status take_values(struct walk *walk, struct error *err)
{
	enum status status = STATUS_OK;
	enum json_type type;

	while (status == STATUS_OK && next_value(walk, &type)) {
		if (type == JSON_OBJECT) {
			status = take_object(walk, err);
			continue;
		}
		(void)!json_reader_skip(walk->scout);
		walk->at_top = type == JSON_ARRAY;
		status = type == JSON_ARRAY ? take_elements(walk, NULL, err) : take_row(walk, false, err);
		walk->at_top = false;
		rows_set_around(walk->rows, NULL);
	}
	return status == STATUS_OK ? reject_rest(walk, err) : status;
}

static bool says_references(const char *name)
{
	const char *slash = strrchr(name, '/');

	name = slash ? slash + 1 : name;
	return strstr(name, "_refs") || strstr(name, "references");
}

enum status json_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct field_table *fields = field_table_new(sink->options);
	struct walk walk = {
		.source = source,
		.arena = ARENA_INIT,
		.reader = json_reader_open_fd(source->fd),
		.scout = json_reader_open_fd(source->fd),
		.rows = rows_open(source, sink, "value"),
		.sink = sink,
		.fields = fields,
		.references = says_references(source->name),
	};

	json_reader_set_relaxed(walk.reader, true);
	json_reader_set_relaxed(walk.scout, true);
	enum status status = rows_close(walk.rows, take_values(&walk, err), err);
	arena_release(&walk.arena);
	json_reader_free(walk.scout);
	json_reader_free(walk.reader);
	field_table_free(fields);
	return status;
}
