/* The queue: the list of samples, a preview of the one at hand, marks, filter. */
#include "tui/copy.h"
#include "tui/prompt.h"
#include "tui/queue.h"
#include "tui/screens.h"

static struct queue *self_of(struct screen *screen)
{
	return (struct queue *)screen;
}

/* ---- keeping it together --------------------------------------------------------------- */

/* The neighbour in the direction that one goes, so that it is there when one comes to it. */
static void expect_next(struct queue *self, struct app *app)
{
	size_t at = self->list.list.selected;

	if (at != self->selected_before)
		self->goes_up = at < self->selected_before;
	self->selected_before = at;
	if (self->goes_up ? at > 0 : at + 1 < self->list.window.rows.len)
		sample_view_expect(&self->preview, app, &self->screen,
				   self->list.window.rows.items[self->goes_up ? at - 1 : at + 1].row.id);
}

void queue_sync(struct queue *self, struct app *app)
{
	struct split layout = queue_layout(self, app, app_area(app));
	const struct sample_row *selected;

	const struct sample_marks marks = queue_marks_shown(&self->marks, &self->list);
	sample_list_resize(&self->list, app, layout.list, &marks);
	sample_view_resize(&self->preview, layout.preview.rows, layout.preview.columns);
	if (layout.preview.rows <= 0)
		self->on_preview = false;
	sample_list_ensure(&self->list, app, &self->screen);
	selected = sample_list_selected(&self->list);
	sample_view_want(&self->preview, app, &self->screen, selected ? selected->id : 0);
	expect_next(self, app);
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

	self->awaits_row = step && !sample_list_step(&self->list, app, screen, step);
	if (self->awaits_row)
		return SAMPLE_NOT_YET;
	row = sample_list_selected(&self->list);
	return row ? row->id : 0;
}

void queue_open_sample(struct queue *self, struct app *app)
{
	const struct sample_row *row = sample_list_selected(&self->list);

	if (row)
		app_push(app, screen_sample_new(row->id, self->list.query, (struct sample_source){ move_source, &self->screen }));
}

/* Esc and q: one step back; false when there is nothing left to leave here. */
static bool back(struct queue *self, struct app *app)
{
	if (self->marks.ids_serial || self->awaits_row || self->awaits_text || self->held_action != ACTION_UNBOUND) {
		self->marks.ids_serial = 0; /* what was waited for is not wanted any more */
		self->awaits_row = self->awaits_text = false;
		self->list.owed = 0;
		self->held_action = ACTION_UNBOUND;
		return true;
	}
	if (self->marks.range_from)
		queue_marks_end_range(&self->marks, &self->list, false);
	else if (self->marks.set.ids.len)
		queue_marks_clear(&self->marks, &self->list);
	else if (self->on_preview)
		self->on_preview = false;
	else if (self->opened_with && strcmp(self->list.query, self->opened_with) == 0)
		return false;
	else if (self->opened_with || self->list.query[0])
		queue_open_list(self, app, self->opened_with ? self->opened_with : "", self->list.sort);
	else
		return false;
	return true;
}

/* Whether it is about the row at hand: none of these may hit the one that was there before. */
static bool needs_row(const struct queue *self, enum action action)
{
	switch (action) {
	case ACTION_ID_open:
	case ACTION_ID_similar:
	case ACTION_ID_copy:
	case ACTION_ID_pager:
	case ACTION_ID_mark:
	case ACTION_ID_mark_range:
		return true;
	default:
		return judging_is(action) || (!self->on_preview && list_step(&self->list.list, action));
	}
}

static bool queue_can(const struct screen *screen, const struct app *app, enum action action)
{
	const struct queue *self = (const struct queue *)screen;
	const struct sample_row *row = sample_list_selected(&self->list);
	enum scope scope = action_info(action)->scope;

	switch (action) {
	case ACTION_ID_back:
		return self->screen.below || self->list.query[0] || queue_marks_count(&self->marks, &self->list) || self->on_preview;
	case ACTION_ID_filter:
		return row || self->list.query[0];
	case ACTION_ID_demo:
		return self->list.loaded && !row && !self->list.query[0];
	case ACTION_ID_earlier_list:
		return self->places.at > 0;
	case ACTION_ID_later_list:
		return self->places.at + 1 < self->places.items.len;
	case ACTION_ID_views:
		return true;
	case ACTION_ID_view_keep:
		return app_options(app)->views_path != NULL;
	case ACTION_ID_focus:
	case ACTION_ID_preview_larger:
	case ACTION_ID_preview_smaller:
		return row && queue_place(self, app, app_area(app)) != PREVIEW_OFF;
	case ACTION_ID_accept_proposal: /* what is marked may have proposals too, … */
	case ACTION_ID_decide:          /* … or be in dispute */
		return row && (self->marks.set.ids.len || judging_can(app, &self->preview, action));
	default:
		return (scope != SCOPE_QUEUE && scope != SCOPE_JUDGING) || (row && judging_can(app, &self->preview, action));
	}
}

static bool act(struct queue *self, struct app *app, enum action action, const struct key *key)
{
	if (action == ACTION_ID_repeat && !sample_list_moving(&self->list))
		queue_step_to_repeat(self, app);
	if (sample_list_moving(&self->list) && needs_row(self, action)) {
		self->awaits_row = true;
		app_hold_key(app, key);
		return true;
	}
	switch (action) {
	case ACTION_UNBOUND:
		return key->code == INPUT_MOUSE && queue_mouse(self, app, key);
	case ACTION_ID_back:
		return back(self, app);
	case ACTION_ID_refresh:
		sample_list_reload(&self->list, app, &self->screen);
		return false; /* the rest of the program reads again too */
	case ACTION_ID_open:
		queue_open_sample(self, app);
		return true;
	case ACTION_ID_similar:
		if (sample_list_selected(&self->list))
			app_push(app, screen_similar_new(sample_list_selected(&self->list)->id));
		return true;
	case ACTION_ID_groups:
		app_push(app, screen_groups_new(self->list.query, QUEUE_TAG_GROUPS));
		return true;
	case ACTION_ID_mark:
	case ACTION_ID_mark_range:
	case ACTION_ID_mark_all:
		queue_marks_action(&self->marks, &self->list, app, &self->screen, action);
		return true;
	case ACTION_ID_copy:
		copy_action(app, &self->preview, QUEUE_TAG_COPY);
		return true;
	case ACTION_ID_pager:
		self->awaits_text = self->preview.wanted && !sample_view_ready(&self->preview) && !self->preview.failure;
		if (self->awaits_text)
			app_hold_key(app, key);
		return self->awaits_text;
	case ACTION_ID_demo:
		open_demo(self, app);
		return true;
	case ACTION_ID_insights:
		app_push(app, screen_insights_new(self->list.query, NULL));
		return true;
	case ACTION_ID_focus:
		self->on_preview = !self->on_preview;
		return true;
	case ACTION_ID_zoom:
	case ACTION_ID_preview_larger:
	case ACTION_ID_preview_smaller:
		queue_place_action(self, app, action);
		return true;
	case ACTION_ID_next_part:
	case ACTION_ID_previous_part:
	case ACTION_ID_next_place:
	case ACTION_ID_previous_place:
	case ACTION_ID_fold:
	case ACTION_ID_fold_all:
	case ACTION_ID_wrap:
	case ACTION_ID_blanks:
	case ACTION_ID_left:
	case ACTION_ID_right:
		sample_view_action(&self->preview, action);
		return true;
	default:
		break;
	}
	if (queue_lists_action(self, app, action))
		return true;
	if (judging_is(action)) {
		queue_judge(self, app, action);
		return true;
	}
	if (self->on_preview)
		return sample_view_action(&self->preview, action);
	return sample_list_action(&self->list, app, &self->screen, action);
}

static bool queue_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	bool used = act(self_of(screen), app, action, key);

	queue_sync(self_of(screen), app);
	return used;
}

static void queue_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct queue *self = self_of(screen);
	enum action held = self->held_action;
	bool release = false, lost = false;

	if (queue_marks_answer(&self->marks, &self->list, app, answer)) {
		release = true;
	} else if (query_counts_answer(&self->counts, app, screen, answer)) {
		queue_progress_counted(&self->progress, app);
	} else if (query_values_answer(&self->values, app, screen, answer)) {
		prompt_complete_again(app);
	} else if (sample_view_answer(&self->preview, app, answer)) {
		if (self->awaits_text && (sample_view_ready(&self->preview) || self->preview.failure)) {
			self->awaits_text = false;
			release = true;
		}
		if (held != ACTION_UNBOUND && (sample_view_ready(&self->preview) || self->preview.failure)) {
			self->held_action = ACTION_UNBOUND;
			queue_judge(self, app, held);
			release = true;
		}
	} else {
		sample_list_answer(&self->list, app, screen, answer);
		lost = self->list.lost && self->awaits_row;
	}
	queue_sync(self, app);
	if (lost) {
		self->awaits_row = false;
		app_drop_keys(app);
	} else if (self->awaits_row && !sample_list_moving(&self->list)) {
		self->awaits_row = false;
		release = true;
	}
	if (release)
		app_hold_keys(app, false);
}

/* Its members; exceptions are unmarked before the rest is judged. */
static void open_group(struct queue *self, struct app *app, const struct groups_choice *choice)
{
	queue_open_list(self, app, choice->query, self->list.sort);
	if (choice->marked) {
		queue_marks_clear(&self->marks, &self->list); /* what is judged next is the group, as it is now */
		queue_marks_ask(&self->marks, app, &self->screen, choice->marked);
	}
	queue_sync(self, app);
}

static void queue_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct queue *self = self_of(screen);
	struct judging_target target = queue_target(self, app);
	enum judging_outcome outcome = judging_result(screen, app, child, &target);

	queue_after_judging(self, app, outcome);
	if (outcome != JUDGING_NOT_OURS || queue_lists_result(self, app, child))
		return;
	if (child && child->tag == QUEUE_TAG_GROUPS)
		open_group(self, app, screen_groups_choice(child));
	else if (child && child->tag == QUEUE_TAG_COPY)
		copy_result(app, &self->preview, self->list.query, child);
}

static void queue_page(const struct screen *screen, struct strbuf *out)
{
	sample_view_page(&((const struct queue *)screen)->preview, out);
}

static void queue_editor_done(struct screen *screen, struct app *app, struct slice text)
{
	struct queue *self = self_of(screen);
	struct judging_target target = queue_target(self, app);

	if (judging_note(app, &target, text))
		queue_after_judging(self, app, JUDGING_BESIDE);
}

/* Among the rows that are read: nothing is read anew for it, so that the list stays as it is. */
static void select_sample(struct queue *self, int64_t sample)
{
	for (size_t i = 0; sample && i < self->list.window.rows.len; i++)
		if (self->list.window.rows.items[i].row.id == sample)
			list_select(&self->list.list, i);
}

static void queue_shown(struct screen *screen, struct app *app)
{
	struct queue *self = self_of(screen);

	if (!self->list.loaded && self->list.asked == ASKED_NOTHING && !self->list.failed) {
		if (self->opened_with)
			queue_open_list(self, app, self->opened_with, SORT_NEWEST);
		else
			queue_open_first_list(self, app);
	}
	queue_take_back_marks(self, app);
	if (app_top(app) == screen)
		select_sample(self, app_take_go_to(app));
	queue_sync(self, app);
}

static void queue_resized(struct screen *screen, struct app *app)
{
	queue_sync(self_of(screen), app);
}

static const char *queue_crumb(const struct screen *screen)
{
	return ((const struct queue *)screen)->crumb.text;
}

static void queue_release(struct screen *screen)
{
	struct queue *self = self_of(screen);

	sample_list_release(&self->list);
	query_counts_release(&self->counts);
	query_values_release(&self->values);
	sample_view_release(&self->preview);
	queue_marks_release(&self->marks);
	queue_progress_release(&self->progress);
	vec_release(&self->judged);
	places_release(&self->places);
	strbuf_release(&self->crumb);
	free(self->opened_with);
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
	.page = queue_page,
	.resized = queue_resized,
	.crumb = queue_crumb,
	.view = queue_view,
	.status = queue_status,
	.can = queue_can,
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

struct screen *screen_queue_of(const char *query)
{
	struct screen *screen = screen_queue_new(NULL);

	self_of(screen)->opened_with = mem_strdup(query);
	return screen;
}
