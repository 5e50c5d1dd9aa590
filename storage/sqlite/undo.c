/* Undo and redo: an edit's changeset, inverted or as it is, applied as one. */
#include <stdlib.h>
#include <string.h>

#include "core/incident_table.h"
#include "storage/sqlite/alike.h"
#include "storage/sqlite/edit_apply.h"
#include "storage/sqlite/edit_bulk.h"
#include "storage/sqlite/incident_db.h"
#include "storage/sqlite/search.h"
#include "storage/sqlite/undo_conflict.h"

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
	conflict_describe_edit(conflict, since);
	strbuf_addf(&conflict->text, "; its status is now '%s', this edit had '%s'",
		    sample_status_word((enum sample_status)is), sample_status_word((enum sample_status)gave));
	return STATUS_OK;
}

/* Rows of lists that its parts have. */
static int64_t list_rows(const struct incident *incident)
{
	size_t rows = 0, count;

	for (int k = 0; k < INCIDENT_CHILD_KINDS; k++) {
		const struct incident_kind *kind = incident_kind((enum incident_child)k);
		for (size_t i = 0; i < incident_part_count(incident, (enum incident_child)k) * kind->field_count; i++) {
			const struct incident_field *field = &kind->fields[i % kind->field_count];
			if (!field_is_list(field))
				continue;
			part_list(field, incident_part_at(incident, (enum incident_child)k, i / kind->field_count), &count);
			rows += count;
		}
	}
	return (int64_t)rows;
}

/* What several edits made of an incident must go together: what one names must not be gone with another. */
static enum status check_shared(struct sqlite_store *db, const char *key, struct conflict *conflict, struct error *err)
{
	struct incident *incident = NULL;
	struct error fault = { .text = "" };
	int64_t rows = 0;
	enum status status = incident_read(db, &conflict->arena, key, &incident, err);

	if (status == STATUS_OK)
		status = sql_number(db, SQL_INCIDENT_LIST_ROWS, &rows, NULL, err, SQL_TEXT(key));
	if (status != STATUS_OK)
		return status;
	if (incident_check(incident, &db->book, &fault) == STATUS_OK && rows == list_rows(incident))
		return STATUS_OK;
	conflict_built_upon(conflict);
	if (fault.text[0]) /* else rows of a list belong to a part that is gone */
		strbuf_addf(&conflict->text, " (%.300s)", fault.text);
	return STATUS_OK;
}

/* What values cannot tell is looked for where the edit was about incidents: of judgements they tell all. */
static enum status apply(struct sqlite_store *db, struct slice changes, bool incidents, struct edit_move *move,
			 struct conflict *conflict, struct error *err)
{
	enum status status = incidents ? conflict_check_times(conflict, changes, err) : STATUS_OK;
	int rc;

	if (status != STATUS_OK || conflict->text.len_bytes)
		return status;
	rc = edit_apply(db->handle, changes, move);
	if (rc == SQLITE_CORRUPT)
		status = db_damaged(db, err, "an entry of the operation log cannot be read");
	else if (rc != SQLITE_OK && !conflict->text.len_bytes)
		status = db_error(db, rc, err);
	if (incidents && conflict->back && status == STATUS_OK && !conflict->text.len_bytes)
		status = conflict_check_later(conflict, changes, err);
	for (size_t i = 0; i < move->shared.len && status == STATUS_OK && !conflict->text.len_bytes; i++)
		status = check_shared(db, move->shared.items[i], conflict, err);
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
		return error_set(err, STATUS_NOT_FOUND, "there is no edit of %s to %s%s", reviewer, back ? "undo" : "redo",
				 back ? " (an import is none)" : "");
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
			     const struct edit_work *entry, struct error *err)
{
	struct conflict conflict = { .db = db, .arena = ARENA_INIT, .edit = edit->id, .since = edit->id, .back = back, .text = STRBUF_INIT };
	struct edit_move move = { .back = back, .entry = entry->id, .at = entry->at, .conflict = conflict_describe,
				  .context = &conflict, .arena = &conflict.arena, .shared = VEC_INIT };
	int64_t *samples = NULL;
	size_t count = 0;
	bool incidents = false;
	enum status status = changed_samples(db, changes, &samples, &count, &incidents, err);

	bulk_cache(db, count >= BULK_MANY);
	if (status == STATUS_OK && back)
		status = sql_number(db, SQL_EDIT_STANDS_SINCE, &conflict.since, NULL, err, SQL_INT(edit->id));
	if (status == STATUS_OK)
		status = check_statuses(db, samples, count, &conflict, err);
	if (status == STATUS_OK && !conflict.text.len_bytes)
		status = apply(db, changes, incidents, &move, &conflict, err);
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
	vec_release(&move.shared);
	strbuf_release(&conflict.text);
	arena_release(&conflict.arena);
	return status;
}

static enum status move(struct sqlite_store *db, struct arena *arena, const char *reviewer, bool back, int64_t named,
			struct edit *edit, struct error *err)
{
	struct slice changes = { NULL, 0 };
	struct edit_work entry;
	enum status status = find(db, arena, reviewer, back, named, edit, &changes, err);

	if (status == STATUS_OK)
		status = codebook_load(db, err);
	if (status == STATUS_OK)
		status = edit_append(db, reviewer, back ? EDIT_UNDO : EDIT_REDO, back ? "undo" : "redo", edit->summary, edit->id,
				     0, &entry, err);
	if (status == STATUS_OK)
		status = move_rows(db, edit, changes, back, &entry, err);
	if (status != STATUS_OK)
		return status;
	edit->state = back ? EDIT_UNDONE : EDIT_APPLIED;
	return back ? STATUS_OK : notes_return(db, edit->id, err);
}

static enum status run(struct store *store, struct arena *arena, const char *reviewer, bool back, int64_t named,
		       struct edit *edit, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status = check_reviewer(reviewer, err);

	if (status != STATUS_OK || (status = write_begin(db, err)) != STATUS_OK)
		return status;
	status = move(db, arena, reviewer, back, named, edit, err);
	if (status == STATUS_OK)
		status = alike_follow_words(db, err);
	status = write_end(db, status, err);
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
