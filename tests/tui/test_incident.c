/* Incidents: the list, the tabs, adding, changing and removing parts, members, earlier incidents. */
#include "tests/tui/incident_fixture.h"

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
	screen_test_resize(t, 24, 170); /* its lines are no wider: beside each other still */
	screen_test_shows(t, "Sections (e writes them)");
	screen_test_resize(t, 24, 80);
	screen_test_lacks(t, "Sections (e writes them)");
	screen_test_keys(t, "G");
	screen_test_shows(t, "Sections (e writes them)");
}

/* For screen readers: rows in words, whole, and nothing beside them. */
static void accessible(void **state)
{
	struct screen_test *t = screen_test_new(&(struct screen_test_options){ .accessible = true });

	screen_test_free(*state);
	*state = t;
	fixture_samples(screen_test_store(t));
	fixture_incident(screen_test_store(t));
	screen_test_keys(t, "I");
	screen_test_golden(t, "incidents_accessible", false);
	screen_test_keys(t, "Enter 2");
	screen_test_golden(t, "incident_members_accessible", false);
	screen_test_keys(t, "Tab");
	screen_test_golden(t, "incident_causes_accessible", false);
	screen_test_click(t, 7, 20, MOUSE_CLICK); /* the second line of C2 */
	screen_test_shows(t, " code               testing/no_long_session_case");
	screen_test_keys(t, "Tab");
	screen_test_shows(t, " E1, ");
	screen_test_keys(t, "Tab");
	screen_test_shows(t, " A1, ");
	screen_test_keys(t, "q q U");
	screen_test_golden(t, "log_accessible", false);
	screen_test_keys(t, "q a n 'Of one' Enter I");
	screen_test_shows(t, ": Of one, 1 member, 0 causes, 0 to do");
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
	screen_test_shows(t, "by the signature; W lists them");
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
		cmocka_unit_test_setup_teardown(accessible, setup, teardown),
		cmocka_unit_test_setup_teardown(add_a_cause, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_of_a_cause, setup, teardown),
		cmocka_unit_test_setup_teardown(add_an_event, setup, teardown),
		cmocka_unit_test_setup_teardown(add_an_action, setup, teardown),
		cmocka_unit_test_setup_teardown(any_part_by_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(restrictions_take_places_and_samples, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signature_is_typed, setup, teardown),
		cmocka_unit_test_setup_teardown(what_came_since_the_fix_shows, setup, teardown),
		cmocka_unit_test_setup_teardown(change_and_remove, setup, teardown),
		cmocka_unit_test_setup_teardown(members, setup, teardown),
		cmocka_unit_test_setup_teardown(members_removed_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(illustrative_incidents_are_labelled, setup, teardown),
		cmocka_unit_test_setup_teardown(an_earlier_one_is_offered, setup, teardown),
		cmocka_unit_test_setup_teardown(a_workaround_that_goes_is_asked_about, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
