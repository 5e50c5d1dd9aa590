/* Judgements on their way to the store: sent at once, in the order in which they were
 * made; the store joins each with what stands. */
#include "tui/annotate.h"
#include "tui/app_state.h"

/* One that was sent: what to say, and what to draw again, when its answer is here. */
struct pending {
	uint64_t serial;
	int64_t *samples;
	size_t count;
	char *label;          /* NULL: the answer says it */
};

struct judging {
	VEC_OF(struct pending) items;
};

struct judging *judging_new(void)
{
	return mem_zalloc(1, sizeof(struct judging));
}

static void take_out(struct judging *judging, size_t at)
{
	free(judging->items.items[at].samples);
	free(judging->items.items[at].label);
	judging->items.len--;
	memmove(judging->items.items + at, judging->items.items + at + 1,
		(judging->items.len - at) * sizeof(judging->items.items[0]));
}

void judging_free(struct judging *judging)
{
	while (judging->items.len)
		take_out(judging, judging->items.len - 1);
	vec_release(&judging->items);
	free(judging);
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

static void send(struct app *app, struct request *request, const struct judging_target *target, const char *label)
{
	struct pending pending = { .count = target->count, .label = label ? mem_strdup(label) : NULL };

	request->samples = copy_ids(&request->arena, target->samples, target->count);
	request->sample_count = target->count;
	request->annotate.samples = request->samples;
	request->annotate.sample_count = target->count;
	pending.samples = mem_zalloc(target->count, sizeof(*pending.samples));
	memcpy(pending.samples, target->samples, target->count * sizeof(*pending.samples));
	pending.serial = app_request(app, NULL, request);
	vec_push(&app->judging->items, pending);
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
	send(app, request, target, label);
}

void judge_status(struct app *app, const struct judging_target *target, enum sample_status status)
{
	struct request *request;

	if (!target->count)
		return;
	request = request_new(REQUEST_TRIAGE);
	request->status = status;
	send(app, request, target, sample_status_word(status));
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
	send(app, request, target, NULL);
}

static void tell_done(struct app *app, const struct pending *pending, const struct answer *answer)
{
	const char *tail = app_sign(app, " · u undoes", " - u undoes");

	if (!answer->edit)
		app_message(app, false, "%s", answer->message ? answer->message : "nothing to change");
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
	} else {
		tell_done(app, &judging->items.items[at], answer);
		app_changed_samples(app, judging->items.items[at].samples, judging->items.items[at].count);
	}
	take_out(judging, at);
}
