/*
 * The parts of an incident's record as tables (incident_fields.def), for whatever is
 * alike for all of them: the document, the engines, commands, screens. A part is handed
 * about as a pointer to its struct; its first member is its number.
 */
#ifndef AITIA_CORE_INCIDENT_TABLE_H
#define AITIA_CORE_INCIDENT_TABLE_H

#include "core/codebook.h"
#include "core/incident.h"

enum incident_type {
	INCIDENT_TEXT, INCIDENT_MARKDOWN, INCIDENT_DECIMAL, INCIDENT_CODE, INCIDENT_KEY, INCIDENT_TERM, INCIDENT_TERMS,
	INCIDENT_INSTANT, INCIDENT_REF, INCIDENT_REFS, INCIDENT_SAMPLES
};

enum { FIELD_KEPT = 1, FIELD_NEEDED = 2 | FIELD_KEPT, FIELD_QUIET = 4 };

struct incident_field {
	const char *name;
	enum incident_type type;
	const char *list;           /* TERM, TERMS: of words.h; REF, REFS: word of the kind; else "NONE" */
	enum incident_child kind;   /* REF, REFS: what it names */
	unsigned flags;
	size_t offset, count_offset; /* in the part's struct */
	const char *help;
};

struct incident_kind {
	const char *word, *words;   /* "cause", "causes" */
	const char *article;        /* "a cause" */
	const char *tag;            /* "C" */
	const char *help;
	size_t size;                /* of its struct */
	size_t items_offset, count_offset; /* in struct incident */
	const struct incident_field *fields;
	size_t field_count;
};

const struct incident_kind *incident_kind(enum incident_child kind);
/* By word, plural or tag, in any case; false: none such. */
bool incident_kind_find(const char *name, enum incident_child *out);
/* "CO2", in any case, to its kind and number. */
bool incident_part_parse(const char *name, enum incident_child *kind, int64_t *number);
const struct incident_field *incident_field(enum incident_child kind, const char *name); /* NULL: none */

/* ---- parts of an incident -------------------------------------------------------- */

size_t incident_part_count(const struct incident *incident, enum incident_child kind);
const void *incident_part_at(const struct incident *incident, enum incident_child kind, size_t index);
void *incident_part_change(struct incident *incident, enum incident_child kind, size_t index);
const void *incident_part(const struct incident *incident, enum incident_child kind, int64_t number); /* NULL */
/* All of a kind anew; the array is taken as it is. */
void incident_set_parts(struct incident *incident, enum incident_child kind, void *items, size_t count);
int64_t incident_part_number(const void *part);
void incident_part_set_number(void *part, int64_t number);
bool incident_part_same(enum incident_child kind, const void *a, const void *b);
/* A deep copy into `to`, a struct of that kind; texts as incident_add() keeps them. */
void incident_part_copy(struct arena *arena, enum incident_child kind, const void *part, void *to);
/* One line that says what the part is: its text, statement, name. Never NULL. */
const char *incident_part_title(enum incident_child kind, const void *part);

/* ---- fields of a part: the type must be the field's ------------------------------ */

const char *part_text(const struct incident_field *field, const void *part); /* or NULL */
void part_set_text(const struct incident_field *field, void *part, const char *text);
int64_t part_value(const struct incident_field *field, const void *part); /* TERM, TERMS, REF */
void part_set_value(const struct incident_field *field, void *part, int64_t number);
struct instant part_instant(const struct incident_field *field, const void *part);
void part_set_instant(const struct incident_field *field, void *part, struct instant at);
const int64_t *part_list(const struct incident_field *field, const void *part, size_t *count); /* REFS, SAMPLES */
void part_set_list(const struct incident_field *field, void *part, const int64_t *ids, size_t count);
bool field_is_text(const struct incident_field *field); /* TEXT, MARKDOWN, DECIMAL, CODE, KEY */
bool field_is_list(const struct incident_field *field);
/* Nothing is said: no text, the first word, no time, no part. */
bool part_is_blank(const struct incident_field *field, const void *part);
/* For people: "disputed", "CO1, CO2", "2026-03"; "" if blank. Long texts as they are. */
const char *part_shown(struct arena *arena, const struct incident_field *field, const void *part);
/* What people type, into the part: words, "CO1,CO2", times, numbers of samples; "" empties.
 * Codes are left to incident_check(), whether there are such samples to the store. STATUS_USAGE. */
enum status part_read(struct arena *arena, const struct incident_field *field, void *part, const char *typed,
		       struct error *err) MUST_CHECK;

/* A number as people and JSON (RFC 8259, section 6) write it: "-3", "6.6", "1e6"; nothing else. */
bool decimal_valid(const char *text);

/* ---- over all kinds ---------------------------------------------------------------- */

/* As engines keep it: numbers given from `next` on, which moves behind them, parts in
 * their order, sections set anew. */
void incident_normalise(struct incident *incident, struct arena *arena, int64_t next[INCIDENT_CHILD_KINDS]);
/* References to parts that are not there are taken out. */
void incident_drop_dangling(struct incident *incident, struct arena *arena);
/* Where parts name a part of this kind by `from`, they name it by `to`; 0: not any more. */
void incident_rename(struct incident *incident, struct arena *arena, enum incident_child kind, int64_t from, int64_t to);

#endif
