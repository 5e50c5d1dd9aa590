/* Why an edit cannot be undone or redone, with both versions: what was changed since, and by whom. */
#ifndef AITIA_STORAGE_SQLITE_UNDO_CONFLICT_H
#define AITIA_STORAGE_SQLITE_UNDO_CONFLICT_H

#include "storage/sqlite/edit_log.h"

struct conflict {
	struct sqlite_store *db;
	struct arena arena;
	int64_t edit;       /* that is to be undone or redone */
	int64_t since;      /* what is newer was done behind it: of one that was redone, the entry of the redo */
	bool back;
	struct strbuf text; /* empty: none so far */
	const char *columns_of; /* the table whose columns these are; changesets go table by table */
	const char *const *columns;
	size_t column_count;
};

/* " (bob, edit 7: summary)" */
void conflict_describe_edit(struct conflict *conflict, int64_t edit);
/* For struct edit_move: describes the change that does not fit. */
int conflict_describe(void *conflict, int why, sqlite3_changeset_iter *iter);
/* Something depends on what would go, or what would come on something that is gone. */
void conflict_built_upon(struct conflict *conflict);
/*
 * A time and its precision are two columns and one field. SQLite sees only that the columns
 * which the edit changed are as it left them, so the other one is looked at here: says the
 * text if another edit changed it since.
 */
enum status conflict_check_times(struct conflict *conflict, struct slice changes, struct error *err) MUST_CHECK;
/*
 * Values alone do not tell that nothing was changed since: of A to B, B to A and A to B again
 * the first may not be undone, or the others never can. Says the text if a standing edit
 * changed since what this one did to an incident. Behind what tells values that differ.
 */
enum status conflict_check_later(struct conflict *conflict, struct slice changes, struct error *err) MUST_CHECK;

#endif
