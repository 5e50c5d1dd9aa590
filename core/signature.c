#include "core/signature.h"

#include "core/query.h"
#include "core/query_value.h"

static bool is_about_readers(const struct query_term *term)
{
	for (size_t i = 0; term->key == QUERY_KEY_IS && i < term->value_count; i++)
		if (term->values[i].number == QUERY_IS_MINE)
			return true;
	return false;
}

enum status signature_check(const char *text, const struct codebook *book, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct query query;
	enum status status = query_parse(&scratch, text, NULL, &query, err);

	if (status == STATUS_OK)
		status = query_check_codes(&query, book, err);
	for (size_t i = 0; status == STATUS_OK && i < query.term_count; i++)
		if (is_about_readers(&query.terms[i]))
			status = error_set(err, STATUS_USAGE, "at %zu: is:mine is another query for each reader; reviewer:NAME is one for all",
					   query_position(query.text, query.terms[i].at));
	arena_release(&scratch);
	return status;
}
