/*
 * Waiting for another process that writes. SQLite asks again and again; the pauses grow,
 * so that short commits are met at once and long imports cost nothing. Somebody who
 * watches (struct store_ops, on_wait) is told and decides when it is enough.
 */
#include "storage/sqlite/sqlite_db.h"

#include <time.h>

/* Without anybody who watches. */
#define GIVE_UP_MS 5000
/* Commits of others take less, so nobody is told of them. */
#define TELL_MS 300

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int on_busy(void *context, int tries)
{
	static const unsigned char pauses_ms[] = { 1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100 };
	struct sqlite_store *db = context;
	int64_t waited;

	if (tries == 0)
		db->busy_since_ms = now_ms();
	waited = now_ms() - db->busy_since_ms;
	if (!db->waiting && waited >= GIVE_UP_MS)
		return 0;
	if (db->waiting && waited >= TELL_MS && !db->waiting(db->waiting_context, waited))
		return 0;
	sqlite3_sleep(pauses_ms[(size_t)tries < sizeof(pauses_ms) ? (size_t)tries : sizeof(pauses_ms) - 1]);
	return 1;
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
