/*
 * One thread, the main one, reads the terminal, runs the app and shows it; a worker
 * for each lane runs its requests. All waiting is done in one pselect(), for keys, for
 * answers (a byte in the wake pipe) and for signals, which are blocked everywhere
 * else: so a signal can neither come between a test and the wait, nor into curses.
 */
#include "tui/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/vec.h"
#include "tui/editor.h"
#include "tui/kept_text.h"
#include "tui/pager.h"
#include "tui/signals.h"

/* So often may the terminal be readable with nothing to be read, before it is taken for lost. */
#define EMPTY_READS_MAX 100

/* So often is the store asked whether others changed it. */
#define LOOK_S 1
#define AWAIT_NS 4000000L  /* a quarter of a frame */
#define AWAIT_FIRST_NS 100000000L /* of the first picture, before which there is nothing */
#define AWAIT_TRIES 5      /* answers that ask for more: a page, then the sample in it */
#define AWAIT_FIRST_TRIES 20 /* causes and changes are asked for as well */

#define REST_US 250000     /* without a key: nobody types */

#define FINISH_TRIES 40
#define FINISH_PAUSE_NS 50000000L
#define GIVE_PAUSE_NS 5000000L /* likewise before somebody else has the terminal, whom a person waits for */

/* Of vec.h. */
struct request_list {
	struct request **items;
	size_t len, capacity;
};

struct loop {
	const struct tui_options *options;
	const struct term_ops *ops;
	struct term *term;
	struct app *app;
	struct worker *workers[LANE_COUNT];
	struct surface surface;
	int wake[2];

	bool quit;
	bool lost;               /* the terminal is gone */
	int empty_reads;
	bool dirty;              /* the screen is not what the model is */
	struct request *ahead;   /* to be sent behind the next picture; or NULL */
	bool shown;              /* the first picture is there */
	bool prepared;           /* the lane of edits was told to open its store */
	struct request_list later; /* that the next picture does not need: sent behind it */
	struct request_list put_off; /* until nobody types */
	int64_t typed_us;        /* monotonic: the newest key, or the beginning */
	bool rests;              /* that is long ago */
	struct kept_text kept;   /* of the editor, until it is in the store */
	int64_t session_kept_us; /* monotonic: when it was kept last between keys */
	struct error last_edit;  /* an edit that failed when nobody could be told any more */
};

/* ---- workers ---------------------------------------------------------------------- */

static void unread_answer(void *context, const struct answer *answer)
{
	struct loop *loop = context;

	if (answer->status != STATUS_OK && request_is_edit(answer->kind))
		loop->last_edit = answer->error;
}

/* The index of words, then the groups of alike samples grow while nobody asks for anything. What hinders it (an import
 * that is writing, a store that cannot be written) is no news: it is tried again. */
static bool take_up_index(const struct backend *backend)
{
	struct store *store = backend->store;
	struct index_status is;
	struct alike_status alike;
	const char *note;
	bool whole = true;

	if (backend_place(backend, &note) != STORE_HERE)
		return false;
	if (store->ops->index_status(store, &is, NULL) != STATUS_OK)
		return false;
	if (!is.whole)
		return store->ops->index_step(store, INDEX_STEP_MS, false, &whole, NULL) == STATUS_OK;
	if (store->ops->alike_status(store, &alike, NULL) != STATUS_OK || alike.whole)
		return false;
	return store->ops->alike_step(store, INDEX_STEP_MS, false, &whole, NULL) == STATUS_OK && !whole;
}

static enum status start_workers(struct loop *loop, struct error *err)
{
	struct worker_hooks hooks = loop->options->backend;

	hooks.wake_fd = loop->wake[1];
	hooks.unread = unread_answer;
	hooks.unread_context = loop;
	for (size_t i = 0; i < LANE_COUNT; i++) {
		hooks.idle = i == LANE_SLOW ? take_up_index : NULL;
		hooks.lazy = i != LANE_FAST;
		hooks.low = i == LANE_SLOW || i == LANE_ANALYSIS;
		if (i == LANE_FILES)
			hooks.open = NULL;
		enum status status = worker_start(&hooks, &loop->workers[i], err);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* Those of this owner; NULL: of any kind. */
static void drop(struct request_list *list, uint32_t owner, const enum request_kind *kind)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->len; i++) {
		struct request *request = list->items[i];
		if (request->owner == owner && (!kind || request->kind == *kind))
			request_free(request);
		else
			list->items[kept++] = request;
	}
	list->len = kept;
}

static void send_list(struct loop *loop, struct request_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		worker_send(loop->workers[request_lane(list->items[i]->kind)], list->items[i]);
	vec_clear(list);
}

static void release_list(struct request_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		request_free(list->items[i]);
	vec_release(list);
}

/* Nobody waits for the answers of this owner any more. */
static void forget(struct loop *loop, uint32_t owner)
{
	drop(&loop->later, owner, NULL);
	drop(&loop->put_off, owner, NULL);
	for (size_t i = 0; i < LANE_COUNT; i++)
		worker_forget(loop->workers[i], owner);
}

static void send_requests(struct loop *loop, bool at_once)
{
	struct request *request;
	uint32_t closed;

	while ((closed = app_take_closed(loop->app)))
		forget(loop, closed);
	while ((request = app_take_request(loop->app))) {
		if (loop->ahead && (request->ahead || (loop->ahead->owner == request->owner && loop->ahead->kind == request->kind))) {
			request_free(loop->ahead); /* it would take the place of what is sent now */
			loop->ahead = NULL;
		}
		if (request->ahead) {
			loop->ahead = request;
			continue;
		}
		drop(&loop->put_off, request->owner, &request->kind); /* it would take its place */
		if (request->at_rest && !loop->rests) {
			vec_push(&loop->put_off, request);
			continue;
		}
		if (request_lane(request->kind) != LANE_FAST && !request_is_edit(request->kind)) {
			vec_push(&loop->later, request);
			continue;
		}
		kept_text_sent(&loop->kept, request, at_once);
		worker_send(loop->workers[request_lane(request->kind)], request);
	}
}

static void run_effects(struct loop *loop);

/* An edit that waits for another process is shown for as long as it does. */
static void show_waiting(struct loop *loop)
{
	bool waits = worker_waits(loop->workers[LANE_EDIT]);

	if (waits != app_is_waiting(loop->app)) {
		app_set_waiting(loop->app, waits);
		loop->dirty = true;
	}
}

/* Likewise how far a request is that says so. */
static void show_progress(struct loop *loop)
{
	uint64_t serial;
	int64_t done;

	for (enum lane lane = LANE_FAST; lane < LANE_COUNT; lane++)
		if (worker_progress(loop->workers[lane], &serial, &done) && app_note_done(loop->app, lane, serial, done))
			loop->dirty = true;
}

/* What an answer asks for is done before the next comes in, which may move what is selected. */
static void take_answers(struct loop *loop)
{
	char bytes[64];

	while (read(loop->wake[0], bytes, sizeof(bytes)) > 0)
		continue;
	for (size_t i = 0; i < LANE_COUNT; i++) {
		struct answer *answer;
		while ((answer = worker_take(loop->workers[i]))) {
			uint64_t serial = answer->serial;
			enum status status = answer->status;
			struct error error = answer->error;
			if (status != STATUS_OK)
				log_line(LOG_INFO, "request %d: %s", (int)answer->kind, error.text);
			loop->dirty |= app_answer(loop->app, answer);
			if (kept_text_answered(&loop->kept, serial, status)) {
				app_message(loop->app, true, "%s; your text is kept in %s", error.text, loop->kept.path);
				loop->dirty = true;
			}
			send_requests(loop, false);
			run_effects(loop);
		}
	}
	show_waiting(loop);
	show_progress(loop);
}

/* What nobody waits for yet comes after the picture. */
static void send_ahead(struct loop *loop)
{
	send_list(loop, &loop->later);
	loop->shown = true;
	if (loop->ahead)
		worker_send(loop->workers[request_lane(loop->ahead->kind)], loop->ahead);
	loop->ahead = NULL;
}

/* When no picture is to come. */
static void send_all(struct loop *loop)
{
	send_requests(loop, false);
	send_ahead(loop);
}

static void await_files(struct loop *loop, long pause_ns)
{
	for (int tries = 0; tries < FINISH_TRIES && worker_busy(loop->workers[LANE_FILES]); tries++)
		nanosleep(&(struct timespec){ 0, pause_ns }, NULL);
}

/* ---- what the app asks of the loop -------------------------------------------------- */

/* Somebody else has the terminal for as long as they like, and may be killed with us. The session is in its file
 * before: a process that is stopped does not go on writing. */
static void give_terminal(struct loop *loop)
{
	app_keep_session(loop->app);
	send_all(loop);
	await_files(loop, GIVE_PAUSE_NS);
	loop->ops->suspend(loop->term);
}

static void edit(struct loop *loop, const struct effect *effect)
{
	struct arena arena;
	struct slice text;
	struct error err = { 0 };
	bool changed;
	char *path;

	arena_init(&arena);
	give_terminal(loop);
	enum status status = editor_run(&arena, slice_of(effect->text), effect->suffix, &text, &changed, &path, &err);
	loop->ops->resume(loop->term);
	if (status == STATUS_OK && changed) {
		kept_text_set(&loop->kept, path, text);
		app_editor_done(loop->app, STATUS_OK, text, NULL);
		send_requests(loop, true);
	} else if (status == STATUS_OK) {
		error_set(&err, STATUS_CANCELLED, "nothing was changed");
		app_editor_done(loop->app, STATUS_CANCELLED, text, &err);
		app_message(loop->app, false, "%s", err.text);
	} else {
		app_editor_done(loop->app, status, text, &err);
	}
	arena_release(&arena);
}

static void page(struct loop *loop, const struct effect *effect)
{
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };

	give_terminal(loop);
	enum status status = pager_run(&arena, slice_of(effect->text), &err);
	loop->ops->resume(loop->term);
	if (err.text[0])
		app_message(loop->app, status != STATUS_OK, "%s", err.text);
	arena_release(&arena);
}

static void suspend(struct loop *loop)
{
	give_terminal(loop);
	signals_stop_process();
	loop->ops->resume(loop->term);
}

static void run_effects(struct loop *loop)
{
	struct effect effect;

	while (!loop->quit && !loop->lost && !signals_end() && (effect = app_take_effect(loop->app)).kind != EFFECT_NONE) {
		switch (effect.kind) {
		case EFFECT_DEMO:
			if (loop->options->wants_demo)
				*loop->options->wants_demo = true;
			loop->quit = true;
			break;
		case EFFECT_REOPEN:
			if (loop->options->wants_reopen)
				*loop->options->wants_reopen = true;
			loop->quit = true;
			break;
		case EFFECT_QUIT:
			loop->quit = true;
			break;
		case EFFECT_SUSPEND:
			suspend(loop);
			break;
		case EFFECT_REDRAW:
			loop->ops->redraw(loop->term);
			break;
		case EFFECT_EDITOR:
			edit(loop, &effect);
			break;
		case EFFECT_PAGER:
			page(loop, &effect);
			break;
		case EFFECT_COPY:
			loop->ops->copy(loop->term, slice_of(effect.text));
			break;
		case EFFECT_NONE:
			break;
		}
		effect_release(&effect);
		loop->dirty = true;
	}
}

/* ---- the terminal ------------------------------------------------------------------ */

static void resize(struct loop *loop)
{
	int rows, columns;

	loop->ops->size(loop->term, &rows, &columns);
	if (rows != loop->surface.rows || columns != loop->surface.columns) {
		surface_resize(&loop->surface, rows, columns);
		app_resize(loop->app, rows, columns);
	}
	loop->ops->redraw(loop->term);
	loop->dirty = true;
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* What takes processor or disk, and nobody waits for, is not begun while somebody types. */
static void note_typing(struct loop *loop)
{
	loop->typed_us = now_us();
	loop->rests = false;
	worker_hold_idle(loop->workers[LANE_SLOW], true);
}

/* How long it may take until nobody types, if no key comes. */
static int64_t rest_in_us(const struct loop *loop)
{
	int64_t left = loop->typed_us + REST_US - now_us();

	return left > 0 ? left : 0;
}

static void begin_rest(struct loop *loop)
{
	loop->rests = true;
	worker_hold_idle(loop->workers[LANE_SLOW], false);
	send_list(loop, &loop->put_off);
}

/* All keys that came in. What one of them asks for is done before the next is read:
 * what is typed after the key that opens the editor is meant for the editor. (Where that
 * key had to wait, the app has read what came behind it, and drops it: app_effect().) */
static void read_terminal(struct loop *loop, bool was_readable)
{
	bool any = false;

	while (!loop->quit && !loop->lost) {
		struct key key;
		enum term_event event = loop->ops->read(loop->term, &key);
		if (event == TERM_NOTHING)
			break;
		any = true;
		note_typing(loop);
		if (event == TERM_KEY)
			app_key(loop->app, &key);
		else if (event == TERM_RESIZE)
			resize(loop);
		else
			loop->lost = true;
		loop->dirty = true;
		send_requests(loop, false);
		run_effects(loop);
	}
	loop->empty_reads = any || !was_readable ? 0 : loop->empty_reads + 1;
	if (loop->empty_reads > EMPTY_READS_MAX)
		loop->lost = true;
}

static void show(struct loop *loop)
{
	if (!loop->dirty)
		return;
	app_view(loop->app, &loop->surface);
	loop->ops->show(loop->term, &loop->surface);
	loop->dirty = false;
}

/*
 * What a key asked for is often there within a moment (the sample that it went to): that is
 * waited for, so that one picture is drawn in place of two, of which the first would wipe out
 * what the second draws again. Not for longer than nobody sees, nor when more is typed.
 */
static void await_answers(struct loop *loop)
{
	int most = loop->shown ? AWAIT_TRIES : AWAIT_FIRST_TRIES;

	for (int tries = 0; tries < most && loop->dirty; tries++) {
		/* It may be there already, and the worker idle. */
		struct timespec pause = { 0, !worker_awaited(loop->workers[LANE_FAST]) ? 0 : loop->shown ? AWAIT_NS : AWAIT_FIRST_NS };
		int terminal = loop->ops->fd(loop->term);
		fd_set readable;
		FD_ZERO(&readable);
		FD_SET(terminal, &readable);
		FD_SET(loop->wake[0], &readable);
		if (pselect((terminal > loop->wake[0] ? terminal : loop->wake[0]) + 1, &readable, NULL, NULL, &pause, NULL) <= 0 ||
		    FD_ISSET(terminal, &readable))
			return;
		take_answers(loop);
		send_requests(loop, false);
		run_effects(loop);
		send_requests(loop, false);
	}
}

/* Until a key, an answer or a signal; true if the terminal is readable. */
static bool wait_for_input(struct loop *loop)
{
	int terminal = loop->ops->fd(loop->term);
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(terminal, &readable);
	FD_SET(loop->wake[0], &readable);
	int highest = terminal > loop->wake[0] ? terminal : loop->wake[0];
	int64_t rest_us = loop->rests ? 0 : rest_in_us(loop);
	if (!loop->rests && !rest_us)
		begin_rest(loop);
	const struct timespec look = { loop->rests ? LOOK_S : 0, (long)rest_us * 1000 };
	int ready = pselect(highest + 1, &readable, NULL, NULL, &look, signals_open_mask());
	if (ready == 0 && !loop->rests)
		return false; /* the next time */
	if (ready == 0 && !loop->prepared) /* before that, it would take the processor from what is to be seen */
		worker_prepare(loop->workers[LANE_EDIT]);
	loop->prepared |= ready == 0;
	if (ready == 0 && !worker_busy(loop->workers[LANE_FAST]))
		app_look(loop->app);
	if (ready >= 0)
		return ready > 0 && FD_ISSET(terminal, &readable);
	if (errno != EINTR)
		loop->lost = true;
	return false;
}

#define KEEP_US 1000000

/* Whoever types without a pause loses no more than the last second of it to a kill. */
static void keep_while_typing(struct loop *loop)
{
	if (now_us() - loop->session_kept_us < KEEP_US)
		return;
	loop->session_kept_us = now_us();
	app_keep_session(loop->app);
}

static void run(struct loop *loop)
{
	bool readable = false;

	for (;;) {
		read_terminal(loop, readable);
		take_answers(loop);
		send_requests(loop, false);
		run_effects(loop);
		if (readable)
			keep_while_typing(loop);
		send_requests(loop, false);
		if (signals_take_stop() && !loop->quit)
			suspend(loop);
		if (loop->quit || loop->lost || signals_end())
			return;
		await_answers(loop);
		if (loop->quit || loop->lost || signals_end())
			return;
		show(loop);
		send_ahead(loop);
		readable = wait_for_input(loop);
	}
}

/* ---- beginning and end --------------------------------------------------------------- */

static enum status open_wake_pipe(int ends[2], struct error *err)
{
	if (pipe(ends) != 0)
		return error_set(err, STATUS_STORE, "cannot make a pipe: %s", strerror(errno));
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	}
	return STATUS_OK;
}

static enum status outcome(const struct loop *loop, struct error *err)
{
	if (loop->last_edit.text[0])
		return error_set(err, loop->last_edit.status, "the last edit was not saved: %s", loop->last_edit.text);
	if (signals_end())
		return error_set(err, STATUS_CANCELLED, "ended by signal %d; what was saved is safe", signals_end());
	if (loop->lost)
		return error_set(err, STATUS_CANCELLED, "the terminal is gone; what was saved is safe");
	if (loop->kept.path)
		return error_set(err, STATUS_OK, "a text from the editor was not saved; it is still in %s",
				 loop->kept.path);
	return STATUS_OK;
}

static bool is_busy(const struct loop *loop)
{
	return worker_busy(loop->workers[LANE_FAST]) || worker_busy(loop->workers[LANE_EDIT]) ||
	       worker_busy(loop->workers[LANE_FILES]);
}

static void await_lanes(struct loop *loop)
{
	for (int tries = 0; tries < FINISH_TRIES; tries++) {
		struct timespec pause = { 0, FINISH_PAUSE_NS };
		send_all(loop);
		if (!is_busy(loop))
			break;
		fd_set readable;
		FD_ZERO(&readable);
		FD_SET(loop->wake[0], &readable);
		pselect(loop->wake[0] + 1, &readable, NULL, NULL, &pause, NULL);
		take_answers(loop);
	}
	take_answers(loop);
	send_all(loop);
}

/* What was typed may still wait for an answer before its edit can be sent (keys that
 * were kept back): ended from outside, that is given a moment. Then it is known better
 * what of it the store has: the session keeps the rest. */
static void finish(struct loop *loop)
{
	app_keep_session(loop->app);
	send_all(loop);
	await_lanes(loop);
	app_keep_session(loop->app);
	send_all(loop);
	await_files(loop, FINISH_PAUSE_NS);
}

/* With workers and terminal: app, loop, and their end in order. */
static void run_app(struct loop *loop)
{
	int rows, columns;

	loop->ops->size(loop->term, &rows, &columns);
	surface_init(&loop->surface, rows, columns);
	loop->app = app_new(&loop->options->app, rows, columns);
	loop->dirty = true;
	note_typing(loop); /* as if: the first picture comes first */
	app_look(loop->app); /* what the first lists show is not news */
	send_requests(loop, false);
	run(loop);
	finish(loop);
}

enum status tui_run(const struct tui_options *options, struct error *err)
{
	if (err)
		*err = (struct error){ 0 };
	struct loop loop = { .options = options, .ops = options->term, .kept.arena = ARENA_INIT };
	enum status status = open_wake_pipe(loop.wake, err);

	if (status != STATUS_OK)
		return status;
	/* The store first: what is wrong with it is said on a terminal in its ordinary mode. */
	status = start_workers(&loop, err);
	signals_install(loop.wake[1], loop.ops->rescue);
	if (status == STATUS_OK)
		status = loop.ops->open(&options->terminal, &loop.term, err);
	if (status == STATUS_OK)
		run_app(&loop);
	for (size_t i = 0; i < LANE_COUNT; i++)
		worker_stop(loop.workers[i]);
	if (loop.term) {
		loop.ops->close(loop.term);
		status = outcome(&loop, err);
	}
	signals_restore();
	request_free(loop.ahead);
	release_list(&loop.later);
	release_list(&loop.put_off);
	app_free(loop.app);
	surface_release(&loop.surface);
	kept_text_release(&loop.kept);
	close(loop.wake[0]);
	close(loop.wake[1]);
	return status;
}
