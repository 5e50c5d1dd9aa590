/* The store's file is moved away or replaced while the workbench has it open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

static int setup(void **state)
{
	*state = fixture_screen(24, 80);
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void look(struct screen_test *t)
{
	app_look(screen_test_app(t));
	screen_test_resize(t, 24, 80); /* whatever was asked for is done */
}

static void a_replaced_file_is_said_and_not_written(void **state)
{
	struct screen_test *t = *state;

	screen_test_place(t, STORE_REPLACED);
	look(t);
	screen_test_golden(t, "store_replaced", false);
	screen_test_keys(t, "j j n 'the lock is never taken' Enter");
	screen_test_shows(t, "not saved: the store's file was replaced by another while it was open");
	screen_test_shows(t, "Note: the lock is never taken"); /* stays typed */
	assert_int_equal(fixture_count(screen_test_store(t), "\"lock is never taken\""), 0);
	screen_test_keys(t, "Esc j");
	screen_test_shows(t, "Another file took the store's place");
	assert_false(screen_test_reopens(t));
	screen_test_keys(t, "R");
	assert_true(screen_test_reopens(t));
}

static void an_edit_notices_it_first(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "j");
	screen_test_place(t, STORE_GONE);
	screen_test_keys(t, "C");
	screen_test_shows(t, "The store's file was moved away or removed: nothing is saved until it is back.");
	assert_int_equal(fixture_count(screen_test_store(t), "verdict:confirmed_defect"), 0);
	screen_test_keys(t, "R");
	assert_false(screen_test_reopens(t)); /* there is nothing to open */
	screen_test_place(t, STORE_HERE);
	look(t);
	screen_test_shows(t, "the store's file is back");
	screen_test_lacks(t, "moved away");
	screen_test_keys(t, "C");
	assert_int_equal(fixture_count(screen_test_store(t), "verdict:confirmed_defect"), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_replaced_file_is_said_and_not_written, setup, teardown),
		cmocka_unit_test_setup_teardown(an_edit_notices_it_first, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
