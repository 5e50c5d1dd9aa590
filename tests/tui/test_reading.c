/* Reading a sample: search in it, wrapped lines, blanks made visible. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/code_view.h"

static int setup(void **state)
{
	*state = fixture_screen(24, 80);
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

/* Where there is little room for it, the label is short, and the parts stay to be read. */
static void the_label_leaves_the_parts_room(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter");
	screen_test_shows(t, "history ─ ILLUSTRATIVE  #1");
	screen_test_resize(t, 24, 72);
	screen_test_shows(t, "history ");
	screen_test_shows(t, " ILL  #1");
	screen_test_lacks(t, "ILLUSTRATIVE");
}

static void a_search_in_the_sample(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter / 'TAKEN' Enter");
	screen_test_shows(t, "hit 1 of 4");
	screen_test_golden(t, "search_in_sample", true);
	screen_test_keys(t, "n n n");
	screen_test_shows(t, "hit 4 of 4");
	screen_test_keys(t, "n");
	screen_test_shows(t, "hit 1 of 4");
	screen_test_shows(t, "from the first hit again");
	screen_test_keys(t, "N");
	screen_test_shows(t, "hit 4 of 4");
	/* n is a note again when it has ended. */
	screen_test_keys(t, "Esc n");
	screen_test_shows(t, "Note:");
}

static void the_part_that_has_it_is_shown(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter / 'nowhere at all' Enter");
	screen_test_shows(t, "that is nowhere in this sample");
	screen_test_shows(t, "Search: nowhere at all"); /* to be put right where it stands */
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "[code]");
	screen_test_keys(t, "/ 'get_nowait()' Enter");
	screen_test_shows(t, "[diff]");
	screen_test_shows(t, "hit 1 of");
	screen_test_keys(t, "[ [");
	screen_test_keys(t, "n");
	screen_test_shows(t, "it is not in this part");
	/* It goes on in the next sample. */
	screen_test_keys(t, "J / 'total' Enter J");
	screen_test_shows(t, "hit 0 of 0");
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "3 of 14");
}

/* Sample 1 has code and what was expected. */
static void code_and_expected_compared(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter ] ] ] ]");
	screen_test_golden(t, "compare_80x24", true);
	screen_test_resize(t, 40, 120);
	screen_test_golden(t, "compare_120x40", false);
	screen_test_resize(t, 60, 200);
	screen_test_golden(t, "compare_200x60", true);
	screen_test_keys(t, "G k k g j l h PgDn");
	screen_test_keys(t, "V");
	screen_test_shows(t, "lines can be selected in the code");
	screen_test_keys(t, "/ 'taken' Enter");
	screen_test_shows(t, "[code]");
	screen_test_keys(t, "Esc J ] ] ]"); /* one that has nothing to compare */
	screen_test_lacks(t, "compare");
}

/* ---- wrapped lines ------------------------------------------------------------------- */

#define ROWS 6
#define COLUMNS 26 /* 20 beside the gutter */

struct drawn {
	struct surface surface;
	struct code_view view;
	struct strbuf text;
};

static void open_code(struct drawn *d, const char *code)
{
	surface_init(&d->surface, ROWS, COLUMNS);
	strbuf_init(&d->text);
	code_view_init(&d->view);
	code_view_show(&d->view, true, false);
	code_view_resize(&d->view, ROWS, COLUMNS);
	code_view_open(&d->view, slice_of(code), NULL, 1, NULL, 0);
}

static void close_code(struct drawn *d)
{
	code_view_release(&d->view);
	surface_release(&d->surface);
	strbuf_release(&d->text);
}

static const char *draw(struct drawn *d)
{
	surface_clear(&d->surface);
	code_view_view(&d->view, &d->surface, surface_area(&d->surface), true);
	strbuf_clear(&d->text);
	surface_dump(&d->surface, false, &d->text);
	return d->text.text;
}

static void long_lines_go_on(void **state)
{
	struct drawn d;

	(void)state;
	open_code(&d, "short\n0123456789012345678901234567890123456789012345\nend\nof\nit\nall\n");
	assert_string_equal(draw(&d), "  1   short\n  2   01234567890123456789\n      01234567890123456789\n      012345\n"
				      "  3   end\n  4   of\n");
	code_view_action(&d.view, ACTION_ID_down);
	code_view_action(&d.view, ACTION_ID_down);
	assert_string_equal(draw(&d), "  2   01234567890123456789\n      012345\n  3   end\n  4   of\n  5   it\n  6   all\n");
	code_view_action(&d.view, ACTION_ID_down); /* all of it is to be seen */
	code_view_action(&d.view, ACTION_ID_last);
	assert_non_null(strstr(draw(&d), "  6   all\n"));
	code_view_action(&d.view, ACTION_ID_up);
	code_view_action(&d.view, ACTION_ID_up);
	assert_string_equal(draw(&d), "  1   short\n  2   01234567890123456789\n      01234567890123456789\n      012345\n"
				      "  3   end\n  4   of\n");
	code_view_action(&d.view, ACTION_ID_first);
	code_view_select(&d.view, true);
	code_view_action(&d.view, ACTION_ID_last);
	assert_non_null(strstr(draw(&d), "  6   all\n"));
	code_view_show(&d.view, false, false);
	code_view_select(&d.view, false);
	code_view_action(&d.view, ACTION_ID_first);
	assert_string_equal(draw(&d), "  1   short\n  2   01234567890123456789\n  3   end\n  4   of\n  5   it\n  6   all\n");
	close_code(&d);
}

/* Neither a wide character nor a mark is torn apart, and none is lost. */
static void wide_characters_are_not_torn(void **state)
{
	struct drawn d;

	(void)state;
	open_code(&d, "0123456789012345678\xE6\x97\xA5\xE6\x9C\xAC\n0123456789012345\xE2\x80\xAEx\n\ta\tb\tc\n");
	assert_string_equal(draw(&d), "  1   0123456789012345678\n      \xE6\x97\xA5\xE6\x9C\xAC\n  2   0123456789012345\n"
				      "      <U+202E>x\n  3           a       b\n              c\n");
	close_code(&d);
}

static void one_huge_line(void **state)
{
	struct strbuf code = STRBUF_INIT;
	struct drawn d;

	(void)state;
	for (int i = 0; i < 300000; i++)
		strbuf_addstr(&code, "0123456789");
	strbuf_addstr(&code, "\nend\n");
	open_code(&d, code.text);
	code_view_action(&d.view, ACTION_ID_last);
	assert_non_null(strstr(draw(&d), "+2934464 bytes (w)"));
	assert_non_null(strstr(draw(&d), "  2   end"));
	for (int i = 0; i < 100; i++)
		code_view_action(&d.view, ACTION_ID_page_up);
	draw(&d);
	code_view_resize(&d.view, ROWS, 7);
	code_view_action(&d.view, ACTION_ID_down);
	draw(&d);
	close_code(&d);
	strbuf_release(&code);
}

static void blanks_are_seen(void **state)
{
	struct drawn d;

	(void)state;
	open_code(&d, "\tx = 1  \n");
	code_view_show(&d.view, false, true);
	assert_string_equal(draw(&d), "  1   >       x.=.1..\n\n\n\n\n\n");
	code_view_show(&d.view, true, true);
	assert_string_equal(draw(&d), "  1   >       x.=.1..\n\n\n\n\n\n");
	close_code(&d);
}

static void keys_of_reading(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "W");
	screen_test_shows(t, "async·def·drain");
	screen_test_keys(t, "Enter W w");
	screen_test_shows(t, "····taken·=·[]");
	screen_test_resize(t, 24, 40);
	screen_test_golden(t, "wrapped_40x24", false);
}

/* Prose goes on in the next row by itself; w is for what is shown, code or prompt. */
static void prompts_are_wrapped(void **state)
{
	struct screen_test *t = *state;

	screen_test_resize(t, 24, 40);
	screen_test_keys(t, "Enter ]");
	screen_test_shows(t, "items at a time.");
	screen_test_keys(t, "w");
	screen_test_lacks(t, "at a time.");
	screen_test_keys(t, "w [");
	screen_test_lacks(t, "[prompt]");
	screen_test_keys(t, "w ] w [ ]"); /* the one is none of the other's */
	screen_test_lacks(t, "at a time.");
}

/* The lines of the third block of a dump. */
static const char *underlined(struct drawn *d)
{
	const char *block;

	surface_clear(&d->surface);
	code_view_view(&d->view, &d->surface, surface_area(&d->surface), true);
	strbuf_clear(&d->text);
	surface_dump(&d->surface, true, &d->text);
	block = strstr(d->text.text, "underlined:\n");
	return block ? block + strlen("underlined:\n") : "";
}

static void flagged_columns_are_underlined(void **state)
{
	static const struct code_mark marks[] = {
		{ .first = 1, .last = 1, .level = LEVEL_ERROR, .start_column = 5, .end_column = 8 }, /* behind a tab and é */
		{ .first = 2, .last = 2, .level = LEVEL_NOTE, .start_column = 4 },                   /* a point: its word */
		{ .first = 3, .last = 4, .level = LEVEL_NOTE, .start_column = 2, .end_column = 4 },  /* of two lines */
		{ .first = 5, .last = 5, .level = LEVEL_NOTE },                                      /* a line: nothing */
		{ .first = 6, .last = 6, .level = LEVEL_NOTE, .start_column = 900, .end_column = INT64_MAX },
	};
	struct drawn d;

	(void)state;
	open_code(&d, "");
	code_view_show(&d.view, false, false);
	code_view_open(&d.view, slice_of("\tx\xC3\xA9(abc)\nif word_1 then\nbegin\n  end\nline\nshort\n"), NULL, 1, marks,
		       ARRAY_LEN(marks));
	assert_string_equal(underlined(&d), "0: 17-20\n1: 9-15\n2: 7-11\n3: 8-9\n");
	code_view_action(&d.view, ACTION_ID_right); /* eight columns */
	assert_string_equal(underlined(&d), "0: 9-12\n1: 6-7\n");
	code_view_show(&d.view, true, false);
	assert_string_equal(underlined(&d), "0: 17-20\n1: 9-15\n2: 7-11\n3: 8-9\n");
	close_code(&d);
}

/* Sample 2 has a related place, a code flow of two steps in its code, and two fixes. */
static void the_path_of_a_finding_is_walked(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter }");
	screen_test_shows(t, "the finding names no further places");
	screen_test_keys(t, "J }");
	screen_test_shows(t, "related: 1 of 1 · lib/sum.h:12:3");
	screen_test_keys(t, "} j"); /* over a heading; j is the same where the places are shown */
	screen_test_golden(t, "path_in_code", true);
	screen_test_keys(t, "{");
	screen_test_shows(t, "code flow 1: 1 of 2 · lib/sum.c:2");
	screen_test_keys(t, "} }");
	screen_test_golden(t, "path_fix", true);
	screen_test_keys(t, "} }");
	screen_test_shows(t, "that is the end of the path");
	screen_test_shows(t, "fix 2: 1 of 1");
	screen_test_keys(t, "g k");
	screen_test_shows(t, "related: 1 of 1");
	screen_test_keys(t, "G q"); /* in the preview likewise */
	screen_test_keys(t, "}");
	screen_test_shows(t, "[places]");
	screen_test_keys(t, "}");
	screen_test_resize(t, 40, 170);
	screen_test_shows(t, "code flow 1: 1 of 2");
	/* A judgement reads the sample again: one stays where one was. */
	screen_test_keys(t, "} Enter } } } n 'so' Enter");
	screen_test_shows(t, "code flow 1: 2 of 2");
}

static void a_fix_may_replace_columns_or_lines(void **state)
{
	static const struct place places[] = {
		{ .role = PLACE_FIX, .group = 1, .region = { 11, 5, 12, 2 }, .text = { "X\nY", 3 } },
		{ .role = PLACE_FIX, .group = 2, .region = { 12, 0, 0, 0 }, .text = { "whole", 5 } },
		{ .role = PLACE_FIX, .group = 3, .region = { 11, 3, 11, 3 }, .text = { "++", 2 } },
		{ .role = PLACE_FIX, .group = 4, .region = { 13, 0, INT64_MAX, INT64_MAX }, .text = { "", 0 } },
		{ .role = PLACE_FIX, .group = 5, .region = { 99, 0, 0, 0 }, .text = { "far away", 8 } },
	};
	struct screen_test *t = screen_test_new(NULL);

	screen_test_free(*state);
	*state = t;
	fake_store_add(screen_test_store(t), &(struct sample){ .code = slice_of("abcdef\nghi\njkl"), .region = { 11, 0, 0, 0 },
							       .places = places, .place_count = 5 });
	screen_test_keys(t, "Enter }");
	screen_test_shows(t, "11 + abcdX");
	screen_test_shows(t, "12 + Yhi");
	screen_test_keys(t, "}");
	screen_test_shows(t, "12 + whole");
	screen_test_shows(t, "13   jkl");
	screen_test_keys(t, "}");
	screen_test_shows(t, "11 + ab++cdef");
	screen_test_keys(t, "}");
	screen_test_shows(t, "13 - jkl");
	screen_test_keys(t, "}");
	screen_test_shows(t, " 99   far away");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_label_leaves_the_parts_room, setup, teardown),
		cmocka_unit_test_setup_teardown(a_search_in_the_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(the_part_that_has_it_is_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(code_and_expected_compared, setup, teardown),
		cmocka_unit_test_setup_teardown(the_path_of_a_finding_is_walked, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fix_may_replace_columns_or_lines, setup, teardown),
		cmocka_unit_test(long_lines_go_on),
		cmocka_unit_test(flagged_columns_are_underlined),
		cmocka_unit_test(wide_characters_are_not_torn),
		cmocka_unit_test(one_huge_line),
		cmocka_unit_test(blanks_are_seen),
		cmocka_unit_test_setup_teardown(keys_of_reading, setup, teardown),
		cmocka_unit_test_setup_teardown(prompts_are_wrapped, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
