/* Triage at the speed of keys: verdicts by one key, saying it again, how far one has come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/app_state.h" /* app_top() */

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

static void verdicts_by_one_key(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "F C F");
	screen_test_shows(t, "4 of 14");
	assert_int_equal(count(t, "verdict:false_positive"), 2);
	assert_int_equal(count(t, "verdict:confirmed_defect id:2"), 1);
	screen_test_keys(t, "u u u");
	assert_int_equal(count(t, "verdict:none"), 14);
}

static void what_was_said_is_said_again(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, ".");
	screen_test_shows(t, "nothing was said yet");
	/* In several steps, of one sample. */
	screen_test_keys(t, "m h k s w Enter Y 2 n 'only of this one' Enter j . .");
	screen_test_shows(t, "4 of 14");
	assert_int_equal(count(t, "cause:model/hallucination severity:Q2 symptom:wrong_logic"), 3);
	assert_int_equal(count(t, "\"only of this one\""), 1);
	/* Another target begins anew. */
	screen_test_keys(t, "F .");
	assert_int_equal(count(t, "verdict:false_positive"), 2);
	assert_int_equal(count(t, "cause:model/hallucination"), 3);
	/* A status is all there is of it, and so is a bare note. */
	screen_test_keys(t, "S d .");
	assert_int_equal(count(t, "status:deferred"), 2);
	screen_test_keys(t, "n 'as the one before' Enter j . .");
	assert_int_equal(count(t, "\"as the one before\""), 3);
}

/* Symptoms, severity and a note are said beside the cause, which moves the queue on. */
static void the_queue_moves_on_when_it_is_said_what_a_sample_is(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "s w Enter Y 2 n 'seen before' Enter");
	screen_test_shows(t, "1 of 14");
	screen_test_keys(t, "m h");
	screen_test_shows(t, "2 of 14");
	screen_test_keys(t, "C");
	screen_test_shows(t, "3 of 14");
	screen_test_keys(t, "S d");
	screen_test_shows(t, "4 of 14");
	assert_int_equal(count(t, "id:1 cause:model/hallucination severity:Q2 symptom:wrong_logic \"seen before\""), 1);
	/* So it is of those that are marked. */
	screen_test_keys(t, "Space Space s w Enter");
	screen_test_shows(t, "2 marked");
	screen_test_keys(t, "n 'of both' Enter m h");
	screen_test_lacks(t, "marked");
	assert_int_equal(count(t, "cause:model/hallucination symptom:wrong_logic \"of both\""), 2);
	screen_test_keys(t, "u"); /* each is an edit of its own */
	screen_test_shows(t, "2 marked");
	assert_int_equal(count(t, "symptom:wrong_logic \"of both\""), 2);
	assert_int_equal(count(t, "cause:model/hallucination"), 1);
}

static void of_several_only_after_a_word(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "m h Space Space Space .");
	screen_test_golden(t, "repeat_bulk", false);
	screen_test_keys(t, "n");
	assert_int_equal(count(t, "cause:model"), 1);
	screen_test_shows(t, "3 marked");
	screen_test_keys(t, ". y");
	assert_int_equal(count(t, "cause:model"), 4);
	screen_test_shows(t, "3 samples: model/hallucination");
	screen_test_keys(t, "u");
	assert_int_equal(count(t, "cause:model"), 1);
}

/* One judgement a minute. */
static void judge_by_the_clock(struct screen_test *t, int from, int to)
{
	for (int minute = from; minute < to; minute++) {
		char now[40];
		snprintf(now, sizeof(now), "2026-05-04T12:%02d:00Z", minute);
		setenv("AITIA_NOW", now, 1);
		screen_test_keys(t, "F");
	}
}

/* The first cause is written where there was room for it. */
static void no_column_moves_under_the_hands(void **state)
{
	static const char heads[] = "title                                        cause                path             age";
	struct screen_test *t = *state;

	screen_test_shows(t, heads);
	screen_test_keys(t, "C");
	screen_test_shows(t, "confirmed_defect");
	screen_test_shows(t, heads);
	screen_test_keys(t, "m i");
	screen_test_shows(t, "m/instruction_follo\xe2\x80\xa6 ");
	screen_test_shows(t, heads);
}

static void progress_is_in_the_header(void **state)
{
	struct screen_test *t = *state;

	screen_test_lacks(t, "done");
	judge_by_the_clock(t, 0, 4);
	screen_test_shows(t, "4 of 14 done · 5 of 14"); /* too few to tell how long it takes */
	judge_by_the_clock(t, 4, 6);
	screen_test_shows(t, "6 of 14 done, 8 min left · 7 of 14");
	screen_test_golden(t, "progress", false);
	/* Once more judged, it counts once; undone, not at all. */
	screen_test_keys(t, "g C");
	screen_test_shows(t, "6 of 14 done");
	screen_test_keys(t, "u u");
	screen_test_shows(t, "5 of 14 done");
	screen_test_keys(t, "^R");
	screen_test_shows(t, "6 of 14 done");
	/* A pause says nothing of the pace. */
	setenv("AITIA_NOW", "2026-05-04T18:00:00Z", 1);
	screen_test_keys(t, "G C");
	screen_test_shows(t, "7 of 14 done, 12 min left"); /* (5 × 1 + 5 min) / 6 a sample, of 7 */
	/* Another list is one of its own: what was done elsewhere is not done of it. */
	screen_test_keys(t, "/ 'is:untriaged lang:go' Enter");
	screen_test_lacks(t, "done");
	screen_test_resize(t, 24, 140);
	screen_test_shows(t, "0 of 3 done, 5 min left, 7 in the session · ");
	screen_test_keys(t, "F F");
	screen_test_shows(t, "2 of 3 done, 2 min left, 9 in the session");
	screen_test_keys(t, "/ Enter"); /* counted anew, and still so many were done */
	screen_test_shows(t, "2 of 3 done");
	screen_test_keys(t, "<");
	screen_test_shows(t, "7 of 12 done");
}

static void a_bare_note_is_no_progress(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "n 'hm' Enter");
	screen_test_lacks(t, "done");
}

/* Sample 1 has lines 41 to 48 of drain.py, flagged at 47. */
static void lines_are_judged_by_themselves(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;
	const struct annotation *annotations;
	struct store *store = screen_test_store(t);
	size_t n;

	screen_test_keys(t, "m h k Enter V");
	screen_test_shows(t, "lines 47-47");
	screen_test_keys(t, "k k o j");
	screen_test_shows(t, "lines 45-48");
	screen_test_golden(t, "lines", true);
	screen_test_keys(t, "i");
	screen_test_shows(t, "Cause of lines 45-48");
	screen_test_keys(t, "a");
	screen_test_shows(t, "┃"); /* in the gutter, from now on */
	screen_test_lacks(t, "lines 45-48");
	assert_int_equal(store->ops->annotation_list(store, &arena, 1, &annotations, &n, NULL), STATUS_OK);
	assert_int_equal(n, 2); /* what was said of the whole stands besides */
	assert_string_equal(annotations[0].cause, "infrastructure/cache");
	assert_int_equal(annotations[0].first_line, 45);
	assert_int_equal(annotations[0].last_line, 48);
	assert_int_equal(annotations[0].superseded_by, 0);
	arena_release(&arena);
}

static void no_lines_without_code(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter ] V");
	screen_test_shows(t, "lines can be selected in the code");
	/* Another sample, another part, or leaving: nothing is selected any more. */
	screen_test_keys(t, "[ V j J");
	screen_test_lacks(t, "lines 4");
	screen_test_keys(t, "V j Esc");
	screen_test_shows(t, "Sample 2");
	screen_test_lacks(t, "lines 4");
	screen_test_keys(t, "Esc");
	screen_test_lacks(t, "Sample 2");
}

/* While a judgement is being made, the sample may be read again: it is still of the lines. */
static void lines_stay_while_it_is_read_again(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter V j n 'of two lines'");
	app_changed(screen_test_app(t));
	screen_test_keys(t, "Enter");
	screen_test_keys(t, "]");
	screen_test_keys(t, "[ [");
	screen_test_shows(t, "lines 47-48");
}

static void copying(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "y c");
	assert_memory_equal(screen_test_copied(t), "import asyncio\n", 15);
	screen_test_shows(t, "copied: what is shown");
	screen_test_keys(t, "y p");
	assert_string_equal(screen_test_copied(t), "services/worker/src/queues/drain.py:41");
	screen_test_keys(t, "y n");
	assert_string_equal(screen_test_copied(t), "1");
	screen_test_keys(t, "y m");
	assert_string_equal(screen_test_copied(t), "'Queue' object has no attribute 'get_nowait_all'");
	screen_test_keys(t, "y q");
	screen_test_shows(t, "there is nothing to copy");
	screen_test_keys(t, "/ 'lang:python' Enter y q");
	assert_string_equal(screen_test_copied(t), "lang:python");
	screen_test_keys(t, "Enter V j y");
	assert_string_equal(screen_test_copied(t), "        item = queue.get_nowait_all(limit)  # no such method\n        taken.append(item)");
	screen_test_shows(t, "copied: lines 47-48");
	screen_test_keys(t, "] y c");
	assert_memory_equal(screen_test_copied(t), "Drain the queue", 15);
}

/* By keys, and by dragging the border with the mouse. */
static void room_for_the_preview(void **state)
{
	struct screen_test *t = *state;

	screen_test_resize(t, 40, 120);
	screen_test_shows(t, "│─[code]");
	screen_test_golden(t, "split_usual", false);
	screen_test_keys(t, "+ + +");
	screen_test_golden(t, "split_larger", false);
	screen_test_keys(t, "- - - - - - - - - - - - - - - - - - - -");
	screen_test_shows(t, "1 of 14");
	screen_test_keys(t, "+ + + + + +"); /* 15 + 30 */
	screen_test_golden(t, "split_usual", false);
	screen_test_click(t, 5, 65, MOUSE_CLICK);
	screen_test_click(t, 5, 47, MOUSE_RELEASE);
	screen_test_golden(t, "split_larger", false);
	screen_test_shows(t, "1 of 14"); /* nothing was selected by that */
	screen_test_click(t, 5, 10, MOUSE_CLICK);
	screen_test_click(t, 5, 80, MOUSE_RELEASE);
	screen_test_shows(t, "4 of 14");
	/* Below: by its heading. */
	screen_test_resize(t, 24, 100);
	screen_test_keys(t, "z z z");
	screen_test_click(t, 5, 0, MOUSE_RELEASE);
}

/* What others say is nowhere on the screens until B is pressed again; what is said meanwhile is kept as blind. */
static void judging_blind(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	int64_t ids[] = { 1, 2 }, edit;
	struct annotate_request request = { .samples = ids, .sample_count = 2, .annotation = { .cause = "testing/no_soak", .note = "seen by bob" } };
	struct arena arena = ARENA_INIT;

	assert_int_equal(store->ops->annotate(store, "bob", &request, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R");
	screen_test_shows(t, "no_soak");
	screen_test_keys(t, "B");
	screen_test_shows(t, "blind");
	screen_test_lacks(t, "no_soak");
	screen_test_keys(t, "Enter [");
	screen_test_shows(t, "what others say of it is not shown");
	screen_test_lacks(t, "no_soak");
	screen_test_lacks(t, "seen by bob");
	screen_test_keys(t, "T"); /* what its group proposes is bob's word */
	screen_test_shows(t, "not taken over while you judge blind");
	screen_test_keys(t, "q 1 h");
	screen_test_lacks(t, "no_soak");
	assert_non_null(fixture_standing(store, &arena, 1, "ada"));
	assert_true(fixture_standing(store, &arena, 1, "ada")->blind);
	screen_test_shows(t, "hallucination"); /* one's own is shown */
	screen_test_keys(t, "B");
	screen_test_shows(t, "no_soak"); /* of the second, which bob alone has judged */
	screen_test_keys(t, "2 a");
	assert_false(fixture_standing(store, &arena, 2, "ada")->blind);
	assert_int_equal(fixture_count(store, "is:disputed"), 2);
	arena_release(&arena);
}

static void say(struct store *store, const char *reviewer, int64_t sample, const char *cause)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = { .cause = cause } };
	int64_t edit;

	assert_int_equal(store->ops->annotate(store, reviewer, &request, &edit, NULL), STATUS_OK);
}

/* By the mouse too: the parts of a sample in the preview and at full size, and the tabs of an incident. */
static void parts_and_tabs_are_clicked(void **state)
{
	struct screen_test *t = *state;

	screen_test_resize(t, 40, 120);
	screen_test_keys(t, "Home");
	screen_test_shows(t, "│─[code]");
	screen_test_click(t, 1, 77, MOUSE_CLICK);
	screen_test_shows(t, "code [");
	screen_test_keys(t, "Enter");
	screen_test_click(t, 2, 3, MOUSE_CLICK);
	screen_test_shows(t, "[code]");
	screen_test_click(t, 2, 10, MOUSE_CLICK);
	screen_test_shows(t, "code [");
	screen_test_keys(t, "q A");
	screen_test_shows(t, "[Overview]");
	screen_test_click(t, 1, 16, MOUSE_CLICK);
	screen_test_shows(t, "[Causes]");
}

/* A decision is an offer where reviewers differ: not of what they agree on, or what one has said anew, or what is decided. */
static void a_decision_is_offered_in_a_dispute(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	const struct screen *queue;

	say(store, "bob", 1, "testing/no_soak");
	say(store, "bob", 1, "model/tool_use"); /* anew */
	say(store, "cem", 1, "model/tool_use");
	screen_test_keys(t, "R / i d : 1 Enter");
	queue = app_top(screen_test_app(t));
	assert_false(app_can(screen_test_app(t), queue, ACTION_ID_decide));
	say(store, "ada", 1, "model/hallucination");
	screen_test_keys(t, "R");
	assert_true(app_can(screen_test_app(t), queue, ACTION_ID_decide));
	screen_test_keys(t, "E c m t s e e n Enter R");
	assert_int_equal(fixture_count(store, "is:adjudicated"), 1);
	assert_false(app_can(screen_test_app(t), queue, ACTION_ID_decide));
	screen_test_keys(t, "Space"); /* of those that are marked, some may be in dispute */
	assert_true(app_can(screen_test_app(t), queue, ACTION_ID_decide));
}

static void say_all(struct store *store, const char *reviewer, const struct annotation *what)
{
	const int64_t sample = 1;
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = *what };
	int64_t edit;

	assert_int_equal(store->ops->annotate(store, reviewer, &request, &edit, NULL), STATUS_OK);
}

/* Before a reason is asked for it is shown what each says, and all that will count: what they agree on, and what was chosen. */
static void a_decision_drops_nothing_unseen(void **state)
{
	static const char *const logic[] = { "wrong_logic" }, *const two[] = { "incomplete", "repetition" };
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	struct arena arena = ARENA_INIT;
	const struct annotation *all, *decision;
	size_t count;

	say_all(store, "ada", &(struct annotation){ .cause = "model/tool_use", .verdict = VERDICT_CONFIRMED, .severity = SEVERITY_Q2,
						    .symptoms = logic, .symptom_count = 1 });
	say_all(store, "bob", &(struct annotation){ .cause = "testing/no_soak", .verdict = VERDICT_CONFIRMED, .severity = SEVERITY_Q3,
						    .symptoms = two, .symptom_count = 2 });
	say_all(store, "cem", &(struct annotation){ .cause = "model/hallucination", .severity = SEVERITY_Q3 });
	screen_test_keys(t, "R / i d : 1 Enter E");
	screen_test_shows(t, "ada: model/tool_use, confirmed_defect, Q2, wrong_logic");
	screen_test_shows(t, "bob: testing/no_soak, confirmed_defect, Q3, incomplete, repetition");
	screen_test_shows(t, "cem: model/hallucination, Q3");
	/* A verdict settles no cause: it is said at once, not behind a reason that was typed. */
	screen_test_keys(t, "v c");
	screen_test_shows(t, "reviewers of sample 1 differ in the cause");
	screen_test_keys(t, "E 2");
	screen_test_shows(t, "Severity that counts: they differ");
	screen_test_shows(t, "cem, bob");
	screen_test_keys(t, "3");
	screen_test_shows(t, "counts: testing/no_soak, confirmed_defect, Q3, incomplete, repetition, wrong_logic");
	screen_test_keys(t, "s e e n Enter");
	assert_int_equal(store->ops->annotation_list(store, &arena, 1, &all, &count, NULL), STATUS_OK);
	decision = annotation_decision(all, count);
	assert_string_equal(decision->cause, "testing/no_soak");
	assert_int_equal(decision->severity, SEVERITY_Q3);
	assert_int_equal(decision->symptom_count, 3);
	/* It may stay unsaid, too. */
	screen_test_keys(t, "u R E 2 n");
	screen_test_shows(t, "counts: testing/no_soak, confirmed_defect, no severity,");
	screen_test_keys(t, "s e e n Enter");
	assert_int_equal(store->ops->annotation_list(store, &arena, 1, &all, &count, NULL), STATUS_OK);
	assert_int_equal(annotation_decision(all, count)->severity, SEVERITY_NONE);
	screen_test_resize(t, 11, 60); /* little room: the rows come first */
	say_all(store, "dan", &(struct annotation){ .cause = "data_gap" });
	screen_test_keys(t, "R E");
	screen_test_shows(t, "another verdict");
	arena_release(&arena);
}

/* What reviewers say is offered; what is chosen counts, with its reason, and what they said stays. */
static void a_dispute_is_ended(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	struct arena arena = ARENA_INIT;
	const struct annotation *all;
	size_t count;

	for (int64_t sample = 1; sample <= 3; sample++) {
		say(store, "bob", sample, "testing/no_soak");
		say(store, "cem", sample, "model/tool_use");
		say(store, "ada", sample, "model/tool_use");
	}
	screen_test_keys(t, "R");
	screen_test_shows(t, "✓≠");
	screen_test_shows(t, "2 judgements differ · E decides");
	screen_test_keys(t, "B");
	screen_test_lacks(t, "≠"); /* what others say is not hinted at */
	screen_test_lacks(t, "judgements differ");
	screen_test_keys(t, "B / i s : d i s p u t e d Enter E");
	screen_test_shows(t, "What counts of sample 1");
	screen_test_shows(t, "ada, cem");
	screen_test_keys(t, "2"); /* bob's, which is the older one */
	screen_test_shows(t, "Why testing/no_soak");
	screen_test_keys(t, "Enter"); /* without a reason nothing is decided */
	assert_int_equal(fixture_count(store, "is:adjudicated"), 0);
	screen_test_keys(t, "E 2 s e e n Enter");
	assert_int_equal(fixture_count(store, "is:disputed"), 2);
	assert_int_equal(fixture_count(store, "is:adjudicated cause:no_soak -cause:tool_use"), 1);
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "✓=");
	screen_test_keys(t, "u");
	assert_int_equal(fixture_count(store, "is:disputed"), 3);
	screen_test_lacks(t, "✓=");
	screen_test_keys(t, "/ i s : d i s p u t e d Enter");
	/* Of several: no positions, but any cause or verdict. */
	screen_test_keys(t, "* E");
	screen_test_shows(t, "What counts of 3 samples");
	screen_test_keys(t, "v f a s k e d Enter");
	assert_int_equal(fixture_count(store, "is:adjudicated verdict:false_positive"), 3);
	assert_int_equal(fixture_count(store, "is:disputed"), 0);
	assert_int_equal(store->ops->annotation_list(store, &arena, 2, &all, &count, NULL), STATUS_OK);
	assert_int_equal(count, 4);
	assert_string_equal(annotation_decision(all, count)->note, "asked");
	arena_release(&arena);
	/* It is no judgement of one's own: what is said again is something else; and it is not made blind. */
	screen_test_keys(t, ".");
	screen_test_shows(t, "nothing was said yet");
	screen_test_keys(t, "B E");
	screen_test_shows(t, "B ends judging blind");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(verdicts_by_one_key, setup, teardown),
		cmocka_unit_test_setup_teardown(parts_and_tabs_are_clicked, setup, teardown),
		cmocka_unit_test_setup_teardown(a_decision_is_offered_in_a_dispute, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_said_is_said_again, setup, teardown),
		cmocka_unit_test_setup_teardown(the_queue_moves_on_when_it_is_said_what_a_sample_is, setup, teardown),
		cmocka_unit_test_setup_teardown(of_several_only_after_a_word, setup, teardown),
		cmocka_unit_test_setup_teardown(no_column_moves_under_the_hands, setup, teardown),
		cmocka_unit_test_setup_teardown(progress_is_in_the_header, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bare_note_is_no_progress, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_are_judged_by_themselves, setup, teardown),
		cmocka_unit_test_setup_teardown(no_lines_without_code, setup, teardown),
		cmocka_unit_test_setup_teardown(copying, setup, teardown),
		cmocka_unit_test_setup_teardown(room_for_the_preview, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_stay_while_it_is_read_again, setup, teardown),
		cmocka_unit_test_setup_teardown(judging_blind, setup, teardown),
		cmocka_unit_test_setup_teardown(a_decision_drops_nothing_unseen, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dispute_is_ended, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
