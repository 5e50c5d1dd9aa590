#include "tui/diff_view.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/utf8.h"
#include "tui/code_view.h"
#include "tui/text_run.h"

#define BESIDE_COLUMNS 100 /* of the view: half of it holds a line of code */
#define SIDE_STEP 8
#define WHEEL_ROWS 3
#define WORDS_MAX 400      /* of a line that are compared; longer ones differ as a whole */
#define PAIRS_MAX 4096     /* of lines that are tried beside one another */
#define NUMBER_COLUMNS 6

void diff_view_init(struct diff_view *view)
{
	*view = (struct diff_view){ .height = 1, .columns = 80, .old_first_line = 1, .new_first_line = 1 };
}

void diff_view_release(struct diff_view *view)
{
	vec_release(&view->old_lines);
	vec_release(&view->new_lines);
	vec_release(&view->rows);
	vec_release(&view->turns);
}

/* ---- comparing --------------------------------------------------------------------- */

static bool same_slice(struct slice a, struct slice b)
{
	return a.len_bytes == b.len_bytes && (!a.len_bytes || memcmp(a.at, b.at, a.len_bytes) == 0);
}

static bool same_line(const void *context, size_t old_at, size_t new_at)
{
	const struct diff_view *view = context;

	return same_slice(view->old_lines.items[old_at], view->new_lines.items[new_at]);
}

/* How alike two lines are: bytes that both begin and end with. */
static size_t likeness(struct slice a, struct slice b)
{
	size_t less = a.len_bytes < b.len_bytes ? a.len_bytes : b.len_bytes, start = 0, end = 0;

	while (start < less && a.at[start] == b.at[start])
		start++;
	while (end < less - start && a.at[a.len_bytes - end - 1] == b.at[b.len_bytes - end - 1])
		end++;
	return start + end;
}

/* Of blocks of different length: by how much the shorter one is shifted to stand beside what
 * it is most like. */
static size_t shift_of(const struct diff_view *view, const struct diff_piece *removed, const struct diff_piece *added)
{
	bool old_is_short = removed->count < added->count;
	size_t few = old_is_short ? removed->count : added->count, many = old_is_short ? added->count : removed->count;
	size_t best = 0, shift = 0;

	for (size_t by = 0; few * (many - few + 1) <= PAIRS_MAX && by + few <= many; by++) {
		size_t alike = 0;
		for (size_t i = 0; i < few; i++)
			alike += likeness(view->old_lines.items[removed->old_at + i + (old_is_short ? 0 : by)],
					  view->new_lines.items[added->new_at + i + (old_is_short ? by : 0)]);
		if (alike > best) {
			best = alike;
			shift = by;
		}
	}
	return shift;
}

/* The rows of a difference: what was replaced stands beside what replaces it. */
static void add_changed(struct diff_view *view, const struct diff_piece *removed, const struct diff_piece *added)
{
	size_t old_count = removed ? removed->count : 0, new_count = added ? added->count : 0;
	size_t shift = removed && added ? shift_of(view, removed, added) : 0;
	size_t old_shift = old_count < new_count ? shift : 0, new_shift = old_count < new_count ? 0 : shift;

	for (size_t i = 0; i < old_count || i < new_count; i++) {
		size_t old_at = i - old_shift, new_at = i - new_shift; /* before its first line: beyond all lines */
		vec_push(&view->rows, ((struct diff_row){ old_at < old_count ? removed->old_at + old_at : DIFF_NO_LINE,
							  new_at < new_count ? added->new_at + new_at : DIFF_NO_LINE, false }));
	}
	view->removed += old_count;
	view->added += new_count;
}

static void compare(struct diff_view *view)
{
	struct diff diff = { VEC_INIT };

	diff_make(&diff, view->old_lines.len, view->new_lines.len, same_line, view);
	for (size_t i = 0; i < diff.pieces.len; i++) {
		const struct diff_piece *piece = &diff.pieces.items[i];
		const struct diff_piece *next = i + 1 < diff.pieces.len ? piece + 1 : NULL;
		if (piece->kind == DIFF_SAME) {
			for (size_t k = 0; k < piece->count; k++)
				vec_push(&view->rows, ((struct diff_row){ piece->old_at + k, piece->new_at + k, true }));
		} else if (piece->kind == DIFF_REMOVED && next && next->kind == DIFF_ADDED) {
			add_changed(view, piece, next);
			i++;
		} else {
			add_changed(view, piece->kind == DIFF_REMOVED ? piece : NULL, piece->kind == DIFF_ADDED ? piece : NULL);
		}
	}
	diff_release(&diff);
}

/* ---- movement ------------------------------------------------------------------------ */

static bool is_beside(const struct diff_view *view)
{
	return view->columns >= BESIDE_COLUMNS;
}

static size_t row_count(const struct diff_view *view)
{
	return is_beside(view) ? view->rows.len : view->turns.len;
}

static void scroll_to(struct diff_view *view, long top)
{
	long count = (long)row_count(view), last = count > view->height ? count - view->height : 0;

	view->top = top < 0 ? 0 : top > last ? (size_t)last : (size_t)top;
}

static void lay_in_turn(struct diff_view *view)
{
	vec_clear(&view->turns);
	for (size_t at = 0, end; at < view->rows.len; at = end) {
		end = at + 1;
		if (view->rows.items[at].same) {
			vec_push(&view->turns, ((struct diff_turn){ at, false }));
			continue;
		}
		while (end < view->rows.len && !view->rows.items[end].same)
			end++;
		for (int is_new = 0; is_new <= 1; is_new++)
			for (size_t i = at; i < end; i++)
				if ((is_new ? view->rows.items[i].new_line : view->rows.items[i].old_line) != DIFF_NO_LINE)
					vec_push(&view->turns, ((struct diff_turn){ i, is_new }));
	}
}

/* Of a line that ended in CRLF. */
static struct slice without_return(struct slice line)
{
	line.len_bytes -= line.len_bytes && line.at[line.len_bytes - 1] == '\r';
	return line;
}

/* The first difference, with some of what stands before it. */
static void go_to_first(struct diff_view *view)
{
	size_t first = 0;

	while (first < view->rows.len && view->rows.items[first].same)
		first++; /* so far both lists are alike */
	scroll_to(view, first < view->rows.len ? (long)first - 3 : 0);
}

void diff_view_open(struct diff_view *view, struct slice old_text, int64_t old_first_line, struct slice new_text)
{
	struct slice line;

	view->new_first_line = 1;
	view->old_first_line = old_first_line > 0 && old_first_line < CODE_LINE_MAX ? old_first_line : 1;
	view->removed = view->added = 0;
	view->left = 0;
	vec_clear(&view->rows);
	vec_clear(&view->old_lines);
	vec_clear(&view->new_lines);
	while (slice_next_line(&old_text, &line))
		vec_push(&view->old_lines, without_return(line));
	while (slice_next_line(&new_text, &line))
		vec_push(&view->new_lines, without_return(line));
	compare(view);
	lay_in_turn(view);
	go_to_first(view);
}

int diff_view_text_columns(int columns)
{
	return (columns >= BESIDE_COLUMNS ? columns / 2 : columns) - NUMBER_COLUMNS - 2;
}

void diff_view_resize(struct diff_view *view, int rows, int columns)
{
	bool was_beside = is_beside(view);

	view->height = rows > 1 ? rows - 1 : 1; /* a row is the heading's */
	view->columns = columns;
	if (was_beside != is_beside(view))
		go_to_first(view);
	else
		scroll_to(view, (long)view->top);
}

bool diff_view_action(struct diff_view *view, enum action action)
{
	long top = (long)view->top, page = view->height > 1 ? view->height - 1 : 1;

	switch (action) {
	case ACTION_ID_down:
		scroll_to(view, top + 1);
		return true;
	case ACTION_ID_up:
		scroll_to(view, top - 1);
		return true;
	case ACTION_ID_half_down:
		scroll_to(view, top + (page + 1) / 2);
		return true;
	case ACTION_ID_half_up:
		scroll_to(view, top - (page + 1) / 2);
		return true;
	case ACTION_ID_page_down:
		scroll_to(view, top + page);
		return true;
	case ACTION_ID_page_up:
		scroll_to(view, top - page);
		return true;
	case ACTION_ID_first:
		scroll_to(view, 0);
		return true;
	case ACTION_ID_last:
		scroll_to(view, (long)row_count(view));
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

void diff_view_page(const struct diff_view *view, struct strbuf *out)
{
	for (size_t i = 0; i < view->turns.len; i++) {
		const struct diff_turn *turn = &view->turns.items[i];
		const struct diff_row *row = &view->rows.items[turn->row];
		struct slice line = turn->is_new ? view->new_lines.items[row->new_line] : view->old_lines.items[row->old_line];
		strbuf_addch(out, row->same ? ' ' : turn->is_new ? '+' : '-');
		line = without_return(line);
		strbuf_add(out, line.at, line.len_bytes);
		strbuf_addch(out, '\n');
	}
}

bool diff_view_wheel(struct diff_view *view, const struct key *key)
{
	if (key->code != INPUT_MOUSE || (key->mouse != MOUSE_WHEEL_UP && key->mouse != MOUSE_WHEEL_DOWN))
		return false;
	scroll_to(view, (long)view->top + (key->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS));
	return true;
}

/* ---- words ----------------------------------------------------------------------------- */

struct words {
	struct slice of[WORDS_MAX];
	size_t count;
};

static bool is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

/* Words, runs of blanks, and other characters one by one; false: there are too many. */
static bool split(struct slice line, struct words *words)
{
	words->count = 0;
	for (size_t at = 0; at < line.len_bytes;) {
		size_t start = at++;
		unsigned char c = (unsigned char)line.at[start];
		while (at < line.len_bytes && ((is_word(c) && is_word((unsigned char)line.at[at])) ||
					       ((c == ' ' || c == '\t') && line.at[at] == (char)c)))
			at++;
		if (words->count == WORDS_MAX)
			return false;
		words->of[words->count++] = (struct slice){ line.at + start, at - start };
	}
	return true;
}

struct word_pair {
	struct words old_words, new_words;
};

static bool same_word(const void *context, size_t old_at, size_t new_at)
{
	const struct word_pair *pair = context;

	return same_slice(pair->old_words.of[old_at], pair->new_words.of[new_at]);
}

/* Whether a third of their bytes is the same. */
static bool is_alike(const struct diff *diff, const struct word_pair *pair)
{
	size_t same = 0, all = 0;

	for (size_t i = 0; i < pair->old_words.count; i++)
		all += pair->old_words.of[i].len_bytes;
	for (size_t i = 0; i < pair->new_words.count; i++)
		all += pair->new_words.of[i].len_bytes;
	for (size_t i = 0; i < diff->pieces.len; i++)
		for (size_t k = 0; diff->pieces.items[i].kind == DIFF_SAME && k < diff->pieces.items[i].count; k++)
			same += 2 * pair->old_words.of[diff->pieces.items[i].old_at + k].len_bytes;
	return same * 3 >= all;
}

/* ---- drawing ------------------------------------------------------------------------------ */

/* One text's half of a row. */
struct half {
	const struct diff_view *view;
	struct surface *surface;
	struct area area;
	int row;
};

static void draw_head(const struct half *to, char sign, enum style style, int64_t number)
{
	surface_printf(to->surface, to->area, to->row, 0, STYLE_LINE_NUMBER, "%*" PRId64, NUMBER_COLUMNS - 1, number);
	surface_printf(to->surface, to->area, to->row, NUMBER_COLUMNS, style, "%c", sign);
}

static struct area text_area(struct area area)
{
	area_left(&area, NUMBER_COLUMNS + 2);
	return area;
}

static void draw_text(const struct half *to, long *column, enum style style, struct slice text)
{
	text_run(to->surface, text_area(to->area), to->row, to->view->left, column, style, text);
}

/* The line, its words marked where they are not in the other one. */
static void draw_words(const struct half *to, struct slice line, struct slice other, bool is_new)
{
	static struct word_pair pair; /* too large for the stack; the screen is drawn by one thread */
	enum style plain = is_new ? STYLE_DIFF_ADD : STYLE_DIFF_DEL, marked = is_new ? STYLE_DIFF_ADD_WORD : STYLE_DIFF_DEL_WORD;
	struct diff diff = { VEC_INIT };
	long column = 0;

	if (!split(is_new ? other : line, &pair.old_words) || !split(is_new ? line : other, &pair.new_words)) {
		draw_text(to, &column, plain, line);
		return;
	}
	diff_make(&diff, pair.old_words.count, pair.new_words.count, same_word, &pair);
	if (!is_alike(&diff, &pair)) /* marks on nearly all of it would say nothing */
		marked = plain;
	for (size_t i = 0; i < diff.pieces.len; i++) {
		const struct diff_piece *piece = &diff.pieces.items[i];
		const struct slice *words = is_new ? pair.new_words.of + piece->new_at : pair.old_words.of + piece->old_at;
		if (piece->kind == (is_new ? DIFF_REMOVED : DIFF_ADDED))
			continue;
		for (size_t k = 0; k < piece->count; k++)
			draw_text(to, &column, piece->kind == DIFF_SAME ? plain : marked, words[k]);
	}
	diff_release(&diff);
}

static void draw_half(const struct half *to, const struct diff_row *row, bool is_new)
{
	const struct diff_view *view = to->view;
	size_t at = is_new ? row->new_line : row->old_line;
	struct slice line;
	long column = 0;

	if (at == DIFF_NO_LINE)
		return;
	line = is_new ? view->new_lines.items[at] : view->old_lines.items[at];
	draw_head(to, row->same ? ' ' : is_new ? '+' : '-', is_new ? STYLE_DIFF_ADD : STYLE_DIFF_DEL,
		  (is_new ? view->new_first_line : view->old_first_line) + (int64_t)at);
	if (row->same)
		draw_text(to, &column, STYLE_TEXT, line);
	else if (row->old_line == DIFF_NO_LINE || row->new_line == DIFF_NO_LINE)
		draw_text(to, &column, is_new ? STYLE_DIFF_ADD : STYLE_DIFF_DEL, line);
	else
		draw_words(to, line, is_new ? view->old_lines.items[row->old_line] : view->new_lines.items[row->new_line], is_new);
}

static void draw_beside(const struct diff_view *view, struct surface *surface, struct area area)
{
	struct area right = area, left = area_left(&right, area.columns / 2);

	for (int row = 0; row < area.rows && view->top + (size_t)row < view->rows.len; row++) {
		const struct diff_row *is = &view->rows.items[view->top + (size_t)row];
		draw_half(&(struct half){ view, surface, left, row }, is, false);
		draw_half(&(struct half){ view, surface, right, row }, is, true);
	}
}

static void draw_in_turn(const struct diff_view *view, struct surface *surface, struct area area)
{
	for (int row = 0; row < area.rows && view->top + (size_t)row < view->turns.len; row++) {
		const struct diff_turn *turn = &view->turns.items[view->top + (size_t)row];
		draw_half(&(struct half){ view, surface, area, row }, &view->rows.items[turn->row], turn->is_new);
	}
}

void diff_view_view(const struct diff_view *view, struct surface *surface, struct area area, const char *old_title,
		    const char *new_title)
{
	struct area head = area_top(&area, 1);
	int right = is_beside(view) ? area.columns / 2 : 2 + utf8_text_columns(slice_of(old_title)) + 14;

	surface_printf(surface, head, 0, 1, STYLE_DIFF_DEL, "- %s (%zu)", old_title, view->removed);
	surface_printf(surface, head, 0, right + 1, STYLE_DIFF_ADD, "+ %s (%zu)", new_title, view->added);
	if (!view->removed && !view->added)
		surface_puts(surface, head, 0, area.columns - 12, STYLE_MUTED, "no change");
	if (is_beside(view))
		draw_beside(view, surface, area);
	else
		draw_in_turn(view, surface, area);
}
