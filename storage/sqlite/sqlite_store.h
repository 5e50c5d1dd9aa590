/*
 * The engine behind core/store.h that keeps a store in one SQLite file.
 *
 * Needs an SQLite with the session extension (SQLITE_ENABLE_SESSION and
 * SQLITE_ENABLE_PREUPDATE_HOOK, as Debian builds it): the operation log is made
 * of its changesets.
 */
#ifndef AITIA_STORAGE_SQLITE_STORE_H
#define AITIA_STORAGE_SQLITE_STORE_H

#include <stdbool.h>

#include "core/store.h"

struct sqlite_open_options {
	bool create;    /* make a store where there is no file, or an empty one */
	bool read_only; /* never write; an older store is then refused, not migrated */
	/* Likewise, but opened as a writer is: a reader that may not write leaves the files
	 * that it shares with writers (PATH-wal, PATH-shm) behind. */
	bool look;
};

/*
 * Opens the store at `path`, which may also be a "file:" URI as SQLite
 * understands it. An older store is migrated, after a copy of it was made beside
 * it (PATH.v1.bak). Everything else that is not a store of ours (another
 * program's database, another kind of file, a newer store) is refused with
 * STATUS_STORE and left as it is, byte for byte. `options` may be NULL: none.
 * Close with store->ops->close().
 */
enum status sqlite_store_open(const char *path, const struct sqlite_open_options *options,
			      struct store **out, struct error *err) MUST_CHECK;

/* The file, as SQLite resolved it; "" for a store in memory. */
const char *sqlite_store_path(const struct store *store);
/* "wal", or "delete" and the like where WAL cannot be had. */
const char *sqlite_store_journal_mode(const struct store *store);

/* A copy of the whole store into a new file while readers and writers go on.
 * STATUS_OUTPUT if `path` exists or cannot be written. */
enum status sqlite_store_backup(struct store *store, const char *path, struct error *err) MUST_CHECK;

#endif
