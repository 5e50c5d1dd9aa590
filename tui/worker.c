/*
 * One mutex guards everything but the backend, which is the thread's alone, with one
 * exception: store->ops->interrupt(), which the port allows from anywhere. It is
 * called with the mutex held and only while `running` is a request that nobody needs
 * any more. The thread takes the mutex before it goes on to the next request, so an
 * interrupt cannot come too late and hit that one; and `running` is never an edit then.
 */
#include "tui/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "core/base/thread.h"
#include "core/base/vec.h"

/* So long does an edit go on waiting for another process when the worker is to stop. */
#define STOP_WAIT_MS 5000
#define LOW_BY 5 /* added to the niceness of a thread that gives way */

struct worker {
	struct worker_hooks hooks;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;       /* queue, stopping or opened */

	VEC_OF(struct request *) queue; /* in the order of sending */
	VEC_OF(struct answer *) answers; /* ready, oldest first */
	struct request *running;      /* or NULL */
	bool running_is_stale;        /* its answer is not wanted */
	bool prepare;                 /* it is to open */
	bool stopping;
	bool idle_more;               /* of idle work there may be more */
	bool idle_held;               /* until it may go on */
	bool waits;                   /* for another process */
	int64_t done;                 /* samples, by `running`; -1: it has not said */
	int64_t stop_waited_ms;       /* how long the edit at hand had waited at the stop; 0: it did not */
	bool gave_up;                 /* an edit, after the stop: those behind it wait no more */

	struct backend backend;
	bool has_backend;
	bool opened;                  /* open() has ended, or is put off, as these say: */
	enum status open_status;
	struct error open_error;
};

/* ---- the thread ------------------------------------------------------------------ */

/* Between two pieces of idle work, so that others come to write too; and until it is
 * asked whether there is some again. */
#define IDLE_PAUSE_MS 25
#define IDLE_WAIT_MS 2000

/* For some time, or until something changes. */
static void wait_for_change(struct worker *worker, long ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ms % 1000 * 1000000;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&worker->changed, &worker->mutex, &until);
}

static bool on_wait(void *context, int64_t waited_ms);
static bool on_progress(void *context, int64_t done);

/* With the mutex held, which others have meanwhile. */
static enum status open_backend(struct worker *worker, struct error *err)
{
	struct backend backend = { .progress = on_progress, .progress_context = worker };
	enum status status = STATUS_OK;

	if (worker->has_backend)
		return STATUS_OK;
	pthread_mutex_unlock(&worker->mutex);
	if (worker->hooks.open)
		status = worker->hooks.open(worker->hooks.context, &backend, err);
	if (status == STATUS_OK && backend.store)
		backend.store->ops->on_wait(backend.store, on_wait, worker);
	pthread_mutex_lock(&worker->mutex);
	if (status == STATUS_OK)
		worker->backend = backend;
	worker->has_backend = status == STATUS_OK;
	return status;
}

/* With the mutex held, which others have meanwhile. */
static void be_idle(struct worker *worker)
{
	bool more;

	if (worker->prepare) {
		worker->prepare = false;
		(void)!open_backend(worker, NULL); /* told when something is asked of it */
		return;
	}
	if (!worker->hooks.idle || worker->idle_held) {
		pthread_cond_wait(&worker->changed, &worker->mutex);
		return;
	}
	wait_for_change(worker, worker->idle_more ? IDLE_PAUSE_MS : IDLE_WAIT_MS);
	if (worker->queue.len || worker->stopping || worker->idle_held || open_backend(worker, NULL) != STATUS_OK)
		return;
	pthread_mutex_unlock(&worker->mutex);
	more = worker->hooks.idle(&worker->backend);
	pthread_mutex_lock(&worker->mutex);
	worker->idle_more = more;
}

static struct request *next_request(struct worker *worker)
{
	while (worker->queue.len == 0 && !worker->stopping)
		be_idle(worker);
	if (worker->queue.len == 0)
		return NULL;
	struct request *request = worker->queue.items[0];
	worker->queue.len--;
	memmove(worker->queue.items, worker->queue.items + 1, worker->queue.len * sizeof(*worker->queue.items));
	return request;
}

static void wake(const struct worker *worker)
{
	char byte = 'a';
	ssize_t written;

	/* A full pipe will wake the reader just as well. */
	do
		written = write(worker->hooks.wake_fd, &byte, 1);
	while (written < 0 && errno == EINTR);
}

/* By the store, while it waits. */
static bool on_wait(void *context, int64_t waited_ms)
{
	struct worker *worker = context;

	pthread_mutex_lock(&worker->mutex);
	if (!worker->waits)
		wake(worker);
	worker->waits = true;
	if (worker->stopping && !worker->stop_waited_ms)
		worker->stop_waited_ms = waited_ms;
	bool go_on = !worker->stopping || (!worker->gave_up && waited_ms - worker->stop_waited_ms < STOP_WAIT_MS);
	worker->gave_up |= !go_on;
	pthread_mutex_unlock(&worker->mutex);
	return go_on;
}

/* By what takes long. */
static bool on_progress(void *context, int64_t done)
{
	struct worker *worker = context;

	pthread_mutex_lock(&worker->mutex);
	bool wanted = !worker->running_is_stale;
	worker->done = done;
	pthread_mutex_unlock(&worker->mutex);
	if (wanted)
		wake(worker);
	return wanted;
}

static void serve(struct worker *worker)
{
	struct request *request;

	while ((request = next_request(worker))) {
		worker->running = request;
		worker->running_is_stale = false;
		worker->done = -1;
		struct error err = { 0 };
		enum status status = open_backend(worker, &err);
		if (worker->running_is_stale && status == STATUS_OK) /* there was nothing to interrupt yet */
			status = STATUS_CANCELLED;
		pthread_mutex_unlock(&worker->mutex);
		struct answer *answer = status == STATUS_OK ? request_run(&worker->backend, request) : request_refuse(request, status, &err);
		pthread_mutex_lock(&worker->mutex);
		worker->running = NULL;
		worker->waits = false;
		worker->stop_waited_ms = 0;
		bool wanted = !worker->running_is_stale;
		if (wanted)
			vec_push(&worker->answers, answer);
		else
			answer_free(answer);
		request_free(request);
		if (!wanted)
			continue;
		/* Whoever is woken wants the mutex at once, and this thread may be one that gives way. */
		pthread_mutex_unlock(&worker->mutex);
		wake(worker);
		pthread_mutex_lock(&worker->mutex);
	}
}

/* On Linux it is the thread that this is about, elsewhere the process. */
static void give_way(void)
{
#ifdef __linux__
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + LOW_BY);
#endif
}

static void *run(void *context)
{
	struct worker *worker = context;
	struct error err = { 0 };
	enum status status = STATUS_OK;

	if (worker->hooks.low)
		give_way();
	pthread_mutex_lock(&worker->mutex);
	if (!worker->hooks.lazy)
		status = open_backend(worker, &err);
	worker->open_status = status;
	worker->open_error = err;
	worker->opened = true;
	pthread_cond_broadcast(&worker->changed);
	if (status == STATUS_OK)
		serve(worker);
	pthread_mutex_unlock(&worker->mutex);
	if (worker->has_backend && worker->hooks.open)
		worker->hooks.close(worker->hooks.context, &worker->backend);
	return NULL;
}

/* ---- for the loop ---------------------------------------------------------------- */

static void release(struct worker *worker)
{
	for (size_t i = 0; i < worker->queue.len; i++)
		request_free(worker->queue.items[i]);
	for (size_t i = 0; i < worker->answers.len; i++)
		answer_free(worker->answers.items[i]);
	vec_release(&worker->queue);
	vec_release(&worker->answers);
	pthread_cond_destroy(&worker->changed);
	pthread_mutex_destroy(&worker->mutex);
	free(worker);
}

enum status worker_start(const struct worker_hooks *hooks, struct worker **out, struct error *err)
{
	struct worker *worker = mem_zalloc(1, sizeof(*worker));

	*out = NULL;
	worker->hooks = *hooks;
	worker->idle_more = !hooks->lazy;
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->changed, NULL);
	int failed = thread_start(&worker->thread, run, worker);
	if (failed) {
		release(worker);
		return error_set(err, STATUS_STORE, "cannot start a thread: %s", strerror(failed));
	}
	pthread_mutex_lock(&worker->mutex);
	while (!worker->opened)
		pthread_cond_wait(&worker->changed, &worker->mutex);
	enum status status = worker->open_status;
	pthread_mutex_unlock(&worker->mutex);
	if (status != STATUS_OK) {
		pthread_join(worker->thread, NULL);
		if (err)
			*err = worker->open_error;
		release(worker);
		return status;
	}
	*out = worker;
	return STATUS_OK;
}

/* With the mutex held. */
static void interrupt_running(struct worker *worker)
{
	if (!worker->running || request_is_edit(worker->running->kind))
		return;
	worker->running_is_stale = true;
	atomic_store_explicit(&worker->running->cancelled, true, memory_order_relaxed);
	if (worker->backend.store)
		worker->backend.store->ops->interrupt(worker->backend.store);
}

static bool replaces(const struct request *newer, const struct request *older)
{
	if (older->kind == REQUEST_KEEP && newer->kind == REQUEST_KEEP && strcmp(older->path, newer->path) != 0)
		return false;
	return older->owner == newer->owner && (older->kind == newer->kind || newer->kind == REQUEST_STOP) &&
	       !request_is_edit(older->kind);
}

/* Takes requests out of the queue: those that `newer` replaces, or (NULL) all but edits of an owner (0: of all). */
static void drop_queued(struct worker *worker, const struct request *newer, uint32_t owner)
{
	size_t kept = 0;

	for (size_t i = 0; i < worker->queue.len; i++) {
		struct request *request = worker->queue.items[i];
		if (newer ? replaces(newer, request) : !request_is_edit(request->kind) && (!owner || request->owner == owner))
			request_free(request);
		else
			worker->queue.items[kept++] = request;
	}
	worker->queue.len = kept;
}

void worker_forget(struct worker *worker, uint32_t owner)
{
	pthread_mutex_lock(&worker->mutex);
	drop_queued(worker, NULL, owner);
	if (worker->running && worker->running->owner == owner)
		interrupt_running(worker);
	pthread_mutex_unlock(&worker->mutex);
}

void worker_prepare(struct worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	worker->prepare = true;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
}

void worker_hold_idle(struct worker *worker, bool hold)
{
	pthread_mutex_lock(&worker->mutex);
	worker->idle_held = hold;
	if (!hold)
		pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
}

void worker_send(struct worker *worker, struct request *request)
{
	pthread_mutex_lock(&worker->mutex);
	drop_queued(worker, request, 0);
	if (worker->running && replaces(request, worker->running))
		interrupt_running(worker);
	vec_push(&worker->queue, request);
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
}

struct answer *worker_take(struct worker *worker)
{
	struct answer *answer = NULL;

	pthread_mutex_lock(&worker->mutex);
	if (worker->answers.len > 0) {
		answer = worker->answers.items[0];
		worker->answers.len--;
		memmove(worker->answers.items, worker->answers.items + 1,
			worker->answers.len * sizeof(*worker->answers.items));
	}
	pthread_mutex_unlock(&worker->mutex);
	return answer;
}

bool worker_busy(struct worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	bool busy = worker->running || worker->queue.len > 0;
	pthread_mutex_unlock(&worker->mutex);
	return busy;
}

bool worker_awaited(struct worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	bool awaited = worker->running && !worker->running->ahead;
	for (size_t i = 0; i < worker->queue.len && !awaited; i++)
		awaited = !worker->queue.items[i]->ahead;
	pthread_mutex_unlock(&worker->mutex);
	return awaited;
}

bool worker_waits(struct worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	bool waits = worker->waits;
	pthread_mutex_unlock(&worker->mutex);
	return waits;
}

bool worker_progress(struct worker *worker, uint64_t *serial, int64_t *done)
{
	pthread_mutex_lock(&worker->mutex);
	bool says = worker->running && worker->done >= 0;
	*serial = says ? worker->running->serial : 0;
	*done = says ? worker->done : 0;
	pthread_mutex_unlock(&worker->mutex);
	return says;
}

void worker_stop(struct worker *worker)
{
	if (!worker)
		return;
	pthread_mutex_lock(&worker->mutex);
	drop_queued(worker, NULL, 0);
	interrupt_running(worker);
	worker->stopping = true;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
	pthread_join(worker->thread, NULL);
	if (worker->hooks.unread)
		for (size_t i = 0; i < worker->answers.len; i++)
			worker->hooks.unread(worker->hooks.unread_context, worker->answers.items[i]);
	release(worker);
}
