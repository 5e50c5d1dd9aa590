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

enum status plan_estimate(const struct inquiry *inquiry, const struct plan_answer *answer, const char *query,
			  struct sampling_estimate *out, struct error *err)
{
	size_t count = answer->plan.stratum_count;
	double *counts = arena_array(inquiry->arena, count, sizeof(*counts));
	enum status status = STATUS_OK;

	*out = (struct sampling_estimate){ NAN, { NAN, NAN }, NAN, NAN };
	if (!plan_represents(answer->plan.form))
		return STATUS_OK;
	status = count_hits(inquiry, &answer->plan, query, counts, err);
	for (size_t h = 0; h < count && status == STATUS_OK; h++)
		answer->strata[h].hits = counts[h];
	if (status == STATUS_OK)
		*out = sampling_estimate(answer->strata, count, 0.95);
	return status;
}
