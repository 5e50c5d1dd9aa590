/*
 * Tables on the screen: columns side by side while each can have
 * COLUMN_LEAST columns, else a block of "Header: value" lines for each row.
 */
#include <stdint.h>

#include "templates/layout.h"

#define COLUMN_LEAST 8
#define SEPARATOR_COLUMNS 3

struct cell_runs {
	const struct text_run *runs;
	size_t count;
	int columns;  /* in one line */
};

static struct cell_runs read_cell(struct layout *w, struct slice source, bool header)
{
	struct cell_runs cell = { 0 };
	struct text_run *copy;
	struct markdown_tree tree;
	cmark_iter *iter;
	cmark_event_type event;
	size_t skip = strlen(MARKDOWN_CELL_LEAD);

	vec_clear(&w->runs);
	markdown_tree_parse_cell(&tree, w->arena, source, NULL);
	iter = cmark_iter_new(tree.root);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		size_t before = w->runs.len;

		layout_inline(w, event, node);
		if (skip && w->runs.len > before) { /* the lead */
			struct slice *text = &w->runs.items[before].text;

			if (skip > text->len_bytes) /* an empty cell: the parser drops the blank */
				skip = text->len_bytes;
			text->at += skip;
			text->len_bytes -= skip;
			skip = 0;
			if (!text->len_bytes)
				w->runs.len--;
		}
	}
	cmark_iter_free(iter);
	markdown_tree_release(&tree);

	copy = arena_array(w->arena, w->runs.len ? w->runs.len : 1, sizeof(*copy));
	for (size_t i = 0; i < w->runs.len; i++) {
		copy[i] = w->runs.items[i];
		if (header)
			copy[i].style = RICH_STRONG;
	}
	cell = (struct cell_runs){ copy, w->runs.len, wrap_columns(copy, w->runs.len) };
	vec_clear(&w->runs);
	return cell;
}

/* Narrow columns get what they need, the others share the rest. False if a
 * column would get too little to be read. */
static bool share_out(const struct cell_runs *cells, const struct table *table, int width, int *widths)
{
	int left = width - SEPARATOR_COLUMNS * (int)(table->columns - 1);
	size_t open = table->columns;
	bool changed = true;
	int64_t wanted = 0;

	for (size_t c = 0; c < table->columns; c++) {
		widths[c] = 1;
		for (size_t r = 0; r < table->rows; r++)
			if (cells[r * table->columns + c].columns > widths[c])
				widths[c] = cells[r * table->columns + c].columns;
		widths[c] = -widths[c]; /* wanted, not yet given */
	}
	while (open && changed) {
		int share = left / (int)open;

		changed = false;
		for (size_t c = 0; c < table->columns; c++)
			if (widths[c] < 0 && -widths[c] <= share) {
				widths[c] = -widths[c];
				left -= widths[c];
				open--;
				changed = true;
			}
	}
	if (left < (int)open * COLUMN_LEAST)
		return false;
	left -= (int)open * COLUMN_LEAST;
	for (size_t c = 0; c < table->columns; c++)
		if (widths[c] < 0)
			wanted += -widths[c] < 2 * width ? -widths[c] : 2 * width;
	for (size_t c = 0; c < table->columns && open; c++)
		if (widths[c] < 0) { /* the rest by how much each wants, within reason */
			int64_t wants = -widths[c] < 2 * width ? -widths[c] : 2 * width;
			int extra = (int)(left * wants / wanted);

			widths[c] = COLUMN_LEAST + extra;
			wanted -= wants;
			left -= extra;
			open--;
		}
	return left >= 0;
}

static const char *repeated(struct arena *arena, const char *text, int count)
{
	struct strbuf buf = STRBUF_INIT;
	char *result;

	while (count-- > 0)
		strbuf_addstr(&buf, text);
	result = arena_strdup(arena, buf.text);
	strbuf_release(&buf);
	return result;
}

static void put_row(struct layout *w, const struct cell_runs *row, size_t columns, const int *widths)
{
	struct wrapped cells[TABLE_COLUMNS_MAX];
	size_t height = 1;
	VEC_OF(struct rich_span) spans = VEC_INIT;

	for (size_t c = 0; c < columns; c++) {
		wrap_runs(w->arena, row[c].runs, row[c].count, widths[c], false, &cells[c]);
		if (cells[c].count > height)
			height = cells[c].count;
	}
	for (size_t y = 0; y < height; y++) {
		vec_clear(&spans);
		for (size_t c = 0; c < columns; c++) {
			static const struct wrapped_line none = { NULL, 0, 0 };
			const struct wrapped_line *line = y < cells[c].count ? &cells[c].lines[y] : &none;
			struct rich_span pad = { RICH_PLAIN, NULL }, bar = { RICH_RULE, " │ " };

			if (c)
				vec_push(&spans, bar);
			for (size_t i = 0; i < line->count; i++)
				vec_push(&spans, line->spans[i]);
			if (c + 1 < columns && line->columns < widths[c]) {
				pad.text = repeated(w->arena, " ", widths[c] - line->columns);
				vec_push(&spans, pad);
			}
		}
		layout_put_line(w, spans.items, spans.len);
	}
	vec_release(&spans);
}

static void put_delimiter(struct layout *w, size_t columns, const int *widths)
{
	struct strbuf text = STRBUF_INIT;
	struct rich_span span = { RICH_RULE, NULL };

	for (size_t c = 0; c < columns; c++) {
		strbuf_addstr(&text, c ? "─┼─" : "");
		strbuf_addstr(&text, repeated(w->arena, "─", widths[c]));
	}
	span.text = arena_strdup(w->arena, text.text);
	strbuf_release(&text);
	layout_put_line(w, &span, 1);
}

/* Empty cells are left out. */
static void put_stacked(struct layout *w, const struct cell_runs *cells, const struct table *table)
{
	for (size_t r = 1; r < table->rows; r++) {
		if (r > 1)
			layout_put_line(w, NULL, 0);
		for (size_t c = 0; c < table->columns; c++) {
			const struct cell_runs *header = &cells[c], *cell = &cells[r * table->columns + c];
			struct wrapped wrapped;

			if (!cell->count)
				continue;
			vec_clear(&w->runs);
			for (size_t i = 0; i < header->count; i++)
				layout_add_run(w, RICH_STRONG, header->runs[i].text);
			if (header->count)
				layout_add_run(w, RICH_STRONG, slice_of(": "));
			for (size_t i = 0; i < cell->count; i++)
				layout_add_run(w, cell->runs[i].style, cell->runs[i].text);
			wrap_runs(w->arena, w->runs.items, w->runs.len, layout_inner_width(w), false, &wrapped);
			for (size_t i = 0; i < wrapped.count; i++)
				layout_put_line(w, wrapped.lines[i].spans, wrapped.lines[i].count);
		}
	}
	vec_clear(&w->runs);
}

void layout_table(struct layout *w, const struct table *table)
{
	struct cell_runs *cells = arena_array(w->arena, table->rows * table->columns, sizeof(*cells));
	int widths[TABLE_COLUMNS_MAX];
	bool empty_header = true;

	for (size_t i = 0; i < table->rows * table->columns; i++) {
		cells[i] = read_cell(w, table->cells[i], i < table->columns);
		if (i < table->columns && cells[i].columns > 0)
			empty_header = false;
	}
	layout_gap(w);
	if (!share_out(cells, table, layout_inner_width(w), widths)) {
		put_stacked(w, cells, table);
		return;
	}
	for (size_t r = empty_header ? 1 : 0; r < table->rows; r++) {
		put_row(w, cells + r * table->columns, table->columns, widths);
		if (r == 0)
			put_delimiter(w, table->columns, widths);
	}
}
