/*
 * Since when: simulated histories with and without a change, and the series of the Turing
 * Change Point Dataset beside the published scores of other methods.
 * $AITIA_PROOF=N: so many histories (`make analysis-proof`).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/analysis/onset.h"
#include "core/base/file.h"
#include "core/base/json.h"

#define DATA "../shared/data/timeline/alan-turing-institute_TCPD/"

static size_t histories(size_t few)
{
	const char *asked = getenv("AITIA_PROOF");

	return asked ? (size_t)strtoul(asked, NULL, 10) : few;
}

/* The most and the least that would be seen of n tries of chance p, but for once in ten thousand. */
static double most_of(double n, double p)
{
	return n * p + 3.7 * sqrt(n * p * (1 - p)) + 1;
}

static double least_of(double n, double p)
{
	return n * p - 3.7 * sqrt(n * p * (1 - p)) - 1;
}

/* ---- histories ------------------------------------------------------------------------------------ */

struct world {
	size_t days;
	double rate, outputs;    /* of flags per output; outputs on a working day */
	double dispersion;
	size_t change;           /* from this day on … */
	size_t end;              /* … to before this one (0: for good) … */
	double factor;           /* … so many times the rate */
	double growth;           /* outputs at the end over those at the beginning */
	bool counts_only;        /* outputs are not told */
};

struct history {
	struct arena arena;
	double count[1000], outputs[1000];
	struct series series;
};

static void make(struct history *history, const struct world *world, uint64_t seed)
{
	struct random random;

	random_init(&random, seed);
	for (size_t t = 0; t < world->days; t++) {
		bool changed = world->change && t >= world->change && (!world->end || t < world->end);
		double outputs = world->outputs * (t % 7 >= 5 ? 0.35 : 1) *
				 (1 + ((world->growth > 0 ? world->growth : 1) - 1) * (double)t / (double)world->days);
		double mean = outputs * world->rate * (changed ? world->factor : 1), more = world->dispersion - 1;
		history->outputs[t] = floor(outputs);
		history->count[t] = (double)random_poisson(&random, more > 0 ? random_gamma(&random, mean / more) * more : mean);
	}
	series_of(&history->arena, 20000, world->days, history->count, world->counts_only ? NULL : history->outputs,
		  &history->series);
}

static struct onset ask(struct history *history, const struct onset_options *options)
{
	struct onset out;
	struct error err;

	assert_int_equal(onset_of(&history->arena, &history->series, options, &out, &err), STATUS_OK);
	return out;
}

static const struct onset_options quick = { .rate = 0.05, .alarm_days = 365.25, .simulations = 99, .seed = 1 };

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct history));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	struct history *history = *state;

	arena_release(&history->arena);
	free(history);
	return 0;
}

/* ---- nothing is wrong ------------------------------------------------------------------------------- */

static void false_alarms_at_the_stated_rate(void **state)
{
	static const struct world worlds[] = {
		{ .days = 180, .rate = 0.08, .outputs = 150, .dispersion = 1, .growth = 1.6 },
		{ .days = 180, .rate = 0.08, .outputs = 400, .dispersion = 2.5 },
		{ .days = 120, .rate = 0.02, .outputs = 100, .dispersion = 1 },
		{ .days = 180, .rate = 0.08, .outputs = 150, .dispersion = 1, .counts_only = true },
	};
	struct history *history = *state;
	size_t count = histories(24), all_found = 0, all_alarmed = 0;
	double all = (double)(count * ARRAY_LEN(worlds)), stated = 0;

	for (size_t w = 0; w < ARRAY_LEN(worlds); w++) {
		size_t found = 0, alarmed = 0;
		for (size_t seed = 1; seed <= count; seed++) {
			make(history, &worlds[w], 100 * w + seed);
			struct onset out = ask(history, &quick);
			found += out.change_count > 0;
			alarmed += out.alarm_count > 0;
			arena_clear(&history->arena);
		}
		double alarm = 1 - exp(-(double)(worlds[w].days - 14) / quick.alarm_days);
		print_message("world %zu, nothing wrong: a change in %zu of %zu (5 %% stated), an alarm in %zu (%.0f %% stated)\n",
			      w, found, count, alarmed, 100 * alarm);
		assert_true((double)found <= most_of((double)count, 0.05));
		assert_true((double)alarmed <= most_of((double)count, alarm));
		assert_true((double)alarmed >= least_of((double)count, alarm) - 0.1 * (double)count);
		all_found += found;
		all_alarmed += alarmed;
		stated += alarm / (double)ARRAY_LEN(worlds);
	}
	/* A few histories of one world leave much to chance, those of all worlds less. */
	assert_true((double)all_found <= most_of(all, 0.05));
	assert_true((double)all_alarmed <= most_of(all, stated));
	assert_true((double)all_alarmed >= least_of(all, stated) - 0.1 * all);
}

/* More of a language that always fails more often is no change. */
static void a_shift_of_the_mix_is_no_change(void **state)
{
	static const struct table_key keys[] = { { FACET_DAY, NULL }, { FACET_LANG, NULL } };
	struct history *history = *state;
	size_t count = histories(12), naive = 0, adjusted = 0;

	for (size_t seed = 1; seed <= count; seed++) {
		struct table_builder *cases = table_builder_new(keys, 2), *all = table_builder_new(keys, 2);
		struct table case_table, all_table;
		struct series plain;
		struct random random;
		random_init(&random, seed);
		for (size_t t = 0; t < 120; t++)
			for (int lang = 0; lang < 2; lang++) {
				double outputs = lang ? (t < 60 ? 40 : 200) : 200, rate = lang ? 0.2 : 0.05;
				int64_t bad = random_poisson(&random, outputs * rate);
				char *day = instant_text(&history->arena, (struct instant){ (int64_t)(20000 + t) * 86400000000, PRECISION_DAY });
				const char *const values[] = { day, lang ? "c" : "rust" };
				uint32_t cells[2];
				for (size_t k = 0; k < 2; k++)
					cells[k] = table_builder_value(all, k, values[k]);
				table_builder_add(all, cells, (int64_t)outputs);
				for (size_t k = 0; k < 2; k++)
					cells[k] = table_builder_value(cases, k, values[k]);
				table_builder_add(cases, cells, bad);
				history->count[t] = (lang ? history->count[t] : 0) + (double)bad;
				history->outputs[t] = (lang ? history->outputs[t] : 0) + outputs;
			}
		table_builder_end(cases, &history->arena, &case_table);
		table_builder_end(all, &history->arena, &all_table);
		table_builder_free(cases);
		table_builder_free(all);
		series_of(&history->arena, 20000, 120, history->count, history->outputs, &plain);
		series_from(&history->arena, &case_table, &all_table, true, &history->series);
		assert_int_equal(history->series.days, 120);
		assert_int_equal(history->series.first_day, 20000);
		adjusted += ask(history, &quick).change_count > 0;
		history->series = plain;
		naive += ask(history, &quick).change_count > 0;
		arena_clear(&history->arena);
	}
	assert_int_equal(naive, count);
	assert_true((double)adjusted <= most_of((double)count, 0.05));
}

/* ---- something is ------------------------------------------------------------------------------------- */

/* The day of change is in its interval, the ratio in its; the monitor is as quick as it can be: Lorden (Annals of
 * Mathematical Statistics 42, 1971): no rule with a false alarm in A days needs fewer than about log(A) / I days, I the
 * information of a day, μ (f log f - f + 1) / dispersion. */
static void changes_are_found_and_dated(void **state)
{
	static const struct world worlds[] = {
		{ .days = 180, .rate = 0.08, .outputs = 150, .dispersion = 1, .change = 110, .factor = 1.6, .growth = 1.6 },
		{ .days = 180, .rate = 0.08, .outputs = 400, .dispersion = 2.5, .change = 100, .factor = 1.8 },
		{ .days = 180, .rate = 0.08, .outputs = 150, .dispersion = 1, .change = 90, .end = 130, .factor = 1.8 },
		{ .days = 180, .rate = 0.08, .outputs = 150, .dispersion = 1, .change = 110, .factor = 2, .counts_only = true },
	};
	struct history *history = *state;
	size_t count = histories(5), all_found = 0, all_dated = 0, all_within = 0;

	for (size_t w = 0; w < ARRAY_LEN(worlds); w++) {
		const struct world *world = &worlds[w];
		double f = world->factor, mean = world->rate * world->outputs * (5 + 2 * 0.35) / 7, delay = 0, bound;
		size_t found = 0, dated = 0, within = 0, seen = 0;
		bound = log(quick.alarm_days) / (mean * (f * log(f) - f + 1) / world->dispersion);
		for (size_t seed = 1; seed <= count; seed++) {
			make(history, world, 5000 + 100 * w + seed);
			struct onset out = ask(history, &quick);
			const struct onset_change *change = NULL;
			for (size_t i = 0; i < out.change_count; i++)
				if (out.changes[i].ratio > 1 && (!change || out.changes[i].evidence > change->evidence))
					change = &out.changes[i];
			if (change) {
				found++;
				dated += change->low <= world->change && world->change <= change->high;
				within += change->within.low <= f && f <= change->within.high;
				if (change->detectable != SIZE_MAX && change->detectable >= world->change) {
					seen++;
					delay += (double)(change->detectable - world->change + 1);
				}
			}
			arena_clear(&history->arena);
		}
		print_message("world %zu, times %.1f: found %zu of %zu, day in its interval %zu, ratio in its %zu, seen after %.1f days "
			      "(bound %.1f)\n", w, f, found, count, dated, within, seen ? delay / (double)seen : 0, bound);
		assert_true((double)found >= 0.97 * (double)count - 0.5);
		assert_true((double)dated >= least_of((double)found, 0.95));
		assert_true((double)within >= least_of((double)found, 0.90));
		assert_true((double)seen >= 0.9 * (double)count);
		assert_true(delay / (double)seen <= 3 * bound + 3);
		all_found += found;
		all_dated += dated;
		all_within += within;
	}
	assert_true((double)all_dated >= least_of((double)all_found, 0.95));
	assert_true((double)all_within >= least_of((double)all_found, 0.90));
}

static void alarms_are_of_days(const struct onset *out, size_t first, size_t last)
{
	assert_true(out->alarm_count > 0);
	for (size_t i = 0; i < out->alarm_count; i++)
		assert_in_range(out->alarms[i], first, last);
}

/* A rule that is new: nothing at all before day 100. The monitor is silent until then, and knows soon after. */
static void what_appears_from_nothing(void **state)
{
	const struct world world = { .days = 160, .rate = 1e-9, .outputs = 20, .dispersion = 1, .change = 100, .factor = 1e8 };
	struct onset_options options = quick;
	struct history *history = *state;

	options.with_power = true;
	for (uint64_t seed = 1; seed <= histories(5); seed++) {
		make(history, &world, seed);
		struct onset out = ask(history, &options);
		assert_int_equal(out.verdict, ONSET_CHANGED);
		assert_true(out.threshold > 0); /* one case is not yet proof */
		alarms_are_of_days(&out, 100, 159);
		assert_in_range(out.changes[0].detectable, 100, 110);
		assert_int_equal(out.power_count, 0);
		assert_non_null(out.no_power);
		options.alarm_days = 1; /* anything will do, but nothing is not anything */
		out = ask(history, &options);
		assert_true(out.threshold == 0);
		alarms_are_of_days(&out, 100, 159);
		options.alarm_days = quick.alarm_days;
		arena_clear(&history->arena);
	}
}

/* 3 samples a day of other rules, for 160 days; 5 a day of one rule in days 100 … 139. Without outputs its history is
 * that of the others all the same. */
static void counts_beside_the_others(struct history *history, bool has_stray)
{
	static const struct table_key day_key = { FACET_DAY, NULL };
	struct table_builder *cases = table_builder_new(&day_key, 1), *all = table_builder_new(&day_key, 1);
	struct table case_table, all_table;

	if (has_stray) {
		uint32_t cell = table_builder_value(all, 0, "1990-01-01");
		table_builder_add(all, &cell, 1);
	}
	for (size_t t = 0; t < 160; t++) {
		const char *day = instant_text(&history->arena, (struct instant){ (int64_t)(20000 + t) * 86400000000, PRECISION_DAY });
		uint32_t cell = table_builder_value(all, 0, day);
		bool is_on = t >= 100 && t < 140;
		table_builder_add(all, &cell, is_on ? 8 : 3);
		if (is_on) {
			cell = table_builder_value(cases, 0, day);
			table_builder_add(cases, &cell, 5);
		}
	}
	table_builder_end(cases, &history->arena, &case_table);
	table_builder_end(all, &history->arena, &all_table);
	table_builder_free(cases);
	table_builder_free(all);
	series_from(&history->arena, &case_table, &all_table, false, &history->series);
}

static void counts_alone_begin_and_end_with_the_others(void **state)
{
	struct history *history = *state;

	counts_beside_the_others(history, false);
	assert_int_equal(history->series.first_day, 20000);
	assert_int_equal(history->series.days, 160);
	assert_false(history->series.has_outputs);
	assert_true(history->series.outputs[0] == 0);
	struct onset out = ask(history, &quick);
	assert_int_equal(out.change_count, 2);
	assert_int_equal(out.changes[0].day, 100);
	assert_int_equal(out.changes[1].day, 140);
	assert_in_range(out.changes[0].detectable, 100, 103);
}

static void a_wrong_clock_makes_no_quiet_years(void **state)
{
	struct history *history = *state;
	double exposure = 0;

	counts_beside_the_others(history, true);
	size_t before = (size_t)(20000 - history->series.first_day);
	assert_int_equal(history->series.first_day, 7305);
	for (size_t t = 0; t < before; t++)
		exposure += history->series.exposure[t];
	assert_true(exposure > 0.5 && exposure < 2);
	struct onset out = ask(history, &quick);
	assert_int_equal(out.change_count, 2);
	assert_int_equal(out.changes[0].day, before + 100);
	assert_int_equal(out.changes[1].day, before + 140);
}

static void power_grows_with_the_change(void **state)
{
	const struct world world = { .days = 120, .rate = 0.08, .outputs = 150, .dispersion = 1 };
	struct onset_options options = quick;
	struct history *history = *state;

	options.with_power = true;
	make(history, &world, 3);
	struct onset out = ask(history, &options);
	assert_true(out.power_count >= 5);
	assert_null(out.no_power);
	for (size_t i = 1; i < out.power_count; i++)
		assert_true(out.power[i].seen >= out.power[i - 1].seen - 0.1);
	assert_true(out.power[out.power_count - 1].seen == 1);
	assert_true(out.power[out.power_count - 1].median_days <= 3);
	assert_true(out.power[0].seen < 0.9);
}

static void what_cannot_be_told(void **state)
{
	const struct world brief = { .days = 20, .rate = 0.08, .outputs = 150, .dispersion = 1 };
	const struct world rare = { .days = 100, .rate = 0.0001, .outputs = 150, .dispersion = 1 };
	struct history *history = *state;

	make(history, &brief, 1);
	assert_int_equal(ask(history, &quick).verdict, ONSET_CANNOT_TELL);
	make(history, &rare, 1);
	struct onset out = ask(history, &quick);
	assert_int_equal(out.verdict, ONSET_CANNOT_TELL);
	assert_non_null(out.reason);
	series_of(&history->arena, 0, 0, NULL, NULL, &history->series);
	assert_int_equal(ask(history, &quick).verdict, ONSET_CANNOT_TELL);
}

/* ---- the Turing Change Point Dataset --------------------------------------------------------------------- */

/* Scores with default settings: TCPDBench, analysis/output/scores/default_{f1,cover}_scores.json. */
static const struct published {
	const char *series;
	double f1[3], cover[3]; /* BOCPD, binary segmentation, PELT */
} published[] = {
	{ "quality_control_1", { 0.800, 1.000, 1.000 }, { 0.887, 0.992, 0.992 } },
	{ "quality_control_2", { 1.000, 1.000, 1.000 }, { 0.927, 0.922, 0.922 } },
	{ "quality_control_3", { 1.000, 1.000, 1.000 }, { 0.997, 0.996, 0.996 } },
	{ "quality_control_4", { 0.658, 0.873, 0.726 }, { 0.511, 0.518, 0.538 } },
	{ "quality_control_5", { 1.000, 1.000, 1.000 }, { 1.000, 1.000, 1.000 } },
	{ "bank", { 0.047, 0.400, 0.400 }, { 0.048, 0.509, 0.509 } },
	{ "children_per_woman", { 0.637, 0.618, 0.618 }, { 0.758, 0.798, 0.798 } },
	{ "co2_canada", { 0.619, 0.691, 0.661 }, { 0.716, 0.608, 0.611 } },
	{ "gdp_argentina", { 0.947, 0.889, 0.889 }, { 0.630, 0.667, 0.667 } },
	{ "gdp_croatia", { 1.000, 0.583, 0.583 }, { 0.642, 0.605, 0.605 } },
	{ "gdp_iran", { 0.622, 0.492, 0.492 }, { 0.520, 0.477, 0.477 } },
	{ "gdp_japan", { 0.800, 0.615, 0.615 }, { 0.578, 0.654, 0.654 } },
	{ "global_co2", { 0.754, 0.929, 0.754 }, { 0.640, 0.748, 0.638 } },
	{ "jfk_passengers", { 0.437, 0.776, 0.776 }, { 0.541, 0.839, 0.839 } },
	{ "lga_passengers", { 0.630, 0.438, 0.438 }, { 0.496, 0.458, 0.474 } },
	{ "ozone", { 0.650, 0.650, 1.000 }, { 0.602, 0.600, 0.635 } },
	{ "rail_lines", { 0.846, 0.846, 0.846 }, { 0.767, 0.786, 0.786 } },
	{ "us_population", { 0.216, 0.667, 0.471 }, { 0.219, 0.391, 0.506 } },
	{ "well_log", { 0.796, 0.534, 0.555 }, { 0.776, 0.695, 0.679 } },
	{ "shanghai_license", { 0.713, 0.868, 0.868 }, { 0.856, 0.920, 0.920 } },
};

static const struct json *read_json(struct arena *arena, const char *name)
{
	const struct json *value = NULL;
	struct slice kept;
	struct error err;
	char path[256];

	snprintf(path, sizeof(path), "%s%s.json", DATA, name);
	if (file_read(arena, path, 0, &kept, &err) != STATUS_OK)
		return NULL;
	assert_int_equal(json_parse(arena, kept, false, NULL, &value, &err), STATUS_OK);
	return value;
}

/* Cuts, each annotator's and ours, with 0 before them and n behind, as the metrics have them. */
struct partition {
	size_t at[400], count;
};

static double overlap(const struct partition *truth, const struct partition *ours, size_t n)
{
	double cover = 0;

	for (size_t i = 0; i < truth->count; i++) {
		size_t a = truth->at[i], b = i + 1 < truth->count ? truth->at[i + 1] : n;
		double best = 0;
		for (size_t k = 0; k < ours->count; k++) {
			size_t c = ours->at[k], d = k + 1 < ours->count ? ours->at[k + 1] : n;
			double both = fmax(0, (double)(b < d ? b : d) - (double)(a > c ? a : c));
			double either = (double)(b > d ? b : d) - (double)(a < c ? a : c);
			best = fmax(best, both / either);
		}
		cover += (double)(b - a) * best;
	}
	return cover / (double)n;
}

/* Of `of` how many have one of `in` within five, each of `in` serving once. */
static size_t matched(const struct partition *of, const struct partition *in)
{
	bool used[400] = { false };
	size_t hits = 0;

	for (size_t i = 0; i < of->count; i++) {
		size_t best = SIZE_MAX, best_off = 6;
		for (size_t k = 0; k < in->count; k++) {
			size_t off = of->at[i] > in->at[k] ? of->at[i] - in->at[k] : in->at[k] - of->at[i];
			if (!used[k] && off < best_off) {
				best = k;
				best_off = off;
			}
		}
		if (best != SIZE_MAX) {
			used[best] = true;
			hits++;
		}
	}
	return hits;
}

/* Van den Burg and Williams, "An evaluation of change point detection algorithms", 2020, section 3: covering, averaged
 * over annotators; F1 with a margin of 5, precision against all annotators' cuts together, recall averaged. */
static void score(const struct json *annotators, const struct partition *ours, size_t n, double *f1, double *cover)
{
	struct partition all = { { 0 }, 0 };
	double recall = 0, precision;
	size_t count = 0;

	*cover = 0;
	for (const struct json *one = annotators->first; one; one = one->next, count++) {
		struct partition truth = { { 0 }, 1 };
		for (const struct json *cut = one->first; cut; cut = cut->next)
			truth.at[truth.count++] = (size_t)json_int(cut, 0);
		*cover += overlap(&truth, ours, n);
		recall += (double)matched(&truth, ours) / (double)truth.count;
		for (size_t i = 0; i < truth.count; i++) {
			bool known = false;
			for (size_t k = 0; k < all.count; k++)
				known = known || all.at[k] == truth.at[i];
			if (!known)
				all.at[all.count++] = truth.at[i];
		}
	}
	recall /= (double)count;
	*cover /= (double)count;
	precision = (double)matched(&all, ours) / (double)ours->count;
	*f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The variance, as series.h has the dispersion: between neighbours and between blocks of seven. */
static double variance_of(const double *values, size_t n)
{
	double ratios[4000], medians[2] = { 0 };
	static const size_t blocks[2] = { 1, 7 };

	for (size_t b = 0; b < 2; b++) {
		size_t kept = 0;
		for (size_t at = 0; at + 2 * blocks[b] <= n; at++) {
			double off = 0;
			for (size_t i = at; i < at + blocks[b]; i++)
				off += values[i] - values[i + blocks[b]];
			ratios[kept++] = off * off / (2 * (double)blocks[b]);
		}
		qsort(ratios, kept, sizeof(*ratios), by_double);
		medians[b] = ratios[kept / 2] / 0.45493642311957;
	}
	return fmax(medians[0], 0.8 * medians[1]);
}

static void turing_change_point_dataset(void **state)
{
	struct history *history = *state;
	const struct json *annotations = read_json(&history->arena, "annotations");
	double f1_sum = 0, cover_sum = 0, others_f1[3] = { 0 }, others_cover[3] = { 0 };

	if (!annotations)
		skip();
	for (size_t s = 0; s < ARRAY_LEN(published); s++) {
		const struct json *series = read_json(&history->arena, published[s].series), *raw;
		double values[4000], exposure[4000], f1, cover, p;
		size_t n = 0, cuts[4000], count;
		struct partition ours = { { 0 }, 1 };
		assert_non_null(series);
		raw = json_get(json_at(json_get(series, "series"), 0), "raw");
		for (const struct json *value = raw->first; value; value = value->next, n++) {
			values[n] = json_double(value, n ? values[n - 1] : 0); /* what is missing is as before */
			exposure[n] = 1;
		}
		struct onset_data data = { values, exposure, n, variance_of(values, n), true };
		count = onset_segment(&data, &quick, cuts, &p);
		for (size_t i = 0; i < count && ours.count < 399; i++)
			ours.at[ours.count++] = cuts[i];
		score(json_get(annotations, published[s].series), &ours, n, &f1, &cover);
		print_message("%-20s F1 %.3f (BOCPD %.3f, BINSEG %.3f, PELT %.3f)  cover %.3f (%.3f, %.3f, %.3f)\n", published[s].series,
			      f1, published[s].f1[0], published[s].f1[1], published[s].f1[2], cover, published[s].cover[0],
			      published[s].cover[1], published[s].cover[2]);
		if (s < 5) { /* noise around one or two levels: what this is made for */
			assert_true(f1 >= 0.65);
			assert_true(cover >= 0.5);
		}
		f1_sum += f1;
		cover_sum += cover;
		for (size_t m = 0; m < 3; m++) {
			others_f1[m] += published[s].f1[m];
			others_cover[m] += published[s].cover[m];
		}
	}
	double n = (double)ARRAY_LEN(published);
	assert_true(f1_sum / n >= 0.6 && cover_sum / n >= 0.6);
	print_message("mean of %d            F1 %.3f (BOCPD %.3f, BINSEG %.3f, PELT %.3f)  cover %.3f (%.3f, %.3f, %.3f)\n", (int)n,
		      f1_sum / n, others_f1[0] / n, others_f1[1] / n, others_f1[2] / n, cover_sum / n, others_cover[0] / n,
		      others_cover[1] / n, others_cover[2] / n);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(false_alarms_at_the_stated_rate, setup, teardown),
		cmocka_unit_test_setup_teardown(a_shift_of_the_mix_is_no_change, setup, teardown),
		cmocka_unit_test_setup_teardown(changes_are_found_and_dated, setup, teardown),
		cmocka_unit_test_setup_teardown(what_appears_from_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_alone_begin_and_end_with_the_others, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wrong_clock_makes_no_quiet_years, setup, teardown),
		cmocka_unit_test_setup_teardown(power_grows_with_the_change, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_told, setup, teardown),
		cmocka_unit_test_setup_teardown(turing_change_point_dataset, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
