/* The folder that a copy is made in: what a copy that was killed left there goes. */
#include "storage/sqlite/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/base/file.h"

#define SHARE_TRIES 50
#define SHARE_PAUSE_NS 20000000 /* a second in all */

/* "store.db.v4.bak" and "store.db.v4.bak2" are the same. */
static size_t stem_len(const char *name)
{
	size_t len = strlen(name), digits = len;

	while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9')
		digits--;
	return digits >= 4 && strncmp(name + digits - 4, ".bak", 4) == 0 ? digits : len;
}

/* "NAME.part-0123abcd", with a number behind .bak or none. */
static bool is_part(const char *entry, const char *name, size_t stem)
{
	static const char ending[] = ".part-";

	if (strncmp(entry, name, stem) != 0)
		return false;
	entry += stem;
	if (stem >= 4 && strncmp(entry - 4, ".bak", 4) == 0)
		entry += strspn(entry, "0123456789");
	return strncmp(entry, ending, sizeof(ending) - 1) == 0 && strlen(entry) == sizeof(ending) - 1 + 8 &&
	       strspn(entry + sizeof(ending) - 1, "0123456789abcdef") == 8;
}

static void sweep(int folder, const char *name)
{
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* the listing closes it */
	DIR *listing = again >= 0 ? fdopendir(again) : NULL;
	const struct dirent *entry;

	while (listing && (entry = readdir(listing)) != NULL)
		if (is_part(entry->d_name, name, stem_len(name)))
			(void)unlinkat(folder, entry->d_name, 0);
	if (listing)
		closedir(listing);
	else if (again >= 0)
		close(again);
}

/* Another that makes a copy has the folder alone for as long as it sweeps. Whoever has it for longer ("flock FOLDER
 * aitia backup …") may be waiting for this process: then it goes without. */
static bool share_folder(int fd)
{
	const struct timespec pause = { 0, SHARE_PAUSE_NS };

	for (int i = 0; flock(fd, LOCK_SH | LOCK_NB) != 0; i++) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || i == SHARE_TRIES)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

int backup_hold_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = file_folder_of(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		sweep(fd, slash ? slash + 1 : path);
	if (fd >= 0 && !share_folder(fd)) {
		close(fd);
		fd = -1;
	}
	free(folder);
	return fd;
}
