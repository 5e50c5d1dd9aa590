/* Making the file as small as it can be: SQLite's VACUUM, with what it needs checked first. */
#include "storage/sqlite/sqlite_db.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* Between two looks at `cancel`: some milliseconds of SQLite's machine. */
#define PROGRESS_OPS 50000

static int64_t bytes_of(const char *path, const char *ending)
{
	char *name = sqlite3_mprintf("%s%s", path, ending);
	struct stat info;
	int64_t bytes = name && stat(name, &info) == 0 ? (int64_t)info.st_size : 0;

	sqlite3_free(name);
	return bytes;
}

static int64_t store_bytes(const struct sqlite_store *db)
{
	return bytes_of(db->path, "") + bytes_of(db->path, "-wal");
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_strdup(slash ? path : ".");

	if (slash)
		folder[slash == path ? 1 : slash - path] = '\0';
	return folder;
}

/* The copy is written once beside the store and once into the log. */
static enum status check_room(struct sqlite_store *db, const char *folder, struct error *err)
{
	struct statvfs disk;
	int64_t pages = 0, unused = 0, page_bytes = 0, need;
	enum status status = sql_number_plain(db, SQL_PAGE_COUNT, &pages, NULL, err);

	if (status == STATUS_OK)
		status = sql_number_plain(db, SQL_FREELIST_COUNT, &unused, NULL, err);
	if (status == STATUS_OK)
		status = sql_number_plain(db, SQL_PAGE_SIZE, &page_bytes, NULL, err);
	if (status != STATUS_OK || statvfs(folder, &disk) != 0)
		return status;
	need = 2 * (pages - unused) * page_bytes;
	int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	if (room >= need)
		return STATUS_OK;
	return error_set(err, STATUS_REFUSED, "compacting %s takes %lld MB of its disk for a while, and %lld MB are free: free "
			 "some space first", db->path, (long long)need / 1000000 + 1, (long long)room / 1000000);
}

static int stop_if_cancelled(void *context)
{
	return atomic_load_explicit((const atomic_bool *)context, memory_order_relaxed);
}

static enum status execute(struct sqlite_store *db, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

/* Each index of words becomes one piece. */
static enum status optimise_words(struct sqlite_store *db, struct error *err)
{
	VEC_OF(char *) optimise = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_WORD_INDEXES);
	enum status status;

	while (sql_next(db, stmt)) {
		const unsigned char *name = sqlite3_column_text(stmt, 0);
		char *sql = sqlite3_mprintf("INSERT INTO \"%w\"(\"%w\") VALUES ('optimize')", name, name);
		if (sql)
			vec_push(&optimise, sql);
	}
	status = sql_end(db, stmt, err);
	for (size_t i = 0; i < optimise.len; i++) {
		if (status == STATUS_OK)
			status = execute(db, optimise.items[i], err);
		sqlite3_free(optimise.items[i]);
	}
	vec_release(&optimise);
	return status;
}

/* VACUUM's own file would go to /tmp, which may be memory: beside the store there is
 * room, as was checked. (SQLite has one such folder for the whole process; nobody else
 * in it makes temporary files now: they are kept in memory, or there are none.) */
static enum status vacuum(struct sqlite_store *db, const char *folder, struct error *err)
{
	enum status status;

	sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
	statements_finalize(db);
	status = execute(db, "VACUUM", err);
	sqlite3_free(sqlite3_temp_directory);
	sqlite3_temp_directory = NULL;
	return status;
}

enum status sqlite_store_compact(struct store *store, const atomic_bool *cancel, struct compact_result *out,
				 struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	char *folder = folder_of(db->path);
	enum status status;

	out->before_bytes = store_bytes(db);
	status = check_room(db, folder, err);
	/* Who writes now is not waited for: it may be an import of hours. */
	sqlite3_busy_timeout(db->handle, 0);
	if (status == STATUS_OK)
		status = write_begin(db, err);
	if (status == STATUS_OK)
		status = write_end(db, STATUS_OK, err);
	busy_register(db);
	if (cancel)
		sqlite3_progress_handler(db->handle, PROGRESS_OPS, stop_if_cancelled, (void *)(uintptr_t)cancel);
	if (status == STATUS_OK)
		status = optimise_words(db, err);
	if (status == STATUS_OK)
		status = vacuum(db, folder, err);
	sqlite3_progress_handler(db->handle, 0, NULL, NULL);
	/* Readers of an old state may keep the log from being emptied; the next one does it then. */
	if (status == STATUS_OK)
		sqlite3_exec(db->handle, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	out->after_bytes = store_bytes(db);
	free(folder);
	return status;
}
