#include "core/analysis/watch.h"

#include <math.h>

#define CONFIDENCE 0.95

static size_t place_of(const struct series *series, int64_t day)
{
	if (day < series->first_day)
		return 0;
	return day - series->first_day > (int64_t)series->days ? series->days : (size_t)(day - series->first_day);
}

static struct watch_period period_of(const struct series *series, size_t first, size_t end)
{
	struct watch_period period = { .first = first, .end = end > first ? end : first, .rate = NAN, .within = { NAN, NAN } };
	double spread = series->dispersion;

	for (size_t t = first; t < end; t++) {
		period.count += series->count[t];
		period.outputs += series->outputs[t];
		period.exposure += series->exposure[t];
	}
	if (period.exposure <= 0)
		return period;
	period.rate = period.count / period.exposure;
	/* As many cases fewer as they vary more than chance. */
	struct interval count = interval_count(period.count / spread, CONFIDENCE);
	period.within = (struct interval){ count.low * spread / period.exposure, count.high * spread / period.exposure };
	return period;
}

static const char *too_little(const struct watch *watch, size_t days_after)
{
	if (days_after < WATCH_DAYS_LEAST)
		return "fewer than 7 days after the fix have samples";
	if (watch->during.count < WATCH_CASES_LEAST)
		return "fewer than 10 samples match during the incident";
	if (watch->middle >= 1)
		return "the rate was no higher during the incident than before it";
	return isnan(watch->ratio) ? "nothing was produced in one of the periods" : NULL;
}

void watch_of(const struct series *series, int64_t impact, int64_t fix_begun, int64_t fix_done, struct watch *out)
{
	size_t begin = impact == INT64_MIN ? 0 : place_of(series, impact), fix = place_of(series, fix_begun);
	size_t done = place_of(series, fix_done > fix_begun ? fix_done : fix_begun), days_after = 0;

	*out = (struct watch){ .verdict = WATCH_UNKNOWN };
	out->before = period_of(series, 0, begin);
	out->during = period_of(series, begin < fix ? begin : fix, fix);
	out->after = period_of(series, done, series->days);
	for (size_t t = done; t < series->days; t++)
		days_after += series->exposure[t] > 0;
	out->within = interval_ratio(out->after.count, out->after.exposure, out->during.count, out->during.exposure, true,
				     series->dispersion, CONFIDENCE, &out->ratio);
	out->middle = isnan(out->before.rate) || !(out->during.rate > 0) ? 0.5 : (1 + out->before.rate / out->during.rate) / 2;
	out->reason = too_little(out, days_after);
	if (out->reason)
		return;
	if (out->within.high < out->middle)
		out->verdict = WATCH_HELD;
	else if (out->within.low > out->middle)
		out->verdict = WATCH_DID_NOT_HOLD;
	else
		out->reason = "the interval of after / during has the middle in it";
}
