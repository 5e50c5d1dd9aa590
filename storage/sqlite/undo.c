/* Undo and redo: an edit's changeset, inverted or as it is, applied as one. */
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/edit_log.h"
#include "storage/sqlite/search.h"

struct conflict {
	struct sqlite_store *db;
	struct arena arena;
	struct strbuf text; /* empty: none so far */
};

/* A version is the id of the edit that made it: so who was it? */
static void describe_edit(struct conflict *conflict, int64_t version)
{
	sqlite3_stmt *stmt = sql_start(conflict->db, SQL_EDIT_WHO, SQL_INT(version));

	if (sql_next(conflict->db, stmt))
		strbuf_addf(&conflict->text, " (%.60s, edit %lld: %.100s)", (const char *)sqlite3_column_text(stmt, 0),
			    (long long)version, (const char *)sqlite3_column_text(stmt, 1));
	(void)!sql_end(conflict->db, stmt, NULL);
}

static void describe_data(struct conflict *conflict, sqlite3_changeset_iter *iter, const char *table,
			  const char *const *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sqlite3_value *expected = NULL, *is = NULL;
		const struct field *field;
		const char *was_text, *is_text;
		sqlite3changeset_old(iter, (int)i, &expected);
		sqlite3changeset_conflict(iter, (int)i, &is);
		if (!expected || !is)
			continue;
		if (strcmp(columns[i], "version") == 0)
			describe_edit(conflict, sqlite3_value_int64(is));
		if (!(field = shown_field(table, columns[i])))
			continue;
		was_text = field_text(conflict->db, &conflict->arena, field, expected);
		is_text = field_text(conflict->db, &conflict->arena, field, is);
		if (strcmp(was_text ? was_text : "", is_text ? is_text : "") == 0)
			continue;
		strbuf_addf(&conflict->text, "; its %s is now '%.100s', this edit had '%.100s'",
			    field_name(field) ? field_name(field) : columns[i], is_text ? is_text : "",
			    was_text ? was_text : "");
	}
}

/* Called by SQLite for the first change that does not fit; nothing is applied then. */
static int on_conflict(void *context, int why, sqlite3_changeset_iter *iter)
{
	struct conflict *conflict = context;
	const char *table = NULL, *key;
	const char *const *columns;
	int column_count = 0, op = 0, indirect = 0;
	size_t count = 0;

	if (why == SQLITE_CHANGESET_FOREIGN_KEY) {
		strbuf_addstr(&conflict->text, "something that was added since by somebody else depends on it");
		return SQLITE_CHANGESET_ABORT;
	}
	if (sqlite3changeset_op(iter, &table, &column_count, &op, &indirect) != SQLITE_OK ||
	    table_columns(conflict->db, &conflict->arena, table, &columns, &count, NULL) != STATUS_OK)
		return SQLITE_CHANGESET_ABORT;
	key = changeset_key(conflict->db, &conflict->arena, iter, table, columns, count);
	strbuf_addf(&conflict->text, "%s %s ", table, key);
	if (why == SQLITE_CHANGESET_DATA) {
		strbuf_addstr(&conflict->text, "was changed since by somebody else");
		describe_data(conflict, iter, table, columns, count);
	} else {
		strbuf_addstr(&conflict->text, why == SQLITE_CHANGESET_NOTFOUND ? "is gone since" :
			      why == SQLITE_CHANGESET_CONFLICT ? "was made anew since by somebody else" :
			      "does not fit what was made since");
	}
	return SQLITE_CHANGESET_ABORT;
}

static enum status apply(struct sqlite_store *db, const struct edit *edit, struct slice changes, bool back,
			 struct error *err)
{
	struct conflict conflict = { .db = db, .arena = ARENA_INIT, .text = STRBUF_INIT };
	void *bytes = NULL, *forward = mem_alloc(changes.len_bytes + 1);
	int len = (int)changes.len_bytes, rc = SQLITE_OK;
	enum status status = STATUS_OK;

	if (changes.len_bytes)
		memcpy(forward, changes.at, changes.len_bytes);
	if (back)
		rc = sqlite3changeset_invert((int)changes.len_bytes, forward, &len, &bytes);
	if (rc == SQLITE_OK)
		rc = sqlite3changeset_apply(db->handle, len, back ? bytes : forward, NULL, on_conflict, &conflict);
	if (conflict.text.len_bytes)
		status = error_set(err, STATUS_CONFLICT, "edit %lld (%s) cannot be %s: %s", (long long)edit->id,
				   edit->summary, back ? "undone" : "redone", conflict.text.text);
	else if (rc == SQLITE_CORRUPT)
		status = db_damaged(db, err, "an entry of the operation log cannot be read");
	else if (rc != SQLITE_OK)
		status = db_error(db, rc, err);
	sqlite3_free(bytes);
	free(forward);
	strbuf_release(&conflict.text);
	arena_release(&conflict.arena);
	return status;
}

static enum status find(struct sqlite_store *db, struct arena *arena, const char *reviewer, bool back, int64_t named,
			struct edit *edit, struct slice *changes, struct error *err)
{
	sqlite3_stmt *stmt = named ? sql_start(db, SQL_EDIT_TO_UNDO_NAMED, SQL_TEXT(reviewer), SQL_INT(named)) :
			     sql_start(db, back ? SQL_EDIT_TO_UNDO : SQL_EDIT_TO_REDO, SQL_TEXT(reviewer));
	bool found = sql_next(db, stmt);
	enum status status;

	if (found) {
		*edit = column_edit(arena, stmt);
		*changes = column_slice(arena, stmt, 9);
	}
	status = sql_end(db, stmt, err);
	if (status == STATUS_OK && !found && named)
		return error_set(err, STATUS_NOT_FOUND, "edit %lld is no applied edit of %s", (long long)named, reviewer);
	if (status == STATUS_OK && !found)
		return error_set(err, STATUS_NOT_FOUND, "there is no edit of %s to %s", reviewer, back ? "undo" : "redo");
	return status;
}

/* A redo brings back annotations; those that were undone before the index came to
 * them are not in it. */
static enum status notes_return(struct sqlite_store *db, int64_t edit, struct error *err)
{
	int64_t before = 0;
	enum status status = sql_number(db, SQL_EDIT_ANNOTATIONS_BEFORE, &before, NULL, err, SQL_INT(edit));

	return status == STATUS_OK ? search_notes_return(db, before, err) : status;
}

static enum status move(struct sqlite_store *db, struct arena *arena, const char *reviewer, bool back, int64_t named,
			struct edit *edit, struct error *err)
{
	struct slice changes = { NULL, 0 };
	enum status status = find(db, arena, reviewer, back, named, edit, &changes, err);

	if (status == STATUS_OK)
		status = codebook_load(db, err);
	if (status == STATUS_OK)
		status = apply(db, edit, changes, back, err);
	if (status != STATUS_OK)
		return status;
	if (!back && (status = notes_return(db, edit->id, err)) != STATUS_OK)
		return status;
	edit->state = back ? EDIT_UNDONE : EDIT_APPLIED;
	status = sql_run(db, SQL_EDIT_STATE_SET, err, SQL_INT(edit->id), SQL_INT((int64_t)edit->state), SQL_INT(back));
	if (status != STATUS_OK)
		return status;
	return edit_append(db, reviewer, back ? EDIT_UNDO : EDIT_REDO, back ? "undo" : "redo", edit->summary, edit->id, 0,
			   NULL, err);
}

static enum status run(struct store *store, struct arena *arena, const char *reviewer, bool back, int64_t named,
		       struct edit *edit, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status = check_reviewer(reviewer, err);

	if (status != STATUS_OK || (status = write_begin(db, err)) != STATUS_OK)
		return status;
	return write_end(db, move(db, arena, reviewer, back, named, edit, err), err);
}

enum status db_undo(struct store *store, struct arena *arena, const char *reviewer, int64_t edit, struct edit *undone,
		    struct error *err)
{
	return run(store, arena, reviewer, true, edit, undone, err);
}

enum status db_redo(struct store *store, struct arena *arena, const char *reviewer, struct edit *redone,
		    struct error *err)
{
	return run(store, arena, reviewer, false, 0, redone, err);
}
