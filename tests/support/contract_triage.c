/* The contract of putting samples off, and of naming what they duplicate. */
#include <string.h>

#include "core/defer.h"
#include "tests/support/store_contract.h"

#define PAST "2020-01-01T00:00:00Z"
#define FUTURE "2999-01-01T00:00:00Z"
static const struct instant now = { 1764000000000000, PRECISION_MICROSECOND }; /* 2025-11-24 */

static int64_t defer(struct contract_state *c, const char *reviewer, int64_t sample, const char *until)
{
	int64_t edit = 0;

	assert_ok(c, c->ops->triage(c->store, reviewer, &(struct triage_request){ .samples = &sample, .sample_count = 1,
				    .status = SAMPLE_DEFERRED, .deferred_until = until }, &edit, &c->err));
	return edit;
}

static void assert_until(struct contract_state *c, int64_t sample, const char *until)
{
	const struct sample *is = contract_get(c, sample);

	assert_int_equal(is->status, until ? SAMPLE_DEFERRED : is->status);
	assert_string_equal(is->deferred_until ? is->deferred_until : "", until ? until : "");
}

static int64_t wake(struct contract_state *c, const char *reviewer)
{
	int64_t edit = 0;

	assert_ok(c, defer_wake(c->store, reviewer, DEFER_ALL, now, &edit, &c->err));
	return edit;
}

static void undo(struct contract_state *c, const char *reviewer, int64_t edit)
{
	struct edit undone;

	assert_ok(c, c->ops->undo(c->store, &c->arena, reviewer, edit, &undone, &c->err));
}

static int64_t duplicate(struct contract_state *c, const char *reviewer, int64_t sample, int64_t of)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = { .duplicate_of = of } };
	int64_t edit = 0;

	assert_ok(c, c->ops->annotate(c->store, reviewer, &request, &edit, &c->err));
	return edit;
}

static void deferral_is_kept_and_ends_with_the_status(void **state)
{
	struct contract_state *c = *state;
	struct triage_request wrong = { .samples = (const int64_t[]){ 1 }, .sample_count = 1, .status = SAMPLE_IN_REVIEW,
					.deferred_until = FUTURE };
	const struct edit *edits;
	struct sample_page page;
	int64_t edit = 0;

	contract_import(c, 1, 4);
	assert_true(defer(c, "ann", 1, FUTURE));
	contract_edits(c, &edits);
	assert_string_equal(edits[0].summary, "1 sample: deferred until " FUTURE);
	assert_until(c, 1, FUTURE);
	assert_ok(c, c->ops->sample_page(c->store, &c->arena, &(struct page_request){ .query = contract_query(c, "status:deferred", NULL),
					 .sort = SORT_ID, .limit = 9 }, &page, &c->err));
	assert_int_equal(page.count, 1);
	assert_string_equal(page.rows[0].deferred_until, FUTURE);
	assert_int_equal(defer(c, "ann", 1, FUTURE), 0);
	assert_true(defer(c, "ann", 1, "INC-2026-0001"));
	assert_until(c, 1, "INC-2026-0001");
	contract_annotate(c, "ann", 1, "hallucination");
	assert_until(c, 1, NULL);
	defer(c, "ann", 2, FUTURE);
	contract_triage(c, "ann", 2, SAMPLE_DEFERRED); /* until nothing that is known */
	assert_until(c, 2, NULL);
	assert_status(c, STATUS_USAGE, c->ops->triage(c->store, "ann", &wrong, &edit, &c->err));
	contract_check_clean(c);
}

static void undo_brings_the_deferral_back(void **state)
{
	struct contract_state *c = *state;
	struct edit redone, undone;
	int64_t first;

	contract_import(c, 1, 2);
	first = defer(c, "ann", 1, FUTURE);
	defer(c, "ann", 1, "hits:rule:x");
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", first, &undone, &c->err));
	contract_annotate(c, "ann", 1, "hallucination");
	undo(c, "ann", 0);
	assert_until(c, 1, "hits:rule:x");
	undo(c, "ann", 0);
	assert_until(c, 1, FUTURE);
	undo(c, "ann", 0);
	assert_until(c, 1, NULL);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &redone, &c->err));
	assert_until(c, 1, FUTURE);
	contract_check_clean(c);
}

static void what_is_due_comes_back_by_itself(void **state)
{
	struct contract_state *c = *state;
	const struct edit *edits;
	const char *const *waiting;
	size_t count;
	int64_t edit;

	contract_import(c, 1, 6);
	defer(c, "ann", 1, PAST);
	defer(c, "bob", 2, PAST);
	defer(c, "ann", 3, FUTURE);
	defer(c, "ann", 4, "INC-2026-0001");
	defer(c, "ann", 5, "hits:path:no-such-path");
	assert_ok(c, c->ops->deferrals(c->store, &c->arena, &waiting, &count, &c->err));
	assert_int_equal(count, 4);
	assert_string_equal(waiting[0], PAST);
	assert_string_equal(waiting[3], "hits:path:no-such-path");
	assert_int_equal(contract_count(c, "is:due"), 2);
	edit = wake(c, "ann");
	contract_edits(c, &edits);
	assert_int_equal(edits[0].id, edit);
	assert_string_equal(edits[0].verb, "due");
	assert_string_equal(edits[0].summary, "2 samples: waited long enough");
	assert_int_equal(contract_count(c, "is:untriaged"), 3);
	assert_int_equal(contract_count(c, "is:due"), 0);
	assert_until(c, 1, NULL);
	assert_int_equal(wake(c, "ann"), 0);
	contract_check_clean(c);
}

static void undo_passes_over_what_came_by_itself(void **state)
{
	struct contract_state *c = *state;
	int64_t edit;

	contract_import(c, 1, 3);
	defer(c, "ann", 1, PAST);
	contract_annotate(c, "ann", 2, "hallucination");
	edit = wake(c, "ann");
	undo(c, "ann", 0); /* the judgement */
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	undo(c, "ann", edit);
	assert_until(c, 1, PAST);
	assert_int_equal(wake(c, "ann"), 0); /* it was put back by hand */
	assert_until(c, 1, PAST);
	defer(c, "ann", 1, "2021-01-01T00:00:00Z");
	assert_true(wake(c, "bob"));
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	contract_check_clean(c);
}

static void a_redo_outlives_what_came_by_itself(void **state)
{
	struct contract_state *c = *state;
	struct edit redone;

	contract_import(c, 1, 2);
	defer(c, "ann", 1, PAST);
	contract_annotate(c, "ann", 2, "hallucination");
	undo(c, "ann", 0);
	assert_true(wake(c, "ann"));
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &redone, &c->err));
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_ANNOTATED);
}

static void conditions_are_met_by_what_happens(void **state)
{
	struct contract_state *c = *state;
	struct incident incident = { .title = "slow answers", .status = INCIDENT_INVESTIGATING };
	const char *key;
	int64_t edit = 0;

	contract_import(c, 1, 4);
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, "made", &key, &edit, &c->err));
	assert_ok(c, defer_samples(c->store, "ann", (const int64_t[]){ 1 }, 1, key, now, &edit, &c->err));
	assert_ok(c, defer_samples(c->store, "ann", (const int64_t[]){ 2 }, 1, "rule", now, &edit, &c->err));
	assert_status(c, STATUS_REFUSED, defer_samples(c->store, "ann", (const int64_t[]){ 3 }, 1, "hits:is:untriaged", now, &edit,
						       &c->err));
	assert_status(c, STATUS_NOT_FOUND, defer_samples(c->store, "ann", (const int64_t[]){ 3 }, 1, "INC-2020-0099", now, &edit,
							 &c->err));
	assert_int_equal(contract_get(c, 3)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(wake(c, "ann"), 0);
	contract_import(c, 5, 40); /* of all rules */
	assert_true(wake(c, "ann"));
	assert_until(c, 1, key);
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_UNTRIAGED);
	struct incident *stored;
	assert_ok(c, c->ops->incident_get(c->store, &c->arena, key, &stored, &c->err));
	stored->status = INCIDENT_RESOLVED;
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", stored, "resolved", &key, &edit, &c->err));
	assert_true(wake(c, "ann"));
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_status(c, STATUS_REFUSED, defer_samples(c->store, "ann", (const int64_t[]){ 1 }, 1, key, now, &edit, &c->err));
}

static const char *put_incident(struct contract_state *c, const char *key, enum incident_status status, const char *duplicate_of)
{
	struct incident fresh = { .title = "slow answers" }, *incident = &fresh;
	int64_t edit = 0;

	if (key)
		assert_ok(c, c->ops->incident_get(c->store, &c->arena, key, &incident, &c->err));
	incident->status = status;
	incident->duplicate_of = duplicate_of;
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", incident, "put", &key, &edit, &c->err));
	return arena_strdup(&c->arena, key);
}

static void duplicates_wait_for_what_covers_them(void **state)
{
	struct contract_state *c = *state;
	const char *covering, *key, *farther, *around;
	int64_t edit = 0;

	contract_import(c, 1, 4);
	covering = put_incident(c, NULL, INCIDENT_INVESTIGATING, NULL);
	key = put_incident(c, NULL, INCIDENT_DUPLICATE, covering);
	farther = put_incident(c, NULL, INCIDENT_DUPLICATE, key);
	around = put_incident(c, NULL, INCIDENT_INVESTIGATING, NULL);
	assert_ok(c, defer_samples(c->store, "ann", (const int64_t[]){ 1 }, 1, farther, now, &edit, &c->err));
	assert_ok(c, defer_samples(c->store, "ann", (const int64_t[]){ 2 }, 1, around, now, &edit, &c->err));
	put_incident(c, around, INCIDENT_DUPLICATE, put_incident(c, NULL, INCIDENT_DUPLICATE, around)); /* in a circle */
	assert_int_equal(wake(c, "ann"), 0);
	put_incident(c, covering, INCIDENT_RESOLVED, NULL);
	assert_true(wake(c, "ann"));
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_until(c, 2, around);
	put_incident(c, covering, INCIDENT_CLOSED, NULL);
	assert_status(c, STATUS_REFUSED, defer_samples(c->store, "ann", (const int64_t[]){ 1 }, 1, farther, now, &edit, &c->err));
	assert_non_null(strstr(c->err.text, arena_printf(&c->arena, "%s is a duplicate, and %s", farther, covering)));
}

static void what_gave_no_status_can_be_undone(void **state)
{
	struct contract_state *c = *state;
	struct annotate_request request = { .samples = (const int64_t[]){ 1 }, .sample_count = 1, .keep_status = true,
					    .annotation = { .cause = "model" } };
	int64_t edit = 0;

	contract_import(c, 1, 2);
	assert_ok(c, c->ops->annotate(c->store, "ann", &request, &edit, &c->err));
	defer(c, "bob", 1, FUTURE);
	undo(c, "ann", edit);
	assert_until(c, 1, FUTURE);
	contract_check_clean(c);
}

static void deferrals_can_be_asked_for(void **state)
{
	struct contract_state *c = *state;
	static const struct {
		const char *query;
		int64_t count;
	} cases[] = {
		{ "deferred:*", 4 }, { "-deferred:*", 2 }, { "deferred:2030-02", 1 }, { "deferred:2030", 2 },
		{ "deferred:2030-02-03T04:05:06Z", 1 }, { "deferred<2030-02-03T04:05:06Z", 0 }, { "deferred<=2030-02-03T04:05:06Z", 1 },
		{ "deferred>2030-02", 1 }, { "deferred>=2030-02", 2 }, { "deferred<2031", 2 }, { "deferred>2031", 0 },
		{ "deferred:INC-2026-0001", 1 }, { "deferred:INC*", 1 }, { "deferred:hits:*", 1 }, { "deferred:2030*", 2 },
		{ "deferred:INC-2026-0001,2030-02", 2 }, { "is:due", 0 },
	};

	contract_import(c, 1, 6);
	defer(c, "ann", 1, "2030-02-03T04:05:06Z");
	defer(c, "ann", 2, "2030-06-01T00:00:00Z");
	defer(c, "ann", 3, "INC-2026-0001");
	defer(c, "ann", 4, "hits:rule:x batch>3");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (contract_count(c, cases[i].query) != cases[i].count)
			fail_msg("%s: %lld", cases[i].query, (long long)contract_count(c, cases[i].query));
}

static void many_are_put_off_at_once(void **state)
{
	struct contract_state *c = *state;
	struct triage_request request = { .status = SAMPLE_DEFERRED, .deferred_until = PAST };
	int64_t ids[300], edit = 0;

	for (int64_t i = 0; i < 300; i++)
		ids[i] = i + 1;
	contract_import(c, 1, 300);
	defer(c, "bob", 7, FUTURE);
	request.samples = ids;
	request.sample_count = 300;
	assert_ok(c, c->ops->triage(c->store, "ann", &request, &edit, &c->err));
	assert_int_equal(contract_count(c, "is:due"), 300);
	assert_true(wake(c, "ann"));
	assert_int_equal(contract_count(c, "is:untriaged"), 300);
	contract_check_clean(c);
	undo(c, "ann", edit + 1);
	assert_int_equal(contract_count(c, "is:due"), 300);
	undo(c, "ann", edit);
	assert_until(c, 7, FUTURE);
	assert_int_equal(contract_count(c, "is:untriaged"), 299);
	/* Judging many ends what they wait for. */
	request.deferred_until = FUTURE;
	assert_ok(c, c->ops->triage(c->store, "ann", &request, &edit, &c->err));
	assert_ok(c, c->ops->annotate(c->store, "ann", &(struct annotate_request){ .samples = ids, .sample_count = 300,
				      .annotation = { .cause = "hallucination" } }, &edit, &c->err));
	assert_int_equal(contract_count(c, "deferred:*"), 0);
	undo(c, "ann", edit);
	assert_int_equal(contract_count(c, "deferred:2999"), 300);
	contract_check_clean(c);
}

static void a_duplicate_names_its_sample(void **state)
{
	struct contract_state *c = *state;
	struct annotate_request wrong = { .samples = (const int64_t[]){ 2 }, .sample_count = 1,
					  .annotation = { .duplicate_of = 1, .verdict = VERDICT_INTENDED } };
	const struct annotation *list;
	size_t count;
	int64_t edit = 0;

	contract_import(c, 1, 5);
	assert_true(duplicate(c, "ann", 2, 1));
	assert_int_equal(duplicate(c, "ann", 2, 1), 0);
	assert_int_equal(contract_get(c, 2)->duplicate_of, 1);
	assert_int_equal(contract_get(c, 2)->disposition, VERDICT_DUPLICATE);
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_ANNOTATED);
	assert_int_equal(contract_get(c, 1)->duplicate_of, 0);
	duplicate(c, "ann", 3, 1);
	assert_int_equal(contract_count(c, "duplicate-of:1"), 2);
	assert_int_equal(contract_count(c, "-duplicate-of:1"), 3);
	/* A severity said later leaves it; another verdict takes it back. */
	assert_ok(c, c->ops->annotate(c->store, "ann", &(struct annotate_request){ .samples = (const int64_t[]){ 2 },
				      .sample_count = 1, .annotation = { .severity = SEVERITY_Q2 } }, &edit, &c->err));
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 2, &list, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(list[0].duplicate_of, 1);
	assert_ok(c, c->ops->annotate(c->store, "ann", &(struct annotate_request){ .samples = (const int64_t[]){ 2 },
				      .sample_count = 1, .annotation = { .verdict = VERDICT_INTENDED } }, &edit, &c->err));
	assert_int_equal(contract_get(c, 2)->duplicate_of, 0);
	undo(c, "ann", edit);
	assert_int_equal(contract_get(c, 2)->duplicate_of, 1);
	assert_status(c, STATUS_USAGE, c->ops->annotate(c->store, "ann", &wrong, &edit, &c->err));
	wrong.annotation = (struct annotation){ .duplicate_of = 99 };
	assert_status(c, STATUS_NOT_FOUND, c->ops->annotate(c->store, "ann", &wrong, &edit, &c->err));
	contract_check_clean(c);
}

static void nothing_duplicates_itself(void **state)
{
	struct contract_state *c = *state;
	struct annotate_request request = { .samples = (const int64_t[]){ 1 }, .sample_count = 1,
					    .annotation = { .duplicate_of = 1 } };
	int64_t edit = 0;

	contract_import(c, 1, 4);
	assert_status(c, STATUS_REFUSED, c->ops->annotate(c->store, "ann", &request, &edit, &c->err));
	duplicate(c, "ann", 3, 2);
	duplicate(c, "bob", 2, 1);
	request.annotation.duplicate_of = 3; /* 1 of 3 of 2 of 1 */
	assert_status(c, STATUS_REFUSED, c->ops->annotate(c->store, "ann", &request, &edit, &c->err));
	request.samples = (const int64_t[]){ 4, 2 };
	request.sample_count = 2;
	assert_status(c, STATUS_REFUSED, c->ops->annotate(c->store, "ann", &request, &edit, &c->err));
	assert_int_equal(contract_get(c, 4)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_get(c, 1)->duplicate_of, 0);
}

static void many_duplicate_one(void **state)
{
	struct contract_state *c = *state;
	int64_t ids[300], edit = 0;

	for (int64_t i = 0; i < 300; i++)
		ids[i] = i + 2;
	contract_import(c, 1, 301);
	assert_ok(c, c->ops->annotate(c->store, "ann", &(struct annotate_request){ .samples = ids, .sample_count = 300,
				      .annotation = { .duplicate_of = 1 } }, &edit, &c->err));
	assert_int_equal(contract_count(c, "duplicate-of:1"), 300);
	contract_check_clean(c);
	undo(c, "ann", 0);
	assert_int_equal(contract_count(c, "duplicate-of:1"), 0);
	contract_check_clean(c);
}

const struct CMUnitTest contract_triage_tests[] = {
	CONTRACT_TEST(deferral_is_kept_and_ends_with_the_status),
	CONTRACT_TEST(undo_brings_the_deferral_back),
	CONTRACT_TEST(what_is_due_comes_back_by_itself),
	CONTRACT_TEST(undo_passes_over_what_came_by_itself),
	CONTRACT_TEST(a_redo_outlives_what_came_by_itself),
	CONTRACT_TEST(conditions_are_met_by_what_happens),
	CONTRACT_TEST(duplicates_wait_for_what_covers_them),
	CONTRACT_TEST(what_gave_no_status_can_be_undone),
	CONTRACT_TEST(deferrals_can_be_asked_for),
	CONTRACT_TEST(many_are_put_off_at_once),
	CONTRACT_TEST(a_duplicate_names_its_sample),
	CONTRACT_TEST(nothing_duplicates_itself),
	CONTRACT_TEST(many_duplicate_one),
};
const size_t contract_triage_count = sizeof(contract_triage_tests) / sizeof(contract_triage_tests[0]);
