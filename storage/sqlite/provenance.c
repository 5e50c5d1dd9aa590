/*
 * How samples came to be, during an import. What many share is stored as sets of
 * attributes, once each. What only this sample has would make each set a new one: when
 * most sets of a file are new, the key with the most values is taken out of them, and its
 * values are kept with the samples from then on (own.h). Which keys those are follows from
 * the file alone, and reading puts both together again.
 */
#include <string.h>

#include "storage/sqlite/own.h"
#include "storage/sqlite/import.h"

/* So many sets that had to be made since the last look, and fewer samples than that for each:
 * it is looked for a key to take out. */
#define SETS_NEW_MAX 512
#define SAMPLES_PER_SET 4
/* It is one whose values have fewer samples than this each: to filter by one that many share
 * is worth an index. Unless sets keep being new even so, many keys making few values many. */
#define SAMPLES_PER_VALUE 8
#define SETS_MAX 16384
/* More keys than this in one file, and the further ones are kept with the samples. */
#define KEYS_MAX ((size_t)512)

/* ---- keys ---------------------------------------------------------------------------- */

/* NULL: there are too many. */
static struct provenance_key *key_of(struct importing *import, const char *text)
{
	struct slice name = slice_of(text);
	uint64_t hash = name_hash(import, name);
	size_t number = (size_t)name_find(&import->keys, name, hash);

	if (number == 0) {
		if (import->provenance_keys.len == KEYS_MAX)
			return NULL;
		number = import->provenance_keys.len + 1;
		name_remember(import, &import->keys, name, hash, (int64_t)number);
		if (name_find(&import->keys, name, hash) == 0)
			return NULL;
		vec_push(&import->provenance_keys, ((struct provenance_key){ arena_strdup(&import->names, text), 0, 0 }));
	}
	return &import->provenance_keys.items[number - 1];
}

static enum status own_key_id(struct sqlite_store *db, const char *text, int64_t *id, struct error *err)
{
	enum status status = own_key_find(db, text, id, err);

	if (status == STATUS_OK && *id == 0)
		status = sql_insert(db, SQL_OWN_KEY_ADD, id, err, SQL_TEXT(text));
	return status;
}

static enum status take_out_a_key(struct sqlite_store *db, struct error *err)
{
	struct importing *import = db->import;
	struct provenance_key *most = NULL;

	for (size_t i = 0; i < import->provenance_keys.len; i++) {
		struct provenance_key *key = &import->provenance_keys.items[i];
		if (!key->own && key->values > (most ? most->values : 1))
			most = key;
	}
	import->sets_new = import->sets_asked = 0;
	if (!most || ((int64_t)most->values < import->samples_asked / SAMPLES_PER_VALUE && import->sets < SETS_MAX))
		return STATUS_OK;
	return own_key_id(db, most->text, &most->own, err);
}

static enum status add_own(struct sqlite_store *db, const struct provenance_key *key, const struct sample *sample,
			   size_t at, struct error *err)
{
	const struct provenance *given = &sample->provenance[at];
	int64_t id = key ? key->own : 0;
	enum status status = key ? STATUS_OK : own_key_id(db, given->key, &id, err);

	if (status == STATUS_OK)
		own_add(&db->import->own,
			&(struct own_item){ at, (uint64_t)id, given->certainty, slice_of(given->value) });
	return status;
}

/* ---- sets ------------------------------------------------------------------------------ */

/* One of the set at hand; items are compared as bytes. */
struct item {
	int64_t attribute, certainty;
};

static enum status attribute_id(struct sqlite_store *db, struct provenance_key *key, const char *value, int64_t *id,
				struct error *err)
{
	struct importing *import = db->import;
	/* The value behind the number of its key. */
	uint16_t number = (uint16_t)(key - import->provenance_keys.items);
	size_t len = strlen(value);
	bool found = false;

	arena_clear(&import->scratch);
	char *joined = arena_alloc(&import->scratch, sizeof(number) + len);
	memcpy(joined, &number, sizeof(number));
	memcpy(joined + sizeof(number), value, len);
	struct slice name = { joined, sizeof(number) + len };
	uint64_t hash = name_hash(import, name);
	if ((*id = name_find(&import->attributes, name, hash)) != 0)
		return STATUS_OK;
	key->values++;
	enum status status = sql_number(db, SQL_ATTRIBUTE_FIND, id, &found, err, SQL_TEXT(key->text), SQL_TEXT(value));
	if (status == STATUS_OK && !found)
		status = sql_insert(db, SQL_ATTRIBUTE_ADD, id, err, SQL_TEXT(key->text), SQL_TEXT(value));
	if (status == STATUS_OK)
		name_remember(import, &import->attributes, name, hash, *id);
	return status;
}

/* All values of a key are on one side, so that the first of all is the first here. */
static bool is_shadowed(const struct sample *sample, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(sample->provenance[i].key, sample->provenance[at].key) == 0)
			return true;
	return false;
}

static struct digest digest_items(struct slice items)
{
	struct digest_builder *builder = digest_begin();

	for (size_t at = 0; at < items.len_bytes; at += sizeof(int64_t)) {
		int64_t number;
		memcpy(&number, items.at + at, sizeof(number));
		digest_number(builder, number);
	}
	return digest_end(builder);
}

static bool is_own(struct importing *import, const char *text)
{
	const struct provenance_key *key = key_of(import, text);

	return !key || key->own;
}

static enum status add_set(struct sqlite_store *db, const struct sample *sample, struct slice items,
			   const struct digest *digest, int64_t *id, struct error *err)
{
	enum status status = sql_insert(db, SQL_PROVENANCE_ADD, id, err, SQL_DIGEST(digest));
	int64_t number = 0;

	for (size_t i = 0; i < sample->provenance_count && status == STATUS_OK; i++) {
		struct item item;
		if (is_own(db->import, sample->provenance[i].key))
			continue;
		memcpy(&item, items.at + (size_t)number * sizeof(item), sizeof(item));
		status = sql_run(db, SQL_PROVENANCE_ITEM_ADD, err, SQL_INT(*id), SQL_INT(++number),
				 SQL_INT(item.attribute), SQL_INT(item.certainty), SQL_INT(is_shadowed(sample, i)));
	}
	return status;
}

static enum status set_id(struct sqlite_store *db, const struct sample *sample, struct slice items, int64_t *id,
			  struct error *err)
{
	struct importing *import = db->import;
	uint64_t hash = name_hash(import, items);
	bool found = false;

	import->sets_asked++;
	import->samples_asked++;
	if ((*id = name_find(&import->provenances, items, hash)) != 0)
		return STATUS_OK;
	struct digest digest = digest_items(items);
	enum status status = sql_number(db, SQL_PROVENANCE_FIND, id, &found, err, SQL_DIGEST(&digest));
	if (status == STATUS_OK && !found)
		status = add_set(db, sample, items, &digest, id, err);
	if (status != STATUS_OK)
		return status;
	name_remember(import, &import->provenances, items, hash, *id);
	import->sets_new += !found;
	import->sets += !found;
	if (import->sets_new >= SETS_NEW_MAX && import->sets_new * SAMPLES_PER_SET > import->sets_asked)
		return take_out_a_key(db, err);
	return STATUS_OK;
}

enum status provenance_id(struct sqlite_store *db, const struct sample *sample, int64_t *id, struct error *err)
{
	struct importing *import = db->import;
	enum status status = STATUS_OK;

	*id = 0;
	strbuf_clear(&import->items);
	strbuf_clear(&import->own);
	for (size_t i = 0; i < sample->provenance_count && status == STATUS_OK; i++) {
		const struct provenance *given = &sample->provenance[i];
		struct provenance_key *key = key_of(import, given->key);
		if (!key || key->own) {
			status = add_own(db, key, sample, i, err);
			continue;
		}
		struct item item = { 0, (int64_t)given->certainty };
		status = attribute_id(db, key, given->value, &item.attribute, err);
		strbuf_add(&import->items, (const char *)&item, sizeof(item));
	}
	if (status != STATUS_OK || import->items.len_bytes == 0)
		return status;
	return set_id(db, sample, strbuf_slice(&import->items), id, err);
}
