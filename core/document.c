/*
 * Applying a document: all of it is read and checked against the store first
 * (document_read.c), then written as one edit.
 */
#include "core/document.h"

#include <string.h>

#include "core/document_read.h"

/* As many keys the log's line names. */
#define SUMMARY_KEYS 5

struct member_ids {
	int64_t *items;
	size_t len, capacity;
};

/* Adds those members that are not there yet, or are there in another role. */
static enum status write_members(struct store *store, struct arena *arena, const char *reviewer,
				 const struct document_incident *wanted, struct document_result *result,
				 struct error *err)
{
	const int64_t *present;
	const enum member_role *roles;
	size_t count;
	int64_t edit = 0;
	enum status status;

	if (!wanted->member_count)
		return STATUS_OK;
	status = store->ops->incident_members(store, arena, result->key, &present, &roles, &count, err);
	for (int role = 0; role < MEMBER_COUNT && status == STATUS_OK; role++) {
		struct member_ids ids = VEC_INIT;
		size_t k = 0;
		for (size_t i = 0; i < wanted->member_count; i++) {
			const struct document_member *member = &wanted->members[i];
			if ((int)member->role != role)
				continue;
			while (k < count && present[k] < member->sample)
				k++;
			if (k < count && present[k] == member->sample && (int)roles[k] == role)
				continue;
			result->members_added += k == count || present[k] != member->sample;
			vec_push(&ids, member->sample);
		}
		if (ids.len) {
			status = store->ops->incident_members_add(store, reviewer, result->key, ids.items, ids.len,
								  (enum member_role)role, &edit, err);
			result->changed |= edit != 0;
		}
		vec_release(&ids);
	}
	return status;
}

static enum status write_incident(struct store *store, struct arena *arena, const char *reviewer,
				  const struct document_incident *wanted, struct document_result *result,
				  struct error *err)
{
	const struct incident *incident = wanted->incident;
	enum status status = STATUS_OK;
	int64_t edit = 0;

	*result = (struct document_result){ .key = incident->key, .created = !wanted->base };
	if (!wanted->base || !incident_same(wanted->base, incident)) {
		status = store->ops->incident_put(store, arena, reviewer, incident, NULL, &result->key, &edit, err);
		result->changed = edit != 0;
	}
	if (status == STATUS_OK)
		status = write_members(store, arena, reviewer, wanted, result, err);
	return status;
}

/* The lists out of the whole document; NULL: there is none such. */
static void open_document(struct document_reader *reader, const struct json *root, const struct json **incidents,
			  const struct json **exposures)
{
	static const char *const names[] = { "aitia", "incidents", "exposures" };
	const struct json *found[ARRAY_LEN(names)];
	size_t mark;

	*incidents = *exposures = NULL;
	if (document_names(reader, root, names, ARRAY_LEN(names), found) != STATUS_OK)
		return;
	if (found[0] && json_int(found[0], 0) != DOCUMENT_VERSION) {
		mark = document_enter(reader, "aitia");
		document_fail(reader, "this program reads version %d of the document", DOCUMENT_VERSION);
		document_leave(reader, mark);
	}
	*exposures = found[2];
	if (json_is(found[1], JSON_ARRAY)) {
		*incidents = found[1];
		return;
	}
	if (!found[1] && found[2])
		return;
	mark = document_enter(reader, "incidents");
	document_fail(reader, found[1] ? "must be an array" : "is missing");
	document_leave(reader, mark);
}

static bool same_key(const struct document_incident *a, const struct document_incident *b)
{
	return a->incident && b->incident && a->incident->key && b->incident->key &&
	       strcmp(a->incident->key, b->incident->key) == 0;
}

static enum status read_all(struct document_reader *reader, const struct json *list,
			    struct document_incident *incidents)
{
	enum status status = STATUS_OK;
	size_t count = 0, outer = document_enter(reader, "incidents");

	for (const struct json *item = list->first; item && status == STATUS_OK; item = item->next) {
		size_t mark = document_enter_index(reader, count);
		status = document_read_incident(reader, item, &incidents[count]);
		for (size_t i = 0; i < count && status == STATUS_OK; i++)
			if (same_key(&incidents[i], &incidents[count]))
				document_note(reader, "/key", arena_printf(reader->arena, "%s stands twice in the document",
									   incidents[count].incident->key));
		document_leave(reader, mark);
		count++;
	}
	document_leave(reader, outer);
	return status;
}

/* ---- cycles ------------------------------------------------------------------------ */

/* Where "what was before it" may lead back to itself: along recurrences and duplicates. */
struct trail {
	struct document_reader *reader;
	const struct document_incident *incidents;
	size_t count;
	VEC_OF(const char *) seen;
};

static enum status incident_of_key(struct trail *trail, const char *key, const struct incident **out)
{
	struct incident *stored = NULL;
	enum status status;

	*out = NULL;
	for (size_t i = 0; i < trail->count; i++)
		if (trail->incidents[i].incident && trail->incidents[i].incident->key &&
		    strcmp(trail->incidents[i].incident->key, key) == 0)
			*out = trail->incidents[i].incident;
	if (*out)
		return STATUS_OK;
	status = trail->reader->store->ops->incident_get(trail->reader->store, trail->reader->arena, key, &stored,
							 trail->reader->err);
	*out = stored;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Whether `start` stands behind `from`; each incident is looked at once. */
static enum status leads_back(struct trail *trail, const struct incident *from, const char *start, bool *out)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i <= from->recurrence_count && status == STATUS_OK && !*out; i++) {
		const char *next = i < from->recurrence_count ? from->recurrences[i].earlier : from->duplicate_of;
		const struct incident *incident;
		bool seen = false;
		/* What was found not to be related comes before nothing. */
		if (!next || !next[0] || (i < from->recurrence_count && from->recurrences[i].kind == RECURRENCE_UNRELATED))
			continue;
		*out = strcmp(next, start) == 0;
		for (size_t k = 0; k < trail->seen.len; k++)
			seen |= strcmp(trail->seen.items[k], next) == 0;
		if (*out || seen || trail->seen.len >= JSON_DEPTH_MAX)
			continue;
		vec_push(&trail->seen, next);
		status = incident_of_key(trail, next, &incident);
		if (status == STATUS_OK && incident)
			status = leads_back(trail, incident, start, out);
	}
	return status;
}

static enum status check_cycles(struct document_reader *reader, const struct document_incident *incidents, size_t count)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const struct incident *incident = incidents[i].incident;
		struct trail trail = { .reader = reader, .incidents = incidents, .count = count, .seen = VEC_INIT };
		bool back = false;
		if (incident && incident->key)
			status = leads_back(&trail, incident, incident->key, &back);
		if (back)
			document_note(reader, arena_printf(reader->arena, "/incidents/%zu/recurrences", i),
				      "a cycle: what came before this incident leads back to it");
		vec_release(&trail.seen);
	}
	return status;
}

/* What a document wants written. */
struct wanted {
	const struct document_incident *incidents;
	size_t count;
	const struct exposure *exposures;
	size_t exposure_count;
};

/* "2 incidents: INC-2026-0001, INC-2026-0002; 12 denominators", of those that were changed. */
static const char *summary_of(struct arena *arena, const struct document_result *results, size_t count,
			      const struct exposure_result *exposures)
{
	const char *keys = "";
	size_t changed = 0;
	char denominators[100];

	for (size_t i = 0; i < count; i++) {
		if (!results[i].changed)
			continue;
		changed++;
		if (changed <= SUMMARY_KEYS)
			keys = arena_printf(arena, "%s%s%s", keys, changed > 1 ? ", " : "", results[i].key);
	}
	exposure_summary(denominators, sizeof(denominators), NULL, exposures);
	if (!changed)
		return arena_strdup(arena, denominators);
	return arena_printf(arena, "%zu incident%s: %s%s%s%s", changed, changed == 1 ? "" : "s", keys,
			    changed > SUMMARY_KEYS ? ", …" : "", exposures->added + exposures->changed ? "; " : "",
			    exposures->added + exposures->changed ? denominators : "");
}

/* All in one group: a failure leaves nothing, and one undo takes all of it back. */
static enum status write_all(struct store *store, struct arena *arena, const char *reviewer, const struct wanted *wanted,
			     struct document_result *results, struct exposure_result *exposures, struct error *err)
{
	int64_t edit;
	enum status status = store->ops->group_begin(store, reviewer, "apply", err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < wanted->count && status == STATUS_OK; i++) {
		status = write_incident(store, arena, reviewer, &wanted->incidents[i], &results[i], err);
		if (status != STATUS_OK)
			error_wrap(err, status, "/incidents/%zu", i);
	}
	if (status == STATUS_OK && wanted->exposure_count) {
		status = store->ops->exposure_put(store, reviewer, wanted->exposures, wanted->exposure_count, NULL, exposures, &edit, err);
		if (status != STATUS_OK)
			error_wrap(err, status, "/exposures");
	}
	return store->ops->group_end(store, status, status == STATUS_OK ? summary_of(arena, results, wanted->count, exposures) : NULL,
				     &edit, err);
}

/* "/incidents/0/title: must be a string (and 2 more faults)" */
static enum status refuse(const struct document_reader *reader, struct error *err)
{
	const struct document_fault *first = &reader->faults.items[0];
	const char *place = first->pointer[0] ? first->pointer : "the document";

	if (reader->fault_count == 1)
		return error_set(err, STATUS_INPUT, "%s: %s", place, first->reason);
	return error_set(err, STATUS_INPUT, "%s: %s (and %zu more fault%s)", place, first->reason, reader->fault_count - 1,
			 reader->fault_count == 2 ? "" : "s");
}

static enum status apply(struct document_reader *reader, const struct json *root, struct document_report *out)
{
	const struct json *list, *exposures;
	struct document_incident *incidents;
	struct document_result *results;
	struct wanted wanted = { .count = 0 };
	enum status status = STATUS_OK;

	open_document(reader, root, &list, &exposures);
	wanted.count = list ? list->count : 0;
	incidents = arena_array(reader->arena, wanted.count, sizeof(*incidents));
	results = arena_array(reader->arena, wanted.count, sizeof(*results));
	wanted.incidents = incidents;
	if (list)
		status = read_all(reader, list, incidents);
	if (status == STATUS_OK && exposures)
		document_read_exposures(reader, exposures, &wanted.exposures, &wanted.exposure_count);
	if (status == STATUS_OK && !reader->fault_count)
		status = check_cycles(reader, incidents, wanted.count);
	if (status == STATUS_OK && reader->fault_count)
		status = refuse(reader, reader->err);
	if (status == STATUS_OK && wanted.count + wanted.exposure_count)
		status = write_all(reader->store, reader->arena, reader->reviewer, &wanted, results, &out->exposures, reader->err);
	if (status == STATUS_OK) {
		out->results = results;
		out->count = wanted.count;
		out->has_exposures = exposures != NULL;
	}
	return status;
}

enum status document_apply(struct store *store, struct arena *arena, const char *reviewer,
			   struct slice json, struct document_report *out, struct error *err)
{
	struct error local = { .status = STATUS_OK };
	struct document_reader reader = { .store = store, .arena = arena, .reviewer = reviewer, .err = err ? err : &local,
					  .faults = VEC_INIT };
	struct document_fault *faults;
	const struct json *root;
	struct codebook book;
	enum status status;

	strbuf_init(&reader.pointer);
	memset(out, 0, sizeof(*out));
	status = json_parse(arena, json, false, NULL, &root, err);
	if (status == STATUS_OK)
		status = store->ops->codebook_get(store, arena, &book, err);
	reader.book = &book;
	if (status == STATUS_OK)
		status = apply(&reader, root, out);
	faults = arena_array(arena, reader.faults.len, sizeof(*faults));
	for (size_t i = 0; i < reader.faults.len; i++)
		faults[i] = reader.faults.items[i];
	out->faults = faults;
	out->fault_count = reader.faults.len;
	out->fault_total = reader.fault_count;
	vec_release(&reader.faults);
	strbuf_release(&reader.pointer);
	return status;
}
