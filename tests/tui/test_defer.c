/* Putting samples off, and naming what they duplicate, by keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

static int setup(void **state)
{
	*state = fixture_screen(24, 100);
	return 0;
}

static int teardown(void **state)
{
	setenv("AITIA_NOW", SCREEN_TEST_NOW, 1);
	screen_test_free(*state);
	return 0;
}

static int64_t count(struct screen_test *t, const char *query)
{
	return fixture_count(screen_test_store(t), query);
}

static void put_off_by_two_keys(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "P");
	screen_test_golden(t, "defer_menu", false);
	screen_test_keys(t, "3");
	screen_test_shows(t, "deferred until 3d");
	screen_test_shows(t, "2 of 14"); /* the queue moves on */
	assert_int_equal(count(t, "deferred:2026-05-07T12:00:00Z id:1"), 1);
	screen_test_keys(t, "P t P w .");
	assert_int_equal(count(t, "deferred:2026-05-05"), 1);
	assert_int_equal(count(t, "deferred:2026-05-11"), 2);
	screen_test_keys(t, "u u u u");
	assert_int_equal(count(t, "deferred:*"), 0);
}

/* The row owns what it says, whichever answers have come and gone since. */
static void what_is_waited_for_is_a_column(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "P 3 | p l r m a u Enter g"); /* until, in place of most */
	screen_test_shows(t, "2026-05-07 12:00");
	screen_test_keys(t, "j j R U q");
	screen_test_shows(t, "2026-05-07 12:00");
}

static void put_off_until_what_is_typed(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "P o 'next year'");
	screen_test_shows(t, "nothing to wait for");
	screen_test_keys(t, "^U 2026-06-01T08:00");
	screen_test_shows(t, "deferred until 2026-06-01 08:00");
	screen_test_keys(t, "Enter");
	assert_int_equal(count(t, "deferred:2026-06-01"), 1);
	screen_test_keys(t, "g Enter");
	screen_test_shows(t, "until 2026-06-01 08:00");
	/* What has happened already is refused, and the sample is as it was. */
	screen_test_keys(t, "q j P o 'hits:is:untriaged' Enter");
	screen_test_shows(t, "not saved: the query has hits already");
	screen_test_shows(t, "Put off until: hits:is:untriaged");
	assert_int_equal(count(t, "status:deferred"), 1);
	screen_test_keys(t, "^U '3d' Enter"); /* it is still about the sample that it was begun on */
	assert_int_equal(count(t, "status:deferred"), 2);
	assert_int_equal(count(t, "status:deferred id:2"), 1);
}

static void due_ones_come_back(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "P t P w");
	setenv("AITIA_NOW", "2026-05-05T00:00:30Z", 1);
	app_look(screen_test_app(t));
	screen_test_keys(t, "x"); /* no key of the queue: answers are taken */
	assert_int_equal(count(t, "status:deferred"), 1);
	assert_int_equal(screen_test_request_count(t, REQUEST_WAKE), 1);
	app_look(screen_test_app(t)); /* not oftener than once a minute */
	screen_test_keys(t, "x");
	assert_int_equal(screen_test_request_count(t, REQUEST_WAKE), 1);
	screen_test_keys(t, "u"); /* the newest edit of one's own is the second deferral */
	assert_int_equal(count(t, "status:deferred"), 0);
}

static void a_duplicate_of_the_marked_one(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Space =");
	screen_test_golden(t, "duplicate_prompt", false);
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "duplicate of sample 1");
	screen_test_shows(t, "1 marked"); /* for the next one */
	screen_test_keys(t, "= Enter");
	assert_int_equal(count(t, "duplicate-of:1"), 2);
	/* Several that are marked, of the row at hand. */
	screen_test_keys(t, "Esc g Space Esc j j j Space Space = Enter");
	assert_int_equal(count(t, "duplicate-of:7 verdict:duplicate"), 2);
}

static void one_goes_to_and_fro(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "j v d 1 Enter"); /* by the menu of verdicts, the number typed */
	assert_int_equal(count(t, "duplicate-of:1 id:2"), 1);
	screen_test_keys(t, "g j &");
	screen_test_shows(t, "Sample 1");
	screen_test_shows(t, "1 duplicate");
	screen_test_keys(t, "&");
	screen_test_shows(t, "Sample 2");
	screen_test_golden(t, "duplicate_sample", false);
	screen_test_keys(t, "q q g j j &");
	screen_test_shows(t, "none duplicates it");
	/* Not said of which. */
	screen_test_keys(t, "= Enter");
	assert_int_equal(count(t, "verdict:duplicate id:3"), 1);
	screen_test_keys(t, "g = 2 Enter");
	screen_test_shows(t, "not saved: ");
	screen_test_shows(t, "sample number: 2");
	assert_int_equal(count(t, "duplicate-of:2"), 0);
	screen_test_keys(t, "Backspace 1 4 Enter");
	assert_int_equal(count(t, "duplicate-of:14"), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(put_off_by_two_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_waited_for_is_a_column, setup, teardown),
		cmocka_unit_test_setup_teardown(put_off_until_what_is_typed, setup, teardown),
		cmocka_unit_test_setup_teardown(due_ones_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_duplicate_of_the_marked_one, setup, teardown),
		cmocka_unit_test_setup_teardown(one_goes_to_and_fro, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
