/*
 * An engine behind core/store.h that lives in memory: for tests of what stands
 * above the port. It follows the same rules as the engines on disk (one contract
 * suite runs on all), keeps everything until it is closed and is in no hurry:
 * fine up to some ten thousand samples. Close it with store->ops->close().
 */
#ifndef AITIA_TESTS_SUPPORT_FAKE_STORE_H
#define AITIA_TESTS_SUPPORT_FAKE_STORE_H

#include "core/store.h"

struct store *fake_store_new(void);

/* After `calls` more successful calls, one call fails with `status` and `text`
 * (a locked or full store, …) and changes nothing; then all is well again. */
void fake_store_fail(struct store *store, size_t calls, enum status status, const char *text);

/* Pages that are given a time (budget_ms) look at so many samples and then end unfinished;
 * 0, as at the start: they have all the time they need. */
void fake_store_slow(struct store *store, size_t samples);

/* The next `calls` calls of facets and sample_seek say "not yet", as of a large store. */
void fake_store_delay(struct store *store, size_t calls);

/* Puts one sample in by an import of its own; its id. For short test set-ups. */
int64_t fake_store_add(struct store *store, const struct sample *sample);

/* Retires a code, as a team does with its own codebook. False: there is none of that name. */
bool fake_store_retire_code(struct store *store, const char *name);

#endif
