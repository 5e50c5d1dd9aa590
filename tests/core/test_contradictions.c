/*
 * Of every kind of contradiction that the table has: a record that holds it, where it must be found,
 * and its twins, which look like it and hold none. A kind without a case is a fault of this test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/incident_review.h"

static struct arena arena;
static struct incident incident;

static struct instant at(const char *text)
{
	struct instant out = INSTANT_UNKNOWN;

	if (instant_parse(slice_of(text), &out, NULL) != STATUS_OK)
		fail_msg("%s", text);
	return out;
}

/* cohort 0: everybody; source 0: none cited. */
static void mark_so(enum milestone milestone, const char *when, int64_t cohort, int64_t source, enum event_certainty certainty)
{
	incident_add(&incident, &arena, INCIDENT_EVENT, &(struct incident_event){
		.kind = EVENT_MILESTONE, .milestone = milestone, .at = at(when), .certainty = certainty,
		.cohorts = &cohort, .cohorts_count = cohort != 0, .cites = &source, .cites_count = source != 0 });
}

#define MARK(name, when, cohort, source) mark_so(MILESTONE_##name, when, cohort, source, EVENT_CERTAINTY_EXACT)

static void cohorts(enum cohort_state second)
{
	incident_add(&incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Pro", .plan = "Pro" });
	incident_add(&incident, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Max", .plan = "Max", .state = second });
}

static void sources(void)
{
	incident_add(&incident, &arena, INCIDENT_SOURCE, &(struct incident_source){ .name = "P" });
	incident_add(&incident, &arena, INCIDENT_SOURCE, &(struct incident_source){ .name = "C" });
}

static void change(struct incident_change change, const char *from, const char *to)
{
	change.text = "It ships.";
	change.at = from ? at(from) : INSTANT_UNKNOWN;
	change.reverted_at = to ? at(to) : INSTANT_UNKNOWN;
	incident_add(&incident, &arena, INCIDENT_CHANGE, &change);
}

static void dispute(struct incident_dispute dispute, const char *when)
{
	dispute.text = "It was not so.";
	dispute.at = when ? at(when) : INSTANT_UNKNOWN;
	incident_add(&incident, &arena, INCIDENT_DISPUTE, &dispute);
}

/* ---- two sources that disagree on an instant ---------------------------------------------- */

static void reported(const char *p, const char *c)
{
	sources();
	MARK(FIRST_REPORT, p, 0, 1);
	MARK(FIRST_REPORT, c, 0, 2);
}

static void other_days(void) { reported("2026-03-01", "2026-03-03"); }
static void days_side_by_side(void) { reported("2026-03-01", "2026-03-02"); }
static void other_years(void) { reported("2025", "2026-01"); }
static void a_day_within_the_month(void) { reported("2026-03", "2026-03-31T23:59Z"); }
static void a_day_within_the_year(void) { reported("2026", "2026-12-31"); }
static void a_minute_within_the_day(void) { reported("2026-03-01", "2026-03-01T00:00Z"); }
static void disputed_day(void)
{
	sources();
	MARK(INTRODUCED, "2026-03-04T10:10Z", 0, 1);
	dispute((struct incident_dispute){ .event = 1 }, "2026-03-03");
}
static void of_other_cohorts(void)
{
	sources();
	cohorts(COHORT_AFFECTED);
	MARK(FIRST_REPORT, "2026-03-01", 1, 1);
	MARK(FIRST_REPORT, "2026-03-03", 2, 2);
}
static void one_source_twice(void)
{
	sources();
	MARK(DETECTED, "2026-03-01", 0, 1);
	MARK(DETECTED, "2026-03-03", 0, 1);
}
static void fixes_in_steps(void)
{
	sources();
	MARK(FIX_DEPLOYED, "2026-03-01", 0, 1);
	MARK(FIX_DEPLOYED, "2026-03-03", 0, 2);
}

/* ---- resolved before a cohort had its fix ------------------------------------------------------ */

static void resolved_and_fixed(const char *resolved, const char *fixed)
{
	cohorts(COHORT_AFFECTED);
	MARK(RESOLVED, resolved, 0, 0);
	MARK(FIX_DEPLOYED, fixed, 2, 0);
}

static void fixed_later(void) { resolved_and_fixed("2026-04-20", "2026-04-22"); }
static void fixed_the_next_day(void) { resolved_and_fixed("2026-04-20", "2026-04-21"); }
static void taken_back_later(void)
{
	MARK(RESOLVED, "2026-04-20", 0, 0);
	change((struct incident_change){ .version = "1" }, "2026-03-01", "2026-04-22");
}
static void fixed_that_day(void) { resolved_and_fixed("2026-04-20", "2026-04-20T22:18Z"); }
static void fixed_some_time_that_month(void) { resolved_and_fixed("2026-04-20", "2026-04"); }
static void both_fixed_the_same_day(void)
{
	cohorts(COHORT_AFFECTED);
	MARK(FIX_DEPLOYED, "2026-04-20", 1, 0);
	MARK(FIX_DEPLOYED, "2026-04-20", 2, 0);
	MARK(RESOLVED, "2026-04-20", 0, 0);
}
static void each_at_its_time(void)
{
	cohorts(COHORT_AFFECTED);
	MARK(RESOLVED, "2026-04-07", 1, 0);
	MARK(FIX_DEPLOYED, "2026-04-22", 2, 0);
	MARK(RESOLVED, "2026-04-22", 2, 0);
}
static void not_affected_at_all(void)
{
	cohorts(COHORT_NOT_AFFECTED);
	MARK(RESOLVED, "2026-04-20", 0, 0);
	MARK(FIX_DEPLOYED, "2026-04-22", 2, 0);
}

/* ---- an announcement that the changelog does not bear out ---------------------------------------- */

static void announced(int64_t where, enum changelog_entry changelog)
{
	change((struct incident_change){ .announced = where, .changelog = changelog }, "2026", NULL);
}

static void no_entry(void) { announced(1 << ANNOUNCED_POSTMORTEM, CHANGELOG_NO_ENTRY); }
static void another_entry(void) { announced(1 << ANNOUNCED_IN_PRODUCT, CHANGELOG_DIFFERS); }
static void told_though_not_announced(void)
{
	announced(1 << ANNOUNCED_NOWHERE, CHANGELOG_NO_ENTRY);
	incident_add(&incident, &arena, INCIDENT_EVENT, &(struct incident_event){
		.kind = EVENT_COMMUNICATION, .at = at("2026"), .text = "Told.", .change = 1 });
}
static void an_entry(void) { announced(1 << ANNOUNCED_CHANGELOG, CHANGELOG_ENTRY); }
static void nobody_looked(void) { announced(1 << ANNOUNCED_POSTMORTEM, CHANGELOG_NOT_CHECKED); }
static void in_silence(void) { announced(1 << ANNOUNCED_NOWHERE, CHANGELOG_NO_ENTRY); }
static void told_in_some_year(void)
{
	announced(1 << ANNOUNCED_CHANGELOG, CHANGELOG_ENTRY);
	incident_add(&incident, &arena, INCIDENT_EVENT, &(struct incident_event){
		.kind = EVENT_COMMUNICATION, .at = at("2025"), .text = "Told.", .change = 1 });
}

/* ---- flagged after it was resolved ------------------------------------------------------------- */

static void resolved(void) { MARK(RESOLVED, "2026-04-20", 0, 0); }

/* ---- an end before its beginning ------------------------------------------------------------------ */

static void began_and_ended(const char *began, const char *ended)
{
	MARK(FIRST_IMPACT, began, 0, 0);
	MARK(RESOLVED, ended, 0, 0);
}

static void backwards(void) { began_and_ended("2026-03-06", "2026-03-04"); }
static void taken_back_before(void) { change((struct incident_change){ .version = "1" }, "2026-03-04", "2026-03-01"); }
static void within_a_day(void) { began_and_ended("2026-03-04T18:00Z", "2026-03-04"); }
static void within_a_year(void) { began_and_ended("2026-03-06", "2026"); }
static void taken_back_that_month(void) { change((struct incident_change){ .version = "1" }, "2026-03-04", "2026-03"); }

/* ---- a workaround that masked ---------------------------------------------------------------------- */

static void workaround(const char *to, enum confidence confidence, enum action_type type)
{
	incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "model", .statement = "x", .confidence = confidence });
	incident_add_action(&incident, &arena, &(struct incident_action){
		.type = type, .status = ACTION_STATUS_DONE, .text = "x", .cause = 1 });
	change((struct incident_change){ .type = CHANGE_WORKAROUND, .masked = (const int64_t[]){ 1 }, .masked_count = 1 }, "2026-01-01", to);
}

static void unmasked(void) { workaround("2026-02-01", CONFIDENCE_CONFIRMED, ACTION_MITIGATE); }
static void it_stands(void) { workaround(NULL, CONFIDENCE_CONFIRMED, ACTION_MITIGATE); }
static void it_is_mended(void) { workaround("2026-02-01", CONFIDENCE_CONFIRMED, ACTION_FIX); }
static void it_was_no_cause(void) { workaround("2026-02-01", CONFIDENCE_RULED_OUT, ACTION_MITIGATE); }

/* ---- disputes ------------------------------------------------------------------------------------------ */

static void open_dispute(void)
{
	sources();
	MARK(INTRODUCED, "2026-03-04", 0, 1);
	dispute((struct incident_dispute){ .event = 1 }, NULL);
}
static void dispute_of_the_same_month(void)
{
	sources();
	MARK(INTRODUCED, "2026-03-04", 0, 1);
	dispute((struct incident_dispute){ .event = 1 }, "2026-03");
}
static void settled_dispute(void)
{
	sources();
	MARK(INTRODUCED, "2026-03-04", 0, 1);
	dispute((struct incident_dispute){ .event = 1, .status = DISPUTE_SETTLED }, "2026-03-01");
}

/* ---- the table ------------------------------------------------------------------------------------------ */

/* parts NULL: a clean twin of the kind. */
static const struct seed {
	enum contradiction kind;
	const char *name, *parts;
	void (*build)(void);
	int64_t flagged_after;
} seeds[] = {
#define SEED(kind, build, parts) { CONTRADICTION_##kind, #build, parts, build, -1 }
#define TWIN(kind, build) { CONTRADICTION_##kind, #build, NULL, build, -1 }
	SEED(SOURCES_DISAGREE, other_days, "E1, E2"), SEED(SOURCES_DISAGREE, days_side_by_side, "E1, E2"),
	SEED(SOURCES_DISAGREE, other_years, "E1, E2"), SEED(SOURCES_DISAGREE, disputed_day, "E1, DI1"),
	TWIN(SOURCES_DISAGREE, a_day_within_the_month), TWIN(SOURCES_DISAGREE, a_day_within_the_year),
	TWIN(SOURCES_DISAGREE, a_minute_within_the_day), TWIN(SOURCES_DISAGREE, of_other_cohorts),
	TWIN(SOURCES_DISAGREE, one_source_twice), TWIN(SOURCES_DISAGREE, fixes_in_steps),
	SEED(RESOLVED_BEFORE_FIX, fixed_later, "E1, E2"), SEED(RESOLVED_BEFORE_FIX, fixed_the_next_day, "E1, E2"),
	SEED(RESOLVED_BEFORE_FIX, taken_back_later, "E1, CH1"),
	TWIN(RESOLVED_BEFORE_FIX, fixed_that_day), TWIN(RESOLVED_BEFORE_FIX, fixed_some_time_that_month),
	TWIN(RESOLVED_BEFORE_FIX, both_fixed_the_same_day), TWIN(RESOLVED_BEFORE_FIX, each_at_its_time),
	TWIN(RESOLVED_BEFORE_FIX, not_affected_at_all),
	SEED(NOT_IN_CHANGELOG, no_entry, "CH1"), SEED(NOT_IN_CHANGELOG, another_entry, "CH1"),
	SEED(NOT_IN_CHANGELOG, told_though_not_announced, "CH1, E1"),
	TWIN(NOT_IN_CHANGELOG, an_entry), TWIN(NOT_IN_CHANGELOG, nobody_looked), TWIN(NOT_IN_CHANGELOG, in_silence),
	TWIN(NOT_IN_CHANGELOG, told_in_some_year),
	{ CONTRADICTION_FLAGGED_AFTER, "flagged", "E1", resolved, 2 }, { CONTRADICTION_FLAGGED_AFTER, "none flagged", NULL, resolved, 0 },
	TWIN(FLAGGED_AFTER, resolved),
	SEED(ENDS_BEFORE, backwards, "E1, E2"), SEED(ENDS_BEFORE, taken_back_before, "CH1"),
	TWIN(ENDS_BEFORE, within_a_day), TWIN(ENDS_BEFORE, within_a_year), TWIN(ENDS_BEFORE, taken_back_that_month),
	SEED(UNMASKED, unmasked, "CH1, C1"),
	TWIN(UNMASKED, it_stands), TWIN(UNMASKED, it_is_mended), TWIN(UNMASKED, it_was_no_cause),
	SEED(DISPUTED, open_dispute, "E1, DI1"), SEED(DISPUTED, dispute_of_the_same_month, "E1, DI1"),
	TWIN(DISPUTED, settled_dispute),
};

static const struct incident_review *review_of(void (*build)(void), int64_t flagged_after)
{
	arena_clear(&arena);
	incident_init(&incident, &arena, "T");
	build();
	return incident_review(&arena, &incident, flagged_after);
}

static void of_every_kind_what_is_there_is_found(void **state)
{
	size_t found[CONTRADICTION_COUNT] = { 0 }, twins[CONTRADICTION_COUNT] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(seeds); i++) {
		const struct seed *seed = &seeds[i];
		const struct incident_review *review = review_of(seed->build, seed->flagged_after);
		size_t hits = 0;

		for (size_t k = 0; k < review->contradiction_count; k++) {
			const struct contradiction_found *one = &review->contradictions[k];
			if (!seed->parts || one->kind != seed->kind)
				fail_msg("%s: invented (%s): %s", seed->name, contradiction_word(one->kind), one->text);
			hits += strcmp(one->parts, seed->parts) == 0;
			if (!one->text[0] || strcmp(one->parts, seed->parts) != 0)
				fail_msg("%s: found at %s instead of %s: %s", seed->name, one->parts, seed->parts, one->text);
		}
		if (seed->parts && !hits)
			fail_msg("%s: not found (%s)", seed->name, contradiction_word(seed->kind));
		*(seed->parts ? &found[seed->kind] : &twins[seed->kind]) += 1;
	}
	for (size_t i = 0; i < CONTRADICTION_COUNT; i++)
		if (!found[i] || !twins[i])
			fail_msg("%s has %zu records that hold it and %zu twins", contradiction_word((enum contradiction)i), found[i], twins[i]);
}

/* ---- changes that cannot be told apart ------------------------------------------------------------- */

static void two_changes(int64_t first, int64_t second, const char *first_ends, const char *second_begins)
{
	cohorts(COHORT_AFFECTED);
	change((struct incident_change){ .cohorts = &first, .cohorts_count = first != 0 }, "2026-03-01", first_ends);
	change((struct incident_change){ .cohorts = &second, .cohorts_count = second != 0 }, second_begins, NULL);
}

static void same_users(void) { two_changes(1, 1, "2026-03-10", "2026-03-05"); }
static void all_and_some(void) { two_changes(0, 2, NULL, "2026-03-05"); }
static void other_users(void) { two_changes(1, 2, "2026-03-10", "2026-03-05"); }
static void one_after_the_other(void) { two_changes(1, 1, "2026-03-05T10:00Z", "2026-03-05T10:00Z"); }

static void changes_that_overlap(void **state)
{
	(void)state;
	assert_int_equal(review_of(same_users, -1)->overlap_count, 1);
	assert_int_equal(review_of(all_and_some, -1)->overlap_count, 1);
	assert_int_equal(review_of(other_users, -1)->overlap_count, 0);
	assert_int_equal(review_of(one_after_the_other, -1)->overlap_count, 0);
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_every_kind_what_is_there_is_found),
		cmocka_unit_test(changes_that_overlap),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, setup, teardown);
}
