/*
 * The console: questions in the language of the engine (SQL), which may read its views and
 * nothing else. Views have names and columns that stay (docs/views.md), whatever the tables
 * below them are; words of closed lists are words in them, times are texts in UTC.
 */
#ifndef AITIA_CORE_CONSOLE_H
#define AITIA_CORE_CONSOLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

struct console_column {
	const char *name, *help;
};

struct console_view {
	const char *name, *help;
	const struct console_column *columns;
	size_t column_count;
};

struct console_cell {
	enum { CONSOLE_NULL, CONSOLE_INTEGER, CONSOLE_REAL, CONSOLE_TEXT, CONSOLE_BYTES } type;
	int64_t number;
	double real;
	struct slice text; /* of texts and bytes; hostile, as samples are; borrowed for the call */
};

struct console_request {
	const char *text;
	const atomic_bool *cancel; /* raised by somebody else: ends it, STATUS_CANCELLED; or NULL */
	int64_t budget_ms; /* STATUS_CANCELLED behind it; 0: however long it takes */
	void *context;
	/* Both answer whether to go on; if not, the question ends there, and well. `columns` is called
	 * once, before the rows, also where there are none. */
	bool (*columns)(void *context, const char *const *names, size_t count);
	bool (*row)(void *context, const struct console_cell *cells, size_t count);
};

#define CONSOLE_TEXT_MAX 100000 /* bytes of a question */
#define CONSOLE_COLUMNS_MAX 200

#endif
