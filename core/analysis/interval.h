/*
 * Intervals and tail probabilities that all of the analysis shares. Confidence is a
 * share (0.95), two-sided. NAN in an interval: not known.
 */
#ifndef AITIA_CORE_ANALYSIS_INTERVAL_H
#define AITIA_CORE_ANALYSIS_INTERVAL_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct interval {
	double low, high;
};

/* The standard normal distribution. The quantile is Acklam's rational approximation (2003)
 * with one step of Halley's method: to 1e-15. */
double normal_cdf(double x);
double normal_quantile(double p);
/* 2 (1 - cdf(|z|)), also where that is tiny. */
double normal_two_sided(double z);

/* Regularised incomplete gamma P(a, x) and beta I_x(a, b): series and continued fractions
 * (Abramowitz and Stegun 6.5.29, 6.5.31, 26.5.8; evaluated by Lentz's method). To 1e-13. */
double gamma_lower(double a, double x);
double beta_lower(double a, double b, double x);

/* Of a share k / n: Wilson's score interval (JASA 22, 1927), which holds its level for few
 * samples too and stays within 0 … 1 (Brown, Cai and DasGupta, Statistical Science 16, 2001). */
struct interval interval_share(double k, double n, double confidence);
/* Of the mean of a Poisson count: exact (Garwood, Biometrika 28, 1936). Divide by the exposure. */
struct interval interval_count(double count, double confidence);
/*
 * Of the ratio of two rates, a of n against b of m (shares, or counts over exposures where
 * `poisson`): its logarithm is taken as normal, with variance 1/a - 1/n + 1/b - 1/m (Katz
 * and others, Biometrics 34, 1978; Poisson: 1/a + 1/b), times `dispersion`. Half a sample is
 * added everywhere where a or b is 0 (Walter, Biometrika 62, 1975). *ratio is the estimate.
 */
struct interval interval_ratio(double a, double n, double b, double m, bool poisson, double dispersion,
			       double confidence, double *ratio);

#endif
