#include "cli/exposure_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/instant.h"
#include "core/base/utf8.h"
#include "core/import/csv_reader.h"

#define LINE_BYTES_MAX ((size_t)1 << 20)
#define HEAD_BYTES 4096
#define OUTPUTS_MAX ((int64_t)1 << 53) /* what a double holds exactly */

struct places {
	size_t day, outputs, by; /* SIZE_MAX: none */
};

static bool is_named(struct slice cell, const char *name)
{
	return cell.len_bytes == strlen(name) && memcmp(cell.at, name, cell.len_bytes) == 0;
}

static void find_places(const struct csv_row *row, const struct table_key *by, struct places *out)
{
	*out = (struct places){ SIZE_MAX, SIZE_MAX, SIZE_MAX };
	for (size_t i = 0; i < row->count; i++) {
		struct slice cell = row->cells[i];
		if (is_named(cell, "day") || is_named(cell, "date"))
			out->day = i;
		else if (is_named(cell, "outputs") || is_named(cell, "count"))
			out->outputs = i;
		else if (by && (is_named(cell, table_key_word(by)) ||
				(by->facet != FACET_STATUS && is_named(cell, facet_word(by->facet)))))
			out->by = i;
	}
}

static bool read_number(struct slice cell, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < cell.len_bytes; i++) {
		if (cell.at[i] < '0' || cell.at[i] > '9' || *out > OUTPUTS_MAX)
			return false;
		*out = *out * 10 + (cell.at[i] - '0');
	}
	return cell.len_bytes > 0 && *out <= OUTPUTS_MAX;
}

/* One row; its reason where it cannot be used. */
static const char *add_row(struct arena *arena, const struct csv_row *row, const struct places *places,
			   struct table_builder *builder)
{
	struct instant at;
	uint32_t cells[2] = { 0, 0 };
	int64_t outputs;

	if (row->fault != CSV_WHOLE)
		return "a quote is not closed, or the line is too long";
	if (row->count == 1 && row->cells[0].len_bytes == 0)
		return NULL;
	if (row->count <= places->day || row->count <= places->outputs || (places->by != SIZE_MAX && row->count <= places->by))
		return "it has fewer cells than the header";
	if (instant_parse(row->cells[places->day], &at, NULL) != STATUS_OK || at.precision < PRECISION_DAY)
		return "its day cannot be read: 2026-03-04 is wanted";
	if (!read_number(row->cells[places->outputs], &outputs))
		return "its number of outputs is no whole number";
	cells[0] = table_builder_value(builder, 0, instant_text(arena, (struct instant){ at.at_us, PRECISION_DAY }));
	if (places->by != SIZE_MAX && row->cells[places->by].len_bytes)
		cells[1] = table_builder_value(builder, 1, utf8_clean(arena, row->cells[places->by]));
	table_builder_add(builder, cells, outputs);
	return NULL;
}

static enum status read_rows(struct arena *arena, const char *path, struct csv_reader *reader, const struct table_key *by,
			     struct table_builder *builder, struct error *err)
{
	struct places places = { 0, 0, 0 };
	enum status status = STATUS_OK;

	for (int64_t line = 1; status == STATUS_OK; line++) {
		struct csv_row row;
		const char *reason;
		bool found;
		status = csv_reader_next(reader, &row, &found, err);
		if (status != STATUS_OK || !found)
			break;
		if (line > 1) {
			reason = add_row(arena, &row, &places, builder);
			if (reason)
				return error_set(err, STATUS_INPUT, "%s: row %lld: %s", path, (long long)line, reason);
			continue;
		}
		find_places(&row, by, &places);
		if (places.day == SIZE_MAX || places.outputs == SIZE_MAX)
			return error_set(err, STATUS_INPUT, "%s: the first row has to name a column day and a column outputs", path);
		if (by && places.by == SIZE_MAX)
			return error_set(err, STATUS_INPUT, "%s: there is no column %s, which --by asks for", path, table_key_word(by));
	}
	return status;
}

enum status exposure_file_read(struct arena *arena, const char *path, const struct table_key *by, struct table *out,
			       struct error *err)
{
	struct table_key keys[2] = { { FACET_DAY, NULL }, { FACET_STATUS, NULL } };
	char head[HEAD_BYTES];
	struct table_builder *builder;
	struct csv_reader *reader;
	enum status status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);

	if (len < 0) {
		if (fd >= 0)
			close(fd);
		return error_set(err, STATUS_INPUT, "%s: cannot be read", path);
	}
	if (by)
		keys[1] = *by;
	builder = table_builder_new(keys, by ? 2 : 1);
	bool has_mark = len >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0;
	char delimiter = csv_delimiter((struct slice){ head, (size_t)len });
	reader = csv_reader_open(fd, has_mark ? 3 : 0, delimiter ? delimiter : ',', LINE_BYTES_MAX);
	status = read_rows(arena, path, reader, by, builder, err);
	if (status == STATUS_OK)
		table_builder_end(builder, arena, out);
	csv_reader_free(reader);
	table_builder_free(builder);
	close(fd);
	return status;
}
