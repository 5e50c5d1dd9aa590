/*
 * The log against the state: all that was done, undone and done again is so once more, in
 * its order, on empty tables beside the store, which must come to the same rows. (Not
 * table sample, whose triage state is a function of the others: check.c has rules for it.)
 */
#include "storage/sqlite/replay.h"

#include <stdio.h>
#include <string.h>

#include "storage/sqlite/edit_apply.h"

struct replay {
	struct sqlite_store *db;
	sqlite3 *copy; /* a private file of SQLite's, gone with its connection */
	replay_found *found;
	void *context;
};

static enum status copy_error(const struct replay *replay, int rc, struct error *err)
{
	if ((rc & 0xff) == SQLITE_INTERRUPT)
		return error_set(err, STATUS_CANCELLED, "stopped on request");
	return error_set(err, STATUS_STORE, "the log of edits cannot be replayed: %s",
			 replay->copy ? sqlite3_errmsg(replay->copy) : sqlite3_errstr(rc));
}

/* A JSON array. */
static const char journalled[] = "["
#define JOURNALLED(table) "\"" table "\","
#include "storage/sqlite/journalled.def"
	"\"\"]";

static enum status make_tables(struct replay *replay, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(replay->db, SQL_JOURNALLED_TABLES, SQL_TEXT(journalled));
	enum status status;
	int rc = sqlite3_exec(replay->copy, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL);

	while (rc == SQLITE_OK && sql_next(replay->db, stmt)) {
		const void *sql = sqlite3_column_text(stmt, 0);
		rc = sqlite3_exec(replay->copy, sql ? sql : "", NULL, NULL, NULL);
	}
	status = sql_end(replay->db, stmt, err);
	return status == STATUS_OK && rc != SQLITE_OK ? copy_error(replay, rc, err) : status;
}

static int on_conflict(void *context, int why, sqlite3_changeset_iter *iter)
{
	(void)context;
	(void)why;
	(void)iter;
	return SQLITE_CHANGESET_ABORT;
}

/* One entry: an edit, or its inverse. */
static int replay_entry(struct replay *replay, sqlite3_stmt *stmt)
{
	enum edit_kind kind = (enum edit_kind)column_term(stmt, 1, EDIT_IMPORT + 1);
	struct arena arena = ARENA_INIT;
	struct slice changes = { sqlite3_column_blob(stmt, 2), (size_t)sqlite3_column_bytes(stmt, 2) };
	struct edit_move move = { .back = kind == EDIT_UNDO, .entry = kind == EDIT_CHANGE ? 0 : sqlite3_column_int64(stmt, 0),
				  .at = column_instant(stmt, 3), .conflict = on_conflict, .arena = &arena, .shared = VEC_INIT };
	int rc = edit_apply(replay->copy, changes, &move);

	vec_release(&move.shared);
	arena_release(&arena);
	return rc;
}

static enum status replay_edits(struct replay *replay, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(replay->db, SQL_REPLAY);
	int rc = SQLITE_OK;
	enum status status;

	while (rc == SQLITE_OK && sql_next(replay->db, stmt)) {
		char text[160];
		if (sqlite3_column_type(stmt, 2) == SQLITE_NULL)
			continue;
		rc = replay_entry(replay, stmt);
		if (rc != SQLITE_ABORT && rc != SQLITE_CORRUPT && rc != SQLITE_CONSTRAINT)
			continue;
		snprintf(text, sizeof(text), "edit %lld: does not fit what the edits before it made",
			 (long long)sqlite3_column_int64(stmt, 0));
		replay->found(replay->context, text);
		rc = SQLITE_OK;
	}
	status = sql_end(replay->db, stmt, err);
	return status == STATUS_OK && rc != SQLITE_OK ? copy_error(replay, rc, err) : status;
}

static bool same_column(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
	int type = sqlite3_column_type(a, column), len;
	const void *bytes_a, *bytes_b;

	if (type != sqlite3_column_type(b, column))
		return false;
	if (type == SQLITE_INTEGER)
		return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column);
	bytes_a = sqlite3_column_blob(a, column);
	bytes_b = sqlite3_column_blob(b, column);
	len = sqlite3_column_bytes(a, column);
	return len == sqlite3_column_bytes(b, column) && (len == 0 || memcmp(bytes_a, bytes_b, (size_t)len) == 0);
}

static bool same_row(sqlite3_stmt *a, sqlite3_stmt *b)
{
	for (int i = 0; i < sqlite3_column_count(a); i++)
		if (!same_column(a, b, i))
			return false;
	return true;
}

static void report_row(const struct replay *replay, const char *table, sqlite3_stmt *row)
{
	const void *first = sqlite3_column_text(row, 0), *second = sqlite3_column_count(row) > 1 ?
			    sqlite3_column_text(row, 1) : NULL;
	char text[400];

	snprintf(text, sizeof(text), "%s, from the record '%.80s', '%.80s' on: not what the log of edits has made", table,
		 first ? (const char *)first : "", second ? (const char *)second : "");
	replay->found(replay->context, text);
}

/* Side by side in the order of the key; the first difference is told. */
static int compare_rows(const struct replay *replay, const char *table, sqlite3_stmt *is, sqlite3_stmt *log)
{
	for (;;) {
		int rc_is = sqlite3_step(is), rc_log = sqlite3_step(log);
		if (rc_is == SQLITE_DONE && rc_log == SQLITE_DONE)
			return SQLITE_OK;
		if (rc_is != SQLITE_ROW && rc_is != SQLITE_DONE)
			return rc_is;
		if (rc_log != SQLITE_ROW && rc_log != SQLITE_DONE)
			return rc_log;
		if (rc_is == rc_log && same_row(is, log))
			continue;
		report_row(replay, table, rc_is == SQLITE_ROW ? is : log);
		return SQLITE_OK;
	}
}

static enum status compare_table(const struct replay *replay, const char *table, struct error *err)
{
	/* The keys are the first columns. */
	const char *order = strcmp(table, "annotation") == 0 || strcmp(table, "incident") == 0 || strcmp(table, "plan") == 0 ? "1" :
			    strcmp(table, "incident_cause_evidence") == 0 || strcmp(table, "exposure") == 0 ||
			    strcmp(table, "alike_link") == 0 ? "1, 2, 3" :
			    strcmp(table, "incident_evidence") == 0 ? "1, 2, 3, 4" :
			    strcmp(table, "incident_link") == 0 ? "1, 2, 3, 4, 5" : "1, 2";
	char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY %s", table, order);
	sqlite3_stmt *is = NULL, *log = NULL;
	int rc = sql ? sqlite3_prepare_v2(replay->db->handle, sql, -1, &is, NULL) : SQLITE_NOMEM;
	enum status status = STATUS_OK;

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(replay->copy, sql, -1, &log, NULL);
	if (rc == SQLITE_OK)
		rc = compare_rows(replay, table, is, log);
	if (rc != SQLITE_OK)
		status = copy_error(replay, rc, err);
	sqlite3_finalize(is);
	sqlite3_finalize(log);
	sqlite3_free(sql);
	return status;
}

static enum status compare_tables(const struct replay *replay, struct error *err)
{
	struct arena arena = ARENA_INIT;
	sqlite3_stmt *stmt = sql_start(replay->db, SQL_JOURNALLED_TABLES, SQL_TEXT(journalled));
	VEC_OF(const char *) names = VEC_INIT;
	enum status status;

	while (sql_next(replay->db, stmt))
		vec_push(&names, column_string(&arena, stmt, 1));
	status = sql_end(replay->db, stmt, err);
	for (size_t i = 0; i < names.len && status == STATUS_OK; i++)
		status = compare_table(replay, names.items[i], err);
	vec_release(&names);
	arena_release(&arena);
	return status;
}

enum status replay_log(struct sqlite_store *db, replay_found *found, void *context, struct error *err)
{
	struct replay replay = { .db = db, .found = found, .context = context };
	int rc = sqlite3_open_v2("", &replay.copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	enum status status = rc == SQLITE_OK ? make_tables(&replay, err) : copy_error(&replay, rc, err);

	if (status == STATUS_OK)
		status = replay_edits(&replay, err);
	if (status == STATUS_OK)
		status = compare_tables(&replay, err);
	sqlite3_close(replay.copy);
	return status;
}
