/*
 * Since when? Three questions over one history (series.h):
 *
 *   Where did the rate change? Offline, knowing all days: circular binary segmentation
 *   (Olshen, Venkatraman, Lucito and Wigler, Biostatistics 5, 2004) by the likelihood ratio
 *   of a Poisson rate inside a stretch of days against that outside it, over the dispersion.
 *   It finds a change that lasts as well as one that ended. Whether the best stretch is more
 *   than chance is answered by histories simulated from one rate with the same exposure and
 *   dispersion (gamma-Poisson): in a history without a change, one is found in at most `rate`
 *   of times. Pieces are looked at again. A change is dropped where its two sides differ by
 *   less than 2 log(days) of likelihood.
 *
 *   When exactly? All days whose likelihood is within 7.35 of the best (twice its
 *   logarithm): 95 % by Siegmund, Annals of Statistics 16, 1988, 1 - (1 - exp(-c/2))²; that is
 *   for continuous time, so by days it covers more.
 *
 *   When could it have been known? Sequential, at the end of each day with the days until
 *   then: the greatest likelihood ratio of a higher rate in the last 1 … 28 days against all
 *   days before (a window-limited generalised likelihood ratio: Lai, JRSS B 57, 1995), with
 *   the dispersion of the days until then. The threshold comes from simulated histories
 *   without a change, over the same days: such a monitor cries wolf once in `alarm_days`
 *   (the chance of any alarm within n days is 1 - exp(-n / alarm_days)). It looks from the
 *   14th day on.
 *
 *   The rate of those is that before the first change (its interval), with half a case more: (x + 1/2) / e,
 *   the mean of what Jeffreys' prior leaves of a Poisson rate. None in so much exposure is no
 *   proof that there never is one: with a rate of 0 each first case would be an alarm.
 *   Where nothing was counted before the first change, how a multiple of its rate would be
 *   seen has no answer.
 *
 * "Cannot tell" is an answer: fewer than 28 days or 20 cases.
 */
#ifndef AITIA_CORE_ANALYSIS_ONSET_H
#define AITIA_CORE_ANALYSIS_ONSET_H

#include <stdatomic.h>

#include "core/analysis/interval.h"
#include "core/analysis/random.h"
#include "core/analysis/series.h"
#include "core/base/status.h"

#define ONSET_DAYS_LEAST 28
#define ONSET_CASES_LEAST 20

struct onset_options {
	double rate;            /* 0.05: of histories without a change, in how many one may be found */
	double alarm_days;      /* 365.25: the monitor cries wolf once in so many days */
	size_t simulations;     /* of each kind: 199 or more */
	bool with_power;
	uint64_t seed;
	const atomic_bool *cancel; /* or NULL */
};

/* Days are numbers in the series. */
struct onset_change {
	size_t day;             /* the first of the new rate */
	size_t low, high;       /* its interval */
	double before, after;   /* rates per exposure of the pieces on both sides */
	double ratio;           /* after / before */
	struct interval within; /* of the ratio, 95 % */
	double evidence;        /* twice the log likelihood ratio of the two sides, over the dispersion */
	size_t detectable;      /* the first day from `low` on at whose end the monitor fires; SIZE_MAX: never */
};

/* How a change by a factor, from the day after the history on, would be seen. */
struct onset_power {
	double factor;
	double seen;            /* share of times within 28 days */
	double median_days;     /* until it fires; NAN: in less than half of the times within 28 days */
};

enum onset_verdict { ONSET_CHANGED, ONSET_SAME, ONSET_CANNOT_TELL };

struct onset {
	enum onset_verdict verdict;
	const char *reason;     /* of "cannot tell" */
	double p;               /* of the best stretch in the whole history */
	const struct onset_change *changes; /* in the order of time */
	size_t change_count;
	double threshold;       /* of the monitor */
	const size_t *alarms;   /* days on which it fires, not having fired the day before */
	size_t alarm_count;
	const double *level;    /* rate of the piece of each day; as many as days */
	const struct onset_power *power;
	size_t power_count;
	const char *no_power;   /* why there is none though it was asked for; else NULL */
};

/* In the arena. STATUS_CANCELLED. */
enum status onset_of(struct arena *arena, const struct series *series, const struct onset_options *options,
		     struct onset *out, struct error *err) MUST_CHECK;

/* ---- parts (onset_segment.c, onset_monitor.c) -------------------------------------------------- */

/* What is cut into pieces: counts, or values of any kind that vary normally around a mean (for series that others
 * have marked; dispersion is then their variance, and each exposure 1). */
struct onset_data {
	const double *count, *exposure;
	size_t days;
	double dispersion;
	bool are_values;
};

/* Twice the log likelihood ratio of two rates (x / e) against one, over the dispersion. */
double onset_gain(const struct onset_data *data, double x, double e, double y, double f);
/* A history of one rate: counts with the data's exposure and dispersion. */
void onset_simulate(struct random *random, const struct onset_data *data, double rate, double *count);

/* The first days of new rates, in order; 0 is not among them. `cuts` has room for `days`. *p is that of the best
 * stretch in the whole. SIZE_MAX: cancelled. */
size_t onset_segment(const struct onset_data *data, const struct onset_options *options, size_t *cuts, double *p);

/* What the monitor sees at the end of each day from `from` on. */
void onset_monitor(const struct onset_data *data, size_t from, double *statistic);
/* The statistic at which it fires. NAN: cancelled. */
double onset_threshold(const struct onset_data *data, double rate, const struct onset_options *options);
/* A statistic of 0 is no sign of anything, also where the threshold is 0: where hardly any simulated history has a case. */
bool onset_fires(double statistic, double threshold);
/* For each factor. False: cancelled. */
bool onset_power_of(const struct onset_data *data, double rate, double threshold, const struct onset_options *options,
		    struct onset_power *power, size_t count);

#endif
