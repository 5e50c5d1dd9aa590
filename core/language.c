#include "core/language.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/attr.h"
#include "core/sample.h"

static const struct language all[] = {
#define LANGUAGE(name, other_names, endings, file_names, traits, line_comments, block_open, block_close, \
		 quotes, long_quotes, keywords, types)                                                  \
	{ name, other_names, endings, file_names, traits, line_comments, block_open, block_close,        \
	  quotes, long_quotes, keywords, types },
#include "core/languages.def"
};

static bool same(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

/* Whether the list of words (one blank between) holds text[0..len) in any case. */
static bool listed(const char *list, const char *text, size_t len)
{
	while (len && *list) {
		size_t word = strcspn(list, " ");
		if (word == len && same(list, text, len))
			return true;
		list += word;
		list += *list == ' ';
	}
	return false;
}

const struct language *language_find(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	for (size_t i = 0; len && i < ARRAY_LEN(all); i++)
		if (listed(all[i].name, name, len))
			return &all[i];
	for (size_t i = 0; len && i < ARRAY_LEN(all); i++)
		if (listed(all[i].other_names, name, len))
			return &all[i];
	return NULL;
}

/* "Dockerfile.prod" and "Makefile.am" are still what they are: the whole name
 * counts first, then the ending, then what stands before the first dot. */
const struct language *language_find_path(const char *path)
{
	const char *name, *dot;
	size_t len;

	if (!path)
		return NULL;
	name = path;
	for (const char *at = path; *at; at++)
		if (*at == '/' || *at == '\\')
			name = at + 1;
	name += name[0] == '.'; /* ".bashrc" */
	len = strlen(name);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (listed(all[i].file_names, name, len))
			return &all[i];
	dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < ARRAY_LEN(all); i++)
		if (listed(all[i].endings, dot + 1, strlen(dot + 1)))
			return &all[i];
	len = strcspn(name, ".");
	for (size_t i = 0; dot && i < ARRAY_LEN(all); i++)
		if (listed(all[i].file_names, name, len))
			return &all[i];
	return NULL;
}

const char *language_of_path(const char *path)
{
	const struct language *language = language_find_path(path);
	return language ? language->name : NULL;
}

const struct language *languages(size_t *count)
{
	*count = ARRAY_LEN(all);
	return all;
}
