/* The command palette: every action of the screen below by its name, with its keys; what
 * is typed narrows it down, Enter does it. */
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/line_edit.h"
#include "tui/list.h"
#include "tui/screens.h"

#define COLUMNS_MAX 96
#define ROWS_MAX 24
#define NAME_COLUMNS 22
#define KEYS_COLUMNS 11

struct palette {
	struct screen screen;
	enum scope scopes[APP_SCOPES_MAX];
	size_t scope_count;
	bool can[ACTION_ID_COUNT]; /* act, as things are on the screen below */
	struct line_edit line;
	struct list list;
	VEC_OF(enum action) found; /* best first */
};

static struct palette *self_of(struct screen *screen)
{
	return (struct palette *)screen;
}

/* How well an action fits what is typed: 0 best, -1 not at all. Each word must be
 * somewhere in its name, its keys or its help. */
static int fit_of(const char *typed, const struct action_info *info)
{
	int worst = 0;

	for (typed += strspn(typed, " "); *typed; typed += strspn(typed, " ")) {
		struct slice word = { typed, strcspn(typed, " ") };
		long at = utf8_find_folded(slice_of(info->name), word);
		int fit = at == 0 ? 0 : at > 0 ? 1 : -1;
		if (fit < 0 && (utf8_find_folded(slice_of(info->help), word) >= 0 ||
				utf8_find_folded(slice_of(info->keys), word) >= 0))
			fit = 2;
		if (fit < 0)
			return -1;
		worst = fit > worst ? fit : worst;
		typed += word.len_bytes;
	}
	return worst;
}

static void find(struct palette *self)
{
	vec_clear(&self->found);
	for (int fit = 0; fit <= 2; fit++)
		for (size_t i = 0; i < self->scope_count; i++)
			for (int action = 1; action < ACTION_ID_COUNT; action++) {
				const struct action_info *info = action_info((enum action)action);
				if (info->scope == self->scopes[i] && self->can[action] &&
				    fit_of(line_edit_text(&self->line), info) == fit)
					vec_push(&self->found, (enum action)action);
			}
	list_set_count(&self->list, self->found.len);
	list_select(&self->list, 0);
}

/* ---- geometry ---------------------------------------------------------------------- */

static struct area frame_of(struct area area)
{
	int rows = area.rows < ROWS_MAX ? area.rows : ROWS_MAX;

	return area_centre(area, rows, area.columns < COLUMNS_MAX ? area.columns : COLUMNS_MAX);
}

/* The rows of the list, in the frame below the line that is typed. */
static struct area rows_of(struct area frame)
{
	return (struct area){ frame.row + 2, frame.column + 1, frame.rows > 3 ? frame.rows - 3 : 0,
			      frame.columns > 2 ? frame.columns - 2 : 0 };
}

/* ---- events -------------------------------------------------------------------------- */

static void take(struct palette *self, struct app *app)
{
	enum action action = self->found.len ? self->found.items[self->list.selected] : ACTION_UNBOUND;

	if (action == ACTION_UNBOUND)
		return;
	app_pop(app, false);
	app_do(app, action);
}

static bool palette_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct palette *self = self_of(screen);
	bool opened = false;

	list_resize(&self->list, rows_of(frame_of(app_area(app))).rows);
	if (action == ACTION_ID_pick_cancel) {
		app_pop(app, false);
	} else if (action == ACTION_ID_pick) {
		take(self, app);
	} else if (key->code == INPUT_MOUSE) {
		if (key->mouse == MOUSE_CLICK && !area_holds(frame_of(app_area(app)), key->row, key->column)) {
			app_pop(app, false);
			return true;
		}
		list_mouse(&self->list, key, rows_of(frame_of(app_area(app))), &opened);
		if (opened)
			take(self, app);
	} else if (action > ACTION_UNBOUND && action_info(action)->scope == SCOPE_GLOBAL) {
		return false; /* redraw, suspend, help */
	} else if (!list_key(&self->list, key) && line_edit_key(&self->line, key) == LINE_EDIT_CHANGED) {
		find(self);
	}
	return true;
}

/* ---- drawing --------------------------------------------------------------------------- */

static void draw_action(struct surface *surface, struct area rows, int row, enum action action)
{
	const struct action_info *info = action_info(action);
	int help = 1 + NAME_COLUMNS + KEYS_COLUMNS;

	surface_fit(surface, rows, row, 1, NAME_COLUMNS - 1, STYLE_TEXT, info->name);
	surface_fit(surface, rows, row, 1 + NAME_COLUMNS, KEYS_COLUMNS - 1, STYLE_KEY, info->keys);
	surface_fit(surface, rows, row, help, rows.columns - help - 1, STYLE_MUTED, info->help);
}

static void palette_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct palette *self = (const struct palette *)screen;
	struct area frame = frame_of(area), rows = rows_of(frame), inside, line;
	struct list list = self->list;
	int column;

	(void)app;
	surface_fill(surface, frame, STYLE_TEXT, ' ');
	inside = surface_box(surface, frame, STYLE_FRAME, "Commands");
	line = area_top(&inside, 1);
	column = 1 + surface_puts(surface, line, 0, 1, STYLE_TITLE, ": ");
	line_edit_view(&self->line, surface, line, 0, column, line.columns - column - 1, STYLE_INPUT);
	list_resize(&list, rows.rows); /* the screen may have been resized since the last key */
	for (int row = 0; row < rows.rows && list.top + (size_t)row < list.count; row++) {
		draw_action(surface, rows, row, self->found.items[list.top + (size_t)row]);
		if (list.top + (size_t)row == list.selected)
			surface_select_row(surface, rows, row);
	}
	if (!list.count)
		surface_puts(surface, rows, 0, 1, STYLE_MUTED, "no command is called so");
}

static void palette_release(struct screen *screen)
{
	line_edit_release(&self_of(screen)->line);
	vec_release(&self_of(screen)->found);
}

static const struct screen_ops palette_ops = {
	.scope = SCOPE_PICKER,
	.takes_text = true,
	.overlay = true,
	.release = palette_release,
	.action = palette_action,
	.view = palette_view,
};

struct screen *screen_palette_new(const struct app *app, const struct screen *of)
{
	struct palette *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &palette_ops;
	self->scope_count = app_scopes(of, self->scopes);
	for (int action = 1; action < ACTION_ID_COUNT; action++)
		self->can[action] = action != ACTION_ID_palette && app_can(app, of, (enum action)action);
	line_edit_init(&self->line, NULL);
	list_init(&self->list);
	find(self);
	return &self->screen;
}
