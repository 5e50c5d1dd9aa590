/* onset: since when, and since when it could have been known */
#include <inttypes.h>

#include "cli/cmd_incident.h"
#include "cli/command.h"
#include "cli/history.h"
#include "cli/interrupt.h"
#include "cli/onset_print.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/incident_table.h"

#define SIMULATIONS 199
#define SIMULATIONS_BY 99
#define VALUES_MAX 20
#define SEED 1

struct onset_values {
	const char *by, *among, *adjust, *exposure, *incident, *cohort;
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
	{ "cohort", 0, OPTION_TEXT, "CO1", "of that cohort of the incident; QUERY says which samples are its own", NULL, NULL,
	  offsetof(struct onset_values, cohort) },
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
	"aitia onset -level:none plan:Pro --incident=INC-2026-0001 --cohort=CO1 --set", "Of one cohort, from its samples.",
	NULL
};

struct asking {
	struct cli *cli;
	const struct onset_values *values;
	struct inquiry inquiry;
	struct history history;
	struct onset_options options;
	const struct incident *incident; /* or NULL */
	int64_t cohort; /* of it; 0: the whole */
};

static enum status answer_values(struct asking *asking, struct error *err)
{
	struct arena *arena = &asking->cli->arena;
	const struct history *history = &asking->history;
	const struct table_column *column = &history->cases.columns[history->by_column];
	int64_t *counts = table_counts(arena, &history->cases, history->by_column);
	enum status status = STATUS_OK;

	for (size_t done = 0; done < VALUES_MAX && status == STATUS_OK; done++) {
		struct onset_answer out;
		struct table cases, all;
		uint32_t most = 0;
		for (uint32_t v = 0; v < column->value_count; v++)
			most = counts[v] > counts[most] ? v : most;
		if (counts[most] <= 0)
			break;
		/* Histories that are too short to look at do not ask. */
		if (inquiry_cancelled(&asking->inquiry))
			return error_set(err, STATUS_CANCELLED, "not all values were looked at");
		counts[most] = 0;
		cases = table_where(arena, &history->cases, history->by_column, most);
		all = table_where(arena, &history->all, history->by_column,
				  table_number(&history->all.columns[history->by_column], column->values[most]));
		status = onset_ask(&asking->inquiry, history, &cases, &all, &asking->options, &out, err);
		out.value = column->values[most];
		if (out.without_outputs) {
			struct strbuf value = STRBUF_INIT;
			inquiry_narrow(arena, &value, &column->key, &column->values[most], 1);
			out.without_outputs = history_without_outputs(arena, history, &out.series, value.text);
			strbuf_release(&value);
		}
		if (status == STATUS_OK)
			onset_print(arena, &out, asking->values->json, done > 0);
	}
	return status;
}

/* ---- incidents ------------------------------------------------------------------------------------ */

static enum status read_incident(struct asking *asking, struct error *err)
{
	const char *key = asking->values->incident;
	struct incident *incident;
	enum status status = asking->inquiry.store->ops->incident_get(asking->inquiry.store, &asking->cli->arena, key, &incident, err);

	if (status != STATUS_OK)
		return status;
	if (asking->cohort && !incident_part(incident, INCIDENT_COHORT, asking->cohort))
		return error_set(err, STATUS_REFUSED, "%s has no cohort CO%" PRId64 "; `aitia incident show %s` lists them", key, asking->cohort,
				 key);
	asking->incident = incident;
	return STATUS_OK;
}

struct setting {
	const struct onset_answer *answer;
	const char *asked;
};

static enum status set_milestone(struct incident_edit *edit, struct arena *arena, struct incident *incident,
				 const struct codebook *book, struct error *err)
{
	const struct setting *setting = edit->context;

	(void)book;
	return onset_set_milestone(arena, setting->answer, setting->asked, setting->answer->cohort, incident, &edit->number, err);
}

static enum status write_milestone(struct asking *asking, const struct onset_answer *out, const struct history_wish *wish,
				   struct error *err)
{
	struct arena *arena = &asking->cli->arena;
	const struct onset_change *change = onset_first_detectable(out);
	struct setting setting = { out, onset_command(arena, wish, (double)asking->values->alarm_days) };
	struct incident_edit edit = { .change = set_milestone, .context = &setting };

	if (!change)
		return error_set(err, STATUS_REFUSED, "nothing was detectable: there is no milestone to set");
	edit.summary = arena_printf(arena, "first detectable %s", series_day(arena, &out->series, (double)change->detectable));
	if (asking->cohort)
		edit.summary = arena_printf(arena, "%s, of CO%" PRId64, edit.summary, asking->cohort);
	return incident_change(asking->cli, asking->inquiry.store, asking->values->incident, &edit, err);
}

/* ---- all of it --------------------------------------------------------------------------------------- */

static enum status run(struct asking *asking, const char *query, struct error *err)
{
	const struct onset_values *values = asking->values;
	const struct history_wish wish = { query, values->among, values->exposure, values->adjust, values->by };
	struct onset_answer out;
	enum status status = values->incident ? read_incident(asking, err) : STATUS_OK;

	if (status == STATUS_OK)
		status = history_ask(&asking->inquiry, &wish, &asking->history, err);
	if (status != STATUS_OK)
		return status;
	if (asking->history.by_column)
		return answer_values(asking, err);
	status = onset_ask(&asking->inquiry, &asking->history, NULL, NULL, &asking->options, &out, err);
	if (status == STATUS_OK && asking->incident)
		onset_take_incident(&asking->cli->arena, asking->incident, asking->cohort, &out);
	if (status == STATUS_OK && values->set)
		status = write_milestone(asking, &out, &wish, err);
	if (status == STATUS_OK)
		onset_print(&asking->cli->arena, &out, values->json, false);
	return status;
}

static int onset_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct onset_values *values = options_given;
	struct asking asking = { .cli = cli, .values = values };
	enum incident_child named;
	struct store *store = NULL;
	struct error err;
	enum status status;

	if (values->set && (!values->incident || values->by))
		return cli_usage(cli, "--set needs --incident, and one history: not --by");
	if (values->by && values->incident)
		return cli_usage(cli, "--incident is about one history: not --by");
	if (values->cohort && !values->incident)
		return cli_usage(cli, "--cohort needs --incident: whose cohort");
	if (values->cohort && (!incident_part_parse(values->cohort, &named, &asking.cohort) || named != INCIDENT_COHORT))
		return cli_usage(cli, "--cohort: '%.40s' is no cohort of the record, as CO1 is", values->cohort);
	if (values->alarm_days < 1)
		return cli_usage(cli, "--alarm-days: at least 1");
	asking.options = (struct onset_options){ .rate = 0.05, .alarm_days = (double)values->alarm_days,
						 .simulations = values->by ? SIMULATIONS_BY : SIMULATIONS,
						 .with_power = values->power, .seed = SEED, .cancel = interrupt_flag() };
	status = values->incident ? incident_open(cli, values->incident, values->set ? STORE_EDIT : STORE_READ, &store, &err) :
				    cli_open(cli, STORE_READ, &store, &err);
	if (status == STATUS_OK)
		status = select_inquiry(cli, store, &asking.inquiry, &err);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (!values->set)
		interrupt_ends_reading(store);
	interrupt_catch();
	status = run(&asking, words->count ? select_words(cli, words) : "-level:none", &err);
	interrupt_release();
	out_progress_end();
	if (status == STATUS_CANCELLED)
		return interrupt_exit_code();
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

const struct command_body command_onset = {
	.options = onset_options,
	.values_bytes = sizeof(struct onset_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "Looks at the rate of samples that match QUERY (else of flagged ones: -level:none), day by day: where it changed, with "
		"an interval for the day and for how much; and the first day at whose end a monitor would have fired that cries "
		"wolf once in --alarm-days. Rates are of the denominators in the store (`aitia exposure`), else of all samples "
		"where some passed, or of --among, or of a file of denominators; else counts are looked at as counts, and the answer says so. Weekdays are allowed for from four "
		"weeks on, and so are days that vary by more than chance. \"Cannot tell\" is an answer. docs/analysis.md has the "
		"methods and how they were tried.",
	.examples = onset_examples,
	.answer = onset_answer_keys,
	.answer_text = "a history",
	.run = onset_run,
};
