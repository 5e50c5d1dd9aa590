/*
 * What makes many rows cheap (figures: docs/bench.md).
 *
 * Into an empty store the rows come first and the indexes after them, sorted, and what is
 * there already is known from memory (seen.c) until that is full. Into a store with samples
 * indexes are kept up row by row, until the file has brought so many that making them anew
 * is cheaper; what is there is known from memory from then on, if it fits.
 *
 * A log (WAL) writes each page twice. Into an empty store, and while nobody else has it
 * open, a rollback journal does instead, which has nothing to keep of pages that are new:
 * whoever opens the store meanwhile waits. In a store with samples, readers go on reading.
 */
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "storage/sqlite/import.h"

/* Rows are appended and indexes are sorted apart from the cache: little is enough, and
 * what is more would only be resident. */
#define PACE_APPEND "PRAGMA cache_size = -8192"
/* Indexes that are kept up are written all over: what does not fit is written again and again. */
#define PACE_KEEP_UP "PRAGMA cache_size = -32768"
#define PACE_USUAL "PRAGMA cache_size = -16384" /* as sqlite_open.c sets it */

/* So many are known from memory: 32 MB and 16 MB at most. */
#define SEEN_BODIES_MAX 3000000
#define SEEN_SAMPLES_MAX 1500000
#define SEEN_TAG_BYTES 8 /* as BODY_TAGS and SAMPLE_TAGS give them */

/* Making all indexes costs about as much per sample as keeping them up costs for a quarter. */
#define REMAKE_SHARE 4
#define REMAKE_MIN 10000

static enum status execute(struct sqlite_store *db, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

/* ---- the connection -------------------------------------------------------------------- */

static bool journal_is(struct sqlite_store *db, const char *pragma, const char *mode)
{
	sqlite3_stmt *stmt = NULL;
	bool truth = sqlite3_prepare_v2(db->handle, pragma, -1, &stmt, NULL) == SQLITE_OK &&
		     sqlite3_step(stmt) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), mode) == 0;

	sqlite3_finalize(stmt);
	return truth;
}

/* Leaving the log needs the store for itself, so that trying says whether it is so. */
static bool leave_log(struct sqlite_store *db)
{
	int64_t newest = 0;

	if (sql_number_plain(db, SQL_MAX_SAMPLE, &newest, NULL, NULL) != STATUS_OK || newest > 0 ||
	    !journal_is(db, "PRAGMA journal_mode", "wal"))
		return false;
	return journal_is(db, "PRAGMA journal_mode = DELETE", "delete");
}

/*
 * Foreign keys are not looked up: all ids come from rows that this import has read or
 * written itself, and the look-ups took a third of the time. (Both settings count outside
 * of transactions only.)
 */
bool bulk_pace_begin(struct sqlite_store *db)
{
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	sqlite3_exec(db->handle, PACE_KEEP_UP, NULL, NULL, NULL);
	return leave_log(db);
}

void bulk_pace_end(struct sqlite_store *db, bool left_log)
{
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_exec(db->handle, PACE_USUAL, NULL, NULL, NULL);
	/* Where somebody came meanwhile and this fails, the next one to open it does it. */
	if (left_log)
		sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
}

/* ---- indexes ----------------------------------------------------------------------------- */

/* Their texts come from the schema itself, so that there is one truth. */
static enum status drop_indexes(struct sqlite_store *db, bool keys_too, struct error *err)
{
	struct importing *import = db->import;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_BULK_INDEXES);

	while (sql_next(db, stmt)) {
		if (sqlite3_column_int(stmt, 2) && !keys_too)
			continue;
		const void *name = sqlite3_column_text(stmt, 0), *sql = sqlite3_column_text(stmt, 1);
		if (name && sql)
			vec_push(&import->dropped, ((struct dropped_index){ mem_strdup(name), mem_strdup(sql) }));
	}
	enum status status = sql_end(db, stmt, err);
	for (size_t i = 0; i < import->dropped.len && status == STATUS_OK; i++) {
		char *drop = sqlite3_mprintf("DROP INDEX \"%w\"", import->dropped.items[i].name);
		status = drop ? execute(db, drop, err) : db_error(db, SQLITE_NOMEM, err);
		sqlite3_free(drop);
	}
	return status == STATUS_OK ? execute(db, PACE_APPEND, err) : status;
}

static void forget(struct importing *import, size_t at)
{
	free(import->dropped.items[at].name);
	free(import->dropped.items[at].sql);
	import->dropped.items[at] = import->dropped.items[--import->dropped.len];
}

enum status bulk_begin(struct sqlite_store *db, struct error *err)
{
	struct importing *import = db->import;
	bool empty = import->first_new == 0 && import->last_body == 0;

	sqlite3_randomness(sizeof(import->seed), &import->seed);
	seen_init(&import->bodies, empty, SEEN_BODIES_MAX);
	seen_init(&import->samples, empty, SEEN_SAMPLES_MAX);
	return empty ? drop_indexes(db, true, err) : STATUS_OK;
}

/* What the index of digests has, into memory. Not complete: it does not fit, or a row is none that this program wrote
 * (sizes and types are the file's word). */
static enum status fill_seen(struct sqlite_store *db, enum statement tags, struct seen *seen, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(db, tags);

	seen_init(seen, true, seen->len_max);
	while (seen->complete && sql_next(db, stmt)) {
		struct digest digest = { { 0 } }; /* no more than the beginning is kept of any */
		int64_t id = sqlite3_column_int64(stmt, 1);
		bool is_ours = sqlite3_column_type(stmt, 0) == SQLITE_BLOB && sqlite3_column_bytes(stmt, 0) == SEEN_TAG_BYTES &&
			       id > 0 && id <= UINT32_MAX;
		const void *beginning = is_ours ? sqlite3_column_blob(stmt, 0) : NULL;
		if (!beginning) {
			seen_release(seen);
			break;
		}
		memcpy(digest.bytes, beginning, SEEN_TAG_BYTES);
		seen_add(seen, db->import->seed, &digest, id);
	}
	return sql_end(db, stmt, err);
}

/* The indexes of digests too, if all digests fit in memory, with as many again: in a large store an index in which each row
 * goes elsewhere has a page read and written for each. */
static enum status know_from_memory(struct sqlite_store *db, bool *known, struct error *err)
{
	struct importing *import = db->import;
	enum status status;

	*known = 2 * (size_t)import->last_sample <= import->samples.len_max && 2 * (size_t)import->last_body <= import->bodies.len_max;
	if (!*known)
		return STATUS_OK;
	status = fill_seen(db, SQL_BODY_TAGS, &import->bodies, err);
	if (status == STATUS_OK)
		status = fill_seen(db, SQL_SAMPLE_TAGS, &import->samples, err);
	*known = import->bodies.complete && import->samples.complete; /* ids say little of how many there are */
	return status;
}

enum status bulk_new_sample(struct sqlite_store *db, struct error *err)
{
	struct importing *import = db->import;
	int64_t brought = import->batch.imported;
	enum status status;
	bool known;

	if (import->dropped.len || import->first_new == 0 || brought < REMAKE_MIN ||
	    brought < import->first_new / REMAKE_SHARE)
		return STATUS_OK;
	status = know_from_memory(db, &known, err);
	if (status == STATUS_OK)
		status = drop_indexes(db, known, err);
	/* Those that are left are kept up. */
	return status == STATUS_OK && !known ? execute(db, PACE_KEEP_UP, err) : status;
}

enum status bulk_index_make(struct sqlite_store *db, const char *name, struct error *err)
{
	struct importing *import = db->import;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < import->dropped.len && status == STATUS_OK; i++)
		if (strcmp(import->dropped.items[i].name, name) == 0) {
			status = execute(db, import->dropped.items[i].sql, err);
			forget(import, i);
			break;
		}
	/* It is kept up from here on. */
	return status == STATUS_OK ? execute(db, PACE_KEEP_UP, err) : status;
}

enum status bulk_end(struct sqlite_store *db, struct error *err)
{
	struct importing *import = db->import;
	enum status status = import->dropped.len ? execute(db, PACE_APPEND, err) : STATUS_OK;

	/* Nothing more is looked up: making room for the sorter, which would else add to the peak. */
	seen_release(&import->bodies);
	seen_release(&import->samples);
#ifdef __GLIBC__
	malloc_trim(0); /* the parts are too small to go back by themselves */
#endif
	for (size_t i = 0; i < import->dropped.len && status == STATUS_OK; i++)
		status = execute(db, import->dropped.items[i].sql, err);
	return status;
}

void bulk_release(struct importing *import)
{
	while (import->dropped.len)
		forget(import, import->dropped.len - 1);
	vec_release(&import->dropped);
	seen_release(&import->bodies);
	seen_release(&import->samples);
}
