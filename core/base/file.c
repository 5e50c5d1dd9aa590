#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/file_temp.h"
#include "core/base/mem.h"

#define PIPE_FIRST_BYTES ((size_t)64 * 1024)
#define TEMP_TRIES 100
#define TEMP_HEAD ".aitia-"
#define TEMP_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789"

/* ---- reading ----------------------------------------------------------------- */

static ssize_t read_some(int fd, char *into, size_t len_bytes)
{
	ssize_t got;

	if (len_bytes > (size_t)1 << 30) /* macOS refuses more than INT_MAX at once */
		len_bytes = (size_t)1 << 30;
	do
		got = read(fd, into, len_bytes);
	while (got < 0 && errno == EINTR);
	return got;
}

/* The size that fstat() tells is a first guess only: pipes have none, files grow. */
static enum status read_all(struct arena *arena, int fd, const char *path, size_t limit_bytes,
			    struct slice *out, struct error *err)
{
	struct stat info;
	size_t capacity = PIPE_FIRST_BYTES, len_bytes = 0;

	if (fstat(fd, &info) != 0)
		return error_set(err, STATUS_INPUT, "%s: %s", path, strerror(errno));
	if (S_ISDIR(info.st_mode))
		return error_set(err, STATUS_INPUT, "%s is a folder, not a file", path);
	if (S_ISREG(info.st_mode) && info.st_size > 0) {
		if ((uintmax_t)info.st_size >= SIZE_MAX / 4)
			return error_set(err, STATUS_INPUT, "%s is too large", path);
		capacity = (size_t)info.st_size + 1; /* one more, to see the end */
	}
	if (limit_bytes && capacity - 1 > limit_bytes)
		capacity = limit_bytes + 1;

	char *content = arena_alloc(arena, capacity + 1);
	for (;;) {
		ssize_t got = read_some(fd, content + len_bytes, capacity - len_bytes);
		if (got < 0)
			return error_set(err, STATUS_INPUT, "%s: %s", path, strerror(errno));
		if (got == 0)
			break;
		len_bytes += (size_t)got;
		if (limit_bytes && len_bytes > limit_bytes)
			return error_set(err, STATUS_INPUT, "%s is larger than %zu bytes", path, limit_bytes);
		if (len_bytes < capacity)
			continue;
		capacity *= 2;
		char *larger = arena_alloc(arena, capacity + 1);
		memcpy(larger, content, len_bytes);
		content = larger;
	}
	content[len_bytes] = '\0';
	*out = (struct slice){ content, len_bytes };
	return STATUS_OK;
}

enum status file_read(struct arena *arena, const char *path, size_t limit_bytes, struct slice *out,
		      struct error *err)
{
	*out = (struct slice){ NULL, 0 };
	if (strcmp(path, "-") == 0)
		return read_all(arena, STDIN_FILENO, "standard input", limit_bytes, out, err);

	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return error_set(err, STATUS_INPUT, "%s: %s", path, strerror(errno));
	enum status status = read_all(arena, fd, path, limit_bytes, out, err);
	close(fd);
	return status;
}

enum status file_read_optional(struct arena *arena, const char *path, size_t limit_bytes, struct slice *out,
			       struct error *err)
{
	struct stat info;

	*out = (struct slice){ NULL, 0 };
	if (lstat(path, &info) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return STATUS_OK;
		return error_set(err, STATUS_INPUT, "%s: %s", path, strerror(errno));
	}
	return file_read(arena, path, limit_bytes, out, err);
}

/* ---- writing ----------------------------------------------------------------- */

/* The folder of a path, as a string to free(). */
char *file_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	char *folder = mem_strdup(path);
	folder[slash == path ? 1 : slash - path] = '\0';
	return folder;
}

/* Six characters that no other process is likely to choose now; O_EXCL decides. The clock is asked once: an export
 * makes thousands of files. */
static void temp_letters(char out[6])
{
	static const char letters[] = TEMP_LETTERS;
	static atomic_uint_fast64_t last; /* 0: not yet */
	uint_fast64_t seed = atomic_fetch_add(&last, UINT64_C(0x9E3779B97F4A7C15));

	if (!seed) {
		struct timespec clock;

		clock_gettime(CLOCK_REALTIME, &clock);
		seed = ((uint64_t)clock.tv_nsec * 2654435761u ^ (uint64_t)getpid() << 32 ^ (uint64_t)clock.tv_sec << 20) | 1;
		atomic_fetch_add(&last, seed);
	}
	seed = (seed ^ seed >> 31) * UINT64_C(0xBF58476D1CE4E5B9);
	seed ^= seed >> 29;
	for (int i = 0; i < 6; i++, seed /= 36)
		out[i] = letters[seed % 36];
}

/* Not mkstemp(): its mode is 0600, and what the umask would leave of 0666 cannot be
 * asked for without changing it for all threads. `mode` less umask is what open() does. */
int file_open_temp(const char *folder, mode_t mode, file_temp_noted *noted, void *context, char **temp_path)
{
	size_t len_bytes = strlen(folder);
	size_t size = len_bytes + sizeof("/" TEMP_HEAD "XXXXXX");
	char *path = mem_alloc(size);
	int fd = -1;

	snprintf(path, size, "%s/" TEMP_HEAD "XXXXXX", folder);
	for (unsigned attempt = 0; attempt < TEMP_TRIES && fd < 0; attempt++) {
		temp_letters(path + size - 7);
		if (noted && !noted(context, path))
			break;
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, mode);
		if (fd < 0 && errno != EEXIST && errno != EINTR)
			break;
	}
	if (fd < 0) {
		int saved_errno = errno;
		free(path);
		errno = saved_errno;
		return -1;
	}
	*temp_path = path;
	return fd;
}

bool file_is_temp_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t head = sizeof(TEMP_HEAD) - 1;

	return strncmp(name, TEMP_HEAD, head) == 0 && strlen(name) == head + 6 && strspn(name + head, TEMP_LETTERS) == 6;
}

bool file_write_all(int fd, struct slice content)
{
	while (content.len_bytes) {
		size_t part = content.len_bytes < (size_t)1 << 30 ? content.len_bytes : (size_t)1 << 30;
		ssize_t put = write(fd, content.at, part);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			if (put == 0)
				errno = ENOSPC;
			return false;
		}
		content.at += put;
		content.len_bytes -= (size_t)put;
	}
	return true;
}

/* So that the new name survives a power cut. Not a failure where it is impossible
 * (some file systems, unreadable folders): after a crash there is the whole old or
 * the whole new content either way. */
void file_sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

struct atomic_file {
	char *path, *folder, *temp_path;
	int fd;
	bool has_mode;  /* that of the file which is at `path`, or a private one; else what the umask leaves */
	mode_t mode;
	uint64_t len_bytes;
};

static enum status open_atomic(const char *path, bool is_private, struct atomic_file **out, struct error *err)
{
	struct stat old;

	*out = NULL;
	bool there = stat(path, &old) == 0;
	if (there && S_ISDIR(old.st_mode)) {
		error_set(err, STATUS_OUTPUT, "%s is a folder", path);
		return STATUS_OUTPUT;
	}

	struct atomic_file *file = mem_zalloc(1, sizeof(*file));
	file->folder = file_folder_of(path);
	/* Until it has the old file's mode, nobody else may read the new content. */
	file->fd = file_open_temp(file->folder, there || is_private ? 0600 : 0666, NULL, NULL, &file->temp_path);
	if (file->fd < 0) {
		error_set(err, STATUS_OUTPUT, "%s: cannot make a file in %s: %s", path, file->folder, strerror(errno));
		free(file->folder);
		free(file);
		return STATUS_OUTPUT;
	}
	file->path = mem_strdup(path);
	file->has_mode = there || is_private;
	file->mode = is_private ? 0600 : there ? old.st_mode & 07777 : 0;
	*out = file;
	return STATUS_OK;
}

enum status atomic_file_open(const char *path, struct atomic_file **out, struct error *err)
{
	return open_atomic(path, false, out, err);
}

enum status atomic_file_add(struct atomic_file *file, struct slice piece, struct error *err)
{
	if (!file_write_all(file->fd, piece))
		return error_set(err, STATUS_OUTPUT, "%s: %s", file->path, strerror(errno));
	file->len_bytes += piece.len_bytes;
	return STATUS_OK;
}

uint64_t atomic_file_len(const struct atomic_file *file)
{
	return file->len_bytes;
}

enum status atomic_file_truncate(struct atomic_file *file, uint64_t len_bytes, struct error *err)
{
	/* A write that failed may have left more than was counted. */
	if (ftruncate(file->fd, (off_t)len_bytes) != 0 || lseek(file->fd, (off_t)len_bytes, SEEK_SET) < 0)
		return error_set(err, STATUS_OUTPUT, "%s: %s", file->path, strerror(errno));
	file->len_bytes = len_bytes;
	return STATUS_OK;
}

static void atomic_file_free(struct atomic_file *file)
{
	free(file->path);
	free(file->folder);
	free(file->temp_path);
	free(file);
}

enum status atomic_file_commit(struct atomic_file *file, struct error *err)
{
	bool good = (!file->has_mode || fchmod(file->fd, file->mode) == 0) && fsync(file->fd) == 0;
	int reason = errno;

	if (close(file->fd) != 0 && good) { /* NFS tells of a full disk only here */
		good = false;
		reason = errno;
	}
	if (good && rename(file->temp_path, file->path) != 0) {
		good = false;
		reason = errno;
	}
	if (good) {
		file_sync_folder(file->folder);
	} else {
		unlink(file->temp_path);
		error_set(err, STATUS_OUTPUT, "%s: %s", file->path, strerror(reason));
	}
	atomic_file_free(file);
	return good ? STATUS_OK : STATUS_OUTPUT;
}

void atomic_file_abandon(struct atomic_file *file)
{
	if (!file)
		return;
	close(file->fd);
	unlink(file->temp_path);
	atomic_file_free(file);
}

/* Ends it. */
static enum status write_whole(struct atomic_file *file, struct slice content, struct error *err)
{
	enum status status = atomic_file_add(file, content, err);

	if (status == STATUS_OK)
		return atomic_file_commit(file, err);
	atomic_file_abandon(file);
	return status;
}

enum status file_write_atomic(const char *path, struct slice content, struct error *err)
{
	struct atomic_file *file;
	enum status status = atomic_file_open(path, &file, err);

	return status == STATUS_OK ? write_whole(file, content, err) : status;
}

enum status file_write_private(const char *path, struct slice content, struct error *err)
{
	struct atomic_file *file;
	enum status status = open_atomic(path, true, &file, err);

	return status == STATUS_OK ? write_whole(file, content, err) : status;
}

/* ---- folders ----------------------------------------------------------------- */

static bool make_folder(const char *path, mode_t mode)
{
	if (mkdir(path, mode) == 0)
		return true;
	int reason = errno; /* EEXIST, but also EROFS and EISDIR for what is there */
	if (file_is_folder(path))
		return true;
	errno = reason == EEXIST ? ENOTDIR : reason;
	return false;
}

static enum status make_folders(const char *path, mode_t last_mode, struct error *err)
{
	char *part = mem_strdup(path);
	bool good = true;

	/* Each prefix that ends in front of a slash; the last one is the whole. */
	for (char *at = part; good && *at;) {
		at += strspn(at, "/");
		at += strcspn(at, "/");
		char kept = *at;
		*at = '\0';
		good = make_folder(part, kept && at[1 + strspn(at + 1, "/")] ? 0777 : last_mode);
		if (!good)
			error_set(err, STATUS_OUTPUT, "cannot make the folder %s: %s", part, strerror(errno));
		*at = kept;
	}
	free(part);
	return good ? STATUS_OK : STATUS_OUTPUT;
}

enum status file_make_folders(const char *path, struct error *err)
{
	return make_folders(path, 0777, err);
}

enum status file_make_private_folder(const char *path, struct error *err)
{
	return make_folders(path, 0700, err);
}

enum status file_lock_folder(const char *path, int *lock, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), done = -1;

	if (fd >= 0)
		do
			done = flock(fd, LOCK_EX);
		while (done != 0 && errno == EINTR);
	if (done != 0) {
		error_set(err, STATUS_OUTPUT, "cannot lock the folder %s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return STATUS_OUTPUT;
	}
	*lock = fd;
	return STATUS_OK;
}

bool file_try_lock_folder(const char *path, int *lock)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		fd = -1;
	}
	*lock = fd;
	return fd >= 0;
}

void file_unlock(int lock)
{
	close(lock);
}

enum status file_real_path(struct arena *arena, const char *path, const char **out, struct error *err)
{
	char *real = realpath(path, NULL);
	struct stat info;

	if (!real && (errno != ENOENT || lstat(path, &info) == 0))
		return error_set(err, STATUS_OUTPUT, "%s leads nowhere: %s", path, strerror(errno));
	*out = arena_strdup(arena, real ? real : path);
	free(real);
	return STATUS_OK;
}

bool file_exists(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0;
}

bool file_is_folder(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *file_join(struct arena *arena, const char *dir, const char *name)
{
	size_t len_bytes = strlen(dir);

	while (len_bytes > 1 && dir[len_bytes - 1] == '/')
		len_bytes--;
	while (*name == '/')
		name++;
	if (len_bytes == 0)
		return arena_strdup(arena, name);
	const char *between = dir[len_bytes - 1] == '/' ? "" : "/";
	return arena_printf(arena, "%.*s%s%s", (int)len_bytes, dir, between, name);
}

char *file_xdg_folder(struct arena *arena, enum xdg_folder which)
{
	static const struct {
		const char *variable, *below_home;
	} folders[] = {
		[XDG_DATA] = { "XDG_DATA_HOME", ".local/share" },
		[XDG_CONFIG] = { "XDG_CONFIG_HOME", ".config" },
		[XDG_STATE] = { "XDG_STATE_HOME", ".local/state" },
	};
	const char *base = getenv(folders[which].variable);

	if (base && base[0] == '/')
		return file_join(arena, base, "aitia");
	const char *home = getenv("HOME");
	if (!home || !*home)
		return NULL;
	return file_join(arena, file_join(arena, home, folders[which].below_home), "aitia");
}
