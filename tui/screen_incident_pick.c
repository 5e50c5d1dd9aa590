/* Which incident samples are to be added to: the newest first, or a new one. */
#include "core/base/mem.h"
#include "tui/menu.h"
#include "tui/screens.h"

#define NEW_INCIDENT 0 /* else: place in the list, plus one */

struct incident_picker {
	struct screen screen;
	struct menu menu;
	struct arena arena;
	const struct incident_row *incidents;
	size_t count;
	uint64_t serial;
	char *failure;
};

static struct incident_picker *self_of(struct screen *screen)
{
	return (struct incident_picker *)screen;
}

static void pick_release(struct screen *screen)
{
	struct incident_picker *self = self_of(screen);

	menu_release(&self->menu);
	arena_release(&self->arena);
	free(self->failure);
}

/* Keys typed meanwhile wait, so that they choose among what will stand here. */
static void pick_shown(struct screen *screen, struct app *app)
{
	struct incident_picker *self = self_of(screen);

	if (self->serial)
		return;
	self->serial = app_request(app, screen, request_new(REQUEST_INCIDENTS));
	app_hold_keys(app, true);
}

static void pick_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct incident_picker *self = self_of(screen);

	if (answer->serial != self->serial)
		return;
	if (answer->status != STATUS_OK) {
		app_message(app, true, "%s", answer->error.text);
	} else {
		self->arena = answer_take_arena(answer);
		self->incidents = answer->incidents;
		self->count = answer->incident_count;
	}
	for (size_t i = 0; i < self->count; i++) {
		char *label = arena_printf(&self->arena, "%s  %s", self->incidents[i].key, self->incidents[i].title);
		menu_add(&self->menu, label, incident_status_word(self->incidents[i].status),
			 i < 9 ? (char)('1' + i) : 0, (int64_t)i + 1);
	}
	menu_add(&self->menu, "new incident…", NULL, 'n', NEW_INCIDENT);
	app_hold_keys(app, false); /* may close this screen */
}

static bool pick_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	return menu_action(&self_of(screen)->menu, app, action, key);
}

static void pick_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	menu_view(&((const struct incident_picker *)screen)->menu, app, surface, area);
}

static const struct screen_ops pick_ops = {
	.scope = SCOPE_PICKER,
	.takes_text = true,
	.overlay = true,
	.release = pick_release,
	.shown = pick_shown,
	.action = pick_action,
	.answer = pick_answer,
	.view = pick_view,
};

struct screen *screen_incident_pick_new(const char *title, int tag)
{
	struct incident_picker *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &pick_ops;
	self->screen.tag = tag;
	menu_init(&self->menu, title);
	arena_init(&self->arena);
	return &self->screen;
}

const char *screen_incident_pick_key(const struct screen *screen)
{
	const struct incident_picker *self = (const struct incident_picker *)screen;
	const struct menu_item *item = menu_selected(&self->menu);

	return item && item->value != NEW_INCIDENT ? self->incidents[item->value - 1].key : NULL;
}
