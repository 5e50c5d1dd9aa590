#include "core/codebook.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/nearest.h"

/* One extra code per category, for a judgement that goes no deeper. */
static const struct code default_codes[] = {
	{ 0, CODE_CAUSE, CATEGORY_MODEL, "", 'm', "the model itself", false },
	{ 0, CODE_CAUSE, CATEGORY_INFRASTRUCTURE, "", 'i', "what serves and surrounds the model", false },
	{ 0, CODE_CAUSE, CATEGORY_TESTING, "", 't', "what should have caught it", false },
	{ 0, CODE_CAUSE, CATEGORY_DATA_GAP, "", 'd', "what nobody could see or learn", false },
#define CAUSE(category, word, hotkey, help) { 0, CODE_CAUSE, CATEGORY_##category, word, hotkey, help, false },
#define SYMPTOM(word, hotkey, help) { 0, CODE_SYMPTOM, CATEGORY_NONE, word, hotkey, help, false },
#include "core/codebook.def"
};

static const struct codebook default_book = { default_codes, ARRAY_LEN(default_codes) };

const struct codebook *codebook_default(void)
{
	return &default_book;
}

char *code_name(struct arena *arena, const struct code *code)
{
	if (code->kind == CODE_SYMPTOM)
		return arena_strdup(arena, code->word);
	if (!code->word[0])
		return arena_strdup(arena, code_category_word(code->category));
	return arena_printf(arena, "%s/%s", code_category_word(code->category), code->word);
}

/* Whether `name` is the full name of the cause `code`. */
static bool is_full_name(const struct code *code, const char *name)
{
	const char *category = code_category_word(code->category);
	size_t len = strlen(category);
	if (strncmp(name, category, len) != 0)
		return false;
	if (!code->word[0])
		return name[len] == '\0';
	return name[len] == '/' && strcmp(name + len + 1, code->word) == 0;
}

const struct code *codebook_cause(const struct codebook *book, const char *name)
{
	const struct code *alone = NULL;
	size_t alone_count = 0;

	if (!name || !name[0])
		return NULL;
	for (size_t i = 0; i < book->count; i++) {
		const struct code *code = &book->codes[i];
		if (code->kind != CODE_CAUSE)
			continue;
		if (is_full_name(code, name))
			return code;
		if (code->word[0] && strcmp(code->word, name) == 0) {
			alone = code;
			alone_count++;
		}
	}
	return alone_count == 1 ? alone : NULL;
}

const struct code *codebook_symptom(const struct codebook *book, const char *name)
{
	for (size_t i = 0; name && name[0] && i < book->count; i++)
		if (book->codes[i].kind == CODE_SYMPTOM && strcmp(book->codes[i].word, name) == 0)
			return &book->codes[i];
	return NULL;
}

/* The distance of `name` to the full name or to the sub-cause alone, whichever is less. */
static size_t distance_to(const struct code *code, const char *name, size_t most)
{
	char full[160];
	size_t best = code->word[0] ? nearest_distance(code->word, name, most) : most + 1;
	if (code->kind == CODE_CAUSE) {
		int len = snprintf(full, sizeof(full), "%s%s%s", code_category_word(code->category),
				   code->word[0] ? "/" : "", code->word);
		if (len > 0 && (size_t)len < sizeof(full)) {
			size_t distance = nearest_distance(full, name, most);
			if (distance < best)
				best = distance;
		}
	}
	return best;
}

const struct code *codebook_nearest(const struct codebook *book, enum code_kind kind, const char *name)
{
	const struct code *nearest = NULL;
	size_t best;

	if (!name || !name[0])
		return NULL;
	best = nearest_limit(name) + 1;
	for (size_t i = 0; i < book->count; i++) {
		const struct code *code = &book->codes[i];
		if (code->kind != kind || code->retired)
			continue;
		size_t distance = distance_to(code, name, best);
		if (distance < best) {
			best = distance;
			nearest = code;
		}
	}
	return nearest;
}

char code_category_key(enum code_category category)
{
	for (size_t i = 0; i < default_book.count; i++)
		if (default_codes[i].kind == CODE_CAUSE && !default_codes[i].word[0] &&
		    default_codes[i].category == category)
			return default_codes[i].hotkey;
	return 0;
}
