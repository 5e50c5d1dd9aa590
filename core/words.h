/*
 * The closed lists of terms.h by name and index, for readers that meet words in
 * what people typed: queries, documents, drafts. List "is" holds the words of is:.
 */
#ifndef AITIA_CORE_WORDS_H
#define AITIA_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/strbuf.h"

/* Word number `index` of the list ("incident_status"); NULL behind the last. */
const char *words_at(const char *list, size_t index);
/* The index of `word`, in any case of ASCII letters. */
bool words_find(const char *list, const char *word, size_t *index);
/* "'foo'; did you mean 'for'? one of: a, b, c": the end of an error message. */
void words_explain(struct strbuf *out, const char *list, const char *wrong);

#endif
