/* What a store answers, as text: every list, every sample, every incident, the log. */
#ifndef AITIA_TESTS_SUPPORT_STORE_READ_H
#define AITIA_TESTS_SUPPORT_STORE_READ_H

#include "core/base/strbuf.h"
#include "core/store.h"

/* Appends one line a fact. Ends at the first call that fails, with its status. */
enum status store_read(struct store *store, struct strbuf *out, struct error *err);

/* Likewise, but what is, not how it came to be: no log, no versions. */
enum status store_read_state(struct store *store, struct strbuf *out, struct error *err);

#endif
