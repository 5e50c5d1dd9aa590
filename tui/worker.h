/*
 * A thread with a store connection of its own (or none) that runs requests in order. What
 * a newer request of the same owner and kind makes pointless is dropped from the
 * queue, or interrupted when it runs already; so is what nobody waits for any more. Edits never are. An edit waits as long
 * as another process writes; only once the worker is to stop, for some seconds more.
 */
#ifndef AITIA_TUI_WORKER_H
#define AITIA_TUI_WORKER_H

#include "tui/request.h"

struct worker;

/* `open` is called on the new thread to get its backend (closed there too); NULL: it needs none. */
struct worker_hooks {
	enum status (*open)(void *context, struct backend *out, struct error *err);
	void (*close)(void *context, struct backend *backend);
	/* At the stop, by the stopping thread: an answer that nobody took (an edit may have
	 * failed at the very end); may be NULL. */
	void (*unread)(void *unread_context, const struct answer *answer);
	/* On the thread, while there is nothing to run: a little work that nobody waits for
	 * (some 25 ms); whether there is more. May be NULL. */
	bool (*idle)(const struct backend *backend);
	/* Opens when the first request comes, or something is to be done while idle: what cannot be
	 * opened is then the answer. Else when it starts, which waits for that. */
	bool lazy;
	/* Gives way to other threads of the process, where the system can do that for one. */
	bool low;
	void *context;
	void *unread_context;
	int wake_fd; /* a byte is written there when an answer is ready; not to be blocking */
};

enum status worker_start(const struct worker_hooks *hooks, struct worker **out, struct error *err) MUST_CHECK;
/* Lets a lazy one open now, while nobody waits for it. */
void worker_prepare(struct worker *worker);
/* Takes ownership. What it replaces gets no answer. */
void worker_send(struct worker *worker, struct request *request);
/* Nobody waits for the answers of this owner any more: edits are done all the same. */
void worker_forget(struct worker *worker, uint32_t owner);
struct answer *worker_take(struct worker *worker);                /* NULL: none ready */
/* Lets edits under way and queued finish, drops the rest, joins the thread, frees the worker. */
void worker_stop(struct worker *worker);
/* While somebody types, idle work is not begun: it would take processor and disk from the next picture. */
void worker_hold_idle(struct worker *worker, bool hold);
bool worker_busy(struct worker *worker);
/* Whether it is busy with something that somebody waits for. */
bool worker_awaited(struct worker *worker);
/* Whether what it runs waits for another process that writes to the store. A byte is
 * written to wake_fd when that begins. */
bool worker_waits(struct worker *worker);
/* How many samples the request under way has done, if it says so, and whose it is (its serial);
 * false: it does not, or nothing is under way. A byte is written to wake_fd now and then. */
bool worker_progress(struct worker *worker, uint64_t *serial, int64_t *done);

#endif
