#include "tui/list_columns.h"

#include <string.h>

static const struct column_info table[COLUMN_COUNT] = {
#define COLUMN(constant, name, width, title, help) [COLUMN_##constant] = { name, width, title, help },
#include "tui/columns.def"
};

const struct column_info *column_info(enum list_column column)
{
	return &table[column];
}

static bool is_shown(const struct list_columns *columns, enum list_column column)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->shown[i] == column)
			return true;
	return false;
}

bool list_columns_parse(const char *names, struct list_columns *out, const char **wrong)
{
	*out = (struct list_columns){ .count = 0 };
	for (names += strspn(names, " "); *names; names += strspn(names, " ")) {
		size_t len = strcspn(names, " "), column = 0;
		while (column < COLUMN_COUNT && (strncmp(table[column].name, names, len) != 0 || table[column].name[len]))
			column++;
		if (column == COLUMN_COUNT || is_shown(out, (enum list_column)column)) {
			*wrong = names;
			return false;
		}
		out->shown[out->count++] = (enum list_column)column;
		out->chosen = true;
		names += len;
	}
	return true;
}

void list_columns_format(const struct list_columns *columns, struct strbuf *out)
{
	for (size_t i = 0; i < columns->count; i++)
		strbuf_addf(out, "%s%s", i ? " " : "", table[columns->shown[i]].name);
}
