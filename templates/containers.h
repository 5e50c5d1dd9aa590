/*
 * Quotes and list items around a block, as prefixes of its lines: shared by the
 * writer of Markdown and the layout for the screen. Depth is bounded: what is
 * nested deeper keeps its text and loses its marks, so that a line of ten
 * thousand ">" cannot make ten thousand columns of prefix on every line.
 */
#ifndef AITIA_TEMPLATES_CONTAINERS_H
#define AITIA_TEMPLATES_CONTAINERS_H

#include <stdbool.h>

#define CONTAINERS_DEPTH_MAX 12

struct container {
	bool quote;       /* else a list item */
	bool tight;       /* item: no blank lines between its blocks */
	bool marked;      /* item: its marker has been written */
	int width;        /* columns of its prefix */
	char marker[16];  /* item: "- ", "12. " */
};

struct containers {
	struct container stack[CONTAINERS_DEPTH_MAX];
	int depth;
	int dropped;        /* open containers that did not fit */
	int shared;         /* open since the last block: what a blank line belongs to */
	int boundary;       /* between two items of a list: 1 tight, 2 loose; else 0 */
	bool any;           /* a block has been written */
	int columns;        /* sum of the widths */
	int columns_max;    /* containers that would make them more are dropped; 0: no limit */
};

void containers_enter_quote(struct containers *c, int width);
void containers_enter_item(struct containers *c, const char *marker, int width, bool tight, bool first);
/* Leaves the innermost; true if it was an item whose marker is still to be written. */
bool containers_leave(struct containers *c);
bool containers_unmarked(const struct containers *c); /* the innermost is an item without its marker */

/* To be called before each block: whether a blank line comes first (its prefix
 * are the first *shared containers). */
bool containers_gap(struct containers *c, int *shared);

#endif
