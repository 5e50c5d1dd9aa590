/* What the screen of an incident asks for, and what becomes of the answers. */
#include <string.h>

#include "core/base/mem.h"
#include "tui/incident_screen.h"
#include "tui/prompt.h"

/* Members are shown whatever their status, excluded ones too. */
#define MEMBERS_QUERY "incident:%s status:untriaged,in_review,annotated,needs_info,deferred,excluded"

/* ---- asking ---------------------------------------------------------------------- */

static void ask_incident(struct incident_screen *self, struct app *app)
{
	struct request *request = request_new(REQUEST_INCIDENT);

	request->key = arena_strdup(&request->arena, self->key);
	self->seen = app_change_serial(app);
	self->serial = app_request(app, &self->screen, request);
}

static void sync_members(struct incident_screen *self, struct app *app, struct area body)
{
	struct split split = incident_members_split(app, body);
	const struct sample_row *selected;

	if (!self->members_open) {
		struct strbuf query = STRBUF_INIT;
		strbuf_addf(&query, MEMBERS_QUERY, self->key);
		sample_list_open(&self->members, app, &self->screen, query.text, SORT_NEWEST);
		strbuf_release(&query);
		self->members_open = true;
	}
	sample_list_resize(&self->members, app, split.list, NULL);
	sample_view_resize(&self->preview, split.preview.rows, split.preview.columns);
	sample_list_ensure(&self->members, app, &self->screen);
	selected = sample_list_selected(&self->members);
	sample_view_want(&self->preview, app, &self->screen, selected ? selected->id : 0);
}

/* As wide as its lines: what is side by side is not cut, unless one line is very long. */
static int overview_columns(const struct pane *overview)
{
	int widest = pane_columns(overview);

	return widest < OVERVIEW_COLUMNS ? widest : OVERVIEW_COLUMNS;
}

static int overview_width(int columns)
{
	int half = columns / 2 - 6; /* with what a line in one piece is longer, an indent and a gap */

	return half >= OVERVIEW_WIDTH_LEAST && half < OVERVIEW_WIDTH ? half : OVERVIEW_WIDTH;
}

/* After whatever happened: sizes and data follow the tab at hand. */
void incident_sync(struct incident_screen *self, struct app *app)
{
	struct area body = incident_body(app_area(app));
	int width = app_options(app)->accessible ? OVERVIEW_WIDTH : overview_width(body.columns);

	if (self->overview_width != width) {
		self->overview_width = width;
		if (self->incident)
			incident_overview_draw(self);
	}
	self->overview.flow = app_options(app)->accessible ? 0 : overview_columns(&self->overview);
	pane_fit(&self->overview, body);
	for (int tab = 0; tab < TAB_COUNT; tab++) {
		size_t count = incident_row_count(self, (enum incident_tab)tab);
		list_set_count(&self->lists[tab], count);
		incident_rows_resize(self, app, (enum incident_tab)tab, body);
	}
	if (self->seen != app_change_serial(app))
		ask_incident(self, app);
	if (self->tab == TAB_MEMBERS)
		sync_members(self, app, body);
	if (self->tab == TAB_DRAFT)
		incident_draft_sync(self, app, body);
}

/* ---- answers ----------------------------------------------------------------------- */

/* Keys wait from an edit until the incident that came of it is here. */
static void release_keys(struct incident_screen *self, struct app *app)
{
	if (!self->put_serial && !self->remove_serial)
		app_hold_keys(app, false); /* may close this screen */
}

static void take_incident(struct incident_screen *self, struct app *app, struct answer *answer)
{
	struct arena old = self->arena;

	self->serial = 0;
	free(self->failure);
	self->failure = NULL;
	if (answer->status != STATUS_OK) {
		if (answer->status != STATUS_CANCELLED)
			self->failure = mem_strdup(answer->error.text);
		release_keys(self, app);
		return;
	}
	/* Its members may have come or gone: another list, in the place of the old one. */
	if (self->members_open && self->incident &&
	    memcmp(self->incident->member_counts, answer->incident->member_counts,
		   sizeof(answer->incident->member_counts)) != 0)
		sample_list_reload(&self->members, app, &self->screen);
	self->arena = answer_take_arena(answer);
	self->incident = answer->incident;
	arena_release(&old);
	self->review = answer->review;
	/* What was offered may be decided on now: it is asked again. */
	self->offer_count = 0;
	self->watch.looked = NULL;
	incident_overview_draw(self);
	incident_offers_ask(self, app);
	incident_watch_ask(self, app);
	incident_sync(self, app);
	release_keys(self, app);
}

static void tell_saved(const struct incident_screen *self, struct app *app, const struct answer *answer)
{
	bool is_put = answer->kind == REQUEST_INCIDENT_PUT;
	const char *what = self->put_summary && is_put ? self->put_summary : answer->message;
	const char *tail = app_sign(app, " · u undoes", " - u undoes");

	if (!answer->edit)
		app_message(app, false, "%s", !is_put && answer->message ? answer->message : "nothing to change");
	else if (!answer->both_changed)
		app_message(app, false, "%s%s", what, tail);
	else if (!answer->both_changed[0])
		app_message(app, false, "saved; merged with changes made meanwhile%s", tail);
	else
		app_message(app, false, "saved; both of you changed %s: yours stands, theirs is in the log",
			    answer->both_changed);
}

/* Reads the incident again, whatever came of the edit. */
static void after_edit(struct incident_screen *self, struct app *app, const struct answer *answer)
{
	self->put_serial = self->remove_serial = 0;
	if (answer->status == STATUS_OK) {
		tell_saved(self, app, answer);
		if (answer->kind == REQUEST_INCIDENT_PUT && self->put_is_record) {
			free(self->kept_text);
			self->kept_text = NULL;
		}
	} else if (answer->status == STATUS_CONFLICT && answer->kind == REQUEST_STEP) {
		/* A step is taken on what was read: the prompt stays with the version that was shown. */
		app_message(app, true, "%s was changed meanwhile: Esc, look, s again; Up: your remark", self->key);
	} else if (answer->status == STATUS_CONFLICT) {
		app_message(app, true, "%s was changed meanwhile and is read again; %s", self->key,
			    self->kept_text ? "your text is kept: e opens it" : "Up at the prompt brings back what you typed");
	} else {
		app_message(app, true, "not saved: %s", answer->error.text);
	}
	app_changed(app);
	incident_sync(self, app);
}

void incident_take_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct incident_screen *self = incident_of(screen);
	bool lost = false;

	if (answer->serial == self->serial) {
		take_incident(self, app, answer); /* may close this screen by keys that waited */
		return;
	}
	if (answer->serial == self->offers_serial) {
		incident_offers_take(self, answer);
	} else if (answer->serial == self->watch.serial) {
		incident_watch_take(self, app, answer);
	} else if (query_counts_answer(&self->watch.counts, app, screen, answer)) {
		return;
	} else if (query_values_answer(&self->watch.values, app, screen, answer)) {
		prompt_complete_again(app);
		return;
	} else if (answer->serial == self->draft_serial) {
		incident_draft_take(self, answer);
	} else if (answer->serial == self->put_serial || answer->serial == self->remove_serial) {
		after_edit(self, app, answer);
		return;
	} else if (answer->serial == self->pages.serial) {
		incident_published(self, app, answer);
	} else if (answer->serial == self->pages.adopt_serial) {
		incident_adopted(self, app, answer);
	} else if (!sample_view_answer(&self->preview, app, answer)) {
		sample_list_answer(&self->members, app, screen, answer);
		lost = self->members.lost && self->awaits_row;
	}
	incident_sync(self, app);
	if (lost) {
		self->awaits_row = false;
		app_drop_keys(app);
	} else if (self->awaits_row && !sample_list_moving(&self->members)) {
		self->awaits_row = false;
		release_keys(self, app);
	}
}
