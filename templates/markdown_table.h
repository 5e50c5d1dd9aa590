/*
 * Pipe tables (GFM 4.10), which libcmark does not know: it reads them as a
 * paragraph, and this reads them out of that paragraph's source lines.
 */
#ifndef AITIA_TEMPLATES_MARKDOWN_TABLE_H
#define AITIA_TEMPLATES_MARKDOWN_TABLE_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

#define TABLE_COLUMNS_MAX 32

struct table {
	size_t columns;
	size_t rows;                /* the header is row 0 */
	const struct slice *cells;  /* rows * columns; trimmed, "\|" already a pipe */
};

/* True if the lines are a header row, a delimiter row and any rows. Missing
 * cells are empty; surplus ones are joined to the last, so that nothing is lost. */
bool table_read(struct arena *arena, struct slice lines, struct table *out);

#endif
