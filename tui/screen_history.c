/* The log of edits, newest first: who did what when, and what was undone. */
#include <inttypes.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/edit_filter.h"
#include "tui/list.h"
#include "tui/prompt.h"
#include "tui/screens.h"
#include "tui/spoken.h"

#define PAGE_EDITS 200

struct history_row {
	int64_t id;
	char *at, *reviewer, *verb, *summary;
	enum edit_kind kind;
	enum edit_state state;
	int64_t of;
};

struct history {
	struct screen screen;
	struct list list;
	VEC_OF(struct history_row) rows;
	char *filter;        /* as typed; NULL: all */
	uint64_t serial, seen;
	bool older;  /* the request under way is for what lies before the last row */
	bool at_end;
	bool loaded;
};

static struct history *self_of(struct screen *screen)
{
	return (struct history *)screen;
}

static void clear(struct history *self)
{
	for (size_t i = 0; i < self->rows.len; i++) {
		free(self->rows.items[i].at);
		free(self->rows.items[i].reviewer);
		free(self->rows.items[i].verb);
		free(self->rows.items[i].summary);
	}
	vec_clear(&self->rows);
}

static void ask(struct history *self, struct app *app, bool older)
{
	struct request *request = request_new(REQUEST_EDITS);

	request->limit = PAGE_EDITS;
	request->query = arena_strdup(&request->arena, self->filter);
	request->from.set = older;
	request->from.id = older && self->rows.len ? self->rows.items[self->rows.len - 1].id : 0;
	self->older = older;
	self->seen = app_change_serial(app);
	self->serial = app_request(app, &self->screen, request);
}

static struct area rows_area(struct area area)
{
	area_top(&area, 1);
	return area;
}

/* "12, 2026-11-28 10:30, ada, annotate: what was done, undone" */
static void say(const void *of, size_t index, struct strbuf *out)
{
	const struct history_row *row = &((const struct history *)of)->rows.items[index];

	strbuf_addf(out, "%" PRId64 ", %s, %s, %s: %s", row->id, row->at, row->reviewer, row->verb, row->summary);
	if (row->state == EDIT_UNDONE)
		strbuf_addstr(out, ", undone");
	else if (row->kind == EDIT_UNDO || row->kind == EDIT_REDO)
		strbuf_addf(out, ", of %" PRId64, row->of);
}

static bool mouse(struct history *self, const struct app *app, const struct key *key, bool *opened)
{
	struct area rows = rows_area(app_area(app));

	return app_options(app)->accessible ? spoken_mouse(&(struct spoken){ say, self }, &self->list, key, rows, opened) :
					      list_mouse(&self->list, key, rows, opened);
}

static void sync(struct history *self, struct app *app)
{
	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say, self }, &self->list, rows_area(app_area(app)));
	else
		list_resize(&self->list, rows_area(app_area(app)).rows);
	if (self->seen != app_change_serial(app))
		ask(self, app, false);
	else if (self->loaded && !self->serial && !self->at_end && self->list.selected + self->list.rows * 2 > self->rows.len)
		ask(self, app, true);
}

static char *copy(const char *text)
{
	return mem_strdup(text ? text : "");
}

/* New edits come in above: the selection stays on the one that it is on. */
static void select_id(struct history *self, int64_t id)
{
	for (size_t i = 0; id && i < self->rows.len; i++)
		if (self->rows.items[i].id == id)
			list_select(&self->list, i);
}

static void history_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct history *self = self_of(screen);

	if (answer->serial != self->serial)
		return;
	self->serial = 0;
	self->loaded = true;
	if (answer->status != STATUS_OK) {
		self->at_end = true;
		if (answer->status != STATUS_CANCELLED)
			app_message(app, true, "%s", answer->error.text);
		return;
	}
	int64_t selected = self->rows.len ? self->rows.items[self->list.selected].id : 0;
	if (!self->older)
		clear(self);
	for (size_t i = 0; i < answer->edit_count; i++) {
		const struct edit *edit = &answer->edits[i];
		struct strbuf at = STRBUF_INIT;
		instant_format(&at, (struct instant){ edit->at.at_us, PRECISION_MINUTE });
		vec_push(&self->rows, ((struct history_row){ edit->id, strbuf_detach(&at), copy(edit->reviewer),
							     copy(edit->verb), copy(edit->summary), edit->kind,
							     edit->state, edit->of }));
	}
	self->at_end = answer->edit_count < PAGE_EDITS;
	list_set_count(&self->list, self->rows.len);
	select_id(self, selected);
	sync(self, app);
}

/* That edit, not the newest: one that cannot be undone does not stand before the rest. */
static void undo_selected(const struct history *self, struct app *app)
{
	const struct history_row *row = self->rows.len ? &self->rows.items[self->list.selected] : NULL;
	struct request *request;

	if (!row)
		return;
	if (strcmp(row->reviewer, app_options(app)->reviewer) != 0) {
		app_message(app, false, "that edit is by %s; u undoes your own", row->reviewer);
	} else if (row->kind == EDIT_UNDO) {
		app_message(app, false, "that edit is an undo; ^R redoes what was undone last");
	} else if (row->state == EDIT_UNDONE) {
		app_message(app, false, "that edit is undone already");
	} else {
		request = request_new(REQUEST_UNDO);
		request->edit = row->kind == EDIT_REDO ? row->of : row->id;
		app_request(app, NULL, request);
	}
}

/* ---- the filter ---------------------------------------------------------------- */

static bool check_filter(void *context, const char *text, struct strbuf *hint)
{
	struct arena arena = ARENA_INIT;
	struct edit_filter filter = { 0 };
	struct error err;
	bool good = edit_filter_parse(&arena, text, &filter, &err) == STATUS_OK;

	(void)context;
	strbuf_addstr(hint, good ? "Enter applies · words by:NAME verb:annotate sample:12 incident:INC-… since:2026-04 until:" :
				   err.text);
	arena_release(&arena);
	return good;
}

static void open_filter(struct app *app, const char *initial)
{
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Filter",
		.initial = initial,
		.history = HISTORY_LOG,
		.may_be_empty = true,
		.check = check_filter,
	}));
}

/* All is read anew; until then the rows of before stand. What is read above it, as help is, hands nothing over. */
static void history_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct history *self = self_of(screen);

	if (!child || !prompt_is(child))
		return;
	const char *text = prompt_text(child);
	free(self->filter);
	self->filter = text[strspn(text, " ")] ? mem_strdup(text) : NULL;
	list_select(&self->list, 0);
	ask(self, app, false);
}

static bool history_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct history *self = self_of(screen);
	bool used;

	if (action == ACTION_ID_undo_selected) {
		undo_selected(self, app);
		return true;
	}
	if (action == ACTION_ID_history_filter) {
		open_filter(app, self->filter);
		return true;
	}
	used = list_action(&self->list, action) ||
		    mouse(self, app, key, NULL);

	sync(self, app);
	return used;
}

static void history_shown(struct screen *screen, struct app *app)
{
	sync(self_of(screen), app);
}

static void draw_row(const struct history_row *row, struct surface *surface, struct area line)
{
	enum style style = row->state == EDIT_UNDONE || row->kind == EDIT_UNDO ? STYLE_MUTED : STYLE_TEXT;
	bool has_mark = row->state == EDIT_UNDONE || row->kind == EDIT_UNDO || row->kind == EDIT_REDO;

	surface_printf(surface, line, 0, 0, STYLE_MUTED, "%6" PRId64, row->id);
	surface_fit(surface, line, 0, 7, 16, STYLE_MUTED, row->at);
	surface_fit(surface, line, 0, 24, 10, style, row->reviewer);
	surface_fit(surface, line, 0, 35, 9, style, row->verb);
	surface_fit(surface, line, 0, 45, line.columns - 45 - (has_mark ? 9 : 1), style, row->summary);
	if (row->state == EDIT_UNDONE)
		surface_puts(surface, line, 0, line.columns - 8, STYLE_WARNING, "undone");
	else if (row->kind == EDIT_UNDO || row->kind == EDIT_REDO)
		surface_printf(surface, line, 0, line.columns - 8, STYLE_MUTED, "of %" PRId64, row->of);
}

static void history_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct history *self = (const struct history *)screen;
	struct area head = area_top(&area, 1);

	if (!app_options(app)->accessible)
		surface_puts(surface, head, 0, 1, STYLE_MUTED, " edit  when (UTC)       who        what");
	if (!self->rows.len)
		surface_puts(surface, area, 0, 1, STYLE_MUTED, !self->loaded ? "reading" :
			     self->filter ? "no entry matches; / changes the filter" : "nothing was edited yet");
	if (app_options(app)->accessible) {
		spoken_view(&(struct spoken){ say, self }, &self->list, surface, area);
		return;
	}
	for (int row = 0; row < area.rows; row++) {
		size_t index = self->list.top + (size_t)row;
		if (index >= self->rows.len)
			break;
		draw_row(&self->rows.items[index], surface, (struct area){ area.row + row, area.column, 1, area.columns });
		if (index == self->list.selected)
			surface_select_row(surface, area, row);
	}
}

static void history_page(const struct screen *screen, struct strbuf *out)
{
	const struct history *self = (const struct history *)screen;
	const struct history_row *row = self->rows.len ? &self->rows.items[self->list.selected] : NULL;

	if (!row)
		return;
	strbuf_addf(out, "edit      %" PRId64 "\nwhen      %s UTC\nwho       %s\nwhat      %s\n", row->id, row->at, row->reviewer, row->verb);
	if (row->of)
		strbuf_addf(out, "of edit   %" PRId64 "\n", row->of);
	if (row->state == EDIT_UNDONE)
		strbuf_addstr(out, "state     undone\n");
	strbuf_addf(out, "\n%s\n", row->summary);
}

static const char *history_crumb(const struct screen *screen)
{
	(void)screen;
	return "Log of edits";
}

static void history_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct history *self = (const struct history *)screen;

	(void)app;
	if (self->filter)
		strbuf_addf(out, "filter: %s", self->filter);
}

static void history_release(struct screen *screen)
{
	clear(self_of(screen));
	free(self_of(screen)->filter);
	vec_release(&self_of(screen)->rows);
}

static const struct screen_ops history_ops = {
	.scope = SCOPE_HISTORY,
	.has_list = true,
	.release = history_release,
	.shown = history_shown,
	.action = history_action,
	.answer = history_answer,
	.result = history_result,
	.resized = history_shown,
	.page = history_page,
	.crumb = history_crumb,
	.view = history_view,
	.status = history_status,
};

struct screen *screen_history_new(void)
{
	struct history *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &history_ops;
	list_init(&self->list);
	return &self->screen;
}
