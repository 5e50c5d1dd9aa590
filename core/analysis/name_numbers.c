#include "core/analysis/name_numbers.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static uint64_t hash_of(const char *name)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 1099511628211u;
	return hash ^ hash >> 32;
}

static uint32_t *slot_of(const struct name_numbers *names, const char *name)
{
	size_t at = hash_of(name) & (names->slot_count - 1);

	while (names->slots[at] && strcmp(names->list[names->slots[at] - 1], name) != 0)
		at = (at + 1) & (names->slot_count - 1);
	return &names->slots[at];
}

static void grow(struct name_numbers *names)
{
	free(names->slots);
	names->slot_count = names->slot_count ? names->slot_count * 2 : 64;
	names->slots = mem_zalloc(names->slot_count, sizeof(*names->slots));
	names->list = mem_realloc(names->list, names->slot_count, sizeof(*names->list));
	for (size_t i = 0; i < names->count; i++)
		*slot_of(names, names->list[i]) = (uint32_t)i + 1;
}

uint32_t name_number(struct name_numbers *names, const char *name)
{
	uint32_t *slot;

	if (names->count * 2 >= names->slot_count)
		grow(names);
	slot = slot_of(names, name);
	if (!*slot) {
		names->list[names->count++] = arena_strdup(names->arena, name);
		*slot = (uint32_t)names->count;
	}
	return *slot - 1;
}

struct named {
	const char *name;
	uint32_t number;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

const char *const *name_numbers_in_order(const struct name_numbers *names, uint32_t *numbers, size_t count)
{
	struct named *sorted = mem_zalloc(names->count + 1, sizeof(*sorted));
	uint32_t *place = mem_zalloc(names->count + 1, sizeof(*place));
	const char **result = arena_array(names->arena, names->count, sizeof(*result));

	for (size_t i = 0; i < names->count; i++)
		sorted[i] = (struct named){ names->list[i], (uint32_t)i };
	qsort(sorted, names->count, sizeof(*sorted), by_name);
	for (size_t i = 0; i < names->count; i++) {
		result[i] = sorted[i].name;
		place[sorted[i].number] = (uint32_t)i;
	}
	for (size_t i = 0; i < count; i++)
		numbers[i] = place[numbers[i]];
	free(sorted);
	free(place);
	return result;
}

void name_numbers_release(struct name_numbers *names)
{
	free(names->list);
	free(names->slots);
	*names = (struct name_numbers)NAME_NUMBERS_INIT(names->arena);
}
