/* Packed bytes for tests, made by the libraries themselves. In the arena. */
#ifndef AITIA_TESTS_BASE_PACKED_H
#define AITIA_TESTS_BASE_PACKED_H

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

static inline struct slice pack_gzip(struct arena *arena, struct slice plain)
{
	z_stream z;
	memset(&z, 0, sizeof(z));
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	size_t room = deflateBound(&z, plain.len_bytes) + 64;
	char *out = arena_alloc(arena, room);
	char *copy = arena_text(arena, plain); /* next_in is not const without ZLIB_CONST */
	z.next_in = (Bytef *)copy;
	z.avail_in = (uInt)plain.len_bytes;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	size_t len = room - z.avail_out;
	deflateEnd(&z);
	return (struct slice){ out, len };
}

/* With checksum and content size, unless `window_log` is given: that is for streams. */
static inline struct slice pack_zstd(struct arena *arena, struct slice plain, int window_log)
{
	size_t room = ZSTD_compressBound(plain.len_bytes) + 64;
	char *out = arena_alloc(arena, room);
	ZSTD_CCtx *context = ZSTD_createCCtx();
	ZSTD_inBuffer input = { plain.at, plain.len_bytes, 0 };
	ZSTD_outBuffer output = { out, room, 0 };

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	if (window_log) {
		ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
		/* In two steps, so that the size is not known in front. */
		if (ZSTD_isError(ZSTD_compressStream2(context, &output, &input, ZSTD_e_flush)))
			abort();
	} else {
		ZSTD_CCtx_setPledgedSrcSize(context, plain.len_bytes);
	}
	if (ZSTD_compressStream2(context, &output, &input, ZSTD_e_end) != 0)
		abort();
	ZSTD_freeCCtx(context);
	return (struct slice){ out, output.pos };
}

static inline struct slice join(struct arena *arena, struct slice a, struct slice b)
{
	char *both = arena_alloc(arena, a.len_bytes + b.len_bytes + 1);

	if (a.len_bytes)
		memcpy(both, a.at, a.len_bytes);
	if (b.len_bytes)
		memcpy(both + a.len_bytes, b.at, b.len_bytes);
	return (struct slice){ both, a.len_bytes + b.len_bytes };
}

#endif
