/* The log of edits by itself: its entries are what was written, their changes can be read, and are noted. */
#include <inttypes.h>
#include <string.h>

#include "storage/sqlite/check.h"
#include "storage/sqlite/edit_log.h"

static bool is_readable(const void *changes, int len)
{
	sqlite3_changeset_iter *iter = NULL;
	void *copy = mem_alloc((size_t)len + 1);
	int rc;

	if (len)
		memcpy(copy, changes, (size_t)len);
	rc = sqlite3changeset_start(&iter, len, copy);
	while (rc == SQLITE_OK && sqlite3changeset_next(iter) == SQLITE_ROW)
		;
	if (rc == SQLITE_OK)
		rc = sqlite3changeset_finalize(iter);
	free(copy);
	return rc == SQLITE_OK;
}

static void on_broken(void *context, int64_t edit)
{
	checking_report(context, "edit %" PRId64 ": it is not as it was written, or the one before it is gone", edit);
}

enum status check_log(struct checking *check, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, SQL_CHANGESETS);
	enum status status = STATUS_OK, ended;

	while (status == STATUS_OK && sql_next(check->db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		struct slice changes = { sqlite3_column_blob(stmt, 2), (size_t)sqlite3_column_bytes(stmt, 2) };
		const void *verb = sqlite3_column_text(stmt, 3);
		bool missing = false;
		if (sqlite3_column_type(stmt, 2) == SQLITE_NULL || !is_readable(changes.at, (int)changes.len_bytes)) {
			checking_report(check, "edit %" PRId64 ": what it changed cannot be read", id);
			continue;
		}
		/* What a merge brought is noted under the edits that came. */
		if (!verb || strcmp(verb, "merge") != 0)
			status = history_check(check->db, id, changes, &missing, err);
		if (missing)
			checking_report(check, "edit %" PRId64 ": not all that it was about is noted beside the log", id);
	}
	ended = sql_end(check->db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK)
		status = ended;
	return status == STATUS_OK ? edit_seals_check(check->db, on_broken, check, err) : status;
}

