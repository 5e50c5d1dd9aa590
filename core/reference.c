#include "core/reference.h"

#include <string.h>

#include "core/base/ascii.h"
#include "core/base/attr.h"
#include "core/base/strbuf.h"

#define WORD_MAX 8
#define NUMBER_MAX 9

static size_t run(struct slice text, size_t at, size_t limit, bool digits)
{
	size_t len = 0;

	for (; len <= limit && at + len < text.len_bytes; len++) {
		char c = text.at[at + len];
		bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(digits && digit))
			break;
	}
	return len <= limit ? len : 0;
}

/* "[[word:rest]]" at `at`; its length, or 0. */
static size_t form(struct slice text, size_t at, size_t *word, size_t *rest)
{
	size_t colon, end;

	*word = run(text, at + 2, WORD_MAX, false);
	colon = at + 2 + *word;
	if (!*word || colon >= text.len_bytes || text.at[colon] != ':')
		return 0;
	*rest = run(text, colon + 1, NUMBER_MAX, true);
	end = colon + 1 + *rest;
	if (!*rest || end + 2 > text.len_bytes || text.at[end] != ']' || text.at[end + 1] != ']')
		return 0;
	return end + 2 - at;
}

static bool is_number(struct slice text)
{
	for (size_t i = 0; i < text.len_bytes; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return true;
}

/* Whether parts are called so, or samples. */
static bool is_ours(struct slice word)
{
	char name[WORD_MAX + 2];
	enum incident_child kind;
	int64_t number;

	memcpy(name, word.at, word.len_bytes);
	memcpy(name + word.len_bytes, "1", 2);
	return (word.len_bytes == 1 && ascii_lower(word.at[0]) == 's') || incident_part_parse(name, &kind, &number);
}

static bool read(struct slice text, size_t word, size_t rest, struct reference *out)
{
	const char *start = text.at + out->at + 2;
	const struct slice called = { start, word }, number = { start + word + 1, rest };
	char name[WORD_MAX + NUMBER_MAX + 1];

	if (!is_number(number) && !is_ours(called))
		return false;
	memcpy(name, start, word);
	memcpy(name + word, number.at, rest);
	name[word + rest] = '\0';
	out->is_sample = word == 1 && ascii_lower(name[0]) == 's';
	if (!out->is_sample) {
		out->is_valid = incident_part_parse(name, &out->kind, &out->number);
		return true;
	}
	for (size_t i = 1; i <= rest && is_number(number); i++)
		out->number = out->number * 10 + (name[i] - '0');
	out->is_valid = out->number > 0;
	return true;
}

bool reference_next(struct slice text, size_t from, struct reference *out)
{
	for (size_t at = from; at + 1 < text.len_bytes; at++) {
		const char *bracket = memchr(text.at + at, '[', text.len_bytes - at - 1);
		size_t word, rest, len;

		if (!bracket) /* most texts have none */
			break;
		at = (size_t)(bracket - text.at);
		if (text.at[at + 1] != '[' || !(len = form(text, at, &word, &rest)))
			continue;
		*out = (struct reference){ .at = at, .len_bytes = len };
		if (read(text, word, rest, out))
			return true;
	}
	return false;
}

bool reference_holds(const struct reference *reference, const struct incident *incident)
{
	return reference->is_valid && !reference->is_sample && incident_part(incident, reference->kind, reference->number);
}

/* Words that something must follow. */
static const char *const links[] = { "and", "as", "at", "both", "by", "for", "from", "in", "is", "like", "of", "on", "or", "see", "than", "to", "was", "with" };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether a sentence lacks something where `before` ends and `after` goes on: it hangs on a word, or begins
 * with what was left out. */
static bool leaves_hole(const struct strbuf *before, const char *after)
{
	size_t end = before->len_bytes, len = 0;

	while (len < end && is_letter(before->text[end - len - 1]))
		len++;
	for (size_t i = 0; len && i < ARRAY_LEN(links); i++) {
		size_t at = 0;

		while (at < len && ascii_lower(before->text[end - len + at]) == links[i][at])
			at++;
		if (at == len && !links[i][at])
			return true;
	}
	return (!end || strchr(".!?:\n", before->text[end - 1])) && is_letter(after[strspn(after, " ")]);
}

const char *reference_strip(struct arena *arena, const char *text)
{
	struct reference reference = { .at = 0 };
	struct slice rest = slice_of(text);
	struct strbuf out = STRBUF_INIT;
	size_t from = 0;
	const char *copy;

	if (!reference_next(rest, 0, &reference))
		return text;
	do {
		size_t blanks = 0;

		strbuf_add(&out, text + from, reference.at - from);
		for (; out.len_bytes && out.text[out.len_bytes - 1] == ' '; blanks++)
			strbuf_truncate(&out, out.len_bytes - 1);
		from = reference.at + reference.len_bytes;
		if (leaves_hole(&out, text + from))
			strbuf_addf(&out, "%*s[\xe2\x80\xa6]", (int)(blanks < 1 ? blanks : 1), "");
	} while (reference_next(rest, from, &reference));
	strbuf_addstr(&out, text + from);
	copy = arena_strdup(arena, out.text);
	strbuf_release(&out);
	return copy;
}
