#include "core/analysis/contrast_claim.h"

#include <stdlib.h>

#define SAME_JACCARD 0.9
#define SAME_LOOKED_AT 60

static bool is_cancelled(const atomic_bool *cancel)
{
	return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static int by_p(const void *a, const void *b)
{
	const struct contrast_finding *x = a, *y = b;

	return (x->p > y->p) - (x->p < y->p);
}

/* What is claimed stands at both ends, by how far from 1 it is at the least: few samples alone lead nowhere.
 * The rest between them by evidence. */
static double rank_of(const struct contrast_finding *finding)
{
	if (!finding->claimed)
		return finding->z;
	return finding->ratio > 1 ? 1e6 + finding->within.low : -1e6 - 1 / finding->within.high;
}

static int by_rank(const void *a, const void *b)
{
	const struct contrast_finding *x = a, *y = b;

	if (rank_of(x) != rank_of(y))
		return rank_of(x) < rank_of(y) ? 1 : -1;
	if (x->first.key != y->first.key)
		return x->first.key < y->first.key ? -1 : 1;
	if (x->first.value != y->first.value)
		return x->first.value < y->first.value ? -1 : 1;
	if (x->second.key != y->second.key)
		return x->second.key < y->second.key ? -1 : 1;
	return (x->second.value > y->second.value) - (x->second.value < y->second.value);
}

void contrast_false_discovery(const double *p, size_t count, size_t looks, double *q)
{
	double least = 1;

	for (size_t i = count; i-- > 0;)
		q[i] = least = fmin(least, p[i] * (double)looks / (double)(i + 1));
}

static bool beyond(struct interval within, bool above)
{
	return above ? within.low > 1 : within.high < 1;
}

static void correct(struct arena *arena, struct contrast_finding *all, size_t count, size_t looks, double rate)
{
	double *p = arena_array(arena, count, sizeof(*p)), *q = arena_array(arena, count, sizeof(*q));

	qsort(all, count, sizeof(*all), by_p);
	for (size_t i = 0; i < count; i++)
		p[i] = all[i].p;
	contrast_false_discovery(p, count, looks, q);
	for (size_t i = 0; i < count; i++) {
		all[i].q = q[i];
		/* Where the others have next to no cases left to expect, the likelihood says more than the interval, which is as
		 * wide as that little is: nothing is claimed that may be 1 by its own interval. */
		all[i].claimed = !all[i].with_time && q[i] <= rate && beyond(all[i].within, all[i].ratio > 1);
	}
	qsort(all, count, sizeof(*all), by_rank);
}

/* Crude figures that the adjusted ones do not bear out, and which key makes the difference. */
static void explain(const struct contrast_rows *rows, const struct contrast_key *keys, struct contrast_finding *finding)
{
	double crude = log(finding->crude), least = fabs(crude) / 2;
	bool above = crude > 0;

	if (!beyond(finding->crude_within, above) || finding->second.key != CONTRAST_NONE || finding->with_time)
		return;
	finding->reversed = beyond(finding->within, !above);
	if (finding->claimed && !finding->reversed)
		return;
	for (size_t k = 0; k < rows->key_count; k++) {
		double left = k == finding->first.key || keys[k].of_cases ? NAN :
			      log(contrast_stratified(rows, finding->first.key, finding->first.value,
						      finding->first.last, k));
		left = above ? left : -left; /* what is left of it, or less than nothing */
		if (left < least) {
			least = left;
			finding->explained_by = (int)k == rows->day ? CONTRAST_DAY : (uint32_t)k;
		}
	}
}

static double excess(double observed, double expected)
{
	return observed > 0 ? observed * log(observed / expected) : 0;
}

/* As counted, and whatever the number of looks (Bonferroni): twice the log likelihood ratio of its four cells. */
static bool is_more_as_counted(const struct contrast_rows *rows, const struct contrast_finding *finding, size_t looks, double rate)
{
	double n = rows->all, c = rows->all_cases, here = (double)finding->total, cases = (double)finding->cases, rest = n - here;
	double ratio = excess(cases, here * c / n) + excess(here - cases, here * (n - c) / n) +
		       excess(c - cases, rest * c / n) + excess(rest - (c - cases), rest * (n - c) / n);

	return finding->crude_within.low > 1 && normal_two_sided(sqrt(fmax(0, 2 * ratio))) * (double)looks <= rate;
}

static bool is_single(const struct contrast_finding *finding)
{
	return finding->second.key == CONTRAST_NONE;
}

/* A range that is claimed speaks for its values, but for one that is further from 1 at the least, or below it. */
static void mark_values_of(const struct contrast_finding *range, struct contrast_finding *findings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct contrast_finding *one = &findings[i];
		if (is_single(one) && one->first.key == range->first.key && one->first.value == one->first.last &&
		    one->first.value >= range->first.value && one->first.value <= range->first.last)
			one->in_range = !one->claimed || (one->ratio > 1 && one->within.low <= range->within.low);
	}
}

static void mark_ranges(struct contrast_finding *findings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (findings[i].claimed && findings[i].ratio > 1 && is_single(&findings[i]) &&
		    findings[i].first.value != findings[i].first.last)
			mark_values_of(&findings[i], findings, count);
}

bool contrast_is_unproven(const struct contrast_finding *finding)
{
	return !finding->claimed && !finding->in_range && is_single(finding) && finding->crude_within.low > 1 &&
	       (finding->with_time || finding->confounded || finding->explained_by != CONTRAST_NONE);
}

static bool has(const struct contrast_rows *rows, const struct contrast_place *place, size_t row)
{
	uint32_t value;

	if (place->key == CONTRAST_NONE)
		return true;
	value = rows->cells[place->key][row];
	return value >= place->value && value <= place->last;
}

/* They cannot overlap more than the smaller of them fills the larger: most pairs are done with at that. */
static bool may_be_same(const struct contrast_finding *a, const struct contrast_finding *b)
{
	double x = (double)a->total, y = (double)b->total;

	return fmin(x, y) >= SAME_JACCARD * fmax(x, y);
}

static double jaccard(const struct contrast_rows *rows, const struct contrast_finding *a, const struct contrast_finding *b)
{
	double both = 0, either = 0;

	for (size_t i = 0; i < rows->count; i++) {
		bool in_a = has(rows, &a->first, i) && has(rows, &a->second, i);
		bool in_b = has(rows, &b->first, i) && has(rows, &b->second, i);
		both += in_a && in_b ? rows->total[i] : 0;
		either += in_a || in_b ? rows->total[i] : 0;
	}
	return either > 0 ? both / either : 0;
}

static void merge_same(struct arena *arena, const struct contrast_rows *rows, struct contrast_finding *all, size_t all_count,
		       const atomic_bool *cancel)
{
	size_t count = 0;

	while (count < all_count && count < SAME_LOOKED_AT && all[count].claimed && all[count].ratio > 1)
		count++;
	for (size_t i = 0; i < count; i++) {
		uint32_t *same = arena_array(arena, count, sizeof(*same));
		for (size_t k = i + 1; k < count && !all[i].is_same && !is_cancelled(cancel); k++)
			if (!all[k].is_same && may_be_same(&all[i], &all[k]) && jaccard(rows, &all[i], &all[k]) >= SAME_JACCARD) {
				all[k].is_same = true;
				same[all[i].same_count++] = (uint32_t)k;
			}
		all[i].same = same;
	}
}

bool contrast_claim(struct arena *arena, const struct contrast_rows *rows, const struct contrast_key *keys,
		    struct contrast_finding *findings, size_t count, size_t looks, const struct contrast_options *options)
{
	if (count)
		correct(arena, findings, count, looks, options->rate);
	for (size_t i = 0; i < count && !is_cancelled(options->cancel); i++)
		explain(rows, keys, &findings[i]);
	for (size_t i = 0; i < count; i++)
		findings[i].confounded = !findings[i].claimed && !findings[i].with_time && is_single(&findings[i]) &&
					 findings[i].explained_by == CONTRAST_NONE &&
					 is_more_as_counted(rows, &findings[i], looks, options->rate);
	mark_ranges(findings, count);
	merge_same(arena, rows, findings, count, options->cancel);
	return !is_cancelled(options->cancel);
}
