/* Workers: edits are finished whatever comes, the end waits for them, and idle work for all others. */
#include "tests/tui/worker_fixture.h"

static void edits_are_never_interrupted(void **state)
{
	struct fixture *f = *state;
	enum status status;

	set_gate(f, true);
	send_edit(f, 1, 1);
	await_calls(f, 1);
	send_edit(f, 1, 2);
	send_sample(f, 1, 3);
	assert_int_equal(f->gate.interrupts, 0);
	set_gate(f, false);
	assert_int_equal(next_answer(f, &status), 1);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(next_answer(f, NULL), 2);
	assert_int_equal(next_answer(f, NULL), 3);
}

static void stop_finishes_edits_and_drops_the_rest(void **state)
{
	struct fixture *f = *state;

	set_gate(f, true);
	send_sample(f, 1, 1);
	await_calls(f, 1);
	send_sample(f, 2, 2);
	send_edit(f, 1, 3);
	send_sample(f, 3, 4);
	send_edit(f, 1, 5);
	/* The reading one under way is interrupted, though nothing replaces it, and the edits
	 * that follow must get through with the gate open. */
	f->gate.edit_status = STATUS_STORE;
	pthread_mutex_lock(&f->gate.mutex);
	f->gate.shut = false;
	f->gate.interrupted = true;
	pthread_mutex_unlock(&f->gate.mutex);
	stop(f);
	assert_true(f->gate.closed);
	assert_int_equal(f->gate.call_count, 3);
	assert_int_equal(f->gate.calls[1], -3);
	assert_int_equal(f->gate.calls[2], -5);
	assert_int_equal(f->unread, 2);
	assert_int_equal(f->unread_failed, 2);
	assert_int_equal(f->gate.interrupts_outside, 0);
}

static void stop_interrupts_what_only_reads(void **state)
{
	struct fixture *f = *state;

	set_gate(f, true); /* never opened: only an interrupt gets it out */
	send_sample(f, 1, 1);
	await_calls(f, 1);
	stop(f);
	assert_int_equal(f->gate.interrupts, 1);
	assert_true(f->gate.closed);
	assert_int_equal(f->unread, 0);
}

static void edits_wait_for_others_and_say_so(void **state)
{
	struct fixture *f = *state;
	struct pollfd wake = { .fd = f->wake[0], .events = POLLIN };
	enum status status;

	assert_false(worker_waits(f->worker));
	f->gate.contended = true;
	set_gate(f, true);
	send_edit(f, 1, 1);
	assert_int_equal(poll(&wake, 1, WAIT_MS), 1); /* the loop is woken to show it */
	assert_true(worker_waits(f->worker));
	assert_null(worker_take(f->worker));
	set_gate(f, false);
	assert_int_equal(next_answer(f, &status), 1);
	assert_int_equal(status, STATUS_OK);
	assert_false(worker_waits(f->worker));
}

static void stop_does_not_wait_for_others_for_ever(void **state)
{
	struct fixture *f = *state;

	f->gate.contended = true;
	set_gate(f, true); /* and stays so */
	send_edit(f, 1, 1);
	send_edit(f, 1, 2);
	stop(f);
	assert_int_equal(f->unread_failed, 2);
	assert_true(f->gate.closed);
}

static void *open_gate_later(void *context)
{
	struct timespec pause = { 0, 100 * 1000000L };

	nanosleep(&pause, NULL); /* long enough for the stop to have begun; if not, nothing is tested */
	set_gate(context, false);
	return NULL;
}

static void stop_waits_for_the_edit_under_way(void **state)
{
	struct fixture *f = *state;
	pthread_t opener;

	set_gate(f, true);
	send_edit(f, 1, 1);
	await_calls(f, 1);
	assert_int_equal(pthread_create(&opener, NULL, open_gate_later, f), 0);
	stop(f);
	pthread_join(opener, NULL);
	assert_int_equal(f->gate.interrupts, 0);
	assert_int_equal(f->unread, 1);
	assert_int_equal(f->unread_failed, 0);
}

/* Keystrokes faster than the store, with edits in between: every edit comes through, in
 * order, and is never hit by an interrupt that was meant for the request before it. */
static void edits_survive_a_storm_of_stale_requests(void **state)
{
	struct fixture *f = *state;
	uint64_t last_edit = 0;
	size_t edits = 0;

	for (int64_t i = 1; i <= 600; i++) {
		send_sample(f, 1, 10000 + i);
		send_sample(f, 1, 20000 + i);
		if (i % 3 == 0)
			send_edit(f, 1, i);
	}
	while (last_edit < 600) {
		enum status status;
		uint64_t serial = next_answer(f, &status);
		if (serial > 600)
			continue;
		assert_int_equal(status, STATUS_OK);
		assert_int_equal(serial, last_edit + 3);
		last_edit = serial;
		edits++;
	}
	assert_int_equal(edits, 200);
	assert_int_equal(f->gate.interrupts_outside, 0);
}

static bool idle_three_times(const struct backend *backend)
{
	struct gate_store *gate = gate_of(backend->store);

	pthread_mutex_lock(&gate->mutex);
	gate->idles++;
	pthread_cond_broadcast(&gate->changed);
	bool more = gate->idles < 3;
	pthread_mutex_unlock(&gate->mutex);
	return more;
}

static void idle_work_is_done_between_requests(void **state)
{
	struct fixture *f = *state;
	struct worker_hooks hooks = hooks_of(f);
	struct error err;

	stop(f);
	f->gate.closed = false;
	hooks.idle = idle_three_times;
	assert_int_equal(worker_start(&hooks, &f->worker, &err), STATUS_OK);
	pthread_mutex_lock(&f->gate.mutex);
	while (f->gate.idles < 3)
		pthread_cond_wait(&f->gate.changed, &f->gate.mutex);
	pthread_mutex_unlock(&f->gate.mutex);
	/* With no more to do it waits for requests, which do not wait for it. */
	send_sample(f, 1, 7);
	assert_int_equal(next_answer(f, NULL), 7);
	assert_int_equal(f->gate.idles, 3);
}

static void idle_work_is_held(void **state)
{
	struct fixture *f = *state;
	struct worker_hooks hooks = hooks_of(f);
	struct error err;

	stop(f);
	f->gate.closed = false;
	hooks.idle = idle_three_times;
	assert_int_equal(worker_start(&hooks, &f->worker, &err), STATUS_OK);
	worker_hold_idle(f->worker, true);
	send_sample(f, 1, 7);
	assert_int_equal(next_answer(f, NULL), 7); /* a piece that had begun has ended */
	pthread_mutex_lock(&f->gate.mutex);
	size_t before = f->gate.idles;
	pthread_mutex_unlock(&f->gate.mutex);
	assert_true(before < 3);
	nanosleep(&(struct timespec){ 0, 80000000 }, NULL);
	pthread_mutex_lock(&f->gate.mutex);
	assert_int_equal(f->gate.idles, before);
	pthread_mutex_unlock(&f->gate.mutex);
	worker_hold_idle(f->worker, false);
	pthread_mutex_lock(&f->gate.mutex);
	while (f->gate.idles < 3)
		pthread_cond_wait(&f->gate.changed, &f->gate.mutex);
	pthread_mutex_unlock(&f->gate.mutex);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(edits_are_never_interrupted),
		TEST(stop_finishes_edits_and_drops_the_rest),
		TEST(stop_interrupts_what_only_reads),
		TEST(stop_waits_for_the_edit_under_way),
		TEST(edits_wait_for_others_and_say_so),
		TEST(stop_does_not_wait_for_others_for_ever),
		TEST(edits_survive_a_storm_of_stale_requests),
		TEST(idle_work_is_done_between_requests),
		TEST(idle_work_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
