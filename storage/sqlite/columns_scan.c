#include "storage/sqlite/columns_scan.h"

#include <string.h>

static void start(uint8_t *mask)
{
	memset(mask, 1, SCAN_BLOCK);
}

static void filter_range(const uint16_t *restrict column, uint16_t first, uint16_t span, uint8_t *restrict mask)
{
	/* One comparison: what lies below `first` wraps around. */
	for (size_t i = 0; i < SCAN_BLOCK; i++)
		mask[i] &= (uint8_t)((uint16_t)(column[i] - first) <= span);
}

static void filter_table(const uint16_t *restrict column, const uint8_t *restrict keep, uint8_t *restrict mask)
{
	for (size_t i = 0; i < SCAN_BLOCK; i++)
		mask[i] &= (uint8_t)(keep[column[i]] != 0);
}

/* 64 bytes of 0 or 1 become 64 bits. The product moves byte k's bit to bit 56 + k, where
 * byte 0 is the lowest. */
static uint64_t pack(const uint8_t *mask)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < 8; i++) {
		uint64_t bytes;
		memcpy(&bytes, mask + i * 8, sizeof(bytes));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		bytes = __builtin_bswap64(bytes);
#endif
		bits |= (bytes * 0x0102040810204080u >> 56) << (8 * i);
	}
	return bits;
}

int64_t scan_find(const struct scan_filter *filters, size_t filter_count, size_t count, uint64_t *bits)
{
	uint8_t mask[SCAN_BLOCK];
	int64_t found = 0;

	for (size_t at = 0; at < count; at += SCAN_BLOCK) {
		start(mask);
		for (size_t f = 0; f < filter_count; f++) {
			const struct scan_filter *filter = &filters[f];
			if (filter->keep)
				filter_table(filter->column + at, filter->keep, mask);
			else
				filter_range(filter->column + at, filter->first, filter->span, mask);
		}
		for (size_t i = 0; i < SCAN_BLOCK; i += 64) {
			uint64_t word = pack(mask + i);
			bits[(at + i) / 64] = word;
			found += __builtin_popcountll(word);
		}
	}
	return found;
}

void scan_count(const uint16_t *column, const uint64_t *bits, size_t count, int64_t *counts)
{
	for (size_t at = 0; at < count; at += 64) {
		uint64_t word = bits[at / 64];
		if (word == UINT64_MAX) {
			for (size_t i = 0; i < 64; i++)
				counts[column[at + i]]++;
			continue;
		}
		for (; word; word &= word - 1)
			counts[column[at + (size_t)__builtin_ctzll(word)]]++;
	}
}
