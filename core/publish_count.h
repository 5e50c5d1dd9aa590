/* What a postmortem counts of an incident's members, and what of that readers outside are told. */
#ifndef AITIA_CORE_PUBLISH_COUNT_H
#define AITIA_CORE_PUBLISH_COUNT_H

#include "core/publish_members.h"
#include "core/render.h"

/* By day and by cause, for charts: into out->days and out->found. */
enum status publish_count(struct store *store, struct arena *arena, const struct publish_members *members,
			  struct postmortem_input *out, struct error *err) MUST_CHECK;

/* Takes samples that `whole` withholds out of the counts of `out` and of `shown`, its copy for readers
 * outside (audience_public()); causes that only withheld entries name, out of what was found
 * and out of the judgements of the samples shown. */
enum status publish_count_public(struct store *store, struct arena *arena, const struct incident *whole,
				 const struct publish_members *members, struct incident *shown,
				 struct postmortem_input *out, struct error *err) MUST_CHECK;

#endif
