/*
 * What was changed since is told from the log: the changesets of the edits behind the one at
 * hand that were about the same incident.
 */
#include "storage/sqlite/undo_conflict.h"

#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/edit_apply.h"

/* ---- who changed it --------------------------------------------------------------------- */

#define ANY_COLUMN (-1)

/* A change in a changeset, and the row that it is about. */
struct change {
	sqlite3_changeset_iter *iter;
	const char *table;
	const unsigned char *keys;
	int count, op;
};

static bool read_change(struct change *change, sqlite3_changeset_iter *iter)
{
	unsigned char *keys = NULL;
	int indirect;

	*change = (struct change){ .iter = iter };
	if (sqlite3changeset_op(iter, &change->table, &change->count, &change->op, &indirect) != SQLITE_OK ||
	    sqlite3changeset_pk(iter, &keys, NULL) != SQLITE_OK)
		return false;
	change->keys = keys;
	return true;
}

static sqlite3_value *key_value(const struct change *change, int column)
{
	sqlite3_value *value = NULL;

	if (change->op == SQLITE_INSERT)
		sqlite3changeset_new(change->iter, column, &value);
	else
		sqlite3changeset_old(change->iter, column, &value);
	return value;
}

static bool same_row(const struct change *a, const struct change *b)
{
	if (strcmp(a->table, b->table) != 0)
		return false;
	for (int i = 0; i < a->count && i < b->count; i++) {
		sqlite3_value *x = a->keys[i] ? key_value(a, i) : NULL, *y = a->keys[i] ? key_value(b, i) : NULL;
		if (a->keys[i] && (!x || !y || !same_value(x, y)))
			return false;
	}
	return true;
}

static bool touches(const struct change *change, int column)
{
	sqlite3_value *value = NULL;

	if (change->op != SQLITE_UPDATE || column == ANY_COLUMN)
		return true;
	return column < change->count && sqlite3changeset_new(change->iter, column, &value) == SQLITE_OK && value;
}

/* Whether both set the same of a row, but for the bookkeeping; `columns`: of its table. */
static bool meet(const struct change *a, const struct change *b, const char *const *columns, size_t count)
{
	if (a->op != SQLITE_UPDATE || b->op != SQLITE_UPDATE)
		return true;
	for (size_t i = 0; i < count; i++)
		if (!a->keys[i] && !is_bookkeeping(columns[i]) && touches(a, (int)i) && touches(b, (int)i))
			return true;
	return false;
}

/* What is looked for in later changes: the column of the row, or what the row's change meets. */
struct wanted {
	const struct change *row;
	int column;
	const char *const *columns; /* NULL: `column` */
	size_t count;
};

static bool changes_touch(struct slice changes, const struct wanted *wanted)
{
	void *copy = mem_alloc(changes.len_bytes + 1);
	sqlite3_changeset_iter *iter = NULL;
	struct change change;
	bool found = false;

	if (changes.len_bytes)
		memcpy(copy, changes.at, changes.len_bytes);
	if (sqlite3changeset_start(&iter, (int)changes.len_bytes, copy) == SQLITE_OK)
		while (!found && sqlite3changeset_next(iter) == SQLITE_ROW)
			found = read_change(&change, iter) && same_row(wanted->row, &change) &&
				(wanted->columns ? meet(wanted->row, &change, wanted->columns, wanted->count) :
						   touches(&change, wanted->column));
	sqlite3changeset_finalize(iter);
	free(copy);
	return found;
}

/* The newest standing edit that changed what is wanted of an incident since; 0: none is known. */
static enum status changed_by(struct conflict *conflict, const struct wanted *wanted, int64_t *edit, struct error *err)
{
	sqlite3_value *incident = key_value(wanted->row, 0);
	sqlite3_stmt *stmt;

	*edit = 0;
	if (!incident || strncmp(wanted->row->table, "incident", strlen("incident")) != 0)
		return STATUS_OK;
	stmt = sql_start(conflict->db, SQL_INCIDENT_EDITS_SINCE,
			 SQL_TEXT(arena_text(&conflict->arena, changed_text(incident))), SQL_INT(conflict->edit),
			 SQL_INT(conflict->since));
	while (!*edit && sql_next(conflict->db, stmt)) {
		struct slice changes = { sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1) };
		if (changes_touch(changes, wanted))
			*edit = sqlite3_column_int64(stmt, 0);
	}
	return sql_end(conflict->db, stmt, err);
}

static void describe_changer(struct conflict *conflict, sqlite3_changeset_iter *iter, int column)
{
	struct change row;
	int64_t edit = 0;

	if (read_change(&row, iter) && changed_by(conflict, &(struct wanted){ .row = &row, .column = column }, &edit, NULL) == STATUS_OK && edit)
		conflict_describe_edit(conflict, edit);
}

static enum status columns_of(struct conflict *conflict, const char *table, const char *const **columns, size_t *count,
			      struct error *err)
{
	enum status status = STATUS_OK;

	if (!conflict->columns_of || strcmp(conflict->columns_of, table) != 0) {
		conflict->columns_of = NULL;
		status = table_columns(conflict->db, &conflict->arena, table, &conflict->columns, &conflict->column_count, err);
		if (status == STATUS_OK)
			conflict->columns_of = arena_strdup(&conflict->arena, table);
	}
	*columns = conflict->columns;
	*count = conflict->column_count;
	return status;
}

/* ---- describing --------------------------------------------------------------------------- */

void conflict_describe_edit(struct conflict *conflict, int64_t version)
{
	sqlite3_stmt *stmt = sql_start(conflict->db, SQL_EDIT_WHO, SQL_INT(version));

	if (sql_next(conflict->db, stmt))
		strbuf_addf(&conflict->text, " (%.60s, edit %lld: %.100s)", (const char *)sqlite3_column_text(stmt, 0),
			    (long long)version, (const char *)sqlite3_column_text(stmt, 1));
	(void)!sql_end(conflict->db, stmt, NULL);
}

/* A judgement that its reviewer has replaced since. */
static void describe_judged_again(struct conflict *conflict, sqlite3_changeset_iter *iter, const char *const *columns,
				  size_t count)
{
	int64_t newer = 0, sample = 0, edit = 0;
	sqlite3_stmt *stmt;

	for (size_t i = 0; i < count; i++) {
		sqlite3_value *is = NULL;
		if (strcmp(columns[i], "superseded_by") == 0 &&
		    sqlite3changeset_conflict(iter, (int)i, &is) == SQLITE_OK && is)
			newer = sqlite3_value_int64(is);
	}
	stmt = sql_start(conflict->db, SQL_ANNOTATION_WHO, SQL_INT(newer));
	if (sql_next(conflict->db, stmt)) {
		sample = sqlite3_column_int64(stmt, 0);
		edit = sqlite3_column_int64(stmt, 1);
	}
	(void)!sql_end(conflict->db, stmt, NULL);
	if (!sample)
		return;
	strbuf_addf(&conflict->text, "sample %lld was judged again since", (long long)sample);
	conflict_describe_edit(conflict, edit);
	strbuf_addstr(&conflict->text, "; undo that first");
}

static bool differs(sqlite3_changeset_iter *iter, int column, sqlite3_value **expected, sqlite3_value **is)
{
	*expected = *is = NULL;
	sqlite3changeset_old(iter, column, expected);
	sqlite3changeset_conflict(iter, column, is);
	return *expected && *is && !same_value(*expected, *is);
}

/* Who changed the first of them that people see, and both versions of all. */
static void describe_data(struct conflict *conflict, sqlite3_changeset_iter *iter, const char *table,
			  const char *const *columns, size_t count)
{
	bool first = true;

	for (size_t i = 0; i < count; i++) {
		sqlite3_value *expected, *is;
		const struct field *field = shown_field(table, columns[i]);
		const char *was_text, *is_text;
		if (!differs(iter, (int)i, &expected, &is) || !field)
			continue;
		if (first)
			describe_changer(conflict, iter, (int)i);
		first = false;
		was_text = field_text(conflict->db, &conflict->arena, field, expected);
		is_text = field_text(conflict->db, &conflict->arena, field, is);
		strbuf_addf(&conflict->text, "; its %s is now '%.100s', this edit had '%.100s'",
			    field_name(field) ? field_name(field) : columns[i], is_text ? is_text : "",
			    was_text ? was_text : "");
	}
}

/* Rows refer to what would go (of all edits only members of an incident can), or to what is gone. */
void conflict_built_upon(struct conflict *conflict)
{
	sqlite3_stmt *stmt;
	const char *incident = NULL;
	int64_t edit = 0;

	if (!conflict->back) {
		strbuf_addstr(&conflict->text, "something that it refers to is gone since");
		return;
	}
	stmt = sql_start(conflict->db, SQL_INCIDENT_OF_EDIT, SQL_INT(conflict->edit));
	if (sql_next(conflict->db, stmt)) {
		incident = column_text(&conflict->arena, stmt, 0);
		edit = sqlite3_column_int64(stmt, 1);
	}
	(void)!sql_end(conflict->db, stmt, NULL);
	if (!incident || !edit) {
		strbuf_addstr(&conflict->text, "something that was added since depends on it");
		return;
	}
	strbuf_addf(&conflict->text, "%s was built upon since", incident);
	conflict_describe_edit(conflict, edit);
	strbuf_addstr(&conflict->text, "; that must be undone first");
}

int conflict_describe(void *context, int why, sqlite3_changeset_iter *iter)
{
	struct conflict *conflict = context;
	const char *table = NULL, *key;
	const char *const *columns;
	int column_count = 0, op = 0, indirect = 0;
	size_t count = 0;

	if (why == SQLITE_CHANGESET_FOREIGN_KEY) {
		conflict_built_upon(conflict);
		return SQLITE_CHANGESET_ABORT;
	}
	if (sqlite3changeset_op(iter, &table, &column_count, &op, &indirect) != SQLITE_OK ||
	    columns_of(conflict, table, &columns, &count, NULL) != STATUS_OK)
		return SQLITE_CHANGESET_ABORT;
	count = (size_t)column_count < count ? (size_t)column_count : count;
	if (why == SQLITE_CHANGESET_DATA && strcmp(table, "annotation") == 0)
		describe_judged_again(conflict, iter, columns, count);
	if (conflict->text.len_bytes)
		return SQLITE_CHANGESET_ABORT;
	key = changeset_key(conflict->db, &conflict->arena, iter, table, columns, count);
	strbuf_addf(&conflict->text, "%s %s ", table, key);
	if (why == SQLITE_CHANGESET_DATA) {
		strbuf_addstr(&conflict->text, "was changed since");
		describe_data(conflict, iter, table, columns, count);
		return SQLITE_CHANGESET_ABORT;
	}
	strbuf_addstr(&conflict->text, why == SQLITE_CHANGESET_NOTFOUND ? "is gone since" :
		      why == SQLITE_CHANGESET_CONFLICT ? "was made anew since" : "does not fit what was made since");
	describe_changer(conflict, iter, ANY_COLUMN);
	return SQLITE_CHANGESET_ABORT;
}

/* ---- times ------------------------------------------------------------------------------------ */

/* The column of the other half; -1: it is no half of a time. */
static int other_half(const char *const *columns, size_t count, size_t column)
{
	static const char *const halves[][2] = { { "_us", "_precision" }, { "_precision", "_us" } };

	for (size_t h = 0; h < ARRAY_LEN(halves); h++) {
		size_t len = strlen(columns[column]), tail = strlen(halves[h][0]);
		if (len <= tail || strcmp(columns[column] + len - tail, halves[h][0]) != 0)
			continue;
		for (size_t i = 0; i < count; i++)
			if (strncmp(columns[i], columns[column], len - tail) == 0 &&
			    strcmp(columns[i] + len - tail, halves[h][1]) == 0)
				return (int)i;
	}
	return -1;
}

static enum status check_halves(struct conflict *conflict, const struct change *row, struct error *err)
{
	const char *const *columns;
	size_t count = 0;
	int64_t edit = 0;
	enum status status;

	if (row->op != SQLITE_UPDATE || strncmp(row->table, "incident_", strlen("incident_")) != 0)
		return STATUS_OK;
	status = columns_of(conflict, row->table, &columns, &count, err);
	count = (size_t)row->count < count ? (size_t)row->count : count;
	for (size_t i = 0; i < count && status == STATUS_OK && !edit; i++) {
		int other = touches(row, (int)i) ? other_half(columns, count, i) : -1;
		if (other < 0 || touches(row, other))
			continue;
		status = changed_by(conflict, &(struct wanted){ .row = row, .column = other }, &edit, err);
		if (!edit)
			continue;
		strbuf_addf(&conflict->text, "%s %s was changed since", row->table,
			    changeset_key(conflict->db, &conflict->arena, row->iter, row->table, columns, count));
		conflict_describe_edit(conflict, edit);
		strbuf_addf(&conflict->text, "; its %s differs", columns[other]);
	}
	return status;
}

typedef enum status row_check(struct conflict *conflict, const struct change *row, struct error *err);

static enum status check_rows(struct conflict *conflict, struct slice changes, row_check *check, struct error *err)
{
	void *copy = mem_alloc(changes.len_bytes + 1);
	sqlite3_changeset_iter *iter = NULL;
	enum status status = STATUS_OK;
	struct change row;

	if (changes.len_bytes)
		memcpy(copy, changes.at, changes.len_bytes);
	if (sqlite3changeset_start(&iter, (int)changes.len_bytes, copy) == SQLITE_OK)
		while (status == STATUS_OK && !conflict->text.len_bytes && sqlite3changeset_next(iter) == SQLITE_ROW)
			if (read_change(&row, iter))
				status = check(conflict, &row, err);
	sqlite3changeset_finalize(iter);
	free(copy);
	return status;
}

enum status conflict_check_times(struct conflict *conflict, struct slice changes, struct error *err)
{
	return check_rows(conflict, changes, check_halves, err);
}

/* ---- what was changed, and changed back -------------------------------------------------------- */

/* The newest standing edit of members that came behind; 0: none. */
static enum status member_changed_by(struct conflict *conflict, const struct change *row, bool any, int64_t *edit,
				     struct error *err)
{
	struct sql_value sample = any ? SQL_NULL() : SQL_INT(sqlite3_value_int64(key_value(row, 1)));

	return sql_number(conflict->db, SQL_MEMBER_EDIT_SINCE, edit, NULL, err,
			  SQL_TEXT(arena_text(&conflict->arena, changed_text(key_value(row, 0)))), SQL_INT(conflict->edit),
			  SQL_INT(conflict->since), sample);
}

static enum status check_later(struct conflict *conflict, const struct change *row, struct error *err)
{
	bool is_member = strcmp(row->table, "incident_member") == 0;
	struct wanted wanted = { .row = row };
	int64_t edit = 0;
	enum status status;

	if (strncmp(row->table, "incident", strlen("incident")) != 0)
		return STATUS_OK; /* judgements are superseded, which values do tell */
	status = columns_of(conflict, row->table, &wanted.columns, &wanted.count, err);
	if (status != STATUS_OK)
		return status;
	wanted.count = (size_t)row->count < wanted.count ? (size_t)row->count : wanted.count;
	status = is_member ? member_changed_by(conflict, row, false, &edit, err) : changed_by(conflict, &wanted, &edit, err);
	/* Members that came and went are no rows any more, and yet need the incident. */
	if (status == STATUS_OK && !edit && row->op == SQLITE_INSERT && strcmp(row->table, "incident") == 0)
		status = member_changed_by(conflict, row, true, &edit, err);
	if (!edit)
		return status;
	strbuf_addf(&conflict->text, "%s %s was changed since, and changed back", row->table,
		    changeset_key(conflict->db, &conflict->arena, row->iter, row->table, wanted.columns, wanted.count));
	conflict_describe_edit(conflict, edit);
	strbuf_addstr(&conflict->text, "; undo that first");
	return status;
}

enum status conflict_check_later(struct conflict *conflict, struct slice changes, struct error *err)
{
	return check_rows(conflict, changes, check_later, err);
}
