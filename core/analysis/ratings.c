/* Annotations become ratings: numbers of codes and reviewers, unit by unit. */
#include <stdlib.h>
#include <string.h>

#include "core/analysis/agreement.h"
#include "core/base/mem.h"

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

/* By reviewer, the newest word first; of a symptom, whoever named it anywhere. */
static int by_reviewer(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int order;

	if ((order = strcmp(x->reviewer, y->reviewer)) != 0)
		return order;
	if (x->at.at_us != y->at.at_us)
		return x->at.at_us > y->at.at_us ? -1 : 1;
	return (x->id < y->id) - (x->id > y->id);
}

/* Names, once each: judgements are very many, names few. */
struct names {
	const char **list;      /* in the order in which they came */
	uint32_t *slots;        /* hash table: number + 1 */
	size_t count, slot_count;
};

static uint64_t hash_of(const char *name)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 1099511628211u;
	return hash ^ hash >> 32;
}

static uint32_t *slot_of(const struct names *names, const char *name)
{
	size_t at = hash_of(name) & (names->slot_count - 1);

	while (names->slots[at] && strcmp(names->list[names->slots[at] - 1], name) != 0)
		at = (at + 1) & (names->slot_count - 1);
	return &names->slots[at];
}

static void grow(struct names *names)
{
	free(names->slots);
	names->slot_count = names->slot_count ? names->slot_count * 2 : 64;
	names->slots = mem_zalloc(names->slot_count, sizeof(*names->slots));
	names->list = mem_realloc(names->list, names->slot_count, sizeof(*names->list));
	for (size_t i = 0; i < names->count; i++)
		*slot_of(names, names->list[i]) = (uint32_t)i + 1;
}

static uint32_t number_of(struct names *names, const char *name)
{
	uint32_t *slot;

	if (names->count * 2 >= names->slot_count)
		grow(names);
	slot = slot_of(names, name);
	if (!*slot) {
		names->list[names->count++] = name;
		*slot = (uint32_t)names->count;
	}
	return *slot - 1;
}

struct named {
	const char *name;
	uint32_t number;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* The names in the order of bytes, in the arena, and `numbers` as places in it. */
static const char *const *in_order(struct arena *arena, struct names *names, uint32_t *numbers, size_t count)
{
	struct named *sorted = mem_zalloc(names->count + 1, sizeof(*sorted));
	uint32_t *place = mem_zalloc(names->count + 1, sizeof(*place));
	const char **result = arena_array(arena, names->count, sizeof(*result));

	for (size_t i = 0; i < names->count; i++)
		sorted[i] = (struct named){ names->list[i], (uint32_t)i };
	qsort(sorted, names->count, sizeof(*sorted), by_name);
	for (size_t i = 0; i < names->count; i++) {
		result[i] = sorted[i].name;
		place[sorted[i].number] = (uint32_t)i;
	}
	for (size_t i = 0; i < count; i++)
		numbers[i] = place[numbers[i]];
	free(sorted);
	free(place);
	free(names->list);
	free(names->slots);
	return result;
}

/* Samples stand in their order already. */
static void order_units(struct said *said, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && said[end].sample == said[i].sample;)
			end++;
		if (end - i > 1)
			qsort(said + i, end - i, sizeof(*said), by_reviewer);
	}
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
	struct names rater_names = { .count = 0 }, code_names = { .count = 0 };
	uint32_t *raters, *codes;
	size_t kept = 0, units = 0;

	for (size_t i = 0; i < count; i++) {
		const char *code = annotations[i].adjudicated ? NULL : code_said(arena, &annotations[i], what, symptom);
		if (code && annotations[i].reviewer && (!blind_only || annotations[i].blind))
			said[kept++] = (struct said){ annotations[i].sample, annotations[i].reviewer, code,
						      annotations[i].at, annotations[i].id };
	}
	order_units(said, kept);
	kept = keep_newest(said, kept, what);
	*out = (struct ratings){ .starts = starts, .samples = samples };
	raters = arena_array(arena, kept, sizeof(*raters));
	codes = arena_array(arena, kept, sizeof(*codes));
	for (size_t i = 0; i < kept; i++) {
		if (units == 0 || samples[units - 1] != said[i].sample) {
			starts[units] = i;
			samples[units++] = said[i].sample;
		}
		raters[i] = number_of(&rater_names, said[i].reviewer);
		codes[i] = number_of(&code_names, said[i].code);
	}
	out->rater_count = rater_names.count;
	out->code_count = code_names.count;
	out->rater_names = in_order(arena, &rater_names, raters, kept);
	out->code_names = in_order(arena, &code_names, codes, kept);
	starts[units] = kept;
	out->unit_count = units;
	out->raters = raters;
	out->codes = codes;
}
