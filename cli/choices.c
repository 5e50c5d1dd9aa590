#include "cli/choices.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/codebook.h"
#include "core/import/import.h"
#include "core/query.h"
#include "core/terms.h"
#include "templates/templates.h"

static const struct choice *of_terms(struct arena *arena, const char *list)
{
	const char *name;
	size_t at = 0, count = 0;

	while ((name = terms_list_name(at)) && strcmp(name, list) != 0)
		at++;
	if (!name)
		return NULL;
	while (terms_list_word(at, count))
		count++;
	struct choice *out = arena_array(arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = (struct choice){ terms_list_word(at, i), terms_list_help(at, i) };
	return out;
}

static const struct choice *of_codebook(struct arena *arena, enum code_kind kind)
{
	const struct codebook *book = codebook_default();
	struct choice *out = arena_array(arena, book->count + 1, sizeof(*out));
	size_t count = 0;

	for (size_t i = 0; i < book->count; i++)
		if (book->codes[i].kind == kind)
			out[count++] = (struct choice){ code_name(arena, &book->codes[i]), book->codes[i].help };
	return out;
}

static const struct choice *of_sort_keys(struct arena *arena)
{
	struct choice *out = arena_array(arena, SORT_COUNT + 1, sizeof(*out));
	for (size_t i = 0; i < SORT_COUNT; i++)
		out[i] = (struct choice){ sort_word((enum sort_key)i), sort_help((enum sort_key)i) };
	return out;
}

static const struct choice *of_importers(struct arena *arena)
{
	const struct importer *all = importers();
	size_t count = 0;
	while (all[count].name)
		count++;
	struct choice *out = arena_array(arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = (struct choice){ all[i].name, all[i].help };
	return out;
}

/* The fields that --map knows; any other name is a key of the provenance. */
static const struct choice *of_fields(struct arena *arena)
{
	static const struct choice fields[] = {
#define FIELD(constant, word, names, help) { word, help },
#include "core/import/fields.def"
		{ NULL, NULL },
	};
	(void)arena;
	return fields;
}

/* In the order of enum import_per. */
static const struct choice *of_per(struct arena *arena)
{
	static const struct choice all[] = {
		{ "hunk", "a sample for each changed place" },
		{ "file", "a sample for each changed file" },
		{ NULL, NULL },
	};
	(void)arena;
	return all;
}

/* In the order of enum rating_of. */
static const struct choice *of_ratings(struct arena *arena)
{
	static const struct choice all[] = {
		{ "verdict", "whether the output is wrong" },
		{ "category", "the cause's category" },
		{ "cause", "the cause with its sub-cause" },
		{ "severity", "Q1 to Q5" },
		{ "symptom", "each symptom on its own" },
		{ NULL, NULL },
	};
	(void)arena;
	return all;
}

static const struct choice *of_verbs(struct arena *arena)
{
	static const struct choice all[] = {
#define EDIT_VERB(word, help) { word, help },
#include "core/edit_verbs.def"
		{ NULL, NULL },
	};
	(void)arena;
	return all;
}

/* In the order of enum audience. */
static const struct choice *of_audiences(struct arena *arena)
{
	static const struct choice all[] = {
		{ "internal", "the team: everything is shown" },
		{ "public", "anybody: secrets and personal data are redacted" },
		{ NULL, NULL },
	};
	(void)arena;
	return all;
}

/* In the order of enum similar_kind. */
static const struct choice *of_likeness(struct arena *arena)
{
	static const struct choice all[] = {
		{ "exact", "the same bytes" },
		{ "normalised", "the same tokens, names and blanks apart" },
		{ "near", "most shingles in common" },
		{ NULL, NULL },
	};
	(void)arena;
	return all;
}

static const struct choice *of_sites(struct arena *arena)
{
	size_t count;
	const struct site *sites = templates_renderer()->sites(&count);
	struct choice *out = arena_array(arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = (struct choice){ sites[i].name, sites[i].help };
	return out;
}

static const struct choice *of_findings_formats(struct arena *arena)
{
	static const struct choice formats[] = {
		{ "sarif", "SARIF 2.1.0" }, { "jsonl", "JSON Lines" }, { NULL, NULL },
	};
	(void)arena;
	return formats;
}

static const struct choice *of_sections(struct arena *arena)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);
	struct choice *out = arena_array(arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = (struct choice){ kinds[i].key, kinds[i].title };
	return out;
}

const struct choice *choices(struct arena *arena, const char *list)
{
	if (strcmp(list, "cause") == 0)
		return of_codebook(arena, CODE_CAUSE);
	if (strcmp(list, "symptom") == 0)
		return of_codebook(arena, CODE_SYMPTOM);
	if (strcmp(list, "sort") == 0)
		return of_sort_keys(arena);
	if (strcmp(list, "format") == 0)
		return of_importers(arena);
	if (strcmp(list, "field") == 0)
		return of_fields(arena);
	if (strcmp(list, "per") == 0)
		return of_per(arena);
	if (strcmp(list, "likeness") == 0)
		return of_likeness(arena);
	if (strcmp(list, "rating") == 0)
		return of_ratings(arena);
	if (strcmp(list, "site") == 0)
		return of_sites(arena);
	if (strcmp(list, "audience") == 0)
		return of_audiences(arena);
	if (strcmp(list, "findings") == 0)
		return of_findings_formats(arena);
	if (strcmp(list, "verb") == 0)
		return of_verbs(arena);
	if (strcmp(list, "section") == 0)
		return of_sections(arena);
	return of_terms(arena, list);
}

long choice_index(struct arena *arena, const char *list, const char *word)
{
	const struct choice *all = choices(arena, list);
	for (long i = 0; all && all[i].word; i++)
		if (strcmp(all[i].word, word) == 0)
			return i;
	return -1;
}

char *choice_list(struct arena *arena, const char *list)
{
	const struct choice *all = choices(arena, list);
	struct strbuf out = STRBUF_INIT;
	for (size_t i = 0; all && all[i].word; i++)
		strbuf_addf(&out, "%s%s", i ? ", " : "", all[i].word);
	char *text = arena_text(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return text;
}
