#include "core/edit_filter.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/nearest.h"

static const char *const keys[] = { "by", "verb", "sample", "incident", "since", "until" };

static const char *const verbs[] = {
#define EDIT_VERB(word, help) word,
#include "core/edit_verbs.def"
};

bool edit_verb_known(const char *verb)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (strcmp(verbs[i], verb) == 0)
			return true;
	return false;
}

static enum status twice(struct error *err, const char *key)
{
	return error_set(err, STATUS_USAGE, "%s is given twice", key);
}

static enum status set_text(struct arena *arena, const char *key, const char *value, const char **to, struct error *err)
{
	if (*to)
		return twice(err, key);
	*to = arena_strdup(arena, value);
	return STATUS_OK;
}

/* A log without such entries and one that can have none must not look alike. */
static enum status set_verb(struct arena *arena, const char *value, struct edit_filter *out, struct error *err)
{
	const char *near;
	struct strbuf all = STRBUF_INIT;

	if (edit_verb_known(value))
		return set_text(arena, "verb", value, &out->verb, err);
	near = nearest_word(verbs, ARRAY_LEN(verbs), value);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		strbuf_addf(&all, "%s%s", i ? ", " : "", verbs[i]);
	error_set(err, STATUS_USAGE, "unknown verb '%s'; %s%s%sone of: %s", value, near ? "did you mean '" : "", near ? near : "",
		  near ? "'? " : "", all.text);
	strbuf_release(&all);
	return STATUS_USAGE;
}

static enum status set_sample(const char *value, struct edit_filter *out, struct error *err)
{
	int64_t number = 0;
	size_t at = 0;

	for (; value[at] >= '0' && value[at] <= '9' && number < INT64_MAX / 100; at++)
		number = number * 10 + (value[at] - '0');
	if (at == 0 || value[at] || number == 0)
		return error_set(err, STATUS_USAGE, "sample: '%s' is not the number of a sample", value);
	if (out->sample)
		return twice(err, "sample");
	out->sample = number;
	return STATUS_OK;
}

static char *in_capitals(struct arena *arena, const char *value)
{
	char *key = arena_strdup(arena, value);

	for (char *at = key; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - ('a' - 'A'));
	return key;
}

static enum status set_incident(struct arena *arena, const char *value, struct edit_filter *out, struct error *err)
{
	char *key = in_capitals(arena, value);

	if (!incident_key_valid(key))
		return error_set(err, STATUS_USAGE, "incident: '%s' is not the key of an incident (INC-2026-0001)", value);
	return set_text(arena, "incident", key, &out->incident, err);
}

static enum status set_time(const char *key, const char *value, bool end, struct instant *to, struct error *err)
{
	struct error why;
	struct instant given;

	if (instant_parse(slice_of(value), &given, &why) != STATUS_OK)
		return error_set(err, STATUS_USAGE, "%s: %s", key, why.text);
	if (instant_known(*to))
		return twice(err, key);
	*to = (struct instant){ end ? instant_end_us(given) : given.at_us, PRECISION_MICROSECOND };
	return STATUS_OK;
}

enum status edit_filter_set(struct arena *arena, const char *key, const char *value, struct edit_filter *out,
			    struct error *err)
{
	if (!value[0])
		return error_set(err, STATUS_USAGE, "%s needs a value", key);
	if (strcmp(key, "by") == 0)
		return set_text(arena, key, value, &out->reviewer, err);
	if (strcmp(key, "verb") == 0)
		return set_verb(arena, value, out, err);
	if (strcmp(key, "sample") == 0)
		return set_sample(value, out, err);
	if (strcmp(key, "incident") == 0)
		return set_incident(arena, value, out, err);
	if (strcmp(key, "since") == 0)
		return set_time(key, value, false, &out->since, err);
	if (strcmp(key, "until") == 0)
		return set_time(key, value, true, &out->until, err);
	const char *near = nearest_word(keys, ARRAY_LEN(keys), key);
	if (near)
		return error_set(err, STATUS_USAGE, "the log has no key '%s': did you mean '%s'?", key, near);
	return error_set(err, STATUS_USAGE, "the log has no key '%s'; it has by, verb, sample, incident, since and until", key);
}

/* The next word, unquoted: a quote opens at its start or behind the colon. Moves *at behind it. */
static char *next_word(struct arena *arena, const char **at, size_t *colon)
{
	char *word = arena_alloc(arena, strlen(*at) + 1);
	size_t len = 0;
	bool quoted = false;

	*colon = 0;
	for (; **at && (quoted || **at != ' '); ++*at) {
		if (**at == '"') {
			quoted = !quoted;
			continue;
		}
		/* A key is made of letters: "INC-1: x" and "12:30" have none. */
		if (**at == ':' && !quoted && !*colon && len && strspn(word, "abcdefghijklmnopqrstuvwxyz") == len)
			*colon = len;
		word[len++] = **at;
		word[len] = '\0';
	}
	return word;
}

enum status edit_filter_parse(struct arena *arena, const char *text, struct edit_filter *out, struct error *err)
{
	VEC_OF(const char *) words = VEC_INIT;
	enum status status = STATUS_OK;
	const char **kept;

	for (size_t i = 0; i < out->word_count; i++)
		vec_push(&words, out->words[i]);
	while (status == STATUS_OK && *(text += strspn(text, " "))) {
		size_t colon;
		char *word = next_word(arena, &text, &colon);
		if (colon) {
			word[colon] = '\0';
			status = edit_filter_set(arena, word, word + colon + 1, out, err);
		} else if (!out->incident && incident_key_valid(in_capitals(arena, word))) {
			/* Not a word of the summary: the log knows what an edit was of, whatever was said of it. */
			out->incident = in_capitals(arena, word);
		} else if (word[0]) {
			vec_push(&words, word);
		}
	}
	kept = arena_array(arena, words.len, sizeof(*kept));
	for (size_t i = 0; i < words.len; i++)
		kept[i] = words.items[i];
	out->words = kept;
	out->word_count = words.len;
	vec_release(&words);
	return status;
}
