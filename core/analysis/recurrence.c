#include "core/analysis/recurrence.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/base/slice.h"

static const struct { const char *word; double most; } parts[RECURRENCE_PARTS] = {
	[RECURRENCE_CAUSES] = { "causes", 40 },
	[RECURRENCE_SYMPTOMS] = { "symptoms", 25 },
	[RECURRENCE_MEMBERS] = { "members", 25 },
	[RECURRENCE_PROVENANCE] = { "provenance", 10 },
};

const char *recurrence_part_word(enum recurrence_part part)
{
	return parts[part].word;
}

/* ---- causes --------------------------------------------------------------------------- */

static const struct incident_cause *with_code(const struct incident *incident, const char *code, size_t before)
{
	for (size_t i = 0; i < before && i < incident->cause_count; i++)
		if (incident->causes[i].confidence != CONFIDENCE_RULED_OUT && strcmp(incident->causes[i].code, code) == 0)
			return &incident->causes[i];
	return NULL;
}

/* A latent condition that both have may have another trigger each time. */
static bool lay_in_wait(const struct incident_cause *cause)
{
	return cause->role == ROLE_LATENT || cause->role == ROLE_DETECTION_GAP || cause->role == ROLE_RESPONSE_GAP;
}

static double causes_alike(struct arena *arena, const struct incident *a, const struct incident *b, const char **text,
			   enum recurrence_kind *kind)
{
	size_t both = 0, either = 0;
	bool triggered = false;

	*text = "";
	for (size_t i = 0; i < a->cause_count; i++) {
		const struct incident_cause *cause = &a->causes[i];
		if (cause->confidence == CONFIDENCE_RULED_OUT || with_code(a, cause->code, i))
			continue;
		either++;
		if (!with_code(b, cause->code, b->cause_count))
			continue;
		both++;
		triggered |= !lay_in_wait(cause);
		*text = arena_printf(arena, "%s%s%s", *text, (*text)[0] ? ", " : "", cause->code);
	}
	for (size_t i = 0; i < b->cause_count; i++) {
		const struct incident_cause *cause = &b->causes[i];
		either += cause->confidence != CONFIDENCE_RULED_OUT && !with_code(b, cause->code, i) &&
			  !with_code(a, cause->code, a->cause_count);
	}
	if (both)
		*kind = triggered ? RECURRENCE_SAME_CAUSE : RECURRENCE_SAME_LATENT;
	return either ? (double)both / (double)either : 0;
}

/* ---- shares ---------------------------------------------------------------------------- */

static double share_of(const struct facet_list *list, const char *value, int64_t members)
{
	for (size_t i = 0; list && value && i < list->count; i++)
		if (list->values[i].value && strcmp(list->values[i].value, value) == 0)
			return (double)list->values[i].count / (double)members;
	return 0;
}

/* Σ min / Σ max over all values; *text: those that both have. Members without a value say nothing. */
static double shares_alike(struct arena *arena, const struct facet_list *a, int64_t a_members, const struct facet_list *b,
			   int64_t b_members, const char **text)
{
	double least = 0, most = 0;

	*text = "";
	if (!a || !b || a_members <= 0 || b_members <= 0)
		return 0;
	for (size_t i = 0; i < a->count; i++) {
		const char *value = a->values[i].value;
		double mine = share_of(a, value, a_members), other = share_of(b, value, b_members);
		least += mine < other ? mine : other;
		most += mine > other ? mine : other;
		if (mine > 0 && other > 0)
			*text = arena_printf(arena, "%s%s%s", *text, (*text)[0] ? ", " : "", value);
	}
	for (size_t i = 0; i < b->count; i++)
		if (share_of(a, b->values[i].value, a_members) <= 0)
			most += share_of(b, b->values[i].value, b_members);
	return most > 0 ? least / most : 0;
}

/* ---- members --------------------------------------------------------------------------- */

static size_t codes_alike(const struct recurrence_side *few, const struct recurrence_side *many)
{
	size_t found = 0;

	for (size_t i = 0; i < few->code_count; i++)
		for (size_t k = 0; k < many->code_count; k++) {
			const struct similar_signature *a = &few->codes[i], *b = &many->codes[k];
			bool near = !a->is_short && !b->is_short && similar_estimate(a, b) >= RECURRENCE_LIKENESS;
			if (a->normalised == b->normalised || near) {
				found++;
				break;
			}
		}
	return found;
}

static double members_alike(struct arena *arena, const struct recurrence_side *a, const struct recurrence_side *b, const char **text)
{
	const struct recurrence_side *few = a->code_count <= b->code_count ? a : b, *many = few == a ? b : a;
	size_t found = codes_alike(few, many);

	*text = arena_printf(arena, "%zu of %zu code%s %s", found, few->code_count, plural((int64_t)few->code_count),
			     found == 1 ? "is" : "are");
	return few->code_count ? (double)found / (double)few->code_count : 0;
}

/* ---- the score --------------------------------------------------------------------------- */

static void add_reason(struct recurrence_score *score, struct recurrence_reason *reasons, enum recurrence_part part, double alike,
		       const char *text)
{
	if (!(alike > 0))
		return;
	reasons[score->reason_count++] = (struct recurrence_reason){ part, alike * parts[part].most, text };
	score->points += alike * parts[part].most;
}

struct recurrence_score recurrence_score(struct arena *arena, const struct recurrence_side *now, const struct recurrence_side *earlier)
{
	struct recurrence_reason *reasons = arena_array(arena, RECURRENCE_PARTS, sizeof(*reasons));
	struct recurrence_score score = { .reasons = reasons, .kind = RECURRENCE_VARIANT };
	const char *text, *more;
	double alike = causes_alike(arena, now->incident, earlier->incident, &text, &score.kind), versions;

	add_reason(&score, reasons, RECURRENCE_CAUSES, alike, arena_printf(arena, "both have %s", text));
	alike = shares_alike(arena, now->symptoms, now->members, earlier->symptoms, earlier->members, &text);
	add_reason(&score, reasons, RECURRENCE_SYMPTOMS, alike, arena_printf(arena, "both show %s", text));
	alike = members_alike(arena, now, earlier, &text);
	add_reason(&score, reasons, RECURRENCE_MEMBERS, alike, arena_printf(arena, "%s the same, or nearly", text));
	alike = shares_alike(arena, now->models, now->members, earlier->models, earlier->members, &text);
	versions = shares_alike(arena, now->harnesses, now->members, earlier->harnesses, earlier->members, &more);
	add_reason(&score, reasons, RECURRENCE_PROVENANCE, (alike + versions) / 2,
		   arena_printf(arena, "both from %s%s%s", text, text[0] && more[0] ? ", " : "", more));
	return score;
}
