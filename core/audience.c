#include "core/audience.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/incident_table.h"
#include "core/incident_times.h"
#include "core/reference.h"

/* ---- places ---------------------------------------------------------------------------- */

enum place_kind { PLACE_NOTHING, PLACE_HEAD, PLACE_SECTION, PLACE_PART, PLACE_FIELD };

struct place {
	enum place_kind kind;
	const char *text;                 /* as it was named */
	size_t head;                      /* in heads[] */
	const char *section;
	enum incident_child part_kind;
	int64_t number;
	const struct incident_field *field;
	const char *fault;                /* of a place that cannot be withheld */
};

static const struct {
	const char *name;
	size_t offset;
} heads[] = {
	{ "title", offsetof(struct incident, title) },
	{ "severity_rationale", offsetof(struct incident, severity_rationale) },
	{ "partial", offsetof(struct incident, partial) },
};

/* The next place of the list, blanks around it taken off; NULL: there is none. */
static const char *next_item(struct arena *arena, const char **list)
{
	const char *at = *list;
	size_t len;

	at += strspn(at, ", \t\n");
	if (!*at)
		return NULL;
	len = strcspn(at, ",\n");
	*list = at + len;
	while (len && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	return arena_text(arena, (struct slice){ at, len });
}

static void read_part(struct arena *arena, const struct incident *incident, struct place *place)
{
	size_t word = strcspn(place->text, " .:");
	const char *name = arena_text(arena, (struct slice){ place->text, word }), *rest = place->text + word;

	if (!incident_part_parse(name, &place->part_kind, &place->number) ||
	    !incident_part(incident, place->part_kind, place->number))
		return;
	rest += strspn(rest, " .:");
	if (!*rest) {
		place->kind = PLACE_PART;
		return;
	}
	place->field = incident_field(place->part_kind, rest);
	if (!place->field)
		return;
	place->kind = PLACE_FIELD;
	if (place->field->type != INCIDENT_TEXT && place->field->type != INCIDENT_MARKDOWN && place->field->type != INCIDENT_DECIMAL)
		place->fault = "only texts and numbers are left out alone: withhold the whole entry";
}

static struct place read_place(struct arena *arena, const struct incident *incident, const char *text)
{
	struct place place = { .kind = PLACE_NOTHING, .text = text };
	const char *name = strncmp(text, "section ", 8) == 0 ? text + 8 : text;

	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		if (strcmp(heads[i].name, text) == 0) {
			place.kind = PLACE_HEAD;
			place.head = i;
			return place;
		}
	if (section_kind_find(name)) {
		place.kind = PLACE_SECTION;
		place.section = name;
		return place;
	}
	read_part(arena, incident, &place);
	if (place.kind == PLACE_NOTHING)
		place.fault = "names no entry, field or section of this record";
	return place;
}

const char *audience_fault(struct arena *arena, const struct incident *incident, size_t index)
{
	const struct incident_restriction *restriction = &incident->restrictions[index];
	const char *list = restriction->what ? restriction->what : "", *item;
	bool any = restriction->evidence_count > 0;

	while ((item = next_item(arena, &list))) {
		struct place place = read_place(arena, incident, item);
		any = true;
		if (place.fault)
			return arena_printf(arena, "\"%.80s\" %s%s", item, place.kind == PLACE_NOTHING ? "" : "cannot be withheld: ", place.fault);
	}
	return any ? NULL : "It names nothing: neither entries nor samples.";
}

bool audience_hides_sample(const struct incident *incident, int64_t sample)
{
	for (size_t i = 0; i < incident->restriction_count; i++)
		for (size_t k = 0; k < incident->restrictions[i].evidence_count; k++)
			if (incident->restrictions[i].evidence[k] == sample)
				return true;
	return false;
}

/* ---- the copy ----------------------------------------------------------------------------- */

static void withhold_field(struct incident *out, const struct place *place)
{
	for (size_t i = 0; i < incident_part_count(out, place->part_kind); i++) {
		void *part = incident_part_change(out, place->part_kind, i);
		if (incident_part_number(part) == place->number && !part_is_blank(place->field, part))
			part_set_text(place->field, part, place->field->type == INCIDENT_DECIMAL ? NULL : AUDIENCE_WITHHELD);
	}
}

static void withhold_head(struct arena *arena, struct incident *out, size_t head)
{
	const char *text, *instead = head == 0 ? (out->key ? out->key : "") : AUDIENCE_WITHHELD;

	memcpy(&text, (char *)out + heads[head].offset, sizeof(text));
	if (!text || !text[0])
		return;
	text = arena_strdup(arena, instead);
	memcpy((char *)out + heads[head].offset, &text, sizeof(text));
}

static void withhold(struct arena *arena, struct incident *out, const struct place *place)
{
	if (place->kind == PLACE_HEAD)
		withhold_head(arena, out, place->head);
	else if (place->kind == PLACE_SECTION && incident_section(out, place->section)[0])
		incident_set_section(out, arena, place->section, AUDIENCE_WITHHELD);
	else if (place->kind == PLACE_PART)
		incident_remove(out, arena, place->part_kind, place->number);
	else if (place->kind == PLACE_FIELD)
		withhold_field(out, place);
}

/* Nor is a sample counted or named as evidence. */
static void hide_samples(struct arena *arena, const struct incident *incident, struct incident *out, enum incident_child kind)
{
	const struct incident_kind *table = incident_kind(kind);

	for (size_t i = 0; i < incident_part_count(out, kind); i++)
		for (size_t f = 0; f < table->field_count; f++) {
			void *part = incident_part_change(out, kind, i);
			size_t count, kept = 0;
			const int64_t *ids;
			int64_t *shown;
			if (table->fields[f].type != INCIDENT_SAMPLES)
				continue;
			ids = part_list(&table->fields[f], part, &count);
			shown = arena_array(arena, count + 1, sizeof(*shown));
			for (size_t k = 0; k < count; k++)
				if (!audience_hides_sample(incident, ids[k]))
					shown[kept++] = ids[k];
			part_set_list(&table->fields[f], part, shown, kept);
		}
}

/* ---- what concerns withheld cohorts alone -------------------------------------------------- */

struct concerned {
	size_t shown, withheld; /* cohorts */
};

static void count_cohort(struct concerned *counts, const struct incident *out, int64_t cohort)
{
	if (incident_part(out, INCIDENT_COHORT, cohort))
		counts->shown++;
	else
		counts->withheld++;
}

static struct concerned event_cohorts(const struct incident *whole, const struct incident *out, const struct incident_event *event)
{
	struct concerned counts = { 0, 0 };

	for (size_t i = 0; i < whole->cohort_count; i++)
		if (event_concerns(whole, event, &(struct cohort_times){ .cohort = &whole->cohorts[i] }, false))
			count_cohort(&counts, out, whole->cohorts[i].number);
	return counts;
}

static struct concerned part_cohorts(const struct incident *whole, const struct incident *out, enum incident_child kind, const void *part)
{
	const struct incident_kind *table = incident_kind(kind);
	struct concerned counts = { 0, 0 };
	const int64_t *cohorts;
	size_t count;

	if (kind == INCIDENT_EVENT)
		return event_cohorts(whole, out, part);
	for (size_t f = 0; f < table->field_count; f++)
		if (table->fields[f].type == INCIDENT_REFS && table->fields[f].kind == INCIDENT_COHORT) {
			cohorts = part_list(&table->fields[f], part, &count);
			for (size_t k = 0; k < count; k++)
				count_cohort(&counts, out, cohorts[k]);
		}
	return counts;
}

/* Without its cohorts an entry would concern everybody, with their times; so it goes with the last of them. */
static void withhold_with_cohorts(struct arena *arena, const struct incident *whole, struct incident *out, enum incident_child kind)
{
	for (size_t i = 0; i < incident_part_count(whole, kind); i++) {
		const void *part = incident_part_at(whole, kind, i);
		struct concerned counts = part_cohorts(whole, out, kind, part);
		if (counts.withheld && !counts.shown)
			incident_remove(out, arena, kind, incident_part_number(part));
	}
}

/* Its words tell what it speaks against. */
static void withhold_disputes(struct arena *arena, const struct incident *whole, struct incident *out)
{
	for (size_t i = 0; i < whole->dispute_count; i++) {
		const struct incident_dispute *dispute = &whole->disputes[i];
		bool shown = (dispute->event && incident_part(out, INCIDENT_EVENT, dispute->event)) ||
			     (dispute->change && incident_part(out, INCIDENT_CHANGE, dispute->change)) ||
			     (dispute->cause && incident_part(out, INCIDENT_CAUSE, dispute->cause));
		if (!shown && (dispute->event || dispute->change || dispute->cause))
			incident_remove(out, arena, INCIDENT_DISPUTE, dispute->number);
	}
}

/* Of an entry that stays for another cohort. */
static void withhold_cohort_words(const struct incident *whole, struct incident *out)
{
	for (size_t i = 0; i < out->event_count; i++) {
		struct incident_event *event = incident_part_change(out, INCIDENT_EVENT, i);
		struct concerned counts = event_cohorts(whole, out, &(struct incident_event){ .cohort = event->cohort });
		if (counts.withheld && !counts.shown)
			event->cohort = NULL;
	}
}

enum status audience_public(struct arena *arena, const struct incident *incident, struct incident **out, bool *withheld,
			    struct error *err)
{
	*withheld = incident->restriction_count > 0;
	*out = incident_copy(arena, incident);
	for (size_t i = 0; i < incident->restriction_count; i++) {
		const char *list = incident->restrictions[i].what ? incident->restrictions[i].what : "", *item;
		const char *fault = audience_fault(arena, incident, i);

		if (fault)
			return error_set(err, STATUS_REFUSED, "%s, RS%lld: %s", incident->key ? incident->key : "",
					 (long long)incident->restrictions[i].number, fault);
		while ((item = next_item(arena, &list))) {
			struct place place = read_place(arena, incident, item);
			withhold(arena, *out, &place);
		}
	}
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS && (*out)->cohort_count < incident->cohort_count; kind++)
		withhold_with_cohorts(arena, incident, *out, (enum incident_child)kind);
	withhold_cohort_words(incident, *out);
	withhold_disputes(arena, incident, *out);
	incident_set_parts(*out, INCIDENT_RESTRICTION, NULL, 0);
	incident_set_parts(*out, INCIDENT_STEP, NULL, 0); /* names of reviewers */
	(*out)->signature = NULL; /* may name whatever provenance has: customers, sessions */
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		hide_samples(arena, incident, *out, (enum incident_child)kind);
	return STATUS_OK;
}

/* ---- references ---------------------------------------------------------------------------- */

static bool is_blank(struct slice text)
{
	size_t at = 0;

	while (at < text.len_bytes && (text.at[at] == ' ' || text.at[at] == '\t' || text.at[at] == '\n'))
		at++;
	return at == text.len_bytes;
}

static const char *strip_text(struct arena *arena, const struct incident *whole, const struct incident *shown, const char *text)
{
	struct reference reference;
	struct strbuf out = STRBUF_INIT;
	size_t from = 0, at = 0;
	bool says_more = false;

	while (text && reference_next(slice_of(text), at, &reference)) {
		at = reference.at + reference.len_bytes;
		if (!reference.is_valid || (reference.is_sample ? !audience_hides_sample(whole, reference.number) :
								  reference_holds(&reference, shown)))
			continue;
		strbuf_add(&out, text + from, reference.at - from);
		says_more |= !is_blank((struct slice){ text + from, reference.at - from });
		strbuf_addstr(&out, AUDIENCE_WITHHELD_REFERENCE);
		from = at;
	}
	if (from) {
		strbuf_addstr(&out, text + from);
		says_more |= !is_blank(slice_of(text + from));
		text = says_more ? arena_strdup(arena, out.text) : AUDIENCE_WITHHELD;
	}
	strbuf_release(&out);
	return text;
}

static void strip_part(struct arena *arena, const struct incident *whole, struct incident *out, enum incident_child kind, void *part)
{
	const struct incident_kind *table = incident_kind(kind);

	for (size_t f = 0; f < table->field_count; f++)
		if (field_is_text(&table->fields[f]))
			part_set_text(&table->fields[f], part, strip_text(arena, whole, out, part_text(&table->fields[f], part)));
}

struct incident *audience_strip(struct arena *arena, const struct incident *whole, const struct incident *shown)
{
	struct incident *out = incident_copy(arena, shown);

	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		const char *text;
		memcpy(&text, (char *)out + heads[i].offset, sizeof(text));
		text = strip_text(arena, whole, out, text);
		memcpy((char *)out + heads[i].offset, &text, sizeof(text));
	}
	for (size_t i = 0; i < out->section_count; i++)
		out->sections[i].markdown = strip_text(arena, whole, out, out->sections[i].markdown);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		for (size_t i = 0; i < incident_part_count(out, (enum incident_child)kind); i++)
			strip_part(arena, whole, out, (enum incident_child)kind, incident_part_change(out, (enum incident_child)kind, i));
	return out;
}

void restriction_rename(struct arena *arena, struct incident_restriction *restriction, enum incident_child kind, int64_t from,
			int64_t to)
{
	const char *list = restriction->what ? restriction->what : "", *item;
	struct strbuf what = STRBUF_INIT;
	bool changed = false;

	while ((item = next_item(arena, &list))) {
		size_t word = strcspn(item, " .:");
		enum incident_child named;
		int64_t number;
		if (incident_part_parse(arena_text(arena, (struct slice){ item, word }), &named, &number) && named == kind && number == from) {
			changed = true;
			item = to ? arena_printf(arena, "%s%lld%s", incident_kind(kind)->tag, (long long)to, item + word) : "";
		}
		strbuf_addf(&what, "%s%s", what.len_bytes && item[0] ? ", " : "", item);
	}
	if (changed)
		restriction->what = arena_strdup(arena, what.text);
	strbuf_release(&what);
}

/* ---- as it is typed -------------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* "s:12", "sample 12", "12". */
static int64_t sample_number(const char *item)
{
	static const char *const leads[] = { "sample ", "s:" };
	char *end;
	long long number;

	for (size_t i = 0; i < ARRAY_LEN(leads); i++)
		if (strncmp(item, leads[i], strlen(leads[i])) == 0) {
			item += strlen(leads[i]);
			break;
		}
	if (*item < '0' || *item > '9' || strlen(item) > 15)
		return 0;
	number = strtoll(item, &end, 10);
	return *end ? 0 : (int64_t)number;
}

void restriction_read(struct arena *arena, const char *typed, struct incident_restriction *out)
{
	struct strbuf what = STRBUF_INIT;
	VEC_OF(int64_t) ids = VEC_INIT;
	const char *item;
	int64_t *kept;
	size_t count = 0;

	while ((item = next_item(arena, &typed))) {
		int64_t id = sample_number(item);
		if (id)
			vec_push(&ids, id);
		else
			strbuf_addf(&what, "%s%s", what.len_bytes ? ", " : "", item);
	}
	if (ids.len > 1)
		qsort(ids.items, ids.len, sizeof(*ids.items), compare_ids);
	kept = arena_array(arena, ids.len + 1, sizeof(*kept));
	for (size_t i = 0; i < ids.len; i++)
		if (!count || kept[count - 1] != ids.items[i])
			kept[count++] = ids.items[i];
	out->what = arena_strdup(arena, what.text);
	out->evidence = kept;
	out->evidence_count = count;
	vec_release(&ids);
	strbuf_release(&what);
}
