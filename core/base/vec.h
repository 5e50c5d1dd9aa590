/*
 * Typed growing arrays without a type of their own:
 *
 *     VEC_OF(int64_t) ids = VEC_INIT;
 *     vec_push(&ids, 7);
 *     for (size_t i = 0; i < ids.len; i++) use(ids.items[i]);
 *     vec_release(&ids);
 */
#ifndef AITIA_BASE_VEC_H
#define AITIA_BASE_VEC_H

#include <stdlib.h>

#include "core/base/mem.h"

#define VEC_OF(type) struct { type *items; size_t len, capacity; }
#define VEC_INIT { NULL, 0, 0 }

#define vec_reserve(vec, more) \
	((vec)->len + (size_t)(more) <= (vec)->capacity ? (void)0 : \
	 (void)((vec)->capacity = ((vec)->len + (size_t)(more)) * 3 / 2 + 8, \
	        (vec)->items = mem_realloc((vec)->items, (vec)->capacity, sizeof(*(vec)->items))))
#define vec_push(vec, item) (vec_reserve((vec), 1), (vec)->items[(vec)->len++] = (item))
#define vec_clear(vec) ((vec)->len = 0)
#define vec_release(vec) (free((vec)->items), (vec)->items = NULL, (vec)->len = (vec)->capacity = 0)

#endif
