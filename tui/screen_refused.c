/* Pages that an export left alone, since somebody edited them: what differs, and what is to become of it. */
#include <string.h>

#include "core/base/mem.h"
#include "tui/diff_view.h"
#include "tui/prose.h"
#include "tui/screens.h"

struct refused {
	struct screen screen;
	const struct refused_page *pages;
	size_t count, at;
	struct arena arena;   /* holds what is compared */
	struct diff_view diff;
	int columns;          /* that it was broken for */
	enum refused_choice choice;
};

static struct refused *self_of(struct screen *screen)
{
	return (struct refused *)screen;
}

static struct area diff_area(struct area area)
{
	area_top(&area, 1);
	return area;
}

/* The texts of the page at hand, their lines as wide as there is room. */
static void compare(struct refused *self, int columns)
{
	const struct refused_page *page = &self->pages[self->at];
	int width = diff_view_text_columns(columns) - 1;

	arena_clear(&self->arena);
	self->columns = columns;
	diff_view_open(&self->diff, prose_broken(&self->arena, page->there, width), 1, prose_broken(&self->arena, page->made, width));
}

static void fit(struct refused *self, const struct app *app)
{
	struct area area = diff_area(app_area(app));

	diff_view_resize(&self->diff, area.rows, area.columns);
	if (self->columns != area.columns)
		compare(self, area.columns);
}

static void refused_shown(struct screen *screen, struct app *app)
{
	fit(self_of(screen), app);
}

static bool refused_can(const struct screen *screen, const struct app *app, enum action action)
{
	const struct refused *self = (const struct refused *)screen;

	(void)app;
	return self->count > 1 || (action != ACTION_ID_page_next && action != ACTION_ID_page_previous);
}

static void go(struct refused *self, size_t steps)
{
	self->at = (self->at + steps) % self->count;
	compare(self, self->columns);
}

static bool refused_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct refused *self = self_of(screen);

	switch (action) {
	case ACTION_ID_page_adopt:
	case ACTION_ID_page_force:
	case ACTION_ID_page_leave:
		self->choice = action == ACTION_ID_page_adopt ? REFUSED_ADOPT : action == ACTION_ID_page_force ? REFUSED_FORCE : REFUSED_LEAVE;
		app_pop(app, true);
		return true;
	case ACTION_ID_page_next:
		go(self, 1);
		return true;
	case ACTION_ID_page_previous:
		go(self, self->count - 1);
		return true;
	default:
		return key->code == INPUT_MOUSE ? diff_view_wheel(&self->diff, key) : diff_view_action(&self->diff, action);
	}
}

static void refused_page(const struct screen *screen, struct strbuf *out)
{
	diff_view_page(&((const struct refused *)screen)->diff, out);
}

static const char *refused_crumb(const struct screen *screen)
{
	(void)screen;
	return "Edited by hand";
}

static void refused_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct refused *self = (const struct refused *)screen;
	struct area head = area_top(&area, 1);

	(void)app;
	surface_fit(surface, head, 0, 1, head.columns - 2, STYLE_TEXT, self->pages[self->at].path);
	diff_view_view(&self->diff, surface, area, "as it is there", "as the export would have it");
}

static void refused_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct refused *self = (const struct refused *)screen;

	(void)app;
	if (self->count > 1)
		strbuf_addf(out, "page %zu of %zu", self->at + 1, self->count);
}

static void refused_release(struct screen *screen)
{
	struct refused *self = self_of(screen);

	diff_view_release(&self->diff);
	arena_release(&self->arena);
}

static const struct screen_ops refused_ops = {
	.scope = SCOPE_REFUSED,
	.has_list = true,
	.release = refused_release,
	.shown = refused_shown,
	.action = refused_action,
	.can = refused_can,
	.page = refused_page,
	.resized = refused_shown,
	.crumb = refused_crumb,
	.view = refused_view,
	.status = refused_status,
};

struct screen *screen_refused_new(const struct app *app, const struct refused_page *pages, size_t count, int tag)
{
	struct refused *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &refused_ops;
	self->screen.tag = tag;
	self->pages = pages;
	self->count = count;
	arena_init(&self->arena);
	diff_view_init(&self->diff);
	fit(self, app);
	return &self->screen;
}

enum refused_choice screen_refused_choice(const struct screen *screen)
{
	return ((const struct refused *)screen)->choice;
}
