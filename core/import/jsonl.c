/*
 * JSON Lines: each line that is not blank is an object, each object a row. A line that
 * cannot be taken is rejected and the next one is read.
 */
#include <string.h>

#include "core/import/importers.h"
#include "core/import/lines.h"
#include "core/import/rows.h"

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

	/* JSON in one line of any length looks the same: there the name is asked. */
	head = import_skip_mark(head);
	if (is_blank(head))
		return file && named_as_lines(file) ? 50 : 0;
	while (head.len_bytes && lines < LOOKED_AT) {
		const char *end = memchr(head.at, '\n', head.len_bytes);
		struct slice line = { head.at, end ? (size_t)(end - head.at) : head.len_bytes };
		if (!end && !whole_file) {
			/* The line goes on behind the head: only its start can be judged. */
			if (lines)
				return first_is_object ? 90 : 40;
			if (is_blank(line) || line.at[0] != '{')
				return 0;
			return file && named_as_lines(file) ? 75 : 30;
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

/* ---- lines ----------------------------------------------------------------------- */

static enum status take_line(struct rows *rows, const struct line *line, const struct extent *at, struct error *err)
{
	struct record *record = rows_begin(rows);
	struct error fault;
	const struct json *value;
	size_t replaced = 0;
	char reason[sizeof(fault.text) + 64];

	if (line->too_long)
		return rows_reject(rows, at, "the line is longer than 16 MiB", err);
	if (json_parse(&record->arena, line->text, true, &replaced, &value, &fault) != STATUS_OK) {
		json_fault_reason(reason, sizeof(reason), &fault, "the line");
		return rows_reject(rows, at, reason, err);
	}
	if (value->type != JSON_OBJECT)
		return rows_reject_type(rows, at, value, err);
	return rows_take(rows, at, value, replaced, err);
}

static enum status take_lines(struct rows *rows, struct import_sink *sink, struct line_reader *reader, struct error *err)
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
		struct extent at = { line.offset_bytes, line_reader_offset(reader) - line.offset_bytes };
		status = take_line(rows, &line, &at, err);
		if (status == STATUS_OK)
			status = sink->advance(sink, line_reader_offset(reader), err);
		if (status != STATUS_OK)
			return status;
	}
	return status;
}

enum status jsonl_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct line_reader *reader = line_reader_open(source->fd, RECORD_BYTES_MAX);
	struct rows *rows = rows_open(source, sink, "line");

	enum status status = rows_close(rows, take_lines(rows, sink, reader, err), err);
	line_reader_free(reader);
	return status;
}
