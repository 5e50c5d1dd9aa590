/*
 * Lists of words that options and arguments take: the vocabularies of terms.def
 * under their names ("severity"), and those of other tables ("sort", "format",
 * "field", "per", "rating", "likeness", "site", "section", "verb", "cause", "symptom"). For parsing, help, documents and completion.
 */
#ifndef AITIA_CLI_CHOICES_H
#define AITIA_CLI_CHOICES_H

#include <stddef.h>

#include "core/base/arena.h"

struct choice {
	const char *word;
	const char *help;
};

/* The words of a list, ended by one that is NULL; NULL for an unknown list. In
 * the arena. "cause" and "symptom" are those of the default codebook: a store
 * may know others, so they serve for completion, not for refusing a word. */
const struct choice *choices(struct arena *arena, const char *list);

/* The index of a word in a list, or -1. */
long choice_index(struct arena *arena, const char *list, const char *word);

/* "plain, hugo": for messages. */
char *choice_list(struct arena *arena, const char *list);

#endif
