/*
 * Any bytes as JSON: the tree parser and the pull reader over the same text. Where the
 * parser accepts, the reader must give the same value; what is written of a tree must
 * be read back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/base/json.h"
#include "core/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_tree(struct json_writer *writer, const struct json *value)
{
	switch (value->type) {
	case JSON_NULL:
		json_write_null(writer);
		break;
	case JSON_TRUE: case JSON_FALSE:
		json_write_bool(writer, json_bool(value, false));
		break;
	case JSON_NUMBER:
		(void)json_int(value, 0);
		json_write_double(writer, json_double(value, 0));
		break;
	case JSON_STRING:
		json_write_slice(writer, value->text);
		break;
	case JSON_ARRAY: case JSON_OBJECT:
		json_write_begin(writer, value->type == JSON_ARRAY ? '[' : '{');
		for (const struct json *child = value->first; child; child = child->next) {
			if (value->type == JSON_OBJECT)
				json_write_name(writer, "name");
			write_tree(writer, child);
		}
		json_write_end(writer, value->type == JSON_ARRAY ? ']' : '}');
		break;
	}
}

static void check_tree(struct arena *arena, const struct json *value)
{
	struct strbuf out = STRBUF_INIT;
	struct json_writer writer;
	const struct json *again;

	json_write_init(&writer, &out, 0);
	write_tree(&writer, value);
	if (!utf8_valid(strbuf_slice(&out)) ||
	    json_parse(arena, strbuf_slice(&out), false, NULL, &again, NULL) != STATUS_OK || again->type != value->type ||
	    again->count != value->count)
		abort();
	strbuf_release(&out);
}

/* Walks containers down to a depth, then takes values whole. */
static void walk(struct json_reader *reader, struct arena *arena, int depth)
{
	enum json_type type;
	const struct json *value;
	struct slice name;

	if (!json_reader_peek(reader, &type))
		return;
	if (depth == 0 || (type != JSON_ARRAY && type != JSON_OBJECT)) {
		(void)!json_reader_value(reader, arena, 0, &value, NULL);
		return;
	}
	if (!json_reader_enter(reader, type))
		return;
	while (json_reader_next(reader, &name))
		walk(reader, arena, depth - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct error error;
	const struct json *value;
	/* The first byte chooses the way, so that one corpus serves all. */
	bool relaxed = size && (data[0] & 1);
	int depth = size ? (data[0] >> 1) & 3 : 0;
	struct slice text = { (const char *)data + (size > 0), size ? size - 1 : 0 };

	enum status status = json_parse(&arena, text, relaxed, NULL, &value, &error);
	if (status == STATUS_OK)
		check_tree(&arena, value);

	struct json_reader *reader = json_reader_open_slice(text);
	json_reader_set_relaxed(reader, relaxed);
	walk(reader, &arena, depth);
	bool whole = json_reader_finish(reader, &error) == STATUS_OK;
	json_reader_free(reader);
	if (status == STATUS_OK && !whole)
		abort();
	arena_release(&arena);
	return 0;
}
