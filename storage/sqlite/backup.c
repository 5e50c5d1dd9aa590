/*
 * A copy of the store by SQLite's backup interface, while others go on. It is made under
 * a name of its own beside the place where it is to be, looked through, brought to the
 * disk, and only then named: what is at `path` is a whole copy or what was there before.
 *
 * The disk takes longer than all else, so that it is kept busy: a thread brings to it what
 * is written so far, while more is copied and while the copy is looked through.
 *
 * The copy is of one state: a read transaction is held throughout, or each commit of
 * another process would begin the copy anew. Under WAL nobody waits for that.
 */
#include "storage/sqlite/backup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/thread.h"

#define STEP_PAGES 1024 /* 16 MiB: some 20 ms between two looks at `cancel` */
#define TEMP_TRIES 100

struct copying {
	struct sqlite_store *db;
	const struct backup_options *options;
	char *temp;    /* NULL: not made yet */
	int folder;    /* where it lies, shared with others that make copies there; -1: it cannot be locked */
	sqlite3 *to;
	int64_t pages, edits, samples; /* of the state that is copied */
};

/* ---- the disk ------------------------------------------------------------------------------- */

#define FLUSH_PAUSE_MS 50

struct flushing {
	int fd;
	atomic_bool stop;
	bool running;
	pthread_t thread;
};

/* Whether it worked is seen by the sync at the end. */
static void *flush(void *context)
{
	struct flushing *flushing = context;

	while (!atomic_load(&flushing->stop)) {
		(void)fdatasync(flushing->fd);
		sqlite3_sleep(FLUSH_PAUSE_MS);
	}
	return NULL;
}

static void flush_begin(struct flushing *flushing, const char *path)
{
	*flushing = (struct flushing){ .fd = open(path, O_WRONLY | O_CLOEXEC) };
	flushing->running = flushing->fd >= 0 && thread_start(&flushing->thread, flush, flushing) == 0;
}

static void flush_end(struct flushing *flushing)
{
	atomic_store(&flushing->stop, true);
	if (flushing->running)
		pthread_join(flushing->thread, NULL);
	if (flushing->fd >= 0)
		close(flushing->fd);
}

/* ---- copying -------------------------------------------------------------------------------- */

static enum status failed(struct copying *copy, int rc, struct error *err)
{
	const char *why = copy->to ? sqlite3_errmsg(copy->to) : sqlite3_errstr(rc);

	return error_set(err, STATUS_OUTPUT, "the copy failed: %s",
			 (rc & 0xff) == SQLITE_FULL ? "the disk is full" : why);
}

static bool is_cancelled(const struct copying *copy)
{
	return copy->options->cancel && atomic_load_explicit(copy->options->cancel, memory_order_relaxed);
}

static void leave_folder(struct copying *copy)
{
	if (copy->folder >= 0)
		close(copy->folder);
	copy->folder = -1;
}

/* Beside `path`, private until it has the rights that it is to have. */
static enum status make_temp(struct copying *copy, const char *path, const struct stat *like, struct error *err)
{
	size_t size = strlen(path) + 32;
	int fd = -1;

	copy->folder = backup_hold_folder(path);
	copy->temp = mem_alloc(size);
	for (int i = 0; i < TEMP_TRIES && fd < 0; i++) {
		uint32_t number;
		sqlite3_randomness((int)sizeof(number), &number);
		snprintf(copy->temp, size, "%s.part-%08x", path, number);
		fd = open(copy->temp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0) {
		free(copy->temp);
		copy->temp = NULL;
		return error_set(err, STATUS_OUTPUT, "it cannot be made: %s", strerror(errno));
	}
	/* Giving a file away is for root alone, as a rule; so is what a file system has no rights for. */
	if (like && (fchown(fd, like->st_uid, like->st_gid) != 0 || fchmod(fd, like->st_mode & 0666) != 0))
		(void)fchmod(fd, like->st_mode & 0666 & (like->st_gid == getegid() ? 0660 : 0600));
	close(fd);
	return STATUS_OK;
}

static enum status read_state(struct copying *copy, sqlite3 *from, int64_t *edits, int64_t *samples, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(from, "SELECT (SELECT coalesce(max(id), 0) FROM edit),"
				    " (SELECT coalesce(max(id), 0) FROM sample)", -1, &stmt, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*edits = sqlite3_column_int64(stmt, 0);
		*samples = sqlite3_column_int64(stmt, 1);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (rc == SQLITE_OK)
		return STATUS_OK;
	return from == copy->db->handle ? db_error(copy->db, rc, err) : failed(copy, rc, err);
}

static enum status copy_pages(struct copying *copy, struct error *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(copy->to, "main", copy->db->handle, "main");
	int rc = SQLITE_OK;

	if (!backup)
		return failed(copy, sqlite3_errcode(copy->to), err);
	do {
		rc = sqlite3_backup_step(backup, STEP_PAGES);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			sqlite3_sleep(20);
		copy->pages = sqlite3_backup_pagecount(backup);
		if (copy->options->progress)
			copy->options->progress(copy->options->context, copy->pages - sqlite3_backup_remaining(backup),
						copy->pages);
	} while ((rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED) && !is_cancelled(copy));
	sqlite3_backup_finish(backup);
	if (rc != SQLITE_DONE && is_cancelled(copy))
		return error_set(err, STATUS_CANCELLED, "stopped on request");
	return rc == SQLITE_DONE ? STATUS_OK : failed(copy, rc, err);
}

/* The file is not a store until it is whole, so it needs neither journal nor syncs of its
 * own. In the end it is one that needs no log, so that it opens from a read-only disk. */
static enum status write_copy(struct copying *copy, struct error *err)
{
	int rc = sqlite3_open_v2(copy->temp, &copy->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	enum status status;

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(copy->to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL);
	status = rc == SQLITE_OK ? copy_pages(copy, err) : failed(copy, rc, err);
	if (status == STATUS_OK) {
		rc = sqlite3_exec(copy->to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
		if (rc != SQLITE_OK)
			status = failed(copy, rc, err);
	}
	rc = sqlite3_close(copy->to);
	copy->to = NULL;
	if (status == STATUS_OK && rc != SQLITE_OK)
		return failed(copy, rc, err);
	return status;
}

static int stop_if_cancelled(void *context)
{
	return is_cancelled(context);
}

/* Read back from the file: its structure is sound, it is ours, and of the state that was copied. */
static enum status verify(struct copying *copy, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int64_t edits = -1, samples = -1, id = 0;
	const void *found = NULL;
	int rc = sqlite3_open_v2(copy->temp, &copy->to, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	enum status status = STATUS_OK;

	if (rc == SQLITE_OK) {
		sqlite3_progress_handler(copy->to, 100000, stop_if_cancelled, copy);
		rc = sqlite3_prepare_v2(copy->to, "SELECT quick_check, application_id FROM pragma_quick_check(1),"
					" pragma_application_id", -1, &stmt, NULL);
	}
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		found = sqlite3_column_text(stmt, 0);
		id = sqlite3_column_int64(stmt, 1);
		rc = SQLITE_OK;
	}
	if (rc == SQLITE_INTERRUPT)
		status = error_set(err, STATUS_CANCELLED, "stopped on request");
	else if (rc != SQLITE_OK)
		status = failed(copy, rc, err);
	else if (!found || strcmp(found, "ok") != 0)
		status = error_set(err, STATUS_STORE, "the store is damaged, and so would the copy be (%.200s); run 'aitia check'",
				   found ? (const char *)found : "no answer");
	sqlite3_finalize(stmt);
	if (status == STATUS_OK)
		status = read_state(copy, copy->to, &edits, &samples, err);
	sqlite3_close(copy->to);
	copy->to = NULL;
	if (status == STATUS_OK && (id != STORE_APPLICATION_ID || edits != copy->edits || samples != copy->samples))
		return error_set(err, STATUS_OUTPUT, "the copy differs from the store; try another disk");
	return status;
}

static bool sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	int reason = errno;

	if (fd >= 0)
		close(fd);
	errno = reason;
	return good;
}

/* link() fails where the name is taken; rename() would replace what is there. */
static enum status give_name(struct copying *copy, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_strdup(path) : mem_strdup(".");
	bool good;

	if (slash)
		folder[slash == path ? 1 : slash - path] = '\0';
	if (copy->options->force)
		good = rename(copy->temp, path) == 0;
	else if ((good = link(copy->temp, path) == 0))
		unlink(copy->temp);
	else if (errno != EEXIST && access(path, F_OK) != 0) /* a file system without links */
		good = rename(copy->temp, path) == 0;
	if (good)
		(void)sync_path(folder, O_RDONLY | O_DIRECTORY); /* where folders cannot be synced, the name comes late */
	else
		error_set(err, STATUS_OUTPUT, "%s", errno == EEXIST ? "a file is there already" : strerror(errno));
	free(folder);
	return good ? STATUS_OK : STATUS_OUTPUT;
}

static enum status check_place(const struct copying *copy, const char *path, struct error *err)
{
	struct stat there, store;

	if (stat(path, &there) != 0)
		return STATUS_OK;
	if (S_ISDIR(there.st_mode))
		return error_set(err, STATUS_OUTPUT, "that is a folder: name a file");
	if (stat(copy->db->path, &store) == 0 && there.st_dev == store.st_dev && there.st_ino == store.st_ino)
		return error_set(err, STATUS_OUTPUT, "that is the store itself");
	if (!copy->options->force)
		return error_set(err, STATUS_OUTPUT, "a file is there already");
	return STATUS_OK;
}

static enum status make_copy(struct copying *copy, const char *path, const struct stat *like, struct error *err)
{
	enum status status = make_temp(copy, path, like, err);
	struct flushing flushing;
	bool began;

	if (status != STATUS_OK)
		return status;
	assert(copy->temp);
	flush_begin(&flushing, copy->temp);
	began = read_begin(copy->db);
	if (status == STATUS_OK)
		status = read_state(copy, copy->db->handle, &copy->edits, &copy->samples, err);
	if (status == STATUS_OK)
		status = write_copy(copy, err);
	read_end(copy->db, began);
	if (status == STATUS_OK)
		status = verify(copy, err);
	flush_end(&flushing);
	if (status == STATUS_OK && !sync_path(copy->temp, O_RDONLY))
		status = error_set(err, STATUS_OUTPUT, "the copy cannot be brought to the disk: %s", strerror(errno));
	return status;
}

static void forget(struct copying *copy)
{
	if (copy->temp)
		unlink(copy->temp);
	free(copy->temp);
	copy->temp = NULL;
}

enum status backup_copy(struct store *store, const char *path, const struct stat *like, const struct backup_options *options,
			char **out, struct error *err)
{
	struct copying copy = { .db = sqlite_of(store), .options = options, .folder = -1 };
	enum status status = make_copy(&copy, path, like, err);

	if (status != STATUS_OK)
		forget(&copy);
	leave_folder(&copy); /* who restores has locked the store */
	*out = copy.temp;
	return status;
}

enum status sqlite_store_backup(struct store *store, const char *path, const struct backup_options *options,
				struct error *err)
{
	static const struct backup_options plain = { .force = false };
	struct copying copy = { .db = sqlite_of(store), .options = options ? options : &plain,
				.folder = -1 };
	struct stat like;
	enum status status = check_place(&copy, path, err);

	if (status == STATUS_OK) /* the copy holds what the store does, so it has its rights */
		status = make_copy(&copy, path, stat(copy.db->path, &like) == 0 ? &like : NULL, err);
	if (status == STATUS_OK)
		status = give_name(&copy, path, err);
	if (status != STATUS_OK)
		forget(&copy);
	leave_folder(&copy);
	free(copy.temp);
	return status == STATUS_OK ? STATUS_OK : error_wrap(err, status, "%s", path);
}
