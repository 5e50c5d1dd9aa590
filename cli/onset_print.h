/* A history with what onset found in it, as picture and as JSON. */
#ifndef AITIA_CLI_ONSET_PRINT_H
#define AITIA_CLI_ONSET_PRINT_H

#include "cli/command.h"
#include "core/analysis/onset.h"

struct onset_answer {
	const char *by, *value; /* of which value it is; NULL: of all; a NULL value of a key: of those without one */
	struct series series;
	struct onset onset;
	double alarm_days;
	struct instant detected; /* of the incident asked about */
};

extern const struct answer_key onset_answer_keys[];
/* `again`: it is not the first. */
void onset_print(struct arena *arena, const struct onset_answer *answer, bool as_json, bool again);

#endif
