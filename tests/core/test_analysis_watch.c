/* Whether a fix held, over histories whose truth is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/analysis/random.h"
#include "core/analysis/watch.h"

#define FIRST 20000
#define IMPACT 60
#define FIX 90
#define DAYS 130

/* Rates before, during and after, in percent of 200 outputs a day. */
static struct watch watch(struct arena *arena, struct random *random, double before, double during, double after, size_t days)
{
	double count[DAYS], outputs[DAYS];
	struct series series;
	struct watch out;

	for (size_t t = 0; t < DAYS; t++) {
		outputs[t] = t % 7 >= 5 ? 80 : 200;
		count[t] = (double)random_poisson(random, outputs[t] * (t < IMPACT ? before : t < FIX ? during : after) / 100);
	}
	series_of(arena, FIRST, days, count, outputs, &series);
	watch_of(&series, FIRST + IMPACT, FIRST + FIX, FIRST + FIX, &out);
	return out;
}

static void verdicts_by_rule(void **state)
{
	/* 8 % before, 20 % during: the middle is 14 %. */
	static const struct { double after; enum watch_verdict verdict; } truths[] = {
		{ 8, WATCH_HELD }, { 5, WATCH_HELD }, { 20, WATCH_DID_NOT_HOLD }, { 30, WATCH_DID_NOT_HOLD },
	};
	size_t tries = 400;
	struct arena arena = ARENA_INIT;
	struct random random;

	(void)state;
	random_init(&random, 6);
	for (size_t i = 0; i < ARRAY_LEN(truths); i++) {
		size_t right = 0, wrong = 0;
		for (size_t n = 0; n < tries; n++) {
			struct watch out = watch(&arena, &random, 8, 20, truths[i].after, DAYS);
			right += out.verdict == truths[i].verdict;
			wrong += out.verdict != truths[i].verdict && out.verdict != WATCH_UNKNOWN;
			arena_clear(&arena);
		}
		assert_true((double)right >= 0.95 * (double)tries);
		assert_int_equal(wrong, 0);
	}
	/* In the middle itself either verdict is wrong in one of forty at most; so 95 of 100 are unknown. */
	size_t decided = 0;
	for (size_t n = 0; n < tries; n++) {
		decided += watch(&arena, &random, 8, 20, 14, DAYS).verdict != WATCH_UNKNOWN;
		arena_clear(&arena);
	}
	print_message("in the middle: decided in %zu of %zu\n", decided, tries);
	assert_true((double)decided <= 0.05 * (double)tries + 3.7 * sqrt(0.05 * 0.95 * (double)tries) + 1);
	arena_release(&arena);
}

static void what_cannot_be_told(void **state)
{
	struct arena arena = ARENA_INIT;
	struct random random;
	struct watch out;

	(void)state;
	random_init(&random, 7);
	out = watch(&arena, &random, 8, 20, 8, FIX + 5);
	assert_int_equal(out.verdict, WATCH_UNKNOWN);
	assert_string_equal(out.reason, "fewer than 7 days after the fix have samples");
	out = watch(&arena, &random, 8, 20, 8, FIX);
	assert_int_equal(out.verdict, WATCH_UNKNOWN);
	out = watch(&arena, &random, 0.01, 0.01, 0.01, DAYS);
	assert_string_equal(out.reason, "fewer than 10 samples match during the incident");
	out = watch(&arena, &random, 20, 8, 8, DAYS);
	assert_string_equal(out.reason, "the rate was no higher during the incident than before it");
	out = watch(&arena, &random, 8, 20, 14, DAYS);
	assert_int_equal(out.verdict, WATCH_UNKNOWN);
	assert_true(out.within.low < out.middle && out.within.high > out.middle);
	assert_string_equal(out.reason, "the interval of after / during has the middle in it");
	out = watch(&arena, &random, 20, 8, 8, DAYS);
	assert_int_equal(out.before.end, IMPACT);
	assert_int_equal(out.during.end, FIX);
	assert_int_equal(out.after.end, DAYS);
	arena_release(&arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_by_rule),
		cmocka_unit_test(what_cannot_be_told),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
