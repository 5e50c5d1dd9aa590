/* The whole record in the editor. */
#include <stdlib.h>

#include "core/draft.h"
#include "core/base/mem.h"
#include "tui/incident_screen.h"
#include "tui/menu.h"

enum { REPAIR_AGAIN, REPAIR_DROP };

/* What was typed before and is not saved comes back first: nothing typed is lost. It is
 * read against what it was written from, or all that came in since would look removed. */
void incident_record_open(struct incident_screen *self, struct app *app)
{
	struct strbuf text = STRBUF_INIT;

	if (self->kept_text) {
		strbuf_addstr(&text, self->kept_text);
	} else {
		arena_clear(&self->record_arena);
		self->record_base = incident_copy(&self->record_arena, self->incident);
		draft_write(self->record_base, app_options(app)->renderer, &text);
	}
	self->editor = EDITOR_RECORD;
	app_effect(app, (struct effect){ .kind = EFFECT_EDITOR, .text = text.text, .suffix = ".md" });
	strbuf_release(&text);
}

static void keep(struct incident_screen *self, struct slice text)
{
	struct strbuf copy = STRBUF_INIT;

	strbuf_addslice(&copy, text);
	free(self->kept_text);
	self->kept_text = strbuf_detach(&copy);
}

static void open_repair(struct app *app, const char *reason)
{
	struct screen *screen = menu_screen_new("This could not be read; your text is kept", INCIDENT_TAG_REPAIR);

	menu_add(menu_of(screen), "edit it again", reason, 'e', REPAIR_AGAIN);
	menu_add(menu_of(screen), "drop it", "what you typed is gone then", 'x', REPAIR_DROP);
	app_push(app, screen);
	app_message(app, true, "%s", reason);
}

void incident_record_edited(struct incident_screen *self, struct app *app, struct slice text)
{
	struct arena arena = ARENA_INIT;
	struct incident *changed;
	struct error err;

	self->editor = EDITOR_NONE;
	if (!self->record_base)
		return;
	keep(self, text);
	if (draft_read(&arena, self->record_base, app_codebook(app), app_options(app)->renderer, text, &changed, &err) == STATUS_OK) {
		arena_clear(&self->flow.arena);
		incident_send(self, app, self->record_base, changed, "record edited");
		self->put_is_record = true;
	} else {
		open_repair(app, err.text);
	}
	arena_release(&arena);
}

void incident_record_repair(struct incident_screen *self, struct app *app, struct screen *child)
{
	if (menu_value(child) == REPAIR_AGAIN) {
		incident_record_open(self, app);
		return;
	}
	free(self->kept_text);
	self->kept_text = NULL;
	app_message(app, false, "dropped; the record is as it was");
}
