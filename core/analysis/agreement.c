#include "core/analysis/agreement.h"

#include <stdlib.h>
#include <string.h>

#include "core/analysis/random.h"
#include "core/base/mem.h"

/* Ratings drawn for all resamples together: half a second. Fewer resamples beyond. */
#define DRAWS_MAX 100000000u
#define RESAMPLES_LEAST 200u
#define CODES_OF_UNIT 64 /* different codes that one unit's ratings are looked at for pairs */

/* One code in one unit. */
struct cell {
	uint32_t code, times;
};

/* Units with two ratings or more, each with the codes that it has. */
struct units {
	size_t count;
	size_t *cells_from;  /* count + 1 */
	struct cell *cells;
	uint32_t *m;         /* ratings of each */
	size_t *unit;        /* in the ratings */
	uint32_t *pattern;   /* of each: units with the same codes, each as often, have one */
	uint32_t *example;   /* of each pattern: a unit */
	size_t pattern_count;
	size_t ratings;
	size_t code_count;
};

/* Sums over some units, from which every figure follows. */
struct sums {
	double units, ratings, share; /* share: Σ P */
	double squares;               /* Σ P² */
	double differ;                /* Σ (pairs that differ, both ways) / (m - 1) */
	double *of_code, *differ_of;  /* ratings; pairs of this code with another, both ways, / (m - 1) */
};

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t cells_of(const struct units *units, size_t u)
{
	return units->cells_from[u + 1] - units->cells_from[u];
}

static bool same_cells(const struct units *units, size_t a, size_t b)
{
	return cells_of(units, a) == cells_of(units, b) &&
	       memcmp(units->cells + units->cells_from[a], units->cells + units->cells_from[b],
		      cells_of(units, a) * sizeof(struct cell)) == 0;
}

static uint64_t hash_of(const struct units *units, size_t u)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a, by words */

	for (size_t i = units->cells_from[u]; i < units->cells_from[u + 1]; i++)
		hash = ((hash ^ units->cells[i].code) * 1099511628211u ^ units->cells[i].times) * 1099511628211u;
	return hash ^ hash >> 32;
}

/* Reviewers use few codes, so that very many units have few patterns: those are summed up, not the units. */
static void find_patterns(struct units *units)
{
	size_t slots = 64;
	uint32_t *slot; /* of a hash: the pattern + 1 */

	while (slots < units->count * 2)
		slots *= 2;
	slot = mem_zalloc(slots, sizeof(*slot));
	units->pattern = mem_zalloc(units->count + 1, sizeof(*units->pattern));
	units->example = mem_zalloc(units->count + 1, sizeof(*units->example));
	for (size_t u = 0; u < units->count; u++) {
		size_t at = hash_of(units, u) & (slots - 1);
		while (slot[at] && !same_cells(units, units->example[slot[at] - 1], u))
			at = (at + 1) & (slots - 1);
		if (!slot[at]) {
			units->example[units->pattern_count++] = (uint32_t)u;
			slot[at] = (uint32_t)units->pattern_count;
		}
		units->pattern[u] = slot[at] - 1;
	}
	free(slot);
}

static void units_of(const struct ratings *ratings, struct units *out)
{
	size_t total = ratings->unit_count ? ratings->starts[ratings->unit_count] : 0, cells = 0;
	uint32_t *sorted = mem_zalloc(total + 1, sizeof(*sorted));

	*out = (struct units){ .code_count = ratings->code_count };
	out->cells_from = mem_zalloc(ratings->unit_count + 1, sizeof(size_t));
	out->cells = mem_zalloc(total + 1, sizeof(struct cell));
	out->m = mem_zalloc(ratings->unit_count + 1, sizeof(uint32_t));
	out->unit = mem_zalloc(ratings->unit_count + 1, sizeof(size_t));
	for (size_t u = 0; u < ratings->unit_count; u++) {
		size_t from = ratings->starts[u], m = ratings->starts[u + 1] - from;
		if (m < 2)
			continue;
		memcpy(sorted, ratings->codes + from, m * sizeof(*sorted));
		qsort(sorted, m, sizeof(*sorted), by_number);
		out->cells_from[out->count] = cells;
		for (size_t i = 0; i < m; i++) {
			if (i == 0 || sorted[i] != sorted[i - 1])
				out->cells[cells++] = (struct cell){ sorted[i], 0 };
			out->cells[cells - 1].times++;
		}
		out->m[out->count] = (uint32_t)m;
		out->unit[out->count++] = u;
		out->ratings += m;
	}
	out->cells_from[out->count] = cells;
	free(sorted);
	find_patterns(out);
}

/* Who rated them: somebody whose samples nobody else has rated is none of those who agree or differ. */
static size_t raters_of(const struct ratings *ratings, const struct units *units)
{
	bool *seen = mem_zalloc(ratings->rater_count + 1, sizeof(*seen));
	size_t count = 0;

	for (size_t u = 0; u < units->count; u++)
		for (size_t i = ratings->starts[units->unit[u]]; i < ratings->starts[units->unit[u] + 1]; i++) {
			count += !seen[ratings->raters[i]];
			seen[ratings->raters[i]] = true;
		}
	free(seen);
	return count;
}

static void units_release(struct units *units)
{
	free(units->cells_from);
	free(units->cells);
	free(units->m);
	free(units->unit);
	free(units->pattern);
	free(units->example);
}

static void sums_clear(struct sums *sums, size_t codes)
{
	sums->units = sums->ratings = sums->share = sums->squares = sums->differ = 0;
	memset(sums->of_code, 0, codes * sizeof(double));
	memset(sums->differ_of, 0, codes * sizeof(double));
}

/* `n` units that are like u. */
static void sums_add(struct sums *sums, const struct units *units, size_t u, double n)
{
	double m = units->m[u], alike = 0;

	for (size_t i = units->cells_from[u]; i < units->cells_from[u + 1]; i++) {
		double times = units->cells[i].times;
		alike += times * (times - 1);
		sums->of_code[units->cells[i].code] += n * times;
		sums->differ_of[units->cells[i].code] += n * times * (m - times) / (m - 1);
	}
	sums->units += n;
	sums->ratings += n * m;
	sums->share += n * alike / (m * (m - 1));
	sums->squares += n * (alike / (m * (m - 1)) * (alike / (m * (m - 1))));
	sums->differ += n * (m * (m - 1) - alike) / (m - 1);
}

/* ---- the figures of some sums -------------------------------------------------------------- */

/* (observed - expected) / (1 - expected) */
static double beyond_chance(double observed, double expected)
{
	return expected < 1 ? (observed - expected) / (1 - expected) : NAN;
}

/* A figure beyond chance, and what it grows by with the share of pairs that agree: 1 / (1 - chance). */
struct beyond {
	double figure, per_share;
};

static struct beyond fleiss_beyond(const struct sums *sums, size_t codes)
{
	double expected = 0;

	for (size_t c = 0; c < codes; c++)
		expected += sums->of_code[c] / sums->ratings * (sums->of_code[c] / sums->ratings);
	return (struct beyond){ beyond_chance(sums->share / sums->units, expected), 1 / (1 - expected) };
}

static struct beyond alpha_beyond(const struct sums *sums, size_t codes)
{
	double n = sums->ratings, squares = 0;

	for (size_t c = 0; c < codes; c++)
		squares += sums->of_code[c] * sums->of_code[c];
	return (struct beyond){ n * n > squares ? 1 - (n - 1) * sums->differ / (n * n - squares) : NAN, n * (n - 1) / (n * n - squares) };
}

static struct beyond alpha_beyond_code(const struct sums *sums, size_t c)
{
	double n = sums->ratings, of = sums->of_code[c], differ = 2 * of * (n - of);

	return (struct beyond){ differ > 0 ? 1 - (n - 1) * 2 * sums->differ_of[c] / differ : NAN, n * (n - 1) / differ };
}

/* ---- resampling ----------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Percentiles; values that are not defined are left out, but for more than one of twenty. */
static struct interval percentiles(double *values, size_t count, double confidence)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!isnan(values[i]))
			values[kept++] = values[i];
	if (kept < RESAMPLES_LEAST / 2 || kept < count - count / 20)
		return (struct interval){ NAN, NAN };
	qsort(values, kept, sizeof(*values), by_value);
	double tail = (1 - confidence) / 2 * (double)(kept - 1);
	return (struct interval){ values[(size_t)floor(tail)], values[kept - 1 - (size_t)floor(tail)] };
}

/* Of the share of pairs that agree, `share` of them in each of `units` on average; `squares` is the mean of its square. */
static struct interval share_within(double share, double squares, double units, double confidence)
{
	double full = share * (1 - share), varies = squares - share * share, n = units;

	if (full > 0)
		n = units * full / ((units * varies + 2 * full) / (units + 2));
	n = n < units ? units : n; /* P lies between 0 and 1: nothing varies more */
	return interval_share(share * n, n, confidence);
}

/*
 * The wider at either end of the bootstrap's interval, and of what the share's interval comes to with chance held
 * fast. `least`: how often the rarest of what is told apart was seen.
 */
static struct interval widened(struct interval bootstrap, struct beyond beyond, double share, struct interval share_within,
			       double least)
{
	double low = beyond.figure - beyond.per_share * (share - share_within.low);
	double high = fmin(1, beyond.figure + beyond.per_share * (share_within.high - share));

	if (least < AGREEMENT_UNITS_LEAST || isnan(beyond.figure) || isnan(bootstrap.low))
		return (struct interval){ NAN, NAN };
	return (struct interval){ fmin(low, bootstrap.low), fmax(high, bootstrap.high) };
}

static bool goes_on(const struct agreement_options *options)
{
	return !options->cancel || !atomic_load_explicit(options->cancel, memory_order_relaxed);
}

/* Rows of `values`: Fleiss' kappa, alpha, then alpha of each code. */
static void resample(const struct units *units, const struct agreement_options *options, size_t times, double *values)
{
	struct sums sums = { .of_code = mem_zalloc(units->code_count + 1, sizeof(double)),
			     .differ_of = mem_zalloc(units->code_count + 1, sizeof(double)) };
	uint32_t *drawn = mem_zalloc(units->pattern_count + 1, sizeof(*drawn)); /* units of each pattern */
	struct random random;

	random_init(&random, options->seed);
	for (size_t i = 0; i < times && goes_on(options); i++) {
		sums_clear(&sums, units->code_count);
		memset(drawn, 0, units->pattern_count * sizeof(*drawn));
		for (size_t u = 0; u < units->count; u++)
			drawn[units->pattern[random_below(&random, units->count)]]++;
		for (size_t p = 0; p < units->pattern_count; p++)
			if (drawn[p])
				sums_add(&sums, units, units->example[p], drawn[p]);
		values[i] = fleiss_beyond(&sums, units->code_count).figure;
		values[times + i] = alpha_beyond(&sums, units->code_count).figure;
		for (size_t c = 0; c < units->code_count; c++)
			values[(2 + c) * times + i] = alpha_beyond_code(&sums, c).figure;
	}
	free(drawn);
	free(sums.of_code);
	free(sums.differ_of);
}

static size_t resamples_of(const struct units *units, const struct agreement_options *options)
{
	size_t most = units->ratings ? DRAWS_MAX / units->ratings : 0;

	if (!options->resamples || units->count < 2)
		return 0;
	most = most < RESAMPLES_LEAST ? RESAMPLES_LEAST : most;
	return options->resamples < most ? options->resamples : most;
}

/* ---- codes, confusions, disputes ------------------------------------------------------------- */

static int by_ratings(const void *a, const void *b)
{
	const struct agreement_code *x = a, *y = b;

	if (x->ratings != y->ratings)
		return x->ratings < y->ratings ? 1 : -1;
	return (x->code > y->code) - (x->code < y->code);
}

static void codes_of(struct arena *arena, const struct units *units, const struct sums *sums, double *values, size_t times,
		     double confidence, struct agreement *out)
{
	struct agreement_code *codes = arena_array(arena, units->code_count, sizeof(*codes));

	for (size_t c = 0; c < units->code_count; c++) {
		double of = sums->of_code[c], specific = (of - sums->differ_of[c]) / of;
		if (of == 0)
			continue;
		struct beyond alpha = alpha_beyond_code(sums, c);
		double share = 1 - 2 * sums->differ_of[c] / sums->ratings;
		codes[out->code_count++] = (struct agreement_code){
			.code = (uint32_t)c, .ratings = (size_t)of, .specific = specific,
			.kappa = beyond_chance(specific, of / sums->ratings),
			.alpha = alpha.figure,
			.alpha_within = widened(percentiles(values + (2 + c) * times, times, confidence), alpha, share,
						interval_share(share * sums->units, sums->units, confidence),
						fmin(fmin(of, sums->ratings - of), sums->units)),
		};
	}
	if (out->code_count)
		qsort(codes, out->code_count, sizeof(*codes), by_ratings);
	out->codes = codes;
}

static int by_coincidences(const void *a, const void *b)
{
	const struct agreement_confusion *x = a, *y = b;

	if (x->coincidences != y->coincidences)
		return x->coincidences < y->coincidences ? 1 : -1;
	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	return (x->other > y->other) - (x->other < y->other);
}

static int by_codes(const void *a, const void *b)
{
	const struct agreement_confusion *x = a, *y = b;

	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	return (x->other > y->other) - (x->other < y->other);
}

/* Each unit's pairs are listed, then equal ones put together: codes may be many, pairs that occur are few. */
static void confusions_of(struct arena *arena, const struct units *units, struct agreement *out)
{
	struct agreement_confusion *list = NULL;
	size_t len = 0, room = 0, kept = 0;

	for (size_t u = 0; u < units->count; u++) {
		size_t from = units->cells_from[u], to = units->cells_from[u + 1];
		if (to > from + CODES_OF_UNIT)
			to = from + CODES_OF_UNIT;
		for (size_t i = from; i < to; i++)
			for (size_t k = i + 1; k < to; k++) {
				const struct cell *a = &units->cells[i], *b = &units->cells[k];
				if (len == room) {
					room = room * 2 + 64;
					list = mem_realloc(list, room, sizeof(*list));
				}
				list[len++] = (struct agreement_confusion){
					a->code, b->code, 2.0 * a->times * b->times / (units->m[u] - 1), 1 };
			}
	}
	if (len)
		qsort(list, len, sizeof(*list), by_codes);
	for (size_t i = 0; i < len; i++) {
		if (kept && by_codes(&list[kept - 1], &list[i]) == 0) {
			list[kept - 1].coincidences += list[i].coincidences;
			list[kept - 1].units++;
		} else {
			list[kept++] = list[i];
		}
	}
	if (kept)
		qsort(list, kept, sizeof(*list), by_coincidences);
	struct agreement_confusion *result = arena_array(arena, kept, sizeof(*result));
	if (kept)
		memcpy(result, list, kept * sizeof(*result));
	out->confusions = result;
	out->confusion_count = kept;
	free(list);
}

struct dispute {
	double share;
	int64_t sample;
};

static int by_dispute(const void *a, const void *b)
{
	const struct dispute *x = a, *y = b;

	if (x->share != y->share)
		return x->share > y->share ? 1 : -1;
	return (x->sample > y->sample) - (x->sample < y->sample);
}

static void disputes_of(struct arena *arena, const struct ratings *ratings, const struct units *units, struct agreement *out)
{
	struct dispute *list = mem_zalloc(units->count + 1, sizeof(*list));
	int64_t *samples;
	size_t len = 0;

	for (size_t u = 0; u < units->count; u++) {
		double m = units->m[u], alike = 0;
		for (size_t i = units->cells_from[u]; i < units->cells_from[u + 1]; i++)
			alike += (double)units->cells[i].times * (units->cells[i].times - 1);
		if (alike < m * (m - 1))
			list[len++] = (struct dispute){ alike / (m * (m - 1)), ratings->samples[units->unit[u]] };
	}
	qsort(list, len, sizeof(*list), by_dispute);
	samples = arena_array(arena, len, sizeof(*samples));
	for (size_t i = 0; i < len; i++)
		samples[i] = list[i].sample;
	out->disputed = samples;
	out->disputed_count = len;
	out->agreed = units->count - len;
	free(list);
}

/* ---- pairs of reviewers ------------------------------------------------------------------------ */

double agreement_cohen(const double *table, size_t size)
{
	double n = 0, same = 0, chance = 0;

	for (size_t i = 0; i < size * size; i++)
		n += table[i];
	for (size_t i = 0; i < size; i++) {
		double row = 0, column = 0;
		for (size_t k = 0; k < size; k++) {
			row += table[i * size + k];
			column += table[k * size + i];
		}
		same += table[i * size + i] / n;
		chance += row / n * (column / n);
	}
	return n > 0 ? beyond_chance(same, chance) : NAN;
}

/* One unit that two reviewers rated. */
struct both {
	uint32_t a, b, code_a, code_b;
};

static int by_raters(const void *a, const void *b)
{
	const struct both *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

static int by_units(const void *a, const void *b)
{
	const struct agreement_pair *x = a, *y = b;

	if (x->units != y->units)
		return x->units < y->units ? 1 : -1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Cohen's kappa of some units of a pair, those at the places drawn (NULL: all). */
static struct beyond kappa_of(const struct both *list, size_t count, struct random *draw, double *row, double *column,
			      size_t codes, double *percent)
{
	double same = 0, chance = 0;

	memset(row, 0, codes * sizeof(*row));
	memset(column, 0, codes * sizeof(*column));
	for (size_t i = 0; i < count; i++) {
		const struct both *unit = &list[draw ? (size_t)random_below(draw, count) : i];
		row[unit->code_a]++;
		column[unit->code_b]++;
		same += unit->code_a == unit->code_b;
	}
	for (size_t c = 0; c < codes; c++)
		chance += row[c] / (double)count * (column[c] / (double)count);
	*percent = same / (double)count;
	return (struct beyond){ beyond_chance(*percent, chance), 1 / (1 - chance) };
}

static struct agreement_pair pair_of(const struct both *list, size_t count, size_t codes, size_t times,
				     const struct agreement_options *options)
{
	struct agreement_pair pair = { .a = list->a, .b = list->b, .units = count };
	double *row = mem_zalloc(codes + 1, sizeof(double)), *column = mem_zalloc(codes + 1, sizeof(double));
	double *values = mem_zalloc(times + 1, sizeof(double)), ignored;
	struct beyond kappa = kappa_of(list, count, NULL, row, column, codes, &pair.percent);
	struct random random;

	random_init(&random, options->seed);
	for (size_t i = 0; i < times && goes_on(options); i++)
		values[i] = kappa_of(list, count, &random, row, column, codes, &ignored).figure;
	pair.kappa = kappa.figure;
	pair.kappa_within = widened(percentiles(values, times, options->confidence), kappa, pair.percent,
				    interval_share(pair.percent * (double)count, (double)count, options->confidence), (double)count);
	free(row);
	free(column);
	free(values);
	return pair;
}

static void pairs_of(struct arena *arena, const struct ratings *ratings, const struct units *units, size_t times,
		     const struct agreement_options *options, struct agreement *out)
{
	struct both *list = NULL;
	struct agreement_pair *pairs;
	size_t len = 0, room = 0;

	for (size_t u = 0; u < units->count; u++) {
		size_t from = ratings->starts[units->unit[u]], to = ratings->starts[units->unit[u] + 1];
		for (size_t i = from; i < to; i++)
			for (size_t k = i + 1; k < to; k++) { /* raters stand in their order */
				if (len == room) {
					room = room * 2 + 64;
					list = mem_realloc(list, room, sizeof(*list));
				}
				list[len++] = (struct both){ ratings->raters[i], ratings->raters[k], ratings->codes[i],
							     ratings->codes[k] };
			}
	}
	if (len)
		qsort(list, len, sizeof(*list), by_raters);
	pairs = arena_array(arena, len, sizeof(*pairs));
	for (size_t i = 0, end; i < len; i = end) {
		for (end = i + 1; end < len && by_raters(&list[i], &list[end]) == 0;)
			end++;
		pairs[out->pair_count++] = pair_of(list + i, end - i, ratings->code_count, end - i > 1 ? times : 0, options);
	}
	if (out->pair_count)
		qsort(pairs, out->pair_count, sizeof(*pairs), by_units);
	out->pairs = pairs;
	free(list);
}

enum status agreement_of(struct arena *arena, const struct ratings *ratings, const struct agreement_options *options,
			 struct agreement *out, struct error *err)
{
	struct units units;
	struct sums sums;
	struct beyond fleiss, alpha;
	double *values;
	enum status status = STATUS_OK;

	*out = (struct agreement){ .percent = NAN, .fleiss = NAN, .alpha = NAN, .percent_within = { NAN, NAN },
				   .fleiss_within = { NAN, NAN }, .alpha_within = { NAN, NAN } };
	units_of(ratings, &units);
	out->resamples = resamples_of(&units, options);
	values = mem_zalloc((2 + units.code_count) * out->resamples + 1, sizeof(*values));
	sums = (struct sums){ .of_code = mem_zalloc(units.code_count + 1, sizeof(double)),
			      .differ_of = mem_zalloc(units.code_count + 1, sizeof(double)) };
	for (size_t u = 0; u < units.count; u++)
		sums_add(&sums, &units, u, 1);
	out->units = units.count;
	out->ratings = units.ratings;
	out->raters = raters_of(ratings, &units);
	fleiss = fleiss_beyond(&sums, units.code_count);
	alpha = alpha_beyond(&sums, units.code_count);
	if (units.count) {
		out->percent = sums.share / sums.units;
		out->fleiss = fleiss.figure;
		out->alpha = alpha.figure;
	}
	resample(&units, options, out->resamples, values);
	if (goes_on(options)) {
		struct interval share = units.count && options->resamples ?
						share_within(out->percent, sums.squares / sums.units, sums.units, options->confidence) :
						(struct interval){ NAN, NAN };
		out->percent_within = share;
		out->fleiss_within = widened(percentiles(values, out->resamples, options->confidence), fleiss, out->percent, share,
					     sums.units);
		out->alpha_within = widened(percentiles(values + out->resamples, out->resamples, options->confidence), alpha,
					    out->percent, share, sums.units);
		codes_of(arena, &units, &sums, values, out->resamples, options->confidence, out);
		confusions_of(arena, &units, out);
		pairs_of(arena, ratings, &units, out->resamples, options, out);
		disputes_of(arena, ratings, &units, out);
	}
	if (!goes_on(options))
		status = error_set(err, STATUS_CANCELLED, "the agreement of reviewers was not computed to the end");
	free(values);
	free(sums.of_code);
	free(sums.differ_of);
	units_release(&units);
	return status;
}
