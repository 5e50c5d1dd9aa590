/* Inside the contrast: rows of cells with counts, and the model of main effects over them. */
#ifndef AITIA_CORE_ANALYSIS_CONTRAST_MODEL_H
#define AITIA_CORE_ANALYSIS_CONTRAST_MODEL_H

#include "core/analysis/contrast.h"

typedef uint16_t contrast_cell; /* number of a value of a key, CONTRAST_VALUES_MAX of them at most */

struct contrast_rows {
	size_t count, key_count;
	contrast_cell **cells; /* cells[key][row]; NULL: a key that was put together */
	double *cases, *total;
	size_t *value_counts;  /* of each key */
	double all_cases, all;
	int day;               /* the key that is the day; -1: none */
};

/* The rows put together over the keys without `keep`: those have one value there, 0. map[row] is where each row
 * went. To be released by contrast_rows_release(). */
void contrast_project(const struct contrast_rows *rows, const bool *keep, struct contrast_rows *out, uint32_t *map);
void contrast_rows_release(struct contrast_rows *rows);

/* Cases that the keys with `use` expect in each row. False: cancelled. */
bool contrast_fit(const struct contrast_rows *rows, const bool *use, const atomic_bool *cancel, double *expected);

/* Some values of a key, and what the same model with a factor of its own for them comes to, from its fit on. */
struct contrast_value_fit {
	uint32_t first, last;
	double ratio;          /* that factor over the factor of all others */
	double gain;           /* twice what the log likelihood has won */
};

/* Fits each by itself; `expected` is the model's. False: cancelled, and the fits are of no use. (contrast_values.c) */
bool contrast_fit_values(const struct contrast_rows *rows, const bool *use, size_t key, const atomic_bool *cancel,
			 const double *expected, struct contrast_value_fit *fits, size_t count);

/* Σ over the rows of each value of a key. */
void contrast_sum(const struct contrast_rows *rows, size_t key, const double *of, double *sums);

/* How much of key a's entropy is left where b is known, 0 (it follows from b) to 1; 1 also where a has one
 * value only, or the pair is too large to look at. */
double contrast_left(const struct contrast_rows *rows, size_t a, size_t b);

/* The risk ratio of one value against all others, within the values of `by` put together (Mantel and Haenszel;
 * Greenland and Robins, Biometrics 41, 1985). NAN: nothing to compare. */
double contrast_stratified(const struct contrast_rows *rows, size_t key, uint32_t first, uint32_t last, size_t by);

#endif
