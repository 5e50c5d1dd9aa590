/* All samples of a query, in no page: their number, or their ids. */
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/sample_list.h"
#include "storage/sqlite/search.h"

/* Runs "SELECT what FROM … WHERE the query" and hands the first column of each
 * row to `row`. Given ids are worth their look-ups up to a share of all samples. */
static enum status select_all(struct sqlite_store *db, const struct query *query, const char *what, const char *order,
			      void (*row)(void *context, int64_t number), void *context, struct error *err)
{
	struct sql_text narrow = SQL_TEXT_INIT, text = SQL_TEXT_INIT;
	bool began = read_begin(db);
	enum status status = list_begin(db, query, NULL, 0, &narrow, err);

	if (status == STATUS_OK && !narrow.sql.len_bytes && !db->plan)
		status = query_narrow_texts(db, query, &narrow, err);
	if (status == STATUS_OK) {
		sqlite3_stmt *stmt;
		strbuf_addf(&text.sql, "SELECT %s FROM ", what);
		list_add_from(&narrow, &text);
		query_compile(db, query, &text);
		strbuf_addstr(&text.sql, order);
		stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
		while (sql_next(db, stmt))
			row(context, sqlite3_column_int64(stmt, 0));
		status = sql_end(db, stmt, err);
	}
	search_plan_end(db);
	read_end(db, began);
	sql_text_release(&narrow);
	sql_text_release(&text);
	return status;
}

static void take_count(void *context, int64_t number)
{
	*(int64_t *)context = number;
}

enum status db_sample_count(struct store *store, const struct query *query, int64_t *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status;

	*out = 0;
	if (columns_count(db, query, out, &status, err))
		return status;
	return select_all(db, query, "count(*)", "", take_count, out, err);
}

struct ids {
	VEC_OF(int64_t) list;
};

static void take_id(void *context, int64_t number)
{
	struct ids *ids = context;

	vec_push(&ids->list, number);
}

enum status sample_ids_by_sql(struct sqlite_store *db, const struct query *query, void (*take)(void *context, int64_t id),
			      void *context, struct error *err)
{
	return select_all(db, query, "s.id", "", take, context, err);
}

enum status db_sample_ids(struct store *store, struct arena *arena, const struct query *query, const int64_t **ids,
			  size_t *count, struct error *err)
{
	struct ids found = { VEC_INIT };
	int64_t *kept;
	enum status status;

	if (columns_ids(sqlite_of(store), arena, query, ids, count, &status, err))
		return status;
	status = select_all(sqlite_of(store), query, "s.id", " ORDER BY s.id", take_id, &found, err);
	kept = arena_array(arena, found.list.len, sizeof(*kept));
	if (found.list.len)
		memcpy(kept, found.list.items, found.list.len * sizeof(*kept));
	*ids = kept;
	*count = found.list.len;
	vec_release(&found.list);
	return status;
}
