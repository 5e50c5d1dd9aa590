/*
 * Which of a set of bodies are one group, by their likeness and by what people say.
 *
 * Single linkage under constraints (Klein, Kamvar and Manning, ICML 2002; Davidson and Ravi,
 * PKDD 2005): what people put together is together first; then the most alike pairs join,
 * and so on down to ALIKE_LEAST, unless that would bring together what people parted. So a
 * body that is alike two that are parted sides with the one it is more alike. Where words
 * contradict each other (a together b, b together c, a apart from c), together wins.
 */
#ifndef AITIA_CORE_ANALYSIS_ALIKE_H
#define AITIA_CORE_ANALYSIS_ALIKE_H

#include "core/alike.h"
#include "core/analysis/similar.h"

/* What was said of two bodies, by their places in the list. */
struct alike_pair {
	uint32_t a, b;
	enum alike_word word;
};

/*
 * For each of `count` bodies the least place of those that hang together with it, were nobody
 * to part them (`cluster`), and of those that are in its group (`group`). Up to 1,024 bodies
 * each is held against each; of more, those that share a key.
 */
void alike_make(const struct similar_signature *bodies, size_t count, const struct alike_pair *pairs, size_t pair_count,
		uint32_t *cluster, uint32_t *group);

/* Whether words contradict each other: those of pair *wrong are parted, but the same or put together by way of others. */
bool alike_contradiction(size_t count, const struct alike_pair *pairs, size_t pair_count, size_t *wrong);

#endif
