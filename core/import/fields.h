/*
 * Finding our fields in foreign records: fields.def is the list of names, --map
 * overrides it. One pass over an object's members, whatever their order.
 */
#ifndef AITIA_CORE_IMPORT_FIELDS_H
#define AITIA_CORE_IMPORT_FIELDS_H

#include "core/import/import.h"
#include "core/import/record.h"

enum import_field {
#define FIELD(name, word, names, help) FIELD_##name,
#include "core/import/fields.def"
	FIELD_COUNT
};

/* By the word that --map takes. */
bool import_field_find(const char *word, enum import_field *out);
/* The word of the field that `word` is a slip of, or NULL. */
const char *import_field_nearest(const char *word);

#define FIELD_VERDICTS_MAX 8

/* What one record holds; NULL where it says nothing. */
struct field_values {
	const struct json *of[FIELD_COUNT];
	const struct json *verdicts[FIELD_VERDICTS_MAX]; /* all of them, in file order */
	const char *verdict_names[FIELD_VERDICTS_MAX];
	size_t verdict_count;
};

struct field_table;
struct field_table *field_table_new(const struct import_options *options); /* options are borrowed */
void field_table_free(struct field_table *table);

/* The members of `object` that hold a fitting value under a known name. */
void fields_find(const struct field_table *table, const struct json *object, struct field_values *out);
/* What `values` lacks, from `more`; and the verdicts of both. */
void fields_merge(struct field_values *values, const struct field_values *more);
/* What the maps find from `object` down; overrides. Maps to provenance keys go straight
 * into the record. */
void fields_map(const struct field_table *table, struct record *record, const struct json *object,
		struct field_values *values);

/* Sets what describes the sample's making: id, language, path, session, turn, time,
 * model, provider, harness, prompt version, effort, illustrative. A value that cannot
 * be understood (a time that is none) is dropped from `values`, so that
 * fields_add_rest() keeps it. */
void fields_apply_context(struct record *record, struct field_values *values);

/* Every scalar member that nothing has taken goes into the provenance as it came. */
void fields_add_rest(struct record *record, const struct json *object, const struct field_values *values);

/* The same for what stands deeper: the scalars of `object` itself with the prefix
 * ("response.body."; none for ""), and those of its members that hold attributes
 * ("metadata", "usage", …), under dotted names. */
void fields_add_nested(struct record *record, const char *prefix, const struct json *object,
		       const struct field_values *values);

/* Whether people file attributes under an object of this name ("metadata"). Any other object
 * is a document of its own. */
bool field_holds_attributes(struct slice name);

/* "critical" … "none" of scanners, or a level's own word. */
bool field_level(const struct json *value, enum level *out);
/* A time in any of the usual forms. */
bool field_instant(const struct json *value, struct instant *out);
/* A number, also where it stands in a string ("12", "0.5"); else the fallback. */
int64_t field_int(const struct json *value, int64_t fallback);
double field_double(const struct json *value, double fallback);
/* A line or column: positive, else 0. */
int64_t field_position(const struct json *value);

#endif
