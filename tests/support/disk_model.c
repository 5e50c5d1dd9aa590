#include "tests/support/disk_model.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/vec.h"

/* A write, or (bytes NULL) a change of the length. */
struct disk_op {
	uint64_t number; /* in the order of all that happens on the disk */
	int64_t offset_bytes;
	char *bytes;
	size_t len_bytes;
};

struct bytes {
	char *at;
	size_t len_bytes, capacity;
};

struct disk_file {
	struct bytes synced;
	VEC_OF(struct disk_op) ops; /* since the last sync */
};

struct entry {
	char *name;
	struct disk_file *file; /* NULL: removed */
};

/* `gone` goes and `made` comes, both or neither: a rename is one step. */
struct name_op {
	uint64_t number;
	char *gone, *made; /* or NULL */
	struct disk_file *file;
};

typedef VEC_OF(struct entry) entries;

struct disk {
	VEC_OF(struct disk_file *) files;
	entries now, synced; /* names */
	VEC_OF(struct name_op) ops;
	uint64_t clock;
};

/* ---- names ------------------------------------------------------------------------- */

static struct entry *entry_of(const entries *list, const char *name)
{
	for (size_t i = 0; i < list->len; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

static void set_entry(entries *list, const char *name, struct disk_file *file)
{
	struct entry *entry = entry_of(list, name);

	if (entry)
		entry->file = file;
	else
		vec_push(list, ((struct entry){ mem_strdup(name), file }));
}

static void apply_names(entries *list, const struct name_op *op)
{
	if (op->gone)
		set_entry(list, op->gone, NULL);
	if (op->made)
		set_entry(list, op->made, op->file);
}

static void change_names(struct disk *disk, const char *gone, const char *made, struct disk_file *file)
{
	struct name_op op = { ++disk->clock, gone ? mem_strdup(gone) : NULL, made ? mem_strdup(made) : NULL, file };

	apply_names(&disk->now, &op);
	vec_push(&disk->ops, op);
}

struct disk_file *disk_find(struct disk *disk, const char *name)
{
	struct entry *entry = entry_of(&disk->now, name);

	return entry ? entry->file : NULL;
}

static struct disk_file *new_file(struct disk *disk)
{
	struct disk_file *file = mem_zalloc(1, sizeof(*file));

	vec_push(&disk->files, file);
	return file;
}

struct disk_file *disk_create(struct disk *disk, const char *name)
{
	struct disk_file *file = new_file(disk);

	change_names(disk, NULL, name, file);
	return file;
}

void disk_remove(struct disk *disk, const char *name)
{
	if (disk_find(disk, name))
		change_names(disk, name, NULL, NULL);
}

void disk_rename(struct disk *disk, const char *from, const char *to)
{
	if (disk_find(disk, from))
		change_names(disk, from, to, disk_find(disk, from));
}

void disk_link(struct disk *disk, const char *from, const char *to)
{
	if (disk_find(disk, from))
		change_names(disk, NULL, to, disk_find(disk, from));
}

void disk_sync_names(struct disk *disk)
{
	for (size_t i = 0; i < disk->ops.len; i++) {
		apply_names(&disk->synced, &disk->ops.items[i]);
		free(disk->ops.items[i].gone);
		free(disk->ops.items[i].made);
	}
	vec_clear(&disk->ops);
}

/* ---- contents ------------------------------------------------------------------------- */

static void set_len(struct bytes *bytes, size_t len_bytes)
{
	if (len_bytes > bytes->capacity) {
		bytes->capacity = len_bytes * 3 / 2;
		bytes->at = mem_realloc(bytes->at, bytes->capacity, 1);
	}
	if (len_bytes > bytes->len_bytes)
		memset(bytes->at + bytes->len_bytes, 0, len_bytes - bytes->len_bytes);
	bytes->len_bytes = len_bytes;
}

static void put(struct bytes *bytes, const char *from, size_t len_bytes, int64_t offset_bytes)
{
	size_t end = (size_t)offset_bytes + len_bytes;

	if (end > bytes->len_bytes)
		set_len(bytes, end);
	memcpy(bytes->at + offset_bytes, from, len_bytes);
}

static void apply(struct bytes *bytes, const struct disk_op *op)
{
	if (op->bytes)
		put(bytes, op->bytes, op->len_bytes, op->offset_bytes);
	else
		set_len(bytes, (size_t)op->offset_bytes);
}

void disk_write(struct disk *disk, struct disk_file *file, const void *bytes, size_t len_bytes, int64_t offset_bytes)
{
	struct disk_op op = { ++disk->clock, offset_bytes, mem_alloc(len_bytes + 1), len_bytes };

	memcpy(op.bytes, bytes, len_bytes);
	vec_push(&file->ops, op);
}

void disk_truncate(struct disk *disk, struct disk_file *file, int64_t len_bytes)
{
	vec_push(&file->ops, ((struct disk_op){ ++disk->clock, len_bytes, NULL, 0 }));
}

void disk_sync(struct disk *disk, struct disk_file *file)
{
	(void)disk;
	for (size_t i = 0; i < file->ops.len; i++) {
		apply(&file->synced, &file->ops.items[i]);
		free(file->ops.items[i].bytes);
	}
	vec_clear(&file->ops);
}

/* ---- the disk ------------------------------------------------------------------------- */

static void read_whole(const char *path, struct bytes *out)
{
	FILE *file = fopen(path, "rb");
	char buffer[65536];
	size_t len;

	if (!file)
		abort();
	while ((len = fread(buffer, 1, sizeof(buffer), file)) > 0)
		put(out, buffer, len, (int64_t)out->len_bytes);
	fclose(file);
}

static void for_files(const char *folder, void (*call)(void *context, const char *name, const char *path), void *context)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[1024];

	if (!dir)
		abort();
	while ((entry = readdir(dir)) != NULL) {
		struct stat info;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
			call(context, entry->d_name, path);
	}
	closedir(dir);
}

static void take_up(void *context, const char *name, const char *path)
{
	struct disk_file *file = disk_create(context, name);

	read_whole(path, &file->synced);
}

struct disk *disk_new(const char *folder)
{
	struct disk *disk = mem_zalloc(1, sizeof(*disk));

	for_files(folder, take_up, disk);
	disk_sync_names(disk);
	return disk;
}

static void free_entries(entries *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i].name);
	vec_release(list);
}

void disk_free(struct disk *disk)
{
	disk_sync_names(disk);
	vec_release(&disk->ops);
	for (size_t i = 0; i < disk->files.len; i++) {
		struct disk_file *file = disk->files.items[i];
		disk_sync(disk, file);
		vec_release(&file->ops);
		free(file->synced.at);
		free(file);
	}
	vec_release(&disk->files);
	free_entries(&disk->now);
	free_entries(&disk->synced);
	free(disk);
}

/* ---- the loss --------------------------------------------------------------------------- */

struct losing {
	enum disk_loss loss;
	uint32_t (*roll)(uint32_t sides);
	uint64_t until; /* LOSS_LATE: the last that came to the disk */
};

static bool is_kept(const struct losing *losing, uint64_t number)
{
	switch (losing->loss) {
	case LOSS_ALL:
		return false;
	case LOSS_LATE:
		return number <= losing->until;
	case LOSS_SOME:
	case LOSS_TORN:
		return losing->roll(2) == 0;
	case LOSS_NONE:
	case LOSS_COUNT:
		break;
	}
	return true;
}

/* Each sector is the old or the new one, or (seldom) rubbish. */
static void apply_torn(const struct losing *losing, struct bytes *bytes, const struct disk_op *op)
{
	bool rubbish = losing->roll(3) == 0;
	size_t len;

	for (size_t at = 0; at < op->len_bytes; at += len) {
		size_t within = ((size_t)op->offset_bytes + at) % DISK_SECTOR_BYTES;
		len = DISK_SECTOR_BYTES - within;
		if (len > op->len_bytes - at)
			len = op->len_bytes - at;
		if (losing->roll(2))
			continue;
		put(bytes, op->bytes + at, len, op->offset_bytes + (int64_t)at);
		if (rubbish && losing->roll(2))
			for (size_t i = 0; i < len; i++)
				bytes->at[(size_t)op->offset_bytes + at + i] = (char)losing->roll(256);
	}
}

static void content_after(const struct losing *losing, const struct disk_file *file, struct bytes *out)
{
	set_len(out, 0);
	if (file->synced.len_bytes)
		put(out, file->synced.at, file->synced.len_bytes, 0);
	for (size_t i = 0; i < file->ops.len; i++) {
		const struct disk_op *op = &file->ops.items[i];
		bool torn = (losing->loss == LOSS_TORN && losing->roll(2)) ||
			    (losing->loss == LOSS_LATE && op->number == losing->until);
		if (torn && op->bytes)
			apply_torn(losing, out, op);
		else if (is_kept(losing, op->number))
			apply(out, op);
	}
}

static void remove_file(void *context, const char *name, const char *path)
{
	(void)context;
	(void)name;
	if (unlink(path) != 0)
		abort();
}

static void write_whole(const char *path, const struct bytes *bytes)
{
	FILE *file = fopen(path, "wb");

	if (!file || (bytes->len_bytes && fwrite(bytes->at, 1, bytes->len_bytes, file) != bytes->len_bytes) ||
	    fclose(file) != 0)
		abort();
}

/* The moment is one of the latest that something is unsynced of. */
static uint64_t some_moment(const struct disk *disk, uint32_t (*roll)(uint32_t sides))
{
	uint64_t oldest = disk->clock;

	if (disk->ops.len && disk->ops.items[0].number < oldest)
		oldest = disk->ops.items[0].number;
	for (size_t i = 0; i < disk->files.len; i++)
		if (disk->files.items[i]->ops.len && disk->files.items[i]->ops.items[0].number < oldest)
			oldest = disk->files.items[i]->ops.items[0].number;
	return oldest + roll((uint32_t)(disk->clock - oldest + 1));
}

void disk_lose_power(struct disk *disk, enum disk_loss loss, uint32_t (*roll)(uint32_t sides), const char *folder)
{
	struct losing losing = { loss, roll, some_moment(disk, roll) };
	struct bytes content = { NULL, 0, 0 };
	entries names = VEC_INIT;
	char path[1024];

	for_files(folder, remove_file, NULL);
	for (size_t i = 0; i < disk->synced.len; i++)
		set_entry(&names, disk->synced.items[i].name, disk->synced.items[i].file);
	for (size_t i = 0; i < disk->ops.len; i++)
		if (is_kept(&losing, disk->ops.items[i].number))
			apply_names(&names, &disk->ops.items[i]);
	for (size_t i = 0; i < names.len; i++) {
		if (!names.items[i].file)
			continue;
		content_after(&losing, names.items[i].file, &content);
		snprintf(path, sizeof(path), "%s/%s", folder, names.items[i].name);
		write_whole(path, &content);
	}
	free(content.at);
	free_entries(&names);
}
