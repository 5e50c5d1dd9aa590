/* The bytes of an import: opening, what lies around the text, the head, the digest. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/import/importers.h"
#include "core/import/layers.h"

#define HEAD_BYTES ((size_t)64 * 1024)
#define PIECE_BYTES ((size_t)64 * 1024)

enum status import_stopped(struct error *err)
{
	return error_set(err, STATUS_CANCELLED, "the import was stopped; nothing of this file was kept");
}

/* ---- opening --------------------------------------------------------------------- */

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

/* "eval.jsonl.gz" is named for what is in it: "eval.jsonl". */
static const char *name_inside(struct arena *arena, const char *name)
{
	static const char *const endings[] = { ".gz", ".gzip", ".zst", ".zstd" };
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t ending = strlen(endings[i]);
		if (len > ending && strcasecmp(name + len - ending, endings[i]) == 0) {
			char *inside = arena_text(arena, (struct slice){ name, len - ending });
			return name_inside(arena, inside); /* packed twice */
		}
	}
	return name;
}

/* ---- the head -------------------------------------------------------------------- */

static size_t blanks_in_front(struct slice text)
{
	size_t len = 0;

	while (len < text.len_bytes && memchr(" \t\r\n", text.at[len], 4))
		len++;
	return len;
}

/* A head that is mostly blanks shows too little of what follows them: then it starts at
 * the first byte that is none, wherever that is. */
static enum status read_head(struct import_source *source, struct arena *arena, const struct import_options *options,
			     struct error *err)
{
	char *bytes = arena_alloc(arena, HEAD_BYTES);
	uint64_t offset = 0;

	for (;;) {
		size_t got;
		if (import_cancelled(options))
			return import_stopped(err);
		enum status status = layers_read_at(source->fd, bytes, HEAD_BYTES, offset, &got, err);
		if (status != STATUS_OK)
			return status;
		struct slice head = { bytes, got }, text = offset ? head : import_skip_mark(head);
		size_t skipped = got - text.len_bytes + blanks_in_front(text);
		if (got < HEAD_BYTES || skipped < HEAD_BYTES / 2) {
			source->head = head;
			return STATUS_OK;
		}
		offset += skipped;
	}
}

enum status import_source_open(struct import_source *source, struct arena *arena, const char *path,
			       const struct import_options *options, struct error *err)
{
	struct stat info;
	enum status status;
	bool packed;

	*source = (struct import_source){ .fd = -1, .name = path };
	if (strcmp(path, "-") == 0)
		status = layers_spool(STDIN_FILENO, &source->fd, options, err);
	else
		status = open_path(source, path, err);
	if (status == STATUS_OK)
		status = layers_take_off(&source->fd, &packed, options, err);
	if (status == STATUS_OK)
		status = read_head(source, arena, options, err);
	if (status != STATUS_OK)
		return status;
	if (packed)
		source->name = name_inside(arena, path);
	if (fstat(source->fd, &info) < 0)
		return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
	source->len_bytes = (uint64_t)info.st_size;
	return STATUS_OK;
}

void import_source_close(struct import_source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
}

/* ---- the digest ------------------------------------------------------------------ */

enum status import_source_digest(const struct import_source *source, const struct import_options *options,
				 struct digest *out, struct error *err)
{
	struct digest_builder *builder = digest_begin();
	char *piece = mem_alloc(PIECE_BYTES);
	enum status status = STATUS_OK;
	size_t got = PIECE_BYTES;

	for (uint64_t offset = 0; status == STATUS_OK && got == PIECE_BYTES; offset += got) {
		if (import_cancelled(options))
			status = import_stopped(err);
		else
			status = layers_read_at(source->fd, piece, PIECE_BYTES, offset, &got, err);
		if (status == STATUS_OK && got)
			digest_field(builder, (struct slice){ piece, got });
	}
	*out = digest_end(builder);
	free(piece);
	return status;
}
