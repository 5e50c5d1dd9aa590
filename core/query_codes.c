/* A query's codes against a codebook: what the parser, which has none, cannot know. */
#include <string.h>

#include "core/query.h"
#include "core/query_value.h"

static bool is_cause(const struct codebook *book, const struct query_value *value)
{
	if (value->number != CATEGORY_NONE || codebook_cause(book, value->text))
		return true;
	/* A sub-cause that several categories have means each of them. */
	for (size_t i = 0; i < book->count; i++)
		if (book->codes[i].kind == CODE_CAUSE && book->codes[i].word[0] &&
		    strcmp(book->codes[i].word, value->text) == 0)
			return true;
	return false;
}

static bool is_symptom(const struct codebook *book, const struct query_value *value)
{
	return value->number == QUERY_NONE || codebook_symptom(book, value->text);
}

static enum status unknown_code(const struct query *query, const struct codebook *book, enum code_kind kind,
				const struct query_value *value, struct error *err)
{
	const char *what = kind == CODE_CAUSE ? "cause" : "symptom";
	const struct code *near = codebook_nearest(book, kind, value->text);
	size_t at = query_position(query->text, value->at);
	bool has_category = near && kind == CODE_CAUSE;

	if (!near)
		return error_set(err, STATUS_USAGE, "at %zu: unknown %s '%.80s'", at, what, value->text);
	return error_set(err, STATUS_USAGE, "at %zu: unknown %s '%.80s'; did you mean '%s%s%s'?", at, what, value->text,
			 has_category ? code_category_word(near->category) : "", has_category && near->word[0] ? "/" : "",
			 near->word);
}

enum status query_check_codes(const struct query *query, const struct codebook *book, struct error *err)
{
	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		if (term->key != QUERY_KEY_CAUSE && term->key != QUERY_KEY_SYMPTOM)
			continue;
		for (size_t k = 0; k < term->value_count; k++) {
			const struct query_value *value = &term->values[k];
			bool cause = term->key == QUERY_KEY_CAUSE;
			if (!value->prefix && !(cause ? is_cause(book, value) : is_symptom(book, value)))
				return unknown_code(query, book, cause ? CODE_CAUSE : CODE_SYMPTOM, value, err);
		}
	}
	return STATUS_OK;
}
