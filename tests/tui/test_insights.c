/* The Insights screen: its parts, what is behind a row, the filter, the milestone, sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

#define DAYS 60

/* Ten outputs a day from 2026-03-05 on; one is flagged, from day 40 on four: those of a new harness most. */
static void fill(struct store *store, const char *model)
{
	int64_t first = 20517;

	for (int day = 0; day < DAYS; day++)
		for (int n = 0; n < 10; n++) {
			bool is_new = day >= 40 && n < 5, bad = is_new ? n < 4 : n == 9 && day % 2;
			char code[32];
			struct flag flag = { .source = SOURCE_EVAL, .level = LEVEL_ERROR, .rule = "wrong-answer", .message = "m" };
			struct provenance provenance[] = { { PROVENANCE_MODEL, n % 2 ? "a" : model, CERTAINTY_RECORDED },
							   { PROVENANCE_HARNESS, is_new ? "2.0" : "1.9", CERTAINTY_RECORDED } };
			snprintf(code, sizeof(code), "c%d.%d", day, n);
			assert_true(fake_store_add(store, &(struct sample){
				.kind = SAMPLE_KIND_COMPLETION, .code = slice_of(code), .language = n % 3 ? "c" : "go",
				.produced_at = { (first + day) * DAY_US + (int64_t)n * 1000000, PRECISION_SECOND },
				.flags = &flag, .flag_count = bad, .provenance = provenance, .provenance_count = 2 }) > 0);
		}
}

static void add_incident(struct store *store)
{
	struct arena arena = ARENA_INIT;
	struct incident incident;
	const struct { int64_t day; enum milestone milestone; } marks[] = { { 40, MILESTONE_INTRODUCED }, { 50, MILESTONE_FIX_DEPLOYED } };
	const char *key;
	int64_t edit;

	incident_init(&incident, &arena, "Harness 2.0 is worse");
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		incident_add_event(&incident, &arena, &(struct incident_event){ .kind = EVENT_MILESTONE, .milestone = marks[i].milestone,
			.at = { (20517 + marks[i].day) * DAY_US, PRECISION_DAY }, .text = "then" });
	incident_add_action(&incident, &arena, &(struct incident_action){ .text = "Roll back", .due = { 20570 * DAY_US, PRECISION_DAY } });
	incident_add(&incident, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = "Harness 2.0 ships.", .version = "2.0",
		.at = { (20517 + 40) * DAY_US, PRECISION_DAY } });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", &incident, "new", &key, &edit, NULL), STATUS_OK);
	arena_release(&arena);
}

static struct screen_test *open_with(const struct screen_test_options *options, const char *model)
{
	struct screen_test *t = screen_test_new(options);
	struct store *store = screen_test_store(t);
	int64_t ids[] = { 10, 30, 401, 402 }, edit;
	struct annotate_request request = { .samples = ids, .sample_count = 4, .annotation = { .cause = "model/hallucination" } };

	fill(store, model);
	add_incident(store);
	assert_int_equal(store->ops->annotate(store, "ada", &request, &edit, NULL), STATUS_OK);
	request.sample_count = 2;
	request.annotation.cause = "testing";
	assert_int_equal(store->ops->annotate(store, "bob", &request, &edit, NULL), STATUS_OK);
	return t;
}

static int setup(void **state)
{
	*state = open_with(NULL, "b");
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void every_part_is_shown(void **state)
{
	static const char *const parts[] = { "overview", "causes", "trend", "shared", "fixes", "actions", "changes" };
	char name[40];

	screen_test_keys(*state, "A");
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		snprintf(name, sizeof(name), "insights_%s", parts[i]);
		screen_test_golden(*state, name, false);
		screen_test_keys(*state, "Tab");
	}
	screen_test_shows(*state, "[Overview]"); /* round */
	screen_test_keys(*state, "S-Tab");
	screen_test_shows(*state, "[Changes]");
}

static void rows_lead_to_what_is_behind_them(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "A j Enter"); /* untriaged */
	screen_test_shows(t, "Queue /status:untriaged");
	screen_test_keys(t, "q");
	screen_test_shows(t, "[Overview]");
	screen_test_keys(t, "2 j Enter");
	screen_test_shows(t, "Queue /cause:model");
	screen_test_shows(t, "of 4");
	/* Another filter there goes back step by step. */
	screen_test_keys(t, "/ ^U 'cause:testing' Enter q");
	screen_test_shows(t, "Queue /cause:model");
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "[Causes]");
	screen_test_keys(t, "6 j Enter");
	screen_test_shows(t, "INC-2026-0001");
	screen_test_shows(t, "[Overview] Members");
	screen_test_keys(t, "q 5 j s");
	screen_test_shows(t, "after:2026-04-24");
}

/* Denominators of the first 30 days, of model a alone: flagged samples of other days and of b have none, and open as what they are. */
static void cases_without_denominators_open(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	const struct exposure_value model = { PROVENANCE_MODEL, "a" };
	struct exposure rows[30];
	struct exposure_result result;
	int64_t edit;

	for (size_t day = 0; day < ARRAY_LEN(rows); day++)
		rows[day] = (struct exposure){ .day = 20517 + (int64_t)day, .values = &model, .value_count = 1, .outputs = 10 };
	assert_int_equal(store->ops->exposure_put(store, "ada", rows, ARRAY_LEN(rows), "outputs", &result, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "A 4");
	screen_test_shows(t, "left out: days without denominators");
	screen_test_keys(t, "j j Enter");
	screen_test_shows(t, "-day:2026-03-05,");
	screen_test_shows(t, "of 95"); /* one on days 31, 33 … 39, from day 40 on four, and one more on odd days */
	screen_test_keys(t, "q 3");
	screen_test_shows(t, "left out: 95 on days without denominators");
}

/* Each row that shows a number opens as many samples as it says, or the part or incident that tells more. */
static void numbers_open_as_many(void **state)
{
	static const char *const periods[] = { "20", "45", "41" };
	struct screen_test *t = *state;
	char of[16];

	screen_test_keys(t, "A 1");
	for (int i = 0; i < 14; i++)
		screen_test_keys(t, "j"); /* judged by two or more */
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Queue /reviewers>=2");
	screen_test_shows(t, "of 2");
	screen_test_keys(t, "q j Enter"); /* how far they agree is of the same */
	screen_test_shows(t, "Queue /reviewers>=2");
	/* Headings with a number too. */
	screen_test_keys(t, "q g Enter");
	screen_test_shows(t, "of 600");
	screen_test_keys(t, "q 2 Enter");
	screen_test_shows(t, "Queue /-cause:none");
	screen_test_shows(t, "of 4 ");
	screen_test_keys(t, "q 3 g j j j"); /* before the change */
	screen_test_shows(t, "5.04 %, then 44.97 %");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Queue /-level:none after:2026-03-04 before:2026-0");
	screen_test_shows(t, "of 20 ");
	screen_test_keys(t, "q 4 Enter");
	screen_test_shows(t, "Queue /-level:none");
	screen_test_keys(t, "q j Enter"); /* the others */
	screen_test_shows(t, "Queue /level:none");
	screen_test_shows(t, "of 490 ");
	screen_test_keys(t, "q 5");
	for (size_t i = 0; i < ARRAY_LEN(periods); i++) {
		screen_test_keys(t, i ? "j s" : "j j s");
		snprintf(of, sizeof(of), "of %s ", periods[i]);
		screen_test_shows(t, of);
		screen_test_keys(t, "q");
	}
	screen_test_keys(t, "1 G Enter"); /* actions overdue */
	screen_test_shows(t, "[Actions]");
	/* Of a cause the others are all samples, whatever was judged of them. */
	screen_test_keys(t, "/ 'cause:model' Enter 4");
	screen_test_shows(t, "compared with");
	screen_test_keys(t, "g j Enter");
	screen_test_shows(t, "of 600 ");
}

static void a_recurrence_is_shown(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	struct arena arena = ARENA_INIT;
	const int64_t ids[] = { 401, 402 };
	struct incident incident;
	const char *key;
	int64_t edit;

	screen_test_keys(t, "A 5");
	screen_test_lacks(t, "like INC-2026");
	assert_int_equal(store->ops->incident_members_add(store, "ada", "INC-2026-0001", ids, 2, MEMBER_CORE, &edit, NULL), STATUS_OK);
	incident_init(&incident, &arena, "Worse again");
	incident_add_event(&incident, &arena, &(struct incident_event){ .kind = EVENT_MILESTONE, .milestone = MILESTONE_INTRODUCED,
		.at = { (20517 + 58) * DAY_US, PRECISION_DAY }, .text = "then" });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", &incident, "new", &key, &edit, NULL), STATUS_OK);
	assert_int_equal(store->ops->incident_members_add(store, "ada", key, ids, 2, MEMBER_CORE, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R G k");
	screen_test_keys(t, "G");
	screen_test_shows(t, "again: incidents like earlier ones");
	screen_test_shows(t, "like INC-2026-0001");
	screen_test_keys(t, "s");
	screen_test_shows(t, "of 2 ");
	screen_test_keys(t, "q Enter");
	screen_test_shows(t, "Worse again");
	arena_release(&arena);
}

/* The shares that a plan gives are of all that it was drawn from, and open what they rest on. */
static void a_plan_is_shown(void **state)
{
	static const struct plan_stratum strata[] = { { NULL, 600, 4 } };
	const int64_t ids[] = { 10, 30, 401, 402 };
	const struct plan plan = { .name = "audit", .form = PLAN_RANDOM, .query = "", .seed = 1, .strata = strata, .stratum_count = 1,
				   .samples = ids, .sample_count = 4 };
	struct plan doubtful = plan;
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	int64_t edit;

	doubtful.name = "talk";
	doubtful.form = PLAN_TARGETED;
	assert_int_equal(store->ops->plan_put(store, "ada", &plan, &edit, NULL), STATUS_OK);
	assert_int_equal(store->ops->plan_put(store, "ada", &doubtful, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "A 2");
	screen_test_golden(t, "insights_plans", false);
	screen_test_keys(t, "G k");
	screen_test_shows(t, "plan audit (random), of 600 samples: all");
	screen_test_keys(t, "k k k Enter");
	screen_test_shows(t, "Queue /sampled:audit status:annotated cause:model");
	screen_test_shows(t, "of 4");
}

/* Three of four are annotated, and were before: counts, and no share. */
static void a_plan_that_is_not_done_says_nothing(void **state)
{
	static const struct plan_stratum strata[] = { { NULL, 600, 4 } };
	const int64_t ids[] = { 10, 30, 401, 403 };
	const struct plan plan = { .name = "audit", .form = PLAN_RANDOM, .query = "", .seed = 1, .strata = strata, .stratum_count = 1,
				   .samples = ids, .sample_count = 4 };
	struct screen_test *t = *state;
	int64_t edit;

	assert_int_equal(screen_test_store(t)->ops->plan_put(screen_test_store(t), "ada", &plan, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "A 2 G k");
	screen_test_shows(t, "plan audit (random), of 600 samples: all");
	screen_test_shows(t, "of 4");
	screen_test_shows(t, "until all that was drawn is annotated nothing can be said of all");
}

static void a_finding_is_drilled_into(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "A 4 j j j j");
	screen_test_shows(t, "harness 2.0");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Insights /harness:2.0");
	screen_test_shows(t, "80 flagged against 20 others");
	screen_test_keys(t, "1");
	screen_test_shows(t, "100 samples");
	screen_test_keys(t, "q s");
	screen_test_shows(t, "Queue /-level:none harness:2.0");
	screen_test_shows(t, "of 80");
}

static void the_filter_holds_for_all_of_it(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'model:a' Enter A");
	screen_test_shows(t, "Insights /model:a");
	screen_test_shows(t, "300 samples");
	screen_test_keys(t, "/ ^U 'cause:nonsense' Enter");
	screen_test_shows(t, "Filter");
	screen_test_keys(t, "Esc / ^U 'harness:2.0' Enter");
	screen_test_shows(t, "100 samples");
	screen_test_keys(t, "3");
	screen_test_shows(t, "cannot tell since when");
}

static void the_day_becomes_a_milestone(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;
	struct incident *incident;
	const struct incident_event *event = NULL;

	screen_test_keys(t, "A M");
	screen_test_shows(t, "the trend has the day to set");
	screen_test_keys(t, "3 M");
	screen_test_shows(t, "Whose milestone first_detectable");
	screen_test_keys(t, "j Enter");
	screen_test_shows(t, "first detectable set");
	assert_int_equal(screen_test_store(t)->ops->incident_get(screen_test_store(t), &arena, "INC-2026-0001", &incident, NULL), STATUS_OK);
	for (size_t i = 0; i < incident->event_count; i++)
		if (incident->events[i].milestone == MILESTONE_FIRST_DETECTABLE)
			event = &incident->events[i];
	assert_string_equal(event ? event->sources : "", "aitia onset -level:none");
	assert_true(event && strstr(event->text, "times that before"));
	arena_release(&arena);
	screen_test_keys(t, "u");
	screen_test_shows(t, "undid");
	/* From the incident, it is that one. */
	screen_test_keys(t, "I Enter A 3");
	screen_test_shows(t, "of INC-2026-0001");
	screen_test_keys(t, "M");
	screen_test_shows(t, "INC-2026-0001: first detectable set");
}

static size_t detectable_of(struct incident *incident, int64_t cohort)
{
	size_t count = 0;

	for (size_t i = 0; i < incident->event_count; i++) {
		const struct incident_event *event = &incident->events[i];
		if (event->milestone == MILESTONE_FIRST_DETECTABLE)
			count += cohort ? event->cohorts_count == 1 && event->cohorts[0] == cohort : event->cohorts_count == 0;
	}
	return count;
}

/* Of an incident with cohorts: for which of them, and what stands of the others stays. */
static void the_day_is_of_a_cohort(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	struct arena arena = ARENA_INIT;
	struct incident *base, *incident;
	const char *key;
	int64_t edit;

	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &base, NULL), STATUS_OK);
	incident = incident_copy(&arena, base);
	incident_add(incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Pro" });
	incident_add(incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Max" });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", incident, "cohorts", &key, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R A 3 M Enter");
	screen_test_shows(t, "For whom was it first detectable");
	screen_test_shows(t, "CO1 Pro");
	screen_test_keys(t, "Down Down Enter");
	screen_test_shows(t, "first detectable set");
	screen_test_keys(t, "M Enter Enter");
	screen_test_shows(t, "first detectable set");
	screen_test_keys(t, "M Enter Down Down Enter"); /* once more of the same */
	screen_test_keys(t, "M Enter Esc");             /* of nobody */
	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, NULL), STATUS_OK);
	assert_int_equal(detectable_of(incident, 0), 1);
	assert_int_equal(detectable_of(incident, 1), 0);
	assert_int_equal(detectable_of(incident, 2), 1);
	screen_test_resize(t, 24, 140);
	screen_test_keys(t, "U");
	screen_test_shows(t, ", of CO2");
	arena_release(&arena);
}

static void what_takes_time_says_so_and_is_given_up(void **state)
{
	struct screen_test *t = *state;

	fake_store_delay(screen_test_store(t), 2);
	screen_test_keys(t, "A");
	screen_test_shows(t, "600 samples"); /* asked again until it is there */
	screen_test_hold(t, true);
	screen_test_keys(t, "3");
	screen_test_shows(t, "looking for the days on which the rate changed");
	screen_test_keys(t, "4");
	screen_test_shows(t, "comparing every value and every pair of values; q leaves");
	screen_test_shows(t, "under way");
	screen_test_keys(t, "q");
	screen_test_shows(t, "Queue");
	screen_test_hold(t, false);
	assert_int_equal(screen_test_request_count(t, REQUEST_CONTRAST), 0);
	assert_int_equal(screen_test_request_count(t, REQUEST_STOP), 1);
}

static void the_overview_fills_in_as_answers_come(void **state)
{
	struct screen_test *t = *state;

	screen_test_hold(t, true);
	screen_test_keys(t, "A");
	screen_test_shows(t, "counting …");
	screen_test_shows(t, "reading judgements …");
	screen_test_shows(t, "reading incidents …");
	screen_test_step(t);
	screen_test_shows(t, "actions overdue");
	screen_test_shows(t, "counting …");
	screen_test_keys(t, "G");
	screen_test_step(t);
	screen_test_lacks(t, "counting");
	screen_test_shows(t, "under way");
	screen_test_keys(t, "Enter"); /* the row that was selected still is */
	screen_test_shows(t, "[Actions]");
	screen_test_keys(t, "1 g");
	screen_test_shows(t, "600 samples");
	screen_test_step(t);
	screen_test_lacks(t, "under way");
	screen_test_hold(t, false);
}

static void what_they_share_says_how_far_it_is(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "A");
	screen_test_hold(t, true);
	screen_test_keys(t, "4");
	screen_test_done(t, 37);
	screen_test_shows(t, "comparing every value and every pair of values: 37 %; q leaves");
	screen_test_hold(t, false);
}

static void others_changes_are_read_again(void **state)
{
	struct screen_test *t = *state;
	size_t before;

	screen_test_keys(t, "A 2");
	before = screen_test_request_count(t, REQUEST_STATS_COUNTS);
	screen_test_keys(t, "R");
	assert_int_equal(screen_test_request_count(t, REQUEST_STATS_COUNTS), before + 1);
}

/* The row's texts were the old answer's: it is looked for in the new one before they go. */
static void the_row_is_found_again_after_anothers_edit(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	int64_t ids[] = { 101, 102, 103, 104, 105 }, edit;
	const struct annotate_request request = { .samples = ids, .sample_count = 5, .annotation = { .cause = "infrastructure/cache" } };

	screen_test_keys(t, "A 2 G k Enter");
	screen_test_shows(t, "Queue /cause:model/hallucination");
	screen_test_keys(t, "q");
	assert_int_equal(store->ops->annotate(store, "cyd", &request, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R");
	screen_test_shows(t, "infrastructure/cache"); /* above it */
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Queue /cause:model/hallucination");
}

/* What was never asked, and what is oldest, is not kept waiting by what can be had anew. */
static void every_part_comes_while_others_edit(void **state)
{
	struct screen_test *t = *state;

	screen_test_hold(t, true);
	screen_test_keys(t, "A");
	for (int i = 0; i < 3; i++) {
		app_changed(screen_test_app(t));
		screen_test_step(t);
	}
	assert_int_equal(screen_test_request_count(t, REQUEST_STATS_INCIDENTS), 1);
	assert_int_equal(screen_test_request_count(t, REQUEST_STATS_COUNTS), 1);
	assert_int_equal(screen_test_request_count(t, REQUEST_STATS_CODING), 1);
	screen_test_shows(t, "judged by two or more");
	for (int i = 0; i < 3; i++) {
		app_changed(screen_test_app(t));
		screen_test_step(t);
	}
	assert_int_equal(screen_test_request_count(t, REQUEST_STATS_INCIDENTS), 2);
	assert_int_equal(screen_test_request_count(t, REQUEST_STATS_COUNTS), 2);
	assert_int_equal(screen_test_request_count(t, REQUEST_STATS_CODING), 2);
	screen_test_hold(t, false);
}

static void failures_are_told(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "A");
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is locked");
	screen_test_keys(t, "5");
	screen_test_shows(t, "the store is locked");
	screen_test_keys(t, "R");
	screen_test_shows(t, "INC-2026-0001  Harness 2.0 is worse");
}

/* What was answered once stays, and is not passed off as of now; each part speaks of its own. */
static void figures_of_before_say_so(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "A 4 2");
	app_changed(screen_test_app(t));
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is locked");
	screen_test_keys(t, "G"); /* asks again: the first of two fails */
	screen_test_shows(t, "figures of before, not of now: the store is locked (counting)");
	screen_test_shows(t, "        of before"); /* wherever the list stands */
	screen_test_shows(t, "model/hallucination");
	screen_test_keys(t, "4");
	screen_test_lacks(t, "figures of before");
	screen_test_keys(t, "2 R");
	screen_test_lacks(t, "figures of before");
	screen_test_shows(t, "model/hallucination");
	screen_test_keys(t, "q");
	/* A part with no figures at all says why, and not that they are of before. */
	screen_test_hold(t, true);
	screen_test_keys(t, "A");
	for (int i = 0; i < 5; i++) { /* counts fail, coding is there, then both fail */
		if (i == 3) {
			app_changed(screen_test_app(t));
			screen_test_keys(t, "2");
		}
		if (i == 1 || i > 2)
			fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is locked");
		screen_test_step(t);
	}
	screen_test_shows(t, "cannot tell: the store is locked");
	screen_test_lacks(t, "figures of before");
	screen_test_keys(t, "1"); /* of three parts one has figures of before */
	screen_test_shows(t, "figures of before, not of now: the store is locked (reading judgements)");
	screen_test_shows(t, "judged by two or more");
	screen_test_hold(t, false);
}

static void sizes_and_ways_to_show(void **state)
{
	static const int sizes[][2] = { { 24, 80 }, { 10, 40 }, { 60, 200 }, { 120, 400 }, { 5, 20 } };
	struct screen_test *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		screen_test_resize(t, sizes[i][0], sizes[i][1]);
		screen_test_keys(t, "A");
		for (int part = 0; part < 7; part++)
			screen_test_keys(t, "G g Tab");
		screen_test_keys(t, "q");
	}
	screen_test_resize(t, 60, 200);
	screen_test_keys(t, "A 3");
	screen_test_golden(t, "insights_trend_200x60", false);
	screen_test_free(t);
	t = *state = open_with(&(struct screen_test_options){ .ascii = true }, "b");
	screen_test_keys(t, "A 3");
	screen_test_golden(t, "insights_ascii", false);
	screen_test_lacks(t, "█");
	screen_test_free(t);
	t = *state = open_with(&(struct screen_test_options){ .accessible = true }, "b");
	screen_test_keys(t, "A 4");
	screen_test_golden(t, "insights_accessible", false);
	screen_test_lacks(t, "#");
}

static void hostile_values(void **state)
{
	struct screen_test *t;

	screen_test_free(*state);
	t = *state = open_with(NULL, "\x1b[2J\xe2\x80\xae evil \"q\"\n");
	screen_test_keys(t, "A 4");
	screen_test_shows(t, "^[");
	screen_test_lacks(t, "\x1b");
	screen_test_lacks(t, "\xe2\x80\xae");
	/* Its query finds it. */
	screen_test_keys(t, "q / 'model:\"");
	screen_test_keys(t, "Esc");
}

static void nothing_to_tell(void **state)
{
	struct screen_test *t;

	screen_test_free(*state);
	t = *state = screen_test_new(NULL);
	screen_test_keys(t, "A");
	screen_test_shows(t, "0 samples");
	screen_test_keys(t, "2");
	screen_test_shows(t, "no sample here has a cause yet");
	screen_test_keys(t, "3");
	screen_test_shows(t, "cannot tell since when");
	screen_test_keys(t, "4");
	screen_test_shows(t, "cannot tell: no sample matches");
	screen_test_keys(t, "5");
	screen_test_shows(t, "there is no fix to watch");
	screen_test_keys(t, "j Enter s M");
	screen_test_keys(t, "7 j Enter s");
	screen_test_shows(t, "there are no samples behind this row");
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_part_is_shown),
		TEST(rows_lead_to_what_is_behind_them),
		TEST(cases_without_denominators_open),
		TEST(numbers_open_as_many),
		TEST(a_recurrence_is_shown),
		TEST(a_plan_is_shown),
		TEST(a_plan_that_is_not_done_says_nothing),
		TEST(a_finding_is_drilled_into),
		TEST(the_filter_holds_for_all_of_it),
		TEST(the_day_becomes_a_milestone),
		TEST(the_day_is_of_a_cohort),
		TEST(what_takes_time_says_so_and_is_given_up),
		TEST(the_overview_fills_in_as_answers_come),
		TEST(what_they_share_says_how_far_it_is),
		TEST(others_changes_are_read_again),
		TEST(the_row_is_found_again_after_anothers_edit),
		TEST(every_part_comes_while_others_edit),
		TEST(failures_are_told),
		TEST(figures_of_before_say_so),
		TEST(sizes_and_ways_to_show),
		TEST(hostile_values),
		TEST(nothing_to_tell),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
