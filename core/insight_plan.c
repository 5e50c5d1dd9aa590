/* What a plan says of all that it was drawn from. */
#include <math.h>

#include "core/insight.h"
#include "core/inquiry.h"

const char *const plan_usual[PLAN_USUAL_COUNT] = { "cause:model", "cause:infrastructure", "cause:testing", "cause:data_gap",
						   "verdict:false_positive" };

/* By stratum: how many of the plan's annotated samples match. */
static enum status count_hits(const struct inquiry *inquiry, const struct plan *plan, const char *query, double *counts,
			      struct error *err)
{
	struct store *store = inquiry->store;
	const int64_t *ids;
	struct query parsed;
	size_t count, at = 0;
	enum status status = inquiry_query(inquiry, arena_printf(inquiry->arena, "sampled:%s status:annotated %s", plan->name, query),
					   &parsed, err);

	if (status == STATUS_OK)
		status = store->ops->sample_ids(store, inquiry->arena, &parsed, &ids, &count, err);
	if (status != STATUS_OK)
		return status;
	for (size_t h = 0; h < plan->stratum_count; h++) {
		counts[h] = 0;
		for (size_t k = 0, end = at + (size_t)plan->strata[h].taken; at < end; at++) { /* both are ascending within a stratum */
			while (k < count && ids[k] < plan->samples[at])
				k++;
			counts[h] += k < count && ids[k] == plan->samples[at];
		}
	}
	return STATUS_OK;
}

enum status plan_ask(const struct inquiry *inquiry, const char *name, struct plan_answer *out, struct error *err)
{
	struct store *store = inquiry->store;
	enum status status;
	double *counts;

	*out = (struct plan_answer){ .done = 0 };
	status = store->ops->plan_get(store, inquiry->arena, name, &out->plan, err);
	if (status != STATUS_OK)
		return status;
	counts = arena_array(inquiry->arena, out->plan.stratum_count, sizeof(*counts));
	out->strata = arena_array(inquiry->arena, out->plan.stratum_count, sizeof(*out->strata));
	status = count_hits(inquiry, &out->plan, "", counts, err);
	for (size_t h = 0; h < out->plan.stratum_count && status == STATUS_OK; h++) {
		out->strata[h] = (struct sampling_stratum){ (double)out->plan.strata[h].population, counts[h], 0 };
		out->population += out->plan.strata[h].population;
		out->done += (size_t)counts[h];
	}
	return status;
}

bool plan_says(const struct plan_answer *answer, size_t stratum)
{
	const struct sampling_stratum *is = &answer->strata[stratum];

	return is->judged >= (double)answer->plan.strata[stratum].taken && sampling_says(is);
}

enum status plan_estimate(const struct inquiry *inquiry, const struct plan_answer *answer, const char *query,
			  struct sampling_estimate *out, struct error *err)
{
	size_t count = answer->plan.stratum_count;
	double *counts = arena_array(inquiry->arena, count, sizeof(*counts));
	enum status status = STATUS_OK;

	*out = (struct sampling_estimate){ NAN, { NAN, NAN }, NAN, NAN };
	if (!plan_represents(answer->plan.form))
		return STATUS_OK;
	for (size_t h = 0; h < count; h++)
		if (!plan_says(answer, h))
			return STATUS_OK;
	status = count_hits(inquiry, &answer->plan, query, counts, err);
	for (size_t h = 0; h < count && status == STATUS_OK; h++)
		answer->strata[h].hits = counts[h];
	if (status == STATUS_OK)
		*out = sampling_estimate(answer->strata, count, 0.95);
	return status;
}

static enum status fill(const struct inquiry *inquiry, const struct plan_row *row, struct stats_plan *out, struct error *err)
{
	struct plan_answer answer;
	enum status status = plan_ask(inquiry, row->name, &answer, err);

	if (status != STATUS_OK)
		return status;
	*out = (struct stats_plan){ .name = answer.plan.name, .from = answer.plan.query, .form = answer.plan.form, .population = answer.population,
				    .samples = answer.plan.sample_count, .done = answer.done,
				    .query = arena_printf(inquiry->arena, "sampled:%s", answer.plan.name) };
	for (size_t i = 0; i < PLAN_USUAL_COUNT && status == STATUS_OK; i++) {
		out->queries[i] = arena_printf(inquiry->arena, "sampled:%s status:annotated %s", answer.plan.name, plan_usual[i]);
		status = plan_estimate(inquiry, &answer, plan_usual[i], &out->estimates[i], err);
	}
	return status;
}

enum status plans_ask(const struct inquiry *inquiry, const struct stats_plan **out, size_t *count, struct error *err)
{
	struct store *store = inquiry->store;
	struct stats_plan *list;
	const struct plan_row *rows;
	size_t row_count;
	enum status status = store->ops->plan_list(store, inquiry->arena, &rows, &row_count, err);

	*count = 0;
	list = arena_array(inquiry->arena, STATS_PLANS_MAX, sizeof(*list));
	for (size_t i = 0; i < row_count && i < STATS_PLANS_MAX && status == STATUS_OK; i++) {
		if (inquiry_cancelled(inquiry))
			return error_set(err, STATUS_CANCELLED, "not estimated to the end");
		if (plan_check_name(rows[i].name, NULL) != STATUS_OK)
			continue; /* of a store that somebody else wrote: queries could not name it */
		status = fill(inquiry, &rows[i], &list[*count], err);
		*count += status == STATUS_OK;
	}
	*out = list;
	return status;
}
