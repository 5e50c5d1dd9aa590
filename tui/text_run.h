/*
 * A run of text on a line that is scrolled sideways: expands tabs, leaves out
 * what lies left of the screen without splitting a wide character, and hands the
 * rest to surface_text(), which makes it safe to show.
 */
#ifndef AITIA_TUI_TEXT_RUN_H
#define AITIA_TUI_TEXT_RUN_H

#include "tui/surface.h"

#define TAB_COLUMNS 8

/* Draws `text` from column *column of the line (counted from the line's start,
 * where the area shows column `left` first) and moves *column behind it. Stops
 * at the right edge: then *column lies there, however long the text is. */
void text_run(struct surface *surface, struct area clip, int row, long left, long *column, enum style style,
	      struct slice text);

/* How many bytes of the line fit into `width` columns, broken behind a blank if there is one;
 * at least one character. A tab counts as its most. */
size_t text_fitting(struct slice line, int width);

/* As surface_fit(), but only the first line that has anything on it; an ellipsis
 * says that there are more. Looks at no more of the text than it may show. */
int text_first_line(struct surface *surface, struct area clip, int row, int column, int width, enum style style,
		    const char *text);

#endif
