/* What other commands do for the index of words. */
#ifndef AITIA_CLI_INDEX_H
#define AITIA_CLI_INDEX_H

#include "core/store.h"

#define INDEX_TAIL_SAMPLES 5000 /* a quarter of a second's work */

/* Behind an import: takes up what it brought if that is little; else the workbench and
 * `aitia index` do. Failing is no failure of the import. */
void index_tail(struct store *store);

/* Groups of alike samples, until they are whole or the user interrupts. */
enum status groups_make(struct store *store, struct error *err) MUST_CHECK;
/* For a question about groups: makes them whole if that can be, else tells how far they are. */
void groups_ready(struct store *store);

#endif
