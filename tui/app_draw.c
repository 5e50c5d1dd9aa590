#include "tui/app_state.h"

#include "core/base/utf8.h"

/* As many hints as a person takes in at a glance. */
#define FOOTER_MAX 8

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

static int draw_hint(struct surface *surface, struct area line, int column, enum action action)
{
	char key[16];
	const struct action_info *info = action_info(action);
	int width;

	action_key(action, key);
	width = utf8_text_columns(slice_of(key)) + 1 + utf8_text_columns(slice_of(info->label));
	if (column + width + 1 > line.columns) /* a blank between it and what stands at the right end */
		return 0;
	surface_puts(surface, line, 0, column, STYLE_KEY, key);
	surface_puts(surface, line, 0, column + utf8_text_columns(slice_of(key)) + 1, STYLE_TEXT, info->label);
	return width + 2;
}

/* The labelled actions of the top screen; help comes last and always fits first. */
/* Whether its first key means it here, and not what an earlier scope has on that key. */
static bool is_reachable(const enum scope *scopes, size_t count, enum action action)
{
	char name[16];
	struct key key;

	return !key_parse(action_key(action, name), &key) || action_find(scopes, count, &key) == action;
}

static void draw_footer(const struct app *app, struct surface *surface, struct area line)
{
	const struct screen *top = app_top(app);
	enum scope scopes[APP_SCOPES_MAX];
	size_t count = app_scopes(top, scopes);
	struct area rest = line;
	int column = 1, shown = 0;

	if (!top->ops->takes_text) {
		struct area end = area_right(&rest, 8);
		draw_hint(surface, end, 1, ACTION_ID_help);
	}
	for (size_t i = 0; i < count && shown < FOOTER_MAX; i++)
		for (int action = 1; action < ACTION_ID_COUNT && shown < FOOTER_MAX; action++) {
			const struct action_info *info = action_info((enum action)action);
			int width;
			if (info->scope != scopes[i] || !info->label[0] || action == ACTION_ID_help ||
			    !is_reachable(scopes, count, (enum action)action))
				continue;
			width = draw_hint(surface, rest, column, (enum action)action);
			column += width;
			shown += width > 0;
		}
}

static void draw_last_line(const struct app *app, struct surface *surface, struct area line)
{
	if (app->waiting && !(app->message.len_bytes && app->message_is_error))
		surface_fit(surface, line, 0, 1, line.columns - 1, STYLE_WARNING,
			    "waiting for another process that writes to the store (an import, perhaps); nothing is lost");
	else if (app->message.len_bytes)
		surface_fit(surface, line, 0, 1, line.columns - 1,
			    app->message_is_error ? STYLE_ERROR : STYLE_GOOD, app->message.text);
	else if (app_top(app))
		draw_footer(app, surface, line);
}

/* A screen reader reads where the cursor is: on the selected row, of the topmost screen. */
static void follow_selection(struct surface *surface)
{
	for (int row = surface->rows; row-- > 0;)
		for (int column = 0; column < surface->columns; column++)
			if (surface_cell(surface, row, column).selected) {
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
		draw_last_line(app, surface, area_bottom(&rest, 1));
	}
	if (app->options.accessible && !surface->cursor_shown)
		follow_selection(surface);
}
