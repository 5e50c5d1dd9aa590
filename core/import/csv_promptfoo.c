#include "core/import/csv_promptfoo.h"

#include <string.h>

#include "core/base/utf8.h"

/* Without a mark at its start a header is a prompt only behind a provider. */
static bool cut_provider(struct slice *name, struct slice *provider)
{
	const char *end = name->len_bytes > 3 && name->at[0] == '[' ? memchr(name->at, ']', name->len_bytes) : NULL;

	if (!end || (size_t)(end - name->at) + 2 >= name->len_bytes || end[1] != ' ')
		return false;
	*provider = (struct slice){ name->at + 1, (size_t)(end - name->at) - 1 };
	if (!memchr(provider->at, ':', provider->len_bytes))
		return false;
	*name = (struct slice){ end + 2, name->len_bytes - (size_t)(end + 2 - name->at) };
	return true;
}

/* "[PASS] " and its kin: the word, which is cut off; absent: none. */
static struct slice cut_mark(struct slice *cell)
{
	static const char *const marks[] = { "[PASS] ", "[FAIL] ", "[ERROR] " };

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		size_t len = strlen(marks[i]);
		if (cell->len_bytes < len || memcmp(cell->at, marks[i], len) != 0)
			continue;
		struct slice word = { cell->at + 1, len - 3 };
		*cell = (struct slice){ cell->at + len, cell->len_bytes - len };
		return word;
	}
	return (struct slice){ NULL, 0 };
}

static bool is_output(const struct csv_columns *columns, size_t column, struct slice cell)
{
	struct slice name = columns->items[column].name, provider;

	return cut_mark(&cell).at || cut_provider(&name, &provider);
}

bool csv_promptfoo_is(struct csv_promptfoo *self, const struct csv_columns *columns, const struct csv_row *row)
{
	for (size_t i = 0; !self->looked_at && i < row->count && i < columns->count; i++)
		self->is = self->is || is_output(columns, i, row->cells[i]);
	self->looked_at = true;
	return self->is;
}

static void add(struct record *record, struct json *object, const char *name, struct slice text)
{
	struct json *member = arena_alloc(&record->arena, sizeof(*member));

	if (!text.len_bytes && object->count)
		return;
	*member = (struct json){ .type = JSON_STRING, .name = slice_of(name), .text = text, .raw = text, .next = object->first };
	object->first = member;
	object->count++;
}

static enum status take_output(const struct csv_columns *columns, struct rows *rows, const struct extent *at,
			       const struct csv_row *row, size_t column, struct error *err)
{
	struct record *record = rows_begin(rows);
	struct json *object = arena_alloc(&record->arena, sizeof(*object));
	struct slice prompt = columns->items[column].name, provider = { NULL, 0 };
	struct slice output = row->cells[column], word = cut_mark(&output), reason = { NULL, 0 };

	object->type = JSON_OBJECT;
	(void)cut_provider(&prompt, &provider);
	for (size_t i = 0; slice_is(word, "FAIL") && i + 5 <= output.len_bytes && !reason.at; i++) {
		if (memcmp(output.at + i, "\n---\n", 5) != 0)
			continue;
		reason = (struct slice){ output.at, i };
		output = (struct slice){ output.at + i + 5, output.len_bytes - i - 5 };
	}
	add(record, object, "completion", output);
	add(record, object, "prompt", prompt);
	add(record, object, "model", provider);
	add(record, object, "verdict", word);
	add(record, object, "message", reason);
	for (size_t i = 0; i < row->count && i < columns->count; i++)
		if (!is_output(columns, i, row->cells[i]))
			record_add(record, columns->items[i].name.at, utf8_clean(&record->arena, row->cells[i]),
				   CERTAINTY_RECORDED);
	return rows_take(rows, at, object, 0, err);
}

enum status csv_promptfoo_take(const struct csv_columns *columns, struct rows *rows,
			       const struct extent *at, const struct csv_row *row, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < row->count && i < columns->count && status == STATUS_OK; i++)
		if (is_output(columns, i, row->cells[i]))
			status = take_output(columns, rows, at, row, i, err);
	return status;
}
