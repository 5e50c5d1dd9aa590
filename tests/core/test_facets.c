/* Values of a sample, and their counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/facets.h"

static size_t values_of(struct arena *arena, const struct sample *sample, enum facet_key key, const char *const **out)
{
	struct query_subject subject = { .sample = sample };

	return facet_values(arena, &subject, key, out);
}

static void values_come_once_and_in_order(void **state)
{
	const struct flag flags[] = { { .rule = "b", .tool = "t" }, { .rule = "a" }, { .rule = "b" } };
	const struct annotation annotations[] = {
		{ .cause = "model/cache", .severity = SEVERITY_Q2 }, { .cause = "model", .reviewer = "ann" }, { .note = "n" },
	};
	struct sample sample = { .flags = flags, .flag_count = 3, .produced_at = { 86400000000 + 5, PRECISION_MICROSECOND } };
	struct query_subject subject = { .sample = &sample, .annotations = annotations, .annotation_count = 3 };
	struct arena arena = ARENA_INIT;
	const char *const *values;

	(void)state;
	assert_int_equal(values_of(&arena, &sample, FACET_RULE, &values), 2);
	assert_string_equal(values[0], "a");
	assert_string_equal(values[1], "b");
	assert_int_equal(values_of(&arena, &sample, FACET_TOOL, &values), 1);
	assert_int_equal(values_of(&arena, &sample, FACET_MODEL, &values), 0);
	assert_int_equal(values_of(&arena, &sample, FACET_CAUSE, &values), 0);
	assert_int_equal(values_of(&arena, &sample, FACET_DAY, &values), 1);
	assert_string_equal(values[0], "1970-01-02");
	assert_int_equal(facet_values(&arena, &subject, FACET_CATEGORY, &values), 1);
	assert_string_equal(values[0], "model");
	assert_int_equal(facet_values(&arena, &subject, FACET_CAUSE, &values), 2);
	assert_int_equal(facet_values(&arena, &subject, FACET_SEVERITY, &values), 1);
	arena_release(&arena);
}

static void the_greatest_come_first(void **state)
{
	struct facet_table *table = facet_table_new();
	struct arena arena = ARENA_INIT;
	struct facet_list list;
	char name[16];

	(void)state;
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "v%03d", i % 100);
		facet_table_add(table, name, i % 100 == 7 ? 50 : 1);
	}
	facet_table_add(table, NULL, 3);
	facet_table_add(table, "none of them", 0);
	list = facet_table_list(table, &arena, FACET_RULE, 3);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.values[0].value, "v007");
	assert_int_equal(list.values[0].count, 150);
	assert_null(list.values[1].value); /* equal counts: none first, then by name */
	assert_string_equal(list.values[2].value, "v000");
	assert_int_equal(list.more_values, 98);
	assert_int_equal(list.more_count, 98 * 3);
	facet_table_free(table);
	arena_release(&arena);
}

static void keys_have_words(void **state)
{
	enum facet_key key;

	(void)state;
	for (int i = 0; i < FACET_COUNT; i++) {
		assert_true(facet_parse(facet_word((enum facet_key)i), &key));
		assert_int_equal(key, i);
		assert_true(facet_help(key)[0] && facet_query_word(key)[0]);
	}
	assert_false(facet_parse("nosuch", &key));
	assert_string_equal(facet_query_word(FACET_CATEGORY), "cause");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_once_and_in_order),
		cmocka_unit_test(the_greatest_come_first),
		cmocka_unit_test(keys_have_words),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
