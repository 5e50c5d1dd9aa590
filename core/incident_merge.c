/*
 * Parts of all kinds are merged by the same rules; incident_part_same() is the one word
 * on what makes two of them differ.
 */
#include "core/incident_merge.h"

#include <inttypes.h>
#include <string.h>

#include "core/incident_table.h"

struct merge {
	struct arena *arena;
	const struct incident *base, *theirs;
	struct incident *mine;     /* a copy, in which numbers of added parts change */
	struct incident *out;
	struct strbuf *both;
};

static void note_both(struct merge *m, const char *what)
{
	strbuf_addf(m->both, "%s%s", m->both->len_bytes ? ", " : "", what);
}

/* ---- header and sections --------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static const char *merge_text(struct merge *m, const char *base, const char *mine, const char *theirs, const char *what)
{
	if (same_text(mine, base))
		return theirs;
	if (!same_text(theirs, base) && !same_text(theirs, mine))
		note_both(m, what);
	return mine;
}

static int merge_number(struct merge *m, int base, int mine, int theirs, const char *what)
{
	if (mine == base)
		return theirs;
	if (theirs != base && theirs != mine)
		note_both(m, what);
	return mine;
}

static void merge_section(struct merge *m, const char *key)
{
	const char *base = incident_section(m->base, key), *mine = incident_section(m->mine, key);
	const char *theirs = incident_section(m->theirs, key);

	if (!mine[0] && base[0] && theirs[0] && !same_text(theirs, base)) {
		note_both(m, arena_printf(m->arena, "section %s (kept)", key));
		return;
	}
	incident_set_section(m->out, m->arena, key,
			     merge_text(m, base, mine, theirs, arena_printf(m->arena, "section %s", key)));
}

static void merge_head(struct merge *m)
{
	const struct incident *base = m->base, *mine = m->mine, *theirs = m->theirs;

	m->out->title = merge_text(m, base->title, mine->title, m->out->title, "title");
	m->out->status = (enum incident_status)merge_number(m, (int)base->status, (int)mine->status, (int)theirs->status,
							    "status");
	m->out->severity = (enum severity)merge_number(m, (int)base->severity, (int)mine->severity, (int)theirs->severity,
						       "severity");
	m->out->severity_rationale = merge_text(m, base->severity_rationale, mine->severity_rationale,
						m->out->severity_rationale, "rationale");
	m->out->partial = merge_text(m, base->partial, mine->partial, m->out->partial, "partial");
	m->out->duplicate_of = merge_text(m, base->duplicate_of, mine->duplicate_of, m->out->duplicate_of, "duplicate_of");
	m->out->signature = merge_text(m, base->signature, mine->signature, m->out->signature, "signature");
}

/* ---- parts ------------------------------------------------------------------------- */

static const char *name_of(struct merge *m, enum incident_child kind, int64_t number, const char *tail)
{
	return arena_printf(m->arena, "%s%" PRId64 "%s", incident_kind(kind)->tag, number, tail);
}

/*
 * A number that they gave away meanwhile, be it to a part that is gone again, is not mine:
 * what I added gets another, before anything is merged, so that what names it follows. From
 * the highest on, so that no two meet on the way.
 */
static void renumber_added(struct merge *m, enum incident_child kind)
{
	size_t count = incident_part_count(m->mine, kind), added = 0;
	int64_t *from = arena_array(m->arena, count, sizeof(*from)), *to = arena_array(m->arena, count, sizeof(*to));
	int64_t next = m->theirs->next_numbers[kind];

	for (size_t i = 0; i < count; i++) {
		void *part = incident_part_change(m->mine, kind, i);
		int64_t number = incident_part_number(part);
		const void *theirs = incident_part(m->theirs, kind, number);
		if (incident_part(m->base, kind, number) || (theirs && incident_part_same(kind, part, theirs)))
			continue;
		from[added] = number;
		to[added] = number < next ? next : number;
		next = to[added] + 1;
		incident_part_set_number(part, to[added++]);
	}
	for (size_t i = added; i-- > 0;)
		if (from[i] != to[i])
			incident_rename(m->mine, m->arena, kind, from[i], to[i]);
}

static void replace(struct merge *m, enum incident_child kind, const void *part)
{
	for (size_t i = 0; i < incident_part_count(m->out, kind); i++) {
		void *there = incident_part_change(m->out, kind, i);
		if (incident_part_number(there) == incident_part_number(part))
			memcpy(there, part, incident_kind(kind)->size);
	}
}

static void merge_part(struct merge *m, enum incident_child kind, const void *mine)
{
	int64_t number = incident_part_number(mine);
	const void *base = incident_part(m->base, kind, number), *theirs = incident_part(m->theirs, kind, number);

	if (base && incident_part_same(kind, mine, base))
		return;
	if (!theirs) {
		if (base)
			note_both(m, name_of(m, kind, number, ""));
		incident_add(m->out, m->arena, kind, mine);
		return;
	}
	if (base && !incident_part_same(kind, theirs, base) && !incident_part_same(kind, theirs, mine))
		note_both(m, name_of(m, kind, number, ""));
	replace(m, kind, mine);
}

static void remove_part(struct merge *m, enum incident_child kind, const void *base)
{
	int64_t number = incident_part_number(base);
	const void *theirs = incident_part(m->theirs, kind, number);

	if (!theirs)
		return;
	if (incident_part_same(kind, theirs, base))
		incident_remove(m->out, m->arena, kind, number);
	else
		note_both(m, name_of(m, kind, number, " (kept)"));
}

static void merge_parts(struct merge *m, enum incident_child kind)
{
	for (size_t i = 0; i < incident_part_count(m->base, kind); i++) {
		const void *base = incident_part_at(m->base, kind, i);
		if (!incident_part(m->mine, kind, incident_part_number(base)))
			remove_part(m, kind, base);
	}
	for (size_t i = 0; i < incident_part_count(m->mine, kind); i++)
		merge_part(m, kind, incident_part_at(m->mine, kind, i));
}

struct incident *incident_merge(struct arena *arena, const struct incident *base, const struct incident *mine,
				const struct incident *theirs, struct strbuf *both_changed)
{
	struct merge m = {
		.arena = arena, .base = base, .theirs = theirs, .mine = incident_copy(arena, mine),
		.out = incident_copy(arena, theirs), .both = both_changed,
	};

	merge_head(&m);
	for (size_t i = 0; i < mine->section_count; i++)
		merge_section(&m, mine->sections[i].key);
	for (size_t i = 0; i < base->section_count; i++)
		if (!incident_section(mine, base->sections[i].key)[0])
			merge_section(&m, base->sections[i].key);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		renumber_added(&m, (enum incident_child)kind);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		merge_parts(&m, (enum incident_child)kind);
	incident_drop_dangling(m.out, arena);
	incident_sort(m.out);
	return m.out;
}
