#include "tui/theme.h"

/* The colours' names in styles.def, as rows of the table below. */
enum colour { DEFAULT, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, COLOUR_COUNT };

/*
 * By depth. 8 and 16: the terminal's own palette, which its owner has made fit to
 * the background, but for blue: on black it can hardly be read, so it is cyan, or
 * bright blue. 256: fixed colours of a middle lightness (WCAG 2 contrast of at
 * least 3 on black and on white alike), since neither background can be asked for.
 */
static const struct {
	short of_8, of_16, of_256;
} palette[COLOUR_COUNT] = {
	[DEFAULT] = { THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR },
	[RED] = { 1, 1, 196 },
	[GREEN] = { 2, 2, 28 },
	[YELLOW] = { 3, 3, 136 },
	[BLUE] = { 6, 12, 32 },
	[MAGENTA] = { 5, 5, 133 },
	[CYAN] = { 6, 6, 30 },
};

static const struct {
	const char *name, *help;
	enum colour foreground;
	unsigned attributes;
} styles[STYLE_COUNT] = {
#define STYLE(constant, foreground, attributes, help) [STYLE_##constant] = { #constant, help, foreground, attributes },
#include "tui/styles.def"
};

int theme_depth(int terminal_colours, const char *no_color)
{
	if (no_color && *no_color)
		return 0;
	return terminal_colours >= 256 ? 256 : terminal_colours >= 16 ? 16 : terminal_colours >= 8 ? 8 : 0;
}

struct look theme_look(int depth, enum style style, bool selected)
{
	struct look look = { THEME_DEFAULT_COLOUR, styles[style].attributes };
	enum colour colour = styles[style].foreground;

	/* The selected row is the terminal's own colours, reversed: patches of reversed
	 * colours could not be read. A mark, reversed by itself, is turned back, so that
	 * it is still seen there. */
	if (selected) {
		look.attributes = (look.attributes ^ ATTR_REVERSE) & ~(unsigned)ATTR_DIM;
		return look;
	}
	if (depth >= 256)
		look.foreground = palette[colour].of_256;
	else if (depth >= 16)
		look.foreground = palette[colour].of_16;
	else if (depth >= 8)
		look.foreground = palette[colour].of_8;
	return look;
}

const char *style_name(enum style style)
{
	return styles[style].name;
}

const char *style_help(enum style style)
{
	return styles[style].help;
}
