/* Pictures on the terminal: whatever follows whatever, what an emulator has afterwards is the surface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/utf8.h"
#include "tui/term_curses_inside.h"

#define ROWS 4
#define COLUMNS 14
#define PICTURES 3000
#define DEADLINE_S 10 /* of a test: a loop without end is a failure too */

/* What of a look the themes use. */
struct shown_look {
	bool bold, dim, underline, reverse;
	int colour; /* 0: the terminal's own */
};

/* As much of a terminal as the pictures need: it moves, clears and shows characters of one column and two, and their looks. */
static struct emulator {
	struct {
		uint32_t chars[CELL_CHARS];
		bool right_half;
		struct shown_look look;
	} cells[ROWS][COLUMNS];
	struct shown_look look;
	int row, column;
	int last_cell_writes;
} emulator;

static struct {
	struct term term;
	struct surface surface;
	FILE *file; /* what is written to the terminal */
	uint64_t seed;
} fixture;

static int below(int limit)
{
	fixture.seed = fixture.seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((fixture.seed >> 33) % (uint64_t)limit);
}

static void blank(int row, int column)
{
	memset(&emulator.cells[row][column], 0, sizeof(emulator.cells[row][column]));
	emulator.cells[row][column].chars[0] = ' ';
}

/* What is left of a wide character when one half of it is overwritten is a blank. */
static void write_over(int row, int column)
{
	if (emulator.cells[row][column].right_half)
		blank(row, column - 1);
	if (column + 1 < COLUMNS && emulator.cells[row][column + 1].right_half)
		blank(row, column + 1);
	blank(row, column);
}

static void receive_character(uint32_t character)
{
	int row = emulator.row, column = emulator.column, width = utf8_columns(character);

	assert_in_range(width, 0, 2);
	if (width == 0) {
		assert_true(column > 0);
		column -= emulator.cells[row][column - 1].right_half ? 2 : 1;
		for (size_t i = 1; i < CELL_CHARS; i++)
			if (!emulator.cells[row][column].chars[i]) {
				emulator.cells[row][column].chars[i] = character;
				return;
			}
		fail_msg("more marks on %d, %d than a cell has", row, column);
	}
	assert_in_range(column + width, 1, COLUMNS);
	for (int at = column; at < column + width; at++)
		write_over(row, at);
	emulator.cells[row][column].chars[0] = character;
	emulator.cells[row][column].look = emulator.look;
	if (width == 2) {
		emulator.cells[row][column + 1].chars[0] = 0;
		emulator.cells[row][column + 1].right_half = true;
	}
	emulator.column += width;
	emulator.last_cell_writes += row == ROWS - 1 && emulator.column == COLUMNS;
}

static void receive_look(struct shown_look *look, const char *numbers)
{
	char *end;

	do {
		int number = (int)strtol(numbers, &end, 10);
		numbers = end;
		if (number == 0)
			*look = (struct shown_look){ 0 };
		look->bold |= number == 1;
		look->dim |= number == 2;
		look->underline |= number == 4;
		look->reverse |= number == 7;
		if ((number >= 30 && number < 38) || number == 39)
			look->colour = number == 39 ? 0 : number;
	} while (*numbers++ == ';');
}

static void receive_control(const char *numbers, char final)
{
	if (final == 'm')
		receive_look(&emulator.look, numbers);
	if (final == 'H') {
		emulator.row = emulator.column = 0;
		if (sscanf(numbers, "%d;%d", &emulator.row, &emulator.column) == 2) {
			emulator.row--;
			emulator.column--;
		}
	} else if (final == 'K') {
		for (int column = emulator.column; column < COLUMNS; column++)
			write_over(emulator.row, column);
	} else if (final == 'J') {
		for (int cell = 0; cell < ROWS * COLUMNS; cell++)
			blank(cell / COLUMNS, cell % COLUMNS);
	}
}

static void receive(struct slice text)
{
	const char *at = text.at, *end = text.at + text.len_bytes;

	while (at < end) {
		if (end - at > 2 && at[0] == '\033' && at[1] == '[') {
			const char *numbers = at + 2;
			for (at = numbers; (unsigned char)*at < '@';)
				at++;
			receive_control(numbers, *at++);
		} else if (*at == '\033') {
			at += 3; /* a character set */
		} else if ((unsigned char)*at < ' ') {
			at++;
		} else {
			uint32_t character;
			bool valid;
			at += utf8_decode(at, (size_t)(end - at), &character, &valid);
			assert_true(valid);
			receive_character(character);
		}
	}
}

static void show(void)
{
	char bytes[1 << 14];

	term_curses_show(&fixture.term, &fixture.surface);
	fflush(fixture.file);
	ssize_t len = pread(fixture.term.fd_out, bytes, sizeof(bytes) - 1, 0);
	assert_in_range(len, 0, sizeof(bytes) - 2);
	bytes[len] = '\0';
	receive((struct slice){ bytes, (size_t)len });
	assert_int_equal(ftruncate(fixture.term.fd_out, 0), 0);
	assert_int_equal(lseek(fixture.term.fd_out, 0, SEEK_SET), 0);
}

static void draw_something(void)
{
	static const char *const words[] = { "世", "a", "b ", " ", "界", "é\xcc\x81", "ab", "日本", " x", "~" };
	struct surface *surface = &fixture.surface;
	struct area all = surface_area(surface);

	if (below(4) == 0)
		surface_clear(surface);
	for (int texts = below(3) + 1; texts > 0; texts--) {
		char text[64] = "";
		for (int count = below(5) + 1; count > 0; count--)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s", words[below(ARRAY_LEN(words))]);
		surface_puts(surface, all, below(ROWS), below(COLUMNS) - 2, below(3) ? STYLE_TEXT : (enum style)below(12), text);
	}
	if (below(5) == 0)
		surface_select_row(surface, (struct area){ below(ROWS), below(COLUMNS), 1, below(COLUMNS) }, 0);
	if (below(6) == 0)
		surface_underline(surface, all, below(ROWS), below(COLUMNS), below(COLUMNS));
}

static struct shown_look look_of(const struct cell *cell)
{
	attr_t attributes = fixture.term.attributes[cell->style][cell->selected];

	return (struct shown_look){ attributes & A_BOLD, attributes & A_DIM, cell->underlined, attributes & A_REVERSE,
				    fixture.term.pairs[cell->style][cell->selected] ? 30 + fixture.term.pairs[cell->style][cell->selected] : 0 };
}

/* A blank shows only what is drawn over or under it. */
static bool same_look(uint32_t character, const struct shown_look *a, const struct shown_look *b)
{
	return a->underline == b->underline && a->reverse == b->reverse &&
	       (character == ' ' || character == 0 || (a->bold == b->bold && a->dim == b->dim && a->colour == b->colour));
}

static void compare(int picture)
{
	for (int row = 0; row < ROWS; row++) {
		for (int column = 0; column < COLUMNS; column++) {
			struct cell cell = surface_cell(&fixture.surface, row, column);
			if (fixture.term.no_last_cell && row == ROWS - 1 && column >= COLUMNS - 2 &&
			    (column == COLUMNS - 1 || surface_cell(&fixture.surface, row, column + 1).chars[0] == 0)) {
				memset(cell.chars, 0, sizeof(cell.chars));
				cell.chars[0] = ' ';
			}
			if (memcmp(cell.chars, emulator.cells[row][column].chars, sizeof(cell.chars)) != 0)
				fail_msg("picture %d, row %d, column %d: U+%04X, not U+%04X", picture, row, column,
					 (unsigned)emulator.cells[row][column].chars[0], (unsigned)cell.chars[0]);
			const struct shown_look wanted = look_of(&cell);
			if (cell.chars[0] && !fixture.term.no_last_cell &&
			    !same_look(cell.chars[0], &emulator.cells[row][column].look, &wanted))
				fail_msg("picture %d, row %d, column %d: another look", picture, row, column);
		}
	}
}

static int setup(void **state)
{
	struct term *term = &fixture.term;

	(void)state;
	memset(&fixture, 0, sizeof(fixture));
	memset(&emulator, 0, sizeof(emulator));
	fixture.seed = 20261128;
	fixture.file = tmpfile();
	if (!fixture.file || !(term->screen = newterm("xterm-256color", fixture.file, stdin)))
		return -1;
	resizeterm(ROWS, COLUMNS);
	strbuf_init(&term->out);
	term->fd_out = fileno(fixture.file);
	term->utf8 = true;
	start_color();
	use_default_colors();
	for (short pair = 1; pair < 4; pair++)
		init_pair(pair, pair, -1);
	for (int style = 0; style < STYLE_COUNT; style++) {
		term->attributes[style][0] = style % 3 == 1 ? A_BOLD : style % 3 == 2 ? A_DIM : A_NORMAL;
		term->attributes[style][1] = A_REVERSE;
		term->pairs[style][0] = style % 4;
		term->pairs[style][1] = style % 2;
	}
	term->attributes[STYLE_TEXT][0] = A_NORMAL;
	term->pairs[STYLE_TEXT][0] = 0;
	term_curses_prepare_show(term);
	surface_init(&fixture.surface, ROWS, COLUMNS);
	receive_control("", 'J');
	alarm(DEADLINE_S);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	alarm(0);
	endwin();
	delscreen(fixture.term.screen);
	term_curses_release_show(&fixture.term);
	surface_release(&fixture.surface);
	fclose(fixture.file);
	return 0;
}

/* With a wide character typed, the one behind it makes the cell next to it change alone. */
static void what_stands_beside_a_wide_character_changes(void **state)
{
	(void)state;
	surface_puts(&fixture.surface, surface_area(&fixture.surface), 1, 3, STYLE_TEXT, "世");
	show();
	surface_puts(&fixture.surface, surface_area(&fixture.surface), 1, 5, STYLE_TEXT, "a");
	show();
	compare(2);
	surface_puts(&fixture.surface, surface_area(&fixture.surface), 1, 2, STYLE_TEXT, "b");
	show();
	compare(3);
}

static void every_picture_is_shown(void **state)
{
	(void)state;
	for (int picture = 0; picture < PICTURES; picture++) {
		draw_something();
		show();
		compare(picture);
	}
}

/* A terminal that would scroll. */
static void the_last_cell_is_never_written(void **state)
{
	(void)state;
	fixture.term.no_last_cell = true;
	for (int picture = 0; picture < PICTURES; picture++) {
		draw_something();
		show();
		compare(picture);
		assert_int_equal(emulator.last_cell_writes, 0);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_stands_beside_a_wide_character_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(every_picture_is_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(the_last_cell_is_never_written, setup, teardown),
	};

	setlocale(LC_ALL, "C.UTF-8");
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
