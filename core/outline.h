/*
 * The blocks at the top level of a Markdown text that tell where its parts begin, and where
 * something that looks like a part's heading is none. The renderer reads them (render.h).
 */
#ifndef AITIA_CORE_OUTLINE_H
#define AITIA_CORE_OUTLINE_H

#include <stddef.h>

enum outline_kind {
	OUTLINE_HEADING, /* "# so", or underlined */
	OUTLINE_CODE,    /* in a fence; the lines of the fence belong to it */
	OUTLINE_HTML,    /* remarks, too; where it ends is not told: last_line is the first */
};

struct outline_block {
	enum outline_kind kind;
	int level;                    /* of a heading, 1 to 6 */
	const char *text;             /* of a heading as readers see it, in one line; else NULL */
	size_t first_line, last_line; /* from 1; lines end at LF alone */
};

#endif
