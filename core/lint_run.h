/* What the rules of lint share. Private to lint*.c. */
#ifndef AITIA_CORE_LINT_RUN_H
#define AITIA_CORE_LINT_RUN_H

#include "core/base/vec.h"
#include "core/incident_table.h"
#include "core/lint.h"

struct linting {
	struct arena *arena;
	const struct incident *incident;
	const struct lint_request *request;
	unsigned severity;        /* bit of the incident's */
	bool references_only;     /* of the texts nothing else is looked at */
	VEC_OF(struct lint_finding) found;
};

/* Notes a finding of a rule that is asked of this severity. Strings live in the arena. */
void lint_note(struct linting *lint, enum lint_rule rule, const char *pointer, const char *place, const char *suggestion,
	       const char *format, ...) PRINTF_LIKE(6, 7);
/* Of field `name` of the part at `index`. */
void lint_part(struct linting *lint, enum lint_rule rule, enum incident_child kind, size_t index, const char *name,
	       const char *suggestion, const char *text);

void lint_record(struct linting *lint);   /* lint_record.c: completeness, support, actions */
void lint_language(struct linting *lint); /* lint_language.c: what the texts say */

static inline bool lint_blank(const char *text)
{
	return !text || !text[strspn(text, " \t\r\n")];
}

#endif
