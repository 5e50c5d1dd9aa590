/*
 * What a store's first page was, or is, by the journal or the log beside it. When the power
 * fails while that page is written, it may be neither the old nor the new one; SQLite mends
 * it from there, but is not asked to before the file is known to be ours.
 *
 * Formats: https://sqlite.org/fileformat2.html, sections 3 and 4. The two files are not
 * locked by anybody, so that opening and closing them drops no lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "storage/sqlite/sqlite_db.h"

#define JOURNAL_HEADER_BYTES 28
#define LOG_HEADER_BYTES 32
#define FRAME_HEADER_BYTES 24
#define PAGES_MOST 1000000 /* looked at */

static uint32_t number_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_page_size(uint32_t bytes)
{
	return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) == 0;
}

static bool read_at(int fd, void *bytes, size_t len, int64_t offset)
{
	return pread(fd, bytes, len, offset) == (ssize_t)len;
}

/* Records of a page number, the page and four bytes, behind the first sector. */
static enum header_beside from_journal(int fd, unsigned char header[STORE_HEADER_BYTES])
{
	static const unsigned char magic[8] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
	unsigned char start[JOURNAL_HEADER_BYTES], number[4];
	uint32_t sector, page;

	if (!read_at(fd, start, sizeof(start), 0) || memcmp(start, magic, sizeof(magic)) != 0)
		return HEADER_NONE;
	if (number_at(start + 16) == 0)
		return HEADER_EMPTY;
	sector = number_at(start + 20);
	page = number_at(start + 24);
	if (!is_page_size(page) || sector < 32 || sector > 65536)
		return HEADER_NONE;
	for (int64_t i = 0; i < PAGES_MOST; i++) {
		int64_t at = sector + i * (int64_t)(page + 8);
		if (!read_at(fd, number, sizeof(number), at))
			return HEADER_NONE;
		if (number_at(number) == 1)
			return read_at(fd, header, STORE_HEADER_BYTES, at + 4) ? HEADER_FOUND : HEADER_NONE;
	}
	return HEADER_NONE;
}

/* Frames, those of this round of the log having the numbers (salts) of its header. */
static enum header_beside from_log(int fd, unsigned char header[STORE_HEADER_BYTES])
{
	unsigned char start[LOG_HEADER_BYTES], frame[FRAME_HEADER_BYTES];
	enum header_beside found = HEADER_NONE;
	uint32_t page;

	if (!read_at(fd, start, sizeof(start), 0) || (number_at(start) & ~1u) != 0x377f0682)
		return HEADER_NONE;
	page = number_at(start + 8);
	if (!is_page_size(page))
		return HEADER_NONE;
	for (int64_t i = 0; i < PAGES_MOST; i++) {
		int64_t at = LOG_HEADER_BYTES + i * (int64_t)(page + FRAME_HEADER_BYTES);
		if (!read_at(fd, frame, sizeof(frame), at) || memcmp(frame + 8, start + 16, 8) != 0)
			break;
		if (number_at(frame) == 1 && read_at(fd, header, STORE_HEADER_BYTES, at + FRAME_HEADER_BYTES))
			found = HEADER_FOUND;
	}
	return found;
}

static enum header_beside look(const char *path, const char *ending, unsigned char header[STORE_HEADER_BYTES],
			       enum header_beside (*from)(int fd, unsigned char header[STORE_HEADER_BYTES]))
{
	char *name = sqlite3_mprintf("%s%s", path, ending);
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	enum header_beside found = fd >= 0 ? from(fd, header) : HEADER_NONE;

	if (fd >= 0)
		close(fd);
	sqlite3_free(name);
	return found;
}

enum header_beside header_beside(const char *path, unsigned char header[STORE_HEADER_BYTES])
{
	enum header_beside found = look(path, "-journal", header, from_journal);

	return found != HEADER_NONE ? found : look(path, "-wal", header, from_log);
}
