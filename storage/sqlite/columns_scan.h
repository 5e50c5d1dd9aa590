/*
 * The loops over columns: plain arrays in, bits out. Written so that compilers
 * make vector code of them (blocks of a fixed length, no branches inside).
 */
#ifndef AITIA_STORAGE_SQLITE_COLUMNS_SCAN_H
#define AITIA_STORAGE_SQLITE_COLUMNS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_BLOCK 4096u /* rows; a column's block is 8 KiB, so some fit into the first cache */

/* What a column lets through: entries first … first + span (as if there were no
 * others between them), or those whose byte in `keep` is not 0. */
struct scan_filter {
	const uint16_t *column;
	const uint8_t *keep;  /* NULL: the range */
	uint16_t first, span;
};

/* Sets bit i of `bits` for each of the rows 0 … count - 1 that all filters let
 * through, clears the others; how many are set. `count` is a multiple of SCAN_BLOCK,
 * and all columns are that long. No filter lets all through. */
int64_t scan_find(const struct scan_filter *filters, size_t filter_count, size_t count, uint64_t *bits);

/* Adds to counts[e] the number of rows that have a bit and entry e. */
void scan_count(const uint16_t *column, const uint64_t *bits, size_t count, int64_t *counts);

#endif
