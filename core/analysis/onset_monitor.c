/* Online: what a monitor that looks at the end of each day would have seen by then. */
#include <math.h>
#include <stdlib.h>

#include "core/analysis/onset.h"
#include "core/base/mem.h"

#define BASELINE_LEAST 14
#define WINDOW 28
#define DISPERSION_DAYS 7   /* it is measured anew so often, and in a long history after a tenth of it: */
#define DISPERSION_SHARE 10
#define POWER_DAYS 28

static bool is_cancelled(const struct onset_options *options)
{
	return options->cancel && atomic_load_explicit(options->cancel, memory_order_relaxed);
}

void onset_monitor(const struct onset_data *data, size_t from, double *statistic)
{
	double *count = mem_zalloc(data->days + 1, sizeof(*count)), *exposure = mem_zalloc(data->days + 1, sizeof(*exposure));
	const struct series known = { .days = data->days, .count = (double *)(uintptr_t)data->count,
				      .exposure = (double *)(uintptr_t)data->exposure };
	struct onset_data now = *data;
	size_t measured = 0;

	for (size_t t = 0; t < data->days; t++) {
		count[t + 1] = count[t] + data->count[t];
		exposure[t + 1] = exposure[t] + data->exposure[t];
	}
	for (size_t t = 0; t < data->days; t++) {
		statistic[t] = 0;
		if (t < from || t < BASELINE_LEAST || data->exposure[t] <= 0)
			continue;
		size_t pause = measured / DISPERSION_SHARE > DISPERSION_DAYS ? measured / DISPERSION_SHARE : DISPERSION_DAYS;
		if (!measured || t >= measured + pause) {
			now.dispersion = series_dispersion(&known, 0, t);
			measured = t;
		}
		for (size_t k = t + 1 > WINDOW ? t + 1 - WINDOW : 0; k <= t; k++) {
			double x = count[t + 1] - count[k], e = exposure[t + 1] - exposure[k];
			if (k < BASELINE_LEAST || e <= 0 || exposure[k] <= 0 || x / e <= count[k] / exposure[k])
				continue;
			statistic[t] = fmax(statistic[t], onset_gain(&now, x, e, count[k], exposure[k]));
		}
	}
	free(count);
	free(exposure);
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Where days of one rate vary so much more than by chance. */
static double threshold_of(const struct onset_data *data, double rate, double dispersion, const struct onset_options *options)
{
	const struct onset_data world = { data->count, data->exposure, data->days, dispersion, data->are_values };
	size_t tries = options->simulations, n;
	double *greatest = mem_zalloc(tries + 1, sizeof(*greatest)), *count = mem_zalloc(data->days + 1, sizeof(*count));
	double *statistic = mem_zalloc(data->days + 1, sizeof(*statistic)), threshold;
	struct onset_data simulated = *data;
	struct random random;

	simulated.count = count;
	random_init(&random, options->seed + 1);
	for (n = 0; n < tries && !is_cancelled(options); n++) {
		onset_simulate(&random, &world, rate, count);
		onset_monitor(&simulated, 0, statistic);
		for (size_t t = 0; t < data->days; t++)
			greatest[n] = fmax(greatest[n], statistic[t]);
	}
	qsort(greatest, tries, sizeof(*greatest), by_double);
	double watched = data->days > BASELINE_LEAST ? (double)(data->days - BASELINE_LEAST) : 0;
	size_t quiet = (size_t)ceil(exp(-watched / options->alarm_days) * (double)(tries + 1));
	threshold = n < tries ? NAN : greatest[quiet > tries ? tries - 1 : quiet - 1];
	free(greatest);
	free(count);
	free(statistic);
	return threshold;
}

/*
 * Cases that are rare and clump leave more histories without any than cases that are as rare and come one by one, so that
 * the threshold would be lower the more days vary. How much they vary is known from many cases, of the few it is not.
 */
double onset_threshold(const struct onset_data *data, double rate, const struct onset_options *options)
{
	double threshold = threshold_of(data, rate, data->dispersion, options), one_by_one, expected = 0;

	for (size_t t = 0; t < data->days; t++)
		expected += rate * data->exposure[t];
	if (isnan(threshold) || data->dispersion <= 1 || expected >= ONSET_CASES_LEAST)
		return threshold;
	one_by_one = threshold_of(data, rate, 1, options);
	return isnan(one_by_one) ? NAN : fmax(threshold, one_by_one);
}

bool onset_fires(double statistic, double threshold)
{
	return statistic > 0 && statistic >= threshold;
}

bool onset_power_of(const struct onset_data *data, double rate, double threshold, const struct onset_options *options,
		    struct onset_power *power, size_t count)
{
	size_t days = data->days + POWER_DAYS, tries = options->simulations, recent = data->days < POWER_DAYS ? data->days : POWER_DAYS;
	double *history = mem_zalloc(days, sizeof(*history)), *exposure = mem_zalloc(days, sizeof(*exposure));
	double *statistic = mem_zalloc(days, sizeof(*statistic)), *delays = mem_zalloc(tries + 1, sizeof(*delays));
	struct onset_data longer = { history, exposure, days, data->dispersion, data->are_values };
	struct random random;
	bool goes_on = true;

	random_init(&random, options->seed + 2);
	for (size_t t = 0; t < days && recent > 0; t++) /* the last weeks again */
		exposure[t] = t < data->days ? data->exposure[t] : data->exposure[data->days - recent + (t - data->days) % recent];
	for (size_t f = 0; f < count && goes_on; f++) {
		size_t seen = 0;
		for (size_t n = 0; n < tries && goes_on; n++) {
			struct onset_data before = longer, after = longer;
			before.days = data->days;
			after.exposure += data->days;
			after.days = POWER_DAYS;
			onset_simulate(&random, &before, rate, history);
			onset_simulate(&random, &after, rate * power[f].factor, history + data->days);
			onset_monitor(&longer, data->days, statistic);
			for (size_t t = data->days; t < days; t++)
				if (onset_fires(statistic[t], threshold)) {
					delays[seen++] = (double)(t - data->days + 1);
					break;
				}
			goes_on = !is_cancelled(options);
		}
		if (seen)
			qsort(delays, seen, sizeof(*delays), by_double);
		power[f].seen = (double)seen / (double)tries;
		power[f].median_days = seen * 2 > tries ? delays[tries / 2] : NAN;
	}
	free(history);
	free(exposure);
	free(statistic);
	free(delays);
	return goes_on;
}
