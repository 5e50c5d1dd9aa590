/* Code on the screen: gutter, colours, what was found, wrapped lines. */
#include <inttypes.h>

#include "tui/code_view.h"
#include "tui/text_run.h"

#define SPANS_MAX 256  /* of a line; what comes behind is drawn plain */

static enum style token_style(enum token_class token)
{
	static const enum style styles[TOKEN_CLASS_COUNT] = {
		[TOKEN_PLAIN] = STYLE_TEXT,
		[TOKEN_COMMENT] = STYLE_CODE_COMMENT,
		[TOKEN_STRING] = STYLE_CODE_STRING,
		[TOKEN_NUMBER] = STYLE_CODE_NUMBER,
		[TOKEN_KEYWORD] = STYLE_CODE_KEYWORD,
		[TOKEN_TYPE] = STYLE_CODE_NUMBER,
		[TOKEN_PUNCT] = STYLE_TEXT,
		[TOKEN_DIFF_ADD] = STYLE_DIFF_ADD,
		[TOKEN_DIFF_DEL] = STYLE_DIFF_DEL,
		[TOKEN_DIFF_HUNK] = STYLE_DIFF_HUNK,
		[TOKEN_DIFF_FILE] = STYLE_TITLE,
	};
	return styles[token];
}

/* The first span found that ends behind a byte of the text. */
static size_t found_from(const struct code_view *view, size_t at)
{
	size_t low = 0, high = view->found.list.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (view->found.list.items[middle].end <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A line being drawn. */
struct drawing {
	const struct code_view *view;
	struct surface *surface;
	struct area area;
	int row;
	long left;   /* column of the line that is shown first */
	long column;
	bool ascii;
};

/* Blanks as signs: what is at the end of a line, or a tab, is seen to be there. */
static void draw_blank(struct drawing *to, char blank)
{
	static const char spaces[TAB_COLUMNS + 1] = "        ";
	int width = blank == '\t' ? (int)(TAB_COLUMNS - to->column % TAB_COLUMNS) : 1;
	const char *sign = blank == '\t' ? (to->ascii ? ">" : "→") : to->ascii ? "." : "·";

	text_run(to->surface, to->area, to->row, to->left, &to->column, STYLE_MUTED, slice_of(sign));
	text_run(to->surface, to->area, to->row, to->left, &to->column, STYLE_MUTED,
		 (struct slice){ spaces, (size_t)width - 1 });
}

static void draw_run(struct drawing *to, enum style style, struct slice run)
{
	size_t at = 0;

	for (size_t i = 0; to->view->blanks && i < run.len_bytes && to->column < to->left + to->area.columns; i++) {
		if (run.at[i] != ' ' && run.at[i] != '\t')
			continue;
		text_run(to->surface, to->area, to->row, to->left, &to->column, style, (struct slice){ run.at + at, i - at });
		draw_blank(to, run.at[i]);
		at = i + 1;
	}
	text_run(to->surface, to->area, to->row, to->left, &to->column, style, (struct slice){ run.at + at, run.len_bytes - at });
}

/* The terminal's cursor stands where the search is. */
static void note_cursor(const struct drawing *to)
{
	long column = to->column - to->left;

	if (column >= 0 && column < to->area.columns)
		surface_cursor(to->surface, to->area, to->row, (int)column);
}

/* A piece of the text in its style, but for what was found in it. */
static void draw_piece(struct drawing *to, enum style style, struct slice piece)
{
	const struct code_view *view = to->view;
	size_t at = (size_t)(piece.at - view->text.at), end = at + piece.len_bytes;

	for (size_t i = found_from(view, at); at < end; i++) {
		bool any = i < view->found.list.len && view->found.list.items[i].start < end;
		size_t start = any ? view->found.list.items[i].start : end, stop = any ? view->found.list.items[i].end : end;
		start = start < at ? at : start;
		stop = stop > end ? end : stop;
		draw_run(to, style, (struct slice){ view->text.at + at, start - at });
		if (any && view->searched && i == view->found_at)
			note_cursor(to);
		draw_run(to, STYLE_FOUND, (struct slice){ view->text.at + start, stop - start });
		at = stop;
	}
}

/* The bytes [at, end) of a line. */
static void draw_line(struct drawing *to, struct slice line, size_t at, size_t end, const struct token_span *spans,
		      size_t count)
{
	for (size_t i = 0; i < count && at < end; i++) {
		size_t start = spans[i].start < at ? at : spans[i].start, stop = spans[i].start + spans[i].len;
		start = start > end ? end : start;
		stop = stop > end ? end : stop;
		if (stop <= at)
			continue;
		draw_piece(to, STYLE_TEXT, (struct slice){ line.at + at, start - at });
		draw_piece(to, token_style(spans[i].token), (struct slice){ line.at + start, stop - start });
		at = stop;
	}
	if (at < end)
		draw_piece(to, STYLE_TEXT, (struct slice){ line.at + at, end - at });
}

/* A line on as many rows as it takes, from its row `skip` on; the rows used. */
static int draw_wrapped(struct drawing to, struct slice line, size_t skip, const struct token_span *spans, size_t count)
{
	size_t all = line.len_bytes, at = 0, end;
	int first = to.row;

	if (line.len_bytes > CODE_WRAP_BYTES)
		line.len_bytes = CODE_WRAP_BYTES;
	do {
		end = code_view_row_end(line, at, to.area.columns);
		if (skip) {
			skip--;
		} else {
			to.column = 0;
			draw_line(&to, line, at, end, spans, count);
			to.row++;
		}
		at = end;
	} while (at < line.len_bytes && to.row < to.area.rows);
	if (at < all && at == line.len_bytes && to.row > first) { /* all that is wrapped of it is shown */
		char more[40];
		int len = snprintf(more, sizeof(more), " +%zu bytes (w)", all - at);
		surface_puts(to.surface, to.area, to.row - 1, to.area.columns > len ? to.area.columns - len : 0, STYLE_MUTED, more);
	}
	return to.row - first;
}

static int number_columns(int64_t number)
{
	int columns = 1;

	while (number >= 10) {
		number /= 10;
		columns++;
	}
	return columns;
}

int code_view_gutter(const struct code_view *view)
{
	int digits = number_columns(view->first_line + (int64_t)code_view_line_count(view));

	return (digits < 3 ? 3 : digits) + 3;
}

static bool is_noted(const struct code_view *view, int64_t number)
{
	for (size_t i = 0; i < view->noted.len; i++)
		if (number >= view->noted.items[i].first && number <= view->noted.items[i].last)
			return true;
	return false;
}

static void draw_gutter(const struct code_view *view, struct surface *surface, struct area gutter, int row,
			int64_t number, bool ascii)
{
	const struct code_mark *mark = code_view_mark(view, number);
	int digits = gutter.columns - 3;
	int64_t first, last;

	surface_printf(surface, gutter, row, 0, mark ? STYLE_FLAGGED : STYLE_LINE_NUMBER, "%*" PRId64, digits, number);
	if (mark)
		surface_puts(surface, gutter, row, digits + 1,
			     mark->level == LEVEL_ERROR ? STYLE_ERROR : STYLE_WARNING, ascii ? ">" : "▶");
	if (is_noted(view, number))
		surface_puts(surface, gutter, row, digits, STYLE_GOOD, ascii ? "|" : "┃");
	if (code_view_selected(view, &first, &last) && number >= first && number <= last)
		surface_select_row(surface, gutter, row);
}

void code_view_view(const struct code_view *view, struct surface *surface, struct area area, bool ascii)
{
	size_t count = code_view_line_count(view), skip = view->top_row;
	struct lexer_state state = LEXER_START;
	struct token_span spans[SPANS_MAX];
	struct area gutter;
	int row = 0;

	if (!count || area.rows <= 0)
		return;
	gutter = area_left(&area, code_view_gutter(view));
	if (view->top / CODE_STATE_EVERY < view->states.len)
		state = view->states.items[view->top / CODE_STATE_EVERY];
	for (size_t i = view->top - view->top % CODE_STATE_EVERY; i < view->top && view->language; i++)
		lexer_line(view->language, &state, code_view_line(view, i), NULL, 0);
	for (size_t index = view->top; row < area.rows && index < count; index++) {
		struct slice line = code_view_line(view, index);
		size_t span_count = view->language ? lexer_line(view->language, &state, line, spans, SPANS_MAX) : 0;
		struct drawing to = { view, surface, area, row, view->left, 0, ascii };
		int rows = 1;
		if (view->wrap)
			rows = draw_wrapped(to, line, skip, spans, span_count);
		else
			draw_line(&to, line, 0, line.len_bytes, spans, span_count);
		draw_gutter(view, surface, gutter, row, view->first_line + (int64_t)index, ascii);
		for (int i = 0; i < rows && view->selecting && index == view->cursor; i++)
			surface_select_row(surface, area, row + i);
		row += rows;
		skip = 0;
	}
}
