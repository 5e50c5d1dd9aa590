/* A sample at full size, with all that can be said about it. */
#include <inttypes.h>

#include "core/defer.h"
#include "tui/annotate.h"
#include "tui/copy.h"
#include "tui/prompt.h"
#include "tui/sample_view.h"
#include "tui/screens.h"

#define FLAG_ROWS_MAX 6

enum { TAG_FIND = 1, TAG_COPY };

struct sample_screen {
	struct screen screen;
	struct sample_view view;
	struct sample_source source;
	char *query;             /* of the list that it was opened from */
	int64_t sample;
	bool awaits;             /* a key waits for the sample or its neighbour to be read */
	enum action held_action; /* waits for the sample to be read */
	int64_t first_line, last_line; /* selected when a judgement was begun; 0: the whole sample */
	char crumb[32];
};

static struct sample_screen *self_of(struct screen *screen)
{
	return (struct sample_screen *)screen;
}

static void sync(struct sample_screen *self, struct app *app)
{
	struct area area = app_area(app);

	area_top(&area, 1);
	sample_view_resize(&self->view, area.rows, area.columns);
	sample_view_want(&self->view, app, &self->screen, self->sample);
}

static struct judging_target target_of(const struct sample_screen *self, const struct app *app)
{
	struct judging_target target = { .samples = &self->sample, .count = 1, .is_read = sample_view_ready(&self->view),
					 .first_line = self->first_line, .last_line = self->last_line };

	if (target.is_read) {
		target.standing = standing_annotation(self->view.annotations, self->view.annotation_count,
						      app_options(app)->reviewer, self->first_line, self->last_line);
		target.duplicate_of = self->view.sample->duplicate_of;
		target.duplicates = self->view.duplicates;
		target.duplicate_count = self->view.duplicate_count;
		target.annotations = self->view.annotations;
		target.annotation_count = self->view.annotation_count;
	}
	return target;
}

static void hold(struct sample_screen *self, struct app *app, const struct key *key)
{
	self->awaits = true;
	app_hold_key(app, key);
}

static void go_to(struct sample_screen *self, struct app *app, int step, const struct key *key)
{
	int64_t next = self->source.move ? self->source.move(self->source.opener, app, step) : 0;

	if (next == SAMPLE_NOT_YET) {
		hold(self, app, key);
		return;
	}
	if (!next || next == self->sample) {
		app_message(app, false, step > 0 ? "this is the last one" : "this is the first one");
		return;
	}
	sample_view_select(&self->view, false);
	self->sample = next;
	snprintf(self->crumb, sizeof(self->crumb), "Sample %" PRId64, next);
}

/* What was said of the lines stands beside them now. */
static void after_judging(struct sample_screen *self, enum judging_outcome outcome)
{
	if (outcome == JUDGING_DONE || outcome == JUDGING_BESIDE)
		sample_view_select(&self->view, false);
}

static void judge_by(struct sample_screen *self, struct app *app, enum action action)
{
	struct judging_target target;

	code_view_selected(&self->view.code, &self->first_line, &self->last_line);
	target = target_of(self, app);

	if (!sample_view_ready(&self->view) && !self->view.failure &&
	    judging_needs_text(action)) {
		self->held_action = action;
		app_hold_keys(app, true);
		return;
	}
	after_judging(self, judging_action(&self->screen, app, action, &target));
}

/* ---- searching ------------------------------------------------------------------------ */

static void open_search(struct app *app)
{
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Search",
		.history = HISTORY_FIND,
		.tag = TAG_FIND,
	}));
}

static void search(struct sample_screen *self, struct app *app, const char *needle)
{
	sample_view_select(&self->view, false);
	if (sample_view_search(&self->view, needle))
		return;
	sample_view_search(&self->view, NULL);
	app_refuse(app, "that is nowhere in this sample; Esc leaves");
}

static void next_hit(struct sample_screen *self, struct app *app, int step)
{
	if (!self->view.code.found.list.len)
		app_message(app, false, "it is not in this part; / searches in all of them");
	else if (!code_view_step(&self->view.code, step))
		app_message(app, false, step > 0 ? "from the first hit again" : "from the last hit again");
}

/* Whether it is about the text at hand: before that is read it would be lost, and what
 * is typed behind it would be about the whole sample. */
static bool needs_text(enum action action)
{
	switch (action) {
	case ACTION_ID_focus:
	case ACTION_ID_lines:
	case ACTION_ID_copy:
	case ACTION_ID_pager:
	case ACTION_ID_find:
	case ACTION_ID_find_next:
	case ACTION_ID_find_previous:
	case ACTION_ID_next_part:
	case ACTION_ID_previous_part:
	case ACTION_ID_next_place:
	case ACTION_ID_previous_place:
	case ACTION_ID_fold:
	case ACTION_ID_fold_all:
	case ACTION_ID_down:
	case ACTION_ID_up:
	case ACTION_ID_half_down:
	case ACTION_ID_half_up:
	case ACTION_ID_page_down:
	case ACTION_ID_page_up:
	case ACTION_ID_first:
	case ACTION_ID_last:
		return true;
	default:
		return false;
	}
}

/* Below the title. */
static struct area view_area(const struct app *app)
{
	struct area area = app_area(app);

	area_top(&area, 1);
	return area;
}

static bool act(struct sample_screen *self, struct app *app, enum action action, const struct key *key)
{
	bool awaited = self->awaits;

	self->awaits = false; /* it has come, or Esc has dropped the key */
	if (needs_text(action) && !sample_view_ready(&self->view) && !self->view.failure) {
		hold(self, app, key);
		return true;
	}
	switch (action) {
	case ACTION_UNBOUND:
		return sample_view_click(&self->view, view_area(app), key) || sample_view_wheel(&self->view, key);
	case ACTION_ID_next_sample:
		go_to(self, app, 1, key);
		return true;
	case ACTION_ID_previous_sample:
		go_to(self, app, -1, key);
		return true;
	case ACTION_ID_focus:
		sample_view_select(&self->view, false);
		return sample_view_action(&self->view, ACTION_ID_next_part);
	case ACTION_ID_lines:
		if (!sample_view_select(&self->view, true))
			app_message(app, false, "lines can be selected in the code");
		return true;
	case ACTION_ID_copy:
		copy_action(app, &self->view, TAG_COPY);
		return true;
	case ACTION_ID_find:
		open_search(app);
		return true;
	case ACTION_ID_find_next:
	case ACTION_ID_find_previous:
		next_hit(self, app, action == ACTION_ID_find_next ? 1 : -1);
		return true;
	case ACTION_ID_find_end:
		sample_view_search(&self->view, NULL);
		return true;
	case ACTION_ID_lines_swap:
		code_view_swap_ends(&self->view.code);
		return true;
	case ACTION_ID_lines_end:
		sample_view_select(&self->view, false);
		return true;
	case ACTION_ID_similar:
		app_push(app, screen_similar_new(self->sample));
		return true;
	case ACTION_ID_fold:
	case ACTION_ID_fold_all:
		if (!sample_view_action(&self->view, action))
			app_message(app, false, "nothing is folded here");
		return true;
	case ACTION_ID_next_place:
	case ACTION_ID_previous_place:
		sample_view_select(&self->view, false);
		if (!sample_view_walk(&self->view, action == ACTION_ID_next_place ? 1 : -1))
			app_message(app, false, self->view.sample && self->view.sample->place_count ?
				    "that is the end of the path" : "the finding names no further places");
		return true;
	case ACTION_ID_next_part:
	case ACTION_ID_previous_part:
		sample_view_select(&self->view, false);
		return sample_view_action(&self->view, action);
	case ACTION_ID_back:
		if (self->held_action == ACTION_UNBOUND && !awaited)
			return false;
		if (awaited && self->source.move)
			self->source.move(self->source.opener, app, 0);
		self->held_action = ACTION_UNBOUND; /* what was waited for is not wanted any more */
		return true;
	default:
		if (!judging_is(action))
			return sample_view_action(&self->view, action);
		judge_by(self, app, action);
		return true;
	}
}

static bool sample_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	bool used = act(self_of(screen), app, action, key);

	sync(self_of(screen), app);
	return used;
}

static void sample_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct sample_screen *self = self_of(screen);
	enum action held = self->held_action;

	sample_view_answer(&self->view, app, answer);
	sync(self, app);
	if ((held == ACTION_UNBOUND && !self->awaits) || (!sample_view_ready(&self->view) && !self->view.failure))
		return;
	self->held_action = ACTION_UNBOUND;
	self->awaits = false;
	if (held != ACTION_UNBOUND)
		judge_by(self, app, held);
	app_hold_keys(app, false);
}

static void sample_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct judging_target target = target_of(self_of(screen), app);

	if (child && child->tag == TAG_FIND)
		search(self_of(screen), app, prompt_text(child));
	else if (child && child->tag == TAG_COPY)
		copy_result(app, &self_of(screen)->view, self_of(screen)->query, child);
	else
		after_judging(self_of(screen), judging_result(screen, app, child, &target));
}

static void sample_editor_done(struct screen *screen, struct app *app, struct slice text)
{
	struct judging_target target = target_of(self_of(screen), app);

	if (judging_note(app, &target, text))
		after_judging(self_of(screen), JUDGING_DONE);
}

static void sample_page(const struct screen *screen, struct strbuf *out)
{
	sample_view_page(&((const struct sample_screen *)screen)->view, out);
}

static void sample_shown(struct screen *screen, struct app *app)
{
	sync(self_of(screen), app);
}

/* "of #12  until 2026-12-05 00:00  3 duplicates": the columns that it took. */
static int draw_relations(const struct sample_screen *self, struct surface *surface, struct area line, int column)
{
	const struct sample *sample = self->view.sample;
	size_t count = self->view.duplicate_count;
	struct arena arena = ARENA_INIT;
	int start = column;

	if (sample->duplicate_of)
		column += surface_printf(surface, line, 0, column - 1, STYLE_TEXT, "of #%" PRId64, sample->duplicate_of) + 1;
	if (sample->deferred_until)
		column += surface_fit(surface, line, 0, column - 1, 32, STYLE_TEXT, defer_words(&arena, sample->deferred_until)) + 1;
	if (count)
		column += surface_printf(surface, line, 0, column, STYLE_TEXT, "%zu%s duplicate%s", count,
					 count == DUPLICATES_MAX ? " or more" : "", count == 1 ? "" : "s") + 2;
	arena_release(&arena);
	return column - start;
}

/* "src/drain.py:41  python  model  annotated": what the list says of it. */
static void draw_title(const struct sample_screen *self, struct surface *surface, struct area line)
{
	const struct sample *sample = self->view.sample;
	const char *model;
	int column = 1;

	if (!sample_view_ready(&self->view))
		return;
	model = sample_provenance(sample, PROVENANCE_MODEL);
	if (sample->path) {
		column += surface_fit(surface, line, 0, column, line.columns / 2, STYLE_TITLE, sample->path);
		if (sample->region.start_line)
			column += surface_printf(surface, line, 0, column, STYLE_TITLE, ":%" PRId64, sample->region.start_line);
		column += 2;
	}
	if (sample->language)
		column += surface_fit(surface, line, 0, column, 16, STYLE_TEXT, sample->language) + 2;
	if (model)
		column += surface_fit(surface, line, 0, column, 28, STYLE_TEXT, model) + 2;
	column += surface_puts(surface, line, 0, column, STYLE_TEXT, sample_status_word(sample->status)) + 2;
	if (sample->disposition != VERDICT_NONE)
		column += surface_puts(surface, line, 0, column, STYLE_TEXT, verdict_word(sample->disposition)) + 2;
	column += draw_relations(self, surface, line, column);
	for (size_t i = 0; i < self->view.annotation_count; i++)
		if (annotation_counts(self->view.annotations, self->view.annotation_count, i) && self->view.annotations[i].cause) {
			surface_fit(surface, line, 0, column, line.columns - column, STYLE_GOOD,
				    self->view.annotations[i].cause);
			break;
		}
}

static void sample_view_screen(const struct screen *screen, const struct app *app, struct surface *surface,
			       struct area area)
{
	const struct sample_screen *self = (const struct sample_screen *)screen;

	draw_title(self, surface, area_top(&area, 1));
	sample_view_view(&self->view, app, surface, area, true);
}

static const char *sample_crumb(const struct screen *screen)
{
	return ((const struct sample_screen *)screen)->crumb;
}

static void sample_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct sample_screen *self = (const struct sample_screen *)screen;
	struct screen *opener = self->source.opener;

	int64_t first, last;

	if (code_view_selected(&self->view.code, &first, &last))
		strbuf_addf(out, "lines %" PRId64 "-%" PRId64, first, last);
	else if (self->view.search.needle)
		strbuf_addf(out, "hit %zu of %zu", self->view.code.found.list.len ? self->view.code.found_at + 1 : 0,
			    self->view.code.found.list.len);
	else if (opener && opener->ops->status)
		opener->ops->status(opener, app, out);
}

static enum scope sample_mode(const struct screen *screen)
{
	const struct sample_view *view = &((const struct sample_screen *)screen)->view;

	return view->code.selecting ? SCOPE_LINES : view->search.needle ? SCOPE_FINDING : SCOPE_COUNT;
}

static void sample_release(struct screen *screen)
{
	sample_view_release(&self_of(screen)->view);
	free(self_of(screen)->query);
}

static bool sample_can(const struct screen *screen, const struct app *app, enum action action)
{
	const struct sample_screen *self = (const struct sample_screen *)screen;

	if (action == ACTION_ID_next_sample || action == ACTION_ID_previous_sample)
		return self->source.move != NULL;
	return judging_can(app, &self->view, action);
}

static const struct screen_ops sample_ops = {
	.scope = SCOPE_SAMPLE,
	.has_list = true,
	.release = sample_release,
	.shown = sample_shown,
	.action = sample_action,
	.answer = sample_answer,
	.result = sample_result,
	.editor_done = sample_editor_done,
	.page = sample_page,
	.resized = sample_shown,
	.mode = sample_mode,
	.crumb = sample_crumb,
	.view = sample_view_screen,
	.status = sample_status,
	.can = sample_can,
};

struct screen *screen_sample_new(int64_t sample, const char *query, struct sample_source source)
{
	struct sample_screen *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &sample_ops;
	self->source = source;
	self->sample = sample;
	sample_view_init(&self->view);
	sample_view_find(&self->view, query);
	self->query = mem_strdup(query);
	self->view.head_rows_max = FLAG_ROWS_MAX;
	snprintf(self->crumb, sizeof(self->crumb), "Sample %" PRId64, sample);
	return &self->screen;
}
