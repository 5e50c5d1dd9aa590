/* Judgements on their way to the store, in the order in which they were made. */
#include "tui/annotate.h"
#include "tui/app_state.h"
#include "tui/sample_view.h"

enum stage { STAGE_WAITING, STAGE_READING, STAGE_SENT };

struct pending {
	struct arena arena;   /* holds what follows */
	const int64_t *samples;
	size_t count;
	struct judgement judgement;
	bool is_status;       /* only the status is set */
	enum sample_status status;
	const char *key;      /* members: added to this incident … */
	const char *title;    /* … or to a new one */
	const char *label;
	enum stage stage;
	uint64_t serial;      /* of the request under way */
};

struct judging {
	VEC_OF(struct pending *) items;
};

struct judging *judging_new(void)
{
	return mem_zalloc(1, sizeof(struct judging));
}

static void pending_free(struct pending *pending)
{
	arena_release(&pending->arena);
	free(pending);
}

void judging_free(struct judging *judging)
{
	for (size_t i = 0; i < judging->items.len; i++)
		pending_free(judging->items.items[i]);
	vec_release(&judging->items);
	free(judging);
}

bool judging_busy(const struct judging *judging)
{
	for (size_t i = 0; i < judging->items.len; i++)
		if (judging->items.items[i]->stage != STAGE_SENT)
			return true;
	return false;
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

/* What stands (or nothing) with what was said now. */
static void fill_annotation(struct arena *arena, struct annotation *out, const struct annotation *standing,
			    const struct judgement *said)
{
	static const struct annotation nothing;
	const struct annotation *old = standing ? standing : &nothing;
	size_t symptom_count = said->has_symptoms ? said->symptom_count : old->symptom_count;
	const char *note = said->has_note ? said->note : old->note;

	*out = (struct annotation){
		.cause = arena_strdup(arena, said->has_cause ? said->cause : old->cause),
		.symptoms = copy_words(arena, said->has_symptoms ? said->symptoms : old->symptoms, symptom_count),
		.symptom_count = symptom_count,
		.verdict = said->has_verdict ? said->verdict : old->verdict,
		.severity = said->has_severity ? said->severity : old->severity,
		.confidence = old->confidence,
		.note = note && note[0] ? arena_strdup(arena, note) : NULL,
	};
}

static void send(struct app *app, struct pending *pending, const struct annotation *standing)
{
	bool members = pending->key || pending->title;
	struct request *request = request_new(members ? REQUEST_MEMBERS_ADD : pending->is_status ? REQUEST_TRIAGE :
											    REQUEST_ANNOTATE);
	const struct judgement *said = &pending->judgement;

	request->samples = copy_ids(&request->arena, pending->samples, pending->count);
	request->sample_count = pending->count;
	request->status = pending->status;
	request->key = arena_strdup(&request->arena, pending->key);
	request->title = arena_strdup(&request->arena, pending->title);
	request->role = MEMBER_CORE;
	if (request->kind == REQUEST_ANNOTATE) {
		request->annotate.samples = request->samples;
		request->annotate.sample_count = pending->count;
		request->annotate.keep_status = said->has_note && !said->has_cause && !said->has_symptoms &&
						!said->has_verdict && !said->has_severity;
		fill_annotation(&request->arena, &request->annotate.annotation, standing, said);
	}
	pending->stage = STAGE_SENT;
	pending->serial = app_request(app, NULL, request);
}

/* Sends what may be sent: nothing overtakes one that is still being read for. */
static void pump(struct app *app)
{
	struct judging *judging = app->judging;

	for (size_t i = 0; i < judging->items.len; i++) {
		struct pending *pending = judging->items.items[i];
		bool joins = pending->count == 1 && !pending->is_status && !pending->key && !pending->title;
		if (pending->stage == STAGE_READING)
			return;
		if (pending->stage == STAGE_SENT)
			continue;
		if (joins) {
			struct request *request = request_new(REQUEST_SAMPLE);
			request->sample = pending->samples[0];
			pending->stage = STAGE_READING;
			pending->serial = app_request(app, NULL, request);
			return;
		}
		send(app, pending, NULL);
	}
}

static struct pending *add(struct app *app, const int64_t *samples, size_t count, const char *label)
{
	struct pending *pending = mem_zalloc(1, sizeof(*pending));

	arena_init(&pending->arena);
	pending->samples = copy_ids(&pending->arena, samples, count);
	pending->count = count;
	pending->label = arena_strdup(&pending->arena, label);
	vec_push(&app->judging->items, pending);
	return pending;
}

void judge(struct app *app, const int64_t *samples, size_t count, const struct judgement *judgement, const char *label)
{
	struct pending *pending;

	if (!count)
		return;
	pending = add(app, samples, count, label);
	pending->judgement = *judgement;
	pending->judgement.cause = arena_strdup(&pending->arena, judgement->cause);
	pending->judgement.note = arena_strdup(&pending->arena, judgement->note);
	pending->judgement.symptoms = copy_words(&pending->arena, judgement->symptoms, judgement->symptom_count);
	pump(app);
}

void judge_status(struct app *app, const int64_t *samples, size_t count, enum sample_status status)
{
	struct pending *pending;

	if (!count)
		return;
	pending = add(app, samples, count, sample_status_word(status));
	pending->is_status = true;
	pending->status = status;
	pump(app);
}

void judge_members(struct app *app, const int64_t *samples, size_t count, const char *key, const char *title)
{
	struct pending *pending;

	if (!count)
		return;
	pending = add(app, samples, count, "");
	pending->key = arena_strdup(&pending->arena, key);
	pending->title = arena_strdup(&pending->arena, title);
	pump(app);
}

static void tell_done(struct app *app, const struct pending *pending, const struct answer *answer)
{
	const char *tail = app_sign(app, " · u undoes", " - u undoes");

	if (!answer->edit)
		app_message(app, false, "%s", answer->message ? answer->message : "nothing to change");
	else if (pending->key || pending->title)
		app_message(app, false, "%s%s", answer->message, tail);
	else if (pending->count == 1)
		app_message(app, false, "%s%s", pending->label, tail);
	else
		app_message(app, false, "%zu samples: %s%s", pending->count, pending->label, tail);
}

static void take_out(struct judging *judging, size_t at)
{
	pending_free(judging->items.items[at]);
	judging->items.len--;
	memmove(judging->items.items + at, judging->items.items + at + 1,
		(judging->items.len - at) * sizeof(judging->items.items[0]));
}

void judging_answer(struct judging *judging, struct app *app, struct answer *answer)
{
	size_t at = 0;
	struct pending *pending;

	while (at < judging->items.len && judging->items.items[at]->serial != answer->serial)
		at++;
	if (at == judging->items.len)
		return;
	pending = judging->items.items[at];
	if (answer->status != STATUS_OK) {
		app_message(app, true, "not saved: %s", answer->error.text);
		take_out(judging, at);
	} else if (pending->stage == STAGE_READING) {
		send(app, pending, standing_annotation(answer->annotations, answer->annotation_count,
						       app->options.reviewer));
	} else {
		tell_done(app, pending, answer);
		app_changed_samples(app, pending->samples, pending->count);
		take_out(judging, at);
	}
	pump(app);
}
