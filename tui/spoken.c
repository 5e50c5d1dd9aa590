#include "tui/spoken.h"

#include "tui/text_run.h"

#define INDENT 1

/* The lines of a row from `line` on, drawn where there is a surface; returns the line behind them. */
static int row_lines(const struct spoken *spoken, size_t index, struct surface *surface, struct area area, int line)
{
	struct strbuf text = STRBUF_INIT;
	int width = area.columns - INDENT;

	spoken->say(spoken->of, index, &text);
	struct slice rest = strbuf_slice(&text);
	do {
		size_t len = text_fitting(rest, width > 0 ? width : 1);
		if (surface)
			surface_text(surface, area, line, INDENT, STYLE_TEXT, (struct slice){ rest.at, len });
		rest.at += len;
		rest.len_bytes -= len;
		line++;
	} while (rest.len_bytes);
	strbuf_release(&text);
	return line;
}

/* How many rows from `from` on fit whole; a row longer than the area counts as one that does. */
static size_t whole_rows(const struct spoken *spoken, const struct list *list, struct area area, size_t from)
{
	size_t rows = 0;

	for (int line = 0; from + rows < list->count; rows++) {
		line = row_lines(spoken, from + rows, NULL, area, line);
		if (line > area.rows)
			break;
	}
	return rows ? rows : 1;
}

/* The first row of those that fit whole and end with `last`. */
static size_t first_before(const struct spoken *spoken, struct area area, size_t last)
{
	int line = row_lines(spoken, last, NULL, area, 0);
	size_t first = last;

	while (first > 0) {
		line = row_lines(spoken, first - 1, NULL, area, line);
		if (line > area.rows)
			break;
		first--;
	}
	return first;
}

/* As long as rows differ in their lines, how many fit depends on the first one: with each step it is asked anew. */
void spoken_resize(const struct spoken *spoken, struct list *list, struct area area)
{
	if (list->count) {
		size_t end = first_before(spoken, area, list->count - 1), least = first_before(spoken, area, list->selected);

		if (list->top < least)
			list->top = least;
		if (list->top > end)
			list->top = end; /* no more is empty than needs be */
	}
	list_resize(list, (int)whole_rows(spoken, list, area, list->top));
}

bool spoken_mouse(const struct spoken *spoken, struct list *list, const struct key *key, struct area area, bool *opened)
{
	struct key at = *key;
	size_t row = list->top;

	if (key->code == INPUT_MOUSE && area_holds(area, key->row, key->column)) {
		for (int line = 0; row < list->count; row++) {
			line = row_lines(spoken, row, NULL, area, line);
			if (key->row < area.row + line)
				break;
		}
		at.row = area.row + (int)(row - list->top);
	}
	return list_mouse(list, &at, area, opened);
}

void spoken_view(const struct spoken *spoken, const struct list *list, struct surface *surface, struct area area)
{
	int line = 0;

	for (size_t i = list->top; i < list->count && line < area.rows; i++) {
		if (i > list->top && row_lines(spoken, i, NULL, area, line) > area.rows)
			break; /* it would be cut */
		int end = row_lines(spoken, i, surface, area, line);
		for (; line < end; line++)
			if (i == list->selected)
				surface_select_row(surface, area, line);
	}
}
