/*
 * What each edit was about, noted beside the log in the transaction of the edit: the
 * tables edit_sample, edit_incident and edit_member. Read from its changeset, so that
 * no writer of rows has to think of it.
 *
 * The triage state of a sample is a function of its standing annotations and of the
 * edits that stand (SQL_SAMPLES_RESTORE): status is what the newest of them gave. An
 * edit gave a status if it changed it, or judged a sample that was annotated already.
 */
#include <string.h>

#include "storage/sqlite/edit_log.h"

/* What the edit did to a sample. */
struct sample_note {
	int64_t sample;
	bool triaged, judged;
	int status, was; /* -1: did not change */
	bool deferral;   /* what it waits for changed: */
	struct slice until; /* absent: for nothing that is known */
};

struct noting {
	struct sqlite_store *db;
	struct arena *arena;
	int64_t edit;
	bool checking;  /* whether all is noted, instead of noting it: */
	bool missing;
	VEC_OF(struct sample_note) samples;
	/* the change at hand */
	sqlite3_changeset_iter *iter;
	const char *table;
	int op;
	/* of the table whose columns were looked up last */
	char *columns_of;
	const char *const *columns;
	size_t column_count;
};

/* The value behind the change (before it, where the row is gone or the column did not change). */
static sqlite3_value *value_at(const struct noting *note, int column)
{
	sqlite3_value *value = NULL;

	if (note->op != SQLITE_DELETE)
		sqlite3changeset_new(note->iter, column, &value);
	if (!value && note->op != SQLITE_INSERT)
		sqlite3changeset_old(note->iter, column, &value);
	return value;
}

static enum status look_up(struct noting *note, const char *name, int *out, struct error *err)
{
	enum status status = STATUS_OK;

	if (!note->columns_of || strcmp(note->columns_of, note->table) != 0) {
		note->columns_of = arena_strdup(note->arena, note->table);
		status = table_columns(note->db, note->arena, note->columns_of, &note->columns, &note->column_count, err);
	}
	for (*out = 0; (size_t)*out < note->column_count && strcmp(note->columns[*out], name) != 0; ++*out)
		;
	return status;
}

static enum status column_number(struct noting *note, const char *name, int *out, struct error *err)
{
	enum status status = look_up(note, name, out, err);

	if (status == STATUS_OK && (size_t)*out == note->column_count)
		return db_damaged(note->db, err, "an entry of the operation log does not fit the schema");
	return status;
}

static enum status note_sample(struct noting *note, struct error *err)
{
	struct sample_note one = { .triaged = true, .status = -1, .was = -1 };
	sqlite3_value *before = NULL, *after = NULL;
	int column = 0;
	enum status status = column_number(note, "status", &column, err);

	if (status != STATUS_OK || note->op != SQLITE_UPDATE)
		return status;
	sqlite3changeset_old(note->iter, column, &before);
	sqlite3changeset_new(note->iter, column, &after);
	one.sample = sqlite3_value_int64(value_at(note, 0));
	if (before && after) {
		one.status = sqlite3_value_int(after);
		one.was = sqlite3_value_int(before);
	}
	/* Versions before 7 had no such column; their changesets are noted by a migration too. */
	status = look_up(note, "deferred_until", &column, err);
	after = NULL;
	if (status != STATUS_OK || sqlite3changeset_new(note->iter, column, &after) != SQLITE_OK || !after) {
		vec_push(&note->samples, one);
		return status;
	}
	one.deferral = true;
	one.until = sqlite3_value_type(after) == SQLITE_TEXT ? arena_slice(note->arena, changed_text(after)) :
								 (struct slice){ NULL, 0 };
	if (one.status < 0) /* put off already, and now until something else */
		one.status = one.was = SAMPLE_DEFERRED;
	vec_push(&note->samples, one);
	return STATUS_OK;
}

static enum status note_annotation(struct noting *note, struct error *err)
{
	struct sample_note one = { .judged = true, .status = -1, .was = -1 };
	int column = 0;
	enum status status = column_number(note, "sample", &column, err);

	if (status != STATUS_OK || note->op != SQLITE_INSERT)
		return status;
	one.sample = sqlite3_value_int64(value_at(note, column));
	vec_push(&note->samples, one);
	return STATUS_OK;
}

static int by_sample(const void *a, const void *b)
{
	const struct sample_note *left = a, *right = b;
	return (left->sample > right->sample) - (left->sample < right->sample);
}

static void join(struct sample_note *to, const struct sample_note *from)
{
	to->triaged |= from->triaged;
	to->judged |= from->judged;
	if (from->status >= 0) {
		to->status = from->status;
		to->was = from->was;
	}
	if (from->deferral) {
		to->deferral = true;
		to->until = from->until;
	}
}

static enum status look_for(struct noting *note, enum statement statement, const struct sql_value *values, size_t count,
			    struct error *err)
{
	bool found = false;
	enum status status = sql_run_with(note->db, statement, NULL, &found, err, values, count);

	note->missing = note->missing || !found;
	return status;
}

static enum status write_sample(struct noting *note, struct sample_note *one, int64_t at_us, struct error *err)
{
	enum status status = STATUS_OK;

	/* What status it gave is checked with the samples' states. */
	if (note->checking)
		return look_for(note, SQL_EDIT_SAMPLE_HAS, SQL_VALUES(SQL_INT(one->sample), SQL_INT(at_us), SQL_INT(note->edit),
								      SQL_INT(one->triaged)), err);

	/* Judged, and annotated as before. */
	if (one->triaged && one->judged && one->status < 0) {
		int64_t is = 0;
		status = sql_number(note->db, SQL_SAMPLE_STATUS, &is, NULL, err, SQL_INT(one->sample));
		if (is == SAMPLE_ANNOTATED)
			one->status = one->was = SAMPLE_ANNOTATED;
	}
	if (status != STATUS_OK)
		return status;
	status = sql_run(note->db, SQL_EDIT_SAMPLE_NOTE, err, SQL_INT(one->sample), SQL_INT(at_us), SQL_INT(note->edit),
			 SQL_INT(one->triaged), one->status < 0 ? SQL_NULL() : SQL_INT(one->status),
			 one->was < 0 ? SQL_NULL() : SQL_INT(one->was));
	if (status == STATUS_OK && one->until.at)
		status = sql_run(note->db, SQL_EDIT_SAMPLE_DEFERRED, err, SQL_INT(one->sample), SQL_INT(at_us),
				 SQL_INT(note->edit), (struct sql_value){ .type = VALUE_TEXT, .bytes = one->until });
	return status;
}

/* Changesets come in no order: in that of samples, their rows are met side by side. */
static enum status write_samples(struct noting *note, struct error *err)
{
	struct sample_note *all = note->samples.items;
	size_t count = 0;
	int64_t at_us = 0;
	enum status status;

	if (!note->samples.len)
		return STATUS_OK;
	qsort(all, note->samples.len, sizeof(*all), by_sample);
	for (size_t i = 0; i < note->samples.len; i++) {
		if (count && all[count - 1].sample == all[i].sample)
			join(&all[count - 1], &all[i]);
		else
			all[count++] = all[i];
	}
	status = sql_number(note->db, SQL_EDIT_TIME, &at_us, NULL, err, SQL_INT(note->edit));
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = write_sample(note, &all[i], at_us, err);
	return status;
}

static struct sql_value text_at(const struct noting *note, int column)
{
	return (struct sql_value){ .type = VALUE_TEXT, .bytes = changed_text(value_at(note, column)) };
}

static enum status note_member(struct noting *note, struct error *err)
{
	sqlite3_value *sample = value_at(note, 1), *role = value_at(note, 2);
	const struct sql_value values[] = { text_at(note, 0), SQL_INT(sqlite3_value_int64(sample)), SQL_INT(note->edit),
					    note->op == SQLITE_DELETE ? SQL_NULL() : SQL_INT(sqlite3_value_int64(role)) };

	if (note->checking)
		return look_for(note, SQL_EDIT_MEMBER_HAS, values, ARRAY_LEN(values), err);
	return sql_run_with(note->db, SQL_EDIT_MEMBER_NOTE, NULL, NULL, err, values, ARRAY_LEN(values));
}

static enum status note_incident(struct noting *note, struct error *err)
{
	const struct sql_value values[] = { text_at(note, 0), SQL_INT(note->edit) };

	if (note->checking)
		return look_for(note, SQL_EDIT_INCIDENT_HAS, values, ARRAY_LEN(values), err);
	return sql_run_with(note->db, SQL_EDIT_INCIDENT_NOTE, NULL, NULL, err, values, ARRAY_LEN(values));
}

static enum status note_change(struct noting *note, struct error *err)
{
	if (strcmp(note->table, "sample") == 0)
		return note_sample(note, err);
	if (strcmp(note->table, "annotation") == 0)
		return note_annotation(note, err);
	if (strcmp(note->table, "incident_member") == 0)
		return note_member(note, err);
	/* The incident's key comes first in all of its tables. */
	if (strncmp(note->table, "incident", strlen("incident")) == 0)
		return note_incident(note, err);
	return STATUS_OK;
}

static enum status note_or_check(struct sqlite_store *db, int64_t edit, struct slice changes, bool *missing, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct noting note = { .db = db, .arena = &arena, .edit = edit, .checking = missing != NULL, .samples = VEC_INIT };
	void *copy = arena_alloc(&arena, changes.len_bytes + 1); /* the iterator takes it without const */
	enum status status = STATUS_OK;
	int rc;

	if (changes.len_bytes)
		memcpy(copy, changes.at, changes.len_bytes);
	rc = sqlite3changeset_start(&note.iter, (int)changes.len_bytes, copy);
	while (rc == SQLITE_OK && status == STATUS_OK && (rc = sqlite3changeset_next(note.iter)) == SQLITE_ROW) {
		int columns = 0, indirect = 0;
		rc = sqlite3changeset_op(note.iter, &note.table, &columns, &note.op, &indirect);
		if (rc == SQLITE_OK)
			status = note_change(&note, err);
	}
	sqlite3changeset_finalize(note.iter);
	if (status == STATUS_OK && rc != SQLITE_OK && rc != SQLITE_DONE)
		status = db_damaged(db, err, "an entry of the operation log cannot be read");
	if (status == STATUS_OK)
		status = write_samples(&note, err);
	if (missing)
		*missing = note.missing;
	vec_release(&note.samples);
	arena_release(&arena);
	return status;
}

enum status history_note(struct sqlite_store *db, int64_t edit, struct slice changes, struct error *err)
{
	return note_or_check(db, edit, changes, NULL, err);
}

enum status history_check(struct sqlite_store *db, int64_t edit, struct slice changes, bool *missing, struct error *err)
{
	return note_or_check(db, edit, changes, missing, err);
}

enum status history_fill(struct sqlite_store *db, struct error *err)
{
	struct arena arena = ARENA_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_CHANGESETS);
	enum status status = STATUS_OK, end;

	while (status == STATUS_OK && sql_next(db, stmt)) {
		int64_t edit = sqlite3_column_int64(stmt, 0);
		struct slice changes = column_slice(&arena, stmt, 2);
		if (changes.at)
			status = history_note(db, edit, changes, err);
		arena_clear(&arena);
	}
	end = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	arena_release(&arena);
	return status == STATUS_OK ? end : status;
}

enum status changed_samples(struct sqlite_store *db, struct slice changes, int64_t **ids, size_t *count, bool *incidents,
			    struct error *err)
{
	VEC_OF(int64_t) list = VEC_INIT;
	sqlite3_changeset_iter *iter = NULL;
	void *copy = mem_alloc(changes.len_bytes + 1);
	int rc;

	*incidents = false;
	if (changes.len_bytes)
		memcpy(copy, changes.at, changes.len_bytes);
	rc = sqlite3changeset_start(&iter, (int)changes.len_bytes, copy);
	while (rc == SQLITE_OK && (rc = sqlite3changeset_next(iter)) == SQLITE_ROW) {
		sqlite3_value *id = NULL;
		const char *table = NULL;
		int columns = 0, op = 0, indirect = 0;
		rc = sqlite3changeset_op(iter, &table, &columns, &op, &indirect);
		*incidents = *incidents || (rc == SQLITE_OK && strncmp(table, "incident", strlen("incident")) == 0);
		if (rc == SQLITE_OK && op == SQLITE_UPDATE && strcmp(table, "sample") == 0 &&
		    (rc = sqlite3changeset_old(iter, 0, &id)) == SQLITE_OK)
			vec_push(&list, sqlite3_value_int64(id));
	}
	sqlite3changeset_finalize(iter);
	free(copy);
	*ids = list.items;
	*count = sort_unique_ids(list.items, list.len);
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		return db_damaged(db, err, "an entry of the operation log cannot be read");
	return STATUS_OK;
}
