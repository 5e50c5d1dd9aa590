/* What follows from a record, against counts by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/change_chart.h"
#include "core/incident_review.h"

static struct arena arena;
static struct incident incident;

static struct instant at(const char *text)
{
	struct instant out = INSTANT_UNKNOWN;

	if (text && instant_parse(slice_of(text), &out, NULL) != STATUS_OK)
		fail_msg("%s", text);
	return out;
}

static int64_t cohort(const char *name, const char *plan, const char *model)
{
	return incident_add(&incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = name, .plan = plan, .model = model });
}

static int64_t source(const char *name)
{
	return incident_add(&incident, &arena, INCIDENT_SOURCE, &(struct incident_source){ .name = name });
}

/* cohort 0: everybody; source 0: none cited. */
static int64_t mark(enum milestone milestone, const char *when, int64_t of, int64_t says, enum event_certainty certainty)
{
	struct incident_event event = { .kind = EVENT_MILESTONE, .milestone = milestone, .at = at(when), .certainty = certainty,
					.cohorts = &of, .cohorts_count = of != 0, .cites = &says, .cites_count = says != 0 };

	return incident_add(&incident, &arena, INCIDENT_EVENT, &event);
}

#define MARK(name, when, of) mark(MILESTONE_##name, when, of, 0, EVENT_CERTAINTY_EXACT)

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	incident_init(&incident, &arena, "T");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void is(const struct cohort_times *row, enum interval_key key, const char *expected)
{
	const char *text = interval_text(&arena, &row->intervals[key]);

	if (strcmp(text, expected) != 0)
		fail_msg("%s of %s is '%s', not '%s'", interval_word(key), row->name, text, expected);
}

/* One of each, all to the minute: from 4 March, 10:00, on. */
static void test_every_interval(void **state)
{
	const struct incident_times *times;

	(void)state;
	MARK(INTRODUCED, "2026-03-04T09:00Z", 0);
	MARK(FIRST_IMPACT, "2026-03-04T10:00:00Z", 0);
	MARK(FIRST_DETECTABLE, "2026-03-04T12:30:00Z", 0);
	MARK(FIRST_REPORT, "2026-03-05T10:00:00Z", 0);
	MARK(DETECTED, "2026-03-06T10:00:00Z", 0);
	MARK(DECLARED, "2026-03-06T16:00:00Z", 0);
	MARK(MITIGATED, "2026-03-07T10:00:00Z", 0);
	MARK(RESOLVED, "2026-03-10T11:00:00Z", 0);
	MARK(USERS_NOTIFIED, "2026-03-08T09:15:00Z", 0);
	MARK(PUBLISHED, "2026-03-20T11:00:00Z", 0);
	times = incident_times(&arena, &incident);
	is(&times->whole, INTERVAL_time_to_detectable, "2 h 30 min");
	is(&times->whole, INTERVAL_detection_gap, "1 d 21 h");
	is(&times->whole, INTERVAL_impact_to_detection, "2 d");
	is(&times->whole, INTERVAL_report_to_declaration, "1 d 6 h");
	is(&times->whole, INTERVAL_impact_to_mitigation, "3 d");
	is(&times->whole, INTERVAL_impact_to_resolution, "6 d 1 h");
	is(&times->whole, INTERVAL_report_to_mitigation, "2 d");
	is(&times->whole, INTERVAL_report_to_resolution, "5 d 1 h");
	is(&times->whole, INTERVAL_notice_lag, "1 d 23 h");
	is(&times->whole, INTERVAL_publication_lag, "10 d");
	assert_int_equal(times->cohort_count, 0);
}

static void test_unknown_is_blank_and_a_day_is_a_range(void **state)
{
	const struct incident_times *times;

	(void)state;
	MARK(INTRODUCED, "2026-03-26", 0);
	MARK(RESOLVED, "2026-04-10T19:03:00Z", 0);
	mark(MILESTONE_DETECTED, NULL, 0, 0, EVENT_CERTAINTY_EXACT);
	times = incident_times(&arena, &incident);
	is(&times->whole, INTERVAL_impact_to_resolution, "14 d 19 h to 15 d 19 h");
	is(&times->whole, INTERVAL_impact_to_mitigation, "14 d 19 h to 15 d 19 h"); /* a resolution relieves, too */
	is(&times->whole, INTERVAL_impact_to_detection, "");
	is(&times->whole, INTERVAL_publication_lag, "");
	assert_int_equal(times->whole.intervals[INTERVAL_impact_to_resolution].from, MILESTONE_INTRODUCED);
}

/* The effort default of April 2026: 34 days for some by one source, 48 d 13 h for the others. */
static void test_each_cohort_has_its_own(void **state)
{
	const struct incident_times *times;
	int64_t api = cohort("API", NULL, NULL), pro = cohort("Pro", NULL, NULL), others = cohort("Others", NULL, NULL);

	(void)state;
	incident.cohorts[2].state = COHORT_NOT_AFFECTED;
	(void)others;
	MARK(INTRODUCED, "2026-03-04T10:10Z", 0);
	MARK(RESOLVED, "2026-04-07T21:18Z", api);
	mark(MILESTONE_RESOLVED, "2026-04-20T22:18Z", 0, 0, EVENT_CERTAINTY_DISPUTED);
	MARK(PUBLISHED, "2026-04-23", 0);
	times = incident_times(&arena, &incident);
	is(&times->cohorts[0], INTERVAL_impact_to_resolution, "34 d 11 h");
	is(&times->cohorts[1], INTERVAL_impact_to_resolution, "47 d 12 h (disputed)");
	assert_false(times->cohorts[0].open);
	assert_true(times->cohorts[1].open);
	assert_false(times->cohorts[2].open);
	assert_string_equal(incident_open_cohorts(&incident, &arena), "CO2 (Pro)");
	MARK(RESOLVED, "2026-04-22T00:04Z", pro);
	times = incident_times(&arena, &incident);
	is(&times->cohorts[1], INTERVAL_impact_to_resolution, "48 d 13 h");
	is(&times->cohorts[1], INTERVAL_publication_lag, "23 h 56 min to 1 d 23 h");
	/* Of the whole: the last claim, widened by the disputed one. */
	is(&times->whole, INTERVAL_publication_lag, "23 h 56 min to 3 d 1 h (disputed)");
	assert_null(incident_open_cohorts(&incident, &arena));
	assert_int_equal(times->whole.at[MILESTONE_RESOLVED].claims, 3);
}

/* The three bugs of August 2025: each cohort begins and ends with a milestone of its own kind. */
static void test_the_whole_is_its_cohorts(void **state)
{
	const struct incident_times *times;
	int64_t api = cohort("API", NULL, NULL), bedrock = cohort("Bedrock", NULL, NULL), opus = cohort("Opus 3", NULL, NULL);

	(void)state;
	MARK(INTRODUCED, "2025-08-05", api);
	MARK(FIRST_IMPACT, "2025-08-12", bedrock);
	MARK(INTRODUCED, "2025-08-25", opus);
	MARK(FIX_DEPLOYED, "2025-09-04", api);
	MARK(ROLLOUT_COMPLETE, "2025-09-16", api);
	MARK(RESOLVED, "2025-09-12", opus);
	MARK(PUBLISHED, "2025-09-17", 0);
	times = incident_times(&arena, &incident);
	is(&times->cohorts[0], INTERVAL_impact_to_resolution, "41 d to 43 d");
	is(&times->cohorts[2], INTERVAL_impact_to_mitigation, "17 d to 19 d");
	is(&times->whole, INTERVAL_impact_to_mitigation, ""); /* Bedrock is not relieved yet */
	is(&times->whole, INTERVAL_impact_to_resolution, "");
	is(&times->whole, INTERVAL_publication_lag, "");
	MARK(ROLLOUT_COMPLETE, "2025-09-18", bedrock);
	times = incident_times(&arena, &incident);
	is(&times->whole, INTERVAL_impact_to_mitigation, "43 d to 45 d"); /* 5 August to 18 September */
	is(&times->whole, INTERVAL_impact_to_resolution, "43 d to 45 d");
	is(&times->whole, INTERVAL_publication_lag, "−2 d to 0 s");
	assert_int_equal(times->whole.intervals[INTERVAL_impact_to_resolution].from, MILESTONE_INTRODUCED);
	assert_int_equal(times->whole.intervals[INTERVAL_impact_to_resolution].to, MILESTONE_ROLLOUT_COMPLETE);
	assert_int_equal(times->whole.intervals[INTERVAL_impact_to_resolution].ends->number, 8);
	incident.cohorts[1].state = COHORT_NOT_AFFECTED; /* what was not hit has no length */
	times = incident_times(&arena, &incident);
	is(&times->whole, INTERVAL_impact_to_resolution, "41 d to 43 d");
}

static void test_cohorts_in_words(void **state)
{
	const struct incident_times *times;
	struct incident_event event = { .kind = EVENT_MILESTONE, .milestone = MILESTONE_RESOLVED, .at = at("2026-04-01T00:00:00Z"),
					.cohort = "stale sessions" };

	(void)state;
	cohort("Pro", NULL, NULL);
	MARK(INTRODUCED, "2026-03-01T00:00:00Z", 0);
	incident_add_event(&incident, &arena, &event);
	event.cohort = "PRO"; /* the cohort of that name */
	event.at = at("2026-03-11T00:00:00Z");
	incident_add_event(&incident, &arena, &event);
	event.milestone = MILESTONE_NONE; /* says nothing of milestones */
	event.cohort = "somebody";
	incident_add_event(&incident, &arena, &event);
	times = incident_times(&arena, &incident);
	assert_int_equal(times->cohort_count, 2);
	is(&times->cohorts[0], INTERVAL_impact_to_resolution, "10 d");
	assert_string_equal(times->cohorts[1].name, "stale sessions");
	is(&times->cohorts[1], INTERVAL_impact_to_resolution, "31 d");
}

static void test_open_disputes_widen(void **state)
{
	struct incident_dispute dispute = { .text = "earlier", .at = at("2026-03-03T00:00:00Z") };

	(void)state;
	dispute.event = MARK(INTRODUCED, "2026-03-04T00:00:00Z", 0);
	MARK(RESOLVED, "2026-03-10T00:00:00Z", 0);
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &dispute);
	is(&incident_times(&arena, &incident)->whole, INTERVAL_impact_to_resolution, "6 d to 7 d (disputed)");
	incident.disputes[0].status = DISPUTE_SETTLED;
	is(&incident_times(&arena, &incident)->whole, INTERVAL_impact_to_resolution, "6 d");
}

/* ---- contradictions ---------------------------------------------------------------------- */

static const struct incident_review *review(void)
{
	return incident_review(&arena, &incident, -1);
}

static void found(size_t index, enum contradiction kind, const char *parts, const char *text)
{
	const struct incident_review *all = review();

	if (index >= all->contradiction_count)
		fail_msg("only %zu were found", all->contradiction_count);
	assert_string_equal(contradiction_word(all->contradictions[index].kind), contradiction_word(kind));
	assert_string_equal(all->contradictions[index].parts, parts);
	if (!strstr(all->contradictions[index].text, text))
		fail_msg("'%s' is not '%s'", all->contradictions[index].text, text);
}

static void none(void)
{
	const struct incident_review *all = review();

	if (all->contradiction_count)
		fail_msg("invented: %s", all->contradictions[0].text);
}

static void test_sources_that_disagree(void **state)
{
	int64_t p = source("P"), c = source("C");

	(void)state;
	mark(MILESTONE_INTRODUCED, "2026-03-04", 0, p, EVENT_CERTAINTY_EXACT);
	mark(MILESTONE_INTRODUCED, "2026-03-04T10:10Z", 0, c, EVENT_CERTAINTY_EXACT); /* within that day */
	none();
	mark(MILESTONE_DETECTED, "2026-03-04", 0, p, EVENT_CERTAINTY_EXACT);
	mark(MILESTONE_DETECTED, "2026-03-06", 0, p, EVENT_CERTAINTY_EXACT); /* the same source */
	none();
	mark(MILESTONE_MITIGATED, "2026-03-07", 0, p, EVENT_CERTAINTY_EXACT);
	mark(MILESTONE_MITIGATED, "2026-03-09", 0, c, EVENT_CERTAINTY_EXACT); /* may come in steps */
	none();
	mark(MILESTONE_FIRST_REPORT, "2026-03-01", 0, p, EVENT_CERTAINTY_EXACT);
	mark(MILESTONE_FIRST_REPORT, "2026-03-02", cohort("Pro", NULL, NULL), c, EVENT_CERTAINTY_EXACT); /* of others */
	none();
	mark(MILESTONE_FIRST_REPORT, "2026-03-03", 0, c, EVENT_CERTAINTY_EXACT);
	found(0, CONTRADICTION_SOURCES_DISAGREE, "E7, E9", "first report: P: 2026-03-01; C: 2026-03-03.");
	assert_int_equal(review()->contradiction_count, 1);
	incident.event_count = 0; /* they share one cohort of two; the one names the change as well */
	incident_add_event(&incident, &arena, &(struct incident_event){ .kind = EVENT_CHANGE, .milestone = MILESTONE_INTRODUCED,
			   .at = at("2026-03-04"), .change = 1, .cites = &p, .cites_count = 1,
			   .cohorts = (const int64_t[]){ 1, 2 }, .cohorts_count = 2 });
	mark(MILESTONE_INTRODUCED, "2026-03-05", 2, c, EVENT_CERTAINTY_EXACT);
	found(0, CONTRADICTION_SOURCES_DISAGREE, "E10, E11", "introduced: P: 2026-03-04; C: 2026-03-05.");
	incident.events[1].change = 2;
	none(); /* another change */
	incident.events[0].cohorts = (const int64_t[]){ 2 }; /* that again, without the change */
	incident.events[0].cohorts_count = 1;
	int64_t third = source("T");
	mark(MILESTONE_INTRODUCED, "2026-03-05", 2, third, EVENT_CERTAINTY_EXACT);
	none();
	incident.events[2].at = at("2026-03-06"); /* as neither says */
	found(0, CONTRADICTION_SOURCES_DISAGREE, "E10, E12", "introduced: P: 2026-03-04; T: 2026-03-06.");
	found(1, CONTRADICTION_SOURCES_DISAGREE, "E11, E12", "introduced: C: 2026-03-05; T: 2026-03-06.");
	incident.events[2].at = at("2026-03-05");
	incident.events[1].change = 1; /* of one change they all speak */
	found(0, CONTRADICTION_SOURCES_DISAGREE, "E10, E11", "C: 2026-03-05.");
	found(1, CONTRADICTION_SOURCES_DISAGREE, "E10, E12", "T: 2026-03-05.");
	incident.events[1].change = 0; /* two that name none do not bear each other out */
	assert_int_equal(review()->contradiction_count, 2);
}

static void test_disputes(void **state)
{
	int64_t p = source("P"), c = source("C"), e = mark(MILESTONE_INTRODUCED, "2026-03-04T10:10Z", 0, p, EVENT_CERTAINTY_EXACT);
	struct incident_dispute dispute = { .text = "A day before.", .event = e, .at = at("2026-03-03"), .cites = &c, .cites_count = 1 };

	(void)state;
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &dispute);
	found(0, CONTRADICTION_SOURCES_DISAGREE, "E1, DI1", "P: 2026-03-04 10:10; C: 2026-03-03. A day before.");
	incident.disputes[0].at = at("2026-03");
	found(0, CONTRADICTION_DISPUTED, "E1, DI1", "C: A day before.");
	incident.disputes[0].status = DISPUTE_SETTLED;
	none();
}

static void test_resolved_before_the_last_fix(void **state)
{
	int64_t p = source("P"), pro, max;

	(void)state;
	pro = cohort("Pro", NULL, NULL);
	max = cohort("Max", NULL, NULL);
	MARK(RESOLVED, "2026-04-07T21:18Z", pro);
	none();
	mark(MILESTONE_RESOLVED, "2026-04-20T22:18Z", 0, p, EVENT_CERTAINTY_DISPUTED);
	none();
	MARK(FIX_DEPLOYED, "2026-04-22T00:04Z", max);
	found(0, CONTRADICTION_RESOLVED_BEFORE_FIX, "E2, E3",
	      "resolved on 2026-04-20 22:18, says P, but Max was fix deployed only on 2026-04-22 00:04.");
	assert_int_equal(review()->contradiction_count, 1);
	incident.events[2].at = at("2026-04"); /* may have been before */
	none();
	/* Changes that were taken back later say so too, where the claim is of all whom they concerned. */
	incident_add(&incident, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = "x", .reverted_at = at("2026-04-22"),
		     .cohorts = (const int64_t[]){ 1, 2 }, .cohorts_count = 2 });
	found(0, CONTRADICTION_RESOLVED_BEFORE_FIX, "E2, CH1", "CH1 was taken back only on 2026-04-22.");
	assert_int_equal(review()->contradiction_count, 1);
}

/* A claim and a fix that several cohorts share are one finding; claims that leave no cohort of a
 * change out are one claim. */
static void test_claims_of_several_cohorts(void **state)
{
	const int64_t opus = cohort("Opus", NULL, NULL), sonnet = cohort("Sonnet", NULL, NULL), both[] = { opus, sonnet };
	struct incident_event fix = { .kind = EVENT_MILESTONE, .milestone = MILESTONE_ROLLOUT_COMPLETE, .at = at("2025-09-12"),
				      .cohorts = both, .cohorts_count = 2 };

	(void)state;
	MARK(RESOLVED, "2025-09-09", 0);
	incident_add_event(&incident, &arena, &fix);
	found(0, CONTRADICTION_RESOLVED_BEFORE_FIX, "E1, E2",
	      "resolved on 2025-09-09, but Opus; Sonnet were rollout complete only on 2025-09-12.");
	assert_int_equal(review()->contradiction_count, 1);
	incident.event_count = 0;
	MARK(RESOLVED, "2025-08-28", opus);
	incident_add(&incident, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = "x", .reverted_at = at("2025-09-02"),
		     .cohorts = both, .cohorts_count = 2 });
	none(); /* Opus may have been rid of it before */
	MARK(RESOLVED, "2025-09-02", sonnet);
	none();
	incident.changes[0].reverted_at = at("2025-09-30");
	assert_int_equal(review()->contradiction_count, 1);
	assert_string_equal(review()->contradictions[0].text, "resolved on 2025-09-02, but CH1 was taken back only on 2025-09-30.");
}

static void test_days_that_follow_each_other(void **state)
{
	int64_t p = source("P"), c = source("C"), one = cohort("Bedrock", NULL, NULL);

	(void)state;
	mark(MILESTONE_RESOLVED, "2025-09-17", 0, p, EVENT_CERTAINTY_EXACT);
	MARK(ROLLOUT_COMPLETE, "2025-09-17", one);
	none(); /* the same day */
	incident.events[1].at = at("2025-09-18");
	found(0, CONTRADICTION_RESOLVED_BEFORE_FIX, "E1, E2",
	      "resolved on 2025-09-17, says P, but Bedrock was rollout complete only on 2025-09-18.");
	incident.events[1].milestone = MILESTONE_NONE;
	mark(MILESTONE_RESOLVED, "2025-09-18", 0, c, EVENT_CERTAINTY_EXACT);
	found(0, CONTRADICTION_SOURCES_DISAGREE, "E1, E3", "resolved: P: 2025-09-17; C: 2025-09-18.");
}

static void test_workarounds(void **state)
{
	struct incident_cause cause = { .code = "infrastructure/sampling", .statement = "x" };
	struct incident_change change = { .text = "x", .type = CHANGE_WORKAROUND, .at = at("2026-01-01"),
					  .masked = (const int64_t[]){ 1 }, .masked_count = 1 };

	(void)state;
	incident_add_cause(&incident, &arena, &cause);
	incident_add(&incident, &arena, INCIDENT_CHANGE, &change);
	none(); /* it stands */
	incident.changes[0].reverted_at = at("2026-02-01");
	found(0, CONTRADICTION_UNMASKED, "CH1, C1",
	      "the workaround was taken back on 2026-02-01, and nothing finished fixes infrastructure/sampling, which it masked.");
	assert_false(change_is_unexplained(&incident.changes[0]));
	incident_add_action(&incident, &arena, &(struct incident_action){ .type = ACTION_REVERT, .status = ACTION_STATUS_DONE, .text = "x", .cause = 1 });
	assert_int_equal(review()->contradiction_count, 1);
	incident.actions[0].type = ACTION_FIX;
	none();
	incident.actions[0].status = ACTION_STATUS_OPEN;
	incident.changes[0].type = CHANGE_FLAG;
	none(); /* no workaround */
	incident.changes[0].type = CHANGE_WORKAROUND;
	incident.changes[0].masked_count = 0;
	none(); /* what it masked is not said: that is lint's */
	assert_true(change_is_unexplained(&incident.changes[0]));
}

static void test_announcements(void **state)
{
	struct incident_change change = { .text = "x", .announced = 1 << ANNOUNCED_POSTMORTEM };

	(void)state;
	incident_add(&incident, &arena, INCIDENT_CHANGE, &change);
	none(); /* nobody has looked */
	incident.changes[0].changelog = CHANGELOG_ENTRY;
	none();
	incident.changes[0].changelog = CHANGELOG_NO_ENTRY;
	found(0, CONTRADICTION_NOT_IN_CHANGELOG, "CH1", "announced (postmortem), but the changelog has no entry of it.");
	incident.changes[0].announced = 1 << ANNOUNCED_NOWHERE;
	none();
	incident_add_event(&incident, &arena, &(struct incident_event){ .kind = EVENT_COMMUNICATION, .text = "told", .change = 1 });
	found(0, CONTRADICTION_NOT_IN_CHANGELOG, "CH1, E1", "an entry announces");
}

static void test_ends_before_beginnings(void **state)
{
	struct incident_change change = { .text = "x", .at = at("2026-03-04"), .reverted_at = at("2026-03-01") };

	(void)state;
	MARK(INTRODUCED, "2026-03-04", 0);
	MARK(RESOLVED, "2026-03-04", 0);
	none();
	MARK(FIRST_IMPACT, "2026-03-05", 0); /* the next day */
	assert_int_equal(review()->contradiction_count, 1); /* once, though it is mitigation and resolution */
	found(0, CONTRADICTION_ENDS_BEFORE, "E3, E2", "resolved lies before first impact (all).");
	incident_add(&incident, &arena, INCIDENT_CHANGE, &change);
	found(1, CONTRADICTION_ENDS_BEFORE, "CH1", "taken back before it shipped");
}

static void test_seen_before_it_came_in(void **state)
{
	int64_t line;

	(void)state;
	MARK(INTRODUCED, "2026-03-04", 0);
	MARK(DETECTED, "2026-03-04", 0);
	none(); /* the same day */
	incident.events[1].at = at("2026-03-03");
	found(0, CONTRADICTION_ENDS_BEFORE, "E1, E2", "detected lies before introduced (all).");
	/* Another fault came in for some after the first one had been seen. */
	incident.events[1].at = at("2026-03-07");
	line = cohort("Prompt line", NULL, NULL);
	MARK(INTRODUCED, "2026-03-16", line);
	none();
	MARK(DETECTED, "2026-03-15", line);
	found(0, CONTRADICTION_ENDS_BEFORE, "E3, E4", "detected lies before introduced (Prompt line).");
}

static void test_changes_that_overlap(void **state)
{
	int64_t pro = cohort("Pro", "Pro, Max", "A, B"), api = cohort("API", "API key", NULL), b = cohort("B", NULL, "B");
	struct incident_change effort = { .text = "effort", .at = at("2026-03-04"), .reverted_at = at("2026-04-22"), .cohorts = &pro, .cohorts_count = 1 };
	struct incident_change cache = { .text = "cache", .at = at("2026-03-26"), .reverted_at = at("2026-04-10"), .cohorts = &api, .cohorts_count = 1 };

	(void)state;
	incident_add(&incident, &arena, INCIDENT_CHANGE, &effort);
	incident_add(&incident, &arena, INCIDENT_CHANGE, &cache);
	assert_int_equal(review()->overlap_count, 0); /* nobody is in both */
	incident.changes[1].cohorts = &b;
	assert_int_equal(review()->overlap_count, 1);
	assert_non_null(strstr(review()->overlaps[0].text, "CH1 and CH2 were in force for the same users from 2026-03-26 to 2026-04-10"));
	incident.changes[0].reverted_at = at("2026-03-25");
	assert_int_equal(review()->overlap_count, 0);
	incident.changes[0].reverted_at = INSTANT_UNKNOWN;
	incident.changes[1].reverted_at = INSTANT_UNKNOWN;
	assert_int_equal(review()->overlap_count, 1);
	assert_int_equal(review()->overlaps[0].to_us, INT64_MAX);
}

static void test_a_chart(void **state)
{
	static const char expected[] =
		"                    2026-03-01          2026-03-31\n"
		"CH1 default         [========]\n"
		"CH2                          [===================>\n"
		"introduced          o                            o\n"
		"resolved                     x\n";
	struct incident_change change = { .text = "x", .type = CHANGE_DEFAULT, .at = at("2026-03-01"), .reverted_at = at("2026-03-11T00:00Z") };

	(void)state;
	assert_string_equal(change_chart(&arena, &incident, 50), "");
	incident_add(&incident, &arena, INCIDENT_CHANGE, &change);
	change = (struct incident_change){ .text = "y", .at = at("2026-03-11T00:00Z") };
	incident_add(&incident, &arena, INCIDENT_CHANGE, &change);
	change.at = INSTANT_UNKNOWN; /* nowhere to draw it */
	incident_add(&incident, &arena, INCIDENT_CHANGE, &change);
	MARK(INTRODUCED, "2026-03-01", 0);
	MARK(PUBLISHED, NULL, 0);
	mark(MILESTONE_RESOLVED, "2026-03-11", 0, 0, EVENT_CERTAINTY_DISPUTED);
	MARK(INTRODUCED, "2026-03-31T23:59Z", 0);
	incident.events[incident.event_count - 2].at = at("2026-03-31T23:59Z");
	if (strcmp(change_chart(&arena, &incident, 50), expected) != 0)
		fail_msg("\n%s", change_chart(&arena, &incident, 50));
}

static void test_symptom_only(void **state)
{
	static const struct { enum action_type type; enum action_status status; bool only; } cases[] = {
		{ ACTION_REVERT, ACTION_STATUS_DONE, true },    { ACTION_MITIGATE, ACTION_STATUS_VERIFIED, true },
		{ ACTION_MITIGATE, ACTION_STATUS_OPEN, false }, { ACTION_FIX, ACTION_STATUS_DONE, false },
		{ ACTION_DETECT, ACTION_STATUS_DONE, false },
	};

	(void)state;
	incident_add(&incident, &arena, INCIDENT_CAUSE, &(struct incident_cause){ .code = "model" });
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct incident_action action = { .text = "x", .cause = 1, .type = cases[i].type, .status = cases[i].status };
		incident.action_count = 0;
		incident_add_action(&incident, &arena, &action);
		assert_int_equal(incident_symptom_only(&incident, 1), cases[i].only);
	}
	incident.action_count = 0;
	incident_add_action(&incident, &arena, &(struct incident_action){ .text = "x", .cause = 1, .type = ACTION_REVERT, .status = ACTION_STATUS_DONE });
	incident_add_action(&incident, &arena, &(struct incident_action){ .text = "x", .cause = 1, .type = ACTION_FIX, .status = ACTION_STATUS_INEFFECTIVE });
	assert_true(incident_symptom_only(&incident, 1));
	incident.actions[1].status = ACTION_STATUS_DONE;
	assert_false(incident_symptom_only(&incident, 1));
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_every_interval),
		TEST(test_unknown_is_blank_and_a_day_is_a_range),
		TEST(test_each_cohort_has_its_own),
		TEST(test_the_whole_is_its_cohorts),
		TEST(test_cohorts_in_words),
		TEST(test_open_disputes_widen),
		TEST(test_sources_that_disagree),
		TEST(test_disputes),
		TEST(test_resolved_before_the_last_fix),
		TEST(test_claims_of_several_cohorts),
		TEST(test_days_that_follow_each_other),
		TEST(test_workarounds),
		TEST(test_announcements),
		TEST(test_ends_before_beginnings),
		TEST(test_seen_before_it_came_in),
		TEST(test_changes_that_overlap),
		TEST(test_a_chart),
		TEST(test_symptom_only),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
