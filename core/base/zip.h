/*
 * Zip archives that nobody vouches for (APPNOTE.TXT 6.3; libzip is known only here). An entry
 * is read into memory, within bounds; its name is only ever compared and shown, never used as
 * the path of a file. Read are stored, deflated and zstd-compressed entries.
 *
 * Refused as a whole, with STATUS_INPUT: what is no zip archive or is cut off; a directory
 * of more than 32 MiB; entries that overlap, the mark of archives which unpack to more than
 * any honest one. Refused entry by entry: encrypted ones, other compressions, more bytes
 * than the caller allows, than the entry itself states or than 2000 times its packed size.
 */
#ifndef AITIA_BASE_ZIP_H
#define AITIA_BASE_ZIP_H

#include "core/base/slice.h"
#include "core/base/status.h"
#include "core/base/strbuf.h"

struct archive;

/* Borrows a seekable descriptor and moves its position. */
enum status archive_open(int fd, struct archive **out, struct error *err) MUST_CHECK;
void archive_close(struct archive *archive); /* NULL is fine */

size_t archive_count(const struct archive *archive);
/* Raw bytes, borrowed. */
struct slice archive_name(const struct archive *archive, size_t index);
/* Where several entries have the name, the last one: it was written later. */
bool archive_find(const struct archive *archive, const char *name, size_t *index);
/* Replaces what is in `out`. The error names the entry. */
enum status archive_read(struct archive *archive, size_t index, size_t limit_bytes, struct strbuf *out,
			 struct error *err) MUST_CHECK;

#endif
