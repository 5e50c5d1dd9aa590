#include "tui/theme.h"

/* The colours' names in styles.def, as rows of the table below. */
enum colour { DEFAULT, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, COLOUR_COUNT };

/*
 * By theme and depth. 8 and 16: the terminal's own palette, which its owner has made fit
 * to the background, but for blue: on black it can hardly be read, so it is cyan, or
 * bright blue. 256 and more: fixed colours, with a contrast (WCAG 2) of at least 3 on
 * black and on white alike, since neither background can be asked for; of at least 4.5
 * on the one that dark and light are made for. What is no colour-blind theme's green is
 * bluish, its red is orange (Okabe and Ito, "Color universal design", 2008).
 */
struct shades {
	int of_8, of_16, of_256, rgb;
};

#define NO_SHADES { THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR, THEME_DEFAULT_COLOUR }

static const struct shades palettes[THEME_COUNT][COLOUR_COUNT] = {
	[THEME_ANY] = {
		[DEFAULT] = NO_SHADES,
		[RED] = { 1, 1, 196, 0xE03131 },
		[GREEN] = { 2, 2, 28, 0x2B8A3E },
		[YELLOW] = { 3, 3, 136, 0xA37A00 },
		[BLUE] = { 6, 12, 32, 0x2F7FD6 },
		[MAGENTA] = { 5, 5, 133, 0xAE55AE },
		[CYAN] = { 6, 6, 30, 0x148A8A },
	},
	[THEME_DARK] = {
		[DEFAULT] = NO_SHADES,
		[RED] = { 1, 9, 203, 0xFF6B6B },
		[GREEN] = { 2, 10, 114, 0x8FD98F },
		[YELLOW] = { 3, 11, 221, 0xFFD866 },
		[BLUE] = { 6, 12, 75, 0x6CB6FF },
		[MAGENTA] = { 5, 13, 176, 0xD98FD9 },
		[CYAN] = { 6, 14, 80, 0x6CD9D9 },
	},
	[THEME_LIGHT] = {
		[DEFAULT] = NO_SHADES,
		[RED] = { 1, 1, 124, 0xB00020 },
		[GREEN] = { 2, 2, 22, 0x14641F },
		[YELLOW] = { 3, 3, 94, 0x7A5200 },
		[BLUE] = { 6, 4, 25, 0x0B57B0 },
		[MAGENTA] = { 5, 5, 90, 0x7D1F87 },
		[CYAN] = { 6, 6, 24, 0x0A5A73 },
	},
	[THEME_COLOUR_BLIND] = {
		[DEFAULT] = NO_SHADES,
		[RED] = { 1, 1, 166, 0xD55E00 },
		[GREEN] = { 6, 6, 30, 0x009E73 },
		[YELLOW] = { 3, 3, 136, 0xB07D00 },
		[BLUE] = { 6, 12, 32, 0x2F7FD6 },
		[MAGENTA] = { 5, 5, 133, 0xAE55AE },
		[CYAN] = { 6, 12, 26, 0x0072B2 },
	},
	[THEME_PLAIN] = {
		[DEFAULT] = NO_SHADES, [RED] = NO_SHADES, [GREEN] = NO_SHADES, [YELLOW] = NO_SHADES,
		[BLUE] = NO_SHADES, [MAGENTA] = NO_SHADES, [CYAN] = NO_SHADES,
	},
};

static const struct {
	const char *name, *help;
	enum colour foreground;
	unsigned attributes;
} styles[STYLE_COUNT] = {
#define STYLE(constant, foreground, attributes, help) [STYLE_##constant] = { #constant, help, foreground, attributes },
#include "tui/styles.def"
};

int theme_depth(int terminal_colours, int wanted, const char *no_color)
{
	static const int depths[] = { THEME_TRUE_COLOUR, 256, 16, 8 };

	if (wanted < 0 && no_color && *no_color)
		return 0;
	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++)
		if (terminal_colours >= depths[i] && (wanted < 0 || wanted >= depths[i]))
			return depths[i];
	return 0;
}

struct look theme_look(enum theme theme, int depth, enum style style, bool selected)
{
	struct look look = { THEME_DEFAULT_COLOUR, styles[style].attributes };
	const struct shades *shades = &palettes[theme][styles[style].foreground];

	/* The selected row is the terminal's own colours, reversed: patches of reversed
	 * colours could not be read. A mark, reversed by itself, is turned back, so that
	 * it is still seen there. */
	if (selected) {
		look.attributes = (look.attributes ^ ATTR_REVERSE) & ~(unsigned)ATTR_DIM;
		return look;
	}
	if (depth >= THEME_TRUE_COLOUR)
		look.foreground = shades->rgb;
	else if (depth >= 256)
		look.foreground = shades->of_256;
	else if (depth >= 16)
		look.foreground = shades->of_16;
	else if (depth >= 8)
		look.foreground = shades->of_8;
	return look;
}

static const struct {
	const char *name, *help;
} themes[THEME_COUNT] = {
#define THEME(constant, name, help) [THEME_##constant] = { name, help },
#include "tui/themes.def"
};

const char *theme_name(enum theme theme)
{
	return themes[theme].name;
}

const char *theme_help(enum theme theme)
{
	return themes[theme].help;
}

const char *style_name(enum style style)
{
	return styles[style].name;
}

const char *style_help(enum style style)
{
	return styles[style].help;
}
