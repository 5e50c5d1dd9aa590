/* The list of incidents, newest key first. */
#include <inttypes.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/list.h"
#include "tui/prompt.h"
#include "tui/screens.h"
#include "tui/spoken.h"

enum { TAG_TITLE = 1 };

struct incidents {
	struct screen screen;
	struct list list;
	struct arena arena; /* holds the rows */
	const struct incident_row *rows;
	size_t count;
	uint64_t serial, seen;
	uint64_t put_serial;
	bool loaded;
};

static struct incidents *self_of(struct screen *screen)
{
	return (struct incidents *)screen;
}

static struct area rows_area(struct area area)
{
	area_top(&area, 1);
	return area;
}

/* "INC-2026-0001, mitigated, Q2: title, 12 members, 3 causes, 1 to do" */
static void say(const void *of, size_t index, struct strbuf *out)
{
	const struct incident_row *row = &((const struct incidents *)of)->rows[index];

	strbuf_addf(out, "%s, %s", row->key, incident_status_word(row->status));
	if (row->severity != SEVERITY_NONE)
		strbuf_addf(out, ", %s", severity_word(row->severity));
	strbuf_addf(out, ": %s, %zu member%s, %zu cause%s, %zu to do%s", row->title, row->member_count, plural((int64_t)row->member_count),
		    row->cause_count, plural((int64_t)row->cause_count), row->open_action_count, row->illustrative ? ", illustrative" : "");
}

static bool mouse(struct incidents *self, const struct app *app, const struct key *key, bool *opened)
{
	struct area rows = rows_area(app_area(app));

	return app_options(app)->accessible ? spoken_mouse(&(struct spoken){ say, self }, &self->list, key, rows, opened) :
					      list_mouse(&self->list, key, rows, opened);
}

static void resize(struct incidents *self, const struct app *app)
{
	struct area rows = rows_area(app_area(app));

	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say, self }, &self->list, rows);
	else
		list_resize(&self->list, rows.rows);
}

static void sync(struct incidents *self, struct app *app)
{
	resize(self, app);
	if (self->seen == app_change_serial(app))
		return;
	self->seen = app_change_serial(app);
	self->serial = app_request(app, &self->screen, request_new(REQUEST_INCIDENTS));
}

static const char *selected_key(const struct incidents *self)
{
	return self->count ? self->rows[self->list.selected].key : NULL;
}

static void take_rows(struct incidents *self, struct answer *answer)
{
	const char *selected = selected_key(self);
	size_t index = self->list.selected;
	struct arena old = self->arena;

	self->arena = answer_take_arena(answer);
	self->rows = answer->incidents;
	self->count = answer->incident_count;
	for (size_t i = 0; selected && i < self->count; i++)
		if (strcmp(self->rows[i].key, selected) == 0)
			index = i;
	arena_release(&old);
	list_set_count(&self->list, self->count);
	list_select(&self->list, index);
	self->loaded = true;
}

static void put_answer(struct incidents *self, struct app *app, struct answer *answer)
{
	self->put_serial = 0;
	if (answer->status != STATUS_OK) {
		app_message(app, true, "not saved: %s", answer->error.text);
		return;
	}
	app_message(app, false, "%s made%s", answer->key, app_sign(app, " · u undoes", " - u undoes"));
	app_changed(app);
	app_push(app, screen_incident_new(answer->key));
}

static void incidents_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct incidents *self = self_of(screen);

	if (answer->kind == REQUEST_INCIDENT_PUT && answer->serial == self->put_serial) {
		put_answer(self, app, answer);
		app_hold_keys(app, false);
		return;
	}
	if (answer->serial != self->serial)
		return;
	if (answer->status == STATUS_OK) {
		take_rows(self, answer);
		resize(self, app);
	} else if (answer->status != STATUS_CANCELLED) {
		app_message(app, true, "%s", answer->error.text);
	}
}

static void incidents_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct incidents *self = self_of(screen);
	struct request *request;

	if (!child || child->tag != TAG_TITLE)
		return;
	request = request_new(REQUEST_INCIDENT_PUT);
	request->incident = arena_alloc(&request->arena, sizeof(*request->incident));
	incident_init(request->incident, &request->arena, prompt_text(child));
	request->summary = arena_printf(&request->arena, "new: %s", prompt_text(child));
	self->put_serial = app_request(app, screen, request);
	app_hold_keys(app, true); /* what is typed next is meant for the new incident */
}

static void open_selected(struct incidents *self, struct app *app)
{
	if (selected_key(self))
		app_push(app, screen_incident_new(selected_key(self)));
}

static bool incidents_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct incidents *self = self_of(screen);
	bool used = true, opened = false;

	switch (action) {
	case ACTION_ID_incident_open:
		open_selected(self, app);
		break;
	case ACTION_ID_incident_new:
		app_push(app, prompt_new(app, &(struct prompt_options){
			.title = "Title of the new incident", .history = HISTORY_TITLE, .tag = TAG_TITLE }));
		break;
	case ACTION_ID_incidents:
		break; /* here already */
	default:
		used = list_action(&self->list, action) ||
		       mouse(self, app, key, &opened);
		resize(self, app);
		if (opened)
			open_selected(self, app);
		break;
	}
	return used;
}

static void incidents_shown(struct screen *screen, struct app *app)
{
	sync(self_of(screen), app);
}

/* ---- drawing ---------------------------------------------------------------------- */

#define COUNTS_COLUMNS 21
#define TITLE_COLUMN 34
#define TITLE "title "
#define ALL_LABEL "[all ILLUSTRATIVE]"

struct columns {
	int title, counts; /* counts: 0 no room, COUNTS_COLUMNS + 12 with the age */
	bool all_illustrative; /* which the titles say, in place of the rows */
};

static bool all_illustrative(const struct incidents *self)
{
	for (size_t i = 0; i < self->count; i++)
		if (!self->rows[i].illustrative)
			return false;
	return self->count > 1;
}

static struct columns columns_of(const struct incidents *self, int width)
{
	struct columns columns = { .counts = width >= 100 ? COUNTS_COLUMNS + 12 : width >= 70 ? COUNTS_COLUMNS : 0 };

	columns.title = width - TITLE_COLUMN - columns.counts;
	columns.all_illustrative = columns.title > (int)strlen(TITLE ALL_LABEL) && all_illustrative(self);
	return columns;
}

static void draw_row(const struct incident_row *row, struct surface *surface, struct area line, struct columns columns,
		     struct arena *arena, struct instant now)
{
	int column = 1;
	enum style style = row->status == INCIDENT_CLOSED || row->status == INCIDENT_DUPLICATE ? STYLE_MUTED : STYLE_TEXT;
	struct instant from = instant_known(row->started_at) ? row->started_at : row->created_at;

	surface_fit(surface, line, 0, column, 14, STYLE_TITLE, row->key);
	surface_fit(surface, line, 0, column += 15, 13, style, incident_status_word(row->status));
	if (row->severity != SEVERITY_NONE)
		surface_puts(surface, line, 0, column + 14, row->severity <= SEVERITY_Q2 ? STYLE_ERROR : STYLE_TEXT,
			     severity_word(row->severity));
	column += 18;
	if (row->illustrative && !columns.all_illustrative) {
		int used = surface_fit(surface, line, 0, column, columns.title, STYLE_ILLUSTRATIVE, "[ILL] ");
		surface_fit(surface, line, 0, column + used, columns.title - used - 1, style, row->title);
	} else {
		surface_fit(surface, line, 0, column, columns.title - 1, style, row->title);
	}
	column += columns.title;
	if (!columns.counts)
		return;
	surface_printf(surface, line, 0, column, STYLE_TEXT, "%7zu %6zu %5zu", row->member_count, row->cause_count,
		       row->open_action_count);
	if (columns.counts > COUNTS_COLUMNS)
		surface_fit(surface, line, 0, column + COUNTS_COLUMNS + 1, 10, STYLE_MUTED, instant_ago(arena, from, now));
}

static void draw_empty(struct surface *surface, struct area area)
{
	surface_puts(surface, area, 1, 1, STYLE_TITLE, "There are no incidents yet.");
	surface_puts(surface, area, 3, 1, STYLE_TEXT, "a makes one here. Or mark samples in the queue with Space,");
	surface_puts(surface, area, 4, 1, STYLE_TEXT, "and press a there: they become its members.");
}

static void incidents_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct incidents *self = (const struct incidents *)screen;
	struct columns columns = columns_of(self, area.columns);
	struct arena arena = ARENA_INIT;
	struct instant now = instant_now();
	struct area head = area_top(&area, 1);

	if (!self->count) {
		if (self->loaded)
			draw_empty(surface, area);
		else
			surface_puts(surface, area, 0, 1, STYLE_MUTED, "reading");
		return;
	}
	if (app_options(app)->accessible) {
		spoken_view(&(struct spoken){ say, self }, &self->list, surface, area);
		return;
	}
	surface_puts(surface, head, 0, 1, STYLE_MUTED, "incident       status        sev title");
	if (columns.all_illustrative)
		surface_puts(surface, head, 0, TITLE_COLUMN + (int)strlen(TITLE), STYLE_ILLUSTRATIVE, ALL_LABEL);
	if (columns.counts)
		surface_puts(surface, head, 0, TITLE_COLUMN + columns.title, STYLE_MUTED,
			     columns.counts > COUNTS_COLUMNS ? "members causes to do  since" : "members causes to do");
	for (int row = 0; row < area.rows && self->list.top + (size_t)row < self->count; row++) {
		size_t index = self->list.top + (size_t)row;
		draw_row(&self->rows[index], surface, (struct area){ area.row + row, area.column, 1, area.columns },
			 columns, &arena, now);
		if (index == self->list.selected)
			surface_select_row(surface, area, row);
	}
	arena_release(&arena);
}

static const char *incidents_crumb(const struct screen *screen)
{
	(void)screen;
	return "Incidents";
}

static void incidents_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct incidents *self = (const struct incidents *)screen;

	(void)app;
	if (self->count)
		strbuf_addf(out, "%zu of %zu", self->list.selected + 1, self->count);
}

static void incidents_release(struct screen *screen)
{
	arena_release(&self_of(screen)->arena);
}

static const struct screen_ops incidents_ops = {
	.scope = SCOPE_INCIDENTS,
	.has_list = true,
	.release = incidents_release,
	.shown = incidents_shown,
	.action = incidents_action,
	.answer = incidents_answer,
	.result = incidents_result,
	.resized = incidents_shown,
	.crumb = incidents_crumb,
	.view = incidents_view,
	.status = incidents_status,
};

struct screen *screen_incidents_new(void)
{
	struct incidents *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &incidents_ops;
	list_init(&self->list);
	arena_init(&self->arena);
	return &self->screen;
}
