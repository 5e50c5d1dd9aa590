/* onset: since when, and since when it could have been known */
#include <inttypes.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/command.h"
#include "cli/history.h"
#include "cli/interrupt.h"
#include "cli/onset_print.h"
#include "cli/output.h"
#include "cli/select.h"

#define SIMULATIONS 199
#define SIMULATIONS_BY 99
#define VALUES_MAX 20
#define SEED 1
#define DAY_US ((int64_t)86400 * 1000000)

struct onset_values {
	const char *by, *among, *adjust, *exposure, *incident;
	int64_t alarm_days;
	bool set, power, json;
};

static const struct option_spec onset_options[] = {
	{ "by", 0, OPTION_TEXT, "KEY", "a history for each value of it: model, harness, lang, a key of the provenance", NULL, NULL,
	  offsetof(struct onset_values, by) },
	HISTORY_OPTIONS(struct onset_values),
	{ "alarm-days", 0, OPTION_NUMBER, "N", "a false alarm of the monitor in so many days", "365", NULL,
	  offsetof(struct onset_values, alarm_days) },
	{ "power", 0, OPTION_FLAG, NULL, "also how small a change the monitor would see, and how soon", NULL, NULL,
	  offsetof(struct onset_values, power) },
	{ "incident", 0, OPTION_TEXT, "INC", "also the gap to its milestone detected", NULL, NULL,
	  offsetof(struct onset_values, incident) },
	{ "set", 0, OPTION_FLAG, NULL, "writes the day into the incident as its milestone first_detectable", NULL, NULL,
	  offsetof(struct onset_values, set) },
	OPTION_JSON(struct onset_values, json),
	OPTIONS_END
};

static const char *const onset_examples[] = {
	"aitia onset", "Since when flagged samples are more than before.",
	"aitia onset cause:model/hallucination --by=harness", "One cause, by version of the harness.",
	"aitia onset rule:S101 --exposure=outputs.csv --power", "With outputs counted elsewhere, and what a monitor would see.",
	"aitia onset --incident=INC-2026-0001 --set", "Into the timeline of an incident.",
	NULL
};

struct asking {
	struct cli *cli;
	const struct onset_values *values;
	struct history history;
	struct onset_options options;
};

/* ---- one history ------------------------------------------------------------------------------- */

static enum status answer(struct asking *asking, const struct table *cases, const struct table *all, const char *value,
			  struct onset_answer *out, struct error *err)
{
	struct onset_options options = asking->options;

	*out = (struct onset_answer){ .by = asking->history.by_column ? table_key_word(&asking->history.keys[asking->history.by_column]) : NULL, .value = value,
				      .alarm_days = asking->options.alarm_days, .detected = INSTANT_UNKNOWN };
	series_from(&asking->cli->arena, cases, all, asking->history.has_outputs, &out->series);
	return onset_of(&asking->cli->arena, &out->series, &options, &out->onset, err);
}

static enum status answer_values(struct asking *asking, struct error *err)
{
	struct arena *arena = &asking->cli->arena;
	const struct table_column *column = &asking->history.cases.columns[asking->history.by_column];
	int64_t *counts = table_counts(arena, &asking->history.cases, asking->history.by_column);
	size_t by_column = asking->history.by_column, done = 0;
	enum status status = STATUS_OK;

	for (; done < VALUES_MAX && status == STATUS_OK; done++) {
		struct onset_answer out;
		struct table cases, all;
		uint32_t most = 0;
		for (uint32_t v = 0; v < column->value_count; v++)
			most = counts[v] > counts[most] ? v : most;
		if (counts[most] <= 0)
			break;
		counts[most] = 0;
		cases = table_where(arena, &asking->history.cases, asking->history.by_column, most);
		all = table_where(arena, &asking->history.all, by_column,
				  table_number(&asking->history.all.columns[by_column], column->values[most]));
		status = answer(asking, &cases, &all, column->values[most], &out, err);
		if (status == STATUS_OK)
			onset_print(arena, &out, asking->values->json, done > 0);
	}
	return status;
}

/* ---- incidents ------------------------------------------------------------------------------------ */

static const struct onset_change *first_detectable(const struct onset_answer *out)
{
	const struct onset_change *best = NULL;

	for (size_t i = 0; i < out->onset.change_count; i++)
		if (out->onset.changes[i].detectable != SIZE_MAX && (!best || out->onset.changes[i].evidence > best->evidence))
			best = &out->onset.changes[i];
	return best;
}

static enum status read_detected(struct asking *asking, struct onset_answer *out, struct error *err)
{
	struct incident *incident;
	enum status status = asking->history.store->ops->incident_get(asking->history.store, &asking->cli->arena, asking->values->incident,
							      &incident, err);

	for (size_t i = 0; status == STATUS_OK && i < incident->event_count; i++)
		if (incident->events[i].milestone == MILESTONE_DETECTED && !instant_known(out->detected))
			out->detected = incident->events[i].at;
	return status;
}

/* One milestone only: a new one takes the place of the old. */
static enum status set_milestone(struct incident_edit *edit, struct arena *arena, struct incident *incident,
				 const struct codebook *book, struct error *err)
{
	(void)book;
	(void)err;
	for (size_t i = 0; i < incident->event_count;) {
		if (incident->events[i].milestone == MILESTONE_FIRST_DETECTABLE)
			incident_remove(incident, arena, INCIDENT_EVENT, incident->events[i].number);
		else
			i++;
	}
	edit->number = incident_add_event(incident, arena, edit->context);
	return STATUS_OK;
}

static enum status write_milestone(struct asking *asking, const struct onset_answer *out, const char *query, struct error *err)
{
	struct arena *arena = &asking->cli->arena;
	const struct onset_change *change = first_detectable(out);
	struct incident_event event = { .kind = EVENT_MILESTONE, .milestone = MILESTONE_FIRST_DETECTABLE,
					.certainty = EVENT_CERTAINTY_INFERRED };
	struct incident_edit edit = { .change = set_milestone, .context = &event };

	if (!change)
		return error_set(err, STATUS_REFUSED, "nothing was detectable: there is no milestone to set");
	event.at = (struct instant){ (out->series.first_day + (int64_t)change->detectable) * DAY_US, PRECISION_DAY };
	event.text = arena_printf(arena, "A monitor with one false alarm in %" PRId64 " days would have fired at the end of this day: "
				  "the rate was %.2f times that before (95 %%: %.2f to %.2f), changed on %s (%s to %s).",
				  asking->values->alarm_days, change->ratio, change->within.low, change->within.high,
				  series_day(arena, &out->series, (double)change->day),
				  series_day(arena, &out->series, (double)change->low),
				  series_day(arena, &out->series, (double)change->high));
	event.sources = arena_printf(arena, "aitia onset %s", query);
	edit.summary = arena_printf(arena, "first detectable %s", instant_text(arena, event.at));
	return incident_change(asking->cli, asking->history.store, asking->values->incident, &edit, err);
}

/* ---- all of it --------------------------------------------------------------------------------------- */

static enum status run(struct asking *asking, const char *query, struct error *err)
{
	struct onset_answer out;
	enum status status = history_ask(&asking->history, query, err);

	if (status != STATUS_OK)
		return status;
	if (asking->history.by_column)
		return answer_values(asking, err);
	status = answer(asking, &asking->history.cases, &asking->history.all, NULL, &out, err);
	if (status == STATUS_OK && asking->values->incident)
		status = read_detected(asking, &out, err);
	if (status == STATUS_OK && asking->values->set)
		status = write_milestone(asking, &out, query, err);
	if (status == STATUS_OK)
		onset_print(&asking->cli->arena, &out, asking->values->json, false);
	return status;
}

static int onset_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct onset_values *values = options_given;
	struct asking asking = { .cli = cli, .values = values,
				 .history = { .cli = cli, .among = values->among, .adjust = values->adjust,
					      .exposure = values->exposure, .by = values->by } };
	struct strbuf query = STRBUF_INIT;
	struct error err;
	enum status status;

	if (values->set && (!values->incident || values->by))
		return cli_usage(cli, "--set needs --incident, and one history: not --by");
	if (values->by && values->incident)
		return cli_usage(cli, "--incident is about one history: not --by");
	if (values->alarm_days < 1)
		return cli_usage(cli, "--alarm-days: at least 1");
	asking.options = (struct onset_options){ .rate = 0.05, .alarm_days = (double)values->alarm_days,
						 .simulations = values->by ? SIMULATIONS_BY : SIMULATIONS,
						 .with_power = values->power, .seed = SEED, .cancel = interrupt_flag() };
	status = values->incident ? incident_open(cli, values->incident, values->set ? STORE_EDIT : STORE_READ, &asking.history.store, &err) :
				    cli_open(cli, STORE_READ, &asking.history.store, &err);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < words->count; i++)
		strbuf_addf(&query, "%s%s", i ? " " : "", words->items[i]);
	const char *text = words->count ? arena_text(&cli->arena, strbuf_slice(&query)) : "-level:none";
	strbuf_release(&query);
	interrupt_catch();
	status = run(&asking, text, &err);
	interrupt_release();
	if (status == STATUS_CANCELLED)
		return interrupt_exit_code();
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

const struct command_body command_onset = {
	.options = onset_options,
	.values_bytes = sizeof(struct onset_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.text = "Looks at the rate of samples that match QUERY (else of flagged ones: -level:none), day by day: where it changed, with "
		"an interval for the day and for how much; and the first day at whose end a monitor would have fired that cries "
		"wolf once in --alarm-days. Rates are of all samples where some passed, or of --among, or of a file of "
		"denominators; else counts are looked at as counts, and the answer says so. Weekdays are allowed for from four "
		"weeks on, and so are days that vary by more than chance. \"Cannot tell\" is an answer. docs/analysis.md has the "
		"methods and how they were tried.",
	.examples = onset_examples,
	.answer = onset_answer_keys,
	.answer_text = "a history",
	.run = onset_run,
};
