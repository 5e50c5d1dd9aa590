/* Copying a store, for backup and restore. */
#ifndef AITIA_STORAGE_SQLITE_BACKUP_H
#define AITIA_STORAGE_SQLITE_BACKUP_H

#include <sys/stat.h>

#include "storage/sqlite/sqlite_db.h"

/*
 * A whole copy of the store, read back and on the disk, beside `path` under a name that
 * nobody else has: *copy, to be given its name, or unlink()ed, and free()d. `options` has
 * all but `force`. It has the rights of `like`, and its owner where that may be; NULL:
 * nobody but the user's.
 */
enum status backup_copy(struct store *store, const char *path, const struct stat *like, const struct backup_options *options,
			char **copy, struct error *err) MUST_CHECK;

/* Shares a lock of the folder of `path` as long as a copy is made there: to be closed; -1: it cannot be had. So where it
 * can be had alone nobody makes one, and parts of this copy are those of a process that ended amidst it: they go. (The
 * file itself has SQLite's locks, which on some systems are no others than these.) */
int backup_hold_folder(const char *path);

#endif
