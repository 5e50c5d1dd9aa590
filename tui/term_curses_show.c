/*
 * Surfaces on the terminal: cells that differ from what is shown are written row by row, all of a picture
 * in one write(). Curses, which writes each row by itself and weighs each movement, takes
 * ten times as long; it is asked for what it knows of the terminal (the database's strings), and clears the screen,
 * which it believes to be empty.
 */
#include "tui/term_curses_inside.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/ascii.h"

#define ANSI_MOVE "\033[%i%p1%d;%p2%dH" /* what nearly all have as `cup` */
/* Not more cells are written again than a movement over them takes bytes. */
#define REWRITTEN_MAX 4

/* ---- what the terminal's database has ------------------------------------------------ */

static struct strbuf *collected; /* curses' output functions hand on no context */

static int collect(int byte)
{
	strbuf_addch(collected, (char)byte);
	return byte;
}

/* The end of a character set that nothing here begins, which some databases have in each look. */
static void drop_set_ends(const struct term *term, struct strbuf *bytes)
{
	size_t len = term->set_end ? strlen(term->set_end) : 0;

	for (size_t at = 0; len && at + len <= bytes->len_bytes;)
		if (memcmp(bytes->text + at, term->set_end, len) == 0)
			strbuf_remove(bytes, at, len);
		else
			at++;
}

/* Whether it takes off what is on before (ECMA-48, 8.3.117: a select graphic rendition whose first parameter is 0). */
static bool begins_anew(const struct term_look *look)
{
	return strncmp(look->off.text, "\033[m", 3) == 0 &&
	       (strncmp(look->on.text, "\033[0;", 4) == 0 || strncmp(look->on.text, "\033[0m", 4) == 0);
}

/* How a look is put on and off again, from and to plain text: as curses would. */
static void make_look(const struct term *term, const struct cell *cell, struct term_look *look)
{
	attr_t attributes = term->attributes[cell->style][cell->selected] | (cell->underlined ? A_UNDERLINE : A_NORMAL);
	short pair = (short)term->pairs[cell->style][cell->selected];

	strbuf_init(&look->on);
	strbuf_init(&look->off);
	collected = &look->on;
	vid_puts(attributes, pair, NULL, collect);
	collected = &look->off;
	vid_puts(A_NORMAL, 0, NULL, collect);
	drop_set_ends(term, &look->on);
	drop_set_ends(term, &look->off);
	look->is_made = true;
	look->is_seen = attributes & (A_REVERSE | A_UNDERLINE);
	look->begins_anew = begins_anew(look);
}

static const struct term_look *look_of(struct term *term, const struct cell *cell)
{
	struct term_look *look = &term->looks[cell->style][cell->selected][cell->underlined];

	if (!look->is_made)
		make_look(term, cell, look);
	return look;
}

/* Without the delays ("$<5>") that terminals of old had to be given. */
static void put_capability(struct term *term, const char *text)
{
	const char *delay, *end;

	while ((delay = strstr(text, "$<")) && (end = strchr(delay, '>'))) {
		strbuf_add(&term->out, text, (size_t)(delay - text));
		text = end + 1;
	}
	strbuf_addstr(&term->out, text);
}

static void put_number(struct term *term, int number)
{
	char digits[12];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	strbuf_add(&term->out, digits + at, sizeof(digits) - at);
}

static void move_to(struct term *term, int row, int column)
{
	if (!term->ansi_move) {
		put_capability(term, tiparm(term->move, row, column));
		return;
	}
	strbuf_add(&term->out, "\033[", 2);
	put_number(term, row + 1);
	strbuf_addch(&term->out, ';');
	put_number(term, column + 1);
	strbuf_addch(&term->out, 'H');
}

void term_curses_prepare_show(struct term *term)
{
	const char *clear_row = tigetstr("el"), *set_end = tigetstr("rmacs");

	term->move = tigetstr("cup"); /* start_curses() has seen to it */
	term->ansi_move = strcmp(term->move, ANSI_MOVE) == 0;
	term->clear_row = clear_row == (const char *)-1 ? NULL : clear_row;
	term->set_end = set_end == (const char *)-1 ? NULL : set_end;
	/* Such a terminal scrolls when the last cell is written. */
	term->no_last_cell = tigetflag("am") > 0 && tigetflag("xenl") <= 0;
	term->paint_all = true;
}

void term_curses_release_show(struct term *term)
{
	for (int style = 0; style < STYLE_COUNT; style++)
		for (int i = 0; i < 4; i++) {
			strbuf_release(&term->looks[style][i / 2][i % 2].on);
			strbuf_release(&term->looks[style][i / 2][i % 2].off);
		}
	surface_release(&term->last);
	strbuf_release(&term->out);
}

/* ---- cells --------------------------------------------------------------------------- */

static void put_look(struct term *term, const struct term_look *look)
{
	if (look == term->look)
		return;
	if (term->look && look && slice_eq(strbuf_slice(&term->look->on), strbuf_slice(&look->on))) {
		term->look = look;
		return;
	}
	if (term->look && !(look && look->begins_anew))
		strbuf_addslice(&term->out, strbuf_slice(&term->look->off));
	if (look)
		strbuf_addslice(&term->out, strbuf_slice(&look->on));
	term->look = look;
}

static void put_character(struct term *term, uint32_t character)
{
	char bytes[4];

	strbuf_add(&term->out, bytes, utf8_encode(character, bytes));
}

/* The cell's characters as this terminal can show them. */
static void put_text(struct term *term, const struct cell *cell, int width)
{
	uint32_t first = cell->chars[0];

	if (first >= 0x80 && !term->utf8)
		first = (unsigned char)ascii_for(first);
	/* Should the C library measure it otherwise than we do, the row would shift. */
	else if (first < ' ' || first == 0x7f || (first >= 0x80 && wcwidth((wchar_t)first) != width))
		first = '?';
	put_character(term, first);
	if (first < 0x80 && width == 2)
		strbuf_addch(&term->out, '?'); /* two cells are two cells */
	if (first == '?' && cell->chars[0] != '?')
		return; /* nothing combines with a stand-in */
	for (size_t i = 1; i < CELL_CHARS && cell->chars[i] && term->utf8 && wcwidth((wchar_t)cell->chars[i]) == 0; i++)
		put_character(term, cell->chars[i]);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return memcmp(a->chars, b->chars, sizeof(a->chars)) == 0 && a->style == b->style && a->selected == b->selected &&
	       a->underlined == b->underlined;
}

static bool is_blank(struct term *term, const struct cell *cell)
{
	return cell->chars[0] == ' ' && !cell->chars[1] && !look_of(term, cell)->is_seen;
}

/* The column from which on a row is blank. */
static int text_end(struct term *term, const struct cell *cells, int columns)
{
	while (columns > 0 && is_blank(term, &cells[columns - 1]))
		columns--;
	return columns;
}

/* A cell at the terminal's cursor; how many columns it takes, of `columns` that may be written. That is at least one:
 * for a right half by itself, at which draw_row() never arrives, a blank. */
static int put_cell(struct term *term, const struct surface *surface, int row, int column, int columns)
{
	struct cell cell = surface_cell(surface, row, column);
	int width = column + 1 < surface->columns && surface_cell(surface, row, column + 1).chars[0] == 0 ? 2 : 1;

	if (cell.chars[0] == 0 || column + width > columns) {
		memset(cell.chars, 0, sizeof(cell.chars));
		cell.chars[0] = ' ';
		width = 1;
	}
	if (!is_blank(term, &cell) || (term->look && term->look->is_seen)) /* else it is the same in the one at hand */
		put_look(term, look_of(term, &cell));
	put_text(term, &cell, width);
	return width;
}

/* How a cell is shown depends on its neighbour too where it may be half of a wide one (surface_cell()): a left half on
 * the cell at its right, and a right half is shown when its left half is. */
static bool is_shown(const struct surface *surface, const struct cell *cells, const struct cell *last, int column)
{
	uint32_t first = cells[column].chars[0];

	if (!same_cell(&cells[column], &last[column]))
		return false;
	if (first == 0)
		return column == 0 || same_cell(&cells[column - 1], &last[column - 1]);
	return first < SURFACE_FIRST_WIDE || column + 1 == surface->columns || same_cell(&cells[column + 1], &last[column + 1]);
}

/* The cells that are not shown already. */
static void draw_row(struct term *term, const struct surface *surface, int row)
{
	size_t start = (size_t)row * (size_t)surface->columns;
	const struct cell *cells = surface->cells + start, *last = term->last.cells + start;
	int columns = surface->columns - (term->no_last_cell && row == surface->rows - 1);
	int end = term->clear_row ? text_end(term, cells, columns) : columns;
	int cursor = -1; /* the terminal's, if it is on the row */

	for (int column = 0; column < columns; column++) {
		if (column < cursor || is_shown(surface, cells, last, column))
			continue;
		if (cursor < 0 || column - cursor > REWRITTEN_MAX) {
			move_to(term, row, column);
			cursor = column;
		}
		while (cursor < column && cursor < end)
			cursor += put_cell(term, surface, row, cursor, columns);
		if (column >= end) {
			put_look(term, NULL);
			put_capability(term, term->clear_row);
			return;
		}
		if (cursor == column)
			cursor += put_cell(term, surface, row, column, columns);
	}
}

static bool row_is_shown(const struct term *term, const struct surface *surface, int row)
{
	size_t at = (size_t)row * (size_t)surface->columns;

	return memcmp(term->last.cells + at, surface->cells + at,
		      (size_t)surface->columns * sizeof(*surface->cells)) == 0;
}

/* All at once, so that nobody sees half a picture. A terminal that is gone shows at the next read. */
static void write_out(struct term *term)
{
	struct slice rest = strbuf_slice(&term->out);

	while (rest.len_bytes) {
		ssize_t written = write(term->fd_out, rest.at, rest.len_bytes);
		if (written > 0) {
			rest.at += written;
			rest.len_bytes -= (size_t)written;
		} else if (errno == EAGAIN) { /* somebody who shares it has made it so */
			struct pollfd until = { .fd = term->fd_out, .events = POLLOUT };
			poll(&until, 1, -1);
		} else if (errno != EINTR) {
			break;
		}
	}
	strbuf_clear(&term->out);
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
		clearok(curscr, TRUE);
		refresh();
		surface_clear(&term->last); /* all is blank */
	}
	for (int row = 0; row < surface->rows; row++) {
		if (row_is_shown(term, surface, row))
			continue;
		draw_row(term, surface, row);
		size_t at = (size_t)row * (size_t)surface->columns;
		memcpy(term->last.cells + at, surface->cells + at,
		       (size_t)surface->columns * sizeof(*surface->cells));
	}
	put_look(term, NULL);
	term->paint_all = false;
	if (surface->cursor_shown != term->cursor_shown) {
		term->cursor_shown = surface->cursor_shown;
		curs_set(term->cursor_shown);
	}
	if (surface->cursor_shown)
		move_to(term, surface->cursor_row, surface->cursor_column);
	write_out(term);
}

void term_curses_redraw(struct term *term)
{
	term->paint_all = true;
}
