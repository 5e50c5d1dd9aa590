/* A history with what onset found in it, as picture and as JSON. */
#ifndef AITIA_CLI_ONSET_PRINT_H
#define AITIA_CLI_ONSET_PRINT_H

#include "cli/command.h"
#include "core/insight.h"

extern const struct answer_key onset_answer_keys[];
/* `again`: it is not the first. */
void onset_print(struct arena *arena, const struct onset_answer *answer, bool as_json, bool again);

#endif
