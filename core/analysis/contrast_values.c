/*
 * Models with a factor more for some values of a key, several side by side. A pass over the rows
 * adds up what is expected of each value, and an addition must wait for the one before it where
 * rows behind each other have the same value; those of other models need not. So four models take
 * little more time than one, and each comes to the last bit to what it would by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "core/analysis/contrast_model.h"
#include "core/base/mem.h"

#define LANES 4
#define SWEEPS_MAX 80 /* a value that nearly fills its days comes slowly */
#define CONVERGED 1e-3

/* A model that is being fitted. */
struct lane {
	struct contrast_value_fit *fit; /* NULL: idle; it is carried along */
	double cases[2];       /* of rows outside and in the range */
	double step, before_step, jump; /* of the range's factor; the logarithm of the one before */
	double off;            /* of the sweep at hand */
	int sweeps;
};

/* What there is LANES times stands lane by lane within each row or value. */
struct lanes {
	const struct contrast_rows *rows;
	const bool *use;
	size_t key;
	const double *expected;  /* of each row, by the model without a factor more */
	struct contrast_value_fit *next, *end; /* those that wait */
	struct lane at[LANES];
	double *fitted;          /* [row][lane] */
	uint8_t *has;            /* [row][lane]: whether the row is in the range */
	double *cases, *root;    /* of each value of each key in use: cases, and the root of one more */
	size_t *from;            /* where a key's begin there */
	double *factor, *spare;  /* [value][lane], of the key before and for the key at hand */
	const contrast_cell *pending; /* cells of the key whose factors are still to be applied; NULL: none */
};

static void lanes_init(struct lanes *lanes)
{
	const struct contrast_rows *rows = lanes->rows;
	size_t all = 0, most = 2;

	lanes->from = mem_zalloc(rows->key_count + 1, sizeof(size_t));
	for (size_t k = 0; k < rows->key_count; k++) {
		lanes->from[k] = all;
		all += rows->value_counts[k];
		most = rows->value_counts[k] > most ? rows->value_counts[k] : most;
	}
	lanes->cases = mem_zalloc(all + 1, sizeof(double));
	lanes->root = mem_zalloc(all + 1, sizeof(double));
	for (size_t k = 0; k < rows->key_count; k++)
		if (lanes->use[k])
			contrast_sum(rows, k, rows->cases, lanes->cases + lanes->from[k]);
	for (size_t i = 0; i < all; i++)
		lanes->root[i] = sqrt(lanes->cases[i] + 1);
	lanes->factor = mem_zalloc(most * LANES, sizeof(double));
	lanes->spare = mem_zalloc(most * LANES, sizeof(double));
	lanes->fitted = mem_zalloc(rows->count * LANES + 1, sizeof(double));
	lanes->has = mem_zalloc(rows->count * LANES + 1, sizeof(uint8_t));
}

static void lanes_release(struct lanes *lanes)
{
	free(lanes->from);
	free(lanes->cases);
	free(lanes->root);
	free(lanes->factor);
	free(lanes->spare);
	free(lanes->fitted);
	free(lanes->has);
}

/* The next that waits begins in the lane; false: none does, and the lane goes idle. */
static bool begin(struct lanes *lanes, size_t l)
{
	const struct contrast_rows *rows = lanes->rows;
	const contrast_cell *cells = rows->cells[lanes->key];
	struct lane *lane = &lanes->at[l];

	*lane = (struct lane){ .fit = NULL };
	if (lanes->next == lanes->end)
		return false;
	lane->fit = lanes->next++;
	lane->fit->ratio = 1;
	for (size_t i = 0; i < rows->count; i++) {
		uint8_t has = cells[i] >= lane->fit->first && cells[i] <= lane->fit->last;
		lanes->has[i * LANES + l] = has;
		lanes->fitted[i * LANES + l] = lanes->expected[i];
		lane->cases[has] += rows->cases[i];
	}
	return true;
}

static void apply_pending(struct lanes *lanes)
{
	const struct contrast_rows *rows = lanes->rows;

	for (size_t i = 0; lanes->pending && i < rows->count; i++)
		for (size_t l = 0; l < LANES; l++)
			lanes->fitted[i * LANES + l] *= lanes->factor[lanes->pending[i] * LANES + l];
	lanes->pending = NULL;
}

/* The model in the lane is fitted, with nothing pending; the lane goes idle. */
static void end(struct lanes *lanes, size_t l)
{
	const struct contrast_rows *rows = lanes->rows;
	double gain = 0;

	for (size_t i = 0; i < rows->count; i++) {
		double fitted = lanes->fitted[i * LANES + l], before = lanes->expected[i];
		if (rows->cases[i] > 0 && before > 0 && fitted > 0)
			gain += 2 * rows->cases[i] * log(fitted / before);
	}
	lanes->at[l].fit->gain = gain;
	lanes->at[l].fit = NULL;
}

/* Steps that shrink by the same share each time add up to a geometric series: its rest is taken at once (Aitken's
 * delta-squared process, Proceedings of the Royal Society of Edinburgh 46, 1926). */
static double jump_of(double step, double before)
{
	double share = fabs(before) > 1e-9 ? step / before : 0;

	return share > 0.2 && share < 0.98 ? exp(step * share / (1 - share)) : 1;
}

/* ---- a sweep ------------------------------------------------------------------------------------- */

/* What is pending is applied, and what is then expected outside and in the ranges added up. */
static void sum_ranges(struct lanes *lanes, double sums[2 * LANES])
{
	const contrast_cell *pending = lanes->pending;
	const uint8_t *has = lanes->has;
	const double *restrict factor = lanes->factor;
	double *restrict fitted = lanes->fitted;

	memset(sums, 0, 2 * LANES * sizeof(*sums));
	for (size_t i = 0; i < lanes->rows->count; i++)
		for (size_t l = 0; l < LANES; l++) {
			double value = fitted[i * LANES + l] * (pending ? factor[(size_t)pending[i] * LANES + l] : 1);
			fitted[i * LANES + l] = value;
			sums[has[i * LANES + l] * LANES + l] += value;
		}
	lanes->pending = NULL;
}

/* The factors of the ranges. What can go no further is ended. */
static void take_step(struct lanes *lanes, double factor[2 * LANES])
{
	double sums[2 * LANES];

	sum_ranges(lanes, sums);
	for (size_t l = 0; l < LANES; l++) {
		struct lane *lane = &lanes->at[l];
		double out = sums[l], in = sums[LANES + l], in_cases;

		factor[l] = factor[LANES + l] = 1;
		if (lane->fit && !(in > 0 && out > 0 && lane->cases[0] > 0))
			end(lanes, l);
		if (!lane->fit)
			continue;
		in_cases = fmax(lane->cases[1], 0.5); /* none at all: the factor would be 0 */
		lane->step = in_cases / in / (lane->cases[0] / out);
		lane->jump = lane->sweeps % 4 == 3 ? jump_of(log(lane->step), lane->before_step) : 1;
		factor[l] = lane->cases[0] / out;
		factor[LANES + l] = in_cases / in * lane->jump;
		lane->fit->ratio *= lane->step * lane->jump;
		lane->before_step = log(lane->step);
		lane->off = 0;
	}
}

static void apply_ranges(struct lanes *lanes, const double factor[2 * LANES])
{
	size_t count = lanes->rows->count;

	for (size_t i = 0; i < count * LANES; i += LANES)
		for (size_t l = 0; l < LANES; l++)
			lanes->fitted[i + l] *= factor[lanes->has[i + l] * LANES + l];
}

/* Applies factors and adds up what is then expected of each value, in one pass: the rows are too many for the
 * processor's cache. Written out for the lanes, since the compiler does not. */
static void scale_and_sum(size_t count, double *restrict fitted, const contrast_cell *pending, const double *restrict factor,
			  const contrast_cell *cells, double *restrict sums)
{
	for (size_t i = 0; i < count; i++, fitted += LANES) {
		const double *by = factor + (size_t)pending[i] * LANES;
		double *to = sums + (size_t)cells[i] * LANES;
		double a = fitted[0] * by[0], b = fitted[1] * by[1], c = fitted[2] * by[2], d = fitted[3] * by[3];

		fitted[0] = a;
		fitted[1] = b;
		fitted[2] = c;
		fitted[3] = d;
		to[0] += a;
		to[1] += b;
		to[2] += c;
		to[3] += d;
	}
}

/* Likewise with the factors of the ranges. */
static void scale_ranges_and_sum(const struct lanes *lanes, const double factor[2 * LANES], const contrast_cell *cells,
				 double *restrict sums)
{
	const uint8_t *has = lanes->has;
	double *restrict fitted = lanes->fitted;

	for (size_t i = 0; i < lanes->rows->count; i++)
		for (size_t l = 0; l < LANES; l++) {
			double value = fitted[i * LANES + l] * factor[has[i * LANES + l] * LANES + l];
			fitted[i * LANES + l] = value;
			sums[(size_t)cells[i] * LANES + l] += value;
		}
}

/* Makes the expected cases of each value of the key those that there are. `ranges`: factors to be applied first, where
 * no key's are pending. */
static void adjust(struct lanes *lanes, size_t key, const double ranges[2 * LANES])
{
	const double *is = lanes->cases + lanes->from[key], *root = lanes->root + lanes->from[key];
	double *sums = lanes->spare;
	size_t count = lanes->rows->count;

	memset(sums, 0, lanes->rows->value_counts[key] * LANES * sizeof(*sums));
	if (lanes->pending)
		scale_and_sum(count, lanes->fitted, lanes->pending, lanes->factor, lanes->rows->cells[key], sums);
	else
		scale_ranges_and_sum(lanes, ranges, lanes->rows->cells[key], sums);
	for (size_t v = 0; v < lanes->rows->value_counts[key]; v++)
		for (size_t l = 0; l < LANES; l++) {
			double sum = sums[v * LANES + l], off = fabs(is[v] - sum) / root[v];
			if (off > lanes->at[l].off)
				lanes->at[l].off = off;
			sums[v * LANES + l] = sum > 0 ? is[v] / sum : 1;
		}
	lanes->spare = lanes->factor;
	lanes->factor = sums;
	lanes->pending = lanes->rows->cells[key];
}

/* Ends what has converged or may go on no longer, and fills the lanes again; false: all is done. */
static bool turn(struct lanes *lanes)
{
	bool any = false, ended = false;

	for (size_t l = 0; l < LANES; l++) {
		struct lane *lane = &lanes->at[l];
		bool converged = lane->off < CONVERGED && fabs(lane->step - 1) < CONVERGED;
		if (lane->fit && (converged || ++lane->sweeps == SWEEPS_MAX)) {
			apply_pending(lanes);
			end(lanes, l);
		}
		ended = ended || !lane->fit;
	}
	if (ended && lanes->next < lanes->end)
		apply_pending(lanes); /* not to those that begin */
	for (size_t l = 0; l < LANES; l++)
		any = lanes->at[l].fit || begin(lanes, l) || any;
	return any;
}

bool contrast_fit_values(const struct contrast_rows *rows, const bool *use, size_t key, const atomic_bool *cancel,
			 const double *expected, struct contrast_value_fit *fits, size_t count)
{
	struct lanes lanes = { .rows = rows, .use = use, .key = key, .expected = expected, .next = fits, .end = fits + count };
	bool goes_on = true;

	if (!count)
		return true;
	lanes_init(&lanes);
	while (goes_on && turn(&lanes)) {
		double factor[2 * LANES];
		take_step(&lanes, factor);
		for (size_t k = 0; k < rows->key_count && goes_on; k++)
			if (use[k]) {
				adjust(&lanes, k, factor);
				goes_on = !(cancel && atomic_load_explicit(cancel, memory_order_relaxed));
			}
		if (!lanes.pending) /* no key is in use */
			apply_ranges(&lanes, factor);
	}
	lanes_release(&lanes);
	return goes_on;
}
