#include "core/analysis/coding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* ---- saturation ------------------------------------------------------------------------------ */

struct naming {
	const char *code;
	int64_t sample;
	size_t place;       /* of its sample, in the order of judging */
	bool is_symptom;
};

static int by_code(const void *a, const void *b)
{
	const struct naming *x = a, *y = b;
	int order = x->is_symptom != y->is_symptom ? (x->is_symptom ? 1 : -1) : strcmp(x->code, y->code);

	if (order)
		return order;
	return (x->place > y->place) - (x->place < y->place);
}

struct judged_sample {
	int64_t sample, at_us;
};

static int by_sample(const void *a, const void *b)
{
	const struct judged_sample *x = a, *y = b;

	if (x->sample != y->sample)
		return x->sample < y->sample ? -1 : 1;
	return (x->at_us > y->at_us) - (x->at_us < y->at_us);
}

static int by_time(const void *a, const void *b)
{
	const struct judged_sample *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return (x->sample > y->sample) - (x->sample < y->sample);
}

static int by_number(const void *a, const void *b)
{
	const struct judged_sample *x = a, *y = b;

	return (x->sample > y->sample) - (x->sample < y->sample);
}

/* Samples that have a code, by the time of the first judgement that names one: at_us becomes the place. Sorted by sample. */
static size_t order_samples(const struct annotation *annotations, size_t count, struct judged_sample *out)
{
	size_t len = 0, kept = 0;

	for (size_t i = 0; i < count; i++)
		if (annotations[i].cause || annotations[i].symptom_count)
			out[len++] = (struct judged_sample){ annotations[i].sample, annotations[i].at.at_us };
	if (len)
		qsort(out, len, sizeof(*out), by_sample);
	for (size_t i = 0; i < len; i++)
		if (!kept || out[kept - 1].sample != out[i].sample)
			out[kept++] = out[i];
	if (kept)
		qsort(out, kept, sizeof(*out), by_time);
	for (size_t i = 0; i < kept; i++)
		out[i].at_us = (int64_t)i;
	if (kept)
		qsort(out, kept, sizeof(*out), by_number);
	return kept;
}

static size_t place_of(const struct judged_sample *samples, size_t count, int64_t sample)
{
	const struct judged_sample key = { sample, 0 }, *found = bsearch(&key, samples, count, sizeof(key), by_number);

	return (size_t)found->at_us; /* it names a code, so it is there */
}

static size_t list_namings(const struct annotation *annotations, size_t count, const struct judged_sample *samples, size_t sample_count,
			   struct naming *out)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		const struct annotation *annotation = &annotations[i];
		if (!annotation->cause && !annotation->symptom_count)
			continue;
		size_t place = place_of(samples, sample_count, annotation->sample);
		if (annotation->cause)
			out[len++] = (struct naming){ annotation->cause, annotation->sample, place, false };
		for (size_t s = 0; s < annotation->symptom_count; s++)
			out[len++] = (struct naming){ annotation->symptoms[s], annotation->sample, place, true };
	}
	if (len)
		qsort(out, len, sizeof(*out), by_code);
	return len;
}

/* Each code of a sample counts once, however many reviewers named it. */
static void count_codes(const struct naming *namings, size_t len, struct saturation_block *blocks, struct saturation *out)
{
	size_t all = 0, once = 0;

	for (size_t i = 0; i < len;) {
		size_t end = i, samples = 0;
		while (end < len && namings[end].is_symptom == namings[i].is_symptom && strcmp(namings[end].code, namings[i].code) == 0) {
			samples += end == i || namings[end].sample != namings[end - 1].sample;
			end++;
		}
		blocks[namings[i].place / SATURATION_BLOCK].fresh++;
		out->codes++;
		all += samples;
		once += samples == 1;
		i = end;
	}
	out->unseen = all ? (double)once / (double)all : NAN;
}

void saturation_of(struct arena *arena, const struct annotation *annotations, size_t count, struct saturation *out)
{
	struct judged_sample *samples = mem_zalloc(count + 1, sizeof(*samples));
	struct saturation_block *blocks;
	struct naming *namings;
	size_t most = 0, len, whole;

	*out = (struct saturation){ .verdict = SATURATION_CANNOT_TELL };
	for (size_t i = 0; i < count; i++)
		most += 1 + annotations[i].symptom_count;
	namings = mem_zalloc(most + 1, sizeof(*namings));
	out->samples = order_samples(annotations, count, samples);
	len = list_namings(annotations, count, samples, out->samples, namings);
	out->block_count = (out->samples + SATURATION_BLOCK - 1) / SATURATION_BLOCK;
	blocks = arena_array(arena, out->block_count, sizeof(*blocks));
	for (size_t i = 0; i < out->samples; i++)
		blocks[i / SATURATION_BLOCK].samples++;
	count_codes(namings, len, blocks, out);
	out->blocks = blocks;
	whole = out->samples / SATURATION_BLOCK;
	if (whole >= 2) {
		size_t before = 0;
		for (size_t i = 0; i + 1 < whole; i++)
			before += blocks[i].fresh;
		/* What the block under way has found since counts as well. */
		size_t fresh = blocks[whole - 1].fresh + (out->block_count > whole ? blocks[whole].fresh : 0);
		out->verdict = (double)fresh <= SATURATION_SHARE * (double)before ? SATURATION_REACHED : SATURATION_GOES_ON;
	}
	free(samples);
	free(namings);
}

/* ---- pace ---------------------------------------------------------------------------------------- */

struct act {
	const char *reviewer;
	int64_t at_us, edit, sample;
};

static int by_reviewer(const void *a, const void *b)
{
	const struct act *x = a, *y = b;
	int order = strcmp(x->reviewer, y->reviewer);

	if (order)
		return order;
	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	if (x->edit != y->edit)
		return x->edit < y->edit ? -1 : 1;
	return (x->sample > y->sample) - (x->sample < y->sample);
}

static int by_most(const void *a, const void *b)
{
	const struct coding_pace *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples > y->samples ? -1 : 1;
	return strcmp(x->reviewer, y->reviewer);
}

/* One reviewer's acts: edits, each with its samples. */
static struct coding_pace pace_of(const struct act *acts, size_t count)
{
	struct coding_pace out = { .reviewer = acts[0].reviewer };
	int64_t spent_us = 0;

	for (size_t i = 0; i < count;) {
		size_t end = i, samples = 0;
		while (end < count && acts[end].edit == acts[i].edit) {
			samples += end == i || acts[end].sample != acts[end - 1].sample;
			end++;
		}
		out.samples += samples;
		if (i && acts[i].at_us - acts[i - 1].at_us <= PACE_PAUSE_US) {
			spent_us += acts[i].at_us - acts[i - 1].at_us;
			out.timed += samples;
		}
		i = end;
	}
	out.seconds = out.timed ? (double)spent_us / 1e6 / (double)out.timed : NAN;
	if (out.seconds < PACE_LEAST)
		out.seconds = NAN;
	return out;
}

const struct coding_pace *coding_paces(struct arena *arena, const struct annotation *annotations, size_t count, size_t *pace_count)
{
	struct act *acts = mem_zalloc(count + 1, sizeof(*acts));
	struct coding_pace *paces;
	size_t len = 0, reviewers = 0;

	*pace_count = 0;
	for (size_t i = 0; i < count; i++)
		if (annotations[i].reviewer && instant_known(annotations[i].at))
			acts[len++] = (struct act){ annotations[i].reviewer, annotations[i].at.at_us, annotations[i].edit, annotations[i].sample };
	if (len)
		qsort(acts, len, sizeof(*acts), by_reviewer);
	for (size_t i = 0; i < len; i++)
		reviewers += i == 0 || strcmp(acts[i].reviewer, acts[i - 1].reviewer) != 0;
	paces = arena_array(arena, reviewers, sizeof(*paces));
	for (size_t i = 0; i < len;) {
		size_t end = i;
		while (end < len && strcmp(acts[end].reviewer, acts[i].reviewer) == 0)
			end++;
		paces[(*pace_count)++] = pace_of(acts + i, end - i);
		i = end;
	}
	if (*pace_count)
		qsort(paces, *pace_count, sizeof(*paces), by_most);
	free(acts);
	return paces;
}
