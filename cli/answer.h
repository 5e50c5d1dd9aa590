/*
 * The objects that --json prints, and the tables of their keys. Keys are stable:
 * one is never renamed or dropped, new ones are added. An unknown is null, never 0
 * or ""; times are ISO 8601 to the precision that is known.
 */
#ifndef AITIA_CLI_ANSWER_H
#define AITIA_CLI_ANSWER_H

#include "cli/command.h"
#include "core/base/json.h"

extern const struct answer_key answer_row_keys[];
void answer_row(struct json_writer *json, const struct sample_row *row);

/* A sample with everything known of it. */
struct answer_sample {
	const struct sample *sample;
	const struct annotation *annotations;
	size_t annotation_count;
	const char *const *incidents;
	size_t incident_count;
};
extern const struct answer_key answer_sample_keys[];
void answer_sample(struct json_writer *json, const struct answer_sample *all);

extern const struct answer_key answer_incident_keys[];
void answer_incident(struct json_writer *json, const struct incident_row *row, enum postmortem_state state);

/* The keys of an entry of the log; commands add theirs. */
#define ANSWER_EDIT_KEYS \
	{ "id", "number of the entry" }, \
	{ "at", "when" }, \
	{ "reviewer", "who" }, \
	{ "kind", "change, undo, redo, import" }, \
	{ "state", "applied, undone" }, \
	{ "verb", "what was done: annotate, incident, import, …" }, \
	{ "summary", "one line" }, \
	{ "of", "undo and redo: number of the entry that it is about, else null" }, \
	{ "merge", "number of the entry that brought it from another store, null: done here" }
extern const struct answer_key answer_edit_keys[];
void answer_edit(struct json_writer *json, const struct edit *edit);
void answer_edit_members(struct json_writer *json, const struct edit *edit); /* within an object of the caller's */
const char *edit_kind_word(enum edit_kind kind);
const char *edit_state_word(enum edit_state state);

/* What an edit of samples answers: {"samples", "edit"}, or a sentence. */
void answer_edited(bool as_json, size_t samples, int64_t edit);

/* "sha256:" and 64 digits. */
char *answer_fingerprint(struct arena *arena, const struct digest *digest);

void answer_instant(struct json_writer *json, const char *name, struct instant t);
void answer_number(struct json_writer *json, const char *name, int64_t number); /* 0: null */

#endif
