/*
 * Applying what an edit recorded, forth or back: for undo and redo, and for the check that
 * replays the log and must come to the same rows.
 *
 * The row of an incident has a version, and other columns that say when and how often
 * it was changed, so that each edit of it changes them. They are no reason to refuse what
 * else fits: where another edit changed the incident since, the columns at stake are
 * set, and the version becomes that of the undo or redo.
 */
#ifndef AITIA_STORAGE_SQLITE_EDIT_APPLY_H
#define AITIA_STORAGE_SQLITE_EDIT_APPLY_H

#include "core/base/vec.h"
#include "storage/sqlite/sqlite_db.h"

struct edit_move {
	bool back;
	int64_t entry;      /* of the undo or redo; 0: all must be as the edit found it, or left it */
	struct instant at;  /* of that entry */
	/* Called for the first change that does not fit: the answer must be SQLITE_CHANGESET_ABORT,
	 * and nothing is applied. */
	int (*conflict)(void *context, int why, sqlite3_changeset_iter *iter);
	void *context;
	/* Answered: keys of the incidents that others changed since, in the arena. */
	struct arena *arena;
	VEC_OF(const char *) shared;
};

/* A result of SQLite's. All tables but samples, within a transaction of the caller. */
int edit_apply(sqlite3 *handle, struct slice changes, struct edit_move *move);

/* Of two values as they stand in rows. */
bool same_value(sqlite3_value *a, sqlite3_value *b);
/* Whether each edit of an incident sets the column of its row. */
bool is_bookkeeping(const char *column);

#endif
