/* Agreement of reviewers, against published tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/analysis/agreement.h"
#include "core/analysis/random.h"
#include "core/base/vec.h"

static const struct agreement_options quick = { 0.95, 1000, 1, NULL };

struct fixture {
	struct arena arena;
	VEC_OF(size_t) starts;
	VEC_OF(uint32_t) raters;
	VEC_OF(uint32_t) codes;
	VEC_OF(int64_t) samples;
};

static int setup(void **state)
{
	*state = mem_zalloc(1, sizeof(struct fixture));
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->arena);
	vec_release(&f->starts);
	vec_release(&f->raters);
	vec_release(&f->codes);
	vec_release(&f->samples);
	free(f);
	return 0;
}

/* Rows are raters, a blank is no rating, other characters are codes from '0' or 'a' on. */
static struct ratings ratings_of_rows(struct fixture *f, const char *const *rows, size_t raters, char first, size_t codes)
{
	size_t units = 0;

	for (; rows[0][units]; units++) {
		vec_push(&f->starts, f->codes.len);
		vec_push(&f->samples, (int64_t)units + 1);
		for (size_t r = 0; r < raters; r++)
			if (rows[r][units] != ' ') {
				vec_push(&f->raters, (uint32_t)r);
				vec_push(&f->codes, (uint32_t)(rows[r][units] - first));
			}
	}
	vec_push(&f->starts, f->codes.len);
	return (struct ratings){ .unit_count = units, .starts = f->starts.items, .raters = f->raters.items,
				 .codes = f->codes.items, .samples = f->samples.items, .rater_count = raters, .code_count = codes };
}

static struct agreement ask(struct fixture *f, const struct ratings *ratings)
{
	struct agreement out;
	struct error err;

	assert_int_equal(agreement_of(&f->arena, ratings, &quick, &out, &err), STATUS_OK);
	return out;
}

/* As printed: to so many digits. */
static void assert_printed(double value, const char *printed, int digits)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", digits, value);
	assert_string_equal(text, printed);
}

/* Cohen 1960, table 1: 200 patients, two judges. */
static void cohen_1960(void **state)
{
	static const double table[] = { 88, 14, 18, 10, 40, 10, 2, 6, 12 };

	(void)state;
	assert_printed(agreement_cohen(table, 3), "0.492", 3);
}

/* Fleiss 1971, table 1: 30 patients, six psychiatrists of many, five categories. */
static void fleiss_1971(void **state)
{
	static const unsigned char table[30][5] = {
		{ 0, 0, 0, 6, 0 }, { 0, 3, 0, 0, 3 }, { 0, 1, 4, 0, 1 }, { 0, 0, 0, 0, 6 }, { 0, 3, 0, 3, 0 },
		{ 2, 0, 4, 0, 0 }, { 0, 0, 4, 0, 2 }, { 2, 0, 3, 1, 0 }, { 2, 0, 0, 4, 0 }, { 0, 0, 0, 0, 6 },
		{ 1, 0, 0, 5, 0 }, { 1, 1, 0, 4, 0 }, { 0, 3, 3, 0, 0 }, { 1, 0, 0, 5, 0 }, { 0, 2, 0, 3, 1 },
		{ 0, 0, 5, 0, 1 }, { 3, 0, 0, 1, 2 }, { 5, 1, 0, 0, 0 }, { 0, 2, 0, 4, 0 }, { 1, 0, 2, 0, 3 },
		{ 0, 0, 0, 0, 6 }, { 0, 1, 0, 5, 0 }, { 0, 2, 0, 1, 3 }, { 2, 0, 0, 4, 0 }, { 1, 0, 0, 4, 1 },
		{ 0, 5, 0, 1, 0 }, { 4, 0, 0, 0, 2 }, { 0, 2, 0, 4, 0 }, { 1, 0, 5, 0, 0 }, { 0, 0, 0, 0, 6 },
	};
	static const char *const kappas[] = { "0.245", "0.245", "0.520", "0.471", "0.566" };
	struct fixture *f = *state;

	for (size_t u = 0; u < 30; u++) {
		uint32_t rater = 0;
		vec_push(&f->starts, f->codes.len);
		vec_push(&f->samples, (int64_t)u + 1);
		for (uint32_t code = 0; code < 5; code++)
			for (int i = 0; i < table[u][code]; i++) {
				vec_push(&f->raters, rater++);
				vec_push(&f->codes, code);
			}
	}
	vec_push(&f->starts, f->codes.len);
	struct ratings ratings = { .unit_count = 30, .starts = f->starts.items, .raters = f->raters.items,
				   .codes = f->codes.items, .samples = f->samples.items, .rater_count = 6, .code_count = 5 };
	struct agreement out = ask(f, &ratings);
	assert_int_equal(out.units, 30);
	assert_int_equal(out.ratings, 180);
	assert_printed(out.percent, "0.556", 3); /* 0.5556 */
	assert_printed(out.fleiss, "0.430", 3);
	assert_int_equal(out.code_count, 5);
	for (size_t i = 0; i < out.code_count; i++)
		assert_printed(out.codes[i].kappa, kappas[out.codes[i].code], 3);
	assert_true(out.fleiss_within.low < out.fleiss && out.fleiss < out.fleiss_within.high);
}

/* Krippendorff, "Computing Krippendorff's alpha-reliability", 2011: examples A, B and C (nominal). */
static void krippendorff_a(void **state)
{
	static const char *const rows[] = { "0100000010", "1110010000" };
	struct fixture *f = *state;
	struct ratings ratings = ratings_of_rows(f, rows, 2, '0', 2);

	assert_printed(ask(f, &ratings).alpha, "0.095", 3);
}

static void krippendorff_b(void **state)
{
	static const char *const rows[] = { "aabbdcccedda", "babbbccceddd" };
	struct fixture *f = *state;
	struct ratings ratings = ratings_of_rows(f, rows, 2, 'a', 5);
	struct agreement out = ask(f, &ratings);

	assert_printed(out.alpha, "0.692", 3);
	assert_int_equal(out.agreed, 9);
	assert_int_equal(out.disputed_count, 3);
	assert_int_equal(out.disputed[0], 1);
	assert_int_equal(out.disputed[2], 12);
	assert_int_equal(out.pair_count, 1);
	assert_int_equal(out.pairs[0].units, 12);
	assert_printed(out.pairs[0].percent, "0.750", 3);
}

static void krippendorff_c(void **state)
{
	static const char *const rows[] = { "123321412   ", "1233224125 3", " 3332342251 ", "12332441251 " };
	struct fixture *f = *state;
	struct ratings ratings = ratings_of_rows(f, rows, 4, '0', 6);
	struct agreement out = ask(f, &ratings);

	assert_printed(out.alpha, "0.743", 3);
	assert_int_equal(out.units, 11); /* unit 12 has one rating */
	assert_int_equal(out.ratings, 40);
}

/* Units of code 0 or 1, equally likely; each of the raters errs in one of `errs`: alpha is 1 - 4 e (1 - e). */
static struct ratings simulated(struct fixture *f, struct random *random, size_t units, uint32_t raters, uint32_t errs)
{
	vec_clear(&f->starts);
	vec_clear(&f->raters);
	vec_clear(&f->codes);
	vec_clear(&f->samples);
	for (size_t u = 0; u < units; u++) {
		uint32_t truth = (uint32_t)random_below(random, 2);
		vec_push(&f->starts, f->codes.len);
		vec_push(&f->samples, (int64_t)u);
		for (uint32_t r = 0; r < raters; r++) {
			vec_push(&f->raters, r);
			vec_push(&f->codes, random_below(random, errs) ? truth : 1 - truth);
		}
	}
	vec_push(&f->starts, f->codes.len);
	return (struct ratings){ .unit_count = units, .starts = f->starts.items, .raters = f->raters.items, .codes = f->codes.items,
				 .samples = f->samples.items, .rater_count = raters, .code_count = 2 };
}

static bool holds(struct interval interval, double truth)
{
	return interval.low <= truth && truth <= interval.high;
}

/* Figures are the same each time, and an interval covers as often as it says: of few units too, and of those that nearly all agree. */
static void intervals_cover(void **state)
{
	static const struct {
		size_t units;
		uint32_t raters, errs;
	} kinds[] = { { 100, 2, 5 }, { 20, 2, 5 }, { 10, 2, 20 }, { 40, 2, 40 }, { 20, 5, 20 }, { 12, 3, 5 } };
	static const struct agreement_options fewer = { 0.95, 300, 1, NULL };
	struct fixture *f = *state;
	struct random random;

	random_init(&random, 5);
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		double e = 1.0 / kinds[k].errs, alpha = 1 - 4 * e * (1 - e), percent = (1 + alpha) / 2;
		size_t covered = 0, percents = 0, known = 0, histories = getenv("AITIA_PROOF") ? 1000 : 100;
		for (size_t i = 0; i < histories; i++) {
			struct ratings ratings = simulated(f, &random, kinds[k].units, kinds[k].raters, kinds[k].errs);
			struct agreement out;
			struct error err;
			assert_int_equal(agreement_of(&f->arena, &ratings, &fewer, &out, &err), STATUS_OK);
			known += isnan(out.alpha_within.low) ? 0 : 1;
			covered += isnan(out.alpha_within.low) || holds(out.alpha_within, alpha);
			percents += holds(out.percent_within, percent);
			assert_true(out.percent_within.low < out.percent_within.high);
		}
		if (getenv("AITIA_PROOF"))
			printf("%zu units of %u, %u: %zu %zu %zu\n", kinds[k].units, kinds[k].raters, kinds[k].errs, known, covered, percents);
		/* 95 of 100, within what so many tries can tell. */
		assert_in_range(covered, histories * 9 / 10, histories);
		assert_in_range(percents, histories * 9 / 10, histories);
		assert_in_range(known, histories * 9 / 10, histories);
	}
	struct ratings ratings = simulated(f, &random, 50, 2, 5);
	struct agreement out = ask(f, &ratings), again = ask(f, &ratings);
	assert_true(out.alpha_within.low == again.alpha_within.low && out.alpha_within.high == again.alpha_within.high);
}

static void what_cannot_be_known(void **state)
{
	static const char *const same[] = { "0000", "0000" }, *const lonely[] = { "01  ", "  10" };
	struct fixture *f = *state;
	struct ratings ratings = ratings_of_rows(f, same, 2, '0', 1);
	struct agreement out = ask(f, &ratings);

	assert_true(out.percent == 1 && isnan(out.alpha) && isnan(out.fleiss) && isnan(out.pairs[0].kappa));
	f->starts.len = f->raters.len = f->codes.len = f->samples.len = 0;
	ratings = ratings_of_rows(f, lonely, 2, '0', 2);
	out = ask(f, &ratings);
	assert_int_equal(out.units, 0);
	assert_true(isnan(out.percent) && isnan(out.alpha_within.low));
}

/* Two samples that all differ in are no certainty, nor are thirty that all agree in; who shares no sample is not counted. */
static void few_are_no_certainty(void **state)
{
	static const char *const two[] = { "01   ", "10   ", "  011" };
	static const char *const thirty[] = { "010101010101010101010101010101", "010101010101010101010101010101" };
	struct fixture *f = *state;
	struct ratings ratings = ratings_of_rows(f, two, 3, '0', 2);
	struct agreement out = ask(f, &ratings);

	assert_int_equal(out.units, 2);
	assert_int_equal(out.raters, 2);
	assert_true(out.percent == 0 && out.percent_within.low == 0);
	assert_printed(out.percent_within.high, "0.658", 3); /* Wilson, 0 of 2 */
	assert_true(isnan(out.alpha_within.low) && isnan(out.fleiss_within.low));
	assert_true(isnan(out.pairs[0].kappa_within.low) && isnan(out.codes[0].alpha_within.low));
	f->starts.len = f->raters.len = f->codes.len = f->samples.len = 0;
	ratings = ratings_of_rows(f, thirty, 2, '0', 2);
	out = ask(f, &ratings);
	assert_true(out.alpha == 1 && out.alpha_within.high == 1);
	assert_printed(out.percent_within.low, "0.886", 3); /* 30 of 30 */
	assert_printed(out.pairs[0].kappa_within.low, "0.773", 3); /* 1 - (1 - 0.886) / 0.5 */
	assert_true(out.alpha_within.low > 0.76 && out.alpha_within.low < 0.79);
}

static void ratings_from(struct fixture *f, const struct annotation *list, size_t count, enum rating_of what, const char *symptom,
			 bool blind_only, struct ratings *out)
{
	struct ratings_builder *builder = ratings_builder_new(&f->arena, what, symptom, blind_only);

	for (size_t i = 0; i < count; i++)
		ratings_builder_add(builder, &list[i]);
	ratings_builder_end(builder, out);
}

static void judgements_become_ratings(void **state)
{
	static const char *const logic[] = { "wrong_logic" };
	const struct annotation list[] = {
		{ .id = 1, .sample = 7, .reviewer = "bob", .at = { 10, PRECISION_SECOND }, .cause = "model/tool_use" },
		{ .id = 2, .sample = 7, .reviewer = "ann", .at = { 10, PRECISION_SECOND }, .cause = "model", .blind = true },
		{ .id = 3, .sample = 7, .reviewer = "bob", .at = { 20, PRECISION_SECOND }, .cause = "testing", .first_line = 2,
		  .symptoms = logic, .symptom_count = 1 },
		{ .id = 4, .sample = 9, .reviewer = "ann", .at = { 5, PRECISION_SECOND }, .verdict = VERDICT_FALSE_POSITIVE },
		{ .id = 5, .sample = 9, .reviewer = "bob", .at = { 5, PRECISION_SECOND }, .severity = SEVERITY_Q3 },
		{ .id = 6, .sample = 9, .reviewer = "cid", .at = { 5, PRECISION_SECOND }, .verdict = VERDICT_INTENDED, .blind = true },
		{ .id = 7, .sample = 9, .reviewer = "dan", .at = { 5, PRECISION_SECOND }, .verdict = VERDICT_INTENDED, .adjudicated = true },
		{ .id = 8, .sample = 11, .reviewer = "ann", .at = { 5, PRECISION_SECOND }, .cause = "model" }, /* alone */
	};
	struct fixture *f = *state;
	struct ratings out;

	ratings_from(f, list, ARRAY_LEN(list), RATING_CAUSE, NULL, false, &out);
	assert_int_equal(out.unit_count, 1);
	assert_int_equal(out.starts[1], 2);
	assert_string_equal(out.code_names[out.codes[0]], "model");
	assert_string_equal(out.code_names[out.codes[1]], "testing"); /* bob's newest word */
	ratings_from(f, list, ARRAY_LEN(list), RATING_CATEGORY, NULL, false, &out);
	assert_string_equal(out.code_names[out.codes[0]], "model");
	ratings_from(f, list, ARRAY_LEN(list), RATING_VERDICT, NULL, false, &out);
	assert_int_equal(out.unit_count, 2);
	assert_string_equal(out.code_names[out.codes[out.starts[1]]], "false_positive");
	assert_int_equal(out.starts[2], 4);
	ratings_from(f, list, ARRAY_LEN(list), RATING_SYMPTOM, "wrong_logic", false, &out);
	assert_string_equal(out.code_names[out.codes[0]], "no");
	assert_string_equal(out.code_names[out.codes[1]], "yes");
	ratings_from(f, list, ARRAY_LEN(list), RATING_CAUSE, NULL, true, &out); /* ann alone was blind */
	assert_int_equal(out.unit_count, 0);
	ratings_from(f, list, 0, RATING_CAUSE, NULL, false, &out);
	assert_int_equal(out.starts[out.unit_count], 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cohen_1960),
		cmocka_unit_test_setup_teardown(fleiss_1971, setup, teardown),
		cmocka_unit_test_setup_teardown(krippendorff_a, setup, teardown),
		cmocka_unit_test_setup_teardown(krippendorff_b, setup, teardown),
		cmocka_unit_test_setup_teardown(krippendorff_c, setup, teardown),
		cmocka_unit_test_setup_teardown(intervals_cover, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_known, setup, teardown),
		cmocka_unit_test_setup_teardown(few_are_no_certainty, setup, teardown),
		cmocka_unit_test_setup_teardown(judgements_become_ratings, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
