/*
 * Code on the screen: line numbers, flagged lines marked in the gutter by sign
 * and style, flagged columns underlined, simple highlighting. The code is hostile: it is shown through
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
#include "tui/folds.h"
#include "tui/surface.h"

struct code_mark {
	int64_t first, last; /* line numbers as shown */
	enum level level;
	int64_t start_column, end_column; /* in code points from 1, the end exclusive; 0: not known */
	const char *message; /* borrowed; shown behind its first line where there is room. NULL: nowhere */
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
	struct folds folds;              /* a closed one is a row that says how many lines it holds */
	bool selecting;                  /* lines, from … */
	size_t anchor, cursor;           /* … one to the other; the cursor moves */
	struct text_spans found;         /* drawn in STYLE_FOUND */
	bool searched;                   /* the spans are hits of a search, of which … */
	size_t found_at;                 /* … this one is at hand */
	bool wrap;                       /* long lines go on in the next row, else they are cut */
	bool blanks;                     /* spaces and tabs are shown by signs */
	size_t top, top_row;             /* the line shown first (never one that is folded away); of a wrapped one, its row */
	long left;
	int rows, columns;               /* gutter included */
};

#define CODE_STATE_EVERY 64
#define CODE_LINE_MAX INT64_C(1000000000000) /* numbers beyond are nonsense, and too wide */
/* So much of a line is wrapped: nobody reads more of a line, and drawing must stay quick. */
#define CODE_WRAP_BYTES 65536u

void code_view_init(struct code_view *view);
void code_view_release(struct code_view *view);
/* Shows another text from its first line on, or from its first mark. */
void code_view_open(struct code_view *view, struct slice text, const struct language *language,
		    int64_t first_line, const struct code_mark *marks, size_t mark_count);
/* Shows where the text at hand is what the query looks for (NULL: nowhere). */
void code_view_find(struct code_view *view, const struct query *query);
/* Folds what is long of the text at hand, but for what is flagged. */
void code_view_fold(struct code_view *view);
/* Opens the first fold in view that is closed; if all are open there, closes the first. While
 * lines are selected: the one at the cursor. False: there is none. */
bool code_view_fold_one(struct code_view *view);
/* Opens all; if all are open, closes them. False: there are none. */
bool code_view_fold_all(struct code_view *view);
void code_view_note(struct code_view *view, const struct code_range *ranges, size_t count);
/* Begins to select lines at the first mark in view, else at the first line in view: then
 * movements move the end of the selection. Nothing happens where there are no lines. */
void code_view_select(struct code_view *view, bool on);
void code_view_swap_ends(struct code_view *view);
/* The lines selected, by their numbers; false: none are. */
bool code_view_selected(const struct code_view *view, int64_t *first, int64_t *last);
/* Shows where it is in the text (its query's text: terms), and goes to the first hit from
 * the top line on; how many there are. */
size_t code_view_search(struct code_view *view, const struct query *query);
/* To the next hit (1), the previous (-1); false if it went round the end. */
bool code_view_step(struct code_view *view, int step);
void code_view_show(struct code_view *view, bool wrap, bool blanks);
void code_view_resize(struct code_view *view, int rows, int columns);
bool code_view_action(struct code_view *view, enum action action);
bool code_view_wheel(struct code_view *view, const struct key *key);
/* For drawing. A line without its line feed, nor the CR of a CRLF; the heaviest mark on a
 * line, or NULL; the end of a row that starts at a byte of the line. */
struct slice code_view_line(const struct code_view *view, size_t index);
size_t code_view_line_count(const struct code_view *view);
const struct code_mark *code_view_mark(const struct code_view *view, int64_t number);
/* The closed fold whose row stands in the line's stead (its first line), or NULL; the line behind in view. */
const struct fold *code_view_folded(const struct code_view *view, size_t index);
size_t code_view_next(const struct code_view *view, size_t index);
size_t code_view_row_end(struct slice line, size_t at, int columns);
int code_view_gutter(const struct code_view *view); /* its columns */
void code_view_view(const struct code_view *view, struct surface *surface, struct area area, bool ascii);

#endif
