#include "core/document_read.h"

#include <string.h>

/* The names of an object's members, and where each is found. */
#define FIELDS(...)                                            \
	static const char *const names[] = { __VA_ARGS__ };    \
	const struct json *found[ARRAY_LEN(names)]

/* Runs the step unless one before it failed; the first failure is what counts. */
#define THEN(status, step)                  \
	do {                                \
		if ((status) == STATUS_OK)  \
			(status) = (step);  \
	} while (0)

/* ---- children ------------------------------------------------------------------ */

/* "hallucination" becomes "model/hallucination"; what is unknown is left to incident_check(). */
static const char *full_code(struct document_reader *reader, const char *name)
{
	const struct code *code = codebook_cause(reader->book, name);
	return code ? code_name(reader->arena, code) : name;
}

static int compare_ids(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return a < b ? -1 : a > b;
}

static size_t sort_unique(int64_t *ids, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(ids, count, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || ids[i] != ids[i - 1])
			ids[kept++] = ids[i];
	return kept;
}

static enum status read_evidence(struct document_reader *reader, const struct json *value,
				 struct incident_cause *out)
{
	enum status status = STATUS_OK;
	int64_t *ids;
	size_t mark;

	if (!value || json_is(value, JSON_NULL))
		return STATUS_OK;
	mark = document_enter(reader, "evidence");
	if (!json_is(value, JSON_ARRAY)) {
		status = document_fail(reader, "must be an array of fingerprints");
	} else {
		ids = arena_array(reader->arena, value->count, sizeof(*ids));
		for (const struct json *item = value->first; item && status == STATUS_OK; item = item->next) {
			char name[24];
			snprintf(name, sizeof(name), "%zu", out->evidence_count);
			status = document_sample(reader, item, name, &ids[out->evidence_count]);
			out->evidence_count++;
		}
		out->evidence_count = sort_unique(ids, out->evidence_count);
		out->evidence = ids;
	}
	if (status == STATUS_OK)
		document_leave(reader, mark);
	return status;
}

static enum status read_cause(struct document_reader *reader, const struct json *value, void *out)
{
	FIELDS("number", "code", "statement", "role", "confidence", "intent", "evidence");
	struct incident_cause cause = { .code = "", .statement = "" };
	size_t role = 0, confidence = 0, intent = 0;
	enum status status = document_names(reader, value, names, ARRAY_LEN(names), found);

	THEN(status, document_number(reader, found[0], names[0], &cause.number));
	THEN(status, document_text(reader, found[1], names[1], &cause.code));
	THEN(status, document_text(reader, found[2], names[2], &cause.statement));
	THEN(status, document_word(reader, found[3], names[3], "cause_role", &role));
	THEN(status, document_word(reader, found[4], names[4], "confidence", &confidence));
	THEN(status, document_word(reader, found[5], names[5], "intent", &intent));
	THEN(status, read_evidence(reader, found[6], &cause));
	cause.code = full_code(reader, cause.code);
	cause.role = (enum cause_role)role;
	cause.confidence = (enum confidence)confidence;
	cause.intent = (enum intent)intent;
	memcpy(out, &cause, sizeof(cause));
	return status;
}

static enum status read_event(struct document_reader *reader, const struct json *value, void *out)
{
	FIELDS("number", "at", "certainty", "kind", "milestone", "text", "sources", "cohort");
	struct incident_event event = { .text = "" };
	size_t certainty = 0, kind = 0, milestone = 0;
	enum status status = document_names(reader, value, names, ARRAY_LEN(names), found);

	/* An event that only says which milestone it is, is one. */
	if (status == STATUS_OK && found[4] && !json_is(found[4], JSON_NULL))
		kind = EVENT_MILESTONE;
	THEN(status, document_number(reader, found[0], names[0], &event.number));
	THEN(status, document_instant(reader, found[1], names[1], &event.at));
	THEN(status, document_word(reader, found[2], names[2], "event_certainty", &certainty));
	THEN(status, document_word(reader, found[3], names[3], "event_kind", &kind));
	THEN(status, document_word(reader, found[4], names[4], "milestone", &milestone));
	THEN(status, document_text(reader, found[5], names[5], &event.text));
	THEN(status, document_text(reader, found[6], names[6], &event.sources));
	THEN(status, document_text(reader, found[7], names[7], &event.cohort));
	event.certainty = (enum event_certainty)certainty;
	event.kind = (enum event_kind)kind;
	event.milestone = (enum milestone)milestone;
	memcpy(out, &event, sizeof(event));
	return status;
}

static enum status read_action(struct document_reader *reader, const struct json *value, void *out)
{
	FIELDS("number", "type", "status", "text", "cause", "owner", "due", "link", "criterion");
	struct incident_action action = { .text = "" };
	size_t type = 0, state = 0;
	enum status status = document_names(reader, value, names, ARRAY_LEN(names), found);

	THEN(status, document_number(reader, found[0], names[0], &action.number));
	THEN(status, document_word(reader, found[1], names[1], "action_type", &type));
	THEN(status, document_word(reader, found[2], names[2], "action_status", &state));
	THEN(status, document_text(reader, found[3], names[3], &action.text));
	THEN(status, document_number(reader, found[4], names[4], &action.cause));
	THEN(status, document_text(reader, found[5], names[5], &action.owner));
	THEN(status, document_instant(reader, found[6], names[6], &action.due));
	THEN(status, document_text(reader, found[7], names[7], &action.link));
	THEN(status, document_text(reader, found[8], names[8], &action.criterion));
	action.type = (enum action_type)type;
	action.status = (enum action_status)state;
	memcpy(out, &action, sizeof(action));
	return status;
}

/*
 * Numbers for those that state none: the lowest free ones, in order. Every
 * child's first field is its number. One mark per child is enough, since of
 * n children none can get a number above n unless it is stated.
 */
static void give_numbers(struct arena *arena, char *items, size_t count, size_t size)
{
	bool *taken = arena_array(arena, count + 2, sizeof(*taken));
	size_t next = 1;
	int64_t number;

	for (size_t i = 0; i < count; i++) {
		memcpy(&number, items + i * size, sizeof(number));
		if (number > 0 && (size_t)number <= count)
			taken[number] = true;
	}
	for (size_t i = 0; i < count; i++) {
		memcpy(&number, items + i * size, sizeof(number));
		if (number)
			continue;
		while (taken[next])
			next++;
		number = (int64_t)next++;
		memcpy(items + i * size, &number, sizeof(number));
	}
}

/* A whole list of children; *items and *count stay as they are where it is absent. */
static enum status read_list(struct document_reader *reader, const struct json *value, const char *name,
			     enum status (*read)(struct document_reader *, const struct json *, void *),
			     size_t size, void **items, size_t *count)
{
	enum status status = STATUS_OK;
	size_t mark, len = 0;
	char *list;

	if (!value)
		return STATUS_OK;
	mark = document_enter(reader, name);
	if (json_is(value, JSON_NULL)) {
		*count = 0;
	} else if (!json_is(value, JSON_ARRAY)) {
		status = document_fail(reader, "must be an array");
	} else if (value->count > INCIDENT_CHILDREN_MAX) {
		status = document_fail(reader, "more than %d", INCIDENT_CHILDREN_MAX);
	} else {
		list = arena_array(reader->arena, value->count, size);
		for (const struct json *item = value->first; item && status == STATUS_OK; item = item->next) {
			size_t item_mark = document_enter_index(reader, len);
			status = read(reader, item, list + len * size);
			if (status == STATUS_OK)
				document_leave(reader, item_mark);
			len++;
		}
		give_numbers(reader->arena, list, len, size);
		*items = list;
		*count = len;
	}
	if (status == STATUS_OK)
		document_leave(reader, mark);
	return status;
}

/* ---- the incident -------------------------------------------------------------- */

static enum status read_sections(struct document_reader *reader, const struct json *value, struct incident *out)
{
	size_t count, mark;
	const struct section_kind *kinds = section_kinds(&count);
	const char **names = arena_array(reader->arena, count, sizeof(*names));
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
		names[i] = kinds[i].key;
	status = document_names(reader, value, names, count, found);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const char *markdown = NULL;
		status = document_text(reader, found[i], names[i], &markdown);
		if (status == STATUS_OK && markdown)
			incident_set_section(out, reader->arena, names[i], markdown);
	}
	if (status == STATUS_OK)
		document_leave(reader, mark);
	return status;
}

static enum status read_key(struct document_reader *reader, const struct json *value, struct document_incident *out)
{
	const char *key = NULL;
	enum status status = document_text(reader, value, "key", &key);

	if (status != STATUS_OK)
		return status;
	if (key && key[0] && !incident_key_valid(key)) {
		document_enter(reader, "key");
		return document_fail(reader, "'%.80s' is not of the form INC-2026-0001", key);
	}
	if (key && key[0])
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
	if (!value)
		return STATUS_OK;
	if (!json_is(value, JSON_TRUE) && !json_is(value, JSON_FALSE) && !json_is(value, JSON_NULL)) {
		document_enter(reader, "illustrative");
		return document_fail(reader, "must be true or false");
	}
	*out = json_is(value, JSON_TRUE);
	return STATUS_OK;
}

/* The rules over the whole, with this incident's place put before the pointer. */
static enum status check(struct document_reader *reader, const struct incident *incident)
{
	struct error reason;
	enum status status = incident_check(incident, reader->book, &reason);

	if (status != STATUS_OK)
		return error_set(reader->err, status, "%s%s", reader->pointer.text, reason.text);
	return STATUS_OK;
}

enum status document_read_incident(struct document_reader *reader, const struct json *value,
				   struct document_incident *out)
{
	FIELDS("key", "title", "status", "severity", "severity_rationale", "sections", "causes", "events",
	       "actions", "members", "illustrative");
	struct incident *incident;
	size_t state, severity;
	void *causes, *events, *actions;
	enum status status = document_names(reader, value, names, ARRAY_LEN(names), found);

	memset(out, 0, sizeof(*out));
	THEN(status, read_key(reader, found[0], out));
	if (status != STATUS_OK)
		return status;
	incident = out->incident;
	state = (size_t)incident->status;
	severity = (size_t)incident->severity;
	causes = incident->causes;
	events = incident->events;
	actions = incident->actions;
	THEN(status, document_text(reader, found[1], names[1], &incident->title));
	THEN(status, document_word(reader, found[2], names[2], "incident_status", &state));
	THEN(status, document_word(reader, found[3], names[3], "severity", &severity));
	THEN(status, document_text(reader, found[4], names[4], &incident->severity_rationale));
	THEN(status, read_sections(reader, found[5], incident));
	THEN(status, read_list(reader, found[6], names[6], read_cause, sizeof(*incident->causes), &causes,
			       &incident->cause_count));
	THEN(status, read_list(reader, found[7], names[7], read_event, sizeof(*incident->events), &events,
			       &incident->event_count));
	THEN(status, read_list(reader, found[8], names[8], read_action, sizeof(*incident->actions), &actions,
			       &incident->action_count));
	THEN(status, read_illustrative(reader, found[10], &incident->illustrative));
	if (status != STATUS_OK)
		return status;
	incident->status = (enum incident_status)state;
	incident->severity = (enum severity)severity;
	incident->causes = causes;
	incident->events = events;
	incident->actions = actions;
	/* Before the sorting, so that the pointers are those of the document. */
	THEN(status, check(reader, incident));
	THEN(status, document_read_members(reader, found[9], out));
	incident_sort(incident);
	out->incident = incident_copy(reader->arena, incident); /* optional texts: "" is NULL */
	return status;
}
