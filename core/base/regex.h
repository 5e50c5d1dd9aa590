/*
 * Regular expressions as Perl and grep -P know them. The only place that knows PCRE2.
 * They look at bytes that may be no UTF-8 (such bytes match nothing), ^ and $ stand at
 * every line, letters are matched as they stand unless the pattern says (?i). How long
 * a search may take is bounded: patterns and texts are hostile.
 */
#ifndef AITIA_BASE_REGEX_H
#define AITIA_BASE_REGEX_H

#include <stddef.h>

#include "core/base/slice.h"
#include "core/base/status.h"

struct regex; /* for one thread at a time */

/* STATUS_USAGE with the reason; *error_at is the byte of the pattern (may be NULL). */
enum status regex_new(struct slice pattern, struct regex **out, size_t *error_at, struct error *err) MUST_CHECK;
void regex_free(struct regex *regex);

enum regex_found { REGEX_NONE, REGEX_FOUND, REGEX_TOO_COSTLY };
/* The first match at or behind the byte `from`; start and end may be NULL. */
enum regex_found regex_find(const struct regex *regex, struct slice text, size_t from, size_t *start, size_t *end);

#endif
