/*
 * What the first kilobytes of a file show of its first JSON value, for recognising
 * formats: the value at a path, as far as it lies within the head. A path is names and,
 * for arrays, indexes, joined by points: "runs", "0.messages", "eval.task". "" is the
 * value itself. Anything broken or cut off reads as absent.
 */
#ifndef AITIA_CORE_IMPORT_SNIFF_H
#define AITIA_CORE_IMPORT_SNIFF_H

#include "core/base/json.h"

bool sniff_json(struct slice head, const char *path, enum json_type *type);
bool sniff_json_is(struct slice head, const char *path, enum json_type type);
/* Whether a whole string stands at the path and starts with `prefix`. */
bool sniff_json_starts(struct slice head, const char *path, const char *prefix);

#endif
