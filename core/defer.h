/*
 * Putting samples off until something happens. What a deferred sample waits for is kept
 * with it as a text, one of
 *
 *     2026-12-05T00:00:00Z    that this time has come (texts of times sort as times do)
 *     INC-2026-0001           that the incident is resolved, watched or closed; of a duplicate, the one
 *                             that covers it
 *     hits:QUERY              that some sample matches the query (core/query.h)
 *
 * and nothing else: each can be decided from the store and a clock alone. When it has
 * happened, defer_wake() gives the sample the status untriaged again, as an edit that
 * stands in the log ("due") and can be undone; one that was taken back so stays deferred.
 */
#ifndef AITIA_CORE_DEFER_H
#define AITIA_CORE_DEFER_H

#include "core/store.h"

#define DEFER_RULE "rule" /* what people write: until an import brings a new sample of the same rule */
#define DEFER_TEXT_MAX 1000 /* bytes */

/*
 * Reads what people write into the form above: a time ("2026-12-05", "2026-12-05T14:00"), a
 * span from now ("90m", "6h", "3d", "2w"), "tomorrow" or the name of a weekday (the next such
 * day, from its midnight in UTC on), the key of an incident, or hits:QUERY. STATUS_USAGE with
 * the reason: what is none of these, a time that has passed.
 */
enum status defer_read(struct arena *arena, const char *text, struct instant now, const char **out,
		       struct error *err) MUST_CHECK;

/*
 * Puts the samples off, as one edit of the log; "rule" becomes, sample by sample, a query of
 * its first flag's rule and of imports to come. STATUS_USAGE as above; STATUS_REFUSED: what
 * is to be waited for has happened already, or a sample has no rule. *edit_id may be 0.
 */
enum status defer_samples(struct store *store, const char *reviewer, const int64_t *samples, size_t count,
			  const char *text, struct instant now, int64_t *edit_id, struct error *err) MUST_CHECK;

/*
 * Brings back what has waited long enough; *edit_id is the entry, 0 if nothing has. Bounded: at
 * most DEFER_QUERIES_MAX queries a call, each for DEFER_QUERY_MS at most (others are
 * looked at by calls in later minutes; one that takes longer to find a hit never finds it).
 */
#define DEFER_QUERIES_MAX 16
#define DEFER_QUERY_MS 200
enum defer_look {
	DEFER_TIMES, /* at times alone: nothing is searched for */
	DEFER_ALL,
};
enum status defer_wake(struct store *store, const char *reviewer, enum defer_look look, struct instant now,
		       int64_t *edit_id, struct error *err) MUST_CHECK;

/* Whether it waits for a time, and for which. */
bool defer_is_time(const char *until, struct instant *out);
/* A time as it is kept; seconds are rounded up, so that nothing comes back too early. */
char *defer_time_text(struct arena *arena, int64_t at_us);
/* For people: "until 2026-12-05 00:00", "until INC-2026-0001 is resolved", "until there are hits of …". */
char *defer_words(struct arena *arena, const char *until);

#endif
