/*
 * An arena: many small allocations, released together. Results of the store,
 * the parsers and the importers live in the arena of their caller. One arena
 * belongs to one thread at a time. Alignment is that of max_align_t.
 */
#ifndef AITIA_BASE_ARENA_H
#define AITIA_BASE_ARENA_H

#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/slice.h"

struct arena_block;

struct arena {
	struct arena_block *newest;
	size_t used_bytes; /* handed out since init or clear */
};

#define ARENA_INIT { NULL, 0 }

void arena_init(struct arena *arena);
void arena_clear(struct arena *arena);   /* forgets all, keeps one block for reuse */
void arena_release(struct arena *arena); /* frees all; the arena may be used again */

void *arena_alloc(struct arena *arena, size_t len_bytes) RETURNS_NONNULL; /* cleared to zero */
void *arena_array(struct arena *arena, size_t count, size_t size) RETURNS_NONNULL; /* cleared, overflow-checked */

/* Copies. NULL in gives NULL out. arena_text() adds the NUL; a NUL inside the
 * slice stays inside. arena_slice() copies the bytes (NUL added behind them too). */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_text(struct arena *arena, struct slice bytes);
struct slice arena_slice(struct arena *arena, struct slice bytes);
char *arena_printf(struct arena *arena, const char *format, ...) RETURNS_NONNULL PRINTF_LIKE(2, 3);

#endif
