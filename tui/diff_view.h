/*
 * Two texts compared: side by side where there is room, else in turn; lines that differ
 * have a sign, and the words in them that differ are marked. The texts are hostile: they
 * are shown through text_run() only. Opening is linear in their bytes (core/diff.h);
 * words are compared as their lines are drawn.
 */
#ifndef AITIA_TUI_DIFF_VIEW_H
#define AITIA_TUI_DIFF_VIEW_H

#include "core/base/slice.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/diff.h"
#include "tui/action.h"
#include "tui/surface.h"

#define DIFF_NO_LINE ((size_t)-1)

/* A line of each text, or DIFF_NO_LINE. Both: they are the same, or one replaces the other. */
struct diff_row {
	size_t old_line, new_line;
	bool same;
};

/* One text's line of a row: of a block that differs, first the lines removed, then those added. */
struct diff_turn {
	size_t row;
	bool is_new;
};

struct diff_view {
	int64_t old_first_line;            /* number of its first line */
	int64_t new_first_line;            /* likewise; 1 unless it is set behind diff_view_open() */
	VEC_OF(struct slice) old_lines, new_lines; /* of texts that are borrowed */
	VEC_OF(struct diff_row) rows;      /* as they stand side by side */
	VEC_OF(struct diff_turn) turns;    /* the same in turn */
	size_t removed, added;             /* lines */
	size_t top;
	long left;
	int height, columns;
};

void diff_view_init(struct diff_view *view);
void diff_view_release(struct diff_view *view);
/* From the first difference on. */
void diff_view_open(struct diff_view *view, struct slice old_text, int64_t old_first_line, struct slice new_text);
/* Columns that a line of a text has, of a view of that many. */
int diff_view_text_columns(int columns);
void diff_view_resize(struct diff_view *view, int rows, int columns);
bool diff_view_action(struct diff_view *view, enum action action);
/* Appends all lines in turn, with a sign before each as diff has it. */
void diff_view_page(const struct diff_view *view, struct strbuf *out);
bool diff_view_wheel(struct diff_view *view, const struct key *key);
void diff_view_view(const struct diff_view *view, struct surface *surface, struct area area, const char *old_title,
		    const char *new_title);

#endif
