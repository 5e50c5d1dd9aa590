/* Earlier texts of an incident's sections: who saved what when, what differs from now, and back to one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/revisions.h"
#include "tui/diff_view.h"
#include "tui/list.h"
#include "tui/menu.h"
#include "tui/screens.h"

#define SCROLL_ROWS 3
#define TAG_ALL 1

struct revisions {
	struct screen screen;
	char *key, *section;  /* section NULL: none was at hand */
	bool all;             /* of all sections */
	struct arena arena;   /* holds the rows */
	const struct revision *rows;
	struct list list;
	uint64_t serial, seen;
	char *failure;

	struct arena text_arena; /* holds what is compared */
	struct diff_view diff;
	uint64_t text_serial;
	int64_t asked, shown; /* edits; 0: none */
	int width;            /* that it was asked for */
	char *text_failure;
	uint64_t restore_serial;
};

static struct revisions *self_of(struct screen *screen)
{
	return (struct revisions *)screen;
}

static const char *section_of(const struct revisions *self)
{
	return self->all ? NULL : self->section;
}

struct places {
	struct area head, rows, line, diff;
};

/* The list has a third, and no more than it needs. */
static struct places places_of(const struct revisions *self, struct area area)
{
	struct places places = { .head = area_top(&area, 1) };
	int rows = area.rows / 3;

	if (self->list.count < (size_t)rows)
		rows = self->list.count ? (int)self->list.count : 1;
	places.rows = area_top(&area, rows);
	places.line = area_top(&area, 1);
	places.diff = area;
	return places;
}

static int64_t selected(const struct revisions *self)
{
	return self->list.count ? self->rows[self->list.selected].edit : 0;
}

/* ---- asking ------------------------------------------------------------------------------ */

static void ask(struct revisions *self, struct app *app)
{
	struct request *request = request_new(REQUEST_REVISIONS);

	request->key = arena_strdup(&request->arena, self->key);
	request->section = arena_strdup(&request->arena, section_of(self));
	self->seen = app_change_serial(app);
	self->asked = self->shown = 0; /* the text of now may be another */
	self->serial = app_request(app, &self->screen, request);
}

/* One at a time: who runs through the list waits for no more than the last. */
static void ask_text(struct revisions *self, struct app *app, int width)
{
	struct request *request = request_new(REQUEST_REVISION);

	request->key = arena_strdup(&request->arena, self->key);
	request->section = arena_strdup(&request->arena, section_of(self));
	request->edit = self->asked = selected(self);
	request->text_width = self->width = width;
	self->text_serial = app_request(app, &self->screen, request);
}

static void sync(struct revisions *self, struct app *app)
{
	struct places places = places_of(self, app_area(app));
	int width = diff_view_text_columns(places.diff.columns) - 1;

	list_resize(&self->list, places.rows.rows);
	diff_view_resize(&self->diff, places.diff.rows, places.diff.columns);
	if (self->seen != app_change_serial(app))
		ask(self, app);
	else if (!self->serial && !self->text_serial && selected(self) && (self->asked != selected(self) || self->width != width))
		ask_text(self, app, width);
}

/* ---- answers ------------------------------------------------------------------------------- */

static void take_list(struct revisions *self, struct answer *answer)
{
	struct arena old = self->arena;
	int64_t was = selected(self);

	self->serial = 0;
	free(self->failure);
	self->failure = NULL;
	if (answer->status != STATUS_OK) {
		self->failure = mem_strdup(answer->error.text);
		list_set_count(&self->list, 0);
		return;
	}
	self->arena = answer_take_arena(answer);
	self->rows = answer->revisions;
	list_set_count(&self->list, answer->revision_count);
	for (size_t i = 0; was && i < self->list.count; i++)
		if (self->rows[i].edit == was)
			list_select(&self->list, i);
	arena_release(&old);
}

static void take_text(struct revisions *self, struct answer *answer)
{
	struct arena old = self->text_arena;

	self->text_serial = 0;
	free(self->text_failure);
	self->text_failure = NULL;
	self->shown = self->asked;
	if (answer->status != STATUS_OK) {
		self->text_failure = mem_strdup(answer->error.text);
		return;
	}
	self->text_arena = answer_take_arena(answer);
	diff_view_open(&self->diff, answer->then, 1, answer->now);
	arena_release(&old);
}

static void revisions_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct revisions *self = self_of(screen);

	if (answer->serial == self->serial) {
		take_list(self, answer);
	} else if (answer->serial == self->text_serial) {
		take_text(self, answer);
	} else if (answer->serial == self->restore_serial) {
		self->restore_serial = 0;
		if (answer->status != STATUS_OK)
			app_message(app, true, "not restored: %s", answer->error.text);
		else if (!answer->edit)
			app_message(app, false, "nothing to change: that is the text of now");
		else
			app_message(app, false, "%s%s", answer->message, app_sign(app, " · u undoes", " - u undoes"));
		app_changed(app);
		app_hold_keys(app, false); /* may close this screen */
		return;
	}
	sync(self, app);
}

/* ---- events -------------------------------------------------------------------------------- */

static void restore(struct revisions *self, struct app *app)
{
	struct request *request;

	if (!selected(self) || self->restore_serial)
		return;
	request = request_new(REQUEST_RESTORE);
	request->key = arena_strdup(&request->arena, self->key);
	request->section = arena_strdup(&request->arena, section_of(self));
	request->edit = selected(self);
	self->restore_serial = app_request(app, &self->screen, request);
	app_hold_keys(app, true);
}

/* One section is seen to change below; that all of them do is asked for. */
static void restore_asked(struct revisions *self, struct app *app)
{
	struct screen *screen;
	char title[64];

	if (section_of(self) || !selected(self)) {
		restore(self, app);
		return;
	}
	snprintf(title, sizeof(title), "All sections as of edit %" PRId64, selected(self));
	screen = menu_screen_new(title, TAG_ALL);
	menu_add(menu_of(screen), "restore", "every section becomes what it was then, as one edit", 'r', true);
	menu_add(menu_of(screen), "leave", "nothing is changed", 'l', false);
	app_push(app, screen);
}

static void revisions_result(struct screen *screen, struct app *app, struct screen *child)
{
	if (child && child->tag == TAG_ALL && menu_value(child) == true)
		restore(self_of(screen), app);
}

static void revisions_page(const struct screen *screen, struct strbuf *out)
{
	const struct revisions *self = (const struct revisions *)screen;

	if (self->list.count && !self->text_failure)
		diff_view_page(&self->diff, out);
}

static bool scroll(struct revisions *self, enum action action)
{
	for (int i = 0; i < SCROLL_ROWS; i++)
		diff_view_action(&self->diff, action);
	return true;
}

static bool act(struct revisions *self, struct app *app, enum action action, const struct key *key)
{
	struct places places = places_of(self, app_area(app));

	switch (action) {
	case ACTION_ID_revision_restore:
		restore_asked(self, app);
		return true;
	case ACTION_ID_revision_all:
		if (!self->section)
			return true;
		self->all = !self->all;
		ask(self, app);
		return true;
	case ACTION_ID_revision_down:
		return scroll(self, ACTION_ID_down);
	case ACTION_ID_revision_up:
		return scroll(self, ACTION_ID_up);
	case ACTION_ID_left:
	case ACTION_ID_right:
		return diff_view_action(&self->diff, action);
	default:
		if (key->code == INPUT_MOUSE && area_holds(places.diff, key->row, key->column))
			return diff_view_wheel(&self->diff, key);
		return list_action(&self->list, action) || list_mouse(&self->list, key, places.rows, NULL);
	}
}

static bool revisions_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	bool used = act(self_of(screen), app, action, key);

	sync(self_of(screen), app);
	return used;
}

static void revisions_shown(struct screen *screen, struct app *app)
{
	sync(self_of(screen), app);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void draw_row(const struct revision *row, struct surface *surface, struct area line)
{
	enum style style = row->undone ? STYLE_MUTED : STYLE_TEXT;
	struct strbuf at = STRBUF_INIT;
	int column = 42;

	instant_format(&at, (struct instant){ row->at.at_us, PRECISION_MINUTE });
	surface_printf(surface, line, 0, 0, STYLE_MUTED, "%6" PRId64, row->edit);
	surface_fit(surface, line, 0, 7, 17, STYLE_MUTED, at.text);
	surface_fit(surface, line, 0, 25, 15, style, row->reviewer);
	column += surface_printf(surface, line, 0, column, STYLE_DIFF_ADD, "+%zu", row->added);
	column += 1 + surface_printf(surface, line, 0, column + 1, STYLE_DIFF_DEL, "-%zu", row->removed);
	column = column < 52 ? 52 : column + 1;
	surface_fit(surface, line, 0, column, line.columns - column - 9, style, row->sections);
	if (row->undone)
		surface_puts(surface, line, 0, line.columns - 8, STYLE_WARNING, "undone");
	strbuf_release(&at);
}

static void draw_list(const struct revisions *self, struct surface *surface, struct area rows)
{
	for (int row = 0; row < rows.rows && self->list.top + (size_t)row < self->list.count; row++) {
		size_t index = self->list.top + (size_t)row;
		draw_row(&self->rows[index], surface, (struct area){ rows.row + row, rows.column, 1, rows.columns });
		if (index == self->list.selected)
			surface_select_row(surface, rows, row);
	}
}

static void revisions_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct revisions *self = (const struct revisions *)screen;
	struct places places = places_of(self, area);
	char then[40];

	(void)app;
	surface_puts(surface, places.head, 0, 1, STYLE_MUTED, " edit  when (UTC)        who              lines     sections");
	if (self->failure)
		surface_fit(surface, places.rows, 0, 1, places.rows.columns - 2, STYLE_ERROR, self->failure);
	else if (!self->list.count)
		surface_puts(surface, places.rows, 0, 1, STYLE_MUTED,
			     self->serial ? "reading" : section_of(self) && self->section ? "nothing was saved yet; a shows all sections" :
											       "nothing was saved yet");
	draw_list(self, surface, places.rows);
	surface_hline(surface, places.line, 0, STYLE_FRAME);
	if (!self->list.count || self->shown != selected(self))
		return;
	if (self->text_failure) {
		surface_fit(surface, places.diff, 0, 1, places.diff.columns - 2, STYLE_ERROR, self->text_failure);
		return;
	}
	snprintf(then, sizeof(then), "as of edit %" PRId64, self->shown);
	diff_view_view(&self->diff, surface, places.diff, then, "now");
}

static const char *revisions_crumb(const struct screen *screen)
{
	(void)screen;
	return "Revisions";
}

static void revisions_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const char *section = section_of((const struct revisions *)screen);

	(void)app;
	strbuf_addf(out, "of %s", section ? section_kind_find(section)->title : "all sections");
}

static void revisions_release(struct screen *screen)
{
	struct revisions *self = self_of(screen);

	free(self->key);
	free(self->section);
	free(self->failure);
	free(self->text_failure);
	arena_release(&self->arena);
	arena_release(&self->text_arena);
	diff_view_release(&self->diff);
}

static const struct screen_ops revisions_ops = {
	.scope = SCOPE_REVISIONS,
	.has_list = true,
	.release = revisions_release,
	.shown = revisions_shown,
	.action = revisions_action,
	.answer = revisions_answer,
	.result = revisions_result,
	.page = revisions_page,
	.resized = revisions_shown,
	.crumb = revisions_crumb,
	.view = revisions_view,
	.status = revisions_status,
};

struct screen *screen_revisions_new(const char *key, const char *section)
{
	struct revisions *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &revisions_ops;
	self->key = mem_strdup(key);
	self->section = section ? mem_strdup(section) : NULL;
	self->all = !section;
	arena_init(&self->arena);
	arena_init(&self->text_arena);
	list_init(&self->list);
	diff_view_init(&self->diff);
	return &self->screen;
}
