#include "core/analysis/coding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/analysis/name_numbers.h"
#include "core/base/vec.h"

/* What one edit said of samples. */
struct act {
	int64_t edit, at_us, last_sample;
	uint32_t reviewer, samples;
};

struct coded {
	int64_t at_us;        /* of the first judgement that names a code */
	uint32_t number;      /* in the order of samples */
};

struct naming {
	uint32_t code, sample; /* numbers */
};

struct coding_builder {
	struct arena *arena;
	struct name_numbers causes, symptoms, reviewers;
	int64_t sample;        /* the newest of `coded`; 0: none */
	size_t named;          /* where its namings begin */
	VEC_OF(struct coded) coded;
	VEC_OF(struct naming) namings; /* each code of a sample once; symptoms: ~ their number */
	VEC_OF(struct act) acts;
	uint32_t *slots;       /* hash table of acts: number + 1 */
	size_t slot_count;
};

struct coding_builder *coding_builder_new(struct arena *arena)
{
	struct coding_builder *builder = mem_zalloc(1, sizeof(*builder));

	*builder = (struct coding_builder){ .arena = arena, .causes = NAME_NUMBERS_INIT(arena), .symptoms = NAME_NUMBERS_INIT(arena),
					    .reviewers = NAME_NUMBERS_INIT(arena) };
	return builder;
}

void coding_builder_free(struct coding_builder *builder)
{
	if (!builder)
		return;
	name_numbers_release(&builder->causes);
	name_numbers_release(&builder->symptoms);
	name_numbers_release(&builder->reviewers);
	vec_release(&builder->coded);
	vec_release(&builder->namings);
	vec_release(&builder->acts);
	free(builder->slots);
	free(builder);
}

/* ---- saturation ------------------------------------------------------------------------------ */

/* Each code of a sample counts once, however many reviewers named it. */
static void add_naming(struct coding_builder *builder, uint32_t code)
{
	for (size_t i = builder->named; i < builder->namings.len; i++)
		if (builder->namings.items[i].code == code)
			return;
	vec_push(&builder->namings, ((struct naming){ code, (uint32_t)builder->coded.len - 1 }));
}

static void add_codes(struct coding_builder *builder, const struct annotation *annotation)
{
	uint32_t number = (uint32_t)builder->coded.len;
	int64_t at_us = annotation->at.at_us;

	if (!annotation->cause && !annotation->symptom_count)
		return;
	if (builder->sample != annotation->sample) {
		builder->sample = annotation->sample;
		builder->named = builder->namings.len;
		vec_push(&builder->coded, ((struct coded){ at_us, number }));
	} else if (at_us < builder->coded.items[number - 1].at_us) {
		builder->coded.items[number - 1].at_us = at_us;
	}
	if (annotation->cause)
		add_naming(builder, name_number(&builder->causes, annotation->cause));
	for (size_t s = 0; s < annotation->symptom_count; s++)
		add_naming(builder, ~name_number(&builder->symptoms, annotation->symptoms[s]));
}

static int by_time(const void *a, const void *b)
{
	const struct coded *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

struct code_use {
	size_t samples, first; /* block that has it first */
};

/* Of each code, causes first, how many samples it was said of, and where it came first. */
static void count_codes(const struct coding_builder *builder, struct saturation_block *blocks, struct saturation *out)
{
	size_t causes = builder->causes.count, all = 0, once = 0;
	struct code_use *uses = mem_zalloc(causes + builder->symptoms.count + 1, sizeof(*uses));
	uint32_t *places = mem_zalloc(out->samples + 1, sizeof(*places)); /* in the order of judging, of each sample */

	for (size_t i = 0; i < out->samples; i++)
		places[builder->coded.items[i].number] = (uint32_t)i;
	for (size_t i = 0; i < builder->namings.len; i++) {
		const struct naming *naming = &builder->namings.items[i];
		struct code_use *use = &uses[naming->code < causes ? naming->code : causes + ~naming->code];
		size_t block = places[naming->sample] / SATURATION_BLOCK;
		if (!use->samples++ || block < use->first)
			use->first = block;
	}
	out->codes = causes + builder->symptoms.count;
	for (size_t i = 0; i < out->codes; i++) {
		blocks[uses[i].first].fresh++;
		all += uses[i].samples;
		once += uses[i].samples == 1;
	}
	out->unseen = all ? (double)once / (double)all : NAN;
	free(uses);
	free(places);
}

static void saturation_of(struct coding_builder *builder, struct saturation *out)
{
	struct saturation_block *blocks;
	size_t whole;

	*out = (struct saturation){ .verdict = SATURATION_CANNOT_TELL, .samples = builder->coded.len };
	if (out->samples)
		qsort(builder->coded.items, out->samples, sizeof(struct coded), by_time);
	out->block_count = (out->samples + SATURATION_BLOCK - 1) / SATURATION_BLOCK;
	blocks = arena_array(builder->arena, out->block_count, sizeof(*blocks));
	for (size_t i = 0; i < out->samples; i++)
		blocks[i / SATURATION_BLOCK].samples++;
	count_codes(builder, blocks, out);
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
}

/* ---- pace ---------------------------------------------------------------------------------------- */

static bool is_same(const struct act *a, const struct act *b)
{
	return a->edit == b->edit && a->at_us == b->at_us && a->reviewer == b->reviewer;
}

static uint32_t *slot_of(const struct coding_builder *builder, const struct act *act)
{
	uint64_t hash = ((uint64_t)act->edit * 31 + (uint64_t)act->at_us) * 11400714819323198485u + act->reviewer;
	size_t at = (hash ^ hash >> 32) & (builder->slot_count - 1);

	while (builder->slots[at] && !is_same(&builder->acts.items[builder->slots[at] - 1], act))
		at = (at + 1) & (builder->slot_count - 1);
	return &builder->slots[at];
}

static void grow(struct coding_builder *builder)
{
	free(builder->slots);
	builder->slot_count = builder->slot_count ? builder->slot_count * 2 : 256;
	builder->slots = mem_zalloc(builder->slot_count, sizeof(*builder->slots));
	for (size_t i = 0; i < builder->acts.len; i++)
		*slot_of(builder, &builder->acts.items[i]) = (uint32_t)i + 1;
}

/* Edits of very many samples are one act each. */
static void add_act(struct coding_builder *builder, const struct annotation *annotation)
{
	struct act act = { annotation->edit, annotation->at.at_us, annotation->sample, 0, 1 };
	uint32_t *slot;

	if (!annotation->reviewer || !instant_known(annotation->at))
		return;
	act.reviewer = name_number(&builder->reviewers, annotation->reviewer);
	if (builder->acts.len * 2 >= builder->slot_count)
		grow(builder);
	slot = slot_of(builder, &act);
	if (*slot) {
		struct act *is = &builder->acts.items[*slot - 1];
		is->samples += is->last_sample != act.last_sample;
		is->last_sample = act.last_sample;
		return;
	}
	vec_push(&builder->acts, act);
	*slot = (uint32_t)builder->acts.len;
}

static int by_reviewer(const void *a, const void *b)
{
	const struct act *x = a, *y = b;

	if (x->reviewer != y->reviewer)
		return x->reviewer < y->reviewer ? -1 : 1;
	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return (x->edit > y->edit) - (x->edit < y->edit);
}

static int by_most(const void *a, const void *b)
{
	const struct coding_pace *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples > y->samples ? -1 : 1;
	return strcmp(x->reviewer, y->reviewer);
}

/* One reviewer's acts, in their order. */
static struct coding_pace pace_of(const char *reviewer, const struct act *acts, size_t count)
{
	struct coding_pace out = { .reviewer = reviewer };
	int64_t spent_us = 0;

	for (size_t i = 0; i < count; i++) {
		out.samples += acts[i].samples;
		if (i && acts[i].at_us - acts[i - 1].at_us <= PACE_PAUSE_US) {
			spent_us += acts[i].at_us - acts[i - 1].at_us;
			out.timed += acts[i].samples;
		}
	}
	out.seconds = out.timed ? (double)spent_us / 1e6 / (double)out.timed : NAN;
	if (out.seconds < PACE_LEAST)
		out.seconds = NAN;
	return out;
}

static const struct coding_pace *paces_of(struct coding_builder *builder, size_t *count)
{
	struct coding_pace *paces = arena_array(builder->arena, builder->reviewers.count, sizeof(*paces));
	struct act *acts = builder->acts.items;

	*count = 0;
	if (builder->acts.len)
		qsort(acts, builder->acts.len, sizeof(*acts), by_reviewer);
	for (size_t i = 0, end; i < builder->acts.len; i = end) {
		for (end = i; end < builder->acts.len && acts[end].reviewer == acts[i].reviewer;)
			end++;
		paces[(*count)++] = pace_of(builder->reviewers.list[acts[i].reviewer], acts + i, end - i);
	}
	if (*count)
		qsort(paces, *count, sizeof(*paces), by_most);
	return paces;
}

/* ---- both ---------------------------------------------------------------------------------------- */

void coding_builder_add(struct coding_builder *builder, const struct annotation *annotation)
{
	add_codes(builder, annotation);
	add_act(builder, annotation);
}

void coding_builder_end(struct coding_builder *builder, struct saturation *saturation, const struct coding_pace **paces, size_t *count)
{
	saturation_of(builder, saturation);
	*paces = paces_of(builder, count);
	coding_builder_free(builder);
}
