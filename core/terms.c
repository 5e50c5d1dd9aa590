#include "core/terms.h"

#include "core/base/attr.h"

struct term {
	const char *word;
	const char *help;
};

#define TERM_LIST(tag, PREFIX) static const struct term tag##_terms[] = {
#define TERM(PREFIX, name, word, help) { word, help },
#define TERM_LIST_END(tag, PREFIX) };
#include "core/terms.def"

static const char *word_at(const struct term *terms, size_t count, size_t at)
{
	return at < count ? terms[at].word : "?";
}

static const char *help_at(const struct term *terms, size_t count, size_t at)
{
	return at < count ? terms[at].help : "";
}

static long find(const struct term *terms, size_t count, const char *word)
{
	for (size_t i = 0; word && i < count; i++)
		if (strcmp(terms[i].word, word) == 0)
			return (long)i;
	return -1;
}

#define TERM_LIST(tag, PREFIX)                                                             \
	const char *tag##_word(enum tag value)                                             \
	{                                                                                  \
		return word_at(tag##_terms, ARRAY_LEN(tag##_terms), (size_t)value);        \
	}                                                                                  \
	const char *tag##_help(enum tag value)                                             \
	{                                                                                  \
		return help_at(tag##_terms, ARRAY_LEN(tag##_terms), (size_t)value);        \
	}                                                                                  \
	bool tag##_parse(const char *word, enum tag *out)                                  \
	{                                                                                  \
		long at = find(tag##_terms, ARRAY_LEN(tag##_terms), word);                 \
		if (at < 0)                                                                \
			return false;                                                      \
		*out = (enum tag)at;                                                       \
		return true;                                                               \
	}
#define TERM_LIST_END(tag, PREFIX)
#include "core/terms.def"

static const struct {
	const char *name;
	const struct term *terms;
	size_t count;
} lists[] = {
#define TERM_LIST(tag, PREFIX) { #tag, tag##_terms, ARRAY_LEN(tag##_terms) },
#define TERM_LIST_END(tag, PREFIX)
#include "core/terms.def"
};

const char *terms_list_name(size_t index)
{
	return index < ARRAY_LEN(lists) ? lists[index].name : NULL;
}

const char *terms_list_word(size_t index, size_t term)
{
	return index < ARRAY_LEN(lists) && term < lists[index].count ? lists[index].terms[term].word : NULL;
}

const char *terms_list_help(size_t index, size_t term)
{
	return index < ARRAY_LEN(lists) && term < lists[index].count ? lists[index].terms[term].help : NULL;
}
