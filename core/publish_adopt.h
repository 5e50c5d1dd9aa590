/*
 * A page that was edited by hand, taken back into the record: undoable, as one edit.
 *
 * What the page was made from is looked for first, since only then it can be told what the hand
 * did: the record as it is or, for the team's own pages, an earlier text of it. Pages bear the
 * digest of what was written, so that this is known and not guessed. What the record got since
 * stays; a text that both changed is refused.
 */
#ifndef AITIA_CORE_PUBLISH_ADOPT_H
#define AITIA_CORE_PUBLISH_ADOPT_H

#include "core/publish.h"

struct adoption_result {
	const char *path;          /* of the page */
	bool untouched;            /* nobody edited it */
	int64_t edit;              /* 0: the record has it all */
	size_t texts;              /* that were taken */
	const char *diff;          /* of the texts, as they were and are; "" if none */
	const struct adopt_refusal *refusals; /* line 0: the whole page */
	size_t refusal_count;
};

/*
 * `options`: as the page was exported. `page` NULL: where the export has it. When nothing is
 * refused the page is signed as it is, so that the next export renews it. STATUS_NOT_FOUND: there is no
 * page; STATUS_REFUSED: it is none of ours, or what it was made from is not known.
 */
enum status publish_adopt(struct store *store, const struct renderer *renderer, struct arena *arena, const char *reviewer,
			  const char *key, const char *page, const struct publish_options *options, struct adoption_result *out,
			  struct error *err) MUST_CHECK;

#endif
