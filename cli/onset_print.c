#include "cli/onset_print.h"

#include <inttypes.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/figures.h"
#include "cli/history.h"
#include "cli/output.h"

#define CHART_COLUMNS 72
#define CHART_ROWS 6

#define WITHIN(name, help) { name, help }, { name "_low", "its interval of 95 %" }, { name "_high", "its interval of 95 %" }
const struct answer_key onset_answer_keys[] = {
	{ "by", "key that was asked for with --by, else null" },
	{ "value", "its value, null: samples without one" },
	{ "verdict", "changed, same, cannot_tell" },
	{ "reason", "of cannot_tell, else null" },
	{ "first_day", "of the history" },
	{ "days", "how many it has" },
	{ "cases", "samples that match and have a time" },
	{ "undated", "samples that match and have none" },
	{ "outputs", "what rates are of, null: counts were looked at as counts" },
	HISTORY_KEYS,
	{ "cases_without_outputs", "cases on days of which the denominators say nothing, which are left out" },
	{ "without_outputs", "the query that finds these, null: there are none" },
	{ "dispersion", "variance of a day over that of chance alone, at least 1" },
	{ "weekdays", "factors of Monday to Sunday, null: too few weeks to tell" },
	{ "p", "how often chance alone gives a stretch that differs as much as the best one" },
	{ "changes", "in the order of time" },
	WITHIN("changes[].day", "first day of the new rate"),
	{ "changes[].before", "rate before it (count a day, where there are no outputs)" },
	{ "changes[].after", "rate from it on" },
	WITHIN("changes[].ratio", "of the two"),
	{ "changes[].evidence", "twice the log likelihood ratio, over the dispersion" },
	{ "changes[].first_detectable", "day at whose end the monitor would have fired, null: it would not" },
	{ "alarm_days", "days in which the monitor cries wolf once" },
	{ "alarms", "days on which it fires, not having fired the day before" },
	{ "power", "with --power: how changes from now on would be seen" },
	{ "power[].factor", "so many times the rate" },
	{ "power[].seen", "share of times that the monitor fires within 28 days" },
	{ "power[].median_days", "until it fires, null: in less than half of the times" },
	{ "no_power", "why there is none with --power, else null" },
	{ "cohort", "with --cohort, whose milestone it is: CO1; else null" },
	{ "detected", "the milestone of the incident, or of its cohort; else null" },
	{ "gap_days", "from first_detectable of the strongest change to detected" },
	{ "series", "the days: [day, count, outputs or null]" },
	{ NULL, NULL }
};

static const char *const verdicts[] = { "changed", "same", "cannot_tell" };

static void json_day(struct arena *arena, struct json_writer *json, const char *name, const struct series *series, size_t day)
{
	json_write_member(json, name, day == SIZE_MAX ? NULL : series_day(arena, series, (double)day));
}

static void json_changes(struct arena *arena, struct json_writer *json, const struct onset_answer *answer)
{
	json_write_name(json, "changes");
	json_write_begin(json, '[');
	for (size_t i = 0; i < answer->onset.change_count; i++) {
		const struct onset_change *change = &answer->onset.changes[i];
		json_write_begin(json, '{');
		json_day(arena, json, "day", &answer->series, change->day);
		json_day(arena, json, "day_low", &answer->series, change->low);
		json_day(arena, json, "day_high", &answer->series, change->high);
		figure_json_double(json, "before", change->before);
		figure_json_double(json, "after", change->after);
		figure_json(json, "ratio", change->ratio, change->within);
		figure_json_double(json, "evidence", change->evidence);
		json_day(arena, json, "first_detectable", &answer->series, change->detectable);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void json_monitor(struct arena *arena, struct json_writer *json, const struct onset_answer *answer)
{
	const struct onset *onset = &answer->onset;
	int64_t gap;

	figure_json_double(json, "alarm_days", answer->alarm_days);
	json_write_name(json, "alarms");
	json_write_begin(json, '[');
	for (size_t i = 0; i < onset->alarm_count; i++)
		json_write_text(json, series_day(arena, &answer->series, (double)onset->alarms[i]));
	json_write_end(json, ']');
	json_write_name(json, "power");
	json_write_begin(json, '[');
	for (size_t i = 0; i < onset->power_count; i++) {
		json_write_begin(json, '{');
		figure_json_double(json, "factor", onset->power[i].factor);
		figure_json_double(json, "seen", onset->power[i].seen);
		figure_json_double(json, "median_days", onset->power[i].median_days);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	json_write_member(json, "no_power", onset->no_power);
	json_write_member(json, "cohort", answer->cohort ? arena_printf(arena, "CO%" PRId64, answer->cohort) : NULL);
	answer_instant(json, "detected", answer->detected);
	json_write_name(json, "gap_days");
	if (onset_gap(answer, &gap))
		json_write_int(json, gap);
	else
		json_write_null(json);
}

static void json_series(struct arena *arena, struct json_writer *json, const struct series *series)
{
	json_write_name(json, "series");
	json_write_begin(json, '[');
	for (size_t t = 0; t < series->days; t++) {
		json_write_begin(json, '[');
		json_write_text(json, series_day(arena, series, (double)t));
		json_write_int(json, (int64_t)series->count[t]);
		if (series->has_outputs)
			json_write_int(json, (int64_t)series->outputs[t]);
		else
			json_write_null(json);
		json_write_end(json, ']');
	}
	json_write_end(json, ']');
}

static double total(const double *of, size_t days)
{
	double sum = 0;

	for (size_t t = 0; t < days; t++)
		sum += of[t];
	return sum;
}

static void print_json(struct arena *arena, const struct onset_answer *answer)
{
	const struct series *series = &answer->series;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "by", answer->by);
	json_write_member(&json, "value", answer->value);
	json_write_member(&json, "verdict", verdicts[answer->onset.verdict]);
	json_write_member(&json, "reason", answer->onset.reason);
	json_day(arena, &json, "first_day", series, series->days ? 0 : SIZE_MAX);
	json_write_member_int(&json, "days", (int64_t)series->days);
	json_write_member_int(&json, "cases", (int64_t)total(series->count, series->days));
	json_write_member_int(&json, "undated", series->undated);
	json_write_name(&json, "outputs");
	if (series->has_outputs)
		json_write_int(&json, (int64_t)total(series->outputs, series->days));
	else
		json_write_null(&json);
	history_json(&json, answer->history);
	json_write_member_int(&json, "cases_without_outputs", (int64_t)answer->series.without_outputs);
	json_write_member(&json, "without_outputs", answer->without_outputs);
	figure_json_double(&json, "dispersion", series->dispersion);
	json_write_name(&json, "weekdays");
	if (series->has_rhythm) {
		json_write_begin(&json, '[');
		for (int w = 0; w < 7; w++)
			json_write_double(&json, series->weekday[w]);
		json_write_end(&json, ']');
	} else {
		json_write_null(&json);
	}
	figure_json_double(&json, "p", answer->onset.p);
	json_changes(arena, &json, answer);
	json_monitor(arena, &json, answer);
	json_series(arena, &json, series);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

/* ---- the picture ---------------------------------------------------------------------------------- */

/* Rates of days as columns of blocks; below them the days of change. */
static void draw(struct strbuf *out, const struct onset_answer *answer)
{
	static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	const struct series *series = &answer->series;
	size_t per = series->days / CHART_COLUMNS + 1, columns = (series->days + per - 1) / per;
	double rates[CHART_COLUMNS + 1] = { 0 }, most = 0, mean = total(series->exposure, series->days) / (double)columns;
	char marks[CHART_COLUMNS + 2];

	memset(marks, ' ', sizeof(marks));
	marks[columns] = 0;
	for (size_t c = 0; c < columns; c++) {
		double count = 0, exposure = 0;
		for (size_t t = c * per; t < (c + 1) * per && t < series->days; t++) {
			count += series->count[t];
			exposure += series->exposure[t];
		}
		rates[c] = exposure > 0 ? count / exposure : 0;
		if (exposure > mean / 4) /* a day of two outputs is no measure for the others */
			most = fmax(most, rates[c]);
	}
	for (int row = CHART_ROWS - 1; row >= 0; row--) {
		strbuf_addstr(out, "  ");
		for (size_t c = 0; c < columns; c++) {
			double height = most > 0 ? rates[c] / most * CHART_ROWS * 8 - row * 8.0 : 0;
			strbuf_addstr(out, blocks[height >= 8 ? 8 : height > 0 ? (int)height : 0]);
		}
		if (row == CHART_ROWS - 1)
			strbuf_addf(out, series->has_outputs ? "  %.2f %%" : "  %.1f a day", series->has_outputs ? 100 * most : most);
		strbuf_addch(out, '\n');
	}
	for (size_t i = 0; i < answer->onset.change_count; i++) {
		marks[answer->onset.changes[i].day / per] = '^';
		if (answer->onset.changes[i].detectable != SIZE_MAX && marks[answer->onset.changes[i].detectable / per] == ' ')
			marks[answer->onset.changes[i].detectable / per] = '!';
	}
	strbuf_addf(out, "  %s\n", marks);
}

static void text_change(struct arena *arena, struct strbuf *out, const struct onset_answer *answer,
			const struct onset_change *change)
{
	const struct series *series = &answer->series;

	out_tone(out, change->ratio > 1 ? TONE_WARNING : TONE_GOOD);
	strbuf_addf(out, "  ^ %s", series_day(arena, series, (double)change->day));
	out_tone(out, TONE_PLAIN);
	if (change->low != change->high)
		strbuf_addf(out, " (%s … %s)", series_day(arena, series, (double)change->low),
			    series_day(arena, series, (double)change->high));
	strbuf_addstr(out, change->ratio > 1 ? ": more, times " : ": less, times ");
	figure_text(out, change->ratio, change->within, 2);
	if (series->has_outputs)
		strbuf_addf(out, "; %.2f %% to %.2f %%", 100 * change->before, 100 * change->after);
	else
		strbuf_addf(out, "; %.1f to %.1f a day", change->before, change->after);
	strbuf_addch(out, '\n');
	if (change->ratio <= 1)
		return;
	if (change->detectable != SIZE_MAX)
		strbuf_addf(out, "  ! first detectable at the end of %s\n", series_day(arena, series, (double)change->detectable));
	else
		strbuf_addstr(out, "    a monitor would not have fired\n");
}

static void text_power(struct strbuf *out, const struct onset *onset)
{
	strbuf_addstr(out, "\n  from now on   seen within 28 days   half of the times after\n");
	for (size_t i = 0; i < onset->power_count; i++) {
		strbuf_addf(out, "  times %-6.2f  %3.0f %% ", onset->power[i].factor, 100 * onset->power[i].seen);
		figure_bar(out, onset->power[i].seen, 12);
		if (isnan(onset->power[i].median_days))
			strbuf_addstr(out, "    -\n");
		else
			strbuf_addf(out, "    %.0f day%s\n", onset->power[i].median_days, plural((int64_t)onset->power[i].median_days));
	}
}

static void text_head(struct arena *arena, struct strbuf *out, const struct onset_answer *answer)
{
	const struct series *series = &answer->series;

	if (answer->by) {
		out_tone(out, TONE_STRONG);
		out_clean(out, slice_of(answer->by));
		strbuf_addch(out, ' ');
		out_clean(out, slice_of(answer->value ? answer->value : "(none)"));
		out_tone(out, TONE_PLAIN);
		strbuf_addch(out, '\n');
	}
	if (series->days) {
		strbuf_addf(out, "%.0f sample%s", total(series->count, series->days), plural((int64_t)total(series->count, series->days)));
		if (series->has_outputs)
			strbuf_addf(out, " of %.0f output%s", total(series->outputs, series->days),
				    plural((int64_t)total(series->outputs, series->days)));
		strbuf_addf(out, ", %s to %s\n", series_day(arena, series, 0), series_day(arena, series, (double)series->days - 1));
	}
	history_text(out, answer->history);
	if (answer->without_outputs) {
		strbuf_addf(out, "%.0f more %s of days without denominators, which say nothing: aitia list ", series->without_outputs,
			    series->without_outputs == 1 ? "is" : "are");
		out_shell(out, answer->without_outputs);
		strbuf_addch(out, '\n');
	}
	if (series->undated)
		strbuf_addf(out, series->undated == 1 ? "%lld sample has no time and is not in it\n" : "%lld samples have no time and are not in it\n",
			    (long long)series->undated);
}

static void print_text(struct arena *arena, const struct onset_answer *answer)
{
	const struct onset *onset = &answer->onset;
	struct strbuf out = STRBUF_INIT;
	int64_t gap;

	text_head(arena, &out, answer);
	if (onset->verdict == ONSET_CANNOT_TELL) {
		strbuf_addstr(&out, "cannot tell: ");
		out_clean(&out, slice_of(onset->reason));
		strbuf_addstr(&out, answer->history->cannot ? "; --among QUERY takes samples as outputs\n" : "\n");
	} else {
		draw(&out, answer);
		if (onset->verdict == ONSET_SAME)
			strbuf_addf(&out, "  no change beyond chance (p = %.2f)\n", onset->p);
		for (size_t i = 0; i < onset->change_count; i++)
			text_change(arena, &out, answer, &onset->changes[i]);
		history_text_adjusted(arena, &out, answer->history, &answer->series);
		if (answer->series.dispersion > 1.2)
			strbuf_addf(&out, "  days vary %.1f times as much as by chance, which is allowed for\n", answer->series.dispersion);
		if (onset->power_count)
			text_power(&out, onset);
		if (onset->no_power)
			strbuf_addf(&out, "  how soon more would be seen cannot be told: %s\n", onset->no_power);
	}
	if (answer->cohort)
		strbuf_addf(&out, "  of %s, CO%" PRId64 ":\n", answer->incident, answer->cohort);
	if (answer->incident && !instant_known(answer->detected))
		strbuf_addf(&out, "  %s has no milestone detected, so how long nobody saw it cannot be told: `aitia incident event %s WHEN "
				  "'Seen.' --milestone=detected` sets it, or a on its tab Timeline\n", answer->incident, answer->incident);
	else if (answer->incident && !onset_gap(answer, &gap))
		strbuf_addf(&out, "  detected %s; since when it could have been cannot be told\n", out_time(arena, answer->detected));
	if (onset_gap(answer, &gap))
		strbuf_addf(&out, "  detected %s: %lld day%s after it could have been\n", out_time(arena, answer->detected), (long long)gap, plural(gap));
	out_flush(&out);
	strbuf_release(&out);
}

void onset_print(struct arena *arena, const struct onset_answer *answer, bool as_json, bool again)
{
	if (again && !as_json)
		out_printf("\n");
	if (as_json)
		print_json(arena, answer);
	else
		print_text(arena, answer);
}
