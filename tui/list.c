#include "tui/list.h"

/* Rows a notch of the wheel. */
#define WHEEL_ROWS 3

void list_init(struct list *list)
{
	*list = (struct list){ 0, 0, 0, 1 };
}

/* Keeps the selected row in view and no more of the window empty than needed. */
static void settle(struct list *list)
{
	if (list->selected >= list->count)
		list->selected = list->count ? list->count - 1 : 0;
	if (list->top > list->selected)
		list->top = list->selected;
	if (list->selected - list->top >= list->rows)
		list->top = list->selected - list->rows + 1;
	if (list->count <= list->rows)
		list->top = 0;
	else if (list->top > list->count - list->rows)
		list->top = list->count - list->rows;
}

void list_set_count(struct list *list, size_t count)
{
	list->count = count;
	settle(list);
}

void list_select(struct list *list, size_t index)
{
	list->selected = index;
	settle(list);
}

void list_resize(struct list *list, int rows)
{
	list->rows = rows > 0 ? (size_t)rows : 1;
	settle(list);
}

static size_t moved(size_t from, long by, size_t most)
{
	if (by < 0)
		return (size_t)-by > from ? 0 : from - (size_t)-by;
	return from + (size_t)by > most ? most : from + (size_t)by;
}

void list_shift(struct list *list, long by)
{
	list->selected = moved(list->selected, by, SIZE_MAX / 2);
	list->top = moved(list->top, by, SIZE_MAX / 2);
}

static void move_by(struct list *list, long by)
{
	list->selected = moved(list->selected, by, list->count ? list->count - 1 : 0);
	settle(list);
}

/* A page turn keeps the row's place on the screen. */
static void page_by(struct list *list, long by)
{
	list->top = moved(list->top, by, list->count ? list->count - 1 : 0);
	move_by(list, by);
}

long list_step(const struct list *list, enum action action)
{
	long rows = (long)list->rows, half = rows > 1 ? rows / 2 : 1;

	switch (action) {
	case ACTION_ID_down:
		return 1;
	case ACTION_ID_up:
		return -1;
	case ACTION_ID_half_down:
		return half;
	case ACTION_ID_half_up:
		return -half;
	case ACTION_ID_page_down:
		return rows;
	case ACTION_ID_page_up:
		return -rows;
	default:
		return 0;
	}
}

bool list_action(struct list *list, enum action action)
{
	long step = list_step(list, action);

	switch (action) {
	case ACTION_ID_down:
	case ACTION_ID_up:
		move_by(list, step);
		return true;
	case ACTION_ID_half_down:
	case ACTION_ID_half_up:
	case ACTION_ID_page_down:
	case ACTION_ID_page_up:
		page_by(list, step);
		return true;
	case ACTION_ID_first:
		list_select(list, 0);
		return true;
	case ACTION_ID_last:
		list_select(list, list->count ? list->count - 1 : 0);
		return true;
	default:
		return false;
	}
}

bool list_key(struct list *list, const struct key *key)
{
	switch (key->code) {
	case INPUT_DOWN:
		return list_action(list, ACTION_ID_down);
	case INPUT_UP:
		return list_action(list, ACTION_ID_up);
	case INPUT_PAGE_DOWN:
		return list_action(list, ACTION_ID_page_down);
	case INPUT_PAGE_UP:
		return list_action(list, ACTION_ID_page_up);
	case INPUT_HOME:
		return list_action(list, ACTION_ID_first);
	case INPUT_END:
		return list_action(list, ACTION_ID_last);
	default:
		return false;
	}
}

bool area_holds(struct area area, int row, int column)
{
	return row >= area.row && row < area.row + area.rows && column >= area.column &&
	       column < area.column + area.columns;
}

bool list_mouse(struct list *list, const struct key *key, struct area area, bool *opened)
{
	size_t index;

	if (key->code != INPUT_MOUSE || key->mouse == MOUSE_RELEASE || !area_holds(area, key->row, key->column))
		return false;
	if (key->mouse == MOUSE_WHEEL_DOWN || key->mouse == MOUSE_WHEEL_UP) {
		move_by(list, key->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS);
		return true;
	}
	index = list->top + (size_t)(key->row - area.row);
	if (index >= list->count)
		return true;
	list_select(list, index);
	if (key->mouse == MOUSE_DOUBLE && opened)
		*opened = true;
	return true;
}
