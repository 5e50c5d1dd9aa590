/*
 * Random numbers for resampling and simulation: xoshiro256** (Blackman and Vigna,
 * "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021), seeded by
 * splitmix64. The same seed gives the same numbers on every machine, so that an
 * interval is the same each time it is asked for.
 */
#ifndef AITIA_CORE_ANALYSIS_RANDOM_H
#define AITIA_CORE_ANALYSIS_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state[4];
};

void random_init(struct random *random, uint64_t seed);
uint64_t random_bits(struct random *random);
/* 0 … below - 1, `below` greater than 0. Biased by less than below / 2^64. */
uint64_t random_below(struct random *random, uint64_t below);
double random_uniform(struct random *random); /* [0, 1) */
double random_normal(struct random *random);  /* mean 0, variance 1 */
/* Gamma of shape > 0 and scale 1; counts with that mean, or with a mean that varies. */
double random_gamma(struct random *random, double shape);
int64_t random_poisson(struct random *random, double mean);

#endif
