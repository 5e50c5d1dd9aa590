/* Rules over what the record holds: is it complete, is it supported, do the actions follow? */
#include <inttypes.h>
#include <string.h>

#include "core/lint_run.h"
#include "core/postmortem_state.h"

static bool has_section(const struct incident *incident, const char *key)
{
	return !lint_blank(incident_section(incident, key));
}

static bool is_over(const struct incident *incident)
{
	return incident->status == INCIDENT_RESOLVED || incident->status == INCIDENT_WATCHING || incident->status == INCIDENT_CLOSED;
}

/* ---- completeness --------------------------------------------------------------------- */

static void check_milestones(struct linting *lint)
{
	const struct cohort_times *all = &lint->request->review->times->whole;

	if (!all->at[MILESTONE_INTRODUCED].known && !all->at[MILESTONE_FIRST_IMPACT].known)
		lint_note(lint, LINT_MILESTONE_MISSING, "/events", "timeline", "mark the entry as 'introduced' or 'first_impact'",
			  "No entry says when it began.");
	if (!all->at[MILESTONE_DETECTED].known)
		lint_note(lint, LINT_MILESTONE_MISSING, "/events", "timeline", "mark the entry as 'detected'",
			  "No entry says when it was detected.");
	if (is_over(lint->incident) && !all->at[MILESTONE_RESOLVED].known && !all->at[MILESTONE_ROLLOUT_COMPLETE].known)
		lint_note(lint, LINT_MILESTONE_MISSING, "/events", "timeline", "mark the entry as 'resolved'",
			  "The status is '%s', but no entry says when it was resolved.",
			  incident_status_word(lint->incident->status));
}

static bool users_affected(const struct incident *incident)
{
	for (size_t i = 0; i < incident->cohort_count; i++)
		if (incident->cohorts[i].state == COHORT_AFFECTED)
			return true;
	return !incident->cohort_count && incident->severity != SEVERITY_Q5 && incident->member_counts[MEMBER_CORE] > 0;
}

static void check_notice(struct linting *lint)
{
	const struct incident *in = lint->incident;
	bool told = lint->request->review->times->whole.at[MILESTONE_USERS_NOTIFIED].known;

	if (!users_affected(in))
		return;
	if (!in->advisory_count && !has_section(in, "affected"))
		lint_note(lint, LINT_ADVISORY_MISSING, "/advisories", "advisories",
			  "say which versions, how users find out, what to look at again and what helps",
			  "Users were affected, and nothing tells them so.");
	for (size_t i = 0; i < in->advisory_count; i++)
		told |= instant_known(in->advisories[i].notified_at);
	if (!told)
		lint_note(lint, LINT_NOTICE_MISSING, "/events", "timeline", "mark the entry as 'users_notified'",
			  "Users were affected, and it is not recorded when they were told.");
}

static void check_detection(struct linting *lint)
{
	const struct incident *in = lint->incident;
	bool explained = in->safeguard_count > 0 || has_section(in, "detection");

	for (size_t i = 0; i < in->cause_count; i++)
		explained |= in->causes[i].role == ROLE_DETECTION_GAP;
	if (!explained)
		lint_note(lint, LINT_DETECTION_UNEXPLAINED, "/safeguards", "safeguards",
			  "record the safeguards that there were, whether they ran, and why each missed it",
			  "Nothing says how it was detected, and why not sooner.");
	for (size_t i = 0; i < in->safeguard_count; i++) {
		const struct incident_safeguard *safeguard = &in->safeguards[i];
		bool missed = safeguard->outcome == OUTCOME_MISSED || safeguard->outcome == OUTCOME_BYPASSED ||
			      safeguard->outcome == OUTCOME_MASKED;
		if (missed && lint_blank(safeguard->why))
			lint_part(lint, LINT_SAFEGUARD_UNEXPLAINED, INCIDENT_SAFEGUARD, i, "why", NULL,
				  arena_printf(lint->arena, "It %s: why is not said.",
					       safeguard->outcome == OUTCOME_MISSED ? "missed" : safeguard->outcome == OUTCOME_BYPASSED ?
					       "was bypassed" : "was masked"));
	}
}

static void check_completeness(struct linting *lint)
{
	const struct incident *in = lint->incident;

	if (!has_section(in, "summary"))
		lint_note(lint, LINT_SUMMARY_MISSING, "/sections/summary", "section summary",
			  "what happened, who was hit, what was done: three sentences", "There is no summary.");
	if (in->severity == SEVERITY_NONE)
		lint_note(lint, LINT_SEVERITY_MISSING, "/severity", "severity", NULL, "No severity is set.");
	else if (lint_blank(in->severity_rationale))
		lint_note(lint, LINT_RATIONALE_MISSING, "/severity_rationale", "severity", NULL, "Why it is %s is not said.",
			  severity_word(in->severity));
	if (!in->impact_count && !has_section(in, "impact"))
		lint_note(lint, LINT_IMPACT_MISSING, "/impacts", "impact", "who and how many, measured or estimated; what was not affected",
			  "What it cost is not stated.");
	if (!in->cohort_count)
		lint_note(lint, LINT_COHORTS_MISSING, "/cohorts", "cohorts", "record plan, platform, model, surface and versions",
			  "Who was affected is not recorded.");
	if (!in->event_count)
		lint_note(lint, LINT_TIMELINE_MISSING, "/events", "timeline", NULL, "The timeline is empty.");
	else
		check_milestones(lint);
	if (!in->cause_count)
		lint_note(lint, LINT_CAUSES_MISSING, "/causes", "causes", NULL, "No cause is named.");
	if (!in->action_count)
		lint_note(lint, LINT_ACTIONS_MISSING, "/actions", "actions", NULL, "There is no action.");
	if (!has_section(in, "lessons"))
		lint_note(lint, LINT_LESSONS_MISSING, "/sections/lessons", "section lessons", NULL,
			  "What went well, poorly, and where luck helped is not written.");
	check_detection(lint);
	check_notice(lint);
}

/* ---- support ---------------------------------------------------------------------------- */

static bool is_disputed(const struct incident *in, const struct incident_cause *cause)
{
	for (size_t i = 0; i < in->dispute_count; i++)
		if (in->disputes[i].cause == cause->number && in->disputes[i].status == DISPUTE_OPEN)
			return true;
	return false;
}

static void check_cause(struct linting *lint, size_t index)
{
	const struct incident_cause *cause = &lint->incident->causes[index];
	bool supported = cause->evidence_count || cause->cites_count;

	if (cause->confidence == CONFIDENCE_RULED_OUT)
		return;
	if (!supported && cause->confidence == CONFIDENCE_CONFIRMED)
		lint_part(lint, LINT_CAUSE_UNSUPPORTED, INCIDENT_CAUSE, index, "evidence", "name samples, or cite a source; or call it likely",
			  "It is called confirmed, and nothing supports it.");
	else if (!supported)
		lint_part(lint, LINT_CAUSE_WITHOUT_EVIDENCE, INCIDENT_CAUSE, index, "evidence", "name samples, or cite a source",
			  "Nothing supports it.");
	if (cause->confidence == CONFIDENCE_CONFIRMED && is_disputed(lint->incident, cause))
		lint_part(lint, LINT_CAUSE_DISPUTED, INCIDENT_CAUSE, index, "confidence", "settle the dispute, or call it likely",
			  "It is called confirmed while a source disputes it.");
	if (incident_symptom_only(lint->incident, cause->number))
		lint_part(lint, LINT_SYMPTOM_ONLY, INCIDENT_CAUSE, index, "statement", "an action that fixes it or keeps it from coming again",
			  "Symptom fixed, cause open: what was finished for it reverts or mitigates.");
	for (size_t i = 0; i < lint->incident->action_count; i++)
		if (lint->incident->actions[i].cause == cause->number && lint->incident->actions[i].status != ACTION_STATUS_DROPPED)
			return;
	if (cause->role == ROLE_TRIGGER || cause->role == ROLE_LATENT || cause->role == ROLE_CONTRIBUTING)
		lint_part(lint, LINT_CAUSE_WITHOUT_ACTION, INCIDENT_CAUSE, index, "number", NULL, "No action addresses it.");
}

static void check_event(struct linting *lint, size_t index)
{
	const struct incident_event *event = &lint->incident->events[index];
	const char *tag = arena_printf(lint->arena, "E%" PRId64, event->number);
	bool told = event->certainty != EVENT_CERTAINTY_DISPUTED; /* then nothing is to be told */

	if (!event->cites_count && !event->evidence_count && lint_blank(event->sources))
		lint_part(lint, LINT_EVENT_UNSOURCED, INCIDENT_EVENT, index, "cites", "cite a source, or say in words where it is from",
			  "Where it is from is not said.");
	for (size_t i = 0; i < lint->incident->dispute_count && !told; i++)
		told |= lint->incident->disputes[i].event == event->number ||
			(event->change && lint->incident->disputes[i].change == event->change);
	/* A contradiction that the program found between entries explains it as well. */
	for (size_t i = 0; i < lint->request->review->contradiction_count && !told; i++) {
		const char *parts = lint->request->review->contradictions[i].parts;
		const char *at = strstr(parts, tag);
		told = at && (at[strlen(tag)] == ',' || !at[strlen(tag)]);
	}
	if (!told)
		lint_part(lint, LINT_DISPUTE_UNEXPLAINED, INCIDENT_EVENT, index, "certainty", "add a dispute: who says what instead",
			  "It is marked disputed, and nothing says what else is said.");
}

static void check_impact(struct linting *lint, size_t index)
{
	const struct incident_impact *impact = &lint->incident->impacts[index];

	if (impact->basis == BASIS_UNKNOWN && !impact->cites_count && lint_blank(impact->method))
		lint_part(lint, LINT_IMPACT_UNSUPPORTED, INCIDENT_IMPACT, index, "basis", "say whether it was measured, estimated or reported, and how",
			  "How it is known is not said.");
	if (!lint_blank(impact->value) && lint_blank(impact->denominator) && lint_blank(impact->baseline) &&
	    (!impact->unit || !strchr(impact->unit, '%')))
		lint_part(lint, LINT_IMPACT_WITHOUT_DENOMINATOR, INCIDENT_IMPACT, index, "denominator", NULL,
			  "A number without a denominator or a baseline.");
}

static void check_support(struct linting *lint)
{
	const struct incident_review *review = lint->request->review;
	const struct incident *in = lint->incident;

	for (size_t i = 0; i < in->cause_count; i++)
		check_cause(lint, i);
	for (size_t i = 0; i < in->event_count; i++)
		check_event(lint, i);
	for (size_t i = 0; i < in->impact_count; i++)
		check_impact(lint, i);
	for (size_t i = 0; i < review->contradiction_count; i++)
		lint_note(lint, LINT_CONTRADICTION, "", review->contradictions[i].parts, NULL, "%s: %s",
			  contradiction_word(review->contradictions[i].kind), review->contradictions[i].text);
	for (size_t i = 0; i < review->overlap_count; i++)
		lint_note(lint, LINT_OVERLAP, "/changes",
			  arena_printf(lint->arena, "CH%" PRId64 ", CH%" PRId64, review->overlaps[i].first->number,
				       review->overlaps[i].second->number), NULL, "%s", review->overlaps[i].text);
	for (size_t i = 0; i < lint->request->earlier_count; i++)
		lint_note(lint, LINT_RECURRENCE_UNMENTIONED, "/recurrences", "recurrences",
			  arena_printf(lint->arena, "aitia incident recurrences %s --accept=%s, or --dismiss", in->key,
				       lint->request->earlier[i].key), "%s", lint->request->earlier[i].text);
	for (size_t i = 0; i < in->hypothesis_count && is_over(in); i++)
		if (in->hypotheses[i].status == HYPOTHESIS_OPEN && lint_blank(in->hypotheses[i].reason))
			lint_part(lint, LINT_HYPOTHESIS_OPEN, INCIDENT_HYPOTHESIS, i, "status", NULL,
				  "It is over, and this explanation is neither borne out nor ruled out.");
}

/* ---- actions ----------------------------------------------------------------------------- */

static void check_action(struct linting *lint, size_t index)
{
	const struct incident_action *action = &lint->incident->actions[index];
	bool to_do = action->status == ACTION_STATUS_OPEN || action->status == ACTION_STATUS_IN_PROGRESS;

	if (action->status == ACTION_STATUS_DROPPED)
		return;
	if (to_do && lint_blank(action->owner))
		lint_part(lint, LINT_ACTION_WITHOUT_OWNER, INCIDENT_ACTION, index, "owner", "a role or a team will do", "Nobody owns it.");
	if (to_do && !instant_known(action->due))
		lint_part(lint, LINT_ACTION_WITHOUT_DUE, INCIDENT_ACTION, index, "due", NULL, "It has no date.");
	if (!action->cause && action->type != ACTION_COMMUNICATE)
		lint_part(lint, LINT_ACTION_WITHOUT_CAUSE, INCIDENT_ACTION, index, "cause", NULL, "It names no cause.");
	if (lint_blank(action->criterion) && action->type != ACTION_COMMUNICATE)
		lint_part(lint, LINT_ACTION_WITHOUT_CRITERION, INCIDENT_ACTION, index, "criterion", "say what will be measured, and what value counts",
			  "How its success would show is not said.");
	if (action->status == ACTION_STATUS_DONE && action->type != ACTION_COMMUNICATE)
		lint_part(lint, LINT_ACTION_UNVERIFIED, INCIDENT_ACTION, index, "status", "measure it, and set verified_effective or ineffective",
			  "It is done; whether it worked is not recorded.");
}

/* ---- links -------------------------------------------------------------------------------- */

static void check_links(struct linting *lint)
{
	static const enum incident_child linked[] = { INCIDENT_ACTION, INCIDENT_ADVISORY, INCIDENT_SOURCE };

	for (size_t k = 0; k < ARRAY_LEN(linked); k++)
		for (size_t i = 0; i < incident_part_count(lint->incident, linked[k]); i++) {
			const char *link = part_text(incident_field(linked[k], "link"), incident_part_at(lint->incident, linked[k], i));
			if (!lint_blank(link) && strncmp(link, "https://", 8) != 0 && strncmp(link, "http://", 7) != 0)
				lint_part(lint, LINT_LINK_SUSPICIOUS, linked[k], i, "link", NULL, "It is no web address.");
		}
}

static void check_review(struct linting *lint)
{
	struct postmortem_review review = postmortem_review(lint->incident);

	if (review.changed)
		lint_note(lint, LINT_POSTMORTEM_UNREVIEWED, "/steps", "postmortem", "have it approved again: aitia incident review",
			  "It was changed since it was approved.");
	else if (incident_reached(lint->incident, MILESTONE_PUBLISHED).known && !postmortem_is_approved(review.state))
		lint_note(lint, LINT_POSTMORTEM_UNREVIEWED, "", "postmortem", "have it approved: aitia incident review",
			  "The timeline says that it was published, and nobody approved it.");
}

static void check_workarounds(struct linting *lint)
{
	for (size_t i = 0; i < lint->incident->change_count; i++)
		if (change_is_unexplained(&lint->incident->changes[i]))
			lint_part(lint, LINT_WORKAROUND_UNEXPLAINED, INCIDENT_CHANGE, i, "masked", "name the causes that it hid; a new one if need be",
				  "The workaround was taken back; what it masked is not said.");
}

void lint_record(struct linting *lint)
{
	check_review(lint);
	check_completeness(lint);
	check_support(lint);
	for (size_t i = 0; i < lint->incident->action_count; i++)
		check_action(lint, i);
	check_workarounds(lint);
	check_links(lint);
}
