/* Undo and redo: an edit's changeset, inverted or as it is, applied as one. */
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/edit_bulk.h"
#include "storage/sqlite/search.h"

struct conflict {
	struct sqlite_store *db;
	struct arena arena;
	int64_t edit;       /* that is to be undone or redone */
	bool back;
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
	describe_edit(conflict, edit);
	strbuf_addstr(&conflict->text, "; undo that first");
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

/* Rows refer to what would go (of all edits only members of an incident can), or to what is gone. */
static void describe_built_upon(struct conflict *conflict)
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
	describe_edit(conflict, edit);
	strbuf_addstr(&conflict->text, "; that must be undone first");
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
		describe_built_upon(conflict);
		return SQLITE_CHANGESET_ABORT;
	}
	if (sqlite3changeset_op(iter, &table, &column_count, &op, &indirect) != SQLITE_OK ||
	    table_columns(conflict->db, &conflict->arena, table, &columns, &count, NULL) != STATUS_OK)
		return SQLITE_CHANGESET_ABORT;
	if (why == SQLITE_CHANGESET_DATA && strcmp(table, "annotation") == 0)
		describe_judged_again(conflict, iter, columns, count);
	if (conflict->text.len_bytes)
		return SQLITE_CHANGESET_ABORT;
	key = changeset_key(conflict->db, &conflict->arena, iter, table, columns, count);
	strbuf_addf(&conflict->text, "%s %s ", table, key);
	if (why == SQLITE_CHANGESET_DATA) {
		strbuf_addstr(&conflict->text, "was changed since");
		describe_data(conflict, iter, table, columns, count);
	} else {
		strbuf_addstr(&conflict->text, why == SQLITE_CHANGESET_NOTFOUND ? "is gone since" :
			      why == SQLITE_CHANGESET_CONFLICT ? "was made anew since" :
			      "does not fit what was made since");
	}
	return SQLITE_CHANGESET_ABORT;
}

/* Samples are not brought back to what they were, but to what stands now. */
static int but_samples(void *context, const char *table)
{
	(void)context;
	return strcmp(table, "sample") != 0;
}

/* A status that another edit gave since is not taken back. */
static enum status check_statuses(struct sqlite_store *db, const int64_t *samples, size_t count, struct conflict *conflict,
				  struct error *err)
{
	struct strbuf ids = STRBUF_INIT;
	int64_t sample = 0, since = 0;
	int is = 0, gave = 0;
	sqlite3_stmt *stmt;
	enum status status;

	stmt = sql_start(db, SQL_STATUS_SINCE, ids_as_json(&ids, samples, count), SQL_INT(conflict->edit));
	if (sql_next(db, stmt)) {
		sample = sqlite3_column_int64(stmt, 0);
		since = sqlite3_column_int64(stmt, 1);
		is = column_term(stmt, 2, SAMPLE_COUNT);
		gave = column_term(stmt, 3, SAMPLE_COUNT);
	}
	status = sql_end(db, stmt, err);
	strbuf_release(&ids);
	if (status != STATUS_OK || !since)
		return status;
	strbuf_addf(&conflict->text, "sample %lld was changed since", (long long)sample);
	describe_edit(conflict, since);
	strbuf_addf(&conflict->text, "; its status is now '%s', this edit had '%s'",
		    sample_status_word((enum sample_status)is), sample_status_word((enum sample_status)gave));
	return STATUS_OK;
}

static enum status apply(struct sqlite_store *db, struct slice changes, struct conflict *conflict, struct error *err)
{
	void *bytes = NULL, *forward = mem_alloc(changes.len_bytes + 1);
	int len = (int)changes.len_bytes, rc = SQLITE_OK;
	enum status status = STATUS_OK;

	if (changes.len_bytes)
		memcpy(forward, changes.at, changes.len_bytes);
	if (conflict->back)
		rc = sqlite3changeset_invert((int)changes.len_bytes, forward, &len, &bytes);
	if (rc == SQLITE_OK)
		rc = sqlite3changeset_apply(db->handle, len, conflict->back ? bytes : forward, but_samples, on_conflict,
					    conflict);
	if (rc == SQLITE_CORRUPT)
		status = db_damaged(db, err, "an entry of the operation log cannot be read");
	else if (rc != SQLITE_OK && !conflict->text.len_bytes)
		status = db_error(db, rc, err);
	sqlite3_free(bytes);
	free(forward);
	return status;
}

static enum status restore_samples(struct sqlite_store *db, const int64_t *samples, size_t count, struct error *err)
{
	struct strbuf ids = STRBUF_INIT;
	enum status status = sql_run(db, SQL_SAMPLES_RESTORE, err, ids_as_json(&ids, samples, count));

	strbuf_release(&ids);
	return status;
}

/* What a merge brought goes and comes with it. Its samples need not be among those that it
 * changed: what came may have been older than what stood. */
static enum status move_merged(struct sqlite_store *db, int64_t edit, bool back, struct error *err)
{
	VEC_OF(int64_t) samples = VEC_INIT;
	bool any = false;
	sqlite3_stmt *stmt;
	enum status status = sql_number(db, SQL_HAS_MERGED, NULL, &any, err, SQL_INT(edit));

	if (status != STATUS_OK || !any)
		return status;
	status = sql_run(db, SQL_MERGED_MOVES_SET, err, SQL_INT(edit), SQL_INT(back));
	if (status == STATUS_OK)
		status = sql_run(db, SQL_MERGED_STATES_SET, err, SQL_INT(edit), SQL_INT(back));
	if (status != STATUS_OK)
		return status;
	stmt = sql_start(db, SQL_MERGED_SAMPLES, SQL_INT(edit));
	while (sql_next(db, stmt))
		vec_push(&samples, sqlite3_column_int64(stmt, 0));
	status = sql_end(db, stmt, err);
	if (status == STATUS_OK)
		status = restore_samples(db, samples.items, samples.len, err);
	vec_release(&samples);
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
		*changes = column_slice(arena, stmt, 10);
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

/* All that the edit did; the state of the edit goes in between, since samples follow from it. */
static enum status move_rows(struct sqlite_store *db, const struct edit *edit, struct slice changes, bool back,
			     struct error *err)
{
	struct conflict conflict = { .db = db, .arena = ARENA_INIT, .edit = edit->id, .back = back, .text = STRBUF_INIT };
	int64_t *samples = NULL;
	size_t count = 0;
	enum status status = changed_samples(db, changes, &samples, &count, err);

	bulk_cache(db, count >= db->bulk_least);
	if (status == STATUS_OK)
		status = check_statuses(db, samples, count, &conflict, err);
	if (status == STATUS_OK && !conflict.text.len_bytes)
		status = apply(db, changes, &conflict, err);
	if (status == STATUS_OK && conflict.text.len_bytes)
		status = error_set(err, STATUS_CONFLICT, "edit %lld (%s) cannot be %s: %s", (long long)edit->id,
				   edit->summary, back ? "undone" : "redone", conflict.text.text);
	if (status == STATUS_OK)
		status = sql_run(db, SQL_EDIT_STATE_SET, err, SQL_INT(edit->id),
				 SQL_INT(back ? EDIT_UNDONE : EDIT_APPLIED), SQL_INT(back));
	if (status == STATUS_OK)
		status = move_merged(db, edit->id, back, err);
	if (status == STATUS_OK)
		status = restore_samples(db, samples, count, err);
	free(samples);
	strbuf_release(&conflict.text);
	arena_release(&conflict.arena);
	return status;
}

static enum status move(struct sqlite_store *db, struct arena *arena, const char *reviewer, bool back, int64_t named,
			struct edit *edit, struct error *err)
{
	struct slice changes = { NULL, 0 };
	enum status status = find(db, arena, reviewer, back, named, edit, &changes, err);

	if (status == STATUS_OK)
		status = codebook_load(db, err);
	if (status == STATUS_OK)
		status = move_rows(db, edit, changes, back, err);
	if (status != STATUS_OK)
		return status;
	if (!back && (status = notes_return(db, edit->id, err)) != STATUS_OK)
		return status;
	edit->state = back ? EDIT_UNDONE : EDIT_APPLIED;
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
	status = write_end(db, move(db, arena, reviewer, back, named, edit, err), err);
	bulk_cache(db, false);
	return status;
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
