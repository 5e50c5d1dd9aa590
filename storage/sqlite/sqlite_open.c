/*
 * Opening: what the file is is decided from its first bytes, before SQLite is
 * asked to do anything, since already the first SQL statement may write (roll
 * back a hot journal, recover a log) and nothing of others may be touched. The
 * bytes are read through SQLite's own descriptor: closing another one on the
 * same file would drop the locks of every connection in this process.
 */
#include "storage/sqlite/sqlite_db.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "storage/sqlite/alike.h"
#include "storage/sqlite/changeset.h"
#include "storage/sqlite/columns.h"
#include "storage/sqlite/edit_bulk.h"
#include "core/base/file_system.h"
#include "storage/sqlite/edit_log.h"
#include "storage/sqlite/import.h"
#include "storage/sqlite/search.h"

#define HEADER_MAGIC "SQLite format 3"
#define HEADER_READ_VERSION 19 /* 2: the file needs a WAL */
#define HEADER_APPLICATION_ID 68
#define ENCRYPTED_SAMPLE_BYTES 1024 /* the smallest page that is in use with encryption */

#define OPEN_TRIES 10 /* of a file that is replaced meanwhile */
#define CACHE_USUAL "PRAGMA cache_size = -16384;" /* KiB: 1024 pages */
#define CACHE_SCAN "PRAGMA cache_size = -2048;"
#define WAL_LIMIT_BYTES "67108864" /* a log that an import made long is cut back to this */

static const struct store_ops ops;

/* Of the folder: the file may not be there yet. */
static const char *network_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_strdup(slash ? path : ".");
	const char *name;

	if (slash)
		folder[slash == path ? 1 : slash - path] = '\0';
	name = file_network_system(folder);
	free(folder);
	return name;
}

static enum status refuse(struct sqlite_store *db, struct error *err, const char *reason)
{
	return error_set(err, STATUS_STORE, "%s %s; it was left as it is", db->path, reason);
}

/* Encrypted files (SQLCipher's and the like) are pages of which each byte is as likely as
 * any other: of 1024 such bytes 251 different ones are expected, fewer than 235 never come. */
static bool looks_encrypted(const unsigned char *bytes, size_t len, sqlite3_int64 size)
{
	bool seen[256] = { false };
	int different = 0;

	if (len < ENCRYPTED_SAMPLE_BYTES || size % ENCRYPTED_SAMPLE_BYTES != 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		different += !seen[bytes[i]];
		seen[bytes[i]] = true;
	}
	return different >= 235;
}

static enum status refuse_other_kind(struct sqlite_store *db, sqlite3_file *file, sqlite3_int64 size, struct error *err)
{
	unsigned char start[ENCRYPTED_SAMPLE_BYTES];

	if (size >= ENCRYPTED_SAMPLE_BYTES && file->pMethods->xRead(file, start, sizeof(start), 0) == SQLITE_OK &&
	    looks_encrypted(start, sizeof(start), size))
		return refuse(db, err, "is encrypted, it seems: Aitia reads no encrypted stores");
	return refuse(db, err, "is not a store of Aitia, but another kind of file");
}

static bool is_sqlite(const unsigned char header[STORE_HEADER_BYTES])
{
	return memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) == 0;
}

/* Whether the beginning of a file can be what a loss of power left of a first page of ours:
 * nothing of it came to the disk, or its first sectors did, or only others. */
static bool is_torn_beginning(const unsigned char header[STORE_HEADER_BYTES], size_t len)
{
	static const unsigned char nothing[STORE_HEADER_BYTES] = { 0 };
	size_t magic = len < sizeof(HEADER_MAGIC) ? len : sizeof(HEADER_MAGIC);

	return memcmp(header, nothing, len) == 0 || memcmp(header, HEADER_MAGIC, magic) == 0;
}

/* Whether the file at hand is ours (or *is_new), without any SQL. */
static enum status identify(struct sqlite_store *db, bool create, bool *is_new, struct error *err)
{
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;
	struct stat info;
	unsigned char header[STORE_HEADER_BYTES] = { 0 };
	uint32_t id;
	int rc, len;

	*is_new = true;
	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (!file || !file->pMethods)
		return STATUS_OK; /* in memory */
	rc = file->pMethods->xFileSize(file, &size);
	/* SQLite calls a file of one byte empty (os_unix.c, unixFileSize). stat() opens
	 * nothing, so it drops no lock. */
	if (rc == SQLITE_OK && size == 0 && stat(db->path, &info) == 0)
		size = info.st_size;
	if (rc != SQLITE_OK)
		return db_error(db, rc, err);
	if (size == 0 && create)
		return STATUS_OK;
	*is_new = false;
	if (size == 0)
		return refuse(db, err, "is an empty file, not a store of Aitia");
	len = size < STORE_HEADER_BYTES ? (int)size : STORE_HEADER_BYTES;
	rc = file->pMethods->xRead(file, header, len, 0);
	if ((rc & 0xff) == SQLITE_IOERR && rc != SQLITE_IOERR_SHORT_READ)
		return db_error(db, rc, err);
	if (len < STORE_HEADER_BYTES || !is_sqlite(header)) {
		enum header_beside beside = header_beside(db->path, header);
		*is_new = beside == HEADER_EMPTY && create && is_torn_beginning(header, (size_t)len);
		if (*is_new)
			return STATUS_OK;
		if (beside == HEADER_EMPTY)
			return refuse(db, err, "is not a store of Aitia, but another kind of file; or a loss of power spoilt it "
				      "while it was made: then nothing was in it, and it can be removed with its journal");
		if (beside != HEADER_FOUND || !is_sqlite(header))
			return refuse_other_kind(db, file, size, err);
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_OK)
		return db_error(db, rc, err);
	db->header_says_wal = header[HEADER_READ_VERSION] == 2;
	id = (uint32_t)header[HEADER_APPLICATION_ID] << 24 | (uint32_t)header[HEADER_APPLICATION_ID + 1] << 16 |
	     (uint32_t)header[HEADER_APPLICATION_ID + 2] << 8 | header[HEADER_APPLICATION_ID + 3];
	if (id != STORE_APPLICATION_ID)
		return refuse(db, err, "is an SQLite database of another program, not a store of Aitia");
	return STATUS_OK;
}

/*
 * A backup that is restored takes the file's name while others wait for its lock
 * (restore.c). Who then went on in the old file would make a log by the name, beside the
 * new one. So before SQL may do so the lock is waited for here, and the name is looked at
 * while it is held: SQLite keeps it until its transaction ends, and as long as it has a log.
 */
static enum status hold_place(struct sqlite_store *db, struct error *err)
{
	sqlite3_file *file = NULL;
	int moved = 0, rc;

	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (!file || !file->pMethods)
		return STATUS_OK; /* in memory */
	for (int tries = 0; ((rc = file->pMethods->xLock(file, SQLITE_LOCK_SHARED)) & 0xff) == SQLITE_BUSY; tries++)
		if (!busy_wait(db, tries))
			break;
	if (rc != SQLITE_OK)
		return db_error(db, rc, err);
	if (sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved)
		return STATUS_OK;
	db->has_moved = true;
	return error_set(err, STATUS_STORE, "%s is being replaced again and again: try it again", db->path);
}

/* The connection's settings. None of them writes to the file. */
static enum status configure(struct sqlite_store *db, struct error *err)
{
	int rc;

	busy_register(db);
	sqlite3_extended_result_codes(db->handle, 1);
	/* The file may have been made by somebody who means harm. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	rc = sqlite3_exec(db->handle,
			  "PRAGMA cell_size_check = ON;"
			  "PRAGMA synchronous = EXTRA;" /* people type this data; FULL loses commits without WAL */
			  "PRAGMA journal_size_limit = " WAL_LIMIT_BYTES ";"
			  CACHE_USUAL, NULL, NULL, NULL);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

/* With another cache it would work as well: errors are of no account. */
void scan_begins(struct sqlite_store *db)
{
	sqlite3_exec(db->handle, CACHE_SCAN, NULL, NULL, NULL);
}

void scan_ends(struct sqlite_store *db)
{
	sqlite3_exec(db->handle, CACHE_USUAL, NULL, NULL, NULL);
}

/* A WAL is shared memory of the processes that use it: between computers it is none, and
 * nobody would notice before the store is damaged. So on a network file system the store
 * has a rollback journal, for which locks are enough, and one that comes from a local
 * disk is changed to it before the first look, alone with it. */
static enum status leave_wal(struct sqlite_store *db, struct error *err)
{
	int rc;

	db->network = network_of(db->path);
	if (!db->network || !db->header_says_wal)
		return STATUS_OK;
	if (db->read_only)
		return error_set(err, STATUS_STORE, "%s lies on a network file system (%s), where its log (WAL) does not work: "
				 "open it for writing once, or copy it to a local disk; it was left as it is", db->path,
				 db->network);
	rc = sqlite3_exec(db->handle, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;"
			  "PRAGMA locking_mode = NORMAL; PRAGMA user_version", NULL, NULL, NULL);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

/* WAL, where it can be had: not on file systems without shared memory, nor while
 * somebody else is at work on the file. */
static enum status choose_journal(struct sqlite_store *db, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	const void *mode = NULL;
	enum status status = hold_place(db, err);
	int rc;

	if (status == STATUS_OK && !db->read_only && !db->network) {
		sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		status = hold_place(db, err);
	}
	if (status != STATUS_OK)
		return status;
	/* Only a transaction opens the log; where there is none, it lets go of the lock. */
	rc = sqlite3_exec(db->handle, "PRAGMA user_version", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode", -1, &stmt, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		mode = sqlite3_column_text(stmt, 0);
		rc = SQLITE_OK;
	}
	db->journal_mode = mem_strdup(mode ? (const char *)mode : "");
	sqlite3_finalize(stmt);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

static enum status prepare(struct sqlite_store *db, bool create, struct error *err)
{
	bool is_new = false;
	enum status status = identify(db, create, &is_new, err);

	if (status != STATUS_OK || (status = hold_place(db, err)) != STATUS_OK || (status = configure(db, err)) != STATUS_OK ||
	    (status = leave_wal(db, err)) != STATUS_OK || (status = hold_place(db, err)) != STATUS_OK)
		return status;
	/* Migrated under a rollback journal: so that the file's own first page says
	 * that it is ours as soon as it says anything. */
	if (is_new && sqlite3_exec(db->handle, "PRAGMA page_size = 16384", NULL, NULL, NULL) != SQLITE_OK)
		return db_error(db, sqlite3_extended_errcode(db->handle), err);
	if ((status = tokenizer_register(db, err)) != STATUS_OK || (status = migrate(db, err)) != STATUS_OK ||
	    (status = choose_journal(db, err)) != STATUS_OK)
		return status;
	return functions_register(db, err);
}

/* SQLite keeps account of its memory under one lock for all connections, taken at each allocation: a lane that
 * counts would hold up the one that reads a page. Nobody asks for that account. (Where SQLite has been
 * started by somebody else, it is as they have it.) */
static void keep_no_account(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum status open_handle(struct sqlite_store *db, const char *path, const struct sqlite_open_options *options,
			       struct error *err)
{
	int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
		    (options->read_only ? SQLITE_OPEN_READONLY :
		     options->create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);
	static pthread_once_t configured = PTHREAD_ONCE_INIT;
	const char *resolved;
	int rc;

	pthread_once(&configured, keep_no_account);
	if (file_is_folder(path))
		return error_set(err, STATUS_STORE, "%s is a folder, not a store of Aitia", path);
	if (!options->create && strncmp(path, "file:", 5) != 0 && strcmp(path, ":memory:") != 0 && !file_exists(path))
		return error_set(err, STATUS_STORE, "there is no store %s; 'aitia import' makes one", path);
	rc = sqlite3_open_v2(path, &db->handle, flags, NULL);
	if (rc != SQLITE_OK)
		return db_error(db, rc, err);
	resolved = sqlite3_db_filename(db->handle, "main");
	if (resolved && resolved[0]) {
		free(db->path);
		db->path = mem_strdup(resolved);
	}
	/* SQLite falls back to reading by itself where it may not write. */
	if (!options->read_only && sqlite3_db_readonly(db->handle, "main") == 1)
		return db_error(db, SQLITE_READONLY, err);
	return STATUS_OK;
}

static void close_store(struct store *store)
{
	struct sqlite_store *db = sqlite_of(store);
	int rc;

	if (db->import)
		db_import_abort(store);
	group_abandon(db);
	columns_detach(db);
	alike_pass_free(db->alike);
	table_shapes_free(db);
	statements_finalize(db);
	rc = sqlite3_close(db->handle);
	assert(rc == SQLITE_OK); /* else a statement leaked */
	(void)rc;
	arena_release(&db->book_arena);
	free(db->code_names);
	free(db->journal_mode);
	free(db->path);
	free(db);
}

/* *moved: the file has lost its name to another one meanwhile. */
static enum status open_once(const char *path, const struct sqlite_open_options *options, struct store **out, bool *moved,
			     struct error *err)
{
	struct sqlite_store *db = mem_zalloc(1, sizeof(*db));
	enum status status;

	db->base.ops = &ops;
	db->path = mem_strdup(path);
	db->read_only = options->read_only || options->look;
	db->book_version = -1;
	db->waiting = options->waiting;
	db->waiting_context = options->waiting_context;
	db->columns_least = COLUMNS_LEAST_ROWS;
	db->far_rows = FAR_ROWS;
	db->snapshot_least = COLUMNS_SNAPSHOT_LEAST;
	db->facets_few = FACETS_FEW_MOST;
	db->bulk_least = 1;
	db->renewed_most = RENEWED_MOST;
	arena_init(&db->book_arena);
	status = open_handle(db, path, options, err);
	if (status == STATUS_OK)
		status = prepare(db, options->create, err);
	*moved = db->has_moved;
	if (status != STATUS_OK)
		close_store(&db->base);
	else
		*out = &db->base;
	return status;
}

enum status sqlite_store_open(const char *path, const struct sqlite_open_options *options, struct store **out,
			      struct error *err)
{
	static const struct sqlite_open_options plain = { .create = false, .read_only = false };
	enum status status = STATUS_OK;
	bool moved = true;

	*out = NULL;
	if (!path || !path[0])
		return error_set(err, STATUS_USAGE, "the path of the store is empty");
	for (int i = 0; i < OPEN_TRIES && moved; i++)
		status = open_once(path, options ? options : &plain, out, &moved, err);
	return status;
}

const char *sqlite_store_path(const struct store *store)
{
	const char *path = sqlite3_db_filename(((const struct sqlite_store *)(const void *)store)->handle, "main");
	return path ? path : "";
}

bool sqlite_store_has_moved(const struct store *store)
{
	int moved = 0;

	return sqlite3_file_control(((const struct sqlite_store *)(const void *)store)->handle, "main", SQLITE_FCNTL_HAS_MOVED,
				    &moved) == SQLITE_OK && moved;
}

bool sqlite_store_save_log(struct store *store)
{
	struct sqlite_store *db = sqlite_of(store);
	int in_log = -1, written = -1;

	sqlite3_busy_handler(db->handle, NULL, NULL);
	int result = sqlite3_wal_checkpoint_v2(db->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, &in_log, &written);
	busy_register(db);
	return result == SQLITE_OK || (result == SQLITE_BUSY && in_log >= 0 && written == in_log);
}

const char *sqlite_store_journal_mode(const struct store *store)
{
	return ((const struct sqlite_store *)(const void *)store)->journal_mode;
}

static enum status change_counter(struct store *store, int64_t *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	int64_t others = 0;
	enum status status = sql_number_plain(db, SQL_DATA_VERSION, &others, NULL, err);

	*out = others + sqlite3_total_changes64(db->handle) - db->index_changes;
	return status;
}

static void interrupt(struct store *store)
{
	atomic_store(&sqlite_of(store)->console_stopped, true);
	sqlite3_interrupt(sqlite_of(store)->handle);
}

static const struct store_ops ops = {
	.close = close_store,
	.sample_page = db_sample_page,
	.sample_count = db_sample_count,
	.facets = db_facets,
	.sample_table = db_sample_table,
	.sample_seek = db_sample_seek,
	.sample_ids = db_sample_ids,
	.sample_codes = db_sample_codes,
	.sample_get = db_sample_get,
	.sample_find = db_sample_find,
	.annotation_list = db_annotation_list,
	.judgements = db_judgements,
	.codebook_get = db_codebook_get,
	.import_begin = db_import_begin,
	.import_add = db_import_add,
	.import_reject = db_import_reject,
	.import_commit = db_import_commit,
	.import_abort = db_import_abort,
	.batch_list = db_batch_list,
	.batch_get = db_batch_get,
	.batch_rejects = db_batch_rejects,
	.annotate = db_annotate,
	.triage = db_triage,
	.deferrals = db_deferrals,
	.incident_list = db_incident_list,
	.incident_get = db_incident_get,
	.incident_put = db_incident_put,
	.incident_members_add = db_members_add,
	.incident_members_remove = db_members_remove,
	.incident_members = db_members,
	.sample_incidents = db_sample_incidents,
	.exposure_put = db_exposure_put,
	.exposure_list = db_exposure_list,
	.edit_list = db_edit_list,
	.edit_changes = db_edit_changes,
	.undo = db_undo,
	.redo = db_redo,
	.group_begin = db_group_begin,
	.group_end = db_group_end,
	.console = db_console,
	.console_views = db_console_views,
	.index_status = db_index_status,
	.index_step = db_index_step,
	.index_drop = db_index_drop,
	.plan_put = db_plan_put,
	.plan_list = db_plan_list,
	.plan_get = db_plan_get,
	.alike_status = db_alike_status,
	.alike_step = db_alike_step,
	.alike_say = db_alike_say,
	.alike_links = db_alike_links,
	.alike_groups = db_alike_groups,
	.alike_group = db_alike_group,
	.check = db_check,
	.on_wait = db_on_wait,
	.view_begin = db_view_begin,
	.view_end = db_view_end,
	.change_counter = change_counter,
	.interrupt = interrupt,
};
