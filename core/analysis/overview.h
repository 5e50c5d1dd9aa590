/*
 * Figures of a whole review: what was found, how it is getting on, what waits. Each comes
 * with bounds in time or a value, so that the samples behind it can be listed.
 */
#ifndef AITIA_CORE_ANALYSIS_OVERVIEW_H
#define AITIA_CORE_ANALYSIS_OVERVIEW_H

#include "core/analysis/interval.h"
#include "core/table.h"

/* Counts by day of production, ready to be asked for any stretch of days. */
struct day_counts {
	int64_t first, end;   /* days since 1970; end is behind the last; equal: there are none */
	const int64_t *before; /* samples on days before first + i; end - first + 1 of them */
	int64_t undated;
};

/* From a table with one column, FACET_DAY. In the arena. */
struct day_counts day_counts_of(struct arena *arena, const struct table *table);
/* On days first … end - 1. */
int64_t day_counts_between(const struct day_counts *counts, int64_t first, int64_t end);

/* The causes that most samples have, most first: Pareto's picture. */
struct pareto_row {
	const char *value;
	int64_t count;
	double share;          /* of the judged samples */
	struct interval within; /* Wilson, 95 % */
	double cumulative;     /* of all that the list counts, down to this row */
};
/* `judged`: samples that the shares are of. Rows of samples without a value are left out. In the arena. */
const struct pareto_row *pareto_of(struct arena *arena, const struct facet_list *list, int64_t judged, size_t *count);

/* Flags in the days before and after something shipped; rates per day, Poisson times the dispersion of the days: the mean of
 * (a - b)² / (a + b), which is 1 of Poisson counts whatever their rate (given a + b, a is binomial), over pairs of days of one
 * side, a week apart where there are two weeks, else neighbours; at least 1. So weekdays do not count as chance.
 * Traffic that varies is in it even where rates are told, which makes the interval wider, not narrower. */
struct followed {
	int64_t before, after;
	size_t days;           /* of each side */
	double dispersion;     /* 1 where a side is one day, which cannot tell */
	double outputs_before, outputs_after; /* of the same days; NAN: not known, and then the ratio is one of counts */
	double ratio;          /* after / before, per output where those are known */
	struct interval within; /* 95 % */
};
/* `day` is neither before nor after; of both sides at most `most` days, and as many as the shorter one has. */
struct followed followed_of(const struct day_counts *counts, int64_t day, size_t most);
/* With the outputs of both sides, if there were any: the ratio becomes one of rates. */
void followed_rate(struct followed *followed, double outputs_before, double outputs_after);

#endif
