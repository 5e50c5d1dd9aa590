/*
 * Insights: what analyses say of the samples under a filter, part by part. Each part asks
 * for its answer when it is first looked at; answers are computed on a thread of their
 * own, and given up when the screen is left. Enter goes to what is behind a number.
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/insights.h"
#include "tui/list.h"
#include "tui/prompt.h"
#include "tui/screens.h"
#include "tui/spoken.h"
#include "tui/text_run.h"

/* One analysis: asked, not ready yet, answered, failed. */
struct source_state {
	struct arena arena;      /* of its answer */
	uint64_t serial, seen;   /* of the request under way (0: none); of the changes when it was asked */
	bool asked, loaded;
	int percent;             /* while it is not ready; -1: nothing is known of that */
	char *failure;
	struct strbuf wait;      /* what is said in its place, or beside what is of before */
};

struct insights {
	struct screen screen;
	char *query;             /* the filter; NULL: that of an incident's members, not known yet */
	char *incident;          /* whose milestone M sets, or NULL: it asks */
	struct app *app;         /* for the filter's prompt */
	struct insight_data data;
	struct source_state sources[INSIGHT_SOURCES];
	enum insight_part part;
	struct insight_rows rows;
	enum insight_part made;  /* whose rows they are */
	struct list lists[INSIGHT_PARTS];
	struct strbuf crumb;
	struct insight_milestone milestone;
};

static struct insights *self_of(struct screen *screen)
{
	return (struct insights *)screen;
}

/* ---- parts and where they come from ----------------------------------------------------------------- */

static const char *const titles[INSIGHT_PARTS] = { "Overview", "Causes", "Trend", "Shared", "Fixes", "Actions", "Changes" };

static const struct {
	enum request_kind kind;
	const char *wait;
} sources[INSIGHT_SOURCES] = {
	[INSIGHT_OF_INCIDENTS] = { REQUEST_STATS_INCIDENTS, "reading incidents" },
	[INSIGHT_OF_COUNTS] = { REQUEST_STATS_COUNTS, "counting" },
	[INSIGHT_OF_CODING] = { REQUEST_STATS_CODING, "reading judgements" },
	[INSIGHT_OF_DAYS] = { REQUEST_ONSET, "looking for the days on which the rate changed" },
	[INSIGHT_OF_CONTRAST] = { REQUEST_CONTRAST, "comparing every value and every pair of values" },
	[INSIGHT_OF_FIXES] = { REQUEST_WATCH, "comparing before, during and after each fix" },
};

/* What a part is made of, in the order in which it is asked for: what is there soonest first. */
static const struct {
	enum insight_source of[3];
	size_t count;
} needs[INSIGHT_PARTS] = {
	[INSIGHT_OVERVIEW] = { { INSIGHT_OF_INCIDENTS, INSIGHT_OF_COUNTS, INSIGHT_OF_CODING }, 3 },
	[INSIGHT_CAUSES] = { { INSIGHT_OF_COUNTS, INSIGHT_OF_CODING }, 2 },
	/* Weeks, and what shipped, stand below the chart. */
	[INSIGHT_TREND] = { { INSIGHT_OF_DAYS, INSIGHT_OF_COUNTS }, 2 },
	[INSIGHT_SHARED] = { { INSIGHT_OF_CONTRAST }, 1 },
	[INSIGHT_FIXES] = { { INSIGHT_OF_FIXES }, 1 },
	[INSIGHT_ACTIONS] = { { INSIGHT_OF_INCIDENTS }, 1 },
	[INSIGHT_CHANGES] = { { INSIGHT_OF_COUNTS }, 1 },
};

static void ask(struct insights *self, struct app *app, enum insight_source source)
{
	struct source_state *state = &self->sources[source];
	struct request *request = request_new(sources[source].kind);

	request->query = arena_strdup(&request->arena, self->query);
	request->key = arena_strdup(&request->arena, self->incident);
	state->asked = true;
	state->seen = app_change_serial(app);
	state->serial = app_request(app, &self->screen, request);
}

/* It could not be asked again: what it said before still stands there. */
static bool is_old(const struct source_state *state)
{
	return state->loaded && state->failure;
}

static void write_wait(const struct source_state *state, enum insight_source source, const struct app *app, struct strbuf *out)
{
	int64_t percent = source == INSIGHT_OF_CONTRAST ? app_done(app, state->serial) : 0;

	strbuf_clear(out);
	if (is_old(state))
		strbuf_addf(out, "figures of before, not of now: %s (%s)", state->failure, sources[source].wait);
	else if (state->failure)
		strbuf_addf(out, "cannot tell: %s", state->failure);
	else if (percent > 0 || state->percent >= 0)
		strbuf_addf(out, "%s: %d %%", sources[source].wait, percent > 0 ? (int)percent : state->percent);
	else
		strbuf_addstr(out, sources[source].wait);
}

/* Another row may stand where the selected one was. */
static void find_again(struct list *list, const struct insight_rows *rows, const char *label)
{
	size_t at = 0;

	if (!label || (list->selected < rows->list.len && strcmp(rows->list.items[list->selected].label, label) == 0))
		return;
	while (at < rows->list.len && strcmp(rows->list.items[at].label, label) != 0)
		at++;
	if (at < rows->list.len)
		list_select(list, at);
}

/* The rows of the part at hand, anew. */
static void make_rows(struct insights *self, const struct app *app)
{
	bool ascii = app_options(app)->ascii || app_options(app)->accessible;
	struct list *list = &self->lists[self->part];
	bool same = self->made == self->part && list->selected > 0 && list->selected < self->rows.list.len;
	char *label = same ? mem_strdup(self->rows.list.items[list->selected].label) : NULL;

	self->data.query = self->query ? self->query : "";
	for (int i = 0; i < INSIGHT_SOURCES; i++) {
		struct source_state *state = &self->sources[i];
		write_wait(state, (enum insight_source)i, app, &state->wait);
		if (!state->failure)
			strbuf_addstr(&state->wait, app_sign(app, " …", " ..."));
		self->data.waits[i] = state->wait.text;
		self->data.olds[i] = NULL;
	}
	for (size_t i = 0; i < needs[self->part].count; i++) {
		struct source_state *state = &self->sources[needs[self->part].of[i]];
		self->data.olds[needs[self->part].of[i]] = is_old(state) ? state->wait.text : NULL;
	}
	insight_rows_make(&self->rows, self->part, &self->data, ascii);
	self->made = self->part;
	list_set_count(list, self->rows.list.len);
	find_again(list, &self->rows, label);
	free(label);
}

static struct area part_area(struct area area)
{
	area_top(&area, 1);
	return area;
}

static struct area rows_area(const struct insights *self, const struct app *app, struct area area)
{
	struct area rest = part_area(area);

	area_bottom(&rest, 1);
	if (self->part == INSIGHT_TREND)
		area_top(&rest, insight_chart_rows(&self->data, rest, app_options(app)->accessible));
	return rest;
}

static void say(const void *of, size_t index, struct strbuf *out)
{
	const struct insight_rows *rows = of;

	if (index < rows->list.len)
		insight_row_say(&rows->list.items[index], out);
}

static void resize(struct insights *self, const struct app *app)
{
	struct area rows = rows_area(self, app, app_area(app));

	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say, &self->rows }, &self->lists[self->part], rows);
	else
		list_resize(&self->lists[self->part], rows.rows);
}

/*
 * What is to be seen is asked for, one after the other, if it is not there or somebody changed the store since: what was
 * never asked first, then what was asked longest ago, so that nothing waits for ever while others edit.
 */
static void sync(struct insights *self, struct app *app)
{
	const struct source_state *first = NULL;

	resize(self, app);
	for (size_t i = 0; i < needs[self->part].count; i++) {
		const struct source_state *state = &self->sources[needs[self->part].of[i]];
		if (state->serial)
			return;
		if ((!state->asked || state->seen != app_change_serial(app)) && (!first || (first->asked && (!state->asked || state->seen < first->seen))))
			first = state;
	}
	if (first)
		ask(self, app, (enum insight_source)(first - self->sources));
}

static void set_part(struct insights *self, struct app *app, int part)
{
	self->part = (enum insight_part)((part + INSIGHT_PARTS) % INSIGHT_PARTS);
	make_rows(self, app);
}

/* Another filter: nothing that was answered is about it. */
static void forget(struct insights *self)
{
	for (int i = 0; i < INSIGHT_SOURCES; i++) {
		struct source_state *state = &self->sources[i];
		arena_release(&state->arena);
		free(state->failure);
		strbuf_release(&state->wait);
		*state = (struct source_state){ .percent = -1, .wait = STRBUF_INIT };
	}
	insight_rows_clear(&self->rows);
	self->data = (struct insight_data){ .query = self->query };
}

static void set_query(struct insights *self, const char *query)
{
	char *copy = mem_strdup(query);

	free(self->query);
	self->query = copy;
	strbuf_clear(&self->crumb);
	strbuf_addstr(&self->crumb, "Insights");
	if (copy[0])
		strbuf_addf(&self->crumb, " /%s", copy);
}

/* ---- answers ----------------------------------------------------------------------------------------------- */

/* The arena of what was known before: rows are of it until they are made anew. */
static struct arena take(struct insights *self, enum insight_source source, struct answer *answer)
{
	struct source_state *state = &self->sources[source];
	struct arena old = state->arena;

	if (!self->query)
		set_query(self, answer->query);
	state->arena = answer_take_arena(answer);
	switch (source) {
	case INSIGHT_OF_INCIDENTS: self->data.incidents = answer->stats; break;
	case INSIGHT_OF_COUNTS: self->data.counts = answer->stats; break;
	case INSIGHT_OF_CODING: self->data.coding = answer->stats; break;
	case INSIGHT_OF_DAYS: self->data.onset = answer->onset; break;
	case INSIGHT_OF_CONTRAST: self->data.contrast = answer->contrast; break;
	default:
		self->data.watched = answer->watched;
		self->data.watched_count = answer->watched_count;
		self->data.recurred = answer->recurred;
		self->data.recurred_count = answer->recurred_count;
		self->data.has_watched = true;
		break;
	}
	state->loaded = true;
	return old;
}

static void source_answer(struct insights *self, struct app *app, enum insight_source source, struct answer *answer)
{
	struct source_state *state = &self->sources[source];
	struct arena old = ARENA_INIT;

	state->serial = 0;
	free(state->failure);
	state->failure = NULL;
	if (answer->status == STATUS_OK && !answer->readiness.ready) {
		state->percent = answer->readiness.total > 0 ? (int)(answer->readiness.done * 100 / answer->readiness.total) : -1;
		ask(self, app, source);
		make_rows(self, app);
		return;
	}
	if (answer->status == STATUS_OK)
		old = take(self, source, answer);
	else if (answer->status != STATUS_CANCELLED)
		state->failure = mem_strdup(answer->error.text);
	make_rows(self, app);
	arena_release(&old);
	sync(self, app);
}

static void insights_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct insights *self = self_of(screen);

	for (int i = 0; i < INSIGHT_SOURCES; i++)
		if (answer->serial == self->sources[i].serial && answer->kind == sources[i].kind) {
			source_answer(self, app, (enum insight_source)i, answer);
			return;
		}
	insight_milestone_answer(&self->milestone, app, screen, &self->data, answer);
}

/* ---- what is behind a row -------------------------------------------------------------------------------------- */

static const struct insight_row *selected(const struct insights *self)
{
	const struct list *list = &self->lists[self->part];

	return list->selected < self->rows.list.len ? &self->rows.list.items[list->selected] : NULL;
}

static void list_samples(struct insights *self, struct app *app, const struct insight_row *row)
{
	if (row && row->query)
		app_push(app, screen_queue_of(row->query));
	else
		app_message(app, false, "there are no samples behind this row%s", row && row->incident ? ": Enter opens the incident" : "");
	(void)self;
}

static void open_row(struct insights *self, struct app *app)
{
	const struct insight_row *row = selected(self);

	if (!row)
		return;
	if (row->part) {
		set_part(self, app, (int)row->part);
	} else if (row->narrower) {
		struct screen *child = screen_insights_new(row->narrower, NULL);
		self_of(child)->part = INSIGHT_SHARED;
		app_push(app, child);
	} else if (row->query && self->part != INSIGHT_FIXES) {
		list_samples(self, app, row);
	} else if (row->incident) {
		app_push(app, screen_incident_new(row->incident));
	} else if (row->query) {
		list_samples(self, app, row);
	}
}

/* ---- the filter ---------------------------------------------------------------------------------------------- */

static bool check_filter(void *context, const char *text, struct strbuf *hint)
{
	const struct insights *self = context;
	struct arena arena = ARENA_INIT;
	struct query query;
	struct error err;
	bool good = query_parse(&arena, text, app_options(self->app)->reviewer, &query, &err) == STATUS_OK &&
		    query_check_codes(&query, app_codebook(self->app), &err) == STATUS_OK;

	strbuf_addstr(hint, good ? "Enter applies · key:value -key:value before: after:" : err.text);
	arena_release(&arena);
	return good;
}

static void open_filter(struct insights *self, struct app *app)
{
	self->app = app;
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Filter", .initial = self->query, .history = HISTORY_FILTER, .tag = INSIGHT_TAG_FILTER, .may_be_empty = true,
		.check = check_filter, .context = self }));
}

static void insights_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct insights *self = self_of(screen);

	if (child && child->tag == INSIGHT_TAG_FILTER) {
		set_query(self, prompt_text(child));
		forget(self);
		for (int i = 0; i < INSIGHT_PARTS; i++)
			list_select(&self->lists[i], 0);
		make_rows(self, app);
		app_request(app, screen, request_new(REQUEST_STOP));
		sync(self, app);
	} else if (child) {
		insight_milestone_result(&self->milestone, app, screen, child);
	}
}

/* ---- events ------------------------------------------------------------------------------------------------------- */

static bool mouse(struct insights *self, struct app *app, const struct key *key)
{
	struct area tabs = app_area(app);
	int column = tabs.column + 1;
	bool opened = false;

	for (int part = 0; key->mouse == MOUSE_CLICK && key->row == tabs.row && part < INSIGHT_PARTS; part++) { /* as draw_tabs() has them */
		int width = (int)strlen(titles[part]) + 3;
		if (key->column >= column && key->column < column + width) {
			set_part(self, app, part);
			return true;
		}
		column += width;
	}
	struct area rows = rows_area(self, app, app_area(app));
	if (app_options(app)->accessible)
		spoken_mouse(&(struct spoken){ say, &self->rows }, &self->lists[self->part], key, rows, &opened);
	else
		list_mouse(&self->lists[self->part], key, rows, &opened);
	if (opened)
		open_row(self, app);
	return true;
}

static bool act(struct insights *self, struct app *app, enum action action, const struct key *key)
{
	switch (action) {
	case ACTION_UNBOUND:
		if (key->code == INPUT_MOUSE)
			return mouse(self, app, key);
		if (key->code < '1' || key->code >= '1' + INSIGHT_PARTS || key->alt)
			return false;
		set_part(self, app, (int)(key->code - '1'));
		return true;
	case ACTION_ID_insight_next:
		set_part(self, app, (int)self->part + 1);
		return true;
	case ACTION_ID_insight_previous:
		set_part(self, app, (int)self->part - 1);
		return true;
	case ACTION_ID_insight_open:
		open_row(self, app);
		return true;
	case ACTION_ID_insight_samples:
		list_samples(self, app, selected(self));
		return true;
	case ACTION_ID_insight_filter:
		open_filter(self, app);
		return true;
	case ACTION_ID_insight_milestone:
		if (self->part == INSIGHT_TREND)
			insight_milestone_set(&self->milestone, app, &self->screen, &self->data, self->incident);
		else
			app_message(app, false, "the trend has the day to set: Tab goes there");
		return true;
	case ACTION_ID_insights:
		return true; /* here already */
	case ACTION_ID_back: /* nobody waits any more */
		app_request(app, &self->screen, request_new(REQUEST_STOP));
		return false;
	default:
		return list_action(&self->lists[self->part], action);
	}
}

static bool insights_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	bool used = act(self_of(screen), app, action, key);

	sync(self_of(screen), app);
	return used;
}

static void insights_shown(struct screen *screen, struct app *app)
{
	struct insights *self = self_of(screen);

	sync(self, app);
	make_rows(self, app);
}

/* ---- drawing --------------------------------------------------------------------------------------------------------- */

static void draw_tabs(const struct insights *self, struct surface *surface, struct area line)
{
	int column = 1;

	for (int part = 0; part < INSIGHT_PARTS; part++)
		column += surface_printf(surface, line, 0, column, part == (int)self->part ? STYLE_TITLE : STYLE_MUTED,
					 part == (int)self->part ? "[%s] " : " %s  ", titles[part]);
}

static void draw_wait(const struct insights *self, const struct app *app, struct surface *surface, struct area area)
{
	enum insight_source source = needs[self->part].of[0];
	const struct source_state *state = &self->sources[source];
	struct strbuf text = STRBUF_INIT;

	write_wait(state, source, app, &text);
	if (!state->failure)
		strbuf_addstr(&text, "; q leaves");
	struct slice rest = strbuf_slice(&text);
	for (int row = 0; row < area.rows && rest.len_bytes; row++) {
		size_t len = text_fitting(rest, area.columns > 3 ? area.columns - 2 : 1);
		surface_text(surface, area, row, 1, state->failure ? STYLE_WARNING : STYLE_MUTED, (struct slice){ rest.at, len });
		rest.at += len;
		rest.len_bytes -= len;
	}
	strbuf_release(&text);
}

static void insights_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct insights *self = (const struct insights *)screen;
	const struct list *list = &self->lists[self->part];
	struct area tabs = area_top(&area, 1), detail = area_bottom(&area, 1), chart;

	draw_tabs(self, surface, tabs);
	if (!self->rows.list.len) {
		draw_wait(self, app, surface, area);
		return;
	}
	if (list->selected < self->rows.list.len)
		insight_detail_draw(&self->rows.list.items[list->selected], surface, detail);
	if (app_options(app)->accessible) {
		spoken_view(&(struct spoken){ say, &self->rows }, list, surface, area);
		return;
	}
	chart = area_top(&area, self->part == INSIGHT_TREND ? insight_chart_rows(&self->data, area, false) : 0);
	if (chart.rows)
		insight_chart_draw(&self->data, surface, chart, app_options(app)->ascii);
	const struct insight_look look = insight_look_of(&self->rows, area.columns);
	for (int row = 0; row < area.rows && list->top + (size_t)row < self->rows.list.len; row++) {
		size_t index = list->top + (size_t)row;
		insight_row_draw(&self->rows.list.items[index], &look, surface, (struct area){ area.row + row, area.column, 1, area.columns },
				 app_options(app)->ascii);
		if (index == list->selected)
			surface_select_row(surface, area, row);
	}
}

static const char *insights_crumb(const struct screen *screen)
{
	return ((const struct insights *)screen)->crumb.text;
}

static void insights_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct insights *self = (const struct insights *)screen;
	bool asks = false, old = false;

	for (size_t i = 0; i < needs[self->part].count; i++) {
		asks |= self->sources[needs[self->part].of[i]].serial != 0;
		old |= is_old(&self->sources[needs[self->part].of[i]]);
	}
	if (self->incident)
		strbuf_addf(out, "of %s", self->incident);
	if (old)
		strbuf_addf(out, "%sof before", out->len_bytes ? app_sign(app, " · ", " - ") : "");
	if (asks)
		strbuf_addf(out, "%sunder way", out->len_bytes ? app_sign(app, " · ", " - ") : "");
}

static void insights_release(struct screen *screen)
{
	struct insights *self = self_of(screen);

	forget(self);
	insight_rows_release(&self->rows);
	strbuf_release(&self->crumb);
	free(self->query);
	free(self->incident);
	free(self->milestone.picked);
}

static bool insights_can(const struct screen *screen, const struct app *app, enum action action)
{
	const struct insights *self = (const struct insights *)screen;
	const struct insight_row *row = selected(self);

	(void)app;
	switch (action) {
	case ACTION_ID_insight_open:
		return row && (row->query || row->incident || row->narrower || row->part);
	case ACTION_ID_insight_samples:
		return row && row->query;
	case ACTION_ID_insight_milestone:
		return self->part == INSIGHT_TREND;
	default:
		return true;
	}
}

static const struct screen_ops insights_ops = {
	.scope = SCOPE_INSIGHTS,
	.has_list = true,
	.release = insights_release,
	.shown = insights_shown,
	.action = insights_action,
	.answer = insights_answer,
	.result = insights_result,
	.resized = insights_shown,
	.crumb = insights_crumb,
	.view = insights_view,
	.can = insights_can,
	.status = insights_status,
};

struct screen *screen_insights_new(const char *query, const char *incident)
{
	struct insights *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &insights_ops;
	strbuf_init(&self->crumb);
	strbuf_addstr(&self->crumb, "Insights");
	self->incident = incident ? mem_strdup(incident) : NULL;
	forget(self);
	if (query)
		set_query(self, query);
	for (int i = 0; i < INSIGHT_PARTS; i++)
		list_init(&self->lists[i]);
	return &self->screen;
}
