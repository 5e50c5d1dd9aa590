#include "core/publish_count.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define IDLE_MOST 1000 /* an engine works for some hundredths of a second each time */

size_t publish_member_at(const struct publish_members *members, int64_t id)
{
	size_t low = 0, high = members->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (members->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < members->count && members->ids[low] == id ? low : members->count;
}

enum status publish_count(struct store *store, struct arena *arena, const struct publish_members *members,
			  struct postmortem_input *out, struct error *err)
{
	static const enum facet_key keys[] = { FACET_DAY, FACET_CAUSE };
	struct query query;
	struct facet_request request = { .query = &query, .keys = keys, .key_count = ARRAY_LEN(keys), .sort = SORT_LEVEL };
	struct facets facets = { .list_count = 0 };
	int64_t done = -1;
	int idle = 0; /* answers in a row that brought nothing */
	enum status status;

	if (!members->count)
		return STATUS_OK;
	status = query_parse(arena, arena_printf(arena, "incident:%s", out->incident->key), NULL, &query, err);
	while (status == STATUS_OK && !facets.readiness.ready) {
		status = store->ops->facets(store, arena, &request, &facets, err);
		idle = facets.readiness.done > done ? 0 : idle + 1;
		done = facets.readiness.done;
		/* What others change all the time is never counted, least of all within a view that stands still. */
		if (status == STATUS_OK && !facets.readiness.ready && idle == IDLE_MOST)
			status = error_set(err, STATUS_CONFLICT, "the store was changed while it was read: try again");
	}
	if (status == STATUS_OK && facets.list_count == ARRAY_LEN(keys)) {
		out->days = facets.lists;
		out->found = facets.lists + 1;
	}
	return status;
}

/* ---- for readers outside ----------------------------------------------------------------- */

struct counts {
	struct facet *values;
	size_t count;
};

static struct counts copy_counts(struct arena *arena, const struct facet_list *list)
{
	struct counts counts = { NULL, list ? list->count : 0 };

	counts.values = arena_array(arena, counts.count + 1, sizeof(*counts.values));
	if (counts.count)
		memcpy(counts.values, list->values, counts.count * sizeof(*counts.values));
	return counts;
}

static void take_one(struct counts *counts, const char *value)
{
	for (size_t i = 0; i < counts->count; i++) {
		struct facet *facet = &counts->values[i];
		if (value && facet->value ? strcmp(value, facet->value) == 0 : value == facet->value) {
			facet->count--;
			return;
		}
	}
}

static void take_values(struct arena *arena, struct counts *counts, const struct query_subject *subject, enum facet_key key)
{
	const char *const *values;
	size_t count = facet_values(arena, subject, key, &values);

	for (size_t i = 0; i < count; i++)
		take_one(counts, values[i]);
	if (!count)
		take_one(counts, NULL);
}

/* As it was counted: with its standing judgements. */
static enum status take_sample(struct store *store, int64_t id, struct counts *days, struct counts *found, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct query_subject subject = { .sample = NULL };
	const struct annotation *all;
	struct annotation *standing;
	struct sample *sample;
	size_t count = 0;
	enum status status = store->ops->sample_get(store, &scratch, id, &sample, err);

	if (status == STATUS_OK)
		status = store->ops->annotation_list(store, &scratch, id, &all, &count, err);
	if (status == STATUS_OK) {
		standing = arena_array(&scratch, count + 1, sizeof(*standing));
		for (size_t i = 0; i < count; i++)
			if (!all[i].superseded_by)
				standing[subject.annotation_count++] = all[i];
		subject.sample = sample;
		subject.annotations = standing;
		take_values(&scratch, days, &subject, FACET_DAY);
		take_values(&scratch, found, &subject, FACET_CAUSE);
	}
	arena_release(&scratch);
	return status;
}

/* Each member once, however many restrictions name it. */
static enum status take_withheld(struct store *store, const struct incident *whole, const struct publish_members *members,
				 struct incident *shown, struct counts *days, struct counts *found, struct error *err)
{
	bool *taken = mem_zalloc(members->count + 1, sizeof(*taken));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < whole->restriction_count; i++) {
		const struct incident_restriction *restriction = &whole->restrictions[i];
		for (size_t k = 0; k < restriction->evidence_count && status == STATUS_OK; k++) {
			size_t at = publish_member_at(members, restriction->evidence[k]);
			if (at == members->count || taken[at])
				continue;
			taken[at] = true;
			if (shown->member_counts[members->roles[at]]) /* read before the members */
				shown->member_counts[members->roles[at]]--;
			status = take_sample(store, members->ids[at], days, found, err);
		}
	}
	free(taken);
	return status;
}

static bool names_cause(const struct incident *incident, const char *code)
{
	for (size_t i = 0; i < incident->cause_count; i++)
		if (strcmp(incident->causes[i].code, code) == 0)
			return true;
	return false;
}

static bool is_withheld_cause(const struct incident *whole, const struct incident *shown, const char *code)
{
	return code && names_cause(whole, code) && !names_cause(shown, code);
}

static const struct facet_list *list_of(struct arena *arena, const struct counts *counts, enum facet_key key,
					const struct incident *whole, const struct incident *shown)
{
	struct facet_table *table = facet_table_new();
	struct facet_list *list = arena_alloc(arena, sizeof(*list));

	for (size_t i = 0; i < counts->count; i++) {
		const struct facet *facet = &counts->values[i];
		if (facet->count > 0 && !(key == FACET_CAUSE && is_withheld_cause(whole, shown, facet->value)))
			facet_table_add(table, facet->value, facet->count);
	}
	*list = facet_table_list(table, arena, key, 0);
	facet_table_free(table);
	return list;
}

static void hide_judgements(struct arena *arena, const struct incident *whole, const struct incident *shown,
			    struct postmortem_input *out)
{
	const struct annotation **annotations = arena_array(arena, out->sample_count + 1, sizeof(*annotations));

	for (size_t i = 0; i < out->sample_count; i++) {
		struct annotation *copy;
		annotations[i] = out->annotations[i];
		if (!annotations[i] || !is_withheld_cause(whole, shown, annotations[i]->cause))
			continue;
		copy = arena_alloc(arena, sizeof(*copy));
		*copy = *annotations[i];
		copy->cause = NULL;
		annotations[i] = copy;
	}
	out->annotations = annotations;
}

enum status publish_count_public(struct store *store, struct arena *arena, const struct incident *whole,
				 const struct publish_members *members, struct incident *shown,
				 struct postmortem_input *out, struct error *err)
{
	struct counts days = copy_counts(arena, out->days), found = copy_counts(arena, out->found);
	enum status status = take_withheld(store, whole, members, shown, &days, &found, err);

	if (status != STATUS_OK)
		return status;
	if (out->days)
		out->days = list_of(arena, &days, FACET_DAY, whole, shown);
	if (out->found)
		out->found = list_of(arena, &found, FACET_CAUSE, whole, shown);
	hide_judgements(arena, whole, shown, out);
	return status;
}
