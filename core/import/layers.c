#include "core/import/layers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/unpack.h"
#include "core/base/utf16.h"
#include "core/import/importers.h"

#define LAYERS_MAX 3
#define PIECE_BYTES ((size_t)64 * 1024)
#define OUT_BYTES ((size_t)256 * 1024)
/* Between two calls of `progress`. */
#define PROGRESS_BYTES ((uint64_t)1024 * 1024)

/* ---- files ----------------------------------------------------------------------- */

static const char *temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && folder[0] ? folder : "/tmp";
}

/* A temporary file that has no name any more, so that no crash leaves it behind. */
static enum status open_temporary(int *fd, struct error *err)
{
	const char *folder = temporary_folder();
	size_t size = strlen(folder) + sizeof("/aitia-import-XXXXXX");
	char *path = mem_alloc(size);

	snprintf(path, size, "%s/aitia-import-XXXXXX", folder);
	*fd = mkstemp(path);
	if (*fd < 0)
		error_set(err, STATUS_OUTPUT, "cannot make a temporary file in %s: %s; $TMPDIR names another folder",
			  folder, strerror(errno));
	else
		unlink(path);
	free(path);
	return *fd < 0 ? STATUS_OUTPUT : STATUS_OK;
}

static enum status write_all(int fd, const char *bytes, size_t len, struct error *err)
{
	while (len > 0) {
		ssize_t put = write(fd, bytes, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return error_set(err, STATUS_OUTPUT, "cannot be copied to the temporary folder %s: %s; "
					 "$TMPDIR names another folder", temporary_folder(), strerror(errno));
		bytes += put;
		len -= (size_t)put;
	}
	return STATUS_OK;
}

static enum status unreadable(struct error *err)
{
	return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
}

enum status layers_read_at(int fd, char *into, size_t want, uint64_t offset, size_t *got, struct error *err)
{
	*got = 0;
	while (*got < want) {
		ssize_t more = pread(fd, into + *got, want - *got, (off_t)(offset + *got));
		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return unreadable(err);
		if (more == 0)
			break;
		*got += (size_t)more;
	}
	return STATUS_OK;
}

static enum status copy(int from, int to, const struct import_options *options, struct error *err)
{
	char *piece = mem_alloc(PIECE_BYTES);
	enum status status = STATUS_OK;

	while (status == STATUS_OK) {
		if (import_cancelled(options)) {
			status = import_stopped(err);
			break;
		}
		ssize_t got = read(from, piece, PIECE_BYTES);
		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue; /* a signal may have asked to stop: looked at above */
		status = got < 0 ? unreadable(err) : write_all(to, piece, (size_t)got, err);
	}
	free(piece);
	return status;
}

enum status layers_spool(int from, int *fd, const struct import_options *options, struct error *err)
{
	enum status status = open_temporary(fd, err);

	return status == STATUS_OK ? copy(from, *fd, options, err) : status;
}

/* ---- one layer ------------------------------------------------------------------- */

struct layer {
	struct unpacker *unpacker;   /* NULL: it is an encoding */
	enum packing packing;
	struct wide_decoder decoder;
	const struct import_options *options;
	uint64_t packed_bytes;       /* of the outermost file, which bounds all layers */
	uint64_t in_bytes;           /* of this layer's input */
	uint64_t made_bytes;
	int from, to;
	char *in, *out;              /* PIECE_BYTES, OUT_BYTES */
};

static enum status step(struct layer *layer, struct slice *piece, size_t *made, struct error *err)
{
	if (layer->unpacker)
		return unpacker_step(layer->unpacker, piece, layer->out, OUT_BYTES, made, err);
	*made = wide_decode(&layer->decoder, piece, layer->out, OUT_BYTES);
	return STATUS_OK;
}

static enum status take_made(struct layer *layer, size_t made, struct error *err)
{
	uint64_t limit = unpack_limit_bytes(layer->packed_bytes);

	layer->made_bytes += made;
	if (layer->unpacker && layer->made_bytes > limit)
		return error_set(err, STATUS_INPUT, "the %s data unpacks to more than %" PRIu64 " MiB, too much for %" PRIu64
				 " bytes (at most 200 times as many, or 256 MiB, and never over 64 GiB); if it is meant: "
				 "%s -dc FILE | aitia import -", packing_name(layer->packing), limit >> 20,
				 layer->packed_bytes, packing_name(layer->packing));
	return write_all(layer->to, layer->out, made, err);
}

static enum status take_piece(struct layer *layer, struct slice piece, struct error *err)
{
	enum status status;
	size_t made;

	do {
		if (import_cancelled(layer->options))
			return import_stopped(err);
		status = step(layer, &piece, &made, err);
		if (status == STATUS_OK)
			status = take_made(layer, made, err);
	} while (status == STATUS_OK && (piece.len_bytes || made == OUT_BYTES));
	return status;
}

static void tell(const struct layer *layer, uint64_t offset)
{
	if (layer->options->progress && offset % PROGRESS_BYTES == 0)
		layer->options->progress(layer->options->context, offset, layer->in_bytes, 0);
}

static enum status take_pieces(struct layer *layer, struct error *err)
{
	enum status status = STATUS_OK;
	size_t got = PIECE_BYTES;

	for (uint64_t offset = 0; status == STATUS_OK && got == PIECE_BYTES; offset += got) {
		tell(layer, offset);
		status = layers_read_at(layer->from, layer->in, PIECE_BYTES, offset, &got, err);
		if (status == STATUS_OK && got)
			status = take_piece(layer, (struct slice){ layer->in, got }, err);
	}
	return status;
}

/* ---- what is worth knowing ------------------------------------------------------- */

static void note(const struct import_options *options, const char *text)
{
	if (options->note)
		options->note(options->context, text);
}

static void note_garbage(const struct layer *layer)
{
	char text[200];
	uint64_t offset, len = unpacker_garbage(layer->unpacker, &offset);

	snprintf(text, sizeof(text), "%" PRIu64 " byte%s behind the end of the %s data (at byte %" PRIu64
		 ") are no %s data and were passed over", len, len == 1 ? "" : "s", packing_name(layer->packing), offset,
		 packing_name(layer->packing));
	if (len)
		note(layer->options, text);
}

static void note_replaced(const struct layer *layer)
{
	char text[200];

	snprintf(text, sizeof(text), "%" PRIu64 " unpaired surrogate%s or broken character%s of the %s text became U+FFFD",
		 layer->decoder.replaced, layer->decoder.replaced == 1 ? "" : "s", layer->decoder.replaced == 1 ? "" : "s", wide_scheme_name(layer->decoder.scheme));
	if (layer->decoder.replaced)
		note(layer->options, text);
}

static enum status finish(struct layer *layer, struct error *err)
{
	if (!layer->unpacker) {
		size_t made = wide_decode_end(&layer->decoder, layer->out);
		note_replaced(layer);
		return take_made(layer, made, err);
	}
	enum status status = unpacker_end(layer->unpacker, err);
	if (status == STATUS_OK)
		note_garbage(layer);
	return status;
}

/* ---- all of them ----------------------------------------------------------------- */

static enum status size_of(int fd, uint64_t *len_bytes, struct error *err)
{
	struct stat info;

	if (fstat(fd, &info) < 0)
		return unreadable(err);
	*len_bytes = (uint64_t)info.st_size;
	return STATUS_OK;
}

/* Looks whether there is a layer, and which. */
static enum status find_layer(struct layer *layer, bool *found, struct error *err)
{
	char bytes[16];
	struct slice head = { bytes, 0 };

	enum status status = layers_read_at(layer->from, bytes, sizeof(bytes), 0, &head.len_bytes, err);
	if (status == STATUS_OK)
		status = size_of(layer->from, &layer->in_bytes, err);
	if (status != STATUS_OK)
		return status;
	layer->packing = packing_of(head);
	layer->decoder.scheme = layer->packing == PACKING_NONE ? wide_scheme_of(head) : WIDE_NONE;
	*found = layer->packing != PACKING_NONE || layer->decoder.scheme != WIDE_NONE;
	return STATUS_OK;
}

/* To be closed by the caller: layer->to, if it is not -1. */
static enum status take_off(struct layer *layer, struct error *err)
{
	enum status status = open_temporary(&layer->to, err);

	if (status != STATUS_OK)
		return status;
	layer->in = mem_alloc(PIECE_BYTES);
	layer->out = mem_alloc(OUT_BYTES);
	if (layer->packing != PACKING_NONE)
		layer->unpacker = unpacker_open(layer->packing);
	status = take_pieces(layer, err);
	if (status == STATUS_OK)
		status = finish(layer, err);
	unpacker_free(layer->unpacker);
	free(layer->out);
	free(layer->in);
	return status;
}

enum status layers_take_off(int *fd, bool *packed, const struct import_options *options, struct error *err)
{
	uint64_t packed_bytes = 0;
	enum status status = size_of(*fd, &packed_bytes, err);

	*packed = false;
	for (int depth = 0; status == STATUS_OK && depth < LAYERS_MAX; depth++) {
		struct layer layer = { .options = options, .packed_bytes = packed_bytes, .from = *fd, .to = -1 };
		bool found;
		status = find_layer(&layer, &found, err);
		if (status != STATUS_OK || !found)
			return status;
		status = take_off(&layer, err);
		if (layer.to >= 0) {
			close(*fd);
			*fd = layer.to;
		}
		*packed = *packed || layer.packing != PACKING_NONE;
	}
	return status;
}
