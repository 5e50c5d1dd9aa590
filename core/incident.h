/*
 * An incident: the record that a postmortem is made from. The struct is the
 * whole aggregate except its members (samples), which may be many and are
 * listed by the query `incident:KEY`. Strings live in the arena of whoever
 * made the struct; texts marked Markdown are kept as typed.
 *
 * Children carry a number that is unique within the incident and never reused
 * ("C2", "E5", "A1" on screens and in documents), so that edits by two people
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

struct incident_cause {
	int64_t number;
	const char *code;            /* of the codebook: "infrastructure/cache" */
	const char *statement;       /* Markdown: what exactly caused what */
	enum cause_role role;
	enum confidence confidence;
	enum intent intent;
	const int64_t *evidence;     /* ids of samples, ascending, each once */
	size_t evidence_count;
};

struct incident_event {
	int64_t number;
	struct instant at;
	enum event_certainty certainty;
	enum event_kind kind;
	enum milestone milestone;    /* any kind may mark one; EVENT_MILESTONE must */
	const char *text;            /* Markdown, one paragraph */
	const char *sources;         /* free text: names, URLs; or NULL */
	const char *cohort;          /* who it concerns; or NULL = everybody */
};

struct incident_action {
	int64_t number;
	enum action_type type;
	enum action_status status;
	const char *text;            /* Markdown */
	int64_t cause;               /* number of the cause it addresses; 0 = none named */
	const char *owner;           /* or NULL */
	struct instant due;
	const char *link;            /* tracker, or NULL */
	const char *criterion;       /* how its success would show, or NULL */
};

/* Free Markdown of one section of the document; sections.def lists them. */
struct incident_section {
	const char *key;
	const char *markdown;
};

/* The kinds of numbered children, in the order of next_numbers. */
enum incident_child { INCIDENT_CAUSE, INCIDENT_EVENT, INCIDENT_ACTION, INCIDENT_CHILD_KINDS };

struct incident {
	const char *key;             /* "INC-2026-0001" */
	int64_t version;             /* 0: not in the store yet; else must match at a put */
	const char *title;
	enum incident_status status;
	enum severity severity;
	const char *severity_rationale; /* or NULL */
	bool illustrative;           /* some members were made to show something */
	struct instant created_at;
	struct instant updated_at;

	struct incident_cause *causes;   /* in the order of number */
	size_t cause_count;
	struct incident_event *events;   /* in the order of time, unknown last */
	size_t event_count;
	struct incident_action *actions; /* in the order of number */
	size_t action_count;
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
bool incident_remove_cause(struct incident *incident, int64_t number);
bool incident_remove_event(struct incident *incident, int64_t number);
bool incident_remove_action(struct incident *incident, int64_t number);
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
/* Whether all words and references hold (codes exist, causes of actions exist,
 * key well-formed, title not empty): STATUS_INPUT naming the place as a JSON pointer. */
struct codebook;
enum status incident_check(const struct incident *incident, const struct codebook *book,
			   struct error *err) MUST_CHECK;
bool incident_key_valid(const char *key); /* INC-YYYY-NNNN (four or more digits) */

#endif
