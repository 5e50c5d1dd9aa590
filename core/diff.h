/*
 * What two sequences have in common and where they differ: lines of two texts, words of
 * two lines. E. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1
 * (1986), the greedy form, with a bound: where more than DIFF_EDITS_MAX items differ, what
 * comes behind counts as removed and added, so that time is linear in the items.
 */
#ifndef AITIA_CORE_DIFF_H
#define AITIA_CORE_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/vec.h"

#define DIFF_EDITS_MAX 1000

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

/* `count` items from old_at and new_at on (of a removed one, new_at is where it would be). */
struct diff_piece {
	enum diff_kind kind;
	size_t old_at, new_at, count;
};

struct diff {
	VEC_OF(struct diff_piece) pieces; /* in order; of what was replaced, the removed items come first */
};

/* `same` tells whether two items are equal; it must be exact. */
void diff_make(struct diff *diff, size_t old_count, size_t new_count,
	       bool (*same)(const void *context, size_t old_at, size_t new_at), const void *context);
void diff_release(struct diff *diff);

#endif
