/* A review at a glance: each figure with the query that lists what is behind it. */
#include <stdlib.h>
#include <string.h>

#include "core/insight.h"

struct asking {
	const struct inquiry *inquiry;
	struct arena *arena;
	const char *query;
	struct stats *out;
	struct day_counts flagged, outputs; /* of days; outputs: if out->outputs is OUTPUTS_STORE */
	struct table flagged_table;         /* what `flagged` is from */
	struct exposure_choice choice;      /* what `outputs` are from */
};

/* The query with more to it. */
static char *with(const struct asking *asking, const char *more)
{
	return inquiry_both(asking->arena, asking->query, more);
}

static enum status count_days(const struct asking *asking, const char *text, struct table *table, struct day_counts *out,
			      struct error *err)
{
	static const struct table_key day = { FACET_DAY, NULL };
	struct query query;
	const struct table_request request = { &query, &day, 1, false, NULL };
	enum status status = inquiry_query(asking->inquiry, text, &query, err);

	if (status == STATUS_OK)
		status = inquiry_table(asking->inquiry, &request, table, err);
	if (status == STATUS_OK)
		*out = day_counts_of(asking->arena, table);
	return status;
}

static char *day_text(const struct asking *asking, int64_t day)
{
	return instant_text(asking->arena, (struct instant){ day * DAY_US, PRECISION_DAY });
}

/* Samples of days first … end - 1, with what finds them. `end` INT64_MAX: no end. */
static struct stats_row days_row(const struct asking *asking, const struct day_counts *counts, const char *name, const char *more,
				 int64_t first, int64_t end)
{
	const char *bounds = first == INT64_MIN ? "" : arena_printf(asking->arena, " after:%s", day_text(asking, first - 1));

	if (end != INT64_MAX)
		bounds = arena_printf(asking->arena, "%s before:%s", bounds, day_text(asking, end));
	return (struct stats_row){ name, day_counts_between(counts, first, end),
				   with(asking, arena_printf(asking->arena, "%s%s", more, bounds)), NAN };
}

/* ---- the parts ------------------------------------------------------------------------------------------ */

static enum status add_statuses_and_causes(struct asking *asking, struct error *err)
{
	static const enum facet_key keys[] = { FACET_STATUS, FACET_CATEGORY, FACET_CAUSE };
	struct arena *arena = asking->arena;
	struct stats *out = asking->out;
	struct facets facets;
	struct stats_row *rows;
	enum status status = inquiry_facets(asking->inquiry, asking->query, keys, ARRAY_LEN(keys), 0, &facets, err);

	if (status != STATUS_OK)
		return status;
	out->samples = facets.count;
	rows = arena_array(arena, facets.lists[0].count, sizeof(*rows));
	for (size_t i = 0; i < facets.lists[0].count; i++)
		rows[i] = (struct stats_row){ facets.lists[0].values[i].value, facets.lists[0].values[i].count,
					      with(asking, arena_printf(arena, "status:%s", facets.lists[0].values[i].value)), NAN };
	out->statuses = rows;
	out->status_count = facets.lists[0].count;
	out->judged = facets.count;
	for (size_t i = 0; i < facets.lists[2].count; i++)
		if (!facets.lists[2].values[i].value)
			out->judged -= facets.lists[2].values[i].count;
	out->categories = pareto_of(arena, &facets.lists[1], out->judged, &out->category_count);
	out->causes = pareto_of(arena, &facets.lists[2], out->judged, &out->cause_count);
	return STATUS_OK;
}

static enum status add_backlog(struct asking *asking, int64_t today, struct error *err)
{
	static const struct { const char *name; int64_t from, to; } ages[] = {
		{ "up to 1 day", 0, 1 }, { "up to a week", 1, 7 }, { "up to 4 weeks", 7, 28 }, { "older", 28, INT64_MAX },
	};
	struct table table;
	struct day_counts counts;
	struct stats_row *rows = arena_array(asking->arena, ARRAY_LEN(ages), sizeof(*rows));
	enum status status = count_days(asking, with(asking, "is:untriaged"), &table, &counts, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < ARRAY_LEN(ages); i++)
		rows[i] = days_row(asking, &counts, ages[i].name, "is:untriaged",
				   ages[i].to == INT64_MAX ? INT64_MIN : today + 1 - ages[i].to,
				   ages[i].from ? today + 1 - ages[i].from : INT64_MAX);
	asking->out->backlog = rows;
	asking->out->backlog_count = ARRAY_LEN(ages);
	asking->out->backlog_undated = counts.undated;
	asking->out->undated_query = with(asking, "is:untriaged -after:1900");
	return STATUS_OK;
}

/* The store's denominators of the outputs that the query is about. */
static enum status find_outputs(struct asking *asking, struct error *err)
{
	const struct inquiry *inquiry = asking->inquiry;
	struct exposure_choice *choice = &asking->choice;
	struct exposure_wish wish = { NULL, 0, NULL, &asking->flagged_table };
	const struct exposure *rows;
	struct query query;
	size_t count;
	enum status status = inquiry->store->ops->exposure_list(inquiry->store, asking->arena, &rows, &count, err);

	if (status == STATUS_OK)
		status = inquiry_query(inquiry, asking->query, &query, err);
	if (status != STATUS_OK || !count)
		return status;
	wish.query = &query;
	exposure_choose(asking->arena, rows, count, &wish, choice);
	if (choice->known) {
		asking->outputs = day_counts_of(asking->arena, &choice->table);
		asking->out->outputs = OUTPUTS_STORE;
	} else {
		asking->out->cannot = arena_printf(asking->arena, "the store's denominators do not tell %s of the outputs", choice->missing);
	}
	return STATUS_OK;
}

/* Outputs of days first … end - 1; NAN: not known of each of them, or there were none. */
static double outputs_between(const struct asking *asking, int64_t first, int64_t end)
{
	int64_t outputs;

	if (asking->out->outputs != OUTPUTS_STORE || !exposure_covers(&asking->choice, first, end))
		return NAN;
	outputs = day_counts_between(&asking->outputs, first, end);
	return outputs ? (double)outputs : NAN;
}

static void add_weeks(struct asking *asking)
{
	struct stats_row *rows = arena_array(asking->arena, STATS_WEEKS, sizeof(*rows));
	const struct day_counts *flagged = &asking->flagged;

	/* Weeks that end with the last day that has samples: a week of half the days would look like less. */
	for (int64_t i = 0; i < STATS_WEEKS && flagged->end > flagged->first; i++) {
		int64_t end = flagged->end - 7 * (STATS_WEEKS - 1 - i);
		if (end <= flagged->first)
			continue;
		rows[asking->out->week_count] = days_row(asking, flagged, day_text(asking, end - 7), "-level:none", end - 7, end);
		rows[asking->out->week_count].outputs = outputs_between(asking, end - 7, end);
		asking->out->week_count++;
	}
	asking->out->weeks = rows;
}

struct judging {
	struct coding_builder *coding;
	struct ratings_builder *ratings;
	const struct inquiry *inquiry;
};

static bool add_judgement(void *context, const struct annotation *annotation)
{
	struct judging *judging = context;

	coding_builder_add(judging->coding, annotation);
	ratings_builder_add(judging->ratings, annotation);
	return !inquiry_cancelled(judging->inquiry);
}

static void add_pace_queries(struct asking *asking)
{
	const struct table_key reviewer = { .facet = FACET_REVIEWER };
	struct stats *out = asking->out;

	out->pace_queries = arena_array(asking->arena, out->pace_count, sizeof(*out->pace_queries));
	for (size_t i = 0; i < out->pace_count; i++) {
		struct strbuf text = STRBUF_INIT;
		inquiry_narrow(asking->arena, &text, &reviewer, &out->paces[i].reviewer, 1);
		out->pace_queries[i] = with(asking, text.text);
		strbuf_release(&text);
	}
}

/* A figure that is a query's count. */
static enum status counted(struct asking *asking, const char *name, const char *more, struct stats_row *out, struct error *err)
{
	*out = (struct stats_row){ name, 0, with(asking, more), NAN };
	return inquiry_count(asking->inquiry, out->query, &out->count, err);
}

static enum status add_reviewers(struct asking *asking, struct error *err)
{
	const struct agreement_options options = { 0.95, 1000, 1, asking->inquiry->cancel };
	struct store *store = asking->inquiry->store;
	struct stats *out = asking->out;
	struct judging judging = { NULL, NULL, asking->inquiry };
	struct query query;
	struct ratings ratings;
	enum status status = inquiry_query(asking->inquiry, asking->query, &query, err);

	if (status != STATUS_OK)
		return status;
	judging.coding = coding_builder_new(asking->arena);
	judging.ratings = ratings_builder_new(asking->arena, RATING_CAUSE, NULL, false);
	status = store->ops->judgements(store, asking->arena, &query, add_judgement, &judging, err);
	if (status != STATUS_OK) {
		coding_builder_free(judging.coding);
		ratings_builder_free(judging.ratings);
		return status;
	}
	coding_builder_end(judging.coding, &out->saturation, &out->paces, &out->pace_count);
	add_pace_queries(asking);
	ratings_builder_end(judging.ratings, &ratings);
	status = agreement_of(asking->arena, &ratings, &options, &out->agreement, err);
	if (status != STATUS_OK)
		return status;
	status = counted(asking, "rated", "reviewers>=2", &out->rated, err);
	return status == STATUS_OK ? counted(asking, "disputed", "is:disputed", &out->disputed, err) : status;
}

/* ---- incidents ------------------------------------------------------------------------------------------ */

static bool is_open(enum action_status status)
{
	return status == ACTION_STATUS_OPEN || status == ACTION_STATUS_IN_PROGRESS;
}

static int by_newest(const void *a, const void *b)
{
	const struct stats_change *x = a, *y = b;
	int incident;

	if (x->at.at_us != y->at.at_us)
		return x->at.at_us > y->at.at_us ? -1 : 1;
	incident = strcmp(x->incident, y->incident);
	return incident ? incident : (x->number > y->number) - (x->number < y->number);
}

/* What is due first; what has no day last. */
static int by_due(const void *a, const void *b)
{
	const struct stats_action *x = a, *y = b;
	bool known_x = instant_known(x->due), known_y = instant_known(y->due);
	int incident;

	if (known_x != known_y)
		return known_x ? -1 : 1;
	if (known_x && x->due.at_us != y->due.at_us)
		return x->due.at_us < y->due.at_us ? -1 : 1;
	incident = strcmp(x->incident, y->incident);
	return incident ? incident : (x->number > y->number) - (x->number < y->number);
}

/* Flags around a day; rates where the outputs of both sides are known. */
static struct followed follow(const struct asking *asking, int64_t day)
{
	struct followed out = followed_of(&asking->flagged, day, STATS_CHANGE_DAYS);
	int64_t days = (int64_t)out.days;

	if (out.days)
		followed_rate(&out, outputs_between(asking, day - days, day), outputs_between(asking, day + 1, day + 1 + days));
	return out;
}

/* The newest of them, with the flags around each. */
static void add_changes(struct asking *asking, struct stats_change *changes, size_t count)
{
	struct stats *out = asking->out;

	if (count)
		qsort(changes, count, sizeof(*changes), by_newest);
	out->change_count = count < STATS_CHANGES_MAX ? count : STATS_CHANGES_MAX;
	out->changes_left_out = count - out->change_count;
	out->changes = arena_array(asking->arena, out->change_count, sizeof(*out->changes));
	for (size_t i = 0; i < out->change_count; i++) {
		struct stats_change *row = &out->changes[i];
		int64_t day;
		*row = changes[i];
		day = row->at.at_us / DAY_US - (row->at.at_us % DAY_US < 0);
		row->flags = follow(asking, day);
		if (row->flags.days)
			row->query = with(asking, arena_printf(asking->arena, "-level:none after:%s before:%s", day_text(asking, day),
							       day_text(asking, day + 1 + (int64_t)row->flags.days)));
	}
}

static void add_actions(struct asking *asking, const struct stats_action *actions, size_t count)
{
	struct stats_action *kept = arena_array(asking->arena, count, sizeof(*kept));

	if (count) {
		memcpy(kept, actions, count * sizeof(*kept));
		qsort(kept, count, sizeof(*kept), by_due);
	}
	asking->out->actions = kept;
	asking->out->action_count = count;
}

static enum status add_incidents(struct asking *asking, int64_t today, struct error *err)
{
	struct store *store = asking->inquiry->store;
	const struct incident_row *rows;
	struct stats *out = asking->out;
	VEC_OF(struct stats_change) changes = VEC_INIT;
	VEC_OF(struct stats_action) actions = VEC_INIT;
	struct strbuf open = STRBUF_INIT;
	size_t count;
	enum status status = store->ops->incident_list(store, asking->arena, &rows, &count, err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct incident *incident;
		if (inquiry_cancelled(asking->inquiry)) {
			status = error_set(err, STATUS_CANCELLED, "not counted to the end");
			break;
		}
		status = store->ops->incident_get(store, asking->arena, rows[i].key, &incident, err);
		if (status != STATUS_OK)
			break;
		out->incidents++;
		if (incident->status != INCIDENT_RESOLVED && incident->status != INCIDENT_CLOSED && incident->status != INCIDENT_DUPLICATE) {
			out->open_incidents++;
			strbuf_addf(&open, "%s%s", open.len_bytes ? "," : "incident:", incident->key);
		}
		for (size_t a = 0; a < incident->action_count; a++) {
			const struct incident_action *action = &incident->actions[a];
			bool overdue = instant_known(action->due) && instant_end_us(action->due) <= today * DAY_US;
			if (!is_open(action->status))
				continue;
			out->open_actions++;
			out->overdue_actions += overdue;
			vec_push(&actions, ((struct stats_action){ incident->key, action->text, action->number, action->due, overdue }));
		}
		for (size_t c = 0; c < incident->change_count; c++) {
			const struct incident_change *change = &incident->changes[c];
			if (change->at.precision >= PRECISION_DAY)
				vec_push(&changes, ((struct stats_change){ .incident = incident->key, .text = change->text, .at = change->at,
									   .number = change->number, .announced = change->announced }));
		}
	}
	if (status == STATUS_OK) {
		add_actions(asking, actions.items, actions.len);
		add_changes(asking, changes.items, changes.len);
		out->open_query = out->open_incidents && out->open_incidents <= QUERY_VALUES_MAX ?
				  arena_text(asking->arena, strbuf_slice(&open)) : NULL;
	}
	strbuf_release(&open);
	vec_release(&changes);
	vec_release(&actions);
	return status;
}

static enum status add_counts(struct asking *asking, int64_t today, struct error *err)
{
	enum status status = add_statuses_and_causes(asking, err);

	if (status == STATUS_OK)
		status = add_backlog(asking, today, err);
	if (status == STATUS_OK)
		status = count_days(asking, with(asking, "-level:none"), &asking->flagged_table, &asking->flagged, err);
	if (status == STATUS_OK)
		status = find_outputs(asking, err);
	if (status == STATUS_OK)
		add_weeks(asking);
	return status;
}

enum status stats_ask(const struct inquiry *inquiry, const char *query, unsigned parts, int64_t today, struct stats *out,
		      struct error *err)
{
	struct asking asking = { .inquiry = inquiry, .arena = inquiry->arena, .query = query, .out = out };
	enum status status = STATUS_OK;

	*out = (struct stats){ .outputs = OUTPUTS_NONE };
	if (parts & STATS_COUNTS)
		status = add_counts(&asking, today, err);
	if (status == STATUS_OK && parts & STATS_CODING)
		status = add_reviewers(&asking, err);
	if (status == STATUS_OK && parts & STATS_CODING)
		status = plans_ask(inquiry, &out->plans, &out->plan_count, err);
	if (status == STATUS_OK && parts & (STATS_COUNTS | STATS_INCIDENTS))
		status = add_incidents(&asking, today, err);
	return status;
}
