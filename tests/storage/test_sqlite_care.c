/* Copies, compacting, and what check finds: what keeps a store safe over the years. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "tests/storage/sqlite_fixture.h"

#define MANY 3000

static const char *beside(struct fixture *f, const char *name)
{
	return arena_printf(&f->c.arena, "%s/%s", f->folder, name);
}

static void fill(struct fixture *f, int64_t samples)
{
	fixture_create(f);
	contract_import(&f->c, 1, samples);
	contract_annotate(&f->c, "ann", 2, "model");
}

/* ---- backup ------------------------------------------------------------------------ */

struct interplay {
	struct fixture *f;
	struct store *other;
	atomic_bool cancel;
	int64_t steps, last_done, total;
	int64_t cancel_at; /* step; 0: never */
};

/* Another connection writes between any two steps of the copy. */
static void write_meanwhile(void *context, int64_t done, int64_t total)
{
	struct interplay *in = context;
	struct triage_request request = { .samples = (const int64_t[]){ 1 + in->steps % 2 }, .sample_count = 1,
					  .status = in->steps % 4 < 2 ? SAMPLE_DEFERRED : SAMPLE_EXCLUDED };
	struct error err;
	int64_t edit;

	assert_true(done >= in->last_done && done <= total);
	in->last_done = done;
	in->total = total;
	in->steps++;
	if (in->other && in->other->ops->triage(in->other, "bob", &request, &edit, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	if (in->steps == in->cancel_at)
		atomic_store(&in->cancel, true);
}

static void backup_is_of_one_moment(void **state)
{
	struct fixture *f = *state;
	struct interplay in = { .f = f };
	struct backup_options options = { .progress = write_meanwhile, .context = &in };
	const struct edit *edits;
	struct store *copy;
	size_t before, after;

	fill(f, MANY * 4);
	before = contract_edits(&f->c, &edits);
	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &in.other, &f->c.err));
	assert_ok(&f->c, sqlite_store_backup(f->c.store, beside(f, "copy.db"), &options, &f->c.err));
	assert_true(in.steps >= 1);
	assert_int_equal(in.last_done, in.total);
	after = contract_edits(&f->c, &edits);
	assert_true(after > before); /* the writer got in */
	in.other->ops->close(in.other);
	assert_ok(&f->c, sqlite_store_open(beside(f, "copy.db"), NULL, &copy, &f->c.err));
	struct contract_state c = { .store = copy, .ops = copy->ops };
	assert_int_equal(contract_edits(&c, &edits), before);
	assert_int_equal(contract_count(&c, ""), MANY * 4);
	contract_check_clean(&c);
	copy->ops->close(copy);
	arena_release(&c.arena);
}

static void stopped_backup_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct interplay in = { .f = f, .cancel_at = 1 };
	struct backup_options options = { .progress = write_meanwhile, .cancel = &in.cancel, .context = &in };
	struct slice before;
	int files;

	fill(f, MANY);
	files = fixture_files(f);
	assert_status(&f->c, STATUS_CANCELLED, sqlite_store_backup(f->c.store, beside(f, "copy.db"), &options, &f->c.err));
	assert_int_equal(fixture_files(f), files);
	/* Nor is what was there touched. */
	atomic_store(&in.cancel, false);
	in = (struct interplay){ .f = f };
	assert_ok(&f->c, sqlite_store_backup(f->c.store, beside(f, "copy.db"), NULL, &f->c.err));
	before = fixture_bytes(f, beside(f, "copy.db"));
	in.cancel_at = 1;
	options.force = true;
	assert_status(&f->c, STATUS_CANCELLED, sqlite_store_backup(f->c.store, beside(f, "copy.db"), &options, &f->c.err));
	assert_true(slice_eq(before, fixture_bytes(f, beside(f, "copy.db"))));
	assert_int_equal(fixture_files(f), files + 1);
}

static void backup_goes_over_nothing(void **state)
{
	struct fixture *f = *state;
	struct backup_options force = { .force = true };
	struct stat info;

	fill(f, 20);
	assert_int_equal(chmod(f->path, 0600), 0);
	assert_status(&f->c, STATUS_OUTPUT, sqlite_store_backup(f->c.store, f->path, &force, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "the store itself"));
	assert_status(&f->c, STATUS_OUTPUT, sqlite_store_backup(f->c.store, f->folder, &force, &f->c.err));
	assert_status(&f->c, STATUS_OUTPUT, sqlite_store_backup(f->c.store, "/dev/null/none/b.db", &force, &f->c.err));
	assert_ok(&f->c, sqlite_store_backup(f->c.store, beside(f, "copy.db"), NULL, &f->c.err));
	contract_triage(&f->c, "ann", 3, SAMPLE_DEFERRED);
	assert_status(&f->c, STATUS_OUTPUT, sqlite_store_backup(f->c.store, beside(f, "copy.db"), NULL, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "there already"));
	assert_ok(&f->c, sqlite_store_backup(f->c.store, beside(f, "copy.db"), &force, &f->c.err));
	/* What is private stays private. */
	assert_int_equal(stat(beside(f, "copy.db"), &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	fixture_close(f);
	snprintf(f->path, sizeof(f->path), "%s/copy.db", f->folder);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_int_equal(contract_count(&f->c, "status:deferred"), 1);
}

static void touch(const char *path)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

/* What a process that was killed left goes, unless somebody is at work in that folder. */
static void parts_of_a_killed_backup_are_swept(void **state)
{
	static const char *const parts[] = { "copy.db.part-0123abcd", "copy.db.part-ffffffff" };
	static const char *const others[] = { "copy.db.part-0123abc", "copy.db.part-0123ABCD", "copy2.db.part-0123abcd",
					      "copy.db2.part-0123abcd", "my.copy.db.part-0123abcd" };
	struct fixture *f = *state;
	struct backup_options force = { .force = true };
	int maker;

	fill(f, 20);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		touch(beside(f, parts[i]));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		touch(beside(f, others[i]));
	maker = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(maker >= 0 && flock(maker, LOCK_SH) == 0); /* as another process that makes a copy there */
	assert_ok(&f->c, sqlite_store_backup(f->c.store, beside(f, "copy.db"), NULL, &f->c.err));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		assert_true(file_exists(beside(f, parts[i])));
	close(maker);
	assert_ok(&f->c, sqlite_store_backup(f->c.store, beside(f, "copy.db"), &force, &f->c.err));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		assert_false(file_exists(beside(f, parts[i])));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_true(file_exists(beside(f, others[i])));
}

/* "flock FOLDER aitia backup FOLDER/copy.db": whoever has the folder waits for the copy. */
static void a_locked_folder_is_not_waited_for(void **state)
{
	struct fixture *f = *state;
	int owner;

	fill(f, 20);
	touch(beside(f, "copy.db.part-0123abcd"));
	owner = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(owner >= 0 && flock(owner, LOCK_EX) == 0);
	alarm(60); /* else it would wait for ever */
	assert_ok(&f->c, sqlite_store_backup(f->c.store, beside(f, "copy.db"), NULL, &f->c.err));
	alarm(0);
	assert_true(file_exists(beside(f, "copy.db.part-0123abcd")));
	close(owner);
}

static void damaged_stores_are_not_copied(void **state)
{
	struct fixture *f = *state;
	char rubbish[16384];
	FILE *file;

	fill(f, MANY);
	fixture_close(f);
	memset(rubbish, 0xa5, sizeof(rubbish));
	file = fopen(f->path, "r+b");
	assert_non_null(file);
	for (long page = 30; page < 40; page++) {
		assert_int_equal(fseek(file, page * (long)sizeof(rubbish), SEEK_SET), 0);
		assert_int_equal(fwrite(rubbish, 1, sizeof(rubbish), file), sizeof(rubbish));
	}
	fclose(file);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_status(&f->c, STATUS_STORE, sqlite_store_backup(f->c.store, beside(f, "copy.db"), NULL, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "damaged"));
	assert_false(file_exists(beside(f, "copy.db")));
}

/* ---- compacting ---------------------------------------------------------------------- */

static void compacting_gives_room_back(void **state)
{
	struct fixture *f = *state;
	struct compact_result result;
	const struct edit *edits;
	size_t before;

	fill(f, MANY);
	before = contract_edits(&f->c, &edits);
	/* As much as an update of many samples leaves behind. */
	fixture_sql(f, "CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (zeroblob(8000000)); DROP TABLE filler");
	assert_ok(&f->c, sqlite_store_compact(f->c.store, NULL, &result, &f->c.err));
	assert_true(result.before_bytes - result.after_bytes > 7000000);
	struct stat info;
	assert_int_equal(stat(f->path, &info), 0);
	assert_int_equal(info.st_size, result.after_bytes); /* and no log */
	assert_int_equal(contract_edits(&f->c, &edits), before);
	contract_annotate(&f->c, "ann", 3, "testing"); /* the connection goes on */
	assert_int_equal(contract_count(&f->c, "cause:testing"), 1);
	contract_check_clean(&f->c);
}

static void compacting_optimises_words(void **state)
{
	struct fixture *f = *state;
	struct compact_result result;
	sqlite3_stmt *stmt = NULL;

	fill(f, 10);
	fixture_sql(f, "CREATE VIRTUAL TABLE words USING fts5(text)");
	for (int i = 0; i < 5; i++) /* a piece each */
		fixture_sql(f, "INSERT INTO words VALUES ('some words of a text')");
	assert_ok(&f->c, sqlite_store_compact(f->c.store, NULL, &result, &f->c.err));
	assert_int_equal(sqlite3_prepare_v2(sqlite_of(f->c.store)->handle, "SELECT count(DISTINCT segid) FROM words_idx", -1,
					    &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(stmt, 0), 1);
	sqlite3_finalize(stmt);
}

static void compacting_gives_way(void **state)
{
	struct fixture *f = *state;
	struct compact_result result;
	atomic_bool cancel = true;
	sqlite3 *other;

	fill(f, MANY);
	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_status(&f->c, STATUS_STORE, sqlite_store_compact(f->c.store, NULL, &result, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "another process is writing"));
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_status(&f->c, STATUS_CANCELLED, sqlite_store_compact(f->c.store, &cancel, &result, &f->c.err));
	assert_int_equal(contract_count(&f->c, ""), MANY);
	contract_check_clean(&f->c);
	contract_annotate(&f->c, "ann", 3, "testing");
}

/* ---- check ------------------------------------------------------------------------------ */

static void collect(void *context, const char *finding)
{
	strbuf_addf(context, "%s\n", finding);
}

/* What the full check says after `sql`, and whether the quick one says it too. */
static void log_against_state(void **state)
{
	static const struct { const char *sql, *finding; bool quick; } cases[] = {
		{ "UPDATE annotation SET note = 'forged' WHERE id = 1", "annotation, from the record '1'", false },
		{ "DELETE FROM annotation WHERE id = 2; UPDATE sample SET disposition = 0, severity = 0, cause = NULL WHERE id = 3",
		  "annotation, from the record '2'", false },
		{ "UPDATE incident SET title = 'other'", "incident, from the record 'INC-", false },
		{ "DELETE FROM incident_member", "incident_member, from", false },
		{ "UPDATE edit SET state = 1 WHERE id = 2", "edit 2: it is marked", true },
		{ "UPDATE edit SET redoable = 1 WHERE id = 2", "edit 2: it is marked for redo", true },
		{ "UPDATE edit SET changes = (SELECT changes FROM edit WHERE id = 2) WHERE id = 3",
		  "edit 3: does not fit what the edits before it made", false },
		{ "UPDATE edit SET reviewer = 'bob' WHERE id = 3", "edit 3: it is not as it was written", false },
		{ "UPDATE edit SET summary = 'nothing' WHERE id = 1", "edit 1: it is not as it was written", false },
		{ "UPDATE edit SET at_us = at_us - 1 WHERE id = 4", "edit 4: it is not as it was written", false },
		{ "UPDATE edit SET digest = NULL WHERE id = 5", "edit 5: it is not as it was written", false },
		{ "DELETE FROM edit WHERE id = 1", "edit 2: it is not as it was written, or the one before it is gone", false },
		{ "DELETE FROM edit_incident", "edit 4: not all that it was about", false },
		{ "DELETE FROM edit_member", "edit 5: not all that it was about", false },
		{ "DELETE FROM edit_sample WHERE edit = 2", "edit 2: not all that it was about", false },
		{ "DELETE FROM alike_sign WHERE number = 2", ": it has no signature", false },
	};
	struct fixture *f = *state;
	struct incident incident = { .title = "T" };
	const char *key;
	int64_t edit, findings;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct strbuf found = STRBUF_INIT;
		fixture_create(f);
		contract_import(&f->c, 1, 5);
		contract_annotate(&f->c, "ann", 1, "model");
		contract_annotate(&f->c, "ann", 3, "model");
		assert_ok(&f->c, f->c.ops->incident_put(f->c.store, &f->c.arena, "ann", &incident, NULL, &key, &edit, &f->c.err));
		assert_ok(&f->c, f->c.ops->incident_members_add(f->c.store, "ann", key, (const int64_t[]){ 1 }, 1, MEMBER_CORE,
								&edit, &f->c.err));
		for (bool whole = false; !whole;)
			assert_ok(&f->c, f->c.ops->alike_step(f->c.store, 1000, true, &whole, &f->c.err));
		contract_check_clean(&f->c);
		fixture_close(f);
		fixture_sql(f, cases[i].sql);
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		assert_ok(&f->c, f->c.ops->check(f->c.store, false, collect, &found, &findings, &f->c.err));
		if (!findings || !strstr(found.text, cases[i].finding))
			fail_msg("%s: %s", cases[i].sql, found.text);
		assert_ok(&f->c, f->c.ops->check(f->c.store, true, NULL, NULL, &findings, &f->c.err));
		if ((findings != 0) != cases[i].quick)
			fail_msg("%s: the quick check has %d findings", cases[i].sql, (int)findings);
		strbuf_release(&found);
		fixture_close(f);
		unlink(f->path);
	}
}

/* ---- restoring ------------------------------------------------------------------------------ */

/* The store's file is gone and its log is not: that is no part of the copy. */
static void a_log_without_its_store_is_set_aside(void **state)
{
	struct fixture *f = *state;
	const char *copy = beside(f, "copy.db"), *log = beside(f, "store.db-wal"), *older = beside(f, "store.db.replaced-wal");
	struct slice bytes;
	char *kept;
	FILE *file;

	fill(f, 5);
	assert_ok(&f->c, sqlite_store_backup(f->c.store, copy, NULL, &f->c.err));
	contract_annotate(&f->c, "ann", 3, "model");
	bytes = fixture_bytes(f, log);
	fixture_close(f);
	unlink(f->path);
	for (int i = 0; i < 2; i++) { /* the second time the first name is taken */
		file = fopen(log, "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, file), bytes.len_bytes);
		assert_int_equal(fclose(file), 0);
		assert_ok(&f->c, sqlite_store_restore(f->path, copy, NULL, &kept, &f->c.err));
		assert_string_equal(kept, i ? beside(f, "store.db.replaced2-wal") : older);
		assert_true(slice_eq(fixture_bytes(f, kept), bytes));
		free(kept);
		assert_false(file_exists(log));
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		assert_int_equal(contract_count(&f->c, "cause:model"), 1);
		contract_check_clean(&f->c);
		fixture_close(f);
		unlink(f->path);
	}
	assert_true(slice_eq(fixture_bytes(f, older), bytes));
}

/* A file named as restored ones once were is somebody's; and who could not read the store still cannot. */
static void a_restored_store_is_as_private_as_the_one_before(void **state)
{
	struct fixture *f = *state;
	const char *copy = beside(f, "copy.db"), *theirs = beside(f, "store.db.restored");
	struct stat info;
	char *kept;
	FILE *file;

	fill(f, 5);
	assert_ok(&f->c, sqlite_store_backup(f->c.store, copy, NULL, &f->c.err));
	fixture_close(f);
	file = fopen(theirs, "wb");
	assert_non_null(file);
	assert_true(fputs("somebody's", file) >= 0 && fclose(file) == 0);
	for (int i = 0; i < 3; i++) {
		static const mode_t modes[][3] = { { 0600, 0644, 0600 }, { 0664, 0600, 0664 }, { 0, 0664, 0600 } };
		assert_int_equal(chmod(copy, modes[i][1]), 0);
		assert_int_equal(modes[i][0] ? chmod(f->path, modes[i][0]) : unlink(f->path), 0);
		assert_ok(&f->c, sqlite_store_restore(f->path, copy, NULL, &kept, &f->c.err));
		free(kept);
		assert_int_equal(stat(f->path, &info), 0);
		assert_int_equal(info.st_mode & 0777, modes[i][2]);
	}
	assert_true(slice_eq(fixture_bytes(f, theirs), slice_of("somebody's")));
}

/* Without a log nothing is locked while a store is open: who has it open must not go on in the old file. */
static void who_has_the_store_open_without_a_log_is_told(void **state)
{
	struct fixture *f = *state;
	const char *copy = beside(f, "copy.db");
	struct triage_request request = { .samples = (const int64_t[]){ 1 }, .sample_count = 1, .status = SAMPLE_DEFERRED };
	struct query query = { .text = "" };
	struct slice kept_bytes, fresh;
	int64_t edit, count;
	char *kept;

	fill(f, 5);
	assert_ok(&f->c, sqlite_store_backup(f->c.store, copy, NULL, &f->c.err));
	assert_int_equal(sqlite3_exec(sqlite_of(f->c.store)->handle, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL), SQLITE_OK);
	free(sqlite_of(f->c.store)->journal_mode);
	sqlite_of(f->c.store)->journal_mode = mem_strdup("delete");
	assert_ok(&f->c, sqlite_store_restore(f->path, copy, NULL, &kept, &f->c.err));
	kept_bytes = fixture_bytes(f, kept);
	fresh = fixture_bytes(f, f->path);
	assert_status(&f->c, STATUS_STORE, f->c.ops->triage(f->c.store, "ann", &request, &edit, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "was replaced"));
	assert_status(&f->c, STATUS_STORE, f->c.ops->sample_count(f->c.store, &query, &count, &f->c.err));
	assert_true(slice_eq(fixture_bytes(f, kept), kept_bytes));
	assert_true(slice_eq(fixture_bytes(f, f->path), fresh));
	free(kept);
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void encrypted_files_are_known(void **state)
{
	struct fixture *f = *state;
	char bytes[8192];
	struct slice before;

	sqlite3_randomness((int)sizeof(bytes), bytes); /* as all of SQLCipher's pages look */
	fixture_write(f, (struct slice){ bytes, sizeof(bytes) });
	before = fixture_bytes(f, f->path);
	assert_status(&f->c, STATUS_STORE, fixture_open(f, (struct sqlite_open_options){ .create = true }));
	assert_non_null(strstr(f->c.err.text, "encrypted"));
	assert_true(slice_eq(before, fixture_bytes(f, f->path)));
	assert_int_equal(fixture_files(f), 1);
	fixture_write(f, (struct slice){ bytes, sizeof(bytes) - 100 }); /* no whole pages */
	assert_status(&f->c, STATUS_STORE, fixture_open(f, (struct sqlite_open_options){ .create = true }));
	assert_non_null(strstr(f->c.err.text, "another kind of file"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(backup_is_of_one_moment),     FIXTURE_TEST(stopped_backup_leaves_nothing),
		FIXTURE_TEST(backup_goes_over_nothing),    FIXTURE_TEST(damaged_stores_are_not_copied),
		FIXTURE_TEST(parts_of_a_killed_backup_are_swept), FIXTURE_TEST(a_locked_folder_is_not_waited_for),
		FIXTURE_TEST(compacting_gives_room_back),  FIXTURE_TEST(compacting_optimises_words),
		FIXTURE_TEST(compacting_gives_way),        FIXTURE_TEST(log_against_state),
		FIXTURE_TEST(encrypted_files_are_known),   FIXTURE_TEST(a_log_without_its_store_is_set_aside),
		FIXTURE_TEST(a_restored_store_is_as_private_as_the_one_before),
		FIXTURE_TEST(who_has_the_store_open_without_a_log_is_told),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: care", tests, NULL, NULL);
}
