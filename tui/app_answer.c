/* What comes back from the store: answers, what others did, and which samples can look different for it. */
#include "tui/annotate.h"
#include "tui/app_state.h"

/* ---- what others did ---------------------------------------------------------------- */

#define WAKE_EVERY_US ((int64_t)60 * 1000000)

/* Once a minute: what was put off and has waited long enough. */
static void wake(struct app *app)
{
	int64_t now_us = instant_now().at_us;

	if (app->woken_us && now_us >= app->woken_us && now_us - app->woken_us < WAKE_EVERY_US)
		return;
	app->woken_us = now_us;
	app_request(app, NULL, request_new(REQUEST_WAKE));
}

/* Nobody asked for it: that it failed is no news, and the next one does it. */
static void wake_answer(struct app *app, const struct answer *answer)
{
	if (answer->status != STATUS_OK || !answer->edit)
		return;
	app_changed(app);
	app_message(app, false, "samples that were put off are due, and untriaged again%sU shows which", app_sign(app, " · ", " - "));
}

void app_look(struct app *app)
{
	wake(app);
	app_request(app, NULL, request_new(REQUEST_CHANGES));
	app_keep_session(app);
}

static void note_own_edit(struct app *app, int64_t edit)
{
	for (size_t i = 0; i < app->own_edits.len; i++)
		if (app->own_edits.items[i] == edit)
			return;
	if (edit > app->newest_edit)
		vec_push(&app->own_edits, edit);
}

/* How many of the entries up to this one were made here since the last look; they are forgotten. */
static int64_t take_own_edits(struct app *app, int64_t newest)
{
	size_t kept = 0;
	int64_t own = 0;

	for (size_t i = 0; i < app->own_edits.len; i++) {
		if (app->own_edits.items[i] > newest)
			app->own_edits.items[kept++] = app->own_edits.items[i];
		else
			own++;
	}
	app->own_edits.len = kept;
	return own;
}

/* What was made here is on the screen already. Entries have numbers without gaps, so that it is seen if there are
 * others among them: one's own may be the newest, as when it waited for an import to end. A counter that grew without
 * a new entry: an index, or another part that no list shows, was written. */
static void look_answer(struct app *app, struct answer *answer)
{
	answer->unseen = true;
	if (answer->status != STATUS_OK)
		return;
	int64_t own = take_own_edits(app, answer->edit);
	bool theirs = app->counter && answer->count != app->counter && answer->edit - app->newest_edit > own;
	app->counter = answer->count;
	app->newest_edit = answer->edit;
	if (theirs) {
		answer->unseen = false;
		app_ask_codebook(app);
		app_changed(app);
		app->others_serial = app->change_serial;
	}
}

/* ---- what changed --------------------------------------------------------------- */

void app_changed(struct app *app)
{
	app->change_serial++;
	app->changed_all = true;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

void app_changed_samples(struct app *app, const int64_t *samples, size_t count)
{
	app->change_serial++;
	app->changed_all = false;
	free(app->changed);
	app->changed = mem_zalloc(count ? count : 1, sizeof(*samples));
	if (count)
		memcpy(app->changed, samples, count * sizeof(*samples));
	app->changed_count = count;
	qsort(app->changed, count, sizeof(*samples), compare_ids);
}

uint64_t app_change_serial(const struct app *app)
{
	return app->change_serial;
}

uint64_t app_others_serial(const struct app *app)
{
	return app->others_serial;
}

bool app_sample_changed(const struct app *app, uint64_t since, int64_t sample)
{
	if (since == app->change_serial)
		return false;
	if (since + 1 != app->change_serial || app->changed_all)
		return true;
	return bsearch(&sample, app->changed, app->changed_count, sizeof(sample), compare_ids) != NULL;
}

/* ---- answers ------------------------------------------------------------------------ */

static void undo_answer(struct app *app, const struct answer *answer)
{
	const char *did = answer->kind == REQUEST_UNDO ? "undid" : "redid";

	if (answer->status == STATUS_NOT_FOUND)
		app_message(app, false, "nothing to %s", answer->kind == REQUEST_UNDO ? "undo" : "redo");
	else if (answer->status != STATUS_OK)
		app_message(app, true, "%s", answer->error.text);
	else
		app_message(app, false, "%s: %s%s%s", did, answer->edited.verb ? answer->edited.verb : "",
			    answer->edited.summary && answer->edited.summary[0] ? " " : "",
			    answer->edited.summary ? answer->edited.summary : "");
	if (answer->status == STATUS_OK) {
		judging_undone(app->judging, answer->edited.id, answer->kind == REQUEST_UNDO);
		if (answer->serial == app->undo_serial)
			app->go_to = judging_sample_of(app->judging, answer->edited.id);
		app_changed(app);
	}
}

int64_t app_take_go_to(struct app *app)
{
	int64_t sample = app->go_to;

	app->go_to = 0;
	return sample;
}

static void own_answer(struct app *app, struct answer *answer)
{
	switch (answer->kind) {
	case REQUEST_UNDO:
	case REQUEST_REDO:
		undo_answer(app, answer);
		break;
	case REQUEST_CHANGES:
		look_answer(app, answer);
		break;
	case REQUEST_WAKE:
		wake_answer(app, answer);
		break;
	case REQUEST_VIEW:
		app_view_answer(app, answer);
		break;
	case REQUEST_KEEP:
		answer->unseen = true;
		break; /* where it cannot be kept, the next session begins anew; a copy is in the clipboard alone */
	case REQUEST_CODEBOOK:
		if (answer->status != STATUS_OK) {
			app_message(app, true, "%s", answer->error.text);
			break;
		}
		arena_release(&app->codebook_arena);
		app->codebook_arena = answer_take_arena(answer);
		app->codebook = answer->codebook;
		break;
	default:
		judging_answer(app->judging, app, answer);
		break;
	}
}

struct arena answer_take_arena(struct answer *answer)
{
	struct arena arena = answer->arena;

	arena_init(&answer->arena);
	return arena;
}

bool app_answer(struct app *app, struct answer *answer)
{
	struct screen *screen = answer->owner ? app_find_screen(app, answer->owner) : NULL;
	bool refused = app_is_refusal(app, answer), was_holding = app->holding;
	enum store_place was_at = app->place;

	app_take_place(app, answer);
	app_text_answered(app, answer->serial, refused || answer->status == STATUS_OK);
	if (refused)
		app_drop_keys(app); /* what is typed ahead was meant for what does not come */
	if (request_is_edit(answer->kind))
		note_own_edit(app, answer->edit);
	if (!answer->owner) {
		own_answer(app, answer);
	} else if (screen) {
		if (screen->ops->answer)
			screen->ops->answer(screen, app, answer);
	} else if (request_is_edit(answer->kind)) {
		/* Its screen is closed; what came of it is still to be known. */
		if (answer->status != STATUS_OK)
			app_message(app, true, "%s", answer->error.text);
		else
			app_changed(app);
	}
	if (refused)
		app_reopen_answered(app, answer->error.text);
	else
		app_follow_answered(app, answer);
	/* Keys that are let go change what they mean to; of the store's place there is a notice. */
	bool seen = refused || was_holding != app->holding || was_at != app->place || !(answer->ahead || answer->unseen);
	answer_free(answer);
	app_settle(app);
	return seen;
}
