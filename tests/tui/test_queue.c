/* The queue: the screen, filter, preview, order, pages, what others change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

static int setup_sized(void **state, int rows, int columns)
{
	*state = fixture_screen(rows, columns);
	return 0;
}

static int setup(void **state)
{
	return setup_sized(state, 24, 80);
}

static int setup_wide(void **state)
{
	return setup_sized(state, 60, 200);
}

static int setup_empty(void **state)
{
	*state = screen_test_new(NULL);
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void small_screen(void **state)
{
	screen_test_golden(*state, "queue_80x24", true);
}

static void wide_screen(void **state)
{
	screen_test_golden(*state, "queue_200x60", false);
}

static void empty_store(void **state)
{
	screen_test_golden(*state, "queue_empty", false);
}

static void ascii_screen(void **state)
{
	struct screen_test_options options = { .ascii = true };
	struct screen_test *t = screen_test_new(&options);

	screen_test_free(*state);
	*state = t;
	fixture_samples(screen_test_store(t));
	screen_test_golden(t, "queue_ascii", false);
}

/* For screen readers: words, no frames, the cursor on the selected row. */
static void accessible_screen(void **state)
{
	struct screen_test_options options = { .accessible = true };
	struct screen_test *t = screen_test_new(&options);

	screen_test_free(*state);
	*state = t;
	fixture_samples(screen_test_store(t));
	screen_test_keys(t, "m h Space");
	screen_test_golden(t, "queue_accessible", false);
	screen_test_keys(t, "v");
	screen_test_golden(t, "verdict_accessible", false);
	screen_test_keys(t, "Esc k Enter");
	screen_test_golden(t, "sample_accessible", false);
	screen_test_keys(t, "q Esc G");
	screen_test_shows(t, "14 of 14"); /* the last row is in view however many lines those above it have */
	screen_test_shows(t, " untriaged, note: case 14 of the eval fails");
}

/* Rows take as many lines as they need: what is clicked is the one that is pointed at, what is selected is in view. */
static void accessible_rows_of_several_lines(void **state)
{
	struct screen_test *t = *state;
	struct screen_test_options options = { .accessible = true };

	screen_test_free(t);
	*state = t = screen_test_new(&options);
	fixture_samples(screen_test_store(t));
	screen_test_start(t);
	screen_test_click(t, 6, 20, MOUSE_CLICK); /* the first row has two lines, as the ninth has */
	screen_test_shows(t, " 4 of 14");
	screen_test_click(t, 12, 20, MOUSE_CLICK);
	screen_test_shows(t, " 9 of 14");
	screen_test_click(t, 18, 20, MOUSE_DOUBLE);
	screen_test_shows(t, " 14 of 14");
	screen_test_shows(t, "Sample 14");
	/* Marked, each is longer by a word, and most by a line: more than there are. */
	screen_test_keys(t, "q g V G");
	screen_test_shows(t, "14 marked");
	screen_test_shows(t, " marked, untriaged, note: case 14 of the eval fails: expected 196,");
	screen_test_lacks(t, "get_nowait_all");
	screen_test_keys(t, "g");
	screen_test_shows(t, "get_nowait_all");
}

static void accessible_flags(void **state)
{
	static const struct flag flags[] = { { .message = "one" }, { .message = "two" }, { .message = "three" } };
	struct screen_test_options options = { .accessible = true };
	struct screen_test *t;

	screen_test_free(*state);
	*state = t = screen_test_new(&options);
	assert_true(fake_store_add(screen_test_store(t), &(struct sample){ .code = slice_of("x\n"), .flags = flags, .flag_count = 3 }) > 0);
	screen_test_start(t);
	screen_test_keys(t, "z"); /* the preview has room for two */
	screen_test_shows(t, " and 1 more flag\n");
}

static void back_and_forward(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "<");
	screen_test_shows(t, "there is no list before this one");
	screen_test_keys(t, "j j j / 'lang:python' Enter j o o");
	screen_test_shows(t, "Queue /lang:python");
	screen_test_shows(t, "oldest");
	screen_test_keys(t, "<");
	screen_test_shows(t, "2 of 5 · newest");
	screen_test_keys(t, "<");
	screen_test_shows(t, "4 of 14 · newest");
	screen_test_lacks(t, "Queue /");
	screen_test_keys(t, "> >");
	screen_test_shows(t, "oldest");
	screen_test_keys(t, ">");
	screen_test_shows(t, "there is none to go forward to");
	screen_test_keys(t, "< < / 'lang:c' Enter >");
	screen_test_shows(t, "there is none to go forward to");
}

static void views_have_names(void **state)
{
	static const struct saved_view views[] = { { "in C", "lang:c", SORT_OLDEST, NULL, 0 },
						    { "odd", "cause:nonsense", SORT_NEWEST, NULL, 0 } };
	struct screen_test_options options = { .views = views, .view_count = 2 };
	struct screen_test *t = *state;

	screen_test_keys(t, "O");
	screen_test_shows(t, "+ keep this list");
	screen_test_free(t);
	*state = t = screen_test_new(&options);
	fixture_samples(screen_test_store(t));
	screen_test_keys(t, "O i");
	screen_test_shows(t, "Queue /lang:c");
	screen_test_shows(t, "1 of 1 · oldest");
	screen_test_keys(t, "O o");
	screen_test_shows(t, "view 'odd'");
	screen_test_keys(t, "<");
	screen_test_shows(t, "1 of 14 · newest");
}

static void an_empty_store_offers_the_demo(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'lang:c' Enter D");
	screen_test_shows(t, "from the shell: aitia demo");
	screen_test_keys(t, "Esc D");
	assert_true(screen_test_has_quit(t));
}

static void filter_errors_show_under_typing(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'level:eror'");
	screen_test_golden(t, "filter_error", true);
	screen_test_keys(t, "Enter"); /* is not applied */
	screen_test_shows(t, "did you mean");
	screen_test_shows(t, "of 14");
	screen_test_keys(t, "End Backspace Backspace Backspace 'rror' Enter");
	screen_test_shows(t, "Queue /level:error");
	screen_test_shows(t, "1 of 4");
	screen_test_keys(t, "/ Esc");
	screen_test_shows(t, "1 of 4");
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "1 of 14");
	screen_test_keys(t, "/ Up Enter");
	screen_test_shows(t, "1 of 4");
}

/* A code that is none would quietly find nothing. */
static void unknown_codes_are_told_under_typing(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'cause:model/halucination'");
	screen_test_shows(t, "model/hallucination");
	screen_test_keys(t, "Enter"); /* is not applied */
	screen_test_shows(t, "of 14");
	screen_test_keys(t, "End ^U 'symptom:nosuch' Enter");
	screen_test_lacks(t, "Queue /");
	screen_test_keys(t, "End ^U 'cause:mod*' Enter");
	screen_test_shows(t, "Queue /cause:mod*");
}

static void filter_completion(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'sta' Tab 'def' Tab");
	screen_test_shows(t, "status:deferred");
	screen_test_keys(t, "'cau' Tab 'model/hal' Tab");
	screen_test_shows(t, "status:deferred cause:model/hallucination");
	screen_test_keys(t, "'-s' Tab");
	screen_test_shows(t, "severity:"); /* the choice is shown */
	screen_test_shows(t, "symptom:");
	screen_test_keys(t, "Esc / 'lang:py' Tab Enter");
	screen_test_shows(t, "Queue /lang:python");
}

/* Also one that 40 other rules go before: when what it begins with is typed. */
static void rare_values_are_completed(void **state)
{
	struct screen_test *t = *state;

	fixture_rules(screen_test_store(t), 100);
	screen_test_keys(t, "R / 'rule:' Tab");
	screen_test_shows(t, "RARE001 2"); /* the most frequent ones first */
	screen_test_keys(t, "'RARE09' Tab");
	screen_test_shows(t, "RARE091 1  RARE093 1  RARE095 1  RARE097 1  RARE099 1");
	screen_test_hold(t, true);
	screen_test_keys(t, "Backspace '8' Tab");
	screen_test_lacks(t, "RARE08 "); /* nothing is completed before all are known */
	screen_test_hold(t, false);
	screen_test_shows(t, "RARE081 1  RARE083 1");
	screen_test_keys(t, "'3' Tab Enter");
	screen_test_shows(t, "Queue /rule:RARE083");
	/* The counts are those beside what else the line asks for, and not of the list that is shown. */
	screen_test_keys(t, "/ ^U 'lang:go rule:RARE00' Tab");
	screen_test_shows(t, "RARE003 2  RARE009 2");
	screen_test_lacks(t, "RARE001");
	screen_test_keys(t, "^U 'lang:go rule:RARE' Tab");
	screen_test_shows(t, "RARE033 2");
	/* What was known is asked anew at the next prompt. */
	screen_test_keys(t, "^U 'lang:go rule:RARE06' Tab");
	screen_test_shows(t, "RARE063 1  RARE069 1");
	fixture_rules(screen_test_store(t), 150);
	screen_test_keys(t, "Esc / ^U 'lang:go rule:RARE06' Tab");
	screen_test_shows(t, "RARE063 2  RARE069 2");
	/* Where the rest is wrong as yet, what the list has is offered. */
	screen_test_keys(t, "^U 'level:eror rule:RA' Tab");
	screen_test_shows(t, "rule:RARE083");
}

/* What all rows are is said once, above them; and a wide screen's columns are as wide as the rows need. */
static void illustrative_rows_are_labelled(void **state)
{
	struct screen_test *t = *state;

	fixture_illustrative(screen_test_store(t), 3);
	screen_test_keys(t, "R");
	screen_test_shows(t, "[ILL] 'Queue' object");
	screen_test_lacks(t, "[all ILLUSTRATIVE]");
	screen_test_keys(t, "/ 'is:illustrative shown' Enter");
	screen_test_shows(t, "title  [all ILLUSTRATIVE]");
	screen_test_lacks(t, "[ILL]");
	screen_test_resize(t, 24, 31); /* no room for all of the label */
	screen_test_shows(t, "[ILL] shown");
	screen_test_lacks(t, "[all");
	screen_test_resize(t, 24, 80);
	screen_test_keys(t, "C m c");
	screen_test_resize(t, 12, 200);
	screen_test_golden(t, "queue_wide", false);
	screen_test_resize(t, 12, 300);
	screen_test_golden(t, "queue_widest", false);
}

/* A list of which only some rows are read says it of these, once: behind them others may follow. */
static void rows_not_read_are_not_labelled(void **state)
{
	struct screen_test *t = *state;

	fixture_illustrative(screen_test_store(t), 600);
	screen_test_keys(t, "R / 'is:illustrative shown' Enter");
	screen_test_shows(t, "title  [these ILLUSTRATIVE]");
	screen_test_lacks(t, "[ILL]");
	screen_test_keys(t, "Esc /"); /* and real ones do follow */
	screen_test_keys(t, "^U Enter");
	screen_test_shows(t, "[ILL] ");
	screen_test_lacks(t, "[these");
}

static void nothing_matches(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'lang:cobol' Enter");
	screen_test_golden(t, "filter_nothing", false);
	screen_test_keys(t, "m n a Space V e Enter z o"); /* nothing to do it to, and nothing happens */
	screen_test_keys(t, "Esc Esc");
	screen_test_shows(t, "1 of 14");
}

static void preview_parts_and_places(void **state)
{
	struct screen_test *t = *state;

	screen_test_shows(t, "47 ▶");
	screen_test_keys(t, "]");
	screen_test_shows(t, "Drain the queue, but");
	screen_test_keys(t, "] ]");
	screen_test_shows(t, "+        item = queue.get_nowait_all(limit)");
	screen_test_keys(t, "]");
	screen_test_shows(t, "[compare]");
	screen_test_keys(t, "]");
	screen_test_shows(t, "gen_ai.response.model");
	screen_test_shows(t, "opus-4.6");
	screen_test_keys(t, "m h m h k k ]");
	screen_test_shows(t, "ada  model/hallucination");
	screen_test_keys(t, "m l k");
	screen_test_shows(t, "(superseded)");
	screen_test_golden(t, "queue_history_part", false);
	screen_test_keys(t, "[ [ [ [ [ [ z");
	screen_test_lacks(t, "[code]"); /* off */
	screen_test_keys(t, "z");
	screen_test_shows(t, "│"); /* beside */
	screen_test_keys(t, "z Tab G");
	screen_test_shows(t, "return taken");
}

static void places_are_a_part(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "j Enter ]");
	screen_test_golden(t, "sample_places", true);
}

static void order(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "o");
	screen_test_shows(t, "heaviest flag first");
	screen_test_keys(t, "l");
	screen_test_shows(t, "1 of 14 · level");
}

static void errors_are_shown(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is locked");
	screen_test_keys(t, "m h");
	screen_test_shows(t, "not saved: the store is locked");
	assert_cause(t, 1, NULL);
	screen_test_keys(t, "k m h");
	assert_cause(t, 1, "model/hallucination");
}

static void leaving(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'eval' Enter Space");
	screen_test_keys(t, "q"); /* the mark */
	screen_test_lacks(t, "marked");
	screen_test_shows(t, "/eval");
	screen_test_keys(t, "q"); /* the filter */
	screen_test_lacks(t, "/eval");
	screen_test_keys(t, "Esc");
	assert_false(screen_test_has_quit(t));
	screen_test_keys(t, "q");
	assert_true(screen_test_has_quit(t));
}

static void mouse(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_click(t, 4, 20, MOUSE_CLICK);
	screen_test_shows(t, "3 of 14");
	screen_test_click(t, 4, 20, MOUSE_WHEEL_DOWN);
	screen_test_shows(t, "6 of 14");
	screen_test_click(t, 2, 20, MOUSE_DOUBLE);
	screen_test_shows(t, "Sample ");
	screen_test_click(t, 23, 79, MOUSE_CLICK);
	screen_test_click(t, 500, 500, MOUSE_DOUBLE);
}

static void long_lists_are_read_by_pages(void **state)
{
	struct screen_test *t = *state;

	fixture_many(screen_test_store(t), 3000);
	screen_test_start(t);
	screen_test_shows(t, "1 of 3014");
	screen_test_keys(t, "G");
	screen_test_shows(t, "number 02999");
	screen_test_shows(t, "3014 of 3014");
	for (int i = 0; i < 170; i++)
		screen_test_keys(t, "PgUp PgUp");
	screen_test_shows(t, "'Queue' object");
	screen_test_shows(t, "1 of 3014");
	for (int i = 0; i < 160; i++)
		screen_test_keys(t, "PgDn");
	screen_test_shows(t, "number 014");
	screen_test_keys(t, "PgDn g");
	screen_test_shows(t, "1 of 3014");
}

/* What other processes do comes to the screen by itself, and what waits for them says so. */
static void changes_of_others_appear(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	const struct triage_request request = { .samples = (const int64_t[]){ 2 }, .sample_count = 1, .status = SAMPLE_DEFERRED };
	int64_t edit;

	screen_test_start(t);
	app_look(screen_test_app(t));
	screen_test_hold(t, false);
	size_t pages = screen_test_request_count(t, REQUEST_PAGE);
	app_look(screen_test_app(t)); /* nothing has changed */
	screen_test_hold(t, false);
	assert_int_equal(screen_test_request_count(t, REQUEST_PAGE), pages);
	assert_int_equal(store->ops->triage(store, "bob", &request, &edit, NULL), STATUS_OK);
	app_look(screen_test_app(t));
	screen_test_hold(t, false);
	assert_true(screen_test_request_count(t, REQUEST_PAGE) > pages);
	/* Nor does an edit of one's own behind theirs hide it: it may have waited for it. */
	assert_int_equal(store->ops->triage(store, "bob", &(const struct triage_request){ .samples = (const int64_t[]){ 3 },
			 .sample_count = 1, .status = SAMPLE_EXCLUDED }, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "v Enter");
	pages = screen_test_request_count(t, REQUEST_PAGE);
	app_look(screen_test_app(t));
	screen_test_hold(t, false);
	assert_true(screen_test_request_count(t, REQUEST_PAGE) > pages);
	/* One's own alone is on the screen already. */
	screen_test_keys(t, "j v Enter");
	pages = screen_test_request_count(t, REQUEST_PAGE);
	app_look(screen_test_app(t));
	screen_test_hold(t, false);
	assert_int_equal(screen_test_request_count(t, REQUEST_PAGE), pages);
	/* How many there are is counted anew; what is read stays where it is. */
	screen_test_shows(t, " of 14 ");
	fixture_many(store, 30);
	screen_test_shows(t, " of 14 ");
	app_look(screen_test_app(t));
	screen_test_hold(t, false);
	screen_test_shows(t, " of 44 ");
	app_set_waiting(screen_test_app(t), true);
	screen_test_shows(t, "waiting for another process");
	app_set_waiting(screen_test_app(t), false);
	screen_test_lacks(t, "waiting for another process");
}

/* Both versions, however narrow the screen is: until the next key. */
static void a_long_error_is_read_whole(void **state)
{
	struct screen_test *t = *state;

	app_message(screen_test_app(t), true, "edit 12 (1 sample: deferred) cannot be undone: sample 10 was changed since (bob, edit 13: 1 "
		    "sample: excluded); its status is now 'excluded', this edit had 'deferred'");
	screen_test_shows(t, "edit 12 (1 sample: deferred) cannot");
	screen_test_shows(t, "'deferred'");
	screen_test_keys(t, "j");
	screen_test_lacks(t, "'deferred'");
}

/* The total of all samples is in the first picture, and nobody counts for it; that of a filter is asked for. A page
 * that takes the place of the one that was to bring it brings it too. */
static void the_total_comes_with_the_list(void **state)
{
	struct screen_test *t = *state;

	fixture_many(screen_test_store(t), 400);
	screen_test_keys(t, "R");
	screen_test_shows(t, "1 of 414");
	assert_int_equal(screen_test_request_count(t, REQUEST_COUNT), 0);
	screen_test_hold(t, true);
	screen_test_keys(t, "R G");
	screen_test_hold(t, false);
	screen_test_shows(t, "of 414");
	assert_int_equal(screen_test_request_count(t, REQUEST_COUNT), 0);
	screen_test_keys(t, "/lang:python Enter");
	assert_true(screen_test_request_count(t, REQUEST_COUNT) > 0);
	screen_test_lacks(t, "of 414");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(small_screen, setup, teardown),
		cmocka_unit_test_setup_teardown(wide_screen, setup_wide, teardown),
		cmocka_unit_test_setup_teardown(empty_store, setup_empty, teardown),
		cmocka_unit_test_setup_teardown(ascii_screen, setup_empty, teardown),
		cmocka_unit_test_setup_teardown(the_total_comes_with_the_list, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_error_is_read_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(accessible_rows_of_several_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(accessible_flags, setup, teardown),
		cmocka_unit_test_setup_teardown(back_and_forward, setup, teardown),
		cmocka_unit_test_setup_teardown(views_have_names, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_store_offers_the_demo, setup_empty, teardown),
		cmocka_unit_test_setup_teardown(accessible_screen, setup, teardown),
		cmocka_unit_test_setup_teardown(changes_of_others_appear, setup, teardown),
		cmocka_unit_test_setup_teardown(filter_errors_show_under_typing, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_codes_are_told_under_typing, setup, teardown),
		cmocka_unit_test_setup_teardown(filter_completion, setup, teardown),
		cmocka_unit_test_setup_teardown(rare_values_are_completed, setup, teardown),
		cmocka_unit_test_setup_teardown(illustrative_rows_are_labelled, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_not_read_are_not_labelled, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_matches, setup, teardown),
		cmocka_unit_test_setup_teardown(preview_parts_and_places, setup, teardown),
		cmocka_unit_test_setup_teardown(places_are_a_part, setup, teardown),
		cmocka_unit_test_setup_teardown(order, setup, teardown),
		cmocka_unit_test_setup_teardown(errors_are_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(leaving, setup, teardown),
		cmocka_unit_test_setup_teardown(mouse, setup, teardown),
		cmocka_unit_test_setup_teardown(long_lists_are_read_by_pages, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
