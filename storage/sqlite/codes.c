/* The code of many samples, one after the other. */
#include "storage/sqlite/query_sql.h"

static enum status visit_all(struct sqlite_store *db, const struct query *query,
			     bool (*visit)(void *, int64_t, int64_t, struct slice), void *context, bool *goes_on,
			     struct error *err)
{
	struct sql_text text = SQL_TEXT_INIT;
	enum status status;
	sqlite3_stmt *stmt;

	strbuf_addstr(&text.sql, "SELECT s.id, s.code, b.bytes FROM sample s CROSS JOIN body b ON b.id = s.code WHERE ");
	query_compile(db, query, &text);
	strbuf_addstr(&text.sql, " ORDER BY s.id");
	stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
	while (*goes_on && sql_next(db, stmt)) {
		struct slice code = { sqlite3_column_blob(stmt, 2), (size_t)sqlite3_column_bytes(stmt, 2) };
		if (!code.at)
			code = slice_of(""); /* an empty text */
		*goes_on = visit(context, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), code);
	}
	status = sql_end(db, stmt, err);
	sql_text_release(&text);
	return status;
}

enum status db_sample_codes(struct store *store, const struct query *query,
			    bool (*visit)(void *, int64_t, int64_t, struct slice), void *context, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db), goes_on = true;
	enum status status = codebook_load(db, err);

	if (status == STATUS_OK)
		status = visit_all(db, query, visit, context, &goes_on, err);
	read_end(db, began);
	return status == STATUS_OK && !goes_on ? error_set(err, STATUS_CANCELLED, "stopped") : status;
}
