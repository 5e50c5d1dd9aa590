/*
 * Code on the screen: line numbers, flagged lines marked in the gutter by sign
 * and style, simple highlighting. The code is hostile: it is shown through
 * text_run() and surface_text() only, and nothing here recurses or copies it.
 * Opening is linear in its bytes; drawing in the bytes of the lines shown, plus
 * at most 64 lines before them for the highlighter.
 */
#ifndef AITIA_TUI_CODE_VIEW_H
#define AITIA_TUI_CODE_VIEW_H

#include "core/base/vec.h"
#include "core/lexer.h"
#include "core/query_spans.h"
#include "core/terms.h"
#include "tui/action.h"
#include "tui/surface.h"

struct code_mark {
	int64_t first, last; /* line numbers as shown */
	enum level level;
};

/* Lines that a reviewer has said something of. */
struct code_range {
	int64_t first, last; /* line numbers as shown */
};

struct code_view {
	struct slice text;               /* borrowed */
	const struct language *language;
	int64_t first_line;              /* number of the first line; at least 1 */
	VEC_OF(size_t) starts;           /* byte offset of each line */
	VEC_OF(struct lexer_state) states; /* before line 0, 64, 128, … */
	VEC_OF(struct code_mark) marks;
	VEC_OF(struct code_range) noted; /* shown by a bar in the gutter */
	bool selecting;                  /* lines, from … */
	size_t anchor, cursor;           /* … one to the other; the cursor moves */
	struct text_spans found;         /* drawn in STYLE_FOUND */
	size_t top;
	long left;
	int rows;
};

void code_view_init(struct code_view *view);
void code_view_release(struct code_view *view);
/* Shows another text from its first line on, or from its first mark. */
void code_view_open(struct code_view *view, struct slice text, const struct language *language,
		    int64_t first_line, const struct code_mark *marks, size_t mark_count);
/* Shows where the text at hand is what the query looks for (NULL: nowhere). */
void code_view_find(struct code_view *view, const struct query *query);
void code_view_note(struct code_view *view, const struct code_range *ranges, size_t count);
/* Begins to select lines at the first mark in view, else at the first line in view: then
 * movements move the end of the selection. Nothing happens where there are no lines. */
void code_view_select(struct code_view *view, bool on);
void code_view_swap_ends(struct code_view *view);
/* The lines selected, by their numbers; false: none are. */
bool code_view_selected(const struct code_view *view, int64_t *first, int64_t *last);
void code_view_resize(struct code_view *view, int rows);
bool code_view_action(struct code_view *view, enum action action);
bool code_view_wheel(struct code_view *view, const struct key *key);
void code_view_view(const struct code_view *view, struct surface *surface, struct area area, bool ascii);

#endif
