/*
 * The `apply` document: incidents as JSON, for scripts and for exchange.
 * `aitia incident show INC --json` prints what `aitia apply` reads; applying it
 * again changes nothing. Words are those of terms.def; times as ISO 8601 to
 * their precision; every member of an object is optional but `title`.
 *
 *   {"aitia": 1, "incidents": [{
 *     "key": "INC-2026-0001", "title": "…", "status": "declared", "severity": "Q2",
 *     "severity_rationale": "…", "partial": "…", "duplicate_of": "INC-…", "signature": "QUERY",
 *     "sections": {"summary": "Markdown", …},
 *     "causes":  [{"number": 1, "code": "infrastructure/cache", …}], "events": […], …
 *     "members": [{"sample": "sha256:…", "role": "core"}, {"query": "session:x", "role": "core"}]
 *   }]}
 *
 * "exposures": [{"day": "2026-03-04", "outputs": 1200, "values": {"model": "x"}}, …] beside the
 * incidents are denominators (exposure.h): what a document says of a day and its values takes the
 * place of what was said before.
 *
 * What document_write() adds as "computed" (intervals, the cohorts' milestones, contradictions)
 * follows from the rest and is passed over when it is read.
 *
 * The kinds of parts and their members are those of incident_fields.def; docs/apply.md
 * explains them, docs/incident.schema.json is their JSON Schema.
 *
 * Samples are named by fingerprint ("sha256:" + 64 hex digits), so that a document
 * means the same in another store. A "query" adds all that match at that moment.
 * Absent "number"s are given in order. Without "key" a new incident is made each time.
 *
 * "steps" of the postmortem's review are read for a new incident only.
 *
 * In detail, for an incident that is there already: an absent member keeps what
 * is stored, null empties it. Lists of parts state the whole
 * list: parts that are not in it are taken out. "sections" are merged by key, an
 * empty text takes one out. "members" are only ever added; the role given counts,
 * and that of a "sample" before that of a "query". A cause's sub-cause may stand
 * alone where it is unique. Numbers that are not given are the lowest that no
 * other child of the list states, in order. Unknown and doubled names are errors,
 * so that a slip of the pen is not lost. "illustrative": true may stand on an incident.
 */
#ifndef AITIA_CORE_DOCUMENT_H
#define AITIA_CORE_DOCUMENT_H

#include "core/store.h"

struct document_result {
	const char *key;
	bool created;
	bool changed;          /* something was written for it */
	size_t members_added;
};

struct document_fault {
	const char *pointer;   /* JSON pointer (RFC 6901): "/incidents/0/events/3/at"; "" = the document */
	const char *reason;
};
#define DOCUMENT_FAULTS_MAX 200 /* so many are kept */

struct document_report {
	const struct document_result *results; /* none unless STATUS_OK */
	size_t count;
	bool has_exposures;
	struct exposure_result exposures;
	const struct document_fault *faults;   /* in the order in which they were met */
	size_t fault_count;    /* of those kept */
	size_t fault_total;
};

/* All or none: whatever is wrong is refused (STATUS_INPUT with the first fault as
 * "/incidents/0/events/3/at: …" and how many more there are; the report has all of them)
 * before anything is written, and when the store fails half-way (full, a conflict with
 * somebody's edit), nothing of it stays; the message names the incident. What is applied
 * is one edit, "apply": one undo takes it back. */
enum status document_apply(struct store *store, struct arena *arena, const char *reviewer,
			   struct slice json, struct document_report *out, struct error *err) MUST_CHECK;

/* Appends the document of one incident as one line. STATUS_NOT_FOUND. */
enum status document_write(struct store *store, struct arena *arena, const char *key,
			   struct strbuf *out, struct error *err) MUST_CHECK;
/* What the caller has read already, so that it is not read again. */
struct incident_review;
struct document_known {
	const struct incident_review *review;  /* of `shown`, with all that is counted in it; NULL: none */
	const struct sample *const *samples;   /* some of those that the document names */
	size_t sample_count;
};
/* As `shown` is, a copy of it for some readers; members that `whole` withholds are left out
 * (audience.h) unless that is NULL. `known` may be NULL. */
enum status document_write_shown(struct store *store, struct arena *arena, const struct incident *shown, const struct incident *whole,
				 const struct document_known *known, struct strbuf *out, struct error *err) MUST_CHECK;

#endif
