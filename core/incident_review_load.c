/* What a review counts in the store: samples that were produced after the incident was over. */
#include "core/incident_review.h"

#include "core/audience.h"
#include "core/store.h"

/* When it counted as resolved for all; while an affected cohort is open it does not. */
static bool resolved_at(const struct incident *incident, struct instant *out)
{
	struct arena arena = ARENA_INIT;
	const struct incident_event *last = incident_open_cohorts(incident, &arena) ? NULL : incident_end(incident);
	int64_t first_us, last_us;

	arena_release(&arena);
	if (!last)
		return false;
	instant_span(last->at, &first_us, &last_us);
	*out = (struct instant){ last_us, PRECISION_MICROSECOND };
	return true;
}

static enum status count_after(struct store *store, const struct incident *incident, const struct incident *whole,
			       struct instant at, int64_t *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct strbuf text = STRBUF_INIT;
	const enum member_role *roles = NULL;
	const int64_t *members = NULL, *ids = NULL;
	size_t member_count = 0, count = 0, m = 0;
	struct query query;
	enum status status;

	strbuf_addf(&text, "incident:%s after:", incident->key);
	instant_format_iso(&text, at);
	status = query_parse(&arena, text.text, NULL, &query, err);
	if (status == STATUS_OK)
		status = store->ops->sample_ids(store, &arena, &query, &ids, &count, err);
	if (status == STATUS_OK)
		status = store->ops->incident_members(store, &arena, incident->key, &members, &roles, &member_count, err);
	*out = 0;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) { /* both ascend */
		while (m < member_count && members[m] < ids[i])
			m++;
		*out += m < member_count && members[m] == ids[i] && roles[m] != MEMBER_CONTROL &&
			!(whole && audience_hides_sample(whole, ids[i]));
	}
	strbuf_release(&text);
	arena_release(&arena);
	return status;
}

enum status incident_review_load_shown(struct store *store, struct arena *arena, const struct incident *incident,
				       const struct incident *whole, const struct incident_review **out, struct error *err)
{
	struct instant at;
	int64_t after = -1;
	enum status status = STATUS_OK;

	if (incident->key && resolved_at(incident, &at))
		status = count_after(store, incident, whole, at, &after, err);
	*out = status == STATUS_OK ? incident_review(arena, incident, after) : NULL;
	return status;
}

enum status incident_review_load(struct store *store, struct arena *arena, const struct incident *incident,
				 const struct incident_review **out, struct error *err)
{
	return incident_review_load_shown(store, arena, incident, NULL, out, err);
}
