#include "tests/support/test_vfs.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/mem.h"

struct test_vfs test_vfs;

static sqlite3_vfs *real;

struct test_file {
	sqlite3_file base;
	struct disk_file *on_disk; /* NULL: not of the folder */
	bool sync_names;           /* the first sync is one of the folder too, as unixSync() does it */
	sqlite3_file real[];
};

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct test_file *)(void *)file)->real;
}

static struct disk_file *on_disk(sqlite3_file *file)
{
	return test_vfs.disk ? ((struct test_file *)(void *)file)->on_disk : NULL;
}

/* ---- faults -------------------------------------------------------------------------- */

static bool fails(enum vfs_call call)
{
	if (!test_vfs.fail_at || !(test_vfs.kinds & 1u << call))
		return false;
	test_vfs.calls++;
	if (test_vfs.calls != test_vfs.fail_at && !(test_vfs.stays && test_vfs.calls > test_vfs.fail_at))
		return false;
	test_vfs.faults++;
	return true;
}

void test_vfs_fail(unsigned kinds, long at, bool stays)
{
	test_vfs.kinds = kinds;
	test_vfs.stays = stays;
	test_vfs.calls = test_vfs.faults = 0;
	test_vfs.fail_at = at;
}

static void before(enum vfs_call call)
{
	if (test_vfs.disk && test_vfs.before)
		test_vfs.before(test_vfs.context, call);
}

/* ---- files ------------------------------------------------------------------------------ */

static int file_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 offset)
{
	if (fails(VFS_READ))
		return SQLITE_IOERR_READ;
	return real_of(file)->pMethods->xRead(real_of(file), bytes, len, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
	int rc;

	if (on_disk(file))
		before(VFS_WRITE);
	if (fails(VFS_WRITE)) { /* half of it was written, as a full disk leaves it */
		if (on_disk(file))
			disk_write(test_vfs.disk, on_disk(file), bytes, (size_t)len / 2, offset);
		real_of(file)->pMethods->xWrite(real_of(file), bytes, len / 2, offset);
		return test_vfs.full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	}
	rc = real_of(file)->pMethods->xWrite(real_of(file), bytes, len, offset);
	if (on_disk(file) && rc == SQLITE_OK)
		disk_write(test_vfs.disk, on_disk(file), bytes, (size_t)len, offset);
	return rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 len)
{
	int rc;

	if (on_disk(file))
		before(VFS_TRUNCATE);
	if (fails(VFS_TRUNCATE))
		return SQLITE_IOERR_TRUNCATE;
	rc = real_of(file)->pMethods->xTruncate(real_of(file), len);
	if (on_disk(file) && rc == SQLITE_OK)
		disk_truncate(test_vfs.disk, on_disk(file), len);
	return rc;
}

static int file_sync(sqlite3_file *file, int flags)
{
	struct test_file *test = (struct test_file *)(void *)file;

	(void)flags;
	if (on_disk(file))
		before(VFS_SYNC);
	if (fails(VFS_SYNC))
		return SQLITE_IOERR_FSYNC;
	if (on_disk(file)) {
		disk_sync(test_vfs.disk, on_disk(file));
		if (test->sync_names)
			disk_sync_names(test_vfs.disk);
		test->sync_names = false;
	}
	return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
	if (fails(VFS_SIZE))
		return SQLITE_IOERR_FSTAT;
	return real_of(file)->pMethods->xFileSize(real_of(file), out);
}

static int file_lock(sqlite3_file *file, int lock)
{
	if (fails(VFS_LOCK))
		return SQLITE_IOERR_LOCK;
	return real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int file_unlock(sqlite3_file *file, int lock)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

/* SQLite says by one how large the file is to become, which is no write of its own. */
static int file_control(sqlite3_file *file, int op, void *argument)
{
	if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
		return SQLITE_OK;
	return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int file_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	if (fails(VFS_SHM))
		return SQLITE_IOERR_SHMMAP;
	return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	if (!(flags & SQLITE_SHM_UNLOCK) && fails(VFS_SHM))
		return SQLITE_IOERR_SHMLOCK;
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shm_unmap(sqlite3_file *file, int remove)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

/* Version 2: no memory maps, which would read past us. Version 1: no shared memory. */
#define METHODS(version) {                                                                                        \
	(version), file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock, \
	file_check_lock, file_control, file_sector_size, file_characteristics, shm_map, shm_lock, shm_barrier,     \
	shm_unmap, NULL, NULL }
static const sqlite3_io_methods methods = METHODS(2);
static const sqlite3_io_methods methods_without_shm = METHODS(1);

/* ---- the file system ---------------------------------------------------------------------- */

/* The name within the folder that is kept account of, or NULL. */
static const char *name_in_folder(const char *path)
{
	size_t len = test_vfs.disk ? strlen(test_vfs.folder) : 0;

	if (!test_vfs.disk || !path || strncmp(path, test_vfs.folder, len) != 0 || path[len] != '/')
		return NULL;
	return strchr(path + len + 1, '/') ? NULL : path + len + 1;
}

static struct disk_file *find_or_create(const char *name)
{
	struct disk_file *file = disk_find(test_vfs.disk, name);

	return file ? file : disk_create(test_vfs.disk, name);
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *out_flags)
{
	struct test_file *test = (struct test_file *)(void *)file;
	const char *name = flags & SQLITE_OPEN_DELETEONCLOSE ? NULL : name_in_folder(path);
	int rc;

	(void)vfs;
	memset(test, 0, sizeof(*test));
	if (name && (flags & SQLITE_OPEN_CREATE))
		before(VFS_OPEN);
	if (fails(VFS_OPEN))
		return SQLITE_CANTOPEN;
	rc = real->xOpen(real, path, test->real, flags, out_flags);
	if (rc != SQLITE_OK) {
		if (test->real->pMethods)
			test->real->pMethods->xClose(test->real);
		return rc;
	}
	test->base.pMethods = test_vfs.no_shm ? &methods_without_shm : &methods;
	if (name)
		test->on_disk = find_or_create(name);
	test->sync_names = flags & SQLITE_OPEN_CREATE &&
			   flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL);
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_names)
{
	const char *name = name_in_folder(path);
	int rc;

	(void)vfs;
	if (name)
		before(VFS_DELETE);
	if (fails(VFS_DELETE))
		return SQLITE_IOERR_DELETE;
	rc = real->xDelete(real, path, 0);
	if (rc == SQLITE_OK && name) {
		disk_remove(test_vfs.disk, name);
		if (sync_names)
			disk_sync_names(test_vfs.disk);
	}
	return rc;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	(void)vfs;
	if (fails(VFS_ACCESS))
		return SQLITE_IOERR_ACCESS;
	return real->xAccess(real, path, flags, out);
}

/* ---- memory --------------------------------------------------------------------------- */

static sqlite3_mem_methods real_memory;

static void *memory_more(int len)
{
	return fails(VFS_MEMORY) ? NULL : real_memory.xMalloc(len);
}

static void *memory_other(void *old, int len)
{
	return fails(VFS_MEMORY) ? NULL : real_memory.xRealloc(old, len);
}

void test_vfs_install(void)
{
	static sqlite3_vfs vfs;
	sqlite3_mem_methods memory;

	if (real)
		return;
	/* Before SQLite's first call, which sets all up. */
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK)
		abort();
	memory = real_memory;
	memory.xMalloc = memory_more;
	memory.xRealloc = memory_other;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK)
		abort();
	real = sqlite3_vfs_find("unix");
	vfs = *real;
	vfs.szOsFile = (int)sizeof(struct test_file) + real->szOsFile;
	vfs.pNext = NULL;
	vfs.zName = "test";
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	vfs.xAccess = vfs_access;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}

/* ---- what the program does without SQLite ---------------------------------------------------- */

int fsync(int fd)
{
	char link[64], path[PATH_MAX + 1];
	const char *name;
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!real) /* a program that does not use this */
		return (int)syscall(SYS_fsync, fd);
	len = readlink(link, path, PATH_MAX);
	if (len < 0 || !test_vfs.disk)
		return 0;
	path[len] = '\0';
	name = name_in_folder(path);
	if (strcmp(path, test_vfs.folder) == 0) {
		before(VFS_SYNC);
		disk_sync_names(test_vfs.disk);
	} else if (name && disk_find(test_vfs.disk, name)) {
		before(VFS_SYNC);
		disk_sync(test_vfs.disk, disk_find(test_vfs.disk, name));
	}
	return 0;
}

int rename(const char *from, const char *to)
{
	const char *name = name_in_folder(from);
	int rc;

	if (name)
		before(VFS_OPEN);
	if (fails(VFS_OPEN)) {
		errno = EIO;
		return -1;
	}
	rc = (int)syscall(SYS_rename, from, to);
	if (rc == 0 && name)
		disk_rename(test_vfs.disk, name, name_in_folder(to));
	return rc;
}

int link(const char *from, const char *to)
{
	const char *name = name_in_folder(from);
	int rc;

	if (name)
		before(VFS_OPEN);
	if (fails(VFS_OPEN)) {
		errno = EIO;
		return -1;
	}
	rc = (int)syscall(SYS_link, from, to);
	if (rc == 0 && name)
		disk_link(test_vfs.disk, name, name_in_folder(to));
	return rc;
}
