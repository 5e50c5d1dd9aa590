/*
 * Every call fails once. Each step of store_load.c is run with the first call of a kind
 * failing, then with the second, and so on until it passes untouched: writing (a full disk),
 * any call to the disk (an error of it), any request of SQLite's for memory; once, or from
 * there on. What fails says why; the store is then as it was before the step or, if the step
 * was acknowledged, as it is after it; the connection goes on; nothing leaks; what is read
 * under a fault is right or refused.
 *
 * $AITIA_TORTURE: every call; else some, by chance ($AITIA_SEED). $AITIA_STEP: of that step alone.
 */
#include "storage/sqlite/edit_log.h"
#include "tests/storage/sqlite_fixture.h"
#include "tests/support/old_store.h"
#include "tests/support/store_load.h"
#include "tests/support/store_read.h"
#include "tests/support/test_vfs.h"

struct fault {
	const char *name;
	unsigned kinds;
	bool stays, full;
	uint32_t stride; /* so many calls apart, about, where not all are tried */
};

static const struct fault disk_full[] = {
	{ "disk full", 1u << VFS_WRITE, true, true, 60 },
	{ "disk full for a moment", 1u << VFS_WRITE, false, true, 60 },
};
static const struct fault disk_errors[] = {
	{ "error", VFS_ALL, false, false, 200 },
	{ "error that stays", VFS_ALL, true, false, 200 },
};
static const struct fault no_memory[] = {
	{ "no memory for a moment", 1u << VFS_MEMORY, false, false, 3000 },
	{ "no memory", 1u << VFS_MEMORY, true, false, 3000 },
};

struct faults {
	struct fixture *f;
	struct load load;
	const struct fault *fault;
	const char *step;
	long at, tried;
	struct slice before, other; /* the stores' bytes */
	struct slice before_log, backup; /* of PATH-wal and of the copy, where a step begins with them */
	uint64_t states[2];  /* digests before and after the step */
	struct digest checked[8]; /* of files that were found whole in this step … */
	uint64_t checked_states[8]; /* … and the states in them */
	size_t checked_count;
	bool starts_closed;  /* the step opens the store itself */
	uint64_t state;      /* of what was found */
	int64_t memory;      /* that SQLite holds while no store is open */
};

static uint64_t seed;

/* xorshift64*, by Vigna */
static uint32_t roll(uint32_t sides)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 2685821657736338717u) >> 32) % (sides ? sides : 1);
}

#define fail_fault(p, format, ...) \
	fail_msg("%s, %s at call %ld: " format, (p)->step, (p)->fault->name, (p)->at, __VA_ARGS__)

static void write_bytes(const char *path, struct slice bytes)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, file), bytes.len_bytes);
	assert_int_equal(fclose(file), 0);
}

static void remove_store(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
	char name[256];

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		unlink(name);
	}
}

/* The files as they were before the step. */
static void restore(struct faults *p)
{
	load_close(&p->load);
	arena_clear(&p->load.arena);
	remove_store(p->load.path);
	remove_store(p->load.copy);
	for (int copy = 1; copy < 9; copy++) { /* of a migration */
		char name[160];
		snprintf(name, sizeof(name), "%s.v%d.bak", p->load.path, copy);
		unlink(name);
	}
	for (int kept = 1; kept < 4; kept++) { /* of a store that was replaced */
		char name[160];
		snprintf(name, sizeof(name), kept == 1 ? "%s.replaced" : "%s.replaced%d", p->load.path, kept);
		remove_store(name);
	}
	write_bytes(p->load.path, p->before);
	write_bytes(p->load.other, p->other);
	if (p->before_log.len_bytes) {
		char name[160];
		snprintf(name, sizeof(name), "%s-wal", p->load.path);
		write_bytes(name, p->before_log);
	}
	if (p->backup.len_bytes)
		write_bytes(p->load.copy, p->backup);
}

static void arm(struct faults *p)
{
	test_vfs.full = p->fault->full;
	test_vfs_fail(p->fault->kinds, p->at, p->fault->stays);
}

/* How many faults there were. */
static long disarm(void)
{
	test_vfs.fail_at = 0;
	return test_vfs.faults;
}

/* The digest of the store's file, once it is found whole; 0: it is of no use. Most faults leave
 * the very bytes that another left: of those the check, which takes longest, is not repeated. */
static uint64_t file_state(struct faults *p)
{
	struct digest digest;
	struct slice bytes;
	uint64_t state;
	char wal[160];

	snprintf(wal, sizeof(wal), "%s-wal", p->load.path);
	if (file_exists(wal) || file_read(&p->load.arena, p->load.path, 0, &bytes, &p->load.err) != STATUS_OK)
		return store_digest_checked(p->load.path, NULL, &p->load.err);
	digest = digest_of(bytes);
	for (size_t i = 0; i < p->checked_count; i++)
		if (memcmp(&p->checked[i], &digest, sizeof(digest)) == 0)
			return p->checked_states[i];
	state = store_digest_checked(p->load.path, NULL, &p->load.err);
	if (state && p->checked_count < ARRAY_LEN(p->checked)) {
		p->checked[p->checked_count] = digest;
		p->checked_states[p->checked_count++] = state;
	}
	return state;
}

/* What the connection sees, then what the file holds. */
static void look(struct faults *p, enum status status)
{
	struct error why = p->load.err;
	uint64_t state = 0;

	if (status != STATUS_OK && (why.text[0] == '\0' || why.status != status))
		fail_fault(p, "status %d without a reason (%s)", (int)status, why.text);
	if (p->load.store) {
		int64_t findings = -1;
		if (p->load.store->ops->check(p->load.store, true, NULL, NULL, &findings, &p->load.err) != STATUS_OK || findings)
			fail_fault(p, "the connection is of no use: %s (%d findings)", p->load.err.text, (int)findings);
		state = store_digest(p->load.store);
	}
	load_close(&p->load);
	if (sqlite3_memory_used() != p->memory)
		fail_fault(p, "%d bytes leaked", (int)(sqlite3_memory_used() - p->memory));
	p->state = file_state(p);
	if (!p->state)
		fail_fault(p, "the store is of no use: %s", p->load.err.text);
	if (state && state != p->state)
		fail_fault(p, "%s", "the connection and the file differ");
	if (status == STATUS_OK && p->state != p->states[1])
		fail_fault(p, "%s", "it was acknowledged and is not there");
	if (p->state != p->states[0] && p->state != p->states[1])
		fail_fault(p, "half of it is there (%s)", why.text);
	if (file_exists(p->load.copy) && !store_digest_checked(p->load.copy, NULL, &p->load.err))
		fail_fault(p, "the backup is not whole: %s", p->load.err.text);
}

static void try_step(struct faults *p, const struct load_step *step)
{
	enum status status;
	long faults;

	p->checked_count = 0;
	p->at = 1 + (getenv("AITIA_TORTURE") ? 0 : roll(p->fault->stride));
	do {
		restore(p);
		if (!p->starts_closed)
			assert_ok(&p->load, load_open(&p->load));
		p->load.err = (struct error){ .text = "" };
		arm(p);
		status = step->run(&p->load);
		faults = disarm();
		look(p, status);
		p->tried += faults > 0;
		p->at += getenv("AITIA_TORTURE") ? 1 : 1 + roll(p->fault->stride * 2);
	} while (faults > 0);
	if (status != STATUS_OK)
		fail_fault(p, "it fails by itself: %s", p->load.err.text);
}

static struct slice bytes_of(struct faults *p, const char *path)
{
	return fixture_bytes(p->f, path);
}

static void start(struct faults *p, struct fixture *f)
{
	const char *given = getenv("AITIA_SEED");

	*p = (struct faults){ .f = f };
	seed = given ? strtoull(given, NULL, 10) : 20261127;
	setenv("AITIA_NOW", "2026-02-03T04:05:06Z", 1);
	test_vfs_install();
	test_vfs.fail_at = 0; /* a test that failed left it */
	load_init(&p->load, f->folder);
	load_make_other(&p->load);
	p->other = bytes_of(p, p->load.other);
	p->memory = sqlite3_memory_used();
}

static void all_steps(struct faults *p, struct fixture *f, const struct fault *faults, size_t count)
{
	const char *only = getenv("AITIA_STEP");

	start(p, f);
	assert_ok(&p->load, load_open(&p->load));
	p->states[1] = store_digest(p->load.store);
	for (size_t i = 1; i < load_step_count; i++) {
		struct slice after;
		load_close(&p->load);
		p->before = bytes_of(p, p->load.path);
		p->states[0] = p->states[1];
		assert_ok(&p->load, load_open(&p->load));
		p->step = load_steps[i].name;
		assert_ok(&p->load, load_steps[i].run(&p->load));
		p->states[1] = store_digest(p->load.store);
		load_close(&p->load);
		after = bytes_of(p, p->load.path);
		for (size_t k = 0; k < count; k++) {
			p->fault = &faults[k];
			if (only ? strcmp(only, p->step) == 0 : getenv("AITIA_TORTURE") || (i + k) % 2)
				try_step(p, &load_steps[i]);
		}
		remove_store(p->load.path);
		write_bytes(p->load.path, after);
		assert_ok(&p->load, load_open(&p->load));
	}
	load_release(&p->load);
	print_message("    %ld faults\n", p->tried);
	assert_true(p->tried > 10 || only);
}

static void full_disks(void **state)
{
	struct faults p;

	all_steps(&p, *state, disk_full, ARRAY_LEN(disk_full));
}

static void errors_of_the_disk(void **state)
{
	struct faults p;

	all_steps(&p, *state, disk_errors, ARRAY_LEN(disk_errors));
}

static void want_of_memory(void **state)
{
	struct faults p;

	all_steps(&p, *state, no_memory, ARRAY_LEN(no_memory));
}

/* An old store is opened: whatever fails, it comes up to date the next time. */
static void migrating(void **state)
{
	static const struct fault *const all[] = { &disk_full[0], &disk_errors[0], &disk_errors[1], &no_memory[0], &no_memory[1] };
	const struct load_step step = { "migrate", load_open };
	struct faults p;

	start(&p, *state);
	assert_true(old_store_write(1, p.load.path));
	p.before = bytes_of(&p, p.load.path);
	p.step = step.name;
	p.starts_closed = true;
	p.states[0] = p.states[1] = store_digest_checked(p.load.path, NULL, &p.load.err);
	assert_true(p.states[0]);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		p.fault = all[i];
		try_step(&p, &step);
	}
	load_release(&p.load);
	print_message("    %ld faults\n", p.tried);
}

static enum status go_back(struct load *load)
{
	char *kept = NULL;
	enum status status = sqlite_store_restore(load->path, load->copy, NULL, &kept, &load->err);

	free(kept);
	return status == STATUS_OK ? load_open(load) : status;
}

/* A store, with a log that a program left which was killed, and a backup of before. */
static void fill_and_back_up(struct faults *p, struct fixture *f)
{
	char wal[160];

	start(p, f);
	for (size_t i = 0; i < 4; i++) /* up to many judgements */
		assert_ok(&p->load, load_steps[i].run(&p->load));
	p->states[1] = store_digest(p->load.store);
	assert_ok(&p->load, sqlite_store_backup(p->load.store, p->load.copy, NULL, &p->load.err));
	p->backup = bytes_of(p, p->load.copy);
	load_close(&p->load);
	assert_ok(&p->load, load_open(&p->load));
	for (size_t i = 5; i < 6; i++)
		assert_ok(&p->load, load_steps[i].run(&p->load));
	snprintf(wal, sizeof(wal), "%s-wal", p->load.path);
	p->states[0] = store_digest(p->load.store);
	assert_true(p->states[0] != p->states[1]);
	p->before = bytes_of(p, p->load.path);
	p->before_log = bytes_of(p, wal);
	load_close(&p->load);
	p->starts_closed = true;
}

static void restoring(void **state)
{
	static const struct fault *const all[] = { &disk_full[0], &disk_errors[0], &disk_errors[1], &no_memory[0], &no_memory[1] };
	const struct load_step step = { "restore", go_back };
	struct faults p;

	fill_and_back_up(&p, *state);
	p.step = step.name;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct fault often = *all[i];
		often.stride = often.stride / 4 + 1;
		p.fault = &often;
		try_step(&p, &step);
	}
	load_release(&p.load);
	print_message("    %ld faults\n", p.tried);
	assert_true(p.tried > 10);
}

static bool is_file(struct faults *p, const char *ending)
{
	char name[160];

	snprintf(name, sizeof(name), "%s%s", p->load.path, ending);
	return file_exists(name);
}

/* A store that cannot be opened keeps its log beside it, whichever of the names cannot be given. */
static void a_failed_restore_moves_nothing(void **state)
{
	static const struct fault renaming = { "renaming", 1u << VFS_OPEN, false, false, 1 };
	const char *const rest[] = { ".replaced", ".replaced-wal" };
	struct faults p;
	char wal[160];
	long at = 0;
	int files;
	enum status status;

	fill_and_back_up(&p, *state);
	p.step = "restore";
	p.fault = &renaming;
	snprintf(wal, sizeof(wal), "%s-wal", p.load.path);
	memset((char *)(uintptr_t)p.before.at, 0x5a, 5000);
	p.before_log = slice_of("not even a log");
	do {
		restore(&p);
		files = fixture_files(*state);
		p.at = ++at;
		arm(&p);
		status = go_back(&p.load);
		p.tried += disarm() > 0;
		if (status == STATUS_OK || strstr(p.load.err.text, "cannot be opened"))
			continue;
		if (!slice_eq(bytes_of(&p, p.load.path), p.before) || !slice_eq(bytes_of(&p, wal), p.before_log))
			fail_fault(&p, "the store was touched (%s)", p.load.err.text);
		for (size_t i = 0; i < ARRAY_LEN(rest); i++)
			if (is_file(&p, rest[i]))
				fail_fault(&p, "%s was left", rest[i]);
		if (fixture_files(*state) > files)
			fail_fault(&p, "%s", "a file was left");
	} while (p.tried == at);
	assert_int_equal(status, STATUS_OK);
	assert_true(is_file(&p, ".replaced") && is_file(&p, ".replaced-wal"));
	load_release(&p.load);
	assert_true(p.tried > 3);
}

/* ---- reading ----------------------------------------------------------------------------- */

/* A store with something of everything. */
static void fill(struct faults *p, struct fixture *f)
{
	start(p, f);
	for (size_t i = 0; i < load_step_count; i++)
		if (load_steps[i].run(&p->load) != STATUS_OK)
			fail_msg("%s: %s", load_steps[i].name, p->load.err.text);
	load_close(&p->load);
	p->before = bytes_of(p, p->load.path);
}

/* Opening, and then all questions, with one call that fails; then all of it again without. */
static void try_reading(struct faults *p, bool columns, const char *expected)
{
	struct strbuf answer = STRBUF_INIT, again = STRBUF_INIT;
	enum status status;
	long faults;

	p->at = 1 + (getenv("AITIA_TORTURE") ? 0 : roll(p->fault->stride));
	do {
		restore(p);
		strbuf_clear(&answer);
		strbuf_clear(&again);
		p->load.err = (struct error){ .text = "" };
		arm(p);
		status = load_open(&p->load);
		if (status == STATUS_OK) {
			if (columns)
				sqlite_of(p->load.store)->columns_least = 0;
			status = store_read(p->load.store, &answer, &p->load.err);
		}
		faults = disarm();
		if (status != STATUS_OK && (p->load.err.text[0] == '\0' || p->load.err.status != status))
			fail_fault(p, "status %d without a reason", (int)status);
		if (status == STATUS_OK && strcmp(answer.text, expected) != 0)
			fail_fault(p, "%s", "a wrong answer without a word");
		if (!p->load.store)
			assert_ok(&p->load, load_open(&p->load));
		if (store_read(p->load.store, &again, &p->load.err) != STATUS_OK)
			fail_fault(p, "the connection is of no use: %s", p->load.err.text);
		if (strcmp(again.text, expected) != 0)
			fail_fault(p, "a wrong answer afterwards (it had failed with: %s)", p->load.err.text);
		p->tried += faults > 0;
		p->at += getenv("AITIA_TORTURE") ? 1 : 1 + roll(p->fault->stride * 2);
	} while (faults > 0);
	strbuf_release(&answer);
	strbuf_release(&again);
}

static void reading(struct fixture *f, bool columns)
{
	static const struct fault *const all[] = { &disk_errors[0], &disk_errors[1], &no_memory[0], &no_memory[1] };
	struct strbuf expected = STRBUF_INIT;
	struct faults p;

	fill(&p, f);
	assert_ok(&p.load, load_open(&p.load));
	assert_ok(&p.load, store_read(p.load.store, &expected, &p.load.err));
	assert_true(expected.len_bytes > 10000);
	p.step = columns ? "reading from columns" : "reading";
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		p.fault = all[i];
		try_reading(&p, columns, expected.text);
	}
	strbuf_release(&expected);
	load_release(&p.load);
	print_message("    %ld faults\n", p.tried);
}

static void reading_is_right_or_refused(void **state)
{
	reading(*state, false);
}

static void reading_from_columns_too(void **state)
{
	reading(*state, true);
}

/* ---- the log ------------------------------------------------------------------------------ */

static char *noted(struct faults *p)
{
	static const char sql[] = "SELECT 'incident ' || incident || ' ' || edit FROM edit_incident UNION ALL SELECT 'member '"
				  " || incident || ' ' || sample || ' ' || edit || ' ' || ifnull(role, '-') FROM edit_member ORDER BY 1";
	struct strbuf out = STRBUF_INIT;
	sqlite3_stmt *stmt;
	char *text;

	assert_int_equal(sqlite3_prepare_v2(sqlite_of(p->load.store)->handle, sql, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		strbuf_addf(&out, "%s\n", (const char *)sqlite3_column_text(stmt, 0));
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	text = arena_strdup(&p->load.arena, out.text);
	strbuf_release(&out);
	return text;
}

/* What edits were about is noted anew from their changesets, while call `at` fails; 0: none. */
static enum status note_again(struct faults *p, long at, char **out)
{
	sqlite3 *handle = sqlite_of(p->load.store)->handle;
	enum status status;

	assert_int_equal(sqlite3_exec(handle, "BEGIN; DELETE FROM edit_incident; DELETE FROM edit_member; DELETE FROM edit_sample",
				      NULL, NULL, NULL), SQLITE_OK);
	p->at = at;
	arm(p);
	status = history_fill(sqlite_of(p->load.store), &p->load.err);
	p->tried += disarm() > 0;
	*out = noted(p);
	if (!sqlite3_get_autocommit(handle)) /* SQLite has not taken it back by itself */
		assert_int_equal(sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	return status;
}

static void notes_are_whole_or_refused(void **state)
{
	char *expected, *is;
	struct faults p;
	long tried;

	start(&p, *state);
	assert_ok(&p.load, load_open(&p.load));
	for (size_t i = 0; i < load_step_count; i++)
		if (strcmp(load_steps[i].name, "import") == 0 || strcmp(load_steps[i].name, "put incident") == 0 ||
		    strcmp(load_steps[i].name, "add members") == 0)
			assert_ok(&p.load, load_steps[i].run(&p.load));
	p.step = "noting";
	p.fault = &no_memory[0];
	assert_ok(&p.load, note_again(&p, 0, &expected));
	assert_non_null(strstr(expected, "member INC-2026-0001 5"));
	do {
		tried = p.tried;
		if (note_again(&p, tried + 1, &is) == STATUS_OK && strcmp(is, expected) != 0)
			fail_fault(&p, "noted without a word: %s", is);
	} while (p.tried > tried);
	load_release(&p.load);
	print_message("    %ld faults\n", p.tried);
	assert_true(p.tried > 20);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(full_disks), FIXTURE_TEST(errors_of_the_disk), FIXTURE_TEST(want_of_memory),
		FIXTURE_TEST(migrating), FIXTURE_TEST(restoring), FIXTURE_TEST(a_failed_restore_moves_nothing),
		FIXTURE_TEST(reading_is_right_or_refused), FIXTURE_TEST(reading_from_columns_too),
		FIXTURE_TEST(notes_are_whole_or_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: faults", tests, NULL, NULL);
}
