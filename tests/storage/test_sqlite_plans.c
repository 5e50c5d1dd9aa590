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
		struct triage_request request = { ids, SAMPLES - 5, SAMPLE_DEFERRED };
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

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages_cost_the_same_everywhere, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(queues_have_an_index, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(rare_filters_do_not_walk_the_store, setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: plans", tests, NULL, NULL);
}
