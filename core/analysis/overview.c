#include "core/analysis/overview.h"

#include <math.h>

#include "core/base/instant.h"
#include "core/base/mem.h"

#define DAYS_MAX 40000 /* a century: what lies further apart is a wrong clock */

/* INT64_MIN: none. */
static int64_t day_of(const char *text)
{
	struct instant at;

	if (!text || instant_parse(slice_of(text), &at, NULL) != STATUS_OK)
		return INT64_MIN;
	return at.at_us / DAY_US - (at.at_us % DAY_US < 0);
}

struct day_counts day_counts_of(struct arena *arena, const struct table *table)
{
	struct day_counts out = { .first = INT64_MAX, .end = INT64_MIN };
	int64_t *before;

	for (size_t i = 0; i < table->row_count; i++) {
		int64_t day = day_of(table_value(table, i, 0));
		if (day == INT64_MIN)
			continue;
		out.first = day < out.first ? day : out.first;
		out.end = day + 1 > out.end ? day + 1 : out.end;
	}
	if (out.first > out.end)
		out.first = out.end = 0;
	if (out.end - out.first > DAYS_MAX)
		out.first = out.end - DAYS_MAX;
	before = arena_array(arena, (size_t)(out.end - out.first) + 1, sizeof(*before));
	for (size_t i = 0; i < table->row_count; i++) {
		int64_t day = day_of(table_value(table, i, 0));
		if (day < out.first)
			out.undated += table->counts[i];
		else
			before[day - out.first + 1] += table->counts[i];
	}
	for (int64_t i = 0; i < out.end - out.first; i++)
		before[i + 1] += before[i];
	out.before = before;
	return out;
}

int64_t day_counts_between(const struct day_counts *counts, int64_t first, int64_t end)
{
	first = first < counts->first ? counts->first : first;
	end = end > counts->end ? counts->end : end;
	return first < end ? counts->before[end - counts->first] - counts->before[first - counts->first] : 0;
}

const struct pareto_row *pareto_of(struct arena *arena, const struct facet_list *list, int64_t judged, size_t *count)
{
	struct pareto_row *rows = arena_array(arena, list->count, sizeof(*rows));
	int64_t all = list->more_count, sum = 0;

	*count = 0;
	for (size_t i = 0; i < list->count; i++)
		all += list->values[i].value ? list->values[i].count : 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct facet *facet = &list->values[i];
		if (!facet->value)
			continue;
		sum += facet->count;
		rows[(*count)++] = (struct pareto_row){
			.value = facet->value, .count = facet->count, .share = judged ? (double)facet->count / (double)judged : NAN,
			.within = interval_share((double)facet->count, (double)judged, 0.95),
			.cumulative = (double)sum / (double)all,
		};
	}
	return rows;
}

/* Adds the pairs of days of one side that have flags: how many, and how far apart they are. */
static void add_pairs(const struct day_counts *counts, int64_t first, int64_t days, double *sum, double *pairs)
{
	int64_t lag = days >= 14 ? 7 : 1;

	for (int64_t day = first; day + lag < first + days; day++) {
		double a = (double)day_counts_between(counts, day, day + 1);
		double b = (double)day_counts_between(counts, day + lag, day + lag + 1);
		*sum += a + b > 0 ? (a - b) * (a - b) / (a + b) : 0;
		*pairs += a + b > 0;
	}
}

static double dispersion_of(const struct day_counts *counts, int64_t day, int64_t days)
{
	double sum = 0, pairs = 0;

	add_pairs(counts, day - days, days, &sum, &pairs);
	add_pairs(counts, day + 1, days, &sum, &pairs);
	return pairs > 0 ? fmax(1, sum / pairs) : 1;
}

struct followed followed_of(const struct day_counts *counts, int64_t day, size_t most)
{
	struct followed out = { .outputs_before = NAN, .outputs_after = NAN, .dispersion = 1, .ratio = NAN, .within = { NAN, NAN } };
	int64_t back = day - counts->first, on = counts->end - day - 1, days = (int64_t)most;

	days = back < days ? back : days;
	days = on < days ? on : days;
	if (days <= 0)
		return out;
	out.days = (size_t)days;
	out.before = day_counts_between(counts, day - days, day);
	out.after = day_counts_between(counts, day + 1, day + 1 + days);
	out.dispersion = dispersion_of(counts, day, days);
	out.within = interval_ratio((double)out.after, (double)days, (double)out.before, (double)days, true, out.dispersion, 0.95,
				    &out.ratio);
	return out;
}

void followed_rate(struct followed *followed, double outputs_before, double outputs_after)
{
	if (!(outputs_before > 0 && outputs_after > 0))
		return;
	followed->outputs_before = outputs_before;
	followed->outputs_after = outputs_after;
	followed->within = interval_ratio((double)followed->after, outputs_after, (double)followed->before, outputs_before, true,
					  followed->dispersion, 0.95, &followed->ratio);
}
