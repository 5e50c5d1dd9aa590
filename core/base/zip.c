#include "core/base/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/unpack.h"
#include "core/base/utf8.h"
#include "core/base/zip_library.h"

/* libzip holds the directory in some five times its bytes; 100,000 evaluated samples make 20 MiB. */
#define DIRECTORY_BYTES_MAX ((uint64_t)32 * 1024 * 1024)
/* Deflate ends at 1032; zstd can do more, and does for logs that repeat a long conversation. */
#define RATIO_MAX 2000u
#define PIECE_BYTES ((size_t)64 * 1024)
#define METHOD_ZSTD 93 /* APPNOTE.TXT 4.4.5; libzip 1.7 knows no name for it */
#define NAME_SHOWN_BYTES ((size_t)100)

struct archive {
	const struct zip_library *library;
	zip_t *zip;
	size_t count;
};

/* ---- the size of the directory, before libzip allocates for it ---------------------- */

static uint64_t little_endian(const unsigned char *at, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | at[bytes];
	return value;
}

/* Of a zip64 end record (APPNOTE.TXT 4.3.14), where its locator (4.3.15) says it is. */
static uint64_t zip64_directory_bytes(int fd, const unsigned char *locator)
{
	unsigned char record[56];
	uint64_t offset = little_endian(locator + 8, 8);

	if (offset > INT64_MAX || pread(fd, record, sizeof(record), (off_t)offset) != (ssize_t)sizeof(record) ||
	    memcmp(record, "PK\6\6", 4) != 0)
		return 0;
	return little_endian(record + 40, 8);
}

/* The most that any end record among the last 64 KiB (4.3.16 and its comment) states. */
static uint64_t directory_bytes(int fd, uint64_t file_bytes)
{
	const size_t tail_max = 65535 + 22 + 20;
	size_t len = file_bytes < tail_max ? (size_t)file_bytes : tail_max;
	unsigned char *tail = mem_alloc(len + 1);
	ssize_t got = pread(fd, tail, len, (off_t)(file_bytes - len));
	uint64_t most = 0;

	for (ssize_t i = 0; i + 20 <= got; i++) {
		uint64_t stated = 0;
		if (memcmp(tail + i, "PK\5\6", 4) == 0)
			stated = little_endian(tail + i + 12, 4);
		else if (memcmp(tail + i, "PK\6\7", 4) == 0)
			stated = zip64_directory_bytes(fd, tail + i);
		if (stated != UINT32_MAX && stated > most) /* all ones: see the zip64 record */
			most = stated;
	}
	free(tail);
	return most;
}

/* ---- opening -------------------------------------------------------------------- */

static enum status not_readable(const struct zip_library *library, int code, struct error *err)
{
	zip_error_t error;
	enum status status;

	library->zip_error_init_with_code(&error, code);
	if (code == ZIP_ER_NOZIP)
		status = error_set(err, STATUS_INPUT, "the zip archive has no directory at its end: it is cut off, "
				   "or was not closed by the program that wrote it");
	else
		status = error_set(err, STATUS_INPUT, "the zip archive cannot be read: %s", library->zip_error_strerror(&error));
	library->zip_error_fini(&error);
	return status;
}

/* Entries that do not overlap are together no larger than the file. */
static bool overlaps(const struct archive *archive, uint64_t file_bytes)
{
	uint64_t packed = 0;
	zip_stat_t stat;

	for (size_t i = 0; i < archive->count; i++) {
		if (archive->library->zip_stat_index(archive->zip, i, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_COMP_SIZE))
			continue;
		if (stat.comp_size > file_bytes - packed)
			return true;
		packed += stat.comp_size;
	}
	return false;
}

static enum status open_own(int fd, struct archive *archive, uint64_t file_bytes, struct error *err)
{
	int code = 0, own = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* libzip closes what it opened */

	if (own < 0)
		return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
	archive->zip = archive->library->zip_fdopen(own, 0, &code);
	if (!archive->zip) {
		close(own);
		return not_readable(archive->library, code, err);
	}
	archive->count = (size_t)archive->library->zip_get_num_entries(archive->zip, 0);
	if (overlaps(archive, file_bytes))
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
	if (directory_bytes(fd, (uint64_t)info.st_size) > DIRECTORY_BYTES_MAX)
		return error_set(err, STATUS_INPUT, "the directory of the zip archive is larger than 32 MiB");
	const struct zip_library *library;
	enum status status = zip_library_load(&library, err);
	if (status != STATUS_OK)
		return status;
	struct archive *archive = mem_zalloc(1, sizeof(*archive));
	archive->library = library;
	status = open_own(fd, archive, (uint64_t)info.st_size, err);
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
	if (archive->zip)
		archive->library->zip_discard(archive->zip);
	free(archive);
}

size_t archive_count(const struct archive *archive)
{
	return archive->count;
}

struct slice archive_name(const struct archive *archive, size_t index)
{
	return slice_of(archive->library->zip_get_name(archive->zip, index, ZIP_FL_ENC_RAW));
}

bool archive_find(const struct archive *archive, const char *name, size_t *index)
{
	for (size_t i = archive->count; i-- > 0;)
		if (slice_is(archive_name(archive, i), name)) {
			*index = i;
			return true;
		}
	return false;
}

/* ---- reading an entry ------------------------------------------------------------- */

struct reading {
	const struct zip_library *library;
	zip_file_t *file;
	uint64_t size;   /* stated */
	struct strbuf *out;
	char *piece;     /* PIECE_BYTES */
};

static enum status damaged(struct reading *reading, struct error *err)
{
	const struct zip_library *library = reading->library;

	return error_set(err, STATUS_INPUT, "it is damaged: %s", library->zip_error_strerror(library->zip_file_get_error(reading->file)));
}

static enum status add_piece(struct reading *reading, const char *bytes, size_t len, struct error *err)
{
	if (len > reading->size - reading->out->len_bytes)
		return error_set(err, STATUS_INPUT, "it unpacks to more than the %" PRIu64 " bytes that it states",
				 reading->size);
	strbuf_add(reading->out, bytes, len);
	return STATUS_OK;
}

/* Stored or deflated: libzip unpacks and checks the CRC. */
static enum status read_plain(struct reading *reading, struct error *err)
{
	enum status status = STATUS_OK;
	zip_int64_t got;

	while (status == STATUS_OK && (got = reading->library->zip_fread(reading->file, reading->piece, PIECE_BYTES)) != 0)
		status = got < 0 ? damaged(reading, err) : add_piece(reading, reading->piece, (size_t)got, err);
	return status;
}

/* zstd, which libzip 1.7 does not know: the packed bytes go through unpack.h. */
static enum status unpack_piece(struct reading *reading, struct unpacker *unpacker, struct slice in, struct error *err)
{
	static const size_t half = PIECE_BYTES / 2; /* the piece's first half is the packed bytes' */
	char *room = reading->piece + half;
	enum status status = STATUS_OK;
	size_t made = half;

	while (status == STATUS_OK && (in.len_bytes || made == half)) {
		status = unpacker_step(unpacker, &in, room, half, &made, err);
		if (status != STATUS_OK)
			return error_wrap(err, status, "it is damaged");
		status = add_piece(reading, room, made, err);
	}
	return status;
}

static enum status read_zstd(struct reading *reading, struct error *err)
{
	struct unpacker *unpacker = unpacker_open(PACKING_ZSTD);
	enum status status = STATUS_OK;
	zip_int64_t got;

	while (status == STATUS_OK && (got = reading->library->zip_fread(reading->file, reading->piece, PIECE_BYTES / 2)) != 0) {
		struct slice in = { reading->piece, got > 0 ? (size_t)got : 0 };
		status = got < 0 ? damaged(reading, err) : unpack_piece(reading, unpacker, in, err);
	}
	if (status == STATUS_OK && unpacker_end(unpacker, err) != STATUS_OK)
		status = error_wrap(err, STATUS_INPUT, "it is damaged");
	unpacker_free(unpacker);
	return status;
}

static enum status check(const zip_stat_t *stat, size_t limit_bytes, struct error *err)
{
	const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;

	if ((stat->valid & needed) != needed)
		return error_set(err, STATUS_INPUT, "its size or compression is not stated");
	if (stat->valid & ZIP_STAT_ENCRYPTION_METHOD && stat->encryption_method != ZIP_EM_NONE)
		return error_set(err, STATUS_INPUT, "it is encrypted");
	if (stat->comp_method != ZIP_CM_STORE && stat->comp_method != ZIP_CM_DEFLATE && stat->comp_method != METHOD_ZSTD)
		return error_set(err, STATUS_INPUT, "it is compressed by method %d, which is not read here "
				 "(only 0 stored, 8 deflate and 93 zstd are)", stat->comp_method);
	if (stat->size > limit_bytes)
		return error_set(err, STATUS_INPUT, "its %" PRIu64 " bytes are more than the %zu that are read",
				 (uint64_t)stat->size, limit_bytes);
	if (stat->size / RATIO_MAX > stat->comp_size)
		return error_set(err, STATUS_INPUT, "it states to unpack to more than %u times its packed bytes, "
				 "as a zip bomb does", RATIO_MAX);
	return STATUS_OK;
}

static enum status read_entry(struct archive *archive, size_t index, size_t limit_bytes, struct strbuf *out,
			      struct error *err)
{
	struct reading reading = { .library = archive->library, .out = out };
	zip_stat_t stat;

	if (archive->library->zip_stat_index(archive->zip, index, 0, &stat) != 0)
		return error_set(err, STATUS_INPUT, "%s", archive->library->zip_strerror(archive->zip));
	enum status status = check(&stat, limit_bytes, err);
	if (status != STATUS_OK)
		return status;
	reading.size = stat.size;
	reading.file = archive->library->zip_fopen_index(archive->zip, index, stat.comp_method == METHOD_ZSTD ? ZIP_FL_COMPRESSED : 0);
	if (!reading.file)
		return error_set(err, STATUS_INPUT, "it is damaged: %s", archive->library->zip_strerror(archive->zip));
	reading.piece = mem_alloc(PIECE_BYTES);
	status = stat.comp_method == METHOD_ZSTD ? read_zstd(&reading, err) : read_plain(&reading, err);
	free(reading.piece);
	archive->library->zip_fclose(reading.file);
	if (status == STATUS_OK && out->len_bytes != reading.size)
		return error_set(err, STATUS_INPUT, "it unpacks to %zu bytes, not to the %" PRIu64 " that it states",
				 out->len_bytes, reading.size);
	return status;
}

enum status archive_read(struct archive *archive, size_t index, size_t limit_bytes, struct strbuf *out,
			 struct error *err)
{
	struct strbuf shown = STRBUF_INIT;

	strbuf_clear(out);
	enum status status = read_entry(archive, index, limit_bytes, out, err);
	if (status != STATUS_OK) {
		struct slice name = archive_name(archive, index);
		name.len_bytes = utf8_cut(name.at, name.len_bytes, NAME_SHOWN_BYTES);
		utf8_append_clean(&shown, name);
		error_wrap(err, status, "entry \"%s\" of the zip archive", shown.text);
	}
	strbuf_release(&shown);
	return status;
}
