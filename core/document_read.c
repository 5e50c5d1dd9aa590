#include "core/document_read.h"
#include "core/incident_table.h"

#include <string.h>

/* Runs the step unless the store failed before; faults of the document are noted. */
#define THEN(status, step)                                    \
	do {                                                  \
		if ((status) == STATUS_OK)                    \
			(status) = document_go_on(step);      \
	} while (0)

/* ---- the incident -------------------------------------------------------------- */

static enum status read_sections(struct document_reader *reader, const struct json *value, struct incident *out)
{
	size_t count, mark;
	const struct section_kind *kinds = section_kinds(&count);
	const char **keys = arena_array(reader->arena, count, sizeof(*keys));
	const struct json **found = arena_array(reader->arena, count, sizeof(*found));
	enum status status;

	if (!value)
		return STATUS_OK;
	mark = document_enter(reader, "sections");
	if (json_is(value, JSON_NULL)) {
		out->section_count = 0;
		document_leave(reader, mark);
		return STATUS_OK;
	}
	for (size_t i = 0; i < count; i++)
		keys[i] = kinds[i].key;
	status = document_names(reader, value, keys, count, found);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const char *markdown = NULL;
		if (document_text(reader, found[i], keys[i], &markdown) == STATUS_OK && markdown)
			incident_set_section(out, reader->arena, keys[i], markdown);
	}
	document_leave(reader, mark);
	return STATUS_OK;
}

static enum status read_key(struct document_reader *reader, const struct json *value, struct document_incident *out)
{
	const char *key = NULL;
	enum status status = document_go_on(document_text(reader, value, "key", &key));

	/* A key that is no key is told by incident_check(). */
	if (status == STATUS_OK && key && key[0] && incident_key_valid(key))
		status = reader->store->ops->incident_get(reader->store, reader->arena, key, &out->base, reader->err);
	if (status == STATUS_NOT_FOUND)
		status = STATUS_OK;
	if (status != STATUS_OK)
		return status;
	if (out->base) {
		out->incident = incident_copy(reader->arena, out->base);
	} else {
		out->incident = arena_alloc(reader->arena, sizeof(*out->incident));
		incident_init(out->incident, reader->arena, "");
		out->incident->key = key && key[0] ? key : NULL;
	}
	return STATUS_OK;
}

static enum status read_illustrative(struct document_reader *reader, const struct json *value, bool *out)
{
	size_t mark;

	if (!value)
		return STATUS_OK;
	if (!json_is(value, JSON_TRUE) && !json_is(value, JSON_FALSE) && !json_is(value, JSON_NULL)) {
		mark = document_enter(reader, "illustrative");
		document_fail(reader, "must be true or false");
		document_leave(reader, mark);
		return STATUS_INPUT;
	}
	*out = json_is(value, JSON_TRUE);
	return STATUS_OK;
}

static void note_fault(void *context, const char *pointer, const char *reason)
{
	document_note(context, pointer, reason);
}

/* The rules over the whole. */
static void check(struct document_reader *reader, const struct document_incident *wanted)
{
	const struct incident *incident = wanted->incident;
	struct error reason;

	incident_faults(incident, reader->book, note_fault, reader);
	if (wanted->base && incident_may_move(wanted->base->status, incident->status, &reason) != STATUS_OK)
		document_note(reader, "/status", reason.text);
}

/* The members of the object that an incident is, and behind them its lists of parts. */
enum { KEY, TITLE, STATUS, SEVERITY, RATIONALE, PARTIAL, DUPLICATE_OF, SIGNATURE, SECTIONS, MEMBERS, ILLUSTRATIVE, COMPUTED, HEAD_COUNT };
static const char *const names[HEAD_COUNT + INCIDENT_CHILD_KINDS] = {
	"key", "title", "status", "severity", "severity_rationale", "partial", "duplicate_of", "signature", "sections",
	"members", "illustrative", "computed", /* what follows from the rest: passed over */
#define KIND(word, words, NAME, article, tag, help) #words,
#include "core/incident_fields.def"
};

static enum status read_head(struct document_reader *reader, const struct json *const *found, struct incident *incident)
{
	size_t state = (size_t)incident->status, severity = (size_t)incident->severity;
	enum status status = STATUS_OK;

	THEN(status, document_text(reader, found[TITLE], names[TITLE], &incident->title));
	THEN(status, document_word(reader, found[STATUS], names[STATUS], "incident_status", &state));
	THEN(status, document_word(reader, found[SEVERITY], names[SEVERITY], "severity", &severity));
	THEN(status, document_text(reader, found[RATIONALE], names[RATIONALE], &incident->severity_rationale));
	THEN(status, document_text(reader, found[PARTIAL], names[PARTIAL], &incident->partial));
	THEN(status, document_text(reader, found[DUPLICATE_OF], names[DUPLICATE_OF], &incident->duplicate_of));
	THEN(status, document_text(reader, found[SIGNATURE], names[SIGNATURE], &incident->signature));
	THEN(status, read_sections(reader, found[SECTIONS], incident));
	THEN(status, read_illustrative(reader, found[ILLUSTRATIVE], &incident->illustrative));
	if (incident->duplicate_of && !incident->duplicate_of[0])
		incident->duplicate_of = NULL;
	if (incident->signature && !incident->signature[strspn(incident->signature, " \t\r\n")])
		incident->signature = NULL;
	incident->status = (enum incident_status)state;
	incident->severity = (enum severity)severity;
	return status;
}

enum status document_read_incident(struct document_reader *reader, const struct json *value,
				   struct document_incident *out)
{
	const struct json *found[ARRAY_LEN(names)];
	enum status status;

	memset(out, 0, sizeof(*out));
	if (document_names(reader, value, names, ARRAY_LEN(names), found) != STATUS_OK)
		return STATUS_OK;
	status = read_key(reader, found[KEY], out);
	if (status != STATUS_OK)
		return status;
	THEN(status, read_head(reader, found, out->incident));
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		THEN(status, document_read_parts(reader, found[HEAD_COUNT + kind], (enum incident_child)kind, out->incident));
	if (status != STATUS_OK)
		return status;
	if (out->base) /* a review is not taken out of a document (postmortem_state.h) */
		incident_set_parts(out->incident, INCIDENT_STEP, out->base->steps, out->base->step_count);
	/* Before the sorting, so that the pointers are those of the document. */
	check(reader, out);
	THEN(status, document_read_members(reader, found[MEMBERS], out));
	incident_sort(out->incident);
	out->incident = incident_copy(reader->arena, out->incident); /* optional texts: "" is NULL */
	return status;
}
