/* The orders of the list of samples (sort_keys.def). */
#include <string.h>

#include "core/base/attr.h"
#include "core/query.h"

static const struct {
	const char *word, *help;
} orders[] = {
#define SORT_KEY(name, word, help) { word, help },
#include "core/sort_keys.def"
};

bool sort_parse(const char *word, enum sort_key *out)
{
	for (size_t i = 0; word && i < ARRAY_LEN(orders); i++)
		if (strcmp(orders[i].word, word) == 0) {
			*out = (enum sort_key)i;
			return true;
		}
	return false;
}

const char *sort_word(enum sort_key key)
{
	return (size_t)key < ARRAY_LEN(orders) ? orders[key].word : "?";
}

const char *sort_help(enum sort_key key)
{
	return (size_t)key < ARRAY_LEN(orders) ? orders[key].help : "";
}
