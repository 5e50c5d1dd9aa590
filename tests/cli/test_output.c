/* Text on its way to a terminal: nothing that came from outside may act on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/output.h"
#include "core/base/file.h"
#include "core/base/utf8.h"

struct fixture {
	struct arena arena;
	struct strbuf out;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	arena_init(&f->arena);
	strbuf_init(&f->out);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	arena_release(&f->arena);
	strbuf_release(&f->out);
	free(f);
	return 0;
}

#define assert_clean(f, in, expected) \
	do { \
		strbuf_clear(&(f)->out); \
		out_clean(&(f)->out, (struct slice){ (in), sizeof(in) - 1 }); \
		assert_string_equal((f)->out.text, (expected)); \
	} while (0)

static void test_one_line(void **state)
{
	struct fixture *f = *state;
	assert_clean(f, "plain é 漢字", "plain é 漢字");
	assert_clean(f, "\033]0;title\007", "^[]0;title^G");
	assert_clean(f, "a\nb\rc", "a^Jb^Mc");
	assert_clean(f, "x\xe2\x80\xaey", "x<U+202E>y"); /* right-to-left override */
	assert_clean(f, "a\xff z", "a\xef\xbf\xbd z");
	assert_clean(f, "\xc2\x9b"
			"31m",
		     "<U+009B>31m"); /* CSI as one C1 control */
}

static void test_lines(void **state)
{
	struct fixture *f = *state;
	out_clean_lines(&f->out, slice_of("a\tb\r\n\nlast\033"), "| ");
	assert_string_equal(f->out.text, "| a       b\n| \n| last^[\n");
	strbuf_clear(&f->out);
	out_clean_lines(&f->out, slice_of("漢\tx\n"), ""); /* two columns, then to the 8th */
	assert_string_equal(f->out.text, "漢      x\n");
	strbuf_clear(&f->out);
	out_clean_lines(&f->out, slice_of(""), "| ");
	assert_string_equal(f->out.text, "");
}

static void test_fit(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *in;
		int columns;
		const char *expected;
	} cases[] = {
		{ "abc", 5, "abc  " },	 { "abcde", 5, "abcde" }, { "abcdef", 5, "abcd…" }, { "漢字漢字", 5, "漢字…" },
		{ "漢字漢字", 6, "漢字… " }, { NULL, 3, "   " },	  { "abc", 0, "abc" },	     { "a\033[2J", 4, "a^[…" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		strbuf_clear(&f->out);
		out_clean_fit(&f->out, cases[i].in, cases[i].columns);
		assert_string_equal(f->out.text, cases[i].expected);
		if (cases[i].columns)
			assert_int_equal(utf8_text_columns(strbuf_slice(&f->out)), cases[i].columns);
	}
}

static void assert_inert(struct slice text)
{
	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t code_point;
		bool valid;
		at += utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
		assert_true(valid);
		assert_true(code_point == '\n' || utf8_columns(code_point) >= 0);
	}
}

/* Naughty strings, invalid UTF-8, and what a real terminal recorded: nothing of it is left that acts. */
static void test_hostile_files(void **state)
{
	struct fixture *f = *state;
	static const char *const files[] = {
		"../shared/data/hostile/minimaxir_big-list-of-naughty-strings/blns.txt",
		"../shared/data/hostile/meraymond2_unicode-study/UTF-8-test.txt",
		"../shared/data/hostile/alacritty_alacritty/vttest_cursor_movement_1.recording",
	};
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct slice bytes;
		struct error err;
		if (file_read(&f->arena, files[i], 0, &bytes, &err) != STATUS_OK)
			fail_msg("%s", err.text);
		strbuf_clear(&f->out);
		out_clean_lines(&f->out, bytes, "");
		assert_true(f->out.len_bytes >= bytes.len_bytes / 2);
		assert_inert(strbuf_slice(&f->out));
		strbuf_clear(&f->out);
		out_clean(&f->out, bytes);
		assert_null(memchr(f->out.text, '\n', f->out.len_bytes));
		assert_inert(strbuf_slice(&f->out));
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_files, setup, teardown),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
