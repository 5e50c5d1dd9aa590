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

/* The list of incidents out of the whole document. */
static enum status open_document(struct document_reader *reader, const struct json *root, const struct json **out)
{
	static const char *const names[] = { "aitia", "incidents" };
	const struct json *found[ARRAY_LEN(names)];
	enum status status = document_names(reader, root, names, ARRAY_LEN(names), found);

	if (status != STATUS_OK)
		return status;
	if (found[0] && json_int(found[0], 0) != DOCUMENT_VERSION) {
		document_enter(reader, "aitia");
		return document_fail(reader, "this program reads version %d of the document", DOCUMENT_VERSION);
	}
	if (!json_is(found[1], JSON_ARRAY)) {
		document_enter(reader, "incidents");
		return document_fail(reader, found[1] ? "must be an array" : "is missing");
	}
	*out = found[1];
	return STATUS_OK;
}

static bool same_key(const struct document_incident *a, const struct document_incident *b)
{
	return a->incident->key && b->incident->key && strcmp(a->incident->key, b->incident->key) == 0;
}

static enum status read_all(struct document_reader *reader, const struct json *list,
			    struct document_incident *incidents)
{
	enum status status = STATUS_OK;
	size_t count = 0;

	document_enter(reader, "incidents");
	for (const struct json *item = list->first; item && status == STATUS_OK; item = item->next) {
		size_t mark = document_enter_index(reader, count);
		status = document_read_incident(reader, item, &incidents[count]);
		for (size_t i = 0; i < count && status == STATUS_OK; i++)
			if (same_key(&incidents[i], &incidents[count])) {
				document_enter(reader, "key");
				status = document_fail(reader, "%s stands twice in the document",
						       incidents[count].incident->key);
			}
		if (status == STATUS_OK)
			document_leave(reader, mark);
		count++;
	}
	return status;
}

/* "2 incidents: INC-2026-0001, INC-2026-0002", of those that were changed. */
static const char *summary_of(struct arena *arena, const struct document_result *results, size_t count)
{
	const char *keys = "";
	size_t changed = 0;

	for (size_t i = 0; i < count; i++) {
		if (!results[i].changed)
			continue;
		changed++;
		if (changed <= SUMMARY_KEYS)
			keys = arena_printf(arena, "%s%s%s", keys, changed > 1 ? ", " : "", results[i].key);
	}
	return arena_printf(arena, "%zu incident%s: %s%s", changed, changed == 1 ? "" : "s", keys,
			    changed > SUMMARY_KEYS ? ", …" : "");
}

/* All in one group: a failure leaves nothing, and one undo takes all of it back. */
static enum status write_all(struct store *store, struct arena *arena, const char *reviewer,
			     const struct document_incident *incidents, struct document_result *results, size_t count,
			     struct error *err)
{
	int64_t edit;
	enum status status = store->ops->group_begin(store, reviewer, "apply", err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		status = write_incident(store, arena, reviewer, &incidents[i], &results[i], err);
		if (status != STATUS_OK)
			error_wrap(err, status, "/incidents/%zu", i);
	}
	return store->ops->group_end(store, status, status == STATUS_OK ? summary_of(arena, results, count) : NULL, &edit,
				     err);
}

enum status document_apply(struct store *store, struct arena *arena, const char *reviewer,
			   struct slice json, const struct document_result **out, size_t *count,
			   struct error *err)
{
	struct document_reader reader = { .store = store, .arena = arena, .reviewer = reviewer, .err = err };
	struct document_incident *incidents = NULL;
	struct document_result *results = NULL;
	const struct json *root, *list = NULL;
	struct codebook book;
	enum status status;

	strbuf_init(&reader.pointer);
	*out = NULL;
	*count = 0;
	status = json_parse(arena, json, false, NULL, &root, err);
	if (status == STATUS_OK)
		status = store->ops->codebook_get(store, arena, &book, err);
	reader.book = &book;
	if (status == STATUS_OK)
		status = open_document(&reader, root, &list);
	if (status == STATUS_OK && list) {
		incidents = arena_array(arena, list->count, sizeof(*incidents));
		results = arena_array(arena, list->count, sizeof(*results));
		status = read_all(&reader, list, incidents);
	}
	if (status == STATUS_OK && list && list->count)
		status = write_all(store, arena, reviewer, incidents, results, list->count, err);
	if (status == STATUS_OK && list) {
		*out = results;
		*count = list->count;
	}
	strbuf_release(&reader.pointer);
	return status;
}
