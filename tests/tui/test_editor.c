/* The editor as a child process: small shell scripts stand in for it. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "tui/editor.h"

struct fixture {
	struct arena arena;
	char folder[32];       /* is $TMPDIR, and holds the script */
	char *script;
	struct slice out;
	bool changed;
	char *kept;
	struct error err;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	arena_init(&f->arena);
	memcpy(f->folder, "/tmp/aitia-test-XXXXXX", sizeof("/tmp/aitia-test-XXXXXX"));
	if (!mkdtemp(f->folder))
		return -1;
	f->script = file_join(&f->arena, f->folder, "editor");
	setenv("TMPDIR", f->folder, 1);
	unsetenv("VISUAL");
	unsetenv("EDITOR");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	editor_discard(f->kept);
	unlink(f->script);
	unlink(file_join(&f->arena, f->folder, "seen"));
	unsetenv("TMPDIR");
	/* Nothing may be left behind. */
	int left = rmdir(f->folder);
	arena_release(&f->arena);
	free(f);
	return left;
}

/* The editor runs `body`, with the file as $1. */
static void use_script(struct fixture *f, const char *variable, const char *body)
{
	const char *text = arena_printf(&f->arena, "#!/bin/sh\nseen=%s/seen\n%s\n", f->folder, body);

	assert_int_equal(file_write_atomic(f->script, slice_of(text), NULL), STATUS_OK);
	assert_int_equal(chmod(f->script, 0700), 0);
	setenv(variable, f->script, 1);
}

static enum status edit(struct fixture *f, const char *text)
{
	return editor_run(&f->arena, slice_of(text), ".md", &f->out, &f->changed, &f->kept, &f->err);
}

static const char *seen(struct fixture *f)
{
	struct slice content;

	assert_int_equal(file_read(&f->arena, file_join(&f->arena, f->folder, "seen"), 0, &content, NULL), STATUS_OK);
	return arena_text(&f->arena, content);
}

#define assert_out(f, text) assert_string_equal(arena_text(&(f)->arena, (f)->out), (text))

static void changed_text_comes_back_and_the_file_stays_until_it_is_safe(void **state)
{
	struct fixture *f = *state;
	struct slice content;

	use_script(f, "EDITOR", "echo two >>\"$1\"");
	assert_int_equal(edit(f, "one\n"), STATUS_OK);
	assert_true(f->changed);
	assert_out(f, "one\ntwo\n");
	assert_non_null(f->kept);
	assert_int_equal(file_read(&f->arena, f->kept, 0, &content, NULL), STATUS_OK);
	assert_true(slice_is(content, "one\ntwo\n"));
	editor_discard(f->kept);
	assert_false(file_exists(f->kept));
	f->kept = NULL;
}

static void unchanged_text_is_said_to_be_so(void **state)
{
	struct fixture *f = *state;

	use_script(f, "EDITOR", ":");
	assert_int_equal(edit(f, "one\n"), STATUS_OK);
	assert_false(f->changed);
	assert_null(f->kept);
	assert_out(f, "one\n");
}

static void file_is_private_and_has_the_ending(void **state)
{
	struct fixture *f = *state;

	use_script(f, "EDITOR", "stat -c '%a' \"$1\" \"$(dirname \"$1\")\" | tr '\\n' ' ' >$seen; basename \"$1\" >>$seen");
	assert_int_equal(edit(f, "x"), STATUS_OK);
	assert_string_equal(seen(f), "600 700 aitia.md\n");
}

/* Editors end the last line; the text had no end of line, so it gets none. */
static void line_feed_at_the_end_is_the_editors(void **state)
{
	struct fixture *f = *state;

	use_script(f, "EDITOR", "cat \"$1\" >$seen; printf 'new\\n' >\"$1\"");
	assert_int_equal(edit(f, "old"), STATUS_OK);
	assert_string_equal(seen(f), "old\n");
	assert_out(f, "new");
	editor_discard(f->kept);
	use_script(f, "EDITOR", "printf 'old' >\"$1\"");
	assert_int_equal(edit(f, "old"), STATUS_OK);
	assert_false(f->changed);
	assert_int_equal(edit(f, ""), STATUS_OK);
	assert_true(f->changed);
	assert_out(f, "old");
}

static void visual_wins_and_arguments_are_split_without_a_shell(void **state)
{
	struct fixture *f = *state;

	use_script(f, "VISUAL", "for word; do echo \"[$word]\"; done | sed '$d' >$seen");
	setenv("EDITOR", "false", 1);
	setenv("VISUAL", arena_printf(&f->arena, "  %s -w   $HOME;id\t* ", f->script), 1);
	assert_int_equal(edit(f, "x"), STATUS_OK);
	assert_string_equal(seen(f), "[-w]\n[$HOME;id]\n[*]\n");
	/* An empty one is none. */
	setenv("VISUAL", " ", 1);
	assert_int_equal(edit(f, "x"), STATUS_CANCELLED);
}

static void failing_editor_cancels(void **state)
{
	struct fixture *f = *state;

	use_script(f, "EDITOR", "exit 3");
	assert_int_equal(edit(f, "one\n"), STATUS_CANCELLED);
	assert_null(f->kept);
	assert_non_null(strstr(f->err.text, "ended with status 3"));
	use_script(f, "EDITOR", "kill -KILL $$");
	assert_int_equal(edit(f, "one\n"), STATUS_CANCELLED);
	assert_non_null(strstr(f->err.text, "signal 9"));
	assert_false(f->changed);
	assert_out(f, "one\n");
}

static void what_was_typed_before_the_failure_is_kept(void **state)
{
	struct fixture *f = *state;
	struct slice content;

	use_script(f, "EDITOR", "echo precious >\"$1\"; exit 1");
	assert_int_equal(edit(f, "one\n"), STATUS_CANCELLED);
	assert_non_null(f->kept);
	assert_non_null(strstr(f->err.text, f->kept));
	assert_int_equal(file_read(&f->arena, f->kept, 0, &content, NULL), STATUS_OK);
	assert_true(slice_is(content, "precious\n"));
}

static void file_that_is_gone_is_an_error(void **state)
{
	struct fixture *f = *state;

	use_script(f, "EDITOR", "rm \"$1\"");
	assert_int_equal(edit(f, "one\n"), STATUS_INPUT);
	assert_null(f->kept);
	assert_out(f, "one\n");
}

static void editor_that_is_not_there(void **state)
{
	struct fixture *f = *state;

	setenv("EDITOR", "aitia-no-such-editor -x", 1);
	assert_int_equal(edit(f, "one\n"), STATUS_USAGE);
	assert_non_null(strstr(f->err.text, "aitia-no-such-editor"));
	assert_non_null(strstr(f->err.text, "$EDITOR"));
}

static void folder_that_cannot_be_written(void **state)
{
	struct fixture *f = *state;

	use_script(f, "EDITOR", ":");
	setenv("TMPDIR", "/proc/self", 1);
	assert_int_equal(edit(f, "one\n"), STATUS_OUTPUT);
	setenv("TMPDIR", f->folder, 1);
}

static void any_bytes_pass_through(void **state)
{
	static const char bytes[] = "\0\xFF\x1b[31m%s\r\n";
	struct fixture *f = *state;
	struct slice text = { bytes, sizeof(bytes) - 1 };

	use_script(f, "EDITOR", "cat \"$1\" \"$1\" >\"$1.2\"; mv \"$1.2\" \"$1\"");
	assert_int_equal(editor_run(&f->arena, text, ".txt", &f->out, &f->changed, &f->kept, &f->err), STATUS_OK);
	assert_int_equal(f->out.len_bytes, 2 * text.len_bytes);
	assert_memory_equal(f->out.at, bytes, text.len_bytes);
	assert_memory_equal(f->out.at + text.len_bytes, bytes, text.len_bytes);
}

static void note_signal(int signal_number)
{
	(void)signal_number;
}

/* ^C at the editor is the editor's; afterwards all is as before, and the editor itself
 * starts with its signals open, whatever we have blocked or ignored. */
static void signals_are_the_editors_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct sigaction action = { .sa_handler = note_signal }, after;
	sigset_t blocked, mask;

	sigaction(SIGINT, &action, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	use_script(f, "EDITOR", "kill -INT $PPID; kill -TERM $$; echo survived >\"$1\"");
	assert_int_equal(edit(f, "one\n"), STATUS_CANCELLED);
	assert_non_null(strstr(f->err.text, "signal 15"));
	sigaction(SIGINT, NULL, &after);
	sigprocmask(SIG_UNBLOCK, &blocked, &mask);
	assert_true(after.sa_handler == note_signal);
	assert_true(sigismember(&mask, SIGTERM));
	assert_false(sigismember(&mask, SIGTSTP));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(changed_text_comes_back_and_the_file_stays_until_it_is_safe),
		TEST(unchanged_text_is_said_to_be_so),
		TEST(file_is_private_and_has_the_ending),
		TEST(line_feed_at_the_end_is_the_editors),
		TEST(visual_wins_and_arguments_are_split_without_a_shell),
		TEST(failing_editor_cancels),
		TEST(what_was_typed_before_the_failure_is_kept),
		TEST(file_that_is_gone_is_an_error),
		TEST(editor_that_is_not_there),
		TEST(folder_that_cannot_be_written),
		TEST(any_bytes_pass_through),
		TEST(signals_are_the_editors_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
