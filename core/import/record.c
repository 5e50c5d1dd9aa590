#include "core/import/record.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/language.h"

#define ELLIPSIS "\xe2\x80\xa6"

void record_init(struct record *record, const char *source_name)
{
	*record = (struct record){ .flags = VEC_INIT, .provenance = VEC_INIT, .places = VEC_INIT };
	arena_init(&record->arena);
	record->file_language = source_name ? language_of_file_name(source_name) : NULL;
}

void record_release(struct record *record)
{
	arena_release(&record->arena);
	vec_release(&record->flags);
	vec_release(&record->provenance);
	vec_release(&record->places);
}

void record_begin(struct record *record)
{
	arena_clear(&record->arena);
	record->sample = (struct sample){ 0 };
	vec_clear(&record->flags);
	vec_clear(&record->provenance);
	vec_clear(&record->places);
	record->keys_left_out = record->places_left_out = 0;
}

struct flag *record_add_flag(struct record *record, enum flag_source source, enum level level)
{
	vec_push(&record->flags, ((struct flag){ .source = source, .level = level }));
	return &record->flags.items[record->flags.len - 1];
}

void record_lead_with_heaviest(struct record *record)
{
	size_t heaviest = 0;

	for (size_t i = 1; i < record->flags.len; i++)
		if (record->flags.items[i].level > record->flags.items[heaviest].level)
			heaviest = i;
	if (heaviest == 0)
		return;
	struct flag flag = record->flags.items[heaviest];
	memmove(record->flags.items + 1, record->flags.items, heaviest * sizeof(flag));
	record->flags.items[0] = flag;
}

struct place *record_add_place(struct record *record, enum place_role role, int64_t group)
{
	if (record->places.len == RECORD_PLACES_MAX) {
		record->places_left_out++;
		return NULL;
	}
	vec_push(&record->places, ((struct place){ .role = role, .group = group }));
	return &record->places.items[record->places.len - 1];
}

/* At most limit bytes, the ellipsis included, cut at a character's border. */
static const char *cut(struct record *record, const char *text, size_t limit)
{
	size_t len = strnlen(text, limit + 1);

	if (len <= limit)
		return text;
	len = utf8_cut(text, len, limit - strlen(ELLIPSIS));
	return arena_printf(&record->arena, "%.*s" ELLIPSIS, (int)len, text);
}

void record_add(struct record *record, const char *key, const char *value, enum certainty certainty)
{
	if (!key || !key[0] || !value || !value[0])
		return;
	key = cut(record, key, RECORD_KEY_BYTES_MAX);
	struct provenance entry = { key, cut(record, value, RECORD_VALUE_BYTES_MAX), certainty };
	for (size_t i = 0; i < record->provenance.len; i++) {
		if (strcmp(record->provenance.items[i].key, key) == 0) {
			record->provenance.items[i] = entry;
			return;
		}
	}
	if (record->provenance.len == RECORD_KEYS_MAX)
		record->keys_left_out++;
	else
		vec_push(&record->provenance, entry);
}

void record_add_number(struct record *record, const char *key, int64_t number, enum certainty certainty)
{
	record_add(record, key, arena_printf(&record->arena, "%" PRId64, number), certainty);
}

void record_add_json(struct record *record, const char *key, const struct json *value)
{
	record_add(record, key, record_text(record, value), CERTAINTY_RECORDED);
}

const char *record_text(struct record *record, const struct json *value)
{
	if (json_is(value, JSON_TRUE))
		return "true";
	if (json_is(value, JSON_FALSE))
		return "false";
	if (json_is(value, JSON_NUMBER))
		return arena_text(&record->arena, value->text);
	return json_text(&record->arena, value);
}

/* ---- languages ----------------------------------------------------------------- */

static bool ascii_alnum(char c)
{
	c = ascii_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

const char *record_language(struct record *record, const char *word)
{
	const struct language *language;

	if (!word || !word[0])
		return NULL;
	/* SARIF 2.1.0, appendix J spells out what everybody else writes with signs. */
	if (strcmp(word, "cplusplus") == 0)
		word = "c++";
	else if (strcmp(word, "objectivec") == 0)
		word = "objective-c";
	language = language_find(word);
	if (language)
		return language->name;
	char *lower = arena_strdup(&record->arena, word);
	for (char *at = lower; *at; at++)
		*at = ascii_lower(*at);
	return lower;
}

/* Names of formats stand in file names for the format; one letter ("c", "r") for anything. */
static const char *language_of_word(const char *word)
{
	static const char *const not_said[] = { "json", "jsonl", "text", "txt", "diff", "patch", "markdown", "md", "csv",
						"batch" /* of requests, not of DOS */ };

	if (strlen(word) < 2)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(not_said); i++)
		if (strcmp(word, not_said[i]) == 0)
			return NULL;
	const struct language *language = language_find(word);
	return language ? language->name : NULL;
}

const char *language_of_file_name(const char *name)
{
	const char *slash = strrchr(name, '/'), *found = NULL;
	char word[16];
	size_t len = 0;

	for (const char *at = slash ? slash + 1 : name;; at++) {
		if (ascii_alnum(*at) && len < sizeof(word)) {
			word[len++] = ascii_lower(*at);
			continue;
		}
		if (ascii_alnum(*at)) /* too long for a language: the rest of the word is passed over */
			continue;
		word[len < sizeof(word) ? len : 0] = '\0';
		const char *language = language_of_word(word);
		if (language)
			found = language; /* the last one: "humaneval-py_to_rs" ends as Rust */
		len = 0;
		if (!*at)
			return found;
	}
}

static void guess_language(struct record *record)
{
	struct sample *sample = &record->sample;
	const char *guess = sample->path ? language_of_path(sample->path) : NULL;

	if (!guess)
		guess = record->file_language;
	if (!guess)
		return;
	sample->language = guess;
	record_add(record, "language", guess, CERTAINTY_GUESSED);
}

struct sample *record_finish(struct record *record)
{
	struct sample *sample = &record->sample;

	if (!sample->language)
		guess_language(record);
	if (record->places_left_out)
		record_add_number(record, "import.places_left_out", record->places_left_out, CERTAINTY_DERIVED);
	if (record->keys_left_out) {
		/* Makes room for itself: the last of the kept keys is left out as well. */
		record->provenance.len--;
		record_add_number(record, "import.keys_left_out", record->keys_left_out + 1, CERTAINTY_DERIVED);
	}
	sample->flags = record->flags.items;
	sample->flag_count = record->flags.len;
	sample->provenance = record->provenance.items;
	sample->provenance_count = record->provenance.len;
	sample->places = record->places.items;
	sample->place_count = record->places.len;
	return sample;
}
