/* The parser of options, over tables of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/options.h"
#include "core/base/attr.h"
#include "core/terms.h"

struct values {
	bool flag;
	const char *text;
	struct option_texts list;
	int64_t number;
	int64_t limit;
	int severity;
	int sort;
	struct option_lines lines;
};

struct globals {
	const char *store;
	bool help;
};

static const struct option_spec specs[] = {
	{ "flag", 'f', OPTION_FLAG, NULL, "a flag", NULL, NULL, offsetof(struct values, flag) },
	{ "text", 't', OPTION_TEXT, "TEXT", "a text", NULL, NULL, offsetof(struct values, text) },
	{ "symptom", 0, OPTION_LIST, "S", "several", NULL, NULL, offsetof(struct values, list) },
	{ "number", 0, OPTION_NUMBER, "N", "a number", NULL, NULL, offsetof(struct values, number) },
	{ "limit", 0, OPTION_NUMBER, "N", "a number with a fallback", "50", NULL, offsetof(struct values, limit) },
	{ "severity", 0, OPTION_CHOICE, "Q", "of terms.def", NULL, "severity", offsetof(struct values, severity) },
	{ "sort", 0, OPTION_CHOICE, "KEY", "of sort_keys.def", "newest", "sort", offsetof(struct values, sort) },
	{ "lines", 0, OPTION_LINES, "A-B", "lines", NULL, NULL, offsetof(struct values, lines) },
	OPTIONS_END
};

static const struct option_spec global_specs[] = {
	{ "store", 0, OPTION_FILE, "PATH", "the store", NULL, NULL, offsetof(struct globals, store) },
	{ "help", 'h', OPTION_FLAG, NULL, "help", NULL, NULL, offsetof(struct globals, help) },
	OPTIONS_END
};

struct fixture {
	struct arena arena;
	struct values values;
	struct globals globals;
	struct option_words words;
	struct error err;
	bool dash_words;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	arena_init(&f->arena);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	arena_release(&f->arena);
	free(f);
	return 0;
}

static enum status parse(struct fixture *f, const char *const *args)
{
	struct option_set sets[] = { { specs, &f->values }, { global_specs, &f->globals } };
	size_t count = 0;
	while (args[count])
		count++;
	return options_parse(&f->arena, sets, 2, f->dash_words, args, count, &f->words, &f->err);
}

#define PARSE(f, ...) parse((f), (const char *const[]){ __VA_ARGS__, NULL })

#define assert_usage(f, part, ...) \
	do { \
		assert_int_equal(PARSE((f), __VA_ARGS__), STATUS_USAGE); \
		if (!strstr((f)->err.text, (part))) \
			fail_msg("'%s' does not say '%s'", (f)->err.text, (part)); \
	} while (0)

static void test_nothing_given(void **state)
{
	struct fixture *f = *state;
	memset(&f->values, 0xAA, sizeof(f->values)); /* whatever was there before */
	assert_int_equal(parse(f, (const char *const[]){ NULL }), STATUS_OK);
	assert_int_equal(f->words.count, 0);
	assert_false(f->values.flag);
	assert_null(f->values.text);
	assert_int_equal(f->values.list.count, 0);
	assert_true(f->values.number == -1);
	assert_true(f->values.limit == 50);
	assert_int_equal(f->values.severity, -1);
	assert_int_equal(f->values.sort, 0);
	assert_true(f->values.lines.first == 0);
	assert_null(f->globals.store);
}

static void test_forms(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(PARSE(f, "--text=a=b", "--number", "7", "one", "--flag", "--store", "s.db", "two"), STATUS_OK);
	assert_string_equal(f->values.text, "a=b");
	assert_true(f->values.number == 7);
	assert_true(f->values.flag);
	assert_string_equal(f->globals.store, "s.db");
	assert_int_equal(f->words.count, 2);
	assert_string_equal(f->words.items[0], "one");
	assert_string_equal(f->words.items[1], "two");
	assert_null(f->words.items[2]);
	assert_int_equal(PARSE(f, "-f", "-t", "x"), STATUS_OK);
	assert_true(f->values.flag);
	assert_string_equal(f->values.text, "x");
	assert_int_equal(PARSE(f, "-tx"), STATUS_OK);
	assert_string_equal(f->values.text, "x");
	assert_int_equal(PARSE(f, "--text="), STATUS_OK);
	assert_string_equal(f->values.text, "");
	/* A value may look like an option. */
	assert_int_equal(PARSE(f, "--text", "--flag"), STATUS_OK);
	assert_string_equal(f->values.text, "--flag");
	assert_false(f->values.flag);
}

static void test_end_and_standard_input(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(PARSE(f, "-", "--", "--flag", "-x", "--"), STATUS_OK);
	assert_false(f->values.flag);
	assert_int_equal(f->words.count, 4);
	assert_string_equal(f->words.items[0], "-");
	assert_string_equal(f->words.items[1], "--flag");
	assert_string_equal(f->words.items[3], "--");
}

static void test_lists_keep_their_order(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(PARSE(f, "--symptom", "a", "--symptom=b", "--symptom", "a"), STATUS_OK);
	assert_int_equal(f->values.list.count, 3);
	assert_string_equal(f->values.list.items[0], "a");
	assert_string_equal(f->values.list.items[1], "b");
	assert_string_equal(f->values.list.items[2], "a");
}

static void test_choices(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(PARSE(f, "--severity=Q2", "--sort", "path"), STATUS_OK);
	assert_int_equal(f->values.severity, SEVERITY_Q2);
	assert_usage(f, "--severity takes one of none, Q1, Q2, Q3, Q4, Q5, not 'q2'", "--severity=q2");
	assert_usage(f, "newest, oldest", "--sort=");
}

static void test_numbers(void **state)
{
	struct fixture *f = *state;
	static const char *const wrong[] = { "", "-1", "+1", " 1", "1 ", "1.5", "0x10", "99999999999999999999", "a" };
	assert_int_equal(PARSE(f, "--number=0", "--limit=9223372036854775807"), STATUS_OK);
	assert_true(f->values.number == 0);
	assert_true(f->values.limit == INT64_MAX);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_usage(f, "whole number", "--number", wrong[i]);
}

static void test_lines(void **state)
{
	struct fixture *f = *state;
	static const char *const wrong[] = { "", "0", "-", "3-", "-3", "9-3", "1-2-3", "a", "1,2", "0-4" };
	assert_int_equal(PARSE(f, "--lines=7"), STATUS_OK);
	assert_true(f->values.lines.first == 7 && f->values.lines.last == 7);
	assert_int_equal(PARSE(f, "--lines", "7-12"), STATUS_OK);
	assert_true(f->values.lines.first == 7 && f->values.lines.last == 12);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_usage(f, "range of lines", "--lines", wrong[i]);
}

static void test_wrong_use(void **state)
{
	struct fixture *f = *state;
	assert_usage(f, "did you mean --severity?", "--sevrity=Q1");
	assert_usage(f, "did you mean --store?", "--stroe", "x");
	assert_usage(f, "unknown option '--zzzzzz'", "--zzzzzz");
	assert_usage(f, "unknown option '-z'", "-z");
	assert_usage(f, "--flag takes no value", "--flag=yes");
	assert_usage(f, "--text needs a value", "--text");
	/* No abbreviations: a new option must not change what a script means. */
	assert_usage(f, "unknown option '--sev=Q1'", "--sev=Q1");
	assert_usage(f, "unknown option '---flag'", "---flag");
}

static void test_dash_words(void **state)
{
	struct fixture *f = *state;
	f->dash_words = true;
	assert_int_equal(PARSE(f, "-lang:python", "-h", "-tool:x", "-hallucination", "--flag"), STATUS_OK);
	assert_int_equal(f->words.count, 3);
	assert_string_equal(f->words.items[0], "-lang:python");
	assert_string_equal(f->words.items[1], "-tool:x"); /* not -t with the value "ool:x" */
	assert_string_equal(f->words.items[2], "-hallucination");
	assert_true(f->globals.help);
	assert_true(f->values.flag);
	f->dash_words = false;
	assert_usage(f, "unknown option '-lang:python'", "-lang:python");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_given, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end_and_standard_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lists_keep_their_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_choices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_use, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dash_words, setup, teardown),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
