/*
 * Samples of samples: how many are needed, how they are shared among strata, and what may be said of
 * all from them.
 *
 *   size        n0 = z² p (1 - p) / d² · deff, n = n0 / (1 + (n0 - 1) / N): Cochran, Sampling Techniques, 3rd
 *               edition 1977, 4.4 and equation 4.2 (finite population correction); deff is the design effect,
 *               the factor by which the variance is larger than of a random sample: Kish 1965
 *   shares      in proportion to the strata, two of each at least, so that each has a variance (Cochran 5.5)
 *   uncertain   n_h in proportion to N_h S_h, the shares for which a draw of that size says most of the share of
 *               hits in all: Neyman, Journal of the Royal Statistical Society 97, 1934; Cochran 5.5. S_h is what
 *               those judged so far tell: with a hits and b misses, on a uniform prior, p is Beta(a + 1, b + 1), and
 *               S_h² the expectation of p (1 - p), (a + 1)(b + 1) / ((n + 2)(n + 3)). Where nothing is judged that is
 *               1/6, more than of a stratum that is known to be all of one kind. However the shares were
 *               chosen, within a stratum each sample has the same chance: the estimate stays without bias
 *   estimate    Horvitz and Thompson, JASA 47, 1952: Σ y / π over Σ N, which for a draw within strata is
 *               Σ W_h p_h; variance Σ W_h² (1 - n_h / N_h) p_h (1 - p_h) / (n_h - 1) (Cochran, theorem 5.3 with
 *               the estimate 3.8 of its parts). The interval is Wilson's of n* = p (1 - p) / variance, the size of
 *               a random sample that says as much (Korn and Graubard, Survey Methodology 24, 1998). A stratum
 *               of which only a part is judged, and that all alike, would have no variance: in variance and n*
 *               (not in the estimate) its p_h is (hits + 1) / (n_h + 2), Laplace's and, for two in place of one,
 *               that of Agresti and Coull, The American Statistician 52, 1998. One judged of several has none
 *               that can be estimated, and there is no interval then
 */
#ifndef AITIA_CORE_ANALYSIS_SAMPLING_H
#define AITIA_CORE_ANALYSIS_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/analysis/interval.h"
#include "core/analysis/random.h"

/* The size for a half width of `margin` at a share of `p`; population 0: without end. Not rounded. */
double sampling_size(double z, double p, double margin, double design_effect, double population);
/* The half width that n samples give. */
double sampling_margin(double z, double p, double n, double design_effect, double population);

/* Shares `size` among strata of those populations; taken[i] <= population[i]. */
void sampling_allocate(const int64_t *population, size_t count, int64_t size, int64_t *taken);

/* Likewise, but in proportion to population and spread: S_h of sampling_spread(). */
void sampling_allocate_by(const int64_t *population, const double *spread, size_t count, int64_t size, int64_t *taken);
/* Of a stratum with so many judged so far, and hits among them. */
double sampling_spread(double judged, double hits);

/* Puts `size` of the ids in front, each choice with the same chance (Fisher and Yates), in their order. */
void sampling_draw(struct random *random, int64_t *ids, size_t count, size_t size);

struct sampling_stratum {
	double population, judged, hits;
};

struct sampling_estimate {
	double share;             /* of the population; NAN: a stratum has too few judged */
	struct interval within;
	double effective;         /* n* */
	double design_effect;     /* variance over that of a random sample of as many; NAN: all are judged */
};
/* Whether it has as many judged as an estimate needs: two, or all. */
bool sampling_says(const struct sampling_stratum *stratum);
struct sampling_estimate sampling_estimate(const struct sampling_stratum *strata, size_t count, double confidence);

#endif
