/* watch: did the fixes of incidents hold? */
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/history.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/watch_record.h"
#include "core/insight.h"

struct watch_values {
	const char *query, *among, *adjust, *exposure;
	bool record, json;
};

static const struct option_spec watch_options[] = {
	{ "query", 0, OPTION_TEXT, "QUERY", "what is watched; else the incident's signature, else the rules that flagged its members", NULL, NULL,
	  offsetof(struct watch_values, query) },
	HISTORY_OPTIONS(struct watch_values),
	{ "record", 0, OPTION_FLAG, NULL, "names the samples since the fix that no recurrence of the record names yet in a new one", NULL, NULL,
	  offsetof(struct watch_values, record) },
	OPTION_JSON(struct watch_values, json),
	OPTIONS_END
};

#define PERIOD(name, help) \
	{ name, help }, { name ".first_day", "null: it has none" }, { name ".days", "how many" }, { name ".cases", "samples that match" }, \
	{ name ".outputs", "of so many, null: counts were looked at as counts" }, { name ".rate", "cases per output or day, adjusted" }, \
	{ name ".rate_low", "its interval of 95 %" }, { name ".rate_high", "its interval of 95 %" }
static const struct answer_key watch_keys[] = {
	{ "incident", "its key" },
	{ "title", "its title" },
	{ "query", "what was watched" },
	{ "query_of", "query: --query; signature: the incident's; members: the rules that flagged them" },
	{ "verdict", "held, did_not_hold, unknown" },
	{ "reason", "of unknown, else null" },
	{ "fix_deployed", "the milestone, null: there is none" },
	{ "rollout_complete", "the milestone, else null" },
	{ "fixed_for_all", "when all had the fix, as far as it is said: rollout_complete, else the last fix_deployed; `after` begins on the day behind it" },
	PERIOD("before", "days before the impact"),
	PERIOD("during", "days from the impact to the fix"),
	PERIOD("after", "days since the fix was out"),
	{ "ratio", "rate after over rate during" },
	{ "ratio_low", "its interval of 95 %" },
	{ "ratio_high", "its interval of 95 %" },
	{ "dispersion", "variance of a day over that of chance alone, at least 1; intervals allow for it" },
	{ "middle", "below it the fix held, above it it did not" },
	HISTORY_KEYS,
	{ "cases_without_outputs", "samples of days of which the denominators say nothing, which are in no period" },
	{ "without_outputs", "the query that finds these, null: there are none" },
	{ "hits", "finds the samples since the fix" },
	{ "recorded", "with --record: how many of them are new to the record; else null" },
	{ "recurrence", "number of the recurrence that names these, or null" },
	{ "edit", "for the log, or null" },
	{ NULL, NULL }
};

static const char *const watch_examples[] = {
	"aitia watch", "All incidents whose fix shipped; exit status 1 where one did not hold.",
	"aitia watch INC-2026-0001 --query='cause:infrastructure/cache' --exposure=outputs.csv", "One, by its cause, with outputs.",
	"aitia incident set INC-2026-0001 --signature='rule:R7 harness:2.1.*'", "What is watched is kept with the incident.",
	"aitia watch --record", "Behind an import: what came again stands in the records, as one edit of each.",
	NULL
};

/* ---- answers ----------------------------------------------------------------------------------------- */

static void json_period(struct arena *arena, struct json_writer *json, const char *name, const struct series *series,
			const struct watch_period *period)
{
	json_write_name(json, name);
	json_write_begin(json, '{');
	json_write_member(json, "first_day", period->end > period->first ? series_day(arena, series, (double)period->first) : NULL);
	json_write_member_int(json, "days", (int64_t)(period->end - period->first));
	json_write_member_int(json, "cases", (int64_t)period->count);
	json_write_name(json, "outputs");
	if (series->has_outputs)
		json_write_int(json, (int64_t)period->outputs);
	else
		json_write_null(json);
	figure_json(json, "rate", period->rate, period->within);
	json_write_end(json, '}');
}

static void print_json(struct arena *arena, const struct watched *watched, const struct occurrences *recorded)
{
	const struct watch *watch = &watched->watch;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "incident", watched->incident->key);
	json_write_member(&json, "title", watched->incident->title);
	json_write_member(&json, "query", watched->query);
	json_write_member(&json, "query_of", watch_of_word(watched->of));
	json_write_member(&json, "verdict", watch_verdict_word(watch->verdict));
	json_write_member(&json, "reason", watch->reason);
	answer_instant(&json, "fix_deployed", watched->deployed);
	answer_instant(&json, "rollout_complete", watched->complete);
	answer_instant(&json, "fixed_for_all", watched->done);
	json_period(arena, &json, "before", &watched->series, &watch->before);
	json_period(arena, &json, "during", &watched->series, &watch->during);
	json_period(arena, &json, "after", &watched->series, &watch->after);
	figure_json(&json, "ratio", watch->ratio, watch->within);
	figure_json_double(&json, "middle", watch->middle);
	figure_json_double(&json, "dispersion", watched->series.dispersion);
	history_json(&json, watched->history);
	json_write_member_int(&json, "cases_without_outputs", (int64_t)watched->series.without_outputs);
	json_write_member(&json, "without_outputs", watched->without_outputs);
	json_write_member(&json, "hits", watched->hits);
	json_write_name(&json, "recorded");
	if (recorded)
		json_write_int(&json, (int64_t)recorded->samples);
	else
		json_write_null(&json);
	answer_number(&json, "recurrence", recorded ? recorded->number : 0);
	answer_number(&json, "edit", recorded ? recorded->edit : 0);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static void text_period(struct strbuf *out, const char *name, const struct series *series, const struct watch_period *period,
			double most)
{
	if (period->end <= period->first)
		return;
	strbuf_addf(out, "  %-7s ", name);
	figure_bar(out, most > 0 ? period->rate / most : 0, 16);
	strbuf_addch(out, ' ');
	if (series->has_outputs)
		figure_percent(out, period->rate, period->within);
	else
		figure_text(out, period->rate, period->within, 1);
	strbuf_addf(out, series->has_outputs ? "  %.0f of %.0f" : "  a day; %.0f", period->count, period->outputs);
	strbuf_addf(out, " in %zu day%s\n", period->end - period->first, plural((int64_t)(period->end - period->first)));
}

static void print_text(struct arena *arena, const struct watched *watched, const struct occurrences *recorded)
{
	static const char *const of[] = { [WATCH_OF_QUERY] = "as asked", [WATCH_OF_SIGNATURE] = "its signature",
					  [WATCH_OF_MEMBERS] = "by its members" };
	const struct watch *watch = &watched->watch;
	double most = fmax(fmax(isnan(watch->before.rate) ? 0 : watch->before.rate, isnan(watch->during.rate) ? 0 : watch->during.rate),
			   isnan(watch->after.rate) ? 0 : watch->after.rate);
	struct strbuf out = STRBUF_INIT;

	out_tone(&out, TONE_STRONG);
	strbuf_addf(&out, "%s  ", watched->incident->key);
	out_tone(&out, watch->verdict == WATCH_HELD ? TONE_GOOD : watch->verdict == WATCH_DID_NOT_HOLD ? TONE_ERROR : TONE_WARNING);
	strbuf_addstr(&out, watch->verdict == WATCH_HELD ? "held" : watch->verdict == WATCH_DID_NOT_HOLD ? "did not hold" : "cannot tell");
	out_tone(&out, TONE_PLAIN);
	if (watch->reason) {
		strbuf_addstr(&out, ": ");
		out_clean(&out, slice_of(watch->reason));
	}
	strbuf_addstr(&out, "\n  ");
	out_clean(&out, slice_of(watched->incident->title));
	strbuf_addf(&out, "\n  fixed %s", out_time(arena, watched->deployed));
	if (watched->done.at_us != watched->deployed.at_us)
		strbuf_addf(&out, ", for all by %s", out_time(arena, watched->done));
	strbuf_addf(&out, "; watched, %s: ", of[watched->of]);
	out_clean(&out, slice_of(watched->query));
	strbuf_addch(&out, '\n');
	text_period(&out, "before", &watched->series, &watch->before, most);
	text_period(&out, "during", &watched->series, &watch->during, most);
	text_period(&out, "after", &watched->series, &watch->after, most);
	if (watched->without_outputs) {
		strbuf_addf(&out, "  %.0f more %s of days without denominators: aitia list ", watched->series.without_outputs,
			    watched->series.without_outputs == 1 ? "is" : "are");
		out_shell(&out, watched->without_outputs);
		strbuf_addch(&out, '\n');
	}
	strbuf_addstr(&out, "  ");
	history_text(&out, watched->history);
	strbuf_addstr(&out, "  after / during  ");
	figure_text(&out, watch->ratio, watch->within, 2);
	strbuf_addf(&out, "; held below the middle, %.2f, not above\n", watch->middle);
	history_text_adjusted(arena, &out, watched->history, &watched->series);
	if (watched->series.dispersion > 1.2)
		strbuf_addf(&out, "  days vary %.1f times as much as by chance, which is allowed for\n", watched->series.dispersion);
	strbuf_addstr(&out, "  since the fix: aitia list ");
	out_shell(&out, watched->hits);
	strbuf_addch(&out, '\n');
	if (recorded && recorded->number)
		strbuf_addf(&out, "  recorded: %zu sample%s as RE%lld, edit %lld\n", recorded->samples, recorded->samples == 1 ? "" : "s",
			    (long long)recorded->number, (long long)recorded->edit);
	else if (recorded)
		strbuf_addstr(&out, "  recorded: nothing that the record does not name\n");
	out_flush(&out);
	strbuf_release(&out);
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

/* *failed: it did not hold. *shown: it has a fix to watch. */
static enum status watch_one(struct cli *cli, const struct inquiry *inquiry, const char *key, const struct watch_values *values, bool again,
			     bool *shown, bool *failed, struct error *err)
{
	const struct history_wish wish = { values->query, values->among, values->exposure, values->adjust, NULL };
	struct occurrences recorded;
	struct watched watched;
	enum status status = watch_ask(inquiry, key, &wish, &watched, err);

	*shown = status == STATUS_OK && watched.has_fix;
	if (*shown && values->record)
		status = watch_record(cli, inquiry, &watched, &recorded, err);
	if (!*shown || status != STATUS_OK)
		return status;
	*failed = watched.watch.verdict == WATCH_DID_NOT_HOLD;
	if (values->json) {
		print_json(inquiry->arena, &watched, values->record ? &recorded : NULL);
		return STATUS_OK;
	}
	if (again)
		out_printf("\n");
	print_text(inquiry->arena, &watched, values->record ? &recorded : NULL);
	return STATUS_OK;
}

/* *code: the exit status so far. Of all incidents, one that cannot be looked at does not end the watch of the others. */
static enum status watch_all(struct cli *cli, const struct inquiry *inquiry, const struct watch_values *values, const struct option_words *words,
			     int *code, struct error *err)
{
	const struct incident_row *rows;
	size_t count, shown_count = 0;
	enum status status = inquiry->store->ops->incident_list(inquiry->store, inquiry->arena, &rows, &count, err);

	if (words->count)
		count = words->count;
	for (size_t i = 0; i < count && status == STATUS_OK && !interrupted(); i++) {
		bool shown, did_not_hold = false;
		int failed;
		status = watch_one(cli, inquiry, words->count ? words->items[i] : rows[i].key, values, shown_count > 0, &shown, &did_not_hold, err);
		if (status == STATUS_OK && words->count && !shown)
			return error_set(err, STATUS_REFUSED, "%s has no milestone fix_deployed: there is nothing to watch", words->items[i]);
		shown_count += status == STATUS_OK && shown;
		if (status == STATUS_OK) {
			failed = did_not_hold ? 1 : 0;
		} else if (words->count || status == STATUS_CANCELLED || status == STATUS_STORE || interrupted()) {
			return status;
		} else {
			failed = cli_fail(cli, err);
			status = STATUS_OK;
		}
		*code = failed > *code ? failed : *code;
	}
	if (status == STATUS_OK && !shown_count && *code == 0 && !values->json)
		out_printf("no incident has a milestone fix_deployed\n");
	return status;
}

static int watch_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct watch_values *values = options_given;
	struct inquiry inquiry;
	struct store *store;
	struct error err;
	enum status status;
	int code = 0;

	for (size_t i = 0; i < words->count; i++)
		if (!incident_key_valid(words->items[i]))
			return cli_usage(cli, "'%s' is no key of an incident: INC-2026-0001", words->items[i]);
	if (cli_open(cli, values->record ? STORE_EDIT : STORE_READ, &store, &err) != STATUS_OK || select_inquiry(cli, store, &inquiry, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (!values->record)
		interrupt_ends_reading(store);
	interrupt_catch();
	status = watch_all(cli, &inquiry, values, words, &code, &err);
	interrupt_release();
	out_progress_end();
	if (interrupted())
		return interrupt_exit_code();
	if (status != STATUS_OK) {
		int failed = cli_fail(cli, &err);
		return failed > code ? failed : code;
	}
	return code;
}

const struct command_body command_watch = {
	.options = watch_options,
	.values_bytes = sizeof(struct watch_values),
	.words_max = WORDS_ANY,
	.text = "Compares the rate since an incident's fix with that during it, by its milestones: from first_impact (else introduced) "
		"to fix_deployed, and from rollout_complete (else the last fix_deployed) on. A fix held if the rate has come down by more than "
		"half of what the incident brought, beyond chance; it did not if it has not; else it cannot be told. Without INC all "
		"incidents with a fix are looked at. Rates are as those of `aitia onset`. The exit status is 1 where a fix did not "
		"hold. --record links the samples since the fix to the incident: a recurrence of its record names them, with the verdict, and "
		"the page shows it; undo takes it back. Without INC, of an incident that cannot be looked at the error is told, the others are "
		"looked at, and the exit status is that of the worst error.",
	.examples = watch_examples,
	.answer = watch_keys,
	.answer_text = "an incident with a fix",
	.run = watch_run,
};
