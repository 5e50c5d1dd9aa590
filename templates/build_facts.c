/* The facts at the head of a page: what is at stake, who was hit, since when, how long, what now. */
#include "templates/build_record.h"

#include "core/postmortem_state.h"
#include "templates/markdown.h"

static void add_fact(struct builder *b, struct value *facts, const char *name, const char *text)
{
	struct value *fact;

	if (!text)
		return;
	fact = value_object(b->arena);
	value_set(fact, "name", value_text(b->arena, slice_of(name)));
	value_set(fact, "value", build_cell(b, text));
	value_add(facts, fact);
}

/* The claim that counts, how sure it is, and whether there are more; NULL: none. */
static const char *milestone_text(struct builder *b, enum milestone milestone)
{
	struct time_span span = incident_reached(b->input->incident, milestone);
	const char *sure = "", *more = "";

	if (!span.known)
		return NULL;
	if (span.event->certainty != EVENT_CERTAINTY_EXACT)
		sure = arena_printf(b->arena, " (%s)", event_certainty_word(span.event->certainty));
	if (span.claims > 1)
		more = arena_printf(b->arena, "; the %s of %zu entries, see the timeline",
				    milestone_is_end(milestone) ? "last" : "first", span.claims);
	return arena_printf(b->arena, "%s UTC%s%s", instant_text(b->arena, span.event->at), sure, more);
}

/* ---- who, how long, what now ----------------------------------------------------------------- */

#define NAMED_MAX 8

/* "CO1 Pro and Max; CO2 Team", the first of them; NULL: none is in that state. */
static const char *cohorts_text(struct builder *b, enum cohort_state state)
{
	const struct incident *incident = b->input->incident;
	const char *text = NULL;
	size_t count = 0;

	for (size_t i = 0; i < incident->cohort_count; i++) {
		const struct incident_cohort *cohort = &incident->cohorts[i];
		if (cohort->state != state || ++count > NAMED_MAX)
			continue;
		text = arena_printf(b->arena, "%s%sCO%lld %s", text ? text : "", text ? "; " : "", (long long)cohort->number,
				    build_clip(b, cohort->name));
	}
	return count > NAMED_MAX ? arena_printf(b->arena, "%s; and %zu more", text, count - NAMED_MAX) : text;
}

const char *build_end(struct builder *b)
{
	const struct incident *incident = b->input->incident;
	bool again = incident->status == INCIDENT_REOPENED; /* what ended it is in the record still */
	const struct incident_event *end = again || incident_open_cohorts(incident, b->arena) ? NULL : incident_end(incident);

	return end ? instant_text(b->arena, end->at) : "";
}

bool build_is_open(struct builder *b)
{
	enum incident_status status = b->input->incident->status;

	return incident_open_cohorts(b->input->incident, b->arena) ||
	       (status != INCIDENT_RESOLVED && status != INCIDENT_WATCHING && status != INCIDENT_CLOSED && status != INCIDENT_DUPLICATE);
}

/* Of the length where there is one, so that they tell the same. */
const char *build_begin(struct builder *b)
{
	const struct cohort_times *whole = &b->review->times->whole;
	const struct incident_interval *length = &whole->intervals[INTERVAL_impact_to_resolution];
	const struct time_span *begin = &whole->at[whole->at[MILESTONE_FIRST_IMPACT].known ? MILESTONE_FIRST_IMPACT : MILESTONE_INTRODUCED];

	if (length->known)
		return instant_text(b->arena, length->begins->at);
	return begin->known ? instant_text(b->arena, begin->event->at) : "";
}

const char *build_length(struct builder *b)
{
	return interval_text(b->arena, &b->review->times->whole.intervals[INTERVAL_impact_to_resolution]);
}

/* Whether every cohort has an entry that says resolved, if not its own. */
static bool is_claimed_for_all(struct builder *b)
{
	const struct incident_times *times = b->review->times;

	for (size_t i = 0; i < times->cohort_count; i++)
		if (times->cohorts[i].cohort && times->cohorts[i].cohort->state == COHORT_AFFECTED &&
		    !times->cohorts[i].at[MILESTONE_RESOLVED].known)
			return false;
	return true;
}

/* What is over for some only is not over; the last cohort's end may be a rollout. */
static const char *resolved_text(struct builder *b)
{
	const struct incident *incident = b->input->incident;
	const char *open = incident_open_cohorts(incident, b->arena), *said = milestone_text(b, MILESTONE_RESOLVED);
	const struct incident_event *end = incident_end(incident);

	if (open)
		return said ? arena_printf(b->arena, "%s; not for %s", said, open) : arena_printf(b->arena, "not yet for %s", open);
	if (!end || end->milestone != MILESTONE_ROLLOUT_COMPLETE)
		return said;
	if (said && is_claimed_for_all(b))
		return arena_printf(b->arena, "%s; but the fix had reached everybody only on %s UTC", said, instant_text(b->arena, end->at));
	return arena_printf(b->arena, "%s UTC, when the fix had reached everybody", instant_text(b->arena, end->at));
}

/* "10: 4 done, 6 open"; NULL: there are none. */
static const char *actions_text(struct builder *b)
{
	const struct incident *incident = b->input->incident;
	size_t counts[3] = { 0 };
	static const char *const words[] = { "done", "open", "dropped" };
	const char *text;

	for (size_t i = 0; i < incident->action_count; i++) {
		enum action_status status = incident->actions[i].status;
		counts[status == ACTION_STATUS_DROPPED ? 2 : status == ACTION_STATUS_OPEN || status == ACTION_STATUS_IN_PROGRESS]++;
	}
	text = arena_printf(b->arena, "%zu", incident->action_count);
	for (size_t i = 0, told = 0; i < ARRAY_LEN(counts); i++)
		if (counts[i])
			text = arena_printf(b->arena, "%s%s%zu %s", text, told++ ? ", " : ": ", counts[i], words[i]);
	return incident->action_count ? text : NULL;
}

static void add_milestones(struct builder *b, struct value *facts)
{
	static const struct {
		enum milestone milestone;
		const char *label;
	} shown[] = {
		{ MILESTONE_INTRODUCED, "Introduced" },     { MILESTONE_FIRST_IMPACT, "First impact" },
		{ MILESTONE_DETECTED, "Detected" },         { MILESTONE_MITIGATED, "Mitigated" },
		{ MILESTONE_RESOLVED, "Resolved" },
	}, afterwards[] = {
		{ MILESTONE_USERS_NOTIFIED, "Users notified" }, { MILESTONE_PUBLISHED, "Published" },
	};

	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		add_fact(b, facts, shown[i].label, shown[i].milestone == MILESTONE_RESOLVED ? resolved_text(b) :
						   milestone_text(b, shown[i].milestone));
	add_fact(b, facts, "Lasted", build_length(b)[0] ? build_length(b) : NULL);
	for (size_t i = 0; i < ARRAY_LEN(afterwards); i++)
		add_fact(b, facts, afterwards[i].label, milestone_text(b, afterwards[i].milestone));
}

struct value *build_facts(struct builder *b)
{
	const struct incident *incident = b->input->incident;
	struct value *facts = value_list(b->arena);
	const size_t *members = incident->member_counts;

	add_fact(b, facts, "Incident", incident->key);
	add_fact(b, facts, "Status", arena_printf(b->arena, "%s: %s",
						  build_words(b, incident_status_word(incident->status)),
						  incident_status_help(incident->status)));
	if (build_has(incident->partial))
		add_fact(b, facts, "Still open", incident->partial);
	if (build_has(incident->duplicate_of))
		add_fact(b, facts, "Covered by", incident->duplicate_of);
	add_fact(b, facts, "Severity", incident->severity == SEVERITY_NONE ? "not said" :
		 arena_printf(b->arena, "%s: %s", severity_word(incident->severity), severity_help(incident->severity)));
	if (build_has(incident->severity_rationale))
		add_fact(b, facts, "Why this severity", incident->severity_rationale);
	add_fact(b, facts, "Affected", cohorts_text(b, COHORT_AFFECTED));
	add_fact(b, facts, "Perhaps affected", cohorts_text(b, COHORT_SUSPECTED));
	add_fact(b, facts, "Not affected", cohorts_text(b, COHORT_NOT_AFFECTED));
	add_milestones(b, facts);
	add_fact(b, facts, "Action items", actions_text(b));
	if (build_has(incident->signature))
		add_fact(b, facts, "Watched for", incident->signature);
	add_fact(b, facts, "Samples", arena_printf(b->arena, "%zu core, %zu likely, %zu control", members[MEMBER_CORE],
						   members[MEMBER_LIKELY], members[MEMBER_CONTROL]));
	if (b->input->postmortem)
		add_fact(b, facts, "Document", postmortem_review_text(b->arena, b->input->postmortem, b->input->is_public));
	if (b->input->withheld)
		add_fact(b, facts, "Audience", "public: parts of the record are not shown here");
	if (instant_known(incident->updated_at)) {
		/* The store keeps the microsecond of the edit; a reader wants the minute. */
		struct instant updated = incident->updated_at;
		if (updated.precision > PRECISION_MINUTE)
			updated.precision = PRECISION_MINUTE;
		add_fact(b, facts, "Record updated", arena_printf(b->arena, "%s UTC", instant_text(b->arena, updated)));
	}
	return facts;
}
