/* The columns of a CSV file: under which name each goes into a row's object. */
#ifndef AITIA_CORE_IMPORT_CSV_COLUMNS_H
#define AITIA_CORE_IMPORT_CSV_COLUMNS_H

#include "core/base/json.h"
#include "core/import/import.h"
#include "core/import/record.h"

struct csv_column {
	struct slice written; /* the header's cell; "column_3" when it is empty */
	struct slice name;   /* the same, or "name_2" when it was there already */
	const char *known;   /* the name of fields.def that it goes by, or NULL */
	int rank;            /* of the columns that go by one name the lowest that is not empty does */
	int next;            /* the next better one, or -1 */
	bool is_priority;    /* 1 to 5 in it are P1 to P5 */
	bool is_snippet_line; /* the number of the line that the code is */
};

struct csv_columns {
	struct arena arena;
	struct csv_column *items;
	size_t count;
	const char *tool;    /* whose export has just these columns, or NULL */
};

/* Columns that a --map names keep the name that it knows them by. */
void csv_columns_init(struct csv_columns *columns, const struct slice *cells, size_t count,
		      const struct import_options *options);
void csv_columns_release(struct csv_columns *columns);
/* The row as an object of strings, without its empty cells; cells behind the last column
 * are column_N. In the record's arena, the values borrowed. *replaced: invalid UTF-8 in it. */
const struct json *csv_columns_object(const struct csv_columns *columns, struct record *record,
				      const struct slice *cells, size_t count, size_t *replaced);

#endif
