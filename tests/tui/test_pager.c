/* The pager as a child process (small shell scripts stand in for it), and what each screen gives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/pager.h"

/* ---- the child --------------------------------------------------------------------- */

struct fixture {
	struct arena arena;
	char folder[32]; /* is $TMPDIR, and holds the script */
	char *script, *seen;
	struct error err;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	arena_init(&f->arena);
	memcpy(f->folder, "/tmp/aitia-test-XXXXXX", sizeof("/tmp/aitia-test-XXXXXX"));
	if (!mkdtemp(f->folder))
		return -1;
	f->script = file_join(&f->arena, f->folder, "pager");
	f->seen = file_join(&f->arena, f->folder, "seen");
	setenv("TMPDIR", f->folder, 1);
	unsetenv("PAGER");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->script);
	unlink(f->seen);
	unsetenv("TMPDIR");
	unsetenv("PAGER");
	int left = rmdir(f->folder); /* nothing may be left behind */
	arena_release(&f->arena);
	free(f);
	return left;
}

static void use_script(struct fixture *f, const char *body)
{
	const char *text = arena_printf(&f->arena, "#!/bin/sh\nseen=%s\n%s\n", f->seen, body);

	assert_int_equal(file_write_atomic(f->script, slice_of(text), NULL), STATUS_OK);
	assert_int_equal(chmod(f->script, 0700), 0);
	setenv("PAGER", f->script, 1);
}

static enum status show(struct fixture *f, const char *text)
{
	f->err.text[0] = '\0';
	return pager_run(&f->arena, slice_of(text), &f->err);
}

static const char *seen(struct fixture *f)
{
	struct slice content;

	assert_int_equal(file_read(&f->arena, f->seen, 0, &content, NULL), STATUS_OK);
	return arena_text(&f->arena, content);
}

static void text_comes_on_standard_input_and_no_file_has_a_name(void **state)
{
	struct fixture *f = *state;

	use_script(f, "cat >$seen; ls \"$TMPDIR\" >>$seen; sleep 0.4");
	assert_int_equal(show(f, "one\n\ttwo"), STATUS_OK);
	assert_string_equal(seen(f), "one\n\ttwopager\nseen\n");
	assert_string_equal(f->err.text, "");
}

static void arguments_are_split_without_a_shell(void **state)
{
	struct fixture *f = *state;

	use_script(f, "for word; do echo \"[$word]\"; done >$seen");
	setenv("PAGER", arena_printf(&f->arena, "  %s -R   $HOME;id\t* ", f->script), 1);
	assert_int_equal(show(f, "x"), STATUS_OK);
	assert_string_equal(seen(f), "[-R]\n[$HOME;id]\n[*]\n");
}

static void one_that_ends_at_once_is_told(void **state)
{
	struct fixture *f = *state;

	use_script(f, "exit 0");
	assert_int_equal(show(f, "x"), STATUS_OK);
	assert_non_null(strstr(f->err.text, "ended at once"));
}

static void failures_are_told(void **state)
{
	struct fixture *f = *state;

	use_script(f, "exit 3");
	assert_int_equal(show(f, "x"), STATUS_CANCELLED);
	assert_non_null(strstr(f->err.text, "the pager"));
	assert_non_null(strstr(f->err.text, "ended with status 3"));
	use_script(f, "kill -KILL $$");
	assert_int_equal(show(f, "x"), STATUS_CANCELLED);
	assert_non_null(strstr(f->err.text, "signal 9"));
	setenv("PAGER", "aitia-no-such-pager -x", 1);
	assert_int_equal(show(f, "x"), STATUS_USAGE);
	assert_non_null(strstr(f->err.text, "aitia-no-such-pager"));
	assert_non_null(strstr(f->err.text, "$PAGER"));
	setenv("TMPDIR", "/proc/self", 1);
	assert_int_equal(show(f, "x"), STATUS_OUTPUT);
	setenv("TMPDIR", f->folder, 1);
}

/* ---- the text ------------------------------------------------------------------------ */

#define assert_made(function, bytes, expected) do { \
	struct strbuf out = STRBUF_INIT; \
	function(&out, (struct slice){ bytes, sizeof(bytes) - 1 }); \
	assert_string_equal(out.text, expected); \
	strbuf_release(&out); \
} while (0)

static void hostile_bytes_become_marks(void **state)
{
	(void)state;
	assert_made(pager_add_text, "a\x1b[31mb\x1b]0;c\a\n\td\r\n", "a^[[31mb^[]0;c^G\n\td^M\n");
	assert_made(pager_add_text, "\0\x7f\xff\xc2\x9b", "^@^?\xEF\xBF\xBD<U+009B>");
	assert_made(pager_add_text, "x\xE2\x80\xAEy\xE2\x80\x8Bz \xC3\xA9 \xE6\xBC\xA2", "x<U+202E>y<U+200B>z \xC3\xA9 \xE6\xBC\xA2");
	assert_made(pager_add_line, "a\n\tb", "a^J>b");
	assert_made(pager_add_text, "", "");
}

/* ---- what screens give ------------------------------------------------------------------ */

static int setup_screen(void **state)
{
	struct screen_test *t = fixture_screen(30, 100);

	fixture_incident(screen_test_store(t));
	*state = t;
	return 0;
}

static int teardown_screen(void **state)
{
	screen_test_free(*state);
	return 0;
}

#define assert_paged(t, text) assert_non_null(strstr(screen_test_paged(t), (text)))

static void the_queue_gives_the_part_that_is_shown(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Z");
	assert_paged(t, "import asyncio\n");
	screen_test_keys(t, "Enter Z");
	assert_paged(t, "import asyncio\n");
	screen_test_keys(t, "[ [ Z");
	assert_null(strstr(screen_test_paged(t), "import asyncio\n"));
}

static void code_compared_is_given_as_a_diff(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter");
	for (int i = 0; i < 8 && !strstr(screen_test_text(t, false), "[compare]"); i++)
		screen_test_keys(t, "]");
	screen_test_shows(t, "[compare]");
	screen_test_keys(t, "Z");
	assert_paged(t, "\n-");
	assert_paged(t, "\n+");
}

static void an_incident_gives_its_draft_and_its_parts(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter Z");
	assert_paged(t, "Milestones");
	screen_test_keys(t, "Tab Z"); /* its members */
	assert_paged(t, "import asyncio\n");
	screen_test_keys(t, "Tab Z");
	assert_paged(t, "code ");
	screen_test_keys(t, "p Z");
	assert_paged(t, "infrastructure/");
}

static void the_log_gives_an_entry_and_the_console_its_answer(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "U Z");
	assert_paged(t, "edit      ");
	assert_paged(t, "who       ");
	screen_test_keys(t, "q ; 'SELECT id, title FROM samples' Enter Z");
	assert_paged(t, "SELECT id, title FROM samples\n\n");
	assert_paged(t, "\nid  title\n");
	assert_paged(t, "\n 1  ");
}

static void where_there_is_no_text_that_is_said(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Z");
	screen_test_shows(t, "there is no text here for the pager");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define SCREEN_TEST(name) cmocka_unit_test_setup_teardown(name, setup_screen, teardown_screen)
	const struct CMUnitTest tests[] = {
		TEST(text_comes_on_standard_input_and_no_file_has_a_name),
		TEST(arguments_are_split_without_a_shell),
		TEST(one_that_ends_at_once_is_told),
		TEST(failures_are_told),
		cmocka_unit_test(hostile_bytes_become_marks),
		SCREEN_TEST(the_queue_gives_the_part_that_is_shown),
		SCREEN_TEST(code_compared_is_given_as_a_diff),
		SCREEN_TEST(an_incident_gives_its_draft_and_its_parts),
		SCREEN_TEST(the_log_gives_an_entry_and_the_console_its_answer),
		SCREEN_TEST(where_there_is_no_text_that_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
