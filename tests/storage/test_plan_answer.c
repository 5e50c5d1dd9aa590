/* What a plan says of all, while it is worked off: of many draws, from a store part of which was judged by hand before. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/insight.h"
#include "core/inquiry.h"
#include "tests/support/fake_store.h"

#define SAMPLES 300
#define STRATUM 200 /* the first of two is as large */
#define DRAWS 1000

/* Every third of the first stratum, four of five of the second. */
static bool is_hit(int64_t id)
{
	return id <= STRATUM ? id % 3 == 0 : id % 5 != 0;
}

/* Before the plan there was looked at what is wrong: most hits, and few others. */
static bool was_judged(int64_t id)
{
	return is_hit(id) ? id % 4 != 0 : id % 10 == 1;
}

static struct store *new_store(void)
{
	struct store *store = fake_store_new();

	for (int n = 1; n <= SAMPLES; n++) {
		char code[16];
		snprintf(code, sizeof(code), "c%d", n);
		assert_int_equal(fake_store_add(store, &(struct sample){ .kind = SAMPLE_KIND_COMPLETION, .code = slice_of(code) }), n);
	}
	return store;
}

static void judge(struct store *store, int64_t id)
{
	struct annotate_request request = { .samples = &id, .sample_count = 1,
					    .annotation = { .cause = is_hit(id) ? "model" : "testing" } };
	int64_t edit;

	assert_int_equal(store->ops->annotate(store, "ada", &request, &edit, NULL), STATUS_OK);
}

static void draw_plan(struct store *store, struct random *random, int64_t *drawn, const struct plan_stratum *strata)
{
	struct plan plan = { .name = "audit", .form = PLAN_STRATIFIED, .query = "", .key = "lang", .seed = 1, .strata = strata,
			     .stratum_count = 2, .samples = drawn };
	int64_t ids[SAMPLES], edit, first = 1;

	for (size_t h = 0; h < 2; first += strata[h++].population) {
		for (int64_t i = 0; i < strata[h].population; i++)
			ids[i] = first + i;
		sampling_draw(random, ids, (size_t)strata[h].population, (size_t)strata[h].taken);
		for (int64_t i = 0; i < strata[h].taken; i++)
			drawn[plan.sample_count++] = ids[i];
	}
	assert_int_equal(store->ops->plan_put(store, "ada", &plan, &edit, NULL), STATUS_OK);
}

static struct sampling_estimate ask(struct store *store, struct sampling_estimate *as_if_by_chance)
{
	struct arena arena = ARENA_INIT;
	struct inquiry inquiry = { .store = store, .arena = &arena };
	struct sampling_estimate is;
	struct plan_answer answer;

	assert_int_equal(plan_ask(&inquiry, "audit", &answer, NULL), STATUS_OK);
	assert_int_equal(plan_estimate(&inquiry, &answer, "cause:model", &is, NULL), STATUS_OK);
	if (as_if_by_chance) { /* what is annotated so far, taken for a random part */
		for (size_t h = 0, at = 0; h < 2; h++) {
			struct sampling_stratum *stratum = &answer.strata[h];
			stratum->judged = stratum->hits = 0;
			for (int64_t i = 0; i < answer.plan.strata[h].taken; i++, at++)
				if (was_judged(answer.plan.samples[at])) {
					stratum->judged++;
					stratum->hits += is_hit(answer.plan.samples[at]);
				}
		}
		*as_if_by_chance = sampling_estimate(answer.strata, 2, 0.95);
	}
	arena_release(&arena);
	return is;
}

static bool covers(const struct sampling_estimate *is, double truth)
{
	return is->within.low <= truth && truth <= is->within.high;
}

static void intervals_cover_whatever_was_judged_before(void **state)
{
	static const struct plan_stratum strata[] = { { "c", STRATUM, 40 }, { "go", SAMPLES - STRATUM, 20 } };
	int covered = 0, told = 0, as_if = 0, waiting;
	struct random random;
	double truth = 0;

	(void)state;
	random_init(&random, 11);
	for (int64_t id = 1; id <= SAMPLES; id++)
		truth += is_hit(id) / (double)SAMPLES;
	for (int draw = 0; draw < DRAWS; draw++) {
		struct store *store = new_store();
		struct sampling_estimate is, naive;
		int64_t drawn[60];
		for (int64_t id = 1; id <= SAMPLES; id++)
			if (was_judged(id))
				judge(store, id);
		draw_plan(store, &random, drawn, strata);
		is = ask(store, &naive);
		told += !isnan(is.share) || !isnan(is.within.low);
		as_if += covers(&naive, truth);
		/* In the order of the queue: the first stratum, and half of the second. */
		for (size_t i = 0; i < 50; i++)
			if (!was_judged(drawn[i]))
				judge(store, drawn[i]);
		is = ask(store, NULL);
		waiting = 0;
		for (size_t i = 50; i < 60; i++)
			waiting += !was_judged(drawn[i]);
		told += waiting && (!isnan(is.share) || !isnan(is.within.low)); /* none waits: it is done, by luck */
		for (size_t i = 50; i < 60; i++)
			if (!was_judged(drawn[i]))
				judge(store, drawn[i]);
		is = ask(store, NULL);
		covered += covers(&is, truth);
		store->ops->close(store);
	}
	print_message("%d of %d intervals have the truth in them; of what was judged before it had been %d\n", covered, DRAWS, as_if);
	assert_int_equal(told, 0);
	assert_true(covered >= 930);
	assert_true(as_if < 100);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_cover_whatever_was_judged_before),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("plan answer", tests, NULL, NULL);
}
