/*
 * How like two incidents are, so that an earlier one can be offered as a recurrence. A score of
 * 100 points, each with its reason:
 *
 *     causes      40   codes that both have / codes that either has (Jaccard); ruled-out ones do not count
 *     symptoms    25   shares of members by symptom, Σ min / Σ max (Ružička)
 *     members     25   of the codes of the one with fewer, how many the other has too, be it nearly (similar.h)
 *     provenance  10   models served and versions of the harness, as for symptoms; the mean of the two
 *
 * From RECURRENCE_OFFERED points on it is worth a look: one likeness that is whole, or several in part. Where it
 * came from alone is none: all incidents of a month have the same model. A score is no
 * probability: people decide. Members of every role count, controls too.
 */
#ifndef AITIA_CORE_ANALYSIS_RECURRENCE_H
#define AITIA_CORE_ANALYSIS_RECURRENCE_H

#include "core/analysis/similar.h"
#include "core/facets.h"
#include "core/incident.h"

#define RECURRENCE_OFFERED 25.0
#define RECURRENCE_LIKENESS 0.8 /* of codes that are nearly the same */

enum recurrence_part { RECURRENCE_CAUSES, RECURRENCE_SYMPTOMS, RECURRENCE_MEMBERS, RECURRENCE_PROVENANCE, RECURRENCE_PARTS };
const char *recurrence_part_word(enum recurrence_part part);

/* What is held against each other; lists may be NULL. */
struct recurrence_side {
	const struct incident *incident;
	int64_t members;                       /* that the lists count */
	const struct facet_list *symptoms, *models, *harnesses;
	const struct similar_signature *codes; /* of different bodies */
	size_t code_count;
};

struct recurrence_reason {
	enum recurrence_part part;
	double points;
	const char *text;    /* "same causes: infrastructure/cache" */
};

struct recurrence_score {
	double points;
	const struct recurrence_reason *reasons; /* those with points */
	size_t reason_count;
	enum recurrence_kind kind; /* what it most likely is */
};

/* In the arena. */
struct recurrence_score recurrence_score(struct arena *arena, const struct recurrence_side *now, const struct recurrence_side *earlier);

#endif
