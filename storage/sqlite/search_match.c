/*
 * A query as expressions of FTS5. Its words are quoted, so that nothing in them is
 * syntax to FTS5, whose tokenizer is ours and cuts them as the reference does.
 *
 * Of text:PART, the words that certainly stand whole in whatever holds PART: those
 * with a sign on both sides, and as a prefix a last one with a sign before it. What
 * else PART touches may go on beyond it.
 */
#include <string.h>

#include "core/words_of_code.h"
#include "storage/sqlite/search.h"

/* FTS5 parses an expression by recursion; more conditions only narrow further. */
#define TERMS_MAX 32

void search_match_release(struct search_match *match)
{
	strbuf_release(&match->samples);
	strbuf_release(&match->notes);
}

static void add_quoted(struct strbuf *out, struct slice text, bool prefix)
{
	strbuf_addch(out, '"');
	for (size_t i = 0; text.at && i < text.len_bytes; i++) {
		if (text.at[i] == '"')
			strbuf_addch(out, '"');
		strbuf_addch(out, text.at[i]);
	}
	strbuf_addstr(out, prefix ? "\" *" : "\"");
}

static void add(struct search_match *match, struct slice text, bool prefix)
{
	strbuf_addstr(&match->samples, match->samples.len_bytes ? " AND " : "");
	add_quoted(&match->samples, text, prefix);
	strbuf_addstr(&match->notes, match->notes.len_bytes ? " OR " : "");
	add_quoted(&match->notes, text, prefix);
	match->prefix |= prefix;
}

struct literal_words {
	struct search_match *match;
	size_t count;
};

/* What a text with `part` in it has for sure. */
static void add_literal(void *context, struct slice part)
{
	struct literal_words *to = context;
	struct code_words words;
	struct code_word word;

	code_words_init(&words, part, false);
	while (to->count < TERMS_MAX && code_words_next(&words, &word)) {
		if (word.start == 0)
			continue; /* it may be the end of a longer one */
		add(to->match, (struct slice){ part.at + word.start, word.end - word.start }, word.end == part.len_bytes);
		to->count++;
	}
}

void search_match_of(const struct query *query, struct search_match *out)
{
	struct literal_words literals = { out, 0 };

	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		if (term->negated || term->value_count != 1)
			continue;
		if (term->key == QUERY_KEY_WORDS)
			add(out, slice_of(term->values[0].text), term->values[0].prefix);
		else if (term->key == QUERY_KEY_TEXT)
			add_literal(&literals, slice_of(term->values[0].text));
		else if (term->key == QUERY_KEY_RE)
			regex_literals(term->values[0].text, add_literal, &literals);
	}
}

/* ---- regular expressions --------------------------------------------------------------- */

static bool is_quantifier(char c)
{
	return c == '*' || c == '+' || c == '?' || c == '{';
}

/* Behind a backslash it stands for itself; a letter or digit means something of its own. */
static bool is_escaped_sign(char c)
{
	return c && (unsigned char)c < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
	       !(c >= 'A' && c <= 'Z') && c != '\n';
}

static void end_run(struct strbuf *run, void (*found)(void *context, struct slice literal), void *context)
{
	if (run->len_bytes)
		found(context, strbuf_slice(run));
	strbuf_clear(run);
}

/* Alternatives, groups, classes and quotations are left to PCRE2: what stands in them
 * need not stand in the text. */
static bool is_plain(const char *pattern)
{
	for (const char *at = pattern; *at; at++) {
		if (*at == '|' || *at == '(' || *at == '[')
			return false;
		if (*at == '\\' && (at[1] == 'Q' || at[1] == 'E'))
			return false;
		at += *at == '\\' && at[1];
	}
	return true;
}

/* Behind what is no literal: \d, {2,3}, a sign; NULL where one cannot be sure where it ends. */
static const char *skip_operator(const char *at)
{
	if (*at == '\\')
		return at[1] && strchr("bBdDsSwWnrt", at[1]) ? at + 2 : NULL;
	if (*at == '{')
		at += strcspn(at, "}");
	return at + (*at != '\0');
}

void regex_literals(const char *pattern, void (*found)(void *context, struct slice literal), void *context)
{
	struct strbuf run = STRBUF_INIT;
	const char *at = is_plain(pattern) ? pattern : "";

	while (*at) {
		size_t last = run.len_bytes;
		bool escaped = *at == '\\' && is_escaped_sign(at[1]);
		if (!escaped && strchr("\\.^$*+?{})]", *at)) {
			end_run(&run, found, context);
			const char *behind = skip_operator(at);
			if (!behind)
				break;
			at = behind;
			continue;
		}
		at += escaped;
		do
			strbuf_addch(&run, *at++);
		while (((unsigned char)*at & 0xC0) == 0x80);
		/* "ab*": the b may be missing or come again. */
		if (is_quantifier(*at)) {
			strbuf_truncate(&run, last);
			end_run(&run, found, context);
		}
	}
	end_run(&run, found, context);
	strbuf_release(&run);
}
