#include "core/nearest.h"

#include <string.h>

#include "core/base/ascii.h"

#define WORD_MAX_BYTES 63

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b, size_t most)
{
	/* Three rows of the usual table: this one, the one before, the one before that. */
	size_t rows[3][WORD_MAX_BYTES + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > WORD_MAX_BYTES || b_len > WORD_MAX_BYTES)
		return most + 1;
	if ((a_len > b_len ? a_len - b_len : b_len - a_len) > most)
		return most + 1;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			char x = ascii_lower(a[i - 1]), y = ascii_lower(b[j - 1]);
			row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == ascii_lower(b[j - 2]) && y == ascii_lower(a[i - 2]))
				row[j] = least(row[j], above2[j - 2] + 1);
		}
	}
	return least(rows[a_len % 3][b_len], most + 1);
}

size_t nearest_limit(const char *word)
{
	size_t limit = strlen(word) / 3;
	return limit < 1 ? 1 : least(limit, 4);
}

const char *nearest_word(const char *const *words, size_t count, const char *word)
{
	const char *nearest = NULL;
	size_t best = nearest_limit(word) + 1;

	for (size_t i = 0; i < count; i++) {
		size_t distance = words[i] ? nearest_distance(words[i], word, best) : best;
		if (distance < best) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}
