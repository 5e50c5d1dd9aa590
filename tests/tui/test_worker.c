/*
 * Workers: order, what is dropped, what is interrupted, and the end. The store is
 * one that waits at a gate until the test opens it, so that nothing depends on time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "tui/worker.h"

#define WAIT_MS 20000 /* until a hanging test is given up */

struct gate_store {
	struct store store;      /* first: what the port points to */
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool shut;               /* calls wait */
	bool in_call;
	bool interrupted;        /* the running call is to end */
	bool interruptible;      /* else interrupt() is noted, but does nothing */
	int interrupts;
	int interrupts_outside;  /* with no call, or an edit, running: must stay 0 */
	bool call_is_edit;
	int64_t calls[2000];     /* what was asked for, in order: sample ids, or -1 for an edit */
	size_t call_count;
	bool closed;
	atomic_bool signals_blocked; /* on the thread */
	enum status open_status, edit_status;
	size_t idles;            /* pieces of idle work done */
	/* edits wait for another process while the gate is shut, a second between two looks */
	bool contended;
	bool (*waiting)(void *context, int64_t waited_ms);
	void *waiting_context;
};

struct fixture {
	struct gate_store gate;
	struct worker *worker;
	int wake[2];
	size_t unread_failed, unread;
};

static struct gate_store *gate_of(struct store *store)
{
	return (struct gate_store *)store;
}

/* A call of the store: notes itself, waits at the gate. True: it was interrupted. */
static bool pass_gate(struct gate_store *gate, int64_t what, bool is_edit)
{
	pthread_mutex_lock(&gate->mutex);
	if (gate->call_count < sizeof(gate->calls) / sizeof(gate->calls[0]))
		gate->calls[gate->call_count++] = what;
	gate->in_call = true;
	gate->call_is_edit = is_edit;
	pthread_cond_broadcast(&gate->changed);
	while (gate->shut && !gate->interrupted)
		pthread_cond_wait(&gate->changed, &gate->mutex);
	bool interrupted = gate->interrupted;
	gate->interrupted = false;
	gate->in_call = false;
	pthread_mutex_unlock(&gate->mutex);
	return interrupted;
}

static enum status gate_sample_get(struct store *store, struct arena *arena, int64_t id, struct sample **out,
				   struct error *err)
{
	if (pass_gate(gate_of(store), id, false))
		return error_set(err, STATUS_CANCELLED, "interrupted");
	*out = arena_alloc(arena, sizeof(**out));
	(*out)->id = id;
	return STATUS_OK;
}

static enum status gate_annotation_list(struct store *store, struct arena *arena, int64_t sample,
					const struct annotation **out, size_t *count, struct error *err)
{
	(void)store, (void)arena, (void)sample, (void)out, (void)err;
	*count = 0;
	return STATUS_OK;
}

static enum status gate_sample_incidents(struct store *store, struct arena *arena, int64_t sample,
					 const char *const **keys, size_t *count, struct error *err)
{
	(void)store, (void)arena, (void)sample, (void)keys, (void)err;
	*count = 0;
	return STATUS_OK;
}

static void gate_on_wait(struct store *store, bool (*waiting)(void *, int64_t), void *context)
{
	gate_of(store)->waiting = waiting;
	gate_of(store)->waiting_context = context;
}

/* As an engine waits; false: it was given up. */
static bool wait_for_others(struct gate_store *gate)
{
	for (int64_t waited_ms = 400;; waited_ms += 1000) {
		pthread_mutex_lock(&gate->mutex);
		bool shut = gate->shut;
		pthread_mutex_unlock(&gate->mutex);
		if (!shut)
			return true;
		if (!gate->waiting(gate->waiting_context, waited_ms))
			return false;
		usleep(500);
	}
}

static enum status gate_triage(struct store *store, const char *reviewer, const struct triage_request *request,
			       int64_t *edit_id, struct error *err)
{
	(void)reviewer;
	if (gate_of(store)->contended && !wait_for_others(gate_of(store)))
		return error_set(err, STATUS_STORE, "the store is locked");
	pass_gate(gate_of(store), -request->samples[0], true);
	*edit_id = 1;
	if (gate_of(store)->edit_status != STATUS_OK)
		return error_set(err, gate_of(store)->edit_status, "the store is full");
	return STATUS_OK;
}

static void gate_interrupt(struct store *store)
{
	struct gate_store *gate = gate_of(store);

	pthread_mutex_lock(&gate->mutex);
	gate->interrupts++;
	if (gate->in_call && gate->call_is_edit)
		gate->interrupts_outside++;
	if (gate->in_call && gate->interruptible)
		gate->interrupted = true;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->mutex);
}

static enum status gate_sample_page(struct store *store, struct arena *arena, const struct page_request *request,
				    struct sample_page *out, struct error *err)
{
	(void)store;
	(void)arena;
	(void)request;
	(void)err;
	*out = (struct sample_page){ .count = 0 };
	return STATUS_OK;
}

static const struct store_ops gate_ops = {
	.sample_get = gate_sample_get,
	.annotation_list = gate_annotation_list,
	.sample_incidents = gate_sample_incidents,
	.sample_page = gate_sample_page,
	.triage = gate_triage,
	.on_wait = gate_on_wait,
	.interrupt = gate_interrupt,
};

/* ---- a worker on it --------------------------------------------------------------- */

static enum status open_gate(void *context, struct backend *out, struct error *err)
{
	struct fixture *f = context;
	sigset_t mask;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	f->gate.signals_blocked = sigismember(&mask, SIGTERM) && sigismember(&mask, SIGWINCH) &&
				  !sigismember(&mask, SIGSEGV);
	out->store = &f->gate.store;
	if (f->gate.open_status != STATUS_OK)
		return error_set(err, f->gate.open_status, "the store is locked");
	return STATUS_OK;
}

static void close_gate(void *context, struct backend *backend)
{
	struct fixture *f = context;

	assert_ptr_equal(backend->store, &f->gate.store);
	f->gate.closed = true;
}

static void count_unread(void *context, const struct answer *answer)
{
	struct fixture *f = context;

	f->unread++;
	f->unread_failed += answer->status != STATUS_OK;
}

static struct worker_hooks hooks_of(struct fixture *f)
{
	return (struct worker_hooks){
		.open = open_gate,
		.close = close_gate,
		.unread = count_unread,
		.context = f,
		.unread_context = f,
		.wake_fd = f->wake[1],
	};
}

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));
	struct worker_hooks hooks;
	struct error err;

	f->gate.store.ops = &gate_ops;
	f->gate.interruptible = true;
	pthread_mutex_init(&f->gate.mutex, NULL);
	pthread_cond_init(&f->gate.changed, NULL);
	if (pipe(f->wake) != 0)
		return -1;
	fcntl(f->wake[0], F_SETFL, O_NONBLOCK);
	fcntl(f->wake[1], F_SETFL, O_NONBLOCK);
	hooks = hooks_of(f);
	*state = f;
	return worker_start(&hooks, &f->worker, &err) == STATUS_OK ? 0 : -1;
}

static void set_gate(struct fixture *f, bool shut)
{
	pthread_mutex_lock(&f->gate.mutex);
	f->gate.shut = shut;
	pthread_cond_broadcast(&f->gate.changed);
	pthread_mutex_unlock(&f->gate.mutex);
}

static void stop(struct fixture *f)
{
	worker_stop(f->worker);
	f->worker = NULL;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	set_gate(f, false);
	stop(f);
	pthread_cond_destroy(&f->gate.changed);
	pthread_mutex_destroy(&f->gate.mutex);
	close(f->wake[0]);
	close(f->wake[1]);
	free(f);
	return 0;
}

static void send_sample(struct fixture *f, uint32_t owner, int64_t id)
{
	struct request *request = request_new(REQUEST_SAMPLE);

	request->owner = owner;
	request->sample = id;
	request->serial = (uint64_t)id;
	worker_send(f->worker, request);
}

static void send_edit(struct fixture *f, uint32_t owner, int64_t id)
{
	struct request *request = request_new(REQUEST_TRIAGE);
	int64_t *samples = arena_array(&request->arena, 1, sizeof(*samples));

	samples[0] = id;
	request->samples = samples;
	request->sample_count = 1;
	request->owner = owner;
	request->serial = (uint64_t)id;
	worker_send(f->worker, request);
}

/* Until so many calls have come to the store. */
static void await_calls(struct fixture *f, size_t count)
{
	pthread_mutex_lock(&f->gate.mutex);
	while (f->gate.call_count < count)
		pthread_cond_wait(&f->gate.changed, &f->gate.mutex);
	pthread_mutex_unlock(&f->gate.mutex);
}

/* The next answer's serial; waits for it by the wake pipe, as the loop does. */
static uint64_t next_answer(struct fixture *f, enum status *status)
{
	for (;;) {
		struct answer *answer = worker_take(f->worker);
		if (answer) {
			uint64_t serial = answer->serial;
			if (status)
				*status = answer->status;
			answer_free(answer);
			return serial;
		}
		struct pollfd wake = { .fd = f->wake[0], .events = POLLIN };
		char bytes[16];
		if (poll(&wake, 1, WAIT_MS) != 1)
			fail_msg("no answer came");
		while (read(f->wake[0], bytes, sizeof(bytes)) > 0)
			continue;
	}
}

/* ---- tests ----------------------------------------------------------------------- */

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
		TEST(edits_are_never_interrupted),
		TEST(stop_finishes_edits_and_drops_the_rest),
		TEST(stop_interrupts_what_only_reads),
		TEST(stop_waits_for_the_edit_under_way),
		TEST(edits_wait_for_others_and_say_so),
		TEST(stop_does_not_wait_for_others_for_ever),
		TEST(failing_to_open_is_told_at_the_start),
		TEST(signals_are_left_to_the_main_thread),
		TEST(full_pipe_does_not_hold_the_worker_up),
		TEST(edits_survive_a_storm_of_stale_requests),
		TEST(idle_work_is_done_between_requests),
		TEST(idle_work_is_held),
		TEST(a_lazy_one_opens_when_it_is_asked),
		TEST(files_are_kept_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
