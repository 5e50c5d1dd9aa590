/*
 * What is like one sample: its code against that of others, one at a time. Alike means what it
 * means in similar.h; other than there, nothing is kept of codes that are not alike, so that a
 * store of any size takes the memory of the answer.
 */
#ifndef AITIA_CORE_ANALYSIS_SIMILAR_ONE_H
#define AITIA_CORE_ANALYSIS_SIMILAR_ONE_H

#include "core/analysis/similar.h"
#include "core/base/vec.h"

struct similar_one {
	int64_t sample;
	struct slice code;                     /* borrowed */
	struct similar_signature signature;
	double least;                          /* estimated likeness of near ones */
	VEC_OF(struct similar_member) members; /* without the sample itself */
	VEC_OF(uint64_t) unlike;               /* a bit for each body that was seen and is not alike */
	size_t counts[SIMILAR_NEAR + 1];       /* by enum similar_kind */
};

void similar_one_init(struct similar_one *one, int64_t sample, struct slice code, double least);
void similar_one_release(struct similar_one *one);
/* `body` is a number that samples with equal code share. */
void similar_one_add(struct similar_one *one, int64_t sample, int64_t body, struct slice code);
/* Members in order: exact, normalised, near; the likest first, then by number. */
void similar_one_sort(struct similar_one *one);

#endif
