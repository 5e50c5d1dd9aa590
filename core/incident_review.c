#include "core/incident_review.h"

#include <inttypes.h>
#include <string.h>

#include "core/reviewing.h"

static const struct { const char *word, *help; } kinds[CONTRADICTION_COUNT] = {
#define CONTRADICTION(name, word, help) { word, help },
#include "core/contradictions.def"
};

const char *contradiction_word(enum contradiction kind)
{
	return kinds[kind].word;
}

const char *contradiction_help(enum contradiction kind)
{
	return kinds[kind].help;
}

void review_tell(struct reviewing *r, enum contradiction kind, const char *parts, const char *text)
{
	struct contradiction_found one = { kind, parts, text, text + strlen(text) };

	vec_push(&r->found, one);
}

void review_tell_dispute(struct reviewing *r, enum contradiction kind, const char *parts, const char *text, const char *dispute)
{
	const char *both = arena_printf(r->arena, "%s %s", text, dispute);
	struct contradiction_found one = { kind, parts, both, both + strlen(text) + 1 };

	vec_push(&r->found, one);
}

const char *review_plain(struct reviewing *r, const char *word)
{
	char *text = arena_strdup(r->arena, word);

	for (char *at = text; *at; at++)
		if (*at == '_')
			*at = ' ';
	return text;
}

const char *review_when(struct reviewing *r, struct instant at)
{
	return instant_text(r->arena, at);
}

/* The last moment that belongs to it: a day ends before the next one begins. */
static void moments_of(struct instant at, int64_t *first_us, int64_t *last_us)
{
	instant_span(at, first_us, last_us);
	if (*last_us > *first_us)
		(*last_us)--;
}

bool instants_disagree(struct instant a, struct instant b)
{
	int64_t a_first, a_last, b_first, b_last;

	if (!instant_known(a) || !instant_known(b))
		return false;
	moments_of(a, &a_first, &a_last);
	moments_of(b, &b_first, &b_last);
	return a_last < b_first || b_last < a_first;
}

const char *review_who_says(struct reviewing *r, const int64_t *cites, size_t count, const char *words, const char *otherwise)
{
	const char *text = "";

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < r->incident->source_count; k++)
			if (r->incident->sources[k].number == cites[i])
				text = arena_printf(r->arena, "%s%s%s", text, text[0] ? ", " : "", r->incident->sources[k].name);
	if (!text[0] && words && words[0])
		text = words;
	return text[0] ? text : otherwise;
}

bool numbers_share(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count)
{
	for (size_t i = 0; i < a_count; i++)
		for (size_t k = 0; k < b_count; k++)
			if (a[i] == b[k])
				return true;
	return false;
}

/* ---- resolved too early --------------------------------------------------------------- */

static bool is_fix(enum milestone milestone)
{
	return milestone == MILESTONE_MITIGATED || milestone == MILESTONE_FIX_DEPLOYED ||
	       milestone == MILESTONE_ROLLOUT_COMPLETE || milestone == MILESTONE_RESOLVED;
}

/* The last fix of that row's own that surely came after the claim; NULL: none. */
static const struct incident_event *later_fix(struct reviewing *r, const struct incident_event *claim,
					      const struct cohort_times *row)
{
	const struct incident_event *last = NULL;

	for (size_t i = 0; i < r->incident->event_count; i++) {
		const struct incident_event *event = &r->incident->events[i];
		if (event == claim || !is_fix(event->milestone) || !instant_known(event->at) ||
		    event->at.at_us <= claim->at.at_us || !instants_disagree(event->at, claim->at) ||
		    !event_concerns(r->incident, event, row, false))
			continue;
		if (!last || event->at.at_us > last->at.at_us)
			last = event;
	}
	return last;
}

/* Whether the claim is about all whom the change concerned. */
static bool covers(const struct incident_event *claim, const struct incident_change *change)
{
	if (!claim->cohorts_count)
		return !(claim->cohort && claim->cohort[0]);
	for (size_t i = 0; i < change->cohorts_count; i++)
		if (!numbers_share(claim->cohorts, claim->cohorts_count, &change->cohorts[i], 1))
			return false;
	return change->cohorts_count > 0;
}

static bool may_be_hit(const struct cohort_times *row)
{
	return !row->cohort || row->cohort->state != COHORT_NOT_AFFECTED;
}

/* One finding for each later fix, with all the cohorts that it is of. */
static void check_cohorts(struct reviewing *r, const struct incident_event *claim)
{
	const struct incident_times *times = r->times;
	const struct incident_event **fixes = arena_array(r->arena, times->cohort_count, sizeof(*fixes));

	for (size_t i = 0; i < times->cohort_count; i++) {
		const struct cohort_times *row = &times->cohorts[i];
		bool concerned = may_be_hit(row) && event_concerns(r->incident, claim, row, true);
		fixes[i] = concerned ? later_fix(r, claim, row) : NULL;
	}
	for (size_t i = 0; i < times->cohort_count; i++) {
		const struct incident_event *fix = fixes[i];
		const char *names = times->cohorts[i].name;
		size_t count = 1;
		if (!fix)
			continue;
		for (size_t k = i + 1; k < times->cohort_count; k++)
			if (fixes[k] == fix) {
				names = arena_printf(r->arena, "%s; %s", names, times->cohorts[k].name);
				fixes[k] = NULL;
				count++;
			}
		review_tell(r, CONTRADICTION_RESOLVED_BEFORE_FIX,
			    arena_printf(r->arena, "E%" PRId64 ", E%" PRId64, claim->number, fix->number),
			    arena_printf(r->arena, "resolved on %s%s%s, but %s %s %s only on %s.", review_when(r, claim->at),
					 claim->cites_count ? ", says " : "",
					 claim->cites_count ? review_who_says(r, claim->cites, claim->cites_count, NULL, "") : "",
					 names, count == 1 ? "was" : "were", review_plain(r, milestone_word(fix->milestone)),
					 review_when(r, fix->at)));
	}
}

static void tell_late_change(struct reviewing *r, const struct incident_event *claim, const struct incident_change *change)
{
	review_tell(r, CONTRADICTION_RESOLVED_BEFORE_FIX, arena_printf(r->arena, "E%" PRId64 ", CH%" PRId64, claim->number, change->number),
		    arena_printf(r->arena, "resolved on %s, but CH%" PRId64 " was taken back only on %s.", review_when(r, claim->at), change->number,
				 review_when(r, change->reverted_at)));
}

static bool is_taken_back_after(const struct incident_change *change, const struct incident_event *claim)
{
	return instant_known(change->reverted_at) && change->reverted_at.at_us > claim->at.at_us &&
	       instants_disagree(change->reverted_at, claim->at);
}

static void check_claim(struct reviewing *r, const struct incident_event *claim)
{
	const size_t before = r->found.len;

	check_cohorts(r, claim);
	for (size_t i = 0; i < r->incident->change_count && r->found.len == before; i++) {
		const struct incident_change *change = &r->incident->changes[i];
		if (covers(claim, change) && is_taken_back_after(change, claim))
			tell_late_change(r, claim, change);
	}
}

/* Entries of which none speaks of all whom the change concerned, but together they do: the
 * last of them; NULL where somebody's end is not known. */
static const struct incident_event *last_of_cohorts(struct reviewing *r, const struct incident_change *change)
{
	const struct incident_event *last = NULL;

	for (size_t i = 0; i < r->times->cohort_count; i++) {
		const struct cohort_times *row = &r->times->cohorts[i];
		const struct time_span *end = &row->at[MILESTONE_RESOLVED];
		if (!row->cohort || !may_be_hit(row) || !numbers_share(change->cohorts, change->cohorts_count, &row->cohort->number, 1))
			continue;
		if (!end->known)
			return NULL;
		if (!last || end->event->at.at_us > last->at.at_us)
			last = end->event;
	}
	return last && !covers(last, change) ? last : NULL;
}

static void find_early_claims(struct reviewing *r)
{
	for (size_t i = 0; i < r->incident->event_count; i++)
		if (r->incident->events[i].milestone == MILESTONE_RESOLVED && instant_known(r->incident->events[i].at))
			check_claim(r, &r->incident->events[i]);
	for (size_t i = 0; i < r->incident->change_count; i++) {
		const struct incident_change *change = &r->incident->changes[i];
		const struct incident_event *last = last_of_cohorts(r, change);
		if (last && is_taken_back_after(change, last))
			tell_late_change(r, last, change);
	}
}

/* ---- announcements ------------------------------------------------------------------------ */

static void find_unborne(struct reviewing *r)
{
	const int64_t nowhere = (int64_t)1 << ANNOUNCED_NOWHERE;

	for (size_t i = 0; i < r->incident->change_count; i++) {
		const struct incident_change *change = &r->incident->changes[i];
		const char *part = arena_printf(r->arena, "CH%" PRId64, change->number), *where = "";
		for (int bit = ANNOUNCED_NOWHERE + 1; bit < ANNOUNCED_COUNT; bit++)
			if (change->announced & (int64_t)1 << bit)
				where = arena_printf(r->arena, "%s%s%s", where, where[0] ? ", " : "",
						     review_plain(r, announcement_word((enum announcement)bit)));
		if (where[0] && (change->changelog == CHANGELOG_NO_ENTRY || change->changelog == CHANGELOG_DIFFERS))
			review_tell(r, CONTRADICTION_NOT_IN_CHANGELOG, part,
				    arena_printf(r->arena, "announced (%s), but the changelog %s.", where,
						 change->changelog == CHANGELOG_DIFFERS ? "says otherwise" : "has no entry of it"));
		for (size_t k = 0; k < r->incident->event_count && change->announced == nowhere; k++) {
			const struct incident_event *event = &r->incident->events[k];
			if (event->kind == EVENT_COMMUNICATION && event->change == change->number)
				review_tell(r, CONTRADICTION_NOT_IN_CHANGELOG, arena_printf(r->arena, "%s, E%" PRId64, part, event->number),
					    "an entry announces what is said not to have been announced.");
		}
	}
}

/* ---- ends and beginnings --------------------------------------------------------------------- */

/* What cannot come before what. */
static const struct { enum milestone later, sooner; } orders[] = {
	{ MILESTONE_FIRST_IMPACT, MILESTONE_INTRODUCED },
	{ MILESTONE_DETECTED, MILESTONE_INTRODUCED },
};

static bool names_none(const struct incident_event *event)
{
	return !event->cohorts_count && !(event->cohort && event->cohort[0]);
}

static void tell_backwards(struct reviewing *r, const struct cohort_times *row, const struct incident_event *sooner,
			   const struct incident_event *later)
{
	const char *parts = arena_printf(r->arena, "E%" PRId64 ", E%" PRId64, sooner->number, later->number);
	const char *whose = names_none(sooner) && names_none(later) ? r->times->whole.name : row->name;

	for (size_t i = 0; i < r->found.len; i++) /* said of another cohort, or of the mitigation */
		if (r->found.items[i].kind == CONTRADICTION_ENDS_BEFORE && strcmp(r->found.items[i].parts, parts) == 0)
			return;
	review_tell(r, CONTRADICTION_ENDS_BEFORE, parts,
		    arena_printf(r->arena, "%s lies before %s (%s).", review_plain(r, milestone_word(later->milestone)),
				 review_plain(r, milestone_word(sooner->milestone)), whose));
}

static void check_row(struct reviewing *r, const struct cohort_times *row)
{
	static const enum interval_key keys[] = { INTERVAL_impact_to_mitigation, INTERVAL_impact_to_resolution };

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		const struct time_span *later = &row->at[orders[i].later], *sooner = &row->at[orders[i].sooner];
		/* What was detected of all may be something else than what came in later for some. */
		if (later->known && sooner->known && later->last_us <= sooner->first_us &&
		    instants_disagree(later->event->at, sooner->event->at) &&
		    (names_none(sooner->event) || event_concerns(r->incident, later->event, row, false)))
			tell_backwards(r, row, sooner->event, later->event);
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct incident_interval *interval = &row->intervals[keys[i]];
		if (interval->known && interval->most_us <= 0 && instants_disagree(interval->begins->at, interval->ends->at))
			tell_backwards(r, row, interval->begins, interval->ends);
	}
}

static void find_backwards(struct reviewing *r)
{
	for (size_t i = 0; i < r->times->cohort_count; i++)
		check_row(r, &r->times->cohorts[i]);
	if (!r->times->cohort_count)
		check_row(r, &r->times->whole);
	for (size_t i = 0; i < r->incident->change_count; i++) {
		const struct incident_change *change = &r->incident->changes[i];
		if (instant_known(change->reverted_at) && change->reverted_at.at_us < change->at.at_us &&
		    instants_disagree(change->at, change->reverted_at))
			review_tell(r, CONTRADICTION_ENDS_BEFORE, arena_printf(r->arena, "CH%" PRId64, change->number),
				    "it was taken back before it shipped.");
	}
}

/* ---- what fixes leave --------------------------------------------------------------------------- */

bool incident_symptom_only(const struct incident *incident, int64_t cause)
{
	bool relieved = false;

	for (size_t i = 0; i < incident->action_count; i++) {
		const struct incident_action *action = &incident->actions[i];
		if (action->cause != cause || (action->status != ACTION_STATUS_DONE && action->status != ACTION_STATUS_VERIFIED))
			continue;
		if (action->type == ACTION_FIX || action->type == ACTION_PREVENT)
			return false;
		relieved |= action->type == ACTION_REVERT || action->type == ACTION_MITIGATE;
	}
	return relieved;
}

bool change_is_unexplained(const struct incident_change *change)
{
	return change->type == CHANGE_WORKAROUND && instant_known(change->reverted_at) && !change->masked_count;
}

/* Whether something finished removes the cause or keeps it from coming again. */
static bool is_mended(const struct incident *in, int64_t cause)
{
	for (size_t i = 0; i < in->action_count; i++)
		if (in->actions[i].cause == cause && (in->actions[i].type == ACTION_FIX || in->actions[i].type == ACTION_PREVENT) &&
		    (in->actions[i].status == ACTION_STATUS_DONE || in->actions[i].status == ACTION_STATUS_VERIFIED))
			return true;
	return false;
}

static void find_unmasked(struct reviewing *r)
{
	for (size_t i = 0; i < r->incident->change_count; i++) {
		const struct incident_change *change = &r->incident->changes[i];
		if (change->type != CHANGE_WORKAROUND || !instant_known(change->reverted_at))
			continue;
		for (size_t k = 0; k < change->masked_count; k++) {
			const struct incident_cause *cause = incident_cause(r->incident, change->masked[k]);
			if (!cause || cause->confidence == CONFIDENCE_RULED_OUT || is_mended(r->incident, cause->number))
				continue;
			review_tell(r, CONTRADICTION_UNMASKED, arena_printf(r->arena, "CH%" PRId64 ", C%" PRId64, change->number, cause->number),
				    arena_printf(r->arena, "the workaround was taken back on %s, and nothing finished fixes %s, which it masked.",
						 review_when(r, change->reverted_at), cause->code));
		}
	}
}

/* ---- the whole --------------------------------------------------------------------------------- */

const struct incident_review *incident_review(struct arena *arena, const struct incident *incident, int64_t flagged_after)
{
	struct incident_review *out = arena_alloc(arena, sizeof(*out));
	struct reviewing r = { .arena = arena, .incident = incident, .times = incident_times(arena, incident),
			       .found = VEC_INIT, .overlaps = VEC_INIT };
	struct contradiction_found *found;
	struct change_overlap *overlaps;

	review_find_disagreeing_events(&r);
	review_find_disputes(&r, true);
	find_early_claims(&r);
	find_unborne(&r);
	if (flagged_after > 0)
		review_tell(&r, CONTRADICTION_FLAGGED_AFTER, arena_printf(arena, "E%" PRId64, incident_end(incident) ? incident_end(incident)->number : 0),
			    arena_printf(arena, "%" PRId64 " core or likely sample%s of the incident %s produced after it counted as resolved.",
					 flagged_after, flagged_after == 1 ? "" : "s", flagged_after == 1 ? "was" : "were"));
	find_backwards(&r);
	find_unmasked(&r);
	review_find_disputes(&r, false);
	review_find_overlaps(&r);
	found = arena_array(arena, r.found.len, sizeof(*found));
	overlaps = arena_array(arena, r.overlaps.len, sizeof(*overlaps));
	for (size_t i = 0; i < r.found.len; i++)
		found[i] = r.found.items[i];
	for (size_t i = 0; i < r.overlaps.len; i++)
		overlaps[i] = r.overlaps.items[i];
	*out = (struct incident_review){ .incident = incident, .times = r.times, .contradictions = found,
					 .contradiction_count = r.found.len, .overlaps = overlaps,
					 .overlap_count = r.overlaps.len, .flagged_after = flagged_after };
	vec_release(&r.found);
	vec_release(&r.overlaps);
	return out;
}
