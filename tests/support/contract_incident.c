/* The contract of incidents: keys, versions, children, members. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/store_contract.h"

static const char *put(struct contract_state *c, const char *reviewer, const struct incident *incident, int64_t *edit)
{
	const char *key = NULL;
	int64_t made = -1;

	assert_ok(c, c->ops->incident_put(c->store, &c->arena, reviewer, incident, NULL, &key, edit ? edit : &made, &c->err));
	return key;
}

static enum status put_fails(struct contract_state *c, const struct incident *incident)
{
	const char *key;
	int64_t edit;

	return c->ops->incident_put(c->store, &c->arena, "ann", incident, NULL, &key, &edit, &c->err);
}

static struct incident *get(struct contract_state *c, const char *key)
{
	struct incident *incident = NULL;

	assert_ok(c, c->ops->incident_get(c->store, &c->arena, key, &incident, &c->err));
	return incident;
}

/* With children of every kind; samples 1 to 3 must exist. */
static struct incident full(struct contract_state *c)
{
	static const int64_t evidence[] = { 3, 1, 3 };
	struct incident in;

	incident_init(&in, &c->arena, "Cache mixed up");
	in.status = INCIDENT_INVESTIGATING;
	in.severity = SEVERITY_Q2;
	in.severity_rationale = "many users";
	in.signature = "rule:R1 -level:none";
	in.illustrative = true;
	incident_add_cause(&in, &c->arena, &(struct incident_cause){ .code = "infrastructure/cache", .statement = "It *did*",
		.role = ROLE_TRIGGER, .confidence = CONFIDENCE_CONFIRMED, .intent = INTENT_DEFECT, .evidence = evidence,
		.evidence_count = 3 });
	incident_add_cause(&in, &c->arena, &(struct incident_cause){ .code = "testing", .statement = "" });
	incident_add_event(&in, &c->arena, &(struct incident_event){ .kind = EVENT_OBSERVATION, .text = "no time" });
	incident_add_event(&in, &c->arena, &(struct incident_event){ .at = { 1709596800000000, PRECISION_DAY },
		.certainty = EVENT_CERTAINTY_DISPUTED, .kind = EVENT_MILESTONE, .milestone = MILESTONE_FIRST_IMPACT,
		.text = "hit", .sources = "https://example.org", .cohort = "pro" });
	incident_add_event(&in, &c->arena, &(struct incident_event){ .at = { 1709510400000000, PRECISION_MINUTE },
		.kind = EVENT_REPORT, .text = "a report" });
	incident_add_action(&in, &c->arena, &(struct incident_action){ .type = ACTION_REVERT, .status = ACTION_STATUS_DONE,
		.text = "revert", .cause = 1, .owner = "ann", .due = { 1709510400000000, PRECISION_MONTH },
		.link = "https://t/1", .criterion = "no more" });
	incident_add_action(&in, &c->arena, &(struct incident_action){ .type = ACTION_PREVENT, .text = "test it" });
	incident_set_section(&in, &c->arena, "lessons", "Much.\n");
	incident_set_section(&in, &c->arena, "summary", "# It broke\n");
	return in;
}

static void incident_comes_back_whole(void **state)
{
	struct contract_state *c = *state;
	struct incident given, *is;
	const char *key;

	contract_import(c, 1, 3);
	given = full(c);
	given.key = "INC-2024-0012";
	key = put(c, "ann", &given, NULL);
	assert_string_equal(key, "INC-2024-0012");
	is = get(c, key);
	assert_string_equal(is->key, key);
	assert_string_equal(is->title, "Cache mixed up");
	assert_string_equal(is->severity_rationale, "many users");
	assert_string_equal(is->signature, "rule:R1 -level:none");
	assert_true(is->illustrative);
	assert_true(is->version > 0);
	assert_true(is->created_at.at_us == given.created_at.at_us);
	assert_true(instant_known(is->updated_at));
	assert_int_equal(is->cause_count, 2);
	assert_int_equal(is->causes[0].evidence_count, 2); /* each once, in order */
	assert_int_equal(is->causes[0].evidence[0], 1);
	assert_int_equal(is->causes[0].evidence[1], 3);
	assert_int_equal(is->events[0].number, 3); /* in the order of time */
	assert_int_equal(is->events[1].number, 2);
	assert_int_equal(is->events[2].number, 1);
	assert_int_equal(is->events[1].at.precision, PRECISION_DAY);
	assert_string_equal(is->sections[0].key, "summary");
	given.causes[0].evidence = is->causes[0].evidence;
	given.causes[0].evidence_count = 2;
	assert_true(incident_same(&given, is));
	contract_check_clean(c);
}

static void keys_are_given_and_never_twice(void **state)
{
	struct contract_state *c = *state;
	struct incident incident = { .title = "T" };
	struct edit edit;
	const char *key, *next;

	setenv("AITIA_NOW", "2026-05-06T07:08:09Z", 1);
	key = put(c, "ann", &incident, NULL);
	assert_string_equal(key, "INC-2026-0001");
	assert_string_equal(put(c, "ann", &incident, NULL), "INC-2026-0002");
	assert_true(get(c, key)->created_at.at_us == 1778051289000000);
	incident.key = "INC-2026-0041";
	put(c, "ann", &incident, NULL);
	assert_status(c, STATUS_CONFLICT, put_fails(c, &incident));
	incident.key = NULL;
	assert_string_equal(put(c, "ann", &incident, NULL), "INC-2026-0042");
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	next = put(c, "bob", &incident, NULL);
	assert_string_equal(next, "INC-2026-0043"); /* 42 may stand in somebody's mail by now */
	unsetenv("AITIA_NOW");
	contract_check_clean(c);
}

static void version_must_match(void **state)
{
	struct contract_state *c = *state;
	struct incident given = { .title = "T" }, *mine, *theirs;
	const char *key = put(c, "ann", &given, NULL);
	int64_t edit;

	mine = get(c, key);
	theirs = get(c, key);
	theirs->title = "Theirs";
	put(c, "bob", theirs, NULL);
	mine->title = "Mine";
	assert_status(c, STATUS_CONFLICT, put_fails(c, mine));
	assert_non_null(strstr(c->err.text, key));
	assert_string_equal(get(c, key)->title, "Theirs");
	/* Nor may a state come back under a version that another one had. */
	theirs = get(c, key);
	theirs->title = "Third";
	put(c, "bob", theirs, NULL);
	mine = get(c, key);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &(struct edit){ 0 }, &c->err));
	theirs = get(c, key);
	assert_string_equal(theirs->title, "Theirs");
	theirs->title = "Fourth";
	put(c, "ann", theirs, &edit);
	mine->title = "Mine";
	assert_status(c, STATUS_CONFLICT, put_fails(c, mine));
	assert_string_equal(get(c, key)->title, "Fourth");
	assert_int_equal(get(c, key)->version, edit);
}

static void unchanged_makes_no_entry(void **state)
{
	struct contract_state *c = *state;
	struct incident given, *is;
	const struct edit *edits;
	const char *key;
	int64_t edit = -1, version;
	size_t count;

	contract_import(c, 1, 3);
	given = full(c);
	key = put(c, "ann", &given, NULL);
	count = contract_edits(c, &edits);
	is = get(c, key);
	version = is->version;
	put(c, "ann", is, &edit);
	assert_int_equal(edit, 0);
	assert_int_equal(contract_edits(c, &edits), count);
	assert_int_equal(get(c, key)->version, version);
}

static void wrong_incidents_are_refused(void **state)
{
	struct contract_state *c = *state;
	struct incident_cause cause = { .number = 1, .code = "model/halucination", .statement = "s" };
	struct incident_cause twins[] = { { .number = 1, .code = "model" }, { .number = 1, .code = "testing" } };
	struct incident_action action = { .number = 1, .text = "do", .cause = 7 };
	struct incident_section section = { "nosuch", "x" };
	struct incident_cause evident = { .number = 1, .code = "model", .evidence = (const int64_t[]){ 77 }, .evidence_count = 1 };
	const struct incident_row *rows;
	size_t count;

	assert_status(c, STATUS_INPUT, put_fails(c, &(struct incident){ .title = "" }));
	assert_status(c, STATUS_INPUT, put_fails(c, &(struct incident){ .title = "T", .key = "INC-1" }));
	assert_status(c, STATUS_INPUT, put_fails(c, &(struct incident){ .title = "T", .causes = &cause, .cause_count = 1 }));
	assert_non_null(strstr(c->err.text, "model/hallucination"));
	assert_status(c, STATUS_INPUT, put_fails(c, &(struct incident){ .title = "T", .causes = twins, .cause_count = 2 }));
	assert_status(c, STATUS_INPUT, put_fails(c, &(struct incident){ .title = "T", .actions = &action, .action_count = 1 }));
	assert_status(c, STATUS_INPUT, put_fails(c, &(struct incident){ .title = "T", .sections = &section, .section_count = 1 }));
	assert_status(c, STATUS_NOT_FOUND, put_fails(c, &(struct incident){ .title = "T", .causes = &evident, .cause_count = 1 }));
	assert_status(c, STATUS_NOT_FOUND, put_fails(c, &(struct incident){ .title = "T", .key = "INC-2020-0001", .version = 3 }));
	assert_ok(c, c->ops->incident_list(c->store, &c->arena, &rows, &count, &c->err));
	assert_int_equal(count, 0);
	contract_check_clean(c);
}

static void numbers_of_children_are_not_reused(void **state)
{
	struct contract_state *c = *state;
	struct incident given = { .title = "T" }, *is;
	struct incident_event events[] = { { .number = 0, .text = "a" }, { .number = 4, .text = "b" }, { .number = 0, .text = "c" } };
	const char *key;

	given.events = events;
	given.event_count = 3;
	key = put(c, "ann", &given, NULL);
	is = get(c, key);
	assert_int_equal(is->event_count, 3);
	assert_int_equal(is->events[0].number, 4);
	assert_int_equal(is->events[1].number, 5);
	assert_int_equal(is->events[2].number, 6);
	assert_true(incident_remove(is, &c->arena, INCIDENT_EVENT, 6));
	put(c, "ann", is, NULL);
	is = get(c, key);
	is->events[1].number = 0; /* as a new one would come */
	put(c, "ann", is, NULL);
	is = get(c, key);
	assert_int_equal(is->events[1].number, 7);
	/* Nor by those who number in memory: 7 is gone, and what comes is 8. */
	assert_true(incident_remove(is, &c->arena, INCIDENT_EVENT, 7));
	put(c, "ann", is, NULL);
	is = get(c, key);
	assert_int_equal(incident_add_event(is, &c->arena, &(struct incident_event){ .text = "d" }), 8);
	assert_int_equal(incident_add_event(is, &c->arena, &(struct incident_event){ .text = "e" }), 9);
	put(c, "ann", is, NULL);
	is = get(c, key);
	assert_int_equal(is->event_count, 3);
}

static void assert_section_changed(const struct edit_change *changes, size_t count, const char *key, const char *before, const char *after)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(changes[i].table, "incident_section") == 0 && strcmp(changes[i].key, key) == 0 &&
		    (before ? changes[i].before && strcmp(changes[i].before, before) == 0 : !changes[i].before) &&
		    (after ? changes[i].after && strcmp(changes[i].after, after) == 0 : !changes[i].after))
			return;
	fail_msg("no change of %s", key);
}

static void children_change_with_their_incident(void **state)
{
	struct contract_state *c = *state;
	struct incident given, *is;
	const struct edit_change *changes;
	const char *key;
	int64_t edit;
	size_t count;

	contract_import(c, 1, 3);
	given = full(c);
	key = put(c, "ann", &given, NULL);
	is = get(c, key);
	assert_true(incident_remove(is, &c->arena, INCIDENT_CAUSE, 1));
	is->actions[1].status = ACTION_STATUS_IN_PROGRESS;
	incident_set_section(is, &c->arena, "lessons", "");
	incident_set_section(is, &c->arena, "impact", "Some.");
	put(c, "ann", is, &edit);
	is = get(c, key);
	assert_int_equal(is->cause_count, 1);
	assert_int_equal(is->causes[0].number, 2);
	assert_int_equal(is->actions[0].cause, 0);
	assert_string_equal(incident_section(is, "lessons"), "");
	assert_string_equal(incident_section(is, "impact"), "Some.");
	/* Undoing brings all of it back, and the log holds what changed, no more. */
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, edit, 1000, &changes, &count, &c->err));
	for (size_t i = 0; i < count; i++)
		assert_true(!changes[i].before || !changes[i].after || strcmp(changes[i].before, changes[i].after) != 0);
	/* Texts stand in it whole, before and after: revisions are made of them. */
	assert_section_changed(changes, count, arena_printf(&c->arena, "%s/lessons", key), "Much.\n", NULL);
	assert_section_changed(changes, count, arena_printf(&c->arena, "%s/impact", key), NULL, "Some.");
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &(struct edit){ 0 }, &c->err));
	is = get(c, key);
	assert_int_equal(is->cause_count, 2);
	assert_int_equal(is->causes[0].evidence_count, 2);
	assert_int_equal(is->actions[0].cause, 1);
	assert_string_equal(incident_section(is, "lessons"), "Much.\n");
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &(struct edit){ 0 }, &c->err));
	assert_int_equal(get(c, key)->cause_count, 1);
	contract_check_clean(c);
}

static void list_shows_incidents_newest_first(void **state)
{
	struct contract_state *c = *state;
	struct incident given, plain = { .title = "P", .key = "INC-2026-9999" };
	const struct incident_row *rows;
	int64_t edit;
	size_t count;

	contract_import(c, 1, 3);
	given = full(c);
	given.key = "INC-2026-10000";
	put(c, "ann", &given, NULL);
	put(c, "ann", &plain, NULL);
	plain.key = "INC-2025-0003";
	put(c, "ann", &plain, NULL);
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", "INC-2026-10000", (const int64_t[]){ 1, 2 }, 2,
						  MEMBER_CORE, &edit, &c->err));
	assert_ok(c, c->ops->incident_list(c->store, &c->arena, &rows, &count, &c->err));
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].key, "INC-2026-10000");
	assert_string_equal(rows[1].key, "INC-2026-9999");
	assert_string_equal(rows[2].key, "INC-2025-0003");
	assert_string_equal(rows[0].title, "Cache mixed up");
	assert_int_equal(rows[0].status, INCIDENT_INVESTIGATING);
	assert_int_equal(rows[0].severity, SEVERITY_Q2);
	assert_int_equal(rows[0].member_count, 2);
	assert_int_equal(rows[0].cause_count, 2);
	assert_int_equal(rows[0].open_action_count, 1);
	assert_true(rows[0].illustrative);
	assert_true(rows[0].started_at.at_us == 1709596800000000); /* first impact, though the report is older */
	assert_false(instant_known(rows[1].started_at));
	assert_true(instant_known(rows[1].created_at));
}

static void members_come_and_go(void **state)
{
	struct contract_state *c = *state;
	struct incident given = { .title = "T" }, *is;
	const char *key = put(c, "ann", &given, NULL), *const *keys;
	const enum member_role *roles;
	const int64_t *ids;
	const struct edit *edits;
	int64_t edit = 0, version;
	size_t count;

	contract_import(c, 1, 5);
	version = get(c, key)->version;
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 4, 2, 4 }, 3, MEMBER_LIKELY,
						  &edit, &c->err));
	assert_int_equal(contract_edits(c, &edits), 3);
	assert_string_equal(edits[0].verb, "members");
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 4, 5 }, 2, MEMBER_CORE, &edit,
						  &c->err));
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 5 }, 1, MEMBER_CORE, &edit,
						  &c->err));
	assert_int_equal(edit, 0);
	assert_ok(c, c->ops->incident_members(c->store, &c->arena, key, &ids, &roles, &count, &c->err));
	assert_int_equal(count, 3);
	assert_int_equal(ids[0], 2);
	assert_int_equal(roles[0], MEMBER_LIKELY);
	assert_int_equal(ids[1], 4);
	assert_int_equal(roles[1], MEMBER_CORE);
	is = get(c, key);
	assert_int_equal(is->member_counts[MEMBER_CORE], 2);
	assert_int_equal(is->member_counts[MEMBER_LIKELY], 1);
	assert_int_equal(is->version, version); /* who edits the text meanwhile is not disturbed */
	assert_ok(c, c->ops->incident_members_remove(c->store, "ann", key, (const int64_t[]){ 2, 3 }, 2, &edit, &c->err));
	assert_true(edit > 0);
	assert_ok(c, c->ops->incident_members_remove(c->store, "ann", key, (const int64_t[]){ 2, 3 }, 2, &edit, &c->err));
	assert_int_equal(edit, 0);
	assert_ok(c, c->ops->sample_incidents(c->store, &c->arena, 2, &keys, &count, &c->err));
	assert_int_equal(count, 0);
	assert_ok(c, c->ops->sample_incidents(c->store, &c->arena, 4, &keys, &count, &c->err));
	assert_int_equal(count, 1);
	assert_string_equal(keys[0], key);
	assert_status(c, STATUS_NOT_FOUND, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 1, 6 }, 2,
									MEMBER_CORE, &edit, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->incident_members_add(c->store, "ann", "INC-2000-0001",
									(const int64_t[]){ 1 }, 1, MEMBER_CORE, &edit, &c->err));
	assert_status(c, STATUS_NOT_FOUND,
		      c->ops->incident_members(c->store, &c->arena, "INC-2000-0001", &ids, &roles, &count, &c->err));
	assert_int_equal(contract_count(c, "is:incident"), 2);
	contract_check_clean(c);
}

static void creation_with_others_members_is_not_undone(void **state)
{
	struct contract_state *c = *state;
	struct incident given = { .title = "T" }, *gone;
	struct edit edit;
	const char *key;
	int64_t id;

	contract_import(c, 1, 2);
	key = put(c, "ann", &given, NULL);
	assert_ok(c, c->ops->incident_members_add(c->store, "bob", key, (const int64_t[]){ 1 }, 1, MEMBER_CORE, &id, &c->err));
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_int_equal(get(c, key)->member_counts[MEMBER_CORE], 1);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->incident_get(c->store, &c->arena, key, &gone, &c->err));
	assert_status(c, STATUS_CONFLICT, c->ops->redo(c->store, &c->arena, "bob", &edit, &c->err));
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_ok(c, c->ops->redo(c->store, &c->arena, "bob", &edit, &c->err));
	assert_int_equal(get(c, key)->member_counts[MEMBER_CORE], 1);
	contract_check_clean(c);
}

/* Undone as far as it was changed; the version is one that no other state had. */
static void edits_of_other_fields_are_undone_alone(void **state)
{
	struct contract_state *c = *state;
	struct incident_event event = { .at = { 1709596800000000, PRECISION_DAY }, .text = "it began" };
	struct incident given = { .title = "T", .events = &event, .event_count = 1 }, *is;
	struct edit edit;
	const char *key = put(c, "ann", &given, NULL);
	int64_t version;

	is = get(c, key);
	is->title = "Ann's";
	is->events[0].text = "it began, says ann";
	incident_set_section(is, &c->arena, "lessons", "Ann's.");
	incident_add_cause(is, &c->arena, &(struct incident_cause){ .code = "model", .statement = "ann's cause" });
	put(c, "ann", is, NULL);
	is = get(c, key);
	is->severity = SEVERITY_Q1;
	is->events[0].kind = EVENT_CHANGE; /* another field of the same part */
	incident_set_section(is, &c->arena, "impact", "Bob's.");
	incident_add_cause(is, &c->arena, &(struct incident_cause){ .code = "testing", .statement = "bob's cause" });
	put(c, "bob", is, NULL);
	version = get(c, key)->version;

	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	is = get(c, key);
	assert_string_equal(is->title, "T");
	assert_string_equal(is->events[0].text, "it began");
	assert_int_equal(is->events[0].kind, EVENT_CHANGE);
	assert_int_equal(is->severity, SEVERITY_Q1);
	assert_string_equal(incident_section(is, "lessons"), "");
	assert_string_equal(incident_section(is, "impact"), "Bob's.");
	assert_int_equal(is->cause_count, 1);
	assert_string_equal(is->causes[0].statement, "bob's cause");
	assert_int_equal(is->causes[0].number, 2);
	assert_true(is->version > version);
	assert_int_equal(incident_add_cause(is, &c->arena, &(struct incident_cause){ .code = "model" }), 3);
	contract_check_clean(c);

	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	is = get(c, key);
	assert_string_equal(is->title, "Ann's");
	assert_int_equal(is->severity, SEVERITY_Q1);
	assert_int_equal(is->cause_count, 2);
	/* In the order in which they were made, too; then nothing of them is left. */
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	is = get(c, key);
	assert_string_equal(is->title, "T");
	assert_int_equal(is->severity, SEVERITY_NONE);
	assert_int_equal(is->cause_count, 0);
	assert_int_equal(is->section_count, 0);
	contract_check_clean(c);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->incident_get(c->store, &c->arena, key, &is, &c->err));
	for (int i = 0; i < 2; i++)
		assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_ok(c, c->ops->redo(c->store, &c->arena, "bob", &edit, &c->err));
	assert_int_equal(get(c, key)->cause_count, 2);
	contract_check_clean(c);
}

static int64_t put_title(struct contract_state *c, const char *reviewer, const char *key, const char *title)
{
	struct incident *is = get(c, key);
	int64_t edit = 0;

	is->title = title;
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, reviewer, is, NULL, &key, &edit, &c->err));
	return edit;
}

/* Its value is as the edit left it, but others were built upon that: it must go behind them. */
static void what_was_changed_back_is_not_undone(void **state)
{
	struct contract_state *c = *state;
	const char *key = put(c, "eve", &(struct incident){ .title = "A" }, NULL);
	int64_t first = put_title(c, "ann", key, "B");
	struct edit edit;

	put_title(c, "bob", key, "A");
	put_title(c, "ann", key, "B");
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", first, &edit, &c->err));
	assert_string_equal(get(c, key)->title, "B");
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "eve", 0, &edit, &c->err)); /* it made the incident */
	contract_check_clean(c);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_string_equal(get(c, key)->title, "A");
	/* What was done again is newer than what was done in between. */
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_int_equal(edit.id, first);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	put_title(c, "bob", key, "C");
	put_title(c, "bob", key, "A");
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_string_equal(get(c, key)->title, "A");
	contract_check_clean(c);
}

static void creation_stays_under_members_that_came_and_went(void **state)
{
	struct contract_state *c = *state;
	const char *key;
	struct edit edit;
	int64_t id = 0;

	contract_import(c, 1, 2);
	key = put(c, "eve", &(struct incident){ .title = "A" }, NULL);
	assert_ok(c, c->ops->incident_members_add(c->store, "bob", key, (const int64_t[]){ 1 }, 1, MEMBER_CORE, &id, &c->err));
	assert_ok(c, c->ops->incident_members_remove(c->store, "bob", key, (const int64_t[]){ 1 }, 1, &id, &c->err));
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "eve", 0, &edit, &c->err));
	for (int i = 0; i < 2; i++)
		assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "eve", 0, &edit, &c->err));
	contract_check_clean(c);
}

static void a_member_that_went_and_came_back_stays(void **state)
{
	struct contract_state *c = *state;
	const int64_t one[] = { 1 };
	const char *key;
	struct edit edit;
	int64_t id = 0;

	contract_import(c, 1, 2);
	key = put(c, "eve", &(struct incident){ .title = "A" }, NULL);
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, one, 1, MEMBER_CORE, &id, &c->err));
	assert_ok(c, c->ops->incident_members_remove(c->store, "bob", key, one, 1, &id, &c->err));
	assert_ok(c, c->ops->incident_members_add(c->store, "bob", key, one, 1, MEMBER_CORE, &id, &c->err));
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	for (int i = 0; i < 2; i++)
		assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	contract_check_clean(c);
}

/* One change by ann, one by bob: ann's cannot be undone, and the text has both versions. */
static void cannot_undo(struct contract_state *c, const char *key, const char *is, const char *was)
{
	struct incident *before = get(c, key);
	struct edit edit;

	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	if (!strstr(c->contract->name, "fake") && (!strstr(c->err.text, "bob") || !strstr(c->err.text, is) || !strstr(c->err.text, was)))
		fail_msg("'%s' names neither bob, nor '%s' and '%s'", c->err.text, is, was);
	assert_true(incident_same(before, get(c, key)));
	assert_int_equal(get(c, key)->version, before->version);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
}

static void edits_of_the_same_field_conflict(void **state)
{
	struct contract_state *c = *state;
	struct incident_event event = { .at = { 1709596800000000, PRECISION_DAY }, .text = "it began" };
	struct incident given = { .title = "T", .events = &event, .event_count = 1 }, *is;
	const char *key = put(c, "ann", &given, NULL);

	is = get(c, key);
	is->title = "Ann's";
	put(c, "ann", is, NULL);
	is->version = get(c, key)->version;
	is->title = "Bob's";
	put(c, "bob", is, NULL);
	is = get(c, key);
	is->severity = SEVERITY_Q1; /* who changed another field is not to blame */
	put(c, "eve", is, NULL);
	cannot_undo(c, key, "'Bob's'", "'Ann's'");
	assert_string_equal(get(c, key)->title, "T");

	is = get(c, key); /* a field of a part */
	is->events[0].text = "ann's words";
	put(c, "ann", is, NULL);
	is = get(c, key);
	is->events[0].text = "bob's words";
	put(c, "bob", is, NULL);
	cannot_undo(c, key, "bob's words", "ann's words");

	is = get(c, key); /* the two halves of one field */
	is->events[0].at.at_us += 86400000000;
	put(c, "ann", is, NULL);
	is = get(c, key);
	is->events[0].at.precision = PRECISION_SECOND;
	put(c, "bob", is, NULL);
	cannot_undo(c, key, "at_precision", "");

	is = get(c, key); /* a part that is gone since */
	is->events[0].text = "ann's words";
	put(c, "ann", is, NULL);
	is = get(c, key);
	assert_true(incident_remove(is, &c->arena, INCIDENT_EVENT, 1));
	put(c, "bob", is, NULL);
	cannot_undo(c, key, "is gone since", "");

	is = get(c, key); /* a section */
	incident_set_section(is, &c->arena, "lessons", "ann's");
	put(c, "ann", is, NULL);
	is = get(c, key);
	incident_set_section(is, &c->arena, "lessons", "bob's");
	put(c, "bob", is, NULL);
	cannot_undo(c, key, "bob's", "ann's");
	contract_check_clean(c);
}

/* What bob's part names is ann's: it cannot go alone. */
static void what_others_build_upon_is_not_undone(void **state)
{
	struct contract_state *c = *state;
	struct incident given = { .title = "T" }, *is;
	const char *key = put(c, "ann", &given, NULL);
	const int64_t first[] = { 1 };

	contract_import(c, 1, 2);
	is = get(c, key);
	incident_add(is, &c->arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "some" });
	put(c, "ann", is, NULL);
	is = get(c, key); /* in a list */
	incident_add(is, &c->arena, INCIDENT_EVENT, &(struct incident_event){ .text = "e", .cohorts = first, .cohorts_count = 1 });
	put(c, "bob", is, NULL);
	cannot_undo(c, key, key, "");

	is = get(c, key);
	incident_add(is, &c->arena, INCIDENT_CAUSE, &(struct incident_cause){ .code = "model", .statement = "s" });
	put(c, "ann", is, NULL);
	is = get(c, key); /* by a number */
	incident_add(is, &c->arena, INCIDENT_ACTION, &(struct incident_action){ .text = "do", .cause = 1 });
	put(c, "bob", is, NULL);
	cannot_undo(c, key, key, "");

	is = get(c, key);
	incident_add(is, &c->arena, INCIDENT_EVENT, &(struct incident_event){ .text = "ann's" });
	put(c, "ann", is, NULL);
	is = get(c, key); /* its samples */
	is->events[0].evidence = first;
	is->events[0].evidence_count = 1;
	put(c, "bob", is, NULL);
	cannot_undo(c, key, key, "");
	contract_check_clean(c);
}

static void illustrative_by_its_members(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 3);
	struct incident given = { .title = "T" }, *is;
	const struct incident_row *rows;
	struct batch batch = { .source = "s", .format = "f", .reviewer = "ann", .illustrative = true }, done;
	enum import_outcome outcome;
	const char *key;
	int64_t edit;
	size_t count;

	contract_import(c, 1, 2);
	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	assert_ok(c, c->ops->import_add(c->store, &sample, &outcome, &c->err));
	assert_ok(c, c->ops->import_commit(c->store, NULL, &done, &c->err));
	key = put(c, "ann", &given, NULL);
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 1, 2 }, 2, MEMBER_CORE, &edit, &c->err));
	assert_false(get(c, key)->illustrative);
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 3 }, 1, MEMBER_CONTROL, &edit, &c->err));
	is = get(c, key);
	assert_true(is->illustrative);
	assert_ok(c, c->ops->incident_list(c->store, &c->arena, &rows, &count, &c->err));
	assert_true(rows[0].illustrative);
	/* Neither does putting what was read make it the incident's own, nor can it be said away. */
	is->title = "U";
	put(c, "ann", is, NULL);
	is = get(c, key);
	is->illustrative = false;
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", is, NULL, &key, &edit, &c->err));
	assert_int_equal(edit, 0);
	assert_true(get(c, key)->illustrative);
	assert_ok(c, c->ops->incident_members_remove(c->store, "ann", key, (const int64_t[]){ 3 }, 1, &edit, &c->err));
	assert_false(get(c, key)->illustrative);
	contract_check_clean(c);
}

const struct CMUnitTest contract_incident_tests[] = {
	CONTRACT_TEST(illustrative_by_its_members),
	CONTRACT_TEST(incident_comes_back_whole),
	CONTRACT_TEST(keys_are_given_and_never_twice),
	CONTRACT_TEST(version_must_match),
	CONTRACT_TEST(unchanged_makes_no_entry),
	CONTRACT_TEST(wrong_incidents_are_refused),
	CONTRACT_TEST(numbers_of_children_are_not_reused),
	CONTRACT_TEST(children_change_with_their_incident),
	CONTRACT_TEST(list_shows_incidents_newest_first),
	CONTRACT_TEST(members_come_and_go),
	CONTRACT_TEST(creation_with_others_members_is_not_undone),
	CONTRACT_TEST(edits_of_other_fields_are_undone_alone),
	CONTRACT_TEST(edits_of_the_same_field_conflict),
	CONTRACT_TEST(what_was_changed_back_is_not_undone),
	CONTRACT_TEST(creation_stays_under_members_that_came_and_went),
	CONTRACT_TEST(a_member_that_went_and_came_back_stays),
	CONTRACT_TEST(what_others_build_upon_is_not_undone),
};
const size_t contract_incident_count = ARRAY_LEN(contract_incident_tests);
