/*
 * The `apply` document: incidents as JSON, for scripts and for exchange.
 * `aitia incident show INC --json` prints what `aitia apply` reads; applying it
 * again changes nothing. Words are those of terms.def; times as ISO 8601 to
 * their precision; every member of an object is optional but `title`.
 *
 *   {"aitia": 1, "incidents": [{
 *     "key": "INC-2026-0001", "title": "…", "status": "declared", "severity": "Q2",
 *     "severity_rationale": "…",
 *     "sections": {"summary": "Markdown", …},
 *     "causes":  [{"number": 1, "code": "infrastructure/cache", "statement": "…", "role": "trigger",
 *                  "confidence": "confirmed", "intent": "defect", "evidence": ["sha256:…", …]}],
 *     "events":  [{"number": 1, "at": "2026-03-04T10:10Z", "certainty": "exact", "kind": "change",
 *                  "milestone": "introduced", "text": "…", "sources": "…", "cohort": "…"}],
 *     "actions": [{"number": 1, "type": "fix", "status": "done", "text": "…", "cause": 1, "owner": "…",
 *                  "due": "2026-06-01", "link": "…", "criterion": "…"}],
 *     "members": [{"sample": "sha256:…", "role": "core"}, {"query": "session:x", "role": "core"}]
 *   }]}
 *
 * Samples are named by fingerprint ("sha256:" + 64 hex digits), so that a document
 * means the same in another store. A "query" adds all that match at that moment.
 * Absent "number"s are given in order. Without "key" a new incident is made each time.
 *
 * In detail, for an incident that is there already: an absent member keeps what
 * is stored, null empties it. "causes", "events" and "actions" state the whole
 * list: children that are not in it are taken out. "sections" are merged by key, an
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

/* All or none: whatever is wrong is refused with a JSON pointer (STATUS_INPUT,
 * "/incidents/0/events/3/at: …") before anything is written, and when the store fails
 * half-way (full, a conflict with somebody's edit), nothing of it stays; the message
 * names the incident. What is applied is one edit, "apply": one undo takes it back.
 * *count is 0 unless STATUS_OK. */
enum status document_apply(struct store *store, struct arena *arena, const char *reviewer,
			   struct slice json, const struct document_result **out, size_t *count,
			   struct error *err) MUST_CHECK;

/* Appends the document of one incident as one line. STATUS_NOT_FOUND. */
enum status document_write(struct store *store, struct arena *arena, const char *key,
			   struct strbuf *out, struct error *err) MUST_CHECK;

#endif
