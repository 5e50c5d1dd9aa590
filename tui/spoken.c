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

/* Of what is in view or may come into it with the next page, so that the longest row settles it. */
void spoken_resize(const struct spoken *spoken, struct list *list, struct area area)
{
	size_t page = area.rows > 0 ? (size_t)area.rows : 1, least = list->top < list->selected ? list->top : list->selected;
	size_t most = list->top > list->selected ? list->top : list->selected;
	int lines = 1;

	for (size_t i = least > page ? least - page : 0; i < list->count && i < most + page; i++) {
		int needed = row_lines(spoken, i, NULL, area, 0);
		lines = needed > lines ? needed : lines;
	}
	list_resize(list, area.rows / lines);
}

void spoken_view(const struct spoken *spoken, const struct list *list, struct surface *surface, struct area area)
{
	int line = 0;

	for (size_t i = list->top; i < list->count && line < area.rows; i++) {
		int end = row_lines(spoken, i, surface, area, line);
		for (; line < end; line++)
			if (i == list->selected)
				surface_select_row(surface, area, line);
	}
}
