/* Judgements on their way to the store: sent at once, in the order in which they were
 * made; the store joins each with what stands. */
#include <inttypes.h>

#include "tui/annotate.h"
#include "tui/app_state.h"

/* One that was sent: what to say, and what to draw again, when its answer is here. */
struct pending {
	uint64_t serial;
	int64_t *samples;
	size_t count;
	char *label;          /* NULL: the answer says it */
	bool is_judgement;    /* no bare note, no membership */
	char *marked_in;      /* of judging_target; owned */
	uint32_t queue;
	bool is_out_of_hand;  /* one sample, and not the row that was at hand */
};

#define SINGLE_MAX 64 /* so many edits of one sample are known, to go back to it at their undo */
#define TAKEN_MAX 16 /* so many edits' marks are kept, for their undo */

/* What was said last, all of it, and of which samples. */
struct said {
	struct arena arena;
	struct annotate_request what; /* its samples, lines and note unused; texts in the arena */
	const char *note;
	bool has_status;              /* then that is all: */
	enum sample_status status;
	const char *until;            /* deferred until; or NULL */
	bool beside;                  /* the last of it was no cause, verdict or status, and stands */
	int64_t *samples;
	size_t count;                 /* 0: nothing was said yet */
	int64_t first_line, last_line; /* of the target; what is said again is of the lines that are at hand then */
	char *label;
};

struct judging {
	VEC_OF(struct pending) items;
	VEC_OF(struct marks_taken) taken; /* the oldest first */
	struct {
		int64_t edit, sample;
	} single[SINGLE_MAX];             /* edits of one sample, by their number */
	struct said said;
	struct progress progress;
};

struct judging *judging_new(void)
{
	struct judging *judging = mem_zalloc(1, sizeof(*judging));

	arena_init(&judging->said.arena);
	return judging;
}

static void take_out(struct judging *judging, size_t at)
{
	free(judging->items.items[at].samples);
	free(judging->items.items[at].label);
	free(judging->items.items[at].marked_in);
	judging->items.len--;
	memmove(judging->items.items + at, judging->items.items + at + 1,
		(judging->items.len - at) * sizeof(judging->items.items[0]));
}

static void drop_taken(struct judging *judging, size_t at)
{
	free(judging->taken.items[at].list);
	free(judging->taken.items[at].samples);
	judging->taken.len--;
	memmove(judging->taken.items + at, judging->taken.items + at + 1,
		(judging->taken.len - at) * sizeof(judging->taken.items[0]));
}

int64_t judging_sample_of(const struct judging *judging, int64_t edit)
{
	return edit && judging->single[edit % SINGLE_MAX].edit == edit ? judging->single[edit % SINGLE_MAX].sample : 0;
}

/* Of an edit; 0: of none that came to be, so that they go back. */
static void keep_marks(struct judging *judging, struct pending *pending, int64_t edit)
{
	if (edit && pending->count == 1) {
		judging->single[edit % SINGLE_MAX].edit = edit;
		judging->single[edit % SINGLE_MAX].sample = pending->samples[0];
	}
	if (!pending->marked_in)
		return;
	if (judging->taken.len == TAKEN_MAX)
		drop_taken(judging, 0);
	vec_push(&judging->taken, ((struct marks_taken){ pending->queue, edit, pending->marked_in, pending->samples,
							 pending->count, !edit, false }));
	pending->marked_in = NULL;
	pending->samples = NULL;
}

const struct marks_taken *judging_next_marks(struct app *app, uint32_t queue)
{
	for (size_t i = 0; i < app->judging->taken.len; i++) {
		struct marks_taken *taken = &app->judging->taken.items[i];
		if (taken->queue != queue || taken->wanted == taken->marked)
			continue;
		taken->marked = taken->wanted;
		return taken;
	}
	return NULL;
}

void judging_free(struct judging *judging)
{
	while (judging->taken.len)
		drop_taken(judging, judging->taken.len - 1);
	vec_release(&judging->taken);
	while (judging->items.len)
		take_out(judging, judging->items.len - 1);
	vec_release(&judging->items);
	arena_release(&judging->said.arena);
	progress_release(&judging->progress);
	free(judging);
}

const struct progress *judging_progress(const struct judging *judging)
{
	return &judging->progress;
}

void judging_undone(struct judging *judging, int64_t edit, bool undone)
{
	progress_undone(&judging->progress, edit, undone);
	judging->said.beside = false;
	for (size_t i = 0; i < judging->taken.len; i++)
		if (judging->taken.items[i].edit == edit)
			judging->taken.items[i].wanted = undone;
}

static const char *const *copy_words(struct arena *arena, const char *const *words, size_t count)
{
	const char **copy = arena_array(arena, count ? count : 1, sizeof(*copy));

	for (size_t i = 0; i < count; i++)
		copy[i] = arena_strdup(arena, words[i]);
	return copy;
}

static const int64_t *copy_ids(struct arena *arena, const int64_t *ids, size_t count)
{
	int64_t *copy = arena_array(arena, count ? count : 1, sizeof(*copy));

	if (count)
		memcpy(copy, ids, count * sizeof(*copy));
	return copy;
}

static void send(struct app *app, struct request *request, const struct judging_target *target, const char *label,
		 bool is_judgement)
{
	struct pending pending = { .count = target->count, .label = label ? mem_strdup(label) : NULL,
				   .is_judgement = is_judgement, .is_out_of_hand = target->is_out_of_hand };

	request->samples = copy_ids(&request->arena, target->samples, target->count);
	request->sample_count = target->count;
	request->annotate.samples = request->samples;
	request->annotate.sample_count = target->count;
	pending.marked_in = target->marked_in ? mem_strdup(target->marked_in) : NULL;
	pending.queue = target->queue;
	pending.samples = mem_zalloc(target->count, sizeof(*pending.samples));
	memcpy(pending.samples, target->samples, target->count * sizeof(*pending.samples));
	pending.serial = app_request(app, NULL, request);
	vec_push(&app->judging->items, pending);
}

/* ---- saying it again --------------------------------------------------------------- */

static void add_part(struct strbuf *label, const char *part)
{
	if (part && *part)
		strbuf_addf(label, "%s%s", label->len_bytes ? ", " : "", part);
}

/* The label of what was said. */
static char *label_of(struct arena *arena, const struct said *said)
{
	const struct annotation *what = &said->what.annotation;
	struct strbuf label = STRBUF_INIT;
	char *text;

	add_part(&label, what->cause);
	for (size_t i = 0; i < what->symptom_count; i++)
		add_part(&label, what->symptoms[i]);
	if (what->duplicate_of)
		strbuf_addf(&label, "%sduplicate of %lld", label.len_bytes ? ", " : "", (long long)what->duplicate_of);
	else if (what->verdict != VERDICT_NONE)
		add_part(&label, verdict_word(what->verdict));
	if (what->severity != SEVERITY_NONE)
		add_part(&label, severity_word(what->severity));
	if (said->has_status && said->until)
		strbuf_addf(&label, "deferred until %s", said->until);
	else if (said->has_status)
		add_part(&label, sample_status_word(said->status));
	if (!label.len_bytes && said->note)
		add_part(&label, "note");
	text = arena_strdup(arena, label.text);
	strbuf_release(&label);
	return text;
}

static bool is_of(const struct said *said, const struct judging_target *target)
{
	return said->count == target->count && said->first_line == target->first_line &&
	       said->last_line == target->last_line &&
	       memcmp(said->samples, target->samples, target->count * sizeof(*target->samples)) == 0;
}

/* `what` NULL: a status was set. A target is judged in steps: they add up. */
static void remember(struct judging *judging, const struct judging_target *target, const struct annotate_request *what,
		     enum sample_status status, const char *until)
{
	struct said *old = &judging->said, new = { .arena = ARENA_INIT, .has_status = !what, .status = status };
	struct annotation *to = &new.what.annotation;
	const struct annotation *before = &old->what.annotation;
	bool goes_on = what && !old->has_status && is_of(old, target);

	new.samples = arena_array(&new.arena, target->count, sizeof(*new.samples));
	memcpy(new.samples, target->samples, target->count * sizeof(*new.samples));
	new.count = target->count;
	new.until = arena_strdup(&new.arena, until);
	new.first_line = target->first_line;
	new.last_line = target->last_line;
	if (what) {
		const struct annotation *is = &what->annotation;
		new.beside = !is->cause && !is->verdict;
		const struct annotation *symptoms = is->symptom_count || what->whole_symptoms || !goes_on ? is : before;
		to->cause = arena_strdup(&new.arena, is->cause || !goes_on ? is->cause : before->cause);
		to->verdict = is->verdict || !goes_on ? is->verdict : before->verdict;
		to->duplicate_of = is->verdict || !goes_on ? is->duplicate_of : before->duplicate_of;
		to->severity = is->severity || !goes_on ? is->severity : before->severity;
		to->symptoms = copy_words(&new.arena, symptoms->symptoms, symptoms->symptom_count);
		to->symptom_count = symptoms->symptom_count;
		new.note = arena_strdup(&new.arena, is->note || !goes_on ? is->note : old->note);
	}
	new.label = label_of(&new.arena, &new);
	arena_release(&old->arena);
	*old = new;
}

const char *judge_again_label(const struct app *app)
{
	const struct said *said = &app->judging->said;

	return said->count && said->label[0] ? said->label : NULL;
}

bool judge_again_stands(const struct app *app, int64_t sample)
{
	const struct said *said = &app->judging->said;

	return said->beside && said->count == 1 && said->samples[0] == sample;
}

bool judge_again(struct app *app, const struct judging_target *target)
{
	const struct said *said = &app->judging->said;
	struct annotate_request what = said->what;

	if (!judge_again_label(app) || !target->count)
		return false;
	if (said->has_status && said->until) {
		char *until = mem_strdup(said->until); /* what is remembered next takes its place */
		judge_defer(app, target, until);
		free(until);
		return true;
	}
	if (said->has_status) {
		judge_status(app, target, said->status);
		return true;
	}
	if (strcmp(said->label, "note") == 0)
		what.annotation.note = said->note;
	judge(app, target, &what, said->label);
	return true;
}

/* ---- sending ------------------------------------------------------------------------- */

static bool is_bare_note(const struct annotation *what)
{
	return what->note && !what->cause && !what->verdict && !what->severity && !what->symptom_count;
}

void judge(struct app *app, const struct judging_target *target, const struct annotate_request *said, const char *label)
{
	struct request *request;
	struct annotation *to;

	if (!target->count)
		return;
	request = request_new(REQUEST_ANNOTATE);
	request->annotate = *said;
	to = &request->annotate.annotation;
	to->cause = arena_strdup(&request->arena, to->cause);
	to->note = arena_strdup(&request->arena, to->note);
	to->symptoms = copy_words(&request->arena, to->symptoms, to->symptom_count);
	if (!to->adjudicated) {
		to->first_line = target->first_line;
		to->last_line = target->last_line;
		to->blind = app_options(app)->blind;
	}
	send(app, request, target, label, !is_bare_note(to));
	if (!to->adjudicated) /* a decision is of one case: it is not said again of the next */
		remember(app->judging, target, said, SAMPLE_UNTRIAGED, NULL);
}

void judge_status(struct app *app, const struct judging_target *target, enum sample_status status)
{
	struct request *request;

	if (!target->count)
		return;
	request = request_new(REQUEST_TRIAGE);
	request->status = status;
	send(app, request, target, sample_status_word(status), status != SAMPLE_UNTRIAGED);
	remember(app->judging, target, NULL, status, NULL);
}

void judge_defer(struct app *app, const struct judging_target *target, const char *until)
{
	struct request *request;

	if (!target->count)
		return;
	request = request_new(REQUEST_TRIAGE);
	request->status = SAMPLE_DEFERRED;
	request->until = arena_strdup(&request->arena, until);
	send(app, request, target, NULL, true);
	remember(app->judging, target, NULL, SAMPLE_DEFERRED, until);
}

void judge_as_proposed(struct app *app, const struct judging_target *target)
{
	if (target->count)
		send(app, request_new(REQUEST_ACCEPT), target, NULL, true);
}

void judge_members(struct app *app, const struct judging_target *target, const char *key, const char *title)
{
	struct request *request;

	if (!target->count)
		return;
	request = request_new(REQUEST_MEMBERS_ADD);
	request->key = arena_strdup(&request->arena, key);
	request->title = arena_strdup(&request->arena, title);
	request->role = MEMBER_CORE;
	send(app, request, target, NULL, false);
}

static void tell_done(struct app *app, const struct pending *pending, const struct answer *answer)
{
	const char *tail = app_sign(app, " · u undoes", " - u undoes");

	if (!answer->edit)
		app_message(app, false, "%s", answer->message ? answer->message : "nothing to change");
	else if (pending->is_out_of_hand)
		app_message(app, false, "sample %" PRId64 ": %s%s", pending->samples[0],
			    pending->label ? pending->label : answer->message, tail);
	else if (!pending->label)
		app_message(app, false, "%s%s", answer->message, tail);
	else if (pending->count == 1)
		app_message(app, false, "%s%s", pending->label, tail);
	else
		app_message(app, false, "%zu samples: %s%s", pending->count, pending->label, tail);
}

void judging_answer(struct judging *judging, struct app *app, struct answer *answer)
{
	size_t at = 0;

	while (at < judging->items.len && judging->items.items[at].serial != answer->serial)
		at++;
	if (at == judging->items.len)
		return;
	if (answer->status != STATUS_OK) {
		app_message(app, true, "not saved: %s", answer->error.text);
		if (judging->items.items[at].marked_in)
			app_changed(app); /* the queue is shown anew, and takes them back */
		keep_marks(judging, &judging->items.items[at], 0);
	} else {
		tell_done(app, &judging->items.items[at], answer);
		if (answer->edit && judging->items.items[at].is_judgement)
			progress_judged(&judging->progress, answer->edit, judging->items.items[at].samples,
					judging->items.items[at].count, instant_now().at_us);
		app_changed_samples(app, judging->items.items[at].samples, judging->items.items[at].count);
		if (answer->edit)
			keep_marks(judging, &judging->items.items[at], answer->edit);
	}
	take_out(judging, at);
}
