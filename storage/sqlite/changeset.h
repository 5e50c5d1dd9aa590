/*
 * Writing changesets of SQLite's session extension by hand, where a session would cost more
 * than the edit itself: it looks at each changed row three times. The format is that of
 * sqlite3session.h, "Changeset Format" in ext/session/sqlite3session.c: for each table 'T',
 * the number of columns, which of them are the primary key, its name; for each change the
 * operation and its values before and after.
 */
#ifndef AITIA_STORAGE_SQLITE_CHANGESET_H
#define AITIA_STORAGE_SQLITE_CHANGESET_H

#include "core/base/strbuf.h"
#include "storage/sqlite/sqlite_db.h"

#define CHANGED_COLUMNS_MAX 64

/* A table as it is, and the row at hand, by column. */
struct changed_table {
	const char *name;
	size_t count;
	const char *columns[CHANGED_COLUMNS_MAX];
	unsigned char keys[CHANGED_COLUMNS_MAX]; /* place in the primary key, from 1; 0: not in it */
	struct sql_value before[CHANGED_COLUMNS_MAX], after[CHANGED_COLUMNS_MAX];
	bool changed[CHANGED_COLUMNS_MAX];
};

/* Its names stay until the connection looks at the schema again: for one edit. */
enum status changed_table_open(struct sqlite_store *db, const char *name, struct changed_table *table,
			       struct error *err) MUST_CHECK;
/* At the end of a connection. */
void table_shapes_free(struct sqlite_store *db);
/* Number of a column; one that does not exist ends the program: names stand in our code. */
size_t changed_column(const struct changed_table *table, const char *name);

/* Once, before its changes. */
void changes_add_table(struct strbuf *out, const struct changed_table *table);
/* A new row: all of `after`. */
void changes_add_insert(struct strbuf *out, const struct changed_table *table);
/* Of a row that stays: the key in `before`, and before and after of those `changed`. Nothing if none is. */
void changes_add_update(struct strbuf *out, const struct changed_table *table);

#endif
