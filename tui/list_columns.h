/* Which columns a list of samples shows beside the title, and in which order. */
#ifndef AITIA_TUI_LIST_COLUMNS_H
#define AITIA_TUI_LIST_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/strbuf.h"

enum list_column {
#define COLUMN(constant, name, width, title, help) COLUMN_##constant,
#include "tui/columns.def"
	COLUMN_COUNT
};

struct list_columns {
	enum list_column shown[COLUMN_COUNT]; /* from left to right */
	size_t count;
	bool chosen; /* by somebody: else what there is room for */
};

struct column_info {
	const char *name;
	int width, title; /* see columns.def */
	const char *help;
};

const struct column_info *column_info(enum list_column column);
/* Names, blank-separated; "" : none are chosen. False: *wrong (in `names`) is none, or comes twice. */
bool list_columns_parse(const char *names, struct list_columns *out, const char **wrong);
void list_columns_format(const struct list_columns *columns, struct strbuf *out);

#endif
