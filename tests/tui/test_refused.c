/* What is typed and refused stays at its prompt, with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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
	screen_test_free(*state);
	return 0;
}

static void the_cursor_goes_to_the_fault(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'lang:python level:eror rule:x' Enter");
	screen_test_golden(t, "refused_filter", false);
	screen_test_keys(t, "Del Del Del Del 'error' Enter");
	screen_test_shows(t, "Queue /lang:python level:error rule:x");
}

/* Its answer comes when the person does something else: a prompt must not come under the
 * hands. What was typed is in the history. */
static void it_does_not_come_under_other_keys(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "# '4711' Enter z");
	screen_test_hold(t, false);
	screen_test_shows(t, "sample 4711 is not in this list");
	screen_test_lacks(t, "Go to:");
	screen_test_keys(t, "# Up");
	screen_test_shows(t, "Go to: 4711");
}

/* The wheel, or a key that means nothing, is no other work: what was refused comes back. */
static void it_comes_back_under_the_wheel(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "# '4711' Enter");
	screen_test_click(t, 5, 5, MOUSE_WHEEL_DOWN);
	screen_test_keys(t, "F9");
	screen_test_hold(t, false);
	screen_test_shows(t, "Go to: 4711");
	screen_test_shows(t, "sample 4711 is not in this list");
}

static void esc_leaves_and_nothing_is_done(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "= '4711' Enter");
	screen_test_shows(t, "not saved: ");
	screen_test_shows(t, "sample number: 4711");
	screen_test_keys(t, "Esc");
	screen_test_lacks(t, "sample number");
	assert_int_equal(fixture_count(screen_test_store(t), "verdict:duplicate"), 0);
	screen_test_keys(t, "m h"); /* keys are commands again */
	assert_int_equal(fixture_count(screen_test_store(t), "cause:model"), 1);
}

/* A store that fails: what was typed is not lost with it. */
static void a_note_that_cannot_be_saved(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_keys(t, "n 'seen before'");
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is locked");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Note: seen before");
	screen_test_shows(t, "not saved: the store is locked");
	screen_test_keys(t, "Enter");
	assert_int_equal(fixture_count(screen_test_store(t), "\"seen before\""), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_cursor_goes_to_the_fault, setup, teardown),
		cmocka_unit_test_setup_teardown(it_does_not_come_under_other_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(it_comes_back_under_the_wheel, setup, teardown),
		cmocka_unit_test_setup_teardown(esc_leaves_and_nothing_is_done, setup, teardown),
		cmocka_unit_test_setup_teardown(a_note_that_cannot_be_saved, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
