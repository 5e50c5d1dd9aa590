/* Internal to rows.c. */
#ifndef AITIA_CORE_IMPORT_ROW_FLAGS_H
#define AITIA_CORE_IMPORT_ROW_FLAGS_H

#include "core/import/fields.h"

/* Why the record is in the queue: message and rule, a list of flags, verdicts, what the
 * tests said, an error, an empty output; in this order, since the first flag is part of a
 * sample's identity and the message says most. What was not understood is dropped
 * from `values`, so that it stays in the provenance. */
void row_add_flags(struct record *record, struct field_values *values);

/* The same without what only an output can have: for rows that are verdicts on others. */
void row_add_verdicts(struct record *record, struct field_values *values);

/* Whether a value says that something passed or failed; that it failed. */
bool row_is_verdict(const struct json *value);
bool row_has_failed(const struct json *verdict);

#endif
