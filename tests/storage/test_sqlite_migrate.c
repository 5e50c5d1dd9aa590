/*
 * Migrations: the stores that each version's own program made come to the schema of a new
 * one with all that is in them; one that fails in step k is left at version k-1 and comes
 * through later, a new one is empty then; two programs that open an old store at once both get it.
 */
#include <sys/wait.h>

#include "storage/sqlite/migrate.h"
#include "storage/sqlite/search.h"
#include "tests/storage/sqlite_fixture.h"
#include "tests/support/old_store.h"
#include "tests/support/store_read.h"

static int newest(void)
{
	return migrations[migration_count - 1].version;
}

/* ---- schemas ----------------------------------------------------------------------------- */

/* The schema as text, one object a line. */
static void schema_of(struct fixture *f, struct strbuf *out)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2", -1,
					    &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		for (int column = 0; column < 4; column++)
			strbuf_addf(out, "%s%c", (const char *)sqlite3_column_text(stmt, column), column == 3 ? '\n' : ' ');
	sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void remove_files(struct fixture *f)
{
	char name[160];

	unlink(f->path);
	for (int version = 1; version <= newest(); version++) {
		snprintf(name, sizeof(name), "%s.v%d.bak", f->path, version);
		unlink(name);
	}
}

static int version_of(const char *path)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int version;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	version = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return version;
}

/* Summaries of edits begin with it since version 13. */
static void cut_key(struct strbuf *out)
{
	static const char key[] = "INC-2026-0001: ";
	char *at = out->text;

	while ((at = strstr(at, key)) != NULL) {
		memmove(at, at + sizeof(key) - 1, strlen(at + sizeof(key) - 1) + 1);
		out->len_bytes -= sizeof(key) - 1;
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What an edit changed comes in the order of its changeset, which is none: programs have written it in several. */
static void sort_changes(struct strbuf *out)
{
	char *copy = strdup(out->text), *rest = copy, *line;
	VEC_OF(char *) changes = VEC_INIT;

	assert_non_null(copy);
	strbuf_clear(out);
	do {
		line = strsep(&rest, "\n");
		if (line && strncmp(line, "change ", 7) == 0) {
			vec_push(&changes, line);
			continue;
		}
		if (changes.len)
			qsort(changes.items, changes.len, sizeof(*changes.items), by_text);
		for (size_t i = 0; i < changes.len; i++)
			strbuf_addf(out, "%s\n", changes.items[i]);
		changes.len = 0;
		if (line)
			strbuf_addf(out, rest ? "%s\n" : "%s", line);
	} while (line);
	vec_release(&changes);
	free(copy);
}

/* All that the store, which is brought up to date by being opened, answers. */
static void answers_of(struct fixture *f, struct strbuf *out)
{
	bool whole = false;

	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	contract_check_clean(&f->c);
	while (!whole)
		assert_ok(&f->c, f->c.ops->index_step(f->c.store, 1000, true, &whole, &f->c.err));
	contract_check_clean(&f->c);
	strbuf_clear(out);
	assert_ok(&f->c, store_read(f->c.store, out, &f->c.err));
	cut_key(out);
	sort_changes(out);
}

/* Back to the start and forth again, by everybody. */
static void walk_log(struct fixture *f)
{
	static const char *const reviewers[] = { "ann", "bob" };
	struct edit edit;
	long steps = 1, undone = 0, redone = 0;

	while (steps) {
		steps = 0;
		for (size_t i = 0; i < ARRAY_LEN(reviewers); i++)
			while (f->c.ops->undo(f->c.store, &f->c.arena, reviewers[i], 0, &edit, &f->c.err) == STATUS_OK)
				steps++;
		undone += steps;
	}
	assert_int_equal(contract_count(&f->c, "-is:untriaged"), 0);
	contract_check_clean(&f->c);
	for (size_t i = 0; i < ARRAY_LEN(reviewers); i++)
		while (f->c.ops->redo(f->c.store, &f->c.arena, reviewers[i], &edit, &f->c.err) == STATUS_OK)
			redone++;
	contract_check_clean(&f->c);
	assert_true(undone > 5 && redone > 2);
}

static void stores_of_each_version_come_up_to_date(void **state)
{
	struct fixture *f = *state;
	struct strbuf fresh = STRBUF_INIT, schema = STRBUF_INIT, answers = STRBUF_INIT, expected = STRBUF_INIT;
	char copy[160], part[180];
	int stores = 0;

	fixture_create(f);
	fixture_close(f);
	schema_of(f, &fresh);
	for (int version = newest(); version > 0; version--) {
		remove_files(f);
		if (!old_store_write(version, f->path))
			continue;
		stores++;
		/* As a kill amidst the copy leaves it. */
		snprintf(copy, sizeof(copy), "%s.v%d.bak", f->path, version);
		snprintf(part, sizeof(part), "%s.part-0badc0de", copy);
		FILE *left = fopen(part, "wb");
		assert_non_null(left);
		assert_int_equal(fclose(left), 0);
		answers_of(f, expected.len_bytes ? &answers : &expected);
		if (answers.len_bytes) /* the same was done by each program */
			assert_string_equal(answers.text, expected.text);
		contract_annotate(&f->c, "ann", 7, "model");
		contract_import(&f->c, 1, 5);
		walk_log(f);
		fixture_close(f);
		strbuf_clear(&schema);
		schema_of(f, &schema);
		assert_string_equal(schema.text, fresh.text);
		assert_int_equal(file_exists(part), version == newest());
		assert_int_equal(file_exists(copy), version < newest());
		if (version < newest())
			assert_int_equal(version_of(copy), version);
	}
	assert_true(stores >= 9);
	assert_true(expected.len_bytes > 3000);
	strbuf_release(&fresh);
	strbuf_release(&schema);
	strbuf_release(&answers);
	strbuf_release(&expected);
}

/* ---- failures -------------------------------------------------------------------------------- */

static enum status (*step_before)(struct sqlite_store *db, struct error *err);

static enum status fails_in_the_end(struct sqlite_store *db, struct error *err)
{
	if (step_before && step_before(db, err) != STATUS_OK)
		return err->status;
	return error_set(err, STATUS_STORE, "on purpose");
}

/* As sqlite_store_open() does it, with another list. */
static enum status migrate_file(struct fixture *f, const struct migration *list)
{
	struct sqlite_store db = { .path = f->path, .book_version = -1 };
	enum status status;

	assert_int_equal(sqlite3_open(f->path, &db.handle), SQLITE_OK);
	sqlite3_extended_result_codes(db.handle, 1);
	assert_ok(&f->c, tokenizer_register(&db, &f->c.err));
	status = migrate_with(&db, list, migration_count, &f->c.err);
	statements_finalize(&db);
	assert_int_equal(sqlite3_close(db.handle), SQLITE_OK);
	return status;
}

static void fail_step(struct fixture *f, int version, size_t at, bool in_sql)
{
	struct migration *list = arena_array(&f->c.arena, migration_count, sizeof(*list));
	struct strbuf schema_before = STRBUF_INIT, schema = STRBUF_INIT;
	const char *whole = migrations[at].sql;

	memcpy(list, migrations, migration_count * sizeof(*list));
	remove_files(f);
	assert_true(old_store_write(version, f->path));
	if (migrations[at].version - 1 == version)
		schema_of(f, &schema_before);
	step_before = migrations[at].step;
	if (in_sql)
		list[at].sql = arena_printf(&f->c.arena, "%s; INSERT INTO no_such_table VALUES (1)", whole);
	else
		list[at].step = fails_in_the_end;
	assert_status(&f->c, STATUS_STORE, migrate_file(f, list));
	assert_non_null(strstr(f->c.err.text, in_sql ? "no_such_table" : "on purpose"));
	assert_non_null(strstr(f->c.err.text, ".bak"));
	assert_int_equal(version_of(f->path), migrations[at].version - 1);
	schema_of(f, &schema);
	if (schema_before.len_bytes)
		assert_string_equal(schema.text, schema_before.text);
	strbuf_release(&schema_before);
	strbuf_release(&schema);
}

/* Versions 7 to 11 came with 12, and those behind it are yet to come: no program that anybody had ended with one of them. */
static bool was_released(int version)
{
	return version < 7 || (version >= 12 && version <= 14);
}

static void a_failed_step_leaves_the_one_before(void **state)
{
	struct fixture *f = *state;
	struct strbuf expected = STRBUF_INIT, answers = STRBUF_INIT;

	assert_true(old_store_write(1, f->path));
	answers_of(f, &expected);
	fixture_close(f);
	for (int version = 1; version < newest(); version++)
		for (size_t at = (size_t)version; was_released(version) && at < migration_count; at++) {
			fail_step(f, version, at, (at + (size_t)version) % 2);
			/* Mended, the program goes on from there. */
			answers_of(f, &answers);
			fixture_close(f);
			assert_string_equal(answers.text, expected.text);
		}
	strbuf_release(&expected);
	strbuf_release(&answers);
}

/* All steps of a new store are one transaction: of those before the one that fails nothing stays. */
static void a_new_store_is_made_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct migration *list = arena_array(&f->c.arena, migration_count, sizeof(*list));
	struct strbuf schema = STRBUF_INIT;

	memcpy(list, migrations, migration_count * sizeof(*list));
	step_before = list[migration_count - 1].step;
	list[migration_count - 1].step = fails_in_the_end;
	assert_status(&f->c, STATUS_STORE, migrate_file(f, list));
	assert_string_equal(f->c.err.text, "on purpose");
	assert_int_equal(version_of(f->path), 0);
	schema_of(f, &schema);
	assert_int_equal(schema.len_bytes, 0);
	assert_ok(&f->c, migrate_file(f, migrations));
	assert_int_equal(version_of(f->path), newest());
	strbuf_release(&schema);
}

/* ---- races -------------------------------------------------------------------------------------- */

#define OPENERS 4

static int open_in_a_child(struct fixture *f, int go)
{
	struct store *store;
	struct error err;
	char byte;

	if (read(go, &byte, 1) < 0)
		_exit(9);
	if (sqlite_store_open(f->path, NULL, &store, &err) != STATUS_OK) {
		fprintf(stderr, "%s\n", err.text);
		_exit(1);
	}
	const int64_t one = 1;
	struct annotate_request request = { &one, 1, { .cause = "model" }, false, false };
	int64_t edit;
	char reviewer[32];
	snprintf(reviewer, sizeof(reviewer), "child-%d", (int)getpid());
	if (store->ops->annotate(store, reviewer, &request, &edit, &err) != STATUS_OK) {
		fprintf(stderr, "%s\n", err.text);
		_exit(2);
	}
	store->ops->close(store);
	_exit(0);
}

static void programs_race_to_migrate(void **state)
{
	struct fixture *f = *state;
	int go[2], code;

	for (int round = 0; round < 3; round++) {
		remove_files(f);
		assert_true(old_store_write(1 + round, f->path));
		assert_int_equal(pipe(go), 0);
		for (int i = 0; i < OPENERS; i++) {
			pid_t child = fork();
			assert_true(child >= 0);
			if (child == 0) {
				close(go[1]);
				open_in_a_child(f, go[0]);
			}
		}
		close(go[0]);
		close(go[1]); /* all at once */
		for (int i = 0; i < OPENERS; i++) {
			assert_true(wait(&code) > 0);
			assert_true(WIFEXITED(code));
			assert_int_equal(WEXITSTATUS(code), 0);
		}
		assert_int_equal(version_of(f->path), newest());
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		contract_check_clean(&f->c);
		const struct annotation *list;
		size_t count, by_children = 0;
		assert_ok(&f->c, f->c.ops->annotation_list(f->c.store, &f->c.arena, 1, &list, &count, &f->c.err));
		for (size_t i = 0; i < count; i++)
			by_children += strncmp(list[i].reviewer, "child-", 6) == 0;
		assert_int_equal(by_children, OPENERS);
		fixture_close(f);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(stores_of_each_version_come_up_to_date),
		FIXTURE_TEST(a_failed_step_leaves_the_one_before),
		FIXTURE_TEST(a_new_store_is_made_whole_or_not_at_all),
		FIXTURE_TEST(programs_race_to_migrate),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: migrations", tests, NULL, NULL);
}
