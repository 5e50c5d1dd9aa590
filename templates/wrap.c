#include "templates/wrap.h"

#include <limits.h>

#include "core/base/utf8.h"
#include "core/base/vec.h"

#define TAB_COLUMNS 4

/* One grapheme cluster. */
struct cell {
	const char *at;
	size_t len_bytes;
	enum rich_style style;
	int columns;
};

struct wrapper {
	struct arena *arena;
	int width;
	bool keep_blanks;
	VEC_OF(struct cell) cells;          /* of the line being filled */
	int columns;
	size_t break_at;                    /* cells before the last place to break; 0: none */
	VEC_OF(struct rich_span) spans;
	VEC_OF(struct wrapped_line) lines;
	struct strbuf text;
};

static bool is_blank(const struct cell *cell)
{
	return cell->len_bytes == 1 && *cell->at == ' ';
}

static void push_span(struct wrapper *w, enum rich_style style)
{
	struct rich_span span = { style, arena_text(w->arena, strbuf_slice(&w->text)) };

	vec_push(&w->spans, span);
	strbuf_clear(&w->text);
}

/* The first `count` cells are a line; the rest starts the next one. */
static void end_line(struct wrapper *w, size_t count)
{
	struct wrapped_line line = { 0 };
	struct rich_span *spans;
	size_t shown = count, rest = count;

	while (!w->keep_blanks && shown > 0 && is_blank(&w->cells.items[shown - 1]))
		shown--;
	vec_clear(&w->spans);
	for (size_t i = 0; i < shown; i++) {
		const struct cell *cell = &w->cells.items[i];

		if (i > 0 && cell->style != w->cells.items[i - 1].style)
			push_span(w, w->cells.items[i - 1].style);
		strbuf_add(&w->text, cell->at, cell->len_bytes);
		line.columns += cell->columns;
	}
	if (shown > 0)
		push_span(w, w->cells.items[shown - 1].style);
	spans = arena_array(w->arena, w->spans.len ? w->spans.len : 1, sizeof(*spans));
	if (w->spans.len)
		memcpy(spans, w->spans.items, w->spans.len * sizeof(*spans));
	line.spans = spans;
	line.count = w->spans.len;
	vec_push(&w->lines, line);

	while (!w->keep_blanks && rest < w->cells.len && is_blank(&w->cells.items[rest]))
		rest++;
	w->columns = 0;
	for (size_t i = rest; i < w->cells.len; i++) {
		w->cells.items[i - rest] = w->cells.items[i];
		w->columns += w->cells.items[i].columns;
	}
	w->cells.len -= rest;
	w->break_at = 0;
}

static void add_cell(struct wrapper *w, struct cell cell)
{
	static const char unshowable[] = "?";

	if (cell.columns > w->width) {
		cell.at = unshowable;
		cell.len_bytes = 1;
		cell.columns = 1;
	}
	if (is_blank(&cell) && !w->keep_blanks && w->cells.len == 0)
		return;
	if (w->columns + cell.columns > w->width && w->cells.len > 0) {
		if (is_blank(&cell) && !w->keep_blanks) {
			end_line(w, w->cells.len);
			return;
		}
		/* Before a wide character is a place to break. */
		end_line(w, w->break_at && !w->keep_blanks && cell.columns != 2 ? w->break_at : w->cells.len);
	}
	vec_push(&w->cells, cell);
	w->columns += cell.columns;
	if (is_blank(&cell) || cell.columns == 2)
		w->break_at = w->cells.len;
}

static void add_blanks(struct wrapper *w, enum rich_style style, int count)
{
	while (count--)
		add_cell(w, (struct cell){ " ", 1, style, 1 });
}

static struct cell next_cell(struct slice text, size_t at, enum rich_style style)
{
	unsigned char c = (unsigned char)text.at[at];
	unsigned char next = at + 1 < text.len_bytes ? (unsigned char)text.at[at + 1] : 0;
	struct cell cell = { text.at + at, 1, style, 1 };

	if (c >= 0x20 && c < 0x7f && next < 0x80)
		return cell;
	cell.len_bytes = utf8_grapheme_end(text, at) - at;
	cell.columns = utf8_text_columns((struct slice){ cell.at, cell.len_bytes });
	return cell;
}

void wrap_runs(struct arena *arena, const struct text_run *runs, size_t count, int width_columns,
	       bool keep_blanks, struct wrapped *out)
{
	struct wrapper w = { .arena = arena, .width = width_columns < 1 ? 1 : width_columns,
			     .keep_blanks = keep_blanks, .cells = VEC_INIT, .spans = VEC_INIT,
			     .lines = VEC_INIT, .text = STRBUF_INIT };

	for (size_t i = 0; i < count; i++) {
		struct slice text = runs[i].text;

		for (size_t at = 0; at < text.len_bytes;) {
			struct cell cell;

			if (text.at[at] == '\n') {
				end_line(&w, w.cells.len);
				at++;
				continue;
			}
			if (text.at[at] == '\t') {
				add_blanks(&w, runs[i].style, TAB_COLUMNS - w.columns % TAB_COLUMNS);
				at++;
				continue;
			}
			cell = next_cell(text, at, runs[i].style);
			at += cell.len_bytes;
			add_cell(&w, cell);
		}
	}
	if (w.cells.len || !w.lines.len)
		end_line(&w, w.cells.len);
	out->count = w.lines.len;
	out->lines = arena_array(arena, w.lines.len, sizeof(*out->lines));
	memcpy(out->lines, w.lines.items, w.lines.len * sizeof(*out->lines));
	vec_release(&w.cells);
	vec_release(&w.spans);
	vec_release(&w.lines);
	strbuf_release(&w.text);
}

int wrap_columns(const struct text_run *runs, size_t count)
{
	int columns = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t at = 0; at < runs[i].text.len_bytes && columns < INT_MAX / 2;) {
			struct cell cell = next_cell(runs[i].text, at, RICH_PLAIN);

			columns += cell.columns > 0 ? cell.columns : 0;
			at += cell.len_bytes;
		}
	return columns;
}
