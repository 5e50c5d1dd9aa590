/* Lint: a record that nothing is asked of, and for each rule one change that it finds, alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/codebook.h"
#include "core/incident_table.h"
#include "core/lint.h"

static struct arena arena;
static struct incident incident;
static struct lint_request request;
static const int64_t one = 1;

static struct instant at(const char *text)
{
	struct instant out = INSTANT_UNKNOWN;

	if (instant_parse(slice_of(text), &out, NULL) != STATUS_OK)
		fail_msg("%s", text);
	return out;
}

static void event(const char *when, enum milestone milestone)
{
	incident_add_event(&incident, &arena, &(struct incident_event){ .at = at(when), .milestone = milestone, .kind = EVENT_MILESTONE,
			   .text = "It was so.", .cites = &one, .cites_count = 1 });
}

static bool some_samples(void *context, int64_t sample)
{
	(void)context;
	return sample == 3;
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	incident_init(&incident, &arena, "Answers forget earlier turns");
	incident.status = INCIDENT_RESOLVED;
	incident.severity = SEVERITY_Q1;
	incident.severity_rationale = "Wrong code in silence.";
	incident_set_section(&incident, &arena, "summary", "What happened.");
	incident_set_section(&incident, &arena, "lessons", "Well: much. See [[e:1]], [[src:1]], [[s:3]].");
	incident_add(&incident, &arena, INCIDENT_SOURCE, &(struct incident_source){ .name = "P", .link = "https://example.org/p" });
	incident_add(&incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Pro" });
	incident_add(&incident, &arena, INCIDENT_IMPACT, &(struct incident_impact){ .measure = "reads per edit", .basis = BASIS_MEASURED,
		     .value = "2.0", .baseline = "6.6" });
	event("2026-03-04", MILESTONE_INTRODUCED);
	event("2026-03-06", MILESTONE_DETECTED);
	event("2026-03-08", MILESTONE_RESOLVED);
	event("2026-03-09", MILESTONE_USERS_NOTIFIED);
	incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "infrastructure/cache", .statement = "Cleared.",
			   .role = ROLE_TRIGGER, .confidence = CONFIDENCE_CONFIRMED, .cites = &one, .cites_count = 1 });
	incident_add_action(&incident, &arena, &(struct incident_action){ .type = ACTION_FIX, .status = ACTION_STATUS_VERIFIED, .cause = 1,
			    .text = "Clear once.", .owner = "ada", .criterion = "none lost", .result = "none", .link = "https://t.example/1" });
	incident_add_action(&incident, &arena, &(struct incident_action){ .type = ACTION_DETECT, .cause = 1, .text = "An eval.",
			    .owner = "serving team", .due = at("2026-06"), .criterion = "it fails on the old build" });
	incident_add(&incident, &arena, INCIDENT_SAFEGUARD, &(struct incident_safeguard){ .kind = SAFEGUARD_UNIT, .outcome = OUTCOME_MISSED,
		     .why = "No case resumes a session." });
	incident_add(&incident, &arena, INCIDENT_ADVISORY, &(struct incident_advisory){ .status = ADVISORY_FIXED, .remedy = "Update." });
	memset(&request, 0, sizeof(request));
	request.has_sample = some_samples;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct lint_report run(void)
{
	struct error err;

	if (incident_check(&incident, codebook_default(), &err) != STATUS_OK)
		fail_msg("%s", err.text);
	request.review = incident_review(&arena, &incident, -1);
	return lint_incident(&arena, &request);
}

static void finds_nothing(void)
{
	struct lint_report report = run();

	if (report.count)
		fail_msg("%s: %s: %s", lint_rule_info(report.findings[0].rule)->id, report.findings[0].place, report.findings[0].text);
}

/* These rules alone, each at the place given. */
static void finds(const char *id, const char *pointer, const char *place)
{
	struct lint_report report = run();

	if (!report.count)
		fail_msg("%s was not found", id);
	for (size_t i = 0; i < report.count; i++)
		if (strcmp(lint_rule_info(report.findings[i].rule)->id, id) != 0)
			fail_msg("'%s' instead of '%s': %s", lint_rule_info(report.findings[i].rule)->id, id, report.findings[i].text);
	assert_string_equal(report.findings[0].pointer, pointer);
	assert_string_equal(report.findings[0].place, place);
	assert_non_null(report.findings[0].text);
}

static void test_a_good_record(void **state)
{
	(void)state;
	finds_nothing();
}

/* The change, what it finds, and the record as it was. */
#define FINDS(id, pointer, place, ...)                                \
	do {                                                          \
		struct incident *kept = incident_copy(&arena, &incident); \
		__VA_ARGS__;                                          \
		finds(id, pointer, place);                            \
		incident = *kept;                                     \
		finds_nothing();                                      \
	} while (0)

static void test_completeness(void **state)
{
	(void)state;
	FINDS("summary-missing", "/sections/summary", "section summary", incident_set_section(&incident, &arena, "summary", " "));
	FINDS("severity-missing", "/severity", "severity", incident.severity = SEVERITY_NONE);
	FINDS("rationale-missing", "/severity_rationale", "severity", incident.severity_rationale = NULL);
	FINDS("impact-missing", "/impacts", "impact", incident.impact_count = 0);
	FINDS("cohorts-missing", "/cohorts", "cohorts", incident.cohort_count = 0);
	FINDS("timeline-missing", "/events", "timeline", incident.event_count = 0; incident.status = INCIDENT_MITIGATED;
	      incident_set_section(&incident, &arena, "lessons", "x"); incident.advisories[0].notified_at = at("2026"));
	FINDS("milestone-missing", "/events", "timeline", incident.events[0].milestone = MILESTONE_NONE; incident.events[0].kind = EVENT_CHANGE);
	FINDS("milestone-missing", "/events", "timeline", incident.events[1].milestone = MILESTONE_FIRST_REPORT);
	FINDS("causes-missing", "/causes", "causes", incident.cause_count = 0; incident.actions[0].cause = incident.actions[1].cause = 0;
	      incident.actions[0].type = incident.actions[1].type = ACTION_COMMUNICATE);
	FINDS("lessons-missing", "/sections/lessons", "section lessons", incident_set_section(&incident, &arena, "lessons", ""));
	FINDS("detection-unexplained", "/safeguards", "safeguards", incident.safeguard_count = 0);
	FINDS("safeguard-unexplained", "/safeguards/0/why", "SG1 why", incident.safeguards[0].why = NULL);
	FINDS("advisory-missing", "/advisories", "advisories", incident.advisory_count = 0);
	FINDS("postmortem-unreviewed", "", "postmortem", event("2026-03-10", MILESTONE_PUBLISHED));
	FINDS("notice-missing", "/events", "timeline", incident.events[3].milestone = MILESTONE_DECLARED);
	/* What else says the same will do. */
	incident.safeguard_count = incident.advisory_count = incident.impact_count = 0;
	incident_set_section(&incident, &arena, "detection", "By users.");
	incident_set_section(&incident, &arena, "affected", "If you resumed a session.");
	incident_set_section(&incident, &arena, "impact", "All.");
	finds_nothing();
	/* Of a matter of style less is asked. */
	incident.severity = SEVERITY_Q4;
	incident.severity_rationale = NULL;
	incident_set_section(&incident, &arena, "impact", "");
	incident_set_section(&incident, &arena, "lessons", "");
	incident_set_section(&incident, &arena, "detection", "");
	finds_nothing();
	incident.cohorts[0].state = COHORT_NOT_AFFECTED;
	incident_set_section(&incident, &arena, "affected", "");
	finds_nothing();
}

static void add_dispute(struct incident_dispute dispute)
{
	dispute.text = "Another word.";
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &dispute);
}

static void test_support(void **state)
{
	(void)state;
	FINDS("cause-unsupported", "/causes/0/evidence", "C1 evidence", incident.causes[0].cites_count = 0);
	FINDS("cause-without-evidence", "/causes/0/evidence", "C1 evidence", incident.causes[0].cites_count = 0;
	      incident.causes[0].confidence = CONFIDENCE_POSSIBLE);
	FINDS("event-unsourced", "/events/1/cites", "E2 cites", incident.events[1].cites_count = 0);
	FINDS("dispute-unexplained", "/events/1/certainty", "E2 certainty", incident.events[1].certainty = EVENT_CERTAINTY_DISPUTED);
	FINDS("contradiction", "", "E1, DI1", add_dispute((struct incident_dispute){ .event = 1 }));
	FINDS("impact-unsupported", "/impacts/0/basis", "IM1 basis", incident.impacts[0].basis = BASIS_UNKNOWN);
	FINDS("impact-without-denominator", "/impacts/0/denominator", "IM1 denominator", incident.impacts[0].baseline = NULL);
	FINDS("hypothesis-open", "/hypotheses/0/status", "HY1 status",
	      incident_add(&incident, &arena, INCIDENT_HYPOTHESIS, &(struct incident_hypothesis){ .text = "Load." }));
	FINDS("changes-overlap", "/changes", "CH1, CH2",
	      incident_add(&incident, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = "a", .at = at("2026-03-01"), .reverted_at = at("2026-03-07") });
	      incident_add(&incident, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = "b", .at = at("2026-03-02"), .reverted_at = at("2026-03-07") }));
	add_dispute((struct incident_dispute){ .cause = 1 });
	assert_int_equal(run().counted[LEVEL_ERROR], 1); /* cause-disputed; the contradiction is a warning */
	assert_string_equal(lint_rule_info(run().findings[0].rule)->id, "cause-disputed");
}

static void test_actions(void **state)
{
	(void)state;
	FINDS("action-without-owner", "/actions/1/owner", "A2 owner", incident.actions[1].owner = " ");
	FINDS("action-without-due", "/actions/1/due", "A2 due", incident.actions[1].due = INSTANT_UNKNOWN);
	FINDS("action-without-cause", "/actions/1/cause", "A2 cause", incident.actions[1].cause = 0);
	FINDS("action-without-criterion", "/actions/1/criterion", "A2 criterion", incident.actions[1].criterion = NULL);
	FINDS("action-unverified", "/actions/0/status", "A1 status", incident.actions[0].status = ACTION_STATUS_DONE);
	FINDS("symptom-only", "/causes/0/statement", "C1 statement", incident.actions[0].type = ACTION_REVERT);
	FINDS("actions-missing", "/actions", "actions", incident.action_count = 0; incident.causes[0].role = ROLE_NONE);
	FINDS("cause-without-action", "/causes/0/number", "C1 number",
	      incident.actions[0].status = incident.actions[1].status = ACTION_STATUS_DROPPED);
	FINDS("link-suspicious", "/actions/0/link", "A1 link", incident.actions[0].link = "javascript:x");
}

static void test_language(void **state)
{
	static const struct { const char *text, *id; } cases[] = {
		{ "It was a Human\n  Error.", "blame-human-error" },   { "The reviewer was careless.", "blame-judgement" },
		{ "They should have looked.", "blame-should-have" },   { "The team failed to see it.", "blame-failed-to" },
		{ "It would have shown.", "blame-counterfactual" },    { "ada took it back.", "blame-name" },
		{ "As [[e:9]] says.", "reference-unknown" },           { "See [[s:4]].", "reference-unknown" },
		{ "See [[x:4]].", "reference-unknown" },               { "See [[co:0]].", "reference-unknown" },
		{ "See [[s:one]].", "reference-unknown" },             { "See [[SRC:x2]].", "reference-unknown" },
		{ "\xe2\x80\x9cshould\xc2\xa0have\xe2\x80\x9d", "blame-should-have" }, { "They shouldn\xe2\x80\x99t have.", "blame-should-have" },
		{ "\xe2\x80\xaeshould have\xe2\x80\x8b", "blame-should-have" },
		{ "[ada](x)", "blame-name" },
		{ "(should have)", "blame-should-have" },              { "*should have*", "blame-should-have" },
	};
	static const char *const fine[] = {
		"superhuman errors", "unlazy", "Adam and ada_l", "`should have`", "``a ` should have``", "```\nshould have\n```", "> should have",
		"~~~ text\nfailed to\n~~~\nfine", "adasomething", "[[not a reference]]", "[[co:1]] and [[E:4]]", "[[user:name]] and [[category:C2]]", "`[[s:4]]`", "should,have", ("\xc3\xa4" "ada"),
		"````\n```\nshould have\n````\nfine", "```\n~~~\nada\n```", "[how](docs/ada.md) and http://x.org/ada/x",
		"`", "[[", "[[]]", "]]", "a [[ b",
	};

	(void)state;
	request.names = (const char *const[]){ "ada" };
	request.name_count = 1;
	finds_nothing(); /* she owns an action, which is no blame */
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		FINDS(cases[i].id, "/sections/summary", strchr(cases[i].text, '\n') ? "section summary, line 1" : "section summary",
		      incident_set_section(&incident, &arena, "summary", cases[i].text));
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		incident_set_section(&incident, &arena, "background", fine[i]);
		finds_nothing();
	}
	FINDS("blame-failed-to", "/causes/0/statement", "C1 statement, line 3", incident.causes[0].statement = "a\nb\nfailed to");
	FINDS("blame-failed-to", "/safeguards/0/why", "SG1 why", incident.safeguards[0].why = "It failed to.");
	incident.sources[0].title = "What they should have done"; /* its title is not ours */
	finds_nothing();
}

static void test_waivers(void **state)
{
	struct lint_report report;

	(void)state;
	incident.actions[1].owner = NULL;
	incident_add(&incident, &arena, INCIDENT_WAIVER, &(struct incident_waiver){ .rule = "action-without-owner", .reason = "not ours" });
	report = run();
	assert_int_equal(report.count, 1);
	assert_string_equal(report.findings[0].waived, "not ours");
	assert_int_equal(report.counted[LEVEL_WARNING], 0);
	request.waivers = &(struct lint_waiver){ "action-without-owner", "this once" };
	request.waiver_count = 1;
	assert_string_equal(run().findings[0].waived, "this once");
	incident.waivers[0].rule = "action-without-ownr";
	report = run();
	assert_int_equal(report.counted[LEVEL_WARNING], 1);
	assert_string_equal(lint_rule_info(report.findings[1].rule)->id, "waiver-unknown");
}

/* Every rule has an id of its own, a sentence, and says where it is from. */
static void test_the_table(void **state)
{
	enum lint_rule found;

	(void)state;
	for (int i = 0; i < LINT_COUNT; i++) {
		const struct lint_rule_info *info = lint_rule_info((enum lint_rule)i);
		assert_true(lint_rule_find(info->id, &found) && (int)found == i);
		assert_true(info->level >= LEVEL_NOTE && info->level <= LEVEL_ERROR);
		assert_true(strlen(info->text) > 10 && strlen(info->why) > 10);
	}
	assert_false(lint_rule_find("nothing", &found));
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_good_record), TEST(test_completeness), TEST(test_support),   TEST(test_actions),
		TEST(test_language),      TEST(test_waivers),      TEST(test_the_table),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
