/* What the console keeps out before SQLite sees it, or does in SQLite's place. */
#ifndef AITIA_STORAGE_SQLITE_CONSOLE_GUARD_H
#define AITIA_STORAGE_SQLITE_CONSOLE_GUARD_H

#include <sqlite3.h>
#include <stddef.h>

/*
 * Where in the question a USING or NATURAL stands that SQLite would take for the keyword; NULL:
 * nowhere. SQLite makes the comparisons of such joins itself and asks no authorizer about the
 * columns, so that they would read any table.
 */
const char *console_named_join(const char *text);

/* `look` answers not 0 once the question has to end: what works at that moment ends with SQLITE_INTERRUPT. */
struct console_clock {
	int (*look)(void *context);
	void *context;
	size_t spent; /* bytes compared since the last look */
};

/* instr, replace, trim, LIKE and GLOB that look at the clock; it lives as long as the connection. */
int console_functions(sqlite3 *handle, struct console_clock *clock);

#endif
