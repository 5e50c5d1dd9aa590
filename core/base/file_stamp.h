/* What tells whether a file is the one that was looked at before, without reading it, as git's index does. */
#ifndef AITIA_BASE_FILE_STAMP_H
#define AITIA_BASE_FILE_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Nobody can set the time of a change (ctime) but by setting the clock. */
struct file_stamp {
	uint64_t device, inode;
	int64_t size_bytes, modified_ns, changed_ns;
};

struct file_stamp file_stamp_of(const struct stat *info);
bool file_stamp(const char *path, struct file_stamp *out); /* of where links lead to; false: nothing is there */
int64_t file_clock_ns(void); /* the clock that stamps are made by, or ahead of it by less than the margin below */
/* Whether an edit after `at_ns` would show: file systems count time in steps, and within one the
 * stamp of a file that was just written stays the same whatever is written. */
bool file_stamp_settled(const struct file_stamp *stamp, int64_t at_ns);

/* "2f.81.30d4.18…": as a word, to be kept and compared. */
#define FILE_STAMP_WORD_BYTES 96
void file_stamp_word(const struct file_stamp *stamp, char out[FILE_STAMP_WORD_BYTES]);

#endif
