#include "core/table.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/vec.h"

static const struct {
	enum facet_key facet;
	const char *provenance;
} named[] = {
	{ FACET_MODEL, PROVENANCE_MODEL }, { FACET_HARNESS, PROVENANCE_HARNESS },
	{ FACET_PROMPT, PROVENANCE_PROMPT_VERSION }, { FACET_EFFORT, PROVENANCE_EFFORT },
};

bool table_takes(enum facet_key facet)
{
	switch (facet) {
	case FACET_STATUS:
	case FACET_DISPOSITION:
	case FACET_LEVEL:
	case FACET_MODEL:
	case FACET_HARNESS:
	case FACET_PROMPT:
	case FACET_EFFORT:
	case FACET_LANG:
	case FACET_KIND:
	case FACET_BATCH:
	case FACET_DAY: return true;
	default: return false;
	}
}

const char *table_key_word(const struct table_key *key)
{
	return key->provenance ? key->provenance : facet_word(key->facet);
}

const char *table_key_query(struct arena *arena, const struct table_key *key)
{
	for (size_t i = 0; key->provenance && i < ARRAY_LEN(named); i++)
		if (strcmp(named[i].provenance, key->provenance) == 0)
			return facet_query_word(named[i].facet);
	return key->provenance ? arena_printf(arena, "@%s", key->provenance) : facet_query_word(key->facet);
}

enum status table_key_parse(struct arena *arena, const char *word, struct table_key *out, struct error *err)
{
	*out = (struct table_key){ .provenance = NULL };
	if (word[0] != '@' && facet_parse(word, &out->facet)) {
		if (!table_takes(out->facet))
			return error_set(err, STATUS_USAGE, "a sample may have several values of %s: they cannot be counted as "
					 "one key of a table", word);
		for (size_t i = 0; i < ARRAY_LEN(named); i++)
			if (named[i].facet == out->facet)
				out->provenance = named[i].provenance;
		return STATUS_OK;
	}
	if (word[0] == '@')
		word++;
	if (!word[0])
		return error_set(err, STATUS_USAGE, "a key is missing: lang, model, harness, or a key of the provenance");
	out->provenance = arena_strdup(arena, word);
	return STATUS_OK;
}

const char *table_value_of(struct arena *arena, const struct query_subject *subject, const struct table_key *key)
{
	const char *const *values;

	if (key->provenance)
		return sample_provenance(subject->sample, key->provenance);
	return facet_values(arena, subject, key->facet, &values) ? values[0] : NULL;
}

struct table table_where(struct arena *arena, const struct table *table, size_t column, uint32_t value)
{
	size_t width = table->column_count;
	uint32_t *cells = arena_array(arena, table->row_count * width, sizeof(*cells));
	int64_t *counts = arena_array(arena, table->row_count, sizeof(*counts));
	struct table out = *table;

	out.cells = cells;
	out.counts = counts;
	out.count = 0;
	out.row_count = 0;
	for (size_t row = 0; row < table->row_count; row++) {
		if (table->cells[row * width + column] != value)
			continue;
		memcpy(cells + out.row_count * width, table->cells + row * width, width * sizeof(*cells));
		counts[out.row_count++] = table->counts[row];
		out.count += table->counts[row];
	}
	return out;
}

int64_t *table_counts(struct arena *arena, const struct table *table, size_t column)
{
	int64_t *counts = arena_array(arena, table->columns[column].value_count, sizeof(*counts));

	for (size_t row = 0; row < table->row_count; row++)
		counts[table->cells[row * table->column_count + column]] += table->counts[row];
	return counts;
}

uint32_t table_number(const struct table_column *column, const char *value)
{
	size_t low = 1, high = column->value_count;

	if (!value)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(column->values[middle], value);
		if (order == 0)
			return (uint32_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)column->value_count;
}

/* ---- gathering --------------------------------------------------------------------------- */

/* Open addressing over numbers; what they stand for is compared by the caller. */
struct slots {
	uint32_t *at; /* number + 1; 0: free */
	size_t count, used;
};

struct names {
	struct slots slots;
	VEC_OF(const char *) list; /* [0] is NULL */
};

struct table_builder {
	struct arena arena;
	struct table_key *keys;
	size_t key_count;
	struct names *names;       /* of each key */
	struct slots slots;        /* of rows */
	VEC_OF(uint32_t) cells;
	VEC_OF(int64_t) counts;
};

static uint64_t hash_bytes(const void *bytes, size_t len_bytes)
{
	const unsigned char *at = bytes;
	uint64_t hash = 14695981039346656037u; /* FNV-1a, then mixed: its low bits alone are weak */

	for (size_t i = 0; i < len_bytes; i++)
		hash = (hash ^ at[i]) * 1099511628211u;
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

struct table_builder *table_builder_new(const struct table_key *keys, size_t count)
{
	struct table_builder *builder = mem_zalloc(1, sizeof(*builder));

	builder->keys = arena_array(&builder->arena, count, sizeof(*keys));
	builder->names = mem_zalloc(count + 1, sizeof(*builder->names));
	builder->key_count = count;
	for (size_t i = 0; i < count; i++) {
		builder->keys[i] = (struct table_key){ keys[i].facet, arena_strdup(&builder->arena, keys[i].provenance) };
		vec_push(&builder->names[i].list, NULL);
	}
	return builder;
}

void table_builder_free(struct table_builder *builder)
{
	for (size_t i = 0; i < builder->key_count; i++) {
		free(builder->names[i].slots.at);
		vec_release(&builder->names[i].list);
	}
	free(builder->names);
	free(builder->slots.at);
	vec_release(&builder->cells);
	vec_release(&builder->counts);
	arena_release(&builder->arena);
	free(builder);
}

static uint64_t hash_row(const struct table_builder *builder, size_t row)
{
	return hash_bytes(builder->cells.items + row * builder->key_count, builder->key_count * sizeof(uint32_t));
}

static void grow_names(struct names *names)
{
	struct slots *slots = &names->slots;

	free(slots->at);
	slots->count = slots->count ? slots->count * 2 : 64;
	slots->at = mem_zalloc(slots->count, sizeof(*slots->at));
	for (size_t i = 1; i < names->list.len; i++) {
		size_t at = hash_bytes(names->list.items[i], strlen(names->list.items[i])) & (slots->count - 1);
		while (slots->at[at])
			at = (at + 1) & (slots->count - 1);
		slots->at[at] = (uint32_t)i + 1;
	}
}

uint32_t table_builder_value(struct table_builder *builder, size_t key, const char *value)
{
	struct names *names = &builder->names[key];
	size_t at;

	if (!value)
		return 0;
	if (names->list.len * 2 >= names->slots.count)
		grow_names(names);
	at = hash_bytes(value, strlen(value)) & (names->slots.count - 1);
	while (names->slots.at[at] && strcmp(names->list.items[names->slots.at[at] - 1], value) != 0)
		at = (at + 1) & (names->slots.count - 1);
	if (!names->slots.at[at]) {
		vec_push(&names->list, arena_strdup(&builder->arena, value));
		names->slots.at[at] = (uint32_t)names->list.len;
	}
	return names->slots.at[at] - 1;
}

size_t table_builder_values(const struct table_builder *builder, size_t key)
{
	return builder->names[key].list.len;
}

static void grow_rows(struct table_builder *builder)
{
	struct slots *slots = &builder->slots;

	free(slots->at);
	slots->count = slots->count ? slots->count * 2 : 1024;
	slots->at = mem_zalloc(slots->count, sizeof(*slots->at));
	for (size_t i = 0; i < builder->counts.len; i++) {
		size_t at = hash_row(builder, i) & (slots->count - 1);
		while (slots->at[at])
			at = (at + 1) & (slots->count - 1);
		slots->at[at] = (uint32_t)i + 1;
	}
}

/* The slot of a row, or the free one where it belongs. There is room. */
static size_t find_row(const struct table_builder *builder, const uint32_t *cells)
{
	size_t width = builder->key_count * sizeof(uint32_t), at = hash_bytes(cells, width) & (builder->slots.count - 1);

	while (builder->slots.at[at] && width &&
	       memcmp(builder->cells.items + (builder->slots.at[at] - 1) * builder->key_count, cells, width) != 0)
		at = (at + 1) & (builder->slots.count - 1);
	return at;
}

int64_t table_builder_count(const struct table_builder *builder, const uint32_t *cells)
{
	uint32_t row = builder->slots.count ? builder->slots.at[find_row(builder, cells)] : 0;

	return row ? builder->counts.items[row - 1] : 0;
}

void table_builder_add(struct table_builder *builder, const uint32_t *cells, int64_t count)
{
	size_t at;

	if (!count)
		return;
	if (builder->counts.len * 2 >= builder->slots.count)
		grow_rows(builder);
	at = find_row(builder, cells);
	if (!builder->slots.at[at]) {
		for (size_t i = 0; i < builder->key_count; i++)
			vec_push(&builder->cells, cells[i]);
		vec_push(&builder->counts, 0);
		builder->slots.at[at] = (uint32_t)builder->counts.len;
	}
	builder->counts.items[builder->slots.at[at] - 1] += count;
}

/* ---- the end: values in the order of bytes, rows in the order of cells ---------------------- */

struct ordered {
	const char *text;
	uint32_t number;
};

static int by_text(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	if (!x->text || !y->text)
		return (x->text != NULL) - (y->text != NULL);
	return strcmp(x->text, y->text);
}

static void order_values(struct table_builder *builder, size_t key, struct arena *arena, struct table_column *out)
{
	const struct names *names = &builder->names[key];
	size_t count = names->list.len;
	struct ordered *order = mem_zalloc(count, sizeof(*order));
	uint32_t *place = mem_zalloc(count, sizeof(*place));
	const char **values = arena_array(arena, count, sizeof(*values));

	for (size_t i = 0; i < count; i++)
		order[i] = (struct ordered){ names->list.items[i], (uint32_t)i };
	qsort(order, count, sizeof(*order), by_text);
	for (size_t i = 0; i < count; i++) {
		place[order[i].number] = (uint32_t)i;
		values[i] = arena_strdup(arena, order[i].text);
	}
	for (size_t row = 0; row < builder->counts.len; row++) {
		uint32_t *cell = &builder->cells.items[row * builder->key_count + key];
		*cell = place[*cell];
	}
	free(order);
	free(place);
	*out = (struct table_column){
		{ builder->keys[key].facet, arena_strdup(arena, builder->keys[key].provenance) }, values, count };
}

/* Which row comes when: sorted by the last key, then by the one before it, and so on, each time keeping the order among equals
 * (Knuth, The Art of Computer Programming 3, 5.2.5: radix list sort). To be freed. */
static uint32_t *order_rows(const struct table_builder *builder)
{
	size_t count = builder->counts.len, width = builder->key_count;
	uint32_t *order = mem_zalloc(count + 1, sizeof(*order)), *next = mem_zalloc(count + 1, sizeof(*next));

	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	for (size_t key = width; key-- > 0;) {
		size_t values = builder->names[key].list.len, before = 0;
		uint32_t *from = mem_zalloc(values + 1, sizeof(*from)), *sorted = next; /* from: where the rows of a value begin */
		for (size_t i = 0; i < count; i++)
			from[builder->cells.items[i * width + key]]++;
		for (size_t v = 0; v < values; v++) {
			size_t of_value = from[v];
			from[v] = (uint32_t)before;
			before += of_value;
		}
		for (size_t i = 0; i < count; i++)
			sorted[from[builder->cells.items[order[i] * width + key]]++] = order[i];
		next = order;
		order = sorted;
		free(from);
	}
	free(next);
	return order;
}

void table_builder_end(struct table_builder *builder, struct arena *arena, struct table *out)
{
	size_t count = builder->counts.len, width = builder->key_count;
	struct table_column *columns = arena_array(arena, width, sizeof(*columns));
	uint32_t *order, *cells;
	int64_t *counts;

	free(builder->slots.at); /* no row comes any more, and rows are many */
	builder->slots = (struct slots){ NULL, 0, 0 };
	for (size_t key = 0; key < width; key++)
		order_values(builder, key, arena, &columns[key]);
	order = order_rows(builder);
	cells = arena_array(arena, count * width, sizeof(*cells));
	counts = arena_array(arena, count, sizeof(*counts));
	*out = (struct table){ .columns = columns, .column_count = width, .cells = cells, .counts = counts, .row_count = count };
	for (size_t i = 0; i < count; i++) {
		if (width)
			memcpy(cells + i * width, builder->cells.items + order[i] * width, width * sizeof(*cells));
		counts[i] = builder->counts.items[order[i]];
		out->count += counts[i];
	}
	free(order);
}
