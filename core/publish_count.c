#include "core/publish_count.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define IDLE_MOST 1000 /* an engine works for some hundredths of a second each time */

/* As the store counts them: what is excluded is left out. */
static void count_few(struct arena *arena, const struct publish_members *members, const enum facet_key *keys, struct facet_list *lists,
		      size_t key_count)
{
	for (size_t k = 0; k < key_count; k++) {
		struct facet_table *table = facet_table_new();

		for (size_t i = 0; i < members->count; i++) {
			const struct query_subject *subject = &members->few[i].subject;
			const char *const *values;
			size_t count;

			if (subject->sample->status == SAMPLE_EXCLUDED)
				continue;
			count = facet_values(arena, subject, keys[k], &values);
			for (size_t v = 0; v < count; v++)
				facet_table_add(table, values[v], 1);
			if (!count)
				facet_table_add(table, NULL, 1);
		}
		lists[k] = facet_table_list(table, arena, keys[k], 0);
		facet_table_free(table);
	}
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
	if (members->few) {
		struct facet_list *lists = arena_array(arena, ARRAY_LEN(keys), sizeof(*lists));

		count_few(arena, members, keys, lists, ARRAY_LEN(keys));
		out->days = lists;
		out->found = lists + 1;
		return STATUS_OK;
	}
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
static enum status take_sample(struct store *store, const struct publish_members *members, int64_t id, struct counts *days,
			       struct counts *found, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct query_subject subject = { .sample = NULL };
	const struct annotation *all;
	struct annotation *standing;
	const struct sample *sample;
	size_t count = 0;
	enum status status = publish_sample_get(store, &scratch, members, id, &sample, err);

	if (status == STATUS_OK)
		status = publish_annotations_get(store, &scratch, members, id, &all, &count, err);
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
			status = take_sample(store, members, members->ids[at], days, found, err);
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
