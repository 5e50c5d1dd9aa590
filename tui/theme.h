/*
 * What a style looks like (styles.def), for terminals of 0, 8, 16 and 256
 * colours. The background is always the terminal's own. No curses in here: the
 * back end turns a look into its own attributes.
 */
#ifndef AITIA_TUI_THEME_H
#define AITIA_TUI_THEME_H

#include <stdbool.h>

#include "tui/surface.h"

enum text_attribute {
	ATTR_BOLD = 1 << 0,
	ATTR_DIM = 1 << 1,
	ATTR_UNDERLINE = 1 << 2,
	ATTR_REVERSE = 1 << 3,
	ATTR_ITALIC = 1 << 4,
};

#define THEME_DEFAULT_COLOUR (-1)

struct look {
	int foreground;      /* index of a colour, or THEME_DEFAULT_COLOUR */
	unsigned attributes; /* enum text_attribute */
};

/* How many colours to use (0, 8, 16 or 256) on a terminal that has so many. Any
 * value of $NO_COLOR but the empty one means none (https://no-color.org). */
int theme_depth(int terminal_colours, const char *no_color);
struct look theme_look(int depth, enum style style, bool selected);

/* "CODE_STRING" and what it is for. */
const char *style_name(enum style style);
const char *style_help(enum style style);

#endif
