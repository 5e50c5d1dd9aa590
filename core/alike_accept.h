/* Taking over what groups of alike samples propose. */
#ifndef AITIA_CORE_ALIKE_ACCEPT_H
#define AITIA_CORE_ALIKE_ACCEPT_H

#include "core/store.h"

/*
 * Judges those of the samples that wait (untriaged, in review) and have no cause as their groups
 * propose, in the reviewer's name, as one edit. *accepted is how many there were; *cause the one
 * that all of them got, or NULL; in the arena. With none, nothing changes and *edit is 0.
 */
enum status alike_accept(struct store *store, struct arena *arena, const char *reviewer, const int64_t *samples, size_t count,
			 size_t *accepted, const char **cause, int64_t *edit, struct error *err) MUST_CHECK;

#endif
