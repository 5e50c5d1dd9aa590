/* Two changed copies of one incident, put together: part by part, numbers, removals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/codebook.h"
#include "core/incident_merge.h"

static struct arena arena;
static struct incident *base, *mine, *theirs;
static struct strbuf both;

static int setup(void **state)
{
	struct incident incident;

	(void)state;
	arena_init(&arena);
	strbuf_init(&both);
	incident_init(&incident, &arena, "Title");
	incident.key = "INC-2026-0001";
	incident.version = 3;
	incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "model/tool_use", .statement = "one" });
	incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "testing", .statement = "two" });
	incident_add_event(&incident, &arena, &(struct incident_event){ .at = INSTANT_UNKNOWN, .text = "began" });
	incident_add_action(&incident, &arena, &(struct incident_action){ .text = "do", .cause = 1 });
	incident_set_section(&incident, &arena, "summary", "Short.");
	incident_set_section(&incident, &arena, "impact", "All.");
	base = incident_copy(&arena, &incident);
	mine = incident_copy(&arena, &incident);
	theirs = incident_copy(&arena, &incident);
	theirs->version = 5;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	strbuf_release(&both);
	arena_release(&arena);
	return 0;
}

static struct incident *merge(void)
{
	struct incident *out = incident_merge(&arena, base, mine, theirs, &both);
	struct error err;

	assert_int_equal(out->version, 5);
	assert_string_equal(out->key, "INC-2026-0001");
	assert_int_equal(incident_check(out, codebook_default(), &err), STATUS_OK);
	return out;
}

static void what_one_changed_stands(void **state)
{
	struct incident *out;

	(void)state;
	mine->title = "Mine";
	mine->status = INCIDENT_RESOLVED;
	mine->causes[0].statement = "mine";
	incident_set_section(mine, &arena, "background", "Mine.");
	incident_set_section(mine, &arena, "summary", "");
	theirs->severity = SEVERITY_Q2;
	theirs->severity_rationale = "many";
	theirs->signature = "rule:R1";
	theirs->causes[1].statement = "theirs";
	theirs->events[0].text = "theirs";
	theirs->actions[0].owner = "bob";
	incident_set_section(theirs, &arena, "impact", "Theirs.");
	out = merge();
	assert_string_equal(both.text, "");
	assert_string_equal(out->title, "Mine");
	assert_int_equal(out->status, INCIDENT_RESOLVED);
	assert_int_equal(out->severity, SEVERITY_Q2);
	assert_string_equal(out->severity_rationale, "many");
	assert_string_equal(out->signature, "rule:R1");
	assert_string_equal(out->causes[0].statement, "mine");
	assert_string_equal(out->causes[1].statement, "theirs");
	assert_string_equal(out->events[0].text, "theirs");
	assert_string_equal(out->actions[0].owner, "bob");
	assert_string_equal(incident_section(out, "background"), "Mine.");
	assert_string_equal(incident_section(out, "impact"), "Theirs.");
	assert_string_equal(incident_section(out, "summary"), "");
}

static void mine_wins_where_both_changed_and_it_is_named(void **state)
{
	struct incident *out;

	(void)state;
	mine->title = theirs->title = "The same"; /* no conflict */
	mine->severity = SEVERITY_Q1;
	theirs->severity = SEVERITY_Q2;
	mine->causes[1].statement = "mine";
	theirs->causes[1].statement = "theirs";
	mine->events[0].text = theirs->events[0].text = "same";
	incident_set_section(mine, &arena, "impact", "Mine.");
	incident_set_section(theirs, &arena, "impact", "Theirs.");
	out = merge();
	assert_string_equal(both.text, "severity, section impact, C2");
	assert_string_equal(out->title, "The same");
	assert_int_equal(out->severity, SEVERITY_Q1);
	assert_string_equal(out->causes[1].statement, "mine");
	assert_string_equal(incident_section(out, "impact"), "Mine.");
}

/* Both gave number 3 away: theirs keeps it, and actions follow their causes. */
static void what_either_added_is_kept(void **state)
{
	struct incident *out;

	(void)state;
	incident_add_cause(theirs, &arena, &(struct incident_cause){ .code = "model", .statement = "theirs" });
	incident_add_action(theirs, &arena, &(struct incident_action){ .text = "theirs", .cause = 3 });
	incident_add_cause(mine, &arena, &(struct incident_cause){ .code = "model", .statement = "mine 3" });
	incident_add_cause(mine, &arena, &(struct incident_cause){ .code = "model", .statement = "mine 4" });
	incident_add_action(mine, &arena, &(struct incident_action){ .text = "for 3", .cause = 3 });
	incident_add_action(mine, &arena, &(struct incident_action){ .text = "for 4", .cause = 4 });
	incident_add_event(mine, &arena, &(struct incident_event){ .at = INSTANT_UNKNOWN, .text = "mine" });
	out = merge();
	assert_string_equal(both.text, "");
	assert_int_equal(out->cause_count, 5);
	assert_string_equal(incident_cause(out, 3)->statement, "theirs");
	assert_string_equal(incident_cause(out, 4)->statement, "mine 3");
	assert_string_equal(incident_cause(out, 5)->statement, "mine 4");
	assert_int_equal(out->action_count, 4);
	assert_string_equal(out->actions[1].text, "theirs");
	assert_int_equal(out->actions[1].cause, 3);
	assert_string_equal(out->actions[2].text, "for 3");
	assert_int_equal(out->actions[2].cause, 4);
	assert_string_equal(out->actions[3].text, "for 4");
	assert_int_equal(out->actions[3].cause, 5);
	assert_int_equal(out->event_count, 2);
}

static void the_same_addition_is_one(void **state)
{
	(void)state;
	incident_add_cause(theirs, &arena, &(struct incident_cause){ .code = "model", .statement = "same" });
	incident_add_cause(mine, &arena, &(struct incident_cause){ .code = "model", .statement = "same" });
	assert_int_equal(merge()->cause_count, 3);
}

/* Numbers are never given twice, not even of what they added and took away again. */
static void numbers_that_they_used_up_are_not_mine(void **state)
{
	struct incident *out;

	(void)state;
	incident_add_cause(theirs, &arena, &(struct incident_cause){ .code = "model", .statement = "gone" });
	incident_remove(theirs, &arena, INCIDENT_CAUSE, 3);
	incident_add_cause(mine, &arena, &(struct incident_cause){ .code = "model", .statement = "mine" });
	out = merge();
	assert_null(incident_cause(out, 3));
	assert_string_equal(incident_cause(out, 4)->statement, "mine");
}

static void removals(void **state)
{
	struct incident *out;

	(void)state;
	incident_remove(mine, &arena, INCIDENT_CAUSE, 1);       /* untouched by them: goes, and the action names none */
	incident_remove(mine, &arena, INCIDENT_CAUSE, 2);       /* they changed it: stays */
	theirs->causes[1].statement = "theirs";
	incident_remove(theirs, &arena, INCIDENT_EVENT, 1);     /* I changed it: it is there again */
	mine->events[0].text = "mine";
	incident_set_section(mine, &arena, "impact", "");
	incident_set_section(theirs, &arena, "impact", "Theirs.");
	incident_set_section(theirs, &arena, "summary", "");
	out = merge();
	assert_string_equal(both.text, "section impact (kept), C2 (kept), E1");
	assert_int_equal(out->cause_count, 1);
	assert_string_equal(out->causes[0].statement, "theirs");
	assert_int_equal(out->actions[0].cause, 0);
	assert_string_equal(out->events[0].text, "mine");
	assert_string_equal(incident_section(out, "impact"), "Theirs.");
	assert_string_equal(incident_section(out, "summary"), "");
}

/* I add an action for a cause that they removed. */
static void an_action_does_not_name_a_cause_that_is_gone(void **state)
{
	struct incident *out;

	(void)state;
	incident_add_action(mine, &arena, &(struct incident_action){ .text = "mine", .cause = 2 });
	incident_remove(theirs, &arena, INCIDENT_CAUSE, 2);
	out = merge();
	assert_int_equal(out->action_count, 2);
	assert_int_equal(out->actions[1].cause, 0);
}

/* The result may outlive what it came of. */
static void the_result_is_a_copy(void **state)
{
	struct arena short_lived = ARENA_INIT;
	struct incident *changed = incident_copy(&short_lived, base), *out;

	(void)state;
	changed->title = arena_strdup(&short_lived, "Short-lived");
	changed->causes[0].statement = arena_strdup(&short_lived, "short-lived");
	out = incident_merge(&arena, base, changed, theirs, &both);
	arena_release(&short_lived);
	assert_string_equal(out->title, "Short-lived");
	assert_string_equal(out->causes[0].statement, "short-lived");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_one_changed_stands),
		TEST(mine_wins_where_both_changed_and_it_is_named),
		TEST(what_either_added_is_kept),
		TEST(the_same_addition_is_one),
		TEST(numbers_that_they_used_up_are_not_mine),
		TEST(removals),
		TEST(an_action_does_not_name_a_cause_that_is_gone),
		TEST(the_result_is_a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
