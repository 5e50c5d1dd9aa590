/* The whole record in the editor, and its way to a documentation site. */
#include <stdlib.h>

#include "core/draft.h"
#include "core/base/mem.h"
#include "core/postmortem_state.h"
#include "tui/incident_screen.h"
#include "tui/menu.h"
#include "tui/prompt.h"

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

/* ---- publishing ------------------------------------------------------------------------ */

void incident_publish_open(struct app *app)
{
	const struct renderer *renderer = app_options(app)->renderer;
	size_t count = 0;
	const struct site *sites = renderer ? renderer->sites(&count) : NULL;
	struct screen *screen = menu_screen_new("Export for", INCIDENT_TAG_SITE);

	for (size_t i = 0; i < count; i++)
		menu_add(menu_of(screen), sites[i].name, sites[i].help, 0, (int64_t)i);
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
}

static bool is_approved(const struct incident_screen *self)
{
	return postmortem_is_approved(postmortem_review(self->incident).state);
}

/* "~/site" is typed as in a shell. */
static const char *folder_typed(struct arena *arena, const char *text)
{
	const char *home = getenv("HOME");

	if (home && text[0] == '~' && (text[1] == '/' || !text[1]))
		return arena_printf(arena, "%s%s", home, text + 1);
	return arena_strdup(arena, text);
}

static void ask_audience(const struct incident_screen *self, struct app *app)
{
	struct screen *screen = menu_screen_new("Who will read it?", INCIDENT_TAG_AUDIENCE);

	menu_add(menu_of(screen), "internal", "the team: all that is in the record, not redacted", 'i', false);
	menu_add(menu_of(screen), "public", is_approved(self) ? "anybody: redacted, approved, without what is withheld" :
								"not now: nobody approved it; on Draft, s takes a step of the review", 'p', true);
	app_push(app, screen);
}

static void ask_folder(struct app *app)
{
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Into the folder",
		.initial = app_options(app)->export_folder,
		.history = HISTORY_FOLDER,
		.tag = INCIDENT_TAG_FOLDER,
	}));
}

void incident_publish_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	struct request *request;

	if (child->tag == INCIDENT_TAG_SITE) {
		arena_clear(&self->flow.arena);
		self->put_summary = NULL;
		self->flow.site = arena_strdup(&self->flow.arena, menu_label(child));
		ask_audience(self, app);
		return;
	}
	if (child->tag == INCIDENT_TAG_AUDIENCE) {
		self->flow.is_public = menu_value(child) == true;
		if (self->flow.is_public && !is_approved(self))
			app_message(app, true, "nobody approved it: on Draft, s takes a step of the review (aitia export --unreviewed writes it, marked so)");
		else
			ask_folder(app);
		return;
	}
	request = request_new(REQUEST_PUBLISH);
	request->key = arena_strdup(&request->arena, self->key);
	request->site = arena_strdup(&request->arena, self->flow.site);
	request->is_public = self->flow.is_public;
	request->folder = folder_typed(&request->arena, prompt_text(child));
	self->publish_serial = app_request(app, &self->screen, request);
	app_message(app, false, "exporting");
}
