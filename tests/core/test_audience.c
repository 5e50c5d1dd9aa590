/* One record, two audiences: what readers outside get, and that nothing is passed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/audience.h"
#include "core/base/attr.h"
#include "core/incident_table.h"

static struct arena arena;
static struct incident incident;
static struct error err;

static int setup(void **state)
{
	static const int64_t samples[] = { 3, 5 };

	(void)state;
	arena_init(&arena);
	incident_init(&incident, &arena, "Answers of a customer forget");
	incident.key = "INC-2026-0001";
	incident.partial = "Team";
	incident_set_section(&incident, &arena, "summary", "In short.");
	incident_set_section(&incident, &arena, "method", "In secret.");
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "A call with the customer", .sources = "a name" });
	incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "model", .evidence = samples, .evidence_count = 2 });
	incident_add_action(&incident, &arena, &(struct incident_action){ .text = "Mend", .owner = "ada", .cause = 1 });
	incident_add(&incident, &arena, INCIDENT_IMPACT, &(struct incident_impact){ .measure = "users", .value = "12" });
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void withhold(const char *typed)
{
	struct incident_restriction restriction = { .what = NULL };

	restriction_read(&arena, typed, &restriction);
	incident_add(&incident, &arena, INCIDENT_RESTRICTION, &restriction);
}

static struct incident *outside(bool *withheld)
{
	struct incident *out = NULL;

	if (audience_public(&arena, &incident, &out, withheld, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return out;
}

static void nothing_withheld_is_the_same_record(void **state)
{
	bool withheld;
	const struct incident *out = outside(&withheld);

	(void)state;
	assert_false(withheld);
	assert_true(incident_same(out, &incident));
	incident.signature = "customer:acme";
	assert_null(outside(&withheld)->signature);
	assert_false(withheld);
}

static void each_place_is_left_out(void **state)
{
	bool withheld;
	struct incident *out;

	(void)state;
	withhold("e1, A1 owner");
	withhold("method, section summary, title,partial, IM1.value, s:5");
	out = outside(&withheld);
	assert_true(withheld);
	assert_int_equal(out->event_count, 0);
	assert_string_equal(out->actions[0].owner, AUDIENCE_WITHHELD);
	assert_string_equal(out->actions[0].text, "Mend");
	assert_string_equal(incident_section(out, "method"), AUDIENCE_WITHHELD);
	assert_string_equal(incident_section(out, "summary"), AUDIENCE_WITHHELD);
	assert_string_equal(incident_section(out, "lessons"), ""); /* what is not there is not told of */
	assert_string_equal(out->title, "INC-2026-0001");
	assert_string_equal(out->partial, AUDIENCE_WITHHELD);
	assert_null(out->impacts[0].value);
	assert_int_equal(out->causes[0].evidence_count, 1);
	assert_int_equal(out->causes[0].evidence[0], 3);
	assert_int_equal(out->restriction_count, 0); /* their reasons are not for readers outside */
	assert_true(audience_hides_sample(&incident, 5));
	assert_false(audience_hides_sample(&incident, 3));
	/* The record itself is as it was. */
	assert_int_equal(incident.event_count, 1);
	assert_string_equal(incident.actions[0].owner, "ada");
}

static void a_part_goes_with_what_names_it(void **state)
{
	bool withheld;

	(void)state;
	withhold("C1");
	assert_int_equal(outside(&withheld)->actions[0].cause, 0);
}

static void a_dispute_goes_with_what_it_disputes(void **state)
{
	int64_t number = incident.events[0].number;
	bool withheld;
	const struct incident *out;

	(void)state;
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &(struct incident_dispute){ .text = "of it", .event = number });
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &(struct incident_dispute){ .text = "of two", .event = number, .cause = 1 });
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &(struct incident_dispute){ .text = "of nothing" });
	withhold("E1");
	out = outside(&withheld);
	assert_int_equal(out->dispute_count, 2);
	assert_string_equal(out->disputes[0].text, "of two");
	assert_string_equal(out->disputes[1].text, "of nothing");
}

/* "Lasted 32 d" of everybody would be false, and tell when the withheld cohort was hit. */
static void what_concerns_withheld_cohorts_alone_goes_with_them(void **state)
{
	static const int64_t shown[] = { 1 }, hidden[] = { 2 }, both[] = { 1, 2 };
	bool withheld;
	const struct incident *out;

	(void)state;
	incident_add(&incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Pro" });
	incident_add(&incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Acme" });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "Pro", .cohorts = shown, .cohorts_count = 1 });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "Acme", .cohorts = hidden, .cohorts_count = 1 });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "both", .cohorts = both, .cohorts_count = 2 });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "Acme in words", .cohort = "ACME" });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "mixed", .cohort = "acme", .cohorts = shown, .cohorts_count = 1 });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "other words", .cohort = "EU" });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "Pro in words", .cohort = "pro", .cohorts = hidden, .cohorts_count = 1 });
	incident_add(&incident, &arena, INCIDENT_IMPACT, &(struct incident_impact){ .measure = "calls", .cohorts = hidden, .cohorts_count = 1 });
	incident_add(&incident, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = "x", .cohorts = hidden, .cohorts_count = 1 });
	incident_add(&incident, &arena, INCIDENT_ADVISORY, &(struct incident_advisory){ .cohorts = hidden, .cohorts_count = 1 });
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &(struct incident_dispute){ .text = "no", .cohorts = hidden, .cohorts_count = 1 });
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &(struct incident_dispute){ .text = "of all" });
	withhold("A1 owner");
	assert_int_equal(outside(&withheld)->event_count, 8);
	withhold("CO2");
	out = outside(&withheld);
	assert_int_equal(out->cohort_count, 1);
	assert_int_equal(out->event_count, 6); /* with the one of setup(), of all */
	assert_string_equal(out->events[1].text, "Pro");
	assert_string_equal(out->events[2].text, "both");
	assert_int_equal(out->events[2].cohorts_count, 1);
	assert_string_equal(out->events[3].text, "mixed");
	assert_null(out->events[3].cohort);
	assert_string_equal(out->events[4].cohort, "EU");
	assert_string_equal(out->events[5].cohort, "pro");
	assert_int_equal(out->impact_count, 1);
	assert_int_equal(out->change_count, 0);
	assert_int_equal(out->advisory_count, 0);
	assert_int_equal(out->dispute_count, 1);
	assert_string_equal(out->disputes[0].text, "of all");
	assert_int_equal(incident.event_count, 8); /* the record is as it was */
}

static void what_names_nothing_is_refused(void **state)
{
	static const char *const wrong[] = { "", "E9", "E1 nothing", "E", "x", "E1 at", "A1 cause", "C1 code x", "sections", "e1; e2" };
	struct incident *out;
	bool withheld;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		incident.restriction_count = 0;
		withhold(wrong[i]);
		assert_non_null(audience_fault(&arena, &incident, 0));
		assert_int_equal(audience_public(&arena, &incident, &out, &withheld, &err), STATUS_REFUSED);
		if (!strstr(err.text, "INC-2026-0001, RS"))
			fail_msg("%s", err.text);
	}
}

/* What programs are given has no numbers of what is withheld; what they do find stays referred to. */
static void references_to_what_is_withheld_go(void **state)
{
	bool withheld;
	struct incident *shown, *out;

	(void)state;
	incident_set_section(&incident, &arena, "lessons", "As [[E:1]] says [[s:5]], of [[s:3]] and [[a:1]]; [[x:1]].");
	incident_add_action(&incident, &arena, &(struct incident_action){ .text = "[[s:5]] ", .criterion = "see [[e:1]]" });
	withhold("E1, s:5");
	shown = outside(&withheld);
	out = audience_strip(&arena, &incident, shown);
	assert_string_equal(incident_section(out, "lessons"), "As [withheld] says [withheld], of [[s:3]] and [[a:1]]; [[x:1]].");
	assert_string_equal(out->actions[1].text, AUDIENCE_WITHHELD);
	assert_string_equal(out->actions[1].criterion, "see [withheld]");
	assert_string_equal(out->actions[0].text, "Mend");
	/* A page tells of them in notes. */
	assert_non_null(strstr(incident_section(shown, "lessons"), "[[E:1]]"));
}

/* A merge of two records gives parts other numbers: what was withheld stays so. */
static void a_part_with_another_number_stays_withheld(void **state)
{
	(void)state;
	withhold("e1, A1 owner, E11, method");
	incident_rename(&incident, &arena, INCIDENT_EVENT, 1, 7);
	incident_rename(&incident, &arena, INCIDENT_ACTION, 1, 3);
	assert_string_equal(incident.restrictions[0].what, "E7, A3 owner, E11, method");
	incident_rename(&incident, &arena, INCIDENT_EVENT, 7, 0);
	assert_string_equal(incident.restrictions[0].what, "A3 owner, E11, method");
}

static void samples_are_typed_among_places(void **state)
{
	struct incident_restriction read = { .what = NULL };

	(void)state;
	restriction_read(&arena, " s:12 ,E4,\tsample 3,7, 12 , A2 owner ", &read);
	assert_string_equal(read.what, "E4, A2 owner");
	assert_int_equal(read.evidence_count, 3);
	assert_int_equal(read.evidence[0], 3);
	assert_int_equal(read.evidence[2], 12);
	restriction_read(&arena, "s:12x", &read);
	assert_string_equal(read.what, "s:12x"); /* a slip is kept, and refused above */
	assert_int_equal(read.evidence_count, 0);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_withheld_is_the_same_record), TEST(each_place_is_left_out), TEST(a_part_goes_with_what_names_it),
		TEST(a_dispute_goes_with_what_it_disputes),
		TEST(what_concerns_withheld_cohorts_alone_goes_with_them),
		TEST(what_names_nothing_is_refused), TEST(samples_are_typed_among_places),
		TEST(a_part_with_another_number_stays_withheld), TEST(references_to_what_is_withheld_go),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
