#include "core/incident_times.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/attr.h"
#include "core/base/vec.h"

/* So many are told apart: each is looked for in each event. */
#define COHORTS_IN_WORDS_MAX 100

enum interval_end { END_FIRST, END_LAST };

static const struct {
	const char *word, *label, *meaning;
	enum milestone from, from_else, to;
	enum interval_end end;
} intervals[INTERVAL_COUNT] = {
#define INTERVAL(name, label, from, from_else, to, end, meaning) \
	{ #name, label, meaning, MILESTONE_##from, MILESTONE_##from_else, MILESTONE_##to, END_##end },
#include "core/intervals.def"
};

const char *interval_word(enum interval_key key)
{
	return intervals[key].word;
}

const char *interval_label(enum interval_key key)
{
	return intervals[key].label;
}

const char *interval_meaning(enum interval_key key)
{
	return intervals[key].meaning;
}

/* ---- whom an event concerns -------------------------------------------------------- */

static char fold(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* In any case of ASCII letters; called for every pair, so it ends at the first difference. */
static bool same_name(const char *a, const char *b)
{
	if (!a || !b)
		return false;
	for (; *a && fold(*a) == fold(*b); a++, b++)
		;
	return !*a && !*b;
}

/* The cohort of the record that these words name. */
static const struct incident_cohort *cohort_named(const struct incident *incident, const char *words)
{
	for (size_t i = 0; words && i < incident->cohort_count; i++)
		if (same_name(incident->cohorts[i].name, words))
			return &incident->cohorts[i];
	return NULL;
}

static bool names_words(const struct incident_event *event)
{
	return event->cohort && event->cohort[0];
}

bool event_concerns(const struct incident *incident, const struct incident_event *event, const struct cohort_times *row,
		    bool general)
{
	if (!event->cohorts_count && !names_words(event))
		return general;
	if (!row->cohort)
		return names_words(event) && !event->cohorts_count && same_name(event->cohort, row->name) &&
		       !cohort_named(incident, event->cohort);
	for (size_t i = 0; i < event->cohorts_count; i++)
		if (event->cohorts[i] == row->cohort->number)
			return true;
	return names_words(event) && same_name(event->cohort, row->cohort->name);
}

/* ---- spans --------------------------------------------------------------------------- */

void instant_span(struct instant at, int64_t *first_us, int64_t *last_us)
{
	*first_us = at.at_us;
	*last_us = at.precision >= PRECISION_SECOND ? at.at_us : instant_end_us(at);
}

/* What is known to the minute counts as that minute: a length of days does not become a
 * range for it, and counting by hand comes to the same. */
static void claimed_span(struct instant at, int64_t *first_us, int64_t *last_us)
{
	instant_span(at, first_us, last_us);
	if (at.precision >= PRECISION_MINUTE)
		*last_us = *first_us;
}

static void widen(struct time_span *span, struct instant at)
{
	int64_t first_us, last_us;

	claimed_span(at, &first_us, &last_us);
	span->first_us = first_us < span->first_us ? first_us : span->first_us;
	span->last_us = last_us > span->last_us ? last_us : span->last_us;
	span->certainty = EVENT_CERTAINTY_DISPUTED;
}

static void claim(struct time_span *span, const struct incident_event *event, bool last)
{
	int64_t first_us, last_us;

	claimed_span(event->at, &first_us, &last_us);
	if (span->known && (last ? last_us <= span->last_us : first_us >= span->first_us))
		return;
	*span = (struct time_span){ true, first_us, last_us, event->certainty, event, span->claims };
}

static bool is_disputed(const struct incident_event *event)
{
	return event->certainty == EVENT_CERTAINTY_DISPUTED;
}

/* Ends must hold for all of a cohort: their last claim counts. */
bool milestone_is_end(enum milestone milestone)
{
	return milestone == MILESTONE_MITIGATED || milestone == MILESTONE_FIX_DEPLOYED ||
	       milestone == MILESTONE_ROLLOUT_COMPLETE || milestone == MILESTONE_RESOLVED;
}

/* Which events count for a row: of the whole, all; of a cohort, those that name it, and
 * where none does, those that name none. */
enum whose { WHOSE_ALL, WHOSE_NAMED, WHOSE_GENERAL };

static bool counts(const struct incident *incident, const struct incident_event *event, const struct cohort_times *row,
		   enum whose whose)
{
	bool named;

	if (whose == WHOSE_ALL)
		return true;
	named = event_concerns(incident, event, row, false);
	return whose == WHOSE_NAMED ? named : !named && event_concerns(incident, event, row, true);
}

static struct time_span find_span(const struct incident *incident, const struct cohort_times *row, enum milestone milestone,
				  enum whose whose)
{
	struct time_span span = { .known = false };

	for (int disputed = 0; disputed < 2; disputed++)
		for (size_t i = 0; i < incident->event_count; i++) {
			const struct incident_event *event = &incident->events[i];
			if (event->milestone != milestone || !instant_known(event->at) || is_disputed(event) != disputed ||
			    !counts(incident, event, row, whose))
				continue;
			span.claims++;
			if (disputed && span.known)
				widen(&span, event->at);
			else
				claim(&span, event, milestone_is_end(milestone));
		}
	for (size_t i = 0; span.known && i < incident->dispute_count; i++) {
		const struct incident_dispute *dispute = &incident->disputes[i];
		if (dispute->event == span.event->number && dispute->status == DISPUTE_OPEN && instant_known(dispute->at))
			widen(&span, dispute->at);
	}
	return span;
}

struct time_span incident_reached(const struct incident *incident, enum milestone milestone)
{
	return find_span(incident, NULL, milestone, WHOSE_ALL);
}

static struct time_span find_milestone(const struct incident *incident, const struct cohort_times *row,
				       enum milestone milestone, bool whole)
{
	struct time_span span;

	if (whole)
		return incident_reached(incident, milestone);
	span = find_span(incident, row, milestone, WHOSE_NAMED);
	/* What is said of all is not said of those that were not affected. */
	if (row->cohort && row->cohort->state == COHORT_NOT_AFFECTED)
		return span;
	return span.known ? span : find_span(incident, row, milestone, WHOSE_GENERAL);
}

/* ---- intervals ----------------------------------------------------------------------- */

/* What counts where the milestone is not known, in this order: a fix, a rollout, a
 * resolution relieve users as a mitigation does; once the fix reached everybody it is over. */
struct stand_ins {
	enum milestone names[4];
	size_t count;
};

static struct stand_ins stand_ins(enum milestone milestone, enum milestone otherwise)
{
	if (milestone == MILESTONE_MITIGATED)
		return (struct stand_ins){ { MILESTONE_MITIGATED, MILESTONE_FIX_DEPLOYED, MILESTONE_ROLLOUT_COMPLETE,
					     MILESTONE_RESOLVED }, 4 };
	if (milestone == MILESTONE_RESOLVED)
		return (struct stand_ins){ { MILESTONE_RESOLVED, MILESTONE_ROLLOUT_COMPLETE }, 2 };
	return (struct stand_ins){ { milestone, otherwise }, 2 };
}

static struct time_span first_known(const struct cohort_times *row, const struct stand_ins *of)
{
	for (size_t i = 0; i < of->count; i++)
		if (row->at[of->names[i]].known)
			return row->at[of->names[i]];
	return (struct time_span){ .known = false };
}

/*
 * The whole began with the first of its cohorts and is over with the last, whichever
 * milestone says so of each: it is never shorter than a part of it. While a cohort that was
 * affected has no end, it has none.
 */
static struct time_span of_whole(const struct incident *incident, const struct incident_times *times, const struct stand_ins *of)
{
	struct time_span span = first_known(&times->whole, of);
	const bool end = milestone_is_end(of->names[0]);

	for (size_t i = 0; i < times->cohort_count; i++) {
		const struct cohort_times *row = &times->cohorts[i];
		struct time_span own = first_known(row, of);

		if (row->cohort && row->cohort->state == COHORT_NOT_AFFECTED)
			continue;
		if (end && !own.known && row->cohort && row->cohort->state == COHORT_AFFECTED)
			return own;
		if (own.known && (end ? own.last_us > span.last_us :
					own.first_us < span.first_us && event_concerns(incident, own.event, row, false)))
			span = own;
	}
	return span;
}

static enum event_certainty weaker(enum event_certainty a, enum event_certainty b)
{
	return a > b ? a : b; /* terms.def lists them in that order */
}

static struct incident_interval measure(const struct incident *incident, const struct incident_times *times,
					const struct cohort_times *row, enum interval_key key)
{
	const struct stand_ins from_of = stand_ins(intervals[key].from, intervals[key].from_else),
			       to_of = stand_ins(intervals[key].to, intervals[key].to);
	const bool whole = row == &times->whole;
	struct time_span from = whole ? of_whole(incident, times, &from_of) : first_known(row, &from_of);
	struct time_span to = whole && intervals[key].end == END_LAST ? of_whole(incident, times, &to_of) : first_known(row, &to_of);
	struct incident_interval out = { .from = intervals[key].from, .to = intervals[key].to };

	if (!from.known || !to.known)
		return out;
	out = (struct incident_interval){ .known = true, .from = from.event->milestone, .to = to.event->milestone,
					  .begins = from.event, .ends = to.event };
	out.least_us = to.first_us - from.last_us;
	out.most_us = to.last_us - from.first_us;
	out.certainty = weaker(from.certainty, to.certainty);
	return out;
}

static bool is_over(const struct cohort_times *row)
{
	static const enum milestone ends[] = { MILESTONE_ROLLOUT_COMPLETE, MILESTONE_RESOLVED };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (row->at[ends[i]].known && !is_disputed(row->at[ends[i]].event))
			return true;
	return false;
}

static void fill(const struct incident *incident, const struct incident_times *times, struct cohort_times *row)
{
	for (int m = MILESTONE_INTRODUCED; m < MILESTONE_COUNT; m++)
		row->at[m] = find_milestone(incident, row, (enum milestone)m, row == &times->whole);
	for (int key = 0; key < INTERVAL_COUNT; key++)
		row->intervals[key] = measure(incident, times, row, (enum interval_key)key);
	row->open = (!row->cohort || row->cohort->state == COHORT_AFFECTED) && !is_over(row);
}

struct incident_times *incident_times(struct arena *arena, const struct incident *incident)
{
	struct incident_times *times = arena_alloc(arena, sizeof(*times));
	size_t count = 0;

	times->cohorts = arena_array(arena, incident->cohort_count + incident->event_count, sizeof(*times->cohorts));
	for (size_t i = 0; i < incident->cohort_count; i++)
		times->cohorts[count++] = (struct cohort_times){ .cohort = &incident->cohorts[i],
								 .name = incident->cohorts[i].name };
	/* Words that no cohort of the record bears are a cohort where they go with a milestone. */
	for (size_t i = 0; i < incident->event_count && count - incident->cohort_count < COHORTS_IN_WORDS_MAX; i++) {
		const struct incident_event *event = &incident->events[i];
		bool there = event->milestone == MILESTONE_NONE || !names_words(event) || event->cohorts_count ||
			     cohort_named(incident, event->cohort);
		for (size_t k = incident->cohort_count; k < count && !there; k++)
			there = same_name(times->cohorts[k].name, event->cohort);
		if (!there)
			times->cohorts[count++] = (struct cohort_times){ .name = event->cohort };
	}
	times->cohort_count = count;
	for (size_t i = 0; i < count; i++)
		fill(incident, times, &times->cohorts[i]);
	times->whole = (struct cohort_times){ .name = "all" };
	fill(incident, times, &times->whole); /* last: it looks at its cohorts */
	return times;
}

const char *incident_open_cohorts(const struct incident *incident, struct arena *arena)
{
	const struct incident_times *times = incident_times(arena, incident);
	const char *open = NULL;

	for (size_t i = 0; i < times->cohort_count; i++) {
		const struct cohort_times *row = &times->cohorts[i];
		if (row->cohort && row->open)
			open = arena_printf(arena, "%s%sCO%" PRId64 " (%.60s)", open ? open : "", open ? ", " : "",
					    row->cohort->number, row->name);
	}
	return open;
}

const struct incident_event *incident_end(const struct incident *incident)
{
	const struct incident_event *last = NULL;
	int64_t last_us = INT64_MIN;

	for (size_t i = 0; i < incident->event_count; i++) {
		const struct incident_event *event = &incident->events[i];
		int64_t first_us, end_us;
		if ((event->milestone != MILESTONE_RESOLVED && event->milestone != MILESTONE_ROLLOUT_COMPLETE) ||
		    !instant_known(event->at) || event->certainty == EVENT_CERTAINTY_DISPUTED)
			continue;
		instant_span(event->at, &first_us, &end_us);
		if (end_us > last_us) {
			last_us = end_us;
			last = event;
		}
	}
	return last;
}

/* ---- texts ----------------------------------------------------------------------------- */

void duration_put(struct strbuf *out, int64_t us)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } };
	int64_t left = (us < 0 ? -us : us) / SECOND_US;
	int shown = 0;

	if (us < 0 && left > 0)
		strbuf_addstr(out, "−");
	for (size_t i = 0; i < ARRAY_LEN(units) && shown < 2; i++) {
		int64_t count = left / units[i].seconds;

		if (count == 0 && (shown == 0 || left == 0)) {
			shown += shown > 0;
			continue;
		}
		if (count)
			strbuf_addf(out, "%s%lld %s", shown ? " " : "", (long long)count, units[i].unit);
		left -= count * units[i].seconds;
		shown++;
	}
	if (shown == 0)
		strbuf_addstr(out, "0 s");
}

char *interval_text(struct arena *arena, const struct incident_interval *interval)
{
	struct strbuf least = STRBUF_INIT, most = STRBUF_INIT;
	char *text;

	if (!interval->known)
		return arena_strdup(arena, "");
	duration_put(&least, interval->least_us);
	duration_put(&most, interval->most_us);
	if (interval->least_us < 0 && interval->most_us > 0)
		text = arena_printf(arena, "at most %s", most.text);
	else if (slice_eq(strbuf_slice(&least), strbuf_slice(&most)))
		text = arena_strdup(arena, most.text);
	else
		text = arena_printf(arena, "%s to %s", least.text, most.text);
	if (interval->certainty != EVENT_CERTAINTY_EXACT)
		text = arena_printf(arena, "%s (%s)", text, event_certainty_word(interval->certainty));
	strbuf_release(&least);
	strbuf_release(&most);
	return text;
}
