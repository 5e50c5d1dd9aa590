/*
 * Each entry of the log has a digest of what never changes of it and of the digest before: who,
 * when, what, of which entry, and the changes. Not of whether it stands, can be redone, or came
 * with a merge: these change, and follow from later entries.
 */
#include <string.h>

#include "storage/sqlite/edit_log.h"

/* Columns of SQL_EDIT_TO_SEAL; what stands from SEALED_UUID to SEALED_CHANGES is sealed. */
enum sealed {
	SEALED_ID, SEALED_BEFORE, SEALED_DIGEST, SEALED_UUID, SEALED_AT, SEALED_PRECISION, SEALED_REVIEWER, SEALED_KIND, SEALED_VERB,
	SEALED_OF, SEALED_BATCH, SEALED_SUMMARY, SEALED_LAST_ANNOTATION, SEALED_CHANGES
};

/* What an entry is about to get. */
struct ending {
	const char *summary;
	int64_t last_annotation;
	struct slice changes;
};

static struct slice bytes_of(sqlite3_stmt *row, int column)
{
	const char *bytes = sqlite3_column_blob(row, column);
	size_t len = (size_t)sqlite3_column_bytes(row, column);

	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return (struct slice){ NULL, 0 };
	return (struct slice){ bytes ? bytes : "", len };
}

static struct digest digest_of_entry(sqlite3_stmt *row, const struct ending *ending)
{
	struct digest_builder *builder = digest_begin();

	digest_field(builder, bytes_of(row, SEALED_BEFORE));
	for (int column = SEALED_UUID; column <= SEALED_BATCH; column++) {
		if (sqlite3_column_type(row, column) == SQLITE_INTEGER)
			digest_number(builder, sqlite3_column_int64(row, column));
		else
			digest_field(builder, bytes_of(row, column));
	}
	digest_field(builder, ending ? slice_of(ending->summary) : bytes_of(row, SEALED_SUMMARY));
	digest_number(builder, ending ? ending->last_annotation : sqlite3_column_int64(row, SEALED_LAST_ANNOTATION));
	digest_field(builder, ending ? ending->changes : bytes_of(row, SEALED_CHANGES));
	return digest_end(builder);
}

/* Of the first entry from `id` on; *found = 0: there is none. */
static enum status digest_from(struct sqlite_store *db, int64_t id, const struct ending *ending, int64_t *found,
			       struct digest *digest, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_EDIT_TO_SEAL, SQL_INT(id), SQL_INT(1));

	*found = 0;
	if (sql_next(db, stmt)) {
		*found = sqlite3_column_int64(stmt, SEALED_ID);
		*digest = digest_of_entry(stmt, ending);
	}
	return sql_end(db, stmt, err);
}

enum status edit_finish(struct sqlite_store *db, int64_t id, const char *summary, int64_t last_annotation, struct slice changes,
			struct error *err)
{
	const struct ending ending = { summary, last_annotation, { changes.at ? changes.at : "", changes.len_bytes } };
	struct digest digest;
	int64_t found;
	enum status status = digest_from(db, id, &ending, &found, &digest, err);

	/* One statement: the changes of many samples are long, and are written once. */
	return status == STATUS_OK ? sql_run(db, SQL_EDIT_FINISH, err, SQL_INT(id), SQL_TEXT(summary), SQL_INT(last_annotation),
					     SQL_BLOB(ending.changes.at, ending.changes.len_bytes), SQL_DIGEST(&digest)) :
				     status;
}

enum status edit_seal(struct sqlite_store *db, int64_t from, struct error *err)
{
	struct digest digest;
	int64_t id = from - 1;
	enum status status;

	do {
		status = digest_from(db, id + 1, NULL, &id, &digest, err);
		if (status == STATUS_OK && id)
			status = sql_run(db, SQL_EDIT_SEAL, err, SQL_INT(id), SQL_DIGEST(&digest));
	} while (status == STATUS_OK && id);
	return status;
}

enum status edit_seal_all(struct sqlite_store *db, struct error *err)
{
	return edit_seal(db, 0, err);
}

enum status edit_seals_check(struct sqlite_store *db, void (*broken)(void *context, int64_t edit), void *context,
			     struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_EDIT_TO_SEAL, SQL_INT(0), SQL_INT(-1));

	while (sql_next(db, stmt)) {
		struct digest is = digest_of_entry(stmt, NULL), kept;
		if (!column_digest(stmt, SEALED_DIGEST, &kept) || memcmp(&is, &kept, sizeof(is)) != 0)
			broken(context, sqlite3_column_int64(stmt, SEALED_ID));
	}
	return sql_end(db, stmt, err);
}
