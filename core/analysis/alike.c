#include "core/analysis/alike.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/vec.h"

#define EACH_MOST 1024 /* bodies that are held against each other one by one: half a million pairs, some 20 ms */

struct edge {
	uint32_t a, b;
	float likeness;
};

struct edges {
	VEC_OF(struct edge) list;
};

static uint32_t root_of(uint32_t *parents, uint32_t at)
{
	while (parents[at] != at) {
		parents[at] = parents[parents[at]];
		at = parents[at];
	}
	return at;
}

static void join(uint32_t *parents, uint32_t a, uint32_t b)
{
	a = root_of(parents, a);
	b = root_of(parents, b);
	if (a < b)
		parents[b] = a;
	else
		parents[a] = b;
}

static uint32_t *alone(uint32_t *parents, size_t count)
{
	for (uint32_t i = 0; i < count; i++)
		parents[i] = i;
	return parents;
}

static void add_edge(struct edges *edges, const struct similar_signature *bodies, uint32_t a, uint32_t b)
{
	bool same = bodies[a].normalised == bodies[b].normalised;
	double likeness = same ? 1.0 : similar_estimate(&bodies[a], &bodies[b]);

	if (likeness >= ALIKE_LEAST)
		vec_push(&edges->list, ((struct edge){ a, b, same ? 2.0f : (float)likeness }));
}

static void hold_each(struct edges *edges, const struct similar_signature *bodies, size_t count)
{
	for (uint32_t a = 0; a < count; a++)
		for (uint32_t b = a + 1; b < count; b++)
			add_edge(edges, bodies, a, b);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Of those that share a key, each with the first and with the one before it. */
static void hold_by_key(struct edges *edges, const struct similar_signature *bodies, size_t count)
{
	uint64_t *keyed = mem_alloc(count * SIMILAR_KEYS * sizeof(*keyed));
	size_t len = 0;

	for (uint32_t i = 0; i < count; i++)
		for (size_t number = 0; number < SIMILAR_KEYS; number++) {
			uint32_t key;
			if (similar_key(&bodies[i], number, &key))
				keyed[len++] = (uint64_t)key << 32 | i;
		}
	qsort(keyed, len, sizeof(*keyed), by_number);
	for (size_t i = 1, first = 0; i < len; i++) {
		if (keyed[i] >> 32 != keyed[first] >> 32) {
			first = i;
			continue;
		}
		add_edge(edges, bodies, (uint32_t)keyed[first], (uint32_t)keyed[i]);
		if (i - 1 > first)
			add_edge(edges, bodies, (uint32_t)keyed[i - 1], (uint32_t)keyed[i]);
	}
	free(keyed);
}

static int by_likeness(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->likeness != y->likeness)
		return x->likeness < y->likeness ? 1 : -1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

static bool is_parted(uint32_t *parents, uint32_t a, uint32_t b, const struct alike_pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t x, y;
		if (pairs[i].word != ALIKE_APART)
			continue;
		x = root_of(parents, pairs[i].a);
		y = root_of(parents, pairs[i].b);
		if ((x == a && y == b) || (x == b && y == a))
			return true;
	}
	return false;
}

static void put_together(uint32_t *parents, const struct alike_pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (pairs[i].word == ALIKE_TOGETHER)
			join(parents, pairs[i].a, pairs[i].b);
}

void alike_make(const struct similar_signature *bodies, size_t count, const struct alike_pair *pairs, size_t pair_count,
		uint32_t *cluster, uint32_t *group)
{
	struct edges edges = { VEC_INIT };

	put_together(alone(cluster, count), pairs, pair_count);
	put_together(alone(group, count), pairs, pair_count);
	if (count <= EACH_MOST)
		hold_each(&edges, bodies, count);
	else
		hold_by_key(&edges, bodies, count);
	if (edges.list.len)
		qsort(edges.list.items, edges.list.len, sizeof(*edges.list.items), by_likeness);
	for (size_t i = 0; i < edges.list.len; i++) {
		const struct edge *edge = &edges.list.items[i];
		uint32_t a = root_of(group, edge->a), b = root_of(group, edge->b);
		join(cluster, edge->a, edge->b);
		if (a != b && !is_parted(group, a, b, pairs, pair_count))
			join(group, a, b);
	}
	for (uint32_t i = 0; i < count; i++) {
		cluster[i] = root_of(cluster, i);
		group[i] = root_of(group, i);
	}
	vec_release(&edges.list);
}

bool alike_contradiction(size_t count, const struct alike_pair *pairs, size_t pair_count, size_t *wrong)
{
	uint32_t *parents = alone(mem_alloc((count + 1) * sizeof(*parents)), count);
	bool found = false;

	put_together(parents, pairs, pair_count);
	for (size_t i = 0; i < pair_count && !found; i++)
		if (pairs[i].word == ALIKE_APART && root_of(parents, pairs[i].a) == root_of(parents, pairs[i].b)) {
			*wrong = i;
			found = true;
		}
	free(parents);
	return found;
}
