/* The menu of views: one is opened, or removed if it was kept on a screen; the list at hand gets a name. */
#include <string.h>

#include "core/base/mem.h"
#include "tui/menu.h"
#include "tui/screens.h"

/* Else the value of a row is its place in the list of views. */
#define KEEP_THIS (-1)

/* The rows stay as they are while it is open: what was removed can be brought back. */
struct views {
	struct screen screen;
	struct menu menu;
	struct arena arena;
	VEC_OF(struct saved_view) list; /* copies */
	size_t configured;              /* so many of them are the configuration's: the first */
};

static struct views *self_of(struct screen *screen)
{
	return (struct views *)screen;
}

static void views_release(struct screen *screen)
{
	struct views *self = self_of(screen);

	menu_release(&self->menu);
	arena_release(&self->arena);
	vec_release(&self->list);
}

static const char *help_of(struct arena *arena, const struct saved_view *view)
{
	return arena_printf(arena, "%s%s%s%s%s", view->query[0] ? view->query : "all samples",
			    view->sort == SORT_NEWEST ? "" : " · ", view->sort == SORT_NEWEST ? "" : sort_word(view->sort),
			    view->columns && view->columns[0] ? " · " : "", view->columns ? view->columns : "");
}

/* Those that are removed are ticked off (`on`) when the answer says so: screen_views_follow(). */
static void toggle_removed(struct views *self, struct app *app)
{
	const struct menu_item *item = self->menu.items.len ? &self->menu.items.items[self->menu.list.selected] : NULL;
	struct saved_view view;

	if (!item || item->value < 0)
		return;
	view = self->list.items[item->value];
	if ((size_t)item->value < self->configured) {
		app_message(app, false, "'%s' is a view of the configuration: it is removed there", view.name);
		return;
	}
	if (!item->on)
		view.query = NULL;
	app_keep_view(app, &view);
}

static bool views_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct views *self = self_of(screen);

	if (action != ACTION_ID_view_remove)
		return menu_action(&self->menu, app, action, key);
	toggle_removed(self, app);
	return true;
}

static bool views_can(const struct screen *screen, const struct app *app, enum action action)
{
	const struct menu_item *item = menu_selected(&((const struct views *)screen)->menu);

	(void)app;
	return action != ACTION_ID_view_remove ||
	       (item && item->value >= 0 && (size_t)item->value >= ((const struct views *)screen)->configured);
}

static void views_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	menu_view(&((const struct views *)screen)->menu, app, surface, area);
}

static enum scope views_mode(const struct screen *screen)
{
	(void)screen;
	return SCOPE_VIEWS;
}

static const struct screen_ops views_ops = {
	.scope = SCOPE_PICKER,
	.takes_text = true,
	.overlay = true,
	.release = views_release,
	.action = views_action,
	.can = views_can,
	.mode = views_mode,
	.view = views_view,
};

static bool is_kept(const struct app *app, const char *name)
{
	for (size_t i = 0; i < app_view_count(app); i++)
		if (app_view_is_kept(app, i) && strcmp(app_view_at(app, i)->name, name) == 0)
			return true;
	return false;
}

void screen_views_follow(struct screen *screen, const struct app *app)
{
	struct views *self = self_of(screen);

	if (screen->ops != &views_ops)
		return;
	for (size_t i = 0; i < self->menu.items.len; i++) {
		struct menu_item *item = &self->menu.items.items[i];
		if (item->value < (int64_t)self->configured)
			continue;
		const struct saved_view *view = &self->list.items[item->value];
		bool removed = !is_kept(app, view->name);
		if (removed != item->on)
			item->help = removed ? "removed; the same key brings it back" : help_of(&self->menu.arena, view);
		item->on = removed;
	}
}

struct screen *screen_views_new(const struct app *app, int tag)
{
	struct views *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &views_ops;
	self->screen.tag = tag;
	menu_init(&self->menu, "Views");
	arena_init(&self->arena);
	for (size_t i = 0; i < app_view_count(app); i++) {
		const struct saved_view *view = app_view_at(app, i);
		self->configured += !app_view_is_kept(app, i);
		vec_push(&self->list, ((struct saved_view){
			arena_strdup(&self->arena, view->name), arena_strdup(&self->arena, view->query), view->sort,
			view->columns ? arena_strdup(&self->arena, view->columns) : NULL, 0 }));
		menu_add(&self->menu, view->name, help_of(&self->menu.arena, view), 0, (int64_t)i);
	}
	menu_add(&self->menu, "keep this list…", "its filter, order and columns, under a name", '+', KEEP_THIS);
	menu_assign_keys(&self->menu);
	return &self->screen;
}

const struct saved_view *screen_views_choice(const struct screen *screen)
{
	const struct views *self = (const struct views *)screen;
	const struct menu_item *item = menu_selected(&self->menu);

	return item && item->value >= 0 ? &self->list.items[item->value] : NULL;
}
