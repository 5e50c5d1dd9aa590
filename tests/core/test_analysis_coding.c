/* Whether more coding brings new codes, and how long a sample takes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/analysis/coding.h"

#define SECOND ((int64_t)1000000)

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* Sample i at second i, by edit i; its cause is code number codes[i]. */
static struct annotation *coded(const int *codes, size_t count)
{
	struct annotation *list = arena_array(&arena, count, sizeof(*list));

	for (size_t i = 0; i < count; i++)
		list[i] = (struct annotation){ .sample = (int64_t)i + 1, .reviewer = "ann", .edit = (int64_t)i + 1,
					       .at = { (int64_t)i * SECOND, PRECISION_SECOND },
					       .cause = arena_printf(&arena, "model/c%d", codes[i]) };
	return list;
}

static const struct coding_pace *ask(const struct annotation *list, size_t count, struct saturation *saturation, size_t *pace_count)
{
	struct coding_builder *builder = coding_builder_new(&arena);
	const struct coding_pace *paces;

	for (size_t i = 0; i < count; i++)
		coding_builder_add(builder, &list[i]);
	coding_builder_end(builder, saturation, &paces, pace_count);
	return paces;
}

static void saturation_of(const struct annotation *list, size_t count, struct saturation *out)
{
	size_t paces;

	ask(list, count, out, &paces);
}

static void new_codes_by_fifty(void **state)
{
	struct saturation out;
	int codes[180];

	(void)state;
	for (int i = 0; i < 180; i++)
		codes[i] = i < 40 ? i : i < 100 ? i % 40 : i % 20; /* 40 in the first block, none after */
	saturation_of(coded(codes, 180), 180, &out);
	assert_int_equal(out.verdict, SATURATION_REACHED);
	assert_int_equal(out.block_count, 4);
	assert_int_equal(out.blocks[0].fresh, 40);
	assert_int_equal(out.blocks[1].fresh + out.blocks[2].fresh + out.blocks[3].fresh, 0);
	assert_int_equal(out.blocks[3].samples, 30);
	assert_int_equal(out.codes, 40);
	assert_true(out.unseen == 0);
	/* Two of 40 are 5 %; three are more, wherever since the last whole block they came. */
	codes[120] = 100;
	codes[170] = 101;
	saturation_of(coded(codes, 180), 180, &out);
	assert_int_equal(out.verdict, SATURATION_REACHED);
	assert_true(fabs(out.unseen - 2.0 / 180) < 1e-12);
	codes[171] = 102;
	saturation_of(coded(codes, 180), 180, &out);
	assert_int_equal(out.verdict, SATURATION_GOES_ON);
	saturation_of(coded(codes, 99), 99, &out);
	assert_int_equal(out.verdict, SATURATION_CANNOT_TELL);
	saturation_of(NULL, 0, &out);
	assert_int_equal(out.samples, 0);
	assert_true(isnan(out.unseen));
}

/* The last sample was judged first, and the first one, which alone has a code of its own, last. */
static void the_order_is_that_of_judging(void **state)
{
	struct saturation out;
	struct annotation *list;
	int codes[150] = { 1 };

	(void)state;
	list = coded(codes, 150);
	for (int i = 0; i < 150; i++)
		list[i].at.at_us = (150 - i) * SECOND;
	saturation_of(list, 150, &out);
	assert_int_equal(out.codes, 2);
	assert_int_equal(out.blocks[0].fresh, 1);
	assert_int_equal(out.blocks[1].fresh, 0);
	assert_int_equal(out.blocks[2].fresh, 1);
}

/* In the order of judging, not of samples; a code counts once a sample; a verdict is no code; symptoms are codes. */
static void what_counts_as_a_code(void **state)
{
	const char *const symptoms[] = { "model" };
	const struct annotation list[] = {
		{ .sample = 9, .reviewer = "ann", .at = { 1, PRECISION_SECOND }, .cause = "model" },
		{ .sample = 9, .reviewer = "bob", .at = { 2, PRECISION_SECOND }, .cause = "model" },
		{ .sample = 1, .reviewer = "bob", .at = { 3, PRECISION_SECOND }, .symptoms = symptoms, .symptom_count = 1 },
		{ .sample = 2, .reviewer = "bob", .at = { 4, PRECISION_SECOND }, .verdict = VERDICT_FALSE_POSITIVE },
	};
	struct saturation out;

	(void)state;
	saturation_of(list, 4, &out);
	assert_int_equal(out.samples, 2);
	assert_int_equal(out.codes, 2); /* the cause and the symptom of one name */
	assert_true(out.unseen == 1);
}

static void time_of_a_sample(void **state)
{
	const struct { const char *who; int64_t s, edit, sample; } acts[] = {
		{ "bob", 0, 1, 1 }, { "bob", 10, 2, 2 }, { "bob", 30, 3, 3 }, { "bob", 30, 3, 4 }, /* ten seconds each */
		{ "bob", 1000, 4, 5 }, /* a pause */
		{ "ann", 5, 5, 1 }, { "ann", 400, 6, 2 },
		{ "a script", 7, 7, 1 }, { "a script", 7, 8, 2 },
	};
	struct annotation list[ARRAY_LEN(acts)];
	struct saturation saturation;
	const struct coding_pace *paces;
	size_t count;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		list[i] = (struct annotation){ .sample = acts[i].sample, .reviewer = acts[i].who, .edit = acts[i].edit,
					       .at = { acts[i].s * SECOND, PRECISION_SECOND } };
	paces = ask(list, ARRAY_LEN(acts), &saturation, &count);
	assert_int_equal(count, 3);
	assert_string_equal(paces[0].reviewer, "bob");
	assert_int_equal(paces[0].samples, 5);
	assert_int_equal(paces[0].timed, 3);
	assert_true(fabs(paces[0].seconds - 10) < 1e-9);
	assert_true(isnan(paces[1].seconds) && isnan(paces[2].seconds)); /* ann paused, and no reader is as fast as a script */
	assert_int_equal(paces[1].samples, 2);
	assert_int_equal(paces[1].timed, 1);
	ask(NULL, 0, &saturation, &count);
	assert_int_equal(count, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(new_codes_by_fifty, teardown),
		cmocka_unit_test_teardown(the_order_is_that_of_judging, teardown),
		cmocka_unit_test_teardown(what_counts_as_a_code, teardown),
		cmocka_unit_test_teardown(time_of_a_sample, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
