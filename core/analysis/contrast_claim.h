/* Inside the contrast: which findings are claimed, in what order, and what is said beside them. */
#ifndef AITIA_CORE_ANALYSIS_CONTRAST_CLAIM_H
#define AITIA_CORE_ANALYSIS_CONTRAST_CLAIM_H

#include "core/analysis/contrast_rows.h"

/* From the p and the intervals of each: its q, claimed, reversed, explained_by, confounded, in_range, same and is_same,
 * and all of them in the order in which they are told. `looks`: how many were looked
 * at, those left out included. False: cancelled, and they are of no use. */
bool contrast_claim(struct arena *arena, const struct contrast_rows *rows, const struct contrast_key *keys,
		    struct contrast_finding *findings, size_t count, size_t looks,
		    const struct contrast_options *options);

/* Benjamini and Hochberg (JRSS B 57, 1995): of p in ascending order, the smallest among `looks`, the least rate of
 * false discoveries at which each is claimed: q_i = min over j >= i of p_j looks / j, 1 at most. */
void contrast_false_discovery(const double *p, size_t count, size_t looks, double *q);

#endif
