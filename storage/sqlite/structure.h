/*
 * Whether a file of SQLite's is sound, in one pass over its pages in the order in which
 * they lie, in parts, while it is still being written behind that: what `PRAGMA quick_check`
 * finds out about trees, lists and free pages, without its second pass over all rows, and
 * without a read for each page. The format: https://sqlite.org/fileformat2.html.
 *
 * Each page's cells are within the page, fill what it says is filled, and are in the order
 * of their rowids; each page is used once, by a tree, as a continuation of a cell, or as a
 * free one; leaves are of one depth, and rowids within what their parents say. Not looked
 * at: what the cells hold, and the order of indexes.
 *
 * It is strict rather than lenient: what it does not know is not sound, and whoever asks
 * has SQLite decide then. Memory: some 50 bytes a page.
 */
#ifndef AITIA_STORAGE_SQLITE_STRUCTURE_H
#define AITIA_STORAGE_SQLITE_STRUCTURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct structure;

/* Of the file behind `fd`, which is read with pread() and stays the caller's. */
struct structure *structure_begin(int fd, size_t page_bytes);
void structure_free(struct structure *structure); /* NULL: nothing to do */
/* Goes on up to page `pages` (the first is 1). False: it cannot be read, or *cancel, which may be NULL. */
bool structure_read(struct structure *structure, uint32_t pages, const atomic_bool *cancel);
/* Of a file of `pages` pages, which were all read and are in the file by now; `roots` as in sqlite_schema. */
bool structure_is_sound(struct structure *structure, uint32_t pages, const uint32_t *roots, size_t root_count);

#endif
