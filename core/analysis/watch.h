/*
 * Did the fix hold? Rates of one history (series.h) in three periods: before the incident,
 * during it, and after the fix was out everywhere. What lies between the fix's first and its
 * last step is in none.
 *
 * The fix is to take away what the incident brought. So the rate after it is held against the
 * middle between the rates before and during:
 *
 *     middle = (1 + before / during) / 2       of the rate during; 1/2 where before is not known
 *     held            the interval of after / during lies below the middle
 *     did_not_hold    it lies above
 *     unknown         the middle is in it, or there is too little to tell
 *
 * The interval is that of a ratio of Poisson rates with the history's dispersion
 * (interval_ratio()); 95 %, two-sided, so that a verdict is wrong in 1 of 40 where the truth
 * is the middle, and less often everywhere else.
 */
#ifndef AITIA_CORE_ANALYSIS_WATCH_H
#define AITIA_CORE_ANALYSIS_WATCH_H

#include "core/analysis/interval.h"
#include "core/analysis/series.h"

#define WATCH_DAYS_LEAST 7   /* with outputs, after the fix */
#define WATCH_CASES_LEAST 10 /* during the incident */

struct watch_period {
	size_t first, end;      /* days; end is behind the last */
	double count, outputs, exposure;
	double rate;            /* per exposure; NAN: nothing was produced */
	struct interval within;
};

struct watch {
	enum watch_verdict verdict;
	const char *reason;     /* of unknown */
	struct watch_period before, during, after;
	double ratio;           /* after / during */
	struct interval within;
	double middle;
};

/* Days since 1970: the first of the impact (INT64_MIN: the history's first), the first on which the fix
 * shipped, and the first on which all had it. */
void watch_of(const struct series *series, int64_t impact, int64_t fix_begun, int64_t fix_done, struct watch *out);

#endif
