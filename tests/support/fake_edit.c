/* Annotating and triaging in the in-memory engine. */
#include "tests/support/fake_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/decision.h"

static int by_id(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* The samples named, each once, by id; all must exist. Free *out. */
enum status fake_unique_samples(struct fake_store *fake, const int64_t *samples, size_t count, int64_t **out,
				size_t *out_count, struct error *err)
{
	int64_t *ids = mem_zalloc(count + 1, sizeof(*ids));
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		if (!fake_sample(fake, samples[i])) {
			free(ids);
			return error_set(err, STATUS_NOT_FOUND, "there is no sample %lld", (long long)samples[i]);
		}
		ids[i] = samples[i];
	}
	if (count)
		qsort(ids, count, sizeof(*ids), by_id);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || ids[i] != ids[i - 1])
			ids[len++] = ids[i];
	*out = ids;
	*out_count = len;
	return STATUS_OK;
}

static bool is_judgement(const struct annotation *a)
{
	return a->verdict != VERDICT_NONE || a->cause || a->symptom_count || a->severity != SEVERITY_NONE;
}

static enum status resolve(struct fake_store *fake, enum code_kind kind, const char *name, const char **out,
			   struct error *err)
{
	const struct code *code = kind == CODE_CAUSE ? codebook_cause(&fake->book, name) :
						       codebook_symptom(&fake->book, name);
	const struct code *near;
	const char *what = kind == CODE_CAUSE ? "cause" : "symptom";

	if (!code) {
		near = codebook_nearest(&fake->book, kind, name);
		if (near)
			return error_set(err, STATUS_USAGE, "there is no %s '%s' in the codebook; did you mean '%s'?", what,
					 name, code_name(&fake->arena, near));
		return error_set(err, STATUS_USAGE, "there is no %s '%s' in the codebook", what, name);
	}
	if (code->retired)
		return error_set(err, STATUS_REFUSED, "the %s '%s' is retired: choose another", what, name);
	*out = code_name(&fake->arena, code);
	return STATUS_OK;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether it stands on the sample, and is a decision or there is none. */
static bool fake_counts(const struct fake_store *fake, const struct annotation *row, int64_t sample)
{
	if (!row || row->sample != sample || row->superseded_by)
		return false;
	for (size_t i = 0; i < fake->annotations.len && !row->adjudicated; i++) {
		const struct annotation *other = fake->annotations.items[i];
		if (other && other->sample == sample && other->adjudicated && !other->superseded_by)
			return false;
	}
	return true;
}

int64_t fake_duplicate_of(const struct fake_store *fake, int64_t sample)
{
	for (size_t i = fake->annotations.len; i-- > 0;) {
		const struct annotation *row = fake->annotations.items[i];
		if (fake_counts(fake, row, sample) && row->verdict != VERDICT_NONE)
			return row->duplicate_of;
	}
	return 0;
}

/* Along the chain that starts at the sample named: none of those that are judged may be on it. */
static enum status check_duplicate(struct fake_store *fake, const struct annotate_request *request, int64_t of,
				   struct error *err)
{
	if (of && !fake_sample(fake, of))
		return error_set(err, STATUS_NOT_FOUND, "there is no sample %lld", (long long)of);
	for (int64_t at = of, steps = 0; at && steps < 10000; at = fake_duplicate_of(fake, at), steps++)
		for (size_t i = 0; i < request->sample_count; i++)
			if (request->samples[i] == at)
				return error_set(err, STATUS_REFUSED, "sample %lld is, or would be, a duplicate of itself",
						 (long long)at);
	return STATUS_OK;
}

/* The request's annotation as it will be kept: codes by full name, lines in order. */
static enum status normalise(struct fake_store *fake, const struct annotate_request *request, struct annotation *to,
			     struct error *err)
{
	const struct annotation *from = &request->annotation;
	const char **symptoms = arena_array(&fake->arena, from->symptom_count, sizeof(*symptoms));
	enum status status;
	size_t len = 0;

	*to = *from;
	if (to->cause && !to->cause[0])
		to->cause = NULL;
	if (to->note && !to->note[0])
		to->note = NULL;
	if ((unsigned)to->verdict >= VERDICT_COUNT || (unsigned)to->severity >= SEVERITY_COUNT ||
	    (unsigned)to->confidence >= CONFIDENCE_COUNT)
		return error_set(err, STATUS_USAGE, "an annotation's verdict, severity or confidence is none that exists");
	if (to->duplicate_of && to->verdict == VERDICT_NONE)
		to->verdict = VERDICT_DUPLICATE;
	if (to->duplicate_of && to->verdict != VERDICT_DUPLICATE)
		return error_set(err, STATUS_USAGE, "a sample that duplicates another has the verdict duplicate, not %s",
				 verdict_word(to->verdict));
	if (to->first_line > 0 && to->last_line == 0)
		to->last_line = to->first_line;
	if (to->first_line < 0 || to->last_line < to->first_line || (to->first_line == 0 && to->last_line != 0))
		return error_set(err, STATUS_USAGE, "lines %lld to %lld are no range", (long long)to->first_line,
				 (long long)to->last_line);
	if (!is_judgement(to) && !to->note && to->confidence == CONFIDENCE_NONE && !request->whole_symptoms)
		return error_set(err, STATUS_USAGE, "the annotation says nothing: give a verdict, a cause, a symptom, a "
				 "severity or a note");
	if (to->adjudicated && (to->first_line || to->blind))
		return error_set(err, STATUS_USAGE, "a decision is of the whole sample, and not blind");
	if (to->adjudicated && !(is_judgement(to) && to->note))
		return error_set(err, STATUS_USAGE, "a decision says something, and has its reason: a note");
	if ((status = check_duplicate(fake, request, to->duplicate_of, err)) != STATUS_OK)
		return status;
	if (to->cause && (status = resolve(fake, CODE_CAUSE, to->cause, &to->cause, err)) != STATUS_OK)
		return status;
	for (size_t i = 0; i < from->symptom_count; i++)
		if ((status = resolve(fake, CODE_SYMPTOM, from->symptoms[i], &symptoms[i], err)) != STATUS_OK)
			return status;
	if (from->symptom_count)
		qsort(symptoms, from->symptom_count, sizeof(*symptoms), by_text);
	for (size_t i = 0; i < from->symptom_count; i++)
		if (i == 0 || strcmp(symptoms[i], symptoms[i - 1]) != 0)
			symptoms[len++] = symptoms[i];
	to->symptoms = symptoms;
	to->symptom_count = len;
	to->note = arena_strdup(&fake->arena, to->note);
	return STATUS_OK;
}

static bool stands_there(const struct annotation *row, int64_t sample, const struct annotation *place)
{
	if (!row || row->sample != sample || row->superseded_by || row->adjudicated != place->adjudicated)
		return false;
	return row->adjudicated || (row->first_line == place->first_line &&
	       row->last_line == place->last_line && strcmp(row->reviewer, place->reviewer) == 0);
}

static void supersede(struct fake_store *fake, const struct annotation *by)
{
	for (size_t i = 0; i < fake->annotations.len; i++) {
		const struct annotation *old = fake->annotations.items[i];
		struct annotation *changed;
		if (!stands_there(old, by->sample, by))
			continue;
		changed = arena_alloc(&fake->arena, sizeof(*changed));
		*changed = *old;
		changed->superseded_by = by->id;
		fake_set(fake, FAKE_ANNOTATION, NULL, old->id, changed);
	}
}

/* The reviewer's word so far on these lines: the newest on each thing. How many rows it is in. */
static size_t fold(const struct fake_store *fake, int64_t sample, const struct annotation *given,
		   struct annotation *base)
{
	size_t count = 0;

	*base = *given; /* reviewer, time and place */
	base->verdict = VERDICT_NONE;
	base->duplicate_of = 0;
	base->cause = base->note = NULL;
	base->symptoms = NULL;
	base->symptom_count = 0;
	base->severity = SEVERITY_NONE;
	base->confidence = CONFIDENCE_NONE;
	base->blind = false;
	for (size_t i = fake->annotations.len; i-- > 0;) {
		const struct annotation *row = fake->annotations.items[i];
		if (!stands_there(row, sample, given))
			continue;
		if (count++ == 0)
			base->blind = row->blind;
		if (base->verdict == VERDICT_NONE) {
			base->verdict = row->verdict;
			base->duplicate_of = row->duplicate_of;
		}
		if (!base->cause)
			base->cause = row->cause;
		if (!base->note)
			base->note = row->note;
		if (base->severity == SEVERITY_NONE)
			base->severity = row->severity;
		if (base->confidence == CONFIDENCE_NONE)
			base->confidence = row->confidence;
		if (!base->symptom_count) {
			base->symptoms = row->symptoms;
			base->symptom_count = row->symptom_count;
		}
	}
	return count;
}

static void overlay(struct annotation *to, const struct annotation *said, bool whole_symptoms, bool first)
{
	if (said->verdict != VERDICT_NONE)
		to->verdict = said->verdict;
	if (said->duplicate_of || to->verdict != VERDICT_DUPLICATE)
		to->duplicate_of = said->duplicate_of;
	if (said->cause)
		to->cause = said->cause;
	if (said->note)
		to->note = said->note;
	if (said->severity != SEVERITY_NONE)
		to->severity = said->severity;
	if (said->confidence != CONFIDENCE_NONE)
		to->confidence = said->confidence;
	if (is_judgement(said) || first)
		to->blind = said->blind;
	if (said->symptom_count || whole_symptoms) {
		to->symptoms = said->symptoms;
		to->symptom_count = said->symptom_count;
	}
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same(const struct annotation *a, const struct annotation *b)
{
	if (a->verdict != b->verdict || a->duplicate_of != b->duplicate_of || a->severity != b->severity || a->confidence != b->confidence ||
	    a->blind != b->blind || !same_text(a->cause, b->cause) || !same_text(a->note, b->note) ||
	    a->symptom_count != b->symptom_count)
		return false;
	for (size_t i = 0; i < a->symptom_count; i++)
		if (strcmp(a->symptoms[i], b->symptoms[i]) != 0)
			return false;
	return true;
}

void fake_judged(const struct fake_store *fake, int64_t sample, struct fake_triage *triage)
{
	triage->cause = NULL;
	triage->severity = SEVERITY_NONE;
	triage->disposition = VERDICT_NONE;
	for (size_t i = 0; i < fake->annotations.len; i++) {
		const struct annotation *row = fake->annotations.items[i];
		if (!fake_counts(fake, row, sample))
			continue;
		if (row->cause)
			triage->cause = row->cause;
		if (row->severity != SEVERITY_NONE)
			triage->severity = row->severity;
		if (row->verdict != VERDICT_NONE)
			triage->disposition = row->verdict;
	}
	if (triage->disposition == VERDICT_NONE && triage->cause)
		triage->disposition = VERDICT_CONFIRMED;
}

/* What will be kept of what is said, and what was there before. */
static enum status merge_row(struct fake_store *fake, int64_t sample, const struct annotation *given,
			     const struct annotate_request *request, struct annotation *base, struct annotation *row,
			     size_t *before, struct error *err)
{
	const struct annotation *all;
	int64_t was;
	size_t count;
	enum status status;

	*before = fold(fake, sample, given, base);
	*row = *base;
	overlay(row, given, request->whole_symptoms, *before == 0);
	row->sample = sample;
	if (!row->adjudicated)
		return STATUS_OK;
	was = row->duplicate_of;
	status = fake->base.ops->annotation_list(&fake->base, &fake->arena, sample, &all, &count, err);
	if (status == STATUS_OK)
		status = decision_complete(&fake->arena, all, count, request->whole_symptoms, row, err);
	if (status == STATUS_OK && row->duplicate_of != was)
		status = check_duplicate(fake, &(struct annotate_request){ .samples = &sample, .sample_count = 1 },
					 row->duplicate_of, err);
	return status;
}

/* Whether something has changed. */
static bool annotate_one(struct fake_store *fake, int64_t sample, const struct annotation *given,
			 const struct annotate_request *request, int64_t edit)
{
	struct annotation *row = arena_alloc(&fake->arena, sizeof(*row)), base;
	struct fake_triage *triage = arena_alloc(&fake->arena, sizeof(*triage));
	bool annotated = is_judgement(given) && !request->keep_status;
	size_t before;

	(void)merge_row(fake, sample, given, request, &base, row, &before, NULL); /* it was tried before */
	if (before == 0 && !is_judgement(row) && !row->note)
		return false;
	*triage = *fake_sample(fake, sample)->triage;
	triage->version = edit;
	if (before == 1 && same(row, &base)) {
		if (!annotated || triage->status == SAMPLE_ANNOTATED)
			return false;
		triage->status = SAMPLE_ANNOTATED;
		triage->deferred_until = NULL;
		fake_set(fake, FAKE_TRIAGE, NULL, sample, triage);
		return true;
	}
	row->id = (int64_t)fake->annotations.len + 1;
	row->sample = sample;
	row->superseded_by = 0;
	row->edit = edit;
	supersede(fake, row);
	fake_set(fake, FAKE_ANNOTATION, NULL, row->id, row);
	if (!is_judgement(row) && !is_judgement(&base))
		return true;
	if (annotated) {
		triage->status = SAMPLE_ANNOTATED;
		triage->deferred_until = NULL;
	}
	fake_judged(fake, sample, triage);
	fake_set(fake, FAKE_TRIAGE, NULL, sample, triage);
	return true;
}

enum status fake_annotate(struct store *store, const char *reviewer, const struct annotate_request *request,
			  int64_t *edit_id, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct annotation given;
	struct fake_edit *edit;
	int64_t *ids;
	size_t count, changed = 0;
	enum status status;
	char summary[256];

	if (fake_fails(fake, err))
		return fake->failure.status;
	if ((status = fake_check_editor(fake, reviewer, err)) != STATUS_OK ||
	    (status = normalise(fake, request, &given, err)) != STATUS_OK ||
	    (status = fake_unique_samples(fake, request->samples, request->sample_count, &ids, &count, err)) != STATUS_OK)
		return status;
	given.reviewer = reviewer;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct annotation base, row;
		size_t before;
		status = merge_row(fake, ids[i], &given, request, &base, &row, &before, err);
	}
	if (status != STATUS_OK) {
		free(ids);
		return status;
	}
	edit = fake_edit_begin(fake, reviewer, EDIT_CHANGE, "annotate");
	given.reviewer = edit->edit.reviewer;
	given.at = edit->edit.at;
	for (size_t i = 0; i < count; i++)
		changed += annotate_one(fake, ids[i], &given, request, (int64_t)fake->edits.len);
	snprintf(summary, sizeof(summary), "%zu sample%s: %s%s", changed, changed == 1 ? "" : "s", given.adjudicated ? "decided: " : "",
		 given.cause ? given.cause : given.verdict ? verdict_word(given.verdict) :
		 given.symptom_count ? given.symptoms[0] : given.severity ? severity_word(given.severity) :
		 given.note ? "note" : given.confidence ? confidence_word(given.confidence) : "no symptoms");
	*edit_id = fake_edit_end(fake, summary);
	free(ids);
	return STATUS_OK;
}

bool fake_same_until(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

enum status fake_deferrals(struct store *store, struct arena *arena, const char *const **out, size_t *count,
			   struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const char **list;
	size_t len = 0, unique = 0;

	if (fake_fails(fake, err))
		return fake->failure.status;
	list = arena_array(arena, fake->samples.len, sizeof(*list));
	for (size_t i = 0; i < fake->samples.len; i++) {
		const char *until = fake->samples.items[i].triage->deferred_until;
		if (until && !fake_put_back(fake, (int64_t)i + 1))
			list[len++] = arena_strdup(arena, until);
	}
	if (len)
		qsort(list, len, sizeof(*list), by_text);
	for (size_t i = 0; i < len; i++)
		if (i == 0 || strcmp(list[i], list[i - 1]) != 0)
			list[unique++] = list[i];
	*out = list;
	*count = unique;
	return STATUS_OK;
}

static enum status check_triage(const struct triage_request *request, struct error *err)
{
	if ((unsigned)request->status >= SAMPLE_COUNT)
		return error_set(err, STATUS_USAGE, "there is no such status of a sample");
	if (request->deferred_until && (request->status != SAMPLE_DEFERRED || !request->deferred_until[0]))
		return error_set(err, STATUS_USAGE, "what a sample waits for goes with the status deferred");
	return STATUS_OK;
}

/* Whether the sample has what is asked already, or does not come back by itself any more. */
static bool stays(const struct fake_store *fake, int64_t id, const struct triage_request *request)
{
	const struct fake_triage *is = fake_sample(fake, id)->triage;

	if (request->due && (is->status != SAMPLE_DEFERRED || fake_put_back(fake, id)))
		return true;
	return is->status == request->status && fake_same_until(is->deferred_until, request->deferred_until);
}

enum status fake_triage(struct store *store, const char *reviewer, const struct triage_request *request,
			int64_t *edit_id, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	int64_t *ids;
	size_t count, changed = 0;
	enum status status;
	char summary[256];

	if (fake_fails(fake, err))
		return fake->failure.status;
	if ((status = fake_check_editor(fake, reviewer, err)) != STATUS_OK)
		return status;
	if ((status = check_triage(request, err)) != STATUS_OK)
		return status;
	if ((status = fake_unique_samples(fake, request->samples, request->sample_count, &ids, &count, err)) != STATUS_OK)
		return status;
	fake_edit_begin(fake, reviewer, EDIT_CHANGE, request->due ? "due" : "triage");
	for (size_t i = 0; i < count; i++) {
		struct fake_triage *triage;
		if (stays(fake, ids[i], request))
			continue;
		triage = arena_alloc(&fake->arena, sizeof(*triage));
		*triage = *fake_sample(fake, ids[i])->triage;
		triage->status = request->status;
		triage->deferred_until = arena_strdup(&fake->arena, request->deferred_until);
		triage->version = (int64_t)fake->edits.len;
		fake_set(fake, FAKE_TRIAGE, NULL, ids[i], triage);
		changed++;
	}
	snprintf(summary, sizeof(summary), "%zu sample%s: %s%s%.100s", changed, changed == 1 ? "" : "s",
		 request->due ? "waited long enough" : sample_status_word(request->status),
		 request->deferred_until ? " until " : "", request->deferred_until ? request->deferred_until : "");
	*edit_id = fake_edit_end(fake, summary);
	free(ids);
	return STATUS_OK;
}
