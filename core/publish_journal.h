/*
 * What an export is about to lay into a site, told before it is laid there: a line for each temporary file, in a
 * file beside the list of pages that is there while files are written. So the next export knows which files one
 * that was killed has left, by name, and takes them away; those of an export that goes on are not touched, since
 * it holds the lock of the pages' folder.
 */
#ifndef AITIA_CORE_PUBLISH_JOURNAL_H
#define AITIA_CORE_PUBLISH_JOURNAL_H

#include <pthread.h>

#include "core/publish_place.h"

#define PUBLISH_JOURNAL ".aitia-writing." /* and the site's name */

struct publish_journal {
	const struct publish_place *place;
	const char *path;
	int *lock;             /* on the pages' folder; -1: none yet */
	bool locked_late;      /* it was taken for the first file: others may have exported since the beginning */
	int fd;                /* -1: nothing was laid yet */
	pthread_mutex_t mutex; /* pages are laid by several threads */
};

/* The strings and the place are borrowed. */
void publish_journal_init(struct publish_journal *journal, const struct publish_place *place, const char *path, int *lock);
void publish_journal_release(struct publish_journal *journal); /* all that it names is in its place or gone */

/* For file_set_note(): on any thread. Before the first one the folder of pages is made and locked, if it is not yet. */
bool publish_journal_note(void *journal, const char *temp_path);

/* How many files an export that was killed has left; `sweep`: takes them away, and folders that are empty then. The lock is held
 * (or, to be asked only, an export may be going on that is not to be waited for: then none). */
size_t publish_journal_left(const struct publish_journal *journal, bool sweep);

#endif
