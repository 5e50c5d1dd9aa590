/* Figures of a whole review. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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
	assert_true(followed.within.low > 1);
	assert_int_equal(followed_of(&counts, 13, 1).after, 100);
	assert_int_equal(followed_of(&counts, 9, 14).days, 0);
	assert_int_equal(followed_of(&counts, 15, 14).days, 0);
	counts = counts_of(&arena, days, numbers, 0);
	assert_int_equal(day_counts_between(&counts, INT64_MIN, INT64_MAX), 0);
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
		cmocka_unit_test(pareto_rows),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
