/* Which digests are in the store, while all of them fit in memory: 8 bytes each. */
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/import.h"

#define FIRST_BITS 12u
#define MOST_BITS 22u /* 32 MiB: 3.1 million digests */

/* Digests are random, unless somebody searched for some that fall together: hence the
 * seed. Multiplying by an odd number loses nothing; the upper half is mixed best. */
static uint32_t tag_of(uint64_t seed, const struct digest *digest)
{
	uint64_t bits;

	memcpy(&bits, digest->bytes, sizeof(bits));
	return (uint32_t)((bits * (seed | 1)) >> 32);
}

static size_t home(const struct seen *seen, uint32_t tag)
{
	return tag >> (32 - seen->bits);
}

void seen_init(struct seen *seen, bool complete)
{
	*seen = (struct seen){ .bits = FIRST_BITS, .bits_max = MOST_BITS, .complete = complete };
	if (complete)
		seen->slots = mem_zalloc((size_t)1 << seen->bits, sizeof(*seen->slots));
}

void seen_release(struct seen *seen)
{
	free(seen->slots);
	*seen = (struct seen){ .complete = false };
}

static void put(struct seen *seen, struct seen_slot slot)
{
	size_t mask = ((size_t)1 << seen->bits) - 1, at = home(seen, slot.tag);

	while (seen->slots[at].id)
		at = (at + 1) & mask;
	seen->slots[at] = slot;
}

/* In steps of four: the old slots and the new ones are in memory together. */
static void grow(struct seen *seen)
{
	struct seen larger = { .len = seen->len, .bits = seen->bits + 2, .bits_max = seen->bits_max, .complete = true };

	larger.slots = mem_zalloc((size_t)1 << larger.bits, sizeof(*larger.slots));
	for (size_t i = 0; i < (size_t)1 << seen->bits; i++)
		if (seen->slots[i].id)
			put(&larger, seen->slots[i]);
	free(seen->slots);
	*seen = larger;
}

bool seen_add(struct seen *seen, uint64_t seed, const struct digest *digest, int64_t id)
{
	size_t capacity = (size_t)1 << seen->bits;

	if (seen->len >= capacity / 4 * 3) {
		if (seen->bits + 2 > seen->bits_max) {
			seen_release(seen);
			return false;
		}
		grow(seen);
	}
	put(seen, (struct seen_slot){ tag_of(seed, digest), (uint32_t)id });
	seen->len++;
	return true;
}

int64_t seen_next(const struct seen *seen, uint64_t seed, const struct digest *digest, size_t *at)
{
	uint32_t tag = tag_of(seed, digest);
	size_t mask = ((size_t)1 << seen->bits) - 1;

	for (;; ++*at) {
		const struct seen_slot *slot = &seen->slots[(home(seen, tag) + *at) & mask];
		if (!slot->id)
			return 0;
		if (slot->tag == tag) {
			++*at;
			return slot->id;
		}
	}
}
