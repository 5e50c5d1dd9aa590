/*
 * Is this postmortem complete, supported and blameless? Rules over an incident's record
 * (lint_rules.def, which says of each where it is from); docs/lint.md is made from it. Each
 * rule can be waived with a reason: by a waiver of the record, or for one run.
 */
#ifndef AITIA_CORE_LINT_H
#define AITIA_CORE_LINT_H

#include "core/incident_review.h"

enum lint_rule {
#define RULE(name, id, level, severities, text, why) LINT_##name,
#include "core/lint_rules.def"
	LINT_COUNT
};

struct lint_rule_info {
	const char *id;      /* "action-without-owner" */
	enum level level;    /* LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR */
	unsigned severities; /* bit n: asked of an incident of severity n */
	const char *text;    /* what is asked, a sentence */
	const char *why;     /* and where that is from */
};
const struct lint_rule_info *lint_rule_info(enum lint_rule rule);
bool lint_rule_find(const char *id, enum lint_rule *out);

struct lint_finding {
	enum lint_rule rule;
	const char *pointer;    /* JSON pointer into the incident's document: "/actions/0/owner"; "" = the whole */
	const char *place;      /* for people: "A1 owner", "section summary, line 3" */
	size_t line;            /* of that text, from 1; 0: of no line */
	const char *text;       /* what was found, one sentence */
	const char *suggestion; /* or NULL */
	const char *waived;     /* the reason, or NULL: it counts */
};

struct lint_waiver {
	const char *rule, *reason;
};

struct lint_request {
	const struct incident_review *review;
	const char *const *names;    /* of people, who are not to stand in the text */
	size_t name_count;
	const struct lint_waiver *waivers; /* besides those of the record */
	size_t waiver_count;
	/* Earlier incidents that are like this one and that it does not speak of, a sentence each; or none. */
	const struct lint_earlier { const char *key, *text; } *earlier;
	size_t earlier_count;
	/* Whether a sample exists, for references in the text; NULL: not asked. */
	bool (*has_sample)(void *context, int64_t sample);
	void *context;
};

struct lint_report {
	const struct lint_finding *findings; /* in the order of the rules; waived ones too */
	size_t count;
	size_t counted[LEVEL_COUNT];  /* those that are not waived, by level */
};

struct lint_report lint_incident(struct arena *arena, const struct lint_request *request);

/* Only the references in the texts that name nothing, whatever is waived: `request` says of
 * which incident and how samples are looked for. What a page must not be made of. */
struct lint_report lint_references(struct arena *arena, const struct incident *incident, const struct lint_request *request);

/* The incident of the store, with the names of its reviewers and of owners of its actions
 * (teams and roles are no names). STATUS_NOT_FOUND. */
enum status lint_load(struct store *store, struct arena *arena, const char *key, const struct lint_waiver *waivers,
		      size_t waiver_count, struct lint_report *out, struct error *err) MUST_CHECK;

/* STATUS_REFUSED where a text refers to what is not there, with its section and line. */
enum status lint_references_hold(struct store *store, struct arena *arena, const struct incident *incident,
				 struct error *err) MUST_CHECK;

#endif
