/*
 * What is like a sample: its duplicates, and samples that were written alike. The store is
 * looked through once, when the screen is opened; leaving it ends that. What is said of the
 * samples meanwhile is read again.
 */
#include <inttypes.h>

#include "core/base/mem.h"
#include "core/base/vec.h"
#include "tui/list.h"
#include "tui/sample_list.h"
#include "tui/screens.h"
#include "tui/spoken.h"

#define KIND_COLUMNS 14

struct similar_row {
	struct similar_member member;
	const struct sample_row *row; /* in the arena; NULL: it was excluded meanwhile */
};

struct similar_screen {
	struct screen screen;
	int64_t sample;
	struct list list;
	struct arena arena;        /* of the newest page */
	VEC_OF(struct similar_row) rows;
	size_t kinds[SIMILAR_NEAR + 1];
	uint64_t serial;           /* of the search; 0: not begun, … */
	bool done;                 /* … or ended */
	uint64_t page_serial, seen;
	char *failure;             /* or NULL */
	char crumb[48];
};

static struct similar_screen *self_of(struct screen *screen)
{
	return (struct similar_screen *)screen;
}

/* Behind what was found, and the names of the columns. */
static struct area rows_area(struct area area)
{
	if (area.rows > 3)
		area_top(&area, 2);
	return area;
}

/* ---- in words ---------------------------------------------------------------------------- */

/* "same code: untriaged, error: …" */
static void say(const void *of, size_t index, struct strbuf *out)
{
	const struct similar_row *at = &((const struct similar_screen *)of)->rows.items[index];

	if (at->member.kind == SIMILAR_NEAR)
		strbuf_addf(out, "near, %.0f %%: ", at->member.likeness * 100);
	else
		strbuf_addstr(out, at->member.kind == SIMILAR_EXACT ? "same code: " : "other names: ");
	if (at->row)
		sample_row_say(at->row, false, out);
	else
		strbuf_addf(out, "sample %" PRId64 ", excluded", at->member.sample);
}

static bool mouse(struct similar_screen *self, const struct app *app, const struct key *key, bool *opened)
{
	struct area rows = rows_area(app_area(app));

	return app_options(app)->accessible ? spoken_mouse(&(struct spoken){ say, self }, &self->list, key, rows, opened) :
					      list_mouse(&self->list, key, rows, opened);
}

static void resize(struct similar_screen *self, const struct app *app)
{
	struct area rows = rows_area(app_area(app));

	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say, self }, &self->list, rows);
	else
		list_resize(&self->list, rows.rows);
}

/* ---- reading ---------------------------------------------------------------------------- */

static void ask(struct similar_screen *self, struct app *app)
{
	struct request *request = request_new(REQUEST_SIMILAR);

	request->sample = self->sample;
	self->seen = app_change_serial(app);
	self->serial = app_request(app, &self->screen, request);
}

/* The rows alone: no edit changes which samples are alike. */
static void ask_rows(struct similar_screen *self, struct app *app)
{
	struct request *request = request_new(REQUEST_PAGE);
	struct strbuf ids = STRBUF_INIT;

	for (size_t i = 0; i < self->rows.len; i++)
		strbuf_addf(&ids, "%s%" PRId64, i ? "," : "id:", self->rows.items[i].member.sample);
	request->query = arena_strdup(&request->arena, ids.text);
	request->sort = SORT_ID;
	request->limit = SIMILAR_LIST;
	self->seen = app_change_serial(app);
	self->page_serial = app_request(app, &self->screen, request);
	strbuf_release(&ids);
}

static void take_rows(struct similar_screen *self, struct answer *answer)
{
	struct sample_page page = answer->page;

	arena_release(&self->arena);
	self->arena = answer_take_arena(answer);
	for (size_t i = 0; i < self->rows.len; i++) {
		self->rows.items[i].row = NULL;
		for (size_t j = 0; j < page.count && !self->rows.items[i].row; j++)
			if (page.rows[j].id == self->rows.items[i].member.sample)
				self->rows.items[i].row = &page.rows[j];
	}
}

static void similar_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct similar_screen *self = self_of(screen);

	if (answer->serial == self->page_serial) {
		if (answer->status == STATUS_OK)
			take_rows(self, answer);
		else if (answer->status != STATUS_CANCELLED)
			app_message(app, true, "%s", answer->error.text);
		resize(self, app);
		return;
	}
	if (answer->serial != self->serial)
		return;
	self->done = true;
	if (answer->status != STATUS_OK) {
		self->failure = mem_strdup(answer->error.text);
		return;
	}
	for (size_t i = 0; i < answer->similar_count; i++)
		vec_push(&self->rows, ((struct similar_row){ answer->similar[i], NULL }));
	memcpy(self->kinds, answer->similar_kinds, sizeof(self->kinds));
	list_set_count(&self->list, self->rows.len);
	take_rows(self, answer);
	resize(self, app);
}

static void similar_shown(struct screen *screen, struct app *app)
{
	struct similar_screen *self = self_of(screen);

	resize(self, app);
	if (!self->serial)
		ask(self, app);
	else if (self->rows.len && self->seen != app_change_serial(app))
		ask_rows(self, app);
}

/* ---- acting ------------------------------------------------------------------------------ */

static int64_t at_hand(const struct similar_screen *self)
{
	return self->rows.len ? self->rows.items[self->list.selected].member.sample : 0;
}

static int64_t move_source(struct screen *screen, struct app *app, int step)
{
	struct similar_screen *self = self_of(screen);

	(void)app;
	list_action(&self->list, step > 0 ? ACTION_ID_down : ACTION_ID_up);
	return at_hand(self);
}

static bool similar_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct similar_screen *self = self_of(screen);
	bool opened = action == ACTION_ID_similar_open;
	bool used = list_action(&self->list, action) || mouse(self, app, key, &opened);

	resize(self, app);
	if (opened && at_hand(self))
		app_push(app, screen_sample_new(at_hand(self), "", (struct sample_source){ move_source, screen }));
	return used || opened;
}

/* ---- drawing ----------------------------------------------------------------------------- */

static void draw_kind(const struct similar_member *member, struct surface *surface, struct area line)
{
	if (member->kind == SIMILAR_EXACT)
		surface_puts(surface, line, 0, 1, STYLE_GOOD, "same code");
	else if (member->kind == SIMILAR_NORMALISED)
		surface_puts(surface, line, 0, 1, STYLE_NOTE, "other names");
	else
		surface_printf(surface, line, 0, 1, STYLE_TEXT, "near %3.0f %%", member->likeness * 100);
}

/* "3 have the same code, 1 the same but for names and blanks, 12 are near; the 200 likest are shown". */
static void draw_counts(const struct similar_screen *self, const struct app *app, struct surface *surface, struct area line)
{
	struct strbuf text = STRBUF_INIT;
	size_t all = self->kinds[SIMILAR_EXACT] + self->kinds[SIMILAR_NORMALISED] + self->kinds[SIMILAR_NEAR];

	if (!self->done) {
		strbuf_addf(&text, "comparing: %" PRId64 " samples done (q stops it)", app_done(app, self->serial));
	} else if (self->failure) {
		strbuf_addstr(&text, self->failure);
	} else if (!all) {
		strbuf_addf(&text, "no other sample has code like this (nearer than %.0f %%)", SIMILAR_LEAST * 100);
	} else {
		strbuf_addf(&text, "%zu with the same code, %zu with other names or blanks, %zu near",
			    self->kinds[SIMILAR_EXACT], self->kinds[SIMILAR_NORMALISED], self->kinds[SIMILAR_NEAR]);
		if (all > self->rows.len)
			strbuf_addf(&text, "; the %zu likest are shown", self->rows.len);
	}
	surface_fit(surface, line, 0, 1, line.columns - 2, self->failure ? STYLE_ERROR : STYLE_TITLE, text.text);
	strbuf_release(&text);
}

static struct sample_columns columns_of(const struct similar_screen *self, const struct app *app, int columns, bool has_titles)
{
	VEC_OF(const struct sample_row *) rows = VEC_INIT;
	struct sample_columns found;

	for (size_t i = 0; i < self->rows.len; i++)
		if (self->rows.items[i].row)
			vec_push(&rows, self->rows.items[i].row);
	found = sample_columns_of(app, columns, rows.items, rows.len, false);
	if (!has_titles)
		found.label = NULL;
	vec_release(&rows);
	return found;
}

static void similar_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct similar_screen *self = (const struct similar_screen *)screen;
	struct area rows = rows_area(area), head = area;

	draw_counts(self, app, surface, area_top(&head, 1));
	if (!self->rows.len)
		return;
	if (app_options(app)->accessible) {
		spoken_view(&(struct spoken){ say, self }, &self->list, surface, rows);
		return;
	}
	struct sample_columns columns = columns_of(self, app, area.columns - KIND_COLUMNS, rows.rows < area.rows);
	if (rows.rows < area.rows) {
		surface_puts(surface, head, 0, 1, STYLE_MUTED, "likeness");
		sample_row_titles(&columns, surface, (struct area){ head.row, head.column + KIND_COLUMNS, 1, head.columns - KIND_COLUMNS });
	}
	for (int row = 0; row < rows.rows && self->list.top + (size_t)row < self->rows.len; row++) {
		const struct similar_row *at = &self->rows.items[self->list.top + (size_t)row];
		struct area line = { rows.row + row, rows.column, 1, rows.columns }, rest = line;
		draw_kind(&at->member, surface, area_left(&rest, KIND_COLUMNS));
		if (at->row)
			sample_row_view(at->row, app, &columns, surface, rest);
		else
			surface_printf(surface, rest, 0, 6, STYLE_MUTED, "sample %" PRId64 ", excluded", at->member.sample);
		if (self->list.top + (size_t)row == self->list.selected)
			surface_select_row(surface, line, 0);
	}
}

static const char *similar_crumb(const struct screen *screen)
{
	return ((const struct similar_screen *)screen)->crumb;
}

static void similar_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct similar_screen *self = (const struct similar_screen *)screen;

	(void)app;
	if (self->rows.len)
		strbuf_addf(out, "%zu of %zu", self->list.selected + 1, self->rows.len);
}

static void similar_release(struct screen *screen)
{
	struct similar_screen *self = self_of(screen);

	vec_release(&self->rows);
	arena_release(&self->arena);
	free(self->failure);
}

static const struct screen_ops similar_ops = {
	.scope = SCOPE_SIMILAR,
	.has_list = true,
	.release = similar_release,
	.shown = similar_shown,
	.action = similar_action,
	.answer = similar_answer,
	.resized = similar_shown,
	.crumb = similar_crumb,
	.view = similar_view,
	.status = similar_status,
};

struct screen *screen_similar_new(int64_t sample)
{
	struct similar_screen *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &similar_ops;
	self->sample = sample;
	list_init(&self->list);
	arena_init(&self->arena);
	snprintf(self->crumb, sizeof(self->crumb), "Like sample %" PRId64, sample);
	return &self->screen;
}
