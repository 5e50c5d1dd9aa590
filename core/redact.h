/*
 * Secrets and personal data in what is to be published: found by rules, shown as marks,
 * or kept by a decision that says who made it and why.
 *
 * Rules are those of redact_rules.def and those of a file of the team's, of lines
 *
 *     rule NAME PATTERN              a rule more (Perl's regular expressions), or in place of one
 *     drop NAME                      a built-in rule less
 *     keep HIT WHO: WHY              what was found may be shown
 *     hide HIT WHO: WHY              what was found is shown as a mark
 *
 * and comments behind "#". HIT is the start of the SHA-256 of what was found, at least
 * 16 digits, so that the file holds no secret. The last line about a hit counts.
 */
#ifndef AITIA_CORE_REDACT_H
#define AITIA_CORE_REDACT_H

#include <stdbool.h>

#include "core/base/digest.h"
#include "core/render.h"

#define REDACT_HIT_DIGITS 16

enum redact_decision { REDACT_OPEN, REDACT_KEEP, REDACT_HIDE };

struct redact_hit {
	const char *rule, *help;
	const char *where;     /* "sample 12 code", "C1 statement", "summary" */
	const char *hit;       /* REDACT_HIT_DIGITS of its digest */
	const char *preview;   /* its first and last letters: "AKIA…XY" */
	enum redact_decision decision;
	const char *reason;    /* "ada: …", or NULL */
};

/* What a renderer has as `seen`: Markdown as readers see it. */
typedef void (*redact_seen)(struct arena *, struct slice markdown, struct slice *text, struct slice *targets);

struct redactor; /* for one thread at a time */

/* `rules`: the file's text, may be empty; `name` is for messages. STATUS_INPUT with
 * the line of what cannot be read. */
enum status redactor_new(struct slice rules, const char *name, struct redactor **out, struct error *err) MUST_CHECK;
void redactor_free(struct redactor *redactor); /* NULL: nothing to do */
struct digest redactor_digest(const struct redactor *redactor); /* of the rules' text */

/* A copy of the input in which each hit that is to be hidden, or of which nobody decided,
 * stands as "[redacted: RULE]"; *hits are all, in the order of the document, each place once.
 * Markdown is searched as it was written and, with `seen`, as readers see it. If that shows a
 * hit to be hidden which the source does not, the text alone goes out, without its form. */
void redact_input(struct redactor *redactor, struct arena *arena, redact_seen seen, const struct postmortem_input *input,
		  struct postmortem_input *out, const struct redact_hit **hits, size_t *count);

/* What is found in one text which is finished. */
void redact_check(struct redactor *redactor, struct arena *arena, const char *where, const char *text,
		  const struct redact_hit **hits, size_t *count);

/* One text, which is no Markdown; for tests and tools. */
struct slice redact_text(struct redactor *redactor, struct arena *arena, const char *where, struct slice text);

#endif
