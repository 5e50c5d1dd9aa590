/*
 * Unpacking gzip (RFC 1952: members, one behind another) and Zstandard (RFC 8878: frames,
 * skippable ones among them), piece by piece: memory is that of the format's window, 32 KiB
 * for gzip and at most 128 MiB for zstd, whatever the size. The only place that knows zlib
 * and libzstd.
 *
 *     unpacker = unpacker_open(PACKING_GZIP);
 *     for (each piece of the input)
 *             do
 *                     unpacker_step(unpacker, &piece, out, room, &made, err);
 *             while (piece.len_bytes || made == room);
 *     unpacker_end(unpacker, err);     // was it whole?
 */
#ifndef AITIA_BASE_UNPACK_H
#define AITIA_BASE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/slice.h"
#include "core/base/status.h"

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

/* What a content starts as, from its first bytes (4 suffice). */
enum packing packing_of(struct slice head);
const char *packing_name(enum packing packing); /* "gzip" */

/* The most bytes that `packed_bytes` of packed data may become, so that a few kilobytes
 * cannot fill a disk: 200 times as many, at least 256 MiB, at most 64 GiB. Texts that are
 * worth reading shrink 5 to 50 times; a bomb of gzip 1,032 times, of zstd 30,000 times. */
uint64_t unpack_limit_bytes(uint64_t packed_bytes);

struct unpacker;
struct unpacker *unpacker_open(enum packing packing);
void unpacker_free(struct unpacker *unpacker);

/* Takes from the front of *in and makes at most `room` bytes of output, room > 0. With all
 * of *in taken and *made == room there may be more: call again. STATUS_INPUT with offset
 * and reason when the data is damaged or cannot be unpacked here; *made is right even then. */
enum status unpacker_step(struct unpacker *unpacker, struct slice *in, char *out, size_t room, size_t *made,
			  struct error *err) MUST_CHECK;
/* At the end of the input. STATUS_INPUT when it ends too early: truncated. */
enum status unpacker_end(const struct unpacker *unpacker, struct error *err) MUST_CHECK;

/* Bytes behind the packed data that belong to none, and were passed over; 0: there are
 * none. Zeros that pad it (tapes, gzip(1)) do not count. */
uint64_t unpacker_garbage(const struct unpacker *unpacker, uint64_t *offset_bytes);

#endif
