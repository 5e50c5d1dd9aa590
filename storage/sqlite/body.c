/* Texts of samples during an import: each is stored once. */
#include <string.h>

#include "storage/sqlite/import.h"

static enum status find_seen(struct sqlite_store *db, const struct digest *digest, int64_t *id, struct error *err)
{
	struct importing *import = db->import;
	enum status status = STATUS_OK;
	size_t at = 0;

	*id = 0;
	for (int64_t row; status == STATUS_OK && !*id && (row = seen_next(&import->bodies, import->seed, digest, &at)) != 0;) {
		sqlite3_stmt *stmt = sql_start(db, SQL_BODY_DIGEST, SQL_INT(row));
		struct digest is;
		if (sql_next(db, stmt) && column_digest(stmt, 0, &is) && memcmp(&is, digest, sizeof(is)) == 0)
			*id = row;
		status = sql_end(db, stmt, err);
	}
	return status;
}

enum status body_id(struct sqlite_store *db, struct slice bytes, const struct digest *digest, int64_t *id,
		    struct error *err)
{
	struct importing *import = db->import;
	enum status status;

	*id = 0;
	if (!bytes.at)
		return STATUS_OK;
	if (import->bodies.complete)
		status = find_seen(db, digest, id, err);
	else
		status = sql_number(db, SQL_BODY_FIND, id, NULL, err, SQL_DIGEST(digest));
	if (status != STATUS_OK || *id)
		return status;
	*id = ++import->last_body;
	status = sql_run(db, SQL_BODY_ADD, err, SQL_INT(*id), SQL_DIGEST(digest), SQL_INT((int64_t)bytes.len_bytes),
			 SQL_BLOB(bytes.at, bytes.len_bytes));
	if (status == STATUS_OK && import->bodies.complete && !seen_add(&import->bodies, import->seed, digest, *id))
		status = bulk_index_make(db, "body_sha256", err);
	return status;
}
