/* Incidents: the list, the tabs, adding and changing, the editor, conflicts, export. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/draft.h"
#include "core/postmortem_state.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

static struct arena arena; /* of what is read back; released by teardown */

static int setup(void **state)
{
	struct screen_test_options options = { .renderer = fixture_renderer(), .export_folder = "site" };
	struct screen_test *t = screen_test_new(&options);

	fixture_samples(screen_test_store(t));
	fixture_incident(screen_test_store(t));
	*state = t;
	return 0;
}

static int setup_bare(void **state)
{
	struct screen_test_options options = { .renderer = fixture_renderer() };

	*state = screen_test_new(&options);
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	arena_release(&arena);
	return 0;
}

static struct incident *stored(struct screen_test *t)
{
	struct incident *incident;
	struct store *store = screen_test_store(t);

	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, NULL), STATUS_OK);
	return incident;
}

/* Somebody else changes the title while the screen is open. */
static void change_elsewhere(struct screen_test *t, const char *title)
{
	struct incident *copy = incident_copy(&arena, stored(t));
	struct store *store = screen_test_store(t);
	const char *key;
	int64_t edit;

	copy->title = title;
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", copy, "title", &key, &edit, NULL), STATUS_OK);
}

static void list_of_incidents(void **state)
{
	screen_test_keys(*state, "I");
	screen_test_golden(*state, "incidents", false);
}

static void no_incidents(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I");
	screen_test_shows(t, "There are no incidents yet.");
	screen_test_keys(t, "a 'First of all' Enter");
	screen_test_shows(t, "First of all");
	screen_test_shows(t, "[Overview]");
	screen_test_keys(t, "q");
	screen_test_shows(t, "suspected");
	screen_test_keys(t, "q");
	screen_test_shows(t, "There are no samples");
}

static void tabs(void **state)
{
	static const char *const names[] = { "overview", "members", "causes", "timeline", "actions", "draft" };
	struct screen_test *t = *state;
	char name[40];

	screen_test_keys(t, "I Enter");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(name, sizeof(name), "incident_%s", names[i]);
		screen_test_golden(t, name, false);
		screen_test_keys(t, "Tab");
	}
	screen_test_shows(t, "[Record]");
	screen_test_keys(t, "Tab");
	screen_test_shows(t, "[Overview]");
	screen_test_keys(t, "S-Tab S-Tab");
	screen_test_shows(t, "[Draft]");
	screen_test_keys(t, "3");
	screen_test_shows(t, "[Causes 2]");
	screen_test_keys(t, "p");
	screen_test_shows(t, "3 samples shown");
}

static void wide(void **state)
{
	struct screen_test *t = *state;

	screen_test_resize(t, 60, 200);
	screen_test_keys(t, "I Enter 2");
	screen_test_golden(t, "incident_members_200x60", false);
	screen_test_keys(t, "Tab");
	screen_test_shows(t, "infrastructure/context_management ");
	screen_test_resize(t, 24, 200); /* what does not fit below goes on beside */
	screen_test_keys(t, "1");
	screen_test_golden(t, "incident_overview_200x24", false);
	screen_test_resize(t, 24, 80);
	screen_test_lacks(t, "Sections (e writes them)");
	screen_test_keys(t, "G");
	screen_test_shows(t, "Sections (e writes them)");
}

static void add_a_cause(void **state)
{
	struct screen_test *t = *state;
	const struct incident *incident;

	screen_test_keys(t, "I Enter 3 a m h 'It made up a method.' Enter");
	screen_test_golden(t, "incident_cause_role", false);
	screen_test_keys(t, "c l");
	incident = stored(t);
	assert_int_equal(incident->cause_count, 3);
	assert_string_equal(incident->causes[2].code, "model/hallucination");
	assert_string_equal(incident->causes[2].statement, "It made up a method.");
	assert_int_equal(incident->causes[2].role, ROLE_CONTRIBUTING);
	assert_int_equal(incident->causes[2].confidence, CONFIDENCE_LIKELY);
	screen_test_shows(t, "cause C3 model/hallucination · u undoes");
	screen_test_shows(t, "[Causes 3]");
	screen_test_keys(t, "u");
	assert_int_equal(stored(t)->cause_count, 2);
	screen_test_shows(t, "[Causes 2]");
	screen_test_keys(t, "^R");
	screen_test_shows(t, "[Causes 3]");
	/* Left half way: what was typed is not lost. */
	screen_test_keys(t, "a m h 'A long statement.' Enter Esc");
	screen_test_shows(t, "not added; Up at the prompt brings back what you typed");
	screen_test_keys(t, "a m h Up");
	screen_test_shows(t, "A long statement.");
}

/* Members that reviewers gave the cause become its evidence; others do not. */
static void evidence_of_a_cause(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	const enum member_role *roles;
	const int64_t *members;
	size_t count;
	int64_t edit;

	screen_test_keys(t, "I Enter 3 v");
	screen_test_shows(t, "C1: reviewers gave it to no core member yet");
	assert_int_equal(store->ops->incident_members(store, &arena, "INC-2026-0001", &members, &roles, &count, NULL),
			 STATUS_OK);
	struct annotate_request request = { .samples = members, .sample_count = 2,
					    .annotation = { .cause = "infrastructure/context_management" } };
	assert_int_equal(store->ops->annotate(store, "bob", &request, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "v");
	screen_test_shows(t, "C1: 2 samples as evidence");
	assert_int_equal(stored(t)->causes[0].evidence_count, 2);
	assert_int_equal(stored(t)->causes[0].evidence[0], members[0]);
	assert_int_equal(stored(t)->causes[1].evidence_count, 0);
	screen_test_keys(t, "u");
	assert_int_equal(stored(t)->causes[0].evidence_count, 0);
}

static void add_an_event(void **state)
{
	struct screen_test *t = *state;
	const struct incident *incident;

	screen_test_keys(t, "I Enter 4 a '2026-02-30'");
	screen_test_golden(t, "incident_event_time", false);
	screen_test_keys(t, "Enter"); /* refused: such a day there is not */
	screen_test_keys(t, "Backspace Backspace 28");
	screen_test_shows(t, "known to the day");
	screen_test_keys(t, "Enter m");
	screen_test_shows(t, "Which milestone");
	screen_test_keys(t, "Down Down Enter 'Visible in the evals.' Enter");
	incident = stored(t);
	assert_int_equal(incident->event_count, 4);
	assert_int_equal(incident->events[0].milestone, MILESTONE_FIRST_DETECTABLE);
	assert_int_equal(incident->events[0].at.precision, PRECISION_DAY);
	screen_test_shows(t, "2026-02-28");
	screen_test_keys(t, "a '2026-04-11T10:00+02:00' Enter c 'A fix shipped.' Enter");
	incident = stored(t);
	assert_int_equal(incident->events[4].kind, EVENT_CHANGE);
	screen_test_shows(t, "2026-04-11 08:00");
}

static void add_an_action(void **state)
{
	struct screen_test *t = *state;
	const struct incident *incident;

	screen_test_keys(t, "I Enter 5 a p 'Test resumed sessions.' Enter 2 'mira' Enter");
	incident = stored(t);
	assert_int_equal(incident->action_count, 3);
	assert_int_equal(incident->actions[2].type, ACTION_PREVENT);
	assert_int_equal(incident->actions[2].cause, 2);
	assert_string_equal(incident->actions[2].owner, "mira");
	screen_test_keys(t, "a r 'Take it back.' Enter n Enter");
	incident = stored(t);
	assert_int_equal(incident->actions[3].cause, 0);
	assert_null(incident->actions[3].owner);
	screen_test_keys(t, "G s d");
	assert_int_equal(stored(t)->actions[3].status, ACTION_STATUS_DONE);
}

/* Whatever the record may hold can be typed: a part of each kind, every field of it. */
/* Steps are taken on the draft, and the reviewer at hand, who wrote of it, does not approve. */
static void steps_of_the_review(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter t '^UAnother title' Enter 6 s");
	screen_test_shows(t, "The postmortem becomes");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "A remark");
	screen_test_keys(t, "Esc"); /* no step without an answer */
	assert_int_equal(stored(t)->step_count, 0);
	screen_test_keys(t, "s Enter 'Look at the impact.' Enter");
	screen_test_shows(t, "somebody else is to read it");
	screen_test_shows(t, "Postmortem: in review (ST1 by ");
	screen_test_shows(t, "): Look at the impact.");
	assert_int_equal(stored(t)->step_count, 1);
	assert_int_equal(stored(t)->steps[0].state, POSTMORTEM_IN_REVIEW);
	assert_string_equal(stored(t)->steps[0].text, "Look at the impact.");
	screen_test_keys(t, "s");
	screen_test_shows(t, "reviewed");
	screen_test_keys(t, "Down Enter Enter");
	screen_test_shows(t, "not saved: ");
	screen_test_shows(t, "wrote of this text");
	assert_int_equal(stored(t)->step_count, 1);
	screen_test_keys(t, "Esc 1");
	screen_test_shows(t, "in review (ST1 by ");
	screen_test_shows(t, "Look at the impact."); /* on the overview */
	screen_test_keys(t, "6 s Enter Enter");
	assert_int_equal(stored(t)->step_count, 2);
	assert_null(stored(t)->steps[1].text); /* Enter: none */
	screen_test_keys(t, "u 7 D"); /* not to be removed like other parts */
	assert_int_equal(stored(t)->step_count, 1);
	screen_test_keys(t, "u");
	assert_int_equal(stored(t)->step_count, 0);
}

/* What somebody else changes while the remark is typed is looked at before the step is taken. */
static void a_step_on_what_changed(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	struct incident *copy;
	const char *key;
	int64_t edit;

	screen_test_keys(t, "I Enter 6 s Enter 'Look at it.'");
	copy = incident_copy(&arena, stored(t));
	copy->title = "Another title";
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", copy, "title", &key, &edit, NULL), STATUS_OK);
	for (int i = 0; i < 2; i++) {
		screen_test_keys(t, "Enter");
		screen_test_shows(t, "INC-2026-0001 was changed meanwhile: Esc, look, s again; Up: your remark");
		screen_test_shows(t, "Another title");
	}
	assert_int_equal(stored(t)->step_count, 0);
	screen_test_keys(t, "Esc s Enter Up Enter");
	assert_int_equal(stored(t)->step_count, 1);
	assert_string_equal(stored(t)->steps[0].text, "Look at it.");
}

/* The whole way, by keys on the draft but for the approval, which is for somebody else. */
static void a_postmortem_to_its_end(void **state)
{
	static const struct {
		const char *key, *shown;
	} steps[] = { { "p", "the postmortem is now published" }, { "s", "the postmortem is now superseded" } };
	struct screen_test *t = *state;
	struct postmortem_request approval = { .key = "INC-2026-0001", .state = POSTMORTEM_REVIEWED };
	int64_t number, edit;

	screen_test_keys(t, "I Enter 6 s");
	screen_test_shows(t, "not now: it is reviewed before it is approved");
	screen_test_keys(t, "Down Enter"); /* what a draft does not become */
	screen_test_shows(t, "a postmortem that is 'draft' does not become 'reviewed'");
	assert_int_equal(stored(t)->step_count, 0);
	screen_test_keys(t, "s Enter Enter");
	screen_test_shows(t, "Postmortem: in review (ST1 by ada");
	assert_int_equal(postmortem_step(screen_test_store(t), &arena, "bob", &approval, &number, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R");
	screen_test_shows(t, "Postmortem: reviewed (ST2 by bob");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		screen_test_keys(t, "s");
		screen_test_keys(t, steps[i].key);
		screen_test_keys(t, "Enter");
		screen_test_shows(t, steps[i].shown);
	}
	screen_test_shows(t, "Postmortem: superseded (ST4 by ada");
}

static void restrictions_take_places_and_samples(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 7 a");
	screen_test_shows(t, "what only readers inside are shown");
	screen_test_keys(t, "e 'E1, s:1, method' Enter");
	assert_int_equal(stored(t)->restriction_count, 1);
	assert_string_equal(stored(t)->restrictions[0].what, "E1, method");
	assert_int_equal(stored(t)->restrictions[0].evidence_count, 1);
}

static void any_part_by_hand(void **state)
{
	struct screen_test *t = *state;
	const struct incident *incident;

	screen_test_keys(t, "I Enter 7");
	screen_test_shows(t, "Nothing else yet. a adds a cohort");
	screen_test_keys(t, "a");
	screen_test_golden(t, "incident_part_kinds", false);
	screen_test_keys(t, "c 'Pro and Max' Enter");
	screen_test_shows(t, "cohort CO1");
	screen_test_shows(t, "[Record 1]");
	screen_test_keys(t, "Enter");
	screen_test_golden(t, "incident_part_fields", false);
	screen_test_keys(t, "p 'Pro, Max' Enter");
	assert_string_equal(stored(t)->cohorts[0].plan, "Pro, Max");
	screen_test_keys(t, "a a 'Default effort lowered' Enter");
	incident = stored(t);
	assert_int_equal(incident->change_count, 1);
	screen_test_keys(t, "j Enter Down Down Enter '2026-02-30'");
	screen_test_shows(t, "'2026-02-30' is not a time");
	screen_test_keys(t, "^U '2026-03-04T10:10' Enter");
	screen_test_shows(t, "CH1 at");
	screen_test_keys(t, "Enter Down Enter d");
	incident = stored(t);
	assert_int_equal(incident->changes[0].type, CHANGE_DEFAULT);
	assert_int_equal(incident->changes[0].at.precision, PRECISION_MINUTE);
	screen_test_keys(t, "3 f Down Down Down Down Down Enter ^U '99' Enter");
	screen_test_shows(t, "there is no sample 99");
	screen_test_keys(t, "^U '3, #2' Enter");
	assert_int_equal(stored(t)->causes[0].evidence_count, 2);
	assert_int_equal(stored(t)->causes[0].evidence[0], 2);
	screen_test_keys(t, "u 4 f");
	screen_test_shows(t, "E1: which field");
	screen_test_keys(t, "Down Down Down Down Down Down Down Enter '7'");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "there is no cohort 7");
	screen_test_keys(t, "Backspace '1' Enter");
	assert_int_equal(stored(t)->events[0].cohorts_count, 1);
	screen_test_shows(t, " cohorts            CO1");
	screen_test_keys(t, "7");
	screen_test_golden(t, "incident_parts", false);
	screen_test_keys(t, "g D");
	incident = stored(t);
	assert_int_equal(incident->cohort_count, 0);
	assert_int_equal(incident->events[0].cohorts_count, 0); /* named no more */
	screen_test_keys(t, "u");
	assert_int_equal(stored(t)->cohort_count, 1);
	assert_int_equal(stored(t)->events[0].cohorts_count, 1);
}

/* A rule of the record refuses, and says what it may be. */
static void a_status_moves_by_rules(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter S w");
	screen_test_shows(t, "not saved: 'investigating' does not become 'watching'");
	assert_int_equal(stored(t)->status, INCIDENT_INVESTIGATING);
	/* "Resolved" while a cohort is open is stated as partial. */
	screen_test_keys(t, "7 a c 'Pro' Enter S r");
	screen_test_shows(t, "while a cohort is open");
	screen_test_keys(t, "o 'Pro waits' Enter S r");
	assert_int_equal(stored(t)->status, INCIDENT_RESOLVED);
	screen_test_keys(t, "1");
	screen_test_shows(t, "still open");
	screen_test_keys(t, "O 'INC-2025-0001' Enter");
	assert_string_equal(stored(t)->duplicate_of, "INC-2025-0001");
}

/* It is a query as a filter is; what its members tell is offered, and an empty one is none. */
static void a_signature_is_typed(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter w");
	screen_test_shows(t, "Enter keeps it");
	screen_test_keys(t, "^U 'rule:R1 level:bad' Enter");
	screen_test_shows(t, "unknown level 'bad'");
	assert_null(stored(t)->signature);
	screen_test_keys(t, "End ^U 'is:mine' Enter");
	screen_test_shows(t, "is:mine is another query for each reader");
	screen_test_keys(t, "End ^U 'level:error' Enter");
	assert_string_equal(stored(t)->signature, "level:error");
	screen_test_shows(t, "signature             level:error");
	screen_test_keys(t, "w ^U 'level:error rule:' Tab"); /* what was asked for comes behind it */
	screen_test_shows(t, "wrong-answer 3  AttributeError 1");
	screen_test_keys(t, "^U ' ' Enter");
	assert_null(stored(t)->signature);
	screen_test_keys(t, "u");
	assert_string_equal(stored(t)->signature, "level:error");
}

/* Nobody asks: the overview says what came since the fix, and a key lists it. */
static void what_came_since_the_fix_shows(void **state)
{
	struct screen_test *t = *state;
	struct incident *copy = incident_copy(&arena, stored(t));
	struct store *store = screen_test_store(t);
	const char *key;
	int64_t edit;

	screen_test_keys(t, "I Enter W");
	screen_test_shows(t, "there is no milestone fix_deployed");
	copy->signature = "level:error";
	incident_add_event(copy, &arena, &(struct incident_event){ .at = { 0, PRECISION_SECOND }, .kind = EVENT_MILESTONE,
								   .milestone = MILESTONE_FIX_DEPLOYED, .text = "Out." });
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", copy, "fix", &key, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R");
	screen_test_shows(t, "since the fix");
	screen_test_shows(t, "found by the signature; W lists them");
	screen_test_keys(t, "W");
	screen_test_shows(t, "/level:error after:");
}

static void change_and_remove(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 4 j Enter ^U 'Better words.' Enter");
	assert_string_equal(stored(t)->events[1].text, "Better words.");
	screen_test_keys(t, "3 s i");
	assert_int_equal(stored(t)->causes[0].confidence, CONFIDENCE_INCONCLUSIVE);
	screen_test_keys(t, "D");
	assert_int_equal(stored(t)->cause_count, 1);
	assert_int_equal(stored(t)->actions[0].cause, 0); /* it was for that cause */
	screen_test_keys(t, "S r Y 1 t ^U 'New title' Enter");
	screen_test_shows(t, "New title");
	screen_test_shows(t, "Q1");
	assert_int_equal(stored(t)->severity, SEVERITY_Q1);
	assert_int_equal(stored(t)->status, INCIDENT_RESOLVED);
	screen_test_keys(t, "u u u u");
	assert_int_equal(stored(t)->cause_count, 2);
	assert_int_equal(stored(t)->actions[0].cause, 1);
}

static void long_texts_go_to_the_editor(void **state)
{
	struct screen_test *t = *state;

	screen_test_editor(t, "one\n\ntwo\n");
	screen_test_keys(t, "I Enter 3 Enter ^U 'short' Enter");
	assert_null(screen_test_edited(t));
	screen_test_editor(t, NULL);
	{
		struct incident *copy = incident_copy(&arena, stored(t));
		struct store *store = screen_test_store(t);
		const char *key;
		int64_t edit;
		copy->causes[0].statement = "several\nlines";
		assert_int_equal(store->ops->incident_put(store, &arena, "ada", copy, "x", &key, &edit, NULL), STATUS_OK);
	}
	screen_test_editor(t, "one\n\ntwo\n");
	screen_test_keys(t, "R Enter");
	assert_string_equal(screen_test_edited(t), "several\nlines");
	assert_string_equal(stored(t)->causes[0].statement, "one\n\ntwo");
}

static void members(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 2 j Enter");
	screen_test_shows(t, "Sample 2");
	screen_test_keys(t, "m h J");
	screen_test_shows(t, "Sample 3");
	screen_test_keys(t, "J");
	screen_test_shows(t, "this is the last one");
	screen_test_keys(t, "q");
	screen_test_shows(t, "model/hallucination"); /* the row shows it */
	screen_test_keys(t, "g D");
	screen_test_shows(t, "[Members 2]");
	assert_int_equal(fixture_count(screen_test_store(t), "incident:INC-2026-0001"), 2);
	screen_test_lacks(t, "'Queue' object");
	screen_test_keys(t, "u");
	screen_test_shows(t, "[Members 3]");
	screen_test_shows(t, "'Queue' object");
}

/* Each removes the member that has come up in the place of the one before. */
static void members_removed_at_once(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 2");
	screen_test_hold(t, true);
	screen_test_keys(t, "D D D");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(screen_test_store(t), "incident:INC-2026-0001"), 0);
	screen_test_shows(t, "No members yet");
}

static void record_in_the_editor(void **state)
{
	struct screen_test *t = *state;
	struct strbuf text = STRBUF_INIT;
	struct incident *changed = incident_copy(&arena, stored(t));

	incident_set_section(changed, &arena, "background", "What one must know.");
	draft_write(changed, fixture_renderer(), &text);
	screen_test_editor(t, arena_strdup(&arena, text.text));
	strbuf_release(&text);
	screen_test_keys(t, "I Enter e");
	assert_string_equal(screen_test_edited_suffix(t), ".md");
	assert_string_equal(incident_section(stored(t), "background"), "What one must know.");
	screen_test_shows(t, "record edited · u undoes");
	screen_test_keys(t, "e");
	screen_test_shows(t, "nothing to change");
}

static void an_unreadable_record_is_not_lost(void **state)
{
	struct screen_test *t = *state;
	struct strbuf text = STRBUF_INIT;

	screen_test_editor(t, "severity: Q99\n# Ti\n## No such section\n");
	screen_test_keys(t, "I Enter e");
	screen_test_golden(t, "incident_record_error", false);
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "unsaved: e");
	draft_write(stored(t), fixture_renderer(), &text);
	screen_test_editor(t, arena_strdup(&arena, text.text));
	strbuf_release(&text);
	screen_test_keys(t, "e");
	assert_string_equal(screen_test_edited(t), "severity: Q99\n# Ti\n## No such section\n");
	screen_test_lacks(t, "unsaved");
	screen_test_editor(t, "nonsense");
	screen_test_keys(t, "e x");
	screen_test_lacks(t, "unsaved");
}

/* What others changed meanwhile stands beside what was typed; both are in the record. */
static void a_conflict_is_merged(void **state)
{
	struct screen_test *t = *state;
	struct strbuf text = STRBUF_INIT;
	struct incident *changed = incident_copy(&arena, stored(t));

	screen_test_keys(t, "I Enter 5 Enter ^U 'My words'");
	change_elsewhere(t, "Their title");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "saved; merged with changes made meanwhile");
	screen_test_shows(t, "Their title");
	assert_string_equal(stored(t)->actions[0].text, "My words");

	changed = incident_copy(&arena, stored(t));
	incident_set_section(changed, &arena, "background", "Mine");
	draft_write(changed, fixture_renderer(), &text);
	screen_test_editor(t, text.text);
	strbuf_release(&text);
	change_elsewhere(t, "Their second title");
	screen_test_keys(t, "e");
	screen_test_shows(t, "saved; merged with changes made meanwhile");
	screen_test_lacks(t, "unsaved");
	assert_string_equal(incident_section(stored(t), "background"), "Mine");
	assert_string_equal(stored(t)->title, "Their second title");
	assert_string_equal(stored(t)->actions[0].text, "My words");

	screen_test_keys(t, "1 t ^U 'My title'");
	change_elsewhere(t, "Their third title");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "saved; both of you changed title: yours stands, theirs is in the log");
	assert_string_equal(stored(t)->title, "My title");
}

/* A text that could not be read is kept; what came in before it is put right is not removed. */
static void a_kept_record_removes_nothing_that_came_in_since(void **state)
{
	struct screen_test *t = *state;
	struct incident *changed = incident_copy(&arena, stored(t));
	struct store *store = screen_test_store(t);
	struct strbuf text = STRBUF_INIT;
	const char *key;
	int64_t edit;

	screen_test_editor(t, "severity: Q99\n");
	screen_test_keys(t, "I Enter e Esc");
	screen_test_shows(t, "unsaved: e");
	incident_set_section(changed, &arena, "background", "Mine");
	draft_write(changed, fixture_renderer(), &text);
	screen_test_editor(t, text.text);
	strbuf_release(&text);

	changed = incident_copy(&arena, stored(t));
	incident_set_section(changed, &arena, "lessons", "Theirs");
	incident_add_cause(changed, &arena, &(struct incident_cause){ .code = "model", .statement = "Theirs too" });
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", changed, "x", &key, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R"); /* it is on the screen, not in the text */
	screen_test_shows(t, "[Overview]");
	screen_test_keys(t, "e");
	screen_test_lacks(t, "unsaved");
	assert_string_equal(incident_section(stored(t), "background"), "Mine");
	assert_string_equal(incident_section(stored(t), "lessons"), "Theirs");
	assert_int_equal(stored(t)->cause_count, 3);
}

static void export_a_page(void **state)
{
	struct screen_test *t = *state;
	char folder[] = "/tmp/aitia-test-XXXXXX";
	char keys[128];
	struct slice page;

	assert_non_null(mkdtemp(folder));
	screen_test_keys(t, "I Enter x");
	screen_test_shows(t, "Export for");
	snprintf(keys, sizeof(keys), "p i ^U '%s' Enter", folder);
	screen_test_keys(t, keys);
	screen_test_shows(t, "written: ");
	snprintf(keys, sizeof(keys), "%s/plain/page.md", folder);
	assert_int_equal(file_read(&arena, keys, 0, &page, NULL), STATUS_OK);
	assert_non_null(strstr(arena_text(&arena, page), "Edits call functions"));
	/* What a hand edited is left; for the public nobody has approved it. */
	assert_int_equal(file_write_atomic(keys, slice_of("mine"), NULL), STATUS_OK);
	snprintf(keys, sizeof(keys), "x p i ^U '%s' Enter", folder);
	screen_test_keys(t, keys);
	screen_test_shows(t, "left alone");
	snprintf(keys, sizeof(keys), "%s/plain/page.md", folder);
	assert_int_equal(unlink(keys), 0);
	screen_test_keys(t, "Esc x p");
	screen_test_shows(t, "not now: nobody approved it");
	screen_test_keys(t, "p");
	screen_test_shows(t, "nobody approved it: on Draft, s takes");
	screen_test_lacks(t, "Into the folder");
	/* "~" is whose home it is. */
	assert_int_equal(setenv("HOME", folder, 1), 0);
	screen_test_keys(t, "x p i ^U '~/b c' Enter");
	screen_test_shows(t, "written: ");
	snprintf(keys, sizeof(keys), "%s/b c/plain/page.md", folder);
	assert_int_equal(unlink(keys), 0);
	snprintf(keys, sizeof(keys), "%s/b c/.aitia-pages.plain", folder);
	assert_int_equal(unlink(keys), 0);
	snprintf(keys, sizeof(keys), "%s/b c/plain", folder);
	assert_int_equal(rmdir(keys), 0);
	snprintf(keys, sizeof(keys), "%s/b c", folder);
	assert_int_equal(rmdir(keys), 0);
	snprintf(keys, sizeof(keys), "%s/.aitia-pages.plain", folder); /* what was written, for the next time */
	assert_int_equal(unlink(keys), 0);
	snprintf(keys, sizeof(keys), "%s/plain", folder);
	assert_int_equal(rmdir(keys), 0);
	assert_int_equal(rmdir(folder), 0);
}

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

/* A second incident with the causes of the first, that began later. */
static void put_alike(struct screen_test *t)
{
	struct incident *copy = incident_copy(&arena, stored(t));
	struct store *store = screen_test_store(t);
	const char *key;
	int64_t edit;

	copy->key = NULL;
	copy->version = 0;
	copy->title = "Forgetful once more";
	for (size_t i = 0; i < copy->event_count; i++)
		copy->events[i].at.at_us += (int64_t)40 * 86400 * 1000000;
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", copy, "new", &key, &edit, NULL), STATUS_OK);
	assert_string_equal(key, "INC-2026-0002");
}

static const struct incident *second(struct screen_test *t)
{
	struct incident *incident;
	struct store *store = screen_test_store(t);

	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0002", &incident, NULL), STATUS_OK);
	return incident;
}

/* What all of them are is said once, where there is room to say it whole. */
static void illustrative_incidents_are_labelled(void **state)
{
	struct screen_test *t = *state;
	struct incident *copy;
	const char *key;
	int64_t edit;

	put_alike(t);
	screen_test_keys(t, "I");
	screen_test_shows(t, "sev title [all ILLUSTRATIVE] members");
	screen_test_lacks(t, "[ILL]");
	screen_test_resize(t, 24, 79);
	screen_test_shows(t, "[ILL] Forget");
	screen_test_lacks(t, "[all");
	screen_test_resize(t, 24, 80);
	copy = incident_copy(&arena, second(t));
	copy->illustrative = false;
	assert_int_equal(screen_test_store(t)->ops->incident_put(screen_test_store(t), &arena, "ada", copy, "real", &key, &edit, NULL),
			 STATUS_OK);
	screen_test_keys(t, "R");
	screen_test_shows(t, "Q2  Forgetful once more");
	screen_test_shows(t, "[ILL] Edits call");
	screen_test_lacks(t, "[all");
}

static void an_earlier_one_is_offered(void **state)
{
	struct screen_test *t = *state;

	put_alike(t);
	screen_test_resize(t, 100, 120);
	screen_test_keys(t, "I Enter");
	screen_test_shows(t, "Forgetful once more");
	screen_test_shows(t, "Earlier incidents that are like this one");
	screen_test_shows(t, "INC-2026-0001  40 of 100  Edits call functions that do not exist");
	screen_test_shows(t, "causes      40  both have infrastructure/context_management, testing/no_long_session_case");
	screen_test_keys(t, "b");
	screen_test_shows(t, "How is the earlier one related?");
	screen_test_keys(t, "Enter");
	assert_int_equal(second(t)->recurrence_count, 1);
	assert_int_equal(second(t)->recurrences[0].kind, RECURRENCE_SAME_CAUSE);
	assert_string_equal(second(t)->recurrences[0].earlier, "INC-2026-0001");
	screen_test_lacks(t, "Earlier incidents that are like this one");
	screen_test_keys(t, "b");
	screen_test_shows(t, "no earlier incident is like this one");
	screen_test_keys(t, "u"); /* and an undo brings the offer back */
	screen_test_shows(t, "INC-2026-0001  40 of 100");
}

static void a_workaround_that_goes_is_asked_about(void **state)
{
	struct screen_test *t = *state;
	struct incident *copy = incident_copy(&arena, stored(t));
	struct store *store = screen_test_store(t);
	const char *key;
	int64_t edit;

	incident_add(copy, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = "Keep all thinking", .type = CHANGE_WORKAROUND });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", copy, "change", &key, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "I Enter S-Tab");
	screen_test_shows(t, "Keep all thinking");
	screen_test_keys(t, "f 'r'");
	screen_test_keys(t, "'2026-04-12' Enter");
	screen_test_shows(t, "What did this workaround mask?");
	screen_test_keys(t, "'C1' Enter");
	assert_int_equal(stored(t)->changes[0].masked_count, 1);
	assert_int_equal(stored(t)->changes[0].masked[0], 1);
	assert_true(instant_known(stored(t)->changes[0].reverted_at));
}

static void tabs_are_clicked(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter");
	screen_test_shows(t, "[Overview]");
	screen_test_click(t, 2, 24, MOUSE_CLICK);
	screen_test_shows(t, "[Causes 2]");
	screen_test_click(t, 2, 3, MOUSE_CLICK);
	screen_test_shows(t, "[Overview]");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(list_of_incidents, setup, teardown),
		cmocka_unit_test_setup_teardown(tabs_are_clicked, setup, teardown),
		cmocka_unit_test_setup_teardown(no_incidents, setup_bare, teardown),
		cmocka_unit_test_setup_teardown(tabs, setup, teardown),
		cmocka_unit_test_setup_teardown(wide, setup, teardown),
		cmocka_unit_test_setup_teardown(add_a_cause, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_of_a_cause, setup, teardown),
		cmocka_unit_test_setup_teardown(add_an_event, setup, teardown),
		cmocka_unit_test_setup_teardown(add_an_action, setup, teardown),
		cmocka_unit_test_setup_teardown(any_part_by_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(steps_of_the_review, setup, teardown),
		cmocka_unit_test_setup_teardown(a_step_on_what_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_postmortem_to_its_end, setup, teardown),
		cmocka_unit_test_setup_teardown(restrictions_take_places_and_samples, setup, teardown),
		cmocka_unit_test_setup_teardown(a_status_moves_by_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signature_is_typed, setup, teardown),
		cmocka_unit_test_setup_teardown(what_came_since_the_fix_shows, setup, teardown),
		cmocka_unit_test_setup_teardown(change_and_remove, setup, teardown),
		cmocka_unit_test_setup_teardown(long_texts_go_to_the_editor, setup, teardown),
		cmocka_unit_test_setup_teardown(members, setup, teardown),
		cmocka_unit_test_setup_teardown(members_removed_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(record_in_the_editor, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unreadable_record_is_not_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(a_conflict_is_merged, setup, teardown),
		cmocka_unit_test_setup_teardown(a_kept_record_removes_nothing_that_came_in_since, setup, teardown),
		cmocka_unit_test_setup_teardown(export_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(history, setup, teardown),
		cmocka_unit_test_setup_teardown(illustrative_incidents_are_labelled, setup, teardown),
		cmocka_unit_test_setup_teardown(an_earlier_one_is_offered, setup, teardown),
		cmocka_unit_test_setup_teardown(a_workaround_that_goes_is_asked_about, setup, teardown),
		cmocka_unit_test_setup_teardown(history_is_filtered, setup, teardown),
		cmocka_unit_test_setup_teardown(the_selected_edit_is_undone, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
