#include "core/incident.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/attr.h"
#include "core/incident_table.h"

static const struct section_kind kinds[] = {
#define SECTION(key, title, prompt) { key, title, prompt },
#include "core/sections.def"
#undef SECTION
};

const struct section_kind *section_kinds(size_t *count)
{
	*count = ARRAY_LEN(kinds);
	return kinds;
}

const struct section_kind *section_kind_find(const char *key)
{
	for (size_t i = 0; key && i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].key, key) == 0)
			return &kinds[i];
	return NULL;
}

static char *copy_text(struct arena *arena, const char *text)
{
	return arena_strdup(arena, text ? text : "");
}

/* Optional texts: an empty one is none. */
static char *copy_optional(struct arena *arena, const char *text)
{
	return text && text[0] ? arena_strdup(arena, text) : NULL;
}

void incident_init(struct incident *incident, struct arena *arena, const char *title)
{
	memset(incident, 0, sizeof(*incident));
	incident->title = copy_text(arena, title);
	incident->created_at = incident->updated_at = instant_now();
}

/*
 * Arrays of children are copied when one is added: they are short, an arena
 * cannot grow a piece, and whoever holds the old array keeps a whole one.
 */
static void *grow(struct arena *arena, const void *items, size_t count, size_t size)
{
	char *grown = arena_array(arena, count + 1, size);
	if (count)
		memcpy(grown, items, count * size);
	return grown;
}

int64_t incident_add(struct incident *incident, struct arena *arena, enum incident_child kind, const void *part)
{
	const struct incident_kind *table = incident_kind(kind);
	size_t count = incident_part_count(incident, kind);
	int64_t number = incident_part_number(part), *next = &incident->next_numbers[kind];
	bool taken = number <= 0;
	char *grown;

	for (size_t i = 0; i < count; i++) {
		int64_t other = incident_part_number(incident_part_at(incident, kind, i));
		if (other >= *next)
			*next = other + 1;
		taken |= other == number;
	}
	if (*next < 1)
		*next = 1;
	if (taken)
		number = *next;
	if (number >= *next)
		*next = number + 1;
	grown = grow(arena, incident_part_at(incident, kind, 0), count, table->size);
	incident_part_copy(arena, kind, part, grown + count * table->size);
	incident_part_set_number(grown + count * table->size, number);
	incident_set_parts(incident, kind, grown, count + 1);
	incident_sort(incident);
	return number;
}

bool incident_remove(struct incident *incident, struct arena *arena, enum incident_child kind, int64_t number)
{
	size_t size = incident_kind(kind)->size, count = incident_part_count(incident, kind);

	for (size_t i = 0; i < count; i++) {
		char *at = incident_part_change(incident, kind, i);
		if (incident_part_number(at) != number)
			continue;
		memmove(at, at + size, (count - i - 1) * size);
		incident_set_parts(incident, kind, incident_part_change(incident, kind, 0), count - 1);
		incident_rename(incident, arena, kind, number, 0);
		return true;
	}
	return false;
}

int64_t incident_add_cause(struct incident *incident, struct arena *arena, const struct incident_cause *cause)
{
	return incident_add(incident, arena, INCIDENT_CAUSE, cause);
}

int64_t incident_add_event(struct incident *incident, struct arena *arena, const struct incident_event *event)
{
	return incident_add(incident, arena, INCIDENT_EVENT, event);
}

int64_t incident_add_action(struct incident *incident, struct arena *arena, const struct incident_action *action)
{
	return incident_add(incident, arena, INCIDENT_ACTION, action);
}

static int compare_events(const void *left, const void *right)
{
	const struct incident_event *a = left, *b = right;
	bool a_known = instant_known(a->at), b_known = instant_known(b->at);

	if (a_known != b_known)
		return a_known ? -1 : 1;
	if (a_known && a->at.at_us != b->at.at_us)
		return a->at.at_us < b->at.at_us ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static int compare_numbers(const void *left, const void *right)
{
	int64_t a = incident_part_number(left), b = incident_part_number(right);
	return a < b ? -1 : a > b;
}

void incident_sort_events(struct incident *incident)
{
	if (incident->event_count > 1)
		qsort(incident->events, incident->event_count, sizeof(*incident->events), compare_events);
}

void incident_sort(struct incident *incident)
{
	incident_sort_events(incident);
	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++) {
		enum incident_child kind = (enum incident_child)i;
		if (kind != INCIDENT_EVENT && incident_part_count(incident, kind) > 1)
			qsort(incident_part_change(incident, kind, 0), incident_part_count(incident, kind),
			      incident_kind(kind)->size, compare_numbers);
	}
}

static bool all_blank(const char *text)
{
	return !text || !text[strspn(text, " \t\r\n")];
}

/* Where a section stands in the document; unknown ones behind all others. */
static size_t section_place(const char *key)
{
	const struct section_kind *kind = section_kind_find(key);
	return kind ? (size_t)(kind - kinds) : ARRAY_LEN(kinds);
}

void incident_set_section(struct incident *incident, struct arena *arena, const char *key, const char *markdown)
{
	struct incident_section *sections = grow(arena, incident->sections, incident->section_count,
						 sizeof(*sections));
	struct incident_section section;
	size_t kept = 0, at;

	for (size_t i = 0; i < incident->section_count; i++)
		if (strcmp(sections[i].key, key) != 0)
			sections[kept++] = sections[i];
	incident->sections = sections;
	incident->section_count = kept;
	if (all_blank(markdown))
		return;
	section = (struct incident_section){ arena_strdup(arena, key), arena_strdup(arena, markdown) };
	for (at = 0; at < kept && section_place(sections[at].key) <= section_place(key); at++)
		;
	memmove(&sections[at + 1], &sections[at], (kept - at) * sizeof(*sections));
	sections[at] = section;
	incident->section_count = kept + 1;
}

const char *incident_section(const struct incident *incident, const char *key)
{
	for (size_t i = 0; i < incident->section_count; i++)
		if (strcmp(incident->sections[i].key, key) == 0)
			return incident->sections[i].markdown;
	return "";
}

const struct incident_cause *incident_cause(const struct incident *incident, int64_t number)
{
	for (size_t i = 0; i < incident->cause_count; i++)
		if (incident->causes[i].number == number)
			return &incident->causes[i];
	return NULL;
}

struct instant incident_milestone(const struct incident *incident, enum milestone milestone)
{
	for (size_t i = 0; i < incident->event_count; i++)
		if (incident->events[i].milestone == milestone && milestone != MILESTONE_NONE &&
		    instant_known(incident->events[i].at))
			return incident->events[i].at;
	return INSTANT_UNKNOWN;
}

struct incident *incident_copy(struct arena *arena, const struct incident *incident)
{
	struct incident *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *incident;
	copy->key = arena_strdup(arena, incident->key);
	copy->title = copy_text(arena, incident->title);
	copy->severity_rationale = copy_optional(arena, incident->severity_rationale);
	copy->partial = copy_optional(arena, incident->partial);
	copy->duplicate_of = copy_optional(arena, incident->duplicate_of);
	copy->signature = copy_optional(arena, incident->signature);
	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++) {
		enum incident_child kind = (enum incident_child)i;
		size_t count = incident_part_count(incident, kind), size = incident_kind(kind)->size;
		char *parts = arena_array(arena, count, size);
		for (size_t k = 0; k < count; k++)
			incident_part_copy(arena, kind, incident_part_at(incident, kind, k), parts + k * size);
		incident_set_parts(copy, kind, parts, count);
	}
	copy->sections = arena_array(arena, incident->section_count, sizeof(*copy->sections));
	for (size_t i = 0; i < incident->section_count; i++)
		copy->sections[i] = (struct incident_section){
			arena_strdup(arena, incident->sections[i].key),
			copy_text(arena, incident->sections[i].markdown),
		};
	return copy;
}

const char *incident_edit_done(const char *said)
{
	char key[32];
	size_t len = strcspn(said, ":");

	if (len >= sizeof(key) || said[len] != ':' || said[len + 1] != ' ')
		return said;
	memcpy(key, said, len);
	key[len] = '\0';
	return incident_key_valid(key) ? said + len + 2 : said;
}

char *incident_edit_said(struct arena *arena, const char *key, const char *done)
{
	return incident_edit_done(done) != done ? arena_strdup(arena, done) : arena_printf(arena, "%s: %s", key, done);
}
