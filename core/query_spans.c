#include "core/query_spans.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/regex.h"
#include "core/base/utf8.h"
#include "core/words_of_code.h"

#define SPANS_MAX 4096 /* of one text */

static void add(void *context, size_t start, size_t end)
{
	struct text_spans *out = context;
	struct text_span span = { start, end };

	if (end > start && out->list.len < SPANS_MAX)
		vec_push(&out->list, span);
}

static void add_words(const struct query_value *value, struct slice text, struct text_spans *out)
{
	struct code_phrase *phrase = code_phrase_new(slice_of(value->text), value->prefix);

	if (phrase)
		code_phrase_each(phrase, text, add, out);
	free(phrase);
}

/* Folding may change how long a character is, but not how many there are. */
static size_t same_characters(struct slice text, size_t start, const char *like)
{
	size_t end = start, at = 0, len = strlen(like);

	while (at < len && end < text.len_bytes) {
		uint32_t unused;
		at += utf8_decode(like + at, len - at, &unused, NULL);
		end += utf8_decode(text.at + end, text.len_bytes - end, &unused, NULL);
	}
	return end;
}

static void add_parts(const char *part, struct slice text, struct text_spans *out)
{
	size_t at = 0;

	while (at < text.len_bytes && out->list.len < SPANS_MAX) {
		long found = utf8_find_folded((struct slice){ text.at + at, text.len_bytes - at }, slice_of(part));
		if (found < 0)
			return;
		add(out, at + (size_t)found, same_characters(text, at + (size_t)found, part));
		at = same_characters(text, at + (size_t)found, part);
	}
}

static void add_matches(const char *pattern, struct slice text, struct text_spans *out)
{
	struct regex *regex;
	size_t at = 0, start, end;

	if (regex_new(slice_of(pattern), &regex, NULL, NULL) != STATUS_OK)
		return;
	while (at <= text.len_bytes && out->list.len < SPANS_MAX &&
	       regex_find(regex, text, at, &start, &end) == REGEX_FOUND) {
		add(out, start, end);
		at = end;
		if (end == start) { /* matches nothing: the next character's turn */
			uint32_t unused;
			if (at >= text.len_bytes)
				break;
			at += utf8_decode(text.at + at, text.len_bytes - at, &unused, NULL);
		}
	}
	regex_free(regex);
}

static int compare(const void *a, const void *b)
{
	const struct text_span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Spans that touch or overlap become one. */
static void join(struct text_spans *spans)
{
	size_t kept = 0;

	if (spans->list.len)
		qsort(spans->list.items, spans->list.len, sizeof(spans->list.items[0]), compare);
	for (size_t i = 0; i < spans->list.len; i++) {
		struct text_span *last = kept ? &spans->list.items[kept - 1] : NULL, *is = &spans->list.items[i];
		if (!last || is->start > last->end)
			spans->list.items[kept++] = *is;
		else if (is->end > last->end)
			last->end = is->end;
	}
	spans->list.len = kept;
}

void query_spans(const struct query *query, struct slice text, struct text_spans *out)
{
	vec_clear(&out->list);
	if (!text.at)
		return;
	if (text.len_bytes > SPANS_TEXT_BYTES)
		text.len_bytes = SPANS_TEXT_BYTES;
	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		for (size_t k = 0; k < term->value_count && !term->negated; k++) {
			if (term->key == QUERY_KEY_WORDS)
				add_words(&term->values[k], text, out);
			else if (term->key == QUERY_KEY_TEXT)
				add_parts(term->values[k].text, text, out);
			else if (term->key == QUERY_KEY_RE)
				add_matches(term->values[k].text, text, out);
		}
	}
	join(out);
}
