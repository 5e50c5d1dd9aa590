/* The grid of cells and its one door for text. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/surface.h"

#define HOSTILE "../shared/data/hostile"

struct fixture {
	struct surface surface;
	struct strbuf dump;
	struct arena arena;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	surface_init(&f->surface, 4, 12);
	strbuf_init(&f->dump);
	arena_init(&f->arena);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	surface_release(&f->surface);
	strbuf_release(&f->dump);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static const char *dump(struct fixture *f, bool styles)
{
	strbuf_clear(&f->dump);
	surface_dump(&f->surface, styles, &f->dump);
	return f->dump.text;
}

static int put(struct fixture *f, int row, int column, const char *text)
{
	return surface_puts(&f->surface, surface_area(&f->surface), row, column, STYLE_TEXT, text);
}

#define assert_screen(f, text) assert_string_equal(dump((f), false), (text))

/* ---- text ------------------------------------------------------------------------ */

static void text_is_clipped_to_the_area(void **state)
{
	struct fixture *f = *state;
	struct area inner = { 1, 2, 2, 5 };

	assert_int_equal(surface_puts(&f->surface, inner, 0, 0, STYLE_TEXT, "abc"), 3);
	assert_int_equal(surface_puts(&f->surface, inner, 1, 3, STYLE_TEXT, "defgh"), 2);
	assert_int_equal(surface_puts(&f->surface, inner, 2, 0, STYLE_TEXT, "below"), 0);
	assert_int_equal(surface_puts(&f->surface, inner, -1, 0, STYLE_TEXT, "above"), 0);
	assert_int_equal(surface_puts(&f->surface, inner, 0, 5, STYLE_TEXT, "beside"), 0);
	assert_screen(f, "\n  abc\n     de\n\n");
}

static void area_beyond_the_surface_is_cut(void **state)
{
	struct fixture *f = *state;

	surface_puts(&f->surface, (struct area){ -1, -2, 20, 50 }, 1, 0, STYLE_TEXT, "0123456789abcdefgh");
	surface_puts(&f->surface, (struct area){ 3, 10, 20, 50 }, 0, 0, STYLE_TEXT, "xyz");
	surface_puts(&f->surface, (struct area){ 3, 10, 20, 50 }, 5, 0, STYLE_TEXT, "nowhere");
	assert_screen(f, "23456789abcd\n\n\n          xy\n");
}

static void line_scrolled_to_the_left(void **state)
{
	struct fixture *f = *state;
	struct area inner = { 0, 1, 1, 4 };

	assert_int_equal(surface_puts(&f->surface, inner, 0, -3, STYLE_TEXT, "abcdefghij"), 7);
	assert_screen(f, " defg\n\n\n\n");
}

static void wide_characters_are_never_split(void **state)
{
	struct fixture *f = *state;
	struct area inner = { 0, 1, 1, 5 };

	put(f, 0, 0, "............");
	/* 2 + 2 columns and a half: a blank at the right border … */
	assert_int_equal(surface_puts(&f->surface, inner, 0, 0, STYLE_TEXT, "漢字漢"), 5);
	assert_screen(f, ".漢字 ......\n\n\n\n");
	/* … and at the left one. */
	surface_puts(&f->surface, inner, 0, -1, STYLE_TEXT, "漢字漢x");
	assert_screen(f, ". 字漢......\n\n\n\n");
}

static void half_a_wide_character_is_shown_as_a_blank(void **state)
{
	struct fixture *f = *state;

	put(f, 0, 0, "漢字");
	put(f, 1, 0, "漢字");
	put(f, 2, 0, "漢字");
	put(f, 0, 1, "x");  /* right half of the first */
	put(f, 1, 2, "y");  /* left half of the second */
	put(f, 2, 1, "語"); /* right half of one, left half of the other */
	assert_screen(f, " x字\n漢y\n 語\n\n");
	assert_int_equal(surface_cell(&f->surface, 0, 0).chars[0], ' ');
	assert_int_equal(surface_cell(&f->surface, 1, 3).chars[0], ' ');
}

static void hidden_characters_become_marks(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(put(f, 0, 0, "a\x1b[31m"), 7);
	assert_int_equal(put(f, 1, 0, "\xE2\x80\xAEx"), 9); /* U+202E, right-to-left override */
	put(f, 2, 0, "a\tb\nc\rd");
	put(f, 3, 0, "\xC2\x9B" "2J"); /* the C1 form of ESC [ */
	assert_screen(f, "a^[[31m\n<U+202E>x\na>b^Jc^Md\n<U+009B>2J\n");
	assert_int_equal(f->surface.cells[1].style, STYLE_MARK);
	assert_int_equal(f->surface.cells[3].style, STYLE_TEXT);
}

static void invalid_utf8_is_replaced(void **state)
{
	struct fixture *f = *state;

	put(f, 0, 0, "a\xFF" "b\xE6\xBC");
	assert_screen(f, "a\xEF\xBF\xBD" "b\xEF\xBF\xBD\n\n\n\n");
	assert_int_equal(f->surface.cells[1].style, STYLE_MARK);
	assert_int_equal(f->surface.cells[2].style, STYLE_TEXT);
}

static void combining_marks_have_a_base(void **state)
{
	struct fixture *f = *state;

	put(f, 0, 11, "x");
	/* At the start of a row it would sit on the end of the row above. */
	assert_int_equal(put(f, 1, 0, "\xCC\x81" "a"), 2);
	put(f, 2, 0, "e\xCC\x81n");
	put(f, 3, 0, "\x1b\xCC\x81"); /* not on an escape's mark either */
	assert_screen(f, "           x\n\xE2\x97\x8C\xCC\x81" "a\ne\xCC\x81n\n^[\xE2\x97\x8C\xCC\x81\n");
}

static void at_most_four_combining_marks(void **state)
{
	struct fixture *f = *state;
	struct cell cell;

	put(f, 0, 0, "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86" "b");
	cell = surface_cell(&f->surface, 0, 0);
	assert_int_equal(cell.chars[4], 0x0304);
	assert_int_equal(surface_cell(&f->surface, 0, 1).chars[0], 'b');
}

static void combining_marks_of_what_was_clipped_go_with_it(void **state)
{
	struct fixture *f = *state;

	surface_puts(&f->surface, (struct area){ 0, 2, 1, 3 }, 0, -1, STYLE_TEXT, "e\xCC\x81xyz");
	assert_screen(f, "  xyz\n\n\n\n");
}

static void text_keeps_the_selection_and_fill_ends_it(void **state)
{
	struct fixture *f = *state;

	surface_select_row(&f->surface, (struct area){ 1, 2, 2, 4 }, 0);
	put(f, 1, 0, "abcdefgh");
	assert_string_equal(dump(f, true), "\nabcdefgh\n\n\nstyles:\n\n..AAAA\n\n\n");
	surface_fill(&f->surface, (struct area){ 0, 3, 4, 2 }, STYLE_ERROR, '-');
	assert_string_equal(dump(f, true), "   --\nabc--fgh\n   --\n   --\nstyles:\n...ff\n..AffA\n...ff\n...ff\n");
}

static void printf_takes_any_length(void **state)
{
	struct fixture *f = *state;

	surface_resize(&f->surface, 1, 2000);
	assert_int_equal(surface_printf(&f->surface, surface_area(&f->surface), 0, 0, STYLE_TEXT, "%01500d|", 7), 1501);
	assert_int_equal(surface_cell(&f->surface, 0, 1499).chars[0], '7');
	assert_int_equal(surface_cell(&f->surface, 0, 1500).chars[0], '|');
}

static void fit_ends_in_an_ellipsis(void **state)
{
	struct fixture *f = *state;
	struct area all = surface_area(&f->surface);

	assert_int_equal(surface_fit(&f->surface, all, 0, 0, 5, STYLE_TEXT, "abcde"), 5);
	assert_int_equal(surface_fit(&f->surface, all, 1, 0, 5, STYLE_TEXT, "abcdef"), 5);
	assert_int_equal(surface_fit(&f->surface, all, 2, 0, 4, STYLE_TEXT, "a漢字x"), 4);
	assert_int_equal(surface_fit(&f->surface, all, 3, 10, 9, STYLE_TEXT, "wxyz"), 2);
	assert_int_equal(surface_fit(&f->surface, all, 3, 0, 0, STYLE_TEXT, "x"), 0);
	assert_screen(f, "abcde\nabcd…\na漢…\n          w…\n");
}

/* ---- shapes ---------------------------------------------------------------------- */

static void box_has_a_frame_a_title_and_a_blank_inside(void **state)
{
	struct fixture *f = *state;

	for (int row = 0; row < 4; row++)
		put(f, row, 0, "############");
	struct area inside = surface_box(&f->surface, (struct area){ 0, 1, 4, 10 }, STYLE_FRAME, "a long title");
	assert_screen(f, "#┌─ a l… ─┐#\n#│        │#\n#│        │#\n#└────────┘#\n");
	assert_int_equal(inside.row, 1);
	assert_int_equal(inside.column, 2);
	assert_int_equal(inside.rows, 2);
	assert_int_equal(inside.columns, 8);
	inside = surface_box(&f->surface, (struct area){ 0, 0, 1, 12 }, STYLE_FRAME, "x");
	assert_int_equal(inside.rows, 0);
}

static void cursor_is_shown_within_its_area_only(void **state)
{
	struct fixture *f = *state;
	struct area inner = { 1, 2, 2, 5 };

	surface_cursor(&f->surface, inner, 1, 4);
	assert_true(f->surface.cursor_shown);
	assert_int_equal(f->surface.cursor_row, 2);
	assert_int_equal(f->surface.cursor_column, 6);
	surface_cursor(&f->surface, inner, 1, 5);
	assert_false(f->surface.cursor_shown);
}

static void areas_split_without_overlap(void **state)
{
	struct area rest = { 2, 3, 10, 20 };
	struct area top = area_top(&rest, 1), bottom = area_bottom(&rest, 2);
	struct area left = area_left(&rest, 5), right = area_right(&rest, 100);
	struct area inner = area_centre((struct area){ 0, 0, 10, 20 }, 4, 30);

	(void)state;
	assert_int_equal(top.row, 2);
	assert_int_equal(bottom.row, 10);
	assert_int_equal(bottom.rows, 2);
	assert_int_equal(left.row, 3);
	assert_int_equal(left.rows, 7);
	assert_int_equal(right.column, 8);
	assert_int_equal(right.columns, 15);
	assert_int_equal(rest.columns, 0);
	assert_int_equal(area_top(&rest, -5).rows, 0);
	assert_int_equal(inner.row, 3);
	assert_int_equal(inner.rows, 4);
	assert_int_equal(inner.column, 0);
	assert_int_equal(inner.columns, 20);
}

static void empty_surface_takes_everything(void **state)
{
	struct fixture *f = *state;

	surface_resize(&f->surface, 0, -3);
	put(f, 0, 0, "text");
	surface_fill(&f->surface, (struct area){ 0, 0, 9, 9 }, STYLE_TEXT, 'x');
	surface_box(&f->surface, (struct area){ 0, 0, 9, 9 }, STYLE_FRAME, "x");
	surface_select_row(&f->surface, (struct area){ 0, 0, 9, 9 }, 0);
	assert_screen(f, "");
}

/* ---- nothing gets out ------------------------------------------------------------- */

static const struct area cage = { 2, 5, 3, 17 };

static bool is_in_cage(int row, int column)
{
	return row >= cage.row && row < cage.row + cage.rows && column >= cage.column &&
	       column < cage.column + cage.columns;
}

static void reset_cage(struct surface *surface)
{
	surface_fill(surface, surface_area(surface), STYLE_ILLUSTRATIVE, '#');
	for (int row = 0; row < surface->rows; row++)
		surface_select_row(surface, surface_area(surface), row);
}

static bool is_shown_raw(uint32_t character, bool as_base)
{
	int columns = utf8_columns(character);

	return !utf8_is_hidden(character) && (as_base ? columns == 1 || columns == 2 : columns == 0);
}

/* Every cell outside is as reset_cage() left it; every one inside is a printable
 * character of the width that it takes, with printable marks. */
static void check_cage(const struct surface *surface)
{
	for (int row = 0; row < surface->rows; row++) {
		for (int column = 0; column < surface->columns; column++) {
			struct cell raw = surface->cells[row * surface->columns + column];
			struct cell cell = surface_cell(surface, row, column);
			if (!is_in_cage(row, column)) {
				assert_int_equal(raw.chars[0], '#');
				assert_int_equal(raw.chars[1], 0);
				assert_int_equal(raw.style, STYLE_ILLUSTRATIVE);
				assert_true(raw.selected);
				continue;
			}
			if (cell.chars[0] == 0) {
				assert_true(is_in_cage(row, column - 1));
				assert_int_equal(utf8_columns(surface_cell(surface, row, column - 1).chars[0]), 2);
				continue;
			}
			assert_true(is_shown_raw(cell.chars[0], true));
			for (size_t i = 1; i < CELL_CHARS && cell.chars[i]; i++)
				assert_true(is_shown_raw(cell.chars[i], false));
			if (utf8_columns(cell.chars[0]) == 2)
				assert_int_equal(surface->cells[row * surface->columns + column + 1].chars[0], 0);
		}
	}
}

static void draw_in_cage(struct surface *surface, struct slice text, int column)
{
	int used = surface_text(surface, cage, 1, column, STYLE_TEXT, text);

	assert_in_range(used, 0, (unsigned)(cage.columns - (column < 0 ? column : 0)));
	/* What is measured is what is drawn, where it fits; a mark without its base is drawn with one. */
	int columns = utf8_text_columns(text);
	if (columns < cage.columns - column && column < cage.columns)
		assert_in_range((unsigned)used, (unsigned)columns, (unsigned)columns + text.len_bytes);
	check_cage(surface);
}

static size_t draw_lines(struct surface *surface, struct slice content)
{
	size_t lines = 0;

	reset_cage(surface);
	for (size_t at = 0; at < content.len_bytes; lines++) {
		const char *end = memchr(content.at + at, '\n', content.len_bytes - at);
		size_t len = end ? (size_t)(end - content.at) - at + 1 : content.len_bytes - at;
		struct slice line = { content.at + at, len };
		/* With what stands before it scrolled away, and from the middle of a character. */
		draw_in_cage(surface, line, 0);
		draw_in_cage(surface, line, -(int)(len % 37));
		draw_in_cage(surface, (struct slice){ line.at + len / 3, len - len / 3 }, (int)(len % 23) - 3);
		at += len;
	}
	return lines;
}

static size_t draw_folder(struct fixture *f, const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	size_t lines = 0;

	if (!dir)
		fail_msg("%s is missing", folder);
	while ((entry = readdir(dir))) {
		struct stat status;
		struct slice content;
		struct error err;
		const char *path = file_join(&f->arena, folder, entry->d_name);
		if (entry->d_name[0] == '.' || stat(path, &status) != 0)
			continue;
		if (S_ISDIR(status.st_mode)) {
			lines += draw_folder(f, path);
			continue;
		}
		assert_int_equal(file_read(&f->arena, path, 0, &content, &err), STATUS_OK);
		lines += draw_lines(&f->surface, content);
	}
	closedir(dir);
	return lines;
}

static void hostile_files_stay_in_the_area(void **state)
{
	struct fixture *f = *state;

	surface_resize(&f->surface, 7, 30);
	/* The corpus is there, not just its folders. */
	assert_true(draw_folder(f, HOSTILE) > 5000);
}

static void random_bytes_stay_in_the_area(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 20260504;
	char bytes[64];

	surface_resize(&f->surface, 7, 30);
	reset_cage(&f->surface);
	for (int round = 0; round < 50000; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			bytes[i] = (char)(seed >> 56);
		}
		draw_in_cage(&f->surface, (struct slice){ bytes, (size_t)(seed >> 20) % sizeof(bytes) },
			     (int)((seed >> 30) % 40) - 15);
	}
}

static void every_code_point_stays_in_the_area(void **state)
{
	struct fixture *f = *state;

	surface_resize(&f->surface, 7, 30);
	reset_cage(&f->surface);
	for (uint32_t character = 0; character <= 0x10FFFF; character++) {
		char bytes[12];
		size_t len = utf8_encode(character, bytes);
		len += utf8_encode(character, bytes + len);
		bytes[len++] = 'a';
		/* At the right border, where half of it may have no room. */
		surface_text(&f->surface, cage, 0, cage.columns - 3, STYLE_TEXT, (struct slice){ bytes, len });
		if (character % 64 == 63)
			check_cage(&f->surface);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(text_is_clipped_to_the_area),
		TEST(area_beyond_the_surface_is_cut),
		TEST(line_scrolled_to_the_left),
		TEST(wide_characters_are_never_split),
		TEST(half_a_wide_character_is_shown_as_a_blank),
		TEST(hidden_characters_become_marks),
		TEST(invalid_utf8_is_replaced),
		TEST(combining_marks_have_a_base),
		TEST(at_most_four_combining_marks),
		TEST(combining_marks_of_what_was_clipped_go_with_it),
		TEST(text_keeps_the_selection_and_fill_ends_it),
		TEST(printf_takes_any_length),
		TEST(fit_ends_in_an_ellipsis),
		TEST(box_has_a_frame_a_title_and_a_blank_inside),
		TEST(cursor_is_shown_within_its_area_only),
		TEST(areas_split_without_overlap),
		TEST(empty_surface_takes_everything),
		TEST(hostile_files_stay_in_the_area),
		TEST(random_bytes_stay_in_the_area),
		TEST(every_code_point_stays_in_the_area),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
