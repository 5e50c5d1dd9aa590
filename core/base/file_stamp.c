#include "core/base/file_stamp.h"

#include <stdio.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)
/* Kernels stamp at their ticks (Linux: 1 to 10 ms); file systems that keep whole seconds may keep every other one (FAT). */
#define MARGIN_NS INT64_C(50000000)
#define MARGIN_COARSE_NS (3 * NS_PER_S)

static int64_t ns_of(struct timespec at)
{
	return (int64_t)at.tv_sec * NS_PER_S + at.tv_nsec;
}

struct file_stamp file_stamp_of(const struct stat *info)
{
	return (struct file_stamp){ (uint64_t)info->st_dev, (uint64_t)info->st_ino, (int64_t)info->st_size, ns_of(info->st_mtim),
				    ns_of(info->st_ctim) };
}

bool file_stamp(const char *path, struct file_stamp *out)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return false;
	*out = file_stamp_of(&info);
	return true;
}

int64_t file_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return ns_of(now);
}

bool file_stamp_settled(const struct file_stamp *stamp, int64_t at_ns)
{
	int64_t last = stamp->changed_ns > stamp->modified_ns ? stamp->changed_ns : stamp->modified_ns;

	return last + (last % NS_PER_S ? MARGIN_NS : MARGIN_COARSE_NS) < at_ns;
}

void file_stamp_word(const struct file_stamp *stamp, char out[FILE_STAMP_WORD_BYTES])
{
	snprintf(out, FILE_STAMP_WORD_BYTES, "%llx.%llx.%llx.%llx.%llx", (unsigned long long)stamp->device, (unsigned long long)stamp->inode,
		 (unsigned long long)stamp->size_bytes, (unsigned long long)stamp->modified_ns, (unsigned long long)stamp->changed_ns);
}
