#include "core/analysis/similar.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"

#define LOOK_EACH 4096    /* bodies, at whether to stop */
#define ONLY_NORMALISED 2 /* in place of a likeness: greater than any */

struct body {
	int64_t number;
	uint32_t first, last; /* of its samples, in `next` */
	uint32_t samples;
	uint32_t parent;      /* of a group under way */
};

struct member {
	int64_t sample;
	uint32_t next;        /* of the same body; UINT32_MAX: none */
};

struct similar {
	VEC_OF(struct body) bodies;
	VEC_OF(struct similar_signature) signatures; /* of each body */
	VEC_OF(struct member) members;
	uint32_t *slots;      /* hash table over body numbers: index + 1 */
	size_t slot_count;
	const atomic_bool *cancel;
	void (*progress)(void *context, int64_t done, int64_t total);
	void *context;
};

struct similar *similar_new(void)
{
	return mem_zalloc(1, sizeof(struct similar));
}

void similar_free(struct similar *similar)
{
	vec_release(&similar->bodies);
	vec_release(&similar->signatures);
	vec_release(&similar->members);
	free(similar->slots);
	free(similar);
}

size_t similar_bodies(const struct similar *similar)
{
	return similar->bodies.len;
}

void similar_watch(struct similar *similar, const atomic_bool *cancel, void (*progress)(void *context, int64_t done, int64_t total),
		   void *context)
{
	similar->cancel = cancel;
	similar->progress = progress;
	similar->context = context;
}

static bool is_stopped(const struct similar *similar)
{
	return similar->cancel && atomic_load_explicit(similar->cancel, memory_order_relaxed);
}

static size_t slot_of(const struct similar *similar, int64_t number)
{
	size_t at = ((uint64_t)number * 0x9e3779b97f4a7c15u >> 20) & (similar->slot_count - 1);

	while (similar->slots[at] && similar->bodies.items[similar->slots[at] - 1].number != number)
		at = (at + 1) & (similar->slot_count - 1);
	return at;
}

static void grow(struct similar *similar)
{
	free(similar->slots);
	similar->slot_count = similar->slot_count ? similar->slot_count * 2 : 1024;
	similar->slots = mem_zalloc(similar->slot_count, sizeof(*similar->slots));
	for (size_t i = 0; i < similar->bodies.len; i++)
		similar->slots[slot_of(similar, similar->bodies.items[i].number)] = (uint32_t)i + 1;
}

void similar_add(struct similar *similar, int64_t sample, int64_t body, struct slice code)
{
	uint32_t member = (uint32_t)similar->members.len;
	struct body *known;
	size_t slot;

	if (similar->bodies.len * 2 >= similar->slot_count)
		grow(similar);
	vec_push(&similar->members, ((struct member){ sample, UINT32_MAX }));
	slot = slot_of(similar, body);
	if (similar->slots[slot]) {
		known = &similar->bodies.items[similar->slots[slot] - 1];
		similar->members.items[known->last].next = member;
		known->last = member;
		known->samples++;
		return;
	}
	vec_push(&similar->bodies, ((struct body){ body, member, member, 1, 0 }));
	vec_reserve(&similar->signatures, 1);
	similar_sign(code, &similar->signatures.items[similar->signatures.len++]);
	similar->slots[slot] = (uint32_t)similar->bodies.len;
}

/* ---- what hangs together ------------------------------------------------------------------------- */

static uint32_t root_of(struct similar *similar, uint32_t body)
{
	struct body *bodies = similar->bodies.items;

	while (bodies[body].parent != body) {
		bodies[body].parent = bodies[bodies[body].parent].parent;
		body = bodies[body].parent;
	}
	return body;
}

static void join(struct similar *similar, uint32_t a, uint32_t b)
{
	a = root_of(similar, a);
	b = root_of(similar, b);
	if (a < b)
		similar->bodies.items[b].parent = a;
	else
		similar->bodies.items[a].parent = b;
}

/* A body under a key of 32 bits. Bodies of different keys may meet under one: whoever joins them looks closer. */
static uint64_t keyed(uint64_t key, uint32_t body)
{
	return key << 32 | body;
}

static uint32_t key_of(uint64_t keyed)
{
	return (uint32_t)(keyed >> 32);
}

#define DIGIT 11 /* bits: three passes over a key, and counters that fit into the nearest cache */

/* By key; those of equal keys stay in their order, which is that of bodies. `spare` is as long. */
static void sort_by_key(uint64_t *list, uint64_t *spare, size_t count)
{
	uint64_t *from = list, *to = spare;

	for (unsigned shift = 32; shift < 64; shift += DIGIT) {
		size_t starts[1 << DIGIT] = { 0 }, sum = 0;
		for (size_t i = 0; i < count; i++)
			starts[from[i] >> shift & ((1 << DIGIT) - 1)]++;
		for (size_t d = 0; d < ARRAY_LEN(starts); d++) {
			size_t of = starts[d];
			starts[d] = sum;
			sum += of;
		}
		for (size_t i = 0; i < count; i++)
			to[starts[from[i] >> shift & ((1 << DIGIT) - 1)]++] = from[i];
		uint64_t *sorted = to;
		to = from;
		from = sorted;
	}
	if (from != list)
		memcpy(list, from, count * sizeof(*list));
}

static bool are_alike(const struct similar *similar, uint32_t a, uint32_t b, double least)
{
	const struct similar_signature *x = &similar->signatures.items[a], *y = &similar->signatures.items[b];

	return least == ONLY_NORMALISED ? x->normalised == y->normalised : similar_estimate(x, y) >= least;
}

/* Bodies of the same key are candidates. Each is held against the first of its run and the one before it, so
 * that a run of very many costs no more than its length. */
static void join_runs(struct similar *similar, uint64_t *list, uint64_t *spare, size_t count, double least)
{
	sort_by_key(list, spare, count);
	for (size_t i = 1, first = 0; i < count; i++) {
		uint32_t body = (uint32_t)list[i];
		if (i % LOOK_EACH == 0 && is_stopped(similar))
			return;
		if (key_of(list[i]) != key_of(list[first])) {
			first = i;
			continue;
		}
		if (are_alike(similar, (uint32_t)list[first], body, least))
			join(similar, (uint32_t)list[first], body);
		else if (are_alike(similar, (uint32_t)list[i - 1], body, least))
			join(similar, (uint32_t)list[i - 1], body);
	}
}

/* The list of one key of all bodies that have it, 0 being that of the normalised tokens. */
static size_t list_of_key(const struct similar *similar, size_t key, uint64_t *list)
{
	size_t kept = 0;

	for (uint32_t i = 0; i < similar->bodies.len; i++) {
		uint32_t own;
		if (similar_key(&similar->signatures.items[i], key, &own))
			list[kept++] = keyed(own, i);
	}
	return kept;
}

static void find_alike(struct similar *similar, enum similar_kind widest, double least)
{
	size_t count = similar->bodies.len, keys = widest == SIMILAR_EXACT ? 0 : widest == SIMILAR_NORMALISED ? 1 : SIMILAR_KEYS;
	uint64_t *list = mem_alloc((count + 1) * sizeof(*list)), *spare = mem_alloc((count + 1) * sizeof(*spare));

	for (uint32_t i = 0; i < count; i++)
		similar->bodies.items[i].parent = i;
	for (size_t key = 0; key < keys && !is_stopped(similar); key++) {
		if (similar->progress)
			similar->progress(similar->context, (int64_t)key, (int64_t)keys);
		join_runs(similar, list, spare, list_of_key(similar, key, list), key == 0 ? ONLY_NORMALISED : least);
	}
	free(list);
	free(spare);
}

/* ---- groups ------------------------------------------------------------------------------------------- */

static int by_likeness(const void *a, const void *b)
{
	const struct similar_member *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->likeness != y->likeness)
		return x->likeness < y->likeness ? 1 : -1;
	return (x->sample > y->sample) - (x->sample < y->sample);
}

static int by_size(const void *a, const void *b)
{
	const struct similar_group *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->members[0].sample > y->members[0].sample) - (x->members[0].sample < y->members[0].sample);
}

/* The samples of a body, as they are like another one's. */
static size_t add_members(const struct similar *similar, uint32_t body, uint32_t representative,
			  struct similar_member *out, struct similar_group *group)
{
	const struct similar_signature *a = &similar->signatures.items[representative], *b = &similar->signatures.items[body];
	enum similar_kind kind = body == representative ? SIMILAR_EXACT :
				 a->normalised == b->normalised ? SIMILAR_NORMALISED : SIMILAR_NEAR;
	double likeness = kind == SIMILAR_NEAR ? similar_estimate(a, b) : 1;
	size_t count = 0;

	for (uint32_t m = similar->bodies.items[body].first; m != UINT32_MAX; m = similar->members.items[m].next)
		out[count++] = (struct similar_member){ similar->members.items[m].sample, kind, likeness };
	*(kind == SIMILAR_EXACT ? &group->exact : kind == SIMILAR_NORMALISED ? &group->normalised : &group->near) += count;
	return count;
}

static struct similar_group group_of(const struct similar *similar, struct arena *arena, const uint64_t *bodies, size_t count)
{
	struct similar_group group = { .count = 0 };
	struct similar_member *members;
	uint32_t representative = (uint32_t)bodies[0];
	size_t samples = 0;

	for (size_t i = 0; i < count; i++) {
		const struct body *body = &similar->bodies.items[(uint32_t)bodies[i]];
		samples += body->samples;
		if (body->samples > similar->bodies.items[representative].samples)
			representative = (uint32_t)bodies[i];
	}
	members = arena_array(arena, samples, sizeof(*members));
	for (size_t i = 0; i < count; i++)
		group.count += add_members(similar, (uint32_t)bodies[i], representative, members + group.count, &group);
	qsort(members, group.count, sizeof(*members), by_likeness);
	group.members = members;
	return group;
}

void similar_groups(struct similar *similar, struct arena *arena, enum similar_kind widest, double least,
		    const struct similar_group **out, size_t *count)
{
	size_t bodies = similar->bodies.len;
	uint64_t *list = mem_alloc((bodies + 1) * sizeof(*list)), *spare = mem_alloc((bodies + 1) * sizeof(*spare));
	VEC_OF(struct similar_group) groups = VEC_INIT;
	struct similar_group *kept;

	find_alike(similar, widest, least);
	for (uint32_t i = 0; i < bodies; i++)
		list[i] = keyed(root_of(similar, i), i);
	sort_by_key(list, spare, bodies);
	for (size_t i = 0, end; i < bodies && !is_stopped(similar); i = end) {
		for (end = i + 1; end < bodies && key_of(list[end]) == key_of(list[i]);)
			end++;
		if (end - i > 1 || similar->bodies.items[(uint32_t)list[i]].samples > 1)
			vec_push(&groups, group_of(similar, arena, list + i, end - i));
	}
	if (is_stopped(similar))
		vec_clear(&groups);
	if (groups.len)
		qsort(groups.items, groups.len, sizeof(*groups.items), by_size);
	kept = arena_array(arena, groups.len, sizeof(*kept));
	if (groups.len)
		memcpy(kept, groups.items, groups.len * sizeof(*kept));
	*out = kept;
	*count = groups.len;
	vec_release(&groups);
	free(list);
	free(spare);
}

bool similar_to(struct similar *similar, struct arena *arena, int64_t sample, double least, struct similar_group *out)
{
	VEC_OF(struct similar_member) members = VEC_INIT;
	struct similar_member *list;
	uint32_t own = UINT32_MAX;

	vec_reserve(&members, 1);

	for (uint32_t i = 0; i < similar->bodies.len && own == UINT32_MAX; i++)
		for (uint32_t m = similar->bodies.items[i].first; m != UINT32_MAX; m = similar->members.items[m].next)
			if (similar->members.items[m].sample == sample)
				own = i;
	*out = (struct similar_group){ .count = 0 };
	if (own == UINT32_MAX) {
		vec_release(&members);
		return false;
	}
	for (uint32_t i = 0; i < similar->bodies.len; i++) {
		const struct similar_signature *a = &similar->signatures.items[own], *b = &similar->signatures.items[i];
		if (i != own && a->normalised != b->normalised && (a->is_short || b->is_short || similar_estimate(a, b) < least))
			continue;
		vec_reserve(&members, similar->bodies.items[i].samples);
		members.len += add_members(similar, i, own, members.items + members.len, out);
	}
	qsort(members.items, members.len, sizeof(*members.items), by_likeness);
	for (size_t i = 1; i < members.len; i++) /* the one asked for comes first */
		if (members.items[i].sample == sample) {
			struct similar_member asked = members.items[i];
			memmove(members.items + 1, members.items, i * sizeof(*members.items));
			members.items[0] = asked;
		}
	list = arena_array(arena, members.len, sizeof(*list));
	memcpy(list, members.items, members.len * sizeof(*list));
	out->members = list;
	out->count = members.len;
	vec_release(&members);
	return true;
}
