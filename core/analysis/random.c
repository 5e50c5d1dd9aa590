#include "core/analysis/random.h"

#include <math.h>

static uint64_t rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

void random_init(struct random *random, uint64_t seed)
{
	for (int i = 0; i < 4; i++) { /* splitmix64 */
		uint64_t z = seed += 0x9e3779b97f4a7c15u;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		random->state[i] = z ^ z >> 31;
	}
}

uint64_t random_bits(struct random *random)
{
	uint64_t *s = random->state, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

/* The high half of the product of two numbers of 64 bits. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t one = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
	uint64_t two = (a & UINT32_MAX) * (b >> 32) + (one & UINT32_MAX);

	return (a >> 32) * (b >> 32) + (one >> 32) + (two >> 32);
}

uint64_t random_below(struct random *random, uint64_t below)
{
	return multiply_high(random_bits(random), below);
}

double random_uniform(struct random *random)
{
	return (double)(random_bits(random) >> 11) * 0x1p-53;
}

double random_normal(struct random *random)
{
	double u = 1 - random_uniform(random), v = random_uniform(random); /* Box and Muller 1958 */

	return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000. */
double random_gamma(struct random *random, double shape)
{
	if (shape < 1) {
		double u = 1 - random_uniform(random);
		return random_gamma(random, shape + 1) * pow(u, 1 / shape);
	}
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
	while (1) {
		double x = random_normal(random), v = 1 + c * x, u = 1 - random_uniform(random);
		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(u) < x * x / 2 + d - d * v + d * log(v))
			return d * v;
	}
}

/* Halves large means by the time of the k-th event (Ahrens and Dieter, Computing 12, 1974), so that
 * the product of uniforms below is short. */
int64_t random_poisson(struct random *random, double mean)
{
	int64_t sum = 0;

	while (mean > 30) {
		double half = floor(mean * 7 / 8), at = random_gamma(random, half);
		if (at > mean) { /* a binomial of what came before: thinning, one by one */
			double p = mean / at;
			for (int64_t i = 1; i < (int64_t)half; i++)
				sum += random_uniform(random) < p;
			return sum;
		}
		sum += (int64_t)half;
		mean -= at;
	}
	for (double product = random_uniform(random), least = exp(-mean); product > least; sum++)
		product *= random_uniform(random);
	return sum;
}
