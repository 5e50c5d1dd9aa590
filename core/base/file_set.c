#include "core/base/file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/file_temp.h"
#include "core/base/vec.h"

#ifdef __linux__
int syncfs(int fd); /* unistd.h has it for _GNU_SOURCE alone */
#endif

/* From so many files on, one syncfs() of the file system is quicker than an fsync() for each. */
#define SYNC_ALL_FILES 64

struct entry {
	char *path;
	char *temp_path; /* NULL: to be removed */
	bool is_first;   /* its folder was made for it */
	struct file_stamp written; /* of the temporary file: all but the time of change outlast the moving */
};

struct file_set {
	VEC_OF(struct entry) entries;
	file_set_noted *noted;
	void *noted_context;
	file_set_placed *placed;
	void *context;
	char *made; /* the folder that is known to be there; NULL: none yet */
};

struct file_set *file_set_new(void)
{
	return mem_zalloc(1, sizeof(struct file_set));
}

static void set_free(struct file_set *set)
{
	for (size_t i = 0; i < set->entries.len; i++) {
		free(set->entries.items[i].path);
		free(set->entries.items[i].temp_path);
	}
	vec_release(&set->entries);
	free(set->made);
	free(set);
}

static enum status failed(const char *path, struct error *err)
{
	return error_set(err, STATUS_OUTPUT, "%s: %s", path, strerror(errno));
}

/* In a temporary file, with the mode of the file that it is to replace. */
static enum status write_temp(const struct file_set *set, const char *path, const char *folder, struct slice content, char **temp_path,
			      struct file_stamp *written, struct error *err)
{
	struct stat old, made;
	bool there = stat(path, &old) == 0;
	int fd;

	if (there && S_ISDIR(old.st_mode))
		return error_set(err, STATUS_OUTPUT, "%s is a folder", path);
	fd = file_open_temp(folder, there ? 0600 : 0666, set->noted, set->noted_context, temp_path);
	if (fd < 0)
		return failed(path, err);
	bool good = file_write_all(fd, content) && (!there || fchmod(fd, old.st_mode & 07777) == 0) && fstat(fd, &made) == 0;
	int reason = errno;
	if (close(fd) != 0 && good) {
		good = false;
		reason = errno;
	}
	if (good) {
		*written = file_stamp_of(&made);
		return STATUS_OK;
	}
	unlink(*temp_path);
	free(*temp_path);
	errno = reason;
	return failed(path, err);
}

enum status file_set_add(struct file_set *set, const char *path, struct slice content, struct error *err)
{
	char *folder = file_folder_of(path);
	struct entry entry = { .path = NULL };
	enum status status = STATUS_OK;

	if (!set->made || strcmp(set->made, folder) != 0) { /* most stand in the same one */
		entry.is_first = !file_is_folder(folder);
		status = file_make_folders(folder, err);
		free(set->made);
		set->made = status == STATUS_OK ? mem_strdup(folder) : NULL;
	}
	if (status == STATUS_OK)
		status = write_temp(set, path, folder, content, &entry.temp_path, &entry.written, err);
	if (status == STATUS_OK) {
		entry.path = mem_strdup(path);
		vec_push(&set->entries, entry);
	}
	free(folder);
	return status;
}

void file_set_note(struct file_set *set, file_set_noted *noted, void *context)
{
	set->noted = noted;
	set->noted_context = context;
}

void file_set_move(struct file_set *to, struct file_set *from)
{
	vec_reserve(&to->entries, from->entries.len);
	for (size_t i = 0; i < from->entries.len; i++)
		to->entries.items[to->entries.len++] = from->entries.items[i];
	vec_clear(&from->entries);
}

void file_set_remove(struct file_set *set, const char *path)
{
	struct entry entry = { .path = mem_strdup(path) };

	vec_push(&set->entries, entry);
}

static bool sync_one(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

/* All that was written to the file system of a path. Errors that nobody was told of yet are told also to who opens
 * after them (Linux 5.8; sync() tells of none). */
static bool sync_disk(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
#ifdef __linux__
	bool good = syncfs(fd) == 0;
	int reason = errno;
#else
	bool good = true;
	int reason = 0;
	sync();
#endif
	close(fd);
	errno = reason;
	return good;
}

/* Of each file system that the set's files were written to; links in a site may lead to several. */
static const struct entry *sync_disks(const struct file_set *set, bool moved)
{
	VEC_OF(uint64_t) done = VEC_INIT;
	const struct entry *bad = NULL;

	for (size_t i = 0; i < set->entries.len && !bad; i++) {
		const struct entry *entry = &set->entries.items[i];
		size_t at = 0;

		while (at < done.len && done.items[at] != entry->written.device)
			at++;
		if (!entry->temp_path || at < done.len)
			continue;
		vec_push(&done, entry->written.device);
		if (!sync_disk(moved ? entry->path : entry->temp_path))
			bad = entry;
	}
	vec_release(&done);
	return bad;
}

static enum status sync_contents(const struct file_set *set, struct error *err)
{
	if (set->entries.len >= SYNC_ALL_FILES) {
		const struct entry *bad = sync_disks(set, false);
		return bad ? failed(bad->path, err) : STATUS_OK;
	}
	for (size_t i = 0; i < set->entries.len; i++) {
		const struct entry *entry = &set->entries.items[i];
		if (entry->temp_path && !sync_one(entry->temp_path))
			return failed(entry->path, err);
	}
	return STATUS_OK;
}

/* Names, of which file_sync_folder() says how much they matter; of a large set the disk's error is told. */
static enum status sync_folders(const struct file_set *set, struct error *err)
{
	char *last = NULL;

	if (set->entries.len >= SYNC_ALL_FILES) {
		const struct entry *bad = sync_disks(set, true);
		if (!bad)
			return STATUS_OK;
		failed(bad->path, err);
		return error_wrap(err, STATUS_OUTPUT, "all files are in their places, but may not be there after a loss of power");
	}
	for (size_t i = 0; i < set->entries.len; i++) {
		char *folder = file_folder_of(set->entries.items[i].path);
		if (!last || strcmp(last, folder) != 0)
			file_sync_folder(folder);
		free(last);
		last = folder;
	}
	free(last);
	return STATUS_OK;
}

/* An edit since the moving began shows: what was written had settled by then. */
static void tell_placed(const struct file_set *set, int64_t began_ns)
{
	for (size_t i = 0; i < set->entries.len; i++) {
		const struct entry *entry = &set->entries.items[i];
		struct file_stamp stamp, written = entry->written;

		if (!entry->temp_path || !file_stamp(entry->path, &stamp))
			continue;
		written.changed_ns = stamp.changed_ns;
		if (memcmp(&written, &stamp, sizeof(stamp)) == 0 && file_stamp_settled(&entry->written, began_ns))
			set->placed(set->context, entry->path, &stamp);
	}
}

void file_set_tell(struct file_set *set, file_set_placed *placed, void *context)
{
	set->placed = placed;
	set->context = context;
}

enum status file_set_commit(struct file_set *set, struct error *err)
{
	enum status status = sync_contents(set, err);
	int64_t began_ns = file_clock_ns();

	if (status != STATUS_OK) {
		file_set_abandon(set);
		return status;
	}
	for (size_t i = 0; i < set->entries.len; i++) {
		struct entry *entry = &set->entries.items[i];
		bool good = entry->temp_path ? rename(entry->temp_path, entry->path) == 0 :
			    unlink(entry->path) == 0 || errno == ENOENT;

		if (!good) {
			status = failed(entry->path, err);
			if (i > 0)
				error_wrap(err, status, "stopped after %zu of %zu files", i, set->entries.len);
			for (; i < set->entries.len; i++)
				if (set->entries.items[i].temp_path)
					unlink(set->entries.items[i].temp_path);
			break;
		}
	}
	if (status == STATUS_OK)
		status = sync_folders(set, err);
	else
		(void)sync_folders(set, NULL);
	if (status == STATUS_OK && set->placed)
		tell_placed(set, began_ns);
	set_free(set);
	return status;
}

void file_set_abandon(struct file_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->entries.len; i++)
		if (set->entries.items[i].temp_path)
			unlink(set->entries.items[i].temp_path);
	for (size_t i = set->entries.len; i-- > 0;)
		if (set->entries.items[i].is_first) {
			char *folder = file_folder_of(set->entries.items[i].path);
			rmdir(folder);
			free(folder);
		}
	set_free(set);
}
