/*
 * The structure of files (storage/sqlite/structure.h) against SQLite's own quick_check: what SQLite writes is sound,
 * and where bytes of it are changed, whatever SQLite finds wrong with its trees is found too.
 *
 * $AITIA_TORTURE: many more. $AITIA_SEED: other ones.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "storage/sqlite/structure.h"
#include "tests/storage/sqlite_fixture.h"

/* Trees of each kind and some levels, cells that go on elsewhere, free blocks, free pages. */
#define FILLING(rows) \
	"CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b BLOB); CREATE INDEX ta ON t(a); CREATE INDEX tb ON t(b);" \
	"CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE gone(x); CREATE TABLE none(x);" \
	"WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " rows ")" \
	" INSERT INTO t SELECT i * 3, 'a' || i, zeroblob(CASE i % 9 WHEN 0 THEN 4000 WHEN 1 THEN 300 ELSE i % 40 END) FROM n;" \
	"INSERT INTO w SELECT a || 'key', b FROM t; INSERT INTO gone SELECT zeroblob(2000) FROM t LIMIT 3;" \
	"DELETE FROM t WHERE id % 7 = 0; INSERT INTO t VALUES (-5, 'x', x'00'); DROP TABLE gone"

static void make_file(struct fixture *f, int page_bytes, const char *filling)
{
	char pragma[64];
	sqlite3 *db;

	unlink(f->path);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	snprintf(pragma, sizeof(pragma), "PRAGMA page_size = %d", page_bytes);
	assert_int_equal(sqlite3_exec(db, pragma, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, filling, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static size_t read_roots(sqlite3 *db, uint32_t *roots, size_t most)
{
	sqlite3_stmt *stmt = NULL;
	size_t count = 0;

	if (sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_schema WHERE rootpage > 0", -1, &stmt, NULL) == SQLITE_OK)
		while (count < most && sqlite3_step(stmt) == SQLITE_ROW)
			roots[count++] = (uint32_t)sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return count;
}

static bool is_sound(const char *path, int page_bytes, const uint32_t *roots, size_t count)
{
	int fd = open(path, O_RDONLY);
	struct structure *structure = structure_begin(fd, (size_t)page_bytes);
	uint32_t pages = (uint32_t)(lseek(fd, 0, SEEK_END) / page_bytes);
	/* In two parts, as behind a copy. */
	bool sound = structure_read(structure, pages / 2, NULL) && structure_read(structure, pages, NULL) &&
		     structure_is_sound(structure, pages, roots, count);

	structure_free(structure);
	close(fd);
	return sound;
}

static void what_sqlite_writes_is_sound(void **state)
{
	static const int page_bytes[] = { 512, 1024, 4096, 16384, 65536 };
	struct fixture *f = *state;
	uint32_t roots[200];
	size_t count;

	for (size_t i = 0; i < sizeof(page_bytes) / sizeof(page_bytes[0]); i++) {
		sqlite3 *db;
		make_file(f, page_bytes[i], FILLING("1500"));
		assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
		count = read_roots(db, roots, 200);
		sqlite3_close(db);
		assert_true(is_sound(f->path, page_bytes[i], roots, count));
		/* A tree more than there are, or one less, is wrong. */
		assert_false(is_sound(f->path, page_bytes[i], roots, count - 1));
		roots[count] = roots[0];
		assert_false(is_sound(f->path, page_bytes[i], roots, count + 1));
	}
	unlink(f->path);
	fixture_create(f);
	contract_import(&f->c, 1, 2000);
	contract_annotate(&f->c, "ann", 2, "model");
	count = read_roots(sqlite_of(f->c.store)->handle, roots, 200);
	fixture_close(f);
	assert_true(is_sound(f->path, 16384, roots, count));
}

/* quick_check also reads rows; what it says of these is not about the structure. */
static bool is_about_rows(const char *found)
{
	return strstr(found, " value in ") || strstr(found, "CHECK constraint") || strcmp(found, "database disk image is malformed") == 0;
}

static void what_sqlite_finds_is_found(void **state)
{
	static uint64_t seed = 20261128;
	const char *given = getenv("AITIA_SEED");
	struct fixture *f = *state;
	struct slice whole;
	uint32_t roots[20];
	size_t count;
	sqlite3 *db;
	int times = getenv("AITIA_TORTURE") ? 100000 : 800, found = 0, missed = 0, alone = 0;
	char *bytes;

	if (given)
		seed = strtoull(given, NULL, 10);
	make_file(f, 512, FILLING("60"));
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	count = read_roots(db, roots, 20);
	sqlite3_close(db);
	whole = fixture_bytes(f, f->path);
	bytes = mem_alloc(whole.len_bytes);
	for (int i = 0; i < times; i++) {
		sqlite3_stmt *stmt = NULL;
		const char *said = NULL; /* the schema's texts cannot be read */
		size_t page, at;
		memcpy(bytes, whole.at, whole.len_bytes);
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		page = (size_t)(seed >> 33) % (whole.len_bytes / 512);
		/* Mostly the head of a page with its list of cells; else anywhere, or a page that is another one. */
		at = page * 512 + (i % 3 ? (page ? 0 : 100) + (size_t)(seed >> 20) % 40 : (size_t)(seed >> 20) % 412 + 100);
		if (i % 10 == 9)
			memcpy(bytes + page * 512 + (page ? 0 : 100), whole.at + (size_t)(seed >> 12) % (whole.len_bytes / 512) * 512,
			       page ? 512 : 412);
		else
			bytes[at] = (char)(seed >> 50);
		fixture_write(f, (struct slice){ bytes, whole.len_bytes });
		bool sound = is_sound(f->path, 512, roots, count);
		assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
		if (sqlite3_prepare_v2(db, "PRAGMA quick_check", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
			said = (const char *)sqlite3_column_text(stmt, 0);
		bool good = said && strcmp(said, "ok") == 0;
		found += !good;
		alone += good && !sound;
		if (sound && !good && said && !is_about_rows(said)) {
			print_error("page %zu, byte %zu: %.300s\n", page + 1, at % 512, said);
			missed++;
		}
		sqlite3_finalize(stmt);
		sqlite3_close(db);
	}
	free(bytes);
	print_message("    %d damages: SQLite finds %d, the structure %d more\n", times, found, alone);
	assert_int_equal(missed, 0);
	assert_true(found > times / 8);
}

/* Behind a copy it is stopped, and what is cut off cannot be read. */
static void reading_ends(void **state)
{
	struct fixture *f = *state;
	atomic_bool cancel = true;
	struct structure *structure;
	int fd;

	make_file(f, 1024, FILLING("400"));
	fd = open(f->path, O_RDWR);
	structure = structure_begin(fd, 1024);
	assert_false(structure_read(structure, 20, &cancel));
	cancel = false;
	assert_true(structure_read(structure, 20, &cancel));
	assert_int_equal(ftruncate(fd, 21L * 1024 - 1), 0);
	assert_false(structure_read(structure, 21, &cancel));
	assert_false(structure_is_sound(structure, 21, NULL, 0));
	structure_free(structure);
	close(fd);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(what_sqlite_writes_is_sound),
		FIXTURE_TEST(what_sqlite_finds_is_found),
		FIXTURE_TEST(reading_ends),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: structure", tests, NULL, NULL);
}
