/*
 * Internal to json_*.c: where a value ends, by its brackets and strings alone, in a text
 * that comes in pieces.
 */
#ifndef AITIA_BASE_JSON_SPAN_H
#define AITIA_BASE_JSON_SPAN_H

#include <stdbool.h>
#include <stdint.h>

/* How far inside the value the walk is; zeroed in front of it. */
struct json_span {
	bool in_string;
	int64_t depth;
};

/* Goes on from `from`. Answers the end of the value, or NULL when the piece ends first;
 * *from is then where to go on. Brackets are counted alike, whatever their kind: that of a
 * broken value is a guess anyway. */
const char *json_span_end(struct json_span *span, const char **from, const char *end);

#endif
