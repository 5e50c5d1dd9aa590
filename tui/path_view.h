/*
 * The places that a finding speaks of, as a path to walk: related locations, code flows and
 * stacks step by step, fixes. Above, each place is a row; below, the one at hand: what is said
 * there, and the code, in which it is marked. That is the sample's own code where the place lies
 * in it, else what the input brought along; a fix is shown as a diff. All of it is hostile and
 * is shown through surface_fit(), pane and code view only.
 */
#ifndef AITIA_TUI_PATH_VIEW_H
#define AITIA_TUI_PATH_VIEW_H

#include "core/sample.h"
#include "tui/app.h"
#include "tui/code_view.h"
#include "tui/diff_view.h"
#include "tui/list.h"
#include "tui/pane.h"

#define PATH_HEADING ((size_t)-1)

struct path_row {
	size_t place;       /* of the sample's, or PATH_HEADING: over the place of the next row */
	int64_t step;       /* of its group, from 1 */
};

struct path_view {
	const struct sample *sample; /* borrowed; NULL: none */
	VEC_OF(struct path_row) rows;
	struct list list;    /* of the rows; a heading is selected only where there is nothing else */
	int where_columns;   /* that the widest place name takes */

	struct arena arena;  /* of the place at hand */
	struct pane message;
	enum path_shows { PATH_SHOWS_NOTHING, PATH_SHOWS_CODE, PATH_SHOWS_FIX } shows;
	struct code_view code;
	struct diff_view fix;
	int height, columns;
};

void path_view_init(struct path_view *view);
void path_view_release(struct path_view *view);
/* Shows the sample's places from the first one on; NULL: none. */
void path_view_open(struct path_view *view, const struct sample *sample);
void path_view_resize(struct path_view *view, int rows, int columns);
void path_view_select(struct path_view *view, size_t row);
/* To the next place (1), the previous (-1); false at the end. */
bool path_view_step(struct path_view *view, int step);
/* Rows of the list are walked, pages are the code's. */
bool path_view_action(struct path_view *view, enum action action);
/* Appends what is said of the place at hand, and its code or fix. */
void path_view_page(const struct path_view *view, struct strbuf *out);
bool path_view_wheel(struct path_view *view, const struct key *key);
void path_view_view(const struct path_view *view, const struct app *app, struct surface *surface, struct area area);

#endif
