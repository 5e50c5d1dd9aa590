/* Names as numbers: judgements are very many, who made them and what they say are few texts. */
#ifndef AITIA_CORE_ANALYSIS_NAME_NUMBERS_H
#define AITIA_CORE_ANALYSIS_NAME_NUMBERS_H

#include <stdint.h>

#include "core/base/arena.h"

struct name_numbers {
	struct arena *arena;    /* of the copies */
	const char **list;      /* by number: in the order in which they came */
	uint32_t *slots;        /* hash table: number + 1 */
	size_t count, slot_count;
};

#define NAME_NUMBERS_INIT(arena) { arena, NULL, NULL, 0, 0 }

/* The number of the name, which is copied if it is new. */
uint32_t name_number(struct name_numbers *names, const char *name);
/* The names in the order of bytes, in the arena; `numbers` become places in it. */
const char *const *name_numbers_in_order(const struct name_numbers *names, uint32_t *numbers, size_t count);
void name_numbers_release(struct name_numbers *names);

#endif
