/*
 * Earlier texts of a postmortem's sections, read from the operation log, which has each text
 * that was saved: a revision is named by the edit that made it. What was undone since is a
 * revision too. What came from another store is one with the merge that brought it.
 *
 * A text as of a revision is that of now, from which all that the log has since is taken back: so
 * it has what stood then, also what was undone later, and sections of which the log knows
 * nothing are as they are.
 */
#ifndef AITIA_CORE_REVISIONS_H
#define AITIA_CORE_REVISIONS_H

#include "core/store.h"

struct revision {
	int64_t edit;
	struct instant at;
	const char *reviewer, *summary;
	bool undone;
	const char *sections;  /* keys of those that it changed: "summary, impact" */
	size_t added, removed; /* lines, in all of them */
};

/* Newest first; in the arena. */
enum status revision_list(struct store *store, struct arena *arena, const char *key, const struct revision **out, size_t *count,
			  struct error *err) MUST_CHECK;
/* A copy of the incident with the sections of that revision; all else is as it is now. `edit` 0: as
 * it is now. STATUS_NOT_FOUND: the edit is no revision of it. */
enum status revision_get(struct store *store, struct arena *arena, const char *key, int64_t edit, struct incident **out,
			 struct error *err) MUST_CHECK;
/* Makes the sections again what they were then, as one edit; `section` (NULL: all) names the one that alone is
 * to be. *edit_out 0: they are that already. */
enum status revision_restore(struct store *store, struct arena *arena, const char *reviewer, const char *key, int64_t edit,
			     const char *section, int64_t *edit_out, struct error *err) MUST_CHECK;
/* Whether it changed the section (NULL: any). */
bool revision_changes(const struct revision *revision, const char *section);
/* All sections as one Markdown text, "# Title" before each. */
void revision_text(const struct incident *incident, struct strbuf *out);

#endif
