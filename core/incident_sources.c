/* Sources that disagree, and disputes; core/incident_review.h. */
#include <inttypes.h>
#include <string.h>

#include "core/reviewing.h"

/* Milestones that a cohort passes once; the others may come in steps. */
static bool comes_once(enum milestone milestone)
{
	return milestone != MILESTONE_NONE && milestone != MILESTONE_MITIGATED && milestone != MILESTONE_FIX_DEPLOYED &&
	       milestone != MILESTONE_USERS_NOTIFIED;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Two entries that nobody says are from the same source may be two things that happened. */
static bool other_sources(const struct incident_event *a, const struct incident_event *b)
{
	if (a->cites_count && b->cites_count)
		return !numbers_share(a->cites, a->cites_count, b->cites, b->cites_count);
	return !a->cites_count && !b->cites_count && a->sources && a->sources[0] && b->sources && b->sources[0] &&
	       !same_text(a->sources, b->sources);
}

/* Of the same cohort: both name it, or neither names any. */
static bool same_cohort(const struct incident_event *a, const struct incident_event *b)
{
	return same_text(a->cohort, b->cohort) &&
	       ((!a->cohorts_count && !b->cohorts_count) || numbers_share(a->cohorts, a->cohorts_count, b->cohorts, b->cohorts_count));
}

/* An entry of a change and one that names no change may mean the same; those of two changes do not. */
static bool same_mark(const struct incident_event *a, const struct incident_event *b)
{
	return a->milestone == b->milestone && comes_once(a->milestone) &&
	       (a->change == b->change || !a->change || !b->change) && same_cohort(a, b);
}

/* Whether the one of the two that names no change repeats what a third entry says of another change than the other's. */
static bool is_of_another_change(const struct incident *in, const struct incident_event *a, const struct incident_event *b)
{
	const struct incident_event *bare = a->change ? b : a, *labelled = a->change ? a : b;

	for (size_t i = 0; !bare->change && labelled->change && i < in->event_count; i++) {
		const struct incident_event *other = &in->events[i];
		if (other->change && other->change != labelled->change && instant_known(other->at) && same_mark(bare, other) &&
		    same_cohort(labelled, other) && !instants_disagree(bare->at, other->at))
			return true;
	}
	return false;
}

void review_find_disagreeing_events(struct reviewing *r)
{
	const struct incident *in = r->incident;

	for (size_t i = 0; i < in->event_count; i++)
		for (size_t k = i + 1; k < in->event_count; k++) {
			const struct incident_event *a = &in->events[i], *b = &in->events[k];
			if (!same_mark(a, b) || !other_sources(a, b) || !instants_disagree(a->at, b->at) || is_of_another_change(in, a, b))
				continue;
			review_tell(r, CONTRADICTION_SOURCES_DISAGREE,
				    arena_printf(r->arena, "E%" PRId64 ", E%" PRId64, a->number, b->number),
				    arena_printf(r->arena, "%s: %s: %s; %s: %s.", review_plain(r, milestone_word(a->milestone)),
						 review_who_says(r, a->cites, a->cites_count, a->sources, "one"), review_when(r, a->at),
						 review_who_says(r, b->cites, b->cites_count, b->sources, "another"), review_when(r, b->at)));
		}
}

static const struct incident_event *event_of(const struct incident *in, int64_t number)
{
	for (size_t i = 0; number && i < in->event_count; i++)
		if (in->events[i].number == number)
			return &in->events[i];
	return NULL;
}

static const struct incident_change *change_of(const struct incident *in, int64_t number)
{
	for (size_t i = 0; number && i < in->change_count; i++)
		if (in->changes[i].number == number)
			return &in->changes[i];
	return NULL;
}

/* The part that a dispute is about, and the time that the record gives for it. */
static const char *disputed_part(struct reviewing *r, const struct incident_dispute *dispute, const char **says, bool *apart)
{
	const struct incident_event *event = event_of(r->incident, dispute->event);
	const struct incident_change *change = change_of(r->incident, dispute->change);

	*says = "";
	*apart = false;
	if (event) {
		*apart = instants_disagree(event->at, dispute->at);
		*says = arena_printf(r->arena, "%s: %s", review_who_says(r, event->cites, event->cites_count, event->sources,
								      "the record"), review_when(r, event->at));
		return arena_printf(r->arena, "E%" PRId64, event->number);
	}
	if (change) {
		*apart = instants_disagree(change->at, dispute->at) &&
			 (!instant_known(change->reverted_at) || instants_disagree(change->reverted_at, dispute->at));
		*says = arena_printf(r->arena, "%s: from %s%s%s", review_who_says(r, change->cites, change->cites_count, NULL, "the record"),
				     review_when(r, change->at), instant_known(change->reverted_at) ? " to " : "",
				     instant_known(change->reverted_at) ? review_when(r, change->reverted_at) : "");
		return arena_printf(r->arena, "CH%" PRId64, change->number);
	}
	return dispute->cause ? arena_printf(r->arena, "C%" PRId64, dispute->cause) : NULL;
}

void review_find_disputes(struct reviewing *r, bool of_times)
{
	for (size_t i = 0; i < r->incident->dispute_count; i++) {
		const struct incident_dispute *dispute = &r->incident->disputes[i];
		const char *says, *who = review_who_says(r, dispute->cites, dispute->cites_count, NULL, "another source");
		bool apart;
		const char *part = disputed_part(r, dispute, &says, &apart);
		const char *parts = arena_printf(r->arena, "%s%sDI%" PRId64, part ? part : "", part ? ", " : "", dispute->number);
		if (dispute->status != DISPUTE_OPEN || apart != of_times)
			continue;
		if (apart)
			review_tell_dispute(r, CONTRADICTION_SOURCES_DISAGREE, parts,
					    arena_printf(r->arena, "%s; %s: %s.", says, who, review_when(r, dispute->at)), dispute->text);
		else
			review_tell_dispute(r, CONTRADICTION_DISPUTED, parts, arena_printf(r->arena, "%s:", who), dispute->text);
	}
}
