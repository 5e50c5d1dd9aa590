#include "core/base/zip.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/unpack.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"

#define DIRECTORY_BYTES_MAX ((uint64_t)32 * 1024 * 1024) /* 100,000 evaluated samples make 20 MiB */
/* Deflate ends at 1032; zstd can do more, and does for logs that repeat a long conversation. */
#define RATIO_MAX 2000u
#define PIECE_BYTES ((size_t)64 * 1024)
#define NAME_SHOWN_BYTES ((size_t)100)

/* APPNOTE.TXT, the sizes without what is of a length of its own: 4.3.16, 4.3.15, 4.3.14, 4.3.12, 4.3.7 */
enum { END_BYTES = 22, LOCATOR_BYTES = 20, END64_BYTES = 56, HEADER_BYTES = 46, LOCAL_BYTES = 30 };
enum { METHOD_STORED = 0, METHOD_DEFLATE = 8, METHOD_ZSTD = 93 }; /* 4.4.5 */
#define FLAGS_ENCRYPTED (1u | 1u << 6 | 1u << 13) /* 4.4.4 */
#define EXTRA_ZIP64 1u /* 4.5.3 */

struct entry {
	struct slice name;
	uint64_t offset;         /* of its local header */
	uint64_t packed, size;   /* bytes, as the directory states them */
	uint32_t crc;
	unsigned method, flags;
};

struct archive {
	int fd;
	uint64_t file_bytes;
	char *directory;         /* names are in it */
	VEC_OF(struct entry) entries;
};

/* Where the directory is. */
struct end {
	uint64_t count, len_bytes, offset;
};

/* ---- reading the file ---------------------------------------------------------------- */

static uint64_t little_endian(const char *at, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | (unsigned char)at[bytes];
	return value;
}

static bool is_signed(const char *at, char third, char fourth)
{
	return at[0] == 'P' && at[1] == 'K' && at[2] == third && at[3] == fourth;
}

/* All of it, or false: it lies outside of the file, or cannot be read. */
static bool read_at(const struct archive *archive, uint64_t offset, char *to, size_t len)
{
	if (offset > archive->file_bytes || len > archive->file_bytes - offset)
		return false;
	while (len) {
		ssize_t got = pread(archive->fd, to, len, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		len -= (size_t)got;
		offset += (uint64_t)got;
	}
	return true;
}

/* ---- the directory -------------------------------------------------------------------- */

static enum status not_readable(const char *reason, struct error *err)
{
	return error_set(err, STATUS_INPUT, "the zip archive cannot be read: %s", reason);
}

/* The last end record among these bytes with room for its comment, one that ends with the file before others; -1: none. */
static long find_end(const char *tail, size_t len)
{
	long found = -1;

	for (size_t i = len < END_BYTES ? 0 : len - END_BYTES + 1; i-- > 0;) {
		size_t whole;
		if (!is_signed(tail + i, 5, 6))
			continue;
		whole = END_BYTES + (size_t)little_endian(tail + i + 20, 2);
		if (whole == len - i)
			return (long)i;
		if (whole < len - i && found < 0)
			found = (long)i;
	}
	return found;
}

static enum status read_end64(const struct archive *archive, const char *locator, struct end *out, struct error *err)
{
	char record[END64_BYTES];

	if (!is_signed(locator, 6, 7) || !read_at(archive, little_endian(locator + 8, 8), record, sizeof(record)) ||
	    !is_signed(record, 6, 6))
		return not_readable("the zip64 record of its end is missing", err);
	*out = (struct end){ little_endian(record + 32, 8), little_endian(record + 40, 8), little_endian(record + 48, 8) };
	return STATUS_OK;
}

static enum status read_end(const struct archive *archive, struct end *out, struct error *err)
{
	const size_t tail_max = LOCATOR_BYTES + END_BYTES + UINT16_MAX;
	size_t len = archive->file_bytes < tail_max ? (size_t)archive->file_bytes : tail_max;
	char *tail = mem_alloc(len + 1);
	long at = read_at(archive, archive->file_bytes - len, tail, len) ? find_end(tail, len) : -1;
	enum status status = STATUS_OK;

	if (at < 0) {
		status = error_set(err, STATUS_INPUT, "the zip archive has no directory at its end: it is cut off, "
				   "or was not closed by the program that wrote it");
	} else {
		const char *end = tail + at;
		*out = (struct end){ little_endian(end + 10, 2), little_endian(end + 12, 4), little_endian(end + 16, 4) };
		/* All ones: see the zip64 record. */
		if ((out->count == UINT16_MAX || out->len_bytes == UINT32_MAX || out->offset == UINT32_MAX) && at >= LOCATOR_BYTES)
			status = read_end64(archive, end - LOCATOR_BYTES, out, err);
	}
	free(tail);
	return status;
}

/* What is all ones stands in an extra field, in this order. */
static void read_extra(struct slice extra, struct entry *entry)
{
	uint64_t *const values[] = { &entry->size, &entry->packed, &entry->offset };

	while (extra.len_bytes >= 4) {
		size_t len = (size_t)little_endian(extra.at + 2, 2), used = 0;
		if (len > extra.len_bytes - 4)
			return;
		if (little_endian(extra.at, 2) == EXTRA_ZIP64) {
			for (size_t i = 0; i < 3; i++) {
				if (*values[i] != UINT32_MAX || len - used < 8)
					continue;
				*values[i] = little_endian(extra.at + 4 + used, 8);
				used += 8;
			}
			return;
		}
		extra.at += 4 + len;
		extra.len_bytes -= 4 + len;
	}
}

/* Takes one entry from the front of the directory. */
static bool take_entry(struct slice *directory, struct entry *out)
{
	const char *at = directory->at;
	size_t name_len, extra_len, whole;

	if (directory->len_bytes < HEADER_BYTES || !is_signed(at, 1, 2))
		return false;
	name_len = (size_t)little_endian(at + 28, 2);
	extra_len = (size_t)little_endian(at + 30, 2);
	whole = HEADER_BYTES + name_len + extra_len + (size_t)little_endian(at + 32, 2);
	if (whole > directory->len_bytes)
		return false;
	*out = (struct entry){
		.name = { at + HEADER_BYTES, name_len },
		.offset = little_endian(at + 42, 4),
		.packed = little_endian(at + 20, 4),
		.size = little_endian(at + 24, 4),
		.crc = (uint32_t)little_endian(at + 16, 4),
		.method = (unsigned)little_endian(at + 10, 2),
		.flags = (unsigned)little_endian(at + 8, 2),
	};
	read_extra((struct slice){ at + HEADER_BYTES + name_len, extra_len }, out);
	directory->at += whole;
	directory->len_bytes -= whole;
	return true;
}

/* Entries that do not overlap are together no larger than the file. */
static bool overlaps(const struct archive *archive)
{
	uint64_t packed = 0;

	for (size_t i = 0; i < archive->entries.len; i++) {
		if (archive->entries.items[i].packed > archive->file_bytes - packed)
			return true;
		packed += archive->entries.items[i].packed;
	}
	return false;
}

static enum status read_directory(struct archive *archive, struct error *err)
{
	struct end end = { 0 };
	enum status status = read_end(archive, &end, err);
	struct slice rest;

	if (status != STATUS_OK)
		return status;
	if (end.len_bytes > DIRECTORY_BYTES_MAX)
		return error_set(err, STATUS_INPUT, "the directory of the zip archive is larger than 32 MiB");
	rest = (struct slice){ archive->directory = mem_alloc((size_t)end.len_bytes + 1), (size_t)end.len_bytes };
	if (!read_at(archive, end.offset, archive->directory, rest.len_bytes))
		return not_readable("its directory is not in the file", err);
	while (rest.len_bytes) {
		struct entry entry;
		if (!take_entry(&rest, &entry))
			return not_readable("its directory is damaged", err);
		vec_push(&archive->entries, entry);
	}
	if (archive->entries.len != end.count)
		return not_readable("its directory has not as many entries as are stated", err);
	if (overlaps(archive))
		return error_set(err, STATUS_INPUT, "the entries of the zip archive overlap, as those of a zip bomb do; "
				 "it is not unpacked");
	return STATUS_OK;
}

enum status archive_open(int fd, struct archive **out, struct error *err)
{
	struct stat info;

	*out = NULL;
	if (fstat(fd, &info) < 0)
		return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
	struct archive *archive = mem_zalloc(1, sizeof(*archive));
	archive->fd = fd;
	archive->file_bytes = (uint64_t)info.st_size;
	enum status status = read_directory(archive, err);
	if (status == STATUS_OK)
		*out = archive;
	else
		archive_close(archive);
	return status;
}

void archive_close(struct archive *archive)
{
	if (!archive)
		return;
	free(archive->directory);
	vec_release(&archive->entries);
	free(archive);
}

size_t archive_count(const struct archive *archive)
{
	return archive->entries.len;
}

struct slice archive_name(const struct archive *archive, size_t index)
{
	return archive->entries.items[index].name;
}

bool archive_find(const struct archive *archive, const char *name, size_t *index)
{
	for (size_t i = archive->entries.len; i-- > 0;)
		if (slice_is(archive_name(archive, i), name)) {
			*index = i;
			return true;
		}
	return false;
}

/* ---- reading an entry ------------------------------------------------------------- */

static enum status check(const struct entry *entry, size_t limit_bytes, struct error *err)
{
	if (entry->flags & FLAGS_ENCRYPTED)
		return error_set(err, STATUS_INPUT, "it is encrypted");
	if (entry->method != METHOD_STORED && entry->method != METHOD_DEFLATE && entry->method != METHOD_ZSTD)
		return error_set(err, STATUS_INPUT, "it is compressed by method %u, which is not read here "
				 "(only 0 stored, 8 deflate and 93 zstd are)", entry->method);
	if (entry->size > limit_bytes)
		return error_set(err, STATUS_INPUT, "its %" PRIu64 " bytes are more than the %zu that are read",
				 entry->size, limit_bytes);
	if (entry->size / RATIO_MAX > entry->packed)
		return error_set(err, STATUS_INPUT, "it states to unpack to more than %u times its packed bytes, "
				 "as a zip bomb does", RATIO_MAX);
	return STATUS_OK;
}

/* Where its packed bytes begin: names and extra fields of the local header may be others than those of the directory. */
static enum status find_bytes(const struct archive *archive, const struct entry *entry, uint64_t *offset, struct error *err)
{
	char local[LOCAL_BYTES];

	if (!read_at(archive, entry->offset, local, sizeof(local)) || !is_signed(local, 3, 4))
		return error_set(err, STATUS_INPUT, "it is damaged: it does not start where the directory says");
	*offset = entry->offset + LOCAL_BYTES + little_endian(local + 26, 2) + little_endian(local + 28, 2);
	return STATUS_OK;
}

static enum status add_piece(const struct entry *entry, struct slice piece, struct strbuf *out, struct error *err)
{
	if (piece.len_bytes > entry->size - out->len_bytes)
		return error_set(err, STATUS_INPUT, "it unpacks to more than the %" PRIu64 " bytes that it states", entry->size);
	strbuf_addslice(out, piece);
	return STATUS_OK;
}

static enum status unpack_piece(const struct entry *entry, struct unpacker *unpacker, struct slice in, char *room,
				struct strbuf *out, struct error *err)
{
	enum status status = STATUS_OK;
	size_t made = PIECE_BYTES;

	while (status == STATUS_OK && (in.len_bytes || made == PIECE_BYTES)) {
		status = unpacker_step(unpacker, &in, room, PIECE_BYTES, &made, err);
		if (status != STATUS_OK)
			return error_wrap(err, status, "it is damaged");
		status = add_piece(entry, (struct slice){ room, made }, out, err);
	}
	return status;
}

/* `unpacker` NULL: as it is. */
static enum status read_bytes(const struct archive *archive, const struct entry *entry, struct unpacker *unpacker,
			      struct strbuf *out, struct error *err)
{
	char *piece = mem_alloc(2 * PIECE_BYTES);
	uint64_t offset = 0, left = entry->packed;
	enum status status = find_bytes(archive, entry, &offset, err);

	while (status == STATUS_OK && left) {
		struct slice in = { piece, left < PIECE_BYTES ? (size_t)left : PIECE_BYTES };
		if (!read_at(archive, offset, piece, in.len_bytes))
			status = error_set(err, STATUS_INPUT, "it is damaged: it does not end within the file");
		else if (unpacker)
			status = unpack_piece(entry, unpacker, in, piece + PIECE_BYTES, out, err);
		else
			status = add_piece(entry, in, out, err);
		offset += in.len_bytes;
		left -= in.len_bytes;
	}
	if (status == STATUS_OK && unpacker && unpacker_end(unpacker, err) != STATUS_OK)
		status = error_wrap(err, STATUS_INPUT, "it is damaged");
	free(piece);
	return status;
}

static enum status read_entry(const struct archive *archive, const struct entry *entry, size_t limit_bytes, struct strbuf *out,
			      struct error *err)
{
	struct unpacker *unpacker = NULL;
	enum status status = check(entry, limit_bytes, err);

	if (status != STATUS_OK)
		return status;
	if (entry->method != METHOD_STORED)
		unpacker = unpacker_open(entry->method == METHOD_ZSTD ? PACKING_ZSTD : PACKING_DEFLATE);
	status = read_bytes(archive, entry, unpacker, out, err);
	unpacker_free(unpacker);
	if (status != STATUS_OK)
		return status;
	if (out->len_bytes != entry->size)
		return error_set(err, STATUS_INPUT, "it unpacks to %zu bytes, not to the %" PRIu64 " that it states",
				 out->len_bytes, entry->size);
	if (unpack_crc32(strbuf_slice(out)) != entry->crc)
		return error_set(err, STATUS_INPUT, "it is damaged: its checksum (CRC-32) is not the one that is stated");
	return STATUS_OK;
}

enum status archive_read(struct archive *archive, size_t index, size_t limit_bytes, struct strbuf *out,
			 struct error *err)
{
	struct strbuf shown = STRBUF_INIT;

	strbuf_clear(out);
	enum status status = read_entry(archive, &archive->entries.items[index], limit_bytes, out, err);
	if (status != STATUS_OK) {
		struct slice name = archive_name(archive, index);
		name.len_bytes = utf8_cut(name.at, name.len_bytes, NAME_SHOWN_BYTES);
		utf8_append_clean(&shown, name);
		error_wrap(err, status, "entry \"%s\" of the zip archive", shown.text);
	}
	strbuf_release(&shown);
	return status;
}
