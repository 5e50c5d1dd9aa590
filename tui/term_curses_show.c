/* Surfaces on the terminal: cells that differ from what is shown are handed to curses, row by row. */
#include "tui/term_curses_inside.h"

#include "tui/ascii.h"

/* The cell's characters as this terminal can show them; how many. */
static size_t cell_text(const struct term *term, const struct cell *cell, int width, wchar_t out[CELL_CHARS + 1])
{
	size_t count = 0;

	if (!term->utf8 && cell->chars[0] >= 0x80) {
		out[count++] = (wchar_t)ascii_for(cell->chars[0]);
		if (width == 2)
			out[count++] = L'?'; /* two cells are two cells */
		out[count] = L'\0';
		return count;
	}
	while (count < CELL_CHARS && cell->chars[count]) {
		out[count] = (wchar_t)cell->chars[count];
		count++;
	}
	out[count] = L'\0';
	/* Should the C library measure it otherwise than we do, the row would shift. */
	if (wcwidth(out[0]) != width) {
		out[0] = L'?';
		out[1] = width == 2 ? L'?' : L'\0';
		out[2] = L'\0';
		count = (size_t)width;
	}
	return count;
}

static void draw_cell(const struct term *term, int row, int column, const struct cell *cell, int width)
{
	attr_t attributes = term->attributes[cell->style][cell->selected] | (cell->underlined ? A_UNDERLINE : A_NORMAL);
	short pair = (short)term->pairs[cell->style][cell->selected];
	wchar_t text[CELL_CHARS + 2];
	cchar_t shown;
	size_t count = cell_text(term, cell, width, text);

	if (width == 2 && count == 2 && text[0] < 0x80) { /* stand-ins side by side */
		wchar_t second[2] = { text[1], L'\0' };
		setcchar(&shown, second, attributes, pair, NULL);
		mvadd_wch(row, column + 1, &shown);
		text[1] = L'\0';
	}
	if (setcchar(&shown, text, attributes, pair, NULL) == ERR) {
		text[1] = L'\0'; /* marks that it does not take for such */
		setcchar(&shown, text, attributes, pair, NULL);
	}
	mvadd_wch(row, column, &shown);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return memcmp(a->chars, b->chars, sizeof(a->chars)) == 0 && a->style == b->style && a->selected == b->selected &&
	       a->underlined == b->underlined;
}

/* The cells that are not shown already. How a cell is shown depends on its neighbours
 * too (surface_cell()); both halves of a wide character change together. */
static void draw_row(const struct term *term, const struct surface *surface, int row)
{
	size_t start = (size_t)row * (size_t)surface->columns;
	const struct cell *cells = surface->cells + start, *last = term->last.cells + start;
	int changed = -2; /* the last column that differs */

	for (int column = 0; column < surface->columns; column++) {
		int next = column + 1 < surface->columns ? column + 1 : column;
		if (column == 0 && !same_cell(&cells[0], &last[0]))
			changed = 0;
		if (!same_cell(&cells[next], &last[next]))
			changed = next;
		if (!term->paint_all && changed < column - 1)
			continue;
		struct cell cell = surface_cell(surface, row, column);
		if (cell.chars[0] != 0)
			draw_cell(term, row, column, &cell, surface_cell(surface, row, next).chars[0] == 0 ? 2 : 1);
	}
}

static bool row_is_shown(const struct term *term, const struct surface *surface, int row)
{
	size_t at = (size_t)row * (size_t)surface->columns;

	return memcmp(term->last.cells + at, surface->cells + at,
		      (size_t)surface->columns * sizeof(*surface->cells)) == 0;
}

void term_curses_show(struct term *term, const struct surface *surface)
{
	bool is_new = term->last.rows != surface->rows || term->last.columns != surface->columns;

	if (is_new || !term->last.cells) {
		surface_release(&term->last);
		surface_init(&term->last, surface->rows, surface->columns);
		term->paint_all = true;
	}
	if (term->paint_all) {
		erase();
		clearok(curscr, TRUE);
	}
	for (int row = 0; row < surface->rows; row++) {
		if (!term->paint_all && row_is_shown(term, surface, row))
			continue;
		draw_row(term, surface, row);
		size_t at = (size_t)row * (size_t)surface->columns;
		memcpy(term->last.cells + at, surface->cells + at,
		       (size_t)surface->columns * sizeof(*surface->cells));
	}
	term->paint_all = false;
	if (surface->cursor_shown != term->cursor_shown) {
		term->cursor_shown = surface->cursor_shown;
		curs_set(term->cursor_shown);
	}
	if (surface->cursor_shown)
		move(surface->cursor_row, surface->cursor_column);
	refresh();
}

void term_curses_redraw(struct term *term)
{
	term->paint_all = true;
}
