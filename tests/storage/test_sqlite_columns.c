/*
 * Columns in memory against SQL: the same store, asked through a connection that
 * answers from columns and one that never does. The contract of lists is kept by
 * both (test_contract_columns.c); here are the sizes and the company that it does
 * not have: several connections, changes by others, full dictionaries.
 */
#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"
#include "storage/sqlite/edit_log.h"
#include "tests/storage/sqlite_fixture.h"

#define SAMPLES 4000

/* A second connection, which asks SQL. */
static struct store *open_plain(struct fixture *f)
{
	struct store *store;

	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &store, &f->c.err));
	sqlite_of(store)->columns_least = INT64_MAX;
	return store;
}

static void fill(struct fixture *f, int64_t samples)
{
	static const char *const causes[] = { "model/hallucination", "testing", "infrastructure/cache" };

	fixture_create(f);
	contract_import(&f->c, 1, samples);
	for (int64_t id = 1; id < 60; id++)
		contract_annotate(&f->c, id % 3 ? "ann" : "bob", id * 7, causes[id % 3]);
	for (int64_t id = 100; id < 110; id++)
		contract_triage(&f->c, "ann", id, SAMPLE_EXCLUDED);
}

static void load(struct fixture *f, enum sort_key sort)
{
	struct facet_request request = { contract_query(&f->c, "", NULL), (const enum facet_key[]){ FACET_STATUS }, 1, 0, sort };
	struct facets out;

	sqlite_of(f->c.store)->columns_least = 0;
	do
		assert_ok(&f->c, f->c.ops->facets(f->c.store, &f->c.arena, &request, &out, &f->c.err));
	while (!out.readiness.ready);
}

static struct sample_page page(struct fixture *f, struct store *store, const char *query, enum sort_key sort,
			       struct page_cursor from, bool backward, size_t limit)
{
	struct page_request request = { contract_query(&f->c, query, "ann"), sort, from, backward, limit, 0, false };
	struct sample_page out;

	assert_ok(&f->c, store->ops->sample_page(store, &f->c.arena, &request, &out, &f->c.err));
	return out;
}

static void assert_same_page(const struct sample_page *a, const struct sample_page *b, const char *query,
			     enum sort_key sort)
{
	bool same = a->count == b->count && a->at_start == b->at_start && a->at_end == b->at_end;

	for (size_t i = 0; same && i < a->count; i++)
		same = a->rows[i].id == b->rows[i].id && a->rows[i].status == b->rows[i].status;
	if (!same)
		fail_msg("%s by %s: %zu rows (%d %d), %zu by SQL (%d %d)", query, sort_word(sort), a->count, a->at_start, a->at_end,
			 b->count, b->at_start, b->at_end);
}

static const char *const queries[] = {
	"", "status:excluded", "-status:annotated", "lang:python", "-lang:python,c", "lang:p*", "level>=warning", "kind:edit",
	"rule:E501 model:model-a", "-rule:user", "tool:linter source:ci", "model:model-b*", "-model:*", "harness:1.0 @team:blue",
	"@nosuch:x", "cause:model", "cause:none level:error", "verdict:none is:annotated", "is:mine", "reviewer:bob",
	"reviewers>=2", "-reviewers:1",
	"severity:none", "batch:1", "batch>1", "before:2023-11-20", "after:2023-11-18 lang:c", "produced:2023-11-20",
	"before:2023-11-20T10:00", "id>=3990", "id<10 lang:c", "id>20 id<=10", "is:untriaged,annotated", "is:mine,untriaged",
	"path:dir1 lang:c", "session:session-1 kind:edit", "rule:E501 lang:python kind:patch", "model:model-a harness:9",
};

/* Row `at` of the list, by its id, is known to be that row where columns hold all that is asked. */
static void assert_place(struct fixture *f, const char *query, enum sort_key sort, int64_t id, int64_t at, bool known)
{
	struct seek_request request = { contract_query(&f->c, query, "ann"), sort, SEEK_ID, id, 0 };
	struct seek to;

	assert_ok(&f->c, f->c.ops->sample_seek(f->c.store, &f->c.arena, &request, &to, &f->c.err));
	if (to.before != at && (known || to.before != -1))
		fail_msg("%s by %s: row %d is taken for row %d", query, sort_word(sort), (int)at, (int)to.before);
}

static void all_filters_and_orders_agree_with_sql(void **state)
{
	struct fixture *f = *state;
	struct store *plain;

	fill(f, SAMPLES);
	load(f, SORT_NEWEST);
	load(f, SORT_PATH);
	plain = open_plain(f);
	for (size_t q = 0; q < ARRAY_LEN(queries); q++)
		for (int sort = 0; sort < SORT_COUNT; sort++)
			for (int backward = 0; backward < 2; backward++) {
				struct page_cursor from = { .set = false };
				struct sample_page a, b;
				for (int pages = 0; pages < 4; pages++) {
					a = page(f, f->c.store, queries[q], (enum sort_key)sort, from, backward, 30);
					b = page(f, plain, queries[q], (enum sort_key)sort, from, backward, 30);
					assert_same_page(&a, &b, queries[q], (enum sort_key)sort);
					if (!backward && b.count)
						assert_place(f, queries[q], (enum sort_key)sort, b.rows[b.count / 2].id,
							     pages * 30 + (int64_t)b.count / 2, q < 8);
					from = backward ? b.before_first : b.after_last;
				}
			}
	plain->ops->close(plain);
}

static void counts_and_ids_agree_with_sql(void **state)
{
	struct fixture *f = *state;
	struct store *plain;

	fill(f, SAMPLES);
	load(f, SORT_ID);
	plain = open_plain(f);
	for (size_t q = 0; q < ARRAY_LEN(queries); q++) {
		struct query *query = contract_query(&f->c, queries[q], "ann");
		const int64_t *ids[2];
		size_t counts[2];
		int64_t count[2];
		assert_ok(&f->c, f->c.ops->sample_count(f->c.store, query, &count[0], &f->c.err));
		assert_ok(&f->c, plain->ops->sample_count(plain, query, &count[1], &f->c.err));
		assert_ok(&f->c, f->c.ops->sample_ids(f->c.store, &f->c.arena, query, &ids[0], &counts[0], &f->c.err));
		assert_ok(&f->c, plain->ops->sample_ids(plain, &f->c.arena, query, &ids[1], &counts[1], &f->c.err));
		if (count[0] != count[1] || counts[0] != counts[1] || (int64_t)counts[0] != count[0])
			fail_msg("%s: %d and %zu, %d and %zu by SQL", queries[q], (int)count[0], counts[0], (int)count[1], counts[1]);
		if (counts[0])
			assert_memory_equal(ids[0], ids[1], counts[0] * sizeof(ids[0][0]));
	}
	plain->ops->close(plain);
}

/* What others change is there at the next question, whoever loaded the columns. */
static void changes_by_other_connections_show(void **state)
{
	struct fixture *f = *state;
	struct store *other, *mine;
	struct edit undone;
	int64_t before, edit;

	fill(f, SAMPLES);
	load(f, SORT_NEWEST);
	mine = f->c.store;
	other = open_plain(f);
	before = contract_count(&f->c, "cause:model");
	f->c.store = other;
	edit = contract_annotate(&f->c, "ann", 3000, "model/hallucination");
	f->c.store = mine;
	assert_true(edit > 0);
	assert_int_equal(contract_count(&f->c, "cause:model"), before + 1);
	assert_ok(&f->c, other->ops->undo(other, &f->c.arena, "ann", 0, &undone, &f->c.err));
	assert_int_equal(contract_count(&f->c, "cause:model"), before);
	f->c.store = other;
	contract_import(&f->c, SAMPLES + 1, SAMPLES + 50);
	f->c.store = mine;
	/* New samples: SQL until the orders are made anew, then columns again. */
	assert_int_equal(contract_count(&f->c, "batch:2"), 50);
	load(f, SORT_NEWEST);
	assert_int_equal(contract_count(&f->c, "batch:2"), 50);
	assert_int_equal(page(f, mine, "batch:2", SORT_NEWEST, (struct page_cursor){ 0 }, false, 100).count, 50);
	other->ops->close(other);
}

/* Edits that are not committed yet are seen by their own connection alone. */
static void edits_under_way_are_not_shared(void **state)
{
	struct fixture *f = *state;
	struct store *writer, *mine;
	int64_t edit, before;

	fill(f, 500);
	load(f, SORT_NEWEST);
	mine = f->c.store;
	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &writer, &f->c.err));
	sqlite_of(writer)->columns_least = 0;
	before = contract_count(&f->c, "status:deferred");
	f->c.store = writer;
	assert_ok(&f->c, writer->ops->group_begin(writer, "ann", "triage", &f->c.err));
	contract_triage(&f->c, "ann", 50, SAMPLE_DEFERRED);
	assert_int_equal(contract_count(&f->c, "status:deferred"), before + 1);
	f->c.store = mine;
	assert_int_equal(contract_count(&f->c, "status:deferred"), before);
	assert_ok(&f->c, writer->ops->group_end(writer, STATUS_OK, "one", &edit, &f->c.err));
	assert_int_equal(contract_count(&f->c, "status:deferred"), before + 1);
	writer->ops->close(writer);
}

/* More different rules than a column can tell apart: the rest is looked up. */
static void full_dictionaries_stay_exact(void **state)
{
	const int64_t rules = DICTIONARY_MAX + 200;
	struct batch batch = { .source = "rules.jsonl", .format = "jsonl", .reviewer = "importer" }, done;
	struct fixture *f = *state;
	enum import_outcome outcome;
	struct facet_request request = { NULL, (const enum facet_key[]){ FACET_RULE }, 1, 3, SORT_ID };
	struct facets facets;
	char rule[32];

	fixture_create(f);
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	for (int64_t n = 1; n <= rules; n++) {
		struct flag flag = { .rule = rule, .message = "m" };
		struct sample sample = { .flags = &flag, .flag_count = 1 };
		snprintf(rule, sizeof(rule), "rule-%lld", (long long)n);
		sample.fingerprint = digest_of(slice_of(rule));
		assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
	}
	assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &done, &f->c.err));
	load(f, SORT_ID);
	assert_true(f->c.store && sqlite_of(f->c.store)->columns->dictionaries[COLUMN_FLAGS].entries.items[DICTIONARY_OTHERS].rows > 0);
	assert_int_equal(contract_count(&f->c, "rule:rule-7"), 1);
	assert_int_equal(contract_count(&f->c, "rule:rule-65700"), 1);
	request.query = contract_query(&f->c, "id>65600", NULL);
	assert_ok(&f->c, f->c.ops->facets(f->c.store, &f->c.arena, &request, &facets, &f->c.err));
	assert_int_equal(facets.count, rules - 65600);
	assert_int_equal(facets.lists[0].count + facets.lists[0].more_values, rules - 65600);
}

/* A harness for each sample is no set that samples share: it stands with each of them. */
static void values_of_samples_own_are_counted(void **state)
{
	struct batch batch = { .source = "own.jsonl", .format = "jsonl", .reviewer = "importer" }, done;
	struct facet_request request = { NULL, (const enum facet_key[]){ FACET_HARNESS, FACET_MODEL }, 2, 2, SORT_ID };
	struct fixture *f = *state;
	enum import_outcome outcome;
	struct facets facets;

	fixture_create(f);
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	for (int n = 1; n <= 3000; n++) {
		char harness[32], id[32];
		struct provenance provenance[] = {
			{ PROVENANCE_HARNESS, harness, CERTAINTY_RECORDED }, { PROVENANCE_MODEL, n % 2 ? "odd" : "even", CERTAINTY_RECORDED },
		};
		struct sample sample = { .external_id = id, .provenance = provenance, .provenance_count = 2 };
		snprintf(id, sizeof(id), "s-%d", n);
		snprintf(harness, sizeof(harness), "h-%d", n);
		sample.fingerprint = sample_fingerprint(&sample);
		assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
	}
	assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &done, &f->c.err));
	load(f, SORT_ID);
	assert_true(sqlite_of(f->c.store)->columns->own_named);
	assert_int_equal(contract_count(&f->c, "harness:h-7"), 1);
	assert_int_equal(contract_count(&f->c, "harness:h-2990 model:even"), 1);
	assert_int_equal(contract_count(&f->c, "-harness:h-2990 model:even"), 1499);
	request.query = contract_query(&f->c, "id>2900", NULL);
	assert_ok(&f->c, f->c.ops->facets(f->c.store, &f->c.arena, &request, &facets, &f->c.err));
	assert_int_equal(facets.lists[0].more_values, 98);
	assert_int_equal(facets.lists[1].values[0].count, 50);
}

/* Loading a store that a page would wait for too long is left to steps; until then SQL answers. */
static void pages_do_not_wait_for_loading(void **state)
{
	struct fixture *f = *state;

	fill(f, COLUMNS_CATCH_UP + 100);
	sqlite_of(f->c.store)->columns_least = 0;
	assert_int_equal(page(f, f->c.store, "lang:c", SORT_NEWEST, (struct page_cursor){ 0 }, false, 10).count, 10);
	assert_false(sqlite_of(f->c.store)->columns->begun);
	load(f, SORT_NEWEST);
	assert_true(sqlite_of(f->c.store)->columns->by_time.whole);
}

/* ---- company ---------------------------------------------------------------------------------- */

#define EDITS 150

/* A thread with a connection of its own, as a worker of the workbench is. */
static void *judge(void *context)
{
	struct contract_state c = { .err = { 0 } };
	const char *path = context;
	struct error err;

	if (sqlite_store_open(path, NULL, &c.store, &err) != STATUS_OK)
		return (void *)(uintptr_t)path;
	c.ops = c.store->ops;
	sqlite_of(c.store)->columns_least = 0;
	for (int64_t id = 1; id <= EDITS; id++) {
		struct annotate_request request = { .samples = &id, .sample_count = 1, .annotation = { .cause = "testing" } };
		struct query query;
		int64_t edit, count = -1;
		if (c.ops->annotate(c.store, "cleo", &request, &edit, &err) != STATUS_OK ||
		    query_parse(&c.arena, "reviewer:cleo", NULL, &query, &err) != STATUS_OK ||
		    c.ops->sample_count(c.store, &query, &count, &err) != STATUS_OK || count != id)
			break;
		if (id == EDITS)
			context = NULL;
	}
	arena_release(&c.arena);
	c.ops->close(c.store);
	return context;
}

/* One edits and counts what it has done, the other counts and turns pages meanwhile. */
static void threads_share_columns(void **state)
{
	struct fixture *f = *state;
	pthread_t thread;
	void *failed;
	int64_t seen = 0;

	fill(f, SAMPLES);
	load(f, SORT_NEWEST);
	assert_int_equal(pthread_create(&thread, NULL, judge, f->path), 0);
	/* It stops early if the other fails. */
	for (int tries = 0; seen < EDITS && tries < 20000; tries++) {
		int64_t count = contract_count(&f->c, "reviewer:cleo");
		struct sample_page out = page(f, f->c.store, "lang:c kind:edit", SORT_NEWEST, (struct page_cursor){ 0 }, false, 10);
		assert_int_equal(out.count, 10);
		assert_true(count >= seen);
		seen = count;
	}
	pthread_join(thread, &failed);
	assert_null(failed);
}

/* ---- kernels --------------------------------------------------------------------------------- */

static uint32_t random_number(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void kernels_agree_with_loops(void **state)
{
	enum { COUNT = 3 * SCAN_BLOCK };
	static uint16_t columns[2][COUNT];
	static uint64_t bits[COUNT / 64];
	static uint8_t keep[65536];
	int64_t counts[16] = { 0 }, expected_counts[16] = { 0 };
	uint32_t seed = 7;
	struct scan_filter filters[2] = { { columns[0], NULL, 3, 4 }, { columns[1], keep, 0, 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		columns[0][i] = (uint16_t)(random_number(&seed) % 16);
		columns[1][i] = (uint16_t)random_number(&seed);
	}
	for (size_t i = 0; i < sizeof(keep); i++)
		keep[i] = random_number(&seed) % 3 == 0;
	for (size_t filter_count = 0; filter_count <= 2; filter_count++) {
		int64_t expected = 0;
		int64_t found = scan_find(filters, filter_count, COUNT, bits);
		for (size_t i = 0; i < COUNT; i++) {
			bool hit = (filter_count < 1 || (columns[0][i] >= 3 && columns[0][i] <= 7)) &&
				   (filter_count < 2 || keep[columns[1][i]]);
			expected += hit;
			assert_int_equal(bits[i / 64] >> (i % 64) & 1, hit);
			if (filter_count == 2 && hit)
				expected_counts[columns[0][i]]++;
		}
		assert_int_equal(found, expected);
	}
	scan_count(columns[0], bits, COUNT, counts);
	assert_memory_equal(counts, expected_counts, sizeof(counts));
}

static struct facets ask(struct fixture *f, const char *query, enum facet_key key, int64_t few)
{
	struct facet_request request = { contract_query(&f->c, query, "ann"), &key, 1, 0, SORT_NEWEST };
	struct facets out;

	sqlite_of(f->c.store)->facets_few = few;
	do
		assert_ok(&f->c, f->c.ops->facets(f->c.store, &f->c.arena, &request, &out, &f->c.err));
	while (!out.readiness.ready);
	return out;
}

/* What few samples are counted by, one after the other, is what columns and SQL count; and the many that a greater
 * setting lets through are all counted. */
static void few_samples_are_counted_alike(void **state)
{
	static const char *const narrow[] = {
		"reviewer:bob", "is:mine cause:testing", "cause:testing", "is:adjudicated", "is:mine", "cause:testing -reviewer:bob",
		"id:7,14,21 -cause:none", "reviewer:ann,bob", "reviewer:ann lang:python",
	};
	const int64_t decided[] = { 7, 14, 21 };
	struct annotate_request decision = { .samples = decided, .sample_count = 3, .annotation = {
		.cause = "data_gap", .severity = SEVERITY_Q2, .note = "looked", .adjudicated = true } };
	struct fixture *f = *state;
	struct store *plain;
	int64_t edit;

	fill(f, 600);
	for (int64_t id = 60; id < 85; id++)
		contract_annotate(&f->c, "ann", id * 7, "testing");
	assert_ok(&f->c, f->c.ops->annotate(f->c.store, "eve", &decision, &edit, &f->c.err));
	load(f, SORT_NEWEST);
	plain = open_plain(f);
	for (size_t q = 0; q < ARRAY_LEN(narrow); q++)
		for (int key = 0; key < FACET_COUNT; key++) {
			struct facets few = ask(f, narrow[q], (enum facet_key)key, FACETS_FEW_MOST);
			struct facets many = ask(f, narrow[q], (enum facet_key)key, 1000);
			struct facets columns = ask(f, narrow[q], (enum facet_key)key, 0);
			const struct query *query = contract_query(&f->c, narrow[q], "ann");
			int64_t count;
			assert_ok(&f->c, plain->ops->sample_count(plain, query, &count, &f->c.err));
			assert_int_equal(few.count, count);
			assert_int_equal(many.count, count);
			assert_int_equal(columns.count, count);
			assert_int_equal(few.lists[0].count, columns.lists[0].count);
			assert_int_equal(many.lists[0].count, columns.lists[0].count);
			for (size_t i = 0; i < columns.lists[0].count; i++) {
				const struct facet *a = &few.lists[0].values[i], *b = &columns.lists[0].values[i];
				assert_int_equal(a->count, b->count);
				assert_string_equal(a->value ? a->value : "(none)", b->value ? b->value : "(none)");
				assert_int_equal(many.lists[0].values[i].count, b->count);
			}
		}
	plain->ops->close(plain);
}

/* Samples of the file come again with another tool and another language, and one is new. */
static void import_again(struct fixture *f, const int64_t *ids, size_t count, const char *tool)
{
	struct batch batch = { .source = "again.jsonl", .format = "jsonl", .reviewer = "importer" }, done;
	const struct edit_change *changes;
	struct edit_filter filter = { .verb = NULL };
	const struct edit *edits;
	enum import_outcome outcome;
	size_t listed;

	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	for (size_t i = 0; i < count; i++) {
		struct sample sample = contract_sample(&f->c.arena, (int)ids[i]);
		struct flag flag = sample.flags[0];
		flag.tool = tool;
		sample.flags = &flag;
		sample.flag_count = 1;
		sample.language = "ada";
		assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
		assert_int_equal(outcome, ids[i] > SAMPLES ? IMPORT_NEW : IMPORT_UPDATED);
	}
	assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &done, &f->c.err));
	/* What its entry says of samples is for us: it changed nothing that people edit. */
	assert_ok(&f->c, f->c.ops->edit_list(f->c.store, &f->c.arena, &filter, 0, 1, &edits, &listed, &f->c.err));
	assert_int_equal(edits[0].kind, EDIT_IMPORT);
	assert_ok(&f->c, f->c.ops->edit_changes(f->c.store, &f->c.arena, edits[0].id, 10, &changes, &listed, &f->c.err));
	assert_int_equal(listed, 0);
}

static int64_t count(struct fixture *f, struct store *store, const char *query)
{
	int64_t hits;

	assert_ok(&f->c, store->ops->sample_count(store, contract_query(&f->c, query, "ann"), &hits, &f->c.err));
	return hits;
}

static void an_import_that_updates_is_followed(void **state)
{
	static const int64_t ids[] = { 4, 5, 1000, 3999, SAMPLES + 1 };
	static const char *const asked[] = { "tool:another", "lang:ada", "lang:python", "tool:linter", "tool:third" };
	struct fixture *f = *state;
	struct store *plain;

	fill(f, SAMPLES);
	load(f, SORT_ID);
	plain = open_plain(f);
	import_again(f, ids, ARRAY_LEN(ids), "another");
	assert_int_equal(count(f, f->c.store, "tool:another"), ARRAY_LEN(ids));
	/* They are not loaded anew for that: the new one is all that is left to do. */
	assert_true(sqlite_of(f->c.store)->columns->begun);
	assert_int_equal(sqlite_of(f->c.store)->columns->rows, SAMPLES);
	load(f, SORT_ID);
	for (size_t q = 0; q < ARRAY_LEN(asked); q++)
		assert_int_equal(count(f, f->c.store, asked[q]), count(f, plain, asked[q]));
	/* One that does not say which: all are. */
	import_again(f, ids, 2, "third");
	assert_int_equal(sqlite3_exec(sqlite_of(plain)->handle, "UPDATE edit SET changes = NULL WHERE kind = 3", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_ok(&f->c, edit_seal_all(sqlite_of(plain), &f->c.err)); /* as an older program left it */
	assert_int_equal(count(f, f->c.store, "tool:third"), 2);
	assert_int_equal(count(f, plain, "tool:third"), 2);
	assert_false(sqlite_of(f->c.store)->columns->begun);
	load(f, SORT_ID);
	for (size_t q = 0; q < ARRAY_LEN(asked); q++)
		assert_int_equal(count(f, f->c.store, asked[q]), count(f, plain, asked[q]));
	/* Nor does one that wrote over more than it may name. */
	sqlite_of(f->c.store)->renewed_most = 2;
	import_again(f, ids, 3, "fourth");
	assert_int_equal(count(f, f->c.store, "tool:fourth"), 3);
	assert_false(sqlite_of(f->c.store)->columns->begun);
	load(f, SORT_ID);
	import_again(f, ids, 2, "fifth");
	assert_int_equal(count(f, f->c.store, "tool:fifth"), 2);
	assert_true(sqlite_of(f->c.store)->columns->begun);
	contract_check_clean(&f->c);
	plain->ops->close(plain);
}

/* All but the last ones wait from now on. */
static void defer_many(struct fixture *f, struct store *store)
{
	int64_t ids[SAMPLES - 50], edit;
	struct triage_request request = { .samples = ids, .sample_count = ARRAY_LEN(ids), .status = SAMPLE_DEFERRED };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		ids[i] = (int64_t)i + 1;
	assert_ok(&f->c, store->ops->triage(store, "bob", &request, &edit, &f->c.err));
}

/* One piece of what changed is read again; whether it was the last. */
static bool follow(struct fixture *f)
{
	struct sqlite_store *db = sqlite_of(f->c.store);
	struct columns *columns = columns_lock(db, true);
	bool done = false;

	assert_non_null(columns);
	assert_true(read_begin(db));
	assert_ok(&f->c, columns_follow(db, columns, false, &done, &f->c.err));
	read_end(db, true);
	columns_unlock(columns);
	return done;
}

static void many_changes_are_read_again_by_pieces(void **state)
{
	static const char *const asked[] = { "status:deferred", "status:untriaged", "status:needs_info", "lang:python" };
	struct fixture *f = *state;
	struct store *plain;
	int pieces = 1;

	fill(f, SAMPLES);
	load(f, SORT_NEWEST);
	plain = open_plain(f);
	defer_many(f, plain);
	assert_false(follow(f));
	assert_int_equal(sqlite_of(f->c.store)->columns->taking.next, COLUMNS_AGAIN);
	/* One that was read again, and one that was not yet, change meanwhile. */
	contract_triage(&f->c, "ann", 4, SAMPLE_NEEDS_INFO);
	contract_triage(&f->c, "ann", SAMPLES - 100, SAMPLE_NEEDS_INFO);
	for (bool whole = false; !whole; pieces++) {
		for (size_t q = 0; q < ARRAY_LEN(asked); q++)
			assert_int_equal(count(f, f->c.store, asked[q]), count(f, plain, asked[q]));
		whole = sqlite_of(f->c.store)->columns->taking.edit == 0 || follow(f);
	}
	assert_true(pieces > 3);
	assert_int_equal(count(f, plain, "status:needs_info"), 2);
	for (size_t q = 0; q < ARRAY_LEN(asked); q++)
		assert_int_equal(count(f, f->c.store, asked[q]), count(f, plain, asked[q]));
	assert_true(sqlite_of(f->c.store)->columns->begun);
	plain->ops->close(plain);
}

/* What others write between the beginning and the end is not seen, and they need not wait. */
static void a_view_keeps_its_state(void **state)
{
	struct fixture *f = *state;
	struct contract_state other = { 0 };
	bool began;

	fixture_create(f);
	contract_import(&f->c, 1, 10);
	other.store = open_plain(f);
	other.ops = other.store->ops;
	assert_ok(&f->c, f->c.ops->view_begin(f->c.store, &began, &f->c.err));
	assert_int_equal(contract_count(&f->c, ""), 10);
	contract_import(&other, 11, 15);
	assert_int_equal(contract_count(&f->c, ""), 10);
	f->c.ops->view_end(f->c.store, began);
	assert_int_equal(contract_count(&f->c, ""), 15);
	other.ops->close(other.store);
	arena_release(&other.arena);
}

/* Values are counted within a view, whose state goes on; not from columns that hold what is newer. */
static void a_view_counts_values(void **state)
{
	enum facet_key key = FACET_LANG;
	struct fixture *f = *state;
	struct facet_request request = { .keys = &key, .key_count = 1, .sort = SORT_NEWEST };
	struct store *viewing;
	struct facets out;
	bool began;

	fixture_create(f);
	contract_import(&f->c, 1, 10);
	viewing = open_plain(f);
	sqlite_of(viewing)->columns_least = 0;
	sqlite_of(viewing)->facets_few = 0;
	request.query = contract_query(&f->c, "", "ann");
	assert_ok(&f->c, viewing->ops->view_begin(viewing, &began, &f->c.err));
	do
		assert_ok(&f->c, viewing->ops->facets(viewing, &f->c.arena, &request, &out, &f->c.err));
	while (!out.readiness.ready);
	assert_int_equal(out.count, 10);
	contract_import(&f->c, 11, 15);
	assert_ok(&f->c, viewing->ops->facets(viewing, &f->c.arena, &request, &out, &f->c.err));
	assert_int_equal(out.count, 10);
	assert_int_equal(ask(f, "", FACET_LANG, 0).count, 15);
	assert_int_equal(viewing->ops->facets(viewing, &f->c.arena, &request, &out, &f->c.err), STATUS_CONFLICT);
	viewing->ops->view_end(viewing, began);
	assert_ok(&f->c, viewing->ops->facets(viewing, &f->c.arena, &request, &out, &f->c.err));
	assert_int_equal(out.count, 15);
	viewing->ops->close(viewing);
}

/* Not at every sixteenth row, nor by the processor's clock alone: the thread that waits for a disk uses none. */
static void a_glance_ends_by_the_clock_on_the_wall(void **state)
{
	struct fixture *f = *state;
	struct page_time time = page_time_of_glance(10000, 1);

	fixture_create(f);
	sqlite_of(f->c.store)->time = &time;
	time.calls = 1;
	usleep(2000);
	assert_true(page_due(sqlite_of(f->c.store)));
	time = page_time_of_glance(10000, 10000);
	assert_false(page_due(sqlite_of(f->c.store)));
	sqlite_of(f->c.store)->time = NULL;
}

static int stop_once(void *context)
{
	int *steps = context;

	return --*steps == 0;
}

/* Wherever the reading is interrupted, as typing does it: what is read the next time is whole. */
static void an_interrupted_loading_is_made_good(void **state)
{
	static const char *const asked[] = { "model:model-a", "-model:*", "lang:python", "rule:E501", "cause:model" };
	enum facet_key key = FACET_STATUS;
	struct fixture *f = *state;
	struct facet_request request = { .keys = &key, .key_count = 1, .sort = SORT_ID };
	struct facets out;
	struct sqlite_store *db;
	int64_t expected[ARRAY_LEN(asked)], count;
	int left = 0;

	fixture_create(f);
	contract_import(&f->c, 1, 6);
	contract_annotate(&f->c, "ann", 2, "model");
	db = sqlite_of(f->c.store);
	for (size_t q = 0; q < ARRAY_LEN(asked); q++)
		expected[q] = contract_count(&f->c, asked[q]); /* by SQL: it is small */
	db->columns_least = db->facets_few = 0;
	request.query = contract_query(&f->c, "", NULL);
	for (int at = 1; left <= 0; at++) {
		if (db->columns)
			columns_clear(db->columns);
		left = at;
		sqlite3_progress_handler(db->handle, 1, stop_once, &left);
		if (f->c.ops->facets(f->c.store, &f->c.arena, &request, &out, &f->c.err) != STATUS_OK)
			assert_true(left <= 0);
		sqlite3_progress_handler(db->handle, 0, NULL, NULL);
		load(f, SORT_ID);
		for (size_t q = 0; q < ARRAY_LEN(asked); q++) {
			assert_ok(&f->c, f->c.ops->sample_count(f->c.store, contract_query(&f->c, asked[q], NULL), &count, &f->c.err));
			if (count != expected[q])
				fail_msg("%s: %d, not %d, after step %d", asked[q], (int)count, (int)expected[q], at);
		}
	}
}

#define DAYS 4000 /* more than SQLite takes side by side */

/* As the analyses ask for what is of days without denominators, where these are of every other day. */
static void many_days_are_asked_for(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;

	fixture_create(f);
	contract_import(&f->c, 1, 10);
	for (int64_t day = 0; day < DAYS; day++)
		strbuf_addf(&text, "%s%s", day ? "," : "day:", instant_text(&f->c.arena, (struct instant){ day * 2 * DAY_US, PRECISION_DAY }));
	assert_int_equal(contract_count(&f->c, text.text), 0);
	strbuf_addstr(&text, ",2023");
	assert_int_equal(contract_count(&f->c, text.text), contract_count(&f->c, "day:2023"));
	assert_int_equal(contract_count(&f->c, arena_printf(&f->c.arena, "-%s", text.text)), contract_count(&f->c, "-day:2023"));
	assert_true(contract_count(&f->c, "day:2023") > 0);
	strbuf_release(&text);
}

/* Their sum fails, or is none; lists and counts go on. */
static void batches_that_say_too_much_are_not_believed(void **state)
{
	struct fixture *f = *state;
	struct page_request request = { .sort = SORT_NEWEST, .limit = 5, .with_total = true };
	struct sample_page page;

	fixture_create(f);
	contract_import(&f->c, 1, 10);
	contract_import(&f->c, 11, 15);
	for (int i = 0; i < 2; i++) {
		fixture_close(f);
		fixture_sql(f, i ? "UPDATE batch SET imported = -1000" : "UPDATE batch SET imported = 9223372036854775807");
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		request.query = contract_query(&f->c, "", "ann");
		assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &page, &f->c.err));
		assert_int_equal(page.count, 5);
		assert_false(page.has_total);
		assert_int_equal(contract_count(&f->c, ""), 15);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_view_counts_values), FIXTURE_TEST(batches_that_say_too_much_are_not_believed), FIXTURE_TEST(a_glance_ends_by_the_clock_on_the_wall),
		FIXTURE_TEST(a_view_keeps_its_state), FIXTURE_TEST(an_interrupted_loading_is_made_good),
		FIXTURE_TEST(many_days_are_asked_for),
		FIXTURE_TEST(all_filters_and_orders_agree_with_sql),
		FIXTURE_TEST(counts_and_ids_agree_with_sql),
		FIXTURE_TEST(few_samples_are_counted_alike),
		FIXTURE_TEST(changes_by_other_connections_show),
		FIXTURE_TEST(edits_under_way_are_not_shared),
		FIXTURE_TEST(full_dictionaries_stay_exact),
		FIXTURE_TEST(values_of_samples_own_are_counted),
		FIXTURE_TEST(threads_share_columns),
		FIXTURE_TEST(pages_do_not_wait_for_loading),
		FIXTURE_TEST(an_import_that_updates_is_followed),
		FIXTURE_TEST(many_changes_are_read_again_by_pieces),
		cmocka_unit_test(kernels_agree_with_loops),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: columns", tests, NULL, NULL);
}
