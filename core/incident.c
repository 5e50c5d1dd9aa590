#include "core/incident.h"

#include <string.h>

#include "core/base/attr.h"

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

static struct incident_cause copy_cause(struct arena *arena, const struct incident_cause *cause)
{
	struct incident_cause copy = *cause;
	int64_t *evidence = arena_array(arena, cause->evidence_count, sizeof(*evidence));

	copy.code = copy_text(arena, cause->code);
	copy.statement = copy_text(arena, cause->statement);
	if (cause->evidence_count)
		memcpy(evidence, cause->evidence, cause->evidence_count * sizeof(*evidence));
	copy.evidence = evidence;
	return copy;
}

static struct incident_event copy_event(struct arena *arena, const struct incident_event *event)
{
	struct incident_event copy = *event;

	copy.text = copy_text(arena, event->text);
	copy.sources = copy_optional(arena, event->sources);
	copy.cohort = copy_optional(arena, event->cohort);
	if (!instant_known(copy.at))
		copy.at = INSTANT_UNKNOWN;
	return copy;
}

static struct incident_action copy_action(struct arena *arena, const struct incident_action *action)
{
	struct incident_action copy = *action;

	copy.text = copy_text(arena, action->text);
	copy.owner = copy_optional(arena, action->owner);
	copy.link = copy_optional(arena, action->link);
	copy.criterion = copy_optional(arena, action->criterion);
	if (!instant_known(copy.due))
		copy.due = INSTANT_UNKNOWN;
	return copy;
}

/* Items whose first member is their number: all three kinds of children. */
static int64_t number_at(const void *items, size_t index, size_t size)
{
	int64_t number;
	memcpy(&number, (const char *)items + index * size, sizeof(number));
	return number;
}

/* The wanted one if it is free, else one that was never given; *next moves behind it. */
static int64_t free_number(const void *items, size_t count, size_t size, int64_t wanted, int64_t *next)
{
	bool taken = wanted <= 0;

	for (size_t i = 0; i < count; i++) {
		int64_t number = number_at(items, i, size);
		if (number >= *next)
			*next = number + 1;
		taken |= number == wanted;
	}
	if (*next < 1)
		*next = 1;
	if (taken)
		wanted = *next;
	if (wanted >= *next)
		*next = wanted + 1;
	return wanted;
}

static bool remove_number(void *items, size_t *count, size_t size, int64_t number)
{
	for (size_t i = 0; i < *count; i++) {
		char *at = (char *)items + i * size;
		if (number_at(items, i, size) != number)
			continue;
		memmove(at, at + size, (*count - i - 1) * size);
		(*count)--;
		return true;
	}
	return false;
}

int64_t incident_add_cause(struct incident *incident, struct arena *arena, const struct incident_cause *cause)
{
	struct incident_cause copy = copy_cause(arena, cause);

	copy.number = free_number(incident->causes, incident->cause_count, sizeof(copy), cause->number,
				  &incident->next_numbers[INCIDENT_CAUSE]);
	incident->causes = grow(arena, incident->causes, incident->cause_count, sizeof(copy));
	incident->causes[incident->cause_count++] = copy;
	incident_sort(incident);
	return copy.number;
}

int64_t incident_add_event(struct incident *incident, struct arena *arena, const struct incident_event *event)
{
	struct incident_event copy = copy_event(arena, event);

	copy.number = free_number(incident->events, incident->event_count, sizeof(copy), event->number,
				  &incident->next_numbers[INCIDENT_EVENT]);
	incident->events = grow(arena, incident->events, incident->event_count, sizeof(copy));
	incident->events[incident->event_count++] = copy;
	incident_sort(incident);
	return copy.number;
}

int64_t incident_add_action(struct incident *incident, struct arena *arena, const struct incident_action *action)
{
	struct incident_action copy = copy_action(arena, action);

	copy.number = free_number(incident->actions, incident->action_count, sizeof(copy), action->number,
				  &incident->next_numbers[INCIDENT_ACTION]);
	incident->actions = grow(arena, incident->actions, incident->action_count, sizeof(copy));
	incident->actions[incident->action_count++] = copy;
	incident_sort(incident);
	return copy.number;
}

bool incident_remove_cause(struct incident *incident, int64_t number)
{
	if (!remove_number(incident->causes, &incident->cause_count, sizeof(*incident->causes), number))
		return false;
	for (size_t i = 0; i < incident->action_count; i++)
		if (incident->actions[i].cause == number)
			incident->actions[i].cause = 0;
	return true;
}

bool incident_remove_event(struct incident *incident, int64_t number)
{
	return remove_number(incident->events, &incident->event_count, sizeof(*incident->events), number);
}

bool incident_remove_action(struct incident *incident, int64_t number)
{
	return remove_number(incident->actions, &incident->action_count, sizeof(*incident->actions), number);
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

/* Causes and actions: their first field is the number. */
static int compare_numbers(const void *left, const void *right)
{
	int64_t a = number_at(left, 0, 0), b = number_at(right, 0, 0);
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
	if (incident->cause_count > 1)
		qsort(incident->causes, incident->cause_count, sizeof(*incident->causes), compare_numbers);
	if (incident->action_count > 1)
		qsort(incident->actions, incident->action_count, sizeof(*incident->actions), compare_numbers);
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
	copy->causes = arena_array(arena, incident->cause_count, sizeof(*copy->causes));
	for (size_t i = 0; i < incident->cause_count; i++)
		copy->causes[i] = copy_cause(arena, &incident->causes[i]);
	copy->events = arena_array(arena, incident->event_count, sizeof(*copy->events));
	for (size_t i = 0; i < incident->event_count; i++)
		copy->events[i] = copy_event(arena, &incident->events[i]);
	copy->actions = arena_array(arena, incident->action_count, sizeof(*copy->actions));
	for (size_t i = 0; i < incident->action_count; i++)
		copy->actions[i] = copy_action(arena, &incident->actions[i]);
	copy->sections = arena_array(arena, incident->section_count, sizeof(*copy->sections));
	for (size_t i = 0; i < incident->section_count; i++)
		copy->sections[i] = (struct incident_section){
			arena_strdup(arena, incident->sections[i].key),
			copy_text(arena, incident->sections[i].markdown),
		};
	return copy;
}
