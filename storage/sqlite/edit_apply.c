#include "storage/sqlite/edit_apply.h"

#include <stdlib.h>
#include <string.h>

#define SHARED_TABLE "incident"

/* A column that is set by hand, since the row's bookkeeping does not fit. */
struct setting {
	const char *key, *column;
	sqlite3_value *value;
};

struct applying {
	sqlite3 *handle;
	struct edit_move *move;
	VEC_OF(const char *) columns; /* of the table, in their order; none: not read yet */
	VEC_OF(struct setting) settings;
	int rc;                       /* of what was needed on the way */
};

/* Samples are not brought back to what they were, but to what stands now. */
static int but_samples(void *context, const char *table)
{
	(void)context;
	return strcmp(table, "sample") != 0;
}

bool is_bookkeeping(const char *column)
{
	return strcmp(column, "version") == 0 || strcmp(column, "updated_us") == 0 ||
	       strcmp(column, "updated_precision") == 0 || strncmp(column, "next_", 5) == 0;
}

bool same_value(sqlite3_value *a, sqlite3_value *b)
{
	struct slice text_a, text_b;

	if (sqlite3_value_type(a) != sqlite3_value_type(b))
		return false;
	switch (sqlite3_value_type(a)) {
	case SQLITE_NULL:
		return true;
	case SQLITE_INTEGER:
		return sqlite3_value_int64(a) == sqlite3_value_int64(b);
	case SQLITE_FLOAT: /* NaN is NULL to SQLite */
		return !(sqlite3_value_double(a) < sqlite3_value_double(b)) && !(sqlite3_value_double(a) > sqlite3_value_double(b));
	default:
		text_a = changed_text(a);
		text_b = changed_text(b);
		return slice_eq(text_a, text_b);
	}
}

static int read_columns(struct applying *applying)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	if (applying->columns.len)
		return SQLITE_OK;
	rc = sqlite3_prepare_v2(applying->handle, "SELECT name FROM pragma_table_info('" SHARED_TABLE "') ORDER BY cid", -1, &stmt,
				NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		vec_push(&applying->columns, column_string(applying->move->arena, stmt, 0));
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Whether nothing but the bookkeeping of the row at hand is in the way. */
static bool fits_otherwise(const struct applying *applying, sqlite3_changeset_iter *iter, int count)
{
	for (int i = 0; i < count; i++) {
		sqlite3_value *expected = NULL, *is = NULL;
		if (sqlite3changeset_old(iter, i, &expected) != SQLITE_OK ||
		    sqlite3changeset_conflict(iter, i, &is) != SQLITE_OK || !is)
			return false;
		if (expected && !same_value(expected, is) && !is_bookkeeping(applying->columns.items[i]))
			return false;
	}
	return true;
}

static int note_settings(struct applying *applying, sqlite3_changeset_iter *iter, const char *key, int count)
{
	for (int i = 0; i < count; i++) {
		sqlite3_value *value = NULL;
		struct setting setting = { .key = key, .column = applying->columns.items[i] };
		int rc = sqlite3changeset_new(iter, i, &value);
		if (rc != SQLITE_OK)
			return rc;
		if (!value || is_bookkeeping(setting.column))
			continue;
		if (!(setting.value = sqlite3_value_dup(value)))
			return SQLITE_NOMEM;
		vec_push(&applying->settings, setting);
	}
	return SQLITE_OK;
}

/* SQLITE_CHANGESET_ABORT: the change does not fit, or applying->rc. */
static int share(struct applying *applying, sqlite3_changeset_iter *iter, int op, int count)
{
	sqlite3_value *key = NULL;
	const char *text;

	applying->rc = read_columns(applying);
	if (applying->rc != SQLITE_OK || (size_t)count > applying->columns.len || !fits_otherwise(applying, iter, count) ||
	    sqlite3changeset_old(iter, 0, &key) != SQLITE_OK || !key)
		return SQLITE_CHANGESET_ABORT;
	if (op == SQLITE_DELETE)
		return SQLITE_CHANGESET_REPLACE; /* which here means: go on */
	text = arena_text(applying->move->arena, changed_text(key));
	vec_push(&applying->move->shared, text);
	applying->rc = note_settings(applying, iter, text, count);
	return applying->rc == SQLITE_OK ? SQLITE_CHANGESET_OMIT : SQLITE_CHANGESET_ABORT;
}

static int on_conflict(void *context, int why, sqlite3_changeset_iter *iter)
{
	struct applying *applying = context;
	const char *table = NULL;
	int count = 0, op = 0, indirect = 0, answer = SQLITE_CHANGESET_ABORT;

	if (why == SQLITE_CHANGESET_DATA && applying->move->entry &&
	    sqlite3changeset_op(iter, &table, &count, &op, &indirect) == SQLITE_OK && strcmp(table, SHARED_TABLE) == 0)
		answer = share(applying, iter, op, count);
	if (answer != SQLITE_CHANGESET_ABORT || applying->rc != SQLITE_OK)
		return answer;
	return applying->move->conflict(applying->move->context, why, iter);
}

/* The settings of one incident, which stand side by side from `first` on; where the next one's begin. */
static size_t set_columns(struct applying *applying, const char *key, size_t first)
{
	const struct edit_move *move = applying->move;
	struct strbuf sql = STRBUF_INIT;
	sqlite3_stmt *stmt = NULL;
	size_t next = first;
	int at = 4;

	strbuf_addstr(&sql, "UPDATE " SHARED_TABLE " SET version = ?2, updated_us = ?3, updated_precision = ?4");
	for (; next < applying->settings.len && applying->settings.items[next].key == key; next++)
		strbuf_addf(&sql, ", \"%s\" = ?%d", applying->settings.items[next].column, ++at);
	strbuf_addstr(&sql, " WHERE key = ?1");
	applying->rc = sqlite3_prepare_v2(applying->handle, sql.text, -1, &stmt, NULL);
	for (size_t i = first; i < next && applying->rc == SQLITE_OK; i++)
		applying->rc = sqlite3_bind_value(stmt, 5 + (int)(i - first), applying->settings.items[i].value);
	if (applying->rc == SQLITE_OK)
		applying->rc = sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
	if (applying->rc == SQLITE_OK) {
		sqlite3_bind_int64(stmt, 2, move->entry);
		sqlite3_bind_int64(stmt, 3, move->at.at_us);
		sqlite3_bind_int64(stmt, 4, (int64_t)move->at.precision);
		applying->rc = sqlite3_step(stmt);
		applying->rc = applying->rc == SQLITE_DONE ? SQLITE_OK : applying->rc;
	}
	sqlite3_finalize(stmt);
	strbuf_release(&sql);
	return next;
}

int edit_apply(sqlite3 *handle, struct slice changes, struct edit_move *move)
{
	struct applying applying = { .handle = handle, .move = move, .columns = VEC_INIT, .settings = VEC_INIT, .rc = SQLITE_OK };
	void *inverse = NULL, *forward = mem_alloc(changes.len_bytes + 1);
	int len = (int)changes.len_bytes, rc = SQLITE_OK;
	size_t next = 0;

	if (changes.len_bytes)
		memcpy(forward, changes.at, changes.len_bytes);
	if (move->back)
		rc = sqlite3changeset_invert((int)changes.len_bytes, forward, &len, &inverse);
	if (rc == SQLITE_OK)
		rc = sqlite3changeset_apply(handle, len, move->back ? inverse : forward, but_samples, on_conflict, &applying);
	if (applying.rc != SQLITE_OK)
		rc = applying.rc;
	for (size_t i = 0; i < move->shared.len && rc == SQLITE_OK; i++) {
		next = set_columns(&applying, move->shared.items[i], next);
		rc = applying.rc;
	}
	for (size_t i = 0; i < applying.settings.len; i++)
		sqlite3_value_free(applying.settings.items[i].value);
	vec_release(&applying.settings);
	vec_release(&applying.columns);
	sqlite3_free(inverse);
	free(forward);
	return rc;
}
