#include "core/analysis/interval.h"

#include <float.h>

#define TERMS_MAX 100000
#define TINY 1e-300

double normal_cdf(double x)
{
	return erfc(-x / sqrt(2.0)) / 2;
}

double normal_two_sided(double z)
{
	return erfc(fabs(z) / sqrt(2.0));
}

double normal_quantile(double p)
{
	static const double a[] = { -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
				    1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00 };
	static const double b[] = { -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
				    6.680131188771972e+01, -1.328068155288572e+01 };
	static const double c[] = { -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
				    -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00 };
	static const double d[] = { 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
				    3.754408661907416e+00 };
	double q, r, x, e, u;

	if (p <= 0 || p >= 1)
		return p <= 0 ? -INFINITY : INFINITY;
	if (p > 0.5) /* the lower tail keeps its digits */
		return -normal_quantile(1 - p);
	if (p < 0.02425) {
		q = sqrt(-2 * log(p));
		x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
		    ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
	} else {
		q = p - 0.5;
		r = q * q;
		x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
		    (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
	}
	e = normal_cdf(x) - p;
	u = e * sqrt(2 * 3.14159265358979323846) * exp(x * x / 2);
	return x - u / (1 + x * u / 2);
}

/* ---- incomplete gamma and beta ------------------------------------------------------------ */

/* Lentz's continued fraction, one step: the coefficients of the next term. */
struct fraction {
	double value, c, d;
};

static void fraction_step(struct fraction *f, double a, double b)
{
	f->d = b + a * f->d;
	f->c = b + a / f->c;
	if (fabs(f->d) < TINY)
		f->d = TINY;
	if (fabs(f->c) < TINY)
		f->c = TINY;
	f->d = 1 / f->d;
	f->value *= f->c * f->d;
}

double gamma_lower(double a, double x)
{
	double scale;

	if (x <= 0)
		return 0;
	scale = exp(a * log(x) - x - lgamma(a));
	if (x < a + 1) {
		double term = 1 / a, sum = term;
		for (int n = 1; n < TERMS_MAX && term > sum * DBL_EPSILON; n++)
			sum += term *= x / (a + n);
		return scale * sum;
	}
	struct fraction f = { TINY, TINY, 0 };
	fraction_step(&f, 1, x + 1 - a);
	for (int n = 1; n < TERMS_MAX; n++) {
		double before = f.value;
		fraction_step(&f, -n * (n - a), x + 2 * n + 1 - a);
		if (fabs(f.value - before) <= fabs(before) * DBL_EPSILON)
			break;
	}
	return 1 - scale * f.value;
}

double beta_lower(double a, double b, double x)
{
	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	if (x > (a + 1) / (a + b + 2))
		return 1 - beta_lower(b, a, 1 - x);
	double scale = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a;
	struct fraction f = { 1, 1, 0 };
	for (int n = 0; n < TERMS_MAX; n++) {
		int pair = n / 2;
		double m = pair, before = f.value;
		double term = n == 0 ? 1 :
			      n % 2 == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)) :
					   -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		if (n == 0) { /* the fraction's own first term: 1 / (1 + …) */
			f = (struct fraction){ TINY, TINY, 0 };
			before = 0;
		}
		fraction_step(&f, term, 1);
		if (n > 0 && fabs(f.value - before) <= fabs(before) * DBL_EPSILON)
			break;
	}
	return scale * f.value;
}

/* ---- intervals ----------------------------------------------------------------------------- */

struct interval interval_share(double k, double n, double confidence)
{
	double z = normal_quantile(1 - (1 - confidence) / 2), p, middle, half;

	if (!(n > 0))
		return (struct interval){ NAN, NAN };
	p = k / n;
	middle = (p + z * z / (2 * n)) / (1 + z * z / n);
	half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	return (struct interval){ k > 0 ? fmax(0, middle - half) : 0, k < n ? fmin(1, middle + half) : 1 };
}

/* The x with P(a, x) = p, by halving. */
static double gamma_quantile(double a, double p)
{
	double low = 0, high = a + 10 * sqrt(a) + 20;

	for (int i = 0; i < 200 && high - low > high * 4 * DBL_EPSILON; i++) {
		double middle = (low + high) / 2;
		if (gamma_lower(a, middle) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

struct interval interval_count(double count, double confidence)
{
	double tail = (1 - confidence) / 2;

	return (struct interval){ count > 0 ? gamma_quantile(count, tail) : 0, gamma_quantile(count + 1, 1 - tail) };
}

struct interval interval_ratio(double a, double n, double b, double m, bool poisson, double dispersion,
			       double confidence, double *ratio)
{
	double z = normal_quantile(1 - (1 - confidence) / 2), variance;

	*ratio = NAN;
	if (!(n > 0) || !(m > 0) || (a == 0 && b == 0))
		return (struct interval){ NAN, NAN };
	if (a == 0 || b == 0) {
		a += 0.5;
		b += 0.5;
		if (!poisson) {
			n += 0.5;
			m += 0.5;
		}
	}
	*ratio = (a / n) / (b / m);
	variance = 1 / a + 1 / b;
	if (!poisson)
		variance -= 1 / n + 1 / m;
	z *= sqrt(fmax(0, variance) * dispersion);
	return (struct interval){ *ratio * exp(-z), *ratio * exp(z) };
}
