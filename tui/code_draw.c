/* Code on the screen: gutter, colours, what was flagged or found, wrapped lines. */
#include <inttypes.h>

#include "core/base/utf8.h"
#include "tui/code_view.h"
#include "tui/text_run.h"

#define SPANS_MAX 256  /* of a line; what comes behind is drawn plain */
#define UNDERLINES_MAX 16 /* likewise */
#define MESSAGE_COLUMNS_MIN 16 /* less of a message says nothing */

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

/* Bytes of a line, [start, end). */
struct byte_range {
	size_t start, end;
};

/* Where the code point of a column (from 1) begins; the end where the line has fewer. */
static size_t column_at(struct slice line, int64_t column)
{
	size_t at = 0;

	while (column > 1 && at < line.len_bytes) {
		uint32_t code_point;
		at += utf8_decode(line.at + at, line.len_bytes - at, &code_point, NULL);
		column--;
	}
	return at;
}

/* The end of the word that begins there; of one character if it is no word. */
static size_t word_end(struct slice line, size_t at)
{
	size_t start = at;

	while (at < line.len_bytes && (line.at[at] == '_' || (line.at[at] & 0x80) || (line.at[at] >= '0' && line.at[at] <= '9') ||
				       ((line.at[at] | 0x20) >= 'a' && (line.at[at] | 0x20) <= 'z')))
		at++;
	return at > start || at == line.len_bytes ? at : at + 1;
}

/* The flagged columns of a line. A flag that names lines alone underlines nothing. */
static size_t underlines_of(const struct code_view *view, int64_t number, struct slice line, struct byte_range out[UNDERLINES_MAX])
{
	size_t count = 0;

	if (line.len_bytes > CODE_WRAP_BYTES)
		line.len_bytes = CODE_WRAP_BYTES;
	for (size_t i = 0; i < view->marks.len && count < UNDERLINES_MAX; i++) {
		const struct code_mark *mark = &view->marks.items[i];
		struct byte_range range = { 0, line.len_bytes };
		if (!mark->start_column || number < mark->first || number > mark->last)
			continue;
		if (number == mark->first)
			range.start = column_at(line, mark->start_column);
		else
			while (range.start < line.len_bytes && (line.at[range.start] == ' ' || line.at[range.start] == '\t'))
				range.start++;
		if (number == mark->last)
			range.end = mark->end_column ? column_at(line, mark->end_column) :
				    mark->first == mark->last ? word_end(line, range.start) : line.len_bytes;
		if (range.start < range.end)
			out[count++] = range;
	}
	return count;
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
	const char *line; /* where it starts; of its bytes … */
	const struct byte_range *underlines; /* … these are underlined */
	size_t underline_count;
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

static void draw_plain(struct drawing *to, enum style style, struct slice run)
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

/* Where the run at a byte of the line changes from being underlined or not; whether it is. */
static size_t next_change(const struct drawing *to, size_t at, size_t end, bool *is)
{
	*is = false;
	for (size_t i = 0; i < to->underline_count; i++) {
		const struct byte_range *range = &to->underlines[i];
		*is |= at >= range->start && at < range->end;
		if (range->start > at && range->start < end)
			end = range->start;
		if (range->end > at && range->end < end)
			end = range->end;
	}
	return end;
}

static void draw_run(struct drawing *to, enum style style, struct slice run)
{
	size_t at = run.at ? (size_t)(run.at - to->line) : 0, end = at + run.len_bytes;

	while (at < end && to->column < to->left + to->area.columns) {
		long column = to->column;
		bool is;
		size_t change = next_change(to, at, end, &is);
		draw_plain(to, style, (struct slice){ to->line + at, change - at });
		if (is)
			surface_underline(to->surface, to->area, to->row, column - to->left, to->column - to->left);
		at = change;
	}
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

/* What the flags say that begin on the line, behind it. */
static void draw_messages(const struct drawing *to, int64_t number)
{
	static const enum style styles[LEVEL_COUNT] = { STYLE_MUTED, STYLE_NOTE, STYLE_WARNING, STYLE_ERROR };
	long column = to->column - to->left + 3;

	for (size_t i = 0; i < to->view->marks.len && column + MESSAGE_COLUMNS_MIN < to->area.columns; i++) {
		const struct code_mark *mark = &to->view->marks.items[i];
		if (mark->first != number || !mark->message || column < 0)
			continue;
		column += surface_puts(to->surface, to->area, to->row, (int)column, STYLE_MUTED, to->ascii ? "<- " : "← ");
		column += text_first_line(to->surface, to->area, to->row, (int)column, to->area.columns - (int)column - 1,
					  styles[mark->level < LEVEL_COUNT ? mark->level : LEVEL_NONE], mark->message) + 3;
	}
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

/* "┄┄┄┄ 143 lines folded (x) ┄┄┄", across the code. */
static void draw_fold(const struct fold *fold, struct surface *surface, struct area area, int row, bool ascii)
{
	char key[16], text[80];
	int len = snprintf(text, sizeof(text), " %zu lines folded (%s) ", fold->count, action_key(ACTION_ID_fold, key));

	for (int column = 0; column < area.columns && !surface->no_lines; column++)
		surface_puts(surface, area, row, column, STYLE_FRAME, ascii ? "-" : "┄");
	surface_puts(surface, area, row, area.columns > len + 4 ? 4 : 0, STYLE_NOTE, text);
}

/* Before a line. */
static struct lexer_state state_at(const struct code_view *view, size_t line)
{
	struct lexer_state state = LEXER_START;

	if (line / CODE_STATE_EVERY < view->states.len)
		state = view->states.items[line / CODE_STATE_EVERY];
	for (size_t i = line - line % CODE_STATE_EVERY; i < line && view->language; i++)
		lexer_line(view->language, &state, code_view_line(view, i), NULL, 0);
	return state;
}

void code_view_view(const struct code_view *view, struct surface *surface, struct area area, bool ascii)
{
	size_t count = code_view_line_count(view), skip = view->top_row;
	struct lexer_state state;
	struct token_span spans[SPANS_MAX];
	struct area gutter;
	int row = 0;

	if (!count || area.rows <= 0)
		return;
	gutter = area_left(&area, code_view_gutter(view));
	state = state_at(view, view->top);
	for (size_t index = view->top; row < area.rows && index < count; index = code_view_next(view, index)) {
		const struct fold *fold = code_view_folded(view, index);
		if (fold) {
			draw_fold(fold, surface, area, row++, ascii);
			state = state_at(view, fold->first + fold->count);
			skip = 0;
			continue;
		}
		struct slice line = code_view_line(view, index);
		size_t span_count = view->language ? lexer_line(view->language, &state, line, spans, SPANS_MAX) : 0;
		struct byte_range underlines[UNDERLINES_MAX];
		size_t underline_count = underlines_of(view, view->first_line + (int64_t)index, line, underlines);
		struct drawing to = { view, surface, area, row, view->left, 0, ascii, line.at, underlines, underline_count };
		int rows = 1;
		if (view->wrap) {
			rows = draw_wrapped(to, line, skip, spans, span_count);
		} else {
			draw_line(&to, line, 0, line.len_bytes, spans, span_count);
			draw_messages(&to, view->first_line + (int64_t)index);
		}
		draw_gutter(view, surface, gutter, row, view->first_line + (int64_t)index, ascii);
		for (int i = 0; i < rows && view->selecting && index == view->cursor; i++)
			surface_select_row(surface, area, row + i);
		row += rows;
		skip = 0;
	}
}
