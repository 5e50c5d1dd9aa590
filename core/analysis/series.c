#include "core/analysis/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define RHYTHM_DAYS 28
#define MEDIAN_CHI_SQUARE 0.45493642311957
#define WEEKS_ARE_FEW 0.8 /* their median is far from sure: half of the time it would be too great */
#define GAP_MAX 366    /* days without a sample of any kind; more are no quiet time */
#define DAYS_MAX 20000 /* more apart is a wrong clock: the earliest ones are left out */

/* ---- weekdays and dispersion ------------------------------------------------------------------ */

/* 1970-01-01 was a Thursday. */
static int weekday_of(const struct series *series, size_t t)
{
	return (int)(((series->first_day + (int64_t)t + 3) % 7 + 7) % 7);
}

/* Rate of the seven days around one; NAN at the ends. */
static double around(const struct series *series, size_t t)
{
	double count = 0, exposure = 0;

	if (t < 3 || t + 3 >= series->days)
		return NAN;
	for (size_t i = t - 3; i <= t + 3; i++) {
		count += series->count[i];
		exposure += series->exposure[i];
	}
	return exposure > 0 ? count / exposure : NAN;
}

static void find_rhythm(struct series *series)
{
	double is[7] = { 0 }, expected[7] = { 0 };

	if (series->days < RHYTHM_DAYS)
		return;
	for (size_t t = 0; t < series->days; t++) {
		double rate = around(series, t);
		int w = weekday_of(series, t);
		if (isnan(rate))
			continue;
		is[w] += series->count[t];
		expected[w] += rate * series->exposure[t];
	}
	for (int w = 0; w < 7; w++) /* five cases of doubt: a weekday of few counts is like the others */
		series->weekday[w] = (is[w] + 5) / (expected[w] + 5);
	for (size_t t = 0; t < series->days; t++)
		series->exposure[t] *= series->weekday[weekday_of(series, t)];
	series->has_rhythm = true;
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Between neighbouring blocks of so many days that say something; NAN: too few. */
static double between_blocks(const struct series *series, const size_t *days, size_t count, size_t block)
{
	double *ratios = mem_zalloc(count + 1, sizeof(*ratios)), median = NAN;
	size_t kept = 0;

	for (size_t at = 0; at + 2 * block <= count; at++) {
		double x = 0, e = 0, y = 0, f = 0, rate, off;
		for (size_t i = at; i < at + block; i++) {
			x += series->count[days[i]];
			e += series->exposure[days[i]];
			y += series->count[days[i + block]];
			f += series->exposure[days[i + block]];
		}
		rate = (x + y) / (e + f);
		off = x / e - y / f;
		if (rate > 0)
			ratios[kept++] = off * off / (rate * (1 / e + 1 / f));
	}
	if (kept >= 2 * block + 5) {
		qsort(ratios, kept, sizeof(*ratios), by_double);
		median = ratios[kept / 2] / MEDIAN_CHI_SQUARE;
	}
	free(ratios);
	return median;
}

double series_dispersion(const struct series *series, size_t first, size_t end)
{
	size_t *days = mem_zalloc(end - first + 1, sizeof(*days)), count = 0;
	double by_day, by_week;

	for (size_t t = first; t < end; t++)
		if (series->exposure[t] > 0)
			days[count++] = t;
	by_day = between_blocks(series, days, count, 1);
	by_week = between_blocks(series, days, count, 7);
	free(days);
	return fmax(fmax(1, isnan(by_day) ? 1 : by_day), isnan(by_week) ? 1 : WEEKS_ARE_FEW * by_week);
}

/* They can be set against nothing, and would count as cases of the outputs of other days. */
static void drop_cases_without_outputs(struct series *series)
{
	for (size_t t = 0; series->has_outputs && t < series->days; t++)
		if (series->outputs[t] <= 0) {
			series->without_outputs += series->count[t];
			series->count[t] = 0;
		}
}

static void finish(struct series *series)
{
	drop_cases_without_outputs(series);
	for (int w = 0; w < 7; w++)
		series->weekday[w] = 1;
	find_rhythm(series);
	series->dispersion = series_dispersion(series, 0, series->days);
}

static void reserve(struct arena *arena, struct series *series)
{
	series->count = arena_array(arena, series->days, sizeof(double));
	series->outputs = arena_array(arena, series->days, sizeof(double));
	series->exposure = arena_array(arena, series->days, sizeof(double));
}

void series_of(struct arena *arena, int64_t first_day, size_t days, const double *count, const double *outputs,
	       struct series *out)
{
	*out = (struct series){ .first_day = first_day, .days = days, .has_outputs = outputs != NULL };
	reserve(arena, out);
	for (size_t t = 0; t < days; t++) {
		out->count[t] = count[t];
		out->outputs[t] = outputs ? outputs[t] : 0;
		out->exposure[t] = outputs ? outputs[t] : 1;
	}
	finish(out);
}

/* ---- from tables --------------------------------------------------------------------------------- */

/* The day of each value of a column; INT64_MIN: none. */
static int64_t *days_of(const struct table_column *column)
{
	int64_t *days = mem_zalloc(column->value_count + 1, sizeof(*days));

	for (size_t i = 0; i < column->value_count; i++) {
		struct instant at = INSTANT_UNKNOWN;
		days[i] = INT64_MIN;
		if (column->values[i] && instant_parse(slice_of(column->values[i]), &at, NULL) == STATUS_OK)
			days[i] = at.at_us / DAY_US - (at.at_us % DAY_US < 0);
	}
	return days;
}

static void widen(const struct table *table, const int64_t *days, int64_t *first, int64_t *last)
{
	for (size_t i = 0; i < table->row_count; i++) {
		int64_t day = days[table->cells[i * table->column_count]];
		if (day == INT64_MIN)
			continue;
		*first = day < *first ? day : *first;
		*last = day > *last ? day : *last;
	}
}

/* A stratum: all cells of a row but the day. Rows are sorted by cells, day first, so strata are numbered by a search. */
struct stratum {
	const uint32_t *cells;
	size_t width;
	double cases, outputs;
};

static int by_stratum(const void *a, const void *b)
{
	const struct stratum *x = a, *y = b;

	for (size_t i = 0; i < x->width; i++)
		if (x->cells[i] != y->cells[i])
			return x->cells[i] < y->cells[i] ? -1 : 1;
	return 0;
}

/* Strata of `outputs`, each once, with their outputs; *count of them. */
static struct stratum *strata_of(const struct table *outputs, size_t *count)
{
	size_t width = outputs->column_count - 1, kept = 0;
	struct stratum *list = mem_zalloc(outputs->row_count + 1, sizeof(*list));

	for (size_t i = 0; i < outputs->row_count; i++)
		list[i] = (struct stratum){ outputs->cells + i * outputs->column_count + 1, width, 0, (double)outputs->counts[i] };
	qsort(list, outputs->row_count, sizeof(*list), by_stratum);
	for (size_t i = 0; i < outputs->row_count; i++) {
		if (kept && by_stratum(&list[kept - 1], &list[i]) == 0)
			list[kept - 1].outputs += list[i].outputs;
		else
			list[kept++] = list[i];
	}
	*count = kept;
	return list;
}

/* Cases of each stratum; those of none (cases that are no outputs) and of days without outputs have no say in the mix. */
static void add_cases(const struct table *cases, const struct table *outputs, struct stratum *strata, size_t count)
{
	uint32_t *cells = mem_zalloc(outputs->column_count + 1, sizeof(*cells));

	for (size_t i = 0; i < cases->row_count; i++) {
		struct stratum key = { cells, outputs->column_count - 1, 0, 0 }, *found;
		const char *day = table_value(cases, i, 0);
		if (table_number(&outputs->columns[0], day) == outputs->columns[0].value_count)
			continue;
		for (size_t k = 1; k < outputs->column_count; k++)
			cells[k - 1] = table_number(&outputs->columns[k], table_value(cases, i, k));
		found = bsearch(&key, strata, count, sizeof(*strata), by_stratum);
		if (found)
			found->cases += (double)cases->counts[i];
	}
	free(cells);
}

static void add_outputs(const struct table *cases, const struct table *outputs, const int64_t *days, struct series *series)
{
	size_t count;
	struct stratum *strata = strata_of(outputs, &count);
	double all = 0, all_cases = 0;

	add_cases(cases, outputs, strata, count);
	for (size_t i = 0; i < count; i++) {
		all += strata[i].outputs;
		all_cases += strata[i].cases;
	}
	for (size_t i = 0; i < outputs->row_count; i++) {
		struct stratum key = { outputs->cells + i * outputs->column_count + 1, outputs->column_count - 1, 0, 0 };
		const struct stratum *of = bsearch(&key, strata, count, sizeof(*strata), by_stratum);
		int64_t day = days[outputs->cells[i * outputs->column_count]];
		/* One case of doubt at the common rate, so that a rare stratum has none of its own. */
		double common = all > 0 && all_cases > 0 ? all_cases / all : 1;
		double relative = of ? (of->cases + 1) / (of->outputs * common + 1) : 1;
		if (day < series->first_day)
			continue;
		series->outputs[day - series->first_day] += (double)outputs->counts[i];
		series->exposure[day - series->first_day] += (double)outputs->counts[i] * relative;
	}
	free(strata);
}

static void mark(const struct table *table, const int64_t *days, struct series *series)
{
	for (size_t i = 0; i < table->row_count; i++) {
		int64_t day = days[table->cells[i * table->column_count]];
		if (day >= series->first_day)
			series->exposure[day - series->first_day] = 1;
	}
}

/* Each day is 1, but for those of long gaps: one sample with the clock at 1970 is no fifty years without a case. Days that
 * have samples are 1 already. */
static void fill_gaps(struct series *series)
{
	size_t last = 0; /* the first day and the last have samples, or the history was cut */

	for (size_t t = 0; t < series->days; t++) {
		if (series->exposure[t] <= 0)
			continue;
		for (size_t k = last; t - last <= GAP_MAX && k < t; k++)
			series->exposure[k] = 1;
		last = t;
	}
}

void series_from(struct arena *arena, const struct table *cases, const struct table *all, bool are_outputs, struct series *out)
{
	int64_t *case_days = days_of(&cases->columns[0]), *days = days_of(&all->columns[0]);
	int64_t first = INT64_MAX, last = INT64_MIN;

	*out = (struct series){ .has_outputs = are_outputs };
	if (!are_outputs)
		widen(cases, case_days, &first, &last);
	widen(all, days, &first, &last);
	if (first <= last) {
		if (last - first >= DAYS_MAX)
			first = last - DAYS_MAX + 1;
		out->first_day = first;
		out->days = (size_t)(last - first + 1);
	}
	reserve(arena, out);
	for (size_t i = 0; i < cases->row_count; i++) {
		int64_t day = case_days[cases->cells[i * cases->column_count]];
		if (day != INT64_MIN && are_outputs && (day < first || day > last))
			out->without_outputs += (double)cases->counts[i];
		else if (day < first || day == INT64_MIN)
			out->undated += cases->counts[i];
		else
			out->count[day - first] += (double)cases->counts[i];
	}
	if (are_outputs) {
		add_outputs(cases, all, days, out);
	} else {
		mark(all, days, out);
		mark(cases, case_days, out);
		fill_gaps(out);
	}
	free(case_days);
	free(days);
	finish(out);
}

char *series_day(struct arena *arena, const struct series *series, double day)
{
	int64_t at = series->first_day + (int64_t)floor(day);

	return instant_text(arena, (struct instant){ at * DAY_US, PRECISION_DAY });
}
