/* Which bodies of a chunk are alike which others; alike.h explains it. */
#include <stdlib.h>

#include "storage/sqlite/alike.h"

#define LINKS_MOST 4 /* older bodies under one key: those that are alike are together already */

struct alike_pass *alike_pass_new(int64_t epoch, int64_t first, int64_t last)
{
	struct alike_pass *pass = mem_zalloc(1, sizeof(*pass));

	*pass = (struct alike_pass){ .epoch = epoch, .first = first, .last = last, .at = first };
	pass->slot_count = 64;
	while (pass->slot_count < (size_t)(last - first) * SIMILAR_KEYS * 3 / 2)
		pass->slot_count *= 2;
	pass->slots = mem_zalloc(pass->slot_count, sizeof(*pass->slots));
	return pass;
}

void alike_pass_free(struct alike_pass *pass)
{
	if (!pass)
		return;
	vec_release(&pass->nodes);
	vec_release(&pass->edges);
	free(pass->slots);
	free(pass);
}

static struct alike_slot *slot_of(struct alike_pass *pass, uint32_t key)
{
	size_t at = (key * 0x9e3779b97f4a7c15u >> 24) & (pass->slot_count - 1);

	while (pass->slots[at].first && pass->slots[at].key != key)
		at = (at + 1) & (pass->slot_count - 1);
	return &pass->slots[at];
}

static bool are_alike(const struct similar_signature *a, const struct similar_signature *b)
{
	return a->normalised == b->normalised || similar_estimate(a, b) >= ALIKE_LEAST;
}

/* Whether new body `node` is alike that one. */
static bool hold(struct alike_pass *pass, uint32_t node, int64_t body, const struct similar_signature *signature)
{
	if (!are_alike(&pass->nodes.items[node].signature, signature))
		return false;
	vec_push(&pass->edges, ((struct alike_edge){ node, body }));
	return true;
}

void alike_pass_load(struct alike_pass *pass, int64_t number, int64_t body, const unsigned char *sign)
{
	struct alike_node node = { .number = number, .body = body };
	uint32_t own = (uint32_t)pass->nodes.len;

	similar_unpack(sign, &node.signature);
	vec_push(&pass->nodes, node);
	for (size_t k = 0; k < SIMILAR_KEYS; k++) {
		struct alike_slot *slot;
		uint32_t key;
		if (!similar_key(&node.signature, k, &key))
			continue;
		slot = slot_of(pass, key);
		if (slot->first) {
			const struct alike_node *first = &pass->nodes.items[slot->first - 1], *last = &pass->nodes.items[slot->last - 1];
			if (!hold(pass, own, first->body, &first->signature) && first != last)
				hold(pass, own, last->body, &last->signature);
		} else {
			*slot = (struct alike_slot){ key, own + 1, 0, 0 };
		}
		slot->last = own + 1;
	}
}

void alike_pass_walk(struct alike_pass *pass, int64_t body, const unsigned char *sign)
{
	struct similar_signature signature;

	similar_unpack(sign, &signature);
	for (size_t k = 0; k < SIMILAR_KEYS; k++) {
		struct alike_slot *slot;
		uint32_t key;
		if (!similar_key(&signature, k, &key))
			continue;
		slot = slot_of(pass, key);
		if (!slot->first || slot->links >= LINKS_MOST)
			continue;
		slot->links += hold(pass, slot->first - 1, body, &signature) ||
			       (slot->last != slot->first && hold(pass, slot->last - 1, body, &signature));
	}
}

static int by_place(const void *a, const void *b)
{
	const struct alike_edge *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->body > y->body) - (x->body < y->body);
}

void alike_pass_end(struct alike_pass *pass)
{
	struct alike_edge *edges = pass->edges.items;
	size_t kept = 0;

	if (pass->edges.len)
		qsort(edges, pass->edges.len, sizeof(*edges), by_place);
	for (size_t i = 0; i < pass->edges.len; i++)
		if (kept == 0 || by_place(&edges[kept - 1], &edges[i]) != 0)
			edges[kept++] = edges[i];
	pass->edges.len = kept;
	free(pass->slots);
	pass->slots = NULL;
	pass->found = true;
}
