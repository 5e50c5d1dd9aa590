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

struct code_view {
	struct slice text;               /* borrowed */
	const struct language *language;
	int64_t first_line;              /* number of the first line; at least 1 */
	VEC_OF(size_t) starts;           /* byte offset of each line */
	VEC_OF(struct lexer_state) states; /* before line 0, 64, 128, … */
	VEC_OF(struct code_mark) marks;
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
void code_view_resize(struct code_view *view, int rows);
bool code_view_action(struct code_view *view, enum action action);
bool code_view_wheel(struct code_view *view, const struct key *key);
void code_view_view(const struct code_view *view, struct surface *surface, struct area area, bool ascii);

#endif
