/* Cross tables from columns: each entry of a dictionary is looked at once, then rows are counted. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/columns.h"

/* Up to so many combinations are counted in an array (16 MiB), more in the builder's hash table. Samples are numbered by 32 bits
 * in the columns, so none can have more. */
#define DENSE_MAX ((uint64_t)4 << 20)

/* What the entries of one column say, each different saying once. */
struct side {
	enum column column;
	uint32_t *of_entry;   /* its saying, by entry */
	uint32_t *cells;      /* of each saying, `width` of them */
	uint32_t *slots;      /* hash table over sayings: number + 1 */
	size_t slot_count;
	size_t sayings, width;
	size_t keys[TABLE_KEYS_MAX];      /* which keys of the table they are */
};

static enum column column_of(const struct table_key *key)
{
	if (key->provenance)
		return COLUMN_ORIGIN;
	switch (key->facet) {
	case FACET_LEVEL: return COLUMN_FLAGS;
	case FACET_DAY: return COLUMN_DAY;
	case FACET_BATCH: return COLUMN_BATCH;
	default: return COLUMN_STATE;
	}
}

static uint32_t saying_of(struct side *side, const uint32_t *cells)
{
	uint64_t hash = 0;
	size_t at;

	for (size_t i = 0; i < side->width; i++)
		hash = (hash ^ cells[i]) * 0x9e3779b97f4a7c15u, hash ^= hash >> 31;
	at = hash & (side->slot_count - 1);
	while (side->slots[at] &&
	       memcmp(side->cells + (side->slots[at] - 1) * side->width, cells, side->width * sizeof(*cells)) != 0)
		at = (at + 1) & (side->slot_count - 1);
	if (!side->slots[at]) {
		memcpy(side->cells + side->sayings * side->width, cells, side->width * sizeof(*cells));
		side->slots[at] = (uint32_t)++side->sayings;
	}
	return side->slots[at] - 1;
}

static void side_fill(const struct columns *columns, const struct table_key *keys, struct table_builder *builder,
		      struct side *side)
{
	const struct dictionary *dictionary = &columns->dictionaries[side->column];
	size_t count = dictionary->entries.len;
	struct arena scratch = ARENA_INIT;

	side->of_entry = mem_zalloc(count + 1, sizeof(*side->of_entry));
	side->cells = mem_zalloc((count + 1) * side->width, sizeof(*side->cells));
	for (side->slot_count = 64; side->slot_count < count * 2;)
		side->slot_count *= 2;
	side->slots = mem_zalloc(side->slot_count, sizeof(*side->slots));
	for (size_t i = DICTIONARY_FIRST; i < count; i++) {
		uint32_t cells[TABLE_KEYS_MAX];
		if (!dictionary->entries.items[i].rows)
			continue;
		for (size_t k = 0; k < side->width; k++)
			cells[k] = table_builder_value(builder, side->keys[k],
						       table_value_of(&scratch, &dictionary->entries.items[i].subject,
								      &keys[side->keys[k]]));
		side->of_entry[i] = saying_of(side, cells);
		arena_clear(&scratch);
	}
	if (!side->sayings) /* of nobody: never asked for */
		side->sayings = 1;
	arena_release(&scratch);
}

static void add_sides(struct table_builder *builder, const struct side *sides, size_t side_count, uint64_t combination,
		      int64_t count)
{
	uint32_t cells[TABLE_KEYS_MAX] = { 0 };

	for (size_t s = 0; s < side_count; s++) {
		uint64_t sayings = sides[s].sayings ? sides[s].sayings : 1; /* never none: for the analyser */
		size_t saying = (size_t)(combination % sayings);
		combination /= sayings;
		for (size_t k = 0; k < sides[s].width; k++)
			cells[sides[s].keys[k]] = sides[s].cells[saying * sides[s].width + k];
	}
	table_builder_add(builder, cells, count);
}

/* A sample whose entry was one too many for a dictionary: read by itself. */
static enum status add_sample(struct sqlite_store *db, const struct table_key *keys, size_t key_count, int64_t id,
			      struct table_builder *builder, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct query_subject subject = { .sample = NULL };
	struct sample *sample;
	uint32_t cells[TABLE_KEYS_MAX] = { 0 };
	enum status status = db_sample_get(&db->base, &scratch, id, &sample, err);

	subject.sample = status == STATUS_OK ? sample : NULL;
	for (size_t k = 0; k < key_count && status == STATUS_OK; k++)
		cells[k] = table_builder_value(builder, k, table_value_of(&scratch, &subject, &keys[k]));
	if (status == STATUS_OK)
		table_builder_add(builder, cells, 1);
	arena_release(&scratch);
	return status;
}

static bool is_cancelled(const atomic_bool *cancel)
{
	return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static enum status count_rows(struct sqlite_store *db, const struct columns *columns, const struct table_key *keys,
			      size_t key_count, const struct side *sides, size_t side_count,
			      struct table_builder *builder, const atomic_bool *cancel, struct error *err)
{
	uint64_t combinations = 1;
	uint32_t *dense = NULL;
	enum status status = STATUS_OK;

	for (size_t s = 0; s < side_count; s++)
		if (__builtin_mul_overflow(combinations, sides[s].sayings ? sides[s].sayings : 1, &combinations))
			return error_set(err, STATUS_REFUSED, "these keys have too many combinations to be counted");
	if (combinations <= DENSE_MAX)
		dense = mem_zalloc((size_t)combinations, sizeof(*dense));
	for (size_t at = 0; at < columns->capacity && status == STATUS_OK; at += 64) {
		if (is_cancelled(cancel))
			status = error_set(err, STATUS_CANCELLED, "not counted to the end");
		for (uint64_t word = columns->hits.bits[at / 64]; word && status == STATUS_OK; word &= word - 1) {
			size_t id = at + (size_t)__builtin_ctzll(word);
			uint64_t combination = 0, scale = 1;
			bool known = true;
			for (size_t s = 0; s < side_count; s++) {
				uint16_t entry = columns->of[sides[s].column][id];
				known = known && entry != DICTIONARY_OTHERS;
				combination += scale * sides[s].of_entry[entry];
				scale *= sides[s].sayings;
			}
			if (!known)
				status = add_sample(db, keys, key_count, (int64_t)id, builder, err);
			else if (dense)
				dense[combination]++;
			else
				add_sides(builder, sides, side_count, combination, 1);
		}
	}
	for (uint64_t i = 0; dense && i < combinations && status == STATUS_OK; i++)
		if (dense[i])
			add_sides(builder, sides, side_count, i, dense[i]);
	free(dense);
	return status;
}

/* Adds to *count keys those of the provenance, in the order in which they are met. */
static void add_origins(const struct columns *columns, struct table_key *keys, size_t *count)
{
	const struct dictionary *origins = &columns->dictionaries[COLUMN_ORIGIN];

	for (size_t i = DICTIONARY_FIRST; i < origins->entries.len; i++) {
		const struct sample *sample = origins->entries.items[i].subject.sample;
		for (size_t p = 0; origins->entries.items[i].rows && p < sample->provenance_count; p++) {
			bool known = *count == TABLE_KEYS_MAX;
			for (size_t k = 0; k < *count && !known; k++)
				known = keys[k].provenance && strcmp(keys[k].provenance, sample->provenance[p].key) == 0;
			if (!known)
				keys[(*count)++] = (struct table_key){ .provenance = sample->provenance[p].key };
		}
	}
}

/* Whether samples have values of it that are in no dictionary. */
static bool is_own(const struct columns *columns, const char *key)
{
	for (size_t i = 0; i < columns->own_keys.len; i++)
		if (strcmp(columns->own_keys.items[i], key) == 0)
			return true;
	return false;
}

/* Takes out of keys `first` … those with very many values, into `out`'s. */
static size_t drop_many(const struct columns *columns, struct arena *arena, struct table_key *keys, size_t first,
			size_t count, struct table *out)
{
	const struct dictionary *origins = &columns->dictionaries[COLUMN_ORIGIN];
	const char **left_out = arena_array(arena, count + columns->own_keys.len, sizeof(*left_out));
	struct table_builder *builder = table_builder_new(keys, count);
	size_t kept = first;

	for (size_t i = DICTIONARY_FIRST; i < origins->entries.len; i++)
		for (size_t k = first; origins->entries.items[i].rows && k < count; k++)
			table_builder_value(builder, k, sample_provenance(origins->entries.items[i].subject.sample, keys[k].provenance));
	for (size_t k = first; k < count; k++) {
		if (is_own(columns, keys[k].provenance) && !columns_name_key(keys[k].provenance))
			continue; /* below */
		if (table_builder_values(builder, k) <= TABLE_VALUES_MAX + 1)
			keys[kept++] = keys[k];
		else
			left_out[out->left_out_count++] = arena_strdup(arena, keys[k].provenance);
	}
	table_builder_free(builder);
	for (size_t i = 0; i < columns->own_keys.len; i++)
		if (!columns_name_key(columns->own_keys.items[i]))
			left_out[out->left_out_count++] = arena_strdup(arena, columns->own_keys.items[i]);
	out->left_out = left_out;
	return kept;
}

static enum status check_own(const struct columns *columns, const struct table_request *request, struct error *err)
{
	for (size_t k = 0; k < request->key_count; k++) {
		const char *key = request->keys[k].provenance;
		if (key && is_own(columns, key) && !columns_name_key(key))
			return error_set(err, STATUS_REFUSED, "nearly each sample has a value of %s of its own: they make no table", key);
	}
	return STATUS_OK;
}

static enum status make(struct sqlite_store *db, struct arena *arena, const struct columns *columns,
			const struct table_request *request, struct table *out, struct error *err)
{
	struct table_key keys[TABLE_KEYS_MAX] = { { .provenance = NULL } };
	struct side sides[COLUMN_COUNT] = { { .sayings = 0 } };
	size_t key_count = request->key_count, side_count = 0;
	struct table left = { .few_keys = columns->few_keys };
	struct table_builder *builder;
	enum status status;

	if (key_count)
		memcpy(keys, request->keys, key_count * sizeof(*keys));
	if (request->all_provenance) {
		add_origins(columns, keys, &key_count);
		key_count = drop_many(columns, arena, keys, request->key_count, key_count, &left);
	}
	builder = table_builder_new(keys, key_count);
	for (size_t k = 0; k < key_count; k++) {
		size_t s = 0;
		while (s < side_count && sides[s].column != column_of(&keys[k]))
			s++;
		side_count += s == side_count;
		sides[s].column = column_of(&keys[k]);
		sides[s].keys[sides[s].width++] = k;
	}
	for (size_t s = 0; s < side_count; s++)
		side_fill(columns, keys, builder, &sides[s]);
	status = count_rows(db, columns, keys, key_count, sides, side_count, builder, request->cancel, err);
	if (status == STATUS_OK)
		table_builder_end(builder, arena, out);
	out->left_out = left.left_out;
	out->left_out_count = left.left_out_count;
	out->few_keys = left.few_keys;
	for (size_t s = 0; s < side_count; s++) {
		free(sides[s].of_entry);
		free(sides[s].cells);
		free(sides[s].slots);
	}
	table_builder_free(builder);
	return status;
}

enum status db_sample_table(struct store *store, struct arena *arena, const struct table_request *request,
			    struct table *out, struct readiness *readiness, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct columns *columns = NULL;
	bool whole = false;
	enum status status = columns_begin(db, SORT_ID, true, &columns, &whole, err);

	*out = (struct table){ .count = 0 };
	*readiness = (struct readiness){ true, 0, 0 };
	if (status == STATUS_OK && !whole)
		*readiness = columns_not_yet(columns, SORT_ID);
	if (status == STATUS_OK && whole)
		status = check_own(columns, request, err);
	if (status == STATUS_OK && whole)
		status = columns_hits_of(db, columns, request->query, err);
	if (status == STATUS_OK && whole)
		status = make(db, arena, columns, request, out, err);
	columns_end(db, columns);
	return status;
}
