/* Opening: what is a store of ours and what is not; migrations, modes, backups. */
#include <sys/stat.h>

#include "storage/sqlite/migrate.h"
#include "storage/sqlite/search.h"
#include "tests/storage/sqlite_fixture.h"

#define HOSTILE "../shared/data/hostile/tursodatabase_libsql/"

/* Opening fails in every mode with a sentence that holds `reason`, and nothing of
 * the file or beside it changes. */
static void assert_refused(struct fixture *f, const char *reason)
{
	const struct sqlite_open_options modes[] = { { 0 }, { .create = true }, { .read_only = true } };
	struct slice before = fixture_bytes(f, f->path);
	int files = fixture_files(f);

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		assert_status(&f->c, STATUS_STORE, fixture_open(f, modes[i]));
		assert_null(f->c.store);
		assert_non_null(strstr(f->c.err.text, f->path));
		if (!strstr(f->c.err.text, reason))
			fail_msg("'%s' does not say '%s'", f->c.err.text, reason);
		assert_true(slice_eq(fixture_bytes(f, f->path), before));
		assert_int_equal(fixture_files(f), files);
	}
}

static void other_programs_databases_are_refused(void **state)
{
	static const char *const files[] = { HOSTILE "dbfuzz2-seed1.db", HOSTILE "template.db", HOSTILE "test.db" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		fixture_write(f, fixture_bytes(f, files[i]));
		assert_refused(f, "another program");
	}
	/* Also while its owner has it open in WAL mode, with a log beside it. */
	unlink(f->path);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)", NULL, NULL,
				      NULL), SQLITE_OK);
	assert_refused(f, "another program");
	assert_int_equal(sqlite3_exec(db, "INSERT INTO t VALUES (2)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void other_files_are_refused(void **state)
{
	struct fixture *f = *state;
	char zeros[5000] = { 0 };

	fixture_write(f, slice_of("hello"));
	assert_refused(f, "another kind of file");
	fixture_write(f, fixture_bytes(f, "../shared/data/README.md"));
	assert_refused(f, "another kind of file");
	fixture_write(f, (struct slice){ zeros, sizeof(zeros) });
	assert_refused(f, "another kind of file");
}

/* A journal that says "0 pages before" would take anything back to nothing: only what can be
 * the torn first page of a store is taken for one. */
static void a_stale_journal_gives_no_file_away(void **state)
{
	static const unsigned char journal[512] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, [22] = 2, [26] = 0x40 };
	static const char zeros[512];
	struct fixture *f = *state;
	char name[128];
	FILE *file;

	snprintf(name, sizeof(name), "%s-journal", f->path);
	file = fopen(name, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(journal, 1, sizeof(journal), file), sizeof(journal));
	assert_int_equal(fclose(file), 0);
	fixture_write(f, slice_of("a text of thirty bytes, or so\n"));
	assert_refused(f, "another kind of file");
	fixture_write(f, fixture_bytes(f, "../shared/data/README.md"));
	assert_refused(f, "another kind of file");
	fixture_write(f, (struct slice){ zeros, sizeof(zeros) });
	fixture_create(f);
	contract_check_clean(&f->c);
}

static void missing_and_odd_paths_are_explained(void **state)
{
	struct fixture *f = *state;
	struct error err;
	struct store *store;

	assert_status(&f->c, STATUS_STORE, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_non_null(strstr(f->c.err.text, "there is no store"));
	assert_int_equal(fixture_files(f), 0);
	fixture_write(f, slice_of(""));
	assert_status(&f->c, STATUS_STORE, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_non_null(strstr(f->c.err.text, "empty file"));
	assert_int_equal(sqlite_store_open(f->folder, NULL, &store, &err), STATUS_STORE);
	assert_non_null(strstr(err.text, "folder"));
	assert_int_equal(sqlite_store_open("", NULL, &store, &err), STATUS_USAGE);
	assert_int_equal(sqlite_store_open("/dev/null/none/x.db", &(struct sqlite_open_options){ .create = true }, &store, &err),
			 STATUS_STORE);
	assert_non_null(strstr(err.text, "/dev/null/none/x.db"));
	fixture_create(f); /* an empty file may become a store */
	assert_int_equal(contract_count(&f->c, ""), 0);
}

static void new_store_is_set_up(void **state)
{
	struct fixture *f = *state;
	struct slice header;
	int64_t version = 0;

	fixture_create(f);
	assert_string_equal(sqlite_store_journal_mode(f->c.store), "wal");
	assert_string_equal(sqlite_store_path(f->c.store), f->path);
	assert_ok(&f->c, schema_version(sqlite_of(f->c.store), &version, &f->c.err));
	assert_int_equal(version, migrations[migration_count - 1].version);
	fixture_close(f);
	assert_int_equal(fixture_files(f), 1); /* no log left behind */
	header = fixture_bytes(f, f->path);
	assert_memory_equal(header.at, "SQLite format 3", 16);
	assert_memory_equal(header.at + 68, "AITA", 4);
	assert_int_equal((unsigned char)header.at[16] << 8 | (unsigned char)header.at[17], 16384);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	contract_check_clean(&f->c);
}

static void newer_store_is_refused(void **state)
{
	struct fixture *f = *state;
	char back[40];

	fixture_create(f);
	contract_import(&f->c, 1, 3);
	fixture_close(f);
	fixture_sql(f, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
	assert_status(&f->c, STATUS_STORE, fixture_open(f, (struct sqlite_open_options){ .create = true }));
	assert_non_null(strstr(f->c.err.text, "newer version"));
	snprintf(back, sizeof(back), "PRAGMA user_version = %d", migrations[migration_count - 1].version);
	fixture_sql(f, back);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_int_equal(contract_count(&f->c, ""), 3);
}

static enum status fails(struct sqlite_store *db, struct error *err)
{
	(void)db;
	return error_set(err, STATUS_STORE, "on purpose");
}

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

/* As fixture_sql(), where the index of words may be meant. */
static void run_migration(struct fixture *f, const char *sql)
{
	struct sqlite_store with = { .handle = NULL };

	assert_int_equal(sqlite3_open(f->path, &with.handle), SQLITE_OK);
	assert_ok(&f->c, tokenizer_register(&with, &f->c.err));
	if (sqlite3_exec(with.handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(with.handle));
	assert_int_equal(sqlite3_close(with.handle), SQLITE_OK);
}

/* A store of each version that there was comes to the schema of a new one. */
static void older_versions_come_to_the_same_schema(void **state)
{
	struct fixture *f = *state;
	struct strbuf fresh = STRBUF_INIT, upgraded = STRBUF_INIT;
	char pragmas[80];

	fixture_create(f);
	fixture_close(f);
	schema_of(f, &fresh);
	for (size_t version = 1; version < migration_count; version++) {
		assert_int_equal(unlink(f->path), 0);
		for (size_t i = 0; i < version; i++)
			run_migration(f, migrations[i].sql);
		snprintf(pragmas, sizeof(pragmas), "PRAGMA application_id = %d; PRAGMA user_version = %zu",
			 STORE_APPLICATION_ID, version);
		fixture_sql(f, pragmas);
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		fixture_close(f);
		strbuf_clear(&upgraded);
		schema_of(f, &upgraded);
		assert_string_equal(upgraded.text, fresh.text);
	}
	strbuf_release(&fresh);
	strbuf_release(&upgraded);
}

/* All rows of the tables of what edits were about, a line each. */
static void history_of(struct fixture *f, struct strbuf *out)
{
	static const char sql[] = "SELECT 'sample', sample, edit, triaged, status, was FROM edit_sample UNION ALL "
				  "SELECT 'incident', incident, edit, 0, 0, 0 FROM edit_incident UNION ALL "
				  "SELECT 'member', incident, sample, edit, role, 0 FROM edit_member ORDER BY 1, 2, 3, 4";
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		for (int column = 0; column < 6; column++) {
			const void *text = sqlite3_column_text(stmt, column);
			strbuf_addf(out, "%s%c", text ? (const char *)text : "-", column == 5 ? '\n' : ' ');
		}
	sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The version that brought them. */
static int history_version(void)
{
	size_t at = 0;

	while (!strstr(migrations[at].sql, "CREATE TABLE edit_sample"))
		at++;
	return migrations[at].version;
}

/* Takes back what later versions added to the tables of incidents, as if they had not been. */
static void drop_record(struct fixture *f)
{
	static const char *const tables[] = { "cohort", "impact", "hypothesis", "change", "safeguard", "advisory", "recurrence",
					      "source", "dispute", "waiver", "restriction", "step" };
	char sql[160];

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		snprintf(sql, sizeof(sql), "DROP TABLE incident_%s; ALTER TABLE incident DROP COLUMN next_%s", tables[i], tables[i]);
		fixture_sql(f, sql);
	}
	fixture_sql(f, "DROP TABLE incident_link; DROP TABLE incident_evidence; ALTER TABLE incident DROP COLUMN partial;"
		       "ALTER TABLE incident DROP COLUMN duplicate_of; ALTER TABLE incident DROP COLUMN signature; ALTER TABLE incident_event DROP COLUMN change;"
		       "ALTER TABLE incident_action DROP COLUMN result; ALTER TABLE incident_action DROP COLUMN measured_at_us;"
		       "ALTER TABLE incident_action DROP COLUMN measured_at_precision");
}

/* It notes of the edits that are there what is noted of new ones. */
static void history_is_filled_from_the_log(void **state)
{
	struct fixture *f = *state;
	struct incident incident = { .title = "T" };
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	struct edit edit = { 0 };
	const char *key;
	char version[40];
	int64_t id;

	fixture_create(f);
	contract_import(&f->c, 1, 6);
	contract_annotate(&f->c, "ann", 1, "model");
	contract_annotate(&f->c, "bob", 1, "testing");
	contract_triage(&f->c, "bob", 2, SAMPLE_DEFERRED);
	contract_annotate(&f->c, "ann", 2, "model");
	assert_ok(&f->c, f->c.ops->undo(f->c.store, &f->c.arena, "ann", 0, &edit, &f->c.err));
	assert_ok(&f->c, f->c.ops->incident_put(f->c.store, &f->c.arena, "ann", &incident, NULL, &key, &id, &f->c.err));
	assert_ok(&f->c, f->c.ops->incident_members_add(f->c.store, "ann", key, (const int64_t[]){ 1, 2, 3 }, 3,
							MEMBER_CORE, &id, &f->c.err));
	assert_ok(&f->c, f->c.ops->incident_members_remove(f->c.store, "bob", key, (const int64_t[]){ 2 }, 1, &id,
							   &f->c.err));
	fixture_close(f);
	history_of(f, &before);
	snprintf(version, sizeof(version), "PRAGMA user_version = %d", history_version() - 1);
	fixture_sql(f, version);
	drop_record(f);
	fixture_sql(f, "DROP INDEX sample_deferred; ALTER TABLE sample DROP COLUMN deferred_until; DROP INDEX annotation_duplicate;"
		       "DROP INDEX annotation_adjudicated; ALTER TABLE annotation DROP COLUMN adjudicated;"
		       "ALTER TABLE annotation DROP COLUMN duplicate_of; DROP TABLE exposure; DROP VIEW alike_said; DROP TABLE alike_link;"
		       "DROP TABLE alike_state; DROP TABLE alike_pending; DROP TABLE alike_sign; DROP TABLE alike; DROP TABLE alike_applied;"
		       "DROP TABLE plan_sample; DROP TABLE plan_stratum; DROP TABLE plan");
	fixture_sql(f, "DROP TABLE edit_sample; DROP TABLE edit_incident; DROP TABLE edit_member; DROP INDEX edit_merge; DROP INDEX edit_of;"
		       "ALTER TABLE edit DROP COLUMN merge; ALTER TABLE edit DROP COLUMN digest; DROP INDEX edit_at");
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	contract_check_clean(&f->c);
	fixture_close(f);
	history_of(f, &after);
	assert_true(before.len_bytes > 100);
	assert_string_equal(after.text, before.text);
	strbuf_release(&before);
	strbuf_release(&after);
}

/* Migrations that do not exist yet, on a store of today's version. */
static void migration_keeps_a_copy(void **state)
{
	const int now = migrations[migration_count - 1].version;
	const struct migration list[] = {
		{ now, "", NULL },
		{ now + 1, "ALTER TABLE sample ADD COLUMN mood TEXT; UPDATE sample SET mood = 'good'", NULL },
		{ now + 2, "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT", fails },
	};
	struct fixture *f = *state;
	struct store *copy;
	struct sqlite_store *db;
	int64_t version = 0;
	char path[128];

	fixture_create(f);
	contract_import(&f->c, 1, 5);
	db = sqlite_of(f->c.store);
	assert_ok(&f->c, migrate_with(db, list, 2, &f->c.err));
	assert_ok(&f->c, schema_version(db, &version, &f->c.err));
	assert_int_equal(version, now + 1);
	assert_int_equal(contract_count(&f->c, ""), 5);
	snprintf(path, sizeof(path), "%s.v%d.bak", f->path, now);
	assert_ok(&f->c, sqlite_store_open(path, NULL, &copy, &f->c.err));
	assert_ok(&f->c, schema_version(sqlite_of(copy), &version, &f->c.err));
	copy->ops->close(copy);
	assert_int_equal(version, now);
	/* One that fails leaves the store at the version before it. */
	assert_status(&f->c, STATUS_STORE, migrate_with(db, list, 3, &f->c.err));
	assert_ok(&f->c, schema_version(db, &version, &f->c.err));
	assert_int_equal(version, now + 1);
	assert_int_not_equal(sqlite3_exec(db->handle, "SELECT * FROM more", NULL, NULL, NULL), SQLITE_OK);
	/* A store of a later version is not for this list. */
	assert_status(&f->c, STATUS_STORE, migrate_with(db, list, 1, &f->c.err));
}

static void read_only_reads(void **state)
{
	struct fixture *f = *state;
	const int64_t one = 1;
	struct annotate_request request = { &one, 1, { .cause = "model" }, false, false };
	struct batch batch = { .source = "x", .format = "y", .reviewer = "z" };
	struct edit edit;
	int64_t id;

	fixture_create(f);
	contract_import(&f->c, 1, 5);
	contract_annotate(&f->c, "ann", 2, "model");
	fixture_close(f);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ .read_only = true }));
	assert_int_equal(contract_count(&f->c, "is:annotated"), 1);
	assert_status(&f->c, STATUS_STORE, f->c.ops->annotate(f->c.store, "ann", &request, &id, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "read-only"));
	assert_status(&f->c, STATUS_STORE, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	assert_status(&f->c, STATUS_STORE, f->c.ops->undo(f->c.store, &f->c.arena, "ann", 0, &edit, &f->c.err));
	assert_int_equal(contract_count(&f->c, "is:annotated"), 1);
	contract_check_clean(&f->c);
}

/* unix-dotfile has no shared memory, as some network file systems. */
static void without_wal_a_rollback_journal_does(void **state)
{
	struct fixture *f = *state;
	char uri[128];

	snprintf(uri, sizeof(uri), "file:%s?vfs=unix-dotfile", f->path);
	assert_ok(&f->c, sqlite_store_open(uri, &(struct sqlite_open_options){ .create = true }, &f->c.store, &f->c.err));
	f->c.ops = f->c.store->ops;
	assert_string_equal(sqlite_store_journal_mode(f->c.store), "delete");
	contract_import(&f->c, 1, 20);
	contract_annotate(&f->c, "ann", 1, "model");
	assert_ok(&f->c, f->c.ops->undo(f->c.store, &f->c.arena, "ann", 0, &(struct edit){ 0 }, &f->c.err));
	assert_int_equal(contract_count(&f->c, "is:untriaged"), 20);
	contract_check_clean(&f->c);
}

static void backup_is_a_store(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct slice before;

	fixture_create(f);
	contract_import(&f->c, 1, 50);
	contract_annotate(&f->c, "ann", 2, "model");
	snprintf(path, sizeof(path), "%s/copy.db", f->folder);
	assert_ok(&f->c, sqlite_store_backup(f->c.store, path, NULL, &f->c.err));
	before = fixture_bytes(f, path);
	assert_status(&f->c, STATUS_OUTPUT, sqlite_store_backup(f->c.store, path, NULL, &f->c.err)); /* over nothing */
	assert_true(slice_eq(before, fixture_bytes(f, path)));
	fixture_close(f);
	snprintf(f->path, sizeof(f->path), "%s/copy.db", f->folder);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_int_equal(contract_count(&f->c, ""), 50);
	assert_int_equal(contract_count(&f->c, "cause:model"), 1);
	contract_check_clean(&f->c);
}

static void settings_of_the_connection(void **state)
{
	static const struct { const char *sql; int is; } settings[] = {
		{ "PRAGMA synchronous", 3 }, { "PRAGMA foreign_keys", 1 }, { "PRAGMA trusted_schema", 0 },
		{ "PRAGMA cell_size_check", 1 },
	};
	struct fixture *f = *state;
	struct sqlite_store *db;
	int defensive = 0;

	fixture_create(f);
	contract_import(&f->c, 1, 3); /* which lifts some for a while */
	db = sqlite_of(f->c.store);
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		sqlite3_stmt *stmt = NULL;
		assert_int_equal(sqlite3_prepare_v2(db->handle, settings[i].sql, -1, &stmt, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
		int is = sqlite3_column_int(stmt, 0);
		sqlite3_finalize(stmt);
		if (is != settings[i].is)
			fail_msg("%s is %d", settings[i].sql, is);
	}
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
	assert_int_equal(defensive, 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(other_programs_databases_are_refused), FIXTURE_TEST(other_files_are_refused),
		FIXTURE_TEST(missing_and_odd_paths_are_explained),  FIXTURE_TEST(new_store_is_set_up),
		FIXTURE_TEST(newer_store_is_refused),               FIXTURE_TEST(migration_keeps_a_copy),
		FIXTURE_TEST(older_versions_come_to_the_same_schema),
		FIXTURE_TEST(history_is_filled_from_the_log),
		FIXTURE_TEST(a_stale_journal_gives_no_file_away),
		FIXTURE_TEST(read_only_reads),                      FIXTURE_TEST(without_wal_a_rollback_journal_does),
		FIXTURE_TEST(backup_is_a_store),                    FIXTURE_TEST(settings_of_the_connection),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: opening", tests, NULL, NULL);
}
