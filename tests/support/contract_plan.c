/* The contract of sampling plans. */
#include <string.h>

#include "tests/support/store_contract.h"

static struct plan a_plan(const char *name)
{
	static const struct plan_stratum strata[] = { { "python", 7, 2 }, { NULL, 5, 1 } };
	static const int64_t samples[] = { 3, 6, 2 };

	return (struct plan){ .name = name, .form = PLAN_STRATIFIED, .query = "id<=12", .key = "lang", .seed = 7, .strata = strata,
			      .stratum_count = 2, .samples = samples, .sample_count = 3 };
}

static int64_t put(struct contract_state *c, const struct plan *plan)
{
	int64_t edit = -1;

	assert_ok(c, c->ops->plan_put(c->store, "ann", plan, &edit, &c->err));
	return edit;
}

static void a_plan_stays_and_is_a_queue(void **state)
{
	struct contract_state *c = *state;
	struct plan plan = a_plan("audit"), is;
	const struct plan_row *rows;
	const struct edit *edits;
	struct edit undone;
	size_t count;
	int64_t edit;

	contract_import(c, 1, 12);
	edit = put(c, &plan);
	assert_true(edit > 0);
	assert_int_equal(contract_count(c, "sampled:audit"), 3);
	assert_int_equal(contract_count(c, "-sampled:audit"), 9);
	assert_int_equal(contract_count(c, "sampled:audit id:2,3,4"), 2);
	assert_int_equal(contract_count(c, "sampled:other"), 0);
	assert_ok(c, c->ops->plan_get(c->store, &c->arena, "audit", &is, &c->err));
	assert_string_equal(is.query, "id<=12");
	assert_string_equal(is.key, "lang");
	assert_string_equal(is.reviewer, "ann");
	assert_true(is.form == PLAN_STRATIFIED && is.seed == 7 && is.edit == edit);
	assert_int_equal(is.stratum_count, 2);
	assert_string_equal(is.strata[0].value, "python");
	assert_null(is.strata[1].value);
	assert_true(is.strata[0].population == 7 && is.strata[0].taken == 2 && is.strata[1].taken == 1);
	assert_int_equal(is.sample_count, 3);
	assert_true(is.samples[0] == 3 && is.samples[1] == 6 && is.samples[2] == 2);
	contract_annotate(c, "bob", 6, "model");
	contract_triage(c, "bob", 2, SAMPLE_IN_REVIEW);
	assert_ok(c, c->ops->plan_list(c->store, &c->arena, &rows, &count, &c->err));
	assert_int_equal(count, 1);
	assert_true(rows[0].samples == 3 && rows[0].done == 1 && rows[0].edit == edit);
	contract_edits(c, &edits);
	assert_string_equal(edits[2].verb, "plan");
	/* A newer one of that name takes its place; undone, the older one is back. */
	plan.stratum_count = 1;
	plan.sample_count = 2;
	put(c, &plan);
	assert_int_equal(contract_count(c, "sampled:audit"), 2);
	assert_ok(c, c->ops->plan_list(c->store, &c->arena, &rows, &count, &c->err));
	assert_int_equal(count, 1);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &undone, &c->err));
	assert_int_equal(contract_count(c, "sampled:audit"), 3);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &undone, &c->err));
	assert_int_equal(contract_count(c, "sampled:audit"), 0);
	assert_status(c, STATUS_NOT_FOUND, c->ops->plan_get(c->store, &c->arena, "audit", &is, &c->err));
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &undone, &c->err));
	assert_int_equal(contract_count(c, "sampled:audit"), 3);
	contract_check_clean(c);
}

static void plans_that_are_none(void **state)
{
	struct contract_state *c = *state;
	struct plan plan = a_plan("two words");
	int64_t edit;

	contract_import(c, 1, 12);
	assert_status(c, STATUS_USAGE, c->ops->plan_put(c->store, "ann", &plan, &edit, &c->err));
	plan = a_plan("audit");
	plan.sample_count = 2;
	assert_status(c, STATUS_USAGE, c->ops->plan_put(c->store, "ann", &plan, &edit, &c->err));
	plan = a_plan("audit");
	plan.samples = (const int64_t[]){ 1, 2, 99 };
	assert_status(c, STATUS_NOT_FOUND, c->ops->plan_put(c->store, "ann", &plan, &edit, &c->err));
	plan = a_plan("audit");
	assert_status(c, STATUS_USAGE, c->ops->plan_put(c->store, "", &plan, &edit, &c->err));
	assert_int_equal(contract_count(c, "sampled:audit"), 0);
	contract_check_clean(c);
}

const struct CMUnitTest contract_plan_tests[] = {
	CONTRACT_TEST(a_plan_stays_and_is_a_queue),
	CONTRACT_TEST(plans_that_are_none),
};
const size_t contract_plan_count = ARRAY_LEN(contract_plan_tests);
