/* A copy of the store by SQLite's backup interface, while others go on. */
#include "storage/sqlite/sqlite_db.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define STEP_PAGES 4096 /* 64 MiB; between steps writers get in */

static enum status copy_pages(struct sqlite_store *db, sqlite3 *to, struct error *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", db->handle, "main");
	int rc = SQLITE_OK;

	if (!backup)
		return error_set(err, STATUS_OUTPUT, "the copy failed: %s", sqlite3_errmsg(to));
	do {
		rc = sqlite3_backup_step(backup, STEP_PAGES);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			sqlite3_sleep(20);
	} while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
	sqlite3_backup_finish(backup);
	if (rc != SQLITE_DONE)
		return error_set(err, STATUS_OUTPUT, "the copy failed: %s", sqlite3_errstr(rc));
	return STATUS_OK;
}

enum status sqlite_store_backup(struct store *store, const char *path, struct error *err)
{
	sqlite3 *to = NULL;
	/* Made here and now, so that no file of anybody is written over. */
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	enum status status;
	int rc;

	if (fd < 0)
		return error_set(err, STATUS_OUTPUT, "%s cannot be made: %s", path, strerror(errno));
	close(fd);
	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	status = rc == SQLITE_OK ? copy_pages(sqlite_of(store), to, err) :
				   error_set(err, STATUS_OUTPUT, "%s cannot be written: %s", path, sqlite3_errstr(rc));
	rc = sqlite3_close(to);
	if (status == STATUS_OK && rc != SQLITE_OK)
		status = error_set(err, STATUS_OUTPUT, "%s cannot be written: %s", path, sqlite3_errstr(rc));
	if (status != STATUS_OK) {
		unlink(path);
		return error_wrap(err, status, "%s", path);
	}
	return STATUS_OK;
}
