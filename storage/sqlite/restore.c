/*
 * Going back to a backup. The backup is checked, copied beside the store, read back and
 * brought to the disk; the store that is there, with its log, gets another name; then the
 * copy gets its. At no moment is there nothing under the store's name, and what was there
 * is kept whatever happens.
 *
 * Nobody may have the store open: it is locked as for writing without a log, which even
 * a damaged file can be.
 */
#include "storage/sqlite/backup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/file_temp.h"

#define NAMES_MOST 1000

static void first_finding(void *context, const char *finding)
{
	struct error *first = context;

	if (!first->text[0])
		error_set(first, STATUS_STORE, "%.600s", finding);
}

/* Opens the backup; it must be whole. */
static enum status open_backup(const char *path, struct store **out, struct error *err)
{
	struct error first = { .text = "" };
	int64_t findings = 0;
	enum status status = sqlite_store_open(path, &(struct sqlite_open_options){ .read_only = true }, out, err);

	if (status != STATUS_OK)
		return status;
	status = (*out)->ops->check(*out, false, first_finding, &first, &findings, err);
	if (status == STATUS_OK && findings)
		return error_set(err, STATUS_STORE, "%s is damaged itself: %s; the store was left as it is", path, first.text);
	return status;
}

/* *handle holds the lock until it is closed; NULL where there is no file. */
static enum status lock_store(const char *path, sqlite3 **handle, struct error *err)
{
	static const int steps[] = { SQLITE_LOCK_SHARED, SQLITE_LOCK_RESERVED, SQLITE_LOCK_EXCLUSIVE };
	sqlite3_file *file = NULL;
	int rc;

	*handle = NULL;
	if (!file_exists(path))
		return STATUS_OK;
	rc = sqlite3_open_v2(path, handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		sqlite3_file_control(*handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	for (size_t i = 0; i < ARRAY_LEN(steps) && rc == SQLITE_OK && file && file->pMethods; i++)
		rc = file->pMethods->xLock(file, steps[i]);
	if (rc == SQLITE_OK)
		return STATUS_OK;
	if ((rc & 0xff) == SQLITE_BUSY)
		return error_set(err, STATUS_STORE, "%s is in use: end all programs that have it open first", path);
	return error_set(err, STATUS_STORE, "%s cannot be locked: %s", path, sqlite3_errstr(rc));
}

static void unlock_store(sqlite3 *handle)
{
	sqlite3_file *file = NULL;

	if (!handle)
		return;
	sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (file && file->pMethods)
		file->pMethods->xUnlock(file, SQLITE_LOCK_NONE);
	sqlite3_close(handle);
}

/* ---- what was there ------------------------------------------------------------------------- */

static const char *const log_endings[] = { "-wal", "-journal" };
#define LOGS ARRAY_LEN(log_endings)

/* What was moved away from `path`, so that it can come back. */
struct kept {
	const char *path;
	char *name;         /* PATH.replaced, PATH.replaced2 …; NULL: nothing was moved */
	bool is_store;      /* the store has this name too; else there were logs alone */
	bool has_log[LOGS]; /* and such a log */
};

static char *with_ending(const char *path, const char *ending)
{
	size_t size = strlen(path) + strlen(ending) + 1;
	char *name = mem_alloc(size);

	snprintf(name, size, "%s%s", path, ending);
	return name;
}

static bool is_there(const char *path, const char *ending)
{
	char *name = with_ending(path, ending);
	struct stat info;
	bool there = lstat(name, &info) == 0;

	free(name);
	return there;
}

static bool has_log(const char *path)
{
	for (size_t i = 0; i < LOGS; i++)
		if (is_there(path, log_endings[i]))
			return true;
	return false;
}

static bool move_log(const char *from, const char *to, const char *ending)
{
	char *from_name = with_ending(from, ending), *to_name = with_ending(to, ending);
	bool moved = rename(from_name, to_name) == 0;
	int reason = errno;

	free(from_name);
	free(to_name);
	errno = reason;
	return moved;
}

/* The first name that neither a file nor a log has; the store gets it too. */
static bool name_kept(struct kept *kept, struct error *err)
{
	char ending[32] = ".replaced";

	for (int i = 1; i < NAMES_MOST; i++) {
		if (i > 1)
			snprintf(ending, sizeof(ending), ".replaced%d", i);
		char *name = with_ending(kept->path, ending);
		if (!is_there(name, "") && !has_log(name)) {
			if (!kept->is_store || link(kept->path, name) == 0) {
				kept->name = name;
				return true;
			}
			if (errno != EEXIST) {
				error_set(err, STATUS_OUTPUT, "%s cannot be kept under another name: %s", kept->path,
					  strerror(errno));
				free(name);
				return false;
			}
		}
		free(name);
	}
	error_set(err, STATUS_OUTPUT, "%s was replaced too often: remove old ones beside it", kept->path);
	return false;
}

static void sync_folder_of(const char *path)
{
	char *folder = file_folder_of(path);

	file_sync_folder(folder);
	free(folder);
}

/* All as it was; where that fails, `err` says where the store is whole. */
static enum status put_back(struct kept *kept, enum status status, struct error *err)
{
	bool good = true;

	for (size_t i = 0; i < LOGS; i++)
		if (kept->has_log[i] && move_log(kept->name, kept->path, log_endings[i]))
			kept->has_log[i] = false;
		else if (kept->has_log[i])
			good = false;
	if (good && kept->is_store)
		good = unlink(kept->name) == 0;
	sync_folder_of(kept->path);
	if (!good)
		error_wrap(err, status, "what was there is %s", kept->name);
	free(kept->name);
	kept->name = NULL;
	return status;
}

/* A log that belongs to the old file, or to one that is gone, must not be taken for a part of the new one. */
static enum status set_aside(struct kept *kept, struct error *err)
{
	kept->is_store = file_exists(kept->path);
	if (!kept->is_store && !has_log(kept->path))
		return STATUS_OK;
	if (!name_kept(kept, err))
		return STATUS_OUTPUT;
	for (size_t i = 0; i < LOGS; i++) {
		kept->has_log[i] = move_log(kept->path, kept->name, log_endings[i]);
		if (!kept->has_log[i] && errno != ENOENT) {
			error_set(err, STATUS_OUTPUT, "%s%s cannot be moved: %s", kept->path, log_endings[i], strerror(errno));
			return put_back(kept, STATUS_OUTPUT, err);
		}
	}
	char *shm = with_ending(kept->path, "-shm");
	unlink(shm);
	free(shm);
	sync_folder_of(kept->path); /* the log is gone from its place before the copy comes there */
	return STATUS_OK;
}

/* For people: the store, or the log that was alone. */
static char *kept_file(const struct kept *kept)
{
	if (!kept->name)
		return NULL;
	for (size_t i = 0; i < LOGS && !kept->is_store; i++)
		if (kept->has_log[i])
			return with_ending(kept->name, log_endings[i]);
	return mem_strdup(kept->name);
}

static enum status exchange(const char *path, const char *fresh, char **aside, struct error *err)
{
	struct kept kept = { .path = path };
	enum status status = set_aside(&kept, err);

	if (status != STATUS_OK)
		return status;
	if (rename(fresh, path) != 0) {
		error_set(err, STATUS_OUTPUT, "%s cannot be replaced: %s", path, strerror(errno));
		return kept.name ? put_back(&kept, STATUS_OUTPUT, err) : STATUS_OUTPUT;
	}
	sync_folder_of(path);
	*aside = kept_file(&kept);
	free(kept.name);
	return STATUS_OK;
}

static enum status check_paths(const char *path, const char *backup, struct error *err)
{
	struct stat here, there;

	if (strncmp(path, "file:", 5) == 0 || strcmp(path, ":memory:") == 0)
		return error_set(err, STATUS_USAGE, "%s: a backup is restored to a file that is named by its path", path);
	if (stat(path, &here) == 0 && stat(backup, &there) == 0 && here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		return error_set(err, STATUS_USAGE, "%s is the store itself", backup);
	return STATUS_OK;
}

/*
 * Opening and closing a store that somebody left half-way brings its log into the file, so
 * that the file is whole by itself and no log has to be moved apart from it. A store that is
 * too damaged for that keeps its log.
 */
static void take_log_in(const char *path)
{
	struct store *store;
	struct error ignored;

	if (sqlite_store_open(path, &(struct sqlite_open_options){ .look = true }, &store, &ignored) == STATUS_OK)
		store->ops->close(store);
}

static enum status restore(const char *path, struct store *from, const struct backup_options *options, char **aside,
			   struct error *err)
{
	struct stat like;
	bool there = stat(path, &like) == 0; /* whoever could read and write the store still can, and nobody else */
	sqlite3 *lock = NULL;
	char *fresh = NULL;
	enum status status = lock_store(path, &lock, err);

	if (status == STATUS_OK && lock && has_log(path)) {
		unlock_store(lock);
		take_log_in(path);
		status = lock_store(path, &lock, err);
	}
	if (status == STATUS_OK && (status = backup_copy(from, path, there ? &like : NULL, options, &fresh, err)) != STATUS_OK)
		error_wrap(err, status, "%s", path);
	if (status == STATUS_OK && (status = exchange(path, fresh, aside, err)) != STATUS_OK)
		unlink(fresh);
	unlock_store(lock);
	free(fresh);
	return status;
}

enum status sqlite_store_restore(const char *path, const char *backup, const struct backup_options *options, char **aside,
				 struct error *err)
{
	static const struct backup_options plain = { .force = false };
	struct store *from = NULL;
	enum status status = check_paths(path, backup, err);

	*aside = NULL;
	if (status == STATUS_OK)
		status = open_backup(backup, &from, err);
	if (status == STATUS_OK)
		status = restore(path, from, options ? options : &plain, aside, err);
	if (from)
		from->ops->close(from);
	if (status != STATUS_OK) {
		free(*aside);
		*aside = NULL;
	}
	return status;
}
