/* Which digests are in the store, while all of them fit in memory: 8 bytes each, 11 with the
 * free slots between. In parts that grow by themselves, so that the old slots and the new
 * ones of but one part are in memory together. */
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/import.h"

#define PART_BITS 8 /* of SEEN_PARTS */

/* Digests are random, unless somebody searched for some that fall together: hence the
 * seed. Multiplying by an odd number loses nothing; the upper half is mixed best. */
static uint32_t tag_of(uint64_t seed, const struct digest *digest)
{
	uint64_t bits;

	memcpy(&bits, digest->bytes, sizeof(bits));
	return (uint32_t)((bits * (seed | 1)) >> 32);
}

/* The upper bits choose the part, the others the place in it, whatever its size. */
static size_t part_of(uint32_t tag)
{
	return tag >> (32 - PART_BITS);
}

static size_t home(const struct seen_part *part, uint32_t tag)
{
	return (size_t)(((uint64_t)(uint32_t)(tag << PART_BITS) * part->capacity) >> 32);
}

void seen_init(struct seen *seen, bool complete, size_t len_max)
{
	memset(seen, 0, sizeof(*seen));
	seen->complete = complete;
	seen->len_max = len_max;
}

void seen_release(struct seen *seen)
{
	for (size_t i = 0; i < SEEN_PARTS; i++)
		free(seen->parts[i].slots);
	memset(seen, 0, sizeof(*seen));
}

static void put(struct seen_part *part, struct seen_slot slot)
{
	size_t at = home(part, slot.tag);

	while (part->slots[at].id)
		at = at + 1 < part->capacity ? at + 1 : 0;
	part->slots[at] = slot;
	part->len++;
}

static void grow(struct seen_part *part)
{
	struct seen_part larger = { .capacity = part->capacity / 2 * 3 + 16 };

	larger.slots = mem_zalloc(larger.capacity, sizeof(*larger.slots));
	for (size_t i = 0; i < part->capacity; i++)
		if (part->slots[i].id)
			put(&larger, part->slots[i]);
	free(part->slots);
	*part = larger;
}

bool seen_add(struct seen *seen, uint64_t seed, const struct digest *digest, int64_t id)
{
	uint32_t tag = tag_of(seed, digest);
	struct seen_part *part = &seen->parts[part_of(tag)];

	if (seen->len == seen->len_max) {
		seen_release(seen);
		return false;
	}
	if (part->len >= part->capacity / 4 * 3)
		grow(part);
	put(part, (struct seen_slot){ tag, (uint32_t)id });
	seen->len++;
	return true;
}

int64_t seen_next(const struct seen *seen, uint64_t seed, const struct digest *digest, size_t *at)
{
	uint32_t tag = tag_of(seed, digest);
	const struct seen_part *part = &seen->parts[part_of(tag)];

	if (part->capacity == 0)
		return 0;
	for (;; ++*at) {
		const struct seen_slot *slot = &part->slots[(home(part, tag) + *at) % part->capacity];
		if (!slot->id)
			return 0;
		if (slot->tag == tag) {
			++*at;
			return slot->id;
		}
	}
}
