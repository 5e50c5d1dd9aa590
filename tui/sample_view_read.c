/* Reading the sample that is wanted, the one that is likely wanted next, and what its group proposes. */
#include "tui/sample_view_inside.h"

#include <inttypes.h>

#include "core/base/mem.h"
#include "tui/sample_text.h"

void sample_view_forget(struct sample_view *view)
{
	code_view_open(&view->code, (struct slice){ NULL, 0 }, NULL, 1, NULL, 0);
	diff_view_open(&view->compared, (struct slice){ NULL, 0 }, 1, (struct slice){ NULL, 0 });
	pane_clear(&view->pane);
	path_view_open(&view->path, NULL);
	arena_release(&view->arena);
	view->sample = NULL;
	view->annotations = NULL;
	view->annotation_count = view->incident_key_count = view->duplicate_count = 0;
	view->warning = view->dispute = NULL;
	free(view->proposal);
	view->proposal = NULL;
	view->group_serial = 0;
	free(view->failure);
	view->failure = NULL;
}

void sample_view_drop_ahead(struct sample_view *view)
{
	arena_release(&view->ahead.answer.arena);
	view->ahead.answer.sample = NULL;
	view->ahead.sample = 0;
	view->ahead.serial = 0;
}

void sample_view_expect(struct sample_view *view, struct app *app, struct screen *screen, int64_t sample)
{
	struct request *request;

	if (view->serial || !sample_view_ready(view) || !sample || sample == view->wanted)
		return;
	if (sample == view->ahead.sample && !app_sample_changed(app, view->ahead.seen, sample)) {
		view->ahead.seen = app_change_serial(app);
		return;
	}
	sample_view_drop_ahead(view);
	request = request_new(REQUEST_SAMPLE);
	request->sample = sample;
	request->ahead = true;
	view->ahead.sample = sample;
	view->ahead.seen = app_change_serial(app);
	view->ahead.serial = app_request(app, screen, request);
}

static void take_answer(struct sample_view *view, const struct app *app, struct answer *answer);
static void ask_group(struct sample_view *view, struct app *app);

/* What was read ahead is what is wanted, and nobody has changed it since. */
static bool take_ahead(struct sample_view *view, struct app *app, int64_t sample)
{
	struct answer answer;

	if (sample != view->ahead.sample || !view->ahead.answer.sample || app_sample_changed(app, view->ahead.seen, sample))
		return false;
	answer = view->ahead.answer;
	arena_init(&view->ahead.answer.arena); /* the answer has it now */
	sample_view_drop_ahead(view);
	view->wanted = sample;
	view->seen = app_change_serial(app);
	view->serial = 0;
	take_answer(view, app, &answer);
	arena_release(&answer.arena);
	ask_group(view, app);
	return true;
}

void sample_view_want(struct sample_view *view, struct app *app, struct screen *screen, int64_t sample)
{
	struct request *request;
	uint64_t now = app_change_serial(app);

	if (!sample) {
		sample_view_forget(view);
		view->wanted = 0;
		view->serial = 0;
		return;
	}
	if (sample == view->wanted && (view->serial || view->sample || view->failure)) {
		if (!app_sample_changed(app, view->seen, sample))
			view->seen = now;
		if (view->seen == now)
			return;
	}
	if (app_options(app)->accessible && !view->in_words)
		view->in_words = view->wraps = true;
	view->owner = screen;
	if (take_ahead(view, app, sample))
		return;
	sample_view_drop_ahead(view); /* one of its kind replaces it */
	view->wanted = sample;
	view->seen = now;
	request = request_new(REQUEST_SAMPLE);
	request->sample = sample;
	view->serial = app_request(app, screen, request);
}

/* How many different things are said of it; decided or not. */
static size_t readings(const struct annotation *all, size_t count)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_new = !all[i].superseded_by && (all[i].cause || all[i].verdict);
		for (size_t k = 0; k < i && is_new; k++)
			is_new = all[k].superseded_by || all[k].verdict != all[i].verdict ||
				 strcmp(all[k].cause ? all[k].cause : "", all[i].cause ? all[i].cause : "") != 0;
		found += is_new;
	}
	return found;
}

static char *say_dispute(struct sample_view *view, const struct app *app)
{
	char key[16];

	if (annotations_judged(view->annotations, view->annotation_count) != JUDGED_DIFFERENTLY)
		return NULL;
	return arena_printf(&view->arena, "%zu judgements differ%s%s decides", readings(view->annotations, view->annotation_count),
			    app_sign(app, " · ", " - "), action_key(ACTION_ID_decide, key));
}

static void take(struct sample_view *view, const struct app *app, struct answer *answer)
{
	sample_view_forget(view);
	view->arena = answer_take_arena(answer);
	view->sample = answer->sample;
	view->blind = answer->blind;
	view->annotations = answer->annotations;
	view->annotation_count = answer->annotation_count;
	view->duplicates = answer->duplicates;
	view->duplicate_count = answer->duplicate_count;
	view->incident_keys = answer->incident_keys;
	view->incident_key_count = answer->incident_key_count;
	view->warning = sample_text_hidden(&view->arena, view->sample);
	view->dispute = say_dispute(view, app);
	path_view_open(&view->path, view->sample);
	sample_view_open_part(view);
}

static bool has_cause(const struct sample_view *view)
{
	for (size_t i = 0; i < view->annotation_count; i++)
		if (view->annotations[i].cause && !view->annotations[i].superseded_by)
			return true;
	return false;
}

/* Whether its screen judges samples: else a proposal would have no key. */
static bool is_judged_here(const struct sample_view *view)
{
	enum scope scopes[APP_SCOPES_MAX];
	size_t count = app_scopes(view->owner, scopes);

	for (size_t i = 0; i < count; i++)
		if (scopes[i] == SCOPE_JUDGING)
			return true;
	return false;
}

/* What waits and has no cause may have one proposed. */
static void ask_group(struct sample_view *view, struct app *app)
{
	struct request *request;

	view->group_serial = 0;
	if (!view->sample || !view->sample->code.at || !is_judged_here(view) || has_cause(view) ||
	    (view->sample->status != SAMPLE_UNTRIAGED && view->sample->status != SAMPLE_IN_REVIEW))
		return;
	request = request_new(REQUEST_GROUP);
	request->sample = view->sample->id;
	view->group_serial = app_request(app, view->owner, request);
}

/* False: it proposes nothing. */
static bool take_group(struct sample_view *view, const struct app *app, const struct answer *answer)
{
	const struct alike_group *group = answer->groups;
	struct strbuf text = STRBUF_INIT;
	char key[16];

	view->group_serial = 0;
	if (answer->status != STATUS_OK || !alike_proposal(group))
		return false;
	strbuf_addf(&text, "proposed: %s%s%s takes it over%s%" PRId64 " of %" PRId64 " alike samples with a cause have it", group->cause,
		    app_sign(app, " · ", " - "), action_key(ACTION_ID_accept_proposal, key), app_sign(app, " · ", " - "), group->agree,
		    group->judged);
	free(view->proposal);
	view->proposal = mem_strdup(text.text);
	strbuf_release(&text);
	sample_view_lay_out(view);
	return true;
}

static void take_answer(struct sample_view *view, const struct app *app, struct answer *answer)
{
	bool again;

	again = answer->status == STATUS_OK && view->sample && answer->sample && view->sample->id == answer->sample->id;
	if (again) { /* the same one, edited: what is seen of it stays in place */
		size_t top = view->code.top, anchor = view->code.anchor, cursor = view->code.cursor;
		bool selecting = view->code.selecting;
		long left = view->code.left;
		size_t pane_top = view->pane.top, compared_top = view->compared.top, place = view->path.list.selected;
		sample_view_keep_folds(view);
		take(view, app, answer);
		view->code.top = top;
		view->code.left = left;
		view->code.selecting = selecting;
		view->code.anchor = anchor;
		view->code.cursor = cursor;
		view->pane.top = pane_top;
		view->compared.top = compared_top;
		path_view_select(&view->path, place);
		sample_view_lay_out(view);
		return;
	}
	sample_view_forget(view);
	for (size_t i = 0; i < ARRAY_LEN(view->unfolded); i++)
		vec_clear(&view->unfolded[i]);
	if (answer->status != STATUS_OK || !answer->sample) {
		view->failure = mem_strdup(answer->error.text);
		return;
	}
	take(view, app, answer);
}

bool sample_view_answer(struct sample_view *view, struct app *app, struct answer *answer)
{
	if (answer->kind == REQUEST_GROUP) {
		answer->unseen = answer->serial != view->group_serial || !take_group(view, app, answer);
		return true;
	}
	if (answer->kind != REQUEST_SAMPLE)
		return false;
	if (answer->serial == view->ahead.serial && answer->status == STATUS_OK) {
		view->ahead.answer = *answer;
		view->ahead.answer.arena = answer_take_arena(answer);
		view->ahead.serial = 0;
	}
	if (answer->serial != view->serial)
		return true;
	view->serial = 0;
	if (answer->status == STATUS_CANCELLED)
		return true;
	take_answer(view, app, answer);
	ask_group(view, app);
	return true;
}
