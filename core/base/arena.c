/*
 * Blocks in a list, newest first; only the newest is handed out from. Blocks
 * grow with the arena, so that their number stays logarithmic. What is large
 * gets a block of its own behind the newest, whose free rest stays in use; and
 * since such a block comes from calloc(), a large file costs no clearing.
 */
#include "core/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define BLOCK_MIN_BYTES ((size_t)4 * 1024)
#define BLOCK_MAX_BYTES ((size_t)1024 * 1024)

struct arena_block {
	struct arena_block *older;
	size_t size, used; /* of data */
	alignas(max_align_t) char data[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena)ARENA_INIT;
}

static void free_from(struct arena_block *block)
{
	while (block) {
		struct arena_block *older = block->older;
		free(block);
		block = older;
	}
}

void arena_release(struct arena *arena)
{
	free_from(arena->newest);
	arena_init(arena);
}

void arena_clear(struct arena *arena)
{
	struct arena_block *kept = arena->newest;

	if (kept && kept->size > BLOCK_MAX_BYTES) {
		arena_release(arena);
		return;
	}
	if (kept) {
		free_from(kept->older);
		kept->older = NULL;
		kept->used = 0;
	}
	arena->used_bytes = 0;
}

/* A block whose data is zero. */
static struct arena_block *block_new(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct arena_block))
		size = SIZE_MAX - sizeof(struct arena_block); /* mem_zalloc() will refuse it */
	struct arena_block *block = mem_zalloc(1, sizeof(*block) + size);
	block->size = size;
	return block;
}

/* Memory for len_bytes; *cleared says whether it is zero already. */
static char *take(struct arena *arena, size_t len_bytes, bool *cleared)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *newest = arena->newest;

	if (len_bytes > SIZE_MAX - align)
		mem_zalloc(SIZE_MAX, SIZE_MAX); /* does not return */
	size_t size = (len_bytes + align - 1) / align * align;
	if (size == 0)
		size = align; /* distinct objects have distinct addresses */
	arena->used_bytes += size;
	*cleared = false;
	if (newest && size <= newest->size - newest->used) {
		char *memory = newest->data + newest->used;
		newest->used += size;
		return memory;
	}

	size_t block_size = newest ? newest->size * 2 : BLOCK_MIN_BYTES;
	if (block_size > BLOCK_MAX_BYTES)
		block_size = BLOCK_MAX_BYTES;
	*cleared = true;
	if (newest && size > block_size / 4) {
		struct arena_block *own = block_new(size);
		own->used = size;
		own->older = newest->older;
		newest->older = own;
		return own->data;
	}
	struct arena_block *block = block_new(size > block_size ? size : block_size);
	block->used = size;
	block->older = newest;
	arena->newest = block;
	return block->data;
}

void *arena_alloc(struct arena *arena, size_t len_bytes)
{
	bool cleared;
	char *memory = take(arena, len_bytes, &cleared);

	if (!cleared)
		memset(memory, 0, len_bytes);
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		mem_zalloc(count, size); /* does not return */
	return arena_alloc(arena, count * size);
}

struct slice arena_slice(struct arena *arena, struct slice bytes)
{
	if (!bytes.at)
		return bytes;
	return (struct slice){ arena_text(arena, bytes), bytes.len_bytes };
}

char *arena_text(struct arena *arena, struct slice bytes)
{
	bool cleared;

	if (!bytes.at)
		return NULL;
	if (bytes.len_bytes == SIZE_MAX)
		mem_zalloc(SIZE_MAX, 2); /* does not return */
	char *copy = take(arena, bytes.len_bytes + 1, &cleared);
	memcpy(copy, bytes.at, bytes.len_bytes);
	copy[bytes.len_bytes] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_text(arena, slice_of(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	char here[256]; /* nearly all fit: they are formatted once */
	va_list args;
	bool cleared;

	va_start(args, format);
	int len = vsnprintf(here, sizeof(here), format, args);
	va_end(args);
	if (len < 0) /* an invalid wide character or over 2 GiB: neither is ours */
		return arena_strdup(arena, "");

	char *text = take(arena, (size_t)len + 1, &cleared);
	if ((size_t)len < sizeof(here))
		return memcpy(text, here, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}
