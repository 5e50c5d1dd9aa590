/*
 * A postmortem's draft: its text with a cursor, and beside it, or in turn with it, the
 * document as it will read, which follows the cursor.
 */
#ifndef AITIA_TUI_DRAFT_VIEW_H
#define AITIA_TUI_DRAFT_VIEW_H

#include "tui/app.h"
#include "tui/draft_rows.h"
#include "tui/list.h"
#include "tui/pane.h"

struct draft_view {
	struct arena arena;            /* holds the rows */
	const struct draft_row *rows;
	struct list list;              /* of the rows: the text and its cursor */
	long left;                     /* columns of code that are scrolled out */
	struct pane document;
	const char *state;             /* how far its review is */
	bool reads;                    /* the document alone is shown */
	bool one_column;               /* nothing stands beside anything */
	int columns;
};

/* Widths that text and document are laid out for. */
struct draft_widths {
	int text, document;
};

void draft_view_init(struct draft_view *view);
void draft_view_release(struct draft_view *view);
struct draft_widths draft_view_widths(const struct draft_view *view, int columns);
bool draft_view_is_beside(const struct draft_view *view); /* both are to be seen */
/* The answer to REQUEST_DRAFT; the cursor stays at its line. */
void draft_view_take(struct draft_view *view, struct answer *answer);
void draft_view_clear(struct draft_view *view);
void draft_view_resize(struct draft_view *view, int rows, int columns);
/* Beside: the document has all the room, or not; else text and document in turn. */
void draft_view_turn(struct draft_view *view);
bool draft_view_action(struct draft_view *view, enum action action);
/* `area`: where the view is. A click on the document goes to what it was written as. */
bool draft_view_mouse(struct draft_view *view, const struct key *key, struct area area, bool *opened);
/* The row at hand; NULL: there is none, or the text is not to be seen. */
const struct draft_row *draft_view_row(const struct draft_view *view);
void draft_view_view(const struct draft_view *view, struct surface *surface, struct area area);

#endif
