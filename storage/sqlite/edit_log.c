/* Writing and reading the operation log; edit_log.h explains it. */
#include "storage/sqlite/edit_log.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/edit_filter.h"

static const char *const journalled[] = {
#define JOURNALLED(table) table,
#include "storage/sqlite/journalled.def"
};

enum status check_reviewer(const char *reviewer, struct error *err)
{
	if (!reviewer || !reviewer[0])
		return error_set(err, STATUS_USAGE, "an edit needs the name of its reviewer");
	return STATUS_OK;
}

static enum status add_entry(struct sqlite_store *db, const char *reviewer, enum edit_kind kind, const char *verb,
			     const char *summary, int64_t of, int64_t batch, struct edit_work *work, struct error *err)
{
	unsigned char uuid[16];
	int64_t last_us = INT64_MIN;
	enum status status;

	assert(edit_verb_known(verb));
	work->at = instant_now();
	work->last_annotation = 0;
	status = sql_number_plain(db, SQL_LAST_ANNOTATION, &work->last_annotation, NULL, err);
	if (status == STATUS_OK)
		status = sql_number_plain(db, SQL_LAST_EDIT_TIME, &last_us, NULL, err);
	if (status != STATUS_OK)
		return status;
	/* "Newest" is told by the clock, so it does not go back, whatever the computer's does. */
	if (work->at.at_us < last_us)
		work->at.at_us = last_us;
	sqlite3_randomness((int)sizeof(uuid), uuid);
	return sql_insert(db, SQL_EDIT_ADD, &work->id, err, SQL_BLOB(uuid, sizeof(uuid)), SQL_INT(work->at.at_us),
			  SQL_INT((int64_t)work->at.precision), SQL_TEXT(reviewer), SQL_INT((int64_t)kind),
			  SQL_TEXT(verb), SQL_TEXT(summary), SQL_INT_OR_NULL(of), SQL_INT_OR_NULL(batch),
			  SQL_INT(work->last_annotation));
}

enum status edit_append(struct sqlite_store *db, const char *reviewer, enum edit_kind kind, const char *verb,
			const char *summary, int64_t of, int64_t batch, struct edit_work *entry, struct error *err)
{
	enum status status;

	*entry = (struct edit_work){ 0 };
	status = add_entry(db, reviewer, kind, verb, summary, of, batch, entry, err);
	return status == STATUS_OK ? edit_seal(db, entry->id, err) : status;
}

enum status edit_open(struct sqlite_store *db, const char *reviewer, const char *verb, struct edit_work *work,
		      struct error *err)
{
	*work = (struct edit_work){ .begun = true };
	return add_entry(db, reviewer, EDIT_CHANGE, verb, "", 0, 0, work, err);
}

enum status edit_close(struct sqlite_store *db, struct edit_work *work, const char *summary, struct error *err)
{
	void *changes = NULL;
	int len = 0;
	int rc = sqlite3session_changeset(work->session, &len, &changes);
	enum status status = rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);

	if (status == STATUS_OK)
		status = edit_finish(db, work->id, summary, work->last_annotation, (struct slice){ changes, (size_t)len }, err);
	if (status == STATUS_OK)
		status = sql_run(db, SQL_EDIT_FORGET_REDO, err, SQL_INT(work->id));
	sqlite3_free(changes);
	return status;
}

enum status edit_record(struct sqlite_store *db, struct edit_work *work, struct error *err)
{
	int rc = sqlite3session_create(db->handle, "main", &work->session);

	for (size_t i = 0; rc == SQLITE_OK && i < ARRAY_LEN(journalled); i++)
		rc = sqlite3session_attach(work->session, journalled[i]);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

/* SQLite takes a transaction back by itself when the disk is full or a write is
 * interrupted; the savepoints and what stood before go with it. */
static enum status check_group(struct sqlite_store *db, struct error *err)
{
	if (sqlite3_get_autocommit(db->handle))
		return error_set(err, STATUS_STORE, "an edit failed before, and all edits that belong together were taken "
				 "back with it");
	return STATUS_OK;
}

static enum status nested_begin(struct sqlite_store *db, const char *reviewer, struct edit_work *work, struct error *err)
{
	enum status status = check_group(db, err);

	*work = (struct edit_work){ .nested = true };
	if (status == STATUS_OK && strcmp(reviewer, db->group->reviewer) != 0)
		status = error_set(err, STATUS_REFUSED, "the edits under way are those of %s", db->group->reviewer);
	if (status == STATUS_OK)
		status = sql_run_plain(db, SQL_SAVEPOINT, err);
	if (status != STATUS_OK)
		return status;
	work->begun = true;
	work->id = db->group->work.id;
	work->at = db->group->work.at;
	work->last_annotation = db->group->work.last_annotation;
	work->changes_before = sqlite3_total_changes64(db->handle);
	return STATUS_OK;
}

static enum status nested_end(struct sqlite_store *db, struct edit_work *work, enum status status, int64_t *edit_id,
			      struct error *err)
{
	if (status == STATUS_OK)
		status = sql_run_plain(db, SQL_SAVEPOINT_RELEASE, err);
	if (status == STATUS_OK) {
		db->group->work.last_annotation = work->last_annotation;
		*edit_id = sqlite3_total_changes64(db->handle) != work->changes_before ? work->id : 0;
	} else if (!sqlite3_get_autocommit(db->handle) &&
		   sqlite3_exec(db->handle, "ROLLBACK TO edit; RELEASE edit", NULL, NULL, NULL) != SQLITE_OK) {
		roll_back(db); /* half of an edit would be left: check_group() tells the others */
	}
	return status;
}

enum status edit_begin(struct sqlite_store *db, const char *reviewer, const char *verb, struct edit_work *work,
		       struct error *err)
{
	enum status status;

	if (db->group)
		return nested_begin(db, reviewer, work, err);
	status = write_begin(db, err);
	*work = (struct edit_work){ .begun = status == STATUS_OK, .direct = STRBUF_INIT };
	if (status == STATUS_OK)
		status = add_entry(db, reviewer, EDIT_CHANGE, verb, "", 0, 0, work, err);
	if (status == STATUS_OK)
		status = edit_record(db, work, err);
	return status;
}

/* What was recorded by hand and what the session has, as one. Free *owned as SQLite's. */
static int join_changes(const struct edit_work *work, struct slice *changes, void **owned)
{
	struct slice recorded = *changes;
	int len = 0, rc;

	*owned = NULL;
	if (!work->direct.len_bytes)
		return SQLITE_OK;
	*changes = strbuf_slice(&work->direct);
	if (work->direct.len_bytes > INT_MAX)
		return SQLITE_TOOBIG;
	if (!recorded.len_bytes)
		return SQLITE_OK;
	rc = sqlite3changeset_concat((int)work->direct.len_bytes, work->direct.text, (int)recorded.len_bytes,
				     (void *)(uintptr_t)recorded.at, &len, owned);
	*changes = (struct slice){ *owned, rc == SQLITE_OK ? (size_t)len : 0 };
	return rc;
}

static enum status finish(struct sqlite_store *db, struct edit_work *work, const char *reviewer_summary, bool *changed,
			  struct error *err)
{
	void *recorded = NULL, *joined = NULL;
	int len = 0, rc = sqlite3session_changeset(work->session, &len, &recorded);
	struct slice changes = { recorded, (size_t)len };
	enum status status = STATUS_OK;

	if (rc == SQLITE_OK && len > 0)
		status = history_note(db, work->id, changes, err);
	if (rc == SQLITE_OK && status == STATUS_OK)
		rc = join_changes(work, &changes, &joined);
	*changed = changes.len_bytes > 0;
	if (rc != SQLITE_OK)
		status = db_error(db, rc, err);
	else if (status == STATUS_OK && *changed)
		status = edit_finish(db, work->id, reviewer_summary, work->last_annotation, changes, err);
	sqlite3_free(joined);
	sqlite3_free(recorded);
	return status;
}

enum status edit_end(struct sqlite_store *db, struct edit_work *work, enum status status, const char *summary,
		     int64_t *edit_id, struct error *err)
{
	bool changed = false;

	if (!work->begun)
		return status;
	if (work->nested)
		return nested_end(db, work, status, edit_id, err);
	if (status == STATUS_OK)
		status = finish(db, work, summary, &changed, err);
	if (status == STATUS_OK && changed)
		status = sql_run(db, SQL_EDIT_FORGET_REDO, err, SQL_INT(work->id));
	if (work->session)
		sqlite3session_delete(work->session);
	strbuf_release(&work->direct);
	if (status == STATUS_OK && !changed) {
		*edit_id = 0;
		/* A cancelled transaction is not an error here. */
		roll_back(db);
		return STATUS_OK;
	}
	status = write_end(db, status, err);
	if (status == STATUS_OK)
		*edit_id = work->id;
	return status;
}

/* ---- groups ----------------------------------------------------------------------- */

/* Edits find no group any more: they are transactions of their own again. */
static struct edit_work group_take(struct sqlite_store *db)
{
	struct edit_work work = db->group->work;

	free(db->group->reviewer);
	free(db->group);
	db->group = NULL;
	return work;
}

enum status db_group_begin(struct store *store, const char *reviewer, const char *verb, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct edit_work work;
	int64_t none;
	enum status status = check_reviewer(reviewer, err);

	if (status != STATUS_OK)
		return status;
	if (db->group)
		return error_set(err, STATUS_REFUSED, "a group of edits is under way on this connection");
	status = edit_begin(db, reviewer, verb, &work, err);
	if (status != STATUS_OK)
		return edit_end(db, &work, status, "", &none, err);
	db->group = mem_zalloc(1, sizeof(*db->group));
	db->group->reviewer = mem_strdup(reviewer);
	db->group->work = work;
	return STATUS_OK;
}

enum status db_group_end(struct store *store, enum status status, const char *summary, int64_t *edit_id,
			 struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct edit_work work;

	*edit_id = 0;
	if (!db->group)
		return error_set(err, STATUS_REFUSED, "no group of edits is under way");
	if (status == STATUS_OK)
		status = check_group(db, err);
	work = group_take(db);
	return edit_end(db, &work, status, summary ? summary : "", edit_id, err);
}

void group_abandon(struct sqlite_store *db)
{
	struct edit_work work;

	if (!db->group)
		return;
	work = group_take(db);
	sqlite3session_delete(work.session);
	roll_back(db);
}

/* ---- reading the log ---------------------------------------------------------------- */

struct edit column_edit(struct arena *arena, sqlite3_stmt *stmt)
{
	return (struct edit){
		.id = sqlite3_column_int64(stmt, 0),
		.at = column_instant(stmt, 1),
		.reviewer = column_string(arena, stmt, 3),
		.kind = (enum edit_kind)column_term(stmt, 4, EDIT_IMPORT + 1),
		.state = (enum edit_state)column_term(stmt, 5, EDIT_UNDONE + 1),
		.verb = column_string(arena, stmt, 6),
		.summary = column_string(arena, stmt, 7),
		.of = sqlite3_column_int64(stmt, 8),
		.merge = sqlite3_column_int64(stmt, 9),
	};
}
