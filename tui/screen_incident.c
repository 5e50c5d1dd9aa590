#include <inttypes.h>

#include "core/base/mem.h"
#include "tui/incident_screen.h"
#include "tui/prompt.h"
#include "tui/screens.h"

/* Members are shown whatever their status, excluded ones too. */
#define MEMBERS_QUERY "incident:%s status:untriaged,in_review,annotated,needs_info,deferred,excluded"

struct incident_screen *incident_of(struct screen *screen)
{
	return (struct incident_screen *)screen;
}

struct area incident_body(struct area area)
{
	area_top(&area, 2);
	return area;
}

#define TALL_ROWS 30 /* of a body: a third of it holds most texts */

/* Lists take as many rows as they have, of the upper half or of two thirds, the text of the row at hand what is below. */
struct area incident_rows_area(struct area body, size_t count)
{
	struct area rest = body;
	int most = body.rows >= TALL_ROWS ? body.rows * 2 / 3 : body.rows / 2;

	area_top(&rest, 1);
	return body.rows < 8 ? rest : area_top(&rest, count < (size_t)most ? (int)count : most);
}

size_t incident_row_count(const struct incident_screen *self, enum incident_tab tab)
{
	if (!self->incident)
		return 0;
	switch (tab) {
	case TAB_CAUSES:
		return self->incident->cause_count;
	case TAB_TIMELINE:
		return self->incident->event_count;
	case TAB_ACTIONS:
		return self->incident->action_count;
	case TAB_RECORD: {
		size_t count = 0;
		for (int kind = INCIDENT_COHORT; kind < INCIDENT_CHILD_KINDS; kind++)
			count += incident_part_count(self->incident, (enum incident_child)kind);
		return count;
	}
	default:
		return 0;
	}
}

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
	struct split split = split_of(body, split_place(body), 0);
	const struct sample_row *selected;

	if (!self->members_open) {
		struct strbuf query = STRBUF_INIT;
		strbuf_addf(&query, MEMBERS_QUERY, self->key);
		sample_list_open(&self->members, app, &self->screen, query.text, SORT_NEWEST);
		strbuf_release(&query);
		self->members_open = true;
	}
	list_resize(&self->members.list, sample_list_rows_area(split.list).rows);
	sample_view_resize(&self->preview, split.preview.rows, split.preview.columns);
	sample_list_ensure(&self->members, app, &self->screen);
	selected = sample_list_selected(&self->members);
	sample_view_want(&self->preview, app, &self->screen, selected ? selected->id : 0);
}

/* As wide as its lines, and a gap: what is side by side is not cut, unless one line is very long. */
static int overview_columns(const struct pane *overview)
{
	int widest = pane_columns(overview) + 2;

	return widest < OVERVIEW_COLUMNS ? widest : OVERVIEW_COLUMNS;
}

/* After whatever happened: sizes and data follow the tab at hand. */
static void sync(struct incident_screen *self, struct app *app)
{
	struct area body = incident_body(app_area(app));

	self->overview.flow = app_options(app)->accessible ? 0 : overview_columns(&self->overview);
	pane_fit(&self->overview, body);
	for (int tab = 0; tab < TAB_COUNT; tab++) {
		size_t count = incident_row_count(self, (enum incident_tab)tab);
		list_resize(&self->lists[tab], incident_rows_area(body, count).rows);
		list_set_count(&self->lists[tab], count);
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
	sync(self, app);
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
	sync(self, app);
}

static void incident_answer(struct screen *screen, struct app *app, struct answer *answer)
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
	sync(self, app);
	if (lost) {
		self->awaits_row = false;
		app_drop_keys(app);
	} else if (self->awaits_row && !sample_list_moving(&self->members)) {
		self->awaits_row = false;
		release_keys(self, app);
	}
}

/* ---- events ------------------------------------------------------------------------- */

static int64_t move_source(struct screen *screen, struct app *app, int step)
{
	struct incident_screen *self = incident_of(screen);
	const struct sample_row *row;

	self->awaits_row = step && !sample_list_step(&self->members, app, screen, step);
	if (self->awaits_row)
		return SAMPLE_NOT_YET;
	row = sample_list_selected(&self->members);
	return row ? row->id : 0;
}

static void open_member(struct incident_screen *self, struct app *app)
{
	const struct sample_row *row = sample_list_selected(&self->members);

	if (row)
		app_push(app, screen_sample_new(row->id, "", (struct sample_source){ move_source, &self->screen }));
}

static void remove_member(struct incident_screen *self, struct app *app)
{
	const struct sample_row *row = sample_list_selected(&self->members);
	struct request *request;
	int64_t *samples;

	if (!row)
		return;
	request = request_new(REQUEST_MEMBERS_REMOVE);
	samples = arena_array(&request->arena, 1, sizeof(*samples));
	samples[0] = row->id;
	request->samples = samples;
	request->sample_count = 1;
	request->key = arena_strdup(&request->arena, self->key);
	self->remove_serial = app_request(app, &self->screen, request);
	app_hold_keys(app, true);
}

/* The cause at hand gets the members that reviewers gave it. */
static void link_evidence(struct incident_screen *self, struct app *app)
{
	size_t at = self->lists[TAB_CAUSES].selected;
	struct request *request;

	if (!self->incident || at >= self->incident->cause_count)
		return;
	request = request_new(REQUEST_EVIDENCE);
	request->key = arena_strdup(&request->arena, self->key);
	request->number = self->incident->causes[at].number;
	self->remove_serial = app_request(app, &self->screen, request);
	app_hold_keys(app, true);
}

static void set_tab(struct incident_screen *self, int tab)
{
	self->tab = (enum incident_tab)((tab + TAB_COUNT) % TAB_COUNT);
}

static bool move(struct incident_screen *self, struct app *app, enum action action)
{
	switch (self->tab) {
	case TAB_OVERVIEW:
		return pane_action(&self->overview, action);
	case TAB_DRAFT:
		return draft_view_action(&self->draft, action);
	case TAB_MEMBERS:
		if (action == ACTION_ID_left || action == ACTION_ID_right)
			return sample_view_action(&self->preview, action);
		return sample_list_action(&self->members, app, &self->screen, action);
	default:
		return list_action(&self->lists[self->tab], action);
	}
}

static void open_item(struct incident_screen *self, struct app *app)
{
	if (self->tab == TAB_MEMBERS)
		open_member(self, app);
	else
		incident_edit_action(self, app, ACTION_ID_item_open);
}

static bool mouse(struct incident_screen *self, struct app *app, const struct key *key)
{
	struct area body = incident_body(app_area(app));
	struct split split = split_of(body, split_place(body), 0);
	int tab = incident_tab_at(self, app_area(app), key);
	bool opened = false;

	if (tab >= 0) {
		set_tab(self, tab);
		return true;
	}
	switch (self->tab) {
	case TAB_OVERVIEW:
		return pane_wheel(&self->overview, key);
	case TAB_DRAFT:
		draft_view_mouse(&self->draft, key, body, &opened);
		break;
	case TAB_MEMBERS:
		if (area_holds(split.preview, key->row, key->column))
			return sample_view_click(&self->preview, split.preview, key) || sample_view_wheel(&self->preview, key);
		sample_list_mouse(&self->members, key, sample_list_rows_area(split.list), &opened);
		break;
	default:
		list_mouse(&self->lists[self->tab], key, incident_rows_area(body, self->lists[self->tab].count), &opened);
		break;
	}
	if (opened)
		open_item(self, app);
	return true;
}

/* Whether it is about the member at hand. */
static bool needs_row(const struct incident_screen *self, enum action action)
{
	return self->tab == TAB_MEMBERS && (action == ACTION_ID_item_open || action == ACTION_ID_item_remove ||
					    list_step(&self->members.list, action));
}

static bool incident_can(const struct screen *screen, const struct app *app, enum action action)
{
	const struct incident_screen *self = (const struct incident_screen *)screen;
	bool has_row = self->tab == TAB_MEMBERS ? self->members.window.rows.len > 0 : incident_row_count(self, self->tab) > 0;

	(void)app;
	switch (action) {
	case ACTION_ID_item_add: /* members are added where samples are */
		return self->incident && self->tab != TAB_MEMBERS;
	case ACTION_ID_item_open:
		return self->incident && (has_row || (self->tab == TAB_DRAFT && draft_view_row(&self->draft)));
	case ACTION_ID_item_remove:
		return self->incident && has_row;
	case ACTION_ID_item_fields:
		return self->incident && has_row && self->tab != TAB_MEMBERS;
	case ACTION_ID_item_status:
		return self->incident && ((has_row && self->tab != TAB_MEMBERS) || self->tab == TAB_DRAFT);
	case ACTION_ID_cause_evidence:
		return self->incident && has_row && self->tab == TAB_CAUSES;
	case ACTION_ID_incident_offers:
		return self->offer_count > 0;
	case ACTION_ID_page_differs:
		return self->pages.refused_count > 0;
	case ACTION_ID_revisions:
		return self->incident && self->tab == TAB_DRAFT;
	case ACTION_ID_tab_next:
	case ACTION_ID_tab_previous:
		return true;
	default:
		return action_info(action)->scope != SCOPE_INCIDENT || self->incident;
	}
}

static bool act(struct incident_screen *self, struct app *app, enum action action, const struct key *key)
{
	if (sample_list_moving(&self->members) && needs_row(self, action)) {
		self->awaits_row = true;
		app_hold_key(app, key);
		return true;
	}
	switch (action) {
	case ACTION_UNBOUND:
		if (key->code == INPUT_MOUSE)
			return mouse(self, app, key);
		if (key->code < '1' || key->code >= '1' + TAB_COUNT || key->alt)
			return false;
		set_tab(self, (int)(key->code - '1'));
		return true;
	case ACTION_ID_tab_next:
		set_tab(self, (int)self->tab + 1);
		return true;
	case ACTION_ID_tab_previous:
		set_tab(self, (int)self->tab - 1);
		return true;
	case ACTION_ID_preview:
		incident_draft_turn(self, app);
		set_tab(self, TAB_DRAFT);
		return true;
	case ACTION_ID_revisions: {
		const struct draft_row *row = self->tab == TAB_DRAFT ? draft_view_row(&self->draft) : NULL;
		app_push(app, screen_revisions_new(self->key, row ? row->section : NULL));
		return true;
	}
	case ACTION_ID_insights:
		app_push(app, screen_insights_new(NULL, self->key));
		return true;
	case ACTION_ID_refresh:
		if (self->members_open)
			sample_list_reload(&self->members, app, &self->screen);
		return false;
	default:
		break;
	}
	if (move(self, app, action))
		return true;
	if (!self->incident)
		return false; /* what follows is about the record */
	switch (action) {
	case ACTION_ID_item_open:
		open_item(self, app);
		return true;
	case ACTION_ID_item_remove:
		if (self->tab != TAB_MEMBERS)
			return incident_edit_action(self, app, action);
		remove_member(self, app);
		return true;
	case ACTION_ID_cause_evidence:
		if (self->tab == TAB_CAUSES)
			link_evidence(self, app);
		return true;
	case ACTION_ID_record_edit:
		incident_record_open(self, app);
		return true;
	case ACTION_ID_publish:
		incident_publish_open(app);
		return true;
	case ACTION_ID_page_differs:
		if (self->pages.refused_count)
			incident_refused_open(self, app);
		return true;
	default:
		return incident_edit_action(self, app, action);
	}
}

static bool incident_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	bool used = act(incident_of(screen), app, action, key);

	sync(incident_of(screen), app);
	return used;
}

static void incident_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct incident_screen *self = incident_of(screen);

	if (!child && self->flow.has_text) {
		self->flow.has_text = false;
		app_message(app, false, "not added; Up at the prompt brings back what you typed");
	}
	if (!child || child->tag == 0)
		return;
	if (child->tag == INCIDENT_TAG_SITE || child->tag == INCIDENT_TAG_AUDIENCE || child->tag == INCIDENT_TAG_FOLDER)
		incident_publish_result(self, app, child);
	else if (child->tag == INCIDENT_TAG_REFUSED)
		incident_refused_result(self, app, child);
	else if (child->tag == INCIDENT_TAG_STEP)
		incident_step_result(self, app, child);
	else if (child->tag == INCIDENT_TAG_STEP_REMARK)
		incident_step_remark(self, app, child);
	else if (child->tag == INCIDENT_TAG_REPAIR)
		incident_record_repair(self, app, child);
	else
		incident_edit_result(self, app, child);
}

static void incident_editor_done(struct screen *screen, struct app *app, struct slice text)
{
	struct incident_screen *self = incident_of(screen);

	if (self->editor == EDITOR_RECORD)
		incident_record_edited(self, app, text);
	else if (self->editor == EDITOR_ITEM)
		incident_item_edited(self, app, text);
	else if (self->editor == EDITOR_FIELD)
		incident_part_edited(self, app, text);
	else if (self->editor == EDITOR_SECTION)
		incident_section_edited(self, app, text);
}

/* What the tab shows as text; of a list, all that the row at hand says. */
static void incident_page(const struct screen *screen, struct strbuf *out)
{
	const struct incident_screen *self = (const struct incident_screen *)screen;
	const struct list *list = &self->lists[self->tab];
	struct pane detail;

	if (self->tab == TAB_OVERVIEW) {
		pane_text(&self->overview, out);
	} else if (self->tab == TAB_DRAFT) {
		pane_text(&self->draft.document, out);
	} else if (self->tab == TAB_MEMBERS) {
		sample_view_page(&self->preview, out);
	} else if (self->incident && list->selected < list->count) {
		pane_init(&detail);
		incident_detail_fill(self, list->selected, &detail, DETAIL_COLUMNS);
		pane_text(&detail, out);
		pane_release(&detail);
	}
}

static void incident_shown(struct screen *screen, struct app *app)
{
	sync(incident_of(screen), app);
}

static void incident_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	incident_tabs_view((const struct incident_screen *)screen, app, surface, area);
}

static const char *incident_crumb(const struct screen *screen)
{
	return ((const struct incident_screen *)screen)->key;
}

static void incident_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct incident_screen *self = (const struct incident_screen *)screen;

	if (!self->incident)
		return;
	strbuf_addstr(out, incident_status_word(self->incident->status));
	if (self->incident->severity != SEVERITY_NONE)
		strbuf_addf(out, "%s%s", app_sign(app, " · ", " - "), severity_word(self->incident->severity));
	if (self->kept_text)
		strbuf_addf(out, "%sunsaved: e", app_sign(app, " · ", " - "));
}

static void incident_release(struct screen *screen)
{
	struct incident_screen *self = incident_of(screen);

	free(self->key);
	free(self->failure);
	free(self->draft_failure);
	free(self->kept_text);
	arena_release(&self->arena);
	arena_release(&self->offers_arena);
	arena_release(&self->flow.arena);
	arena_release(&self->pages.arena);
	arena_release(&self->record_arena);
	incident_watch_release(self);
	sample_list_release(&self->members);
	sample_view_release(&self->preview);
	pane_release(&self->overview);
	draft_view_release(&self->draft);
}

static const struct screen_ops incident_ops = {
	.scope = SCOPE_INCIDENT,
	.has_list = true,
	.release = incident_release,
	.shown = incident_shown,
	.action = incident_action,
	.answer = incident_answer,
	.result = incident_result,
	.editor_done = incident_editor_done,
	.page = incident_page,
	.can = incident_can,
	.resized = incident_shown,
	.crumb = incident_crumb,
	.view = incident_view,
	.status = incident_status,
};

struct screen *screen_incident_new(const char *key)
{
	struct incident_screen *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &incident_ops;
	self->key = mem_strdup(key);
	arena_init(&self->arena);
	arena_init(&self->flow.arena);
	arena_init(&self->pages.arena);
	arena_init(&self->record_arena);
	sample_list_init(&self->members);
	sample_view_init(&self->preview);
	pane_init(&self->overview);
	draft_view_init(&self->draft);
	for (int tab = 0; tab < TAB_COUNT; tab++)
		list_init(&self->lists[tab]);
	return &self->screen;
}
