/* The apply document: showing and applying are each other's inverse, and what is wrong is told by its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/document.h"
#include "tests/support/fake_store.h"
#include "tests/support/random_part.h"

static struct arena arena;
static struct store *store;
static struct strbuf text, again;
static struct error err;
static struct document_report report;
static const struct document_result *results;
static size_t result_count;
static char fingerprints[4][80]; /* "sha256:…" of the samples 0 to 3 */
static int64_t ids[4];

static int64_t add_sample(struct store *into, int index)
{
	struct sample sample = { .code = slice_of("x = 1"), .language = "python", .session = index < 3 ? "s" : "t",
				 .external_id = index == 0 ? "a" : index == 1 ? "b" : index == 2 ? "c" : "d" };
	struct digest digest = sample_fingerprint(&sample);

	memcpy(fingerprints[index], "sha256:", 7);
	digest_hex(&digest, fingerprints[index] + 7);
	sample.fingerprint = digest;
	return fake_store_add(into, &sample);
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	strbuf_init(&text);
	strbuf_init(&again);
	store = fake_store_new();
	for (int i = 0; i < 4; i++)
		ids[i] = add_sample(store, i);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	store->ops->close(store);
	strbuf_release(&text);
	strbuf_release(&again);
	arena_release(&arena);
	return 0;
}

static enum status apply(const char *json)
{
	enum status status = document_apply(store, &arena, "ada", slice_of(json), &report, &err);

	results = report.results;
	result_count = report.count;
	return status;
}

static void applied(const char *json)
{
	if (apply(json) != STATUS_OK)
		fail_msg("%s", err.text);
}

/* {"aitia": 1, "incidents": [{"key": …, BODY}]}, with %0 to %3 for the fingerprints. */
static const char *document(const char *body)
{
	struct strbuf out = STRBUF_INIT;
	char *copy;

	strbuf_addstr(&out, "{\"aitia\": 1, \"incidents\": [{\"key\": \"INC-2026-0001\"");
	for (; *body; body++) {
		if (body[0] == '%' && body[1] >= '0' && body[1] <= '3')
			strbuf_addstr(&out, fingerprints[*++body - '0']);
		else
			strbuf_addch(&out, *body);
	}
	strbuf_addstr(&out, "}]}");
	copy = arena_text(&arena, strbuf_slice(&out));
	strbuf_release(&out);
	return copy;
}

static const char full[] =
	", \"title\": \"T\", \"status\": \"declared\", \"severity\": \"Q2\", \"severity_rationale\": \"many\","
	"\"signature\": \"rule:R1 -level:none\","
	"\"sections\": {\"summary\": \"## S\\n\\u0000x\", \"impact\": \"I\"},"
	"\"causes\": [{\"number\": 2, \"code\": \"infrastructure/cache\", \"statement\": \"s\", \"role\": \"trigger\","
	"  \"confidence\": \"confirmed\", \"intent\": \"defect\", \"evidence\": [\"%1\", \"%0\", \"%1\"]}, {\"code\": \"hallucination\"}],"
	"\"events\": [{\"at\": \"2026-03\", \"kind\": \"change\", \"milestone\": \"introduced\", \"text\": \"t\"},"
	"  {\"text\": \"later\"}, {\"at\": \"2026-02-01T10:10Z\", \"certainty\": \"disputed\", \"kind\": \"report\", \"text\": \"u\","
	"   \"sources\": \"x\", \"cohort\": \"c\"}, {\"at\": \"2026-04\", \"milestone\": \"detected\"}],"
	"\"actions\": [{\"type\": \"detect\", \"status\": \"done\", \"text\": \"a\", \"cause\": 1, \"owner\": \"o\","
	"  \"due\": \"2026-06-01\", \"link\": \"l\", \"criterion\": \"r\"}, {\"number\": 1, \"text\": \"b\", \"owner\": \"\"}],"
	"\"members\": [{\"sample\": \"%2\", \"role\": \"control\"}, {\"query\": \"session:s\", \"role\": \"likely\"}, {\"sample\": \"%3\"}]";

static const struct incident *stored(const char *key)
{
	struct incident *incident;
	if (store->ops->incident_get(store, &arena, key, &incident, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return incident;
}

static void test_everything_arrives(void **state)
{
	const struct incident *incident;
	const int64_t *members;
	const enum member_role *roles;
	size_t count;

	(void)state;
	applied(document(full));
	assert_int_equal(result_count, 1);
	assert_string_equal(results[0].key, "INC-2026-0001");
	assert_true(results[0].created);
	assert_true(results[0].changed);
	assert_int_equal(results[0].members_added, 4);
	incident = stored("INC-2026-0001");
	assert_string_equal(incident->title, "T");
	assert_int_equal(incident->status, INCIDENT_DECLARED);
	assert_int_equal(incident->severity, SEVERITY_Q2);
	assert_string_equal(incident->severity_rationale, "many");
	assert_string_equal(incident->signature, "rule:R1 -level:none");
	assert_string_equal(incident_section(incident, "summary"), "## S\n\xe2\x90\x80x");
	assert_int_equal(incident->cause_count, 2);
	assert_int_equal(incident->causes[1].number, 2);
	assert_int_equal(incident->causes[1].evidence_count, 2);
	assert_int_equal(incident->causes[1].evidence[1], ids[1]);
	assert_int_equal(incident->causes[0].number, 1);
	assert_string_equal(incident->causes[0].code, "model/hallucination");
	assert_int_equal(incident->event_count, 4);
	assert_string_equal(incident->events[0].text, "u");
	assert_int_equal(incident->events[0].number, 3);
	assert_int_equal(incident->events[0].at.precision, PRECISION_MINUTE);
	assert_int_equal(incident->events[0].certainty, EVENT_CERTAINTY_DISPUTED);
	assert_int_equal(incident->events[1].milestone, MILESTONE_INTRODUCED);
	assert_int_equal(incident->events[1].kind, EVENT_CHANGE);
	assert_int_equal(incident->events[2].kind, EVENT_MILESTONE);
	assert_string_equal(incident->events[3].text, "later");
	assert_int_equal(incident->actions[1].number, 2);
	assert_int_equal(incident->actions[1].cause, 1);
	assert_null(incident->actions[0].owner);
	assert_int_equal(store->ops->incident_members(store, &arena, "INC-2026-0001", &members, &roles, &count, &err), STATUS_OK);
	assert_int_equal(count, 4);
	assert_int_equal(roles[0], MEMBER_LIKELY);
	assert_int_equal(roles[1], MEMBER_LIKELY);
	assert_int_equal(roles[2], MEMBER_CONTROL); /* what is named counts before what is found */
	assert_int_equal(roles[3], MEMBER_CORE);
}

static void show(struct strbuf *out)
{
	strbuf_clear(out);
	if (document_write(store, &arena, "INC-2026-0001", out, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static void test_show_and_apply_are_inverse(void **state)
{
	int64_t before, after;

	(void)state;
	applied(document(full));
	applied(document(full));
	assert_false(results[0].changed);
	assert_false(results[0].created);
	assert_int_equal(results[0].members_added, 0);
	show(&text);
	assert_int_equal(text.text[text.len_bytes - 1], '\n');
	assert_ptr_equal(strchr(text.text, '\n'), text.text + text.len_bytes - 1);
	assert_int_equal(store->ops->change_counter(store, &before, &err), STATUS_OK);
	applied(text.text);
	assert_false(results[0].changed);
	assert_int_equal(store->ops->change_counter(store, &after, &err), STATUS_OK);
	assert_int_equal(before, after);
	show(&again);
	assert_string_equal(text.text, again.text);

	/* In another store, whose samples have other numbers. */
	store->ops->close(store);
	store = fake_store_new();
	for (int i = 3; i >= 0; i--)
		ids[i] = add_sample(store, i);
	applied(text.text);
	assert_true(results[0].created);
	assert_string_equal(results[0].key, "INC-2026-0001");
	assert_int_equal(stored("INC-2026-0001")->causes[1].evidence[0], ids[1]);
	/* Samples stand in the order of id, which is the other way round here: the
	 * documents differ in that alone, so that either changes nothing. */
	show(&again);
	assert_int_equal(text.len_bytes, again.len_bytes);
	applied(text.text);
	assert_false(results[0].changed);
	applied(again.text);
	assert_false(results[0].changed);
}

static void test_what_is_absent_stays(void **state)
{
	const struct incident *incident;

	(void)state;
	applied(document(full));
	applied(document(", \"status\": \"resolved\""));
	assert_true(results[0].changed);
	incident = stored("INC-2026-0001");
	assert_int_equal(incident->status, INCIDENT_RESOLVED);
	assert_string_equal(incident->title, "T");
	assert_int_equal(incident->cause_count, 2);
	assert_int_equal(incident->event_count, 4);
	assert_string_equal(incident->signature, "rule:R1 -level:none");
	applied(document(", \"severity_rationale\": null, \"severity\": null, \"signature\": \" \", \"sections\": {\"impact\": \"\", \"lessons\": \"L\"},"
			 "\"events\": [{\"number\": 3, \"text\": \"only\"}], \"actions\": [], \"members\": []"));
	incident = stored("INC-2026-0001");
	assert_null(incident->severity_rationale);
	assert_null(incident->signature);
	assert_int_equal(incident->severity, SEVERITY_NONE);
	assert_int_equal(incident->section_count, 2);
	assert_string_equal(incident_section(incident, "lessons"), "L");
	assert_int_equal(incident->event_count, 1);
	assert_int_equal(incident->events[0].number, 3);
	assert_int_equal(incident->action_count, 0);
	assert_int_equal(incident->member_counts[MEMBER_LIKELY], 2);
	/* A role is changed by naming it. */
	applied(document(", \"members\": [{\"sample\": \"%0\", \"role\": \"core\"}]"));
	assert_true(results[0].changed);
	assert_int_equal(results[0].members_added, 0);
	assert_int_equal(stored("INC-2026-0001")->member_counts[MEMBER_CORE], 2);
}

static void test_without_a_key_each_is_new(void **state)
{
	static const char two[] = "{\"incidents\": [{\"title\": \"A\"}, {\"title\": \"B\", \"illustrative\": true}]}";
	const char *first;

	(void)state;
	applied(two);
	assert_int_equal(result_count, 2);
	assert_true(results[0].created && results[1].created);
	assert_string_not_equal(results[0].key, results[1].key);
	assert_string_equal(stored(results[1].key)->title, "B");
	assert_true(stored(results[1].key)->illustrative);
	first = results[0].key;
	applied(two);
	assert_true(results[0].created);
	assert_string_not_equal(results[0].key, first);
}

static void refused(const char *json, const char *message)
{
	int64_t before, after;

	assert_int_equal(store->ops->change_counter(store, &before, &err), STATUS_OK);
	if (apply(json) != STATUS_INPUT)
		fail_msg("taken: %s", json);
	if (strncmp(err.text, message, strlen(message)) != 0)
		fail_msg("'%s' is not '%s'", err.text, message);
	assert_int_equal(result_count, 0);
	assert_int_equal(store->ops->change_counter(store, &after, &err), STATUS_OK);
	assert_int_equal(before, after);
}

static void test_refusals(void **state)
{
	static const struct { const char *body, *message; } cases[] = {
		{ ", \"titel\": \"x\"", "/incidents/0/titel: unknown member; did you mean 'title'?" },
		{ ", \"a/b~c\": \"x\"", "/incidents/0/a~1b~0c: unknown member" },
		{ ", \"title\": 3", "/incidents/0/title: must be a string, not a number" },
		{ ", \"title\": \"a\", \"title\": \"b\"", "/incidents/0/title: stands twice" },
		{ "", "/incidents/0/title: an incident needs a title" },
		{ ", \"status\": \"clsoed\"", "/incidents/0/status: unknown word 'clsoed'; did you mean 'closed'? one of: suspected" },
		{ ", \"severity\": \"Q6\"", "/incidents/0/severity: unknown word 'Q6'" },
		{ ", \"sections\": {\"sumary\": \"x\"}", "/incidents/0/sections/sumary: unknown member; did you mean 'summary'?" },
		{ ", \"sections\": []", "/incidents/0/sections: must be an object, not an array" },
		{ ", \"illustrative\": \"yes\"", "/incidents/0/illustrative: must be true or false" },
		{ ", \"causes\": {}", "/incidents/0/causes: must be an array" },
		{ ", \"causes\": [{\"code\": \"model\"}, 7]", "/incidents/0/causes/1: must be an object, not a number" },
		{ ", \"causes\": [{\"code\": \"model/halucination\"}]",
		  "/incidents/0/causes/0/code: unknown code 'model/halucination'; did you mean 'model/hallucination'?" },
		{ ", \"causes\": [{\"code\": \"model\", \"roles\": \"x\"}]", "/incidents/0/causes/0/roles: unknown member; did you mean 'role'?" },
		{ ", \"causes\": [{\"code\": \"model\", \"evidence\": [\"%0\", \"sha256:12\"]}]",
		  "/incidents/0/causes/0/evidence/1: 'sha256:12' is no fingerprint" },
		{ ", \"causes\": [{\"code\": \"model\", \"evidence\": [\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"]}]",
		  "/incidents/0/causes/0/evidence/0: no sample here has this fingerprint" },
		{ ", \"causes\": [{\"code\": \"model\", \"number\": 1}, {\"code\": \"model\", \"number\": 1}]",
		  "/incidents/0/causes/1/number: 1 stands twice" },
		{ ", \"causes\": [{\"code\": \"model\", \"number\": 0}]", "/incidents/0/causes/0/number: must be a whole number" },
		{ ", \"causes\": [{\"code\": \"model\", \"number\": 1.5}]", "/incidents/0/causes/0/number: must be a whole number" },
		{ ", \"events\": [{\"text\": \"a\", \"at\": \"2026-05\"}, {\"text\": \"b\", \"at\": \"2026-02-30\"}]",
		  "/incidents/0/events/1/at: '2026-02-30' is not a time" },
		/* The place is that of the document, not that in the order of time. */
		{ ", \"events\": [{\"text\": \"a\", \"at\": \"2026-05\"}, {\"at\": \"2026-04\"}]", "/incidents/0/events/1/text: " },
		{ ", \"events\": [{\"text\": \"a\", \"kind\": \"milestone\"}]", "/incidents/0/events/0/milestone: " },
		{ ", \"actions\": [{\"text\": \"a\", \"cause\": 9}]", "/incidents/0/actions/0/cause: there is no cause 9" },
		{ ", \"members\": [{\"role\": \"core\"}]", "/incidents/0/members/0: must have either" },
		{ ", \"members\": [{\"sample\": \"%0\", \"query\": \"x\"}]", "/incidents/0/members/0: must have either" },
		{ ", \"members\": [{\"query\": \"status:foo\"}]", "/incidents/0/members/0/query: at 8: unknown status 'foo'" },
		{ ", \"members\": [{\"sample\": \"%0\", \"role\": \"main\"}]", "/incidents/0/members/0/role: unknown word 'main'" },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *title = strstr(cases[i].body, "title\"") || !cases[i].body[0] ? "" : ", \"title\": \"T\"";
		refused(document(arena_printf(&arena, "%s%s", title, cases[i].body)), cases[i].message);
	}
	refused("[]", "the document: must be an object, not an array");
	refused("{}", "/incidents: is missing");
	refused("{\"incidents\": 3}", "/incidents: must be an array");
	refused("{\"aitia\": 2, \"incidents\": []}", "/aitia: ");
	refused("{\"incidents\": [], \"changes\": []}", "/changes: unknown member");
	refused("{\"incidents\": [{\"key\": \"INC-1\", \"title\": \"x\"}]}", "/incidents/0/key: 'INC-1' is not of the form");
	assert_int_equal(apply("{\"incidents\": [}"), STATUS_INPUT);
	assert_int_equal(apply("{\"incidents\": [{\"title\": \"\xff\"}]}"), STATUS_INPUT);
	/* Whatever else is in it: nothing before all is right. */
	refused("{\"incidents\": [{\"title\": \"good\"}, {\"title\": \"\"}]}", "/incidents/1/title: ");
	refused("{\"incidents\": [{\"key\": \"INC-2026-0009\", \"title\": \"a\"}, {\"key\": \"INC-2026-0009\", \"title\": \"b\"}]}",
		"/incidents/1/key: INC-2026-0009 stands twice");
}

static void test_the_store_fails(void **state)
{
	(void)state;
	applied(document(full));
	show(&text);
	for (size_t calls = 0; calls < 12; calls++) {
		fake_store_fail(store, calls, STATUS_STORE, "the disk is full");
		enum status status = apply(document(", \"status\": \"resolved\", \"members\": [{\"query\": \"session:t\", \"role\": \"control\"}]"));
		if (status == STATUS_OK)
			break;
		assert_int_equal(status, STATUS_STORE);
		assert_non_null(strstr(err.text, "the disk is full"));
		assert_true(calls < 11);
		assert_int_equal(result_count, 0);
		show(&again); /* nothing of it stays, wherever it ended */
		assert_string_equal(again.text, text.text);
	}
	fake_store_fail(store, 0, STATUS_STORE, "locked");
	strbuf_clear(&again);
	strbuf_addstr(&again, "kept");
	assert_int_equal(document_write(store, &arena, "INC-2026-0001", &again, &err), STATUS_STORE);
	fake_store_fail(store, 2, STATUS_STORE, "locked");
	assert_int_equal(document_write(store, &arena, "INC-2026-0001", &again, &err), STATUS_STORE);
	assert_string_equal(again.text, "kept");
	assert_int_equal(document_write(store, &arena, "INC-2026-0099", &again, &err), STATUS_NOT_FOUND);
}

/* ---- all kinds of parts --------------------------------------------------------------- */

static uint32_t seed;

static uint32_t roll(uint32_t sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % sides;
}

/* Whatever the record may hold: showing it and applying that is the identity, here and elsewhere. */
static void test_any_record_is_itself(void **state)
{
	(void)state;
	for (seed = 1; seed < 60; seed += 1) {
		uint32_t kept = seed;
		struct incident *incident = arena_alloc(&arena, sizeof(*incident));
		struct store *here = store;
		const char *key;
		int64_t edit;
		incident_init(incident, &arena, "T");
		for (int kind = INCIDENT_CHILD_KINDS - 1; kind >= 0; kind--) /* most name parts of later kinds */
			for (uint32_t n = roll(4); n > 0; n--)
				incident_add(incident, &arena, (enum incident_child)kind,
					     random_part(&arena, incident, (enum incident_child)kind, 4, roll));
		incident->partial = roll(2) ? "some" : NULL;
		incident->signature = roll(2) ? "rule:R1 -level:none" : NULL;
		incident->key = "INC-2026-0001";
		if (store->ops->incident_put(store, &arena, "ada", incident, NULL, &key, &edit, &err) != STATUS_OK)
			fail_msg("seed %u: %s", kept, err.text);
		show(&text);
		applied(text.text);
		assert_false(results[0].changed);
		store = fake_store_new();
		for (int i = 0; i < 4; i++)
			add_sample(store, i);
		applied(text.text);
		show(&again);
		assert_string_equal(again.text, text.text);
		here->ops->close(here);
		store->ops->close(store);
		store = fake_store_new();
		for (int i = 0; i < 4; i++)
			add_sample(store, i);
		seed = kept;
	}
}

static void fault(size_t index, const char *pointer, const char *reason)
{
	if (index >= report.fault_count)
		fail_msg("there is no fault %zu", index);
	assert_string_equal(report.faults[index].pointer, pointer);
	if (strncmp(report.faults[index].reason, reason, strlen(reason)) != 0)
		fail_msg("'%s' is not '%s'", report.faults[index].reason, reason);
}

/* At its place in the query. */
static void test_a_signature_is_a_query(void **state)
{
	(void)state;
	refused(document(", \"title\": \"x\", \"signature\": \"rule:R1 level:bad\""), "/incidents/0/signature: at 15: ");
	refused(document(", \"title\": \"x\", \"signature\": \"cause:model/halucination\""),
		"/incidents/0/signature: at 7: unknown cause 'model/halucination'; did you mean 'model/hallucination'?");
	refused(document(", \"title\": \"x\", \"signature\": \"rule:R1 -is:mine\""), "/incidents/0/signature: at 9: is:mine is another query");
	refused(document(", \"title\": \"x\", \"signature\": 3"), "/incidents/0/signature: ");
}

/* Not only the first; what is wrong as a whole hides what is in it. */
static void test_every_fault_is_named(void **state)
{
	(void)state;
	refused(document(", \"titel\": \"x\", \"title\": 3, \"status\": \"clsoed\","
			 "\"causes\": [{\"code\": \"model/halucination\", \"cites\": [1, \"x\"]}, 7],"
			 "\"events\": [{\"text\": \"a\", \"at\": \"2026-02-30\", \"cohorts\": [4]}],"
			 "\"impacts\": [{\"measure\": \"m\", \"value\": \"much\"}],"
			 "\"changes\": [{\"text\": \"c\", \"announced\": [\"none\", \"docs\"]}],"
			 "\"members\": [{\"role\": \"core\"}, {\"sample\": \"%0\", \"role\": \"main\"}]"),
		"/incidents/0/titel: unknown member; did you mean 'title'? (and 12 more faults)");
	assert_int_equal(report.fault_total, 13);
	fault(1, "/incidents/0/title", "must be a string, not a number");
	fault(2, "/incidents/0/status", "unknown word 'clsoed'");
	fault(3, "/incidents/0/causes/0/cites/1", "must be a number, not a string");
	fault(4, "/incidents/0/causes/1", "must be an object, not a number");
	fault(5, "/incidents/0/events/0/at", "'2026-02-30' is not a time");
	fault(6, "/incidents/0/causes/0/code", "unknown code 'model/halucination'");
	fault(7, "/incidents/0/causes/0/cites/0", "there is no source 1");
	fault(8, "/incidents/0/events/0/cohorts/0", "there is no cohort 4");
	fault(9, "/incidents/0/impacts/0/value", "'much' is not a number");
	fault(10, "/incidents/0/changes/0/announced", "'none' stands alone");
	fault(11, "/incidents/0/members/0", "must have either");
	fault(12, "/incidents/0/members/1/role", "unknown word 'main'");
}

static void test_refusals_of_the_record(void **state)
{
	char *big = arena_alloc(&arena, 10 * INCIDENT_TEXT_MAX + 1);

	(void)state;
	memset(big, 'x', 10 * INCIDENT_TEXT_MAX);
	refused(document(arena_printf(&arena, ", \"title\": \"T\", \"changes\": [{\"text\": \"%s\"}]", big)),
		"/incidents/0/changes/0/text: longer than 1048576 bytes");
	refused(document(", \"title\": \"T\", \"recurrences\": [{\"text\": \"again\", \"earlier\": \"INC-2026-0001\"}]"),
		"/incidents/0/recurrences/0/earlier: an incident is not its own predecessor");
	refused("{\"incidents\": [{\"key\": \"INC-2026-0001\", \"title\": \"a\", \"recurrences\": [{\"text\": \"x\", \"earlier\": \"INC-2026-0002\"}]},"
		"{\"key\": \"INC-2026-0002\", \"title\": \"b\", \"duplicate_of\": \"INC-2026-0001\"}]}",
		"/incidents/0/recurrences: a cycle");
	refused(document(", \"title\": \"T\", \"hypotheses\": [{\"text\": \"load\", \"status\": \"ruled_out\"}]"),
		"/incidents/0/hypotheses/0/reason: 'ruled_out' wants what ruled it out");
	refused(document(", \"title\": \"T\", \"actions\": [{\"text\": \"a\", \"status\": \"verified_effective\", \"criterion\": \"c\"}]"),
		"/incidents/0/actions/0/result: 'verified_effective' wants what was measured");
	refused(document(", \"title\": \"T\", \"cohorts\": [{\"plan\": \"Pro\"}]"), "/incidents/0/cohorts/0/name: a cohort needs a name");
	refused(document(", \"title\": \"T\", \"safeguards\": [{\"existed\": 1}]"), "/incidents/0/safeguards/0/existed: must be a string");
	applied(document(", \"title\": \"T\", \"safeguards\": [{\"existed\": true, \"ran\": false}]"));
	assert_int_equal(stored("INC-2026-0001")->safeguards[0].existed, ANSWER_YES);
	assert_int_equal(stored("INC-2026-0001")->safeguards[0].ran, ANSWER_NO);
	refused(document(", \"status\": \"watching\""), "/incidents/0/status: 'suspected' does not become 'watching'");
	/* "Resolved" is refused while a cohort is open. */
	applied(document(", \"cohorts\": [{\"name\": \"Pro\"}, {\"name\": \"API\", \"state\": \"not_affected\"}],"
			 "\"events\": [{\"at\": \"2026-03\", \"milestone\": \"resolved\", \"cohorts\": [1], \"certainty\": \"disputed\"}]"));
	refused(document(", \"status\": \"resolved\""), "/incidents/0/status: not 'resolved' while a cohort is open");
	assert_non_null(strstr(err.text, "CO1 (Pro)"));
	applied(document(", \"status\": \"resolved\", \"partial\": \"Pro waits\""));
	applied(document(", \"partial\": null, \"events\": [{\"at\": \"2026-03\", \"milestone\": \"rollout_complete\", \"cohort\": \"pro\"}]"));
}

/* Whatever is in a document is one step back. */
static void test_one_edit(void **state)
{
	const struct edit *edits;
	const struct incident_row *rows;
	struct edit undone;
	size_t count, before;

	(void)state;
	assert_int_equal(store->ops->edit_list(store, &arena, &(struct edit_filter){ 0 }, 0, 100, &edits, &before, &err), STATUS_OK);
	applied("{\"incidents\": [{\"title\": \"a\", \"key\": \"INC-2026-0001\", \"members\": [{\"query\": \"session:s\"}]},"
		" {\"title\": \"b\", \"key\": \"INC-2026-0002\"}]}");
	assert_int_equal(store->ops->edit_list(store, &arena, &(struct edit_filter){ 0 }, 0, 100, &edits, &count, &err), STATUS_OK);
	assert_int_equal(count, before + 1);
	assert_string_equal(edits[0].verb, "apply");
	assert_string_equal(edits[0].summary, "2 incidents: INC-2026-0001, INC-2026-0002");
	assert_int_equal(store->ops->undo(store, &arena, "ada", 0, &undone, &err), STATUS_OK);
	assert_int_equal(store->ops->incident_list(store, &arena, &rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_everything_arrives, setup, teardown),
		cmocka_unit_test_setup_teardown(test_show_and_apply_are_inverse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_absent_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_a_key_each_is_new, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_any_record_is_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_signature_is_a_query, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_fault_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals_of_the_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_edit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_store_fails, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
