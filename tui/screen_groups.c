/*
 * Groups of alike samples among those that a list has, each as one row: how many it has, what it
 * proposes, and the sample that came first. Enter lists its members in the queue; Space does too,
 * with those marked that wait, so that exceptions can be unmarked and the rest judged as one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/list.h"
#include "tui/sample_list.h"
#include "tui/screens.h"
#include "tui/spoken.h"

#define COUNT_COLUMNS 18
#define CAUSE_COLUMNS 44
#define CAUSE_COLUMNS_LEAST 22
#define NARROW_COLUMNS 110 /* below, the title needs the room more than the cause does */
#define CAUSE_TITLE "cause proposed"

struct groups_screen {
	struct screen screen;
	struct list list;
	char *query;               /* of the list that it was opened from */
	struct arena arena;        /* of the newest answer */
	const struct alike_group *groups;
	const struct sample_row *rows;
	size_t count, row_count;
	struct alike_status is;
	uint64_t serial, accept_serial;
	uint64_t seen;
	bool done;
	char *failure;             /* or NULL */
	struct groups_choice choice;
};

static struct groups_screen *self_of(struct screen *screen)
{
	return (struct groups_screen *)screen;
}

static struct area rows_area(struct area area)
{
	if (area.rows > 3)
		area_top(&area, 2);
	return area;
}

static const struct alike_group *at_hand(const struct groups_screen *self)
{
	return self->count ? &self->groups[self->list.selected] : NULL;
}

/* ---- in words ---------------------------------------------------------------------------- */

static const struct sample_row *row_of(const struct groups_screen *self, int64_t sample)
{
	for (size_t i = 0; i < self->row_count; i++)
		if (self->rows[i].id == sample)
			return &self->rows[i];
	return NULL;
}

static void add_proposal(struct strbuf *text, const struct alike_group *group)
{
	if (alike_proposal(group))
		strbuf_addf(text, "%s (%" PRId64 " of %" PRId64 ")", group->cause, group->agree, group->judged);
	else if (group->judged)
		strbuf_addf(text, "%" PRId64 " judged, and differ", group->judged);
}

/* In words, the sample behind them: "6 samples, 4 open, model/cache (2 of 2): untriaged, error: …". */
static void say(const void *of, size_t index, struct strbuf *out)
{
	const struct groups_screen *self = of;
	const struct alike_group *group = &self->groups[index];
	const struct sample_row *row = row_of(self, group->representative);

	strbuf_addf(out, "%" PRId64 " sample%s, %" PRId64 " open", group->members, plural(group->members), group->open);
	if (group->judged)
		strbuf_addstr(out, ", ");
	add_proposal(out, group);
	if (row) {
		strbuf_addstr(out, ": ");
		sample_row_say(row, false, out);
	}
}

static bool mouse(struct groups_screen *self, const struct app *app, const struct key *key, bool *opened)
{
	struct area rows = rows_area(app_area(app));

	return app_options(app)->accessible ? spoken_mouse(&(struct spoken){ say, self }, &self->list, key, rows, opened) :
					      list_mouse(&self->list, key, rows, opened);
}

static void resize(struct groups_screen *self, const struct app *app)
{
	struct area rows = rows_area(app_area(app));

	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say, self }, &self->list, rows);
	else
		list_resize(&self->list, rows.rows);
}

/* ---- reading ---------------------------------------------------------------------------- */

static void groups_shown(struct screen *screen, struct app *app)
{
	struct groups_screen *self = self_of(screen);
	struct request *request;

	resize(self, app);
	if (self->seen == app_change_serial(app) && self->serial)
		return;
	request = request_new(REQUEST_GROUPS);
	request->query = arena_strdup(&request->arena, self->query);
	self->seen = app_change_serial(app);
	self->serial = app_request(app, screen, request);
}

static void take(struct groups_screen *self, struct answer *answer)
{
	int64_t kept = at_hand(self) ? at_hand(self)->representative : 0;

	arena_release(&self->arena);
	self->groups = answer->groups;
	self->count = answer->group_count;
	self->rows = answer->page.rows;
	self->row_count = answer->page.count;
	self->is = answer->alike;
	self->arena = answer_take_arena(answer);
	list_set_count(&self->list, self->count);
	for (size_t i = 0; i < self->count; i++)
		if (self->groups[i].representative == kept)
			list_select(&self->list, i);
}

static void groups_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct groups_screen *self = self_of(screen);

	if (answer->serial == self->accept_serial && answer->kind == REQUEST_ACCEPT) {
		if (answer->status != STATUS_OK)
			app_message(app, true, "not saved: %s", answer->error.text);
		else
			app_message(app, false, "%s%s", answer->message, answer->edit ? app_sign(app, " · u undoes", " - u undoes") : "");
		if (answer->status == STATUS_OK && answer->edit)
			app_changed(app);
		return;
	}
	if (answer->serial != self->serial || answer->status == STATUS_CANCELLED)
		return;
	self->done = true;
	free(self->failure);
	self->failure = answer->status == STATUS_OK ? NULL : mem_strdup(answer->error.text);
	if (answer->status == STATUS_OK)
		take(self, answer);
	resize(self, app);
}

/* ---- acting ------------------------------------------------------------------------------ */

static void choose(struct groups_screen *self, struct app *app, bool marked)
{
	const struct alike_group *group = at_hand(self);

	if (!group)
		return;
	self->choice.query = arena_printf(&self->arena, "group:%" PRId64, group->representative);
	if (marked)
		self->choice.marked = arena_printf(&self->arena, "%s%sgroup:%" PRId64 " status:untriaged,in_review", self->query,
						   self->query[0] ? " " : "", group->representative);
	app_pop(app, true);
}

static void accept(struct groups_screen *self, struct app *app)
{
	const struct alike_group *group = at_hand(self);
	struct request *request;

	if (!group)
		return;
	request = request_new(REQUEST_ACCEPT);
	request->query = arena_printf(&request->arena, "%s%sgroup:%" PRId64, self->query, self->query[0] ? " " : "",
				      group->representative);
	self->accept_serial = app_request(app, &self->screen, request);
}

static bool groups_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct groups_screen *self = self_of(screen);
	bool opened = action == ACTION_ID_group_open, used;

	if (action == ACTION_ID_group_mark) {
		choose(self, app, true);
		return true;
	}
	if (action == ACTION_ID_group_accept) {
		accept(self, app);
		return true;
	}
	used = list_action(&self->list, action) || mouse(self, app, key, &opened);
	resize(self, app);
	if (opened)
		choose(self, app, false);
	return used || opened;
}

/* ---- drawing ----------------------------------------------------------------------------- */

static void draw_counts(const struct groups_screen *self, const struct app *app, struct surface *surface, struct area line)
{
	struct strbuf text = STRBUF_INIT;

	if (self->failure)
		strbuf_addstr(&text, self->failure);
	else if (!self->done)
		strbuf_addstr(&text, "reading");
	else if (!self->count)
		strbuf_addstr(&text, "no sample of this list is alike another one");
	else
		strbuf_addf(&text, self->count == GROUPS_LIST ? "the %zu largest groups of alike samples" : self->count == 1 ?
			    "%zu group of alike samples" : "%zu groups of alike samples", self->count);
	if (self->done && !self->failure && !self->is.whole)
		strbuf_addf(&text, "%sso far: %" PRId64 " of %" PRId64 " samples are compared; R reads again",
			    app_sign(app, " · ", " - "), self->is.samples_done, self->is.samples);
	surface_fit(surface, line, 0, 1, line.columns - 2, self->failure ? STYLE_ERROR : STYLE_TITLE, text.text);
	strbuf_release(&text);
}

/* As wide as what is proposed; 0: nothing is, and the titles have the room. */
static int cause_columns(const struct groups_screen *self, int columns)
{
	int widest = 0, most = columns < NARROW_COLUMNS ? CAUSE_COLUMNS_LEAST : CAUSE_COLUMNS;
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < self->count; i++) {
		strbuf_clear(&text);
		add_proposal(&text, &self->groups[i]);
		int width = text.len_bytes ? utf8_text_columns(strbuf_slice(&text)) + 2 : 0;
		if (width > widest)
			widest = width;
	}
	strbuf_release(&text);
	if (widest && widest < (int)sizeof(CAUSE_TITLE) + 1)
		widest = (int)sizeof(CAUSE_TITLE) + 1;
	return widest > most ? most : widest;
}

static struct sample_columns columns_of(const struct groups_screen *self, const struct app *app, int columns, bool has_titles)
{
	VEC_OF(const struct sample_row *) rows = VEC_INIT;
	struct sample_columns found;

	for (size_t i = 0; i < self->row_count; i++)
		vec_push(&rows, &self->rows[i]);
	found = sample_columns_of(app, columns, rows.items, rows.len, true);
	if (!has_titles)
		found.label = NULL;
	vec_release(&rows);
	return found;
}

static void draw_group(const struct groups_screen *self, const struct app *app, const struct sample_columns *columns,
		       int cause_width, struct surface *surface, struct area line, const struct alike_group *group)
{
	const struct sample_row *row = row_of(self, group->representative);
	struct area rest = line, counts = area_left(&rest, COUNT_COLUMNS), cause = area_left(&rest, cause_width);
	struct strbuf text = STRBUF_INIT;

	surface_printf(surface, counts, 0, 1, STYLE_TEXT, "%6" PRId64 "  %6" PRId64, group->members, group->open);
	add_proposal(&text, group);
	if (cause_width)
		surface_fit(surface, cause, 0, 0, cause.columns - 1, alike_proposal(group) ? STYLE_GOOD : STYLE_MUTED, text.text);
	if (row)
		sample_row_view(row, app, columns, surface, rest);
	strbuf_release(&text);
}

static void groups_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct groups_screen *self = (const struct groups_screen *)screen;
	struct area rows = rows_area(area), head = area;

	draw_counts(self, app, surface, area_top(&head, 1));
	if (!self->count)
		return;
	if (app_options(app)->accessible) {
		spoken_view(&(struct spoken){ say, self }, &self->list, surface, rows);
		return;
	}
	int cause = cause_columns(self, area.columns);
	struct sample_columns columns = columns_of(self, app, area.columns - COUNT_COLUMNS - cause, rows.rows < area.rows);
	if (rows.rows < area.rows) {
		surface_puts(surface, head, 0, 1, STYLE_MUTED, "samples");
		surface_puts(surface, head, 0, 11, STYLE_MUTED, "open");
		if (cause)
			surface_puts(surface, head, 0, COUNT_COLUMNS, STYLE_MUTED, CAUSE_TITLE);
		sample_row_titles(&columns, surface, (struct area){ head.row, head.column + COUNT_COLUMNS + cause, 1,
								    head.columns - COUNT_COLUMNS - cause });
	}
	for (int row = 0; row < rows.rows && self->list.top + (size_t)row < self->count; row++) {
		struct area line = { rows.row + row, rows.column, 1, rows.columns };
		draw_group(self, app, &columns, cause, surface, line, &self->groups[self->list.top + (size_t)row]);
		if (self->list.top + (size_t)row == self->list.selected)
			surface_select_row(surface, line, 0);
	}
}

static const char *groups_crumb(const struct screen *screen)
{
	(void)screen;
	return "Groups";
}

static void groups_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct groups_screen *self = (const struct groups_screen *)screen;

	(void)app;
	if (self->count)
		strbuf_addf(out, "%zu of %zu", self->list.selected + 1, self->count);
}

static void groups_release(struct screen *screen)
{
	struct groups_screen *self = self_of(screen);

	arena_release(&self->arena);
	free(self->query);
	free(self->failure);
}

static const struct screen_ops groups_ops = {
	.scope = SCOPE_GROUPS,
	.has_list = true,
	.release = groups_release,
	.shown = groups_shown,
	.action = groups_action,
	.answer = groups_answer,
	.resized = groups_shown,
	.crumb = groups_crumb,
	.view = groups_view,
	.status = groups_status,
};

struct screen *screen_groups_new(const char *query, int tag)
{
	struct groups_screen *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &groups_ops;
	self->screen.tag = tag;
	self->query = mem_strdup(query);
	list_init(&self->list);
	arena_init(&self->arena);
	return &self->screen;
}

const struct groups_choice *screen_groups_choice(const struct screen *screen)
{
	return &((const struct groups_screen *)screen)->choice;
}
