/*
 * A history: what was counted on each day, against what was to be expected.
 *
 * count_t is taken as a count with mean rate_t · exposure_t and variance `dispersion` times
 * that. What makes up exposure_t:
 *
 *   - outputs produced that day (samples, flagged or not; or a file of denominators). Without
 *     any, 1: counts are looked at as counts, and a busier day looks like a worse one. Their
 *     history is that of all samples still: what appears from nothing, or stops, does so
 *     between days on which others went on. More than a year without a sample of any kind
 *     says nothing, exposure 0: it comes from a clock that was wrong.
 *   - the mix: each stratum (language, …) with its own rate over the whole time, so that more
 *     of a language that always fails more often is no change ("indirect standardisation":
 *     Breslow and Day, Statistical Methods in Cancer Research II, 1987, 2.3).
 *   - the weekday, from four weeks on: what the days of its kind have over the mean of the
 *     seven days around each (the ratio to the moving average), so that a lasting change does
 *     not pass for rhythm.
 *
 * The dispersion is measured between neighbouring days, which a lasting change hardly
 * touches: the median of (r_t - r_s)² / (r (1/e_t + 1/e_s)) over 0.4549, that of chi-square,
 * at least 1; r the mean rate around them. Bad days that come in rows are seen between
 * neighbouring weeks: 0.8 of the same for blocks of seven days, if that is more.
 */
#ifndef AITIA_CORE_ANALYSIS_SERIES_H
#define AITIA_CORE_ANALYSIS_SERIES_H

#include "core/table.h"

struct series {
	int64_t first_day;      /* since 1970-01-01 */
	size_t days;
	double *count;          /* of each day */
	double *outputs;        /* produced that day; all 0 where nothing is known */
	double *exposure;       /* see above; 0: nothing was produced, and the day says nothing */
	bool has_outputs;
	bool has_rhythm;        /* weekday factors are in the exposure */
	double weekday[7];      /* factor of each weekday, Monday first; 1 without */
	double dispersion;
	int64_t undated;        /* cases without a time, which are in no day */
	double without_outputs; /* cases of days whose outputs are not known, or 0: they are in no count */
};

/*
 * From tables whose first column is FACET_DAY and whose others are the strata. `all` holds all
 * samples, cases among them: the outputs, if `are_outputs`; else only the days on which there
 * would have been cases. Days between the first and the last with anything in it, of outputs
 * those with any row of theirs; none: days is 0. In the arena.
 */
void series_from(struct arena *arena, const struct table *cases, const struct table *all, bool are_outputs, struct series *out);

/* From arrays of whole days, for files of denominators and tests; `outputs` may be NULL. */
void series_of(struct arena *arena, int64_t first_day, size_t days, const double *count, const double *outputs,
	       struct series *out);

/* Of days first … end - 1 alone. */
double series_dispersion(const struct series *series, size_t first, size_t end);
/* "2025-05-03" of a day of the series; in the arena. */
char *series_day(struct arena *arena, const struct series *series, double day);

#endif
