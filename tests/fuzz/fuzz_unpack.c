/*
 * Any bytes as gzip or zstd, in pieces whose sizes the first three bytes choose: each step
 * makes progress, and what comes out whole does not depend on the pieces.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUT_MAX ((size_t)256 * 1024) /* bombs are the caller's business */

struct run {
	size_t made_bytes;
	uint64_t sum;
	enum status status;
	bool stopped;
};

static void look_at(struct run *run, const char *out, size_t made)
{
	for (size_t i = 0; i < made; i++)
		run->sum = run->sum * 31 + (unsigned char)out[i];
	run->made_bytes += made;
	run->stopped = run->made_bytes > OUT_MAX;
}

static struct run unpack(enum packing packing, const char *bytes, size_t len, size_t piece, size_t room)
{
	struct unpacker *unpacker = unpacker_open(packing);
	struct run run = { .status = STATUS_OK };
	struct error error = { .status = STATUS_OK };
	char *out = malloc(room);
	uint64_t offset;

	for (size_t at = 0; at < len && run.status == STATUS_OK && !run.stopped; at += piece) {
		struct slice in = { bytes + at, len - at < piece ? len - at : piece };
		size_t made;
		do {
			size_t before = in.len_bytes;
			run.status = unpacker_step(unpacker, &in, out, room, &made, &error);
			if (made > room || (before && !made && in.len_bytes == before && run.status == STATUS_OK))
				abort();
			look_at(&run, out, made);
		} while (run.status == STATUS_OK && !run.stopped && (in.len_bytes || made == room));
	}
	if (run.status == STATUS_OK && !run.stopped)
		run.status = unpacker_end(unpacker, &error);
	if (run.status != STATUS_OK && !error.text[0])
		abort();
	if (unpacker_garbage(unpacker, &offset) > len || offset > len)
		abort();
	free(out);
	unpacker_free(unpacker);
	return run;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	size_t piece = (size_t)data[1] + 1, room = (size_t)data[2] * 16 + 1;
	const char *bytes = (const char *)data + 3;
	enum packing packing = data[0] & 1 ? PACKING_GZIP : PACKING_ZSTD;
	struct run pieces = unpack(packing, bytes, size - 3, piece, room);
	struct run whole = unpack(packing, bytes, size - 3, size, 65536);

	if (pieces.stopped || whole.stopped)
		return 0;
	/* libzstd 1.5.4 takes a frame that fits the room in one go, and checks more of it then:
	 * that an empty last block leaves the size short. Of zlib both see the same. */
	if (pieces.status != whole.status && packing == PACKING_GZIP)
		abort();
	if (pieces.status == STATUS_OK && whole.status == STATUS_OK && (pieces.sum != whole.sum || pieces.made_bytes != whole.made_bytes))
		abort();
	return 0;
}
