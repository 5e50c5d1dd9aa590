/* A session goes on where the last one stopped, and what was being typed is not lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/session.h"

struct fixture {
	struct screen_test *test;
	struct arena arena;
	char path[64];
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .arena = ARENA_INIT };
	snprintf(fixture.path, sizeof(fixture.path), "/tmp/aitia-session-%ld", (long)getpid());
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	screen_test_free(f->test);
	arena_release(&f->arena);
	unlink(f->path);
	return 0;
}

/* Ends the session at hand, if there is one, and begins the next, with `session` or what was kept. */
static struct screen_test *begin(struct fixture *f, const char *session)
{
	struct screen_test_options options = { .columns = 100, .session_path = f->path };
	struct slice kept;

	if (f->test && !session) {
		app_keep_session(screen_test_app(f->test));
		screen_test_keys(f->test, ""); /* whatever was asked for is done by the next key … */
		screen_test_resize(f->test, 24, 100); /* … or by this */
		assert_int_equal(file_read(&f->arena, f->path, 0, &kept, NULL), STATUS_OK);
		session = arena_text(&f->arena, kept);
	}
	screen_test_free(f->test);
	options.session = session;
	f->test = screen_test_new(&options);
	fixture_samples(screen_test_store(f->test));
	screen_test_start(f->test);
	return f->test;
}

static void it_goes_on_where_it_stopped(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");

	screen_test_shows(t, "1 of 14 · newest");
	screen_test_keys(t, "/ 'is:untriaged -lang:c' Enter o o j j j j");
	t = begin(f, NULL);
	screen_test_shows(t, "back where you stopped");
	screen_test_shows(t, "Queue /is:untriaged -lang:c");
	screen_test_shows(t, "5 of 13 · oldest");
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "of 14 · oldest");
}

static void columns_stay_chosen(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");

	screen_test_shows(t, "cause                path");
	screen_test_keys(t, "|");
	screen_test_golden(t, "columns_menu", false);
	screen_test_keys(t, "p c n s Enter"); /* off, off, on, on */
	screen_test_golden(t, "columns_chosen", false);
	t = begin(f, NULL);
	screen_test_golden(t, "columns_chosen", false);
	screen_test_keys(t, "| l r m s a n Enter"); /* none: what there is room for */
	screen_test_shows(t, "cause                path");
	t = begin(f, "columns nonsense path\n");
	screen_test_shows(t, "cause                path");
}

static void what_is_gone_is_no_trouble(void **state)
{
	struct screen_test *t = begin(*state, "query lang:c\nsort newest\nsample 1\n");

	screen_test_shows(t, "1 of 1 · newest");
	screen_test_shows(t, "reads one element");
	t = begin(*state, "query status:nonsense\nsort sideways\nsample 3\nfoo bar\n\nsample -7");
	screen_test_shows(t, "1 of 14 · newest");
	t = begin(*state, "typing note\ntyping note Note");
	screen_test_shows(t, "1 of 14 · newest");
	screen_test_lacks(t, "not finished");
}

static void what_was_typed_comes_back(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");

	screen_test_keys(t, "n 'the lock is never taken'");
	t = begin(f, NULL); /* it ended in the middle of that */
	screen_test_shows(t, "\"Note\" was not finished");
	t = begin(f, NULL); /* and again, before anything was done about it */
	screen_test_keys(t, "n Up");
	screen_test_shows(t, "the lock is never taken");
	screen_test_keys(t, "Enter");
	assert_int_equal(fixture_count(screen_test_store(t), "\"lock is never taken\""), 1);
	t = begin(f, NULL); /* it is finished now, though nothing else was typed since */
	screen_test_lacks(t, "not finished");
	screen_test_keys(t, "n 'more'");
	t = begin(f, NULL);
	screen_test_shows(t, "not finished");
	screen_test_keys(t, "n 'something else' Enter n 'more' Esc");
	t = begin(f, NULL); /* left by Esc: as unfinished as any other line of this session */
	screen_test_lacks(t, "not finished");
}

/* It holds whatever was typed. One that an older program wrote for all to read is no more so. */
static void others_cannot_read_it(void **state)
{
	struct fixture *f = *state;
	struct stat is;

	for (int i = 0; i < 2; i++) {
		begin(f, i ? NULL : "");
		screen_test_keys(f->test, "n 'the lock is never taken'");
		begin(f, NULL);
		assert_int_equal(stat(f->path, &is), 0);
		assert_int_equal(is.st_mode & 07777, 0600);
		assert_int_equal(chmod(f->path, 0644), 0);
	}
}

/* What is asked of the app now to be kept; in the arena. */
static const char *kept_now(struct fixture *f)
{
	const char *kept = "";
	struct request *request;

	app_keep_session(screen_test_app(f->test));
	while ((request = app_take_request(screen_test_app(f->test)))) {
		if (request->kind == REQUEST_KEEP)
			kept = arena_strdup(&f->arena, request->text);
		request_free(request);
	}
	return kept;
}

/* Another process writes: the note is accepted and the store has it not yet, when it ends. */
static void what_waits_for_the_store_is_kept(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");
	const char *kept;

	screen_test_keys(t, "n 'the lock is never taken'");
	screen_test_hold(t, true);
	screen_test_keys(t, "Enter F9");
	kept = kept_now(f);
	assert_non_null(strstr(kept, "unsaved note Note\nthe lock is never taken\n"));
	screen_test_hold(t, false);
	assert_null(strstr(kept_now(f), "unsaved")); /* the store has it */
	t = begin(f, kept);
	screen_test_shows(t, "\"Note\": it ended before the store said that it has it");
	assert_string_equal(kept_now(f), kept); /* and again, before anything was done about it */
	screen_test_keys(t, "n Up");
	screen_test_shows(t, "the lock is never taken");
	screen_test_keys(t, "Enter");
	assert_null(strstr(kept_now(f), "unsaved"));
}

/* It was refused when hands were at something else: it can be had again. */
static void what_the_store_refused_is_kept(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");

	screen_test_keys(t, "n 'the lock is never taken'");
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is locked");
	screen_test_hold(t, true);
	screen_test_keys(t, "Enter j");
	screen_test_hold(t, false);
	assert_int_equal(fixture_count(screen_test_store(t), "\"lock is never taken\""), 0);
	assert_non_null(strstr(kept_now(f), "unsaved note Note\nthe lock is never taken\n"));
}

/* Another file has the store's place: what the notice says to do (R) loses none of what was typed for the old one. */
static void what_a_replaced_store_cannot_have_is_kept(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");
	const char *kept;

	screen_test_place(t, STORE_REPLACED);
	screen_test_keys(t, "n 'my note' Enter");
	screen_test_shows(t, "not saved");
	screen_test_keys(t, "Esc / 'lang:c' Esc n 'another note' Esc n 'another note' Enter Esc R");
	assert_true(screen_test_reopens(t));
	kept = kept_now(f);
	assert_non_null(strstr(kept, "unsaved note Note\nmy note\nunsaved note Note\nanother note\n"));
	assert_null(strstr(kept, "lang:c"));
	assert_null(strstr(strstr(kept, "another note") + 1, "another note"));
	t = begin(f, kept);
	screen_test_shows(t, "\"Note\" and more: it ended before the store said that it has it");
	screen_test_keys(t, "n Up");
	screen_test_shows(t, "Note: another note");
	screen_test_keys(t, "Up");
	screen_test_shows(t, "Note: my note");
}

/* It came back, and has the text: that is no more to be told of. */
static void what_is_saved_after_all_is_not_kept(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");

	screen_test_place(t, STORE_GONE);
	screen_test_keys(t, "n 'my note' Enter Esc");
	assert_non_null(strstr(kept_now(f), "unsaved note Note\nmy note\n"));
	screen_test_place(t, STORE_HERE);
	app_look(screen_test_app(t));
	screen_test_resize(t, 24, 100);
	screen_test_keys(t, "n Up Enter");
	assert_int_equal(fixture_count(screen_test_store(t), "\"my note\""), 1);
	assert_null(strstr(kept_now(f), "unsaved"));
}

static void any_prompt_is_kept(void **state)
{
	struct fixture *f = *state;

	screen_test_keys(begin(f, ""), "/ 'lang'");
	screen_test_shows(begin(f, NULL), "\"Filter\" was not finished");
	screen_test_keys(f->test, "/ Up");
	screen_test_shows(f->test, "Filter: lang");
	screen_test_keys(f->test, "Esc # '4711'");
	assert_non_null(strstr(kept_now(f), "typing jump Go to\n4711\n"));
}

/* The text of a cause is one step, its role and how sure are the next. */
static void steps_are_kept(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f, "");
	const char *kept;

	fixture_incident(screen_test_store(t));
	screen_test_keys(t, "I Enter Tab Tab a m h 'made up from names alone' Enter");
	screen_test_shows(t, "Its role");
	kept = kept_now(f);
	assert_non_null(strstr(kept, "unsaved text What exactly caused what\nmade up from names alone\n"));
	screen_test_hold(t, true);
	screen_test_keys(t, "Enter Enter"); /* the store has not answered yet */
	assert_string_equal(kept_now(f), ""); /* nothing new is to be kept */
	screen_test_hold(t, false);
	t = begin(f, kept);
	fixture_incident(screen_test_store(t));
	screen_test_keys(t, "I Enter Tab Tab a m h Up");
	screen_test_shows(t, "made up from names alone");
	screen_test_keys(t, "Enter Enter");
	assert_non_null(strstr(kept_now(f), "made up"));
	screen_test_keys(t, "Enter");
	assert_null(strstr(kept_now(f), "made up")); /* the store has it */
	screen_test_keys(t, "a m h 'another' Enter Esc");
	assert_null(strstr(kept_now(f), "another")); /* given up */
}

static void hostile_sessions(void **state)
{
	struct screen_test *t = begin(*state, "query \x1b[2Jx\xff\xfe\nsort newest\nsample 99999999999999999999999\n"
					      "typing note \x1b]0;owned\x07\xe2\x80\xaeT\n\x1b[31mtext\xe2\x80\xae\n");
	const char *screen = screen_test_text(t, false);

	assert_null(strchr(screen, '\x1b'));
	assert_null(strchr(screen, '\x07'));
	assert_null(strstr(screen, "\xe2\x80\xae"));
	screen_test_keys(t, "n Up");
	assert_null(strstr(screen_test_text(t, false), "\xe2\x80\xae"));
}

static void there_and_back(void **state)
{
	const struct session is = { "lang:c \"two words\"", SORT_OLDEST, 17, "cause path", HISTORY_TEXT, "What was decided", "we wait",
				    { { HISTORY_NOTE, "Note", "one" }, { HISTORY_TITLE, "Title", "two" } }, 2 };
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;
	struct session read;

	session_format(&is, &text);
	session_parse(&f->arena, strbuf_slice(&text), &read);
	strbuf_release(&text);
	assert_string_equal(read.query, is.query);
	assert_int_equal(read.sort, is.sort);
	assert_int_equal(read.sample, is.sample);
	assert_string_equal(read.columns, is.columns);
	assert_int_equal(read.typed_as, is.typed_as);
	assert_string_equal(read.typed_at, is.typed_at);
	assert_string_equal(read.typed, is.typed);
	assert_int_equal(read.unsaved_count, 2);
	assert_int_equal(read.unsaved[1].as, HISTORY_TITLE);
	assert_string_equal(read.unsaved[1].at, "Title");
	assert_string_equal(read.unsaved[0].text, "one");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_goes_on_where_it_stopped, setup, teardown),
		cmocka_unit_test_setup_teardown(columns_stay_chosen, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_gone_is_no_trouble, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_typed_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(others_cannot_read_it, setup, teardown),
		cmocka_unit_test_setup_teardown(what_waits_for_the_store_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(what_the_store_refused_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_replaced_store_cannot_have_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_saved_after_all_is_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(any_prompt_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(steps_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_sessions, setup, teardown),
		cmocka_unit_test_setup_teardown(there_and_back, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
