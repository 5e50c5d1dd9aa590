/* The contract of what analysis asks of a store. */
#include <string.h>

#include "tests/support/store_contract.h"

static void judge(struct contract_state *c, const char *reviewer, int64_t sample, const struct annotation *annotation)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = *annotation };
	int64_t edit;

	assert_ok(c, c->ops->annotate(c->store, reviewer, &request, &edit, &c->err));
}

/* Sample 1: alike. 2: other causes. 3: other sub-causes on lines of their own, one shared. 4: a cause against
 * "false positive". 5: one reviewer, two minds. 6: other severities only. */
static void fill(struct contract_state *c)
{
	const struct annotation model = { .cause = "model" }, cache = { .cause = "infrastructure/cache" };
	const struct annotation lines = { .cause = "model", .first_line = 1, .last_line = 1 };
	const struct annotation wrong = { .verdict = VERDICT_FALSE_POSITIVE };
	const struct annotation wrong_lines = { .cause = "testing", .first_line = 2, .last_line = 3 };
	const struct annotation mild = { .severity = SEVERITY_Q4 }, grave = { .severity = SEVERITY_Q1 };

	contract_import(c, 1, 12);
	judge(c, "ann", 1, &model);
	judge(c, "bob", 1, &model);
	judge(c, "ann", 2, &model);
	judge(c, "bob", 2, &cache);
	judge(c, "ann", 3, &cache);
	judge(c, "ann", 3, &lines);
	judge(c, "bob", 3, &model);
	judge(c, "ann", 4, &model);
	judge(c, "bob", 4, &wrong);
	judge(c, "ann", 5, &model);
	judge(c, "ann", 5, &wrong_lines);
	judge(c, "ann", 6, &mild);
	judge(c, "bob", 6, &grave);
}

static void disputed_samples_are_found(void **state)
{
	struct contract_state *c = *state;
	const int64_t *ids;
	size_t count;

	fill(c);
	assert_ok(c, c->ops->sample_ids(c->store, &c->arena, contract_query(c, "is:disputed", NULL), &ids, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], 4);
	assert_int_equal(contract_count(c, "-is:disputed"), 10);
	assert_int_equal(contract_count(c, "is:disputed cause:cache"), 1);
	/* Who comes round ends it. */
	contract_annotate(c, "bob", 2, "model");
	assert_int_equal(contract_count(c, "is:disputed"), 1);
}

static void judgements_that_stand(void **state)
{
	const struct annotation spoken = { .verdict = VERDICT_CONFIRMED, .cause = "model", .severity = SEVERITY_Q2,
					   .symptoms = (const char *const[]){ "wrong_logic", "repetition" }, .symptom_count = 2,
					   .note = "because", .blind = true };
	struct contract_state *c = *state;
	const struct annotation *list;
	size_t count;

	fill(c);
	judge(c, "cid", 8, &spoken);
	assert_ok(c, c->ops->judgements(c->store, &c->arena, contract_query(c, "", NULL), &list, &count, &c->err));
	assert_int_equal(count, 14);
	for (size_t i = 1; i < count; i++)
		assert_true(list[i].sample > list[i - 1].sample ||
			    (list[i].sample == list[i - 1].sample && list[i].id > list[i - 1].id));
	const struct annotation *last = &list[count - 1];
	assert_int_equal(last->sample, 8);
	assert_string_equal(last->reviewer, "cid");
	assert_int_equal(last->verdict, VERDICT_CONFIRMED);
	assert_string_equal(last->cause, "model");
	assert_int_equal(last->severity, SEVERITY_Q2);
	assert_int_equal(last->symptom_count, 2);
	assert_true(last->blind);
	assert_null(last->note);
	/* What is superseded stands no more. */
	contract_annotate(c, "cid", 8, "testing");
	assert_ok(c, c->ops->judgements(c->store, &c->arena, contract_query(c, "id:8", NULL), &list, &count, &c->err));
	assert_int_equal(count, 1);
	assert_string_equal(list[0].cause, "testing");
	assert_int_equal(list[0].symptom_count, 2);
	/* Excluded samples are not looked at. */
	contract_triage(c, "ann", 1, SAMPLE_EXCLUDED);
	assert_ok(c, c->ops->judgements(c->store, &c->arena, contract_query(c, "cause:model", NULL), &list, &count, &c->err));
	for (size_t i = 0; i < count; i++)
		assert_int_not_equal(list[i].sample, 1);
	assert_true(count > 0);
}

const struct CMUnitTest contract_analysis_tests[] = {
	CONTRACT_TEST(disputed_samples_are_found),
	CONTRACT_TEST(judgements_that_stand),
};
const size_t contract_analysis_count = sizeof(contract_analysis_tests) / sizeof(contract_analysis_tests[0]);
