/*
 * Evidence: which samples show a cause. Reviewers have said so already when they
 * gave a member of the incident that cause; this makes the record say it too.
 */
#ifndef AITIA_CORE_EVIDENCE_H
#define AITIA_CORE_EVIDENCE_H

#include "core/store.h"

/*
 * Names as evidence of cause `number` every core member that stands annotated with
 * the cause's code, beside those that are named already. One edit; *edit is 0 when
 * there was nothing to add. *count: how many are named then. STATUS_NOT_FOUND when
 * the incident or the cause does not exist.
 */
enum status evidence_link(struct store *store, struct arena *arena, const char *reviewer, const char *key,
			  int64_t number, size_t *count, int64_t *edit, struct error *err) MUST_CHECK;

#endif
