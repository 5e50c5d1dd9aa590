/* A store on a file in a folder of its own, for tests of the SQLite engine alone. */
#ifndef AITIA_TESTS_STORAGE_SQLITE_FIXTURE_H
#define AITIA_TESTS_STORAGE_SQLITE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "storage/sqlite/sqlite_db.h"
#include "tests/support/store_contract.h"

struct fixture {
	struct contract_state c; /* store NULL: closed */
	char folder[64];
	char path[96];
};

static inline enum status fixture_open(struct fixture *f, struct sqlite_open_options options)
{
	enum status status = sqlite_store_open(f->path, &options, &f->c.store, &f->c.err);

	if (f->c.store)
		f->c.ops = f->c.store->ops;
	return status;
}

static inline void fixture_create(struct fixture *f)
{
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ .create = true }));
}

static inline void fixture_close(struct fixture *f)
{
	if (f->c.store)
		f->c.ops->close(f->c.store);
	f->c.store = NULL;
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	snprintf(f->folder, sizeof(f->folder), "/tmp/aitia-sqlite-XXXXXX");
	if (!mkdtemp(f->folder))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/store.db", f->folder);
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	char name[512];
	struct dirent *entry;
	DIR *dir;

	fixture_close(f);
	dir = opendir(f->folder);
	while (dir && (entry = readdir(dir)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", f->folder, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(name);
	}
	if (dir)
		closedir(dir);
	rmdir(f->folder);
	arena_release(&f->c.arena);
	free(f);
	return 0;
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

static inline struct slice fixture_bytes(struct fixture *f, const char *path)
{
	struct slice bytes;

	assert_ok(&f->c, file_read(&f->c.arena, path, 0, &bytes, &f->c.err));
	return bytes;
}

static inline void fixture_write(struct fixture *f, struct slice bytes)
{
	FILE *file = fopen(f->path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, file), bytes.len_bytes);
	fclose(file);
}

/* How many files stand in the folder. */
static inline int fixture_files(struct fixture *f)
{
	DIR *dir = opendir(f->folder);
	struct dirent *entry;
	int count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

/* SQL on the file by a connection of its own, as another program would. */
static inline void fixture_sql(struct fixture *f, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#endif
