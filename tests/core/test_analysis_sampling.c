/* Sizes against published tables, estimates against all samples that could have been drawn. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/analysis/sampling.h"
#include "core/base/attr.h"

static void sizes_of_published_examples(void **state)
{
	/* Krejcie and Morgan, Educational and Psychological Measurement 30, 1970, table 1: 95 %, half width 0.05, p = 0.5. */
	static const struct {
		int population, size;
	} table[] = { { 10, 10 }, { 50, 44 }, { 100, 80 }, { 200, 132 }, { 500, 217 }, { 1000, 278 }, { 2000, 322 },
		      { 5000, 357 }, { 10000, 370 }, { 50000, 381 }, { 75000, 382 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_true(fabs(sampling_size(sqrt(3.841), 0.5, 0.05, 1, table[i].population) - table[i].size) <= 1);
	/* Cochran 1977, 4.4: blood group O on an island, 40 % within 5 points, t = 2: 384, of 3,200 islanders 343. */
	assert_int_equal(lround(sampling_size(2, 0.4, 0.05, 1, 0)), 384);
	assert_int_equal(lround(sampling_size(2, 0.4, 0.05, 1, 3200)), 343);
	assert_int_equal(lround(sampling_size(2, 0.4, 0.05, 1.5, 0)), 576);
	/* A size gives back its margin. */
	assert_true(fabs(sampling_margin(1.96, 0.3, sampling_size(1.96, 0.3, 0.04, 1.3, 0), 1.3, 0) - 0.04) < 1e-12);
	assert_true(fabs(sampling_margin(1.96, 0.3, sampling_size(1.96, 0.3, 0.04, 1, 4000), 1, 4000) - 0.04) < 1e-3);
	assert_true(sampling_margin(1.96, 0.5, 100, 1, 100) == 0);
}

static void shares_of_strata(void **state)
{
	static const int64_t population[] = { 700, 290, 9, 1, 0 };
	int64_t taken[5], sum = 0;

	(void)state;
	sampling_allocate(population, 5, 100, taken);
	for (size_t i = 0; i < 5; i++)
		sum += taken[i];
	assert_true(sum >= 100 && sum <= 102); /* what the smallest get comes on top */
	assert_true(taken[0] == 70 && taken[1] == 29 && taken[2] == 2 && taken[3] == 1 && taken[4] == 0);
	sampling_allocate(population, 5, 5000, taken);
	assert_true(taken[0] == 700 && taken[1] == 290 && taken[2] == 9 && taken[3] == 1);
}

/* Neyman: the variance of the estimate is least where n_h goes with N_h S_h, whatever whole numbers are tried. */
static void shares_by_what_is_certain(void **state)
{
	static const int64_t population[] = { 500, 300, 200 };
	static const double p[] = { 0.5, 0.1, 0.02 };
	double spread[3], best = INFINITY, is = 0;
	int64_t taken[3], least[3] = { 0 };

	(void)state;
	for (size_t h = 0; h < 3; h++)
		spread[h] = sqrt(p[h] * (1 - p[h]));
	sampling_allocate_by(population, spread, 3, 60, taken);
	assert_int_equal(taken[0] + taken[1] + taken[2], 60);
	for (int64_t a = 2; a < 57; a++)
		for (int64_t b = 2; a + b < 59; b++) {
			const int64_t n[] = { a, b, 60 - a - b };
			double variance = 0;
			for (size_t h = 0; h < 3; h++)
				variance += pow((double)population[h] * spread[h], 2) / (double)n[h];
			if (n[0] == taken[0] && n[1] == taken[1])
				is = variance;
			if (variance < best) {
				best = variance;
				for (size_t h = 0; h < 3; h++)
					least[h] = n[h];
			}
		}
	assert_true(is <= best * 1.001);
	for (size_t h = 0; h < 3; h++)
		assert_true(llabs(taken[h] - least[h]) <= 1);
	/* Spread: nothing judged, E p (1 - p) of a uniform p; many judged, their own. */
	assert_true(fabs(sampling_spread(0, 0) - sqrt(1.0 / 6)) < 1e-12);
	assert_true(fabs(sampling_spread(10000, 2000) - 0.4) < 1e-3);
	assert_true(sampling_spread(50, 50) < sampling_spread(5, 5) && sampling_spread(5, 5) < sampling_spread(5, 3));
	/* A stratum that is all taken leaves the rest to the others. */
	sampling_allocate_by((const int64_t[]){ 5, 100, 100 }, (const double[]){ 100, 1, 1 }, 3, 45, taken);
	assert_true(taken[0] == 5 && taken[1] == 20 && taken[2] == 20);
}

/* The shares are chosen by a first look, the draw within a stratum is by chance: the mean of the estimates is the
 * truth, and they vary less than those of a draw in proportion. */
static void an_uneven_draw_has_no_bias(void **state)
{
	enum { ROUNDS = 4000 };
	static const int64_t population[] = { 400, 400, 200 };
	static const int64_t hits[] = { 200, 12, 2 };
	const double truth = 214.0 / 1000, spread[] = { sampling_spread(20, 9), sampling_spread(20, 1), sampling_spread(20, 0) };
	double sum[2] = { 0, 0 }, squares[2] = { 0, 0 };
	struct random random;

	(void)state;
	random_init(&random, 5);
	for (int round = 0; round < ROUNDS; round++)
		for (int even = 0; even < 2; even++) {
			struct sampling_stratum strata[3];
			int64_t taken[3], ids[400];
			double share;
			sampling_allocate_by(population, even ? NULL : spread, 3, 80, taken);
			for (size_t h = 0; h < 3; h++) {
				strata[h] = (struct sampling_stratum){ (double)population[h], (double)taken[h], 0 };
				for (int64_t i = 0; i < population[h]; i++)
					ids[i] = i;
				sampling_draw(&random, ids, (size_t)population[h], (size_t)taken[h]);
				for (int64_t i = 0; i < taken[h]; i++)
					strata[h].hits += ids[i] < hits[h];
			}
			share = sampling_estimate(strata, 3, 0.95).share;
			sum[even] += share;
			squares[even] += (share - truth) * (share - truth);
		}
	for (int even = 0; even < 2; even++)
		assert_true(fabs(sum[even] / ROUNDS - truth) < 4 * sqrt(squares[even] / ROUNDS / ROUNDS));
	assert_true(squares[0] < 0.95 * squares[1]);
}

/* All draws of 3 of 5 and 2 of 4: their mean is the truth, the mean of their variances the variance of the draws. */
static void every_possible_draw(void **state)
{
	static const int hits[] = { 1, 0, 1, 1, 0, 0, 0, 1, 0 };
	double sum = 0, squares = 0, variances = 0, truth = 4.0 / 9, draws = 0;

	(void)state;
	for (unsigned a = 0; a < 32; a++)
		for (unsigned b = 0; b < 16; b++) {
			struct sampling_stratum strata[] = { { 5, 0, 0 }, { 4, 0, 0 } };
			struct sampling_estimate is;
			double variance = 0;
			bool alike = false;
			for (unsigned i = 0; i < 9; i++)
				if (i < 5 ? a >> i & 1 : b >> (i - 5) & 1) {
					strata[i >= 5].judged++;
					strata[i >= 5].hits += hits[i];
				}
			if (strata[0].judged != 3 || strata[1].judged != 2)
				continue;
			is = sampling_estimate(strata, 2, 0.95);
			for (size_t h = 0; h < 2; h++) {
				double n = strata[h].judged, p = strata[h].hits / n, w = strata[h].population / 9;
				variance += w * w * (1 - n / strata[h].population) * p * (1 - p) / (n - 1);
				alike |= p <= 0 || p >= 1;
			}
			if (!alike)
				assert_true(fabs(is.effective - is.share * (1 - is.share) / variance) < 1e-9);
			assert_true(is.within.low <= is.share && is.share <= is.within.high);
			sum += is.share;
			squares += is.share * is.share;
			variances += variance;
			draws++;
		}
	assert_int_equal((int)draws, 60);
	assert_true(fabs(sum / draws - truth) < 1e-12);
	assert_true(fabs(squares / draws - truth * truth - variances / draws) < 1e-12);
}

/* Of 1,000 draws of 120 from strata that differ, the interval has the truth in about 95 of 100. */
static void intervals_cover(void **state)
{
	static const double rates[] = { 0.05, 0.3, 0.7 };
	static const int64_t population[] = { 2000, 600, 150 };
	int64_t taken[3];
	double truth = 0, all = 0;
	int covered = 0;
	struct random random;

	(void)state;
	random_init(&random, 8);
	sampling_allocate(population, 3, 120, taken);
	for (size_t h = 0; h < 3; h++) {
		truth += rates[h] * (double)population[h];
		all += (double)population[h];
	}
	truth /= all;
	for (int draw = 0; draw < 1000; draw++) {
		struct sampling_stratum strata[3];
		struct sampling_estimate is;
		for (size_t h = 0; h < 3; h++) {
			int64_t ids[2000];
			for (int64_t i = 0; i < population[h]; i++)
				ids[i] = i;
			sampling_draw(&random, ids, (size_t)population[h], (size_t)taken[h]);
			strata[h] = (struct sampling_stratum){ (double)population[h], (double)taken[h], 0 };
			for (int64_t i = 0; i < taken[h]; i++)
				strata[h].hits += (double)ids[i] < rates[h] * (double)population[h];
		}
		is = sampling_estimate(strata, 3, 0.95);
		covered += is.within.low <= truth && truth <= is.within.high;
	}
	print_message("%d of 1,000 intervals have the truth in them\n", covered);
	assert_true(covered >= 930 && covered <= 985);
}

/* Hits of n drawn of `population`, of which so many would be some. */
static double drawn_hits(struct random *random, int64_t population, int64_t hits, int64_t n)
{
	double found = 0;

	for (int64_t i = 0; i < n; i++, population--)
		if ((int64_t)random_below(random, (size_t)population) < hits) {
			found++;
			hits--;
		}
	return found;
}

/* Strata of few judged, which are often all alike: of 2,000 draws each. */
static void intervals_of_few_cover(void **state)
{
	static const struct {
		int64_t population[3], hits[3], judged[3];
		int least; /* of 2,000 */
	} cases[] = {
		{ { 9000, 500, 500 }, { 2700, 150, 150 }, { 2, 20, 20 }, 1880 }, /* most of the weight on two */
		{ { 9000, 500, 500 }, { 900, 250, 50 }, { 5, 30, 30 }, 1880 },
		{ { 9000, 500, 500 }, { 8550, 250, 50 }, { 8, 30, 30 }, 1880 },
		{ { 4000, 3000, 3000 }, { 200, 150, 300 }, { 10, 8, 8 }, 1880 },
		{ { 3000, 3000, 3000 }, { 1500, 1500, 1500 }, { 2, 2, 2 }, 1880 },
		{ { 1000, 100, 20 }, { 20, 50, 0 }, { 40, 10, 20 }, 1880 },      /* the last is judged whole */
		{ { 6000, 3000, 1000 }, { 60, 30, 10 }, { 60, 30, 10 }, 1820 },  /* Wilson's own least: one hit is to be expected */
		{ { 6000, 3000, 1000 }, { 180, 90, 30 }, { 60, 30, 10 }, 1880 },
	};
	struct random random;

	(void)state;
	random_init(&random, 3);
	for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
		double all = 0, truth = 0, width = 0;
		int covered = 0;
		for (size_t h = 0; h < 3; h++) {
			all += (double)cases[c].population[h];
			truth += (double)cases[c].hits[h];
		}
		truth /= all;
		for (int draw = 0; draw < 2000; draw++) {
			struct sampling_stratum strata[3];
			struct sampling_estimate is;
			for (size_t h = 0; h < 3; h++)
				strata[h] = (struct sampling_stratum){ (double)cases[c].population[h], (double)cases[c].judged[h],
								       drawn_hits(&random, cases[c].population[h], cases[c].hits[h], cases[c].judged[h]) };
			is = sampling_estimate(strata, 3, 0.95);
			covered += is.within.low <= truth && truth <= is.within.high;
			width += (is.within.high - is.within.low) / 2000;
		}
		print_message("%zu: %.1f %% of intervals have the truth in them, mean width %.3f\n", c, covered / 20.0, width);
		assert_true(covered >= cases[c].least);
		assert_true(width < 0.95);
	}
}

static void what_cannot_be_said(void **state)
{
	const struct sampling_stratum one[] = { { 100, 10, 0 }, { 50, 0, 0 } }, none[] = { { 100, 20, 0 } }, all[] = { { 20, 20, 5 } };

	(void)state;
	assert_true(isnan(sampling_estimate(one, 2, 0.95).share));
	/* One of a stratum that has more says nothing of how they differ; one of one is all. */
	const struct sampling_stratum single[] = { { 900, 1, 1 }, { 100, 50, 25 } }, whole[] = { { 1, 1, 1 }, { 100, 50, 25 }, { 0, 0, 0 } };
	assert_true(isnan(sampling_estimate(single, 2, 0.95).share) && !sampling_says(&single[0]) && sampling_says(&single[1]));
	assert_true(sampling_estimate(whole, 3, 0.95).within.low > 0.3 && sampling_says(&whole[0]));
	/* Nine tenths of the weight stand on three that were alike. */
	const struct sampling_stratum alike[] = { { 900, 3, 0 }, { 100, 90, 45 } };
	assert_true(sampling_estimate(alike, 2, 0.95).within.high > 0.3);
	assert_true(sampling_estimate(none, 1, 0.95).share == 0 && sampling_estimate(none, 1, 0.95).within.high > 0.1);
	assert_true(sampling_estimate(all, 1, 0.95).within.high == 0.25);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_of_published_examples), cmocka_unit_test(shares_of_strata),
		cmocka_unit_test(shares_by_what_is_certain),   cmocka_unit_test(an_uneven_draw_has_no_bias),
		cmocka_unit_test(every_possible_draw),         cmocka_unit_test(intervals_cover),
		cmocka_unit_test(intervals_of_few_cover),
		cmocka_unit_test(what_cannot_be_said),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
