/* What became of imports: batches and their rejects. */
#include "storage/sqlite/sqlite_db.h"

#include <string.h>

/* The row at hand of BATCHES and BATCH_GET. */
static struct batch column_batch(struct arena *arena, sqlite3_stmt *stmt)
{
	struct batch batch = {
		.id = sqlite3_column_int64(stmt, 0),
		.source = column_text(arena, stmt, 1),
		.format = column_text(arena, stmt, 2),
		.reviewer = column_string(arena, stmt, 4),
		.at = column_instant(stmt, 5),
		.illustrative = sqlite3_column_int(stmt, 7) != 0,
		.records = sqlite3_column_int64(stmt, 8),
		.imported = sqlite3_column_int64(stmt, 9),
		.updated = sqlite3_column_int64(stmt, 10),
		.duplicates = sqlite3_column_int64(stmt, 11),
		.rejected = sqlite3_column_int64(stmt, 12),
	};

	column_digest(stmt, 3, &batch.file_digest);
	return batch;
}

enum status db_batch_list(struct store *store, struct arena *arena, const struct batch **out, size_t *count,
			  struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	VEC_OF(struct batch) list = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_BATCHES);
	struct batch *kept;

	while (sql_next(db, stmt))
		vec_push(&list, column_batch(arena, stmt));
	kept = arena_array(arena, list.len, sizeof(*kept));
	if (list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	*out = kept;
	*count = list.len;
	vec_release(&list);
	return sql_end(db, stmt, err);
}

enum status db_batch_get(struct store *store, struct arena *arena, int64_t id, struct batch **out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	sqlite3_stmt *stmt = sql_start(db, SQL_BATCH_GET, SQL_INT(id));
	struct batch *batch = NULL;

	if (sql_next(db, stmt)) {
		batch = arena_alloc(arena, sizeof(*batch));
		*batch = column_batch(arena, stmt);
	}
	*out = batch;
	enum status status = sql_end(db, stmt, err);
	if (status == STATUS_OK && !batch)
		return error_set(err, STATUS_NOT_FOUND, "there is no batch %lld", (long long)id);
	return status;
}

enum status db_batch_rejects(struct store *store, struct arena *arena, int64_t batch, int64_t after, size_t limit,
			     const struct batch_reject **out, size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	int64_t most = limit > INT64_MAX ? INT64_MAX : (int64_t)limit;
	sqlite3_stmt *stmt = sql_start(db, SQL_BATCH_REJECTS, SQL_INT(batch), SQL_INT(after), SQL_INT(most));
	VEC_OF(struct batch_reject) list = VEC_INIT;
	struct batch_reject *kept;

	while (sql_next(db, stmt)) {
		struct batch_reject reject = {
			.record = sqlite3_column_int64(stmt, 0),
			.offset_bytes = sqlite3_column_type(stmt, 1) == SQLITE_NULL ? -1 : sqlite3_column_int64(stmt, 1),
			.reason = column_string(arena, stmt, 2),
		};
		vec_push(&list, reject);
	}
	kept = arena_array(arena, list.len, sizeof(*kept));
	if (list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	*out = kept;
	*count = list.len;
	vec_release(&list);
	return sql_end(db, stmt, err);
}
