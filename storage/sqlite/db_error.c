/* What SQLite's result codes mean to people, and transactions. */
#include "storage/sqlite/sqlite_db.h"

#include <errno.h>
#include <string.h>

enum status db_damaged(struct sqlite_store *db, struct error *err, const char *what)
{
	return error_set(err, STATUS_STORE, "%s is damaged: %s; 'aitia check' tells more, 'aitia backup --restore FILE' goes "
			 "back to a backup and keeps the damaged file",
			 db->path, what);
}

/*
 * The number of the last system call that failed on the store's file or its log; 0: none did.
 * Where a disk cannot be read, SQLite 3.40 turns SQLITE_IOERR_CORRUPTFS into SQLITE_CORRUPT
 * (vdbe.c, abort_due_to_error) and sqlite3_system_errno() says nothing.
 */
static int last_errno(struct sqlite_store *db)
{
	sqlite3_file *file = NULL;
	int number = 0;

	if (!db->handle)
		return 0;
	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
	if (number)
		return number;
	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
	if (file && file->pMethods)
		file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
	return number;
}

static enum status disk_failed(struct sqlite_store *db, int rc, int number, struct error *err)
{
	return error_set(err, STATUS_STORE, "%s: reading or writing failed (%s%s%s); check the disk, nothing of this "
			 "operation was kept", db->path, sqlite3_errstr(rc), number ? ": " : "", number ? strerror(number) : "");
}

enum status db_error(struct sqlite_store *db, int rc, struct error *err)
{
	const char *path = db->path;
	const char *detail = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(rc);
	int number = db->handle ? sqlite3_system_errno(db->handle) : 0;

	if (rc == SQLITE_ABORT) /* a function of ours gave up (functions.c) */
		return error_set(err, STATUS_USAGE, "%s", detail);
	if (rc == SQLITE_CORRUPT_VTAB)
		return error_set(err, STATUS_STORE, "the search index of %s is damaged; 'aitia index --rebuild' makes it anew, "
				 "and nothing else is lost", path);
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return STATUS_OK;
	case SQLITE_INTERRUPT:
		return error_set(err, STATUS_CANCELLED, "stopped on request");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_set(err, STATUS_STORE, "%s is locked: another process is writing to it (an import, perhaps); "
				 "try again when it is done", path);
	case SQLITE_FULL:
		return error_set(err, STATUS_STORE, "%s cannot grow: the disk is full; free some space, nothing of "
				 "this operation was kept", path);
	case SQLITE_CORRUPT:
		number = last_errno(db);
		return number ? disk_failed(db, SQLITE_IOERR, number, err) : db_damaged(db, err, detail);
	case SQLITE_NOTADB:
		return error_set(err, STATUS_STORE, "%s is not a store of Aitia", path);
	case SQLITE_READONLY:
		if (rc == SQLITE_READONLY_DBMOVED)
			return error_set(err, STATUS_STORE, "%s was replaced or moved away while it was open: end this program, "
					 "and start it again", path);
		return error_set(err, STATUS_STORE, "%s is read-only: check the permissions of the file and its folder",
				 path);
	case SQLITE_CANTOPEN:
		return error_set(err, STATUS_STORE, "%s cannot be opened: %s", path,
				 number ? strerror(number) : detail);
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return error_set(err, STATUS_STORE, "%s: permission denied", path);
	case SQLITE_IOERR:
		return disk_failed(db, rc, number, err);
	case SQLITE_TOOBIG:
		return error_set(err, STATUS_REFUSED, "%s: a text of more than 1 GB cannot be kept", path);
	case SQLITE_NOMEM:
		return error_set(err, STATUS_STORE, "%s: out of memory", path);
	default:
		return error_set(err, STATUS_STORE, "%s: %s (SQLite code %d)", path, detail, rc);
	}
}

bool roll_back(struct sqlite_store *db)
{
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	/* Without memory, even that cannot be; see sql_start_with(). */
	db->must_roll_back = !sqlite3_get_autocommit(db->handle);
	return !db->must_roll_back;
}

bool read_begin(struct sqlite_store *db)
{
	if (!sqlite3_get_autocommit(db->handle) && !(db->must_roll_back && roll_back(db)))
		return false;
	/* Deferred: takes nothing until the first read, where failures show too. */
	return sql_run_plain(db, SQL_BEGIN, NULL) == STATUS_OK;
}

void read_end(struct sqlite_store *db, bool began)
{
	if (began && !sqlite3_get_autocommit(db->handle) && sql_run_plain(db, SQL_COMMIT, NULL) != STATUS_OK)
		roll_back(db);
}

enum status read_must_begin(struct sqlite_store *db, bool *began, struct error *err)
{
	*began = read_begin(db);
	if (*began || !sqlite3_get_autocommit(db->handle))
		return STATUS_OK;
	return error_set(err, STATUS_STORE, "%s: no reading could be begun: out of memory?", db->path);
}

enum status db_view_begin(struct store *store, bool *began, struct error *err)
{
	return read_must_begin(sqlite_of(store), began, err);
}

void db_view_end(struct store *store, bool began)
{
	read_end(sqlite_of(store), began);
}

enum status write_begin(struct sqlite_store *db, struct error *err)
{
	if (db->read_only)
		return db_error(db, SQLITE_READONLY, err);
	if (db->import)
		return error_set(err, STATUS_REFUSED, "an import is under way on this connection");
	if (db->group)
		return error_set(err, STATUS_REFUSED, "a group of edits is under way on this connection");
	return db->merging ? STATUS_OK : sql_run_plain(db, SQL_BEGIN_IMMEDIATE, err);
}

enum status write_end(struct sqlite_store *db, enum status status, struct error *err)
{
	if (db->merging)
		return status;
	if (status == STATUS_OK)
		status = sql_run_plain(db, SQL_COMMIT, err);
	/* SQLite may have rolled back by itself (full disk, interrupt). */
	if (status != STATUS_OK)
		roll_back(db);
	return status;
}
