/* What goes on behind a copy while it is being made: it is brought to the disk, and read back and looked through. */
#ifndef AITIA_STORAGE_SQLITE_BACKUP_BEHIND_H
#define AITIA_STORAGE_SQLITE_BACKUP_BEHIND_H

#include <pthread.h>

#include "storage/sqlite/structure.h"

struct behind {
	int fd;
	const atomic_bool *cancel; /* or NULL */
	struct structure *structure;
	pthread_t flushing, reading;
	bool is_flushing, is_reading;
	atomic_bool stop;          /* of the flushing */
	pthread_mutex_t lock;      /* of the two below */
	pthread_cond_t changed;
	uint32_t written;          /* pages that may be read */
	bool all_written;          /* no more will come */
};

/* Of the file at `path`. `cancel`, which may be NULL, ends the reading early. */
void behind_begin(struct behind *behind, const char *path, size_t page_bytes, const atomic_bool *cancel);
/* So many pages, from the first on, are in the file as they are to be; `all`: it has no more. */
void behind_written(struct behind *behind, uint32_t pages, bool all);
/* Waits until all of that has been read. False: it could not be. */
bool behind_all_read(struct behind *behind, uint32_t pages);
void behind_end(struct behind *behind);

#endif
