#include "core/incident_table.h"

#include "core/audience.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/nearest.h"
#include "core/words.h"

/* ---- the tables ------------------------------------------------------------------- */

enum { /* INCIDENT_OF_cause: kinds by their words, for REF and REFS */
#define KIND(word, words, NAME, article, tag, help) INCIDENT_OF_##word = INCIDENT_##NAME,
#include "core/incident_fields.def"
	INCIDENT_OF_NONE = INCIDENT_CHILD_KINDS
};

#define OF_TEXT(list) INCIDENT_OF_NONE
#define OF_MARKDOWN(list) INCIDENT_OF_NONE
#define OF_DECIMAL(list) INCIDENT_OF_NONE
#define OF_CODE(list) INCIDENT_OF_NONE
#define OF_KEY(list) INCIDENT_OF_NONE
#define OF_TERM(list) INCIDENT_OF_NONE
#define OF_TERMS(list) INCIDENT_OF_NONE
#define OF_INSTANT(list) INCIDENT_OF_NONE
#define OF_SAMPLES(list) INCIDENT_OF_NONE
#define OF_REF(list) INCIDENT_OF_##list
#define OF_REFS(list) INCIDENT_OF_##list

#define COUNT_TEXT(type, name) 0
#define COUNT_MARKDOWN(type, name) 0
#define COUNT_DECIMAL(type, name) 0
#define COUNT_CODE(type, name) 0
#define COUNT_KEY(type, name) 0
#define COUNT_TERM(type, name) 0
#define COUNT_TERMS(type, name) 0
#define COUNT_INSTANT(type, name) 0
#define COUNT_REF(type, name) 0
#define COUNT_REFS(type, name) offsetof(type, name##_count)
#define COUNT_SAMPLES(type, name) offsetof(type, name##_count)

#define KIND(word, words, NAME, article, tag, help) static const struct incident_field word##_fields[] = {
#define FIELD(word, name, TYPE, list, flags, help)                                                            \
	{ #name, INCIDENT_##TYPE, #list, (enum incident_child)OF_##TYPE(list), flags,                         \
	  offsetof(struct incident_##word, name), COUNT_##TYPE(struct incident_##word, name), help },
#define KIND_END(word, words, NAME) };
#include "core/incident_fields.def"

static const struct incident_kind kinds[INCIDENT_CHILD_KINDS] = {
#define KIND(word, words, NAME, article, tag, help)                                                           \
	{ #word, #words, article, tag, help, sizeof(struct incident_##word), offsetof(struct incident, words), \
	  offsetof(struct incident, word##_count), word##_fields, ARRAY_LEN(word##_fields) },
#include "core/incident_fields.def"
};

const struct incident_kind *incident_kind(enum incident_child kind)
{
	return &kinds[kind];
}

static bool same_word(const char *a, const char *b, size_t len)
{
	return strlen(a) == len && strncmp(a, b, len) == 0;
}

bool incident_kind_find(const char *name, enum incident_child *out)
{
	char folded[16];
	size_t len = strlen(name);

	if (len >= sizeof(folded))
		return false;
	for (size_t i = 0; i <= len; i++)
		folded[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++) {
		const struct incident_kind *at = &kinds[kind];
		if (!same_word(at->word, folded, len) && !same_word(at->words, folded, len) &&
		    nearest_distance(at->tag, name, 0) != 0)
			continue;
		*out = (enum incident_child)kind;
		return true;
	}
	return false;
}

bool incident_part_parse(const char *name, enum incident_child *kind, int64_t *number)
{
	size_t len = strcspn(name, "0123456789");
	char tag[8];
	int64_t value = 0;

	if (len == 0 || len >= sizeof(tag) || strlen(name + len) == 0 || strlen(name + len) > 9)
		return false;
	memcpy(tag, name, len);
	tag[len] = '\0';
	for (const char *digit = name + len; *digit; digit++) {
		if (*digit < '0' || *digit > '9')
			return false;
		value = value * 10 + (*digit - '0');
	}
	*number = value;
	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++)
		if (strlen(kinds[i].tag) == len && nearest_distance(kinds[i].tag, tag, 0) == 0) {
			*kind = (enum incident_child)i;
			return value > 0;
		}
	return false;
}

const struct incident_field *incident_field(enum incident_child kind, const char *name)
{
	for (size_t i = 0; i < kinds[kind].field_count; i++)
		if (strcmp(kinds[kind].fields[i].name, name) == 0)
			return &kinds[kind].fields[i];
	return NULL;
}

/* ---- parts of an incident ---------------------------------------------------------- */

/* Members are read and written through memcpy(): their addresses are made by arithmetic. */
static void *items_of(const struct incident *incident, enum incident_child kind)
{
	void *items;

	memcpy(&items, (const char *)incident + kinds[kind].items_offset, sizeof(items));
	return items;
}

size_t incident_part_count(const struct incident *incident, enum incident_child kind)
{
	size_t count;

	memcpy(&count, (const char *)incident + kinds[kind].count_offset, sizeof(count));
	return count;
}

const void *incident_part_at(const struct incident *incident, enum incident_child kind, size_t index)
{
	return (const char *)items_of(incident, kind) + index * kinds[kind].size;
}

void *incident_part_change(struct incident *incident, enum incident_child kind, size_t index)
{
	return (char *)items_of(incident, kind) + index * kinds[kind].size;
}

const void *incident_part(const struct incident *incident, enum incident_child kind, int64_t number)
{
	size_t count = incident_part_count(incident, kind);

	for (size_t i = 0; i < count; i++) {
		const void *part = incident_part_at(incident, kind, i);
		if (incident_part_number(part) == number)
			return part;
	}
	return NULL;
}

void incident_set_parts(struct incident *incident, enum incident_child kind, void *items, size_t count)
{
	memcpy((char *)incident + kinds[kind].items_offset, &items, sizeof(items));
	memcpy((char *)incident + kinds[kind].count_offset, &count, sizeof(count));
}

int64_t incident_part_number(const void *part)
{
	int64_t number;

	memcpy(&number, part, sizeof(number));
	return number;
}

void incident_part_set_number(void *part, int64_t number)
{
	memcpy(part, &number, sizeof(number));
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_field(const struct incident_field *field, const void *a, const void *b)
{
	struct instant at, other;
	const int64_t *ids, *others;
	size_t count, other_count;

	if (field_is_text(field))
		return same_text(part_text(field, a), part_text(field, b));
	if (field_is_list(field)) {
		ids = part_list(field, a, &count);
		others = part_list(field, b, &other_count);
		return count == other_count && (count == 0 || memcmp(ids, others, count * sizeof(*ids)) == 0);
	}
	if (field->type != INCIDENT_INSTANT)
		return part_value(field, a) == part_value(field, b);
	at = part_instant(field, a);
	other = part_instant(field, b);
	return at.precision == other.precision && (!instant_known(at) || at.at_us == other.at_us);
}

bool incident_part_same(enum incident_child kind, const void *a, const void *b)
{
	if (incident_part_number(a) != incident_part_number(b))
		return false;
	for (size_t i = 0; i < kinds[kind].field_count; i++)
		if (!same_field(&kinds[kind].fields[i], a, b))
			return false;
	return true;
}

static void copy_list(struct arena *arena, const struct incident_field *field, void *part)
{
	size_t count;
	const int64_t *from = part_list(field, part, &count);
	int64_t *ids = arena_array(arena, count, sizeof(*ids));

	if (count)
		memcpy(ids, from, count * sizeof(*ids));
	part_set_list(field, part, ids, count);
}

void incident_part_copy(struct arena *arena, enum incident_child kind, const void *part, void *to)
{
	memmove(to, part, kinds[kind].size);
	for (size_t i = 0; i < kinds[kind].field_count; i++) {
		const struct incident_field *field = &kinds[kind].fields[i];
		if (field_is_text(field)) {
			const char *text = part_text(field, to);
			bool empty = !text || !text[0];
			/* Optional texts: an empty one is none. */
			part_set_text(field, to, !empty ? arena_strdup(arena, text) :
					   field->flags & FIELD_KEPT ? arena_strdup(arena, "") : NULL);
		} else if (field_is_list(field)) {
			copy_list(arena, field, to);
		} else if (field->type == INCIDENT_INSTANT && !instant_known(part_instant(field, to))) {
			part_set_instant(field, to, INSTANT_UNKNOWN);
		}
	}
}

const char *incident_part_title(enum incident_child kind, const void *part)
{
	static const char *const names[] = { "name", "measure", "text", "statement", "rule" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct incident_field *field = incident_field(kind, names[i]);
		const char *text = field && field_is_text(field) ? part_text(field, part) : NULL;
		if (text && text[0])
			return text;
	}
	for (size_t i = 0; i < kinds[kind].field_count; i++) {
		const struct incident_field *field = &kinds[kind].fields[i];
		const char *text = field_is_text(field) ? part_text(field, part) : NULL;
		if (text && text[0])
			return text;
	}
	return "";
}

/* ---- over all kinds ---------------------------------------------------------------- */

static void take_number(void *part, int64_t *next)
{
	int64_t number = incident_part_number(part);

	if (number <= 0)
		number = *next;
	if (number >= *next)
		*next = number + 1;
	incident_part_set_number(part, number);
}

void incident_normalise(struct incident *incident, struct arena *arena, int64_t next[INCIDENT_CHILD_KINDS])
{
	struct incident_section *sections = incident->sections;
	size_t section_count = incident->section_count;

	/* Parts that bring a number first, so that new ones come behind them. */
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		for (int pass = 0; pass < 2; pass++)
			for (size_t i = 0; i < incident_part_count(incident, (enum incident_child)kind); i++) {
				void *part = incident_part_change(incident, (enum incident_child)kind, i);
				if ((incident_part_number(part) <= 0) == (pass == 1))
					take_number(part, &next[kind]);
			}
	incident_sort(incident);
	incident->sections = NULL; /* set anew: empty ones go */
	incident->section_count = 0;
	for (size_t i = 0; i < section_count; i++)
		incident_set_section(incident, arena, sections[i].key, sections[i].markdown);
}

/* Calls `change` for each reference that any part makes, and keeps what it answers; 0: none. */
typedef int64_t map_reference(const void *context, enum incident_child kind, int64_t number);

static void map_list(const struct incident_field *field, void *part, struct arena *arena, map_reference *change,
		     const void *context)
{
	size_t count, kept = 0;
	const int64_t *from = part_list(field, part, &count);
	int64_t *ids = arena_array(arena, count, sizeof(*ids));

	for (size_t k = 0; k < count; k++) {
		int64_t number = change(context, field->kind, from[k]);
		size_t at = kept;
		while (at > 0 && ids[at - 1] > number)
			at--;
		if (number <= 0 || (at > 0 && ids[at - 1] == number))
			continue;
		memmove(&ids[at + 1], &ids[at], (kept - at) * sizeof(*ids));
		ids[at] = number;
		kept++;
	}
	part_set_list(field, part, ids, kept);
}

static void map_part(enum incident_child kind, void *part, struct arena *arena, map_reference *change, const void *context)
{
	for (size_t i = 0; i < kinds[kind].field_count; i++) {
		const struct incident_field *field = &kinds[kind].fields[i];
		if (field->type == INCIDENT_REF && part_value(field, part))
			part_set_value(field, part, change(context, field->kind, part_value(field, part)));
		else if (field->type == INCIDENT_REFS)
			map_list(field, part, arena, change, context);
	}
}

static void map_references(struct incident *incident, struct arena *arena, map_reference *change, const void *context)
{
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		for (size_t i = 0; i < incident_part_count(incident, (enum incident_child)kind); i++)
			map_part((enum incident_child)kind, incident_part_change(incident, (enum incident_child)kind, i), arena,
				 change, context);
}

static int64_t if_there(const void *context, enum incident_child kind, int64_t number)
{
	const struct incident *incident = context;

	return incident_part(incident, kind, number) ? number : 0;
}

void incident_drop_dangling(struct incident *incident, struct arena *arena)
{
	map_references(incident, arena, if_there, incident);
}

struct renaming {
	enum incident_child kind;
	int64_t from, to;
};

static int64_t renamed(const void *context, enum incident_child kind, int64_t number)
{
	const struct renaming *rename = context;

	return kind == rename->kind && number == rename->from ? rename->to : number;
}

void incident_rename(struct incident *incident, struct arena *arena, enum incident_child kind, int64_t from, int64_t to)
{
	const struct renaming rename = { kind, from, to };

	map_references(incident, arena, renamed, &rename);
	for (size_t i = 0; i < incident->restriction_count; i++)
		restriction_rename(arena, &incident->restrictions[i], kind, from, to);
}
