#include "core/analysis/contrast.h"

#include <stdlib.h>
#include <string.h>

#include "core/analysis/contrast_claim.h"
#include "core/analysis/contrast_rows.h"
#include "core/base/vec.h"

#define ONE_SIDED 0.995     /* so many of the samples that have the key are cases, or are not */
#define ONE_SIDED_LEAST 20
#define FOLLOWS 0.05        /* of a key's entropy is left where another is known: it follows from that */
#define DAYS_SHARED 0.1     /* of the information is within days: less, and the model leaves them out */
#define RELEVANT 2.0        /* standard deviations of chi-square over its mean */
#define SUPPORT_LEAST 5     /* cases that are there or were expected, to be looked at */
#define CELL_EXPECTED 5     /* for the dispersion */
#define CELLS_LEAST 30
#define MEDIAN_CHI_SQUARE 0.45493642311957
#define PAIRS_MAX ((size_t)1 << 20)
#define LOOKS_LIKE_NOTHING 1.0 /* standard deviations */
#define RANGES_FITTED 12
#define BEYOND_CHANCE 3.84   /* of chi-square with one degree of freedom, one in twenty */

/* Of the samples of one place. */
struct sums {
	double cases, total, expected, variance;
};

struct work {
	struct contrast_rows rows;
	struct contrast_key *keys;
	struct contrast_rows model; /* the same, put together over all keys that the model at hand has not */
	uint32_t *map;          /* of each row: its place in that */
	bool *related;          /* key_count²: they say the same, or one follows from the other */
	bool *relevant;         /* of each key: its values differ in the share of cases, so that it can confound others */
	bool by_day;
	double dispersion;
	double *expected;       /* of each row by the model at hand */
	bool *use;              /* the keys of that model */
	bool cancelled;
	int64_t steps;          /* done: pairs of keys, twice, and keys, each of which is a model for all the pairs it is in */
	VEC_OF(struct contrast_finding) findings;
	size_t looks;
	const struct contrast_options *options;
	struct arena *arena;
};

static double excess(double observed, double expected)
{
	return observed > 0 ? observed * log(observed / expected) : 0;
}

/* Signed root of twice the log likelihood ratio, as far as chance alone makes it vary. */
static double z_of(const struct work *work, const struct sums *sums)
{
	double all = work->rows.all_cases, o = sums->cases, e = sums->expected, ratio;

	if (e <= 0 || e >= all || sums->variance <= 0)
		return 0;
	ratio = excess(o, e) + excess(all - o, all - e);
	return copysign(sqrt(fmax(0, 2 * ratio * e / sums->variance / work->dispersion)), o - e);
}

static void add_row(struct sums *sums, const struct contrast_rows *rows, size_t row, double expected)
{
	double share = expected / rows->total[row];

	sums->cases += rows->cases[row];
	sums->total += rows->total[row];
	sums->expected += expected;
	sums->variance += expected * fmax(0.05, 1 - share); /* binomial */
}

static bool is_worth_a_look(const struct sums *sums)
{
	return sums->cases >= SUPPORT_LEAST || sums->expected >= SUPPORT_LEAST;
}

static struct contrast_finding finding_of(const struct work *work, struct contrast_place first, struct contrast_place second,
					  const struct sums *sums)
{
	const struct contrast_rows *rows = &work->rows;
	double rest = rows->all_cases - sums->cases, expected_rest = rows->all_cases - sums->expected;
	struct contrast_finding finding = { .first = first, .second = second, .cases = (int64_t)sums->cases,
					    .total = (int64_t)sums->total, .expected = sums->expected,
					    .explained_by = CONTRAST_NONE };

	finding.crude_within = interval_ratio(sums->cases, sums->total, rest, rows->all - sums->total, false, 1,
					      work->options->confidence, &finding.crude);
	finding.within = interval_ratio(sums->cases, sums->expected, rest, expected_rest, true, work->dispersion,
					work->options->confidence, &finding.ratio);
	finding.z = z_of(work, sums);
	finding.p = normal_two_sided(finding.z);
	return finding;
}

/* Places that look like nothing, counted as well as adjusted, are left as they are. */
static bool is_to_fit(const struct contrast_finding *finding, const struct sums *sums)
{
	bool crude = finding->crude_within.low > 1 || finding->crude_within.high < 1;

	return sums->expected > 0 && (crude || fabs(finding->z) >= LOOKS_LIKE_NOTHING);
}

static void take_fit(const struct work *work, const struct contrast_value_fit *fit, const struct sums *sums,
		     struct contrast_finding *finding)
{
	double excess_cases = sums->cases - sums->expected, half;

	if (!(fit->ratio > 0) || fabs(log(fit->ratio)) < 1e-6 || fabs(excess_cases) < 1e-6)
		return;
	finding->ratio = fit->ratio;
	finding->z = copysign(sqrt(fmax(0, fit->gain) * sums->expected / sums->variance / work->dispersion), log(fit->ratio));
	finding->p = normal_two_sided(finding->z);
	half = exp(sqrt(log(fit->ratio) / excess_cases * sums->variance / sums->expected * work->dispersion) *
		   normal_quantile(1 - (1 - work->options->confidence) / 2));
	finding->within = (struct interval){ fit->ratio / half, fit->ratio * half };
}

/* A value, or range, and its sums. */
struct looked_at {
	struct contrast_finding finding;
	struct sums sums;
	bool is_left;           /* as it is, whatever it looks like */
};

/* Each value, or range, gets a factor of its own in the model: what that wins is the evidence, and how far
 * cases and model were apart for the factor that closes the gap says how well it is known. */
static void fit_places(struct work *work, size_t key, struct looked_at *places, size_t count)
{
	struct contrast_value_fit *fits = mem_zalloc(count + 1, sizeof(*fits));
	size_t fit_count = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		const struct contrast_place *place = &places[i].finding.first;
		places[i].is_left = places[i].is_left || !is_to_fit(&places[i].finding, &places[i].sums);
		if (!places[i].is_left)
			fits[fit_count++] = (struct contrast_value_fit){ .first = place->value, .last = place->last };
	}
	work->cancelled = work->cancelled || !contrast_fit_values(&work->model, work->use, key, work->options->cancel,
								   work->expected, fits, fit_count);
	for (size_t i = 0; i < count && !work->cancelled; i++)
		if (!places[i].is_left)
			take_fit(work, &fits[at++], &places[i].sums, &places[i].finding);
	free(fits);
}

/* Whether nobody wants the answer any more. */
static bool is_stopped(struct work *work)
{
	const atomic_bool *cancel = work->options->cancel;

	work->cancelled = work->cancelled || (cancel && atomic_load_explicit(cancel, memory_order_relaxed));
	return work->cancelled;
}

static void tell(struct work *work, size_t steps)
{
	int64_t keys = (int64_t)work->rows.key_count;

	work->steps += (int64_t)steps;
	if (work->options->progress)
		work->options->progress(work->options->context, work->steps, keys * (keys - 1) + keys * keys);
}

/* ---- how keys hang together ------------------------------------------------------------------------ */

static void relate(struct work *work)
{
	struct contrast_rows *rows = &work->rows;
	size_t count = rows->key_count;

	work->related = mem_zalloc(count * count + 1, sizeof(bool));
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < a && !is_stopped(work); b++) {
			double a_left = contrast_left(rows, a, b), b_left = contrast_left(rows, b, a);
			bool day = (int)a == rows->day || (int)b == rows->day;
			tell(work, 1);
			if (day) {
				struct contrast_key *other = &work->keys[(int)a == rows->day ? b : a];
				other->with_time = ((int)a == rows->day ? b_left : a_left) < FOLLOWS;
				continue;
			}
			work->related[a * count + b] = work->related[b * count + a] = a_left < FOLLOWS || b_left < FOLLOWS;
			if (a_left < FOLLOWS && b_left < FOLLOWS && work->keys[a].same_as == CONTRAST_NONE)
				work->keys[a].same_as = (uint32_t)b;
		}
}

static double entropy(double a, double b)
{
	double n = a + b;

	return n > 0 ? -(a > 0 ? a * log(a / n) : 0) - (b > 0 ? b * log(b / n) : 0) : 0;
}

/* Keys that are the question in other words: severity, where samples that passed have none. */
static void find_outcomes(struct work *work)
{
	const struct contrast_rows *rows = &work->rows;

	for (size_t k = 0; k < rows->key_count; k++) {
		size_t count = rows->value_counts[k];
		double *cases = mem_zalloc(count, sizeof(*cases)), *total = mem_zalloc(count, sizeof(*total));
		double left = 0, known = 0, known_cases = 0;
		contrast_sum(rows, k, rows->cases, cases);
		contrast_sum(rows, k, rows->total, total);
		for (size_t v = 0; v < count; v++) {
			left += entropy(cases[v], total[v] - cases[v]);
			known += v ? total[v] : 0;
			known_cases += v ? cases[v] : 0;
		}
		work->keys[k].of_cases = (int)k != rows->day &&
			(left < FOLLOWS * entropy(rows->all_cases, rows->all - rows->all_cases) ||
			 (known >= ONE_SIDED_LEAST && known < rows->all &&
			  (known_cases >= ONE_SIDED * known || known_cases <= (1 - ONE_SIDED) * known)));
		free(cases);
		free(total);
	}
}

/* Whether cases and controls are of the same days, by and large. */
static bool share_days(const struct contrast_rows *rows)
{
	double *cases, *total, within = 0;
	size_t days;

	if (rows->day < 0)
		return false;
	days = rows->value_counts[rows->day];
	cases = mem_zalloc(days, sizeof(*cases));
	total = mem_zalloc(days, sizeof(*total));
	contrast_sum(rows, (size_t)rows->day, rows->cases, cases);
	contrast_sum(rows, (size_t)rows->day, rows->total, total);
	for (size_t d = 0; d < days; d++)
		within += total[d] > 0 ? cases[d] * (total[d] - cases[d]) / total[d] : 0;
	free(cases);
	free(total);
	return days > 2 && within > DAYS_SHARED * rows->all_cases * (rows->all - rows->all_cases) / rows->all;
}

/* A key whose values all have the same share of cases, as far as chance goes, confounds nothing. Leaving it out
 * makes rows of a million samples few. */
static void find_relevant(struct work *work)
{
	const struct contrast_rows *rows = &work->rows;
	double share = rows->all_cases / rows->all;

	work->relevant = mem_zalloc(rows->key_count + 1, sizeof(bool));
	for (size_t k = 0; k < rows->key_count; k++) {
		size_t count = rows->value_counts[k], used = 0;
		double *cases = mem_zalloc(count, sizeof(*cases)), *total = mem_zalloc(count, sizeof(*total)), square = 0, freedom;
		contrast_sum(rows, k, rows->cases, cases);
		contrast_sum(rows, k, rows->total, total);
		for (size_t v = 0; v < count; v++) {
			double expected = total[v] * share;
			if (total[v] <= 0)
				continue;
			used++;
			square += (cases[v] - expected) * (cases[v] - expected) / (expected * (1 - share));
		}
		freedom = used > 1 ? (double)used - 1 : 1;
		work->relevant[k] = square > freedom + RELEVANT * sqrt(2 * freedom);
		free(cases);
		free(total);
	}
}

/* Which keys a model of key `but` (or of all) has. */
static void keys_of_model(const struct work *work, size_t but, bool *use)
{
	for (size_t k = 0; k < work->rows.key_count; k++)
		use[k] = (int)k == work->rows.day ? work->by_day :
			 k != but && work->relevant[k] && !work->keys[k].of_cases && work->keys[k].same_as == CONTRAST_NONE && !(work->keys[k].with_time && work->by_day) &&
			 (but >= work->rows.key_count || !work->related[but * work->rows.key_count + k]);
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* From cells of value and day under the model of all keys. */
static void measure_dispersion(struct work *work)
{
	const struct contrast_rows *rows = &work->rows;
	VEC_OF(double) cells = VEC_INIT;

	work->dispersion = 1;
	for (size_t k = 0; k < rows->key_count && rows->day >= 0; k++) {
		size_t days = rows->value_counts[rows->day], values = rows->value_counts[k];
		struct sums *sums;
		if ((int)k == rows->day || values > PAIRS_MAX / days || work->keys[k].of_cases || work->keys[k].same_as != CONTRAST_NONE)
			continue;
		sums = mem_zalloc(days * values, sizeof(*sums));
		for (size_t i = 0; i < rows->count; i++)
			add_row(&sums[rows->cells[k][i] * days + rows->cells[(size_t)rows->day][i]],
				rows, i, work->expected[i]);
		for (size_t i = 0; i < days * values; i++)
			if (sums[i].expected >= CELL_EXPECTED) {
				double off = sums[i].cases - sums[i].expected;
				vec_push(&cells, off * off / sums[i].variance);
			}
		free(sums);
	}
	if (cells.len >= CELLS_LEAST) {
		qsort(cells.items, cells.len, sizeof(*cells.items), by_double);
		work->dispersion = fmax(1, cells.items[cells.len / 2] / MEDIAN_CHI_SQUARE);
	}
	vec_release(&cells);
}

/* ---- looking ------------------------------------------------------------------------------------------ */

static struct sums *sums_of_key(const struct work *work, size_t key)
{
	const struct contrast_rows *rows = &work->model;
	struct sums *sums = mem_zalloc(rows->value_counts[key] + 1, sizeof(*sums));

	for (size_t i = 0; i < rows->count; i++)
		add_row(&sums[rows->cells[key][i]], rows, i, work->expected[i]);
	return sums;
}

static const struct contrast_place no_place = { CONTRAST_NONE, 0, 0 };

static void look_at_values(struct work *work, size_t key, const struct sums *sums)
{
	VEC_OF(struct looked_at) places = VEC_INIT;

	for (uint32_t v = 0; v < work->rows.value_counts[key]; v++) {
		struct looked_at place = { .sums = sums[v] };
		struct contrast_finding *finding = &place.finding;
		if (!is_worth_a_look(&sums[v]) || sums[v].total >= work->rows.all)
			continue;
		*finding = finding_of(work, (struct contrast_place){ (uint32_t)key, v, v }, no_place, &sums[v]);
		finding->with_time = place.is_left = work->keys[key].with_time && work->by_day;
		if (finding->with_time) {
			finding->ratio = finding->within.low = finding->within.high = NAN;
			finding->z = 0;
			finding->p = 1;
		} else
			work->looks++;
		vec_push(&places, place);
	}
	fit_places(work, key, places.items, places.len);
	for (size_t i = 0; i < places.len; i++)
		vec_push(&work->findings, places.items[i].finding);
	vec_release(&places);
}

/* A range of values, and what the search thinks of it. */
struct range {
	uint32_t from, to;
	double z;
	struct sums sums;
};

/* Keeps the RANGES_FITTED best, best first. */
static void keep_best(struct range *best, size_t *count, const struct range *range)
{
	size_t at = *count < RANGES_FITTED ? (*count)++ : RANGES_FITTED - 1;

	if (at == RANGES_FITTED - 1 && best[at].z >= range->z && best[at].to)
		return;
	while (at > 0 && best[at - 1].z < range->z) {
		best[at] = best[at - 1];
		at--;
	}
	best[at] = *range;
}

/* The best single value of a key that lies in a range. */
static double best_single(const struct work *work, size_t key, const struct contrast_place *place)
{
	double best = 0;

	for (size_t i = 0; i < work->findings.len; i++) {
		const struct contrast_finding *single = &work->findings.items[i];
		if (single->first.key == key && single->second.key == CONTRAST_NONE && single->first.value == single->first.last &&
		    single->first.value >= place->value && single->first.value <= place->last)
			best = fmax(best, single->z);
	}
	return best;
}

/* The range of two values or more with the most evidence, if that is beyond chance more than that of each value in
 * it. All ranges are searched by O against E; the best of those are fitted, and of about equal ones the shortest kept. */
static void look_at_ranges(struct work *work, size_t key, const struct sums *sums)
{
	size_t count = work->rows.value_counts[key], ranges = 0, best_count = 0;
	struct range best[RANGES_FITTED] = { { .from = 0 } };
	struct looked_at places[RANGES_FITTED];
	struct contrast_finding kept = { .z = 0 };

	if (!work->keys[key].is_ordered || (work->keys[key].with_time && work->by_day))
		return;
	for (uint32_t from = 1; from < count; from++) { /* [0] is "none" */
		struct range range = { .from = from };
		for (uint32_t to = from; to < count; to++) {
			range.to = to;
			range.sums.cases += sums[to].cases;
			range.sums.total += sums[to].total;
			range.sums.expected += sums[to].expected;
			range.sums.variance += sums[to].variance;
			if (from == to || (from == 1 && to == count - 1) || !is_worth_a_look(&range.sums))
				continue;
			ranges++;
			range.z = z_of(work, &range.sums);
			if (range.z > 0)
				keep_best(best, &best_count, &range);
		}
	}
	work->looks += ranges > 0;
	for (size_t i = 0; i < best_count; i++) {
		struct contrast_place place = { (uint32_t)key, best[i].from, best[i].to };
		places[i] = (struct looked_at){ finding_of(work, place, no_place, &best[i].sums), best[i].sums, false };
	}
	fit_places(work, key, places, best_count);
	for (size_t i = 0; i < best_count; i++) {
		struct contrast_finding finding = places[i].finding;
		double length = finding.first.last - finding.first.value, kept_length = kept.first.last - kept.first.value;
		/* A value more must win something. */
		double gain = finding.z > 0 ? finding.z * finding.z - BEYOND_CHANCE * length : 0;
		double kept_gain = kept.z > 0 ? kept.z * kept.z - BEYOND_CHANCE * kept_length : 0;
		if (gain > kept_gain || (i == 0 && finding.z > 0))
			kept = finding;
	}
	if (kept.z > 0 && kept.z * kept.z > pow(best_single(work, key, &kept.first), 2) + BEYOND_CHANCE) {
		kept.p = fmin(1, kept.p * (double)ranges);
		vec_push(&work->findings, kept);
	}
}

static void look_at_pair(struct work *work, size_t a, size_t b)
{
	const struct contrast_rows *rows = &work->rows;
	size_t width = rows->value_counts[a], height = rows->value_counts[b];
	struct sums *sums;

	if (width > PAIRS_MAX / height)
		return;
	sums = mem_zalloc(width * height, sizeof(*sums));
	for (size_t i = 0; i < rows->count; i++)
		add_row(&sums[rows->cells[b][i] * width + rows->cells[a][i]], rows, i,
			work->expected[i]);
	for (size_t at = 0; at < width * height; at++) {
		uint32_t va = (uint32_t)(at % width), vb = (uint32_t)(at / width);
		struct contrast_finding finding;
		if (!is_worth_a_look(&sums[at]))
			continue;
		work->looks++;
		finding = finding_of(work, (struct contrast_place){ (uint32_t)a, va, va },
				     (struct contrast_place){ (uint32_t)b, vb, vb }, &sums[at]);
		if (finding.p <= work->options->rate) /* others cannot be claimed */
			vec_push(&work->findings, finding);
	}
	free(sums);
}

/* Rows of the keys in use and `also`, fitted. */
static bool fit_model(struct work *work, size_t also)
{
	bool *keep = mem_zalloc(work->rows.key_count + 1, sizeof(*keep));
	bool goes_on;

	memcpy(keep, work->use, work->rows.key_count * sizeof(*keep));
	if (also < work->rows.key_count)
		keep[also] = true;
	contrast_rows_release(&work->model);
	contrast_project(&work->rows, keep, &work->model, work->map);
	goes_on = contrast_fit(&work->model, work->use, work->options->cancel, work->expected);
	free(keep);
	return goes_on;
}

/* What the model at hand expects of each single row. */
static void spread_expected(struct work *work)
{
	double *fitted = mem_zalloc(work->model.count + 1, sizeof(*fitted));

	memcpy(fitted, work->expected, work->model.count * sizeof(*fitted));
	for (size_t i = 0; i < work->rows.count; i++)
		work->expected[i] = work->rows.total[i] * fitted[work->map[i]] / work->model.total[work->map[i]];
	free(fitted);
}

static bool can_pair(const struct work *work, size_t key)
{
	const struct contrast_key *of = &work->keys[key];

	return (int)key != work->rows.day && work->rows.value_counts[key] > 1 && !of->of_cases && of->same_as == CONTRAST_NONE &&
	       !(of->with_time && work->by_day);
}

static bool look_at_pairs(struct work *work)
{
	size_t count = work->rows.key_count;

	keys_of_model(work, count, work->use);
	if (!fit_model(work, count))
		return false;
	spread_expected(work);
	measure_dispersion(work);
	for (size_t a = 0; a < count; a++)
		for (size_t b = a + 1; b < count && !is_stopped(work); b++) {
			tell(work, 1);
			if (can_pair(work, a) && can_pair(work, b) && !work->related[a * count + b])
				look_at_pair(work, a, b);
		}
	return !work->cancelled;
}

static bool look(struct work *work)
{
	bool goes_on = look_at_pairs(work);

	for (size_t k = 0; k < work->rows.key_count && goes_on; k++) {
		struct sums *sums;
		if (k) /* the one before */
			tell(work, work->rows.key_count);
		if ((int)k == work->rows.day || work->rows.value_counts[k] < 2 || work->keys[k].of_cases ||
		    work->keys[k].same_as != CONTRAST_NONE)
			continue;
		keys_of_model(work, k, work->use);
		goes_on = fit_model(work, k);
		sums = sums_of_key(work, k);
		if (goes_on) {
			look_at_values(work, k, sums);
			look_at_ranges(work, k, sums);
			goes_on = !work->cancelled;
		}
		free(sums);
	}
	return goes_on;
}

/* ---- all of it ---------------------------------------------------------------------------------------- */

static void hand_out(struct work *work, struct contrast *out)
{
	struct contrast_finding *findings = arena_array(work->arena, work->findings.len, sizeof(*findings));

	if (work->findings.len)
		memcpy(findings, work->findings.items, work->findings.len * sizeof(*findings));
	*out = (struct contrast){
		.cases = (int64_t)work->rows.all_cases, .controls = (int64_t)(work->rows.all - work->rows.all_cases),
		.keys = work->keys, .key_count = work->rows.key_count, .findings = findings,
		.finding_count = work->findings.len, .looks = work->looks, .dispersion = work->dispersion,
		.by_day = work->by_day,
	};
}

enum status contrast_of(struct arena *arena, const struct table *cases, const struct table *against,
			const struct table *both, const struct contrast_options *options, struct contrast *out,
			struct error *err)
{
	struct work work = { .options = options, .arena = arena };
	enum status status = contrast_rows_of(arena, cases, against, both, &work.rows, &work.keys, err);

	if (options->tables)
		arena_release(options->tables);
	if (status == STATUS_OK) {
		find_outcomes(&work);
		relate(&work);
		work.by_day = share_days(&work.rows);
		work.expected = mem_zalloc(work.rows.count + 1, sizeof(double));
		work.map = mem_zalloc(work.rows.count + 1, sizeof(*work.map));
		work.use = mem_zalloc(work.rows.key_count + 1, sizeof(bool));
		if (!is_stopped(&work))
			find_relevant(&work);
		if (is_stopped(&work) || !look(&work) ||
		    !contrast_claim(arena, &work.rows, work.keys, work.findings.items, work.findings.len, work.looks, options))
			status = error_set(err, STATUS_CANCELLED, "the contrast was not computed to the end");
	}
	if (status == STATUS_OK)
		hand_out(&work, out);
	contrast_rows_release(&work.rows);
	contrast_rows_release(&work.model);
	free(work.related);
	free(work.relevant);
	free(work.map);
	free(work.use);
	free(work.expected);
	vec_release(&work.findings);
	return status;
}
