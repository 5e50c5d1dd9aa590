/* Figures of a whole review. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/analysis/overview.h"

static struct day_counts counts_of(struct arena *arena, const char *const *days, const int64_t *counts, size_t count)
{
	static const struct table_key key = { FACET_DAY, NULL };
	struct table_builder *builder = table_builder_new(&key, 1);
	struct table table;

	for (size_t i = 0; i < count; i++) {
		uint32_t cell = table_builder_value(builder, 0, days[i]);
		table_builder_add(builder, &cell, counts[i]);
	}
	table_builder_end(builder, arena, &table);
	table_builder_free(builder);
	return day_counts_of(arena, &table);
}

static void days_and_what_followed(void **state)
{
	static const char *const days[] = { "1970-01-11", "1970-01-12", "1970-01-15", "1970-01-16", NULL };
	static const int64_t numbers[] = { 5, 7, 100, 20, 3 };
	struct arena arena = ARENA_INIT;
	struct day_counts counts = counts_of(&arena, days, numbers, ARRAY_LEN(days));

	(void)state;
	assert_int_equal(counts.first, 10);
	assert_int_equal(counts.end, 16);
	assert_int_equal(counts.undated, 3);
	assert_int_equal(day_counts_between(&counts, 10, 12), 12);
	assert_int_equal(day_counts_between(&counts, 11, 15), 107);
	assert_int_equal(day_counts_between(&counts, INT64_MIN, INT64_MAX), 132);
	assert_int_equal(day_counts_between(&counts, 12, 14), 0);
	assert_int_equal(day_counts_between(&counts, 12, 11), 0);
	struct followed followed = followed_of(&counts, 13, 14); /* three days before, two behind */
	assert_int_equal(followed.days, 2);
	assert_int_equal(followed.before, 7);
	assert_int_equal(followed.after, 120);
	assert_true(fabs(followed.ratio - 120.0 / 7) < 1e-9);
	assert_true(fabs(followed.dispersion - (7 + 80.0 * 80 / 120) / 2) < 1e-9); /* pairs 7, 0 and 100, 20 */
	assert_true(followed.within.low < 1); /* two days so unlike each other say little */
	assert_int_equal(followed_of(&counts, 13, 1).after, 100);
	assert_int_equal(followed_of(&counts, 9, 14).days, 0);
	assert_int_equal(followed_of(&counts, 15, 14).days, 0);
	counts = counts_of(&arena, days, numbers, 0);
	assert_int_equal(day_counts_between(&counts, INT64_MIN, INT64_MAX), 0);
	arena_release(&arena);
}

/* Two weeks either side of a day. */
static struct followed fortnights(struct arena *arena, const int64_t (*weeks)[7])
{
	char texts[29][12];
	const char *days[29];
	int64_t numbers[29];

	for (int i = 0; i < 29; i++) {
		snprintf(texts[i], sizeof(texts[i]), "1970-%02d-%02d", i < 20 ? 1 : 2, i < 20 ? i + 12 : i - 19);
		days[i] = texts[i];
		numbers[i] = i == 14 ? 1000 : weeks[(i > 14 ? i - 1 : i) / 7][(i > 14 ? i - 1 : i) % 7];
	}
	struct day_counts counts = counts_of(arena, days, numbers, 29);
	return followed_of(&counts, counts.first + 14, 14);
}

/* The interval of the factor knows how days vary: bursts make it wide, a rhythm of weekdays does not. */
static void bursts_are_no_precision(void **state)
{
	static const int64_t rhythm[4][7] = { { 12, 12, 12, 12, 12, 3, 3 }, { 12, 12, 12, 12, 12, 3, 3 },
					      { 20, 20, 20, 20, 20, 5, 5 }, { 20, 20, 20, 20, 20, 5, 5 } };
	static const int64_t bursts[4][7] = { { 1, 0, 60, 0, 0, 1, 0 }, { 1, 0, 3, 0, 0, 0, 66 },
					      { 0, 90, 0, 0, 4, 0, 0 }, { 20, 0, 0, 6, 0, 99, 1 } };
	struct arena arena = ARENA_INIT;
	struct followed steady = fortnights(&arena, rhythm), unsteady = fortnights(&arena, bursts);

	(void)state;
	assert_int_equal(steady.before, 132);
	assert_int_equal(steady.after, 220);
	assert_int_equal(unsteady.before, 132);
	assert_int_equal(unsteady.after, 220);
	assert_true(steady.dispersion == 1 && steady.within.low > 1.3);
	assert_true(unsteady.dispersion > 20 && unsteady.within.low < 0.6 && unsteady.within.high > 4);
	followed_rate(&unsteady, 1000, 1000);
	assert_true(fabs(unsteady.ratio - 220.0 / 132) < 1e-9 && unsteady.within.low < 0.6);
	arena_release(&arena);
}

static void pareto_rows(void **state)
{
	static const struct facet values[] = { { "model", 30 }, { NULL, 25 }, { "testing", 10 }, { "data_gap", 10 } };
	static const struct facet_list list = { .values = values, .count = 4, .more_count = 0 };
	struct arena arena = ARENA_INIT;
	size_t count;
	const struct pareto_row *rows = pareto_of(&arena, &list, 40, &count);

	(void)state;
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].value, "model");
	assert_true(fabs(rows[0].share - 0.75) < 1e-12);
	assert_true(fabs(rows[0].within.low - 0.598068) < 1e-5 && fabs(rows[0].within.high - 0.858129) < 1e-5);
	assert_true(fabs(rows[0].cumulative - 0.6) < 1e-12);
	assert_true(fabs(rows[2].cumulative - 1) < 1e-12);
	rows = pareto_of(&arena, &list, 0, &count);
	assert_true(isnan(rows[0].share));
	arena_release(&arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_what_followed),
		cmocka_unit_test(bursts_are_no_precision),
		cmocka_unit_test(pareto_rows),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
