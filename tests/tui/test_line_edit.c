/* A line being typed, as the surface shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/line_edit.h"

struct fixture {
	struct line_edit line;
	struct line_history history;
	struct surface surface;
	struct strbuf dump;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	f->history = (struct line_history)LINE_HISTORY_INIT;
	line_edit_init(&f->line, NULL);
	surface_init(&f->surface, 1, 12);
	strbuf_init(&f->dump);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	line_edit_release(&f->line);
	line_history_release(&f->history);
	surface_release(&f->surface);
	strbuf_release(&f->dump);
	free(f);
	return 0;
}

static enum line_edit_result press(struct fixture *f, const char *name)
{
	struct key key;

	if (!key_parse(name, &key))
		fail_msg("%s is no key", name);
	return line_edit_key(&f->line, &key);
}

static void type(struct fixture *f, const char *text)
{
	struct slice bytes = slice_of(text);

	for (size_t at = 0; at < bytes.len_bytes;) {
		struct key key = { 0 };
		at += utf8_decode(bytes.at + at, bytes.len_bytes - at, &key.code, NULL);
		assert_int_equal(line_edit_key(&f->line, &key), LINE_EDIT_CHANGED);
	}
}

#define assert_line(f, wanted) assert_string_equal(line_edit_text(&(f)->line), (wanted))

static void typing_goes_where_the_cursor_is(void **state)
{
	struct fixture *f = *state;

	type(f, "ac");
	assert_int_equal(press(f, "Left"), LINE_EDIT_MOVED);
	type(f, "b");
	press(f, "End");
	type(f, "d");
	press(f, "Home");
	type(f, "_");
	assert_line(f, "_abcd");
	press(f, "^E");
	press(f, "^B");
	press(f, "^A");
	press(f, "^F");
	type(f, "|");
	assert_line(f, "_|abcd");
}

static void deleting(void **state)
{
	struct fixture *f = *state;

	type(f, "one two  three four");
	press(f, "^W");
	assert_line(f, "one two  three ");
	press(f, "^W");
	assert_line(f, "one two  ");
	press(f, "^W");
	assert_line(f, "one ");
	line_edit_set(&f->line, "abcdef");
	press(f, "Left");
	press(f, "Left");
	assert_int_equal(press(f, "^K"), LINE_EDIT_CHANGED);
	assert_line(f, "abcd");
	assert_int_equal(press(f, "^K"), LINE_EDIT_MOVED);
	press(f, "Left");
	press(f, "Del");
	assert_line(f, "abc");
	press(f, "Left");
	press(f, "^U");
	assert_line(f, "c");
	press(f, "End");
	press(f, "Backspace");
	assert_line(f, "");
	assert_int_equal(press(f, "Backspace"), LINE_EDIT_MOVED);
	assert_int_equal(press(f, "^W"), LINE_EDIT_MOVED);
}

/* Family of three (joined by ZWJ), a flag, e with two marks: one step each. */
#define FAMILY "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"
#define FLAG "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA"
#define E_MARKS "e\xCC\x81\xCC\xA3"

static void the_cursor_steps_over_whole_clusters(void **state)
{
	struct fixture *f = *state;

	line_edit_set(&f->line, "a" FAMILY FLAG E_MARKS);
	press(f, "Left");
	type(f, "1");
	assert_line(f, "a" FAMILY FLAG "1" E_MARKS);
	press(f, "Left");
	press(f, "Left");
	press(f, "Left");
	press(f, "Del");
	assert_line(f, "a" FLAG "1" E_MARKS);
	press(f, "End");
	press(f, "Backspace");
	assert_line(f, "a" FLAG "1");
	press(f, "Backspace");
	press(f, "Backspace");
	assert_line(f, "a");
}

/* A mark typed behind its letter joins it: the cursor stays at a border. */
static void what_joins_is_not_split(void **state)
{
	struct fixture *f = *state;

	type(f, "xey");
	press(f, "Left");
	type(f, "\xCC\x81");
	assert_line(f, "xe\xCC\x81y");
	press(f, "Backspace");
	assert_line(f, "xy");
	/* A letter typed before a mark becomes its base: the next one goes behind both. */
	line_edit_set(&f->line, "\xCC\x81");
	press(f, "Home");
	type(f, "ex");
	assert_line(f, "e\xCC\x81x");
}

static void other_keys_are_left_to_the_caller(void **state)
{
	static const char *const names[] = { "Enter", "Esc", "Tab", "S-Tab", "^C", "^L", "^Z", "PgUp", "F1", "Mouse", "M-x" };
	struct fixture *f = *state;

	type(f, "x");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(press(f, names[i]), LINE_EDIT_UNUSED);
	assert_line(f, "x");
}

static void pasting_makes_one_clean_line(void **state)
{
	struct fixture *f = *state;
	struct key key = { .code = INPUT_PASTE, .paste = slice_of("one\r\n\ttwo\x1b[31m\x07\xFFthree\n") };

	type(f, "<>");
	press(f, "Left");
	assert_int_equal(line_edit_key(&f->line, &key), LINE_EDIT_CHANGED);
	assert_line(f, "<one two[31m\xEF\xBF\xBDthree >");
	key.paste = slice_of("\x01\x02");
	assert_int_equal(line_edit_key(&f->line, &key), LINE_EDIT_MOVED);
}

static void length_is_bounded(void **state)
{
	struct fixture *f = *state;
	char *much = mem_zalloc(1, 2 * LINE_EDIT_MAX_BYTES);

	for (size_t i = 0; i + 1 < 2 * LINE_EDIT_MAX_BYTES; i += 2)
		memcpy(much + i, "\xC3\xA9", i + 2 < 2 * LINE_EDIT_MAX_BYTES ? 2 : 1);
	much[2 * LINE_EDIT_MAX_BYTES - 1] = '\0';
	type(f, "x"); /* so that the limit falls into a character */
	line_edit_insert(&f->line, slice_of(much));
	free(much);
	assert_int_equal(f->line.text.len_bytes, LINE_EDIT_MAX_BYTES - 1);
	assert_true(utf8_valid(strbuf_slice(&f->line.text)));
}

static void replacing_a_part(void **state)
{
	struct fixture *f = *state;

	type(f, "status:un lang:c");
	line_edit_replace(&f->line, 7, 2, "untriaged");
	assert_line(f, "status:untriaged lang:c");
	type(f, "!");
	assert_line(f, "status:untriaged! lang:c");
	line_edit_replace(&f->line, 100, 5, ".");
	assert_line(f, "status:untriaged! lang:c.");
}

static void history_comes_back(void **state)
{
	struct fixture *f = *state;

	line_history_add(&f->history, "first");
	line_history_add(&f->history, "second");
	line_history_add(&f->history, "second");
	line_history_add(&f->history, "");
	assert_int_equal(f->history.count, 2);
	line_edit_release(&f->line);
	line_edit_init(&f->line, &f->history);
	type(f, "typed");
	assert_int_equal(press(f, "Up"), LINE_EDIT_CHANGED);
	assert_line(f, "second");
	press(f, "Up");
	assert_line(f, "first");
	assert_int_equal(press(f, "Up"), LINE_EDIT_MOVED);
	press(f, "Down");
	press(f, "Down");
	assert_line(f, "typed");
	assert_int_equal(press(f, "Down"), LINE_EDIT_MOVED);
}

static void history_forgets_the_oldest(void **state)
{
	struct fixture *f = *state;
	char line[16];

	for (unsigned i = 0; i < LINE_HISTORY_MAX + 7; i++) {
		snprintf(line, sizeof(line), "%u", i);
		line_history_add(&f->history, line);
	}
	assert_int_equal(f->history.count, LINE_HISTORY_MAX);
	assert_string_equal(f->history.lines[0], "7");
	assert_string_equal(f->history.lines[LINE_HISTORY_MAX - 1], line);
}

static const char *view(struct fixture *f, int column, int width)
{
	surface_clear(&f->surface);
	line_edit_view(&f->line, &f->surface, surface_area(&f->surface), 0, column, width, STYLE_INPUT);
	strbuf_clear(&f->dump);
	surface_dump(&f->surface, false, &f->dump);
	strbuf_addf(&f->dump, "%d", f->surface.cursor_shown ? f->surface.cursor_column : -1);
	return f->dump.text;
}

static void the_view_keeps_the_cursor_in_sight(void **state)
{
	struct fixture *f = *state;

	type(f, "abcdefgh");
	assert_string_equal(view(f, 2, 6), "  defgh\n7");
	press(f, "Home");
	assert_string_equal(view(f, 2, 6), "  abcdef\n2");
	for (int i = 0; i < 5; i++)
		press(f, "Right");
	assert_string_equal(view(f, 2, 6), "  abcdef\n7");
	press(f, "Right");
	assert_string_equal(view(f, 2, 6), "  bcdefg\n7");
	assert_string_equal(view(f, 0, 12), "abcdefgh\n6");
	/* The field may be cut by its area. */
	assert_string_equal(view(f, 9, 6), "         efg\n11");
	assert_string_equal(view(f, 2, 0), "\n-1");
}

static void the_view_measures_wide_and_hidden_characters(void **state)
{
	struct fixture *f = *state;

	type(f, "漢字x");
	assert_string_equal(view(f, 0, 12), "漢字x\n5");
	assert_string_equal(view(f, 0, 5), " 字x\n4");
	line_edit_set(&f->line, "a\xE2\x80\x8B"); /* zero width space: shown, or it could hide */
	assert_string_equal(view(f, 0, 12), "a<U+200B>\n9");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(typing_goes_where_the_cursor_is),
		TEST(deleting),
		TEST(the_cursor_steps_over_whole_clusters),
		TEST(what_joins_is_not_split),
		TEST(other_keys_are_left_to_the_caller),
		TEST(pasting_makes_one_clean_line),
		TEST(length_is_bounded),
		TEST(replacing_a_part),
		TEST(history_comes_back),
		TEST(history_forgets_the_oldest),
		TEST(the_view_keeps_the_cursor_in_sight),
		TEST(the_view_measures_wide_and_hidden_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
