/*
 * A preloaded library that makes one call of the program fail: the n-th of its kind.
 *
 *     LD_PRELOAD=fail_shim.so AITIA_FAIL=write:17:28 aitia import FILE
 *
 * AITIA_FAIL is KIND:N:ERRNO; KIND is memory (malloc, calloc, realloc), read (read, pread),
 * write (write, pwrite) or sync (fsync, fdatasync, syncfs). "KIND:N:ERRNO:on" fails all from the
 * n-th on: a disk that stays full. N = 0 fails nothing.
 * AITIA_STATFS=0x6969 makes every file system one of that kind: NFS.
 * AITIA_FAIL_REPORT names a file that gets the number of calls at the end of the program.
 *
 * Linux with glibc: the real calls are made as system calls and by glibc's inner names, so
 * that nothing has to be looked up while memory fails.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum kind { MEMORY, READ, WRITE, SYNC, KINDS };

extern void *__libc_malloc(size_t len);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t len);

static struct {
	bool known, stays;
	enum kind kind;
	long at;
	int error;
	atomic_long calls;
} plan;

/* At the first call of any kind, which may come before any constructor. */
static void read_plan(void)
{
	static const char *const names[KINDS] = { "memory:", "read:", "write:", "sync:" };
	const char *text = getenv("AITIA_FAIL");
	char *end;

	plan.known = true;
	plan.kind = KINDS;
	for (int kind = 0; text && kind < KINDS; kind++) {
		size_t len = strlen(names[kind]);
		if (strncmp(text, names[kind], len) != 0)
			continue;
		plan.at = strtol(text + len, &end, 10);
		plan.error = *end == ':' ? (int)strtol(end + 1, &end, 10) : EIO;
		plan.stays = strcmp(end, ":on") == 0;
		plan.kind = (enum kind)kind;
	}
}

static bool fails(enum kind kind)
{
	if (!plan.known)
		read_plan();
	if (kind != plan.kind)
		return false;
	long call = atomic_fetch_add(&plan.calls, 1) + 1;
	if (plan.at == 0 || call < plan.at || (call > plan.at && !plan.stays))
		return false;
	errno = plan.error;
	return true;
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("AITIA_FAIL_REPORT");
	char text[32];

	if (!path)
		return;
	int len = snprintf(text, sizeof(text), "%ld\n", atomic_load(&plan.calls));
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	syscall(SYS_write, fd, text, (size_t)len);
	syscall(SYS_close, fd);
}

void *malloc(size_t len)
{
	return fails(MEMORY) ? NULL : __libc_malloc(len);
}

void *calloc(size_t count, size_t size)
{
	return fails(MEMORY) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t len)
{
	return fails(MEMORY) ? NULL : __libc_realloc(old, len);
}

ssize_t read(int fd, void *into, size_t len)
{
	return fails(READ) ? -1 : syscall(SYS_read, fd, into, len);
}

ssize_t pread(int fd, void *into, size_t len, off_t offset)
{
	return fails(READ) ? -1 : syscall(SYS_pread64, fd, into, len, offset);
}

ssize_t pread64(int fd, void *into, size_t len, off64_t offset)
{
	return pread(fd, into, len, offset);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	return fails(WRITE) ? -1 : syscall(SYS_write, fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	return fails(WRITE) ? -1 : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
	return pwrite(fd, bytes, len, offset);
}

int fsync(int fd)
{
	return fails(SYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return fails(SYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int syncfs(int fd)
{
	return fails(SYNC) ? -1 : (int)syscall(SYS_syncfs, fd);
}

int statfs64(const char *path, struct statfs64 *out)
{
	const char *kind = getenv("AITIA_STATFS");
	long result = syscall(SYS_statfs, path, out); /* the same struct on 64-bit systems */

	if (result == 0 && kind)
		out->f_type = strtol(kind, NULL, 16);
	return (int)result;
}
