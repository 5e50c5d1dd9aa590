/* Undo and redo of an incident that others changed since, in the in-memory engine: field by field. */
#include "core/incident_table.h"
#include "tests/support/fake_state.h"

#include <stdlib.h>
#include <string.h>

/* An edit changed `from` into `to`, or is taken back from the one to the other; now it is `is`. */
struct revert {
	struct arena *arena;
	const struct incident *from, *to;
	struct incident *is;
	bool conflict;
};

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static void revert_text(struct revert *r, const char *from, const char *to, const char **is)
{
	if (same_text(from, to))
		return;
	r->conflict |= !same_text(*is, from);
	*is = to;
}

static int64_t revert_number(struct revert *r, int64_t from, int64_t to, int64_t is)
{
	if (from == to)
		return is;
	r->conflict |= is != from;
	return to;
}

static void revert_head(struct revert *r)
{
	const struct incident *from = r->from, *to = r->to;

	revert_text(r, from->title, to->title, &r->is->title);
	revert_text(r, from->severity_rationale, to->severity_rationale, &r->is->severity_rationale);
	revert_text(r, from->partial, to->partial, &r->is->partial);
	revert_text(r, from->duplicate_of, to->duplicate_of, &r->is->duplicate_of);
	revert_text(r, from->signature, to->signature, &r->is->signature);
	r->is->status = (enum incident_status)revert_number(r, from->status, to->status, r->is->status);
	r->is->severity = (enum severity)revert_number(r, from->severity, to->severity, r->is->severity);
	r->is->illustrative = revert_number(r, from->illustrative, to->illustrative, r->is->illustrative) != 0;
}

static void revert_section(struct revert *r, const char *key)
{
	const char *from = incident_section(r->from, key), *to = incident_section(r->to, key);

	if (same_text(from, to))
		return;
	r->conflict |= !same_text(incident_section(r->is, key), from);
	incident_set_section(r->is, r->arena, key, to);
}

static bool has(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static int by_number(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* Each entry of a list stands for itself. */
static void revert_list(struct revert *r, const struct incident_field *field, const void *from, const void *to, void *is)
{
	size_t from_count, to_count, is_count, count = 0;
	const int64_t *from_ids = part_list(field, from, &from_count), *to_ids = part_list(field, to, &to_count);
	const int64_t *is_ids = part_list(field, is, &is_count);
	int64_t *ids = arena_array(r->arena, is_count + to_count, sizeof(*ids));

	for (size_t i = 0; i < from_count; i++)
		r->conflict |= !has(to_ids, to_count, from_ids[i]) && !has(is_ids, is_count, from_ids[i]);
	for (size_t i = 0; i < is_count; i++)
		if (!has(from_ids, from_count, is_ids[i]) || has(to_ids, to_count, is_ids[i]))
			ids[count++] = is_ids[i];
	for (size_t i = 0; i < to_count; i++) {
		if (has(from_ids, from_count, to_ids[i]))
			continue;
		r->conflict |= has(is_ids, is_count, to_ids[i]);
		ids[count++] = to_ids[i];
	}
	if (count)
		qsort(ids, count, sizeof(*ids), by_number);
	part_set_list(field, is, ids, count);
}

static void revert_field(struct revert *r, const struct incident_field *field, const void *from, const void *to, void *is)
{
	struct instant a, b, c;
	const char *text;

	if (field_is_list(field)) {
		revert_list(r, field, from, to, is);
	} else if (field_is_text(field)) {
		text = part_text(field, is);
		revert_text(r, part_text(field, from), part_text(field, to), &text);
		part_set_text(field, is, text);
	} else if (field->type == INCIDENT_INSTANT) {
		a = part_instant(field, from);
		b = part_instant(field, to);
		c = part_instant(field, is);
		if (a.at_us == b.at_us && a.precision == b.precision)
			return;
		r->conflict |= a.at_us != c.at_us || a.precision != c.precision;
		part_set_instant(field, is, b);
	} else {
		part_set_value(field, is, revert_number(r, part_value(field, from), part_value(field, to), part_value(field, is)));
	}
}

static void revert_part(struct revert *r, enum incident_child kind, int64_t number)
{
	const struct incident_kind *table = incident_kind(kind);
	const void *from = incident_part(r->from, kind, number), *to = incident_part(r->to, kind, number);
	void *is = NULL;

	for (size_t i = 0; i < incident_part_count(r->is, kind); i++)
		if (incident_part_number(incident_part_at(r->is, kind, i)) == number)
			is = incident_part_change(r->is, kind, i);
	if (from && to && incident_part_same(kind, from, to))
		return;
	if ((from != NULL) != (is != NULL) || (from && !to && !incident_part_same(kind, from, is))) {
		r->conflict = true;
		return;
	}
	for (size_t i = 0; from && to && i < table->field_count; i++)
		revert_field(r, &table->fields[i], from, to, is);
	if (!from)
		incident_add(r->is, r->arena, kind, to);
}

/* Not incident_remove(), which takes out what names the part. */
static void drop_part(struct incident *incident, enum incident_child kind, int64_t number)
{
	size_t size = incident_kind(kind)->size, count = incident_part_count(incident, kind);

	for (size_t i = 0; i < count; i++) {
		char *part = incident_part_change(incident, kind, i);
		if (incident_part_number(part) != number)
			continue;
		memmove(part, part + size, (count - i - 1) * size);
		incident_set_parts(incident, kind, incident_part_change(incident, kind, 0), count - 1);
		return;
	}
}

static void revert_kind(struct revert *r, enum incident_child kind)
{
	for (size_t i = 0; i < incident_part_count(r->from, kind); i++)
		revert_part(r, kind, incident_part_number(incident_part_at(r->from, kind, i)));
	for (size_t i = 0; i < incident_part_count(r->to, kind); i++)
		if (!incident_part(r->from, kind, incident_part_number(incident_part_at(r->to, kind, i))))
			revert_part(r, kind, incident_part_number(incident_part_at(r->to, kind, i)));
	for (size_t i = 0; i < incident_part_count(r->from, kind); i++) {
		int64_t number = incident_part_number(incident_part_at(r->from, kind, i));
		if (!incident_part(r->to, kind, number))
			drop_part(r->is, kind, number);
	}
}

/* ---- what two edits both changed ------------------------------------------------------------ */

/* Of one edit, and of a later one. */
struct two {
	const void *from, *to, *later_from, *later_to;
};

static bool both_list(const struct incident_field *field, const struct two *t)
{
	size_t counts[4];
	const int64_t *ids[4] = { part_list(field, t->from, &counts[0]), part_list(field, t->to, &counts[1]),
				  part_list(field, t->later_from, &counts[2]), part_list(field, t->later_to, &counts[3]) };

	for (int list = 0; list < 2; list++)
		for (size_t i = 0; i < counts[list]; i++) {
			int64_t id = ids[list][i];
			if (has(ids[0], counts[0], id) != has(ids[1], counts[1], id) &&
			    has(ids[2], counts[2], id) != has(ids[3], counts[3], id))
				return true;
		}
	return false;
}

static bool field_changed(const struct incident_field *field, const void *a, const void *b)
{
	if (field_is_text(field))
		return !same_text(part_text(field, a), part_text(field, b));
	if (field->type == INCIDENT_INSTANT)
		return part_instant(field, a).at_us != part_instant(field, b).at_us ||
		       part_instant(field, a).precision != part_instant(field, b).precision;
	return part_value(field, a) != part_value(field, b);
}

static bool both_part(enum incident_child kind, int64_t number, const struct two *t)
{
	const struct incident_kind *table = incident_kind(kind);
	const struct two part = { incident_part(t->from, kind, number), incident_part(t->to, kind, number),
				  incident_part(t->later_from, kind, number), incident_part(t->later_to, kind, number) };

	if ((!part.from && !part.to) || (!part.later_from && !part.later_to))
		return false;
	if ((part.from && part.to && incident_part_same(kind, part.from, part.to)) ||
	    (part.later_from && part.later_to && incident_part_same(kind, part.later_from, part.later_to)))
		return false;
	if (!part.from || !part.to || !part.later_from || !part.later_to)
		return true;
	for (size_t i = 0; i < table->field_count; i++) {
		const struct incident_field *field = &table->fields[i];
		if (field_is_list(field) ? both_list(field, &part) :
					   field_changed(field, part.from, part.to) && field_changed(field, part.later_from, part.later_to))
			return true;
	}
	return false;
}

static bool both_head(const struct incident *a, const struct incident *b, const struct incident *c, const struct incident *d)
{
#define BOTH_TEXT(f) (!same_text(a->f, b->f) && !same_text(c->f, d->f))
#define BOTH_VALUE(f) (a->f != b->f && c->f != d->f)
	return BOTH_TEXT(title) || BOTH_TEXT(severity_rationale) || BOTH_TEXT(partial) || BOTH_TEXT(duplicate_of) ||
	       BOTH_TEXT(signature) || BOTH_VALUE(status) || BOTH_VALUE(severity) || BOTH_VALUE(illustrative);
#undef BOTH_TEXT
#undef BOTH_VALUE
}

bool fake_both_change(const struct fake_incident *from, const struct fake_incident *to, const struct fake_incident *later_from,
		      const struct fake_incident *later_to)
{
	if (!from || !to || !later_from || !later_to)
		return true;
	const struct two t = { &from->incident, &to->incident, &later_from->incident, &later_to->incident };
	const struct incident *all[] = { t.from, t.to };
	if (both_head(t.from, t.to, t.later_from, t.later_to))
		return true;
	for (size_t side = 0; side < ARRAY_LEN(all); side++) {
		for (size_t i = 0; i < all[side]->section_count; i++) {
			const char *key = all[side]->sections[i].key;
			if (!same_text(incident_section(t.from, key), incident_section(t.to, key)) &&
			    !same_text(incident_section(t.later_from, key), incident_section(t.later_to, key)))
				return true;
		}
		for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
			for (size_t i = 0; i < incident_part_count(all[side], (enum incident_child)kind); i++)
				if (both_part((enum incident_child)kind,
					      incident_part_number(incident_part_at(all[side], (enum incident_child)kind, i)), &t))
					return true;
	}
	return false;
}

bool fake_revert(struct fake_store *fake, const struct fake_incident *from, const struct fake_incident *to,
		 const struct fake_incident *is, const struct fake_incident **out)
{
	struct revert r = { .arena = &fake->arena };
	struct fake_incident *value;

	*out = NULL;
	if (from == is) {
		*out = to;
		return true;
	}
	if (!from || !is)
		return false;
	if (!to)
		return incident_same(&from->incident, &is->incident);
	value = arena_alloc(&fake->arena, sizeof(*value));
	r.from = &from->incident;
	r.to = &to->incident;
	r.is = incident_copy(&fake->arena, &is->incident);
	revert_head(&r);
	for (size_t i = 0; i < r.from->section_count; i++)
		revert_section(&r, r.from->sections[i].key);
	for (size_t i = 0; i < r.to->section_count; i++)
		if (!incident_section(r.from, r.to->sections[i].key)[0])
			revert_section(&r, r.to->sections[i].key);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		revert_kind(&r, (enum incident_child)kind);
	incident_sort(r.is);
	*value = *is;
	value->incident = *r.is;
	value->incident.version = fake_edit_next_id(fake);
	value->incident.updated_at = instant_now();
	*out = value;
	return !r.conflict && incident_check(r.is, &fake->book, NULL) == STATUS_OK;
}
