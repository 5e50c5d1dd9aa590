/*
 * Waiting for another process that writes. SQLite asks again and again, and nobody stands
 * in a queue: who comes in the moment between two transactions of somebody else goes first.
 * So the pauses are short at first, shorter than those that the steps of the index leave
 * between them (BUSY_TURN_MS), and long once it must be an import. Somebody who
 * watches (struct store_ops, on_wait) is told and decides when it is enough.
 */
#include "storage/sqlite/sqlite_db.h"

#include <time.h>

/* Without anybody who watches. */
#define GIVE_UP_MS 5000
/* Commits of others take less, so nobody is told of them. */
#define TELL_MS 300
#define TELL_PAUSE_MS 25

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int pause_ms(int64_t waited_ms)
{
	return waited_ms < 1000 ? 2 : waited_ms < 10000 ? 10 : 100;
}

bool busy_wait(struct sqlite_store *db, int tries)
{
	int64_t waited;

	if (tries == 0)
		db->busy_since_ms = db->busy_told_ms = now_ms();
	waited = now_ms() - db->busy_since_ms;
	if (!db->waiting && waited >= GIVE_UP_MS)
		return false;
	if (db->waiting && waited >= TELL_MS && now_ms() - db->busy_told_ms >= TELL_PAUSE_MS) {
		db->busy_told_ms = now_ms();
		if (!db->waiting(db->waiting_context, waited))
			return false;
	}
	sqlite3_sleep(pause_ms(waited));
	return true;
}

static int on_busy(void *context, int tries)
{
	return busy_wait(context, tries);
}

void busy_register(struct sqlite_store *db)
{
	sqlite3_busy_handler(db->handle, on_busy, db);
}

void db_on_wait(struct store *store, bool (*waiting)(void *, int64_t), void *context)
{
	struct sqlite_store *db = sqlite_of(store);

	db->waiting = waiting;
	db->waiting_context = context;
}
