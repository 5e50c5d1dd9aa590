/* The queue: the list of samples, a preview of the one at hand, marks, filter. */
#include <inttypes.h>

#include "tui/annotate.h"
#include "tui/copy.h"
#include "tui/menu.h"
#include "tui/places.h"
#include "tui/prompt.h"
#include "tui/query_complete.h"
#include "tui/queue_marks.h"
#include "tui/sample_list.h"
#include "tui/sample_view.h"
#include "tui/screens.h"
#include "tui/split.h"

enum { TAG_FILTER = 1, TAG_SORT, TAG_JUMP_PERCENT, TAG_JUMP_DATE, TAG_JUMP_SAMPLE, TAG_COPY, TAG_COLUMNS, TAG_VIEW };

struct queue {
	struct screen screen;
	struct app *app;               /* for the filter prompt's look-ups */
	struct sample_list list;
	struct sample_view preview;
	enum preview_place place;
	int share;                     /* of the preview, in percent; 0: the usual one */
	bool dragging;                 /* the border between both */
	bool place_chosen;             /* by a key: it no more follows the width */
	bool on_preview;               /* movement scrolls the preview */
	struct queue_marks marks;
	bool awaits_row;               /* keys wait for the row that they are meant for */
	enum action held_action;       /* waits for the preview; ACTION_UNBOUND: none */
	struct places places;          /* lists that were shown */
	struct query_counts counts;    /* of the list's values, for the filter's completion */
	size_t counted_at;             /* samples judged when they were counted */
	struct strbuf crumb;
	const struct session *resume;  /* where to begin; or NULL */
};

static struct queue *self_of(struct screen *screen)
{
	return (struct queue *)screen;
}

static enum preview_place place_of(const struct queue *self, const struct app *app, struct area area)
{
	if (!self->place_chosen && app_options(app)->accessible)
		return PREVIEW_OFF; /* one thing a line; z shows it */
	return self->place_chosen ? split_possible(area, self->place) : split_place(area);
}

static struct split layout_of(const struct queue *self, const struct app *app, struct area area)
{
	return split_of(area, place_of(self, app, area), self->share);
}

/* ---- keeping it together --------------------------------------------------------------- */

/* After whatever happened: sizes, pages and the preview follow the selection. */
static void sync(struct queue *self, struct app *app)
{
	struct split layout = layout_of(self, app, app_area(app));
	const struct sample_row *selected;

	list_resize(&self->list.list, sample_list_rows_area(layout.list).rows);
	sample_view_resize(&self->preview, layout.preview.rows, layout.preview.columns);
	if (layout.preview.rows <= 0)
		self->on_preview = false;
	sample_list_ensure(&self->list, app, &self->screen);
	selected = sample_list_selected(&self->list);
	sample_view_want(&self->preview, app, &self->screen, selected ? selected->id : 0);
}

static void show_list(struct queue *self, struct app *app, const char *query, enum sort_key sort)
{
	queue_marks_end_range(&self->marks, &self->list, false);
	self->marks.all = false;
	sample_list_open(&self->list, app, &self->screen, query, sort);
	/* For completion, and for how much is left to do; a large store is read for it once. */
	query_counts_ask(&self->counts, app, &self->screen, query, sort);
	sample_view_find(&self->preview, self->list.query);
	strbuf_clear(&self->crumb);
	strbuf_addstr(&self->crumb, "Queue");
	if (self->list.query[0])
		strbuf_addf(&self->crumb, " /%s", self->list.query);
}

static int64_t selected_id(const struct queue *self)
{
	const struct sample_row *row = sample_list_selected(&self->list);

	return row ? row->id : 0;
}

static void open_list(struct queue *self, struct app *app, const char *query, enum sort_key sort)
{
	places_go(&self->places, query, sort, selected_id(self));
	show_list(self, app, query, sort);
}

static void go_to_sample(struct queue *self, struct app *app, int64_t sample)
{
	if (sample)
		sample_list_jump(&self->list, app, &self->screen,
				 &(struct jump){ .kind = SEEK_ID, .number = sample, .may_miss = true });
}

static void step_list(struct queue *self, struct app *app, int step)
{
	const struct place_been *place = places_step(&self->places, step, selected_id(self));

	if (!place) {
		app_message(app, false, step < 0 ? "there is no list before this one" : "there is none to go forward to");
		return;
	}
	show_list(self, app, place->query, place->sort);
	go_to_sample(self, app, place->sample);
}

/* ---- judging -------------------------------------------------------------------------------- */

/* The marked samples, else the one at hand (written to *one). */
static struct judging_target target_of(struct queue *self, struct app *app, int64_t *one)
{
	const struct sample_row *row = sample_list_selected(&self->list);
	struct judging_target target = { .count = 0 };

	queue_marks_end_range(&self->marks, &self->list, self->marks.range_from != 0);
	if (self->marks.set.ids.len) {
		target.samples = self->marks.set.ids.items;
		target.count = self->marks.set.ids.len;
	} else if (row) {
		*one = row->id;
		target.samples = one;
		target.count = 1;
	}
	if (target.count == 1 && sample_view_ready(&self->preview) && self->preview.sample->id == target.samples[0]) {
		target.is_read = true;
		target.standing = standing_annotation(self->preview.annotations, self->preview.annotation_count,
						      app_options(app)->reviewer, 0, 0);
	}
	return target;
}

static void after_judging(struct queue *self, struct app *app, enum judging_outcome outcome)
{
	if (outcome != JUDGING_DONE && outcome != JUDGING_ADDED)
		return;
	if (self->marks.set.ids.len)
		queue_marks_clear(&self->marks, &self->list);
	else if (outcome == JUDGING_DONE)
		sample_list_move(&self->list, app, &self->screen, 1);
	sync(self, app);
}

static void judge_by(struct queue *self, struct app *app, enum action action)
{
	int64_t one;
	struct judging_target target = target_of(self, app, &one);
	bool changes_what_stands = action == ACTION_ID_symptoms || action == ACTION_ID_note ||
				   action == ACTION_ID_note_editor;

	/* These start from what stands: it must have been read, keys typed meanwhile wait. */
	if (changes_what_stands && target.count == 1 && self->preview.wanted == target.samples[0] &&
	    !sample_view_ready(&self->preview) && !self->preview.failure) {
		self->held_action = action;
		app_hold_keys(app, true);
		return;
	}
	after_judging(self, app, judging_action(&self->screen, app, action, &target));
}

/* ---- the filter -------------------------------------------------------------------------------- */

static bool check_query(void *context, const char *text, struct strbuf *hint)
{
	const struct queue *self = context;
	struct arena arena = ARENA_INIT;
	struct query query;
	struct error err;
	bool good = query_parse(&arena, text, app_options(self->app)->reviewer, &query, &err) == STATUS_OK &&
		    query_check_codes(&query, app_codebook(self->app), &err) == STATUS_OK;

	strbuf_addstr(hint, good ? "Enter applies · Tab completes · key:value -key:value key>=value \"words\"" : err.text);
	arena_release(&arena);
	return good;
}

static void complete_query(void *context, struct line_edit *line, struct strbuf *words)
{
	const struct queue *self = context;

	query_complete(line, app_codebook(self->app), &self->counts, words);
}

static void open_filter(struct queue *self, struct app *app)
{
	self->app = app;
	query_counts_ask(&self->counts, app, &self->screen, self->list.query, self->list.sort);
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Filter",
		.initial = self->list.query,
		.history = HISTORY_FILTER,
		.tag = TAG_FILTER,
		.may_be_empty = true,
		.check = check_query,
		.complete = complete_query,
		.context = self,
	}));
}

static void open_sort(struct queue *self, struct app *app)
{
	struct screen *screen = menu_screen_new("Order", TAG_SORT);

	for (int key = 0; key < SORT_COUNT; key++)
		menu_add(menu_of(screen), sort_word((enum sort_key)key), sort_help((enum sort_key)key), 0, key);
	menu_assign_keys(menu_of(screen));
	menu_select_value(menu_of(screen), (int64_t)self->list.sort);
	app_push(app, screen);
}

/* Ticked: those that are chosen, or that would be shown where there is room. */
static void open_columns(struct app *app)
{
	struct screen *screen = menu_screen_new("Columns (none: what there is room for)", TAG_COLUMNS);
	const struct list_columns *now = app_columns(app);

	menu_of(screen)->several = true;
	for (int column = 0; column < COLUMN_COUNT; column++) {
		const struct column_info *info = column_info((enum list_column)column);
		bool on = !now->chosen && info->title;
		for (size_t i = 0; i < now->count; i++)
			on |= now->shown[i] == (enum list_column)column;
		menu_add(menu_of(screen), info->name, info->help, 0, column);
		menu_of(screen)->items.items[column].on = on;
	}
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
}

static void open_views(struct app *app)
{
	const struct app_options *options = app_options(app);
	struct screen *screen;

	if (!options->view_count) {
		app_message(app, false, "no view has a name yet: a section [view NAME] in the configuration gives it one");
		return;
	}
	screen = menu_screen_new("Views", TAG_VIEW);
	for (size_t i = 0; i < options->view_count; i++)
		menu_add(menu_of(screen), options->views[i].name, options->views[i].query, 0, (int64_t)i);
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
}

static void open_view(struct queue *self, struct app *app, int64_t index)
{
	const struct saved_view *view = &app_options(app)->views[index];
	struct strbuf why = STRBUF_INIT;

	self->app = app;
	if (check_query(self, view->query, &why))
		open_list(self, app, view->query, view->sort);
	else
		app_message(app, true, "view '%s': %s", view->name, why.text);
	strbuf_release(&why);
}

static void choose_columns(struct app *app, struct screen *child)
{
	const struct menu *menu = menu_of(child);
	struct list_columns columns = { .count = 0 };

	for (size_t i = 0; i < menu->items.len; i++)
		if (menu->items.items[i].on)
			columns.shown[columns.count++] = (enum list_column)menu->items.items[i].value;
	columns.chosen = columns.count > 0;
	app_choose_columns(app, &columns);
}

/* ---- jumps ---------------------------------------------------------------------------------------- */

static bool check_jump(void *context, const char *text, struct strbuf *hint)
{
	const enum seek_kind *bare = context;
	struct jump jump;

	return jump_parse(text, *bare, &jump, hint);
}

/* What a bare number is: as the key says. */
static const enum seek_kind bare_kinds[] = { SEEK_PERCENT, SEEK_TIME, SEEK_ID };

static void open_jump(struct app *app, enum action action)
{
	size_t kind = action == ACTION_ID_go_to_percent ? 0 : action == ACTION_ID_go_to_date ? 1 : 2;

	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Go to",
		.history = HISTORY_JUMP,
		.tag = TAG_JUMP_PERCENT + (int)kind,
		.hint = jump_hint(bare_kinds[kind]),
		.check = check_jump,
		.context = (void *)(uintptr_t)&bare_kinds[kind],
	}));
}

static void jump(struct queue *self, struct app *app, const struct screen *prompt)
{
	struct strbuf none = STRBUF_INIT;
	struct jump to;

	if (jump_parse(prompt_text(prompt), bare_kinds[prompt->tag - TAG_JUMP_PERCENT], &to, &none))
		sample_list_jump(&self->list, app, &self->screen, &to);
	strbuf_release(&none);
}

static void open_demo(const struct queue *self, struct app *app)
{
	if (self->list.loaded && !self->list.window.rows.len && !self->list.query[0])
		app_effect(app, (struct effect){ .kind = EFFECT_DEMO });
	else
		app_message(app, false, "from the shell: aitia demo (here it is opened only from an empty store)");
}

/* ---- events --------------------------------------------------------------------------------------- */

static int64_t move_source(struct screen *screen, struct app *app, int step)
{
	struct queue *self = self_of(screen);
	const struct sample_row *row;

	sample_list_move(&self->list, app, screen, step);
	row = sample_list_selected(&self->list);
	return row ? row->id : 0;
}

static void open_sample(struct queue *self, struct app *app)
{
	const struct sample_row *row = sample_list_selected(&self->list);

	if (row)
		app_push(app, screen_sample_new(row->id, self->list.query, (struct sample_source){ move_source, &self->screen }));
}

#define SHARE_STEP 5

static void grow_preview(struct queue *self, const struct app *app, int by)
{
	enum preview_place place = place_of(self, app, app_area(app));
	int share = split_share(place, self->share) + by;

	if (place != PREVIEW_OFF)
		self->share = share < SPLIT_SHARE_LEAST ? SPLIT_SHARE_LEAST : share > SPLIT_SHARE_MOST ? SPLIT_SHARE_MOST : share;
}

static bool mouse(struct queue *self, struct app *app, const struct key *key)
{
	struct split layout = layout_of(self, app, app_area(app));
	bool opened = false;

	if (key->mouse == MOUSE_RELEASE) {
		if (self->dragging)
			self->share = split_share_at(app_area(app), place_of(self, app, app_area(app)), key->row, key->column);
		self->dragging = false;
		return true;
	}
	self->dragging = key->mouse == MOUSE_CLICK && split_is_border(&layout, key->row, key->column);
	if (self->dragging)
		return true;
	if (area_holds(layout.preview, key->row, key->column)) {
		if (!sample_view_wheel(&self->preview, key) && key->mouse == MOUSE_DOUBLE)
			open_sample(self, app);
		return true;
	}
	list_mouse(&self->list.list, key, sample_list_rows_area(layout.list), &opened);
	if (opened)
		open_sample(self, app);
	return true;
}

/* Esc and q: one step back; false when there is nothing left to leave here. */
static bool back(struct queue *self, struct app *app)
{
	if (self->marks.ids_serial || self->awaits_row || self->held_action != ACTION_UNBOUND) {
		self->marks.ids_serial = 0; /* what was waited for is not wanted any more */
		self->awaits_row = false;
		self->held_action = ACTION_UNBOUND;
		return true;
	}
	if (self->marks.range_from)
		queue_marks_end_range(&self->marks, &self->list, false);
	else if (self->marks.set.ids.len)
		queue_marks_clear(&self->marks, &self->list);
	else if (self->on_preview)
		self->on_preview = false;
	else if (self->list.query[0])
		open_list(self, app, "", self->list.sort);
	else
		return false;
	return true;
}

static void next_place(struct queue *self, const struct app *app)
{
	enum preview_place now = place_of(self, app, app_area(app));

	self->place_chosen = true;
	self->place = (enum preview_place)((now + 1) % PREVIEW_PLACES);
}

/* Whether it is about the row at hand: none of these may hit the one that was there before. */
static bool needs_row(const struct queue *self, enum action action)
{
	switch (action) {
	case ACTION_ID_open:
	case ACTION_ID_copy:
	case ACTION_ID_mark:
	case ACTION_ID_mark_range:
		return true;
	default:
		return judging_is(action) || (!self->on_preview && list_moves(action));
	}
}

static bool act(struct queue *self, struct app *app, enum action action, const struct key *key)
{
	if (sample_list_moving(&self->list) && needs_row(self, action)) {
		self->awaits_row = true;
		app_hold_key(app, key);
		return true;
	}
	switch (action) {
	case ACTION_UNBOUND:
		return key->code == INPUT_MOUSE && mouse(self, app, key);
	case ACTION_ID_back:
		return back(self, app);
	case ACTION_ID_refresh:
		sample_list_reload(&self->list, app, &self->screen);
		return false; /* the rest of the program reads again too */
	case ACTION_ID_open:
		open_sample(self, app);
		return true;
	case ACTION_ID_mark:
	case ACTION_ID_mark_range:
	case ACTION_ID_mark_all:
		queue_marks_action(&self->marks, &self->list, app, &self->screen, action);
		return true;
	case ACTION_ID_copy:
		copy_action(app, &self->preview, TAG_COPY);
		return true;
	case ACTION_ID_filter:
		open_filter(self, app);
		return true;
	case ACTION_ID_sort:
		open_sort(self, app);
		return true;
	case ACTION_ID_demo:
		open_demo(self, app);
		return true;
	case ACTION_ID_earlier_list:
	case ACTION_ID_later_list:
		step_list(self, app, action == ACTION_ID_later_list ? 1 : -1);
		return true;
	case ACTION_ID_views:
		open_views(app);
		return true;
	case ACTION_ID_columns:
		open_columns(app);
		return true;
	case ACTION_ID_go_to_percent:
	case ACTION_ID_go_to_date:
	case ACTION_ID_go_to_sample:
		open_jump(app, action);
		return true;
	case ACTION_ID_focus:
		self->on_preview = !self->on_preview;
		return true;
	case ACTION_ID_zoom:
		next_place(self, app);
		return true;
	case ACTION_ID_preview_larger:
	case ACTION_ID_preview_smaller:
		grow_preview(self, app, action == ACTION_ID_preview_larger ? SHARE_STEP : -SHARE_STEP);
		return true;
	case ACTION_ID_next_part:
	case ACTION_ID_previous_part:
	case ACTION_ID_wrap:
	case ACTION_ID_blanks:
	case ACTION_ID_left:
	case ACTION_ID_right:
		sample_view_action(&self->preview, action);
		return true;
	default:
		break;
	}
	if (judging_is(action)) {
		judge_by(self, app, action);
		return true;
	}
	if (self->on_preview)
		return sample_view_action(&self->preview, action);
	return sample_list_action(&self->list, app, &self->screen, action);
}

static bool queue_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	bool used = act(self_of(screen), app, action, key);

	sync(self_of(screen), app);
	return used;
}

static void queue_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct queue *self = self_of(screen);
	enum action held = self->held_action;
	bool release = false;

	if (queue_marks_answer(&self->marks, &self->list, app, answer)) {
		release = true;
	} else if (query_counts_answer(&self->counts, app, screen, answer)) {
		self->counted_at = progress_count(app_progress(app));
	} else if (sample_view_answer(&self->preview, app, answer)) {
		if (held != ACTION_UNBOUND && (sample_view_ready(&self->preview) || self->preview.failure)) {
			self->held_action = ACTION_UNBOUND;
			judge_by(self, app, held);
			release = true;
		}
	} else {
		sample_list_answer(&self->list, app, screen, answer);
	}
	sync(self, app);
	if (self->awaits_row && !sample_list_moving(&self->list)) {
		self->awaits_row = false;
		release = true;
	}
	if (release)
		app_hold_keys(app, false);
}

static void queue_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct queue *self = self_of(screen);
	int64_t one;
	struct judging_target target = target_of(self, app, &one);
	enum judging_outcome outcome = judging_result(screen, app, child, &target);

	after_judging(self, app, outcome);
	if (outcome == JUDGING_NOT_OURS && child && child->tag == TAG_FILTER)
		open_list(self, app, prompt_text(child), self->list.sort);
	else if (outcome == JUDGING_NOT_OURS && child && child->tag == TAG_VIEW)
		open_view(self, app, menu_value(child));
	else if (outcome == JUDGING_NOT_OURS && child && child->tag == TAG_COLUMNS)
		choose_columns(app, child);
	else if (outcome == JUDGING_NOT_OURS && child && child->tag == TAG_COPY)
		copy_result(app, &self->preview, self->list.query, child);
	else if (outcome == JUDGING_NOT_OURS && child && child->tag == TAG_SORT)
		open_list(self, app, self->list.query, (enum sort_key)menu_value(child));
	else if (outcome == JUDGING_NOT_OURS && child && child->tag >= TAG_JUMP_PERCENT && child->tag <= TAG_JUMP_SAMPLE)
		jump(self, app, child);
}

static void queue_editor_done(struct screen *screen, struct app *app, struct slice text)
{
	struct queue *self = self_of(screen);
	int64_t one;
	struct judging_target target = target_of(self, app, &one);

	if (judging_note(app, &target, text))
		after_judging(self, app, JUDGING_DONE);
}

/* Where the last session stopped, as far as that is there still. */
static void open_first_list(struct queue *self, struct app *app)
{
	const struct session *resume = self->resume;
	struct strbuf why = STRBUF_INIT;

	if (resume && resume->query) {
		self->app = app;
		if (!check_query(self, resume->query, &why))
			resume = NULL;
	}
	open_list(self, app, resume && resume->query ? resume->query : "", resume ? resume->sort : SORT_NEWEST);
	if (resume)
		go_to_sample(self, app, resume->sample);
	if (resume && resume->query && !resume->typed) /* of which there is more to say */
		app_message(app, false, "back where you stopped; Esc shows the whole list");
	strbuf_release(&why);
}

static void queue_shown(struct screen *screen, struct app *app)
{
	struct queue *self = self_of(screen);

	if (!self->list.loaded && self->list.asked == ASKED_NOTHING && !self->list.failed)
		open_first_list(self, app);
	sync(self, app);
}

static void queue_resized(struct screen *screen, struct app *app)
{
	sync(self_of(screen), app);
}

/* ---- drawing ----------------------------------------------------------------------------------------- */

static void draw_lines(struct surface *surface, struct area area, const char *const *lines, size_t count)
{
	struct area box = area_centre(area, (int)count, area.columns < 64 ? area.columns - 2 : 64);

	for (size_t i = 0; i < count; i++)
		surface_fit(surface, box, (int)i, 0, box.columns, i ? STYLE_TEXT : STYLE_TITLE, lines[i]);
}

static void draw_empty(const struct queue *self, struct surface *surface, struct area area)
{
	static const char *const no_samples[] = {
		"There are no samples in this store yet.",
		"",
		"D  explores the demo: a real public incident",
		"   (it has a store of its own; this one stays empty)",
		"",
		"q  quits; then fill it from the shell:",
		"   aitia import FILE...    SARIF logs, JSONL records",
		"",
		"R  reads the store again.  ?  shows all keys.",
	};
	const char *nothing[] = { "Nothing matches this filter:", "", self->list.query, "",
				  "Esc clears the filter, / changes it." };

	if (self->list.query[0])
		draw_lines(surface, area, nothing, ARRAY_LEN(nothing));
	else
		draw_lines(surface, area, no_samples, ARRAY_LEN(no_samples));
}

static void queue_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct queue *self = (const struct queue *)screen;
	struct split layout = layout_of(self, app, area);
	size_t from, to;

	if (!self->list.window.rows.len) {
		if (self->list.loaded && !sample_list_searching(&self->list))
			draw_empty(self, surface, area);
		else
			surface_puts(surface, area, 0, 1, STYLE_MUTED, self->list.loaded ? "searching" : "reading");
		return;
	}
	queue_marks_range(&self->marks, &self->list, &from, &to);
	sample_list_view(&self->list, app, surface, layout.list, &self->marks.set, from, to);
	if (layout.between.columns)
		surface_vline(surface, layout.between, 0, STYLE_FRAME);
	if (layout.preview.rows > 0)
		sample_view_view(&self->preview, app, surface, layout.preview, self->on_preview);
}

static const char *queue_crumb(const struct screen *screen)
{
	return ((const struct queue *)screen)->crumb.text;
}

/* "45 of 100 done, 12 min left · ": what was judged in this session, of that and what the
 * list holds untriaged. As it was counted when the list was opened: nothing is counted
 * anew for each judgement. */
static void add_progress(const struct queue *self, const struct app *app, struct strbuf *out)
{
	const struct progress *progress = app_progress(app);
	size_t done = progress_count(progress), since = done > self->counted_at ? done - self->counted_at : 0;
	int64_t todo, left_s;

	if (!done)
		return;
	strbuf_addf(out, "%zu", done);
	if (query_counts_of(&self->counts, FACET_STATUS, sample_status_word(SAMPLE_UNTRIAGED), &todo)) {
		todo = todo > (int64_t)since ? todo - (int64_t)since : 0;
		strbuf_addf(out, " of %" PRId64 " done", (int64_t)done + todo);
		left_s = progress_left_s(progress, todo);
		if (todo && left_s >= 3600)
			strbuf_addf(out, ", %" PRId64 " h %" PRId64 " min left", left_s / 3600, left_s % 3600 / 60);
		else if (todo && left_s >= 0)
			strbuf_addf(out, ", %" PRId64 " min left", (left_s + 59) / 60);
	} else {
		strbuf_addstr(out, " done");
	}
	strbuf_addstr(out, app_sign(app, " · ", " - "));
}

static void queue_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct queue *self = (const struct queue *)screen;
	const char *between = app_sign(app, " · ", " - ");
	size_t marks = queue_marks_count(&self->marks, &self->list);

	add_progress(self, app, out);
	sample_list_status(&self->list, app, out);
	strbuf_addf(out, "%s%s", between, sort_word(self->list.sort));
	if (sample_list_searching(&self->list))
		strbuf_addf(out, "%ssearching", between);
	if (marks)
		strbuf_addf(out, "%s%zu marked", between, marks);
	if (self->marks.range_from)
		strbuf_addstr(out, " (range)");
}

static void queue_release(struct screen *screen)
{
	struct queue *self = self_of(screen);

	sample_list_release(&self->list);
	query_counts_release(&self->counts);
	sample_view_release(&self->preview);
	queue_marks_release(&self->marks);
	places_release(&self->places);
	strbuf_release(&self->crumb);
}

static const struct screen_ops queue_ops = {
	.scope = SCOPE_QUEUE,
	.has_list = true,
	.release = queue_release,
	.shown = queue_shown,
	.action = queue_action,
	.answer = queue_answer,
	.result = queue_result,
	.editor_done = queue_editor_done,
	.resized = queue_resized,
	.crumb = queue_crumb,
	.view = queue_view,
	.status = queue_status,
};

void screen_queue_place(const struct screen *queue, struct session *out)
{
	const struct queue *self = (const struct queue *)queue;
	const struct sample_row *row = sample_list_selected(&self->list);

	out->query = self->list.query;
	out->sort = self->list.sort;
	out->sample = row ? row->id : 0;
}

struct screen *screen_queue_new(const struct session *resume)
{
	struct queue *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &queue_ops;
	self->resume = resume;
	sample_list_init(&self->list);
	sample_view_init(&self->preview);
	strbuf_init(&self->crumb);
	strbuf_addstr(&self->crumb, "Queue");
	return &self->screen;
}
