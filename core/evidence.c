#include "core/evidence.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct id_set {
	int64_t *ids; /* ascending once sorted */
	size_t count;
};

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static bool has(const int64_t *ids, size_t count, int64_t id)
{
	return count && bsearch(&id, ids, count, sizeof(id), compare_ids);
}

/* The core members among `ids`, behind those that the cause names already. */
static enum status gather(struct store *store, struct arena *arena, const char *key,
			  const struct incident_cause *cause, const int64_t *ids, size_t count, struct id_set *out,
			  struct error *err)
{
	const enum member_role *roles;
	const int64_t *members;
	size_t member_count;
	enum status status = store->ops->incident_members(store, arena, key, &members, &roles, &member_count, err);

	if (status != STATUS_OK)
		return status;
	out->ids = arena_array(arena, cause->evidence_count + count, sizeof(*out->ids));
	if (cause->evidence_count)
		memcpy(out->ids, cause->evidence, cause->evidence_count * sizeof(*out->ids));
	out->count = cause->evidence_count;
	qsort(out->ids, out->count, sizeof(*out->ids), compare_ids);
	/* Both the members and the ids ascend. */
	for (size_t i = 0, m = 0; i < count; i++) {
		while (m < member_count && members[m] < ids[i])
			m++;
		if (m < member_count && members[m] == ids[i] && roles[m] == MEMBER_CORE &&
		    !has(out->ids, cause->evidence_count, ids[i]))
			out->ids[out->count++] = ids[i];
	}
	qsort(out->ids, out->count, sizeof(*out->ids), compare_ids);
	return STATUS_OK;
}

enum status evidence_link(struct store *store, struct arena *arena, const char *reviewer, const char *key,
			  int64_t number, size_t *count, int64_t *edit, struct error *err)
{
	struct incident *incident;
	struct incident_cause *cause = NULL;
	struct id_set evidence = { NULL, 0 };
	struct query query;
	const int64_t *ids;
	size_t found;
	const char *key_out;
	enum status status = store->ops->incident_get(store, arena, key, &incident, err);

	*edit = 0;
	*count = 0;
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < incident->cause_count; i++)
		if (incident->causes[i].number == number)
			cause = &incident->causes[i];
	if (!cause)
		return error_set(err, STATUS_NOT_FOUND, "%s has no cause C%" PRId64, key, number);
	status = query_parse(arena, arena_printf(arena, "incident:%s cause:%s", key, cause->code), NULL, &query, err);
	if (status == STATUS_OK)
		status = store->ops->sample_ids(store, arena, &query, &ids, &found, err);
	if (status == STATUS_OK)
		status = gather(store, arena, key, cause, ids, found, &evidence, err);
	if (status != STATUS_OK)
		return status;
	*count = evidence.count;
	if (evidence.count == cause->evidence_count)
		return STATUS_OK;
	cause->evidence = evidence.ids;
	cause->evidence_count = evidence.count;
	return store->ops->incident_put(store, arena, reviewer, incident,
					arena_printf(arena, "C%" PRId64 ": %zu sample%s as evidence", number, evidence.count, plural((int64_t)evidence.count)),
					&key_out, edit, err);
}
