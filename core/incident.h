/*
 * An incident: the record that a postmortem is made from. The struct is the
 * whole aggregate except its members (samples), which may be many and are
 * listed by the query `incident:KEY`. Strings live in the arena of whoever
 * made the struct; texts marked Markdown are kept as typed.
 *
 * Parts carry a number that is unique within the incident and their kind, and never
 * reused ("C2", "E5", "CO1" on screens and in documents), so that edits by two people
 * and undo can tell them apart.
 */
#ifndef AITIA_CORE_INCIDENT_H
#define AITIA_CORE_INCIDENT_H

#include "core/base/arena.h"
#include "core/base/instant.h"
#include "core/base/status.h"
#include "core/terms.h"

/* Of each kind of children, at most. */
#define INCIDENT_CHILDREN_MAX 10000

/* Of cohorts, each of which is looked for in each event. */
#define INCIDENT_COHORTS_MAX 200

/* At most so many bytes in one text. */
#define INCIDENT_TEXT_MAX ((size_t)1 << 20)

/* Its parts, one struct each, made from incident_fields.def: `number`, then the fields
 * with their C types. REFS and SAMPLES have a count beside them: evidence, evidence_count. */
#define DECLARE_TEXT(name, list) const char *name;
#define DECLARE_MARKDOWN(name, list) const char *name;
#define DECLARE_DECIMAL(name, list) const char *name;
#define DECLARE_CODE(name, list) const char *name;
#define DECLARE_KEY(name, list) const char *name;
#define DECLARE_TERM(name, list) enum list name;
#define DECLARE_TERMS(name, list) int64_t name;
#define DECLARE_INSTANT(name, list) struct instant name;
#define DECLARE_REF(name, list) int64_t name;
#define DECLARE_REFS(name, list) const int64_t *name; size_t name##_count;
#define DECLARE_SAMPLES(name, list) const int64_t *name; size_t name##_count;
#define KIND(word, words, NAME, article, tag, help) struct incident_##word { int64_t number;
#define FIELD(word, name, TYPE, list, flags, help) DECLARE_##TYPE(name, list)
#define KIND_END(word, words, NAME) };
#include "core/incident_fields.def"
#undef DECLARE_TEXT
#undef DECLARE_MARKDOWN
#undef DECLARE_DECIMAL
#undef DECLARE_CODE
#undef DECLARE_KEY
#undef DECLARE_TERM
#undef DECLARE_TERMS
#undef DECLARE_INSTANT
#undef DECLARE_REF
#undef DECLARE_REFS
#undef DECLARE_SAMPLES

/* Free Markdown of one section of the document; sections.def lists them. */
struct incident_section {
	const char *key;
	const char *markdown;
};

/* The kinds of numbered parts, in the order of next_numbers. */
enum incident_child {
#define KIND(word, words, NAME, article, tag, help) INCIDENT_##NAME,
#include "core/incident_fields.def"
	INCIDENT_CHILD_KINDS
};

struct incident {
	const char *key;             /* "INC-2026-0001" */
	int64_t version;             /* 0: not in the store yet; else must match at a put */
	const char *title;
	enum incident_status status;
	enum severity severity;
	const char *severity_rationale; /* or NULL */
	const char *partial;         /* what is still open although it counts as resolved; or NULL */
	const char *duplicate_of;    /* key of the incident that covers it; or NULL */
	const char *signature;       /* query that finds what it was about (signature.h); or NULL */
	bool illustrative;           /* some members were made to show something */
	struct instant created_at;
	struct instant updated_at;

	/* causes and cause_count, and so on: events in the order of time, unknown last, all
	 * others in the order of number. */
#define KIND(word, words, NAME, article, tag, help) struct incident_##word *words; size_t word##_count;
#include "core/incident_fields.def"
	struct incident_section *sections;
	size_t section_count;

	/* Numbers from here on were never given to a child, removed ones included; kept
	 * by the store. 0: none was given yet. */
	int64_t next_numbers[INCIDENT_CHILD_KINDS];

	size_t member_counts[MEMBER_COUNT]; /* as read; ignored at a put */
};

/* For the list of incidents. */
struct incident_row {
	const char *key;
	const char *title;
	enum incident_status status;
	enum severity severity;
	struct instant created_at;
	struct instant started_at;   /* first known of introduced, first_impact, else first event */
	size_t member_count;
	size_t cause_count;
	size_t open_action_count;
	bool illustrative;
};

/* Sections of the postmortem that hold free Markdown (sections.def). */
struct section_kind {
	const char *key;             /* "background" */
	const char *title;           /* "Background" */
	const char *prompt;          /* what to write here: shown in an empty draft */
};
const struct section_kind *section_kinds(size_t *count);
const struct section_kind *section_kind_find(const char *key);

/* Changes of an aggregate in memory; all copies go into the arena. What is added
 * keeps its number if that is above 0 and free, else it gets the highest plus one;
 * the answer is that number. They land in their order. A section set to
 * nothing but blanks is taken out; NULL texts that may not be NULL become "". */
void incident_init(struct incident *incident, struct arena *arena, const char *title);
int64_t incident_add_cause(struct incident *incident, struct arena *arena, const struct incident_cause *cause);
int64_t incident_add_event(struct incident *incident, struct arena *arena, const struct incident_event *event);
int64_t incident_add_action(struct incident *incident, struct arena *arena, const struct incident_action *action);
void incident_set_section(struct incident *incident, struct arena *arena, const char *key, const char *markdown);
const char *incident_section(const struct incident *incident, const char *key); /* "" if empty */
const struct incident_cause *incident_cause(const struct incident *incident, int64_t number);
/* The same for any kind: `part` is a struct of that kind. What is removed is named
 * by no other part any more. (incident_table.h has the rest that is alike for all.) */
int64_t incident_add(struct incident *incident, struct arena *arena, enum incident_child kind, const void *part);
bool incident_remove(struct incident *incident, struct arena *arena, enum incident_child kind, int64_t number);
/* A deep copy. */
struct incident *incident_copy(struct arena *arena, const struct incident *incident);
/* Whether all that people write is the same (not key, version, times of the
 * record, members); NULL and "" are the same, and so are orders of children. */
bool incident_same(const struct incident *a, const struct incident *b);
/* Into the order that engines keep: events by start of interval, then number,
 * unknown times last; causes and actions by number. */
void incident_sort(struct incident *incident);
void incident_sort_events(struct incident *incident); /* the events alone */
/* First event of that milestone, or an unknown instant. */
struct instant incident_milestone(const struct incident *incident, enum milestone milestone);
/* Whether all words, references and rules hold: codes exist, parts that are named
 * exist, the status fits the cohorts (STATUS_REFUSED). STATUS_INPUT with the first fault,
 * its place as a JSON pointer. incident_faults() calls `found` for each of them, and answers how many. */
struct codebook;
enum status incident_check(const struct incident *incident, const struct codebook *book,
			   struct error *err) MUST_CHECK;
size_t incident_faults(const struct incident *incident, const struct codebook *book,
		       void (*found)(void *context, const char *pointer, const char *reason), void *context);
/* Whether its status may become `to` (incident_moves.def): STATUS_REFUSED with the
 * reason, and what it may become. */
enum status incident_may_move(enum incident_status from, enum incident_status to, struct error *err) MUST_CHECK;
bool incident_key_valid(const char *key); /* INC-YYYY-NNNN (four or more digits) */
/* What the log says of an edit of an incident: "INC-2026-0001: " and what was done; what begins so
 * already is said as it is. And what was done, of one that the log has (older ones have no key). */
char *incident_edit_said(struct arena *arena, const char *key, const char *done);
const char *incident_edit_done(const char *said);

#endif
