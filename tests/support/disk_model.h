/*
 * A disk as a loss of power shows it: what was synced is there; of what was written since
 * the last sync of a file, each write is there, or is not, or some of its sectors are, or
 * hold rubbish; and a file that was made, renamed or removed since the last sync of the
 * folder is so, or not yet. POSIX promises no more, and no order among them.
 *
 * The files themselves are written elsewhere, as ever; this only keeps account of them.
 * All files are of one folder and are given without it.
 */
#ifndef AITIA_TESTS_SUPPORT_DISK_MODEL_H
#define AITIA_TESTS_SUPPORT_DISK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_SECTOR_BYTES 512

struct disk;
struct disk_file; /* an inode: it lives as long as the disk, whatever its names */

/* What a loss of power does to that which was not synced. */
enum disk_loss {
	LOSS_ALL,   /* nothing of it is there */
	LOSS_NONE,  /* all of it is */
	LOSS_SOME,  /* each write and each name by chance */
	LOSS_TORN,  /* likewise, and writes may be torn at sectors, or come as rubbish */
	LOSS_LATE,  /* all up to a moment, nothing after it, the last write torn */
	LOSS_COUNT
};

/* The files that `folder` has now count as synced. */
struct disk *disk_new(const char *folder);
void disk_free(struct disk *disk);

struct disk_file *disk_find(struct disk *disk, const char *name); /* as a program sees it now; or NULL */
struct disk_file *disk_create(struct disk *disk, const char *name);
void disk_write(struct disk *disk, struct disk_file *file, const void *bytes, size_t len_bytes, int64_t offset_bytes);
void disk_truncate(struct disk *disk, struct disk_file *file, int64_t len_bytes);
void disk_sync(struct disk *disk, struct disk_file *file);
void disk_sync_names(struct disk *disk);
void disk_remove(struct disk *disk, const char *name);
void disk_rename(struct disk *disk, const char *from, const char *to);
void disk_link(struct disk *disk, const char *from, const char *to);

/* Makes `folder`, which is emptied first, what is found after the power is back. `roll`
 * answers a number below `sides`. */
void disk_lose_power(struct disk *disk, enum disk_loss loss, uint32_t (*roll)(uint32_t sides), const char *folder);

#endif
