/* "Did you mean": the closest of several words, by edit distance. */
#ifndef AITIA_CORE_NEAREST_H
#define AITIA_CORE_NEAREST_H

#include <stddef.h>

/* Optimal string alignment distance (insert, delete, replace, swap of
 * neighbours), capped at most + 1; case of ASCII letters does not count.
 * Words of more than 63 bytes are as far as can be. */
size_t nearest_distance(const char *a, const char *b, size_t most);

/* The greatest distance at which a word still counts as a misspelling of
 * `word`: a third of its length, at least 1, at most 4. */
size_t nearest_limit(const char *word);

/* The nearest of `count` words (NULL ones are stepped over), or NULL. */
const char *nearest_word(const char *const *words, size_t count, const char *word);

#endif
