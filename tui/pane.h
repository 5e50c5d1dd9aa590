/*
 * Lines of styled text that scroll both ways: provenance, history, overview,
 * help, the rendered draft. Built line by line, then shown; the texts are copied.
 */
#ifndef AITIA_TUI_PANE_H
#define AITIA_TUI_PANE_H

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/query.h"
#include "core/render.h"
#include "tui/action.h"
#include "tui/surface.h"

struct pane_span {
	enum style style;
	const char *text;
};

struct pane_line {
	size_t first, count; /* of the pane's spans */
	int indent;
};

struct pane {
	struct arena arena;
	VEC_OF(struct pane_span) spans;
	VEC_OF(struct pane_line) lines;
	size_t line_start;   /* spans from here on are the line being built */
	size_t top;
	long left;
	int rows;            /* as pane_resize() was told */
	int flow;            /* columns that a line needs: what does not fit below goes on beside, where there is room; 0: never */
};

void pane_init(struct pane *pane);
void pane_release(struct pane *pane);
void pane_clear(struct pane *pane); /* the lines; it stays scrolled as it is */

void pane_add(struct pane *pane, enum style style, const char *text);
void pane_addf(struct pane *pane, enum style style, const char *format, ...) PRINTF_LIKE(3, 4);
void pane_end(struct pane *pane, int indent); /* ends the line (an empty one too) */
void pane_line(struct pane *pane, enum style style, const char *text);
/* Text of several lines, broken at blanks so that none has more than `width` columns. */
void pane_wrap(struct pane *pane, enum style style, int indent, int width, const char *text);
/* Ends the line at hand, which begins in column `first`, with the text, which goes on below itself from column `indent`. */
void pane_hang(struct pane *pane, enum style style, int first, int indent, int width, const char *text);
/* From line `first` on, what the query looks for gets STYLE_FOUND (within a line). */
void pane_find(struct pane *pane, size_t first, const struct query *query);
void pane_rich(struct pane *pane, const struct rich_text *rich);
/* Appends the lines without their styles. */
void pane_text(const struct pane *pane, struct strbuf *out);

int pane_columns(const struct pane *pane); /* of the widest line */
/* Of an area in which lines may flow: as many as there are in all of its columns. */
void pane_fit(struct pane *pane, struct area area);
void pane_resize(struct pane *pane, int rows);
void pane_scroll(struct pane *pane, long top); /* the line shown first; clipped */
bool pane_action(struct pane *pane, enum action action); /* scrolls; true if it is a movement */
bool pane_wheel(struct pane *pane, const struct key *key);
void pane_view(const struct pane *pane, struct surface *surface, struct area area);

#endif
