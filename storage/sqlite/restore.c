/*
 * Going back to a backup. The backup is checked, copied beside the store, read back and
 * brought to the disk; the store that is there, with its log, gets another name; then the
 * copy gets its. At no moment is there nothing under the store's name, and what was there
 * is kept whatever happens.
 *
 * Nobody may have the store open: it is locked as for writing without a log, which even
 * a damaged file can be.
 */
#include "storage/sqlite/sqlite_db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"

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

/* The first of PATH.replaced, PATH.replaced2 … that is free gets the file too. */
static enum status link_aside(const char *path, char **aside, struct error *err)
{
	for (int i = 1; i < NAMES_MOST; i++) {
		char *name = i == 1 ? sqlite3_mprintf("%s.replaced", path) : sqlite3_mprintf("%s.replaced%d", path, i);
		*aside = mem_strdup(name ? name : "");
		sqlite3_free(name);
		if (link(path, *aside) == 0)
			return STATUS_OK;
		int reason = errno;
		free(*aside);
		*aside = NULL;
		if (reason != EEXIST)
			return error_set(err, STATUS_OUTPUT, "%s cannot be kept under another name: %s", path, strerror(reason));
	}
	return error_set(err, STATUS_OUTPUT, "%s was replaced too often: remove old ones beside it", path);
}

/* What belongs to the old file must not be taken for a part of the new one. */
static enum status move_beside(const char *path, const char *aside, struct error *err)
{
	static const char *const endings[] = { "-wal", "-journal" };
	enum status status = STATUS_OK;
	char *shm = sqlite3_mprintf("%s-shm", path);

	for (size_t i = 0; i < ARRAY_LEN(endings) && status == STATUS_OK; i++) {
		char *from = sqlite3_mprintf("%s%s", path, endings[i]), *to = sqlite3_mprintf("%s%s", aside, endings[i]);
		if (from && to && rename(from, to) != 0 && errno != ENOENT)
			status = error_set(err, STATUS_OUTPUT, "%s cannot be moved: %s", from, strerror(errno));
		sqlite3_free(from);
		sqlite3_free(to);
	}
	if (shm)
		unlink(shm);
	sqlite3_free(shm);
	return status;
}

static void sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_strdup(slash ? path : ".");
	int fd;

	if (slash)
		folder[slash == path ? 1 : slash - path] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(folder);
}

static enum status exchange(const char *path, const char *fresh, char **aside, struct error *err)
{
	enum status status;

	if (file_exists(path)) {
		if ((status = link_aside(path, aside, err)) != STATUS_OK || (status = move_beside(path, *aside, err)) != STATUS_OK)
			return status;
		sync_folder_of(path); /* the log is gone from its place before the copy comes there */
	} else if ((status = move_beside(path, path, err)) != STATUS_OK) {
		return status;
	}
	if (rename(fresh, path) != 0)
		return error_set(err, STATUS_OUTPUT, "%s cannot be replaced: %s", path, strerror(errno));
	sync_folder_of(path);
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

static enum status restore(const char *path, struct store *from, const struct backup_options *options, char **aside,
			   struct error *err)
{
	struct backup_options copying = { .force = true, .cancel = options->cancel, .progress = options->progress,
					  .context = options->context };
	char *fresh = sqlite3_mprintf("%s.restored", path);
	sqlite3 *lock = NULL;
	enum status status;

	if (!fresh)
		return error_set(err, STATUS_STORE, "%s: out of memory", path);
	status = lock_store(path, &lock, err);
	if (status == STATUS_OK)
		status = sqlite_store_backup(from, fresh, &copying, err);
	if (status == STATUS_OK && (status = exchange(path, fresh, aside, err)) != STATUS_OK)
		unlink(fresh);
	unlock_store(lock);
	sqlite3_free(fresh);
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
