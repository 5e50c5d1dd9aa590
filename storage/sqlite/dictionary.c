#include "storage/sqlite/dictionary.h"

#include <stdlib.h>
#include <string.h>

void dictionary_init(struct dictionary *dictionary)
{
	*dictionary = (struct dictionary){ .slot_count = 256 };
	arena_init(&dictionary->arena);
	dictionary->slots = mem_zalloc(dictionary->slot_count, sizeof(*dictionary->slots));
	for (uint32_t i = 0; i < DICTIONARY_FIRST; i++) {
		struct dictionary_entry entry = { .key_len = 0 };
		entry.subject.sample = arena_alloc(&dictionary->arena, sizeof(struct sample));
		vec_push(&dictionary->entries, entry);
	}
}

void dictionary_release(struct dictionary *dictionary)
{
	free(dictionary->slots);
	vec_release(&dictionary->entries);
	arena_release(&dictionary->arena);
	*dictionary = (struct dictionary){ .slot_count = 0 };
}

/* Multiplication carries a bit upwards alone, so the high half is mixed down each time. */
static uint64_t hash_of(const int64_t *key, size_t key_len)
{
	uint64_t hash = key_len;

	for (size_t i = 0; i < key_len; i++) {
		hash = (hash ^ (uint64_t)key[i]) * 0x9e3779b97f4a7c15u; /* 2^64 by the golden ratio */
		hash ^= hash >> 32;
	}
	return hash;
}

/* Keys are of a few numbers: a call of memcmp() would take longer. */
static bool is_key(const struct dictionary_entry *entry, const int64_t *key, size_t key_len)
{
	if (entry->key_len != key_len)
		return false;
	for (size_t i = 0; i < key_len; i++)
		if (entry->key[i] != key[i])
			return false;
	return true;
}

static uint32_t *slot_of(const struct dictionary *dictionary, const int64_t *key, size_t key_len)
{
	size_t at = (size_t)hash_of(key, key_len) & (dictionary->slot_count - 1);

	for (;; at = (at + 1) & (dictionary->slot_count - 1)) {
		uint32_t id = dictionary->slots[at];
		if (!id || is_key(&dictionary->entries.items[id], key, key_len))
			return &dictionary->slots[at];
	}
}

static void grow(struct dictionary *dictionary)
{
	free(dictionary->slots);
	dictionary->slot_count *= 2;
	dictionary->slots = mem_zalloc(dictionary->slot_count, sizeof(*dictionary->slots));
	for (uint32_t id = DICTIONARY_FIRST; id < dictionary->entries.len; id++) {
		const struct dictionary_entry *entry = &dictionary->entries.items[id];
		*slot_of(dictionary, entry->key, entry->key_len) = id;
	}
}

uint32_t dictionary_put(struct dictionary *dictionary, const int64_t *key, size_t key_len, bool *is_new)
{
	struct dictionary_entry entry = { .key_len = key_len };
	uint32_t *slot, id = dictionary->last;
	int64_t *copy;

	*is_new = false;
	/* Neighbours are of one day and one import. */
	if (id && is_key(&dictionary->entries.items[id], key, key_len))
		return id;
	slot = slot_of(dictionary, key, key_len);
	id = *slot;
	if (id)
		return dictionary->last = id;
	if (dictionary->entries.len == DICTIONARY_MAX)
		return DICTIONARY_OTHERS;
	copy = arena_array(&dictionary->arena, key_len, sizeof(*copy));
	if (key_len)
		memcpy(copy, key, key_len * sizeof(*copy));
	entry.key = copy;
	entry.subject.sample = arena_alloc(&dictionary->arena, sizeof(struct sample));
	id = (uint32_t)dictionary->entries.len;
	*slot = id;
	vec_push(&dictionary->entries, entry);
	if (dictionary->entries.len * 2 > dictionary->slot_count)
		grow(dictionary);
	*is_new = true;
	return dictionary->last = id;
}
