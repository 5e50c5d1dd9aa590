/* The queue: list, preview, filter, marks, judging by two keys, undo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/queue_marks.h"

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
	screen_test_keys(t, "Esc Enter");
	screen_test_lacks(t, "---");
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
	static const struct saved_view views[] = { { "in C", "lang:c", SORT_OLDEST, NULL },
						    { "odd", "cause:nonsense", SORT_NEWEST, NULL } };
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

static void two_keys_annotate_and_move_on(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "m h");
	screen_test_shows(t, "model/hallucination · u undoes");
	screen_test_shows(t, "2 of 14");
	screen_test_keys(t, "i a t c d m 1 c");
	assert_cause(t, 1, "model/hallucination");
	assert_cause(t, 2, "infrastructure/cache");
	assert_cause(t, 3, "testing/coverage_gap");
	assert_cause(t, 4, "data_gap/mislabeled");
	assert_cause(t, 5, "model/capability_limit");
	screen_test_shows(t, "6 of 14");
	assert_int_equal(fixture_count(screen_test_store(t), "is:annotated"), 5);
}

static void ten_judgements_then_three_undone(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "m h m h m h m h m h m h m h m h m h m h");
	assert_int_equal(fixture_count(screen_test_store(t), "cause:model/hallucination"), 10);
	screen_test_keys(t, "u");
	screen_test_shows(t, "undid: annotate");
	screen_test_keys(t, "u u");
	assert_int_equal(fixture_count(screen_test_store(t), "cause:model/hallucination"), 7);
	assert_cause(t, 8, NULL);
	screen_test_shows(t, "8 of 14"); /* the one that was undone last is at hand, to be judged anew */
	screen_test_keys(t, "^R");
	screen_test_shows(t, "redid: annotate");
	assert_cause(t, 8, "model/hallucination");
	assert_cause(t, 9, NULL);
	screen_test_keys(t, "^R ^R ^R");
	screen_test_shows(t, "nothing to redo");
	assert_int_equal(fixture_count(screen_test_store(t), "cause:model/hallucination"), 10);
	/* Not under hands that do something else by then. */
	screen_test_hold(t, true);
	screen_test_keys(t, "u G");
	screen_test_hold(t, false);
	screen_test_shows(t, "undid: annotate");
	screen_test_shows(t, "14 of 14");
	/* Nor where a list does not have it. */
	screen_test_keys(t, "^R / 'lang:c' Enter u");
	screen_test_shows(t, "1 of 1 · newest");
}

static void rows_stay_until_refresh(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'is:untriaged' Enter");
	screen_test_shows(t, "1 of 14");
	screen_test_keys(t, "m h");
	screen_test_shows(t, "model/hallucination"); /* the row is there, with its cause */
	screen_test_keys(t, "g");
	screen_test_shows(t, "'Queue' object has");
	screen_test_shows(t, "1 of 14");
	screen_test_keys(t, "R");
	screen_test_lacks(t, "'Queue' object has");
	screen_test_shows(t, "1 of 13");
}

static void a_cause_keeps_what_was_said_before(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;
	const struct annotation *standing;

	screen_test_keys(t, "s h w Enter g v c g n 'looks invented' Enter g Y 2 g m h");
	screen_test_keys(t, "");
	standing = fixture_standing(screen_test_store(t), &arena, 1, "ada");
	assert_non_null(standing);
	assert_string_equal(standing->cause, "model/hallucination");
	assert_int_equal(standing->symptom_count, 2);
	assert_int_equal(standing->verdict, VERDICT_CONFIRMED);
	assert_non_null(standing->note);
	assert_string_equal(standing->note, "looks invented");
	arena_release(&arena);
}

static void cause_picker(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "i");
	screen_test_golden(t, "cause_picker", false);
	screen_test_keys(t, "Esc c");
	screen_test_golden(t, "cause_categories", false);
	screen_test_keys(t, "t Enter");
	assert_cause(t, 1, "testing");
	screen_test_keys(t, "c 2 Down Down Enter");
	assert_cause(t, 2, "infrastructure/load_balancing");
	screen_test_keys(t, "m Backspace d s");
	assert_cause(t, 3, "data_gap/stale_knowledge");
}

static void a_bulk_is_one_edit(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Space Space Space j Space");
	screen_test_shows(t, "4 marked");
	screen_test_keys(t, "m");
	screen_test_shows(t, "Cause of 4 samples: model");
	screen_test_golden(t, "queue_bulk", false);
	screen_test_keys(t, "l");
	screen_test_shows(t, "4 samples: model/long_context · u undoes");
	screen_test_lacks(t, "marked");
	screen_test_shows(t, "6 of 14"); /* the selection stays */
	assert_int_equal(fixture_count(screen_test_store(t), "cause:model/long_context"), 4);
	assert_cause(t, 4, NULL);
	assert_cause(t, 5, "model/long_context");
	screen_test_keys(t, "u");
	assert_int_equal(fixture_count(screen_test_store(t), "cause:model/long_context"), 0);
}

/* What is in no sight is not judged: marks wait in the list that they were made in. */
static void marks_belong_to_their_list(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Space Space Space"); /* 1 to 3 */
	screen_test_shows(t, "3 marked");
	screen_test_keys(t, "/ 'lang:rust' Enter");
	screen_test_shows(t, "3 marked in other lists");
	screen_test_keys(t, "m h"); /* the row at hand */
	screen_test_shows(t, "model/hallucination · u undoes");
	assert_int_equal(fixture_count(screen_test_store(t), "cause:model/hallucination"), 1);
	screen_test_keys(t, "g Space Space");
	screen_test_shows(t, "2 marked + 3 in other lists");
	screen_test_keys(t, "t f");
	assert_int_equal(fixture_count(screen_test_store(t), "cause:testing"), 2);
	assert_int_equal(fixture_count(screen_test_store(t), "cause:testing lang:rust"), 2);
	screen_test_shows(t, "3 marked in other lists");
	screen_test_keys(t, "<"); /* back there they are marked again */
	screen_test_shows(t, "3 marked");
	screen_test_lacks(t, "other lists");
	screen_test_keys(t, "o o"); /* another order is the same list */
	screen_test_shows(t, "3 marked");
	screen_test_keys(t, "m l");
	screen_test_shows(t, "3 samples: model/long_context");
	screen_test_lacks(t, "marked");
}

/* A row that scrolls by is no mark of this list, though it is one of another: what a key
 * hits is what is marked here, or the row at hand. */
static void scrolling_marks_nothing(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);

	screen_test_keys(t, "Space Space / 'id:2,3' Enter");
	screen_test_shows(t, "2 marked in other lists");
	screen_test_keys(t, "j C"); /* 3, though 2 was seen */
	assert_int_equal(fixture_count(store, "verdict:confirmed_defect"), 1);
	assert_int_equal(fixture_count(store, "verdict:confirmed_defect id:3"), 1);
	screen_test_shows(t, "2 marked in other lists");
	screen_test_keys(t, "g Space Esc"); /* those of this list are cleared alone */
	screen_test_shows(t, "2 marked in other lists");
	screen_test_keys(t, "<");
	screen_test_shows(t, "2 marked");
	screen_test_lacks(t, "other lists");
}

/* Of several it is said first how many they are and what will be done, by whichever key. */
static void a_bulk_asks_first(void **state)
{
	static const struct { const char *key, *title, *what; } asked[] = {
		{ "C", "Verdict of 2 samples", "confirmed_defect" },
		{ "F", "Verdict of 2 samples", "false_positive" },
		{ "T", "Cause of 2 samples", "the cause proposed for each" },
		{ "e", "Note of 2 samples", "a note from $EDITOR" },
		{ "m", "Cause of 2 samples: model", "hallucination" },
		{ "c", "Cause of 2 samples", "infrastructure" },
		{ "s", "Symptoms of 2 samples", "wrong_logic" },
		{ "v", "Verdict of 2 samples", "confirmed_defect" },
		{ "Y", "Severity of 2 samples", "Q2" },
		{ "S", "Status of 2 samples", "deferred" },
		{ "P", "Put off until of 2 samples", "tomorrow" },
		{ "=", "2 samples duplicate", "sample number" },
		{ "n", "Note of 2 samples", "Note" },
		{ "a", "Add 2 samples to", "new incident" },
	};
	struct screen_test *t = *state;

	screen_test_keys(t, "Space Space");
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		screen_test_keys(t, asked[i].key);
		screen_test_shows(t, asked[i].title);
		screen_test_shows(t, asked[i].what);
		screen_test_keys(t, "Esc");
		screen_test_shows(t, "2 marked");
		assert_int_equal(fixture_count(screen_test_store(t), "is:annotated"), 0);
		assert_null(screen_test_edited(t));
	}
	screen_test_keys(t, "a Enter");
	screen_test_shows(t, "Title of the new incident with 2 samples");
	screen_test_keys(t, "Esc F n");
	screen_test_shows(t, "2 marked");
	screen_test_keys(t, "F Enter");
	screen_test_shows(t, "2 samples: false_positive");
	assert_int_equal(fixture_count(screen_test_store(t), "verdict:false_positive"), 2);
	screen_test_editor(t, "of both");
	screen_test_keys(t, "u e y");
	assert_int_equal(fixture_count(screen_test_store(t), "\"of both\""), 2);
}

/* One undo takes back the edit, and with it that its marks are gone; in their list. */
static void undo_marks_again(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Space Space C y");
	screen_test_lacks(t, "marked");
	screen_test_keys(t, "u");
	screen_test_shows(t, "2 marked");
	screen_test_keys(t, "^R"); /* done again, it has them again */
	screen_test_lacks(t, "marked");
	screen_test_keys(t, "u");
	screen_test_shows(t, "2 marked");
	screen_test_keys(t, "F y / 'lang:go' Enter V j F y u"); /* the newest one alone is undone */
	screen_test_shows(t, "2 marked");
	screen_test_lacks(t, "other lists");
	screen_test_keys(t, "u"); /* that one was of the first list */
	screen_test_shows(t, "2 marked + 2 in other lists");
	screen_test_keys(t, "<");
	screen_test_shows(t, "2 marked + 2 in other lists");
	assert_int_equal(fixture_count(screen_test_store(t), "verdict:none"), 14);
}

/* A store that does not take it leaves the marks as they were. */
static void a_refusal_keeps_the_marks(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Space Space C");
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is locked");
	screen_test_keys(t, "y");
	screen_test_shows(t, "not saved: the store is locked");
	screen_test_shows(t, "2 marked"); /* said again when the next key takes the message away */
}

static void a_filter_keeps_the_range(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "V j j / 'lang:go' Enter");
	screen_test_shows(t, "3 marked in other lists");
	screen_test_keys(t, "<");
	screen_test_shows(t, "3 marked");
	screen_test_lacks(t, "(range)");
}

static void mark_run(struct queue_marks *marks, int64_t from, int64_t to)
{
	for (int64_t id = from; id <= to; id++)
		vec_push(&marks->set.ids, id);
}

/* What other lists hold is counted when it changes, not at each draw of a header. */
static void marks_elsewhere_are_counted_once(void **state)
{
	struct queue_marks marks = { .range_from = 0 };

	(void)state;
	mark_run(&marks, 1, 10);
	queue_marks_change_list(&marks, "", "a");
	assert_int_equal(marks.elsewhere, 10);
	mark_run(&marks, 6, 15);
	queue_marks_change_list(&marks, "a", "b");
	assert_int_equal(marks.elsewhere, 15); /* what is in both counts once */
	mark_run(&marks, 30, 30);
	queue_marks_change_list(&marks, "b", "c");
	assert_int_equal(marks.elsewhere, 16);
	assert_int_equal(queue_marks_only_one(&marks), 0);
	queue_marks_change_list(&marks, "c", "");
	assert_int_equal(marks.elsewhere, 11); /* those of the first list are its own again */
	assert_int_equal(marks.set.ids.len, 10);
	queue_marks_release(&marks);
	mark_run(&marks, 7, 7);
	queue_marks_change_list(&marks, "", "a");
	assert_int_equal(queue_marks_only_one(&marks), 7);
	mark_run(&marks, 7, 7);
	assert_int_equal(queue_marks_only_one(&marks), 7);
	marks.set.ids.items[0] = 8;
	assert_int_equal(queue_marks_only_one(&marks), 0);
	queue_marks_release(&marks);
}

static void a_mark_that_is_not_at_hand_is_named(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Space j C"); /* 1 is marked, 3 at hand */
	screen_test_shows(t, "sample 1: confirmed_defect · u undoes");
	screen_test_keys(t, "g F");
	screen_test_lacks(t, "sample 1: false_positive");
	screen_test_shows(t, "false_positive · u undoes");
}

/* A bulk says only what it says: each sample keeps what stood there. */
static void a_bulk_keeps_what_each_has(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;
	const struct annotation *standing;

	screen_test_keys(t, "m h m l g n 'mine' Enter g Space Space Y 2");
	for (int64_t sample = 1; sample <= 2; sample++) {
		standing = fixture_standing(screen_test_store(t), &arena, sample, "ada");
		assert_int_equal(standing->severity, SEVERITY_Q2);
		assert_string_equal(standing->cause, sample == 1 ? "model/hallucination" : "model/long_context");
	}
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 1, "ada")->note, "mine");
	screen_test_keys(t, "g Space Space s Enter");
	screen_test_shows(t, "no symptom was ticked");
	screen_test_shows(t, "2 marked");
	screen_test_keys(t, "s h Enter");
	assert_int_equal(fixture_standing(screen_test_store(t), &arena, 2, "ada")->symptom_count, 1);
	screen_test_keys(t, "g s h Enter"); /* of one sample, what is not ticked is taken away */
	assert_int_equal(fixture_standing(screen_test_store(t), &arena, 1, "ada")->symptom_count, 0);
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 1, "ada")->cause, "model/hallucination");
	arena_release(&arena);
}

static void ranges_and_all(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "j V j j");
	screen_test_shows(t, "3 marked (range)");
	screen_test_keys(t, "V j j");
	screen_test_shows(t, "3 marked");
	screen_test_lacks(t, "(range)");
	screen_test_keys(t, "Esc");
	screen_test_lacks(t, "marked");
	screen_test_keys(t, "j V k k k t c");
	assert_int_equal(fixture_count(screen_test_store(t), "cause:testing"), 4);
	screen_test_keys(t, "/ 'level:error' Enter *");
	screen_test_shows(t, "4 marked");
	screen_test_keys(t, "S d");
	assert_int_equal(fixture_count(screen_test_store(t), "status:deferred"), 4);
}

/* What lies between is not known where the list was left for its other end: nothing is judged. */
static void ranges_end_where_they_can_be_seen(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);

	fixture_many(store, 600);
	screen_test_start(t);
	screen_test_keys(t, "V G C");
	assert_int_equal(fixture_count(store, "is:annotated"), 0);
	screen_test_shows(t, "the range's start is out of reach");
	screen_test_keys(t, "V"); /* nor are there marks */
	screen_test_shows(t, "the range's start is out of reach");
	screen_test_keys(t, "g j j C y");
	assert_int_equal(fixture_count(store, "is:annotated"), 3);
	screen_test_keys(t, "V G g Esc G C");
	assert_int_equal(fixture_count(store, "is:annotated"), 4);
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

/* Excluded samples match no ordinary query, yet the row stays and says so; undo brings it back. */
static void excluded_rows_stay_too(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "j S e");
	screen_test_shows(t, " × ▲W reads one element");
	assert_int_equal(fixture_count(screen_test_store(t), "status:excluded"), 1);
	screen_test_keys(t, "u");
	screen_test_shows(t, " · ▲W reads one element");
	screen_test_keys(t, "S e R"); /* it is at hand again */
	screen_test_lacks(t, "reads one element");
}

static void order(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "o");
	screen_test_shows(t, "heaviest flag first");
	screen_test_keys(t, "l");
	screen_test_shows(t, "1 of 14 · level");
}

static void note_by_prompt_and_editor(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;

	screen_test_keys(t, "n 'one line' Enter k e");
	assert_string_equal(screen_test_edited(t), "one line");
	screen_test_editor(t, "two\nlines\n");
	screen_test_keys(t, "e");
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 1, "ada")->note, "two\nlines");
	screen_test_keys(t, "k n"); /* too long for a line: the editor again */
	assert_string_equal(screen_test_edited(t), "two\nlines");
	assert_int_equal(fixture_count(screen_test_store(t), "is:annotated"), 0); /* a note alone is no judgement */
	arena_release(&arena);
}

static void marked_to_a_new_incident(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Space Space Space a n 'Invented functions' Enter");
	screen_test_shows(t, "INC-2026-0001 made with 3 samples · u undoes");
	assert_int_equal(fixture_count(screen_test_store(t), "incident:INC-2026-0001"), 3);
	screen_test_keys(t, "u"); /* one edit, one undo */
	assert_int_equal(fixture_count(screen_test_store(t), "is:incident"), 0);
	screen_test_keys(t, "^R");
	assert_int_equal(fixture_count(screen_test_store(t), "incident:INC-2026-0001"), 3);
	screen_test_keys(t, "j a");
	screen_test_golden(t, "incident_pick", false);
	screen_test_keys(t, "Enter");
	assert_int_equal(fixture_count(screen_test_store(t), "incident:INC-2026-0001"), 4);
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
	app_set_waiting(screen_test_app(t), true);
	screen_test_shows(t, "waiting for another process");
	app_set_waiting(screen_test_app(t), false);
	screen_test_lacks(t, "waiting for another process");
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
		cmocka_unit_test_setup_teardown(back_and_forward, setup, teardown),
		cmocka_unit_test_setup_teardown(views_have_names, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_store_offers_the_demo, setup_empty, teardown),
		cmocka_unit_test_setup_teardown(accessible_screen, setup, teardown),
		cmocka_unit_test_setup_teardown(two_keys_annotate_and_move_on, setup, teardown),
		cmocka_unit_test_setup_teardown(ten_judgements_then_three_undone, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_stay_until_refresh, setup, teardown),
		cmocka_unit_test_setup_teardown(changes_of_others_appear, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cause_keeps_what_was_said_before, setup, teardown),
		cmocka_unit_test_setup_teardown(cause_picker, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bulk_is_one_edit, setup, teardown),
		cmocka_unit_test_setup_teardown(marks_belong_to_their_list, setup, teardown),
		cmocka_unit_test_setup_teardown(scrolling_marks_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bulk_asks_first, setup, teardown),
		cmocka_unit_test_setup_teardown(undo_marks_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_refusal_keeps_the_marks, setup, teardown),
		cmocka_unit_test_setup_teardown(a_filter_keeps_the_range, setup, teardown),
		cmocka_unit_test(marks_elsewhere_are_counted_once),
		cmocka_unit_test_setup_teardown(a_mark_that_is_not_at_hand_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bulk_keeps_what_each_has, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges_and_all, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges_end_where_they_can_be_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(filter_errors_show_under_typing, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_codes_are_told_under_typing, setup, teardown),
		cmocka_unit_test_setup_teardown(filter_completion, setup, teardown),
		cmocka_unit_test_setup_teardown(rare_values_are_completed, setup, teardown),
		cmocka_unit_test_setup_teardown(illustrative_rows_are_labelled, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_not_read_are_not_labelled, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_matches, setup, teardown),
		cmocka_unit_test_setup_teardown(preview_parts_and_places, setup, teardown),
		cmocka_unit_test_setup_teardown(places_are_a_part, setup, teardown),
		cmocka_unit_test_setup_teardown(excluded_rows_stay_too, setup, teardown),
		cmocka_unit_test_setup_teardown(order, setup, teardown),
		cmocka_unit_test_setup_teardown(note_by_prompt_and_editor, setup, teardown),
		cmocka_unit_test_setup_teardown(marked_to_a_new_incident, setup, teardown),
		cmocka_unit_test_setup_teardown(errors_are_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(leaving, setup, teardown),
		cmocka_unit_test_setup_teardown(mouse, setup, teardown),
		cmocka_unit_test_setup_teardown(long_lists_are_read_by_pages, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
