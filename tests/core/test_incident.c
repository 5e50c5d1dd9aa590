/* Incidents in memory: numbers, order, sections, copies, sameness, and the rules that are checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/codebook.h"
#include "core/incident_table.h"
#include "core/words.h"
#include "core/incident.h"

static struct arena arena;
static struct incident incident;
static struct error err;

static int setup(void **state)
{
	static const int64_t evidence[] = { 5, 6 };

	(void)state;
	arena_init(&arena);
	incident_init(&incident, &arena, "Title");
	incident.key = "INC-2026-0001";
	incident_add_cause(&incident, &arena, &(struct incident_cause){
		.code = "model/tool_use", .statement = "x", .evidence = evidence, .evidence_count = 2 });
	incident_add_event(&incident, &arena, &(struct incident_event){ .at = { DAY_US, PRECISION_DAY }, .text = "b" });
	incident_add_action(&incident, &arena, &(struct incident_action){ .text = "do", .cause = 1, .owner = "ada" });
	incident_set_section(&incident, &arena, "impact", "All.");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void test_a_new_one(void **state)
{
	struct incident fresh;
	(void)state;
	incident_init(&fresh, &arena, "T");
	assert_string_equal(fresh.title, "T");
	assert_int_equal(fresh.status, INCIDENT_SUSPECTED);
	assert_null(fresh.key);
	assert_int_equal(fresh.version, 0);
	assert_true(instant_known(fresh.created_at));
	assert_int_equal(incident_check(&fresh, codebook_default(), &err), STATUS_OK);
}

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(incident.causes[0].number, 1);
	assert_int_equal(incident_add_cause(&incident, &arena, &(struct incident_cause){ .number = 7, .code = "model" }), 7);
	assert_int_equal(incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "model" }), 8);
	assert_int_equal(incident_add_cause(&incident, &arena, &(struct incident_cause){ .number = 7, .code = "model" }), 9);
	assert_int_equal(incident.cause_count, 4);
	assert_int_equal(incident_add_cause(&incident, &arena, &(struct incident_cause){ .number = 3, .code = "model" }), 3);
	assert_int_equal(incident.causes[1].number, 3); /* in the order of number */
	assert_true(incident_remove(&incident, &arena, INCIDENT_CAUSE, 3));
	assert_int_equal(incident_add_action(&incident, &arena, &(struct incident_action){ .number = 9, .text = "x" }), 9);
	assert_int_equal(incident_add_action(&incident, &arena, &(struct incident_action){ .number = 4, .text = "x" }), 4);
	assert_int_equal(incident.actions[1].number, 4);
	assert_int_equal(incident_cause(&incident, 8)->number, 8);
	assert_null(incident_cause(&incident, 2));
	assert_true(incident_remove(&incident, &arena, INCIDENT_CAUSE, 7));
	assert_false(incident_remove(&incident, &arena, INCIDENT_CAUSE, 7));
	assert_int_equal(incident.cause_count, 3);
	assert_int_equal(incident.causes[1].number, 8);
	/* What was removed leaves a gap, and no action points into it. */
	assert_int_equal(incident.actions[0].cause, 1);
	assert_true(incident_remove(&incident, &arena, INCIDENT_CAUSE, 1));
	assert_int_equal(incident.actions[0].cause, 0);
	assert_true(incident_remove(&incident, &arena, INCIDENT_ACTION, 1));
	assert_false(incident_remove(&incident, &arena, INCIDENT_ACTION, 1));
	assert_true(incident_remove(&incident, &arena, INCIDENT_EVENT, 1));
	assert_int_equal(incident.event_count, 0);
}

static void test_events_are_in_order(void **state)
{
	(void)state;
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "unknown" });
	incident_add_event(&incident, &arena, &(struct incident_event){ .at = { -DAY_US, PRECISION_YEAR }, .text = "a",
		.milestone = MILESTONE_INTRODUCED, .kind = EVENT_CHANGE });
	incident_add_event(&incident, &arena, &(struct incident_event){ .at = { DAY_US, PRECISION_SECOND }, .text = "c" });
	incident_add_event(&incident, &arena, &(struct incident_event){ .at = { 9 * DAY_US, PRECISION_DAY }, .text = "d",
		.milestone = MILESTONE_INTRODUCED, .kind = EVENT_MILESTONE });
	incident_add_event(&incident, &arena, &(struct incident_event){ .kind = EVENT_MILESTONE, .milestone = MILESTONE_RESOLVED });
	assert_int_equal(incident.event_count, 6);
	assert_string_equal(incident.events[0].text, "a");
	assert_string_equal(incident.events[1].text, "b");
	assert_string_equal(incident.events[2].text, "c");
	assert_string_equal(incident.events[3].text, "d");
	assert_string_equal(incident.events[4].text, "unknown");
	assert_int_equal(incident_milestone(&incident, MILESTONE_INTRODUCED).at_us, -DAY_US);
	assert_false(instant_known(incident_milestone(&incident, MILESTONE_RESOLVED)));
	assert_false(instant_known(incident_milestone(&incident, MILESTONE_NONE)));
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_OK);
}

static void test_sections(void **state)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	(void)state;
	assert_true(count >= 10);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(section_kind_find(kinds[i].key), &kinds[i]);
		/* The prompts become remarks in the draft. */
		assert_null(strstr(kinds[i].prompt, "--"));
		assert_true(kinds[i].title[0]);
	}
	assert_null(section_kind_find("nothing"));
	incident_set_section(&incident, &arena, "sources", "S");
	incident_set_section(&incident, &arena, "summary", " M\n");
	assert_int_equal(incident.section_count, 3);
	assert_string_equal(incident.sections[0].key, "summary");
	assert_string_equal(incident.sections[0].markdown, " M\n");
	assert_string_equal(incident.sections[1].key, "impact");
	assert_string_equal(incident.sections[2].key, "sources");
	incident_set_section(&incident, &arena, "impact", "New.");
	assert_int_equal(incident.section_count, 3);
	assert_string_equal(incident_section(&incident, "impact"), "New.");
	incident_set_section(&incident, &arena, "impact", " \n\t");
	assert_int_equal(incident.section_count, 2);
	assert_string_equal(incident_section(&incident, "impact"), "");
}

static void test_copies_are_deep(void **state)
{
	struct arena other = ARENA_INIT;
	struct incident *copy = incident_copy(&other, &incident);
	struct incident *second = incident_copy(&other, copy);

	(void)state;
	assert_true(incident_same(copy, &incident));
	incident.causes[0].number = 99;
	arena_clear(&arena);
	assert_true(incident_same(copy, second));
	assert_string_equal(copy->key, "INC-2026-0001");
	assert_string_equal(copy->causes[0].statement, "x");
	assert_int_equal(copy->causes[0].evidence[1], 6);
	assert_string_equal(copy->actions[0].owner, "ada");
	assert_string_equal(copy->sections[0].markdown, "All.");
	arena_release(&other);
}

static void test_sameness(void **state)
{
	struct incident *copy;

	(void)state;
#define DIFFERS(change)                                 \
	do {                                            \
		copy = incident_copy(&arena, &incident); \
		copy->change;                           \
		if (incident_same(copy, &incident))     \
			fail_msg("%s", #change);        \
	} while (0)
	DIFFERS(title = "x");
	DIFFERS(status = INCIDENT_CLOSED);
	DIFFERS(severity = SEVERITY_Q1);
	DIFFERS(severity_rationale = "x");
	DIFFERS(signature = "rule:R1");
	DIFFERS(illustrative = true);
	DIFFERS(causes[0].number = 2);
	DIFFERS(causes[0].code = "x");
	DIFFERS(causes[0].statement = "y");
	DIFFERS(causes[0].role = ROLE_LATENT);
	DIFFERS(causes[0].confidence = CONFIDENCE_LIKELY);
	DIFFERS(causes[0].intent = INTENT_DEFECT);
	DIFFERS(causes[0].evidence_count = 1);
	DIFFERS(cause_count = 0);
	DIFFERS(events[0].number = 2);
	DIFFERS(events[0].at.at_us++);
	DIFFERS(events[0].at.precision = PRECISION_HOUR);
	DIFFERS(events[0].certainty = EVENT_CERTAINTY_DISPUTED);
	DIFFERS(events[0].kind = EVENT_REPORT);
	DIFFERS(events[0].milestone = MILESTONE_DETECTED);
	DIFFERS(events[0].text = "z");
	DIFFERS(events[0].sources = "z");
	DIFFERS(events[0].cohort = "z");
	DIFFERS(actions[0].number = 2);
	DIFFERS(actions[0].type = ACTION_DETECT);
	DIFFERS(actions[0].status = ACTION_STATUS_DONE);
	DIFFERS(actions[0].text = "z");
	DIFFERS(actions[0].cause = 0);
	DIFFERS(actions[0].owner = NULL);
	DIFFERS(actions[0].due.precision = PRECISION_DAY);
	DIFFERS(actions[0].link = "z");
	DIFFERS(actions[0].criterion = "z");
	DIFFERS(sections[0].markdown = "z");
	DIFFERS(section_count = 0);
#undef DIFFERS
	copy = incident_copy(&arena, &incident);
	copy->key = NULL;
	copy->version = 9;
	copy->severity_rationale = "";
	copy->events[0].sources = "";
	copy->member_counts[0] = 5;
	assert_true(incident_same(copy, &incident));
}

static void refused(const char *reason)
{
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_INPUT);
	if (strncmp(err.text, reason, strlen(reason)) != 0)
		fail_msg("'%s' is not '%s'", err.text, reason);
}

static void test_rules(void **state)
{
	struct incident good = incident;
	struct incident_cause cause = incident.causes[0];
	struct incident_event event = incident.events[0];
	struct incident_action action = incident.actions[0];

	(void)state;
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_OK);
#define REFUSED(change, reason)                     \
	do {                                        \
		incident.change;                    \
		refused(reason);                    \
		incident = good;                    \
		incident.causes[0] = cause;         \
		incident.events[0] = event;         \
		incident.actions[0] = action;       \
	} while (0)
	REFUSED(key = "INC-26-1", "/key: ");
	REFUSED(title = " \n", "/title: ");
	REFUSED(status = INCIDENT_COUNT, "/status: ");
	REFUSED(severity = (enum severity)-1, "/severity: ");
	REFUSED(causes[0].code = "model/tool_usee", "/causes/0/code: unknown code 'model/tool_usee'; did you mean 'model/tool_use'?");
	REFUSED(causes[0].code = "tool_use", "/causes/0/code: unknown code 'tool_use'; did you mean 'model/tool_use'?");
	REFUSED(causes[0].code = NULL, "/causes/0/code: a cause needs a code");
	REFUSED(causes[0].role = ROLE_COUNT, "/causes/0/role: ");
	REFUSED(causes[0].number = 0, "/causes/0/number: ");
	REFUSED(events[0].milestone = MILESTONE_COUNT, "/events/0/milestone: ");
	REFUSED(events[0].kind = EVENT_MILESTONE, "/events/0/milestone: ");
	REFUSED(events[0].text = "", "/events/0/text: ");
	REFUSED(actions[0].cause = 3, "/actions/0/cause: there is no cause 3");
	REFUSED(actions[0].text = "", "/actions/0/text: ");
	REFUSED(actions[0].type = ACTION_COUNT, "/actions/0/type: ");
#undef REFUSED
	incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "model" });
	incident.causes[1].number = 1;
	refused("/causes/1/number: 1 stands twice");
	incident.causes[1].number = 2;
	incident_set_section(&incident, &arena, "nothing", "x");
	refused("/sections/nothing: ");
	incident_set_section(&incident, &arena, "nothing", "");
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_OK);
	incident.events[0].milestone = MILESTONE_DETECTED; /* of any kind of event */
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_OK);
}

/* Every kind: a copy is the same, one field changed is not, and the rules hold. */
static void test_fields_of_all_kinds(void **state)
{
	size_t fields = 0;

	(void)state;
	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++) {
		enum incident_child kind = (enum incident_child)i;
		const struct incident_kind *table = incident_kind(kind);
		enum incident_child found;
		int64_t number;
		assert_true(incident_kind_find(table->words, &found) && found == kind);
		assert_true(incident_part_parse(arena_printf(&arena, "%s12", table->tag), &found, &number));
		assert_int_equal(found, kind);
		assert_int_equal(number, 12);
		for (size_t f = 0; f < table->field_count; f++) {
			const struct incident_field *field = &table->fields[f];
			void *a = arena_alloc(&arena, table->size), *b = arena_alloc(&arena, table->size);
			assert_ptr_equal(incident_field(kind, field->name), field);
			assert_true(part_is_blank(field, a));
			if (part_read(&arena, field, b, field->type == INCIDENT_TERM || field->type == INCIDENT_TERMS ?
					   words_at(field->list, 1) : field->type == INCIDENT_INSTANT ? "2026" : "7", &err) != STATUS_OK)
				fail_msg("%s.%s: %s", table->word, field->name, err.text);
			assert_false(part_is_blank(field, b));
			assert_false(incident_part_same(kind, a, b));
			assert_string_not_equal(part_shown(&arena, field, b), "");
			incident_part_copy(&arena, kind, b, a);
			assert_true(incident_part_same(kind, a, b));
			fields++;
		}
	}
	assert_true(fields > 100);
	assert_false(incident_part_parse("CO", &(enum incident_child){ 0 }, &(int64_t){ 0 }));
	assert_false(incident_part_parse("CO0", &(enum incident_child){ 0 }, &(int64_t){ 0 }));
	assert_false(incident_part_parse("X1", &(enum incident_child){ 0 }, &(int64_t){ 0 }));
}

static void test_what_is_typed(void **state)
{
	static const struct { const char *field, *typed, *message; } cases[] = {
		{ "type", "promt", "type: unknown word 'promt'; did you mean 'prompt'?" },
		{ "at", "2026-02-30", "at: '2026-02-30' is not a time" },
		{ "cohorts", "CO1,E2", "cohorts: 'E2' does not name a cohort, as CO1 does" },
		{ "cause", "C0", "cause: 'C0' does not name a cause, as C1 does" },
		{ "announced", "docs, nowhere", "announced: unknown word 'nowhere'" },
	};
	static const char *const no_samples[] = { "17, x", "0", "-1", "CO1", "#", "9999999999999999999" };
	struct incident_change change = { .text = "x" };
	struct incident_impact impact = { .measure = "x" };
	struct incident_cause cause = { .code = "x", .statement = "x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(part_read(&arena, incident_field(INCIDENT_CHANGE, cases[i].field), &change, cases[i].typed, &err),
				 STATUS_USAGE);
		if (strncmp(err.text, cases[i].message, strlen(cases[i].message)) != 0)
			fail_msg("'%s' is not '%s'", err.text, cases[i].message);
	}
	assert_int_equal(part_read(&arena, incident_field(INCIDENT_CHANGE, "cohorts"), &change, "co3, 1,CO3", &err), STATUS_OK);
	assert_string_equal(part_shown(&arena, incident_field(INCIDENT_CHANGE, "cohorts"), &change), "CO1, CO3");
	assert_int_equal(part_read(&arena, incident_field(INCIDENT_CHANGE, "announced"), &change, "docs,changelog", &err), STATUS_OK);
	assert_string_equal(part_shown(&arena, incident_field(INCIDENT_CHANGE, "announced"), &change), "changelog, docs");
	for (size_t i = 0; i < ARRAY_LEN(no_samples); i++)
		assert_int_equal(part_read(&arena, incident_field(INCIDENT_CAUSE, "evidence"), &cause, no_samples[i], &err), STATUS_USAGE);
	assert_string_equal(err.text, "evidence: '9999999999999999999' is not the number of a sample");
	assert_int_equal(part_read(&arena, incident_field(INCIDENT_CAUSE, "evidence"), &cause, "#240, 17 17", &err), STATUS_OK);
	assert_string_equal(part_shown(&arena, incident_field(INCIDENT_CAUSE, "evidence"), &cause), "17, 240");
	assert_int_equal(part_read(&arena, incident_field(INCIDENT_IMPACT, "value"), &impact, "3 %", &err), STATUS_USAGE);
	assert_int_equal(part_read(&arena, incident_field(INCIDENT_IMPACT, "value"), &impact, "-1.5e3", &err), STATUS_OK);
	assert_false(decimal_valid("1.") || decimal_valid(".5") || decimal_valid("1e") || decimal_valid("0x1") || decimal_valid("+1") || decimal_valid("01") || decimal_valid(""));
}

static void test_moves(void **state)
{
	(void)state;
	assert_int_equal(incident_may_move(INCIDENT_SUSPECTED, INCIDENT_RESOLVED, &err), STATUS_OK);
	assert_int_equal(incident_may_move(INCIDENT_CLOSED, INCIDENT_CLOSED, &err), STATUS_OK);
	assert_int_equal(incident_may_move(INCIDENT_CLOSED, INCIDENT_INVESTIGATING, &err), STATUS_REFUSED);
	assert_string_equal(err.text, "'closed' does not become 'investigating': a closed incident is reopened first; it may become "
			    "reopened, duplicate");
}

static void test_what_is_removed_is_named_no_more(void **state)
{
	struct incident_cohort cohort = { .name = "x" };
	struct incident_event event = { .text = "x", .cohorts = (const int64_t[]){ 1, 2 }, .cohorts_count = 2 };

	(void)state;
	incident_add(&incident, &arena, INCIDENT_COHORT, &cohort);
	incident_add(&incident, &arena, INCIDENT_COHORT, &cohort);
	incident_add_event(&incident, &arena, &event);
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_OK);
	assert_true(incident_remove(&incident, &arena, INCIDENT_COHORT, 1));
	assert_int_equal(incident.events[incident.event_count - 1].cohorts_count, 1);
	assert_int_equal(incident.events[incident.event_count - 1].cohorts[0], 2);
	/* Each cohort is looked for in each event: there may not be any number of them. */
	for (int i = 1; i < INCIDENT_COHORTS_MAX; i++)
		incident_add(&incident, &arena, INCIDENT_COHORT, &cohort);
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_OK);
	incident_add(&incident, &arena, INCIDENT_COHORT, &cohort);
	refused("/cohorts: more than 200");
	assert_true(incident_remove(&incident, &arena, INCIDENT_COHORT, 3));
	assert_int_equal(incident_check(&incident, codebook_default(), &err), STATUS_OK);
}

static void test_keys(void **state)
{
	static const char *const good[] = { "INC-2026-0001", "INC-2026-12345", "INC-0000-000000000" };
	static const char *const bad[] = { "", "INC", "INC-2026-001", "inc-2026-0001", "INC-2026-0001 ", "INC-2026-000a",
					   "INC-202-00001", "INC-20266-0001", "INC-2026-0000000000", "XNC-2026-0001" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(incident_key_valid(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (incident_key_valid(bad[i]))
			fail_msg("%s", bad[i]);
	assert_false(incident_key_valid(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_new_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_events_are_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sections, setup, teardown),
		cmocka_unit_test_setup_teardown(test_copies_are_deep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sameness, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fields_of_all_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_typed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_removed_is_named_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
