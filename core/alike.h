/*
 * Groups of alike samples that stay: what the store keeps of them, and what follows from it.
 *
 * Samples whose code is alike (core/analysis/similar.h, from an estimated likeness of
 * ALIKE_LEAST on) are one group, and whoever looks at two of them may say that they belong
 * together or not: that stays, whatever comes in later (core/analysis/alike.h says how). A
 * group is named by any of its members; its representative is the sample that came first.
 */
#ifndef AITIA_CORE_ALIKE_H
#define AITIA_CORE_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/instant.h"

#define ALIKE_LEAST 0.7

/* Numbers of the store. */
enum alike_word {
	ALIKE_UNSAID,   /* what was said of two samples counts no more */
	ALIKE_TOGETHER,
	ALIKE_APART,
	ALIKE_WORD_COUNT
};
const char *alike_word_word(enum alike_word word); /* "together" */

/* What stands between two samples. */
struct alike_link {
	int64_t low, high;
	enum alike_word word;
	const char *reviewer;
	struct instant at;
	int64_t edit;
};

/* How far groups have come. Samples behind samples_done are in a group with equal code alone, so
 * far; and what was said of them waits. */
struct alike_status {
	int64_t samples, samples_done;
	bool whole;
};

struct alike_group {
	int64_t representative; /* the member that came first */
	int64_t first;          /* the first of those that match the query; 0: none */
	int64_t members, matching;
	int64_t open;           /* members that are neither judged nor set aside: untriaged, in_review */
	int64_t judged;         /* members with a cause */
	const char *cause;      /* the one that most of those have (the first by name); NULL: there is none */
	int64_t agree;          /* how many have it */
};

/* The cause that a group proposes for members without one: what more than half of those that have a
 * cause share. Proposed, never set. NULL: none. */
const char *alike_proposal(const struct alike_group *group);
/* "5 of 6 alike samples that have a cause say model/cache" */
char *alike_proposal_text(struct arena *arena, const struct alike_group *group);

#endif
