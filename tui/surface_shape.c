/* Filling, frames, lines, the selection and the cursor of a surface; its dump. */
#include "tui/surface.h"

#include "core/base/utf8.h"

/* U+2500 … as one table, so that what a terminal without them shows can be found beside it (term_curses.c). */
#define LINE_HORIZONTAL 0x2500u
#define LINE_VERTICAL 0x2502u
#define CORNER_TOP_LEFT 0x250Cu
#define CORNER_TOP_RIGHT 0x2510u
#define CORNER_BOTTOM_LEFT 0x2514u
#define CORNER_BOTTOM_RIGHT 0x2518u

/* Behind z and Z come { | } ~ and [ \\ ] ^. */
_Static_assert(STYLE_COUNT <= 30, "surface_dump() has a sign for each style");

static struct area on_surface(const struct surface *surface, struct area area)
{
	long top = area.row, bottom = (long)area.row + area.rows;
	long left = area.column, right = (long)area.column + area.columns;

	if (top < 0)
		top = 0;
	if (left < 0)
		left = 0;
	if (bottom > surface->rows)
		bottom = surface->rows;
	if (right > surface->columns)
		right = surface->columns;
	if (bottom <= top || right <= left)
		return (struct area){ 0, 0, 0, 0 };
	return (struct area){ (int)top, (int)left, (int)(bottom - top), (int)(right - left) };
}

static struct cell *cell_at(struct surface *surface, int row, int column)
{
	return &surface->cells[(size_t)row * (size_t)surface->columns + (size_t)column];
}

void surface_fill(struct surface *surface, struct area area, enum style style, uint32_t character)
{
	struct area in = on_surface(surface, area);

	if (utf8_columns(character) != 1)
		character = ' ';
	for (int row = in.row; row < in.row + in.rows; row++) {
		for (int column = in.column; column < in.column + in.columns; column++) {
			struct cell *cell = cell_at(surface, row, column);
			memset(cell->chars, 0, sizeof(cell->chars));
			cell->chars[0] = character;
			cell->style = (uint8_t)style;
			cell->selected = false;
			cell->underlined = false;
		}
	}
}

void surface_select_row(struct surface *surface, struct area area, int row)
{
	if (row < 0 || row >= area.rows)
		return;
	struct area in = on_surface(surface, (struct area){ area.row + row, area.column, 1, area.columns });
	for (int column = in.column; column < in.column + in.columns && in.rows > 0; column++)
		cell_at(surface, in.row, column)->selected = true;
}

void surface_underline(struct surface *surface, struct area area, int row, long start, long end)
{
	if (start < 0)
		start = 0;
	if (end > area.columns)
		end = area.columns;
	if (row < 0 || row >= area.rows || start >= end)
		return;
	struct area in = on_surface(surface, (struct area){ area.row + row, area.column + (int)start, 1, (int)(end - start) });
	for (int column = in.column; column < in.column + in.columns && in.rows > 0; column++)
		cell_at(surface, in.row, column)->underlined = true;
}

static void draw(struct surface *surface, struct area clip, int row, int column, enum style style,
		 uint32_t character)
{
	if (row < 0 || row >= clip.rows || column < 0 || column >= clip.columns)
		return;
	surface_fill(surface, (struct area){ clip.row + row, clip.column + column, 1, 1 }, style, character);
}

struct area surface_box(struct surface *surface, struct area area, enum style style, const char *title)
{
	int bottom = area.rows - 1, right = area.columns - 1;

	if (area.rows < 2 || area.columns < 2)
		return (struct area){ area.row, area.column, 0, 0 };
	surface_fill(surface, area, STYLE_TEXT, ' ');
	surface_hline(surface, area, 0, style);
	surface_hline(surface, area, bottom, style);
	surface_vline(surface, area, 0, style);
	surface_vline(surface, area, right, style);
	if (!surface->no_lines) {
		draw(surface, area, 0, 0, style, CORNER_TOP_LEFT);
		draw(surface, area, 0, right, style, CORNER_TOP_RIGHT);
		draw(surface, area, bottom, 0, style, CORNER_BOTTOM_LEFT);
		draw(surface, area, bottom, right, style, CORNER_BOTTOM_RIGHT);
	}
	if (title && *title && right > 5) {
		int used = surface_fit(surface, area, 0, 3, right - 5, STYLE_TITLE, title);
		draw(surface, area, 0, 2, style, ' ');
		draw(surface, area, 0, 3 + used, style, ' ');
	}
	return (struct area){ area.row + 1, area.column + 1, area.rows - 2, area.columns - 2 };
}

void surface_vline(struct surface *surface, struct area area, int column, enum style style)
{
	for (int row = 0; row < area.rows; row++)
		draw(surface, area, row, column, style, surface->no_lines ? ' ' : LINE_VERTICAL);
}

void surface_hline(struct surface *surface, struct area area, int row, enum style style)
{
	for (int column = 0; column < area.columns; column++)
		draw(surface, area, row, column, style, surface->no_lines ? ' ' : LINE_HORIZONTAL);
}

void surface_cursor(struct surface *surface, struct area clip, int row, int column)
{
	struct area in = on_surface(surface, clip);
	long surface_row = (long)clip.row + row, surface_column = (long)clip.column + column;

	surface->cursor_shown = surface_row >= in.row && surface_row < in.row + in.rows &&
				surface_column >= in.column && surface_column < in.column + in.columns;
	if (surface->cursor_shown) {
		surface->cursor_row = (int)surface_row;
		surface->cursor_column = (int)surface_column;
	}
}

static char style_letter(const struct cell *cell)
{
	if (cell->selected)
		return (char)('A' + cell->style);
	return cell->style == STYLE_TEXT ? '.' : (char)('a' + cell->style);
}

static void dump_row(const struct surface *surface, int row, bool styles, struct strbuf *out)
{
	size_t kept = out->len_bytes; /* up to the last cell that is not blank */

	for (int column = 0; column < surface->columns; column++) {
		struct cell cell = surface_cell(surface, row, column);
		if (styles) {
			strbuf_addch(out, style_letter(&cell));
		} else {
			for (size_t i = 0; i < CELL_CHARS && cell.chars[i]; i++) {
				char bytes[4];
				strbuf_add(out, bytes, utf8_encode(cell.chars[i], bytes));
			}
		}
		char last = out->len_bytes ? out->text[out->len_bytes - 1] : ' ';
		if (last != (styles ? '.' : ' '))
			kept = out->len_bytes;
	}
	strbuf_truncate(out, kept);
	strbuf_addch(out, '\n');
}

static void dump_underlined(const struct surface *surface, struct strbuf *out)
{
	bool any = false;

	for (int row = 0; row < surface->rows; row++)
		for (int column = 0, start = -1; column <= surface->columns; column++) {
			bool is = column < surface->columns && surface_cell(surface, row, column).underlined;
			if (is && start < 0) {
				start = column;
			} else if (!is && start >= 0) {
				strbuf_addf(out, "%s%d: %d-%d\n", any ? "" : "underlined:\n", row, start, column);
				any = true;
				start = -1;
			}
		}
}

void surface_dump(const struct surface *surface, bool styles, struct strbuf *out)
{
	for (int row = 0; row < surface->rows; row++)
		dump_row(surface, row, false, out);
	if (!styles)
		return;
	strbuf_addstr(out, "styles:\n");
	for (int row = 0; row < surface->rows; row++)
		dump_row(surface, row, true, out);
	dump_underlined(surface, out);
}
