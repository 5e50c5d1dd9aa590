/*
 * The operation log. An edit is one transaction in which a session records what
 * happens to the journalled tables; its changeset is kept with the log's entry,
 * and undoing applies the inverse. Changesets name rows by primary key and hold
 * the values before and after of what changed, nothing else, so that undoing
 * fails exactly where somebody else has been at work since: at the same field of an
 * incident or of a part of it (edit_apply.h). Only the triage state of samples is computed anew, from what stands then: it follows from the judgements
 * of all reviewers, who must not stand in each other's way.
 *
 *     status = edit_begin(db, reviewer, "annotate", &work, err);
 *     if (status == STATUS_OK)
 *             status = … change rows …;
 *     return edit_end(db, &work, status, summary, &edit_id, err);
 *
 * Within a group the same calls make a savepoint instead of a transaction, and
 * what they change belongs to the entry of the group.
 */
#ifndef AITIA_STORAGE_SQLITE_EDIT_LOG_H
#define AITIA_STORAGE_SQLITE_EDIT_LOG_H

#include "core/base/strbuf.h"
#include "storage/sqlite/sqlite_db.h"

struct edit_work {
	int64_t id;              /* of the entry; also the version of what it changes */
	struct instant at;
	int64_t last_annotation; /* greatest id ever given; raise it when giving one */
	sqlite3_session *session;
	struct strbuf direct;    /* changes that were recorded by hand (edit_bulk.h), and are noted already */
	bool begun;
	bool nested;             /* in a group: a savepoint, and the group's entry and session */
	int64_t changes_before;  /* nested: of the connection, when it began */
};

/* Several edits as one (struct store_ops, group_begin). */
struct edit_group {
	char *reviewer;
	struct edit_work work;
};

enum status edit_begin(struct sqlite_store *db, const char *reviewer, const char *verb, struct edit_work *work,
		       struct error *err) MUST_CHECK;
/* Commits with the changeset, or rolls back if status is not OK or nothing has
 * changed (*edit_id = 0). */
enum status edit_end(struct sqlite_store *db, struct edit_work *work, enum status status, const char *summary,
		     int64_t *edit_id, struct error *err) MUST_CHECK;

/* Takes back all of a group that is under way, if there is one. */
void group_abandon(struct sqlite_store *db);

/* For those that fill the entry themselves: within a transaction of the caller. */
enum status edit_open(struct sqlite_store *db, const char *reviewer, const char *verb, struct edit_work *work,
		      struct error *err) MUST_CHECK;
enum status edit_close(struct sqlite_store *db, struct edit_work *work, const char *summary, struct error *err) MUST_CHECK;
/* What is recorded from here on belongs to the entry. */
enum status edit_record(struct sqlite_store *db, struct edit_work *work, struct error *err) MUST_CHECK;

/* An entry of another kind, within a transaction of the caller; `entry` has its id and time. */
enum status edit_append(struct sqlite_store *db, const char *reviewer, enum edit_kind kind, const char *verb,
			const char *summary, int64_t of, int64_t batch, struct edit_work *entry, struct error *err) MUST_CHECK;

/* ---- what never changes of an entry (edit_seal.c) ------------------------------------ */

/* Ends an entry, with its digest. */
enum status edit_finish(struct sqlite_store *db, int64_t id, const char *summary, int64_t last_annotation, struct slice changes,
			struct error *err) MUST_CHECK;
/* Gives all entries from `from` on their digest: they are as they will stay. */
enum status edit_seal(struct sqlite_store *db, int64_t from, struct error *err) MUST_CHECK;
/* The step of the migration. */
enum status edit_seal_all(struct sqlite_store *db, struct error *err) MUST_CHECK;
/* Names each entry that is not what its digest is of. */
enum status edit_seals_check(struct sqlite_store *db, void (*broken)(void *context, int64_t edit), void *context,
			     struct error *err) MUST_CHECK;

/* Columns id … merge in the order of the statements EDIT_TO_* and edit_list.c. */
struct edit column_edit(struct arena *arena, sqlite3_stmt *stmt);

/* ---- what edits were about (history.c) -------------------------------------------- */

/* Notes what the edit did to samples and incidents, for SQL_SAMPLES_RESTORE and the log's filters. */
enum status history_note(struct sqlite_store *db, int64_t edit, struct slice changes, struct error *err) MUST_CHECK;
/* The step of the migration: the same for all edits that are there. */
enum status history_fill(struct sqlite_store *db, struct error *err) MUST_CHECK;
/* *missing: not all of that is noted. */
enum status history_check(struct sqlite_store *db, int64_t edit, struct slice changes, bool *missing, struct error *err) MUST_CHECK;
/* The samples whose triage state a changeset changes, and whether it is about incidents too. Free *ids. */
enum status changed_samples(struct sqlite_store *db, struct slice changes, int64_t **ids, size_t *count, bool *incidents,
			    struct error *err) MUST_CHECK;

/* ---- showing changes (field.c) --------------------------------------------------- */

struct field;

/* How a column of a journalled table is shown; NULL: it is not (versions and the like). */
const struct field *shown_field(const char *table, const char *column);
const char *field_name(const struct field *field);
/* The value as people read it ("annotated", "model/cache", a time); NULL for NULL. */
char *field_text(struct sqlite_store *db, struct arena *arena, const struct field *field, sqlite3_value *value);

/* The column names of a table, in order. */
enum status table_columns(struct sqlite_store *db, struct arena *arena, const char *table, const char *const **names,
			  size_t *count, struct error *err) MUST_CHECK;

/* The row that an iterator stands at: "17", "INC-2026-0001/C2". */
char *changeset_key(struct sqlite_store *db, struct arena *arena, sqlite3_changeset_iter *iter, const char *table,
		    const char *const *columns, size_t count);

#endif
