/*
 * The loop with the real app and workers, on the in-memory store and a terminal of
 * the test's own: a script of keys, each given when a text has come on the screen.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "tests/support/fake_store.h"
#include "tui/editor.h"
#include "tui/loop.h"

#define TIMEOUT_S 60 /* a hanging loop is ended by SIGALRM */
#define SAMPLES 3

/* What the terminal does once `when` is on the screen. */
struct step {
	const char *when;
	const char *key;     /* by name; or one of the words below */
};
#define RESIZE "(resize)"
#define LOSE "(lose)"
#define TERMINATE "(terminate)"

/* A terminal has no context in the port: there is one. */
static struct fake_terminal {
	const struct step *steps;
	size_t at;
	int input[2];
	int rows, columns;
	struct strbuf screen, first;
	struct surface shown;
	int opened, closed, suspended, resumed, redrawn;
	const char *session, *session_given; /* a file, and where it is moved as the terminal is given away; or NULL */
	enum status open_status;
} terminal;

struct fixture {
	struct arena arena;
	char folder[32];
	struct error err;
	int stores_open;
	int64_t annotated, noted;
	enum status backend_status;
	enum status edit_failure;
	struct store_ops failing_ops;
};

/* A large store, which is read in steps before values are counted. After the last one the program is ended. */
static struct large {
	bool is;
	int steps;
	int64_t key_us, second_us; /* monotonic: the newest key, the second step */
} large;

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- the terminal ------------------------------------------------------------------ */

static enum status fake_open(const struct term_options *options, struct term **out, struct error *err)
{
	(void)options;
	if (terminal.open_status != STATUS_OK)
		return error_set(err, terminal.open_status, "no terminal");
	terminal.opened++;
	*out = (struct term *)&terminal; /* never looked into */
	return STATUS_OK;
}

static void fake_close(struct term *term)
{
	(void)term;
	terminal.closed++;
}

static int fake_fd(const struct term *term)
{
	(void)term;
	return terminal.input[0];
}

static void fake_size(const struct term *term, int *rows, int *columns)
{
	(void)term;
	*rows = terminal.rows;
	*columns = terminal.columns;
}

static enum term_event fake_read(struct term *term, struct key *key)
{
	char byte;

	(void)term;
	if (read(terminal.input[0], &byte, 1) != 1)
		return TERM_NOTHING;
	const char *name = terminal.steps[terminal.at++].key;
	large.key_us = now_us();
	if (strcmp(name, RESIZE) == 0) {
		terminal.rows = 10;
		terminal.columns = 50;
		return TERM_RESIZE;
	}
	if (strcmp(name, LOSE) == 0)
		return TERM_LOST;
	if (strcmp(name, TERMINATE) == 0) {
		raise(SIGTERM);
		return TERM_NOTHING;
	}
	if (!key_parse(name, key))
		fail_msg("%s is no key", name);
	return TERM_KEY;
}

static void fake_show(struct term *term, const struct surface *surface)
{
	const struct step *step = &terminal.steps[terminal.at];

	(void)term;
	strbuf_clear(&terminal.screen);
	surface_dump(surface, false, &terminal.screen);
	if (!terminal.first.len_bytes)
		strbuf_addstr(&terminal.first, terminal.screen.text);
	assert_int_equal(surface->rows, terminal.rows);
	assert_int_equal(surface->columns, terminal.columns);
	if (step->key && strstr(terminal.screen.text, step->when))
		assert_int_equal(write(terminal.input[1], "k", 1), 1);
}

static void fake_redraw(struct term *term)
{
	(void)term;
	terminal.redrawn++;
}

static void fake_suspend(struct term *term)
{
	(void)term;
	terminal.suspended++;
	if (terminal.session)
		assert_int_equal(rename(terminal.session, terminal.session_given), 0);
}

static void fake_resume(struct term *term)
{
	(void)term;
	terminal.resumed++;
}

static void fake_rescue(void)
{
}

static const struct term_ops fake_terminal_ops = {
	.open = fake_open,
	.close = fake_close,
	.fd = fake_fd,
	.size = fake_size,
	.read = fake_read,
	.show = fake_show,
	.redraw = fake_redraw,
	.suspend = fake_suspend,
	.resume = fake_resume,
	.rescue = fake_rescue,
};

/* ---- the store --------------------------------------------------------------------- */

/* The fake's own table with an annotate() that fails where the test says so. */
static enum status refuse_edit(struct store *store, const char *reviewer, const struct annotate_request *request,
			       int64_t *edit_id, struct error *err)
{
	(void)store, (void)reviewer, (void)request, (void)edit_id;
	return error_set(err, STATUS_STORE, "the store is full");
}

static enum status read_in_steps(struct store *store, struct arena *arena, const struct facet_request *request,
				 struct facets *out, struct error *err)
{
	(void)store, (void)arena, (void)request, (void)err;
	*out = (struct facets){ .readiness = { .ready = ++large.steps == 4, .done = large.steps, .total = 4 } };
	if (large.steps == 2)
		large.second_us = now_us();
	if (large.steps == 4)
		kill(getpid(), SIGTERM);
	return STATUS_OK;
}

/* Each lane has a store of its own with the same samples: edits go to a third. */
static enum status open_store(void *context, struct backend *out, struct error *err)
{
	struct fixture *f = context;

	if (f->backend_status != STATUS_OK)
		return error_set(err, f->backend_status, "the store is locked");
	out->store = fake_store_new();
	for (int i = 0; i < SAMPLES; i++) {
		char message[32];
		struct flag flag = { .source = SOURCE_SAST, .level = LEVEL_ERROR, .message = message };
		struct sample sample = { .code = slice_of("x\n"), .flags = &flag, .flag_count = 1 };
		snprintf(message, sizeof(message), "finding %d", i);
		sample.external_id = message;
		fake_store_add(out->store, &sample);
	}
	if (f->edit_failure != STATUS_OK) {
		f->failing_ops = *out->store->ops;
		f->failing_ops.annotate = refuse_edit;
		out->store->ops = &f->failing_ops;
	}
	if (large.is) {
		f->failing_ops = *out->store->ops;
		f->failing_ops.facets = read_in_steps;
		out->store->ops = &f->failing_ops;
	}
	f->stores_open++;
	return STATUS_OK;
}

static int64_t count(struct fixture *f, struct store *store, const char *text)
{
	struct query query;
	int64_t found = -1;

	assert_int_equal(query_parse(&f->arena, text, "ada", &query, NULL), STATUS_OK);
	assert_int_equal(store->ops->sample_count(store, &query, &found, NULL), STATUS_OK);
	return found;
}

static void close_store(void *context, struct backend *backend)
{
	struct fixture *f = context;

	f->annotated += count(f, backend->store, "status:annotated");
	f->noted += count(f, backend->store, "precious");
	f->stores_open--;
	backend->store->ops->close(backend->store);
}

/* ---- set-up ------------------------------------------------------------------------ */

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	arena_init(&f->arena);
	memset(&terminal, 0, sizeof(terminal));
	strbuf_init(&terminal.screen);
	strbuf_init(&terminal.first);
	terminal.rows = 24;
	terminal.columns = 80;
	memcpy(f->folder, "/tmp/aitia-test-XXXXXX", sizeof("/tmp/aitia-test-XXXXXX"));
	if (pipe(terminal.input) != 0 || !mkdtemp(f->folder))
		return -1;
	fcntl(terminal.input[0], F_SETFL, O_NONBLOCK);
	setenv("TMPDIR", f->folder, 1);
	setenv("AITIA_NOW", "2026-05-04T12:00:00Z", 1);
	unsetenv("VISUAL");
	alarm(TIMEOUT_S);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	alarm(0);
	strbuf_release(&terminal.screen);
	strbuf_release(&terminal.first);
	close(terminal.input[0]);
	close(terminal.input[1]);
	unlink(file_join(&f->arena, f->folder, "editor"));
	unsetenv("TMPDIR");
	int left = rmdir(f->folder);
	arena_release(&f->arena);
	free(f);
	return left;
}

static enum status run(struct fixture *f, const struct step *steps)
{
	struct tui_options options = {
		.app = { .store_name = "test.db", .reviewer = "ada", .export_folder = "out",
			 .session_path = terminal.session },
		.backend = { .open = open_store, .close = close_store, .context = f },
		.term = &fake_terminal_ops,
	};

	terminal.steps = steps;
	enum status status = tui_run(&options, &f->err);
	assert_int_equal(f->stores_open, 0);
	assert_int_equal(terminal.closed, terminal.opened);
	assert_int_equal(terminal.suspended, terminal.resumed);
	return status;
}

static void use_editor(struct fixture *f, const char *body)
{
	const char *path = file_join(&f->arena, f->folder, "editor");
	const char *text = arena_printf(&f->arena, "#!/bin/sh\n%s\n", body);

	assert_int_equal(file_write_atomic(path, slice_of(text), NULL), STATUS_OK);
	assert_int_equal(chmod(path, 0700), 0);
	setenv("EDITOR", path, 1);
}

/* ---- tests ------------------------------------------------------------------------- */

static void shows_the_queue_and_quits(void **state)
{
	static const struct step steps[] = { { "finding 2", "Q" }, { 0 } };

	assert_int_equal(run(*state, steps), STATUS_OK);
	assert_int_equal(terminal.opened, 1);
	assert_non_null(strstr(terminal.screen.text, "finding 0"));
}

/* The list and its sample, and not two pictures that are wiped out by the next. */
static void the_first_picture_is_whole(void **state)
{
	static const struct step steps[] = { { "", "Q" }, { 0 } };

	assert_int_equal(run(*state, steps), STATUS_OK);
	assert_non_null(strstr(terminal.first.text, "finding 2"));
	assert_non_null(strstr(terminal.first.text, "[code]"));
}

static void resizing_gives_the_app_its_new_size(void **state)
{
	static const struct step steps[] = { { "finding 2", RESIZE }, { "finding 2", "Q" }, { 0 } };

	assert_int_equal(run(*state, steps), STATUS_OK);
	assert_int_equal(terminal.rows, 10); /* fake_show() has compared the surfaces */
	assert_true(terminal.redrawn > 0);
}

/* m h: model/hallucination; quit at once, the annotation is in the store all the same. */
static void edits_are_finished_at_the_end(void **state)
{
	static const struct step steps[] = { { "finding 2", "m" }, { "hallucination", "h" }, { "finding", "Q" }, { 0 } };
	struct fixture *f = *state;

	assert_int_equal(run(f, steps), STATUS_OK);
	assert_int_equal(f->annotated, 1);
}

static void signal_ends_it_in_order(void **state)
{
	static const struct step steps[] = {
		{ "finding 2", "m" }, { "hallucination", "h" }, { "finding", TERMINATE }, { 0 },
	};
	struct fixture *f = *state;
	struct sigaction action;

	assert_int_equal(run(f, steps), STATUS_CANCELLED);
	assert_non_null(strstr(f->err.text, "signal 15"));
	assert_int_equal(f->annotated, 1);
	sigaction(SIGTERM, NULL, &action);
	assert_true(action.sa_handler == SIG_DFL);
}

static void lost_terminal_ends_it_in_order(void **state)
{
	static const struct step steps[] = { { "finding 2", "m" }, { "hallucination", "h" }, { "finding", LOSE }, { 0 } };
	struct fixture *f = *state;

	assert_int_equal(run(f, steps), STATUS_CANCELLED);
	assert_non_null(strstr(f->err.text, "terminal is gone"));
	assert_int_equal(f->annotated, 1);
}

static void without_a_store_the_terminal_is_not_touched(void **state)
{
	static const struct step steps[] = { { 0 } };
	struct fixture *f = *state;

	f->backend_status = STATUS_STORE;
	assert_int_equal(run(f, steps), STATUS_STORE);
	assert_string_equal(f->err.text, "the store is locked");
	assert_int_equal(terminal.opened, 0);
}

static void without_a_terminal_it_says_so(void **state)
{
	static const struct step steps[] = { { 0 } };
	struct fixture *f = *state;

	terminal.open_status = STATUS_USAGE;
	assert_int_equal(run(f, steps), STATUS_USAGE);
	assert_string_equal(f->err.text, "no terminal");
}

static void note_from_the_editor_is_saved_and_its_file_removed(void **state)
{
	static const struct step steps[] = { { "finding 2", "e" }, { "u undoes", "Q" }, { 0 } };
	struct fixture *f = *state;

	use_editor(f, "echo precious >\"$1\"");
	assert_int_equal(run(f, steps), STATUS_OK);
	assert_string_equal(f->err.text, "");
	assert_int_equal(terminal.suspended, 1);
	assert_int_equal(f->noted, 1);
	/* teardown() finds its folder empty */
}

/* The store fails: the message says where the text lies, and so does the note at the end. */
static void text_that_is_not_saved_stays_in_its_file(void **state)
{
	static const struct step steps[] = { { "finding 2", "e" }, { "your text is kept in", "Q" }, { 0 } };
	struct fixture *f = *state;
	struct slice content;

	use_editor(f, "echo precious >\"$1\"");
	f->edit_failure = STATUS_STORE;
	assert_int_equal(run(f, steps), STATUS_OK);
	assert_int_equal(f->noted, 0);
	const char *path = strchr(f->err.text, '/');
	assert_non_null(path);
	assert_int_equal(file_read(&f->arena, path, 0, &content, NULL), STATUS_OK);
	assert_true(slice_is(content, "precious\n"));
	editor_discard(path);
}

static void unchanged_text_is_said_to_be_so(void **state)
{
	static const struct step steps[] = { { "finding 2", "e" }, { "nothing was changed", "Q" }, { 0 } };
	struct fixture *f = *state;

	use_editor(f, ":");
	assert_int_equal(run(f, steps), STATUS_OK);
	assert_int_equal(terminal.resumed, 1);
}

static void failed_editor_is_reported(void **state)
{
	static const struct step steps[] = { { "finding 2", "e" }, { "ended with status 7", "Q" }, { 0 } };
	struct fixture *f = *state;

	use_editor(f, "exit 7");
	assert_int_equal(run(f, steps), STATUS_OK);
	assert_int_equal(f->noted, 0);
}

static void pager_has_the_terminal_meanwhile(void **state)
{
	static const struct step steps[] = { { "finding 2", "Z" }, { "ended with status 5", "Q" }, { 0 } };
	struct fixture *f = *state;
	const char *path = file_join(&f->arena, f->folder, "editor");

	use_editor(f, "exit 5");
	setenv("PAGER", path, 1);
	assert_int_equal(run(f, steps), STATUS_OK);
	assert_int_equal(terminal.suspended, 1);
	assert_int_equal(terminal.resumed, 1);
	unsetenv("PAGER");
}

/* However long the pager runs, and whatever ends us meanwhile: what was typed until then is in the file. */
static void the_session_is_kept_before_the_terminal_is_given_away(void **state)
{
	static const struct step steps[] = {
		{ "finding 2", "j" }, { "2 of 3", "j" }, { "3 of 3", "Z" }, { "ended with status 5", "Q" }, { 0 },
	};
	struct fixture *f = *state;
	struct slice kept;

	terminal.session = file_join(&f->arena, f->folder, "session");
	terminal.session_given = file_join(&f->arena, f->folder, "given");
	use_editor(f, "exit 5");
	setenv("PAGER", file_join(&f->arena, f->folder, "editor"), 1);
	assert_int_equal(run(f, steps), STATUS_OK);
	unsetenv("PAGER");
	assert_int_equal(file_read(&f->arena, terminal.session_given, 0, &kept, NULL), STATUS_OK);
	assert_non_null(strstr(arena_text(&f->arena, kept), "sample 1\n"));
	unlink(terminal.session_given);
	unlink(terminal.session);
}

/* Nobody waits for it, so it is left while keys come: not before a quarter of a second without any. */
static void a_large_store_is_read_while_nobody_types(void **state)
{
	static const struct step steps[] = { { "finding 2", "j" }, { "2 of 3", "k" }, { 0 } };

	large = (struct large){ .is = true };
	assert_int_equal(run(*state, steps), STATUS_CANCELLED); /* by read_in_steps() */
	assert_int_equal(large.steps, 4);
	assert_true(large.second_us - large.key_us >= 200000);
	large.is = false;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(shows_the_queue_and_quits),
		TEST(the_first_picture_is_whole),
		TEST(resizing_gives_the_app_its_new_size),
		TEST(edits_are_finished_at_the_end),
		TEST(signal_ends_it_in_order),
		TEST(lost_terminal_ends_it_in_order),
		TEST(without_a_store_the_terminal_is_not_touched),
		TEST(without_a_terminal_it_says_so),
		TEST(note_from_the_editor_is_saved_and_its_file_removed),
		TEST(text_that_is_not_saved_stays_in_its_file),
		TEST(unchanged_text_is_said_to_be_so),
		TEST(failed_editor_is_reported),
		TEST(pager_has_the_terminal_meanwhile),
		TEST(the_session_is_kept_before_the_terminal_is_given_away),
		TEST(a_large_store_is_read_while_nobody_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
