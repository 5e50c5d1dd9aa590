#include "core/analysis/onset.h"

#include <math.h>
#include <string.h>

#include "core/base/mem.h"

#define SIEGMUND 7.3528 /* c with (1 - exp(-c / 2))² = 0.95 */

static const double factors[] = { 1.1, 1.25, 1.5, 2, 3, 5 };

struct sums {
	double count, exposure;
};

static struct sums sums_of(const struct series *series, size_t first, size_t end)
{
	struct sums sums = { 0, 0 };

	for (size_t t = first; t < end; t++) {
		sums.count += series->count[t];
		sums.exposure += series->exposure[t];
	}
	return sums;
}

static double gain_at(const struct onset_data *data, const struct series *series, size_t a, size_t c, size_t b)
{
	struct sums x = sums_of(series, a, c), y = sums_of(series, c, b);

	return onset_gain(data, x.count, x.exposure, y.count, y.exposure);
}

static struct onset_change change_of(const struct onset_data *data, const struct series *series, size_t a, size_t day,
				     size_t b)
{
	struct sums before = sums_of(series, a, day), after = sums_of(series, day, b);
	struct onset_change change = { .day = day, .low = day, .high = day, .detectable = SIZE_MAX };

	change.before = before.exposure > 0 ? before.count / before.exposure : NAN;
	change.after = after.exposure > 0 ? after.count / after.exposure : NAN;
	change.evidence = gain_at(data, series, a, day, b);
	change.within = interval_ratio(after.count, after.exposure, before.count, before.exposure, true, data->dispersion, 0.95,
				       &change.ratio);
	for (size_t c = a + 1; c < b; c++)
		if (gain_at(data, series, a, c, b) >= change.evidence - SIEGMUND) {
			change.low = c < change.low ? c : change.low;
			change.high = c > change.high ? c : change.high;
		}
	return change;
}

static const char *cannot_tell(const struct series *series)
{
	double count = 0, informed = 0;

	for (size_t t = 0; t < series->days; t++) {
		count += series->count[t];
		informed += series->exposure[t] > 0;
	}
	if (count <= 0 && series->without_outputs > 0)
		return "no sample that matches is of a day whose outputs are known";
	if (series->days == 0)
		return "no sample has a time";
	if (informed < ONSET_DAYS_LEAST)
		return "fewer than 28 days have samples";
	if (count < ONSET_CASES_LEAST)
		return "fewer than 20 samples match";
	return NULL;
}

/* Days before anything changed: before the first change's interval, since within it that is not known. */
static size_t quiet_days(const struct series *series, const struct onset_change *changes, size_t count)
{
	if (!count)
		return series->days;
	return changes[0].low ? changes[0].low : changes[0].day;
}

/* Of those: what the monitor would take for normal. Half a case more: onset.h. */
static double quiet_rate(const struct sums *quiet)
{
	return quiet->exposure > 0 ? (quiet->count + 0.5) / quiet->exposure : 0;
}

static void watch(struct arena *arena, const struct onset_data *data, struct onset_change *changes, struct onset *out)
{
	double *statistic = mem_zalloc(data->days + 1, sizeof(*statistic));
	size_t *alarms = arena_array(arena, data->days, sizeof(*alarms));

	onset_monitor(data, 0, statistic);
	for (size_t t = 0; t < data->days; t++) {
		if (!onset_fires(statistic[t], out->threshold))
			continue;
		if (t == 0 || !onset_fires(statistic[t - 1], out->threshold))
			alarms[out->alarm_count++] = t;
		for (size_t i = 0; i < out->change_count; i++)
			if (changes[i].ratio > 1 && t >= changes[i].low && changes[i].detectable == SIZE_MAX &&
			    (i + 1 == out->change_count || t < changes[i + 1].day))
				changes[i].detectable = t;
	}
	out->alarms = alarms;
	free(statistic);
}

static double *levels_of(struct arena *arena, const struct series *series, const size_t *cuts, size_t count)
{
	double *level = arena_array(arena, series->days, sizeof(*level));

	for (size_t i = 0; i <= count; i++) {
		size_t first = i ? cuts[i - 1] : 0, end = i < count ? cuts[i] : series->days;
		struct sums sums = sums_of(series, first, end);
		for (size_t t = first; t < end; t++)
			level[t] = sums.exposure > 0 ? sums.count / sums.exposure : NAN;
	}
	return level;
}

enum status onset_of(struct arena *arena, const struct series *series, const struct onset_options *options,
		     struct onset *out, struct error *err)
{
	const struct onset_data data = { series->count, series->exposure, series->days, series->dispersion, false };
	size_t *cuts, count;
	struct onset_change *changes;
	struct onset_power *power;
	struct sums quiet;

	*out = (struct onset){ .verdict = ONSET_CANNOT_TELL, .reason = cannot_tell(series), .p = NAN, .threshold = NAN };
	if (out->reason)
		return STATUS_OK;
	cuts = arena_array(arena, series->days, sizeof(*cuts));
	count = onset_segment(&data, options, cuts, &out->p);
	if (count == SIZE_MAX)
		goto cancelled;
	out->verdict = count ? ONSET_CHANGED : ONSET_SAME;
	changes = arena_array(arena, count, sizeof(*changes));
	for (size_t i = 0; i < count; i++)
		changes[i] = change_of(&data, series, i ? cuts[i - 1] : 0, cuts[i], i + 1 < count ? cuts[i + 1] : series->days);
	out->changes = changes;
	out->change_count = count;
	out->level = levels_of(arena, series, cuts, count);
	quiet = sums_of(series, 0, quiet_days(series, changes, count));
	out->threshold = onset_threshold(&data, quiet_rate(&quiet), options);
	if (isnan(out->threshold))
		goto cancelled;
	watch(arena, &data, changes, out);
	if (options->with_power && quiet.count <= 0) {
		out->no_power = "no sample matched before the first change, so there is no rate to multiply";
	} else if (options->with_power) {
		power = arena_array(arena, ARRAY_LEN(factors), sizeof(*power));
		for (size_t i = 0; i < ARRAY_LEN(factors); i++)
			power[i].factor = factors[i];
		if (!onset_power_of(&data, quiet_rate(&quiet), out->threshold, options, power, ARRAY_LEN(factors)))
			goto cancelled;
		out->power = power;
		out->power_count = ARRAY_LEN(factors);
	}
	return STATUS_OK;
cancelled:
	return error_set(err, STATUS_CANCELLED, "the history was not looked at to the end");
}
