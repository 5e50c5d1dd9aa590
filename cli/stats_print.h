/* The figures of a review, as text and as JSON. */
#ifndef AITIA_CLI_STATS_PRINT_H
#define AITIA_CLI_STATS_PRINT_H

#include "cli/command.h"
#include "core/insight.h"

extern const struct answer_key stats_keys[];
void stats_print(const struct stats *stats, bool as_json);

#endif
