/*
 * A packed content is a row of parts (gzip's members, zstd's frames). Both libraries stop
 * behind a part; what follows is looked at here, byte by byte, until it is known to start
 * another part or to be garbage, since no library tells garbage from a damaged start.
 */
#include "core/base/unpack.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "core/base/mem.h"

#define MIB ((uint64_t)1024 * 1024)
#define RATIO_MAX 200
#define SMALL_BYTES (256 * MIB)
#define TOTAL_BYTES_MAX (64 * 1024 * MIB)
/* 2^27 bytes = 128 MiB: what zstd(1) writes up to --ultra -22, and reads without --long. */
#define ZSTD_WINDOW_LOG_MAX 27
#define START_BYTES_MAX 4

struct unpacker {
	enum packing packing;
	z_stream gzip;
	ZSTD_DCtx *zstd;
	bool inside;              /* a part has started and is not at its end */
	bool had_part;            /* one was whole */
	char start[START_BYTES_MAX]; /* what may become the start of a part */
	size_t start_len;
	uint64_t in_bytes;        /* taken so far */
	uint64_t garbage_bytes, garbage_offset;
};

/* ---- how a part starts ------------------------------------------------------- */

enum match { MATCH_NO, MATCH_PARTLY, MATCH_WHOLE };

static enum match match_bytes(const char *text, size_t len, const char *magic, size_t magic_len)
{
	size_t common = len < magic_len ? len : magic_len;

	if (memcmp(text, magic, common) != 0)
		return MATCH_NO;
	return len < magic_len ? MATCH_PARTLY : MATCH_WHOLE;
}

/* RFC 8878, 3.1.2: the magic numbers 0x184D2A50 to 0x184D2A5F, little-endian. */
static enum match match_skippable(const char *text, size_t len)
{
	if (len == 0)
		return MATCH_PARTLY;
	if (((unsigned char)text[0] & 0xF0) != 0x50)
		return MATCH_NO;
	return match_bytes(text + 1, len - 1, "\x2A\x4D\x18", 3);
}

static enum match match_start(enum packing packing, const char *text, size_t len)
{
	if (packing == PACKING_GZIP)
		return match_bytes(text, len, "\x1F\x8B", 2);
	enum match frame = match_bytes(text, len, "\x28\xB5\x2F\xFD", 4);
	return frame != MATCH_NO ? frame : match_skippable(text, len);
}

enum packing packing_of(struct slice head)
{
	for (enum packing packing = PACKING_GZIP; packing <= PACKING_ZSTD; packing++)
		if (match_start(packing, head.at, head.len_bytes) == MATCH_WHOLE)
			return packing;
	return PACKING_NONE;
}

const char *packing_name(enum packing packing)
{
	static const char *const names[] = { "no", "gzip", "zstd" };

	return names[packing];
}

uint64_t unpack_limit_bytes(uint64_t packed_bytes)
{
	if (packed_bytes >= TOTAL_BYTES_MAX / RATIO_MAX)
		return TOTAL_BYTES_MAX;
	uint64_t limit = packed_bytes * RATIO_MAX;
	return limit > SMALL_BYTES ? limit : SMALL_BYTES;
}

/* ---- life -------------------------------------------------------------------- */

static void out_of_memory(void)
{
	mem_zalloc(SIZE_MAX, SIZE_MAX); /* does not return */
}

static voidpf gzip_alloc(voidpf context, uInt count, uInt size)
{
	(void)context;
	return mem_zalloc(count, size);
}

static void gzip_free(voidpf context, voidpf memory)
{
	(void)context;
	free(memory);
}

struct unpacker *unpacker_open(enum packing packing)
{
	struct unpacker *self = mem_zalloc(1, sizeof(*self));

	self->packing = packing;
	if (packing == PACKING_GZIP) {
		self->gzip.zalloc = gzip_alloc;
		self->gzip.zfree = gzip_free;
		/* 15: the largest window that deflate knows; + 16: with gzip's frame around it. */
		if (inflateInit2(&self->gzip, 15 + 16) != Z_OK)
			out_of_memory();
	} else {
		self->zstd = ZSTD_createDCtx();
		if (!self->zstd)
			out_of_memory();
		ZSTD_DCtx_setParameter(self->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
	}
	return self;
}

void unpacker_free(struct unpacker *self)
{
	if (!self)
		return;
	if (self->packing == PACKING_GZIP)
		inflateEnd(&self->gzip);
	else
		ZSTD_freeDCtx(self->zstd);
	free(self);
}

/* ---- inside a part ----------------------------------------------------------- */

static void take(struct unpacker *self, struct slice *in, size_t len)
{
	in->at += len;
	in->len_bytes -= len;
	self->in_bytes += len;
}

static enum status damaged(const struct unpacker *self, const char *reason, struct error *err)
{
	return error_set(err, STATUS_INPUT, "byte %" PRIu64 " of the %s data: it is damaged (%s); nothing of it was taken",
			 self->in_bytes, packing_name(self->packing), reason);
}

static void part_ended(struct unpacker *self)
{
	self->inside = false;
	self->had_part = true;
}

static uInt fitting(size_t len)
{
	return len < UINT_MAX ? (uInt)len : UINT_MAX;
}

static enum status step_gzip(struct unpacker *self, struct slice *in, char *out, size_t room, size_t *made,
			     struct error *err)
{
	z_stream *gzip = &self->gzip;
	uInt given = fitting(in->len_bytes), free_bytes = fitting(room - *made);

	gzip->next_in = (const Bytef *)in->at;
	gzip->avail_in = given;
	gzip->next_out = (Bytef *)out + *made;
	gzip->avail_out = free_bytes;
	int code = inflate(gzip, Z_NO_FLUSH);
	take(self, in, given - gzip->avail_in);
	*made += free_bytes - gzip->avail_out;
	switch (code) {
	case Z_STREAM_END:
		inflateReset(gzip);
		part_ended(self);
		return STATUS_OK;
	case Z_OK:
	case Z_BUF_ERROR: /* neither input nor room was left: no error */
		return STATUS_OK;
	case Z_MEM_ERROR:
		out_of_memory();
		return STATUS_INPUT;
	default:
		return damaged(self, gzip->msg ? gzip->msg : "no deflate data", err);
	}
}

static enum status zstd_failed(const struct unpacker *self, size_t code, struct error *err)
{
	switch (ZSTD_getErrorCode(code)) {
	case ZSTD_error_memory_allocation:
		out_of_memory();
		return STATUS_INPUT;
	case ZSTD_error_frameParameter_windowTooLarge:
		return error_set(err, STATUS_INPUT, "the zstd data needs more than 128 MiB of memory to be unpacked; "
				 "unpack it first: zstd --long=31 -dc FILE | aitia import -");
	case ZSTD_error_dictionary_wrong:
		return error_set(err, STATUS_INPUT, "the zstd data was packed with a dictionary; "
				 "unpack it first: zstd -D DICTIONARY -dc FILE | aitia import -");
	default:
		return damaged(self, ZSTD_getErrorName(code), err);
	}
}

static enum status step_zstd(struct unpacker *self, struct slice *in, char *out, size_t room, size_t *made,
			     struct error *err)
{
	ZSTD_inBuffer input = { in->at, in->len_bytes, 0 };
	ZSTD_outBuffer output = { out, room, *made };

	size_t code = ZSTD_decompressStream(self->zstd, &output, &input);
	take(self, in, input.pos);
	*made = output.pos;
	if (ZSTD_isError(code))
		return zstd_failed(self, code, err);
	if (code == 0)
		part_ended(self);
	return STATUS_OK;
}

static enum status step_inside(struct unpacker *self, struct slice *in, char *out, size_t room, size_t *made,
			       struct error *err)
{
	if (self->packing == PACKING_GZIP)
		return step_gzip(self, in, out, room, made, err);
	return step_zstd(self, in, out, room, made, err);
}

/* ---- between parts ----------------------------------------------------------- */

/* Gives the library what was looked at here. Both take these bytes of a header whole,
 * and make nothing of them. */
static enum status start_part(struct unpacker *self, char *out, size_t room, size_t *made, struct error *err)
{
	struct slice start = { self->start, self->start_len };

	self->in_bytes -= self->start_len;
	self->start_len = 0;
	self->inside = true;
	return step_inside(self, &start, out, room, made, err);
}

static void take_garbage(struct unpacker *self, struct slice *in)
{
	self->garbage_bytes += in->len_bytes;
	take(self, in, in->len_bytes);
}

/* Looks at one byte behind a part (or at the very start). */
static enum status look_at(struct unpacker *self, struct slice *in, char *out, size_t room, size_t *made,
			   struct error *err)
{
	char byte = *in->at;

	take(self, in, 1);
	if (self->had_part && self->start_len == 0 && byte == '\0')
		return STATUS_OK;
	self->start[self->start_len++] = byte;
	switch (match_start(self->packing, self->start, self->start_len)) {
	case MATCH_PARTLY:
		return STATUS_OK;
	case MATCH_WHOLE:
		return start_part(self, out, room, made, err);
	case MATCH_NO:
		break;
	}
	if (!self->had_part)
		return damaged(self, "it does not start as such", err);
	self->garbage_bytes = self->start_len;
	self->garbage_offset = self->in_bytes - self->start_len;
	self->start_len = 0;
	return STATUS_OK;
}

enum status unpacker_step(struct unpacker *self, struct slice *in, char *out, size_t room, size_t *made,
			  struct error *err)
{
	enum status status = STATUS_OK;

	*made = 0;
	if (self->inside)
		status = step_inside(self, in, out, room, made, err);
	while (status == STATUS_OK && in->len_bytes && *made < room) {
		if (self->inside)
			status = step_inside(self, in, out, room, made, err);
		else if (self->garbage_bytes)
			take_garbage(self, in);
		else
			status = look_at(self, in, out, room, made, err);
	}
	return status;
}

enum status unpacker_end(const struct unpacker *self, struct error *err)
{
	if (!self->inside && self->start_len == 0 && self->had_part)
		return STATUS_OK;
	return error_set(err, STATUS_INPUT, "the %s data is truncated: it ends at byte %" PRIu64
			 ", inside a %s; nothing of it was taken", packing_name(self->packing), self->in_bytes,
			 self->packing == PACKING_GZIP ? "member" : "frame");
}

uint64_t unpacker_garbage(const struct unpacker *self, uint64_t *offset_bytes)
{
	*offset_bytes = self->garbage_offset;
	return self->garbage_bytes;
}
