/* Changes that were in force at once for somebody; core/incident_review.h. */
#include <inttypes.h>
#include <string.h>

#include "core/reviewing.h"

static bool has_word(const char *list, const char *word, size_t len)
{
	while (*list) {
		size_t other;
		list += strspn(list, ", \t");
		other = strcspn(list, ",");
		while (other && list[other - 1] == ' ')
			other--;
		if (other == len && len && strncmp(list, word, len) == 0)
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

/* Lists with commas between them; an empty one stands for all. */
static bool lists_meet(const char *a, const char *b)
{
	if (!a || !a[0] || !b || !b[0])
		return true;
	while (*a) {
		size_t len;
		a += strspn(a, ", \t");
		len = strcspn(a, ",");
		while (len && a[len - 1] == ' ')
			len--;
		if (has_word(b, a, len))
			return true;
		a += strcspn(a, ",");
	}
	return false;
}

static const struct incident_cohort *cohort_of(const struct incident *in, int64_t number)
{
	for (size_t i = 0; i < in->cohort_count; i++)
		if (in->cohorts[i].number == number)
			return &in->cohorts[i];
	return NULL;
}

bool cohorts_meet(const struct incident *incident, const int64_t *a, size_t a_count, const int64_t *b, size_t b_count)
{
	if (!a_count || !b_count || numbers_share(a, a_count, b, b_count))
		return true;
	for (size_t i = 0; i < a_count; i++)
		for (size_t k = 0; k < b_count; k++) {
			const struct incident_cohort *x = cohort_of(incident, a[i]), *y = cohort_of(incident, b[k]);
			if (x && y && lists_meet(x->plan, y->plan) && lists_meet(x->platform, y->platform) &&
			    lists_meet(x->model, y->model) && lists_meet(x->surface, y->surface))
				return true;
		}
	return false;
}

static void end_of(const struct incident_change *change, int64_t *last_us)
{
	int64_t first_us;

	*last_us = INT64_MAX;
	if (instant_known(change->reverted_at))
		instant_span(change->reverted_at, &first_us, last_us);
}

/* Whether the one may have made room for the other: that is no overlap that the record bears out. */
static bool makes_room(const struct incident_change *first, const struct incident_change *second)
{
	return instant_known(first->reverted_at) && !instants_disagree(first->reverted_at, second->at);
}

void review_find_overlaps(struct reviewing *r)
{
	const struct incident *in = r->incident;

	for (size_t i = 0; i < in->change_count; i++)
		for (size_t k = i + 1; k < in->change_count; k++) {
			const struct incident_change *a = &in->changes[i], *b = &in->changes[k];
			struct change_overlap one = { .first = a, .second = b };
			int64_t a_end, b_end;
			end_of(a, &a_end);
			end_of(b, &b_end);
			if (!instant_known(a->at) || !instant_known(b->at) || a->at.at_us >= b_end || b->at.at_us >= a_end ||
			    makes_room(a, b) || makes_room(b, a) ||
			    !cohorts_meet(in, a->cohorts, a->cohorts_count, b->cohorts, b->cohorts_count))
				continue;
			one.from_us = a->at.at_us > b->at.at_us ? a->at.at_us : b->at.at_us;
			one.to_us = a_end < b_end ? a_end : b_end;
			one.text = arena_printf(r->arena, "CH%" PRId64 " and CH%" PRId64 " were in force for the same users from %s%s%s: "
						"what followed cannot be told apart by time and cohort alone.", a->number, b->number,
						review_when(r, a->at.at_us > b->at.at_us ? a->at : b->at), one.to_us == INT64_MAX ? " on" : " to ",
						one.to_us == INT64_MAX ? "" : review_when(r, a_end < b_end ? a->reverted_at : b->reverted_at));
			vec_push(&r->overlaps, one);
		}
}
