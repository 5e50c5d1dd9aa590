#include "tui/sample_list.h"

#include <inttypes.h>

#define PAGE_ROWS 100
/* How long a search in texts may go on before its hits are shown, and before anything
 * else that was asked meanwhile (the sample at hand) has its turn. */
#define SEARCH_MS 40
#define WINDOW_ROWS 1200 /* held in memory; more than any screen and its neighbours */

/* Ids that lie no further apart are read together. */
#define ID_GAP_MAX 16

void sample_list_init(struct sample_list *self)
{
	*self = (struct sample_list){ .total = -1, .query = mem_strdup("") };
	sample_window_init(&self->window);
	list_init(&self->list);
}

void sample_list_release(struct sample_list *self)
{
	free(self->query);
	sample_window_release(&self->window);
	vec_release(&self->asked_rows);
}

static size_t page_rows(const struct sample_list *self)
{
	return self->list.rows * 2 > PAGE_ROWS ? self->list.rows * 2 : PAGE_ROWS;
}

static void ask_page(struct sample_list *self, struct app *app, struct screen *screen, enum sample_list_asked asked,
		     struct page_cursor from, bool backward, size_t limit)
{
	struct request *request = request_new(REQUEST_PAGE);

	request->query = arena_strdup(&request->arena, self->query);
	request->sort = self->sort;
	request->from = from;
	request->from.text = arena_strdup(&request->arena, from.text);
	request->backward = backward;
	request->limit = limit;
	request->budget_ms = SEARCH_MS;
	request->with_total = self->awaits_total;
	self->asked = asked;
	self->asked_change = app_change_serial(app);
	self->asked_serial = app_request(app, screen, request);
}

static void ask_count(struct sample_list *self, struct app *app, struct screen *screen)
{
	struct request *request = request_new(REQUEST_COUNT);

	request->query = arena_strdup(&request->arena, self->query);
	request->sort = self->sort;
	self->awaits_total = false;
	self->counted_change = app_change_serial(app);
	self->count_serial = app_request(app, screen, request);
}

/* With its total: that of all samples may come with the page, so that the picture is whole; else it is asked for
 * beside it. */
static void ask_list(struct sample_list *self, struct app *app, struct screen *screen, enum sample_list_asked asked,
		     struct page_cursor from, size_t limit)
{
	self->awaits_total = !self->query[0];
	self->count_serial = 0;
	self->counted_change = app_change_serial(app);
	self->total = -1;
	ask_page(self, app, screen, asked, from, false, limit);
	if (!self->awaits_total)
		ask_count(self, app, screen);
}

/* Others may have brought samples: rows stay where they are, but how many there are is counted anew. Until then
 * the number of before stands. */
static void recount(struct sample_list *self, struct app *app, struct screen *screen)
{
	if (self->total >= 0 && app_others_serial(app) > self->counted_change)
		ask_count(self, app, screen);
}

/* It came with the page, or did not. */
static void take_total(struct sample_list *self, struct app *app, struct screen *screen, const struct answer *answer)
{
	if (!self->awaits_total)
		return;
	self->awaits_total = false;
	if (answer->status == STATUS_OK && answer->page.has_total)
		self->total = answer->page.total;
	else
		ask_count(self, app, screen);
}

void sample_list_open(struct sample_list *self, struct app *app, struct screen *screen, const char *query,
		      enum sort_key sort)
{
	char *copy = mem_strdup(query); /* it may be the one that is replaced */

	free(self->query);
	self->query = copy;
	self->sort = sort;
	self->loaded = self->failed = self->unfinished = false;
	self->counting = (struct readiness){ .done = 0 };
	self->seek_serial = 0;
	self->owed = 0;
	ask_list(self, app, screen, ASKED_FIRST, (struct page_cursor){ .set = false }, page_rows(self));
}

void sample_list_reload(struct sample_list *self, struct app *app, struct screen *screen)
{
	size_t limit = self->window.rows.len > page_rows(self) ? self->window.rows.len : page_rows(self);
	struct page_cursor from = { .set = false };

	if (!self->window.at_start)
		from = sample_window_start(&self->window);
	self->failed = false;
	ask_list(self, app, screen, ASKED_AGAIN, from, limit);
}

/* ---- rows in place --------------------------------------------------------------- */

/* Rows that the newest change did not touch are up to date again. */
static void note_changes(struct sample_list *self, const struct app *app)
{
	for (size_t i = 0; i < self->window.rows.len; i++) {
		struct window_row *row = &self->window.rows.items[i];
		if (!app_sample_changed(app, row->seen, row->row.id))
			row->seen = app_change_serial(app);
	}
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Re-reads rows that are to be seen and out of date, by their ids: so they stay where
 * they are, whether or not they still match. False: there are none. A range of ids
 * is found by key however large the store is, which a list of them is not (it may
 * mean producers' ids too); ids that lie far apart are asked for one after the other. */
static bool ask_rows(struct sample_list *self, struct app *app, struct screen *screen)
{
	size_t end = self->list.top + self->list.rows, count = 0;
	struct request *request;
	int64_t first, last;

	vec_clear(&self->asked_rows);
	for (size_t i = self->list.top; i < end && i < self->window.rows.len; i++)
		if (self->window.rows.items[i].seen != app_change_serial(app))
			vec_push(&self->asked_rows, self->window.rows.items[i].row.id);
	if (!self->asked_rows.len)
		return false;
	qsort(self->asked_rows.items, self->asked_rows.len, sizeof(int64_t), compare_ids);
	while (++count < self->asked_rows.len)
		if (self->asked_rows.items[count] - self->asked_rows.items[count - 1] > ID_GAP_MAX)
			break;
	self->asked_rows.len = count;
	first = self->asked_rows.items[0];
	last = self->asked_rows.items[count - 1];
	request = request_new(REQUEST_PAGE);
	request->query = arena_printf(&request->arena, "id>=%" PRId64 " id<=%" PRId64, first, last);
	request->sort = SORT_ID;
	request->limit = (size_t)(last - first) + 1;
	self->asked = ASKED_ROWS;
	self->asked_change = app_change_serial(app);
	self->asked_serial = app_request(app, screen, request);
	return true;
}

/* No sample ever goes away: what did not come was excluded, which queries that do
 * not speak of the status leave out. (One that does is not found by key.) */
static void take_rows(struct sample_list *self, const struct sample_page *page)
{
	for (size_t i = 0; i < self->asked_rows.len; i++) {
		long index = sample_window_find(&self->window, self->asked_rows.items[i]);
		if (index < 0)
			continue;
		self->window.rows.items[index].seen = self->asked_change;
		self->window.rows.items[index].row.status = SAMPLE_EXCLUDED;
	}
	for (size_t i = 0; i < page->count; i++) {
		long index = sample_window_find(&self->window, page->rows[i].id);
		if (index >= 0)
			sample_window_update(&self->window, (size_t)index, &page->rows[i], self->asked_change);
	}
}

/* ---- pages ------------------------------------------------------------------------- */

void sample_list_ensure(struct sample_list *self, struct app *app, struct screen *screen)
{
	size_t margin = self->list.rows * 2;

	note_changes(self, app);
	recount(self, app, screen);
	if (self->asked != ASKED_NOTHING || self->failed)
		return;
	if (!self->loaded) {
		ask_page(self, app, screen, ASKED_FIRST, (struct page_cursor){ .set = false }, false, page_rows(self));
		return;
	}
	if (ask_rows(self, app, screen))
		return;
	if (!self->window.at_end && self->list.selected + margin >= self->window.rows.len)
		ask_page(self, app, screen, ASKED_AFTER, sample_window_end(&self->window), false, page_rows(self));
	else if (!self->window.at_start && self->list.selected < margin)
		ask_page(self, app, screen, ASKED_BEFORE, sample_window_start(&self->window), true, page_rows(self));
}

static void take_again(struct sample_list *self, const struct sample_page *page)
{
	const struct sample_row *selected = sample_list_selected(self);
	int64_t id = selected ? selected->id : 0;
	size_t index = self->list.selected;
	bool at_start = self->window.at_start || !self->window.pages.len;
	int64_t base = self->window.base;
	long found;

	sample_window_clear(&self->window);
	sample_window_append(&self->window, page, self->asked_change);
	if (!at_start) {
		self->window.at_start = false;
		self->window.base = base < 0 ? -1 : base + 1; /* a page starts behind its cursor's row */
	}
	found = sample_window_find(&self->window, id);
	list_set_count(&self->list, self->window.rows.len);
	list_select(&self->list, found >= 0 ? (size_t)found : index);
}

/* What a move by this many rows lacks: rows that the list has, but not the window. */
static long beyond(const struct sample_list *self, long by)
{
	long to = (long)self->list.selected + by, last = (long)self->window.rows.len - 1;

	if (by > 0 && to > last && !self->window.at_end)
		return last < 0 ? by : to - last;
	return by < 0 && to < 0 && !self->window.at_start ? to : 0;
}

static void move_owed(struct sample_list *self)
{
	long by = self->owed;

	self->owed = beyond(self, by);
	for (by -= self->owed; by > 0; by--)
		list_action(&self->list, ACTION_ID_down);
	for (; by < 0; by++)
		list_action(&self->list, ACTION_ID_up);
}

static void take_page(struct sample_list *self, const struct sample_page *page)
{
	size_t dropped;

	switch (self->asked) {
	case ASKED_FIRST:
		sample_window_clear(&self->window);
		sample_window_append(&self->window, page, self->asked_change);
		list_select(&self->list, 0);
		break;
	case ASKED_AGAIN:
		take_again(self, page);
		break;
	case ASKED_LAST:
		sample_window_clear(&self->window);
		sample_window_prepend(&self->window, page, self->asked_change);
		if (!self->window.at_start)
			self->window.base = self->total >= 0 ? self->total - (int64_t)page->count : -1;
		list_set_count(&self->list, self->window.rows.len);
		list_select(&self->list, self->window.rows.len);
		break;
	case ASKED_AFTER:
		sample_window_append(&self->window, page, self->asked_change);
		dropped = self->keep_all ? 0 : sample_window_trim(&self->window, true, WINDOW_ROWS, self->list.top);
		list_shift(&self->list, -(long)dropped);
		break;
	case ASKED_BEFORE:
		sample_window_prepend(&self->window, page, self->asked_change);
		list_shift(&self->list, (long)page->count);
		if (!self->keep_all)
			sample_window_trim(&self->window, false, WINDOW_ROWS, self->list.top + self->list.rows);
		break;
	case ASKED_ROWS:
		take_rows(self, page);
		break;
	case ASKED_JUMP:
		sample_window_clear(&self->window);
		sample_window_append(&self->window, page, self->asked_change);
		if (!self->window.at_start)
			self->window.base = self->jump_before;
		list_select(&self->list, 0);
		break;
	case ASKED_NOTHING:
		break;
	}
	self->loaded = true;
	if (self->asked != ASKED_ROWS)
		self->unfinished = page->unfinished;
	list_set_count(&self->list, self->window.rows.len);
	if (self->asked == ASKED_FIRST || self->asked == ASKED_LAST || self->asked == ASKED_JUMP)
		self->owed = 0; /* to where it stood before */
	move_owed(self);
}

/* A large store may have to be read first, in steps: the next one is asked for. */
static void take_count(struct sample_list *self, struct app *app, struct screen *screen, const struct answer *answer)
{
	self->counting = answer->readiness;
	if (answer->readiness.ready)
		self->total = answer->count;
	else
		ask_count(self, app, screen);
}

/* ---- jumps ------------------------------------------------------------------------- */

static void ask_place(struct sample_list *self, struct app *app, struct screen *screen)
{
	struct request *request = request_new(self->jump.kind == SEEK_PERCENT ? REQUEST_SEEK_PERCENT : REQUEST_SEEK);

	request->query = arena_strdup(&request->arena, self->query);
	request->sort = self->sort;
	request->seek = self->jump.kind;
	request->seek_number = self->jump.number;
	request->seek_end = self->jump.number_end;
	self->seek_serial = app_request(app, screen, request);
}

void sample_list_jump(struct sample_list *self, struct app *app, struct screen *screen, const struct jump *jump)
{
	self->jump = *jump;
	ask_place(self, app, screen);
}

static void take_place(struct sample_list *self, struct app *app, struct screen *screen, const struct answer *answer)
{
	const struct readiness *readiness = &answer->readiness;

	self->seek_serial = 0;
	if (answer->status != STATUS_OK) {
		self->lost = answer->status != STATUS_CANCELLED && !self->jump.may_miss;
		if (self->lost)
			app_message(app, true, "%s", answer->error.text);
	} else if (!readiness->ready) {
		app_message(app, false, "looking for that place: %d %%",
			    readiness->total ? (int)(readiness->done * 100 / readiness->total) : 0);
		ask_place(self, app, screen);
	} else {
		self->jump_before = answer->seek.before;
		ask_page(self, app, screen, ASKED_JUMP, answer->seek.from, false, page_rows(self));
	}
}

bool sample_list_answer(struct sample_list *self, struct app *app, struct screen *screen, const struct answer *answer)
{
	self->lost = false;
	if (answer->kind == REQUEST_COUNT) {
		if (answer->serial == self->count_serial && answer->status == STATUS_OK)
			take_count(self, app, screen, answer);
		return true;
	}
	if (answer->kind == REQUEST_SEEK || answer->kind == REQUEST_SEEK_PERCENT) {
		if (answer->serial == self->seek_serial)
			take_place(self, app, screen, answer);
		return true;
	}
	if (answer->kind != REQUEST_PAGE)
		return false;
	if (answer->serial != self->asked_serial || self->asked == ASKED_NOTHING)
		return true;
	take_total(self, app, screen, answer);
	if (answer->status == STATUS_OK && self->asked == ASKED_JUMP && !answer->page.count && !answer->page.at_start) {
		self->lost = true;
		app_message(app, false, "the list ends before that");
		ask_page(self, app, screen, ASKED_LAST, (struct page_cursor){ .set = false }, true, page_rows(self));
		return true;
	}
	if (answer->status == STATUS_OK) {
		take_page(self, &answer->page);
	} else if (answer->status != STATUS_CANCELLED) {
		app_message(app, true, "%s", answer->error.text);
		self->failed = self->lost = true;
		self->owed = 0;
	}
	self->asked = ASKED_NOTHING;
	sample_list_ensure(self, app, screen);
	return true;
}

bool sample_list_action(struct sample_list *self, struct app *app, struct screen *screen, enum action action)
{
	bool used = true;

	self->failed = false;
	if (action == ACTION_ID_first || action == ACTION_ID_last)
		self->owed = 0;
	self->owed += beyond(self, list_step(&self->list, action));
	if (action == ACTION_ID_last && !self->window.at_end)
		ask_page(self, app, screen, ASKED_LAST, (struct page_cursor){ .set = false }, true, page_rows(self));
	else if (action == ACTION_ID_first && !self->window.at_start)
		ask_page(self, app, screen, ASKED_FIRST, (struct page_cursor){ .set = false }, false, page_rows(self));
	else
		used = list_action(&self->list, action);
	sample_list_ensure(self, app, screen);
	return used;
}

void sample_list_move(struct sample_list *self, struct app *app, struct screen *screen, int step)
{
	self->failed = false;
	self->owed += step;
	move_owed(self);
	sample_list_ensure(self, app, screen);
}

bool sample_list_step(struct sample_list *self, struct app *app, struct screen *screen, int step)
{
	if (sample_list_moving(self))
		return false;
	self->failed = false;
	if (!beyond(self, step)) {
		sample_list_move(self, app, screen, step);
		return true;
	}
	sample_list_ensure(self, app, screen);
	return false;
}

bool sample_list_searching(const struct sample_list *self)
{
	return self->unfinished && self->asked != ASKED_NOTHING;
}

bool sample_list_moving(const struct sample_list *self)
{
	return self->seek_serial || self->owed || self->asked == ASKED_FIRST || self->asked == ASKED_AGAIN ||
	       self->asked == ASKED_LAST || self->asked == ASKED_JUMP;
}

const struct sample_row *sample_list_selected(const struct sample_list *self)
{
	return self->window.rows.len ? &self->window.rows.items[self->list.selected].row : NULL;
}

int64_t sample_list_position(const struct sample_list *self)
{
	if (!self->window.rows.len || self->window.base < 0)
		return 0;
	return self->window.base + (int64_t)self->list.selected + 1;
}

void sample_list_status(const struct sample_list *self, const struct app *app, struct strbuf *out)
{
	int64_t position = sample_list_position(self);
	const struct readiness *counting = &self->counting;

	if (position)
		strbuf_addf(out, "%" PRId64, position);
	else
		strbuf_addstr(out, self->window.rows.len ? "?" : "0");
	if (self->total >= 0) {
		strbuf_addf(out, " of %" PRId64, self->total);
		return;
	}
	strbuf_addf(out, " of %s", app_sign(app, "…", "..."));
	if (counting->total)
		strbuf_addf(out, " %d %%", (int)(counting->done * 100 / counting->total));
}
