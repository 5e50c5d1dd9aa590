/* What people write to put a sample off: times, spans, incidents, queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/instant.h"
#include "core/defer.h"

static struct instant now_is(const char *text)
{
	struct instant now;
	struct error err;

	assert_int_equal(instant_parse(slice_of(text), &now, &err), STATUS_OK);
	return now;
}

static void assert_reads(const char *text, const char *expected)
{
	struct arena arena = ARENA_INIT;
	const char *out = NULL;
	struct error err;

	/* a Friday */
	if (defer_read(&arena, text, now_is("2026-11-27T18:30:15.25Z"), &out, &err) != STATUS_OK)
		fail_msg("%s: %s", text, err.text);
	assert_string_equal(out, expected);
	arena_release(&arena);
}

static void assert_refused(const char *text, const char *reason)
{
	struct arena arena = ARENA_INIT;
	const char *out = NULL;
	struct error err;

	assert_int_equal(defer_read(&arena, text, now_is("2026-11-27T18:30:15Z"), &out, &err), STATUS_USAGE);
	if (!strstr(err.text, reason))
		fail_msg("%s: %s", text, err.text);
	arena_release(&arena);
}

static void times_are_read(void **state)
{
	(void)state;
	assert_reads("2026-12-05", "2026-12-05T00:00:00Z");
	assert_reads("2026-12-05T14:00", "2026-12-05T14:00:00Z");
	assert_reads("2026-12-05T14:00+02:00", "2026-12-05T12:00:00Z");
	assert_reads(" 2027", "2027-01-01T00:00:00Z");
	assert_reads("tomorrow", "2026-11-28T00:00:00Z");
	assert_reads("Monday", "2026-11-30T00:00:00Z");
	assert_reads("sat", "2026-11-28T00:00:00Z");
	assert_reads("friday", "2026-12-04T00:00:00Z"); /* not today */
	assert_reads("thu", "2026-12-03T00:00:00Z");
	/* Never too early by a fraction of a second. */
	assert_reads("3d", "2026-11-30T18:30:16Z");
	assert_reads("90m", "2026-11-27T20:00:16Z");
	assert_reads("6H", "2026-11-28T00:30:16Z");
	assert_reads("2w", "2026-12-11T18:30:16Z");
}

static void conditions_are_read(void **state)
{
	(void)state;
	assert_reads("inc-2026-0007", "INC-2026-0007");
	assert_reads("hits: rule:x  lang:python", "hits:rule:x  lang:python");
}

static void slips_are_told(void **state)
{
	(void)state;
	assert_refused("2026-11-27", "has passed already");
	assert_refused("2026-11-31", "nothing to wait for");
	assert_refused("0d", "nothing to wait for");
	assert_refused("999999w", "nothing to wait for");
	assert_refused("3x", "nothing to wait for");
	assert_refused("", "nothing to wait for");
	assert_refused("soon", "hits:QUERY");
	assert_refused("hits:", "names a query");
	assert_refused("hits:stauts:x", "did you mean 'status'");
}

static void texts_are_for_people(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	assert_string_equal(defer_words(&arena, "2026-12-05T00:00:00Z"), "until 2026-12-05 00:00");
	assert_string_equal(defer_words(&arena, "2026-12-05T00:00:07Z"), "until 2026-12-05 00:00:07");
	assert_string_equal(defer_words(&arena, "INC-2026-0001"), "until INC-2026-0001 is resolved");
	assert_string_equal(defer_words(&arena, "hits:rule:x batch>3"), "until there are hits of rule:x batch>3");
	arena_release(&arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(conditions_are_read),
		cmocka_unit_test(slips_are_told),
		cmocka_unit_test(texts_are_for_people),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
