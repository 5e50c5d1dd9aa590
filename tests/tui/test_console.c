/* The console: typing a question, its table, what is wrong, and going to what a row names. */
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
	*state = fixture_screen(16, 90);
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void a_question_and_its_table(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, ";");
	screen_test_golden(t, "console_first", false);
	screen_test_keys(t, "'SELECT id, title FROM samples' Enter");
	screen_test_golden(t, "console_table", true);
	screen_test_keys(t, "j j");
	screen_test_shows(t, "3 of 14");
	screen_test_keys(t, "Right"); /* the second column comes first */
	screen_test_shows(t, "column 2 of 2");
	screen_test_keys(t, "Left Enter");
	screen_test_shows(t, "Sample 3");
	screen_test_keys(t, "q");
	screen_test_shows(t, "3 of 14");
	screen_test_keys(t, "/ ' WHERE 0' Enter"); /* goes on from the question before */
	screen_test_shows(t, "no rows");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "names no sample");
}

static void what_is_wrong_is_shown_at_its_place(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "; 'SELECT titel FROM samples' Enter");
	screen_test_golden(t, "console_wrong", true);
	screen_test_keys(t, "Del Del Del Del Del 'id, title' Enter"); /* the cursor is at the fault */
	screen_test_lacks(t, "no such column");
	screen_test_keys(t, "/ Up Up Enter"); /* it is in the history too */
	screen_test_shows(t, "at 8: no such column");
	screen_test_keys(t, "Esc");
	screen_test_lacks(t, "SQL:");
}

static void names_are_completed(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "; 'SELECT ti' Tab 'FROM sa' Tab");
	screen_test_shows(t, "SELECT title FROM samples");
	screen_test_keys(t, "Esc v");
	screen_test_shows(t, "a sample");
	screen_test_keys(t, "Enter Enter");
	screen_test_shows(t, "1 of 14"); /* SELECT id, title FROM samples */
}

static void a_question_under_way_is_stopped(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, ";");
	screen_test_hold(t, true);
	screen_test_keys(t, "'SELECT id, title FROM samples' Enter");
	screen_test_shows(t, "asking; Esc stops it");
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "stopped");
	screen_test_hold(t, false);
	screen_test_shows(t, "stopped");
	screen_test_lacks(t, "1 of 14");
	screen_test_keys(t, "Esc");
	screen_test_lacks(t, "Console");
}

static void a_long_question_in_the_editor(void **state)
{
	struct screen_test *t = *state;

	screen_test_editor(t, "SELECT id, title FROM samples ORDER BY id");
	screen_test_keys(t, "; Esc E");
	screen_test_shows(t, "1 of 14");
	assert_string_equal(screen_test_edited_suffix(t), ".sql");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_question_and_its_table, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_shown_at_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_completed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_question_under_way_is_stopped, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_question_in_the_editor, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
