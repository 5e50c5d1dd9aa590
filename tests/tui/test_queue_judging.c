/* Judging in the queue: two keys, marks and ranges, bulks, what stays and what moves on, undo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/queue_marks.h"

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

/* What is said beside leaves the queue where it is: the same again is of the next one nevertheless. */
static void a_side_remark_is_repeated_on_the_next(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;

	screen_test_keys(t, "j Y 2");
	screen_test_shows(t, "2 of 14");
	screen_test_keys(t, ".");
	screen_test_shows(t, "Q2 · u undoes");
	screen_test_keys(t, ".");
	for (int64_t sample = 2; sample <= 4; sample++)
		assert_int_equal(fixture_standing(screen_test_store(t), &arena, sample, "ada")->severity, SEVERITY_Q2);
	assert_null(fixture_standing(screen_test_store(t), &arena, 1, "ada"));
	assert_null(fixture_standing(screen_test_store(t), &arena, 5, "ada"));
	screen_test_keys(t, "g s w Enter .");
	screen_test_shows(t, "3 of 14");
	assert_int_equal(fixture_standing(screen_test_store(t), &arena, 2, "ada")->symptom_count, 1);
	screen_test_keys(t, "G n 'here' Enter k k n 'there' Enter .");
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 13, "ada")->note, "there");
	/* At the end there is no next one. */
	screen_test_keys(t, "G Y 3 .");
	screen_test_shows(t, "nothing to change");
	/* Undone, it is not said of that one any more. */
	screen_test_keys(t, "g j j j j Y 1 u");
	assert_null(fixture_standing(screen_test_store(t), &arena, 5, "ada"));
	screen_test_keys(t, ".");
	assert_int_equal(fixture_standing(screen_test_store(t), &arena, 5, "ada")->severity, SEVERITY_Q1);
	assert_null(fixture_standing(screen_test_store(t), &arena, 6, "ada"));
	arena_release(&arena);
}

/* A bulk says only what it says: each sample keeps what stood there. */
static void a_bulk_keeps_what_each_has(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;
	const struct annotation *standing;

	screen_test_keys(t, "m h m l g n 'mine' Enter g Space Space Y 2 Esc");
	for (int64_t sample = 1; sample <= 2; sample++) {
		standing = fixture_standing(screen_test_store(t), &arena, sample, "ada");
		assert_int_equal(standing->severity, SEVERITY_Q2);
		assert_string_equal(standing->cause, sample == 1 ? "model/hallucination" : "model/long_context");
	}
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 1, "ada")->note, "mine");
	screen_test_keys(t, "g Space Space s Enter");
	screen_test_shows(t, "no symptom was ticked");
	screen_test_shows(t, "2 marked");
	screen_test_keys(t, "s h Enter Esc");
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

static void note_by_prompt_and_editor(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;

	screen_test_keys(t, "n 'one line' Enter e");
	assert_string_equal(screen_test_edited(t), "one line");
	screen_test_editor(t, "two\nlines\n");
	screen_test_keys(t, "e");
	assert_string_equal(fixture_standing(screen_test_store(t), &arena, 1, "ada")->note, "two\nlines");
	screen_test_keys(t, "n"); /* too long for a line: the editor again */
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

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_keys_annotate_and_move_on, setup, teardown),
		cmocka_unit_test_setup_teardown(ten_judgements_then_three_undone, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_stay_until_refresh, setup, teardown),
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
		cmocka_unit_test_setup_teardown(a_side_remark_is_repeated_on_the_next, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bulk_keeps_what_each_has, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges_and_all, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges_end_where_they_can_be_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(excluded_rows_stay_too, setup, teardown),
		cmocka_unit_test_setup_teardown(note_by_prompt_and_editor, setup, teardown),
		cmocka_unit_test_setup_teardown(marked_to_a_new_incident, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
