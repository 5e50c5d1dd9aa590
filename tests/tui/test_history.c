/* The log on the screen: what it shows, a filter, undoing what is selected. */
#include "tests/tui/incident_fixture.h"

/* In the log u undoes what is selected: an edit that others built upon does not stand
 * before the rest. */
static void the_selected_edit_is_undone(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	struct annotate_request other = { .sample_count = 1, .annotation = { .cause = "testing" } };
	int64_t second = 2, edit;

	screen_test_keys(t, "m h m h U j u");
	screen_test_shows(t, "undid: annotate");
	assert_null(fixture_standing(store, &arena, 1, "ada"));
	assert_non_null(fixture_standing(store, &arena, 2, "ada"));
	screen_test_keys(t, "u"); /* the selection is still on it */
	screen_test_shows(t, "undone already");
	screen_test_keys(t, "g u");
	screen_test_shows(t, "that edit is an undo");
	other.samples = &second;
	assert_int_equal(store->ops->annotate(store, "bob", &other, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R g u");
	screen_test_shows(t, "that edit is by bob");
	screen_test_keys(t, "?");
	screen_test_shows(t, "Undo the selected edit");
}

static void history(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "m h Space Space t f u U");
	screen_test_golden(t, "history", false);
	screen_test_keys(t, "j ^R");
	screen_test_shows(t, "redid: annotate");
	screen_test_keys(t, "q");
	screen_test_shows(t, "testing/flaky_test");
}

static void history_is_filtered(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "m h j t f U / 'FLAKY verb:annotate' Enter");
	screen_test_shows(t, "filter: FLAKY verb:annotate");
	screen_test_shows(t, "testing/flaky_test");
	screen_test_lacks(t, "import");
	screen_test_keys(t, "/ ' bi:ann'");
	screen_test_shows(t, "the log has no key 'bi': did you mean 'by'?");
	screen_test_keys(t, "^W 'by:bob' Enter");
	screen_test_shows(t, "no entry matches");
	screen_test_keys(t, "? Esc : Esc"); /* what was read above it is no filter */
	screen_test_shows(t, "filter: FLAKY verb:annotate by:bob");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(history, setup, teardown),
		cmocka_unit_test_setup_teardown(history_is_filtered, setup, teardown),
		cmocka_unit_test_setup_teardown(the_selected_edit_is_undone, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
