/*
 * Building the index, step by step: each is a transaction that takes up as many texts
 * as fit into the time it is given, and notes how far it came. A step that is killed
 * leaves nothing; the next one, of whichever process, goes on at the same place.
 *
 * What FTS5 writes when a transaction ends is in proportion to the texts, and so are its
 * merges; so the bytes for the next step follow from how long the last one took.
 */
#include "storage/sqlite/search.h"

#define BYTES_FIRST 65536  /* of the first step: 5 to 10 ms */
#define BYTES_LEAST 16384
#define BYTES_MOST 8388608
#define LOG_PAGES 1000 /* SQLite's own measure */
#define ANNOTATIONS_MOST 5000 /* looked at in a step; few have notes, and those are short */

/* What a step has to do and has done. */
struct step {
	int64_t from, to; /* samples (from, to] */
	int64_t bytes, bytes_most;
	bool more;
};

static enum status add_pending(struct sqlite_store *db, struct step *step, struct error *err)
{
	while (step->bytes < step->bytes_most) {
		int64_t sample = 0, bytes = 0;
		sqlite3_stmt *stmt = sql_start_plain(db, SQL_SEARCH_PENDING_NEXT);
		enum status status;
		if (sql_next(db, stmt)) {
			sample = sqlite3_column_int64(stmt, 0);
			bytes = sqlite3_column_int64(stmt, 1);
		}
		status = sql_end(db, stmt, err);
		if (status != STATUS_OK || !sample)
			return status;
		status = sql_run(db, SQL_SEARCH_ADD, err, SQL_INT(sample - 1), SQL_INT(sample));
		if (status == STATUS_OK)
			status = sql_run(db, SQL_SEARCH_PENDING_DROP, err, SQL_INT(sample));
		if (status != STATUS_OK)
			return status;
		step->bytes += bytes;
	}
	step->more = true;
	return STATUS_OK;
}

/* How far the step goes: until its bytes are full, one sample at least. */
static enum status measure_samples(struct sqlite_store *db, struct step *step, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_SEARCH_SIZES, SQL_INT(step->from));

	step->to = step->from;
	while (step->bytes < step->bytes_most && sql_next(db, stmt)) {
		step->to = sqlite3_column_int64(stmt, 0);
		step->bytes += sqlite3_column_int64(stmt, 1);
	}
	step->more |= step->bytes >= step->bytes_most;
	return sql_end(db, stmt, err);
}

static enum status add_samples(struct sqlite_store *db, struct step *step, struct error *err)
{
	enum status status = sql_number_plain(db, SQL_SEARCH_STATE, &step->from, NULL, err);

	if (status == STATUS_OK)
		status = measure_samples(db, step, err);
	if (status == STATUS_OK && step->to > step->from)
		status = sql_run(db, SQL_SEARCH_ADD, err, SQL_INT(step->from), SQL_INT(step->to));
	if (status == STATUS_OK && step->to > step->from)
		status = sql_run(db, SQL_SEARCH_SAMPLES_DONE, err, SQL_INT(step->to));
	return status;
}

static enum status add_notes(struct sqlite_store *db, struct step *step, struct error *err)
{
	int64_t from = 0, last = 0, to;
	enum status status = sql_number_plain(db, SQL_SEARCH_NOTES_DONE, &from, NULL, err);

	if (status == STATUS_OK)
		status = sql_number_plain(db, SQL_MAX_ANNOTATION, &last, NULL, err);
	to = last - from > ANNOTATIONS_MOST ? from + ANNOTATIONS_MOST : last;
	if (status != STATUS_OK || to <= from)
		return status;
	status = sql_run(db, SQL_SEARCH_NOTES_ADD, err, SQL_INT(from), SQL_INT(to));
	step->more |= to < last;
	return status == STATUS_OK ? sql_run(db, SQL_SEARCH_NOTES_DONE_SET, err, SQL_INT(to)) : status;
}

static enum status take_step(struct sqlite_store *db, struct step *step, struct error *err)
{
	enum status status = add_pending(db, step, err);

	if (status == STATUS_OK && !step->more)
		status = add_samples(db, step, err);
	return status == STATUS_OK && !step->more ? add_notes(db, step, err) : status;
}

/* The next step takes as long as it may, by what this one took; but not at once, since
 * some steps bring a merge and others do not, and disks have their moods. */
static void set_pace(struct sqlite_store *db, const struct step *step, int64_t took_us, int64_t budget_us)
{
	int64_t fits = step->bytes * budget_us / (took_us > 0 ? took_us : 1);

	if (!step->bytes)
		return;
	if (fits > step->bytes_most * 5 / 4)
		fits = step->bytes_most * 5 / 4;
	if (fits < step->bytes_most * 3 / 4)
		fits = step->bytes_most * 3 / 4;
	db->index_bytes = fits < BYTES_LEAST ? BYTES_LEAST : fits > BYTES_MOST ? BYTES_MOST : fits;
}

/* SQLite moves the log into the file as a part of some commits; nobody need wait for
 * that, so it is done when the lock is given back. */
static int note_log(void *context, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	*(int *)context = pages;
	return SQLITE_OK;
}

/* Ends the transaction; *ended_us is when others could write again. */
static enum status end(struct sqlite_store *db, enum status status, int64_t *ended_us, struct error *err)
{
	int pages = 0;

	sqlite3_wal_hook(db->handle, note_log, &pages);
	status = write_end(db, status, err);
	*ended_us = monotonic_us();
	sqlite3_wal_autocheckpoint(db->handle, LOG_PAGES);
	if (pages >= LOG_PAGES)
		sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return status;
}

static enum status begin(struct sqlite_store *db, bool patient, struct error *err)
{
	enum status status;

	if (patient)
		return write_begin(db, err);
	sqlite3_busy_timeout(db->handle, 0);
	status = write_begin(db, err);
	sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
	return status;
}

enum status db_index_step(struct store *store, int64_t budget_ms, bool patient, bool *whole, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct step step = { .bytes_most = db->index_bytes ? db->index_bytes : BYTES_FIRST };
	int64_t began, ended, changes = sqlite3_total_changes64(db->handle);
	enum status status = begin(db, patient, err);

	*whole = false;
	if (status != STATUS_OK)
		return status;
	began = monotonic_us(); /* others may have been at it until now */
	status = end(db, take_step(db, &step, err), &ended, err);
	set_pace(db, &step, ended - began, budget_ms * 1000);
	db->index_changes += sqlite3_total_changes64(db->handle) - changes;
	*whole = status == STATUS_OK && !step.more;
	return status;
}

enum status db_index_status(struct store *store, struct index_status *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_SEARCH_STATUS);

	*out = (struct index_status){ .whole = true };
	if (sql_next(db, stmt)) {
		out->samples = sqlite3_column_int64(stmt, 0);
		out->samples_indexed = sqlite3_column_int64(stmt, 1);
		out->whole = out->samples_indexed == out->samples && !sqlite3_column_int(stmt, 2);
	}
	return sql_end(db, stmt, err);
}

/* FTS5's own command empties an index without asking what is in it. */
static enum status empty(struct sqlite_store *db, struct error *err)
{
	static const enum statement parts[] = { SQL_SEARCH_EMPTY, SQL_SEARCH_NOTES_EMPTY, SQL_SEARCH_PENDING_EMPTY,
						SQL_SEARCH_STATE_RESET };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < ARRAY_LEN(parts) && status == STATUS_OK; i++)
		status = sql_run_plain(db, parts[i], err);
	return status;
}

enum status db_index_drop(struct store *store, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status = write_begin(db, err);

	if (status != STATUS_OK)
		return status;
	return write_end(db, empty(db, err), err);
}

enum status search_forget(struct sqlite_store *db, int64_t sample, struct error *err)
{
	int64_t done = 0;
	enum status status = sql_number_plain(db, SQL_SEARCH_STATE, &done, NULL, err);

	if (status != STATUS_OK || sample > done)
		return status;
	/* The view still has what is indexed; of a sample that is pending already, nothing. */
	status = sql_run(db, SQL_SEARCH_FORGET, err, SQL_INT(sample));
	return status == STATUS_OK ? sql_run(db, SQL_SEARCH_PENDING_ADD, err, SQL_INT(sample)) : status;
}

enum status search_notes_return(struct sqlite_store *db, int64_t annotation, struct error *err)
{
	return sql_run(db, SQL_SEARCH_NOTES_BACK, err, SQL_INT(annotation));
}
