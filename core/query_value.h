/* The parser's other half: what the values of each key may be. Private to query*.c. */
#ifndef AITIA_CORE_QUERY_VALUE_H
#define AITIA_CORE_QUERY_VALUE_H

#include "core/base/vec.h"
#include "core/query.h"

struct query_values {
	struct query_value *items;
	size_t len, capacity;
};

/* What a person counts: characters, from 1, of the byte `at`. */
size_t query_position(const char *text, size_t at);

/* Whether < <= > >= may follow the key. */
bool query_key_compares(enum query_key key);

/* Reads one value (`prefix`: a star followed) and pushes what it means: one
 * value, or several where a prefix names several words of a closed list.
 * STATUS_USAGE with the reason, without a position. */
enum status query_value_read(struct arena *arena, enum query_key key, enum query_op op, const char *text,
			     bool prefix, struct query_values *out, struct error *err) MUST_CHECK;

#endif
