#include "tui/code_view.h"

#include <inttypes.h>

#include "tui/text_run.h"

#define STATE_EVERY 64
#define SPANS_MAX 256  /* of a line; what comes behind is drawn plain */
#define SIDE_STEP 8
#define WHEEL_ROWS 3
#define LINE_NUMBER_MAX INT64_C(1000000000000) /* what goes beyond is nonsense, and too wide */

void code_view_init(struct code_view *view)
{
	*view = (struct code_view){ .first_line = 1, .rows = 1 };
}

void code_view_release(struct code_view *view)
{
	vec_release(&view->starts);
	vec_release(&view->states);
	vec_release(&view->marks);
	vec_release(&view->noted);
	vec_release(&view->found.list);
}

/* Without its line feed, nor the CR of a CRLF. */
static struct slice line_of(const struct code_view *view, size_t index)
{
	size_t start = view->starts.items[index];
	size_t end = index + 1 < view->starts.len ? view->starts.items[index + 1] - 1 : view->text.len_bytes;

	if (index + 1 < view->starts.len && end > start && view->text.at[end - 1] == '\r')
		end--;
	return (struct slice){ view->text.at + start, end - start };
}

static void find_lines(struct code_view *view)
{
	const char *at = view->text.at, *end = at ? at + view->text.len_bytes : NULL;

	vec_clear(&view->starts);
	while (at && at < end) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		vec_push(&view->starts, (size_t)(at - view->text.at));
		if (!feed)
			return;
		at = feed + 1;
	}
	/* So that line_of() finds the last line's end: an empty line behind a final line feed is not shown. */
	if (view->starts.len)
		vec_push(&view->starts, view->text.len_bytes);
}

static size_t line_count(const struct code_view *view)
{
	size_t count = view->starts.len;

	return count && view->starts.items[count - 1] == view->text.len_bytes ? count - 1 : count;
}

static void find_states(struct code_view *view)
{
	struct lexer_state state = LEXER_START;
	size_t count = line_count(view);

	vec_clear(&view->states);
	for (size_t i = 0; i < count; i++) {
		if (i % STATE_EVERY == 0)
			vec_push(&view->states, state);
		if (view->language)
			lexer_line(view->language, &state, line_of(view, i), NULL, 0);
	}
}

static void scroll_to(struct code_view *view, long top)
{
	long count = (long)line_count(view), last = count > view->rows ? count - view->rows : 0;

	view->top = top < 0 ? 0 : top > last ? (size_t)last : (size_t)top;
}

/* The cursor of a selection, which stays in view. */
static void move_cursor(struct code_view *view, long step)
{
	long count = (long)line_count(view), to = (long)view->cursor + step, top = (long)view->top;

	to = to < 0 ? 0 : to >= count ? count - 1 : to;
	view->cursor = to < 0 ? 0 : (size_t)to;
	if (to < top)
		scroll_to(view, to);
	else if (to >= top + view->rows)
		scroll_to(view, to - view->rows + 1);
}

/* The heaviest mark on a line; NULL: none. */
static const struct code_mark *mark_of(const struct code_view *view, int64_t number)
{
	const struct code_mark *heaviest = NULL;

	for (size_t i = 0; i < view->marks.len; i++) {
		const struct code_mark *mark = &view->marks.items[i];
		if (number >= mark->first && number <= mark->last && (!heaviest || mark->level > heaviest->level))
			heaviest = mark;
	}
	return heaviest;
}

/* The first mark a third down, with what stands before it in view. */
static void reveal_mark(struct code_view *view)
{
	int64_t first = 0;

	for (size_t i = 0; i < view->marks.len; i++)
		if (view->marks.items[i].first >= view->first_line && (!first || view->marks.items[i].first < first))
			first = view->marks.items[i].first;
	if (!first || first - view->first_line >= (int64_t)line_count(view))
		scroll_to(view, 0);
	else if (first - view->first_line < view->rows)
		scroll_to(view, 0);
	else
		scroll_to(view, (long)(first - view->first_line) - view->rows / 3);
}

void code_view_open(struct code_view *view, struct slice text, const struct language *language,
		    int64_t first_line, const struct code_mark *marks, size_t mark_count)
{
	view->text = text;
	view->language = language;
	view->first_line = first_line > 0 && first_line < LINE_NUMBER_MAX ? first_line : 1;
	view->left = 0;
	vec_clear(&view->marks);
	vec_clear(&view->noted);
	view->selecting = false;
	vec_clear(&view->found.list);
	for (size_t i = 0; i < mark_count; i++)
		vec_push(&view->marks, marks[i]);
	find_lines(view);
	find_states(view);
	reveal_mark(view);
}

/* The line of a byte of the text. */
static size_t line_at(const struct code_view *view, size_t at)
{
	size_t low = 0, high = line_count(view);

	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;
		if (view->starts.items[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void code_view_find(struct code_view *view, const struct query *query)
{
	vec_clear(&view->found.list);
	if (query)
		query_spans(query, view->text, &view->found);
	/* What is flagged is shown in any case; else the first place found. */
	if (view->found.list.len && !view->marks.len) {
		size_t line = line_at(view, view->found.list.items[0].start);
		if (line >= view->top + (size_t)view->rows)
			scroll_to(view, (long)line - view->rows / 3);
	}
}

void code_view_resize(struct code_view *view, int rows)
{
	if (rows < 1)
		rows = 1;
	if (rows == view->rows)
		return;
	view->rows = rows;
	scroll_to(view, (long)view->top);
	if (!view->top)
		reveal_mark(view);
}

void code_view_note(struct code_view *view, const struct code_range *ranges, size_t count)
{
	vec_clear(&view->noted);
	for (size_t i = 0; i < count; i++)
		vec_push(&view->noted, ranges[i]);
}

/* ---- selecting lines ------------------------------------------------------------------ */

void code_view_select(struct code_view *view, bool on)
{
	size_t count = line_count(view);

	view->selecting = on && count;
	if (!view->selecting)
		return;
	view->cursor = view->top;
	for (size_t i = view->top; i < count && i < view->top + (size_t)view->rows; i++)
		if (mark_of(view, view->first_line + (int64_t)i)) {
			view->cursor = i;
			break;
		}
	view->anchor = view->cursor;
}

void code_view_swap_ends(struct code_view *view)
{
	size_t cursor = view->cursor;

	view->cursor = view->anchor;
	view->anchor = cursor;
	move_cursor(view, 0);
}

bool code_view_selected(const struct code_view *view, int64_t *first, int64_t *last)
{
	size_t from = view->anchor < view->cursor ? view->anchor : view->cursor;
	size_t to = view->anchor < view->cursor ? view->cursor : view->anchor;

	*first = view->selecting ? view->first_line + (int64_t)from : 0;
	*last = view->selecting ? view->first_line + (int64_t)to : 0;
	return view->selecting;
}

/* ---- movement -------------------------------------------------------------------------- */

static void move(struct code_view *view, long step)
{
	if (view->selecting)
		move_cursor(view, step);
	else
		scroll_to(view, (long)view->top + step);
}

bool code_view_action(struct code_view *view, enum action action)
{
	long page = view->rows > 1 ? view->rows - 1 : 1, all = (long)line_count(view);

	switch (action) {
	case ACTION_ID_down:
		move(view, 1);
		return true;
	case ACTION_ID_up:
		move(view, -1);
		return true;
	case ACTION_ID_half_down:
		move(view, (page + 1) / 2);
		return true;
	case ACTION_ID_half_up:
		move(view, -(page + 1) / 2);
		return true;
	case ACTION_ID_page_down:
		move(view, page);
		return true;
	case ACTION_ID_page_up:
		move(view, -page);
		return true;
	case ACTION_ID_first:
		move(view, -all);
		return true;
	case ACTION_ID_last:
		move(view, all);
		return true;
	case ACTION_ID_left:
		view->left = view->left > SIDE_STEP ? view->left - SIDE_STEP : 0;
		return true;
	case ACTION_ID_right:
		view->left += SIDE_STEP;
		return true;
	default:
		return false;
	}
}

bool code_view_wheel(struct code_view *view, const struct key *key)
{
	if (key->code != INPUT_MOUSE || (key->mouse != MOUSE_WHEEL_UP && key->mouse != MOUSE_WHEEL_DOWN))
		return false;
	scroll_to(view, (long)view->top + (key->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS));
	return true;
}

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
	long column;
};

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
		text_run(to->surface, to->area, to->row, view->left, &to->column, style,
			 (struct slice){ view->text.at + at, start - at });
		text_run(to->surface, to->area, to->row, view->left, &to->column, STYLE_FOUND,
			 (struct slice){ view->text.at + start, stop - start });
		at = stop;
	}
}

static void draw_line(struct drawing *to, struct slice line, const struct token_span *spans, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		draw_piece(to, STYLE_TEXT, (struct slice){ line.at + at, spans[i].start - at });
		draw_piece(to, token_style(spans[i].token), (struct slice){ line.at + spans[i].start, spans[i].len });
		at = spans[i].start + spans[i].len;
	}
	draw_piece(to, STYLE_TEXT, (struct slice){ line.at + at, line.len_bytes - at });
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
	const struct code_mark *mark = mark_of(view, number);
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
	size_t count = line_count(view);
	struct lexer_state state = LEXER_START;
	struct token_span spans[SPANS_MAX];
	struct area gutter;
	int digits = number_columns(view->first_line + (int64_t)count);

	if (!count || area.rows <= 0)
		return;
	gutter = area_left(&area, (digits < 3 ? 3 : digits) + 3);
	if (view->top / STATE_EVERY < view->states.len)
		state = view->states.items[view->top / STATE_EVERY];
	for (size_t i = view->top - view->top % STATE_EVERY; i < view->top && view->language; i++)
		lexer_line(view->language, &state, line_of(view, i), NULL, 0);
	for (int row = 0; row < area.rows && view->top + (size_t)row < count; row++) {
		size_t index = view->top + (size_t)row, span_count = 0;
		struct slice line = line_of(view, index);
		if (view->language)
			span_count = lexer_line(view->language, &state, line, spans, SPANS_MAX);
		draw_gutter(view, surface, gutter, row, view->first_line + (int64_t)index, ascii);
		draw_line(&(struct drawing){ view, surface, area, row, 0 }, line, spans, span_count);
		if (view->selecting && index == view->cursor)
			surface_select_row(surface, area, row);
	}
}
