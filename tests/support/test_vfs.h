/*
 * A file system for SQLite over the real one, which becomes the default of the process: it
 * counts calls, lets chosen ones fail, and keeps account of what a loss of power would
 * leave (disk_model.h). SQLite's memory is counted and fails likewise. With it come fsync(), rename() and link() of the program itself,
 * for backups bring their copies to the disk without SQLite. Nothing is really synced:
 * it is fast.
 */
#ifndef AITIA_TESTS_SUPPORT_TEST_VFS_H
#define AITIA_TESTS_SUPPORT_TEST_VFS_H

#include <stdbool.h>

#include "tests/support/disk_model.h"

enum vfs_call {
	VFS_OPEN, VFS_READ, VFS_WRITE, VFS_TRUNCATE, VFS_SYNC, VFS_SIZE, VFS_LOCK, VFS_SHM, VFS_DELETE, VFS_ACCESS,
	VFS_MEMORY, /* SQLite asks for memory, or for more */
	VFS_CALL_COUNT
};
#define VFS_CHANGES (1u << VFS_OPEN | 1u << VFS_WRITE | 1u << VFS_TRUNCATE | 1u << VFS_SYNC | 1u << VFS_DELETE)
#define VFS_ALL ((1u << VFS_MEMORY) - 1) /* all that ask the disk */

struct test_vfs {
	/* Which call of those in `kinds` (1u << VFS_READ …) fails: 1 is the next one; 0: none. */
	long fail_at;
	unsigned kinds;
	bool stays;     /* all behind it fail too, until fail_at is set to 0 */
	bool full;      /* writes fail for want of room, not for an error of the disk */
	long calls;     /* of `kinds`, since fail_at was set */
	long faults;    /* likewise */
	bool no_shm;    /* files have no shared memory, so that there can be no WAL */

	/* Keeps account of this folder. */
	struct disk *disk;
	const char *folder;
	/* Before each call that changes something there (VFS_CHANGES, and renaming); or NULL. */
	void (*before)(void *context, enum vfs_call call);
	void *context;
};

extern struct test_vfs test_vfs;

/* Once, before the first store is opened. */
void test_vfs_install(void);
/* From now on the call `at` of `kinds` fails. */
void test_vfs_fail(unsigned kinds, long at, bool stays);

#endif
