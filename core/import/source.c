/* The bytes of an import: opening, spooling standard input, digest. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/import/importers.h"

#define HEAD_BYTES ((size_t)64 * 1024)
#define PIECE_BYTES ((size_t)64 * 1024)

static enum status cancelled(struct error *err)
{
	return error_set(err, STATUS_CANCELLED, "the import was stopped; nothing of this file was kept");
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, bytes, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes += put;
		len -= (size_t)put;
	}
	return true;
}

/* A temporary file that has no name any more, so that no crash leaves it behind. */
static enum status open_spool(struct arena *arena, int *fd, struct error *err)
{
	const char *folder = getenv("TMPDIR");
	char *path = arena_printf(arena, "%s/aitia-import-XXXXXX", folder && folder[0] ? folder : "/tmp");

	*fd = mkstemp(path);
	if (*fd < 0)
		return error_set(err, STATUS_OUTPUT, "cannot make a temporary file %s: %s", path, strerror(errno));
	unlink(path);
	return STATUS_OK;
}

static enum status spool(int from, int to, const struct import_options *options, struct error *err)
{
	char *piece = mem_alloc(PIECE_BYTES);
	enum status status = STATUS_OK;

	while (status == STATUS_OK) {
		if (import_cancelled(options)) {
			status = cancelled(err);
			break;
		}
		ssize_t got = read(from, piece, PIECE_BYTES);
		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue; /* a signal may have asked to stop: looked at above */
		if (got < 0)
			status = error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
		else if (!write_all(to, piece, (size_t)got))
			status = error_set(err, STATUS_OUTPUT, "cannot be copied to a temporary file: %s", strerror(errno));
	}
	free(piece);
	return status;
}

static enum status open_stdin(struct import_source *source, struct arena *arena,
			      const struct import_options *options, struct error *err)
{
	enum status status = open_spool(arena, &source->fd, err);

	return status == STATUS_OK ? spool(STDIN_FILENO, source->fd, options, err) : status;
}

static const char *kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return "is a folder, not a file";
	if (S_ISFIFO(mode))
		return "is a named pipe, which cannot be read twice; pass it as standard input: aitia import - < PIPE";
	if (S_ISSOCK(mode))
		return "is a socket, not a file";
	return "is a device, not a file; pass it as standard input (-) if you mean it";
}

static enum status open_path(struct import_source *source, const char *path, struct error *err)
{
	struct stat info;

	/* O_NONBLOCK: opening a pipe that nobody writes to must not hang. */
	source->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (source->fd < 0)
		return error_set(err, STATUS_INPUT, "cannot be opened: %s", strerror(errno));
	if (fstat(source->fd, &info) < 0)
		return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
	if (!S_ISREG(info.st_mode))
		return error_set(err, STATUS_INPUT, "%s", kind_of_file(info.st_mode));
	return STATUS_OK;
}

/* Up to `want` bytes from `offset`; short only at the end of the file. -1: error. */
static ssize_t read_at(int fd, char *into, size_t want, uint64_t offset)
{
	size_t have = 0;

	while (have < want) {
		ssize_t got = pread(fd, into + have, want - have, (off_t)(offset + have));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

enum status import_source_open(struct import_source *source, struct arena *arena, const char *path,
			       const struct import_options *options, struct error *err)
{
	struct stat info;
	enum status status;

	*source = (struct import_source){ .fd = -1, .name = path };
	if (strcmp(path, "-") == 0)
		status = open_stdin(source, arena, options, err);
	else
		status = open_path(source, path, err);
	if (status != STATUS_OK)
		return status;

	char *head = arena_alloc(arena, HEAD_BYTES);
	ssize_t got = read_at(source->fd, head, HEAD_BYTES, 0);
	if (got < 0 || fstat(source->fd, &info) < 0)
		return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
	source->head = (struct slice){ head, (size_t)got };
	source->len_bytes = (uint64_t)info.st_size;
	return STATUS_OK;
}

void import_source_close(struct import_source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
}

enum status import_source_digest(const struct import_source *source, const struct import_options *options,
				 struct digest *out, struct error *err)
{
	struct digest_builder *builder = digest_begin();
	char *piece = mem_alloc(PIECE_BYTES);
	enum status status = STATUS_OK;

	for (uint64_t offset = 0;;) {
		if (import_cancelled(options)) {
			status = cancelled(err);
			break;
		}
		ssize_t got = read_at(source->fd, piece, PIECE_BYTES, offset);
		if (got < 0)
			status = error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
		if (got <= 0)
			break;
		digest_field(builder, (struct slice){ piece, (size_t)got });
		offset += (uint64_t)got;
	}
	*out = digest_end(builder);
	free(piece);
	return status;
}
