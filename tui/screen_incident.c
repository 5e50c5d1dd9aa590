/* An incident: its tabs, what its keys and the mouse do. What is asked for it and comes back: incident_read.c. */
#include <inttypes.h>

#include "core/base/mem.h"
#include "tui/incident_screen.h"
#include "tui/prompt.h"
#include "tui/screens.h"

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
	struct split split = incident_members_split(app, body);
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
		sample_list_mouse(&self->members, app, key, sample_list_rows_area(split.list), NULL, &opened);
		break;
	default:
		incident_list_mouse(self, app, key, body, &opened);
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

	incident_sync(incident_of(screen), app);
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
	incident_sync(incident_of(screen), app);
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
	.answer = incident_take_answer,
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
