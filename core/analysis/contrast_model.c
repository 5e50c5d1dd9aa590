#include "core/analysis/contrast_model.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define SWEEPS_MAX 40
#define CONVERGED 1e-4
#define PAIRS_MAX ((size_t)4 << 20)

static bool is_cancelled(const atomic_bool *cancel)
{
	return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

void contrast_sum(const struct contrast_rows *rows, size_t key, const double *of, double *sums)
{
	const contrast_cell *cells = rows->cells[key];

	memset(sums, 0, rows->value_counts[key] * sizeof(*sums));
	for (size_t i = 0; i < rows->count; i++)
		sums[cells[i]] += of[i];
}

/* Cases of each value of each key in use, one key behind the other; they do not change while a model is fitted. */
struct margins {
	double *cases;
	double *factor, *factor_before; /* of the key at hand, and of that before it */
	size_t *from;           /* where a key's begin */
};

static void margins_init(struct margins *margins, const struct contrast_rows *rows, const bool *use)
{
	size_t all = 0, most = 1;

	margins->from = mem_zalloc(rows->key_count + 1, sizeof(size_t));
	for (size_t k = 0; k < rows->key_count; k++) {
		margins->from[k] = all;
		all += rows->value_counts[k];
		most = rows->value_counts[k] > most ? rows->value_counts[k] : most;
	}
	margins->cases = mem_zalloc(all + 1, sizeof(double));
	margins->factor = mem_zalloc(most, sizeof(double));
	margins->factor_before = mem_zalloc(most, sizeof(double));
	for (size_t k = 0; k < rows->key_count; k++)
		if (use[k])
			contrast_sum(rows, k, rows->cases, margins->cases + margins->from[k]);
}

static void margins_release(struct margins *margins)
{
	free(margins->cases);
	free(margins->factor);
	free(margins->factor_before);
	free(margins->from);
}

static void scale(size_t count, const contrast_cell *cells, const double *factor, double *expected)
{
	for (size_t i = 0; i < count; i++)
		expected[i] *= factor[cells[i]];
}

/* What scale() and contrast_sum() do, in one pass: the rows are too many for the processor's cache. */
static void scale_and_sum(const struct contrast_rows *rows, const contrast_cell *scaled, const double *factor, double *expected,
			  size_t key, double *sums)
{
	const contrast_cell *cells = rows->cells[key];

	memset(sums, 0, rows->value_counts[key] * sizeof(*sums));
	for (size_t i = 0; i < rows->count; i++) {
		double value = expected[i] * factor[scaled[i]];
		expected[i] = value;
		sums[cells[i]] += value;
	}
}

/* One key after the other: makes the expected cases of each value those that there are. How far they were off;
 * where it is cancelled, `expected` is of no use. */
static double adjust(const struct contrast_rows *rows, const bool *use, double *expected, struct margins *margins,
		     const atomic_bool *cancel, bool *goes_on)
{
	const contrast_cell *scaled = NULL; /* of the key before, whose factors are still to be applied */
	double off = 0;

	for (size_t k = 0; k < rows->key_count && *goes_on; k++) {
		const double *is = margins->cases + margins->from[k];
		double *factor = margins->factor_before;
		if (!use[k])
			continue;
		margins->factor_before = margins->factor;
		margins->factor = factor;
		if (scaled)
			scale_and_sum(rows, scaled, margins->factor_before, expected, k, factor);
		else
			contrast_sum(rows, k, expected, factor);
		for (size_t v = 0; v < rows->value_counts[k]; v++) {
			off = fmax(off, fabs(is[v] - factor[v]) / sqrt(is[v] + 1));
			factor[v] = factor[v] > 0 ? is[v] / factor[v] : 1;
		}
		scaled = rows->cells[k];
		*goes_on = !is_cancelled(cancel);
	}
	if (scaled)
		scale(rows->count, scaled, margins->factor, expected);
	return off;
}

bool contrast_fit(const struct contrast_rows *rows, const bool *use, const atomic_bool *cancel, double *expected)
{
	struct margins margins;
	bool goes_on = true;

	margins_init(&margins, rows, use);
	for (size_t i = 0; i < rows->count; i++)
		expected[i] = rows->total[i] * rows->all_cases / rows->all;
	for (int sweep = 0; sweep < SWEEPS_MAX && goes_on; sweep++)
		if (adjust(rows, use, expected, &margins, cancel, &goes_on) < CONVERGED)
			break;
	margins_release(&margins);
	return goes_on;
}

double contrast_left(const struct contrast_rows *rows, size_t a, size_t b)
{
	size_t width = rows->value_counts[a], height = rows->value_counts[b];
	const contrast_cell *of_a = rows->cells[a], *of_b = rows->cells[b];
	double *both, *sums_a, *sums_b, entropy_a = 0, entropy_b = 0, entropy = 0;

	if (width > PAIRS_MAX / height)
		return 1;
	both = mem_zalloc(width * height, sizeof(*both));
	sums_a = mem_zalloc(width, sizeof(*sums_a));
	sums_b = mem_zalloc(height, sizeof(*sums_b));
	for (size_t i = 0; i < rows->count; i++) {
		both[of_b[i] * width + of_a[i]] += rows->total[i];
		sums_a[of_a[i]] += rows->total[i];
		sums_b[of_b[i]] += rows->total[i];
	}
	for (size_t i = 0; i < width * height; i++)
		entropy -= both[i] > 0 ? both[i] / rows->all * log(both[i] / rows->all) : 0;
	for (size_t i = 0; i < width; i++)
		entropy_a -= sums_a[i] > 0 ? sums_a[i] / rows->all * log(sums_a[i] / rows->all) : 0;
	for (size_t i = 0; i < height; i++)
		entropy_b -= sums_b[i] > 0 ? sums_b[i] / rows->all * log(sums_b[i] / rows->all) : 0;
	free(both);
	free(sums_a);
	free(sums_b);
	return entropy_a > 1e-12 ? (entropy - entropy_b) / entropy_a : 1;
}

double contrast_stratified(const struct contrast_rows *rows, size_t key, uint32_t first, uint32_t last, size_t by)
{
	size_t strata = rows->value_counts[by];
	const contrast_cell *cells = rows->cells[key], *of = rows->cells[by];
	double *sums = mem_zalloc(strata * 4, sizeof(*sums)), above = 0, below = 0;

	for (size_t i = 0; i < rows->count; i++) {
		double *at = sums + of[i] * 4 + (cells[i] >= first && cells[i] <= last ? 0 : 2);
		at[0] += rows->cases[i];
		at[1] += rows->total[i];
	}
	for (size_t s = 0; s < strata; s++) {
		const double *at = sums + s * 4;
		double n = at[1] + at[3];
		above += n > 0 ? at[0] * at[3] / n : 0;
		below += n > 0 ? at[2] * at[1] / n : 0;
	}
	free(sums);
	return above > 0 && below > 0 ? above / below : NAN;
}
