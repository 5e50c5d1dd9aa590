#include "tui/app_state.h"
#include "tui/footer.h"
#include "tui/text_run.h"

#include "core/base/utf8.h"

static const char *crumb_of(const struct screen *screen)
{
	return screen->ops->crumb ? screen->ops->crumb(screen) : NULL;
}

/* The first crumb from which on all fit into `room` columns; the last one is always shown. */
static size_t first_crumb(const struct app *app, int room)
{
	size_t first = app->stack.len;

	while (first > 0) {
		const char *crumb = crumb_of(app->stack.items[first - 1]);
		room -= crumb ? utf8_text_columns(slice_of(crumb)) + 3 : 0;
		if (room < 0 && first < app->stack.len)
			break;
		first--;
	}
	return first;
}

/* "store › Queue › Sample", the status of the top screen at the right. */
static void draw_header(const struct app *app, struct surface *surface, struct area line)
{
	const char *between = app_sign(app, " › ", " > ");
	struct strbuf status = STRBUF_INIT;
	const struct screen *shown = app_top(app);
	int width, column = 1, room;

	surface_fill(surface, line, STYLE_BAR, ' ');
	while (shown && shown->ops->overlay && !shown->ops->status)
		shown = shown->below;
	if (app->options.blind)
		strbuf_addstr(&status, app_sign(app, "blind · ", "blind - "));
	if (shown && shown->ops->status)
		shown->ops->status(shown, app, &status);
	width = utf8_text_columns(strbuf_slice(&status));
	column += surface_fit(surface, line, 0, column, line.columns / 3, STYLE_BAR, app->options.store_name);
	room = line.columns - width - column - 3;
	for (size_t i = first_crumb(app, room); i < app->stack.len; i++) {
		const char *crumb = crumb_of(app->stack.items[i]);
		room = line.columns - width - column - 6;
		if (!crumb || room < 4)
			continue;
		column += surface_puts(surface, line, 0, column, STYLE_BAR, between);
		column += surface_fit(surface, line, 0, column, room, STYLE_BAR, crumb);
	}
	room = line.columns - column - 3;
	if (width > room)
		width = room;
	if (width > 0)
		surface_fit(surface, line, 0, line.columns - width - 1, width, STYLE_BAR, status.text);
	strbuf_release(&status);
}

#define ERROR_ROWS 4

/* An error that is longer than the line, as one that tells two versions, takes rows above it until the next key. */
static void draw_error(const char *text, struct surface *surface, struct area line)
{
	struct slice rest = slice_of(text), pieces[ERROR_ROWS];
	int rows = 0, most = line.row - 2 < ERROR_ROWS ? line.row - 2 : ERROR_ROWS;

	while (rest.len_bytes && (rows == 0 || rows < most)) {
		size_t take = rows + 1 < most ? text_fitting(rest, line.columns - 2) : rest.len_bytes;
		pieces[rows++] = (struct slice){ rest.at, take };
		rest = (struct slice){ rest.at + take, rest.len_bytes - take };
	}
	for (int i = 0; i < rows; i++) {
		struct area row = { line.row - rows + 1 + i, line.column, 1, line.columns };
		struct strbuf piece = STRBUF_INIT;
		strbuf_add(&piece, pieces[i].at, pieces[i].len_bytes);
		surface_fill(surface, row, STYLE_TEXT, ' ');
		surface_fit(surface, row, 0, 1, row.columns - 1, STYLE_ERROR, piece.text);
		strbuf_release(&piece);
	}
}

static void draw_last_line(const struct app *app, struct surface *surface, struct area line)
{
	if (app->waiting && !(app->message.len_bytes && app->message_is_error))
		surface_fit(surface, line, 0, 1, line.columns - 1, STYLE_WARNING,
			    "waiting for another process that writes to the store (an import, perhaps); nothing is lost");
	else if (app->message.len_bytes && app->message_is_error)
		draw_error(app->message.text, surface, line);
	else if (app->message.len_bytes)
		surface_fit(surface, line, 0, 1, line.columns - 1, STYLE_GOOD, app->message.text);
	else if (app_top(app))
		footer_view(app, app_top(app), surface, line);
}

/* Right above the screens, where there is one: it stays. */
static void draw_notice(const struct app *app, struct surface *surface, int row)
{
	struct area line = surface_area(surface);
	struct strbuf text = STRBUF_INIT;

	if (row > 0 && app_place_notice(app, &text)) {
		line = (struct area){ row, 0, 1, line.columns };
		surface_fill(surface, line, STYLE_ERROR, ' ');
		surface_fit(surface, line, 0, 1, line.columns - 1, STYLE_ERROR, text.text);
	}
	strbuf_release(&text);
}

static bool is_selected(const struct surface *surface, int row, int column)
{
	return row >= 0 && surface_cell(surface, row, column).selected;
}

/* A screen reader reads where the cursor is: on the selected row (the first of its lines), of the topmost screen. */
static void follow_selection(struct surface *surface)
{
	for (int row = surface->rows; row-- > 0;)
		for (int column = 0; column < surface->columns; column++)
			if (is_selected(surface, row, column)) {
				while (is_selected(surface, row - 1, column))
					row--;
				surface_cursor(surface, surface_area(surface), row, column);
				return;
			}
}

void app_draw(const struct app *app, struct surface *surface)
{
	struct area rest = surface_area(surface), area = app_area(app);
	size_t first = app->stack.len;

	surface_clear(surface);
	surface->no_lines = app->options.accessible;
	if (!app->stack.len)
		return;
	do
		first--;
	while (first > 0 && app->stack.items[first]->ops->overlay && !app->options.accessible); /* one thing at a time */
	for (size_t i = first; i < app->stack.len; i++)
		app->stack.items[i]->ops->view(app->stack.items[i], app, surface, area);
	if (app->rows > 2) {
		draw_header(app, surface, area_top(&rest, 1));
		draw_notice(app, surface, area.row - 1);
		draw_last_line(app, surface, area_bottom(&rest, 1));
	}
	if (app->options.accessible && !surface->cursor_shown)
		follow_selection(surface);
}
