/* Regular expressions: what they mean here, and that none takes for ever. */
#include "tests/core/base/base_test.h"

#include "core/base/attr.h"
#include "core/base/regex.h"

static void test_matches(void **state)
{
	static const struct { const char *pattern, *text; long start, end; } cases[] = {
		{ "b+", "aabbb", 2, 5 },
		{ "^b", "a\nb", 2, 3 },
		{ "a$", "a\nb", 0, 1 },
		{ "B", "abc", -1, -1 },
		{ "(?i)B", "abc", 1, 2 },
		{ "\xc3\xa4.", "x\xc3\xa4y", 1, 4 },
		{ "c", "a\xff\xfe" "c", 3, 4 }, /* no UTF-8 before it */
		{ "a.c", "a\xff" "c", -1, -1 },
		{ "x*", "y", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t start = 99, end = 99;
		struct regex *regex;
		assert_int_equal(regex_new(slice_of(cases[i].pattern), &regex, NULL, NULL), STATUS_OK);
		assert_int_equal(regex_find(regex, slice_of(cases[i].text), 0, &start, &end),
				 cases[i].start < 0 ? REGEX_NONE : REGEX_FOUND);
		if (cases[i].start >= 0) {
			assert_int_equal(start, cases[i].start);
			assert_int_equal(end, cases[i].end);
		}
		assert_int_equal(regex_find(regex, (struct slice){ NULL, 0 }, 0, NULL, NULL),
				 cases[i].end == 0 ? REGEX_FOUND : REGEX_NONE);
		regex_free(regex);
	}
}

static void test_from_a_place(void **state)
{
	struct regex *regex;
	size_t start = 0;

	(void)state;
	assert_int_equal(regex_new(slice_of("a"), &regex, NULL, NULL), STATUS_OK);
	assert_int_equal(regex_find(regex, slice_of("a b a"), 1, &start, NULL), REGEX_FOUND);
	assert_int_equal(start, 4);
	regex_free(regex);
	regex_free(NULL);
}

static void test_refused(void **state)
{
	static char endless[5000];
	struct regex *regex;
	struct error err;
	size_t at = 0;

	(void)state;
	assert_int_equal(regex_new(slice_of("ab(c"), &regex, &at, &err), STATUS_USAGE);
	assert_null(regex);
	assert_int_equal(at, 4);
	assert_non_null(strstr(err.text, "parenthesis"));
	assert_int_equal(regex_new(slice_of("a\\C"), &regex, &at, &err), STATUS_USAGE);
	memset(endless, 'a', sizeof(endless));
	assert_int_equal(regex_new((struct slice){ endless, sizeof(endless) }, &regex, &at, &err), STATUS_USAGE);
}

/* Exponential in the number of a's. */
static void test_costs_are_bounded(void **state)
{
	struct regex *regex;

	(void)state;
	assert_int_equal(regex_new(slice_of("(a+)+$"), &regex, NULL, NULL), STATUS_OK);
	assert_int_equal(regex_find(regex, slice_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), 0, NULL, NULL),
			 REGEX_TOO_COSTLY);
	assert_int_equal(regex_find(regex, slice_of("aaa"), 0, NULL, NULL), REGEX_FOUND);
	regex_free(regex);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_from_a_place),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_costs_are_bounded),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
