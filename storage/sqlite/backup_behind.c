/*
 * The disk takes longer than all else, so that it is kept busy: one thread brings to it what is
 * written so far. Another reads back what was written, at the heels of the copying, where it is
 * still at hand. Where there can be no threads, both come at the end.
 */
#include "storage/sqlite/backup_behind.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#define FLUSH_PAUSE_MS 50

/* Whether it worked is seen by the sync at the end. */
static void *flush(void *context)
{
	struct behind *behind = context;

	while (!atomic_load(&behind->stop)) {
		(void)fdatasync(behind->fd);
		sqlite3_sleep(FLUSH_PAUSE_MS);
	}
	return NULL;
}

/* Whether it worked is seen by how far it came. */
static void *read_back(void *context)
{
	struct behind *behind = context;
	uint32_t done = 0;
	bool last = false, good = true;

	while (good && !last) {
		pthread_mutex_lock(&behind->lock);
		while (behind->written == done && !behind->all_written)
			pthread_cond_wait(&behind->changed, &behind->lock);
		done = behind->written;
		last = behind->all_written;
		pthread_mutex_unlock(&behind->lock);
		good = structure_read(behind->structure, done, behind->cancel);
	}
	return NULL;
}

void behind_begin(struct behind *behind, const char *path, size_t page_bytes, const atomic_bool *cancel)
{
	*behind = (struct behind){ .fd = open(path, O_RDWR | O_CLOEXEC), .cancel = cancel };
	pthread_mutex_init(&behind->lock, NULL);
	pthread_cond_init(&behind->changed, NULL);
	if (behind->fd < 0)
		return;
	behind->structure = structure_begin(behind->fd, page_bytes);
	behind->is_flushing = pthread_create(&behind->flushing, NULL, flush, behind) == 0;
	behind->is_reading = pthread_create(&behind->reading, NULL, read_back, behind) == 0;
}

void behind_written(struct behind *behind, uint32_t pages, bool all)
{
	pthread_mutex_lock(&behind->lock);
	behind->written = pages;
	behind->all_written = all;
	pthread_cond_signal(&behind->changed);
	pthread_mutex_unlock(&behind->lock);
}

/* It ends once it has read what it was told of last. */
static void end_reading(struct behind *behind)
{
	if (behind->is_reading)
		pthread_join(behind->reading, NULL);
	behind->is_reading = false;
}

bool behind_all_read(struct behind *behind, uint32_t pages)
{
	behind_written(behind, pages, true);
	end_reading(behind);
	return behind->structure && structure_read(behind->structure, pages, behind->cancel);
}

void behind_end(struct behind *behind)
{
	behind_written(behind, behind->written, true);
	end_reading(behind);
	atomic_store(&behind->stop, true);
	if (behind->is_flushing)
		pthread_join(behind->flushing, NULL);
	structure_free(behind->structure);
	if (behind->fd >= 0)
		close(behind->fd);
	pthread_cond_destroy(&behind->changed);
	pthread_mutex_destroy(&behind->lock);
}
