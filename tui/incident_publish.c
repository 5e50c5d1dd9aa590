/* The record's way to a documentation site, and what becomes of a page that somebody edited there. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/postmortem_state.h"
#include "tui/incident_screen.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/screens.h"

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

/* For the site, readers and folder that were chosen. */
static struct request *request_of(const struct incident_screen *self, enum request_kind kind)
{
	struct request *request = request_new(kind);

	request->key = arena_strdup(&request->arena, self->key);
	request->site = arena_strdup(&request->arena, self->pages.site);
	request->is_public = self->pages.is_public;
	request->folder = arena_strdup(&request->arena, self->pages.folder);
	return request;
}

/* `over`: a page that may be written over; or NULL. */
static void publish(struct incident_screen *self, struct app *app, const struct publish_looked *over)
{
	struct request *request = request_of(self, REQUEST_PUBLISH);

	if (over)
		request->over = (struct publish_looked){ arena_strdup(&request->arena, over->path), over->there };
	self->pages.refused_count = 0;
	self->pages.serial = app_request(app, &self->screen, request);
	app_message(app, false, "exporting");
}

static void adopt(struct incident_screen *self, struct app *app)
{
	self->pages.refused_count = 0;
	self->pages.adopt_serial = app_request(app, &self->screen, request_of(self, REQUEST_ADOPT));
	app_message(app, false, "reading the page");
}

void incident_published(struct incident_screen *self, struct app *app, const struct answer *answer)
{
	struct incident_pages *pages = &self->pages;
	char key[16];

	pages->serial = 0;
	if (answer->status != STATUS_OK) {
		app_message(app, true, "%s", answer->error.text);
	} else if (answer->refused_count) {
		app_message(app, true, "%s shows what differs; %s", action_key(ACTION_ID_page_differs, key), answer->message);
		pages->refused_count = answer->refused_count;
	} else {
		app_message(app, false, "%s%s", pages->taken ? app_sign(app, "taken from the page (u undoes that) · ",
									 "taken from the page (u undoes that) - ") : "", answer->message);
	}
	pages->taken = false;
}

/* With all of the page in the record nothing holds the export up any more. */
void incident_adopted(struct incident_screen *self, struct app *app, const struct answer *answer)
{
	self->pages.adopt_serial = 0;
	self->pages.taken = answer->edit != 0;
	if (answer->edit)
		app_changed(app);
	if (answer->status == STATUS_OK && !answer->has_rest) {
		publish(self, app, NULL);
		return;
	}
	self->pages.taken = false;
	app_message(app, true, "%s%s", answer->status == STATUS_OK ? answer->message : answer->error.text,
		    answer->edit ? app_sign(app, " · u undoes", " - u undoes") : "");
}

void incident_refused_open(struct incident_screen *self, struct app *app)
{
	const struct refused_export of = { self->key, self->pages.site, self->pages.folder, self->pages.is_public };

	app_push(app, screen_refused_new(&of, INCIDENT_TAG_REFUSED));
}

void incident_refused_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	switch (screen_refused_choice(child)) {
	case REFUSED_FORCE:
		publish(self, app, screen_refused_looked(child));
		break;
	case REFUSED_ADOPT:
		adopt(self, app);
		break;
	case REFUSED_LEAVE:
		break;
	}
}

void incident_publish_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	struct incident_pages *pages = &self->pages;

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
	arena_clear(&pages->arena);
	pages->site = arena_strdup(&pages->arena, self->flow.site);
	pages->is_public = self->flow.is_public;
	pages->folder = folder_typed(&pages->arena, prompt_text(child));
	publish(self, app, NULL);
}
