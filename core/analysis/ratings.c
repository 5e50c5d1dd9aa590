/* Annotations become ratings: numbers of codes and reviewers, unit by unit. */
#include <stdlib.h>
#include <string.h>

#include "core/analysis/agreement.h"
#include "core/analysis/name_numbers.h"
#include "core/base/vec.h"

struct said {
	const char *reviewer;
	uint32_t rater, code;
	int64_t at_us, id;
	bool yes;             /* of a symptom: named */
};

struct ratings_builder {
	struct arena *arena;
	struct strbuf category;
	enum rating_of what;
	const char *symptom;
	bool blind_only;
	struct name_numbers raters, codes;
	/* Of the sample at hand. */
	int64_t sample;
	VEC_OF(struct said) said;
	/* Of those before it. */
	VEC_OF(size_t) starts;
	VEC_OF(int64_t) samples;
	VEC_OF(uint32_t) rater_of;
	VEC_OF(uint32_t) code_of;
};

struct ratings_builder *ratings_builder_new(struct arena *arena, enum rating_of what, const char *symptom, bool blind_only)
{
	struct ratings_builder *builder = mem_zalloc(1, sizeof(*builder));

	*builder = (struct ratings_builder){ .arena = arena, .category = STRBUF_INIT, .what = what, .symptom = symptom,
					     .blind_only = blind_only, .raters = NAME_NUMBERS_INIT(arena), .codes = NAME_NUMBERS_INIT(arena) };
	return builder;
}

void ratings_builder_free(struct ratings_builder *builder)
{
	if (!builder)
		return;
	strbuf_release(&builder->category);
	name_numbers_release(&builder->raters);
	name_numbers_release(&builder->codes);
	vec_release(&builder->said);
	vec_release(&builder->starts);
	vec_release(&builder->samples);
	vec_release(&builder->rater_of);
	vec_release(&builder->code_of);
	free(builder);
}

static const char *category_of(struct ratings_builder *builder, const char *cause)
{
	strbuf_clear(&builder->category);
	strbuf_add(&builder->category, cause, strcspn(cause, "/"));
	return builder->category.text;
}

/* NULL: nothing. */
static const char *code_said(struct ratings_builder *builder, const struct annotation *annotation)
{
	enum verdict verdict = annotation->verdict;

	if (!verdict && annotation->cause)
		verdict = VERDICT_CONFIRMED;
	switch (builder->what) {
	case RATING_VERDICT: return verdict ? verdict_word(verdict) : NULL;
	case RATING_CAUSE: return annotation->cause;
	case RATING_CATEGORY: return annotation->cause ? category_of(builder, annotation->cause) : NULL;
	case RATING_SEVERITY: return annotation->severity ? severity_word(annotation->severity) : NULL;
	case RATING_SYMPTOM:
		for (size_t i = 0; i < annotation->symptom_count; i++)
			if (strcmp(annotation->symptoms[i], builder->symptom) == 0)
				return "yes";
		return verdict || annotation->symptom_count ? "no" : NULL;
	}
	return NULL;
}

/* By reviewer, the newest word first. */
static int by_reviewer(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int order;

	if (x->rater != y->rater && (order = strcmp(x->reviewer, y->reviewer)) != 0)
		return order;
	if (x->at_us != y->at_us)
		return x->at_us > y->at_us ? -1 : 1;
	return (x->id < y->id) - (x->id > y->id);
}

/* The newest word of each reviewer counts; of a symptom, whether he named it anywhere. */
static size_t keep_newest(struct said *said, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct said *last = kept ? &said[kept - 1] : NULL;
		if (!last || last->rater != said[i].rater)
			said[kept++] = said[i];
		else if (said[i].yes)
			last->code = said[i].code;
	}
	return kept;
}

static void end_unit(struct ratings_builder *builder)
{
	struct said *said = builder->said.items;
	size_t count = builder->said.len;

	if (count > 1) {
		qsort(said, count, sizeof(*said), by_reviewer);
		count = keep_newest(said, count);
	}
	builder->said.len = 0;
	if (count < 2)
		return;
	vec_push(&builder->starts, builder->rater_of.len);
	vec_push(&builder->samples, builder->sample);
	for (size_t i = 0; i < count; i++) {
		vec_push(&builder->rater_of, said[i].rater);
		vec_push(&builder->code_of, said[i].code);
	}
}

void ratings_builder_add(struct ratings_builder *builder, const struct annotation *annotation)
{
	const char *code;
	uint32_t rater;

	if (annotation->adjudicated || !annotation->reviewer || (builder->blind_only && !annotation->blind))
		return;
	code = code_said(builder, annotation);
	if (!code)
		return;
	if (annotation->sample != builder->sample)
		end_unit(builder);
	builder->sample = annotation->sample;
	rater = name_number(&builder->raters, annotation->reviewer);
	vec_push(&builder->said, ((struct said){ builder->raters.list[rater], rater, name_number(&builder->codes, code),
						 annotation->at.at_us, annotation->id,
						 builder->what == RATING_SYMPTOM && strcmp(code, "yes") == 0 }));
}

/* A copy in the arena, with room for `more`. */
static void *copy_of(struct arena *arena, const void *items, size_t count, size_t more, size_t size)
{
	void *copy = arena_array(arena, count + more, size);

	if (count)
		memcpy(copy, items, count * size);
	return copy;
}

void ratings_builder_end(struct ratings_builder *builder, struct ratings *out)
{
	struct arena *arena = builder->arena;
	uint32_t *raters, *codes;
	size_t *starts, count;

	end_unit(builder);
	count = builder->rater_of.len;
	*out = (struct ratings){ .unit_count = builder->samples.len };
	raters = copy_of(arena, builder->rater_of.items, count, 0, sizeof(*raters));
	codes = copy_of(arena, builder->code_of.items, count, 0, sizeof(*codes));
	starts = copy_of(arena, builder->starts.items, out->unit_count, 1, sizeof(*starts));
	starts[out->unit_count] = count;
	out->starts = starts;
	out->samples = copy_of(arena, builder->samples.items, out->unit_count, 0, sizeof(*out->samples));
	out->rater_count = builder->raters.count;
	out->code_count = builder->codes.count;
	out->rater_names = name_numbers_in_order(&builder->raters, raters, count);
	out->code_names = name_numbers_in_order(&builder->codes, codes, count);
	out->raters = raters;
	out->codes = codes;
	ratings_builder_free(builder);
}
