/* Filters of the log as people type them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/edit_filter.h"

static struct arena arena;
static struct error err;

static struct edit_filter parse(const char *text)
{
	struct edit_filter filter = { 0 };

	if (edit_filter_parse(&arena, text, &filter, &err) != STATUS_OK)
		fail_msg("%s: %s", text, err.text);
	return filter;
}

static void assert_wrong(const char *text, const char *reason)
{
	struct edit_filter filter = { 0 };

	assert_int_equal(edit_filter_parse(&arena, text, &filter, &err), STATUS_USAGE);
	if (!strstr(err.text, reason))
		fail_msg("'%s': '%s' does not say '%s'", text, err.text, reason);
}

static void keys_and_words(void **state)
{
	struct edit_filter f = parse("  Model by:ann verb:annotate \"two words\" sample:12 incident:inc-2026-0003 12:30 x ");

	(void)state;
	assert_string_equal(f.reviewer, "ann");
	assert_string_equal(f.verb, "annotate");
	assert_int_equal(f.sample, 12);
	assert_string_equal(f.incident, "INC-2026-0003");
	assert_int_equal(f.word_count, 4);
	assert_string_equal(f.words[0], "Model");
	assert_string_equal(f.words[1], "two words");
	assert_string_equal(f.words[2], "12:30");
	assert_string_equal(f.words[3], "x");
	f = parse("by:\"Ann Lee\" \"by:x\"");
	assert_string_equal(f.reviewer, "Ann Lee");
	assert_string_equal(f.words[0], "by:x");
	f = parse("inc-2026-0003 set INC-2026-0004"); /* a key is no word, a second one is */
	assert_string_equal(f.incident, "INC-2026-0003");
	assert_int_equal(f.word_count, 2);
	assert_string_equal(f.words[1], "INC-2026-0004");
	f = parse("\"of INC-2026-0003\"");
	assert_null(f.incident);
	f = parse("");
	assert_null(f.reviewer);
	assert_int_equal(f.word_count, 0);
	/* A second text adds to the first. */
	assert_int_equal(edit_filter_parse(&arena, "a by:ann", &f, &err), STATUS_OK);
	assert_int_equal(edit_filter_parse(&arena, "b", &f, &err), STATUS_OK);
	assert_int_equal(f.word_count, 2);
	assert_string_equal(f.words[0], "a");
}

static void times_are_intervals(void **state)
{
	struct edit_filter f = parse("since:2026-04 until:2026-04-03");

	(void)state;
	assert_true(f.since.at_us == INT64_C(1775001600000000));            /* 1 April */
	assert_true(f.until.at_us == INT64_C(1775001600000000) + 3 * INT64_C(86400000000)); /* 4 April, 0:00 */
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	assert_wrong("b:ann", "did you mean 'by'?");
	assert_wrong("verb:anotate", "did you mean 'annotate'?");
	assert_wrong("verb:nope", "unknown verb 'nope'; one of: annotate, triage, due, alike, plan, incident, members, exposure, apply, import, merge, undo, redo");
	assert_wrong("nonsense:1", "it has by, verb, sample, incident, since and until");
	assert_wrong("by:", "needs a value");
	assert_wrong("by:a by:b", "by is given twice");
	assert_wrong("sample:1 sample:2", "given twice");
	assert_wrong("sample:x", "not the number of a sample");
	assert_wrong("sample:0", "not the number of a sample");
	assert_wrong("incident:7", "not the key of an incident");
	assert_wrong("since:yesterday", "since: ");
	assert_wrong("until:2026-02-30", "until: ");
}

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(keys_and_words, release),
		cmocka_unit_test_teardown(times_are_intervals, release),
		cmocka_unit_test_teardown(what_is_wrong_is_said, release),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("edit filters", tests, NULL, NULL);
}
