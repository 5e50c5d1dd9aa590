/* The contract of lists: orders, paging by key, filters. */
#include <string.h>

#include "tests/support/store_contract.h"

static struct sample_page page(struct contract_state *c, const char *query, enum sort_key sort,
			       struct page_cursor from, bool backward, size_t limit)
{
	struct page_request request = { .query = contract_query(c, query, "ann"), .sort = sort, .from = from,
					.backward = backward, .limit = limit };
	struct sample_page out;

	assert_ok(c, c->ops->sample_page(c->store, &c->arena, &request, &out, &c->err));
	return out;
}

static const struct page_cursor start = { .set = false };

static void assert_ids(const struct sample_page *is, const int64_t *ids, size_t count)
{
	assert_int_equal(is->count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(is->rows[i].id, ids[i]);
}

/* Whether row a may stand before row b. */
static bool in_order(const struct sample_row *a, const struct sample_row *b, enum sort_key sort)
{
	bool a_known = instant_known(a->produced_at), b_known = instant_known(b->produced_at);

	switch (sort) {
	case SORT_LEVEL:
		if (a->level != b->level)
			return a->level > b->level;
		FALLTHROUGH;
	case SORT_RELEVANCE: /* without words */
	case SORT_NEWEST:
		if (a_known != b_known)
			return a_known;
		if (a_known && a->produced_at.at_us != b->produced_at.at_us)
			return a->produced_at.at_us > b->produced_at.at_us;
		return a->id > b->id;
	case SORT_OLDEST:
		if (a_known != b_known)
			return a_known;
		if (a_known && a->produced_at.at_us != b->produced_at.at_us)
			return a->produced_at.at_us < b->produced_at.at_us;
		return a->id < b->id;
	case SORT_PATH:
		if (!a->path != !b->path)
			return a->path;
		if (a->path && strcmp(a->path, b->path) != 0)
			return strcmp(a->path, b->path) < 0;
		if (a->line != b->line)
			return a->line < b->line;
		return a->id < b->id;
	default:
		return a->id < b->id;
	}
}

static void every_order_holds(void **state)
{
	struct contract_state *c = *state;

	contract_import(c, 1, 60);
	for (int sort = 0; sort < SORT_COUNT; sort++) {
		struct sample_page all = page(c, "", (enum sort_key)sort, start, false, 100);
		assert_int_equal(all.count, 60);
		assert_true(all.at_start && all.at_end);
		for (size_t i = 1; i < all.count; i++)
			if (!in_order(&all.rows[i - 1], &all.rows[i], (enum sort_key)sort))
				fail_msg("%s: row %zu (sample %d) stands wrong", sort_word((enum sort_key)sort), i,
					 (int)all.rows[i].id);
	}
}

/* Pages of every size meet every row exactly once, in both directions. */
static void walk_pages(struct contract_state *c, const char *query, enum sort_key sort, size_t limit)
{
	struct sample_page all = page(c, query, sort, start, false, 1000), at;
	struct page_cursor from = start;
	size_t seen = 0;

	do {
		at = page(c, query, sort, from, false, limit);
		for (size_t i = 0; i < at.count; i++)
			assert_int_equal(at.rows[i].id, all.rows[seen + i].id);
		assert_int_equal(at.at_start, seen == 0);
		seen += at.count;
		assert_int_equal(at.at_end, seen == all.count);
		from = at.after_last;
	} while (!at.at_end && at.count);
	assert_int_equal(seen, all.count);
	from = start;
	do {
		at = page(c, query, sort, from, true, limit);
		assert_int_equal(at.at_end, seen == all.count);
		for (size_t i = 0; i < at.count; i++)
			assert_int_equal(at.rows[i].id, all.rows[seen - at.count + i].id);
		seen -= at.count;
		assert_int_equal(at.at_start, seen == 0);
		from = at.before_first;
	} while (!at.at_start && at.count);
	assert_int_equal(seen, 0);
}

static void pages_meet_every_row_once(void **state)
{
	struct contract_state *c = *state;

	contract_import(c, 1, 60);
	for (int sort = 0; sort < SORT_COUNT; sort++) {
		walk_pages(c, "", (enum sort_key)sort, 1);
		walk_pages(c, "", (enum sort_key)sort, 7);
		walk_pages(c, "", (enum sort_key)sort, 60);
		walk_pages(c, "lang:python", (enum sort_key)sort, 3);
		walk_pages(c, "message", (enum sort_key)sort, 7);
	}
}

static void paging_survives_changes_between_pages(void **state)
{
	struct contract_state *c = *state;
	struct sample_page first;

	contract_import(c, 1, 20);
	first = page(c, "is:untriaged", SORT_ID, start, false, 5);
	for (int64_t id = 1; id <= 6; id++)
		contract_triage(c, "ann", id, SAMPLE_DEFERRED);
	/* The cursor's own row is gone from the list, and the next page goes on behind it. */
	first = page(c, "is:untriaged", SORT_ID, first.after_last, false, 5);
	assert_ids(&first, (const int64_t[]){ 7, 8, 9, 10, 11 }, 5);
	assert_true(first.at_start);
	assert_false(first.at_end);
}

static void empty_pages_lead_back(void **state)
{
	struct contract_state *c = *state;
	struct sample_page none = page(c, "", SORT_NEWEST, start, false, 5), last;

	assert_int_equal(none.count, 0);
	assert_true(none.at_start && none.at_end);
	contract_import(c, 1, 3);
	last = page(c, "", SORT_ID, start, false, 5);
	none = page(c, "", SORT_ID, last.after_last, false, 5);
	assert_int_equal(none.count, 0);
	assert_true(none.at_end);
	assert_false(none.at_start);
	last = page(c, "", SORT_ID, none.before_first, true, 2);
	assert_ids(&last, (const int64_t[]){ 2, 3 }, 2);
	none = page(c, "", SORT_ID, page(c, "", SORT_ID, start, false, 5).before_first, true, 5);
	assert_int_equal(none.count, 0);
	assert_true(none.at_start);
	assert_false(none.at_end);
	last = page(c, "", SORT_ID, none.after_last, false, 2);
	assert_ids(&last, (const int64_t[]){ 1, 2 }, 2);
}

static void rows_show_what_lists_need(void **state)
{
	struct contract_state *c = *state;
	struct annotate_request request = { .samples = (const int64_t[]){ 1 }, .sample_count = 1,
					    .annotation = { .cause = "infrastructure/cache", .severity = SEVERITY_Q2 } };
	struct incident incident = { .title = "T" };
	struct sample_page all;
	const struct sample_row *row;
	const char *key;
	int64_t edit;

	contract_import(c, 1, 3);
	assert_ok(c, c->ops->annotate(c->store, "ann", &request, &edit, &c->err));
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &edit, &c->err));
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 1 }, 1, MEMBER_CORE, &edit,
						  &c->err));
	all = page(c, "", SORT_ID, start, false, 10);
	row = &all.rows[0];
	assert_int_equal(row->status, SAMPLE_ANNOTATED);
	assert_int_equal(row->disposition, VERDICT_CONFIRMED);
	assert_int_equal(row->severity, SEVERITY_Q2);
	assert_string_equal(row->cause, "infrastructure/cache");
	assert_int_equal(row->level, LEVEL_NOTE);
	assert_string_equal(row->title, "Message 1 of the linter");
	assert_string_equal(row->path, "src/dir1/file1.c");
	assert_int_equal(row->line, 10);
	assert_string_equal(row->language, "c");
	assert_string_equal(row->rule, "E501");
	assert_string_equal(row->model, "model-b");
	assert_int_equal(row->incident_count, 1);
	assert_true(instant_known(row->produced_at));
	row = &all.rows[2]; /* no flags, code shown */
	assert_string_equal(row->title, "return NULL;");
	assert_null(row->rule);
	assert_null(row->cause);
	assert_int_equal(row->line, 30);
	assert_int_equal(row->incident_count, 0);
}

static void excluded_samples_hide(void **state)
{
	struct contract_state *c = *state;

	contract_import(c, 1, 5);
	contract_triage(c, "ann", 2, SAMPLE_EXCLUDED);
	assert_int_equal(contract_count(c, ""), 4);
	assert_int_equal(contract_count(c, "status:excluded"), 1);
	assert_int_equal(contract_count(c, "status:excluded,untriaged"), 5);
	assert_int_equal(contract_count(c, "-status:deferred"), 5);
}

/* Of all samples (so many; -1: however many) the page has the total that a walk finds; of others it may have none. */
static void page_has_the_total(struct contract_state *c, int64_t count)
{
	const char *const queries[] = { "", "model:model-a", "status:excluded,untriaged" };

	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		struct page_request request = { .query = contract_query(c, queries[i], "ann"), .limit = 2, .with_total = true };
		struct sample_page out;
		const int64_t *ids;
		size_t walked;
		assert_ok(c, c->ops->sample_page(c->store, &c->arena, &request, &out, &c->err));
		assert_ok(c, c->ops->sample_ids(c->store, &c->arena, request.query, &ids, &walked, &c->err));
		assert_int_equal(contract_count(c, queries[i]), walked);
		assert_true(out.has_total || i > 0);
		if (out.has_total)
			assert_int_equal(out.total, walked);
		if (i == 0 && count >= 0)
			assert_int_equal(walked, count);
	}
	assert_false(page(c, "", SORT_NEWEST, start, false, 2).has_total); /* not asked for */
}

static void the_total_of_all_comes_with_the_page(void **state)
{
	struct contract_state *c = *state;
	const struct batch batch = { .source = "set.jsonl", .format = "jsonl", .reviewer = "importer" };
	struct sample sample = contract_sample(&c->arena, 20);
	enum import_outcome outcome;
	struct edit edit;

	page_has_the_total(c, 0);
	contract_import(c, 1, 5);
	page_has_the_total(c, 5);
	contract_import(c, 3, 8); /* three of them are known */
	page_has_the_total(c, 8);
	contract_triage(c, "ann", 2, SAMPLE_EXCLUDED);
	contract_triage(c, "ann", 3, SAMPLE_EXCLUDED);
	page_has_the_total(c, 6);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	page_has_the_total(c, 7);
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	page_has_the_total(c, 6);
	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	assert_ok(c, c->ops->import_add(c->store, &sample, &outcome, &c->err));
	page_has_the_total(c, -1);
	c->ops->import_abort(c->store);
	page_has_the_total(c, 6);
}

static void ids_come_in_order(void **state)
{
	struct contract_state *c = *state;
	const int64_t *ids;
	size_t count;

	contract_import(c, 1, 12);
	assert_ok(c, c->ops->sample_ids(c->store, &c->arena, contract_query(c, "model:model-a", NULL), &ids, &count,
					&c->err));
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ids[i], 3 * ((int64_t)i + 1));
}

/* One query for each key, with the number of the 12 samples that match. */
static void every_key_filters(void **state)
{
	static const struct {
		const char *query;
		int64_t count;
	} cases[] = {
		{ "", 12 },
		{ "RETURN", 4 }, { "\"message 1 of\"", 1 }, { "-return", 8 }, { "great", 1 }, { "grea", 0 }, { "grea*", 1 },
		{ "\"message 1\"*", 3 }, { "retur", 0 }, { "return great", 0 }, { "text:retur", 4 }, { "text:\"essage 1 of\"", 1 },
		{ "re:A.GREAT", 1 }, { "re:a.great", 0 }, { "re:(?i)^a.great", 1 }, { "re:\"return NULL\"", 4 },
		{ "-text:retur", 8 }, { "-re:return", 8 }, { "();", 0 }, { "is:hidden-text", 1 }, { "-is:hidden-text", 11 },
		{ "status:annotated", 2 }, { "is:annotated", 2 }, { "is:untriaged", 10 },
		{ "cause:model", 1 }, { "cause:model/hallucination", 1 }, { "cause:cache", 1 }, { "cause:none", 10 },
		{ "cause:c*", 1 }, { "-cause:model", 11 },
		{ "symptom:wrong_logic", 1 }, { "symptom:none", 11 }, { "symptom:wrong*", 1 },
		{ "verdict:false_positive", 1 }, { "verdict:none", 11 }, { "disposition:confirmed_defect", 1 },
		{ "severity:Q3", 1 }, { "severity<=Q3", 1 }, { "severity<Q3", 0 }, { "severity:none", 11 },
		{ "level:error", 2 }, { "level>=warning", 6 }, { "lang:python", 4 }, { "-lang:python", 8 },
		{ "rule:E501", 2 }, { "rule:E*", 2 }, { "tool:linter", 8 }, { "source:user_report", 5 },
		{ "model:model-b", 4 }, { "model:model-b*", 8 }, { "model:*", 12 }, { "harness:1.0", 6 },
		{ "@team:blue", 12 }, { "@team:red", 0 }, { "-@nosuch:*", 12 },
		{ "path:dir1", 2 }, { "path:src/dir1/*", 2 }, { "-path:*", 2 },
		{ "session:session-1", 1 }, { "session:session-*", 3 },
		{ "incident:INC-2026-0007", 2 }, { "is:incident", 2 }, { "-incident:INC-*", 10 },
		{ "reviewer:ann", 1 }, { "reviewers:0", 10 }, { "reviewers>=1", 2 }, { "reviewers<2", 12 }, { "reviewers>-1", 12 },
		{ "is:mine", 0 }, { "batch:1", 12 }, { "batch>1", 0 },
		{ "before:2023-11-15", 0 }, { "after:2023", 0 }, { "produced>=2023", 9 },
		{ "day:2023", 9 }, { "-day:2023", 3 }, { "day:2023-11-15,2024", 1 }, { "day:2023-11", 9 }, { "-day:2023-11-15", 11 },
		{ "kind:edit", 2 }, { "id:3", 1 }, { "id:ext-3", 1 }, { "id>=11", 2 }, { "id:ext-*", 6 },
		{ "line>=30", 6 }, { "line:10", 2 }, { "turn:1", 3 }, { "turn<=2", 6 }, { "is:dup", 4 },
		{ "is:illustrative", 0 }, { "lang:python model:model-a", 4 },
	};
	struct contract_state *c = *state;
	struct annotate_request judged = { .samples = (const int64_t[]){ 2 }, .sample_count = 1,
		.annotation = { .cause = "model/hallucination", .symptoms = (const char *const[]){ "wrong_logic" },
				.symptom_count = 1, .severity = SEVERITY_Q3, .note = "A GREAT find\xE2\x80\x8B" } };
	struct annotate_request dismissed = { .samples = (const int64_t[]){ 5 }, .sample_count = 1,
		.annotation = { .verdict = VERDICT_FALSE_POSITIVE, .cause = "infrastructure/cache" } };
	struct incident incident = { .key = "INC-2026-0007", .title = "T" };
	const char *key;
	int64_t edit;
	int wrong = 0;

	contract_import(c, 1, 12);
	assert_ok(c, c->ops->annotate(c->store, "ann", &judged, &edit, &c->err));
	assert_ok(c, c->ops->annotate(c->store, "bob", &dismissed, &edit, &c->err));
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &edit, &c->err));
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 4, 9 }, 2, MEMBER_LIKELY,
						  &edit, &c->err));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t count = contract_count(c, cases[i].query);
		if (count != cases[i].count) {
			print_error("%s: %d samples, not %d\n", cases[i].query, (int)count, (int)cases[i].count);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* Lists are the same however far the index is; what it says of itself follows. */
static void index_is_taken_up_by_steps(void **state)
{
	struct contract_state *c = *state;
	struct index_status is;
	bool whole = false;

	assert_ok(c, c->ops->index_status(c->store, &is, &c->err));
	assert_true(is.whole && is.samples == 0);
	contract_import(c, 1, 30);
	assert_ok(c, c->ops->index_status(c->store, &is, &c->err));
	assert_false(is.whole);
	assert_int_equal(is.samples, 30);
	assert_int_equal(is.samples_indexed, 0);
	assert_int_equal(contract_count(c, "return"), 10);
	for (int steps = 0; !whole; steps++) {
		assert_ok(c, c->ops->index_step(c->store, 1, true, &whole, &c->err));
		assert_true(steps < 100);
	}
	assert_ok(c, c->ops->index_status(c->store, &is, &c->err));
	assert_true(is.whole && is.samples_indexed == 30);
	assert_int_equal(contract_count(c, "return"), 10);
	walk_pages(c, "return", SORT_NEWEST, 3);
	walk_pages(c, "message", SORT_PATH, 4);
	walk_pages(c, "message", SORT_RELEVANCE, 4);
	assert_ok(c, c->ops->index_drop(c->store, &c->err));
	assert_ok(c, c->ops->index_status(c->store, &is, &c->err));
	assert_true(!is.whole && is.samples_indexed == 0);
	assert_int_equal(contract_count(c, "return"), 10);
}

static void index_waits_for_imports(void **state)
{
	struct contract_state *c = *state;
	struct batch batch = { .source = "f", .format = "jsonl", .reviewer = "ann" };
	bool whole;

	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->index_step(c->store, 1, true, &whole, &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->index_drop(c->store, &c->err));
	c->ops->import_abort(c->store);
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->index_step(c->store, 1, true, &whole, &c->err));
	assert_ok(c, c->ops->group_end(c->store, STATUS_OK, "", &(int64_t){ 0 }, &c->err));
}

static void mine_is_of_the_asking_reviewer(void **state)
{
	struct contract_state *c = *state;
	int64_t count;

	contract_import(c, 1, 3);
	contract_annotate(c, "ann", 2, "model");
	assert_ok(c, c->ops->sample_count(c->store, contract_query(c, "is:mine", "ann"), &count, &c->err));
	assert_int_equal(count, 1);
	assert_ok(c, c->ops->sample_count(c->store, contract_query(c, "is:mine", "bob"), &count, &c->err));
	assert_int_equal(count, 0);
}

const struct CMUnitTest contract_list_tests[] = {
	CONTRACT_TEST(every_order_holds),
	CONTRACT_TEST(pages_meet_every_row_once),
	CONTRACT_TEST(paging_survives_changes_between_pages),
	CONTRACT_TEST(empty_pages_lead_back),
	CONTRACT_TEST(rows_show_what_lists_need),
	CONTRACT_TEST(excluded_samples_hide),
	CONTRACT_TEST(the_total_of_all_comes_with_the_page),
	CONTRACT_TEST(ids_come_in_order),
	CONTRACT_TEST(every_key_filters),
	CONTRACT_TEST(index_is_taken_up_by_steps),
	CONTRACT_TEST(index_waits_for_imports),
	CONTRACT_TEST(mine_is_of_the_asking_reviewer),
};
const size_t contract_list_count = ARRAY_LEN(contract_list_tests);
