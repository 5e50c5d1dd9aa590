/* A template as a flat list of nodes; a section's children follow it up to `end`. */
#ifndef AITIA_TEMPLATES_MUSTACHE_PARSE_H
#define AITIA_TEMPLATES_MUSTACHE_PARSE_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/status.h"

enum mustache_type {
	MUSTACHE_TEXT, MUSTACHE_VARIABLE, MUSTACHE_UNESCAPED, MUSTACHE_SECTION, MUSTACHE_INVERTED, MUSTACHE_PARTIAL
};

/* Where a tag stands, by the line of the template that holds it: a line with a "|" is a
 * table's row, one that begins with "#" a heading. */
enum mustache_place { MUSTACHE_PROSE, MUSTACHE_ROW, MUSTACHE_HEADING };

struct mustache_node {
	enum mustache_type type;
	int line;            /* from 1 */
	enum mustache_place place;
	bool whole;          /* the tag alone is the cell, the heading or the whole line */
	struct slice text;   /* text: itself; else the name */
	struct slice indent; /* of a partial that stands alone on its line */
	size_t end;          /* sections: index behind the last child */
};

struct mustache_template {
	const char *name;
	struct mustache_node *nodes;
	size_t count;
};

#define MUSTACHE_SECTION_DEPTH_MAX 64

/* Slices in the result point into `text`. */
enum status mustache_parse(struct arena *arena, const char *name, struct slice text,
			   struct mustache_template *out, struct error *err) MUST_CHECK;

#endif
