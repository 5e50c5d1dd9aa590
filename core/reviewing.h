/*
 * What the parts of an incident's review share while it is made: incident_review.c is the
 * whole, incident_sources.c and incident_overlaps.c are parts of it. For these alone.
 */
#ifndef AITIA_CORE_REVIEWING_H
#define AITIA_CORE_REVIEWING_H

#include "core/base/vec.h"
#include "core/incident_review.h"

struct reviewing {
	struct arena *arena;
	const struct incident *incident;
	const struct incident_times *times;
	VEC_OF(struct contradiction_found) found;
	VEC_OF(struct change_overlap) overlaps;
};

/* One more contradiction. All strings in the arena, or for ever. */
void review_tell(struct reviewing *r, enum contradiction kind, const char *parts, const char *text);
/* The same of a dispute, whose Markdown stands behind the text. */
void review_tell_dispute(struct reviewing *r, enum contradiction kind, const char *parts, const char *text, const char *dispute);
/* "fix deployed": the texts are for readers. */
const char *review_plain(struct reviewing *r, const char *word);
const char *review_when(struct reviewing *r, struct instant at);
/* "C, D": the names of the sources cited, else `words`, else `otherwise`. */
const char *review_who_says(struct reviewing *r, const int64_t *cites, size_t count, const char *words, const char *otherwise);

/* Both may be imprecise: they disagree where no moment fits both. */
bool instants_disagree(struct instant a, struct instant b);
bool numbers_share(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count);

/* incident_sources.c: of_times: disputes about a time that the record gives otherwise; else the others. */
void review_find_disagreeing_events(struct reviewing *r);
void review_find_disputes(struct reviewing *r, bool of_times);
/* incident_overlaps.c */
void review_find_overlaps(struct reviewing *r);

#endif
