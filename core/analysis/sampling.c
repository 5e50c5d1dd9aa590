#include "core/analysis/sampling.h"

#include <stdlib.h>

#define LEAST_OF_STRATUM 2

double sampling_size(double z, double p, double margin, double design_effect, double population)
{
	double n0 = z * z * p * (1 - p) / (margin * margin) * design_effect;

	return population > 0 ? n0 / (1 + (n0 - 1) / population) : n0;
}

double sampling_margin(double z, double p, double n, double design_effect, double population)
{
	double variance = p * (1 - p) * design_effect / n;

	if (population > 1)
		variance *= (population - n) / (population - 1);
	return z * sqrt(variance > 0 ? variance : 0);
}

double sampling_spread(double judged, double hits)
{
	return sqrt((hits + 1) * (judged - hits + 1) / ((judged + 2) * (judged + 3)));
}

void sampling_allocate(const int64_t *population, size_t count, int64_t size, int64_t *taken)
{
	sampling_allocate_by(population, NULL, count, size, taken);
}

static double weight_of(const int64_t *population, const double *spread, size_t i)
{
	return (double)population[i] * (spread ? spread[i] : 1);
}

/* By the largest remainders of what is left once each stratum has its least. */
void sampling_allocate_by(const int64_t *population, const double *spread, size_t count, int64_t size, int64_t *taken)
{
	double all = 0;
	int64_t left = size;

	for (size_t i = 0; i < count; i++)
		all += weight_of(population, spread, i);
	for (size_t i = 0; i < count; i++) {
		int64_t least = population[i] < LEAST_OF_STRATUM ? population[i] : LEAST_OF_STRATUM;
		int64_t share = all > 0 ? (int64_t)((double)size * weight_of(population, spread, i) / all) : 0;
		taken[i] = share > least ? share : least;
		taken[i] = taken[i] > population[i] ? population[i] : taken[i];
		left -= taken[i];
	}
	while (left > 0) {
		size_t best = count;
		double most = -1;
		for (size_t i = 0; i < count; i++) {
			double lacks = (double)size * weight_of(population, spread, i) / all - (double)taken[i];
			if (taken[i] < population[i] && (best == count || lacks > most)) {
				best = i;
				most = lacks;
			}
		}
		if (best == count)
			return; /* all are taken */
		taken[best]++;
		left--;
	}
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void sampling_draw(struct random *random, int64_t *ids, size_t count, size_t size)
{
	for (size_t i = 0; i < size && i < count; i++) {
		size_t other = i + (size_t)random_below(random, count - i);
		int64_t id = ids[i];
		ids[i] = ids[other];
		ids[other] = id;
	}
	if (count && size)
		qsort(ids, size < count ? size : count, sizeof(*ids), by_number);
}

bool sampling_says(const struct sampling_stratum *stratum)
{
	double least = stratum->population < LEAST_OF_STRATUM ? stratum->population : LEAST_OF_STRATUM;

	return stratum->judged >= least;
}

/* For the variance: that none of a few was a hit does not say that none of the others is. */
static double smoothed(const struct sampling_stratum *s)
{
	bool alike = s->hits <= 0 || s->hits >= s->judged;

	return alike && s->judged < s->population ? (s->hits + 1) / (s->judged + 2) : s->hits / s->judged;
}

struct sampling_estimate sampling_estimate(const struct sampling_stratum *strata, size_t count, double confidence)
{
	struct sampling_estimate out = { NAN, { NAN, NAN }, NAN, NAN };
	double all = 0, n = 0, share = 0, middle = 0, variance = 0;

	for (size_t i = 0; i < count; i++) {
		all += strata[i].population;
		n += strata[i].judged;
		if (!sampling_says(&strata[i]))
			return out;
	}
	if (all <= 0)
		return out;
	for (size_t i = 0; i < count; i++) {
		const struct sampling_stratum *s = &strata[i];
		double w = s->population / all, p;
		if (s->population <= 0)
			continue;
		p = smoothed(s);
		share += w * s->hits / s->judged;
		middle += w * p;
		if (s->judged < s->population)
			variance += w * w * (1 - s->judged / s->population) * p * (1 - p) / (s->judged - 1);
	}
	out.share = share;
	if (n >= all) { /* all are known */
		out.within = (struct interval){ share, share };
		out.effective = n;
		return out;
	}
	out.effective = middle * (1 - middle) / variance;
	out.design_effect = variance / ((1 - n / all) * middle * (1 - middle) / (n - 1));
	out.within = interval_share(share * out.effective, out.effective, confidence);
	return out;
}
