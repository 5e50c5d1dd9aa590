/* Zip archives byte by byte (APPNOTE.TXT 6.3), also such as no honest program writes. */
#ifndef AITIA_TESTS_ZIP_WRITER_H
#define AITIA_TESTS_ZIP_WRITER_H

#include <stdint.h>

#include "core/base/strbuf.h"

struct zip_writer {
	struct strbuf out, directory;
	unsigned count;
};

#define ZIP_WRITER_INIT { STRBUF_INIT, STRBUF_INIT, 0 }

struct zip_entry {
	const char *name;
	unsigned method, flags;
	struct slice packed;
	uint32_t size, crc;
	uint32_t packed_size_stated; /* 0: the true one */
	bool is_elsewhere;           /* nothing is written; the entry is at `offset` */
	uint32_t offset;
};

static inline void zip_number(struct strbuf *out, uint32_t number, int bytes)
{
	for (; bytes--; number >>= 8)
		strbuf_addch(out, (char)(unsigned char)(number & 0xFF));
}

static inline uint32_t zip_crc(struct slice bytes)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < bytes.len_bytes; i++) {
		crc ^= (unsigned char)bytes.at[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
	}
	return ~crc;
}

/* What the local header and the directory have in common. */
static inline void zip_common(struct strbuf *out, const struct zip_entry *entry)
{
	zip_number(out, 63, 2);
	zip_number(out, entry->flags, 2);
	zip_number(out, entry->method, 2);
	zip_number(out, 0x5A210000, 4);
	zip_number(out, entry->crc, 4);
	zip_number(out, entry->packed_size_stated ? entry->packed_size_stated : (uint32_t)entry->packed.len_bytes, 4);
	zip_number(out, entry->size, 4);
	zip_number(out, (uint32_t)strlen(entry->name), 2);
	zip_number(out, 0, 2);
}

static inline void zip_add_entry(struct zip_writer *zip, const struct zip_entry *entry)
{
	uint32_t offset = entry->is_elsewhere ? entry->offset : (uint32_t)zip->out.len_bytes;

	if (!entry->is_elsewhere) {
		strbuf_addstr(&zip->out, "PK\3\4");
		zip_common(&zip->out, entry);
		strbuf_addstr(&zip->out, entry->name);
		strbuf_addslice(&zip->out, entry->packed);
	}
	strbuf_addstr(&zip->directory, "PK\1\2");
	zip_number(&zip->directory, 63, 2);
	zip_common(&zip->directory, entry);
	zip_number(&zip->directory, 0, 2); /* comment */
	zip_number(&zip->directory, 0, 2); /* disk */
	zip_number(&zip->directory, 0, 2);
	zip_number(&zip->directory, 0, 4);
	zip_number(&zip->directory, offset, 4);
	strbuf_addstr(&zip->directory, entry->name);
	zip->count++;
}

static inline void zip_add(struct zip_writer *zip, const char *name, struct slice text)
{
	zip_add_entry(zip, &(struct zip_entry){ .name = name, .packed = text, .size = (uint32_t)text.len_bytes,
						.crc = zip_crc(text) });
}

static inline struct slice zip_end(struct zip_writer *zip)
{
	uint32_t offset = (uint32_t)zip->out.len_bytes;

	strbuf_addslice(&zip->out, strbuf_slice(&zip->directory));
	strbuf_addstr(&zip->out, "PK\5\6");
	zip_number(&zip->out, 0, 4);
	zip_number(&zip->out, zip->count, 2);
	zip_number(&zip->out, zip->count, 2);
	zip_number(&zip->out, (uint32_t)zip->directory.len_bytes, 4);
	zip_number(&zip->out, offset, 4);
	zip_number(&zip->out, 0, 2);
	return strbuf_slice(&zip->out);
}

static inline void zip_release(struct zip_writer *zip)
{
	strbuf_release(&zip->out);
	strbuf_release(&zip->directory);
}

#endif
