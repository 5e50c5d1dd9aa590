/*
 * Samples of samples: how many are needed, how they are shared among strata, and what may be said of
 * all from them.
 *
 *   size        n0 = z² p (1 - p) / d² · deff, n = n0 / (1 + (n0 - 1) / N): Cochran, Sampling Techniques, 3rd
 *               edition 1977, 4.4 and equation 4.2 (finite population correction); deff is the design effect,
 *               the factor by which the variance is larger than of a random sample: Kish 1965
 *   shares      in proportion to the strata, two of each at least, so that each has a variance (Cochran 5.5)
 *   estimate    Horvitz and Thompson, JASA 47, 1952: Σ y / π over Σ N, which for a draw within strata is
 *               Σ W_h p_h; variance Σ W_h² (1 - n_h / N_h) p_h (1 - p_h) / (n_h - 1) (Cochran, theorem 5.3 with
 *               the estimate 3.8 of its parts). The interval is Wilson's of n* = p (1 - p) / variance, the size of
 *               a random sample that says as much (Korn and Graubard, Survey Methodology 24, 1998); where p
 *               is 0 or 1, of n / (1 + L), L Kish's loss by unequal weights, over the share that is not drawn
 */
#ifndef AITIA_CORE_ANALYSIS_SAMPLING_H
#define AITIA_CORE_ANALYSIS_SAMPLING_H

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

/* Puts `size` of the ids in front, each choice with the same chance (Fisher and Yates), in their order. */
void sampling_draw(struct random *random, int64_t *ids, size_t count, size_t size);

struct sampling_stratum {
	double population, judged, hits;
};

struct sampling_estimate {
	double share;             /* of the population; NAN: a stratum that has samples has none judged */
	struct interval within;
	double effective;         /* n* */
	double design_effect;     /* variance over that of a random sample of as many; NAN where that is 0 */
};
struct sampling_estimate sampling_estimate(const struct sampling_stratum *strata, size_t count, double confidence);

#endif
