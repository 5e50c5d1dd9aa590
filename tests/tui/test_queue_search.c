/* The queue while texts are searched: hits as they are found, and where they are. */
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
	*state = fixture_screen(24, 80);
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

/* Every page looks at two samples: the hits come one after the other, to the same list
 * in the end. */
static void hits_are_shown_as_they_are_found(void **state)
{
	struct screen_test *t = *state;
	int64_t count = fixture_count(screen_test_store(t), "text:e");
	char total[32];

	assert_true(count > 2);
	fake_store_slow(screen_test_store(t), 2);
	screen_test_keys(t, "/");
	screen_test_keys(t, "'text:e' Enter");
	snprintf(total, sizeof(total), "1 of %d", (int)count);
	screen_test_shows(t, total);
	assert_true(screen_test_request_count(t, REQUEST_PAGE) > FIXTURE_SAMPLES / 2);
	screen_test_keys(t, "G");
	snprintf(total, sizeof(total), "%d of %d", (int)count, (int)count);
	screen_test_shows(t, total);
	screen_test_keys(t, "/");
	screen_test_keys(t, "C-u 'text:nosuchtext' Enter");
	screen_test_shows(t, "Nothing matches this filter");
}

static void a_search_under_way_says_so_and_gives_way(void **state)
{
	struct screen_test *t = *state;

	fake_store_slow(screen_test_store(t), 2);
	screen_test_keys(t, "/");
	screen_test_keys(t, "'text:nosuchtext'");
	screen_test_hold(t, true);
	screen_test_keys(t, "Enter");
	screen_test_step(t); /* two samples looked at, none found */
	screen_test_shows(t, "searching");
	screen_test_lacks(t, "Nothing matches");
	screen_test_step(t);
	screen_test_shows(t, "searching");
	screen_test_keys(t, "Esc"); /* another list, at once */
	screen_test_hold(t, false);
	screen_test_lacks(t, "searching");
	screen_test_shows(t, "1 of ");
}

/* Whether any cell of the screen is drawn as found. */
static bool shows_found(struct screen_test *t)
{
	const char *styles = strstr(screen_test_text(t, true), "styles:\n");
	char letter[2] = { (char)('a' + STYLE_FOUND), '\0' };

	return strstr(styles ? styles : screen_test_text(t, true), letter) != NULL;
}

static void what_was_found_is_marked(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/");
	screen_test_keys(t, "'def' Enter");
	assert_true(shows_found(t));
	screen_test_keys(t, "Enter");
	assert_true(shows_found(t));
	screen_test_keys(t, "Esc /");
	screen_test_keys(t, "C-u 'lang:python' Enter Enter");
	assert_false(shows_found(t));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hits_are_shown_as_they_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(a_search_under_way_says_so_and_gives_way, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_found_is_marked, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("tui: searching in the queue", tests, NULL, NULL);
}
