/* Did the fix of an incident hold: what is watched, and the periods from its milestones. */
#include "core/incident_times.h"
#include "core/insight.h"

#define RULES_MAX 8

const char *watch_of_word(enum watch_of of)
{
	static const char *const words[] = { "query", "signature", "members" };

	return words[of];
}

enum status watch_members(const struct inquiry *inquiry, const char *key, const char **out, struct error *err)
{
	static const enum facet_key rule[] = { FACET_RULE };
	const struct table_key key_of_rule = { FACET_RULE, NULL };
	const char *text = arena_printf(inquiry->arena, "incident:%s -level:none", key); /* members that passed say nothing */
	const char *values[RULES_MAX];
	struct strbuf rules = STRBUF_INIT;
	struct facets facets;
	size_t count = 0;
	enum status status = inquiry_facets(inquiry, text, rule, 1, RULES_MAX, &facets, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < facets.lists[0].count && count < RULES_MAX; i++)
		if (facets.lists[0].values[i].value)
			values[count++] = facets.lists[0].values[i].value;
	if (count)
		inquiry_narrow(inquiry->arena, &rules, &key_of_rule, values, count);
	*out = count ? arena_text(inquiry->arena, strbuf_slice(&rules)) : "-level:none";
	strbuf_release(&rules);
	return STATUS_OK;
}

enum status watch_query(const struct inquiry *inquiry, const struct incident *incident, const char **out, enum watch_of *of,
			struct error *err)
{
	if (of)
		*of = incident->signature ? WATCH_OF_SIGNATURE : WATCH_OF_MEMBERS;
	*out = incident->signature;
	return *out ? STATUS_OK : watch_members(inquiry, incident->key, out, err);
}

static int64_t day_of(struct instant at, bool end)
{
	int64_t us = end ? instant_end_us(at) - 1 : at.at_us;

	return us / DAY_US - (us % DAY_US < 0);
}

static struct instant reached(const struct incident *incident, enum milestone milestone)
{
	struct time_span span = incident_reached(incident, milestone);

	return span.known ? span.event->at : INSTANT_UNKNOWN;
}

static void find_times(struct watched *out)
{
	const struct incident *incident = out->incident;

	/* Cohorts get a fix one after the other: from the first of them to the last. */
	out->deployed = incident_milestone(incident, MILESTONE_FIX_DEPLOYED);
	out->complete = reached(incident, MILESTONE_ROLLOUT_COMPLETE);
	out->done = instant_known(out->complete) ? out->complete : reached(incident, MILESTONE_FIX_DEPLOYED);
	if (!instant_known(out->deployed))
		out->deployed = out->complete;
	out->impact = reached(incident, MILESTONE_FIRST_IMPACT);
	if (!instant_known(out->impact))
		out->impact = reached(incident, MILESTONE_INTRODUCED);
	out->has_fix = instant_known(out->deployed);
}

/* Which incident, its times, and what is looked for: `query`, NULL: what the incident is about. */
static enum status watch_begin(const struct inquiry *inquiry, const char *key, const char *query, struct watched *out,
			       struct error *err)
{
	struct incident *incident;
	const char *done;
	enum status status = inquiry->store->ops->incident_get(inquiry->store, inquiry->arena, key, &incident, err);

	*out = (struct watched){ .query = query };
	if (status != STATUS_OK)
		return status;
	out->incident = incident;
	find_times(out);
	if (!query)
		status = watch_query(inquiry, incident, &out->query, &out->of, err);
	if (status != STATUS_OK || !out->has_fix)
		return status;
	done = instant_text(inquiry->arena, out->done);
	out->hits = inquiry_both(inquiry->arena, out->query,
				 arena_printf(inquiry->arena, strchr(done, ' ') ? "after:\"%s\"" : "after:%s", done));
	return STATUS_OK;
}

/* Once a layer: whose signature it was that could not be asked. */
static enum status watch_failed(const struct watched *watched, enum status status, struct error *err)
{
	if (status == STATUS_OK || status == STATUS_CANCELLED || watched->of != WATCH_OF_SIGNATURE)
		return status;
	return error_wrap(err, status, "%s, signature", watched->incident->key);
}

enum status watch_look(const struct inquiry *inquiry, const char *key, struct watched *out, int64_t *count, struct error *err)
{
	enum status status = watch_begin(inquiry, key, NULL, out, err);

	*count = 0;
	if (status != STATUS_OK || !out->has_fix)
		return status;
	return watch_failed(out, inquiry_count(inquiry, out->hits, count, err), err);
}

enum status watch_ask(const struct inquiry *inquiry, const char *key, const struct history_wish *wish, struct watched *out,
		      struct error *err)
{
	struct history *history = arena_alloc(inquiry->arena, sizeof(*history));
	struct history_wish asked = *wish;
	enum status status = watch_begin(inquiry, key, wish->query, out, err);

	if (status != STATUS_OK || !out->has_fix)
		return status;
	asked.query = out->query;
	status = history_ask(inquiry, &asked, history, err);
	if (status != STATUS_OK)
		return watch_failed(out, status, err);
	out->history = history;
	history_series(inquiry, history, NULL, NULL, &out->series);
	if (out->series.without_outputs > 0)
		out->without_outputs = history_without_outputs(inquiry->arena, history, &out->series, "");
	/* Days that are partly fixed count as neither: after begins on the day behind the rollout. */
	watch_of(&out->series, instant_known(out->impact) ? day_of(out->impact, false) : INT64_MIN,
		 day_of(out->deployed, false), day_of(out->done, true) + 1, &out->watch);
	if (history->cannot) {
		out->watch.verdict = WATCH_UNKNOWN;
		out->watch.reason = history->cannot;
	}
	return STATUS_OK;
}
