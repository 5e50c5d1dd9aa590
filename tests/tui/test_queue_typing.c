/* Keys typed faster than the store answers: each goes where it was meant to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/app_state.h" /* app_top() */

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

/* Answers that are slow must not make fast fingers lose a judgement. */
static void typing_ahead_of_the_store(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "m h m h m h u");
	screen_test_hold(t, false);
	assert_cause(t, 1, "model/hallucination");
	assert_cause(t, 2, "model/hallucination");
	assert_cause(t, 3, NULL);
	screen_test_shows(t, "undid: annotate");
}

static void two_judgements_on_one_sample_at_once(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;
	const struct annotation *standing;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "m h k v c");
	screen_test_hold(t, false);
	standing = fixture_standing(screen_test_store(t), &arena, 1, "ada");
	assert_string_equal(standing->cause, "model/hallucination");
	assert_int_equal(standing->verdict, VERDICT_CONFIRMED);
	arena_release(&arena);
}

/* What was judged before is on its way when the program ends (the loop lets it finish). */
static void quitting_loses_no_judgement(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "m h Q");
	screen_test_hold(t, false);
	assert_true(screen_test_has_quit(t));
	assert_cause(t, 1, "model/hallucination");
}

/* Keys behind `*` are meant for all that it marks. */
static void mark_all_holds_keys(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "* d g");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(screen_test_store(t), "cause:data_gap/ground_truth_absent"), FIXTURE_SAMPLES);
}

/* Keys typed before the list is there are for its rows, not for those before it, nor for none. */
static void keys_wait_for_the_list(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);

	screen_test_hold(t, true);
	screen_test_start(t);
	screen_test_keys(t, "j 1 h");
	screen_test_hold(t, false);
	assert_cause(t, 2, "model/hallucination");
	screen_test_shows(t, "3 of");
	screen_test_hold(t, true);
	screen_test_keys(t, "/ 'level:error' Enter d g");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(store, "cause:data_gap"), 1);
	assert_int_equal(fixture_count(store, "cause:data_gap level:error"), 1);
	/* Esc drops what waits. */
	screen_test_hold(t, true);
	screen_test_keys(t, "/ 'level:none' Enter d g Esc");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(store, "cause:data_gap"), 1);
}

static void adding_holds_keys_until_incidents_are_read(void **state)
{
	struct screen_test *t = *state;

	fixture_incident(screen_test_store(t));
	screen_test_keys(t, "G");
	screen_test_hold(t, true);
	screen_test_keys(t, "a 1");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(screen_test_store(t), "incident:INC-2026-0001"), 4);
}

/* `e` waits until the sample is read; what is typed behind it was meant for the
 * editor: it neither opens another one nor runs as commands. */
static void keys_behind_the_editor_are_no_commands(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;

	screen_test_editor(t, "typed");
	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "j j e e 'mhQ'"); /* one row down has been read ahead */
	screen_test_hold(t, false);
	assert_false(screen_test_has_quit(t));
	assert_string_equal(screen_test_edited(t), "");
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 3, "ada")->note, "typed");
	assert_null(fixture_standing(screen_test_store(t), &arena, 4, "ada"));
	assert_int_equal(fixture_count(screen_test_store(t), "is:annotated"), 0);
	screen_test_shows(t, "3 of 14"); /* a note was written once, and nothing else was done */
	arena_release(&arena);
}

/* What is kept back goes on only when the program has come back. */
static void keys_behind_a_suspension_go_on_after_it(void **state)
{
	static const char *const names[] = { "^Z", "j", "^Z", "j" };
	struct screen_test *t = *state;
	struct app *app = screen_test_app(t);
	struct request *request;

	app_hold_keys(app, true);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct key key;
		assert_true(key_parse(names[i], &key));
		app_key(app, &key);
	}
	app_hold_keys(app, false);
	screen_test_shows(t, "1 of 14");
	assert_int_equal(app_take_effect(app).kind, EFFECT_SUSPEND);
	screen_test_shows(t, "1 of 14"); /* the loop is still at it */
	assert_int_equal(app_take_effect(app).kind, EFFECT_SUSPEND);
	screen_test_shows(t, "2 of 14");
	assert_int_equal(app_take_effect(app).kind, EFFECT_NONE);
	screen_test_shows(t, "3 of 14");
	while ((request = app_take_request(app)))
		request_free(request);
}

/* A list that is read again may lose the row at hand: what follows is for the row that is there then. */
static void keys_wait_for_a_list_read_again(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_keys(t, "/ 'is:untriaged' Enter m h k");
	assert_cause(t, 1, "model/hallucination");
	screen_test_hold(t, true);
	screen_test_keys(t, "R d");
	screen_test_lacks(t, "ground_truth");
	screen_test_hold(t, false);
	screen_test_shows(t, "ground_truth");
	screen_test_keys(t, "g");
	assert_cause(t, 1, "model/hallucination");
	assert_cause(t, 2, "data_gap/ground_truth_absent");
}

/* What a menu or the editor was opened for stays that, whatever happens to the list meanwhile. */
static void menus_stay_with_their_sample(void **state)
{
	struct screen_test *t = *state;
	struct app *app = screen_test_app(t);
	struct arena arena = ARENA_INIT;
	struct screen *queue = app_top(app);
	struct key key = { .code = 'j' };

	screen_test_keys(t, "m");
	queue->ops->action(queue, app, ACTION_ID_down, &key);
	screen_test_keys(t, "h");
	assert_cause(t, 1, "model/hallucination");
	assert_cause(t, 2, NULL);
	screen_test_shows(t, "2 of 14"); /* no further than it went by itself */
	screen_test_keys(t, "n");
	queue->ops->action(queue, app, ACTION_ID_down, &key);
	screen_test_keys(t, "'of the second' Enter");
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 2, "ada")->note, "of the second");
	assert_null(fixture_standing(screen_test_store(t), &arena, 3, "ada"));
	arena_release(&arena);
}

/* How often a key is pressed, at once. */
static void press(struct screen_test *t, const char *key, int times)
{
	for (int i = 0; i < times; i++)
		screen_test_keys(t, key);
}

static bool is_judged(struct screen_test *t, int64_t sample)
{
	struct arena arena = ARENA_INIT;
	bool is = fixture_standing(screen_test_store(t), &arena, sample, "ada") != NULL;

	arena_release(&arena);
	return is;
}

/* A move past what is read goes on when it is: the list does not end there. */
static void moves_wait_for_the_next_page(void **state)
{
	struct screen_test *t = *state;

	fixture_many(screen_test_store(t), 600);
	screen_test_start(t);
	screen_test_hold(t, true);
	press(t, "j", 150);
	screen_test_keys(t, "C");
	screen_test_hold(t, false);
	assert_true(is_judged(t, 151));
	screen_test_shows(t, "152 of 614");
	screen_test_keys(t, "G");
	screen_test_hold(t, true);
	press(t, "k", 150);
	screen_test_keys(t, "C");
	screen_test_hold(t, false);
	assert_true(is_judged(t, 614 - 150));
	assert_int_equal(fixture_count(screen_test_store(t), "is:annotated"), 2);
}

/* Marks and judgements that go on by themselves do too. */
static void steps_wait_for_the_next_page(void **state)
{
	struct screen_test *t = *state;

	fixture_many(screen_test_store(t), 600);
	screen_test_start(t);
	screen_test_hold(t, true);
	press(t, "C", 120);
	press(t, "Space", 120);
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(screen_test_store(t), "is:annotated"), 120);
	screen_test_shows(t, "120 marked");
	screen_test_shows(t, "241 of 614");
	screen_test_keys(t, "Esc G");
	screen_test_hold(t, true);
	press(t, "k", 120);
	screen_test_keys(t, "Esc"); /* what waits is not wanted any more */
	screen_test_hold(t, false);
	screen_test_shows(t, "515 of 614");
}

static void neighbours_wait_for_the_next_page(void **state)
{
	struct screen_test *t = *state;

	fixture_many(screen_test_store(t), 600);
	screen_test_start(t);
	screen_test_keys(t, "Enter");
	screen_test_hold(t, true);
	press(t, "J", 150);
	screen_test_keys(t, "C");
	screen_test_hold(t, false);
	screen_test_lacks(t, "this is the last one");
	screen_test_shows(t, "Sample 151");
	assert_true(is_judged(t, 151));
	press(t, "J", 470);
	screen_test_shows(t, "this is the last one");
	screen_test_shows(t, "Sample 614");
	screen_test_keys(t, "q G Enter");
	screen_test_hold(t, true);
	press(t, "K", 150);
	screen_test_keys(t, "Esc"); /* stays here */
	screen_test_hold(t, false);
	screen_test_keys(t, "C K C");
	assert_int_equal(fixture_count(screen_test_store(t), "is:annotated"), 3);
}

/* Keys behind a jump are for the row that it leads to: if there is none, for no other. */
static void keys_behind_a_jump_that_fails_are_dropped(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);

	fixture_many(store, 600);
	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "# '9999' Enter C j C");
	screen_test_hold(t, false);
	screen_test_shows(t, "sample 9999 is not in this list");
	screen_test_hold(t, true);
	screen_test_keys(t, "@ '1999' Enter C");
	screen_test_hold(t, false);
	screen_test_shows(t, "the list ends before that");
	assert_int_equal(fixture_count(store, "is:annotated"), 0);
	screen_test_keys(t, "C"); /* what is typed from now on is for what is seen */
	assert_true(is_judged(t, 614));
}

static void keys_for_a_page_that_fails_are_dropped(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);

	fixture_many(store, 600);
	screen_test_start(t);
	screen_test_hold(t, true);
	press(t, "j", 120);
	screen_test_keys(t, "C");
	fake_store_fail(store, 5 /* of the sample and its group */, STATUS_STORE, "the store is locked");
	screen_test_step(t);
	screen_test_shows(t, "the store is locked");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(store, "is:annotated"), 0);
	screen_test_keys(t, "G Enter"); /* J likewise: it is asked for once, not for ever */
	screen_test_hold(t, true);
	press(t, "K", 120);
	screen_test_keys(t, "C");
	fake_store_fail(store, 4, STATUS_STORE, "the store is locked");
	screen_test_step(t);
	screen_test_shows(t, "the store is locked");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(store, "is:annotated"), 0);
}

/* Lines of a sample that is not read yet are not the whole sample. */
static void lines_wait_for_the_sample(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;
	const struct annotation *is;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "j Enter j V j C");
	screen_test_hold(t, false);
	assert_null(fixture_standing(screen_test_store(t), &arena, 1, "ada"));
	is = fixture_standing(screen_test_store(t), &arena, 2, "ada");
	assert_non_null(is);
	assert_int_equal(is->first_line, 4); /* the one with a flag */
	assert_int_equal(is->last_line, 5);
	screen_test_hold(t, true);
	screen_test_keys(t, "K / 'asyncio' Enter");
	screen_test_hold(t, false);
	screen_test_shows(t, "hit 1 of");
	screen_test_keys(t, "Esc");
	screen_test_hold(t, true);
	screen_test_keys(t, "J Tab V Esc"); /* drops them, and stays */
	screen_test_hold(t, false);
	screen_test_shows(t, "Sample 2");
	screen_test_keys(t, "V");
	screen_test_shows(t, "lines 4-4");
	arena_release(&arena);
}

/* The next row's sample is read ahead, so that it is there when one comes to it; what was said of it since is too. */
static void the_next_sample_is_there_at_once(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	screen_test_hold(t, true);
	screen_test_keys(t, "j");
	screen_test_shows(t, "reads one element behind");
	screen_test_lacks(t, "reading");
	screen_test_keys(t, "j"); /* not yet */
	screen_test_shows(t, "reading");
	screen_test_hold(t, false);
	screen_test_keys(t, "j k"); /* upwards too, from here on */
	screen_test_hold(t, true);
	screen_test_keys(t, "k");
	screen_test_lacks(t, "reading");
	screen_test_hold(t, false);
	/* Changed since: it is read anew. */
	screen_test_keys(t, "g j V k m h");
	screen_test_keys(t, "g ] ] ] ] ] ] j");
	screen_test_shows(t, "model/hallucination");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(typing_ahead_of_the_store, setup, teardown),
		cmocka_unit_test_setup_teardown(two_judgements_on_one_sample_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(quitting_loses_no_judgement, setup, teardown),
		cmocka_unit_test_setup_teardown(mark_all_holds_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_wait_for_the_list, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_wait_for_a_list_read_again, setup, teardown),
		cmocka_unit_test_setup_teardown(menus_stay_with_their_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(moves_wait_for_the_next_page, setup, teardown),
		cmocka_unit_test_setup_teardown(steps_wait_for_the_next_page, setup, teardown),
		cmocka_unit_test_setup_teardown(neighbours_wait_for_the_next_page, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_behind_a_jump_that_fails_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_for_a_page_that_fails_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_wait_for_the_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(adding_holds_keys_until_incidents_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_behind_the_editor_are_no_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(the_next_sample_is_there_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_behind_a_suspension_go_on_after_it, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
