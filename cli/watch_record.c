#include "cli/watch_record.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cmd_incident.h"

struct found {
	const struct watched *watched;
	const int64_t *ids;     /* ascending */
	size_t count, added;
};

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* What found them, as a recurrence says it: readers outside are not shown the signature. */
static const char *found_by(const struct watched *watched)
{
	return watched->of == WATCH_OF_SIGNATURE ? "by the signature" : watched->query;
}

/* Whether the same found them. Which signature it was no recurrence says: it may have been another. */
static bool is_found_by(const struct incident_recurrence *recurrence, const struct watched *watched)
{
	const char *by = found_by(watched);
	size_t len = strlen(recurrence->text), tail = strlen(by);

	return watched->of != WATCH_OF_SIGNATURE && len >= tail && strcmp(recurrence->text + len - tail, by) == 0;
}

static bool is_recorded(const struct incident *incident, int64_t sample, const struct watched *watched)
{
	for (size_t i = 0; i < incident->recurrence_count; i++) {
		const int64_t *ids = incident->recurrences[i].evidence;
		size_t count = incident->recurrences[i].evidence_count;
		if (count >= OCCURRENCES_MAX && sample < ids[0] && is_found_by(&incident->recurrences[i], watched))
			return true;
		if (count && bsearch(&sample, ids, count, sizeof(*ids), by_number))
			return true;
	}
	return false;
}

/* On the incident as it is now: who records at the same time adds nothing twice. */
static enum status add_recurrence(struct incident_edit *edit, struct arena *arena, struct incident *incident,
				  const struct codebook *book, struct error *err)
{
	struct found *found = edit->target;
	int64_t *fresh = arena_array(arena, found->count + 1, sizeof(*fresh));
	struct incident_recurrence recurrence = { .kind = RECURRENCE_FIX_INCOMPLETE };

	(void)book;
	(void)err;
	found->added = 0;
	for (size_t i = 0; i < found->count; i++)
		if (!is_recorded(incident, found->ids[i], found->watched))
			fresh[found->added++] = found->ids[i];
	edit->number = 0;
	if (!found->added)
		return STATUS_OK;
	recurrence.evidence_count = found->added < OCCURRENCES_MAX ? found->added : OCCURRENCES_MAX;
	recurrence.evidence = fresh + found->added - recurrence.evidence_count;
	recurrence.verdict = found->watched->watch.verdict;
	recurrence.text = arena_printf(arena, "%zu sample%s since the fix: %s", found->added, found->added == 1 ? "" : "s",
				       found_by(found->watched));
	edit->number = incident_add(incident, arena, INCIDENT_RECURRENCE, &recurrence);
	return STATUS_OK;
}

enum status watch_record(struct cli *cli, const struct inquiry *inquiry, const struct watched *watched,
			 struct occurrences *out, struct error *err)
{
	struct found found = { .watched = watched };
	struct incident_edit edit = { .change = add_recurrence, .target = &found, .summary = "what a watch found" };
	struct query query;
	enum status status = inquiry_query(inquiry, watched->hits, &query, err);

	if (status == STATUS_OK)
		status = inquiry->store->ops->sample_ids(inquiry->store, inquiry->arena, &query, &found.ids, &found.count, err);
	if (status == STATUS_OK && found.count)
		status = incident_change(cli, inquiry->store, watched->incident->key, &edit, err);
	*out = (struct occurrences){ found.added, edit.number, edit.edit };
	return status;
}
