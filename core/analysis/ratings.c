/* Annotations become ratings: numbers of codes and reviewers, unit by unit. */
#include <stdlib.h>
#include <string.h>

#include "core/analysis/agreement.h"
#include "core/base/vec.h"

struct said {
	int64_t sample;
	const char *reviewer, *code;
	struct instant at;
	int64_t id;
};

static const char *code_said(struct arena *arena, const struct annotation *annotation, enum rating_of what,
			     const char *symptom)
{
	enum verdict verdict = annotation->verdict;

	if (!verdict && annotation->cause)
		verdict = VERDICT_CONFIRMED;
	switch (what) {
	case RATING_VERDICT: return verdict ? verdict_word(verdict) : NULL;
	case RATING_CAUSE: return annotation->cause;
	case RATING_CATEGORY:
		return annotation->cause ?
			       arena_text(arena, (struct slice){ annotation->cause, strcspn(annotation->cause, "/") }) : NULL;
	case RATING_SEVERITY: return annotation->severity ? severity_word(annotation->severity) : NULL;
	case RATING_SYMPTOM:
		for (size_t i = 0; i < annotation->symptom_count; i++)
			if (strcmp(annotation->symptoms[i], symptom) == 0)
				return "yes";
		return verdict || annotation->symptom_count ? "no" : NULL;
	}
	return NULL;
}

/* By sample and reviewer, the newest word first; of a symptom, whoever named it anywhere. */
static int by_unit(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int order;

	if (x->sample != y->sample)
		return x->sample < y->sample ? -1 : 1;
	if ((order = strcmp(x->reviewer, y->reviewer)) != 0)
		return order;
	if (x->at.at_us != y->at.at_us)
		return x->at.at_us > y->at.at_us ? -1 : 1;
	return (x->id < y->id) - (x->id > y->id);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each name once, in order. */
static const char *const *names_of(struct arena *arena, const struct said *said, size_t count, bool of_codes,
				   size_t *name_count)
{
	const char **names = arena_array(arena, count, sizeof(*names));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		names[i] = of_codes ? said[i].code : said[i].reviewer;
	if (count)
		qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
			names[kept++] = names[i];
	*name_count = kept;
	return names;
}

static uint32_t number_of(const char *const *names, size_t count, const char *name)
{
	const char *const *found = bsearch(&name, names, count, sizeof(*names), by_text);

	return found ? (uint32_t)(found - names) : 0;
}

static size_t keep_newest(struct said *said, size_t count, enum rating_of what)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct said *last = kept ? &said[kept - 1] : NULL;
		if (!last || last->sample != said[i].sample || strcmp(last->reviewer, said[i].reviewer) != 0)
			said[kept++] = said[i];
		else if (what == RATING_SYMPTOM && strcmp(said[i].code, "yes") == 0)
			last->code = said[i].code;
	}
	return kept;
}

void ratings_from(struct arena *arena, const struct annotation *annotations, size_t count, enum rating_of what,
		  const char *symptom, bool blind_only, struct ratings *out)
{
	struct said *said = arena_array(arena, count, sizeof(*said));
	size_t *starts = arena_array(arena, count + 1, sizeof(*starts));
	int64_t *samples = arena_array(arena, count, sizeof(*samples));
	uint32_t *raters, *codes;
	size_t kept = 0, units = 0;

	for (size_t i = 0; i < count; i++) {
		const char *code = annotations[i].adjudicated ? NULL : code_said(arena, &annotations[i], what, symptom);
		if (code && annotations[i].reviewer && (!blind_only || annotations[i].blind))
			said[kept++] = (struct said){ annotations[i].sample, annotations[i].reviewer, code,
						      annotations[i].at, annotations[i].id };
	}
	if (kept)
		qsort(said, kept, sizeof(*said), by_unit);
	kept = keep_newest(said, kept, what);
	*out = (struct ratings){ .starts = starts, .samples = samples };
	out->rater_names = names_of(arena, said, kept, false, &out->rater_count);
	out->code_names = names_of(arena, said, kept, true, &out->code_count);
	raters = arena_array(arena, kept, sizeof(*raters));
	codes = arena_array(arena, kept, sizeof(*codes));
	for (size_t i = 0; i < kept; i++) {
		if (units == 0 || samples[units - 1] != said[i].sample) {
			starts[units] = i;
			samples[units++] = said[i].sample;
		}
		raters[i] = number_of(out->rater_names, out->rater_count, said[i].reviewer);
		codes[i] = number_of(out->code_names, out->code_count, said[i].code);
	}
	starts[units] = kept;
	out->unit_count = units;
	out->raters = raters;
	out->codes = codes;
}
