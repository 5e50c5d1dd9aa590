/* What the console keeps out before SQLite sees it, or does in SQLite's place. */
#ifndef AITIA_STORAGE_SQLITE_CONSOLE_GUARD_H
#define AITIA_STORAGE_SQLITE_CONSOLE_GUARD_H

/*
 * Where in the question a USING or NATURAL stands that SQLite would take for the keyword; NULL:
 * nowhere. SQLite makes the comparisons of such joins itself and asks no authorizer about the
 * columns, so that they would read any table.
 */
const char *console_named_join(const char *text);

#endif
