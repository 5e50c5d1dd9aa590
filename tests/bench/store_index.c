/*
 * What the index of words costs, against FTS5's own 'rebuild' of the same table with the
 * same tokenizer; and how long a step keeps others from writing.
 *
 *     store_index STORE      the store's index is made anew, twice
 */
#include "storage/sqlite/search.h"
#include "tests/bench/store.h"

static void build(struct store *store)
{
	VEC_OF(double) locks = VEC_INIT, busy = VEC_INIT;
	double wall, cpu, over = 0;
	bool whole = false;
	struct error err;

	need(store->ops->index_drop(store, &err), &err);
	need_sql(sqlite_of(store)->handle, "PRAGMA wal_checkpoint(TRUNCATE)");
	wall = wall_ms();
	cpu = cpu_ms();
	while (!whole) {
		double lock, from = cpu_ms();
		need(store->ops->index_step(store, INDEX_STEP_MS, true, &whole, &err), &err);
		lock = (double)sqlite_of(store)->index_lock_us / 1e3;
		vec_push(&busy, cpu_ms() - from);
		vec_push(&locks, lock);
		over += lock > 50;
	}
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
	build(store);
	rebuild(store);
	store->ops->close(store);
	return 0;
}
