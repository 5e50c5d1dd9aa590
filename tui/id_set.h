/* A set of ids, in ascending order: marks, and what was judged. */
#ifndef AITIA_TUI_ID_SET_H
#define AITIA_TUI_ID_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/vec.h"

struct id_set {
	VEC_OF(int64_t) ids;
};

bool id_set_has(const struct id_set *set, int64_t id);
void id_set_put(struct id_set *set, int64_t id, bool present);
/* Adds all of them, which are in ascending order, in one pass; how many are new. */
size_t id_set_join(struct id_set *set, const int64_t *ids, size_t count);
/* Takes away all of them, which are in ascending order, in one pass. */
void id_set_part(struct id_set *set, const int64_t *ids, size_t count);
void id_set_release(struct id_set *set); /* empties it */

#endif
