/*
 * A choice in a frame over the screen below: rows with hotkeys, picked by the
 * hotkey at once, or by the arrows and Enter. `struct menu` is the widget;
 * menu_screen_new() a screen that holds one and ends with a result.
 */
#ifndef AITIA_TUI_MENU_H
#define AITIA_TUI_MENU_H

#include "core/base/vec.h"
#include "tui/app.h"
#include "tui/list.h"

struct menu_item {
	const char *label;
	const char *help;  /* or NULL */
	char hotkey;       /* 0: menu_assign_keys() finds one, or none */
	bool on;           /* ticked, in menus where several can be taken */
	int64_t value;     /* the opener's */
};

struct menu {
	struct arena arena;
	const char *title;
	VEC_OF(const char *) notes; /* lines above the rows: what there is to know for choosing */
	VEC_OF(struct menu_item) items;
	struct list list;
	bool several;      /* hotkeys and Space tick, Enter takes all that are ticked */
};

enum menu_event { MENU_NOTHING, MENU_PICKED, MENU_CANCELLED };

void menu_init(struct menu *menu, const char *title);
void menu_release(struct menu *menu);
void menu_clear(struct menu *menu, const char *title);
void menu_add(struct menu *menu, const char *label, const char *help, char hotkey, int64_t value);
/* One more line above the rows; where there is no room for all, the rows come first. */
void menu_add_note(struct menu *menu, const char *text);
/* Gives the rows without one a hotkey: a digit or the first free letter of the label, else a digit. */
void menu_assign_keys(struct menu *menu);
void menu_select_value(struct menu *menu, int64_t value);
enum menu_event menu_event(struct menu *menu, struct area area, enum action action, const struct key *key);
/* What a screen that is a menu does with a key: it ends once something is picked or the menu is left. False: it is the app's. */
bool menu_action(struct menu *menu, struct app *app, enum action action, const struct key *key);
void menu_view(const struct menu *menu, const struct app *app, struct surface *surface, struct area area);
const struct menu_item *menu_selected(const struct menu *menu); /* NULL when empty */

/* An empty menu as a screen; fill menu_of(screen), then app_push(). */
struct screen *menu_screen_new(const char *title, int tag);
struct menu *menu_of(struct screen *screen);
int64_t menu_value(const struct screen *screen);      /* the result; -1: none */
const char *menu_label(const struct screen *screen);
/* All words of a closed vocabulary (terms.h) from number `first` on; their numbers are the values. */
struct screen *menu_terms_new(const char *title, int tag, const char *list_name, size_t first, size_t selected);

#endif
