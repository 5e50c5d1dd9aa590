/* Intervals and tails against values of tables and of other programs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/analysis/interval.h"
#include "core/analysis/random.h"
#include "core/base/attr.h"

static void assert_near(double is, double wanted, double within)
{
	if (!(fabs(is - wanted) <= within))
		fail_msg("%.15g, not %.15g", is, wanted);
}

static void normal_tables(void **state)
{
	(void)state;
	assert_near(normal_quantile(0.975), 1.959963984540054, 1e-14);
	assert_near(normal_quantile(0.5), 0, 1e-15);
	assert_near(normal_quantile(1e-10), -6.361340902404056, 1e-12);
	assert_near(normal_cdf(-3), 0.0013498980316300946, 1e-17);
	assert_near(normal_two_sided(1.959963984540054), 0.05, 1e-15);
	for (double p = 0.0005; p < 1; p += 0.0111)
		assert_near(normal_cdf(normal_quantile(p)), p, 1e-14);
}

/* Closed forms; the others by scipy 1.10.1, special.gammainc() and betainc(). */
static void incomplete_functions(void **state)
{
	(void)state;
	assert_near(gamma_lower(1, 2), 1 - exp(-2.0), 1e-14);
	assert_near(gamma_lower(0.5, 2), erf(sqrt(2.0)), 1e-14);
	assert_near(gamma_lower(100, 100), 0.5132987982791487, 1e-12);
	assert_near(gamma_lower(10, 30), 0.9999928782491372, 1e-13);
	assert_near(beta_lower(1, 3, 0.2), 1 - pow(0.8, 3), 1e-14);
	assert_near(beta_lower(2, 3, 0.4), 0.5248, 1e-14);
	assert_near(beta_lower(30, 10, 0.9), 0.9958352791323182, 1e-12);
	assert_near(beta_lower(5, 5, 0.5), 0.5, 1e-14);
}

static void intervals(void **state)
{
	struct interval out;
	double ratio;

	(void)state;
	/* Wilson, 10 of 20: 0.2993 … 0.7007 */
	out = interval_share(10, 20, 0.95);
	assert_near(out.low, 0.299298, 1e-6);
	assert_near(out.high, 0.700702, 1e-6);
	out = interval_share(0, 10, 0.95);
	assert_near(out.low, 0, 0);
	assert_near(out.high, 0.277533, 1e-6);
	/* Newcombe, Statistics in Medicine 17, 1998, 857-872, table I: Wilson's score method, four shares to four digits. */
	static const struct {
		double hits, of, low, high;
	} newcombe[] = { { 81, 263, 0.2553, 0.3662 }, { 15, 148, 0.0624, 0.1605 }, { 0, 20, 0.0000, 0.1611 }, { 1, 29, 0.0061, 0.1718 } };
	for (size_t i = 0; i < ARRAY_LEN(newcombe); i++) {
		out = interval_share(newcombe[i].hits, newcombe[i].of, 0.95);
		assert_near(out.low, newcombe[i].low, 5e-5);
		assert_near(out.high, newcombe[i].high, 5e-5);
	}
	/* Garwood's table: 10 events: 4.80 … 18.39; none: 0 … 3.69 */
	out = interval_count(10, 0.95);
	assert_near(out.low, 4.795389, 1e-6);
	assert_near(out.high, 18.390356, 1e-6);
	out = interval_count(0, 0.95);
	assert_near(out.high, 3.688879, 1e-6);
	/* The Physicians' Health Study: 139 of 11,037 against 239 of 11,034; published: 0.58 (0.47 … 0.72) */
	out = interval_ratio(139, 11037, 239, 11034, false, 1, 0.95, &ratio);
	assert_near(ratio, 0.581, 5e-4);
	assert_near(out.low, 0.47, 5e-3);
	assert_near(out.high, 0.72, 5e-3);
	out = interval_ratio(0, 50, 5, 50, false, 1, 0.95, &ratio);
	assert_near(ratio, 0.5 / 5.5, 1e-12);
	assert_true(out.low < ratio && ratio < out.high);
	assert_true(isnan(interval_ratio(0, 50, 0, 50, false, 1, 0.95, &ratio).low));
}

/* Means and variances within four standard errors of what they should be. */
static void random_counts(void **state)
{
	static const double means[] = { 0.3, 4, 29, 31, 250, 4000 };
	struct random random;

	(void)state;
	random_init(&random, 3);
	for (size_t m = 0; m < ARRAY_LEN(means); m++) {
		double sum = 0, squares = 0, n = 20000;
		for (int i = 0; i < n; i++) {
			double x = (double)random_poisson(&random, means[m]) - means[m];
			sum += x;
			squares += x * x;
		}
		assert_near(sum / n, 0, 4 * sqrt(means[m] / n));
		assert_near(squares / n / means[m], 1, 4 * sqrt((2 + 1 / means[m]) / n));
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_tables), cmocka_unit_test(incomplete_functions),
		cmocka_unit_test(intervals), cmocka_unit_test(random_counts),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
