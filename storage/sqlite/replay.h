/* Whether the records are what the log of edits has made of them. */
#ifndef AITIA_STORAGE_SQLITE_REPLAY_H
#define AITIA_STORAGE_SQLITE_REPLAY_H

#include "storage/sqlite/edit_log.h"

typedef void replay_found(void *context, const char *finding);

/* Calls `found` for each edit that does not fit and each table that differs. Within a
 * read transaction of the caller; needs as much temporary disk as annotations and incidents take. */
enum status replay_log(struct sqlite_store *db, replay_found *found, void *context, struct error *err) MUST_CHECK;

#endif
