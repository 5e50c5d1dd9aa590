/* Pages that an export left alone, since somebody edited them: what differs, and what is to become of it. */
#include <stdlib.h>

#include "core/base/attr.h"
#include "core/base/mem.h"
#include "tui/diff_view.h"
#include "tui/prose.h"
#include "tui/screens.h"

struct refused {
	struct screen screen;
	struct arena own;     /* holds what it is of */
	struct refused_export of;
	struct arena arena;   /* holds the rest, as it was read last */
	const struct refused_page *pages;
	size_t count, at;     /* at: the page whose texts are in view */
	struct diff_view diff;
	uint64_t serial, seen;
	size_t wanted;        /* the page that was asked for last */
	int width;            /* that it is to be broken at */
	char *failure;
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

/* What is there now, not when the export was: who writes over it must have seen it. */
static void ask(struct refused *self, struct app *app)
{
	struct request *request = request_new(REQUEST_DIFFERS);

	request->key = arena_strdup(&request->arena, self->of.key);
	request->site = arena_strdup(&request->arena, self->of.site);
	request->folder = arena_strdup(&request->arena, self->of.folder);
	request->is_public = self->of.is_public;
	request->path = self->count ? arena_strdup(&request->arena, self->pages[self->wanted].looked.path) : NULL;
	request->text_width = self->width;
	self->seen = app_change_serial(app);
	self->serial = app_request(app, &self->screen, request);
}

static void refused_shown(struct screen *screen, struct app *app)
{
	struct refused *self = self_of(screen);
	struct area area = diff_area(app_area(app));
	int width = diff_view_text_columns(area.columns) - 1;

	diff_view_resize(&self->diff, area.rows, area.columns);
	if (self->width == width && self->seen == app_change_serial(app))
		return;
	self->width = width;
	ask(self, app);
}

static void refused_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct refused *self = self_of(screen);
	struct arena old = self->arena;

	(void)app;
	if (answer->serial != self->serial)
		return;
	self->serial = 0;
	free(self->failure);
	self->failure = NULL;
	if (answer->status != STATUS_OK) {
		self->failure = mem_strdup(answer->error.text);
		self->count = 0;
		return;
	}
	self->arena = answer_take_arena(answer);
	self->pages = answer->refused;
	self->count = answer->refused_count;
	self->at = self->wanted = answer->refused_at;
	diff_view_open(&self->diff, answer->then, 1, answer->now);
	arena_release(&old);
}

static bool refused_can(const struct screen *screen, const struct app *app, enum action action)
{
	const struct refused *self = (const struct refused *)screen;

	(void)app;
	return self->count > 1 || (action != ACTION_ID_page_next && action != ACTION_ID_page_previous);
}

static void go(struct refused *self, struct app *app, size_t steps)
{
	if (!self->count)
		return;
	self->wanted = (self->wanted + steps) % self->count;
	ask(self, app);
}

/* Only what is in view is written over, and only as it is in view. */
static bool is_in_view(const struct refused *self, struct app *app)
{
	if (self->serial)
		app_message(app, true, "the page is being read: F is for what is to be seen");
	else if (!self->count)
		app_message(app, true, "there is no page here to write over");
	return !self->serial && self->count;
}

static bool refused_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct refused *self = self_of(screen);

	switch (action) {
	case ACTION_ID_page_force:
		if (!is_in_view(self, app))
			return true;
		FALLTHROUGH;
	case ACTION_ID_page_adopt:
	case ACTION_ID_page_leave:
		self->choice = action == ACTION_ID_page_adopt ? REFUSED_ADOPT : action == ACTION_ID_page_force ? REFUSED_FORCE : REFUSED_LEAVE;
		app_pop(app, true);
		return true;
	case ACTION_ID_page_next:
		go(self, app, 1);
		return true;
	case ACTION_ID_page_previous:
		go(self, app, self->count - 1);
		return true;
	default:
		return key->code == INPUT_MOUSE ? diff_view_wheel(&self->diff, key) : diff_view_action(&self->diff, action);
	}
}

static void refused_page(const struct screen *screen, struct strbuf *out)
{
	if (((const struct refused *)screen)->count)
		diff_view_page(&((const struct refused *)screen)->diff, out);
}

static const char *refused_crumb(const struct screen *screen)
{
	const struct refused *self = (const struct refused *)screen;

	return !self->count || self->pages[self->at].is_marked ? "Edited by hand" : "Edited by hand, or not ours";
}

static void refused_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct refused *self = (const struct refused *)screen;
	struct area head = area_top(&area, 1);

	(void)app;
	if (!self->count) {
		surface_fit(surface, head, 0, 1, head.columns - 2, self->failure ? STYLE_ERROR : STYLE_MUTED,
			    self->failure ? self->failure : self->serial ? "reading" : "no page differs any more");
		return;
	}
	surface_fit(surface, head, 0, 1, head.columns - 2, STYLE_TEXT, self->pages[self->at].looked.path);
	diff_view_view(&self->diff, surface, area, "as it is there", "as the export would have it");
}

static void refused_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct refused *self = (const struct refused *)screen;

	(void)app;
	if (self->count > 1)
		strbuf_addf(out, "%spage %zu of %zu", self->serial ? "reading " : "", self->wanted + 1, self->count);
}

static void refused_release(struct screen *screen)
{
	struct refused *self = self_of(screen);

	diff_view_release(&self->diff);
	free(self->failure);
	arena_release(&self->arena);
	arena_release(&self->own);
}

static const struct screen_ops refused_ops = {
	.scope = SCOPE_REFUSED,
	.has_list = true,
	.release = refused_release,
	.shown = refused_shown,
	.action = refused_action,
	.answer = refused_answer,
	.can = refused_can,
	.page = refused_page,
	.resized = refused_shown,
	.crumb = refused_crumb,
	.view = refused_view,
	.status = refused_status,
};

struct screen *screen_refused_new(const struct refused_export *of, int tag)
{
	struct refused *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &refused_ops;
	self->screen.tag = tag;
	arena_init(&self->own);
	arena_init(&self->arena);
	self->of = (struct refused_export){ arena_strdup(&self->own, of->key), arena_strdup(&self->own, of->site),
					    arena_strdup(&self->own, of->folder), of->is_public };
	diff_view_init(&self->diff);
	return &self->screen;
}

enum refused_choice screen_refused_choice(const struct screen *screen)
{
	return ((const struct refused *)screen)->choice;
}

const struct publish_looked *screen_refused_looked(const struct screen *screen)
{
	const struct refused *self = (const struct refused *)screen;

	return &self->pages[self->at].looked;
}
