/*
 * The screen in memory: a grid of cells, drawn by views, shown by a terminal
 * back end (term_curses.c) or compared as text by tests.
 *
 * surface_text() is the one door for text. Whatever comes in, valid or not, it
 *  - replaces invalid UTF-8 by U+FFFD and shows control, bidi, zero-width and
 *    tag characters as visible marks in STYLE_MARK (utf8_mark);
 *  - gives a combining mark at the start of a run a base (U+25CC), keeps at most
 *    four combining marks a cell;
 *  - clips to the area and never splits a wide character: half of one is a blank;
 *  - so that nothing outside the area can change, whatever a sample holds.
 */
#ifndef AITIA_TUI_SURFACE_H
#define AITIA_TUI_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/strbuf.h"

/* What a cell means; themes turn it into colours and attributes (styles.def). */
enum style {
#define STYLE(constant, foreground, attributes, help) STYLE_##constant,
#include "tui/styles.def"
	STYLE_COUNT
};

#define SURFACE_FIRST_WIDE 0x1100u /* no character below it takes two columns */
#define CELL_CHARS 5 /* a base and four combining characters, as curses has it */

struct cell {
	uint32_t chars[CELL_CHARS]; /* chars[0] == 0: the right half of a wide character */
	uint8_t style;              /* enum style */
	bool selected;              /* drawn as the selected row, whatever the style */
	bool underlined;            /* as well as the style */
};

/* Rows and columns from 0. */
struct area {
	int row, column;
	int rows, columns;
};

struct surface {
	int rows, columns;
	struct cell *cells;
	bool no_lines;              /* frames and lines are blanks */
	bool cursor_shown;
	int cursor_row, cursor_column;
};

void surface_init(struct surface *surface, int rows, int columns);
void surface_release(struct surface *surface);
void surface_resize(struct surface *surface, int rows, int columns); /* clears */
void surface_clear(struct surface *surface);
struct area surface_area(const struct surface *surface);
/* The cell as it is to be shown. Where an overlay cut a wide character in two, the
 * half that is left is a blank: a view never touches cells outside its area, so it
 * is here that they are mended. Back ends and tests read cells by this only. */
struct cell surface_cell(const struct surface *surface, int row, int column);

/* Draws one line (a line feed or CR inside is shown as a mark) at row/column of
 * the area (from 0, relative to it; a negative column is a line scrolled to the
 * left); returns the columns used, up to the right border of the area. Cells keep
 * whether they are selected. */
int surface_text(struct surface *surface, struct area clip, int row, int column, enum style style,
		 struct slice text);
int surface_puts(struct surface *surface, struct area clip, int row, int column, enum style style,
		 const char *text);
int surface_printf(struct surface *surface, struct area clip, int row, int column, enum style style,
		   const char *format, ...) PRINTF_LIKE(6, 7);
/* Text that gets an ellipsis when it does not fit into `width` columns; returns columns used. */
int surface_fit(struct surface *surface, struct area clip, int row, int column, int width,
		enum style style, const char *text);
/* Also ends the selection there: for a character of one column. */
void surface_fill(struct surface *surface, struct area area, enum style style, uint32_t character);
void surface_select_row(struct surface *surface, struct area area, int row); /* whole width of the area */
/* Underlines what is drawn there: columns from `start` to before `end` of the area. */
void surface_underline(struct surface *surface, struct area area, int row, long start, long end);
/* A frame of line-drawing characters (a terminal without them shows ASCII) with a
 * title, over a blank inside, which it returns. */
struct area surface_box(struct surface *surface, struct area area, enum style style, const char *title);
void surface_vline(struct surface *surface, struct area area, int column, enum style style);
void surface_hline(struct surface *surface, struct area area, int row, enum style style);
void surface_cursor(struct surface *surface, struct area clip, int row, int column);

/* For tests: the grid as lines of text, trailing blanks cut; with `styles`, a
 * second block names the style of each cell by a letter ('a' is the first of
 * styles.def, but '.' where that is not selected), selected in upper case; a third one
 * names what is underlined, if anything is: "row: start-end". */
void surface_dump(const struct surface *surface, bool styles, struct strbuf *out);

/* Splitting an area: the first `rows` (columns) and the rest; clipped at its size. */
struct area area_top(struct area *rest, int rows);
struct area area_bottom(struct area *rest, int rows);
struct area area_left(struct area *rest, int columns);
struct area area_right(struct area *rest, int columns);
struct area area_centre(struct area outer, int rows, int columns);

#endif
