#include "tui/menu.h"

#include <ctype.h>

#include "core/base/utf8.h"

#define MENU_COLUMNS_MAX 76

struct menu_screen {
	struct screen screen;
	struct menu menu;
};

void menu_init(struct menu *menu, const char *title)
{
	*menu = (struct menu){ .several = false };
	arena_init(&menu->arena);
	list_init(&menu->list);
	menu->title = arena_strdup(&menu->arena, title);
}

void menu_release(struct menu *menu)
{
	arena_release(&menu->arena);
	vec_release(&menu->notes);
	vec_release(&menu->items);
}

void menu_clear(struct menu *menu, const char *title)
{
	/* The arena stays as it is: the title may be one of its own texts. */
	menu->title = arena_strdup(&menu->arena, title);
	vec_clear(&menu->notes);
	vec_clear(&menu->items);
	list_set_count(&menu->list, 0);
}

void menu_add(struct menu *menu, const char *label, const char *help, char hotkey, int64_t value)
{
	struct menu_item item = { arena_strdup(&menu->arena, label), arena_strdup(&menu->arena, help), hotkey, false, value };

	vec_push(&menu->items, item);
	list_set_count(&menu->list, menu->items.len);
}

void menu_add_note(struct menu *menu, const char *text)
{
	vec_push(&menu->notes, arena_strdup(&menu->arena, text));
}

static bool is_taken(const struct menu *menu, char hotkey)
{
	for (size_t i = 0; i < menu->items.len; i++)
		if (menu->items.items[i].hotkey == hotkey)
			return true;
	return false;
}

static bool try_key(struct menu *menu, struct menu_item *item, char letter)
{
	if (item->hotkey || is_taken(menu, letter))
		return false;
	item->hotkey = letter;
	return true;
}

void menu_assign_keys(struct menu *menu)
{
	static const char digits[] = "123456789";

	/* "Q2" is 2, before another row takes that digit. */
	for (size_t i = 0; i < menu->items.len; i++)
		for (const char *at = menu->items.items[i].label; *at; at++)
			if (isdigit((unsigned char)*at))
				try_key(menu, &menu->items.items[i], *at);
	for (size_t i = 0; i < menu->items.len; i++) {
		struct menu_item *item = &menu->items.items[i];
		for (const char *at = item->label; *at && !item->hotkey; at++)
			if (isalpha((unsigned char)*at))
				try_key(menu, item, (char)tolower((unsigned char)*at));
		for (const char *at = digits; *at && !item->hotkey; at++)
			try_key(menu, item, *at);
	}
}

void menu_select_value(struct menu *menu, int64_t value)
{
	for (size_t i = 0; i < menu->items.len; i++)
		if (menu->items.items[i].value == value)
			list_select(&menu->list, i);
}

const struct menu_item *menu_selected(const struct menu *menu)
{
	return menu->items.len ? &menu->items.items[menu->list.selected] : NULL;
}

/* ---- geometry: the same for the eye and for the mouse ---------------------------- */

static int label_columns(const struct menu *menu)
{
	int widest = 4;

	for (size_t i = 0; i < menu->items.len; i++) {
		int columns = utf8_text_columns(slice_of(menu->items.items[i].label));
		if (columns > widest)
			widest = columns;
	}
	return widest > 48 ? 48 : widest;
}

static struct area frame_of(const struct menu *menu, struct area area)
{
	int columns = utf8_text_columns(slice_of(menu->title)) + 6, rows = (int)(menu->notes.len + menu->items.len) + 2;
	int label = label_columns(menu) + (menu->several ? 4 : 0);

	for (size_t i = 0; i < menu->items.len; i++) {
		const char *help = menu->items.items[i].help;
		int wide = label + 8 + (help ? utf8_text_columns(slice_of(help)) + 2 : 0);
		if (wide > columns)
			columns = wide;
	}
	for (size_t i = 0; i < menu->notes.len; i++) {
		int wide = utf8_text_columns(slice_of(menu->notes.items[i])) + 4;
		if (wide > columns)
			columns = wide;
	}
	if (columns > MENU_COLUMNS_MAX)
		columns = MENU_COLUMNS_MAX;
	if (rows > area.rows)
		rows = area.rows;
	return area_centre(area, rows, columns < area.columns ? columns : area.columns);
}

static struct area inside_of(struct area frame)
{
	return (struct area){ frame.row + 1, frame.column + 1, frame.rows > 2 ? frame.rows - 2 : 0,
			      frame.columns > 2 ? frame.columns - 2 : 0 };
}

/* How many of the notes there is room for. */
static int note_rows(const struct menu *menu, struct area inside)
{
	int notes = (int)menu->notes.len, room = inside.rows - (int)menu->items.len;

	return notes < room ? notes : room > 0 ? room : 0;
}

static struct area rows_of(const struct menu *menu, struct area inside)
{
	int notes = note_rows(menu, inside);

	return (struct area){ inside.row + notes, inside.column, inside.rows - notes, inside.columns };
}

/* ---- events ------------------------------------------------------------------------ */

static enum menu_event by_hotkey(struct menu *menu, const struct key *key)
{
	for (size_t i = 0; i < menu->items.len; i++) {
		struct menu_item *item = &menu->items.items[i];
		if (!item->hotkey || key->alt || key->code != (uint32_t)(unsigned char)item->hotkey)
			continue;
		list_select(&menu->list, i);
		if (!menu->several)
			return MENU_PICKED;
		item->on = !item->on;
		return MENU_NOTHING;
	}
	return MENU_NOTHING;
}

enum menu_event menu_event(struct menu *menu, struct area area, enum action action, const struct key *key)
{
	struct area inside = rows_of(menu, inside_of(frame_of(menu, area)));
	bool opened = false;

	list_resize(&menu->list, inside.rows);
	if (action == ACTION_ID_pick)
		return menu->items.len || menu->several ? MENU_PICKED : MENU_CANCELLED;
	if (action == ACTION_ID_pick_cancel)
		return MENU_CANCELLED;
	if (action == ACTION_ID_pick_toggle && menu->several && menu->items.len) {
		menu->items.items[menu->list.selected].on = !menu->items.items[menu->list.selected].on;
		return MENU_NOTHING;
	}
	if (key->code == INPUT_MOUSE) {
		if (key->mouse == MOUSE_CLICK && !area_holds(frame_of(menu, area), key->row, key->column))
			return MENU_CANCELLED;
		list_mouse(&menu->list, key, inside, &opened);
		return opened && !menu->several ? MENU_PICKED : MENU_NOTHING;
	}
	if (list_key(&menu->list, key))
		return MENU_NOTHING;
	return by_hotkey(menu, key);
}

static void draw_item(const struct menu *menu, const struct app *app, struct surface *surface, struct area inside,
		      int row, const struct menu_item *item, int label)
{
	char hotkey[2] = { item->hotkey ? item->hotkey : ' ', '\0' };
	int column = 1;

	surface_puts(surface, inside, row, column, STYLE_KEY, hotkey);
	column += 2;
	if (menu->several) {
		const char *tick = item->on ? app_sign(app, "[✓]", "[x]") : "[ ]";
		surface_puts(surface, inside, row, column, item->on ? STYLE_MARKED : STYLE_MUTED, tick);
		column += 4;
	}
	surface_fit(surface, inside, row, column, label, STYLE_TEXT, item->label);
	if (item->help && inside.columns > column + label + 6)
		surface_fit(surface, inside, row, column + label + 2, inside.columns - column - label - 3, STYLE_MUTED,
			    item->help);
}

void menu_view(const struct menu *menu, const struct app *app, struct surface *surface, struct area area)
{
	struct area frame = frame_of(menu, area), inside;
	struct list list = menu->list;
	int label = label_columns(menu);

	surface_fill(surface, frame, STYLE_TEXT, ' ');
	inside = surface_box(surface, frame, STYLE_FRAME, menu->title);
	for (int row = 0; row < note_rows(menu, inside); row++)
		surface_fit(surface, inside, row, 1, inside.columns - 2, STYLE_MUTED, menu->notes.items[row]);
	inside = rows_of(menu, inside);
	list_resize(&list, inside.rows); /* the screen may have been resized since the last key */
	for (int row = 0; row < inside.rows && list.top + (size_t)row < list.count; row++) {
		size_t index = list.top + (size_t)row;
		draw_item(menu, app, surface, inside, row, &menu->items.items[index], label);
		if (index == list.selected)
			surface_select_row(surface, inside, row);
	}
}

/* ---- as a screen --------------------------------------------------------------------- */

static void screen_release(struct screen *screen)
{
	menu_release(&((struct menu_screen *)screen)->menu);
}

bool menu_action(struct menu *menu, struct app *app, enum action action, const struct key *key)
{
	enum menu_event event;

	if (action > ACTION_UNBOUND && action_info(action)->scope == SCOPE_GLOBAL)
		return false;
	event = menu_event(menu, app_area(app), action, key);
	if (event != MENU_NOTHING)
		app_pop(app, event == MENU_PICKED);
	return true;
}

static bool screen_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	return menu_action(&((struct menu_screen *)screen)->menu, app, action, key);
}

static void screen_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	menu_view(&((const struct menu_screen *)screen)->menu, app, surface, area);
}

static const struct screen_ops menu_ops = {
	.scope = SCOPE_PICKER,
	.takes_text = true,
	.overlay = true,
	.release = screen_release,
	.action = screen_action,
	.view = screen_view,
};

struct screen *menu_screen_new(const char *title, int tag)
{
	struct menu_screen *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &menu_ops;
	self->screen.tag = tag;
	menu_init(&self->menu, title);
	return &self->screen;
}

struct menu *menu_of(struct screen *screen)
{
	return &((struct menu_screen *)screen)->menu;
}

int64_t menu_value(const struct screen *screen)
{
	const struct menu_item *item = menu_selected(&((const struct menu_screen *)screen)->menu);

	return item ? item->value : -1;
}

const char *menu_label(const struct screen *screen)
{
	const struct menu_item *item = menu_selected(&((const struct menu_screen *)screen)->menu);

	return item ? item->label : "";
}

struct screen *menu_terms_new(const char *title, int tag, const char *list_name, size_t first, size_t selected)
{
	struct screen *screen = menu_screen_new(title, tag);
	struct menu *menu = menu_of(screen);
	size_t list = 0;

	while (terms_list_name(list) && strcmp(terms_list_name(list), list_name) != 0)
		list++;
	for (size_t term = first; terms_list_name(list) && terms_list_word(list, term); term++)
		menu_add(menu, terms_list_word(list, term), terms_list_help(list, term), 0, (int64_t)term);
	menu_assign_keys(menu);
	menu_select_value(menu, (int64_t)selected);
	return screen;
}
