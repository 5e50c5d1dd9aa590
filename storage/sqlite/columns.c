/* Who shares columns: one set for each file, for all connections of the process. */
#include "storage/sqlite/columns.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* What a count by value takes at ten million samples, and some more. */
#define SCAN_MS 100

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct columns *registry;

void columns_order_reset(struct columns_order *order)
{
	vec_release(&order->ids);
	free(order->text);
	*order = (struct columns_order){ .number = INT64_MIN };
}

void columns_hits_reset(struct columns_hits *hits)
{
	free(hits->query);
	free(hits->reviewer);
	free(hits->bits);
	*hits = (struct columns_hits){ .count = 0 };
}

void columns_taking_end(struct columns_taking *taking)
{
	vec_release(&taking->samples);
	*taking = (struct columns_taking){ .edit = 0 };
}

static void release(struct columns *columns)
{
	columns_snapshot_close(columns);
	for (int c = 0; c < COLUMN_COUNT; c++) {
		free(columns->of[c]);
		columns->of[c] = NULL;
		dictionary_release(&columns->dictionaries[c]);
	}
	for (size_t i = 0; i < columns->reviewers.len; i++)
		free(columns->reviewers.items[i]);
	vec_release(&columns->reviewers);
	for (size_t i = 0; i < columns->own_keys.len; i++)
		free(columns->own_keys.items[i]);
	vec_release(&columns->own_keys);
	columns->own_named = false;
	columns_order_reset(&columns->by_time);
	columns_order_reset(&columns->by_path);
	columns_hits_reset(&columns->hits);
	columns_taking_end(&columns->taking);
	free(columns->origins);
	columns->origins = NULL;
	columns->origin_count = 0;
	columns->capacity = 0;
}

void columns_clear(struct columns *columns)
{
	release(columns);
	for (int c = 0; c < COLUMN_COUNT; c++)
		dictionary_init(&columns->dictionaries[c]);
	columns->begun = false;
	columns->unsaved = columns->rows = columns->target = columns->present = columns->edit = 0;
}

/* The file itself, since a path may come to name another one. In memory: nobody's but this connection's. */
static struct columns *find(const struct sqlite_store *db)
{
	struct stat info;
	struct columns *columns = registry;
	const char *path = sqlite_store_path(&db->base);
	bool is_file = path[0] && stat(path, &info) == 0;

	while (is_file && columns && !(columns->is_file && columns->device == (int64_t)info.st_dev &&
				       columns->inode == (int64_t)info.st_ino))
		columns = columns->next;
	if (is_file && columns)
		return columns;
	columns = mem_zalloc(1, sizeof(*columns));
	pthread_mutex_init(&columns->lock, NULL);
	columns_clear(columns);
	if (is_file) {
		columns->is_file = true;
		columns->device = (int64_t)info.st_dev;
		columns->inode = (int64_t)info.st_ino;
	}
	columns->next = registry;
	registry = columns;
	return columns;
}

static void attach(struct sqlite_store *db)
{
	pthread_mutex_lock(&registry_lock);
	db->columns = find(db);
	db->columns->users++;
	pthread_mutex_unlock(&registry_lock);
}

void columns_detach(struct sqlite_store *db)
{
	struct columns **at = &registry, *columns = db->columns;

	if (!columns)
		return;
	pthread_mutex_lock(&columns->lock);
	columns_snapshot_save(db, columns);
	pthread_mutex_unlock(&columns->lock);
	db->columns = NULL;
	pthread_mutex_lock(&registry_lock);
	if (--columns->users == 0) {
		while (*at != columns)
			at = &(*at)->next;
		*at = columns->next;
		release(columns);
		pthread_mutex_destroy(&columns->lock);
		free(columns);
	}
	pthread_mutex_unlock(&registry_lock);
}

struct columns *columns_lock(struct sqlite_store *db, bool wait)
{
	const struct timespec pause = { 0, 1000000 };

	if (sqlite3_txn_state(db->handle, "main") == SQLITE_TXN_WRITE)
		return NULL;
	if (!db->columns)
		attach(db);
	if (wait) {
		pthread_mutex_lock(&db->columns->lock);
		return db->columns;
	}
	for (int tries = 0; pthread_mutex_trylock(&db->columns->lock) != 0; tries++) {
		if (atomic_load(&db->columns->slow) || tries == SCAN_MS)
			return NULL;
		nanosleep(&pause, NULL);
	}
	return db->columns;
}

void columns_unlock(struct columns *columns)
{
	atomic_store(&columns->slow, false);
	pthread_mutex_unlock(&columns->lock);
}
