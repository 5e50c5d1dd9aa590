/*
 * What a style looks like (styles.def) in each theme (themes.def), for terminals of 0, 8,
 * 16, 256 and all colours. The background is always the terminal's own. No curses in here: the
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
#define THEME_TRUE_COLOUR 0x1000000

enum theme {
#define THEME(constant, name, help) THEME_##constant,
#include "tui/themes.def"
	THEME_COUNT
};

struct look {
	int foreground;      /* index of a colour, 0xRRGGBB at THEME_TRUE_COLOUR, or THEME_DEFAULT_COLOUR */
	unsigned attributes; /* enum text_attribute */
};

/* How many colours to use (0, 8, 16, 256 or THEME_TRUE_COLOUR) on a terminal that has so
 * many. `wanted` is at most how many; -1: all, but none if $NO_COLOR has any value but the
 * empty one (https://no-color.org). */
int theme_depth(int terminal_colours, int wanted, const char *no_color);
struct look theme_look(enum theme theme, int depth, enum style style, bool selected);
const char *theme_name(enum theme theme);
const char *theme_help(enum theme theme);

/* "CODE_STRING" and what it is for. */
const char *style_name(enum style style);
const char *style_help(enum style style);

#endif
