/*
 * How far an incident's document is: draft, in review, reviewed, published, superseded
 * (postmortem_moves.def). The steps of its review are parts of the record (ST1 …), taken by
 * postmortem_step() alone. Each names the digest of the text that it was taken on, so that an
 * approval is one of that text: whatever changes it (an edit, an undo, a merge, a document)
 * puts it in review again, and an undo of that restores the approval.
 *
 * Who changed the text since it was approved last is an author, and cannot approve it. That
 * is read from the operation log. Names are what people say they are: it keeps slips from
 * happening, not fraud.
 */
#ifndef AITIA_CORE_POSTMORTEM_STATE_H
#define AITIA_CORE_POSTMORTEM_STATE_H

#include "core/base/digest.h"
#include "core/store.h"

/* Of all that people wrote but the steps and the signature; not of the members. Samples that are evidence, or are withheld, count by
 * their numbers: neither is exchanged under an approval, which does not outlast a merge that numbers them anew. */
struct digest postmortem_digest(const struct incident *incident);

struct postmortem_review {
	enum postmortem_state state;
	bool changed;                    /* in review since it was changed after the step */
	const struct incident_step *step; /* the last one; NULL: none was taken */
};
struct postmortem_review postmortem_review(const struct incident *incident);
/* "in review, changed since bob approved it (ST2)"; without names for readers outside. */
const char *postmortem_review_text(struct arena *arena, const struct postmortem_review *review, bool is_public);
/* Whether readers outside may have it as it is; superseded too, while it is the text that was. */
bool postmortem_is_approved(enum postmortem_state state);
/* Why a postmortem in that state does not become whatever it may not. */
const char *postmortem_stays(enum postmortem_state state);
enum status postmortem_may_move(enum postmortem_state from, enum postmortem_state to, struct error *err) MUST_CHECK;

struct postmortem_author {
	const char *reviewer;
	int64_t edit;                    /* the newest of theirs */
};
/* Since it was approved last; in the arena. */
enum status postmortem_authors(struct store *store, struct arena *arena, const char *key,
			       const struct postmortem_author **out, size_t *count, struct error *err) MUST_CHECK;

struct postmortem_request {
	const char *key;
	enum postmortem_state state;
	const char *text;                /* a remark, or NULL */
	int64_t version;                 /* of the incident that was looked at; 0: as it is now */
};
/* Takes a step as one edit. STATUS_REFUSED with the reason; STATUS_CONFLICT: changed meanwhile. */
enum status postmortem_step(struct store *store, struct arena *arena, const char *reviewer,
			    const struct postmortem_request *request, int64_t *number, int64_t *edit, struct error *err) MUST_CHECK;

#endif
