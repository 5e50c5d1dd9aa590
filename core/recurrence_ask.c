#include "core/recurrence_ask.h"

#include <string.h>

#include "core/base/vec.h"
#include "core/incident_times.h"

#define CODES_MAX 100   /* different ones of an incident that are held against others */
#define VALUES_MAX 100

static int64_t begun_us(const struct incident *incident)
{
	struct time_span introduced = incident_reached(incident, MILESTONE_INTRODUCED);
	struct time_span impact = incident_reached(incident, MILESTONE_FIRST_IMPACT);

	return introduced.known ? introduced.event->at.at_us : impact.known ? impact.event->at.at_us : incident->created_at.at_us;
}

static bool began_earlier(const struct incident *a, const struct incident *b)
{
	int64_t a_us = begun_us(a), b_us = begun_us(b);

	return a_us != b_us ? a_us < b_us : strcmp(a->key, b->key) < 0;
}

/* ---- what an incident's members say ---------------------------------------------------- */

struct signing {
	const struct inquiry *inquiry;
	VEC_OF(struct similar_signature) codes;
	VEC_OF(int64_t) bodies;
};

static bool sign(void *context, int64_t sample, int64_t body, struct slice code)
{
	struct signing *signing = context;
	struct similar_signature one;

	(void)sample;
	for (size_t i = 0; i < signing->bodies.len; i++)
		if (signing->bodies.items[i] == body)
			return true;
	similar_sign(code, &one);
	vec_push(&signing->bodies, body);
	vec_push(&signing->codes, one);
	return signing->bodies.len < CODES_MAX && !inquiry_cancelled(signing->inquiry);
}

static enum status load_codes(const struct inquiry *inquiry, const struct query *query, struct recurrence_side *out, struct error *err)
{
	struct signing signing = { inquiry, VEC_INIT, VEC_INIT };
	struct similar_signature *kept;
	enum status status = inquiry->store->ops->sample_codes(inquiry->store, query, sign, &signing, err);

	if (status == STATUS_CANCELLED && signing.bodies.len == CODES_MAX)
		status = STATUS_OK;
	kept = arena_array(inquiry->arena, signing.codes.len + 1, sizeof(*kept));
	for (size_t i = 0; i < signing.codes.len; i++)
		kept[i] = signing.codes.items[i];
	out->codes = kept;
	out->code_count = signing.codes.len;
	vec_release(&signing.codes);
	vec_release(&signing.bodies);
	return status;
}

/* All members: queries do not tell controls apart. */
static enum status load_side(const struct inquiry *inquiry, const struct incident *incident, struct recurrence_side *out,
			     struct error *err)
{
	static const enum facet_key keys[] = { FACET_SYMPTOM, FACET_MODEL, FACET_HARNESS };
	const char *members = arena_printf(inquiry->arena, "incident:%s", incident->key);
	struct query query;
	struct facets facets;
	enum status status;

	*out = (struct recurrence_side){ .incident = incident };
	if (!incident->member_counts[MEMBER_CORE] && !incident->member_counts[MEMBER_LIKELY])
		return STATUS_OK;
	status = inquiry_facets(inquiry, members, keys, ARRAY_LEN(keys), VALUES_MAX, &facets, err);
	if (status == STATUS_OK)
		status = inquiry_query(inquiry, members, &query, err);
	if (status != STATUS_OK)
		return status;
	out->members = facets.count;
	out->symptoms = facets.lists;
	out->models = facets.lists + 1;
	out->harnesses = facets.lists + 2;
	return load_codes(inquiry, &query, out, err);
}

/* ---- offers ---------------------------------------------------------------------------- */

static const struct incident_recurrence *mention_of(const struct incident *incident, const char *key)
{
	for (size_t i = 0; i < incident->recurrence_count; i++)
		if (incident->recurrences[i].earlier && strcmp(incident->recurrences[i].earlier, key) == 0)
			return &incident->recurrences[i];
	return NULL;
}

static int compare_offers(const void *a, const void *b)
{
	const struct recurrence_offer *left = a, *right = b;

	if (left->score.points != right->score.points)
		return left->score.points < right->score.points ? 1 : -1;
	return strcmp(right->key, left->key);
}

struct offers {
	VEC_OF(struct recurrence_offer) list;
};

static enum status compare(const struct inquiry *inquiry, const struct recurrence_side *now, const char *key, struct offers *offers,
			   bool *compared, struct error *err)
{
	struct recurrence_side earlier;
	struct recurrence_offer offer;
	struct incident *other;
	enum status status;

	*compared = false;
	if (inquiry_cancelled(inquiry))
		return error_set(err, STATUS_CANCELLED, "not compared to the end");
	status = inquiry->store->ops->incident_get(inquiry->store, inquiry->arena, key, &other, err);
	if (status != STATUS_OK || !began_earlier(other, now->incident) || other->status == INCIDENT_DUPLICATE)
		return status;
	*compared = true;
	status = load_side(inquiry, other, &earlier, err);
	if (status != STATUS_OK)
		return status;
	offer = (struct recurrence_offer){ .key = other->key, .title = other->title, .mentioned = mention_of(now->incident, key),
					   .score = recurrence_score(inquiry->arena, now, &earlier) };
	if (offer.score.points >= RECURRENCE_OFFERED)
		vec_push(&offers->list, offer);
	return STATUS_OK;
}

enum status recurrence_ask(const struct inquiry *inquiry, const char *key, const struct recurrence_offer **out, size_t *count,
			   struct error *err)
{
	struct store *store = inquiry->store;
	struct offers offers = { VEC_INIT };
	const struct incident_row *rows;
	struct recurrence_side now;
	struct recurrence_offer *kept;
	struct incident *incident;
	size_t row_count, looked_at = 0;
	enum status status = store->ops->incident_get(store, inquiry->arena, key, &incident, err);

	*out = NULL;
	*count = 0;
	if (status == STATUS_OK)
		status = load_side(inquiry, incident, &now, err);
	if (status == STATUS_OK)
		status = store->ops->incident_list(store, inquiry->arena, &rows, &row_count, err);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < row_count && looked_at < RECURRENCE_COMPARED_MAX && status == STATUS_OK; i++) {
		bool compared = false;
		if (strcmp(rows[i].key, incident->key) != 0 &&
		    !(incident->duplicate_of && strcmp(incident->duplicate_of, rows[i].key) == 0))
			status = compare(inquiry, &now, rows[i].key, &offers, &compared, err);
		looked_at += compared;
	}
	if (offers.list.len > 1)
		qsort(offers.list.items, offers.list.len, sizeof(*offers.list.items), compare_offers);
	kept = arena_array(inquiry->arena, offers.list.len + 1, sizeof(*kept));
	for (size_t i = 0; i < offers.list.len; i++)
		kept[i] = offers.list.items[i];
	*out = kept;
	*count = status == STATUS_OK ? offers.list.len : 0;
	vec_release(&offers.list);
	return status;
}

struct incident_recurrence recurrence_entry(struct arena *arena, const struct recurrence_offer *offer, enum recurrence_kind kind)
{
	const char *text = "";

	for (size_t i = 0; i < offer->score.reason_count; i++)
		text = arena_printf(arena, "%s%s%s", text, text[0] ? "; " : "", offer->score.reasons[i].text);
	return (struct incident_recurrence){ .kind = kind, .earlier = offer->key,
					     .text = arena_printf(arena, "%s: %s.", recurrence_kind_help(kind), text) };
}
