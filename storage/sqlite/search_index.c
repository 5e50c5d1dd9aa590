/*
 * Building the index, step by step: each is a transaction that takes up as many texts
 * as fit into the time it is given, and notes how far it came. A step that is killed
 * leaves nothing; the next one, of whichever process, goes on at the same place.
 *
 * The time is that of the lock, which others wait for. Three things take it:
 *   texts   one by one, until their share of the time is over; the bytes for the next step
 *           follow from how long the last one took, since what FTS5 writes when a
 *           transaction ends is in proportion to them
 *   merges  FTS5 would make them as a part of some transaction, at a length of its own
 *           ("automerge"): here they are steps of their own, so many pages at a time
 *   a large text: it would be a step of whatever length. Those over SEARCH_TEXT_MAX stay
 *           among the samples that are read (search_pending), and never get into the index
 */
#include "storage/sqlite/search.h"

#include "storage/sqlite/alike.h"

#define BYTES_FIRST 131072
#define BYTES_LEAST 131072 /* 4 ms, and a commit costs as much: less would take longer, not shorter */
#define BYTES_MOST 8388608
#define PAGES_FIRST 32     /* of FTS5's, 4 KB, that a merge writes */
#define PAGES_LEAST 4
#define PAGES_MOST 4096
#define TEXTS_SHARE 60     /* percent of the time; the rest is for the end of the transaction */
#define ROW_BYTES 256      /* what a row costs beside its texts */
#define LOG_PAGES 1000     /* SQLite's own measure */

/* What a step has to do and has done. */
struct step {
	int64_t bytes, bytes_most;
	int64_t until_us; /* texts: behind that comes what the end of the transaction writes */
	bool merged;      /* it was one of merging, and there may be more to merge */
	bool more;
};

static bool is_full(struct step *step)
{
	step->more = step->bytes >= step->bytes_most || (step->bytes >= BYTES_LEAST && monotonic_us() >= step->until_us);
	return step->more;
}

static enum status add_text(struct sqlite_store *db, struct step *step, sqlite3_stmt *text, struct error *err)
{
	const void *code = sqlite3_column_blob(text, 1), *messages = sqlite3_column_text(text, 2);
	size_t code_bytes = (size_t)sqlite3_column_bytes(text, 1), message_bytes = (size_t)sqlite3_column_bytes(text, 2);
	struct sql_value message = { .type = messages ? VALUE_TEXT : VALUE_NULL, .bytes = { messages, message_bytes } };

	step->bytes += (int64_t)(code_bytes + message_bytes) + ROW_BYTES;
	return sql_run(db, SQL_SEARCH_ADD, err, SQL_INT(sqlite3_column_int64(text, 0)), SQL_BLOB(code, code_bytes), message);
}

/* Those that were renewed, but for large ones, which stay. */
static enum status add_pending(struct sqlite_store *db, struct step *step, struct error *err)
{
	int64_t sample = 0;
	bool found = true;

	while (found && !is_full(step)) {
		sqlite3_stmt *stmt = sql_start(db, SQL_SEARCH_PENDING_NEXT, SQL_INT(sample), SQL_INT(SEARCH_TEXT_MAX));
		enum status status = STATUS_OK, end;
		if ((found = sql_next(db, stmt))) {
			sample = sqlite3_column_int64(stmt, 0);
			status = add_text(db, step, stmt, err);
		}
		end = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
		if (status == STATUS_OK)
			status = end;
		if (status == STATUS_OK && found)
			status = sql_run(db, SQL_SEARCH_PENDING_DROP, err, SQL_INT(sample));
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static bool is_large(sqlite3_stmt *text)
{
	return (int64_t)sqlite3_column_bytes(text, 1) + sqlite3_column_bytes(text, 2) > SEARCH_TEXT_MAX;
}

static enum status add_samples(struct sqlite_store *db, struct step *step, struct error *err)
{
	int64_t done = 0, from;
	enum status status = sql_number_plain(db, SQL_SEARCH_STATE, &done, NULL, err), end;
	sqlite3_stmt *stmt;

	if (status != STATUS_OK)
		return status;
	from = done;
	stmt = sql_start(db, SQL_SEARCH_TEXTS_FROM, SQL_INT(from));
	while (status == STATUS_OK && !is_full(step) && sql_next(db, stmt)) {
		done = sqlite3_column_int64(stmt, 0);
		if (!is_large(stmt)) {
			status = add_text(db, step, stmt, err);
		} else {
			step->bytes += ROW_BYTES;
			status = sql_run(db, SQL_SEARCH_PENDING_ADD, err, SQL_INT(done));
		}
	}
	end = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK)
		status = end;
	return status == STATUS_OK && done > from ? sql_run(db, SQL_SEARCH_SAMPLES_DONE, err, SQL_INT(done)) : status;
}

/* Annotations without a note are many, and passed by quickly. */
static enum status add_notes(struct sqlite_store *db, struct step *step, struct error *err)
{
	int64_t done = 0, from;
	enum status status = sql_number_plain(db, SQL_SEARCH_NOTES_DONE, &done, NULL, err), end;
	sqlite3_stmt *stmt;

	if (status != STATUS_OK)
		return status;
	from = done;
	stmt = sql_start(db, SQL_SEARCH_NOTES_FROM, SQL_INT(from));
	while (status == STATUS_OK && !is_full(step) && sql_next(db, stmt)) {
		done = sqlite3_column_int64(stmt, 0);
		step->bytes += sqlite3_column_bytes(stmt, 1) + 1;
		if (sqlite3_column_type(stmt, 1) != SQLITE_NULL)
			status = sql_run(db, SQL_SEARCH_NOTE_ADD, err, SQL_INT(done),
					 SQL_TEXT((const char *)sqlite3_column_text(stmt, 1)));
	}
	end = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK)
		status = end;
	return status == STATUS_OK && done > from ? sql_run(db, SQL_SEARCH_NOTES_DONE_SET, err, SQL_INT(done)) : status;
}

/* What FTS5 itself is not to do. Kept in the store, so that this is so for every program. */
static enum status leave_merging_to_us(struct sqlite_store *db, struct error *err)
{
	int64_t automerge = 0;
	enum status status = sql_number_plain(db, SQL_SEARCH_AUTOMERGE, &automerge, NULL, err);

	if (status == STATUS_OK && automerge)
		status = sql_run_plain(db, SQL_SEARCH_MERGE_OURS, err);
	return status == STATUS_OK && automerge ? sql_run_plain(db, SQL_SEARCH_NOTES_MERGE_OURS, err) : status;
}

/* So many pages of it, where enough segments lie side by side. FTS5 says in the number
 * of changes whether there was anything to do: two at least. */
static enum status merge(struct sqlite_store *db, struct step *step, struct error *err)
{
	static const enum statement parts[] = { SQL_SEARCH_MERGE, SQL_SEARCH_NOTES_MERGE };
	int64_t pages = db->index_pages ? db->index_pages : PAGES_FIRST;
	enum status status = leave_merging_to_us(db, err);

	for (size_t i = 0; i < ARRAY_LEN(parts) && status == STATUS_OK && !step->merged; i++) {
		int64_t changes = sqlite3_total_changes64(db->handle);
		status = sql_run(db, parts[i], err, SQL_INT(pages));
		step->merged = sqlite3_total_changes64(db->handle) - changes >= 2;
	}
	step->more = step->merged;
	return status;
}

static enum status take_step(struct sqlite_store *db, struct step *step, struct error *err)
{
	enum status status = db->index_merged ? STATUS_OK : merge(db, step, err);

	if (status == STATUS_OK && !step->more)
		status = add_pending(db, step, err);
	if (status == STATUS_OK && !step->more)
		status = add_samples(db, step, err);
	return status == STATUS_OK && !step->more ? add_notes(db, step, err) : status;
}

static int64_t paced(int64_t last, int64_t took_us, int64_t budget_us, int64_t least, int64_t most)
{
	int64_t fits = last * budget_us / (took_us > 0 ? took_us : 1);

	/* Not at once: disks have their moods. */
	if (fits > last * 5 / 4 + 1)
		fits = last * 5 / 4 + 1;
	if (fits < last / 2)
		fits = last / 2;
	return fits < least ? least : fits > most ? most : fits;
}

/* The next step takes as long as it may, by what this one took. */
static void set_pace(struct sqlite_store *db, const struct step *step, int64_t took_us, int64_t budget_us)
{
	int64_t pages = db->index_pages ? db->index_pages : PAGES_FIRST;

	db->index_lock_us = took_us;
	db->index_merged = !step->merged && !step->bytes;
	if (step->merged)
		db->index_pages = paced(pages, took_us, budget_us, PAGES_LEAST, PAGES_MOST);
	else if (step->bytes)
		db->index_bytes = paced(step->bytes < step->bytes_most ? step->bytes : step->bytes_most, took_us, budget_us,
					BYTES_LEAST, BYTES_MOST);
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
	sqlite3_busy_handler(db->handle, NULL, NULL);
	status = write_begin(db, err);
	busy_register(db);
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
	step.until_us = began + budget_ms * 1000 * TEXTS_SHARE / 100;
	status = end(db, take_step(db, &step, err), &ended, err);
	set_pace(db, &step, ended - began, budget_ms * 1000);
	db->index_changes += sqlite3_total_changes64(db->handle) - changes;
	*whole = status == STATUS_OK && !step.more;
	if (step.more)
		sqlite3_sleep(BUSY_TURN_MS);
	return status;
}

enum status db_index_status(struct store *store, struct index_status *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	sqlite3_stmt *stmt = sql_start(db, SQL_SEARCH_STATUS, SQL_INT(SEARCH_TEXT_MAX));

	*out = (struct index_status){ .whole = true };
	if (sql_next(db, stmt)) {
		out->samples = sqlite3_column_int64(stmt, 0);
		out->samples_indexed = sqlite3_column_int64(stmt, 1);
		out->whole = sqlite3_column_int(stmt, 2) != 0;
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
	status = empty(db, err);
	return write_end(db, status == STATUS_OK ? alike_drop(db, err) : status, err);
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
