/* The parts that screens are made of: list, window of pages, code, runs of text, menus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tui/code_view.h"
#include "tui/list.h"
#include "tui/menu.h"
#include "tui/pane.h"
#include "tui/query_complete.h"
#include "tui/sample_window.h"
#include "tui/text_run.h"

static struct surface surface;
static struct strbuf dump;

static int setup(void **state)
{
	(void)state;
	surface_init(&surface, 6, 24);
	strbuf_init(&dump);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	surface_release(&surface);
	strbuf_release(&dump);
	return 0;
}

static const char *shown(void)
{
	strbuf_clear(&dump);
	surface_dump(&surface, false, &dump);
	while (dump.len_bytes && dump.text[dump.len_bytes - 1] == '\n')
		strbuf_truncate(&dump, dump.len_bytes - 1);
	return dump.text;
}

static void list_moves_and_scrolls(void **state)
{
	struct list list;

	(void)state;
	list_init(&list);
	assert_true(list_action(&list, ACTION_ID_down)); /* empty: nothing happens */
	assert_int_equal(list.selected, 0);
	list_set_count(&list, 100);
	list_resize(&list, 10);
	list_action(&list, ACTION_ID_page_down);
	assert_int_equal(list.selected, 10);
	assert_int_equal(list.top, 10);
	list_action(&list, ACTION_ID_last);
	assert_int_equal(list.selected, 99);
	assert_int_equal(list.top, 90);
	list_action(&list, ACTION_ID_half_up);
	assert_int_equal(list.selected, 94);
	list_resize(&list, 50);
	assert_int_equal(list.top, 50);
	list_set_count(&list, 20);
	assert_int_equal(list.selected, 19);
	assert_int_equal(list.top, 0);
	list_resize(&list, 0);
	assert_int_equal(list.rows, 1);
	assert_int_equal(list.top, 19);
	assert_false(list_action(&list, ACTION_ID_undo));
}

static void list_keeps_what_is_shown_when_rows_come_before(void **state)
{
	struct list list;

	(void)state;
	list_init(&list);
	list_resize(&list, 5);
	list_set_count(&list, 20);
	list_select(&list, 7);
	list_shift(&list, 10);
	list_set_count(&list, 30);
	assert_int_equal(list.selected, 17);
	assert_int_equal(list.top, 13);
	list_shift(&list, -10);
	list_set_count(&list, 20);
	assert_int_equal(list.selected, 7);
	assert_int_equal(list.top, 3);
}

/* A page of rows numbered from `first` on. */
static void page(struct sample_page *out, struct sample_row *rows, int64_t first, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct sample_row){ .id = first + (int64_t)i, .title = "t", .path = "p" };
	*out = (struct sample_page){ .rows = rows, .count = count,
				     .before_first = { true, first, "x", first },
				     .after_last = { true, first + (int64_t)count - 1, "y", first + (int64_t)count - 1 } };
}

static void window_grows_and_drops_whole_pages(void **state)
{
	struct sample_window window;
	struct sample_page rows_page;
	struct sample_row rows[10];

	(void)state;
	sample_window_init(&window);
	page(&rows_page, rows, 1, 10);
	rows_page.at_start = true;
	sample_window_append(&window, &rows_page, 1);
	for (int64_t first = 11; first < 51; first += 10) {
		page(&rows_page, rows, first, 10);
		sample_window_append(&window, &rows_page, 1);
	}
	assert_int_equal(window.rows.len, 50);
	assert_int_equal(sample_window_trim(&window, true, 25, 22), 20); /* row 22 stays */
	assert_int_equal(window.rows.items[0].row.id, 21);
	assert_int_equal(window.base, 20);
	assert_false(window.at_start);
	assert_int_equal(sample_window_start(&window).id, 21);
	assert_int_equal(sample_window_end(&window).id, 50);
	page(&rows_page, rows, 11, 10);
	sample_window_prepend(&window, &rows_page, 1);
	assert_int_equal(window.base, 10);
	assert_int_equal(sample_window_find(&window, 11), 0);
	assert_int_equal(sample_window_find(&window, 99), -1);
	assert_int_equal(sample_window_trim(&window, false, 20, 3), 20);
	assert_int_equal(sample_window_end(&window).id, 30);
	assert_false(window.at_end);
	sample_window_update(&window, 0, &(struct sample_row){ .id = 11, .title = "new", .cause = "model" }, 7);
	assert_string_equal(window.rows.items[0].row.title, "new");
	assert_string_equal(window.rows.items[0].row.cause, "model");
	assert_null(window.rows.items[0].row.path);
	sample_window_release(&window);
}

static void run_at(long left, const char *text)
{
	long column = 0;

	surface_clear(&surface);
	text_run(&surface, surface_area(&surface), 0, left, &column, STYLE_TEXT, slice_of(text));
}

static void runs_expand_tabs_and_scroll(void **state)
{
	(void)state;
	run_at(0, "a\tb");
	assert_string_equal(shown(), "a       b");
	run_at(3, "a\tb");
	assert_string_equal(shown(), "     b");
	run_at(9, "a\tb");
	assert_string_equal(shown(), "");
	run_at(1, "\xE4\xBD\xA0x"); /* half of a wide character is a blank */
	assert_string_equal(shown(), " x");
	run_at(2, "\xE4\xBD\xA0x");
	assert_string_equal(shown(), "x");
	run_at(1, "e\xCC\x81" "f"); /* the accent goes with its letter */
	assert_string_equal(shown(), "f");
	run_at(3, "\xE2\x80\xAE" "x"); /* <U+202E>x, cut in the mark */
	assert_string_equal(shown(), "     x");
	run_at(0, "abcdefghijklmnopqrstuvwxyz");
	assert_string_equal(shown(), "abcdefghijklmnopqrstuvwx");
}

static void code_is_numbered_and_marked(void **state)
{
	struct code_view view;
	const struct code_mark mark = { .first = 102, .last = 103, .level = LEVEL_ERROR };

	(void)state;
	code_view_init(&view);
	code_view_resize(&view, 3, 24);
	code_view_open(&view, slice_of("one\r\ntwo\nthree\n\nfive"), NULL, 100, &mark, 1);
	code_view_view(&view, &surface, (struct area){ 0, 0, 3, 24 }, true);
	assert_string_equal(shown(), "100   one\n101   two\n102 > three");
	code_view_action(&view, ACTION_ID_last);
	surface_clear(&surface);
	code_view_view(&view, &surface, (struct area){ 0, 0, 3, 24 }, true);
	assert_string_equal(shown(), "102 > three\n103 >\n104   five");
	code_view_open(&view, slice_of("\n"), NULL, 1, NULL, 0);
	surface_clear(&surface);
	code_view_view(&view, &surface, surface_area(&surface), true);
	assert_string_equal(shown(), "  1");
	code_view_open(&view, (struct slice){ NULL, 0 }, NULL, 1, NULL, 0);
	surface_clear(&surface);
	code_view_view(&view, &surface, surface_area(&surface), true);
	assert_string_equal(shown(), "");
	code_view_release(&view);
}

/* Started in the middle, the highlighter knows what was open before. */
static void highlighting_is_right_after_a_jump(void **state)
{
	struct code_view view;
	struct strbuf code = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&code, "/* a comment\n");
	for (int i = 0; i < 200; i++)
		strbuf_addstr(&code, "return\n");
	code_view_init(&view);
	code_view_resize(&view, 6, 80);
	code_view_open(&view, strbuf_slice(&code), language_find("c"), 1, NULL, 0);
	code_view_action(&view, ACTION_ID_last);
	code_view_view(&view, &surface, surface_area(&surface), true);
	assert_int_equal(surface.cells[6].chars[0], 'r');
	assert_int_equal(surface.cells[6].style, STYLE_CODE_COMMENT);
	code_view_release(&view);
	strbuf_release(&code);
}

static void panes_wrap(void **state)
{
	struct pane pane;

	(void)state;
	pane_init(&pane);
	pane_wrap(&pane, STYLE_TEXT, 2, 14, "one two three four\n\nfive-six-seven-eight");
	pane_view(&pane, &surface, surface_area(&surface));
	assert_string_equal(shown(), "  one two\n  three four\n\n  five-six-sev\n  en-eight");
	pane_clear(&pane);
	surface_clear(&surface);
	pane_add(&pane, STYLE_KEY, "k  ");
	pane_hang(&pane, STYLE_TEXT, 0, 3, 14, "one two three");
	pane_view(&pane, &surface, surface_area(&surface));
	assert_string_equal(shown(), "k  one two\n   three");
	pane_release(&pane);
}

static void menus_have_a_key_for_each_row(void **state)
{
	struct menu menu;

	(void)state;
	menu_init(&menu, "m");
	menu_add(&menu, "none", NULL, 0, 0);
	menu_add(&menu, "Q1", NULL, 0, 1);
	menu_add(&menu, "Q2", NULL, 0, 2);
	menu_add(&menu, "nine", NULL, 'x', 3);
	menu_add(&menu, "no", NULL, 0, 4);
	menu_add(&menu, "on", NULL, 0, 5);
	menu_assign_keys(&menu);
	assert_int_equal(menu.items.items[0].hotkey, 'n');
	assert_int_equal(menu.items.items[1].hotkey, '1');
	assert_int_equal(menu.items.items[2].hotkey, '2');
	assert_int_equal(menu.items.items[3].hotkey, 'x');
	assert_int_equal(menu.items.items[4].hotkey, 'o');
	assert_int_equal(menu.items.items[5].hotkey, '3');
	menu_release(&menu);
}

static void queries_are_completed(void **state)
{
	static const struct {
		const char *typed, *becomes;
	} cases[] = {
		{ "sta", "status:" }, { "-sta", "-status:" }, { "x status:unt", "x status:untriaged " },
		{ "status:annotated,exc", "status:annotated,excluded " }, { "severity<=Q", "severity<=Q" },
		{ "lang:pyt", "lang:python " }, { "cause:testing/fl", "cause:testing/flaky_test " },
		{ "symptom:hallu", "symptom:hallucinated_api " }, { "foo:b", "foo:b" }, { "is:il", "is:illustrative " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct line_edit line;
		struct strbuf words = STRBUF_INIT;
		struct query_values values = { .known = false };
		line_edit_init(&line, NULL);
		line_edit_set(&line, cases[i].typed);
		query_complete(&line, codebook_default(), &(struct query_counts){ 0 }, &values, &words);
		assert_string_equal(line_edit_text(&line), cases[i].becomes);
		line_edit_release(&line);
		query_values_release(&values);
		strbuf_release(&words);
	}
}

/* By characters, and not into another query. */
static void values_are_completed(void **state)
{
	static const struct facet rules[] = {
		{ .value = "q\xe4\xb8\x96x", .count = 3 }, { .value = "q\xe4\xb8\x97y", .count = 2 }, /* they share two bytes of three */
		{ .value = "tab\tbed", .count = 1 }, { .value = "new\nline", .count = 1 }, { .value = "del\x7f", .count = 1 },
		{ .value = "esc\x1b[m", .count = 1 }, { .value = "two words", .count = 1 }, { .value = "plain", .count = 1 },
	};
	static const struct facet_list list = { .key = FACET_RULE, .values = rules, .count = ARRAY_LEN(rules) };
	static const struct {
		const char *typed, *becomes;
	} cases[] = {
		{ "rule:q", "rule:q" }, { "rule:q\xe4\xb8\x97", "rule:q\xe4\xb8\x97y " }, { "rule:p", "rule:plain " },
		{ "rule:ta", "rule:ta" }, { "rule:n", "rule:n" }, { "rule:d", "rule:d" }, { "rule:e", "rule:e" }, { "rule:two", "rule:two" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct line_edit line;
		struct strbuf words = STRBUF_INIT;
		struct query_values values = { .known = false };
		char none[] = "";
		line_edit_init(&line, NULL);
		line_edit_set(&line, cases[i].typed);
		query_complete(&line, codebook_default(), &(struct query_counts){ .query = none, .lists = &list, .list_count = 1 }, &values, &words);
		assert_string_equal(line_edit_text(&line), cases[i].becomes);
		line_edit_release(&line);
		query_values_release(&values);
		strbuf_release(&words);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_moves_and_scrolls),
		cmocka_unit_test(list_keeps_what_is_shown_when_rows_come_before),
		cmocka_unit_test(window_grows_and_drops_whole_pages),
		cmocka_unit_test_setup_teardown(runs_expand_tabs_and_scroll, setup, teardown),
		cmocka_unit_test_setup_teardown(code_is_numbered_and_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(highlighting_is_right_after_a_jump, setup, teardown),
		cmocka_unit_test_setup_teardown(panes_wrap, setup, teardown),
		cmocka_unit_test(menus_have_a_key_for_each_row),
		cmocka_unit_test(queries_are_completed),
		cmocka_unit_test(values_are_completed),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
