#include "tui/draft_view.h"

#include <stdio.h>
#include <string.h>

#include "tui/text_run.h"

#define BESIDE_COLUMNS 100
#define COLUMNS_MAX 96 /* longer lines are hard to read */
#define INDENT 2
#define SIDE_STEP 8

void draft_view_init(struct draft_view *view)
{
	*view = (struct draft_view){ .columns = 80 };
	arena_init(&view->arena);
	list_init(&view->list);
	pane_init(&view->document);
}

void draft_view_release(struct draft_view *view)
{
	arena_release(&view->arena);
	pane_release(&view->document);
}

/* ---- where things are ----------------------------------------------------------------- */

struct places {
	struct area state, text, between, document; /* without columns where it is not to be seen */
};

static bool has_room(const struct draft_view *view, int columns)
{
	return columns >= BESIDE_COLUMNS && !view->one_column;
}

bool draft_view_is_beside(const struct draft_view *view)
{
	return !view->reads && has_room(view, view->columns);
}

static struct places places_of(const struct draft_view *view, struct area area)
{
	struct places places = { .state = area_top(&area, 1) };
	int half = area.columns / 2;

	places.text = places.document = area;
	if (draft_view_is_beside(view)) {
		places.text = area_left(&places.document, half < COLUMNS_MAX + INDENT + 1 ? half : COLUMNS_MAX + INDENT + 1);
		places.between = area_left(&places.document, 1);
	} else if (view->reads) {
		places.text.columns = 0;
	} else {
		places.document.columns = 0;
	}
	area_left(&places.text, 1);
	area_left(&places.document, 1);
	return places;
}

static int bounded(int columns)
{
	return columns < COLUMNS_MAX ? columns : COLUMNS_MAX;
}

struct draft_widths draft_view_widths(const struct draft_view *view, int columns)
{
	struct draft_view as = { .reads = view->reads, .one_column = view->one_column, .columns = columns };
	struct places places = places_of(&as, (struct area){ 0, 0, 2, columns });
	int whole = bounded(columns - 2);

	return (struct draft_widths){ places.text.columns ? bounded(places.text.columns - INDENT - 1) : whole - INDENT,
				      places.document.columns ? bounded(places.document.columns - 1) : whole };
}

/* ---- the document follows the cursor --------------------------------------------------- */

/* What is at hand is read at the height of the cursor; the document's head stands before all text. */
static void follow(struct draft_view *view)
{
	if (!view->list.selected)
		pane_scroll(&view->document, 0);
	else
		pane_scroll(&view->document, (long)view->rows[view->list.selected].place - (long)(view->list.selected - view->list.top));
}

/* The first row that is read there, or last above. */
static size_t row_at(const struct draft_view *view, size_t place)
{
	size_t best = 0;

	for (size_t i = 0; i < view->list.count; i++)
		if (view->rows[i].place <= place && view->rows[i].place > view->rows[best].place)
			best = i;
	return best;
}

/* The cursor goes to where the document is. */
static void follow_back(struct draft_view *view)
{
	if (view->list.count && (view->rows[view->list.selected].place < view->document.top ||
				 view->rows[view->list.selected].place >= view->document.top + (size_t)view->document.rows))
		list_select(&view->list, row_at(view, view->document.top));
}

/* ---- taking ---------------------------------------------------------------------------- */

static bool same_section(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The row of that line, or the last before it in its section; of its title, if that is what is sought. */
static size_t row_of(const struct draft_view *view, const char *section, size_t line, bool is_title)
{
	size_t best = 0;

	for (size_t i = 0; i < view->list.count; i++)
		if (same_section(view->rows[i].section, section) && view->rows[i].kind != DRAFT_ROW_BLANK &&
		    (view->rows[i].kind == DRAFT_ROW_SECTION || (!is_title && view->rows[i].line <= line && !view->rows[i].goes_on &&
								 view->rows[i].kind != DRAFT_ROW_FINDING)))
			best = i;
	return best;
}

/* How many rows belong to that one besides: the rest of its line, its findings, the blank below. */
static size_t rows_behind(const struct draft_view *view, size_t first)
{
	size_t count = 0;

	for (size_t i = first + 1; i < view->list.count && same_section(view->rows[i].section, view->rows[first].section) &&
				   (view->rows[i].goes_on || view->rows[i].kind == DRAFT_ROW_FINDING || view->rows[i].kind == DRAFT_ROW_BLANK);
	     i++)
		count++;
	return count;
}

/* The row that has the cursor's line in its place: from here counted, one is where one was. */
static size_t line_of(const struct draft_view *view, size_t row)
{
	while (row > 0 && (view->rows[row].goes_on || view->rows[row].kind == DRAFT_ROW_FINDING ||
			   view->rows[row].kind == DRAFT_ROW_BLANK) &&
	       same_section(view->rows[row - 1].section, view->rows[row].section))
		row--;
	return row;
}

void draft_view_take(struct draft_view *view, struct answer *answer)
{
	struct arena old = view->arena;
	bool had = view->list.count > 0;
	size_t selected = view->list.selected, below_top = selected - view->list.top, first = had ? line_of(view, selected) : 0;
	const char *section = had ? view->rows[first].section : NULL;
	size_t line = had ? view->rows[first].line : 0;
	bool is_title = had && view->rows[first].kind == DRAFT_ROW_SECTION;

	pane_clear(&view->document);
	pane_rich(&view->document, &answer->rich);
	view->rows = answer->draft_rows;
	view->state = answer->message;
	view->arena = answer_take_arena(answer);
	list_set_count(&view->list, answer->draft_row_count);
	if (had && view->list.count) {
		size_t behind = selected - first, most;
		selected = row_of(view, section, line, is_title);
		most = rows_behind(view, selected);
		selected += behind < most ? behind : most;
		view->list.top = selected > below_top ? selected - below_top : 0;
		list_select(&view->list, selected);
	}
	arena_release(&old);
	pane_resize(&view->document, view->document.rows);
	if (!view->reads)
		follow(view);
}

void draft_view_clear(struct draft_view *view)
{
	pane_clear(&view->document);
	list_set_count(&view->list, 0);
	view->state = NULL;
}

void draft_view_resize(struct draft_view *view, int rows, int columns)
{
	bool changed = rows - 1 != view->document.rows || columns != view->columns;

	view->columns = columns;
	list_resize(&view->list, rows - 1);
	pane_resize(&view->document, rows - 1);
	if (changed && !view->reads)
		follow(view);
}

/* ---- events ---------------------------------------------------------------------------- */

void draft_view_turn(struct draft_view *view)
{
	view->reads = !view->reads;
	if (view->reads)
		follow(view);
	else
		follow_back(view);
}

bool draft_view_action(struct draft_view *view, enum action action)
{
	if (view->reads)
		return pane_action(&view->document, action);
	if (action == ACTION_ID_left || action == ACTION_ID_right) {
		view->left += action == ACTION_ID_right ? SIDE_STEP : -SIDE_STEP;
		view->left = view->left < 0 ? 0 : view->left;
		return true;
	}
	if (!list_action(&view->list, action))
		return false;
	follow(view);
	return true;
}

bool draft_view_mouse(struct draft_view *view, const struct key *key, struct area area, bool *opened)
{
	struct places places = places_of(view, area);
	size_t line = view->document.top + (size_t)(key->row > places.document.row ? key->row - places.document.row : 0);

	if (area_holds(places.text, key->row, key->column)) {
		list_mouse(&view->list, key, places.text, opened);
		follow(view);
		return true;
	}
	if (pane_wheel(&view->document, key))
		return true;
	/* The document stays: it is what was clicked on. */
	if (area_holds(places.document, key->row, key->column) && key->mouse != MOUSE_RELEASE && line < view->document.lines.len &&
	    view->list.count)
		list_select(&view->list, row_at(view, line));
	return true;
}

const struct draft_row *draft_view_row(const struct draft_view *view)
{
	return view->list.count && !view->reads ? &view->rows[view->list.selected] : NULL;
}

/* ---- drawing ---------------------------------------------------------------------------- */

static enum style level_style(enum level level)
{
	return level == LEVEL_ERROR ? STYLE_ERROR : level == LEVEL_WARNING ? STYLE_WARNING : STYLE_NOTE;
}

static void draw_title(const struct draft_row *row, struct surface *surface, struct area line)
{
	char count[40];
	int used, room = line.columns;

	snprintf(count, sizeof(count), "! %s: %zu", level_word(row->level), row->findings);
	if (row->findings)
		room -= (int)strlen(count) + 3;
	used = surface_fit(surface, line, 0, 0, room, STYLE_TITLE, row->text.at);
	if (row->findings)
		surface_puts(surface, line, 0, used + 2, level_style(row->level), count);
}

static void draw_row(const struct draft_view *view, const struct draft_row *row, struct surface *surface, struct area line)
{
	struct area inner = line;
	long column = 0;

	if (row->kind == DRAFT_ROW_SECTION) {
		draw_title(row, surface, line);
		return;
	}
	area_left(&inner, INDENT);
	switch (row->kind) {
	case DRAFT_ROW_CODE:
		text_run(surface, inner, 0, view->left, &column, STYLE_CODE_STRING, row->text);
		break;
	case DRAFT_ROW_FINDING:
		if (!row->goes_on)
			surface_puts(surface, line, 0, 0, level_style(row->level), "!");
		text_run(surface, inner, 0, 0, &column, level_style(row->level), row->text);
		break;
	default:
		text_run(surface, inner, 0, 0, &column, row->kind == DRAFT_ROW_EMPTY ? STYLE_MUTED : STYLE_TEXT, row->text);
		break;
	}
}

static void draw_text(const struct draft_view *view, struct surface *surface, struct area area)
{
	for (int row = 0; row < area.rows && view->list.top + (size_t)row < view->list.count; row++) {
		size_t index = view->list.top + (size_t)row;
		draw_row(view, &view->rows[index], surface, (struct area){ area.row + row, area.column, 1, area.columns });
		if (index == view->list.selected)
			surface_select_row(surface, area, row);
	}
}

/* Where the row at hand is read. */
static void draw_mark(const struct draft_view *view, struct surface *surface, struct area between)
{
	size_t place = view->list.count ? view->rows[view->list.selected].place : 0;

	surface_vline(surface, between, 0, STYLE_FRAME);
	if (view->list.count && place >= view->document.top && place < view->document.top + (size_t)between.rows)
		surface_puts(surface, between, (int)(place - view->document.top), 0, STYLE_KEY, ">");
}

/* How far the review is, and what can be done here. */
static void draw_state(const struct draft_view *view, struct surface *surface, struct area line)
{
	static const struct {
		enum action action;
		const char *what;
	} hints[] = { { ACTION_ID_preview, "document" }, { ACTION_ID_item_open, "edit section" },
		      { ACTION_ID_revisions, "revisions" }, { ACTION_ID_item_status, "step of the review" } };
	int column = 1;

	if (!view->state)
		return;
	column += surface_fit(surface, line, 0, column, line.columns - 2, STYLE_MUTED, view->state) + 2;
	for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
		char key[16];
		const char *name = action_key(hints[i].action, key);
		const char *what = view->reads && hints[i].action == ACTION_ID_preview ? "text" : hints[i].what;
		if (view->reads && hints[i].action == ACTION_ID_item_open) /* the document has no section at hand */
			continue;
		if (!name[0] || column + (int)(strlen(name) + strlen(what)) + 2 > line.columns)
			continue;
		column += surface_puts(surface, line, 0, column, STYLE_KEY, name) + 1;
		column += surface_puts(surface, line, 0, column, STYLE_MUTED, what) + 2;
	}
}

void draft_view_view(const struct draft_view *view, struct surface *surface, struct area area)
{
	struct places places = places_of(view, area);

	draw_state(view, surface, places.state);
	if (places.text.columns)
		draw_text(view, surface, places.text);
	if (places.between.columns)
		draw_mark(view, surface, places.between);
	if (places.document.columns)
		pane_view(&view->document, surface, places.document);
}
