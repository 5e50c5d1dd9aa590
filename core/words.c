#include "core/words.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/nearest.h"
#include "core/query.h"
#include "core/terms.h"

/* The longest list (milestones) has 13 words. */
#define WORDS_MAX 64

static const char *const is_words[QUERY_IS_COUNT] = {
	[QUERY_IS_UNTRIAGED] = "untriaged", [QUERY_IS_ANNOTATED] = "annotated",
	[QUERY_IS_MINE] = "mine", [QUERY_IS_DUP] = "dup",
	[QUERY_IS_ILLUSTRATIVE] = "illustrative", [QUERY_IS_INCIDENT] = "incident",
	[QUERY_IS_DISPUTED] = "disputed", [QUERY_IS_DUE] = "due", [QUERY_IS_ALIKE] = "alike",
	[QUERY_IS_REPRESENTATIVE] = "representative", [QUERY_IS_HIDDEN_TEXT] = "hidden-text",
	[QUERY_IS_ADJUDICATED] = "adjudicated",
};

const char *words_at(const char *list, size_t index)
{
	if (strcmp(list, "is") == 0)
		return index < QUERY_IS_COUNT ? is_words[index] : NULL;
	for (size_t i = 0; terms_list_name(i); i++)
		if (strcmp(terms_list_name(i), list) == 0)
			return terms_list_word(i, index);
	return NULL;
}

bool words_find(const char *list, const char *word, size_t *index)
{
	const char *at;

	/* nearest_distance() folds ASCII whatever the locale, unlike strcasecmp(). */
	for (size_t i = 0; (at = words_at(list, i)); i++)
		if (strlen(at) == strlen(word) && nearest_distance(at, word, 0) == 0) {
			*index = i;
			return true;
		}
	return false;
}

void words_explain(struct strbuf *out, const char *list, const char *wrong)
{
	const char *words[WORDS_MAX];
	const char *nearest;
	size_t count = 0;

	for (const char *word; count < WORDS_MAX && (word = words_at(list, count)); count++)
		words[count] = word;
	nearest = nearest_word(words, count, wrong);
	strbuf_addf(out, "'%.80s';", wrong);
	if (nearest)
		strbuf_addf(out, " did you mean '%s'?", nearest);
	strbuf_addstr(out, " one of: ");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", words[i]);
}
