/*
 * An incident's record read critically: its times, what in it cannot be true at once, which
 * changes cannot be told apart, which causes stand. Pure but for incident_review_load().
 */
#ifndef AITIA_CORE_INCIDENT_REVIEW_H
#define AITIA_CORE_INCIDENT_REVIEW_H

#include "core/incident_times.h"
#include "core/base/status.h"

struct store;

enum contradiction {
#define CONTRADICTION(name, word, help) CONTRADICTION_##name,
#include "core/contradictions.def"
	CONTRADICTION_COUNT
};
const char *contradiction_word(enum contradiction kind);
const char *contradiction_help(enum contradiction kind);

struct contradiction_found {
	enum contradiction kind;
	const char *parts;   /* "E11, CO2": what to look at */
	const char *text;    /* one sentence, plain text; of a dispute, what that says behind it */
	const char *dispute; /* the end of `text` that is the dispute's Markdown; elsewhere "" */
};

/* Two changes in force at once for somebody: what followed cannot be told apart by time
 * and cohort alone. */
struct change_overlap {
	const struct incident_change *first, *second;
	int64_t from_us, to_us; /* to_us: INT64_MAX while neither was taken back */
	const char *text;
};

struct incident_review {
	const struct incident *incident;
	const struct incident_times *times;
	const struct contradiction_found *contradictions; /* in the order of the table */
	size_t contradiction_count;
	const struct change_overlap *overlaps;
	size_t overlap_count;
	int64_t flagged_after;  /* core and likely members produced after it was resolved; -1: not counted */
};

/* `flagged_after` as above. */
const struct incident_review *incident_review(struct arena *arena, const struct incident *incident, int64_t flagged_after);
/* Counts those samples first. */
enum status incident_review_load(struct store *store, struct arena *arena, const struct incident *incident,
				 const struct incident_review **out, struct error *err) MUST_CHECK;
/* The same for readers outside: without samples that `whole` withholds (audience.h); NULL: with all. */
enum status incident_review_load_shown(struct store *store, struct arena *arena, const struct incident *incident,
				       const struct incident *whole, const struct incident_review **out,
				       struct error *err) MUST_CHECK;

/* "Symptom fixed, cause open": something finished for the cause reverts or mitigates it, and
 * nothing finished removes it or keeps it from coming again. */
bool incident_symptom_only(const struct incident *incident, int64_t cause);
/* A workaround that was taken back, and nothing says which causes it masked: that is to be asked. */
bool change_is_unexplained(const struct incident_change *change);
/* Whether somebody may belong to both: one has no cohort, they share one, or plans, platforms,
 * models and surfaces of one of each do not exclude each other. */
bool cohorts_meet(const struct incident *incident, const int64_t *a, size_t a_count, const int64_t *b, size_t b_count);

#endif
