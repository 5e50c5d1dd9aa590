/*
 * Internal to json.c: where in a JSON document the rows stand.
 *
 * A first reader goes over a value from end to end, looks at names and types alone and
 * keeps little; a second one then takes the rows. So what stands behind the rows (a
 * model, a date) is known before the first of them, in flat memory.
 */
#ifndef AITIA_CORE_IMPORT_JSON_SHAPE_H
#define AITIA_CORE_IMPORT_JSON_SHAPE_H

#include "core/import/fields.h"

enum json_shape_kind {
	JSON_SHAPE_ROW,      /* the value itself is one row */
	JSON_SHAPE_LIST,     /* rows are the elements of the array at the path */
	JSON_SHAPE_BY_KEY,   /* rows are the members of the object at the path, each by its id */
	JSON_SHAPE_VERDICTS, /* lists of ids under the names of results: nothing to review in it */
};

#define JSON_SHAPE_STEPS_MAX 3

struct json_shape {
	enum json_shape_kind kind;
	const char *path[JSON_SHAPE_STEPS_MAX]; /* names to step through */
	size_t steps;
	bool texts;                /* BY_KEY: each member is a list of texts, the outputs of one row */
	const struct json *around; /* the scalars beside the rows, an object; or NULL */
};

/* Looks at the value at hand and consumes it. The arena holds what the shape points at.
 * A value that is broken has the shape of what was seen before the fault. */
void json_shape_read(struct json_shape *shape, struct json_reader *reader, const struct field_table *table,
		     struct arena *arena);

#endif
