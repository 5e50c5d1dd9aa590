/*
 * What the index of words costs, against FTS5's own 'rebuild' of the same table with the
 * same tokenizer; how long a step keeps others from writing, and how long another process that
 * judges samples meanwhile takes for each.
 *
 *     store_index STORE      the store's index is made anew, twice
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/sqlite/search.h"
#include "tests/bench/store.h"

#define WRITER_PAUSE_MS 100

/* Another process that judges a sample now and then: how long each takes. */
static pid_t start_writer(const char *path, int *out)
{
	int pipes[2];
	pid_t child;

	if (pipe(pipes) != 0 || (child = fork()) < 0)
		exit(1);
	*out = pipes[0];
	if (child) {
		close(pipes[1]);
		return child;
	}
	struct store *store = need_store(path);
	for (int64_t sample = 1;; sample = sample % 1000 + 1) {
		struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = { .note = "n" } };
		struct error err;
		int64_t edit;
		double from = wall_ms();
		request.annotation.severity = (enum severity)(1 + sample % 4);
		need(store->ops->annotate(store, "bench", &request, &edit, &err), &err);
		from = wall_ms() - from;
		if (write(pipes[1], &from, sizeof(from)) != (ssize_t)sizeof(from))
			_exit(0);
		sqlite3_sleep(WRITER_PAUSE_MS);
	}
}

static void end_writer(pid_t child, int from)
{
	VEC_OF(double) times = VEC_INIT;
	struct pollfd ready = { .fd = from, .events = POLLIN };
	double took;
	int status;

	kill(child, SIGTERM);
	if (waitpid(child, &status, 0) != child || !WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM) {
		fprintf(stderr, "bench: the other writer ended before its time\n");
		exit(1);
	}
	while (poll(&ready, 1, 0) > 0 && read(from, &took, sizeof(took)) == (ssize_t)sizeof(took))
		vec_push(&times, took);
	close(from);
	say("another writer meanwhile p50 ms", quantile(times.items, times.len, 0.5));
	say("another writer meanwhile longest ms", quantile(times.items, times.len, 1));
	vec_release(&times);
}

static void build(struct store *store, const char *path)
{
	VEC_OF(double) locks = VEC_INIT, busy = VEC_INIT;
	double wall, cpu, over = 0;
	bool whole = false;
	struct error err;
	int from = -1;
	pid_t writer;

	need(store->ops->index_drop(store, &err), &err);
	need_sql(sqlite_of(store)->handle, "PRAGMA wal_checkpoint(TRUNCATE)");
	writer = start_writer(path, &from);
	wall = wall_ms();
	cpu = cpu_ms();
	while (!whole) {
		double lock, began = cpu_ms();
		need(store->ops->index_step(store, INDEX_STEP_MS, true, &whole, &err), &err);
		lock = (double)sqlite_of(store)->index_lock_us / 1e3;
		vec_push(&busy, cpu_ms() - began);
		vec_push(&locks, lock);
		over += lock > 50;
	}
	end_writer(writer, from);
	say("index wall ms", wall_ms() - wall);
	say("index cpu ms", cpu_ms() - cpu);
	say("index steps", (double)locks.len);
	say("index lock p50 ms", quantile(locks.items, locks.len, 0.5));
	say("index lock p99 ms", quantile(locks.items, locks.len, 0.99));
	say("index lock p99.9 ms", quantile(locks.items, locks.len, 0.999));
	say("index lock longest ms", quantile(locks.items, locks.len, 1));
	say("index locks over 50 ms", over);
	/* With what the checkpoint took behind the lock, but without what others on the machine did. */
	say("index step p99 cpu ms", quantile(busy.items, busy.len, 0.99));
	say("index step longest cpu ms", quantile(busy.items, busy.len, 1));
	vec_release(&locks);
	vec_release(&busy);
}

/* The view has what the index has come to, which is all. */
static void rebuild(struct store *store)
{
	sqlite3 *db = sqlite_of(store)->handle;
	double wall, cpu;

	need_sql(db, "BEGIN IMMEDIATE; INSERT INTO search (search) VALUES ('delete-all');"
		 "INSERT INTO search (search, rank) VALUES ('automerge', 4); COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
	wall = wall_ms();
	cpu = cpu_ms();
	need_sql(db, "INSERT INTO search (search) VALUES ('rebuild')");
	say("fts5 rebuild wall ms", wall_ms() - wall);
	say("fts5 rebuild cpu ms", cpu_ms() - cpu);
}

int main(int argc, char **argv)
{
	struct store *store;

	if (argc != 2) {
		fprintf(stderr, "usage: store_index STORE\n");
		return 2;
	}
	store = need_store(argv[1]);
	build(store, argv[1]);
	rebuild(store);
	store->ops->close(store);
	return 0;
}
