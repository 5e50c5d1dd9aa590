/*
 * Contrast, on histories that are made like those of shared/data/gen_samples.py: six models and
 * ten languages with rates of their own, versions and prompts that replace each other, days
 * that differ. $AITIA_PROOF=N: so many histories (`make analysis-proof`).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/analysis/contrast.h"
#include "core/analysis/contrast_claim.h"
#include "core/analysis/random.h"

enum { DAY, LANG, MODEL, HARNESS, PROMPT, REPO, PROVIDER, KEYS };
static const struct table_key keys[KEYS] = {
	{ FACET_DAY, NULL }, { FACET_LANG, NULL }, { FACET_MODEL, PROVENANCE_MODEL }, { FACET_HARNESS, PROVENANCE_HARNESS },
	{ FACET_PROMPT, PROVENANCE_PROMPT_VERSION }, { FACET_STATUS, "repo" }, { FACET_STATUS, "provider" },
};
static const struct { const char *name; double share, factor; } languages[] = {
	{ "python", 30, 1.0 }, { "typescript", 17, 0.9 }, { "c", 10, 1.7 }, { "javascript", 11, 1.1 }, { "java", 9, 0.9 },
	{ "go", 8, 0.7 }, { "rust", 6, 0.6 }, { "cpp", 5, 1.5 }, { "shell", 3, 1.4 }, { "sql", 1, 1.2 },
};
static const struct { const char *name, *provider; double first, last, rate; } models[] = {
	{ "atlas-large-3", "atlas", 38, 22, 0.060 }, { "atlas-large-4", "atlas", 4, 26, 0.050 },
	{ "atlas-mini-3", "atlas", 24, 20, 0.095 }, { "corvid-code-34b", "corvid", 14, 12, 0.120 },
	{ "lumen-2", "lumen", 12, 9, 0.075 }, { "lumen-2-fast", "lumen", 8, 11, 0.090 },
};
static const struct { const char *name; int day; } versions[] = {
	{ "1.9.2", -400 }, { "2.0.0", 22 }, { "2.1.0", 58 }, { "2.2.0", 96 }, { "2.2.1", 141 }, { "2.3.0", 163 },
}, prompts[] = { { "p12", -400 }, { "p13", 31 }, { "p14", 77 }, { "p15", 120 }, { "p16", 152 } };
static const char *const repos[] = { "billing", "edge", "ledger", "mobile", "ops", "query", "search", "signin" };

#define DAYS 180

struct world {
	int samples;
	bool flat;            /* models and languages do not differ */
	const char *harness;  /* whose flags are `factor` times as many from day 117 on; NULL: nothing is wrong */
	const char *harness_too;
	double factor;
	const char *shifted;  /* a language asked for five times as often from day 100 on */
	int noise_percent;    /* by which days differ */
	int since;            /* only the days from that one on are looked at, as by after: on both sides */
};

struct history {
	struct arena arena;
	struct table cases, all, both;
};

/* Benjamini and Hochberg 1995, section 4.1: fifteen hypotheses about two treatments of heart attacks. At 0.05 the procedure
 * rejects four of them, Bonferroni's (p <= 0.05 / 15) three. */
static void false_discoveries_of_1995(void **state)
{
	static const double p[] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
				    0.6528, 0.7590, 1.0000 };
	double q[ARRAY_LEN(p)];
	size_t rejected = 0, bonferroni = 0;

	(void)state;
	contrast_false_discovery(p, ARRAY_LEN(p), ARRAY_LEN(p), q);
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		rejected += q[i] <= 0.05;
		bonferroni += p[i] <= 0.05 / 15;
		assert_true(i == 0 || q[i] >= q[i - 1]);
	}
	assert_int_equal(rejected, 4);
	assert_int_equal(bonferroni, 3);
	assert_true(fabs(q[3] - 0.0095 * 15 / 4) < 1e-12 && fabs(q[4] - 0.0201 * 15 / 5) < 1e-12);
	assert_true(fabs(q[5] - 0.0298 * 15 / 7) < 1e-12); /* a later one pulls it down */
	assert_true(q[14] == 1);
	/* Among more looks the same say less. */
	contrast_false_discovery(p, ARRAY_LEN(p), 150, q);
	assert_true(q[2] > 0.05 && q[1] <= 0.05);
}

static double share_of_version(size_t version, size_t count, const int *days, int day)
{
	double share = 1;

	for (size_t i = version; i < count; i++) {
		double take = i == 0 ? 1 : day < days[i] ? 0 : fmin(0.93, 0.12 + 0.06 * (day - days[i]));
		share *= i == version ? take : 1 - take;
	}
	return share;
}

static size_t pick(struct random *random, const double *shares, size_t count)
{
	double sum = 0, at;
	size_t i = 0;

	for (size_t k = 0; k < count; k++)
		sum += shares[k];
	at = random_uniform(random) * sum;
	while (i + 1 < count && at >= shares[i])
		at -= shares[i++];
	return i;
}

static void make(struct history *history, const struct world *world, uint64_t seed)
{
	struct table_builder *cases = table_builder_new(keys, KEYS), *all = table_builder_new(keys, KEYS);
	int harness_days[6], prompt_days[5];
	struct random random;

	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		harness_days[i] = versions[i].day;
	for (size_t i = 0; i < ARRAY_LEN(prompts); i++)
		prompt_days[i] = prompts[i].day;
	random_init(&random, seed);
	for (int day = 0; day < DAYS; day++) {
		double noise = exp(random_normal(&random) * world->noise_percent / 100), shares[10];
		int64_t count = random_poisson(&random, (day % 7 >= 5 ? 0.45 : 1.22) * world->samples / DAYS);
		for (int64_t n = 0; n < count && day >= world->since; n++) {
			char name[16];
			for (size_t i = 0; i < 10; i++)
				shares[i] = languages[i].share *
					    (world->shifted && day >= 100 && !strcmp(world->shifted, languages[i].name) ? 5 : 1);
			size_t lang = pick(&random, shares, 10);
			for (size_t i = 0; i < 6; i++)
				shares[i] = models[i].first + (models[i].last - models[i].first) * day / DAYS;
			size_t model = pick(&random, shares, 6);
			for (size_t i = 0; i < 6; i++)
				shares[i] = share_of_version(i, 6, harness_days, day);
			size_t harness = pick(&random, shares, 6);
			for (size_t i = 0; i < 5; i++)
				shares[i] = share_of_version(i, 5, prompt_days, day);
			size_t prompt = pick(&random, shares, 5);
			bool hit = world->harness && day >= 117 &&
				   (!strcmp(world->harness, versions[harness].name) ||
				    (world->harness_too && !strcmp(world->harness_too, versions[harness].name)));
			double p = world->flat ? 0.08 : models[model].rate * languages[lang].factor, odds;
			p *= noise;
			odds = p / (1 - p) * (hit ? world->factor : 1);
			snprintf(name, sizeof(name), "day-%03d", day);
			const char *const values[KEYS] = { name, languages[lang].name, models[model].name, versions[harness].name,
							   prompts[prompt].name, repos[random_below(&random, ARRAY_LEN(repos))],
							   models[model].provider };
			uint32_t cells[KEYS];
			for (size_t k = 0; k < KEYS; k++)
				cells[k] = table_builder_value(all, k, values[k]);
			table_builder_add(all, cells, 1);
			if (random_uniform(&random) < odds / (1 + odds)) {
				for (size_t k = 0; k < KEYS; k++)
					cells[k] = table_builder_value(cases, k, values[k]);
				table_builder_add(cases, cells, 1);
			}
		}
	}
	table_builder_end(cases, &history->arena, &history->cases);
	table_builder_end(all, &history->arena, &history->all);
	history->both = history->cases;
	table_builder_free(cases);
	table_builder_free(all);
}

/* Steps go on from one to the next, to no more than there are. */
static void note_step(void *context, int64_t done, int64_t total)
{
	int64_t *last = context;

	assert_true(done > *last && done <= total);
	*last = done;
}

static struct contrast ask(struct history *history)
{
	int64_t last = 0;
	const struct contrast_options options = { .rate = 0.05, .confidence = 0.95, .progress = note_step, .context = &last };
	struct contrast out;
	struct error err;

	if (contrast_of(&history->arena, &history->cases, &history->all, &history->both, &options, &out, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return out;
}

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

/* So many histories; `few` in the everyday tests. */
static size_t histories(size_t few)
{
	const char *asked = getenv("AITIA_PROOF");

	return asked ? (size_t)strtoul(asked, NULL, 10) : few;
}

/* The most that would be seen of n tries that each come with chance p, but for once in ten thousand. */
static double most_of(double n, double p)
{
	return n * p + 3.7 * sqrt(n * p * (1 - p)) + 1;
}

static const char *value_of(const struct contrast *contrast, const struct contrast_place *place)
{
	return contrast->keys[place->key].values[place->value];
}

static const struct contrast_finding *find(const struct contrast *contrast, uint32_t key, const char *value)
{
	for (size_t i = 0; i < contrast->finding_count; i++) {
		const struct contrast_finding *finding = &contrast->findings[i];
		if (finding->first.key == key && finding->second.key == CONTRAST_NONE && finding->first.value == finding->first.last &&
		    strcmp(value_of(contrast, &finding->first), value) == 0)
			return finding;
	}
	fail_msg("%s was not looked at", value);
	return NULL;
}

static void what_was_injected_ranks_first(void **state)
{
	const struct world world = { .samples = 15000, .harness = "2.2.0", .factor = 3, .shifted = "sql", .noise_percent = 10, .since = 117 };
	struct history *history = *state;
	size_t count = histories(5), first = 0, covered = 0, distracted = 0;

	for (size_t seed = 1; seed <= count; seed++) {
		make(history, &world, seed);
		struct contrast out = ask(history);
		const struct contrast_finding *top = &out.findings[0], *harness = find(&out, HARNESS, "2.2.0");
		first += top->claimed && top->first.key == HARNESS && !strcmp(value_of(&out, &top->first), "2.2.0");
		covered += harness->within.low < harness->ratio && harness->within.high > 2.4 && harness->within.low < 3;
		/* the language that came to be asked for more often has the rate that it always had: 1.2 of 1.06 */
		distracted += top->first.key == LANG && !strcmp(value_of(&out, &top->first), "sql");
		arena_clear(&history->arena);
	}
	print_message("injected: first in %zu of %zu\n", first, count);
	assert_true((double)first >= 0.97 * (double)count - 0.5);
	assert_int_equal(covered, count);
	assert_int_equal(distracted, 0);
}

/* Where nothing is wrong and nothing differs, something is claimed in one of twenty at most. */
static void nothing_is_claimed_of_nothing(void **state)
{
	const struct world world = { .samples = 6000, .flat = true, .noise_percent = 10 };
	struct history *history = *state;
	size_t count = histories(12), claimed = 0;

	for (size_t seed = 1; seed <= count; seed++) {
		bool any = false;
		make(history, &world, 1000 + seed);
		struct contrast out = ask(history);
		for (size_t i = 0; i < out.finding_count; i++)
			any = any || out.findings[i].claimed;
		claimed += any;
		arena_clear(&history->arena);
	}
	print_message("nothing there: something claimed in %zu of %zu\n", claimed, count);
	assert_true((double)claimed <= most_of((double)count, 0.05));
}

/* Where models and languages differ as they do, and nothing else is wrong, that is all that is claimed. */
static void only_what_differs_is_claimed(void **state)
{
	const struct world world = { .samples = 12000, .noise_percent = 10, .shifted = "c" };
	struct history *history = *state;
	size_t count = histories(4), claims = 0, wrong = 0;

	for (size_t seed = 1; seed <= count; seed++) {
		make(history, &world, 2000 + seed);
		struct contrast out = ask(history);
		for (size_t i = 0; i < out.finding_count; i++) {
			const struct contrast_finding *finding = &out.findings[i];
			uint32_t key = finding->first.key;
			bool differs = finding->second.key == CONTRAST_NONE && (key == LANG || key == MODEL || key == PROVIDER);
			claims += finding->claimed;
			wrong += finding->claimed && !differs;
		}
		assert_true(find(&out, LANG, "c")->claimed);
		assert_true(find(&out, MODEL, "corvid-code-34b")->claimed);
		arena_clear(&history->arena);
	}
	print_message("not injected: %zu of %zu claims are false\n", wrong, claims);
	assert_true((double)wrong <= most_of((double)claims, 0.05));
}

static void ranges_of_versions(void **state)
{
	const struct world world = { .samples = 20000, .harness = "2.2.0", .harness_too = "2.2.1", .factor = 4, .since = 117 };
	struct history *history = *state;
	struct contrast out;

	make(history, &world, 7);
	out = ask(history);
	const struct contrast_finding *top = &out.findings[0];
	assert_true(top->claimed);
	assert_int_equal(top->first.key, HARNESS);
	assert_string_equal(out.keys[HARNESS].values[top->first.value], "2.2.0");
	assert_string_equal(out.keys[HARNESS].values[top->first.last], "2.2.1");
	assert_true(out.keys[HARNESS].is_ordered && !out.keys[MODEL].is_ordered);
	/* Its values are a part of it, others are not. */
	for (size_t i = 1; i < out.finding_count; i++) {
		const struct contrast_finding *one = &out.findings[i];
		bool within = one->second.key == CONTRAST_NONE && one->first.key == HARNESS && one->first.value == one->first.last &&
			      one->first.value >= top->first.value && one->first.value <= top->first.last;
		assert_int_equal(one->in_range, within);
	}
	assert_true(find(&out, HARNESS, "2.2.0")->in_range && find(&out, HARNESS, "2.2.1")->in_range);
}

/* ---- small tables, by hand ------------------------------------------------------------------------ */

static void add(struct table_builder *builder, size_t count, const char *const *values, int64_t times)
{
	uint32_t cells[4];

	for (size_t i = 0; i < count; i++)
		cells[i] = table_builder_value(builder, i, values[i]);
	table_builder_add(builder, cells, times);
}

static void fill(struct history *history, const struct table_key *of, size_t key_count, const char *const (*rows)[4],
		 const int64_t (*counts)[2], size_t row_count)
{
	struct table_builder *cases = table_builder_new(of, key_count), *all = table_builder_new(of, key_count);

	for (size_t i = 0; i < row_count; i++) {
		add(cases, key_count, rows[i], counts[i][0]);
		add(all, key_count, rows[i], counts[i][1]);
	}
	table_builder_end(cases, &history->arena, &history->cases);
	table_builder_end(all, &history->arena, &history->all);
	history->both = history->cases;
	table_builder_free(cases);
	table_builder_free(all);
}

/* Kidney stones (Charig and others, BMJ 292, 1986; Julious and Mullee, BMJ 309, 1994): open surgery fails in 77 of
 * 350, keyhole surgery in 61 of 350, and yet open surgery fails less for small stones (6 of 87 against 36 of 270)
 * and for large ones (71 of 263 against 25 of 80). */
static void simpsons_paradox(void **state)
{
	static const struct table_key of[] = { { FACET_STATUS, "treatment" }, { FACET_STATUS, "stone" } };
	static const char *const rows[][4] = { { "open", "small" }, { "keyhole", "small" }, { "open", "large" }, { "keyhole", "large" } };
	static const int64_t counts[][2] = { { 6, 87 }, { 36, 270 }, { 71, 263 }, { 25, 80 } };
	int64_t times[4][2];
	struct history *history = *state;
	struct contrast out;

	for (size_t i = 0; i < 4; i++) /* a hundred hospitals, so that it is beyond chance */
		for (size_t k = 0; k < 2; k++)
			times[i][k] = 100 * counts[i][k];
	fill(history, of, 2, rows, (const int64_t (*)[2])times, 4);
	out = ask(history);
	const struct contrast_finding *open = find(&out, 0, "open");
	assert_true(open->crude > 1.25 && open->crude < 1.27); /* 77 : 61 */
	assert_true(open->ratio < 1);
	assert_true(open->reversed);
	assert_int_equal(open->explained_by, 1);
	assert_false(find(&out, 1, "large")->reversed);
	assert_false(out.by_day);
}

static void keys_that_say_the_same(void **state)
{
	static const struct table_key of[] = { { FACET_STATUS, "model" }, { FACET_STATUS, "alias" }, { FACET_STATUS, "region" },
					       { FACET_STATUS, "severity" } };
	static const char *const rows[][4] = {
		{ "a", "one", "eu", NULL }, { "a", "one", "us", NULL }, { "b", "two", "eu", NULL }, { "b", "two", "us", NULL },
		{ "a", "one", "eu", "high" }, { "a", "one", "us", "low" }, { "b", "two", "eu", "low" }, { "b", "two", "us", "high" },
	};
	static const int64_t counts[][2] = { { 0, 500 }, { 0, 500 }, { 0, 500 }, { 0, 500 },
					     { 40, 40 }, { 40, 40 }, { 160, 160 }, { 160, 160 } };
	struct history *history = *state;
	struct contrast out;

	fill(history, of, 4, rows, counts, 8);
	out = ask(history);
	assert_int_equal(out.keys[1].same_as, 0);
	assert_true(out.keys[3].of_cases);
	assert_false(out.keys[2].of_cases);
	const struct contrast_finding *b = find(&out, 0, "b");
	assert_true(b->claimed);
	/* 320 of 1320 against 80 of 1080 */
	assert_true(fabs(b->ratio - 320.0 / 1320 / (80.0 / 1080)) < 0.01);
	assert_false(find(&out, 2, "eu")->claimed);
	for (size_t i = 0; i < out.finding_count; i++)
		assert_true(out.findings[i].first.key == 0 || out.findings[i].first.key == 2);
}

/* What a defect does to sessions that were idle, missed the cache and had a low effort: each of them marks all cases, most of
 * them the same samples. None is beyond chance beside the others, and none explains another by half: they are not passed over. */
static void hangs_together(struct history *history, int64_t partly)
{
	static const struct table_key of[] = { { FACET_STATUS, "idle" }, { FACET_STATUS, "cache" }, { FACET_STATUS, "effort" },
					       { FACET_STATUS, "surface" } };
	static const char *const rows[][4] = {
		{ "yes", "miss", "low", "cli" }, { "yes", "miss", "low", "ide" }, { "yes", "miss", "high", "cli" }, { "yes", "hit", "low", "ide" },
		{ "no", "miss", "low", "cli" },	 { "no", "hit", "high", "cli" },  { "no", "hit", "high", "ide" },
	};
	const int64_t counts[][2] = { { 5, 15 }, { 5, 15 }, { 0, partly }, { 0, partly }, { 0, partly }, { 0, 80 }, { 0, 80 } };
	struct contrast out;

	fill(history, of, 4, rows, counts, ARRAY_LEN(counts));
	out = ask(history);
	for (uint32_t key = 0; key < 3; key++) {
		const struct contrast_finding *finding = find(&out, key, key == 0 ? "yes" : key == 1 ? "miss" : "low");
		assert_false(finding->claimed);
		assert_true(finding->confounded);
		assert_true(contrast_is_unproven(finding));
	}
	assert_false(find(&out, 3, "cli")->confounded);
	assert_false(contrast_is_unproven(find(&out, 3, "cli")));
}

static void what_hangs_together_is_confounded(void **state)
{
	hangs_together(*state, 3);
	hangs_together(*state, 8); /* likelier, but by an interval from 0.3 to 90 */
}

static void what_cannot_be_contrasted(void **state)
{
	static const struct table_key of[] = { { FACET_STATUS, "model" } };
	static const char *const rows[][4] = { { "a" } };
	static const int64_t none[][2] = { { 0, 10 } }, all[][2] = { { 10, 10 } };
	const struct contrast_options options = { .rate = 0.05, .confidence = 0.95 };
	struct history *history = *state;
	struct contrast out;
	struct error err;

	fill(history, of, 1, rows, none, 1);
	assert_int_equal(contrast_of(&history->arena, &history->cases, &history->all, &history->both, &options, &out, &err),
			 STATUS_REFUSED);
	fill(history, of, 1, rows, all, 1);
	assert_int_equal(contrast_of(&history->arena, &history->cases, &history->all, &history->both, &options, &out, &err),
			 STATUS_REFUSED);
}

static void natural_order(void **state)
{
	static const char *const order[] = { NULL, "", "2", "2.1.85", "2.1.100", "2.10", "10", "a2", "a10", "b" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		for (size_t k = 0; k < ARRAY_LEN(order); k++)
			assert_int_equal(natural_compare(order[i], order[k]), (i > k) - (i < k));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(false_discoveries_of_1995),
		cmocka_unit_test_setup_teardown(what_was_injected_ranks_first, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_claimed_of_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(only_what_differs_is_claimed, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges_of_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(simpsons_paradox, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_that_say_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(what_hangs_together_is_confounded, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_contrasted, setup, teardown),
		cmocka_unit_test(natural_order),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
