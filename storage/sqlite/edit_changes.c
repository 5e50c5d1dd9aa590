/* What an edit changed, read from its changeset. */
#include <string.h>

#include "storage/sqlite/edit_log.h"

struct listing {
	struct sqlite_store *db;
	struct arena *arena;
	VEC_OF(struct edit_change) rows;
	size_t limit;
	/* of the table at hand */
	const char *table;
	const char *const *columns;
	size_t column_count;
};

static void add_field(struct listing *list, const char *key, size_t column, sqlite3_value *before, sqlite3_value *after)
{
	const struct field *field = shown_field(list->table, list->columns[column]);
	struct edit_change change = { .table = list->table, .key = key };

	if (!field || list->rows.len >= list->limit)
		return;
	change.field = field_name(field) ? field_name(field) : list->columns[column];
	change.before = field_text(list->db, list->arena, field, before);
	change.after = field_text(list->db, list->arena, field, after);
	if (change.before || change.after)
		vec_push(&list->rows, change);
}

/* All that changed in the row at hand. Of a row that is nothing but its key, the
 * last part of the key is what came or went. */
static void add_row(struct listing *list, sqlite3_changeset_iter *iter, int op)
{
	const char *key = changeset_key(list->db, list->arena, iter, list->table, list->columns, list->column_count);
	unsigned char *is_key = NULL;
	int count = 0;
	bool only_key = true;

	if (sqlite3changeset_pk(iter, &is_key, &count) != SQLITE_OK || (size_t)count > list->column_count)
		return;
	for (int i = 0; i < count; i++)
		only_key &= is_key[i] != 0;
	for (int i = 0; i < count; i++) {
		sqlite3_value *before = NULL, *after = NULL;
		if (only_key ? i != count - 1 : is_key[i] != 0)
			continue;
		if (op != SQLITE_INSERT)
			sqlite3changeset_old(iter, i, &before);
		if (op != SQLITE_DELETE)
			sqlite3changeset_new(iter, i, &after);
		if (before || after)
			add_field(list, key, (size_t)i, before, after);
	}
}

static enum status add_all(struct listing *list, void *changes, int len, struct error *err)
{
	sqlite3_changeset_iter *iter = NULL;
	enum status status = STATUS_OK;
	int rc = sqlite3changeset_start(&iter, len, changes);

	while (rc == SQLITE_OK && status == STATUS_OK && list->rows.len < list->limit &&
	       (rc = sqlite3changeset_next(iter)) == SQLITE_ROW) {
		const char *table = NULL;
		int columns = 0, op = 0, indirect = 0;
		rc = sqlite3changeset_op(iter, &table, &columns, &op, &indirect);
		if (rc != SQLITE_OK)
			break;
		if (!list->table || strcmp(list->table, table) != 0) {
			list->table = arena_strdup(list->arena, table);
			status = table_columns(list->db, list->arena, table, &list->columns, &list->column_count, err);
		}
		if (status == STATUS_OK)
			add_row(list, iter, op);
	}
	sqlite3changeset_finalize(iter);
	if (status == STATUS_OK && rc != SQLITE_OK && rc != SQLITE_DONE)
		return db_damaged(list->db, err, "an entry of the operation log cannot be read");
	return status;
}

enum status db_edit_changes(struct store *store, struct arena *arena, int64_t edit, size_t limit,
			    const struct edit_change **out, size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct listing list = { .db = db, .arena = arena, .rows = VEC_INIT, .limit = limit };
	bool began = read_begin(db), found = false;
	enum status status = codebook_load(db, err);
	struct slice changes = { NULL, 0 };
	struct edit_change *kept;

	if (status == STATUS_OK) {
		sqlite3_stmt *stmt = sql_start(db, SQL_EDIT_CHANGESET, SQL_INT(edit));
		if ((found = sql_next(db, stmt)))
			changes = column_slice(arena, stmt, 0);
		status = sql_end(db, stmt, err);
	}
	if (status == STATUS_OK && !found)
		status = error_set(err, STATUS_NOT_FOUND, "there is no edit %lld", (long long)edit);
	if (status == STATUS_OK && changes.len_bytes) {
		/* The iterator takes its input without const, and only reads it. */
		void *bytes = mem_alloc(changes.len_bytes);
		memcpy(bytes, changes.at, changes.len_bytes);
		status = add_all(&list, bytes, (int)changes.len_bytes, err);
		free(bytes);
	}
	read_end(db, began);
	kept = arena_array(arena, list.rows.len, sizeof(*kept));
	if (list.rows.len)
		memcpy(kept, list.rows.items, list.rows.len * sizeof(*kept));
	*out = kept;
	*count = list.rows.len;
	vec_release(&list.rows);
	return status;
}
