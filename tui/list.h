/*
 * Selecting and scrolling among rows, whatever they show. `rows` is how many fit
 * on the screen, as list_resize() was told last; the selected one is always among
 * those that are shown.
 */
#ifndef AITIA_TUI_LIST_H
#define AITIA_TUI_LIST_H

#include "tui/action.h"
#include "tui/surface.h"

struct list {
	size_t count;
	size_t selected; /* 0 when empty */
	size_t top;      /* first row shown */
	size_t rows;     /* that fit; at least 1 */
};

void list_init(struct list *list);
void list_set_count(struct list *list, size_t count); /* keeps the selection as far as it can */
void list_select(struct list *list, size_t index);    /* clipped */
void list_resize(struct list *list, int rows);
/* Rows were put before the first, or taken from there: what is shown stays. */
void list_shift(struct list *list, long by);
bool list_action(struct list *list, enum action action); /* SCOPE_LIST's up, down, …; true if it is one */
long list_step(const struct list *list, enum action action); /* rows that it moves, below 0 up; 0: it starts from no row */
/* The same by plain keys, where letters mean something else. */
bool list_key(struct list *list, const struct key *key);
/* Wheel and click inside `area` (the rows, first one at its top); true if used.
 * *opened is set by a double click. */
bool list_mouse(struct list *list, const struct key *key, struct area area, bool *opened);
bool area_holds(struct area area, int row, int column);

#endif
