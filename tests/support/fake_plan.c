/* Sampling plans of the in-memory engine. */
#include "tests/support/fake_state.h"

#include <string.h>

static const struct plan *keep(struct arena *arena, const struct plan *from)
{
	struct plan *plan = arena_alloc(arena, sizeof(*plan));
	struct plan_stratum *strata = arena_array(arena, from->stratum_count, sizeof(*strata));
	int64_t *samples = arena_array(arena, from->sample_count, sizeof(*samples));

	*plan = *from;
	plan->name = arena_strdup(arena, from->name);
	plan->query = arena_strdup(arena, from->query ? from->query : "");
	plan->key = arena_strdup(arena, from->key);
	for (size_t i = 0; i < from->stratum_count; i++) {
		strata[i] = from->strata[i];
		strata[i].value = arena_strdup(arena, from->strata[i].value);
	}
	if (from->sample_count)
		memcpy(samples, from->samples, from->sample_count * sizeof(*samples));
	plan->strata = strata;
	plan->samples = samples;
	return plan;
}

const struct plan *fake_plan(const struct fake_store *fake, const char *name)
{
	for (size_t i = fake->plans.len; i-- > 0;)
		if (fake->plans.items[i] && strcmp(fake->plans.items[i]->name, name) == 0)
			return fake->plans.items[i];
	return NULL;
}

enum status fake_plan_put(struct store *store, const char *reviewer, const struct plan *plan, int64_t *edit_id, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct fake_edit *edit;
	struct plan own = *plan;
	size_t taken = 0;
	enum status status;

	*edit_id = 0;
	if (fake_fails(fake, err))
		return fake->failure.status;
	if ((status = fake_check_reviewer(reviewer, err)) != STATUS_OK || (status = plan_check_name(plan->name, err)) != STATUS_OK)
		return status;
	for (size_t i = 0; i < plan->stratum_count; i++)
		taken += (size_t)plan->strata[i].taken;
	if (!plan->stratum_count || !plan->sample_count || taken != plan->sample_count)
		return error_set(err, STATUS_USAGE, "a plan needs strata and samples");
	if (fake_check_group(fake, err) != STATUS_OK)
		return STATUS_REFUSED;
	for (size_t i = 0; i < plan->sample_count; i++)
		if (plan->samples[i] < 1 || (size_t)plan->samples[i] > fake->samples.len)
			return error_set(err, STATUS_NOT_FOUND, "there is no sample %lld", (long long)plan->samples[i]);
	edit = fake_edit_begin(fake, reviewer, EDIT_CHANGE, "plan");
	own.reviewer = edit->edit.reviewer;
	own.at = edit->edit.at;
	own.edit = edit->edit.id;
	fake_set(fake, FAKE_PLAN, NULL, (int64_t)fake->plans.len + 1, keep(&fake->arena, &own));
	*edit_id = fake_edit_end(fake, arena_printf(&fake->arena, "%s: %zu samples, %s", plan->name, plan->sample_count,
						    plan_form_word(plan->form)));
	return STATUS_OK;
}

enum status fake_plan_list(struct store *store, struct arena *arena, const struct plan_row **out, size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct plan_row *rows = arena_array(arena, fake->plans.len, sizeof(*rows));

	*count = 0;
	*out = rows;
	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = fake->plans.len; i-- > 0;) {
		const struct plan *plan = fake->plans.items[i];
		struct plan_row *row = &rows[*count];
		if (!plan || fake_plan(fake, plan->name) != plan)
			continue;
		*row = (struct plan_row){ .name = arena_strdup(arena, plan->name), .form = plan->form, .query = arena_strdup(arena, plan->query),
					  .key = arena_strdup(arena, plan->key), .samples = (int64_t)plan->sample_count,
					  .reviewer = arena_strdup(arena, plan->reviewer), .at = plan->at, .edit = plan->edit };
		for (size_t k = 0; k < plan->sample_count; k++) {
			enum sample_status status = fake_sample(fake, plan->samples[k])->triage->status;
			row->done += status != SAMPLE_UNTRIAGED && status != SAMPLE_IN_REVIEW;
		}
		++*count;
	}
	return STATUS_OK;
}

enum status fake_plan_get(struct store *store, struct arena *arena, const char *name, struct plan *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const struct plan *plan = fake_plan(fake, name);

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!plan)
		return error_set(err, STATUS_NOT_FOUND, "there is no plan '%s'", name);
	*out = *keep(arena, plan);
	out->reviewer = arena_strdup(arena, plan->reviewer);
	return STATUS_OK;
}
