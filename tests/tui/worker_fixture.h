/*
 * A worker on a store that waits at a gate until the test opens it, so that nothing depends on time.
 */
#ifndef AITIA_TESTS_TUI_WORKER_FIXTURE_H
#define AITIA_TESTS_TUI_WORKER_FIXTURE_H

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

static inline struct gate_store *gate_of(struct store *store)
{
	return (struct gate_store *)store;
}

/* A call of the store: notes itself, waits at the gate. True: it was interrupted. */
static inline bool pass_gate(struct gate_store *gate, int64_t what, bool is_edit)
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

static inline enum status gate_sample_get(struct store *store, struct arena *arena, int64_t id, struct sample **out,
				   struct error *err)
{
	if (pass_gate(gate_of(store), id, false))
		return error_set(err, STATUS_CANCELLED, "interrupted");
	*out = arena_alloc(arena, sizeof(**out));
	(*out)->id = id;
	return STATUS_OK;
}

static inline enum status gate_annotation_list(struct store *store, struct arena *arena, int64_t sample,
					const struct annotation **out, size_t *count, struct error *err)
{
	(void)store, (void)arena, (void)sample, (void)out, (void)err;
	*count = 0;
	return STATUS_OK;
}

static inline enum status gate_sample_incidents(struct store *store, struct arena *arena, int64_t sample,
					 const char *const **keys, size_t *count, struct error *err)
{
	(void)store, (void)arena, (void)sample, (void)keys, (void)err;
	*count = 0;
	return STATUS_OK;
}

static inline void gate_on_wait(struct store *store, bool (*waiting)(void *, int64_t), void *context)
{
	gate_of(store)->waiting = waiting;
	gate_of(store)->waiting_context = context;
}

/* As an engine waits; false: it was given up. */
static inline bool wait_for_others(struct gate_store *gate)
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

static inline enum status gate_triage(struct store *store, const char *reviewer, const struct triage_request *request,
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

static inline void gate_interrupt(struct store *store)
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

static inline enum status gate_sample_page(struct store *store, struct arena *arena, const struct page_request *request,
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

static inline enum status open_gate(void *context, struct backend *out, struct error *err)
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

static inline void close_gate(void *context, struct backend *backend)
{
	struct fixture *f = context;

	assert_ptr_equal(backend->store, &f->gate.store);
	f->gate.closed = true;
}

static inline void count_unread(void *context, const struct answer *answer)
{
	struct fixture *f = context;

	f->unread++;
	f->unread_failed += answer->status != STATUS_OK;
}

static inline struct worker_hooks hooks_of(struct fixture *f)
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

static inline int setup(void **state)
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

static inline void set_gate(struct fixture *f, bool shut)
{
	pthread_mutex_lock(&f->gate.mutex);
	f->gate.shut = shut;
	pthread_cond_broadcast(&f->gate.changed);
	pthread_mutex_unlock(&f->gate.mutex);
}

static inline void stop(struct fixture *f)
{
	worker_stop(f->worker);
	f->worker = NULL;
}

static inline int teardown(void **state)
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

static inline void send_sample(struct fixture *f, uint32_t owner, int64_t id)
{
	struct request *request = request_new(REQUEST_SAMPLE);

	request->owner = owner;
	request->sample = id;
	request->serial = (uint64_t)id;
	worker_send(f->worker, request);
}

static inline void send_edit(struct fixture *f, uint32_t owner, int64_t id)
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
static inline void await_calls(struct fixture *f, size_t count)
{
	pthread_mutex_lock(&f->gate.mutex);
	while (f->gate.call_count < count)
		pthread_cond_wait(&f->gate.changed, &f->gate.mutex);
	pthread_mutex_unlock(&f->gate.mutex);
}

/* The next answer's serial; waits for it by the wake pipe, as the loop does. */
static inline uint64_t next_answer(struct fixture *f, enum status *status)
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

#endif
