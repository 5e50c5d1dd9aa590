/* stats: a review at a glance; each figure with the query that lists its samples */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/stats_print.h"
#include "core/base/vec.h"

#define DAY_US ((int64_t)86400 * 1000000)
#define WEEKS 12
#define CHANGE_DAYS 14
#define CHANGES_MAX 200

struct stats_values {
	bool json;
};

static const struct option_spec stats_options[] = { OPTION_JSON(struct stats_values, json), OPTIONS_END };

static const char *const stats_examples[] = {
	"aitia stats", "The whole store.",
	"aitia stats after:2026-03 --json", "Some months, for a dashboard.",
	NULL
};

struct asking {
	struct cli *cli;
	struct store *store;
	const char *query;    /* as given */
	struct stats *out;
};

/* The query with more to it. */
static char *with(const struct asking *asking, const char *more)
{
	return asking->query[0] ? arena_printf(&asking->cli->arena, "%s %s", asking->query, more) :
				  arena_strdup(&asking->cli->arena, more);
}

static enum status count_facets(const struct asking *asking, const char *text, const enum facet_key *keys, size_t count,
				struct facets *out, struct error *err)
{
	struct query query;
	struct facet_request request = { .query = &query, .keys = keys, .key_count = count, .sort = SORT_ID };
	enum status status = select_query(asking->cli, asking->store, &text, 1, &query, err);

	do
		if (status == STATUS_OK)
			status = asking->store->ops->facets(asking->store, &asking->cli->arena, &request, out, err);
	while (status == STATUS_OK && !out->readiness.ready && !interrupted());
	return status == STATUS_OK && !out->readiness.ready ? error_set(err, STATUS_CANCELLED, "stopped") : status;
}

static enum status count_days(const struct asking *asking, const char *text, struct day_counts *out, struct error *err)
{
	static const struct table_key day = { FACET_DAY, NULL };
	struct query query;
	const struct table_request request = { &query, &day, 1, false };
	struct table table;
	enum status status = select_query(asking->cli, asking->store, &text, 1, &query, err);

	if (status == STATUS_OK)
		status = select_table(asking->cli, asking->store, &request, &table, err);
	if (status == STATUS_OK)
		*out = day_counts_of(&asking->cli->arena, &table);
	return status;
}

static char *day_text(const struct asking *asking, int64_t day)
{
	return instant_text(&asking->cli->arena, (struct instant){ day * DAY_US, PRECISION_DAY });
}

/* Samples of days first … end - 1, with what finds them. `end` INT64_MAX: no end. */
static struct stats_row days_row(const struct asking *asking, const struct day_counts *counts, const char *name, const char *more,
				 int64_t first, int64_t end)
{
	const char *bounds = first == INT64_MIN ? "" : arena_printf(&asking->cli->arena, " after:%s", day_text(asking, first - 1));

	if (end != INT64_MAX)
		bounds = arena_printf(&asking->cli->arena, "%s before:%s", bounds, day_text(asking, end));
	return (struct stats_row){ name, day_counts_between(counts, first, end),
				   with(asking, arena_printf(&asking->cli->arena, "%s%s", more, bounds)) };
}

/* ---- the parts ------------------------------------------------------------------------------------------ */

static enum status add_statuses_and_causes(struct asking *asking, struct error *err)
{
	static const enum facet_key keys[] = { FACET_STATUS, FACET_CATEGORY, FACET_CAUSE };
	struct arena *arena = &asking->cli->arena;
	struct stats *out = asking->out;
	struct facets facets;
	struct stats_row *rows;
	enum status status = count_facets(asking, asking->query, keys, ARRAY_LEN(keys), &facets, err);

	if (status != STATUS_OK)
		return status;
	out->samples = facets.count;
	rows = arena_array(arena, facets.lists[0].count, sizeof(*rows));
	for (size_t i = 0; i < facets.lists[0].count; i++)
		rows[i] = (struct stats_row){ facets.lists[0].values[i].value, facets.lists[0].values[i].count,
					      with(asking, arena_printf(arena, "status:%s", facets.lists[0].values[i].value)) };
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
	struct day_counts counts;
	struct stats_row *rows = arena_array(&asking->cli->arena, ARRAY_LEN(ages), sizeof(*rows));
	enum status status = count_days(asking, with(asking, "is:untriaged"), &counts, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < ARRAY_LEN(ages); i++)
		rows[i] = days_row(asking, &counts, ages[i].name, "is:untriaged",
				   ages[i].to == INT64_MAX ? INT64_MIN : today + 1 - ages[i].to,
				   ages[i].from ? today + 1 - ages[i].from : INT64_MAX);
	asking->out->backlog = rows;
	asking->out->backlog_count = ARRAY_LEN(ages);
	asking->out->backlog_undated = counts.undated;
	return STATUS_OK;
}

static enum status add_weeks(struct asking *asking, struct day_counts *flagged, struct error *err)
{
	struct stats_row *rows = arena_array(&asking->cli->arena, WEEKS, sizeof(*rows));
	enum status status = count_days(asking, with(asking, "-level:none"), flagged, err);

	if (status != STATUS_OK)
		return status;
	/* Weeks that end with the last day that has samples: a week of half the days would look like less. */
	for (int64_t i = 0; i < WEEKS && flagged->end > flagged->first; i++) {
		int64_t end = flagged->end - 7 * (WEEKS - 1 - i);
		if (end <= flagged->first)
			continue;
		rows[asking->out->week_count++] = days_row(asking, flagged, day_text(asking, end - 7), "-level:none", end - 7, end);
	}
	asking->out->weeks = rows;
	return STATUS_OK;
}

static enum status add_agreement(struct asking *asking, struct error *err)
{
	const struct agreement_options options = { 0.95, 1000, 1, interrupt_flag() };
	struct arena *arena = &asking->cli->arena;
	const struct annotation *annotations;
	struct query query;
	struct ratings ratings;
	size_t count;
	enum status status = select_query(asking->cli, asking->store, &asking->query, 1, &query, err);

	if (status == STATUS_OK)
		status = asking->store->ops->judgements(asking->store, arena, &query, &annotations, &count, err);
	if (status != STATUS_OK)
		return status;
	ratings_from(arena, annotations, count, RATING_CAUSE, NULL, false, &ratings);
	status = agreement_of(arena, &ratings, &options, &asking->out->agreement, err);
	if (status != STATUS_OK)
		return status;
	asking->out->disputed.name = "disputed";
	asking->out->disputed.query = with(asking, "is:disputed");
	status = select_query(asking->cli, asking->store, &asking->out->disputed.query, 1, &query, err);
	return status == STATUS_OK ? asking->store->ops->sample_count(asking->store, &query, &asking->out->disputed.count, err) : status;
}

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

/* The newest of them, with the flags around each. */
static void add_changes(struct asking *asking, struct stats_change *changes, size_t count, const struct day_counts *flagged)
{
	struct stats *out = asking->out;

	if (count)
		qsort(changes, count, sizeof(*changes), by_newest);
	out->change_count = count < CHANGES_MAX ? count : CHANGES_MAX;
	out->changes_left_out = count - out->change_count;
	out->changes = arena_array(&asking->cli->arena, out->change_count, sizeof(*out->changes));
	for (size_t i = 0; i < out->change_count; i++) {
		struct stats_change *row = &out->changes[i];
		int64_t day;
		*row = changes[i];
		day = row->at.at_us / DAY_US - (row->at.at_us % DAY_US < 0);
		row->flags = followed_of(flagged, day, CHANGE_DAYS);
		if (row->flags.days)
			row->query = with(asking, arena_printf(&asking->cli->arena, "-level:none after:%s before:%s", day_text(asking, day),
							       day_text(asking, day + 1 + (int64_t)row->flags.days)));
	}
}

static enum status add_incidents(struct asking *asking, int64_t today, const struct day_counts *flagged, struct error *err)
{
	struct arena *arena = &asking->cli->arena;
	const struct incident_row *rows;
	struct stats *out = asking->out;
	VEC_OF(struct stats_change) changes = VEC_INIT;
	size_t count;
	enum status status = asking->store->ops->incident_list(asking->store, arena, &rows, &count, err);

	for (size_t i = 0; i < count && status == STATUS_OK && !interrupted(); i++) {
		struct incident *incident;
		status = asking->store->ops->incident_get(asking->store, arena, rows[i].key, &incident, err);
		if (status != STATUS_OK)
			break;
		out->incidents++;
		out->open_incidents += incident->status != INCIDENT_RESOLVED && incident->status != INCIDENT_CLOSED &&
				       incident->status != INCIDENT_DUPLICATE;
		for (size_t a = 0; a < incident->action_count; a++) {
			const struct incident_action *action = &incident->actions[a];
			out->open_actions += is_open(action->status);
			out->overdue_actions += is_open(action->status) && instant_known(action->due) &&
						instant_end_us(action->due) <= today * DAY_US;
		}
		for (size_t c = 0; c < incident->change_count; c++) {
			const struct incident_change *change = &incident->changes[c];
			if (change->at.precision >= PRECISION_DAY)
				vec_push(&changes, ((struct stats_change){ .incident = incident->key, .text = change->text, .at = change->at,
									   .number = change->number, .announced = change->announced }));
		}
	}
	add_changes(asking, changes.items, changes.len, flagged);
	vec_release(&changes);
	return status;
}

static int stats_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct stats_values *values = options_given;
	int64_t today = instant_now().at_us / DAY_US;
	struct stats out = { .samples = 0 };
	struct asking asking = { .cli = cli, .out = &out };
	struct strbuf text = STRBUF_INIT;
	struct day_counts flagged;
	struct error err;
	enum status status;

	for (size_t i = 0; i < words->count; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", words->items[i]);
	asking.query = arena_text(&cli->arena, strbuf_slice(&text));
	strbuf_release(&text);
	if (cli_open(cli, STORE_READ, &asking.store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	interrupt_catch();
	status = add_statuses_and_causes(&asking, &err);
	if (status == STATUS_OK)
		status = add_backlog(&asking, today, &err);
	if (status == STATUS_OK)
		status = add_weeks(&asking, &flagged, &err);
	if (status == STATUS_OK)
		status = add_agreement(&asking, &err);
	if (status == STATUS_OK)
		status = add_incidents(&asking, today, &flagged, &err);
	interrupt_release();
	if (interrupted())
		return interrupt_exit_code();
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	stats_print(&out, values->json);
	return 0;
}

const struct command_body command_stats = {
	.options = stats_options,
	.values_bytes = sizeof(struct stats_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.text = "The samples that match QUERY: how far the review is, which causes make up most of it, how old what waits is, how many "
		"were flagged in each of the last twelve weeks, how far reviewers agree; and of all incidents: actions that are open "
		"and overdue, and changes that shipped beside the flags of the 14 days before and after (the 200 newest). Each figure comes with the "
		"query that lists the samples behind it.",
	.examples = stats_examples,
	.answer = stats_keys,
	.answer_text = "the figures",
	.run = stats_run,
};
