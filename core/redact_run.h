/* What redaction is made of: redact.c searches one text, redact_input.c all that a page is made from. */
#ifndef AITIA_CORE_REDACT_RUN_H
#define AITIA_CORE_REDACT_RUN_H

#include "core/base/regex.h"
#include "core/base/vec.h"
#include "core/redact.h"

struct rule {
	char *name, *help;
	int entropy_hundredths; /* of a bit a byte, at least; 0: whatever it is */
	struct regex *regex;
};

struct decision {
	char *hit, *reason;
	enum redact_decision decision;
};

struct redactor {
	VEC_OF(struct rule) rules;
	VEC_OF(struct decision) decisions; /* in the order of the file */
	VEC_OF(struct redact_hit) hits;    /* of the input at hand */
	redact_seen seen;                  /* of the input at hand; or NULL */
	struct digest digest;
};

#endif
