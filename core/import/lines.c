#include "core/import/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

#define CHUNK_BYTES ((size_t)256 * 1024)

/* buffer[at..len) is not consumed yet; base is the file's offset of buffer[0]. */
struct line_reader {
	int fd;
	char *buffer;
	size_t at, len, capacity, limit_bytes;
	uint64_t base;
	bool ended;
};

struct line_reader *line_reader_open(int fd, size_t limit_bytes)
{
	struct line_reader *reader = mem_zalloc(1, sizeof(*reader));

	reader->fd = fd;
	reader->limit_bytes = limit_bytes;
	reader->capacity = CHUNK_BYTES;
	reader->buffer = mem_alloc(reader->capacity);
	return reader;
}

void line_reader_free(struct line_reader *reader)
{
	if (!reader)
		return;
	free(reader->buffer);
	free(reader);
}

uint64_t line_reader_offset(const struct line_reader *reader)
{
	return reader->base + reader->at;
}

/* Moves the rest to the front and makes room for a chunk behind it. What one long line
 * made the buffer grow to is given back after it. */
static void make_room(struct line_reader *reader)
{
	size_t rest = reader->len - reader->at;
	size_t wanted = rest < CHUNK_BYTES / 2 ? CHUNK_BYTES : rest * 2;

	if (wanted > CHUNK_BYTES && wanted - CHUNK_BYTES > reader->limit_bytes)
		wanted = reader->limit_bytes + CHUNK_BYTES; /* what is longer is not kept */
	memmove(reader->buffer, reader->buffer + reader->at, rest);
	reader->base += reader->at;
	reader->at = 0;
	reader->len = rest;
	if (reader->capacity < wanted || reader->capacity / 4 > wanted) {
		reader->buffer = mem_realloc(reader->buffer, wanted, 1);
		reader->capacity = wanted;
	}
}

static enum status refill(struct line_reader *reader, struct error *err)
{
	ssize_t got;

	make_room(reader);
	do {
		got = pread(reader->fd, reader->buffer + reader->len, reader->capacity - reader->len,
			    (off_t)(reader->base + reader->len));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
	reader->ended = got == 0;
	reader->len += (size_t)got;
	return STATUS_OK;
}

enum status line_reader_next(struct line_reader *reader, struct line *line, bool *found, struct error *err)
{
	size_t looked_at = 0; /* bytes behind buffer[at] that hold no newline */

	*line = (struct line){ .offset_bytes = line_reader_offset(reader) };
	*found = true;
	for (;;) {
		const char *start = reader->buffer + reader->at;
		size_t rest = reader->len - reader->at;
		const char *newline = memchr(start + looked_at, '\n', rest - looked_at);
		if (newline || (reader->ended && (rest > 0 || line->too_long))) {
			size_t len = newline ? (size_t)(newline - start) : rest;
			if (len > reader->limit_bytes)
				line->too_long = true;
			if (!line->too_long)
				line->text = (struct slice){ start, len };
			reader->at += len + (newline != NULL);
			return STATUS_OK;
		}
		if (reader->ended) {
			*found = false;
			return STATUS_OK;
		}
		looked_at = rest;
		if (line->too_long || rest > reader->limit_bytes) {
			line->too_long = true;
			reader->at += rest; /* nothing of it is kept */
			looked_at = 0;
		}
		enum status status = refill(reader, err);
		if (status != STATUS_OK)
			return status;
	}
}
