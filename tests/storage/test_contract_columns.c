/* The contract of stores, kept by the SQLite engine as it works in large ones: lists come from
 * columns in memory, and all edits are written as those of many samples are. */
#include "tests/support/store_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "storage/sqlite/sqlite_db.h"

static char folder[] = "/tmp/aitia-columns-XXXXXX";
static int opened;

static struct store *open_new(void)
{
	const struct sqlite_open_options options = { .create = true };
	struct store *store;
	struct error err;
	char path[128];

	if (opened) { /* the one before is closed by now */
		snprintf(path, sizeof(path), "%s/%d.db", folder, opened);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/%d.db", folder, ++opened);
	if (sqlite_store_open(path, &options, &store, &err) != STATUS_OK) {
		print_error("%s\n", err.text);
		return NULL;
	}
	sqlite_of(store)->columns_least = 0; /* else stores of millions only */
	sqlite_of(store)->facets_few = 0;
	sqlite_of(store)->bulk_least = 1;
	return store;
}

/* By another connection, as another program would. */
static void retire(struct store *store, const char *code)
{
	const char *slash = strchr(code, '/');
	sqlite3 *db;
	char *sql;

	assert_non_null(slash);
	assert_int_equal(sqlite3_open(sqlite_store_path(store), &db), SQLITE_OK);
	sql = sqlite3_mprintf("UPDATE code SET retired = 1 WHERE word = %Q", slash + 1);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
	sqlite3_close(db);
}

int main(int argc, char **argv)
{
	const struct store_contract contract = { "contract: sqlite, columns", open_new, retire };
	char path[128];
	int code;

	if (!mkdtemp(folder))
		return 1;
	code = store_contract_run(&contract, argc > 1 ? argv[1] : NULL);
	snprintf(path, sizeof(path), "%s/%d.db", folder, opened);
	unlink(path);
	rmdir(folder);
	return code;
}
