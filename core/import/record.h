/*
 * One record on its way to the sink: what every importer needs to make a sample
 * out of foreign values. All of it lives until the next record_begin(), so that
 * memory does not grow with the file.
 */
#ifndef AITIA_CORE_IMPORT_RECORD_H
#define AITIA_CORE_IMPORT_RECORD_H

#include "core/base/json.h"
#include "core/base/vec.h"
#include "core/sample.h"

/* Provenance is for telling samples apart, not for keeping documents: longer values
 * are cut (and end in an ellipsis), further keys are left out and counted under
 * "import.keys_left_out". */
#define RECORD_KEY_BYTES_MAX ((size_t)128)
#define RECORD_VALUE_BYTES_MAX ((size_t)4096)
#define RECORD_KEYS_MAX ((size_t)64)
/* A code flow of a machine may have a hundred thousand steps; nobody walks them. Further
 * ones are counted under "import.places_left_out". */
#define RECORD_PLACES_MAX ((size_t)1000)

struct record {
	struct arena arena;
	struct sample sample;          /* arrays and counts are set by record_finish() */
	VEC_OF(struct flag) flags;
	VEC_OF(struct provenance) provenance;
	VEC_OF(struct place) places;
	int64_t keys_left_out;
	int64_t places_left_out;
	const char *file_language;     /* what the file's name says, or NULL */
};

/* `source_name` is the file's, for guessing a language; borrowed for the call. */
void record_init(struct record *record, const char *source_name);
void record_release(struct record *record);
void record_begin(struct record *record);

/* The new flag, zeroed but for its source and level; valid until the next one is added. */
struct flag *record_add_flag(struct record *record, enum flag_source source, enum level level);

/* Puts the heaviest flag in front, the first of several: lists show its message as the title. */
void record_lead_with_heaviest(struct record *record);

/* The new place, zeroed but for its role; valid until the next one is added. NULL beyond
 * RECORD_PLACES_MAX. Its texts are borrowed for as long as the record. */
struct place *record_add_place(struct record *record, enum place_role role, int64_t group);

/* Keys and values are borrowed for as long as the record, unless they must be cut.
 * NULL and "" write nothing. A key that is there already gets the new value. */
void record_add(struct record *record, const char *key, const char *value, enum certainty certainty);
void record_add_number(struct record *record, const char *key, int64_t number, enum certainty certainty);
/* A string, number or truth under its own name; anything else writes nothing. */
void record_add_json(struct record *record, const char *key, const struct json *value);

/* Clean UTF-8 of a string, number or truth, borrowing where it can; NULL for anything else. */
const char *record_text(struct record *record, const struct json *value);
/* The language's usual name ("rs" is "rust"), or the word in lower case. */
const char *record_language(struct record *record, const char *word);

/* Guesses a missing language (marked as guessed in the provenance) and closes the arrays. */
struct sample *record_finish(struct record *record);

/* "humaneval-py_simple.jsonl" is python; NULL when no word of the name is a language. */
const char *language_of_file_name(const char *name);

#endif
