#include "tui/code_view.h"

#include "core/base/utf8.h"
#include "tui/text_run.h"

#define SIDE_STEP 8
#define WHEEL_ROWS 3

void code_view_init(struct code_view *view)
{
	*view = (struct code_view){ .first_line = 1, .rows = 1, .columns = 80 };
}

void code_view_release(struct code_view *view)
{
	vec_release(&view->starts);
	vec_release(&view->states);
	vec_release(&view->marks);
	vec_release(&view->noted);
	vec_release(&view->found.list);
	vec_release(&view->folds.list);
}

struct slice code_view_line(const struct code_view *view, size_t index)
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
	/* So that code_view_line() finds the last line's end: an empty line behind a final line feed is not shown. */
	if (view->starts.len)
		vec_push(&view->starts, view->text.len_bytes);
}

size_t code_view_line_count(const struct code_view *view)
{
	size_t count = view->starts.len;

	return count && view->starts.items[count - 1] == view->text.len_bytes ? count - 1 : count;
}

static void find_states(struct code_view *view)
{
	struct lexer_state state = LEXER_START;
	size_t count = code_view_line_count(view);

	vec_clear(&view->states);
	for (size_t i = 0; i < count; i++) {
		if (i % CODE_STATE_EVERY == 0)
			vec_push(&view->states, state);
		if (view->language)
			lexer_line(view->language, &state, code_view_line(view, i), NULL, 0);
	}
}

/* ---- folds, and wrapped lines -------------------------------------------------------- */

const struct fold *code_view_folded(const struct code_view *view, size_t index)
{
	const struct fold *fold = folds_at(&view->folds, index);

	return fold && !fold->open ? fold : NULL;
}

/* The line that is shown where this one is: itself, or the one that its fold's row stands for. */
static size_t shown_line(const struct code_view *view, size_t index)
{
	const struct fold *fold = code_view_folded(view, index);

	return fold ? fold->first : index;
}

size_t code_view_next(const struct code_view *view, size_t index)
{
	const struct fold *fold = code_view_folded(view, index);

	return fold ? fold->first + fold->count : index + 1;
}

/* Rows are no lines: they have to be counted. */
static bool is_uneven(const struct code_view *view)
{
	return view->wrap || view->folds.list.len;
}

/* Columns of the text: what code_view_view() leaves beside the gutter. */
static int text_columns(const struct code_view *view)
{
	int columns = view->columns - code_view_gutter(view);

	return columns > 1 ? columns : 1;
}

size_t code_view_row_end(struct slice line, size_t at, int columns)
{
	long column = 0;
	size_t start = at;

	while (at < line.len_bytes) {
		uint32_t code_point;
		bool valid;
		char mark[16];
		size_t len = utf8_decode(line.at + at, line.len_bytes - at, &code_point, &valid);
		int width = code_point == '\t' ? (int)(TAB_COLUMNS - column % TAB_COLUMNS) : valid ? utf8_columns(code_point) : 1;
		if (width < 0)
			width = (int)utf8_mark(code_point, mark);
		if (column + width > columns && at > start)
			break;
		column += width;
		at += len;
	}
	return at;
}

/* Rows that a line takes. */
static size_t rows_of(const struct code_view *view, size_t index)
{
	struct slice line = code_view_line(view, index);
	int columns = text_columns(view);
	size_t rows = 1;

	if (!view->wrap || code_view_folded(view, index))
		return 1;
	if (line.len_bytes > CODE_WRAP_BYTES)
		line.len_bytes = CODE_WRAP_BYTES;
	for (size_t at = code_view_row_end(line, 0, columns); at < line.len_bytes; rows++)
		at = code_view_row_end(line, at, columns);
	return rows;
}

/* One row down or up; false at the end. */
static bool step_row(struct code_view *view, bool down)
{
	size_t count = code_view_line_count(view);

	if (down && view->top_row + 1 < rows_of(view, view->top)) {
		view->top_row++;
	} else if (down && code_view_next(view, view->top) < count) {
		view->top = code_view_next(view, view->top);
		view->top_row = 0;
	} else if (!down && view->top_row) {
		view->top_row--;
	} else if (!down && view->top) {
		view->top = shown_line(view, view->top - 1);
		view->top_row = rows_of(view, view->top) - 1;
	} else {
		return false;
	}
	return true;
}

/* The last screen is full: no row behind the last one is shown as long as there are rows before. */
static void fill_screen(struct code_view *view)
{
	size_t count = code_view_line_count(view), rows = 0;

	for (size_t i = view->top; i < count && rows < (size_t)view->rows + view->top_row; i = code_view_next(view, i))
		rows += rows_of(view, i);
	for (rows -= view->top_row < rows ? view->top_row : rows; rows < (size_t)view->rows; rows++)
		if (!step_row(view, false))
			break;
}

static void scroll_to(struct code_view *view, long top)
{
	long count = (long)code_view_line_count(view), last = count > view->rows ? count - view->rows : 0;

	view->top_row = 0;
	if (is_uneven(view)) {
		view->top = shown_line(view, top < 0 || !count ? 0 : top >= count ? (size_t)count - 1 : (size_t)top);
		if (count)
			fill_screen(view);
		return;
	}
	view->top = top < 0 ? 0 : top > last ? (size_t)last : (size_t)top;
}

static void scroll_rows(struct code_view *view, long step)
{
	if (!is_uneven(view) || !code_view_line_count(view)) {
		scroll_to(view, (long)view->top + step);
		return;
	}
	for (; step > 0 && step_row(view, true); step--)
		continue;
	for (; step < 0 && step_row(view, false); step++)
		continue;
	fill_screen(view);
}

/* The line, in view: its fold is opened. */
static void reveal_line(struct code_view *view, size_t line)
{
	struct fold *fold = folds_at(&view->folds, line);
	size_t rows = 0;

	if (fold)
		fold->open = true;
	if (line < view->top || (line == view->top && view->top_row)) {
		scroll_to(view, (long)line);
		return;
	}
	if (!is_uneven(view)) {
		if (line >= view->top + (size_t)view->rows)
			scroll_to(view, (long)line - view->rows + 1);
		return;
	}
	for (size_t i = line, below = line; i >= view->top; i = shown_line(view, i - 1)) {
		rows += rows_of(view, i);
		if (rows > (size_t)view->rows) {
			scroll_to(view, (long)below);
			return;
		}
		if (i == 0)
			return;
		below = i;
	}
}

/* The cursor of a selection, which stays in view. */
static void move_cursor(struct code_view *view, long step)
{
	long count = (long)code_view_line_count(view), to = (long)view->cursor + step;

	to = to < 0 ? 0 : to >= count ? count - 1 : to;
	view->cursor = to < 0 ? 0 : (size_t)to;
	reveal_line(view, view->cursor);
}

const struct code_mark *code_view_mark(const struct code_view *view, int64_t number)
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
	if (!first || first - view->first_line >= (int64_t)code_view_line_count(view))
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
	view->first_line = first_line > 0 && first_line < CODE_LINE_MAX ? first_line : 1;
	view->left = 0;
	vec_clear(&view->marks);
	vec_clear(&view->noted);
	vec_clear(&view->folds.list);
	view->selecting = false;
	view->searched = false;
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
	size_t low = 0, high = code_view_line_count(view);

	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;
		if (view->starts.items[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The line of the span at hand in view, and where lines are cut, its place on it. */
static void reveal_found(struct code_view *view)
{
	size_t start = view->found.list.items[view->found_at].start, line = line_at(view, start);
	struct slice before = { view->text.at + view->starts.items[line], start - view->starts.items[line] };
	long column;

	reveal_line(view, line);
	if (view->wrap || before.len_bytes > CODE_WRAP_BYTES)
		return;
	column = utf8_text_columns(before); /* tabs make it more, which is still in view */
	if (column < view->left || column + SIDE_STEP > view->left + text_columns(view))
		view->left = column > text_columns(view) / 2 ? column - text_columns(view) / 2 : 0;
}

size_t code_view_search(struct code_view *view, const struct query *query)
{
	vec_clear(&view->found.list);
	view->searched = true;
	view->found_at = 0;
	query_spans(query, view->text, &view->found);
	while (view->found_at + 1 < view->found.list.len &&
	       line_at(view, view->found.list.items[view->found_at].start) < view->top)
		view->found_at++;
	if (view->found.list.len)
		reveal_found(view);
	return view->found.list.len;
}

void code_view_find(struct code_view *view, const struct query *query)
{
	vec_clear(&view->found.list);
	view->searched = false;
	if (query)
		query_spans(query, view->text, &view->found);
	/* What is flagged is shown in any case; else the first place found. */
	if (view->found.list.len && !view->marks.len) {
		size_t line = line_at(view, view->found.list.items[0].start);
		if (folds_at(&view->folds, line))
			reveal_line(view, line);
		if (line >= view->top + (size_t)view->rows)
			scroll_to(view, (long)line - view->rows / 3);
	}
}

void code_view_show(struct code_view *view, bool wrap, bool blanks)
{
	view->blanks = blanks;
	if (wrap == view->wrap)
		return;
	view->wrap = wrap;
	view->left = 0;
	scroll_to(view, (long)view->top);
}

bool code_view_step(struct code_view *view, int step)
{
	size_t count = view->found.list.len, next = view->found_at + (size_t)step;
	bool wraps = step > 0 ? view->found_at + 1 >= count : view->found_at == 0;

	if (!count)
		return false;
	view->found_at = step ? (wraps ? (step > 0 ? 0 : count - 1) : next) : view->found_at;
	reveal_found(view);
	return !wraps;
}

void code_view_resize(struct code_view *view, int rows, int columns)
{
	if (rows < 1)
		rows = 1;
	if (rows == view->rows && columns == view->columns)
		return;
	view->rows = rows;
	view->columns = columns;
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

/* ---- folding ------------------------------------------------------------------------ */

void code_view_fold(struct code_view *view)
{
	folds_find(view->text, &view->folds);
	for (size_t i = 0; i < view->marks.len; i++) {
		int64_t first = view->marks.items[i].first - view->first_line, last = view->marks.items[i].last - view->first_line;
		for (size_t f = 0; f < view->folds.list.len; f++) {
			struct fold *fold = &view->folds.list.items[f];
			fold->open |= first < (int64_t)(fold->first + fold->count) && last >= (int64_t)fold->first;
		}
	}
	reveal_mark(view);
}

static void turn(struct code_view *view, struct fold *fold, bool open)
{
	fold->open = open;
	if (!open && view->top > fold->first && view->top < fold->first + fold->count)
		view->top = fold->first;
	scroll_to(view, (long)view->top);
}

/* The first fold that has a row in view and is open or not. */
static struct fold *fold_in_view(const struct code_view *view, bool open)
{
	size_t line = view->top, count = code_view_line_count(view), rows = 0;

	for (; line < count && rows < (size_t)view->rows; line = code_view_next(view, line)) {
		struct fold *fold = folds_at(&view->folds, line);
		if (fold && fold->open == open)
			return fold;
		rows += rows_of(view, line);
	}
	return NULL;
}

bool code_view_fold_one(struct code_view *view)
{
	struct fold *fold;

	if (view->selecting) {
		fold = folds_at(&view->folds, view->cursor);
		if (fold)
			reveal_line(view, view->cursor); /* what is selected is seen */
		return fold != NULL;
	}
	fold = fold_in_view(view, false);
	if (fold) {
		turn(view, fold, true);
		return true;
	}
	fold = fold_in_view(view, true);
	if (fold)
		turn(view, fold, false);
	return fold != NULL;
}

bool code_view_fold_all(struct code_view *view)
{
	bool open = false;

	for (size_t i = 0; i < view->folds.list.len; i++)
		open |= !view->folds.list.items[i].open;
	for (size_t i = 0; i < view->folds.list.len; i++)
		turn(view, &view->folds.list.items[i], open || view->selecting);
	return view->folds.list.len > 0;
}

/* ---- selecting lines ------------------------------------------------------------------ */

void code_view_select(struct code_view *view, bool on)
{
	size_t count = code_view_line_count(view);

	view->selecting = on && count;
	if (!view->selecting)
		return;
	view->cursor = view->top;
	for (size_t i = view->top; i < count && i < view->top + (size_t)view->rows; i = code_view_next(view, i))
		if (code_view_mark(view, view->first_line + (int64_t)i)) {
			view->cursor = i;
			break;
		}
	view->anchor = view->cursor;
	reveal_line(view, view->cursor);
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
		scroll_rows(view, step);
}

bool code_view_action(struct code_view *view, enum action action)
{
	long page = view->rows > 1 ? view->rows - 1 : 1, all = (long)code_view_line_count(view);

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
	case ACTION_ID_last:
		if (view->selecting)
			move_cursor(view, action == ACTION_ID_last ? all : -all);
		else
			scroll_to(view, action == ACTION_ID_last ? all : 0);
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
	scroll_rows(view, key->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS);
	return true;
}
