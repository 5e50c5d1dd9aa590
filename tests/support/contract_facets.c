/* The contract of counts by value and of jumps into lists. */
#include <string.h>

#include "tests/support/store_contract.h"

static const struct page_cursor start = { .set = false };

static struct sample_page page(struct contract_state *c, const char *query, enum sort_key sort, struct page_cursor from,
			       size_t limit)
{
	struct page_request request = { contract_query(c, query, "ann"), sort, from, false, limit, 0, false };
	struct sample_page out;

	assert_ok(c, c->ops->sample_page(c->store, &c->arena, &request, &out, &c->err));
	return out;
}

/* Asks until the answer is there. */
static struct facets facets(struct contract_state *c, const char *query, const enum facet_key *keys, size_t count,
			    size_t top)
{
	struct facet_request request = { contract_query(c, query, "ann"), keys, count, top, SORT_NEWEST };
	struct facets out;

	do {
		assert_ok(c, c->ops->facets(c->store, &c->arena, &request, &out, &c->err));
		assert_true(out.readiness.ready || out.readiness.done <= out.readiness.total);
	} while (!out.readiness.ready);
	assert_int_equal(out.list_count, count);
	return out;
}

static struct facet_list facet(struct contract_state *c, const char *query, enum facet_key key)
{
	return facets(c, query, &key, 1, 0).lists[0];
}

static int64_t count_of(const struct facet_list *list, const char *value)
{
	for (size_t i = 0; i < list->count; i++)
		if (value && list->values[i].value ? strcmp(list->values[i].value, value) == 0 : value == list->values[i].value)
			return list->values[i].count;
	return 0;
}

/* Two reviewers who differ, symptoms, an import of a second file, a status of each kind. */
static void fill(struct contract_state *c)
{
	static const enum sample_status statuses[] = { SAMPLE_DEFERRED, SAMPLE_EXCLUDED, SAMPLE_IN_REVIEW, SAMPLE_NEEDS_INFO };
	struct annotate_request judged = { .samples = (const int64_t[]){ 2, 3, 8 }, .sample_count = 3,
		.annotation = { .cause = "model/hallucination", .symptoms = (const char *const[]){ "wrong_logic", "repetition" },
				.symptom_count = 2, .severity = SEVERITY_Q3 } };
	struct annotate_request differs = { .samples = (const int64_t[]){ 2, 5 }, .sample_count = 2,
		.annotation = { .verdict = VERDICT_FALSE_POSITIVE, .cause = "infrastructure", .severity = SEVERITY_Q1 } };
	int64_t edit;

	contract_import(c, 1, 40);
	contract_import(c, 41, 60);
	assert_ok(c, c->ops->annotate(c->store, "ann", &judged, &edit, &c->err));
	assert_ok(c, c->ops->annotate(c->store, "bob", &differs, &edit, &c->err));
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		contract_triage(c, "ann", 20 + (int64_t)i, statuses[i]);
}

/* The count beside each value is the count of the query with `key:value` added. */
static void assert_facet_counts(struct contract_state *c, const char *query, enum facet_key key)
{
	struct facet_list list = facet(c, query, key);

	assert_int_equal(list.key, key);
	for (size_t i = 0; i < list.count; i++) {
		const struct facet *facet = &list.values[i];
		const char *narrower;
		if (i > 0)
			assert_true(list.values[i - 1].count >= facet->count);
		if (!facet->value)
			continue;
		narrower = arena_printf(&c->arena, "%s %s:\"%s\"", query, facet_query_word(key), facet->value);
		/* A bare category means its sub-causes too. */
		if (key == FACET_CAUSE && !strchr(facet->value, '/'))
			continue;
		if (contract_count(c, narrower) != facet->count)
			fail_msg("%s: %d counted, %d listed", narrower, (int)facet->count, (int)contract_count(c, narrower));
	}
	assert_true(list.count > 0);
}

static void counts_are_those_of_the_narrower_query(void **state)
{
	static const char *const queries[] = { "", "lang:python", "-model:model-a", "rule:E501,user", "path:dir1", "is:annotated" };
	struct contract_state *c = *state;

	fill(c);
	for (size_t q = 0; q < ARRAY_LEN(queries); q++)
		for (int key = 0; key < FACET_COUNT; key++)
			assert_facet_counts(c, queries[q], (enum facet_key)key);
}

static void values_of_all_kinds_are_counted(void **state)
{
	struct contract_state *c = *state;
	struct facet_list list;

	fill(c);
	list = facet(c, "", FACET_CATEGORY);
	assert_int_equal(count_of(&list, "model"), 3);
	assert_int_equal(count_of(&list, "infrastructure"), 2);
	assert_int_equal(count_of(&list, NULL), 55); /* 59 are shown, 4 of them judged */
	list = facet(c, "", FACET_SYMPTOM);
	assert_int_equal(count_of(&list, "wrong_logic"), 3);
	list = facet(c, "", FACET_REVIEWER);
	assert_int_equal(count_of(&list, "bob"), 2);
	list = facet(c, "", FACET_STATUS);
	assert_int_equal(count_of(&list, "deferred"), 1);
	assert_int_equal(count_of(&list, "excluded"), 0);
	list = facet(c, "status:excluded", FACET_STATUS);
	assert_int_equal(count_of(&list, "excluded"), 1);
	list = facet(c, "", FACET_RULE);
	assert_int_equal(count_of(&list, "user"), 20); /* the second flag, of every third */
	list = facet(c, "", FACET_BATCH);
	assert_int_equal(count_of(&list, "2"), 20);
	list = facet(c, "", FACET_DAY);
	assert_int_equal(count_of(&list, NULL), 15); /* every 4th has no time */
}

static void the_greatest_come_first_and_the_rest_is_summed(void **state)
{
	static const enum facet_key keys[] = { FACET_MODEL, FACET_RULE };
	struct contract_state *c = *state;
	struct facets all, two;
	int64_t sum = 0;

	fill(c);
	all = facets(c, "id<=50", keys, 2, 0);
	two = facets(c, "id<=50", keys, 2, 2);
	assert_int_equal(all.count, contract_count(c, "id<=50"));
	assert_int_equal(two.count, all.count);
	assert_int_equal(all.lists[1].more_values, 0);
	assert_int_equal(two.lists[1].count, 2);
	assert_int_equal(two.lists[1].more_values, all.lists[1].count - 2);
	for (size_t i = 0; i < all.lists[1].count; i++) {
		if (i < 2)
			assert_int_equal(count_of(&all.lists[1], two.lists[1].values[i].value), all.lists[1].values[i].count);
		sum += i < 2 ? 0 : all.lists[1].values[i].count;
	}
	assert_int_equal(two.lists[1].more_count, sum);
	/* No key: the count alone. */
	assert_int_equal(facets(c, "lang:c", NULL, 0, 0).count, contract_count(c, "lang:c"));
}

/* After each kind of change, what was counted before does not show. */
static void counts_follow_changes(void **state)
{
	struct contract_state *c = *state;
	struct edit edit;
	struct facet_list list;

	contract_import(c, 1, 20);
	list = facet(c, "", FACET_CATEGORY);
	assert_int_equal(count_of(&list, "model"), 0);
	contract_annotate(c, "ann", 7, "model/hallucination");
	list = facet(c, "", FACET_CATEGORY);
	assert_int_equal(count_of(&list, "model"), 1);
	contract_annotate(c, "ann", 7, "testing"); /* supersedes it */
	list = facet(c, "", FACET_CATEGORY);
	assert_int_equal(count_of(&list, "model"), 0);
	assert_int_equal(count_of(&list, "testing"), 1);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	list = facet(c, "", FACET_CATEGORY);
	assert_int_equal(count_of(&list, NULL), 20);
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	list = facet(c, "is:annotated", FACET_CATEGORY);
	assert_int_equal(count_of(&list, "model"), 1);
	contract_import(c, 21, 30);
	assert_int_equal(facets(c, "", NULL, 0, 0).count, 30);
	list = facet(c, "", FACET_BATCH);
	assert_int_equal(count_of(&list, "2"), 10);
	contract_triage(c, "ann", 25, SAMPLE_EXCLUDED);
	list = facet(c, "", FACET_BATCH);
	assert_int_equal(count_of(&list, "2"), 9);
}

/* Where somebody has decided, that alone is counted, by whatever way an engine counts; who said what is still told. */
static void what_was_decided_is_counted(void **state)
{
	struct annotate_request decision = { .samples = (const int64_t[]){ 2 }, .sample_count = 1,
		.annotation = { .cause = "testing/no_soak", .symptoms = (const char *const[]){ "incomplete" }, .symptom_count = 1,
				.note = "agreed", .adjudicated = true } };
	struct contract_state *c = *state;
	static const char *const queries[] = { "", "id:2", "is:annotated" };
	struct facet_list list;
	struct edit undone;
	int64_t edit;

	fill(c);
	list = facet(c, "id:2", FACET_CAUSE);
	assert_int_equal(list.count, 2);
	assert_ok(c, c->ops->annotate(c->store, "eve", &decision, &edit, &c->err));
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		static const enum facet_key keys[] = { FACET_CATEGORY, FACET_SYMPTOM, FACET_SEVERITY, FACET_VERDICT, FACET_REVIEWER };
		for (size_t k = 0; k < ARRAY_LEN(keys); k++)
			if (i != 1 || keys[k] == FACET_REVIEWER)
				assert_facet_counts(c, queries[i], keys[k]);
		list = facet(c, queries[i], FACET_CAUSE);
		assert_int_equal(count_of(&list, "testing/no_soak"), 1);
		assert_int_equal(count_of(&list, "model/hallucination"), i == 1 ? 0 : 2);
		list = facet(c, queries[i], FACET_SYMPTOM);
		assert_int_equal(count_of(&list, "incomplete"), 1);
		assert_int_equal(count_of(&list, "repetition"), i == 1 ? 0 : 2);
	}
	list = facet(c, "id:2", FACET_REVIEWER);
	assert_int_equal(list.count, 3);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "eve", 0, &undone, &c->err));
	list = facet(c, "", FACET_CAUSE);
	assert_int_equal(count_of(&list, "model/hallucination"), 3);
}

static void counts_follow_an_import_that_updates(void **state)
{
	struct contract_state *c = *state;
	struct batch batch = { .source = "again.jsonl", .format = "jsonl", .reviewer = "importer" }, done;
	struct sample sample = contract_sample(&c->arena, 4);
	struct flag flag = sample.flags[0];
	enum import_outcome outcome;
	struct facet_list list;

	contract_import(c, 1, 20);
	list = facet(c, "", FACET_TOOL);
	assert_int_equal(count_of(&list, "another"), 0);
	flag.tool = "another"; /* the fingerprint given is the one it had */
	sample.flags = &flag;
	sample.flag_count = 1;
	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	assert_ok(c, c->ops->import_add(c->store, &sample, &outcome, &c->err));
	assert_int_equal(outcome, IMPORT_UPDATED);
	assert_ok(c, c->ops->import_commit(c->store, NULL, &done, &c->err));
	list = facet(c, "", FACET_TOOL);
	assert_int_equal(count_of(&list, "another"), 1);
	assert_int_equal(contract_count(c, "tool:another"), 1);
}

/* ---- jumps ------------------------------------------------------------------------------ */

static enum status seek(struct contract_state *c, const char *query, enum sort_key sort, enum seek_kind kind,
			int64_t number, int64_t number_end, struct seek *out)
{
	struct seek_request request = { contract_query(c, query, "ann"), sort, kind, number, number_end };
	enum status status;

	do
		status = c->ops->sample_seek(c->store, &c->arena, &request, out, &c->err);
	while (status == STATUS_OK && !out->readiness.ready);
	return status;
}

static void percents_lie_in_every_order(void **state)
{
	static const char *const queries[] = { "", "lang:python", "path:dir1" };
	struct contract_state *c = *state;

	fill(c);
	for (size_t q = 0; q < ARRAY_LEN(queries); q++)
		for (int sort = 0; sort < SORT_COUNT; sort++) {
			struct sample_page all = page(c, queries[q], (enum sort_key)sort, start, 100);
			for (int64_t percent = 0; percent <= 100; percent += 10) {
				struct seek to;
				struct sample_page at;
				size_t expected = all.count * (size_t)percent / 100;
				expected = expected < all.count ? expected : all.count - 1;
				assert_ok(c, seek(c, queries[q], (enum sort_key)sort, SEEK_PERCENT, percent, 0, &to));
				at = page(c, queries[q], (enum sort_key)sort, to.from, 1);
				assert_int_equal(to.before, expected);
				assert_int_equal(at.rows[0].id, all.rows[expected].id);
			}
		}
}

static void percents_of_nothing_and_beyond(void **state)
{
	struct contract_state *c = *state;
	struct seek to;

	assert_ok(c, seek(c, "", SORT_NEWEST, SEEK_PERCENT, 50, 0, &to));
	assert_false(to.from.set);
	assert_status(c, STATUS_USAGE, seek(c, "", SORT_NEWEST, SEEK_PERCENT, 101, 0, &to));
	assert_status(c, STATUS_USAGE, seek(c, "", SORT_NEWEST, SEEK_PERCENT, -1, 0, &to));
}

static void dates_lie_in_lists_of_times(void **state)
{
	struct contract_state *c = *state;
	const int64_t day = (int64_t)86400000000;
	struct sample_page all;
	struct seek to;

	fill(c);
	all = page(c, "", SORT_NEWEST, start, 100);
	for (size_t i = 0; i < all.count && instant_known(all.rows[i].produced_at); i++) {
		int64_t from = all.rows[i].produced_at.at_us / day * day;
		struct sample_page at;
		assert_ok(c, seek(c, "", SORT_NEWEST, SEEK_TIME, from, from + day, &to));
		at = page(c, "", SORT_NEWEST, to.from, 1);
		assert_int_equal(at.rows[0].produced_at.at_us, all.rows[i].produced_at.at_us);
		assert_ok(c, seek(c, "", SORT_OLDEST, SEEK_TIME, from, from + day, &to));
		at = page(c, "", SORT_OLDEST, to.from, 1);
		assert_int_equal(at.rows[0].produced_at.at_us, all.rows[i].produced_at.at_us);
	}
	assert_status(c, STATUS_USAGE, seek(c, "", SORT_PATH, SEEK_TIME, 0, day, &to));
	assert_status(c, STATUS_USAGE, seek(c, "", SORT_LEVEL, SEEK_TIME, 0, day, &to));
}

static void numbers_lie_where_they_stand(void **state)
{
	struct contract_state *c = *state;
	struct seek to;

	fill(c);
	for (int sort = 0; sort < SORT_COUNT; sort++) {
		struct sample_page all = page(c, "lang:python", (enum sort_key)sort, start, 100);
		for (size_t i = 0; i < all.count; i++) {
			struct sample_page at;
			assert_ok(c, seek(c, "lang:python", (enum sort_key)sort, SEEK_ID, all.rows[i].id, 0, &to));
			at = page(c, "lang:python", (enum sort_key)sort, to.from, 1);
			assert_int_equal(at.rows[0].id, all.rows[i].id);
			assert_int_equal(at.at_start, i == 0);
		}
	}
	assert_status(c, STATUS_NOT_FOUND, seek(c, "lang:python", SORT_NEWEST, SEEK_ID, 1, 0, &to));
	assert_status(c, STATUS_NOT_FOUND, seek(c, "", SORT_ID, SEEK_ID, 99, 0, &to));
}

const struct CMUnitTest contract_facet_tests[] = {
	CONTRACT_TEST(counts_are_those_of_the_narrower_query),
	CONTRACT_TEST(values_of_all_kinds_are_counted),
	CONTRACT_TEST(the_greatest_come_first_and_the_rest_is_summed),
	CONTRACT_TEST(counts_follow_changes),
	CONTRACT_TEST(what_was_decided_is_counted),
	CONTRACT_TEST(counts_follow_an_import_that_updates),
	CONTRACT_TEST(percents_lie_in_every_order),
	CONTRACT_TEST(percents_of_nothing_and_beyond),
	CONTRACT_TEST(dates_lie_in_lists_of_times),
	CONTRACT_TEST(numbers_lie_where_they_stand),
};
const size_t contract_facet_count = ARRAY_LEN(contract_facet_tests);
