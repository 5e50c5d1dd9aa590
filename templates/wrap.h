/* Styled text into lines of a given width. */
#ifndef AITIA_TEMPLATES_WRAP_H
#define AITIA_TEMPLATES_WRAP_H

#include "core/render.h"

/* Cleaned text in one style. LF ends a line. */
struct text_run {
	enum rich_style style;
	struct slice text;
};

struct wrapped_line {
	const struct rich_span *spans;
	size_t count;
	int columns;
};

struct wrapped {
	struct wrapped_line *lines;
	size_t count;
};

/*
 * Breaks at blanks and beside wide characters, within a word only where it is
 * wider than the line, and never within a grapheme cluster. Blanks at a break
 * are dropped; with keep_blanks (code) lines break at the width and keep all.
 * A tab counts as blanks up to the next multiple of four. Always at least one line.
 */
void wrap_runs(struct arena *arena, const struct text_run *runs, size_t count, int width_columns,
	       bool keep_blanks, struct wrapped *out);

/* Columns of the runs in one line. */
int wrap_columns(const struct text_run *runs, size_t count);

#endif
