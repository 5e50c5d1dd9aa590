/* Workers: the order of answers, what grew stale, what is interrupted, opening, signals, kept files. */
#include "tests/tui/worker_fixture.h"

static void answers_come_in_order_and_wake_the_loop(void **state)
{
	struct fixture *f = *state;

	for (int i = 1; i <= 5; i++)
		send_sample(f, (uint32_t)i, i);
	for (unsigned i = 1; i <= 5; i++)
		assert_int_equal(next_answer(f, NULL), i);
	assert_null(worker_take(f->worker));
	assert_false(worker_busy(f->worker));
}

static void queued_requests_are_replaced_by_newer_ones(void **state)
{
	struct fixture *f = *state;

	set_gate(f, true);
	send_sample(f, 9, 100); /* occupies the thread */
	await_calls(f, 1);
	send_sample(f, 1, 1);
	send_sample(f, 2, 2);
	send_edit(f, 1, 3);
	send_sample(f, 1, 4); /* instead of 1 */
	send_edit(f, 1, 5);   /* edits replace nothing and are never replaced */
	assert_true(worker_busy(f->worker));
	assert_int_equal(f->gate.interrupts, 0);
	set_gate(f, false);
	assert_int_equal(next_answer(f, NULL), 100);
	assert_int_equal(next_answer(f, NULL), 2);
	assert_int_equal(next_answer(f, NULL), 3);
	assert_int_equal(next_answer(f, NULL), 4);
	assert_int_equal(next_answer(f, NULL), 5);
	assert_int_equal(f->gate.call_count, 5);
}

static void running_request_is_interrupted_and_its_answer_dropped(void **state)
{
	struct fixture *f = *state;
	enum status status;

	set_gate(f, true);
	send_sample(f, 1, 1);
	await_calls(f, 1);
	send_sample(f, 2, 2); /* another's: no reason to interrupt */
	assert_int_equal(f->gate.interrupts, 0);
	send_sample(f, 1, 3);
	await_calls(f, 2); /* the gate is still shut: the first came out by the interrupt */
	set_gate(f, false);
	assert_int_equal(next_answer(f, &status), 2);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(next_answer(f, &status), 3);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(f->gate.interrupts, 1);
}

/* A screen that was closed: nobody waits for what it asked for. */
static void what_a_closed_screen_asked_for_is_ended(void **state)
{
	struct fixture *f = *state;

	set_gate(f, true);
	send_sample(f, 1, 1);
	await_calls(f, 1);
	send_sample(f, 2, 2);
	send_edit(f, 2, 3);
	worker_forget(f->worker, 3);
	assert_int_equal(f->gate.interrupts, 0);
	worker_forget(f->worker, 2); /* waits still: dropped, but not its edit */
	assert_int_equal(f->gate.interrupts, 0);
	worker_forget(f->worker, 1);
	await_calls(f, 2);
	set_gate(f, false);
	assert_int_equal(next_answer(f, NULL), 3);
	assert_int_equal(f->gate.interrupts, 1);
	assert_int_equal(f->gate.call_count, 2);
}

static void answer_of_a_stale_request_is_dropped_even_if_it_went_through(void **state)
{
	struct fixture *f = *state;

	f->gate.interruptible = false;
	set_gate(f, true);
	send_sample(f, 1, 1);
	await_calls(f, 1);
	send_sample(f, 1, 2);
	set_gate(f, false);
	assert_int_equal(next_answer(f, NULL), 2);
	assert_null(worker_take(f->worker));
	assert_int_equal(f->gate.call_count, 2);
}

static enum status open_slowly(void *context, struct backend *out, struct error *err)
{
	struct fixture *f = context;

	pass_gate(&f->gate, 0, false);
	return open_gate(context, out, err);
}

/* There is no store yet that could be interrupted: it must not be asked for nothing afterwards. */
static void what_grew_stale_while_it_opened_is_not_run(void **state)
{
	struct fixture *f = *state;
	struct worker_hooks hooks = hooks_of(f);

	stop(f);
	hooks.lazy = true;
	hooks.open = open_slowly;
	set_gate(f, true);
	assert_int_equal(worker_start(&hooks, &f->worker, NULL), STATUS_OK);
	send_sample(f, 1, 1);
	await_calls(f, 1);
	send_sample(f, 1, 2);
	set_gate(f, false);
	assert_int_equal(next_answer(f, NULL), 2);
	assert_int_equal(f->gate.call_count, 2);
	assert_int_equal(f->gate.calls[1], 2);
}

static void failing_to_open_is_told_at_the_start(void **state)
{
	struct fixture *f = *state;
	struct worker_hooks hooks = hooks_of(f);
	struct worker *worker;
	struct error err;

	f->gate.open_status = STATUS_STORE;
	assert_int_equal(worker_start(&hooks, &worker, &err), STATUS_STORE);
	assert_string_equal(err.text, "the store is locked");
	assert_null(worker);
	assert_false(f->gate.closed);
}

static void signals_are_left_to_the_main_thread(void **state)
{
	const struct fixture *f = *state;

	assert_true(f->gate.signals_blocked);
}

/* Nobody reads the pipe: it fills up, and the worker goes on all the same. */
static void full_pipe_does_not_hold_the_worker_up(void **state)
{
	struct fixture *f = *state;
	char bytes[4096] = { 0 };

	while (write(f->wake[1], bytes, sizeof(bytes)) > 0)
		continue;
	while (write(f->wake[1], bytes, 1) > 0)
		continue;
	send_edit(f, 1, 1);
	send_edit(f, 1, 2);
	assert_int_equal(next_answer(f, NULL), 1);
	assert_int_equal(next_answer(f, NULL), 2);
}

static void a_lazy_one_opens_when_it_is_asked(void **state)
{
	struct fixture *f = *state;
	struct worker_hooks hooks = hooks_of(f);
	enum status status;
	struct error err;

	stop(f);
	f->gate.closed = false;
	f->gate.open_status = STATUS_STORE;
	hooks.lazy = hooks.low = true;
	assert_int_equal(worker_start(&hooks, &f->worker, &err), STATUS_OK);
	send_sample(f, 1, 7);
	assert_int_equal(next_answer(f, &status), 7);
	assert_int_equal(status, STATUS_STORE);
	/* It is tried again with the next one. */
	f->gate.open_status = STATUS_OK;
	send_edit(f, 1, 8);
	assert_int_equal(next_answer(f, &status), 8);
	assert_int_equal(status, STATUS_OK);
	stop(f);
	assert_true(f->gate.closed);
	f->gate.closed = false;
	assert_int_equal(worker_start(&hooks, &f->worker, &err), STATUS_OK);
	stop(f);
	assert_false(f->gate.closed); /* nothing was opened */
	assert_int_equal(worker_start(&hooks, &f->worker, &err), STATUS_OK);
	f->gate.signals_blocked = false;
	worker_prepare(f->worker);
	for (int i = 0; i < 2000 && !f->gate.signals_blocked; i++) /* open_gate() sets it */
		usleep(10000);
	stop(f);
	assert_true(f->gate.closed);
}

static void send_keep(struct fixture *f, const char *path, const char *text)
{
	struct request *request = request_new(REQUEST_KEEP);

	request->path = arena_strdup(&request->arena, path);
	request->text = arena_strdup(&request->arena, text);
	worker_send(f->worker, request);
}

/* What was copied is kept though where one is is to be kept next; and no store is needed for it. */
static void files_are_kept_each(void **state)
{
	struct fixture *f = *state;
	struct worker_hooks hooks = hooks_of(f);
	char folder[] = "/tmp/aitia-test-XXXXXX";
	struct arena arena = ARENA_INIT;
	struct slice text;
	struct error err;

	assert_non_null(mkdtemp(folder));
	const char *one = file_join(&arena, folder, "one"), *two = file_join(&arena, folder, "two");
	set_gate(f, true);
	send_edit(f, 1, 1); /* what follows has to queue */
	await_calls(f, 1);
	send_keep(f, one, "old");
	send_keep(f, two, "b");
	send_keep(f, one, "new");
	set_gate(f, false);
	for (int i = 0; i < 3; i++)
		next_answer(f, NULL);
	assert_int_equal(file_read(&arena, one, 0, &text, NULL), STATUS_OK);
	assert_true(slice_is(text, "new"));
	assert_int_equal(file_read(&arena, two, 0, &text, NULL), STATUS_OK);
	assert_true(slice_is(text, "b"));
	stop(f);
	f->gate.closed = false;
	hooks.open = NULL;
	assert_int_equal(worker_start(&hooks, &f->worker, &err), STATUS_OK);
	send_keep(f, one, "c");
	next_answer(f, NULL);
	stop(f);
	assert_false(f->gate.closed);
	assert_int_equal(file_read(&arena, one, 0, &text, NULL), STATUS_OK);
	assert_true(slice_is(text, "c"));
	unlink(one);
	unlink(two);
	assert_int_equal(rmdir(folder), 0);
	arena_release(&arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(answers_come_in_order_and_wake_the_loop),
		TEST(queued_requests_are_replaced_by_newer_ones),
		TEST(running_request_is_interrupted_and_its_answer_dropped),
		TEST(what_a_closed_screen_asked_for_is_ended),
		TEST(answer_of_a_stale_request_is_dropped_even_if_it_went_through),
		TEST(what_grew_stale_while_it_opened_is_not_run),
		TEST(failing_to_open_is_told_at_the_start),
		TEST(signals_are_left_to_the_main_thread),
		TEST(full_pipe_does_not_hold_the_worker_up),
		TEST(a_lazy_one_opens_when_it_is_asked),
		TEST(files_are_kept_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
