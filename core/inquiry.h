/*
 * Asking a store what an analysis needs: queries, counts by value, cross tables. What the
 * engine has not ready yet is asked again until it is there, or nobody wants it any more.
 */
#ifndef AITIA_CORE_INQUIRY_H
#define AITIA_CORE_INQUIRY_H

#include <stdatomic.h>

#include "core/store.h"

struct inquiry {
	struct store *store;
	struct arena *arena;       /* of all that is answered */
	const char *reviewer;      /* whom is:mine means; or NULL */
	const atomic_bool *cancel; /* or NULL */
	/* Called now and then while there is something to wait for; or NULL. */
	void (*progress)(void *context, int64_t done, int64_t total);
	void *context;
	/* Where given, the question does not wait: what is not ready ends it with STATUS_CANCELLED, and this says how
	 * far it is. Asked again it goes on from there. */
	struct readiness *not_yet;
};

bool inquiry_cancelled(const struct inquiry *inquiry);
/* Parsed, with codes that the store's codebook has. STATUS_USAGE. */
enum status inquiry_query(const struct inquiry *inquiry, const char *text, struct query *out, struct error *err) MUST_CHECK;
enum status inquiry_count(const struct inquiry *inquiry, const char *text, int64_t *out, struct error *err) MUST_CHECK;
/* The whole of both; STATUS_CANCELLED. */
enum status inquiry_table(const struct inquiry *inquiry, const struct table_request *request, struct table *out,
			  struct error *err) MUST_CHECK;
enum status inquiry_facets(const struct inquiry *inquiry, const char *text, const enum facet_key *keys, size_t count, size_t top,
			   struct facets *out, struct error *err) MUST_CHECK;
/* Appends " key:value", which a query needs to narrow to a value of a table's key ("-key:*": to none). */
void inquiry_narrow(struct arena *arena, struct strbuf *query, const struct table_key *key, const char *const *values,
		    size_t count);
/* " day:2026-03,2026-04-01", negated " -day:…": what was produced on one of these days (since 1970, ascending, each once), or on
 * none of them; whole months as one. None: "". */
void inquiry_days(struct arena *arena, struct strbuf *query, bool negated, const int64_t *days, size_t count);
/* Two queries as one that both must match; either may be "". In the arena. */
char *inquiry_both(struct arena *arena, const char *a, const char *b);

#endif
