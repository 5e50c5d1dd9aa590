/*
 * The closed vocabularies of the domain as enums (terms.def is the list) and
 * their words. For each list X there is
 *     enum X { PREFIX_A, PREFIX_B, …, PREFIX_COUNT };
 *     const char *X_word(enum X);                 never NULL
 *     const char *X_help(enum X);                 never NULL
 *     bool X_parse(const char *word, enum X *out);
 */
#ifndef AITIA_CORE_TERMS_H
#define AITIA_CORE_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#define TERM_LIST(tag, PREFIX) enum tag {
#define TERM(PREFIX, name, word, help) PREFIX##_##name,
#define TERM_LIST_END(tag, PREFIX) PREFIX##_COUNT };
#include "core/terms.def"

#define TERM_LIST(tag, PREFIX)                    \
	const char *tag##_word(enum tag value);   \
	const char *tag##_help(enum tag value);   \
	bool tag##_parse(const char *word, enum tag *out);
#define TERM_LIST_END(tag, PREFIX)
#include "core/terms.def"

/* All lists by name, for documents and completion: name of list number `index`
 * or NULL behind the last; its words. */
const char *terms_list_name(size_t index);
const char *terms_list_word(size_t index, size_t term); /* NULL behind the last */
const char *terms_list_help(size_t index, size_t term);

#endif
