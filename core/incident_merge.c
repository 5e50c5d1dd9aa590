/*
 * Children of all three kinds are merged by the same rules: for those, a child is
 * looked at as an incident that has nothing but it, so that incident_same() stays the
 * one word on what makes two of them differ.
 */
#include "core/incident_merge.h"

#include <inttypes.h>
#include <string.h>

struct merge {
	struct arena *arena;
	const struct incident *base, *theirs, *said; /* said: mine as it was given */
	struct incident *mine;     /* a copy, in which numbers of added children change */
	struct incident *out;
	struct strbuf *both;
};

static void note_both(struct merge *m, const char *what)
{
	strbuf_addf(m->both, "%s%s", m->both->len_bytes ? ", " : "", what);
}

/* ---- header and sections --------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static const char *merge_text(struct merge *m, const char *base, const char *mine, const char *theirs, const char *what)
{
	if (same_text(mine, base))
		return theirs;
	if (!same_text(theirs, base) && !same_text(theirs, mine))
		note_both(m, what);
	return mine;
}

static int merge_number(struct merge *m, int base, int mine, int theirs, const char *what)
{
	if (mine == base)
		return theirs;
	if (theirs != base && theirs != mine)
		note_both(m, what);
	return mine;
}

static void merge_section(struct merge *m, const char *key)
{
	const char *base = incident_section(m->base, key), *mine = incident_section(m->mine, key);
	const char *theirs = incident_section(m->theirs, key);

	if (!mine[0] && base[0] && theirs[0] && !same_text(theirs, base)) {
		note_both(m, arena_printf(m->arena, "section %s (kept)", key));
		return;
	}
	incident_set_section(m->out, m->arena, key,
			     merge_text(m, base, mine, theirs, arena_printf(m->arena, "section %s", key)));
}

/* ---- children ---------------------------------------------------------------------- */

static size_t child_count(const struct incident *incident, enum incident_child kind)
{
	return kind == INCIDENT_CAUSE ? incident->cause_count :
	       kind == INCIDENT_EVENT ? incident->event_count : incident->action_count;
}

/* An incident that has the child at `index` alone. */
static struct incident alone(const struct incident *incident, enum incident_child kind, size_t index)
{
	struct incident one;

	memset(&one, 0, sizeof(one));
	if (kind == INCIDENT_CAUSE)
		one.causes = &incident->causes[index];
	else if (kind == INCIDENT_EVENT)
		one.events = &incident->events[index];
	else
		one.actions = &incident->actions[index];
	one.cause_count = kind == INCIDENT_CAUSE;
	one.event_count = kind == INCIDENT_EVENT;
	one.action_count = kind == INCIDENT_ACTION;
	return one;
}

static int64_t number_of(const struct incident *one)
{
	return one->cause_count ? one->causes->number : one->event_count ? one->events->number : one->actions->number;
}

static bool find(const struct incident *incident, enum incident_child kind, int64_t number, struct incident *one)
{
	for (size_t i = 0; i < child_count(incident, kind); i++) {
		*one = alone(incident, kind, i);
		if (number_of(one) == number)
			return true;
	}
	return false;
}

static int64_t add(struct merge *m, const struct incident *one)
{
	if (one->cause_count)
		return incident_add_cause(m->out, m->arena, one->causes);
	if (one->event_count)
		return incident_add_event(m->out, m->arena, one->events);
	return incident_add_action(m->out, m->arena, one->actions);
}

static void replace(struct incident *there, const struct incident *by)
{
	if (by->cause_count)
		*there->causes = *by->causes;
	else if (by->event_count)
		*there->events = *by->events;
	else
		*there->actions = *by->actions;
}

static const char *name_of(struct merge *m, enum incident_child kind, int64_t number, const char *tail)
{
	return arena_printf(m->arena, "%c%" PRId64 "%s", "CEA"[kind], number, tail);
}

static void renumber_cause(struct merge *m, int64_t from, int64_t to)
{
	for (size_t i = 0; i < m->mine->action_count; i++)
		if (m->said->actions[i].cause == from)
			m->mine->actions[i].cause = to;
}

/* A number that they gave away meanwhile, be it to a child that is gone again, is not mine. */
static void add_mine(struct merge *m, enum incident_child kind, struct incident *mine)
{
	int64_t number = number_of(mine), given;
	struct incident theirs;

	if (find(m->theirs, kind, number, &theirs) && incident_same(mine, &theirs))
		return;
	if (number < m->theirs->next_numbers[kind]) {
		if (kind == INCIDENT_CAUSE)
			mine->causes->number = 0;
		else if (kind == INCIDENT_EVENT)
			mine->events->number = 0;
		else
			mine->actions->number = 0;
	}
	given = add(m, mine);
	if (kind == INCIDENT_CAUSE && given != number)
		renumber_cause(m, number, given);
}

static void merge_child(struct merge *m, enum incident_child kind, struct incident *mine)
{
	int64_t number = number_of(mine);
	struct incident base, theirs, out;

	if (!find(m->base, kind, number, &base)) {
		add_mine(m, kind, mine);
	} else if (incident_same(mine, &base)) {
		return;
	} else if (!find(m->theirs, kind, number, &theirs)) {
		note_both(m, name_of(m, kind, number, ""));
		add(m, mine);
	} else if (find(m->out, kind, number, &out)) {
		if (!incident_same(&theirs, &base) && !incident_same(&theirs, mine))
			note_both(m, name_of(m, kind, number, ""));
		replace(&out, mine);
	}
}

static void remove_child(struct merge *m, enum incident_child kind, const struct incident *base)
{
	int64_t number = number_of(base);
	struct incident theirs;

	if (!find(m->theirs, kind, number, &theirs))
		return;
	if (!incident_same(&theirs, base)) {
		note_both(m, name_of(m, kind, number, " (kept)"));
		return;
	}
	if (kind == INCIDENT_CAUSE)
		incident_remove_cause(m->out, number);
	else if (kind == INCIDENT_EVENT)
		incident_remove_event(m->out, number);
	else
		incident_remove_action(m->out, number);
}

static void merge_children(struct merge *m, enum incident_child kind)
{
	struct incident one, there;

	for (size_t i = 0; i < child_count(m->base, kind); i++) {
		one = alone(m->base, kind, i);
		if (!find(m->mine, kind, number_of(&one), &there))
			remove_child(m, kind, &one);
	}
	for (size_t i = 0; i < child_count(m->mine, kind); i++) {
		one = alone(m->mine, kind, i);
		merge_child(m, kind, &one);
	}
}

struct incident *incident_merge(struct arena *arena, const struct incident *base, const struct incident *mine,
				const struct incident *theirs, struct strbuf *both_changed)
{
	struct merge m = {
		.arena = arena, .base = base, .theirs = theirs, .said = mine, .mine = incident_copy(arena, mine),
		.out = incident_copy(arena, theirs), .both = both_changed,
	};

	m.out->title = merge_text(&m, base->title, m.mine->title, m.out->title, "title");
	m.out->status = (enum incident_status)merge_number(&m, (int)base->status, (int)mine->status,
							   (int)theirs->status, "status");
	m.out->severity = (enum severity)merge_number(&m, (int)base->severity, (int)mine->severity,
						      (int)theirs->severity, "severity");
	m.out->severity_rationale = merge_text(&m, base->severity_rationale, m.mine->severity_rationale,
					       m.out->severity_rationale, "rationale");
	for (size_t i = 0; i < mine->section_count; i++)
		merge_section(&m, mine->sections[i].key);
	for (size_t i = 0; i < base->section_count; i++)
		if (!incident_section(mine, base->sections[i].key)[0])
			merge_section(&m, base->sections[i].key);
	/* Causes first: actions follow the numbers that they get. */
	merge_children(&m, INCIDENT_CAUSE);
	merge_children(&m, INCIDENT_EVENT);
	merge_children(&m, INCIDENT_ACTION);
	for (size_t i = 0; i < m.out->action_count; i++)
		if (!incident_cause(m.out, m.out->actions[i].cause))
			m.out->actions[i].cause = 0;
	incident_sort(m.out);
	return m.out;
}
