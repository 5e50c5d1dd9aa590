/*
 * Facets: the values that the samples of a list have, each with how many have it.
 * A sample that has several values of a key (two flags by two rules) counts for
 * each, one that has the same twice counts once, one that has none counts for the
 * value NULL. So the count beside a value is that of the same query with
 * `key:value` added to it.
 */
#ifndef AITIA_CORE_FACETS_H
#define AITIA_CORE_FACETS_H

#include "core/query.h"

enum facet_key {
#define FACET_KEY(name, word, query_word, help) FACET_##name,
#include "core/facet_keys.def"
	FACET_COUNT
};
bool facet_parse(const char *word, enum facet_key *out);
const char *facet_word(enum facet_key key);
const char *facet_help(enum facet_key key);
/* "cause" for the categories: `cause:model` lists what the count of "model" counts. */
const char *facet_query_word(enum facet_key key);

struct facet {
	const char *value;   /* NULL: samples that have none */
	int64_t count;       /* of samples, never 0 */
};

struct facet_list {
	enum facet_key key;
	const struct facet *values; /* most first; equal ones in the order of bytes, NULL first */
	size_t count;
	size_t more_values;  /* how many more there are … */
	int64_t more_count;  /* … and the sum of their counts */
};

/* The values of one sample, each once, in the order of bytes. Strings are borrowed
 * from the subject, static, or of the arena. */
size_t facet_values(struct arena *arena, const struct query_subject *subject, enum facet_key key,
		    const char *const **out);

/* Gathers counts; the same value may be added many times. */
struct facet_table;
struct facet_table *facet_table_new(void);
void facet_table_free(struct facet_table *table);
void facet_table_add(struct facet_table *table, const char *value, int64_t count); /* the text is copied */
/* The `top` values with the greatest counts (0: all); in the arena. Ends the gathering. */
struct facet_list facet_table_list(struct facet_table *table, struct arena *arena, enum facet_key key, size_t top);

#endif
