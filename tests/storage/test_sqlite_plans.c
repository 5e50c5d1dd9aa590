/*
 * How lists are found: by an index, in the order asked for, without sorting and
 * without stepping over what lies before. Measured in SQLite's own counters
 * (sorts, steps of its machine), which do not depend on the computer's mood.
 */
#include "tests/storage/sqlite_fixture.h"

#define SAMPLES 4000
#define PAGE 20

struct cost {
	int sorts, steps;
};

/* What the dynamic statements have cost since the last call. */
static struct cost cost_of(struct fixture *f)
{
	struct sqlite_store *db = sqlite_of(f->c.store);
	struct cost cost = { 0, 0 };

	for (size_t i = 0; i < DYNAMIC_COUNT; i++)
		if (db->dynamic[i].stmt) {
			cost.sorts += sqlite3_stmt_status(db->dynamic[i].stmt, SQLITE_STMTSTATUS_SORT, 1);
			cost.steps += sqlite3_stmt_status(db->dynamic[i].stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
		}
	return cost;
}

static struct sample_page page(struct fixture *f, const char *query, enum sort_key sort, struct page_cursor from,
			       bool backward)
{
	struct page_request request = { .query = contract_query(&f->c, query, "ann"), .sort = sort, .from = from,
					.backward = backward, .limit = PAGE };
	struct sample_page out;

	assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &out, &f->c.err));
	return out;
}

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup(state) != 0)
		return -1;
	f = *state;
	fixture_create(f);
	contract_import(&f->c, 1, SAMPLES);
	return 0;
}

/* Steps for each row of a page, with what surrounds them: generous, and yet a
 * hundredth of what a walk over all samples takes. */
#define STEPS_MAX (PAGE * 60)

static void pages_cost_the_same_everywhere(void **state)
{
	static const struct page_cursor start = { .set = false };
	struct fixture *f = *state;

	for (int backward = 0; backward < 2; backward++)
		for (int sort = 0; sort < SORT_COUNT; sort++) {
			struct page_cursor from = start;
			for (int at = 0; at < SAMPLES / PAGE; at++) {
				struct sample_page out = page(f, "", (enum sort_key)sort, from, backward);
				struct cost cost = cost_of(f);
				from = backward ? out.before_first : out.after_last;
				if (cost.sorts || cost.steps > STEPS_MAX)
					fail_msg("%s, page %d: %d sorts, %d steps", sort_word((enum sort_key)sort), at,
						 cost.sorts, cost.steps);
			}
		}
}

static void queues_have_an_index(void **state)
{
	static const char *const queries[] = { "is:untriaged", "status:untriaged", "level:error", "level:none" };
	struct fixture *f = *state;

	/* Nearly all are of one status, then nearly none. */
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
			(void)page(f, queries[i], SORT_NEWEST, (struct page_cursor){ 0 }, false);
			struct cost cost = cost_of(f);
			if (cost.steps > STEPS_MAX * 3)
				fail_msg("%s: %d steps", queries[i], cost.steps);
		}
		int64_t ids[SAMPLES - 5], edit;
		struct triage_request request = { .samples = ids, .sample_count = SAMPLES - 5, .status = SAMPLE_DEFERRED };
		for (int64_t id = 0; id < SAMPLES - 5; id++)
			ids[id] = id + 1;
		assert_ok(&f->c, f->c.ops->triage(f->c.store, "ann", &request, &edit, &f->c.err));
	}
}

static void rare_filters_do_not_walk_the_store(void **state)
{
	static const char *const queries[] = {
		"id:ext-501", "id:17", "@nosuch:x", "model:nosuch", "rule:nosuch", "cause:model", "-is:untriaged", "is:mine",
		"incident:INC-2026-0001", "is:incident", "session:nosuch", "path:src/nosuch*", "symptom:wrong_logic", "severity:Q1",
	};
	struct fixture *f = *state;

	contract_annotate(&f->c, "ann", 7, "model");
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		(void)page(f, queries[i], SORT_NEWEST, (struct page_cursor){ 0 }, false);
		(void)contract_count(&f->c, queries[i]);
		struct cost cost = cost_of(f);
		if (cost.steps > STEPS_MAX * 3)
			fail_msg("%s: %d steps", queries[i], cost.steps);
	}
}

/* All that SQLite has done since the last call, the fixed statements included. */
static struct cost whole_cost_of(struct fixture *f)
{
	struct sqlite_store *db = sqlite_of(f->c.store);
	struct cost cost = cost_of(f);

	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		if (db->statements[i]) {
			cost.sorts += sqlite3_stmt_status(db->statements[i], SQLITE_STMTSTATUS_SORT, 1);
			cost.steps += sqlite3_stmt_status(db->statements[i], SQLITE_STMTSTATUS_VM_STEP, 1);
		}
	return cost;
}

static void load_columns(struct fixture *f, enum sort_key sort)
{
	struct facet_request request = { contract_query(&f->c, "", NULL), (const enum facet_key[]){ FACET_STATUS }, 1, 0, sort };
	struct facets facets;

	sqlite_of(f->c.store)->columns_least = 0;
	do
		assert_ok(&f->c, f->c.ops->facets(f->c.store, &f->c.arena, &request, &facets, &f->c.err));
	while (!facets.readiness.ready);
}

/* Once columns are loaded, SQLite reads the rows of a page, and nothing else: whether
 * the filters have an index, or a common hit, in every order and both directions. */
static void filters_cost_their_rows_with_columns(void **state)
{
	static const char *const queries[] = {
		"lang:c", "kind:edit lang:c", "tool:linter source:ci", "-model:model-a -rule:E501", "level:error kind:patch",
		"model:model-a lang:c", "before:2023-11-16 lang:c", "@team:red", "batch>1", "id>3990 lang:python", "cause:none kind:edit",
	};
	struct fixture *f = *state;

	load_columns(f, SORT_NEWEST);
	load_columns(f, SORT_PATH);
	(void)whole_cost_of(f);
	for (size_t q = 0; q < ARRAY_LEN(queries); q++)
		for (int sort = 0; sort < SORT_COUNT; sort++)
			for (int backward = 0; backward < 2; backward++) {
				struct page_cursor from = { .set = false };
				for (int pages = 0; pages < 3; pages++) {
					struct sample_page out = page(f, queries[q], (enum sort_key)sort, from, backward);
					struct cost cost = whole_cost_of(f);
					from = backward ? out.before_first : out.after_last;
					if (cost.sorts || cost.steps > STEPS_MAX * 2)
						fail_msg("%s by %s: %d sorts, %d steps", queries[q], sort_word((enum sort_key)sort), cost.sorts,
							 cost.steps);
				}
			}
}

static void counts_read_no_rows_with_columns(void **state)
{
	static const enum facet_key keys[] = { FACET_RULE, FACET_MODEL, FACET_DAY };
	struct fixture *f = *state;
	struct facet_request request = { contract_query(&f->c, "lang:c kind:edit", NULL), keys, ARRAY_LEN(keys), 5, SORT_NEWEST };
	struct seek_request half = { request.query, SORT_NEWEST, SEEK_PERCENT, 50, 0 };
	struct facets facets;
	struct seek seek;

	load_columns(f, SORT_NEWEST);
	(void)whole_cost_of(f);
	(void)contract_count(&f->c, "lang:c kind:edit");
	assert_ok(&f->c, f->c.ops->facets(f->c.store, &f->c.arena, &request, &facets, &f->c.err));
	assert_ok(&f->c, f->c.ops->sample_seek(f->c.store, &f->c.arena, &half, &seek, &f->c.err));
	assert_true(facets.readiness.ready && seek.readiness.ready);
	struct cost cost = whole_cost_of(f);
	if (cost.sorts || cost.steps > STEPS_MAX)
		fail_msg("%d sorts, %d steps", cost.sorts, cost.steps);
}

/* What no column holds is looked at in the few samples that they leave. */
static void columns_narrow_what_sql_decides(void **state)
{
	static const char *const queries[] = { "path:dir1 tool:nosuch", "turn:3 @team:red", "line>5 before:2020" };
	struct fixture *f = *state;

	load_columns(f, SORT_NEWEST);
	(void)whole_cost_of(f);
	for (size_t q = 0; q < ARRAY_LEN(queries); q++) {
		(void)page(f, queries[q], SORT_NEWEST, (struct page_cursor){ 0 }, false);
		(void)contract_count(&f->c, queries[q]);
		struct cost cost = whole_cost_of(f);
		if (cost.steps > STEPS_MAX)
			fail_msg("%s: %d steps", queries[q], cost.steps);
	}
}

/* Whether reviewers agree about a sample is looked up among what they said of it, not among all that have the cause. */
static void rows_do_not_walk_the_judgements(void **state)
{
	struct fixture *f = *state;
	struct sqlite_store *db = sqlite_of(f->c.store);
	int64_t ids[SAMPLES], edit;
	struct annotate_request request = { .samples = ids, .sample_count = SAMPLES, .annotation = { .cause = "model" } };

	for (int64_t id = 0; id < SAMPLES; id++)
		ids[id] = id + 1;
	assert_ok(&f->c, f->c.ops->annotate(f->c.store, "bob", &request, &edit, &f->c.err));
	contract_annotate(&f->c, "ann", 7, "testing/no_soak");
	(void)page(f, "id:7", SORT_NEWEST, (struct page_cursor){ 0 }, false);
	int steps = sqlite3_stmt_status(db->statements[SQL_SAMPLE_ROW], SQLITE_STMTSTATUS_VM_STEP, 1);
	assert_in_range(steps, 1, 1000);
	(void)contract_count(&f->c, "is:disputed");
	struct cost cost = cost_of(f);
	assert_in_range(cost.steps, 1, SAMPLES * 100);
}

/* Words look at the notes that the index does not have yet, not at all judgements. */
static void words_do_not_walk_the_judgements(void **state)
{
	struct fixture *f = *state;
	int64_t ids[SAMPLES], edit;
	struct annotate_request request = { .samples = ids, .sample_count = SAMPLES, .annotation = { .cause = "model" } };
	bool whole = false;

	for (int64_t id = 0; id < SAMPLES; id++)
		ids[id] = id + 1;
	assert_ok(&f->c, f->c.ops->annotate(f->c.store, "bob", &request, &edit, &f->c.err));
	while (!whole)
		assert_ok(&f->c, f->c.ops->index_step(f->c.store, 1000, false, &whole, &f->c.err));
	(void)whole_cost_of(f);
	(void)page(f, "nosuchword", SORT_NEWEST, (struct page_cursor){ 0 }, false);
	struct cost cost = whole_cost_of(f);
	if (cost.steps > STEPS_MAX)
		fail_msg("%d steps", cost.steps);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages_cost_the_same_everywhere, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(queues_have_an_index, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(rare_filters_do_not_walk_the_store, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(filters_cost_their_rows_with_columns, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(rows_do_not_walk_the_judgements, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(words_do_not_walk_the_judgements, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(counts_read_no_rows_with_columns, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(columns_narrow_what_sql_decides, setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: plans", tests, NULL, NULL);
}
