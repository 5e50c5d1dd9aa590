/* Earlier incidents of a store that one may be a recurrence of (core/analysis/recurrence.h). */
#ifndef AITIA_CORE_RECURRENCE_ASK_H
#define AITIA_CORE_RECURRENCE_ASK_H

#include "core/analysis/recurrence.h"
#include "core/inquiry.h"

#define RECURRENCE_COMPARED_MAX 100 /* earlier incidents, the newest of them */

struct recurrence_offer {
	const char *key, *title;
	struct recurrence_score score;
	const struct incident_recurrence *mentioned; /* the entry that names it already, or NULL: it is offered */
};

/* Those from RECURRENCE_OFFERED points on, the likest first; in the inquiry's arena. One that began later,
 * or that this one is a duplicate of, is none. STATUS_NOT_FOUND, STATUS_CANCELLED. */
enum status recurrence_ask(const struct inquiry *inquiry, const char *key, const struct recurrence_offer **out, size_t *count,
			   struct error *err) MUST_CHECK;

/* The entry that says so: of that kind, with the reasons as its text. In the arena. */
struct incident_recurrence recurrence_entry(struct arena *arena, const struct recurrence_offer *offer, enum recurrence_kind kind);

#endif
