/* Names and bodies during an import: in memory first, then in the store. */
#include <string.h>

#include "storage/sqlite/import.h"

/* Names in memory are bounded: sessions of a hostile file must not fill it. */
#define NAMES_MAX ((size_t)1 << 17)
#define NAME_BYTES_MAX 512

/* FNV-1a, 64 bit; spread is all that is asked of it. */
static uint64_t hash_of(struct slice name)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < name.len_bytes; i++)
		hash = (hash ^ (unsigned char)name.at[i]) * 1099511628211u;
	return hash;
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

static int64_t remembered(const struct name_table *table, struct slice name, uint64_t hash)
{
	return table->capacity ? slot_of(table, name, hash)->id : 0;
}

static void remember(struct importing *import, struct name_table *table, struct slice name, uint64_t hash, int64_t id)
{
	if (table->len >= NAMES_MAX || name.len_bytes > NAME_BYTES_MAX)
		return;
	if ((table->len + 1) * 2 > table->capacity)
		grow(table);
	*slot_of(table, name, hash) = (struct name_slot){ arena_slice(&import->names, name), hash, id };
	table->len++;
}

void names_release(struct importing *import)
{
	free(import->words.slots);
	free(import->attributes.slots);
	free(import->provenances.slots);
	strbuf_release(&import->items);
	for (size_t i = 0; i < import->index_sql.len; i++)
		free(import->index_sql.items[i]);
	vec_release(&import->index_sql);
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
	hash = hash_of(name);
	if ((*id = remembered(&import->words, name, hash)) != 0)
		return STATUS_OK;
	status = sql_number(db, SQL_WORD_FIND, id, &found, err, SQL_TEXT(text));
	if (status == STATUS_OK && !found)
		status = sql_number(db, SQL_WORD_ADD, id, NULL, err, SQL_TEXT(text));
	if (status == STATUS_OK)
		remember(import, &import->words, name, hash, *id);
	return status;
}

static enum status attribute_id(struct sqlite_store *db, const char *key, const char *value, int64_t *id, struct error *err)
{
	struct importing *import = db->import;
	char joined[NAME_BYTES_MAX + 2];
	size_t key_len = strlen(key), value_len = strlen(value);
	bool keep = key_len + value_len + 1 <= NAME_BYTES_MAX, found = false;
	struct slice name = { joined, key_len + value_len + 1 };
	uint64_t hash = 0;
	enum status status;

	if (keep) {
		memcpy(joined, key, key_len + 1);
		memcpy(joined + key_len + 1, value, value_len);
		hash = hash_of(name);
		if ((*id = remembered(&import->attributes, name, hash)) != 0)
			return STATUS_OK;
	}
	status = sql_number(db, SQL_ATTRIBUTE_FIND, id, &found, err, SQL_TEXT(key), SQL_TEXT(value));
	if (status == STATUS_OK && !found)
		status = sql_number(db, SQL_ATTRIBUTE_ADD, id, NULL, err, SQL_TEXT(key), SQL_TEXT(value));
	if (status == STATUS_OK && keep)
		remember(import, &import->attributes, name, hash, *id);
	return status;
}

static bool is_shadowed(const struct sample *sample, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(sample->provenance[i].key, sample->provenance[at].key) == 0)
			return true;
	return false;
}

/* `items` holds two numbers for each: the attribute's id and the certainty. */
static enum status add_provenance(struct sqlite_store *db, const struct sample *sample, struct slice items,
				  const struct digest *digest, int64_t *id, struct error *err)
{
	enum status status = sql_number(db, SQL_PROVENANCE_ADD, id, NULL, err, SQL_DIGEST(digest));

	for (size_t i = 0; i < sample->provenance_count && status == STATUS_OK; i++) {
		int64_t item[2];
		memcpy(item, items.at + i * sizeof(item), sizeof(item));
		status = sql_run(db, SQL_PROVENANCE_ITEM_ADD, err, SQL_INT(*id), SQL_INT((int64_t)i + 1),
				 SQL_INT(item[0]), SQL_INT(item[1]), SQL_INT(is_shadowed(sample, i)));
	}
	return status;
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

enum status provenance_id(struct sqlite_store *db, const struct sample *sample, int64_t *id, struct error *err)
{
	struct importing *import = db->import;
	struct slice name;
	struct digest digest;
	bool found = false;
	uint64_t hash;
	enum status status = STATUS_OK;

	*id = 0;
	if (!sample->provenance_count)
		return STATUS_OK;
	strbuf_clear(&import->items);
	for (size_t i = 0; i < sample->provenance_count; i++) {
		int64_t item[2] = { 0, (int64_t)sample->provenance[i].certainty };
		status = attribute_id(db, sample->provenance[i].key, sample->provenance[i].value, &item[0], err);
		if (status != STATUS_OK)
			return status;
		strbuf_add(&import->items, (const char *)item, sizeof(item));
	}
	name = strbuf_slice(&import->items);
	hash = hash_of(name);
	if ((*id = remembered(&import->provenances, name, hash)) != 0)
		return STATUS_OK;
	digest = digest_items(name);
	status = sql_number(db, SQL_PROVENANCE_FIND, id, &found, err, SQL_DIGEST(&digest));
	if (status == STATUS_OK && !found)
		status = add_provenance(db, sample, name, &digest, id, err);
	if (status == STATUS_OK)
		remember(import, &import->provenances, name, hash, *id);
	return status;
}

enum status body_id(struct sqlite_store *db, struct slice bytes, int64_t *id, struct error *err)
{
	struct digest digest;
	int64_t before;
	enum status status;

	*id = 0;
	if (!bytes.at)
		return STATUS_OK;
	digest = digest_of(bytes);
	/* Most bodies are new: so first tried as one, which is one look-up. */
	before = sqlite3_total_changes64(db->handle);
	status = sql_run(db, SQL_BODY_ADD, err, SQL_INT(db->import->last_body + 1), SQL_DIGEST(&digest),
			 SQL_INT((int64_t)bytes.len_bytes), SQL_BLOB(bytes.at, bytes.len_bytes));
	if (status != STATUS_OK)
		return status;
	if (sqlite3_total_changes64(db->handle) != before) {
		*id = ++db->import->last_body;
		return STATUS_OK;
	}
	return sql_number(db, SQL_BODY_FIND, id, NULL, err, SQL_DIGEST(&digest));
}

/* ---- indexes -------------------------------------------------------------------------- */

static enum status execute(struct sqlite_store *db, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

/* Their texts come from the schema itself, so that there is one truth. */
enum status indexes_drop(struct sqlite_store *db, struct error *err)
{
	VEC_OF(char *) drops = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_BULK_INDEXES);
	enum status status;

	while (sql_next(db, stmt)) {
		char *drop = sqlite3_mprintf("DROP INDEX \"%w\"", sqlite3_column_text(stmt, 0));
		const unsigned char *sql = sqlite3_column_text(stmt, 1);
		if (drop && sql) {
			vec_push(&drops, drop);
			vec_push(&db->import->index_sql, mem_strdup((const char *)sql));
		}
	}
	status = sql_end(db, stmt, err);
	for (size_t i = 0; i < drops.len; i++) {
		if (status == STATUS_OK)
			status = execute(db, drops.items[i], err);
		sqlite3_free(drops.items[i]);
	}
	vec_release(&drops);
	return status;
}

enum status indexes_make(struct sqlite_store *db, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < db->import->index_sql.len && status == STATUS_OK; i++)
		status = execute(db, db->import->index_sql.items[i], err);
	return status;
}
