/*
 * What a decision (sample.h) says where whoever decides leaves something unsaid. The decision counts
 * in place of all that reviewers said, so the row that is kept is whole: what is not disputed does not
 * get lost because it was not spoken of.
 */
#ifndef AITIA_CORE_DECISION_H
#define AITIA_CORE_DECISION_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/base/strbuf.h"
#include "core/sample.h"

/*
 * Fills in what `decision` (its sample is named in errors) leaves unsaid. First from the decisions that
 * stand, then from the reviewers' annotations that stand, as far as they say anything of it:
 *   verdict       the one they all say. Where they differ, a cause that is decided means confirmed_defect,
 *                 as everywhere; so it does where a verdict of theirs leaves no room for a cause: none of
 *                 them names one. A verdict that they only mean by a cause stays unsaid, as theirs is.
 *   cause         the one they all say, but for those that say another verdict than the one decided:
 *                 their cause is overruled with it.
 *   severity, duplicate_of   the one they all say; where they differ it stays unsaid.
 *   symptoms      all that anybody names, in the order of bytes: who does not name one denies nothing.
 *                 `whole_symptoms`: those given are all there are.
 * Confidence and note are the decider's own. STATUS_USAGE, with `decision` partly filled in, where
 * reviewers differ in the cause or the verdict and it says nothing of that. Texts are those of `all`,
 * lists in the arena.
 */
enum status decision_complete(struct arena *arena, const struct annotation *all, size_t count, bool whole_symptoms,
			      struct annotation *decision, struct error *err);

/* All that a decision says, and what it leaves unsaid: "model/cache, confirmed_defect, no severity, repetition". */
void decision_text(const struct annotation *decision, struct strbuf *out);

#endif
