/*
 * The copy of the columns beside a store: answers from it are those of SQL, also behind what was done
 * since; and whatever is wrong with it, answers are the same, and it is made anew.
 */
#include <sys/stat.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/edit_log.h"
#include "tests/storage/sqlite_fixture.h"

#define SAMPLES 2500 /* more than a page takes up by itself */

static const char *const queries[] = {
	"status:excluded", "-status:annotated", "lang:python", "-lang:python,c", "level>=warning", "kind:edit", "rule:E501 model:model-a",
	"-rule:user", "tool:linter source:ci", "-model:*", "harness:1.0 @team:blue", "@nosuch:x", "cause:model", "cause:none level:error",
	"symptom:wrong_logic", "reviewer:bob", "reviewers>=2", "severity:none", "batch:1", "before:2023-11-20", "is:mine,untriaged",
};

static const char *snapshot_of(struct fixture *f)
{
	return arena_printf(&f->c.arena, "%s-columns", f->path);
}

static void fill(struct fixture *f)
{
	fixture_create(f);
	contract_import(&f->c, 1, SAMPLES);
	for (int64_t id = 1; id < 60; id++)
		contract_annotate(&f->c, id % 3 ? "ann" : "bob", id * 7, id % 2 ? "model/hallucination" : "testing");
	for (int64_t id = 100; id < 110; id++)
		contract_triage(&f->c, "ann", id, SAMPLE_EXCLUDED);
}

static void reopen(struct fixture *f, struct sqlite_open_options options)
{
	fixture_close(f);
	assert_ok(&f->c, fixture_open(f, options));
	sqlite_of(f->c.store)->columns_least = 0;
	sqlite_of(f->c.store)->snapshot_least = 0;
}

static void load(struct fixture *f, enum sort_key sort)
{
	struct facet_request request = { contract_query(&f->c, "", NULL), (const enum facet_key[]){ FACET_STATUS }, 1, 0, sort };
	struct facets out;

	do
		assert_ok(&f->c, f->c.ops->facets(f->c.store, &f->c.arena, &request, &out, &f->c.err));
	while (!out.readiness.ready);
}

static const struct columns *columns_of(struct fixture *f)
{
	return sqlite_of(f->c.store)->columns;
}

static void assert_same_page(struct fixture *f, struct store *plain, const char *query)
{
	struct page_request request = { contract_query(&f->c, query, "ann"), SORT_NEWEST, { .set = false }, false, 40, 0, false };
	struct sample_page a, b;

	assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &a, &f->c.err));
	assert_ok(&f->c, plain->ops->sample_page(plain, &f->c.arena, &request, &b, &f->c.err));
	assert_int_equal(a.count, b.count);
	for (size_t i = 0; i < a.count; i++)
		assert_int_equal(a.rows[i].id, b.rows[i].id);
}

/* Each count and page, and that the columns know: SQL is asked by another connection. */
static void assert_answers(struct fixture *f)
{
	struct store *plain;

	load(f, SORT_NEWEST);
	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &plain, &f->c.err));
	sqlite_of(plain)->columns_least = INT64_MAX;
	for (size_t q = 0; q < ARRAY_LEN(queries); q++) {
		struct query *query = contract_query(&f->c, queries[q], "ann");
		int64_t count[2];
		assert_ok(&f->c, f->c.ops->sample_count(f->c.store, query, &count[0], &f->c.err));
		assert_ok(&f->c, plain->ops->sample_count(plain, query, &count[1], &f->c.err));
		if (count[0] != count[1])
			fail_msg("%s: %d, %d by SQL", queries[q], (int)count[0], (int)count[1]);
		assert_same_page(f, plain, queries[q]);
	}
	plain->ops->close(plain);
}

/* What is asked first of a process takes it all from the file. */
static void a_snapshot_answers_as_sql(void **state)
{
	struct fixture *f = *state;
	int64_t count;

	fill(f);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_NEWEST);
	assert_true(columns_of(f)->unsaved > SAMPLES);
	reopen(f, (struct sqlite_open_options){ 0 });
	assert_true(file_exists(snapshot_of(f)));
	/* What an index finds soon does not need it. */
	assert_ok(&f->c, f->c.ops->sample_count(f->c.store, contract_query(&f->c, "id>=7", NULL), &count, &f->c.err));
	assert_ok(&f->c, f->c.ops->sample_count(f->c.store, contract_query(&f->c, "message", NULL), &count, &f->c.err));
	assert_false(columns_of(f)->begun);
	assert_ok(&f->c, f->c.ops->sample_count(f->c.store, contract_query(&f->c, "-lang:c", NULL), &count, &f->c.err));
	assert_int_equal(columns_of(f)->unsaved, 0);
	assert_int_equal(columns_of(f)->rows, SAMPLES);
	assert_answers(f);
	assert_int_equal(columns_of(f)->unsaved, 0); /* the order of time was in it */
	contract_check_clean(&f->c);
}

/* Edits and imports behind it are followed; once they are many, it is written anew. */
static void what_was_done_since_is_followed(void **state)
{
	struct fixture *f = *state;
	struct edit edit;

	fill(f);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	reopen(f, (struct sqlite_open_options){ 0 });
	contract_annotate(&f->c, "carl", 1, "data_gap");
	contract_annotate(&f->c, "carl", 14, "model");
	assert_ok(&f->c, f->c.ops->undo(f->c.store, &f->c.arena, "ann", 0, &edit, &f->c.err));
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	assert_true(columns_of(f)->unsaved > 0 && columns_of(f)->unsaved < 10);
	assert_answers(f);
	contract_import(&f->c, SAMPLES + 1, SAMPLES + SAMPLES / 10);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	assert_true(columns_of(f)->unsaved >= SAMPLES / 10 && columns_of(f)->unsaved < SAMPLES);
	assert_answers(f);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	assert_int_equal(columns_of(f)->unsaved, 0);
	assert_answers(f);
}

/* It cannot be followed over an import that wrote over samples and does not say which. */
static void an_import_that_names_nothing_ends_it(void **state)
{
	struct fixture *f = *state;

	fill(f);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	reopen(f, (struct sqlite_open_options){ 0 });
	contract_import(&f->c, SAMPLES + 1, SAMPLES + 5);
	fixture_close(f);
	fixture_sql(f, "UPDATE batch SET updated = 3, duplicates = 0, records = records + 3 WHERE id = 2");
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	assert_true(columns_of(f)->unsaved >= SAMPLES);
	assert_answers(f);
}

static void write_snapshot(struct fixture *f, struct slice bytes)
{
	FILE *file = fopen(snapshot_of(f), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, file), bytes.len_bytes);
	assert_int_equal(fclose(file), 0);
}

/* Cut off, longer, and with a byte changed, at many places: it is not believed, and made anew. */
static void a_damaged_one_is_made_anew(void **state)
{
	struct fixture *f = *state;
	struct slice whole;
	char *bytes;

	fill(f);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_NEWEST);
	fixture_close(f);
	whole = fixture_bytes(f, snapshot_of(f));
	bytes = arena_alloc(&f->c.arena, whole.len_bytes + 1);
	for (size_t i = 0; i < 180; i++) {
		size_t at = i < 60 ? i * 8 : (i - 60) * whole.len_bytes / 120; /* the head is 460 bytes long */
		struct slice damaged = { bytes, i % 3 == 2 ? at : whole.len_bytes + (i % 3 == 1 && i < 6) };
		memcpy(bytes, whole.at, whole.len_bytes);
		bytes[whole.len_bytes] = 0;
		if (damaged.len_bytes == whole.len_bytes)
			bytes[at] = (char)(bytes[at] ^ (1 << i % 8));
		write_snapshot(f, damaged);
		reopen(f, (struct sqlite_open_options){ 0 });
		load(f, SORT_ID);
		if (columns_of(f)->unsaved < SAMPLES)
			fail_msg("damage %zu at byte %zu of %zu was not seen", i, at, whole.len_bytes);
		if (i % 20 == 0)
			assert_answers(f);
		fixture_close(f);
		assert_false(slice_eq(damaged, fixture_bytes(f, snapshot_of(f))));
	}
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	assert_int_equal(columns_of(f)->unsaved, 0);
}

/* Where the head says how long the parts are, and its digest (columns_snapshot.c); the keys are the first part, the order of
 * time the last one. */
enum { AT_LENGTHS = 13 * 8, AT_ORDER = AT_LENGTHS + 7 * 8, AT_DIGEST = AT_LENGTHS + 8 * 8 + 9 * DIGEST_BYTES };

/* Its digests are right, and its parts are longer than anything can be: no room is taken for them. */
static void lengths_that_cannot_be_are_not_believed(void **state)
{
	struct fixture *f = *state;
	struct slice whole;
	char *bytes;
	int64_t keys, order;

	fill(f);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_NEWEST);
	fixture_close(f);
	whole = fixture_bytes(f, snapshot_of(f));
	bytes = arena_alloc(&f->c.arena, whole.len_bytes);
	memcpy(bytes, whole.at, whole.len_bytes);
	memcpy(&keys, bytes + AT_LENGTHS, sizeof(keys));
	memcpy(&order, bytes + AT_ORDER, sizeof(order));
	assert_int_equal(order, SAMPLES * sizeof(uint32_t));
	for (int i = 0; i < 2; i++) { /* one is too long, and the other makes up for it */
		const int64_t more = (INT64_C(1) << 60) * (i ? -1 : 1), lengths[] = { keys + more, order - more };
		struct digest digest;
		memcpy(bytes + AT_LENGTHS, &lengths[0], sizeof(lengths[0]));
		memcpy(bytes + AT_ORDER, &lengths[1], sizeof(lengths[1]));
		digest = digest_of((struct slice){ bytes, AT_DIGEST });
		memcpy(bytes + AT_DIGEST, &digest, sizeof(digest));
		write_snapshot(f, (struct slice){ bytes, whole.len_bytes });
		reopen(f, (struct sqlite_open_options){ 0 });
		load(f, SORT_ID);
		assert_true(columns_of(f)->unsaved >= SAMPLES);
		fixture_close(f);
	}
}

/* A copy of the store goes another way: it has as many samples and edits, and each other ones. */
static void that_of_another_course_is_not_taken(void **state)
{
	struct fixture *f = *state;
	struct slice before;

	fill(f);
	fixture_close(f);
	before = fixture_bytes(f, f->path);
	reopen(f, (struct sqlite_open_options){ 0 });
	contract_triage(&f->c, "ann", 500, SAMPLE_EXCLUDED);
	load(f, SORT_ID);
	fixture_close(f);
	assert_true(file_exists(snapshot_of(f)));
	fixture_write(f, before);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID); /* the store is older than it */
	assert_true(columns_of(f)->unsaved >= SAMPLES);
	contract_triage(&f->c, "ann", 600, SAMPLE_EXCLUDED);
	assert_answers(f);
	fixture_close(f);
}

static void same_number_of_edits_other_edits(void **state)
{
	struct fixture *f = *state;
	struct slice before, snapshot;

	fill(f);
	fixture_close(f);
	before = fixture_bytes(f, f->path);
	reopen(f, (struct sqlite_open_options){ 0 });
	contract_triage(&f->c, "ann", 500, SAMPLE_EXCLUDED);
	load(f, SORT_ID);
	fixture_close(f);
	snapshot = fixture_bytes(f, snapshot_of(f));
	fixture_write(f, before);
	reopen(f, (struct sqlite_open_options){ 0 });
	contract_triage(&f->c, "ann", 600, SAMPLE_EXCLUDED);
	fixture_close(f);
	write_snapshot(f, snapshot);
	reopen(f, (struct sqlite_open_options){ 0 });
	load(f, SORT_ID);
	assert_true(columns_of(f)->unsaved >= SAMPLES);
	assert_answers(f);
}

/* One connection has begun to read it, and another, whose view is older, is asked for a number. */
static void begin_reading(struct fixture *f)
{
	struct sqlite_store *db = sqlite_of(f->c.store);
	struct columns *columns = columns_lock(db, true);
	int64_t own_keys;
	bool began = read_begin(db);

	assert_non_null(columns);
	columns_clear(columns);
	assert_ok(&f->c, sql_number_plain(db, SQL_OWN_KEY_COUNT, &own_keys, NULL, &f->c.err));
	for (int64_t i = 0; i < own_keys; i++)
		vec_push(&columns->own_keys, mem_strdup("key"));
	columns->target = SAMPLES;
	columns_reserve(columns, SAMPLES);
	columns->begun = true;
	assert_true(columns_snapshot_open(db, columns));
	read_end(db, began);
	columns_unlock(columns);
}

static void an_older_view_is_not_answered_by_it(void **state)
{
	struct fixture *f = *state;
	struct store *viewing;
	int64_t before;
	bool began;

	fill(f);
	fixture_close(f);
	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &viewing, &f->c.err));
	sqlite_of(viewing)->columns_least = 0;
	sqlite_of(viewing)->snapshot_least = 0;
	assert_ok(&f->c, viewing->ops->view_begin(viewing, &began, &f->c.err));
	assert_ok(&f->c, viewing->ops->sample_count(viewing, contract_query(&f->c, "-status:excluded", NULL), &before, &f->c.err));
	reopen(f, (struct sqlite_open_options){ 0 });
	contract_triage(&f->c, "ann", 500, SAMPLE_EXCLUDED);
	load(f, SORT_ID);
	reopen(f, (struct sqlite_open_options){ 0 });
	begin_reading(f);
	for (int i = 0; i < 2; i++) {
		int64_t count;
		assert_ok(&f->c, viewing->ops->sample_count(viewing, contract_query(&f->c, "-status:excluded", NULL), &count, &f->c.err));
		assert_int_equal(count, before);
	}
	viewing->ops->view_end(viewing, began);
	viewing->ops->close(viewing);
}

/* Nor is it written where the store is small, only read, or was not read whole. */
static void it_is_not_written_needlessly(void **state)
{
	struct fixture *f = *state;
	struct stat info;

	fill(f);
	load(f, SORT_ID);
	reopen(f, (struct sqlite_open_options){ .read_only = true });
	load(f, SORT_ID);
	reopen(f, (struct sqlite_open_options){ 0 });
	assert_false(file_exists(snapshot_of(f)));
	sqlite_of(f->c.store)->columns_least = 0;
	sqlite_of(f->c.store)->snapshot_least = SAMPLES + 1;
	load(f, SORT_ID);
	fixture_close(f);
	assert_int_equal(chmod(f->path, 0600), 0);
	reopen(f, (struct sqlite_open_options){ 0 });
	assert_false(file_exists(snapshot_of(f)));
	load(f, SORT_ID);
	fixture_close(f);
	/* What is private stays private. */
	assert_int_equal(stat(snapshot_of(f), &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	/* A read-only store is read with it. */
	reopen(f, (struct sqlite_open_options){ .read_only = true });
	load(f, SORT_ID);
	assert_int_equal(columns_of(f)->unsaved, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_snapshot_answers_as_sql),
		FIXTURE_TEST(what_was_done_since_is_followed),
		FIXTURE_TEST(an_import_that_names_nothing_ends_it),
		FIXTURE_TEST(a_damaged_one_is_made_anew),
		FIXTURE_TEST(lengths_that_cannot_be_are_not_believed),
		FIXTURE_TEST(that_of_another_course_is_not_taken),
		FIXTURE_TEST(same_number_of_edits_other_edits),
		FIXTURE_TEST(an_older_view_is_not_answered_by_it),
		FIXTURE_TEST(it_is_not_written_needlessly),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: a snapshot of the columns", tests, NULL, NULL);
}
