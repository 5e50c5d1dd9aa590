#include "templates/markdown_memory.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* Below what makes malloc() tidy up all that is free when it gets a block back. */
#define BLOCK_MIN_BYTES ((size_t)32 * 1024)
#define BLOCK_MAX_BYTES ((size_t)1024 * 1024)

struct block {
	struct block *older;
	size_t size, used; /* of data */
	alignas(max_align_t) char data[];
};

/* In front of each piece. */
union head {
	size_t size; /* of the piece, without this; a multiple of the alignment */
	max_align_t align;
};

/* libcmark hands no context to its allocator, and several threads make pages. */
static _Thread_local struct {
	struct block *newest;
	size_t trees; /* that are not released yet */
} pool;

static size_t rounded(size_t len_bytes)
{
	const size_t align = alignof(max_align_t);

	if (len_bytes > SIZE_MAX / 2)
		mem_zalloc(SIZE_MAX, 2); /* does not return */
	return (len_bytes + align - 1) / align * align;
}

static union head *head_of(void *piece)
{
	return (union head *)piece - 1;
}

/* Whether it was cut off last: it can grow where it is, and be given back. */
static bool is_last(void *piece)
{
	const struct block *block = pool.newest;

	return block && (char *)piece + head_of(piece)->size == block->data + block->used;
}

static void *take(size_t len_bytes)
{
	size_t size = rounded(len_bytes ? len_bytes : 1), whole = size + sizeof(union head);
	struct block *block = pool.newest;
	union head *head;

	if (!block || whole > block->size - block->used) {
		size_t block_size = block ? block->size * 2 : BLOCK_MIN_BYTES;

		if (block_size > BLOCK_MAX_BYTES)
			block_size = BLOCK_MAX_BYTES;
		if (block_size < whole)
			block_size = whole;
		block = mem_alloc(sizeof(*block) + block_size);
		block->older = pool.newest;
		block->size = block_size;
		block->used = 0;
		pool.newest = block;
	}
	head = (union head *)(void *)(block->data + block->used);
	head->size = size;
	block->used += whole;
	return head + 1;
}

static void *take_cleared(size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		mem_zalloc(count, size); /* does not return */
	return memset(take(count * size), 0, count * size);
}

static void give_back(void *piece)
{
	if (piece && is_last(piece))
		pool.newest->used -= head_of(piece)->size + sizeof(union head);
}

static void *resize(void *old, size_t len_bytes)
{
	struct block *block = pool.newest;
	size_t size = rounded(len_bytes ? len_bytes : 1), old_size;
	void *piece;

	if (!old)
		return take(len_bytes);
	old_size = head_of(old)->size;
	if (size <= old_size)
		return old;
	if (is_last(old) && size - old_size <= block->size - block->used) {
		block->used += size - old_size;
		head_of(old)->size = size;
		return old;
	}
	piece = take(len_bytes);
	memcpy(piece, old, old_size);
	return piece;
}

static cmark_mem memory = { take_cleared, resize, give_back };

cmark_node *markdown_parse(struct slice text)
{
	cmark_parser *parser;
	cmark_node *root;

	pool.trees++;
	parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &memory);
	cmark_parser_feed(parser, text.len_bytes ? text.at : "", text.len_bytes);
	root = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return root;
}

cmark_node *markdown_node_new(cmark_node_type type)
{
	return cmark_node_new_with_mem(type, &memory);
}

void markdown_free(cmark_node *root)
{
	if (!root || --pool.trees)
		return;
	while (pool.newest) {
		struct block *older = pool.newest->older;

		free(pool.newest);
		pool.newest = older;
	}
}
