/* Names during an import: in memory first, then in the store. */
#include <string.h>

#include "storage/sqlite/import.h"

/* Of all tables and their names together, about: names of a hostile file must not fill
 * memory, and those of others come early. */
#define NAMES_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define NAME_BYTES_MAX 1024

/* FNV-1a, 64 bit. Names that fall together cannot be looked for without the seed. */
uint64_t name_hash(const struct importing *import, struct slice name)
{
	uint64_t hash = 14695981039346656037u ^ import->seed;

	for (size_t i = 0; i < name.len_bytes; i++)
		hash = (hash ^ (unsigned char)name.at[i]) * 1099511628211u;
	return hash ^ hash >> 32;
}

static struct name_slot *slot_of(const struct name_table *table, struct slice name, uint64_t hash)
{
	size_t at = (size_t)hash & (table->capacity - 1);

	while (table->slots[at].id &&
	       (table->slots[at].hash != hash || !slice_eq(table->slots[at].name, name)))
		at = (at + 1) & (table->capacity - 1);
	return &table->slots[at];
}

static void grow(struct name_table *table)
{
	struct name_table larger = { .capacity = table->capacity ? table->capacity * 2 : 256, .len = table->len };

	larger.slots = mem_zalloc(larger.capacity, sizeof(*larger.slots));
	for (size_t i = 0; i < table->capacity; i++)
		if (table->slots[i].id)
			*slot_of(&larger, table->slots[i].name, table->slots[i].hash) = table->slots[i];
	free(table->slots);
	*table = larger;
}

int64_t name_find(const struct name_table *table, struct slice name, uint64_t hash)
{
	return table->capacity ? slot_of(table, name, hash)->id : 0;
}

void name_remember(struct importing *import, struct name_table *table, struct slice name, uint64_t hash, int64_t id)
{
	/* A slot in use comes with one or more that are free. */
	size_t bytes = name.len_bytes + 3 * sizeof(struct name_slot);

	if (import->names_bytes + bytes > NAMES_BYTES_MAX || name.len_bytes > NAME_BYTES_MAX)
		return;
	import->names_bytes += bytes;
	if ((table->len + 1) * 2 > table->capacity)
		grow(table);
	*slot_of(table, name, hash) = (struct name_slot){ arena_slice(&import->names, name), hash, id };
	table->len++;
}

void names_release(struct importing *import)
{
	free(import->words.slots);
	free(import->keys.slots);
	free(import->attributes.slots);
	free(import->provenances.slots);
	vec_release(&import->provenance_keys);
	strbuf_release(&import->items);
	strbuf_release(&import->own);
	arena_release(&import->names);
}

enum status word_id(struct sqlite_store *db, const char *text, int64_t *id, struct error *err)
{
	struct importing *import = db->import;
	struct slice name = slice_of(text);
	bool found = false;
	uint64_t hash;
	enum status status;

	*id = 0;
	if (!text)
		return STATUS_OK;
	hash = name_hash(import, name);
	if ((*id = name_find(&import->words, name, hash)) != 0)
		return STATUS_OK;
	status = sql_number(db, SQL_WORD_FIND, id, &found, err, SQL_TEXT(text));
	if (status == STATUS_OK && !found)
		status = sql_insert(db, SQL_WORD_ADD, id, err, SQL_TEXT(text));
	if (status == STATUS_OK)
		name_remember(import, &import->words, name, hash, *id);
	return status;
}
