/* Two people changed one incident: what both of them did, put together. */
#ifndef AITIA_CORE_INCIDENT_MERGE_H
#define AITIA_CORE_INCIDENT_MERGE_H

#include "core/base/strbuf.h"
#include "core/incident.h"

/*
 * `mine` and `theirs` both came of `base`. Part by part (title, status, severity,
 * rationale, each section, each cause, event and action by its number): what I left
 * as it was is as theirs has it, what I changed is mine, what either added is there.
 * A child of mine whose number went to another one of theirs gets the next free; what
 * I removed stays if they changed it meanwhile. An action whose cause is gone names none.
 *
 * The result lies in the arena and has their key and version, so that it can be put.
 * Appended to `both_changed`, parted by ", ": what both changed to something different
 * ("section impact, C2"). There mine stands, but for what I removed ("C2 (kept)").
 */
struct incident *incident_merge(struct arena *arena, const struct incident *base, const struct incident *mine,
				const struct incident *theirs, struct strbuf *both_changed);

#endif
