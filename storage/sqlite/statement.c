/* Prepared statements: kept, bound by type, stepped, reset. */
#include "storage/sqlite/disputes.h"
#include "storage/sqlite/sqlite_db.h"

#include <string.h>

static const char *const texts[] = {
#define STATEMENT(name, sql) sql,
#include "storage/sqlite/statements.def"
};

static int bind(sqlite3_stmt *stmt, int at, const struct sql_value *value)
{
	/* An empty slice may come with a NULL address, which SQLite would take for NULL. */
	const char *bytes = value->bytes.at && value->bytes.len_bytes ? value->bytes.at : "";

	switch (value->type) {
	case VALUE_INT:
		return sqlite3_bind_int64(stmt, at, value->number);
	case VALUE_DOUBLE:
		return sqlite3_bind_double(stmt, at, value->real);
	case VALUE_TEXT:
		return sqlite3_bind_text64(stmt, at, bytes, value->bytes.len_bytes, SQLITE_STATIC, SQLITE_UTF8);
	case VALUE_BLOB:
		return sqlite3_bind_blob64(stmt, at, bytes, value->bytes.len_bytes, SQLITE_STATIC);
	case VALUE_NULL:
		break;
	}
	return sqlite3_bind_null(stmt, at);
}

static sqlite3_stmt *bind_all(struct sqlite_store *db, sqlite3_stmt *stmt, const struct sql_value *values, size_t count)
{
	db->rc = SQLITE_OK;
	for (size_t i = 0; i < count && db->rc == SQLITE_OK; i++)
		db->rc = bind(stmt, (int)i + 1, &values[i]);
	return stmt;
}

/*
 * Without a log nothing is locked between transactions, so that a backup may have been
 * restored meanwhile. Who then went on would take the journal of the new file for one of
 * the old, which is still open here, play it back and remove it.
 */
static bool has_lost_its_name(struct sqlite_store *db)
{
	int moved = 0;

	return db->journal_mode && strcmp(db->journal_mode, "wal") != 0 && sqlite3_get_autocommit(db->handle) &&
	       sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

/* No statement runs within what could not be taken back, nor on a file that is another one by now. */
static bool is_free(struct sqlite_store *db)
{
	if (db->must_roll_back && !roll_back(db))
		db->rc = SQLITE_NOMEM;
	else if (has_lost_its_name(db))
		db->rc = SQLITE_READONLY_DBMOVED;
	else
		return true;
	return false;
}

sqlite3_stmt *sql_start_with(struct sqlite_store *db, enum statement id, const struct sql_value *values, size_t count)
{
	if (!is_free(db))
		return NULL;
	if (!db->statements[id]) {
		db->rc = sqlite3_prepare_v3(db->handle, texts[id], -1, SQLITE_PREPARE_PERSISTENT, &db->statements[id],
					    NULL);
		if (db->rc != SQLITE_OK)
			return NULL;
	}
	return bind_all(db, db->statements[id], values, count);
}

sqlite3_stmt *sql_start_dynamic(struct sqlite_store *db, const char *sql, const struct sql_value *values, size_t count)
{
	struct dynamic_statement *oldest = &db->dynamic[0];

	if (!is_free(db))
		return NULL;
	db->clock++;
	for (size_t i = 0; i < DYNAMIC_COUNT; i++) {
		struct dynamic_statement *kept = &db->dynamic[i];
		if (kept->sql && !sqlite3_stmt_busy(kept->stmt) && strcmp(kept->sql, sql) == 0) {
			kept->used = db->clock;
			return bind_all(db, kept->stmt, values, count);
		}
		if (kept->used < oldest->used)
			oldest = kept;
	}
	sqlite3_finalize(oldest->stmt);
	free(oldest->sql);
	*oldest = (struct dynamic_statement){ .used = db->clock };
	db->rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &oldest->stmt, NULL);
	if (db->rc != SQLITE_OK)
		return NULL;
	oldest->sql = mem_strdup(sql);
	return bind_all(db, oldest->stmt, values, count);
}

bool sql_next(struct sqlite_store *db, sqlite3_stmt *stmt)
{
	int rc;

	if (!stmt || db->rc != SQLITE_OK)
		return false;
	rc = sqlite3_step(stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		db->rc = rc;
	return rc == SQLITE_ROW;
}

enum status sql_end(struct sqlite_store *db, sqlite3_stmt *stmt, struct error *err)
{
	enum status status = STATUS_OK;

	/* The sentence needs sqlite3_errmsg(), which a reset may change. */
	if (db->rc != SQLITE_OK)
		status = db_error(db, db->rc, err);
	if (stmt) {
		/* Columns that could not be read for want of memory show here. */
		int rc = sqlite3_reset(stmt);
		if (status == STATUS_OK && rc != SQLITE_OK)
			status = db_error(db, rc, err);
		sqlite3_clear_bindings(stmt);
	}
	db->rc = SQLITE_OK;
	return status;
}

enum status sql_run_with(struct sqlite_store *db, enum statement id, int64_t *number, bool *found, struct error *err,
			 const struct sql_value *values, size_t count)
{
	sqlite3_stmt *stmt = sql_start_with(db, id, values, count);
	bool row = sql_next(db, stmt);

	if (found)
		*found = row;
	if (row && number)
		*number = sqlite3_column_int64(stmt, 0);
	return sql_end(db, stmt, err);
}

enum status sql_insert_with(struct sqlite_store *db, enum statement id, int64_t *row, struct error *err,
			    const struct sql_value *values, size_t count)
{
	enum status status = sql_run_with(db, id, NULL, NULL, err, values, count);

	if (status == STATUS_OK)
		*row = sqlite3_last_insert_rowid(db->handle);
	return status;
}

void statements_finalize(struct sqlite_store *db)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++) {
		sqlite3_finalize(db->statements[i]);
		db->statements[i] = NULL;
	}
	for (size_t i = 0; i < DYNAMIC_COUNT; i++) {
		sqlite3_finalize(db->dynamic[i].stmt);
		free(db->dynamic[i].sql);
		db->dynamic[i] = (struct dynamic_statement){ .used = 0 };
	}
}

/* ---- columns ------------------------------------------------------------------ */

char *column_text(struct arena *arena, sqlite3_stmt *stmt, int column)
{
	const void *text = sqlite3_column_text(stmt, column);

	if (!text)
		return NULL;
	return arena_text(arena, (struct slice){ text, (size_t)sqlite3_column_bytes(stmt, column) });
}

char *column_string(struct arena *arena, sqlite3_stmt *stmt, int column)
{
	char *text = column_text(arena, stmt, column);

	return text ? text : arena_strdup(arena, "");
}

enum status sql_strings(struct sqlite_store *db, sqlite3_stmt *stmt, struct arena *arena, const char *const **out, size_t *count,
			struct error *err)
{
	VEC_OF(const char *) list = VEC_INIT;
	const char **kept;

	while (sql_next(db, stmt))
		vec_push(&list, column_string(arena, stmt, 0));
	kept = arena_array(arena, list.len, sizeof(*kept));
	for (size_t i = 0; i < list.len; i++)
		kept[i] = list.items[i];
	*out = kept;
	*count = list.len;
	vec_release(&list);
	return sql_end(db, stmt, err);
}

struct slice column_slice(struct arena *arena, sqlite3_stmt *stmt, int column)
{
	const void *bytes;

	if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
		return (struct slice){ NULL, 0 };
	bytes = sqlite3_column_blob(stmt, column);
	return arena_slice(arena, (struct slice){ bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, column) });
}

struct slice changed_text(sqlite3_value *value)
{
	int type = value ? sqlite3_value_type(value) : SQLITE_NULL;
	const void *bytes = type == SQLITE_TEXT || type == SQLITE_BLOB ? sqlite3_value_blob(value) : NULL;

	return (struct slice){ bytes ? bytes : "", bytes ? (size_t)sqlite3_value_bytes(value) : 0 };
}

int column_term(sqlite3_stmt *stmt, int column, int count)
{
	int64_t value = sqlite3_column_int64(stmt, column);

	return value >= 0 && value < count ? (int)value : 0;
}

struct instant column_instant(sqlite3_stmt *stmt, int column)
{
	int precision = column_term(stmt, column + 1, PRECISION_MICROSECOND + 1);

	if (precision == PRECISION_UNKNOWN)
		return INSTANT_UNKNOWN;
	return (struct instant){ sqlite3_column_int64(stmt, column), (enum precision)precision };
}

bool column_digest(sqlite3_stmt *stmt, int column, struct digest *out)
{
	const void *bytes = sqlite3_column_blob(stmt, column);

	*out = (struct digest){ { 0 } };
	if (!bytes || sqlite3_column_bytes(stmt, column) != DIGEST_BYTES)
		return false;
	memcpy(out->bytes, bytes, DIGEST_BYTES);
	return true;
}
