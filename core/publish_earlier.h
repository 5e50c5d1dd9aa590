/* An incident as it was before edits of the log, as far as those tell it; sections are left to core/revisions.h. */
#ifndef AITIA_CORE_PUBLISH_EARLIER_H
#define AITIA_CORE_PUBLISH_EARLIER_H

#include "core/store.h"

/*
 * What one edit changed of the incident's own fields and of its parts becomes what it was before;
 * parts that the edit made are gone. Of what it cannot tell (parts that it removed, links between
 * parts) nothing changes: whoever asks must know the earlier record by something else, as a page
 * bears the digest of what was written.
 */
void publish_take_back(struct arena *arena, struct incident *incident, const struct edit_change *changes, size_t count);

#endif
