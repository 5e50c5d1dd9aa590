/*
 * Looking for a word or phrase (words_of_code.h): a set of bits says how much of the
 * phrase ends at the word at hand, the k-th bit for its first k+1 words ("shift-and",
 * Baeza-Yates and Gonnet 1992). One pass, whatever the text repeats.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/words_of_code.h"

struct phrase_word {
	unsigned char len;
	char text[CODE_WORD_BYTES];
};

struct code_phrase {
	size_t count;
	size_t longest; /* its longest word: without that, a text need not be looked at */
	bool prefix;
	struct phrase_word words[];
};

struct code_phrase *code_phrase_new(struct slice text, bool prefix)
{
	size_t count = code_words_count(text);
	struct code_phrase *phrase;
	struct code_words words;
	struct code_word word;

	if (count == 0)
		return NULL;
	if (count > CODE_PHRASE_WORDS)
		count = CODE_PHRASE_WORDS;
	phrase = mem_zalloc(1, sizeof(*phrase) + count * sizeof(phrase->words[0]));
	phrase->prefix = prefix;
	code_words_init(&words, text, false);
	while (phrase->count < count && code_words_next(&words, &word)) {
		struct phrase_word *kept = &phrase->words[phrase->count];
		memcpy(kept->text, word.text.at, word.text.len_bytes);
		kept->len = (unsigned char)word.text.len_bytes;
		if (kept->len > phrase->words[phrase->longest].len)
			phrase->longest = phrase->count;
		phrase->count++;
	}
	return phrase;
}

/* Which words of the phrase this one can be. */
static uint64_t fitting(const struct code_phrase *phrase, struct slice word)
{
	uint64_t fits = 0;

	for (size_t i = 0; i < phrase->count; i++) {
		const struct phrase_word *wanted = &phrase->words[i];
		bool longer = phrase->prefix && i + 1 == phrase->count && word.len_bytes > wanted->len;
		if ((word.len_bytes == wanted->len || longer) && memcmp(word.at, wanted->text, wanted->len) == 0)
			fits |= UINT64_C(1) << i;
	}
	return fits;
}

struct search {
	const struct code_phrase *phrase;
	uint64_t ends;            /* what ends at the position before */
	size_t starts[CODE_PHRASE_WORDS]; /* where the latest words start, by position */
};

/* What ends at a position: `fits` of all its words together. */
static bool ends_at(struct search *search, uint64_t fits)
{
	size_t count = search->phrase->count;

	search->ends = ((search->ends << 1) | 1) & fits;
	return count > 0 && (search->ends >> (count - 1) & 1);
}

/* One position: a word and its parts. False: the text is at its end. */
struct place {
	size_t position, start, end;
	uint64_t fits;
	size_t fit_start, fit_end; /* of what fits the phrase's first word, the shortest such */
};

static void meet(const struct search *search, struct place *place, const struct code_word *word)
{
	uint64_t fits = fitting(search->phrase, word->text);

	if (fits & 1) {
		place->fit_start = word->start;
		place->fit_end = word->end;
	}
	place->fits |= fits;
}

static bool next_place(const struct search *search, struct code_words *words, struct code_word *word, bool *more,
		       struct place *place)
{
	if (!*more)
		return false;
	*place = (struct place){ .position = word->position, .start = word->start, .end = word->end };
	do
		meet(search, place, word);
	while ((*more = code_words_next(words, word)) && word->part);
	return true;
}

/* Calls `found` for each match; false: `found` wants no more. */
static void walk(const struct code_phrase *phrase, struct slice text,
		 bool (*found)(void *context, size_t start, size_t end), void *context)
{
	const struct phrase_word *longest = &phrase->words[phrase->longest];
	struct search search = { .phrase = phrase };
	struct code_words words;
	struct code_word word;
	struct place place;
	size_t expected = 0;
	bool more;

	if (!text.at || utf8_find_folded(text, (struct slice){ longest->text, longest->len }) < 0)
		return;
	code_words_init(&words, text, true);
	more = code_words_next(&words, &word);
	while (next_place(&search, &words, &word, &more, &place)) {
		size_t first;
		if (place.position != expected) /* behind a break */
			search.ends = 0;
		expected = place.position + 1;
		search.starts[place.position % CODE_PHRASE_WORDS] = place.start;
		if (!ends_at(&search, place.fits))
			continue;
		first = search.starts[(place.position + 1 - phrase->count) % CODE_PHRASE_WORDS];
		if (!(phrase->count == 1 ? found(context, place.fit_start, place.fit_end) :
					   found(context, first, place.end)))
			return;
	}
}

static bool note_found(void *context, size_t start, size_t end)
{
	(void)start;
	(void)end;
	*(bool *)context = true;
	return false;
}

bool code_phrase_matches(const struct code_phrase *phrase, struct slice text)
{
	bool found = false;

	walk(phrase, text, note_found, &found);
	return found;
}

struct each {
	void (*found)(void *context, size_t start, size_t end);
	void *context;
};

static bool hand_on(void *context, size_t start, size_t end)
{
	const struct each *each = context;

	each->found(each->context, start, end);
	return true;
}

void code_phrase_each(const struct code_phrase *phrase, struct slice text,
		      void (*found)(void *context, size_t start, size_t end), void *context)
{
	struct each each = { found, context };

	walk(phrase, text, hand_on, &each);
}
