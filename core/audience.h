/*
 * One record, two audiences. What only readers inside are shown is named by restrictions
 * (RS1 …), parts of the record: `what` lists places with commas between them
 *
 *     E4              a part, with whatever other parts say of it
 *     A2 owner        a field of it that is text
 *     impact          a section, by its key
 *     title, severity_rationale, partial
 *
 * and `evidence` the samples. For readers outside, a part or sample is left out, a text gives
 * way to AUDIENCE_WITHHELD, the title to the key. An entry whose cohorts are all left out goes
 * with them: it would concern everybody. So does a dispute of what is left out. A restriction that names nothing would
 * withhold nothing: it is an error, never passed over.
 */
#ifndef AITIA_CORE_AUDIENCE_H
#define AITIA_CORE_AUDIENCE_H

#include "core/incident.h"

#define AUDIENCE_WITHHELD "Not shown to readers outside."
/* In a text, in the place of a reference to what is withheld. */
#define AUDIENCE_WITHHELD_REFERENCE "[withheld]"

/* *out: a copy for readers outside, in the arena, without the restrictions, the steps of its review and its signature;
 * *withheld: whether it lacks anything. STATUS_REFUSED where a restriction names nothing, or what cannot be left out. */
enum status audience_public(struct arena *arena, const struct incident *incident, struct incident **out, bool *withheld,
			    struct error *err) MUST_CHECK;
/* What is wrong with the restriction at `index`, a sentence; NULL: nothing. */
const char *audience_fault(struct arena *arena, const struct incident *incident, size_t index);
/* A copy of `shown` whose texts say "[withheld]" where they refer ("[[e:4]]") to what it lacks or to samples that `whole` withholds:
 * for programs. A page tells of each in a note that it is not shown. */
struct incident *audience_strip(struct arena *arena, const struct incident *whole, const struct incident *shown);
bool audience_hides_sample(const struct incident *incident, int64_t sample);

/* Where it names that part by `from`, it names it by `to`; 0: not any more. Else a part that was
 * given another number (incident_merge.h) would be shown. */
void restriction_rename(struct arena *arena, struct incident_restriction *restriction, enum incident_child kind, int64_t from,
			int64_t to);

/* As people type it on one line: "E4, s:12, impact" are two places and a sample. */
void restriction_read(struct arena *arena, const char *typed, struct incident_restriction *out);

#endif
