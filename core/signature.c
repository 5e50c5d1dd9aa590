#include "core/signature.h"

#include "core/incident.h"
#include "core/query.h"
#include "core/query_value.h"

/* Why the value is another one elsewhere, or NULL. Merging takes samples and imports over under new numbers, and
 * incidents under new keys where theirs are taken. */
static const char *only_here(const struct query_term *term, const struct query_value *value)
{
	switch (term->key) {
	case QUERY_KEY_IS:
		return value->number == QUERY_IS_MINE ? "is:mine is another query for each reader; reviewer:NAME is one for all" : NULL;
	case QUERY_KEY_ID: /* the producer's go along */
		return value->number && !value->prefix ? "id: with a number is another sample in a store merged with this one; "
							 "a producer's id is the same in all" : NULL;
	case QUERY_KEY_GROUP:
		return "group: is about a sample's number, which is another one in a store merged with this one";
	case QUERY_KEY_DUPLICATE_OF:
		return "duplicate-of: is about a sample's number, which is another one in a store merged with this one";
	case QUERY_KEY_BATCH:
		return "batch: is the number of an import of this store, and another one in a store merged with it";
	case QUERY_KEY_INCIDENT: /* incident:* is any */
		return value->prefix && !value->text[0] ? NULL : "incident: names a key, which may be another incident's in a store merged with "
								 "this one; is:incident is a member of any";
	case QUERY_KEY_DEFERRED:
		return incident_key_valid(value->text) && !value->prefix ?
		       "deferred: with a key may be about another incident in a store merged with this one" : NULL;
	default:
		return NULL;
	}
}

enum status signature_check(const char *text, const struct codebook *book, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct query query;
	enum status status = query_parse(&scratch, text, NULL, &query, err);

	if (status == STATUS_OK)
		status = query_check_codes(&query, book, err);
	for (size_t i = 0; status == STATUS_OK && i < query.term_count; i++)
		for (size_t v = 0; status == STATUS_OK && v < query.terms[i].value_count; v++) {
			const char *why = only_here(&query.terms[i], &query.terms[i].values[v]);
			if (why)
				status = error_set(err, STATUS_USAGE, "at %zu: %s", query_position(query.text, query.terms[i].at), why);
		}
	arena_release(&scratch);
	return status;
}
