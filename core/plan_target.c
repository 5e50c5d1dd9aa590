/* Samples of which least is certain, chosen and not drawn: core/plan_target.h. */
#include "core/plan_target.h"

#include <stdlib.h>
#include <string.h>

#include "core/analysis/sampling.h"
#include "core/base/vec.h"

struct targeting {
	const struct inquiry *inquiry;
	const char *query;
	size_t size;
	VEC_OF(int64_t) taken;
};

static enum status ids_of(struct targeting *to, const char *more, const int64_t **ids, size_t *count, struct error *err)
{
	struct store *store = to->inquiry->store;
	struct query query;
	enum status status = inquiry_query(to->inquiry, inquiry_both(to->inquiry->arena, to->query, more), &query, err);

	return status == STATUS_OK ? store->ops->sample_ids(store, to->inquiry->arena, &query, ids, count, err) : status;
}

/* All of them, or by chance as many as there is room for. */
static enum status take_disputed(struct targeting *to, uint64_t seed, struct plan_stratum *stratum, struct error *err)
{
	const int64_t *ids;
	struct random random;
	int64_t *copy;
	size_t count, taken;
	enum status status = ids_of(to, "is:disputed", &ids, &count, err);

	if (status != STATUS_OK)
		return status;
	taken = count < to->size ? count : to->size;
	copy = arena_array(to->inquiry->arena, count, sizeof(*copy));
	if (count)
		memcpy(copy, ids, count * sizeof(*copy));
	random_init(&random, seed);
	sampling_draw(&random, copy, count, taken);
	for (size_t i = 0; i < taken; i++)
		vec_push(&to->taken, copy[i]);
	*stratum = (struct plan_stratum){ "disputed", (int64_t)count, (int64_t)taken };
	return STATUS_OK;
}

/* The chance that the group's word is wrong of the next member: Laplace's (agree + 1) / (judged + 2) is that it is right. */
static double doubt(const struct alike_group *group)
{
	return 1 - ((double)group->agree + 1) / ((double)group->judged + 2);
}

/* Most doubt first, then the larger, then what came first. */
static int by_doubt(const void *a, const void *b)
{
	const struct alike_group *x = a, *y = b;
	double left = doubt(x), right = doubt(y);

	if (left != right)
		return left > right ? -1 : 1;
	if (x->members != y->members)
		return x->members > y->members ? -1 : 1;
	return (x->representative > y->representative) - (x->representative < y->representative);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool is_taken(const struct targeting *to, size_t disputed, int64_t id)
{
	return disputed && bsearch(&id, to->taken.items, disputed, sizeof(id), by_number) != NULL;
}

/* Members that wait, of groups whose judged members do not all say the same. */
static enum status take_group(struct targeting *to, const struct alike_group *group, size_t disputed, struct plan_stratum *stratum,
			      struct error *err)
{
	const int64_t *ids = NULL;
	size_t count = 0;
	enum status status = ids_of(to, arena_printf(to->inquiry->arena, "group:%lld status:untriaged,in_review",
						     (long long)group->representative), &ids, &count, err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		if (is_taken(to, disputed, ids[i]))
			continue;
		stratum->population++;
		if (to->taken.len < to->size) {
			vec_push(&to->taken, ids[i]);
			stratum->taken++;
		}
	}
	return status;
}

static enum status take_groups(struct targeting *to, struct plan_stratum *stratum, struct error *err)
{
	struct store *store = to->inquiry->store;
	const struct alike_group *all;
	struct alike_group *sorted;
	struct query query;
	size_t count, kept = 0, disputed = to->taken.len;
	enum status status = inquiry_query(to->inquiry, to->query, &query, err);

	*stratum = (struct plan_stratum){ "alike", 0, 0 };
	if (status == STATUS_OK)
		status = store->ops->alike_groups(store, to->inquiry->arena, &query, 0, &all, &count, err);
	if (status != STATUS_OK)
		return status;
	sorted = arena_array(to->inquiry->arena, count, sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		if (all[i].open && all[i].judged > all[i].agree)
			sorted[kept++] = all[i];
	if (kept)
		qsort(sorted, kept, sizeof(*sorted), by_doubt);
	for (size_t i = 0; i < kept && status == STATUS_OK; i++)
		status = inquiry_cancelled(to->inquiry) ? error_set(err, STATUS_CANCELLED, "not chosen to the end") :
							  take_group(to, &sorted[i], disputed, stratum, err);
	if (to->taken.len > disputed)
		qsort(to->taken.items + disputed, to->taken.len - disputed, sizeof(int64_t), by_number);
	return status;
}

enum status plan_target(const struct inquiry *inquiry, size_t size, struct plan *plan, struct error *err)
{
	struct targeting to = { inquiry, plan->query, size, VEC_INIT };
	struct plan_stratum *strata = arena_array(inquiry->arena, 2, sizeof(*strata));
	enum status status = take_disputed(&to, plan->seed, &strata[0], err);

	if (status == STATUS_OK)
		status = take_groups(&to, &strata[1], err);
	if (status == STATUS_OK && !to.taken.len)
		status = error_set(err, STATUS_NOT_FOUND, "nothing is in doubt here: no reviewers differ, and no group of alike samples that has "
				   "members who wait has causes that differ");
	if (status == STATUS_OK && to.taken.items) {
		int64_t *samples = arena_array(inquiry->arena, to.taken.len, sizeof(*samples));
		memcpy(samples, to.taken.items, to.taken.len * sizeof(*samples));
		plan->samples = samples;
		plan->sample_count = to.taken.len;
		plan->strata = strata;
		plan->stratum_count = 2;
	}
	vec_release(&to.taken);
	return status;
}
