/*
 * What follows from an incident's record, computed and never typed: when each milestone
 * was, for the whole and for each cohort; how long things took. Pure functions.
 *
 * A time known to the day leaves the day open, so that a length is a range (one known to the
 * minute counts as that minute); what is not known stays blank. Where several entries claim one milestone of one cohort, the first
 * counts for what begins and the last for what must hold for all of it; disputed claims, and
 * the times that open disputes give instead, widen the range. There are no means: a mean
 * over incidents or cohorts says nothing of any of them (Štěpán Davidovič, "Incident
 * Metrics in SRE", 2021).
 */
#ifndef AITIA_CORE_INCIDENT_TIMES_H
#define AITIA_CORE_INCIDENT_TIMES_H

#include "core/base/strbuf.h"
#include "core/incident.h"

/* It happened between these, both included. */
struct time_span {
	bool known;
	int64_t first_us, last_us;
	enum event_certainty certainty; /* the weakest of the claims that count */
	const struct incident_event *event; /* the claim that counts */
	size_t claims;                  /* entries that name this milestone */
};

enum interval_key {
#define INTERVAL(name, label, from, from_else, to, end, meaning) INTERVAL_##name,
#include "core/intervals.def"
	INTERVAL_COUNT
};
const char *interval_word(enum interval_key key);    /* "detection_gap" */
const char *interval_label(enum interval_key key);   /* "Detection gap" */
const char *interval_meaning(enum interval_key key); /* where the definition is from */

struct incident_interval {
	bool known;
	int64_t least_us, most_us;      /* below 0: the end may lie before the beginning */
	enum event_certainty certainty;
	enum milestone from, to;        /* between which it was measured */
	const struct incident_event *begins, *ends; /* the entries that say so; NULL if not known */
};

/* The intervals of the whole run from the first beginning of a cohort to the last end of one;
 * one that ends is not known while an affected cohort of the record has no such end. */
struct cohort_times {
	const struct incident_cohort *cohort; /* NULL: the whole incident, or named in words alone */
	const char *name;               /* of the cohort; "all" for the whole */
	struct time_span at[MILESTONE_COUNT];
	struct incident_interval intervals[INTERVAL_COUNT];
	bool open;                      /* affected, and no undisputed entry says that it is over */
};

struct incident_times {
	struct cohort_times whole;
	struct cohort_times *cohorts;   /* of the record, then those that events name in words */
	size_t cohort_count;
};

/* The milestone of the whole incident; the same as incident_times()->whole.at[milestone]. */
struct time_span incident_reached(const struct incident *incident, enum milestone milestone);
/* Whether it must hold for all, so that of several entries the last counts. */
bool milestone_is_end(enum milestone milestone);

struct incident_times *incident_times(struct arena *arena, const struct incident *incident);

/* "CO2 (Pro and Max), CO3 (…)": which cohorts of the record are open; NULL: none. What
 * events name in words alone is too vague to refuse anything for. */
const char *incident_open_cohorts(const struct incident *incident, struct arena *arena);

/* The last entry that says that it was over (resolved, rollout_complete), of those that nobody
 * disputes; NULL: none does. */
const struct incident_event *incident_end(const struct incident *incident);

/* Whether the event concerns that row of incident_times(): by naming it, or (`general`)
 * by naming no cohort at all. */
bool event_concerns(const struct incident *incident, const struct incident_event *event, const struct cohort_times *row,
		    bool general);

/* From the first to the last microsecond in which it may have been. */
void instant_span(struct instant at, int64_t *first_us, int64_t *last_us);

/* The two largest units: "34 d 11 h", "8 min", "45 s", "−2 d". */
void duration_put(struct strbuf *out, int64_t us);
/* "34 d 11 h", "14 d 19 h to 15 d 19 h", "at most 1 d", "2 d (disputed)"; "" if not known. */
char *interval_text(struct arena *arena, const struct incident_interval *interval);

#endif
