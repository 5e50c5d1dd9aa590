/*
 * Cross tables: how many samples have each combination of values of some keys. What
 * the analysis looks at instead of samples: a million samples have some thousand
 * combinations, and each count is exact.
 *
 * Keys are those of which a sample has one value at most: facets (facet_keys.def)
 * that table_takes() answers true for, and keys of provenance, of which the first
 * value counts, as in queries.
 */
#ifndef AITIA_CORE_TABLE_H
#define AITIA_CORE_TABLE_H

#include "core/facets.h"

struct table_key {
	enum facet_key facet;   /* unless: */
	const char *provenance; /* a key of provenance, as it stands in the data; else NULL */
};

struct table_column {
	struct table_key key;
	const char *const *values; /* in the order of bytes; [0] is NULL: samples that have none */
	size_t value_count;
};

struct table {
	int64_t count;           /* of samples that match: the sum of `counts` */
	const struct table_column *columns;
	size_t column_count;
	const uint32_t *cells;   /* row_count × column_count: numbers in the column's values */
	const int64_t *counts;   /* of each row, never 0; rows are in the order of their cells */
	size_t row_count;
	/* With table_request.all_provenance: keys that are no columns, since they have very many
	 * values (the name of a request, a latency). */
	const char *const *left_out;
	size_t left_out_count;
	bool few_keys;           /* there are so many combinations that only model:, harness:, prompt: and
	                          * effort: were looked at */
};

bool table_takes(enum facet_key facet);
/* "lang", "gen_ai.response.model": the key as a word of its own. */
const char *table_key_word(const struct table_key *key);
/* As the query language wants it: "model", "lang", "@plan"; in the arena. */
const char *table_key_query(struct arena *arena, const struct table_key *key);
/* "harness", "lang", "plan" or "@plan" as typed; STATUS_USAGE: a facet with several values. */
enum status table_key_parse(struct arena *arena, const char *word, struct table_key *out, struct error *err) MUST_CHECK;

/* One cell of column `at`, in a table of `columns`; NULL: none. */
static inline const char *table_value(const struct table *table, size_t row, size_t column)
{
	return table->columns[column].values[table->cells[row * table->column_count + column]];
}

/* The rows that have a value (number) in a column; in the arena. */
struct table table_where(struct arena *arena, const struct table *table, size_t column, uint32_t value);
/* How many samples have each value of a column; in the arena. */
int64_t *table_counts(struct arena *arena, const struct table *table, size_t column);
/* The number of a value in a column, or value_count: it has none. */
uint32_t table_number(const struct table_column *column, const char *value);

/* ---- for engines: gathering one -------------------------------------------------------- */

struct table_builder;
struct table_builder *table_builder_new(const struct table_key *keys, size_t count);
void table_builder_free(struct table_builder *builder);
/* A number for a value of a key; the text is copied. NULL is 0. */
uint32_t table_builder_value(struct table_builder *builder, size_t key, const char *value);
/* How many numbers a key has by now. */
size_t table_builder_values(const struct table_builder *builder, size_t key);
/* So many samples more with these numbers, one for each key. */
void table_builder_add(struct table_builder *builder, const uint32_t *cells, int64_t count);
/* How many samples have these numbers by now. */
int64_t table_builder_count(const struct table_builder *builder, const uint32_t *cells);
/* What a sample has of a key, or NULL; strings are borrowed from the subject or in the arena. */
const char *table_value_of(struct arena *arena, const struct query_subject *subject, const struct table_key *key);
/* Everything but left_out and few_keys; nothing is to be added behind it. In the arena. */
void table_builder_end(struct table_builder *builder, struct arena *arena, struct table *out);

#endif
