/* Samples that a watch found since the fix, as occurrences in the incident's record. */
#ifndef AITIA_CLI_WATCH_RECORD_H
#define AITIA_CLI_WATCH_RECORD_H

#include "cli/command.h"
#include "core/insight.h"

/* A recurrence names at most so many samples: of more, the newest, and its text says of how many. Those with lower
 * numbers than any of a full one of the same query were counted in it, and are not recorded again. What a signature
 * found is: the record does not say which signature that was, so that the next time the newest of the rest are named. */
#define OCCURRENCES_MAX 1000

struct occurrences {
	size_t samples;   /* that no recurrence of the incident named before */
	int64_t number;   /* of the recurrence that names them now; 0: there was nothing to add */
	int64_t edit;     /* likewise; u and `aitia undo` take it back */
};

/* One edit, in the reviewer's name; nothing is written where all of them are named already. */
enum status watch_record(struct cli *cli, const struct inquiry *inquiry, const struct watched *watched,
			 struct occurrences *out, struct error *err) MUST_CHECK;

#endif
