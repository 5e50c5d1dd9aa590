#include "core/publish_earlier.h"

#include <string.h>

#include "core/incident_table.h"
#include "core/words.h"

#define TABLE_OF_PARTS "incident_" /* and the kind's word */

static void take_back_own(struct incident *incident, const struct edit_change *change)
{
	const char *before = change->before;
	size_t index;

	if (strcmp(change->field, "title") == 0)
		incident->title = before ? before : "";
	else if (strcmp(change->field, "severity_rationale") == 0)
		incident->severity_rationale = before;
	else if (strcmp(change->field, "partial") == 0)
		incident->partial = before;
	else if (strcmp(change->field, "duplicate_of") == 0)
		incident->duplicate_of = before;
	else if (strcmp(change->field, "status") == 0 && before && words_find("incident_status", before, &index))
		incident->status = (enum incident_status)index;
	else if (strcmp(change->field, "severity") == 0 && before && words_find("severity", before, &index))
		incident->severity = (enum severity)index;
	else if (strcmp(change->field, "illustrative") == 0 && before)
		incident->illustrative = strcmp(before, "yes") == 0;
}

/* The part that the change is about: its kind, and where it is; false: none that is there now. */
static bool find_part(const struct incident *incident, const struct edit_change *change, enum incident_child *kind, size_t *at)
{
	size_t key_len = strlen(incident->key);
	int64_t number;

	if (strncmp(change->table, TABLE_OF_PARTS, strlen(TABLE_OF_PARTS)) != 0 || strncmp(change->key, incident->key, key_len) != 0 ||
	    change->key[key_len] != '/' || !incident_part_parse(change->key + key_len + 1, kind, &number) ||
	    strcmp(change->table + strlen(TABLE_OF_PARTS), incident_kind(*kind)->word) != 0)
		return false;
	for (*at = 0; *at < incident_part_count(incident, *kind); ++*at)
		if (incident_part_number(incident_part_at(incident, *kind, *at)) == number)
			return true;
	return false;
}

static void drop_part(struct arena *arena, struct incident *incident, enum incident_child kind, size_t at)
{
	size_t count = incident_part_count(incident, kind), size = incident_kind(kind)->size;
	char *kept = arena_array(arena, count, size);

	for (size_t i = 0, k = 0; i < count; i++)
		if (i != at)
			memcpy(kept + k++ * size, incident_part_at(incident, kind, i), size);
	incident_set_parts(incident, kind, kept, count - 1);
}

/* Of a part that is there such a field has something to say. */
static bool is_never_absent(const struct incident_field *field)
{
	return field->type == INCIDENT_TERM || (field->flags & FIELD_KEPT);
}

static void take_back_part(struct arena *arena, struct incident *incident, const struct edit_change *change)
{
	const struct incident_field *field;
	enum incident_child kind;
	struct error ignored;
	size_t at;

	if (!find_part(incident, change, &kind, &at))
		return;
	field = incident_field(kind, change->field);
	if (!field)
		return;
	if (!change->before && change->after && is_never_absent(field))
		drop_part(arena, incident, kind, at);
	else if (field_is_text(field))
		part_set_text(field, incident_part_change(incident, kind, at),
			      change->before || !(field->flags & FIELD_KEPT) ? change->before : "");
	else if (part_read(arena, field, incident_part_change(incident, kind, at), change->before ? change->before : "", &ignored) != STATUS_OK)
		return; /* a word that is no more: the field stays */
}

void publish_take_back(struct arena *arena, struct incident *incident, const struct edit_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(changes[i].table, "incident") == 0 && strcmp(changes[i].key, incident->key) == 0)
			take_back_own(incident, &changes[i]);
		else
			take_back_part(arena, incident, &changes[i]);
	}
	incident_sort(incident);
}
