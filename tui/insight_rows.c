/* Answers of analyses as rows, each with what is behind it. */
#include <inttypes.h>
#include <string.h>

#include "core/figures.h"
#include "core/inquiry.h"
#include "tui/insights.h"

#define FINDINGS_MAX 40
#define NOT_ANNOUNCED ((int64_t)1 << ANNOUNCED_NOWHERE)

void insight_rows_clear(struct insight_rows *rows)
{
	arena_clear(&rows->arena);
	vec_clear(&rows->list);
}

void insight_rows_release(struct insight_rows *rows)
{
	arena_release(&rows->arena);
	vec_release(&rows->list);
}

static void add(struct insight_rows *rows, struct insight_row row)
{
	vec_push(&rows->list, row);
}

static void add_text(struct insight_rows *rows, enum style style, const char *text)
{
	add(rows, (struct insight_row){ .kind = INSIGHT_TEXT, .style = style, .label = text, .bar = NAN });
}

static void add_heading(struct insight_rows *rows, const char *text)
{
	if (rows->list.len)
		add_text(rows, STYLE_TEXT, "");
	add(rows, (struct insight_row){ .kind = INSIGHT_HEADING, .style = STYLE_TITLE, .label = text, .bar = NAN });
}

/* The row just added has a number in its text: those samples are behind it. */
static void lead_to(struct insight_rows *rows, const char *query)
{
	rows->list.items[rows->list.len - 1].query = query;
}

static const char *count_text(struct insight_rows *rows, int64_t count)
{
	return arena_printf(&rows->arena, "%" PRId64, count);
}

static const char *percent_text(struct insight_rows *rows, double share, struct interval within)
{
	struct strbuf text = STRBUF_INIT;
	const char *out;

	figure_percent(&text, share, within);
	out = arena_text(&rows->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out;
}

static const char *value_text(struct insight_rows *rows, double value, struct interval within, int digits)
{
	struct strbuf text = STRBUF_INIT;
	const char *out;

	figure_text(&text, value, within, digits);
	out = arena_text(&rows->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out;
}

static const char *day_text(struct insight_rows *rows, struct instant at)
{
	return instant_known(at) ? instant_text(&rows->arena, (struct instant){ at.at_us, at.precision > PRECISION_DAY ? PRECISION_DAY : at.precision }) :
				   "no day";
}

/* ---- overview ------------------------------------------------------------------------------ */

/* Heights of a row of counts in one line. */
static const char *spark(struct insight_rows *rows, const struct stats_row *counts, size_t count, bool ascii)
{
	static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const letters[] = { "_", ".", ":", "-", "=", "+", "*", "#" };
	char *out = arena_strdup(&rows->arena, "");
	int64_t most = 1;

	for (size_t i = 0; i < count; i++)
		most = counts[i].count > most ? counts[i].count : most;
	for (size_t i = 0; i < count; i++) {
		size_t height = (size_t)(counts[i].count * 7 / most);
		out = arena_printf(&rows->arena, "%s%s", out, ascii ? letters[height] : blocks[height]);
	}
	return out;
}

static void add_counts(struct insight_rows *rows, const struct stats_row *counts, size_t count)
{
	int64_t most = 1;

	for (size_t i = 0; i < count; i++)
		most = counts[i].count > most ? counts[i].count : most;
	for (size_t i = 0; i < count; i++) {
		const char *rate = isnan(counts[i].outputs) ? NULL :
				   arena_printf(&rows->arena, "%s of %.0f",
						percent_text(rows, (double)counts[i].count / counts[i].outputs,
							     interval_share((double)counts[i].count, counts[i].outputs, 0.95)),
						counts[i].outputs);
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = counts[i].name, .figure = count_text(rows, counts[i].count),
						.bar = (double)counts[i].count / (double)most, .note = rate, .query = counts[i].query });
	}
}

static const char *alpha_text(struct insight_rows *rows, const struct agreement *agreement)
{
	return isnan(agreement->alpha_within.low) && !isnan(agreement->alpha) ?
		       arena_printf(&rows->arena, "%.2f, too few to say how sure", agreement->alpha) :
		       value_text(rows, agreement->alpha, agreement->alpha_within, 2);
}

static void add_reviewers(struct insight_rows *rows, const struct stats *stats)
{
	if (!stats->rated.count) {
		add_text(rows, STYLE_TEXT, "cannot tell how far they agree: no sample was judged by two");
		return;
	}
	add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "judged by two or more",
					.figure = count_text(rows, stats->rated.count), .bar = NAN, .query = stats->rated.query });
	if (stats->agreement.units)
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "agree on the cause: alpha", .bar = stats->agreement.alpha,
						.query = stats->rated.query, .note = alpha_text(rows, &stats->agreement) });
	else
		add_text(rows, STYLE_TEXT, "cannot tell how far they agree: of no sample two have named a cause");
	add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "disputed, to be talked about",
					.style = stats->disputed.count ? STYLE_WARNING : STYLE_TEXT, .bar = NAN,
					.figure = count_text(rows, stats->disputed.count), .query = stats->disputed.query });
}

static void add_coding(struct insight_rows *rows, const struct stats *stats)
{
	static const char *const advice[] = { [SATURATION_CANNOT_TELL] = "cannot tell before 100",
					      [SATURATION_GOES_ON] = "not saturated: go on", [SATURATION_REACHED] = "saturated: may stop" };
	const struct saturation *saturation = &stats->saturation;
	const char *fresh = "";

	for (size_t i = 0; i < stats->pace_count; i++)
		add(rows, (struct insight_row){
			.kind = INSIGHT_FIGURE, .label = arena_printf(&rows->arena, "by %s", stats->paces[i].reviewer), .bar = NAN,
			.figure = count_text(rows, (int64_t)stats->paces[i].samples), .query = stats->pace_queries[i],
			.note = isnan(stats->paces[i].seconds) ? NULL : arena_printf(&rows->arena, "%.0f s a sample", stats->paces[i].seconds) });
	if (!saturation->samples)
		return;
	for (size_t i = saturation->block_count > 8 ? saturation->block_count - 8 : 0; i < saturation->block_count; i++)
		fresh = arena_printf(&rows->arena, "%s %zu", fresh, saturation->blocks[i].fresh);
	add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "causes and symptoms", .bar = NAN,
					.figure = count_text(rows, (int64_t)saturation->codes), .part = INSIGHT_CAUSES,
					.style = saturation->verdict == SATURATION_REACHED ? STYLE_GOOD : STYLE_TEXT,
					.note = arena_printf(&rows->arena, "%s;%s new by fifty", advice[saturation->verdict], fresh) });
}

/* In the place of what is not there yet. */
static void add_wait(struct insight_rows *rows, const struct insight_data *data, enum insight_source source)
{
	add_text(rows, STYLE_MUTED, data->waits[source] ? data->waits[source] : "");
}

static void add_all_counts(struct insight_rows *rows, const char *query, const struct stats *stats, bool ascii)
{
	add_heading(rows, arena_printf(&rows->arena, "%" PRId64 " sample%s, %" PRId64 " with a cause", stats->samples, plural(stats->samples), stats->judged));
	lead_to(rows, query); /* those with a cause: the headings of Causes */
	add_counts(rows, stats->statuses, stats->status_count);
	add_heading(rows, "waiting to be triaged, by age");
	add_counts(rows, stats->backlog, stats->backlog_count);
	if (stats->backlog_undated)
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "without a time", .bar = NAN,
						.figure = count_text(rows, stats->backlog_undated), .query = stats->undated_query });
	if (stats->week_count) {
		add_heading(rows, "flagged, by week");
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .bar = NAN,
						.label = arena_printf(&rows->arena, "last of %zu week%s", stats->week_count, plural((int64_t)stats->week_count)),
						.note = spark(rows, stats->weeks, stats->week_count, ascii),
						.figure = count_text(rows, stats->weeks[stats->week_count - 1].count),
						.query = stats->weeks[stats->week_count - 1].query });
	}
}

static void add_incidents(struct insight_rows *rows, const struct stats *stats)
{
	add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "open", .bar = NAN, .figure = count_text(rows, stats->open_incidents),
					.note = arena_printf(&rows->arena, "of %" PRId64, stats->incidents), .query = stats->open_query });
	add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "actions open", .bar = NAN,
					.figure = count_text(rows, stats->open_actions), .part = INSIGHT_ACTIONS });
	add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "actions overdue", .bar = NAN,
					.style = stats->overdue_actions ? STYLE_WARNING : STYLE_TEXT,
					.figure = count_text(rows, stats->overdue_actions), .part = INSIGHT_ACTIONS });
}

/* Each part as soon as it is there. */
static void make_overview(struct insight_rows *rows, const struct insight_data *data, bool ascii)
{
	if (data->counts) {
		add_all_counts(rows, data->query, data->counts, ascii);
	} else {
		add_heading(rows, "samples");
		add_wait(rows, data, INSIGHT_OF_COUNTS);
	}
	add_heading(rows, "reviewers");
	if (data->coding) {
		add_reviewers(rows, data->coding);
		add_coding(rows, data->coding);
	} else {
		add_wait(rows, data, INSIGHT_OF_CODING);
	}
	add_heading(rows, "incidents, of the whole store");
	if (data->incidents)
		add_incidents(rows, data->incidents);
	else
		add_wait(rows, data, INSIGHT_OF_INCIDENTS);
}

/* ---- causes ---------------------------------------------------------------------------------- */

static void add_pareto(struct insight_rows *rows, const char *query, const struct pareto_row *pareto, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(rows, (struct insight_row){
			.kind = INSIGHT_FIGURE, .label = pareto[i].value, .figure = count_text(rows, pareto[i].count), .bar = pareto[i].share,
			.note = arena_printf(&rows->arena, "%s, sum %.0f %%", percent_text(rows, pareto[i].share, pareto[i].within),
					     100 * pareto[i].cumulative),
			.query = inquiry_both(&rows->arena, query, arena_printf(&rows->arena, "cause:%s", pareto[i].value)) });
}

/* What plans say of all that they were drawn from: the shares above are of what was judged, however that came to be. */
static void add_plans(struct insight_rows *rows, const struct stats *stats)
{
	for (size_t i = 0; i < stats->plan_count; i++) {
		const struct stats_plan *plan = &stats->plans[i];
		bool says = false;
		add_heading(rows, arena_printf(&rows->arena, "plan %s (%s), of %" PRId64 " sample%s: %s", plan->name, plan_form_word(plan->form),
					       plan->population, plural(plan->population), plan->from[0] ? plan->from : "all"));
		lead_to(rows, plan->from);
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "annotated", .figure = count_text(rows, (int64_t)plan->done),
						.bar = (double)plan->done / (double)plan->samples, .query = plan->query,
						.note = arena_printf(&rows->arena, "of %zu", plan->samples) });
		for (size_t k = 0; k < PLAN_USUAL_COUNT; k++) {
			if (isnan(plan->estimates[k].share))
				continue;
			says = true;
			add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = plan_usual[k], .bar = plan->estimates[k].share,
							.note = percent_text(rows, plan->estimates[k].share, plan->estimates[k].within),
							.query = plan->queries[k] });
		}
		if (!plan_represents(plan->form))
			add_text(rows, STYLE_WARNING, "not representative: chosen for being in doubt, it says nothing of all");
		else if (!says)
			add_text(rows, STYLE_MUTED, "until all that was drawn is annotated nothing can be said of all");
	}
}

static void make_causes(struct insight_rows *rows, const struct insight_data *data)
{
	const struct stats *stats = data->counts;

	if (!stats)
		return;
	if (stats->judged) {
		const char *judged = inquiry_both(&rows->arena, data->query, "-cause:none");
		add_heading(rows, arena_printf(&rows->arena, "categories, of %" PRId64 " judged sample%s (sum: of all causes given)", stats->judged, plural(stats->judged)));
		lead_to(rows, judged);
		add_pareto(rows, data->query, stats->categories, stats->category_count);
		add_heading(rows, arena_printf(&rows->arena, "causes, of %" PRId64 " judged sample%s (sum: of all causes given)", stats->judged, plural(stats->judged)));
		lead_to(rows, judged);
		add_pareto(rows, data->query, stats->causes, stats->cause_count);
	} else {
		add_text(rows, STYLE_TEXT, "no sample here has a cause yet");
	}
	if (data->coding) {
		add_plans(rows, data->coding);
	} else {
		add_heading(rows, "plans");
		add_wait(rows, data, INSIGHT_OF_CODING);
	}
}

/* ---- trend ------------------------------------------------------------------------------------- */

static void add_whose(struct insight_rows *rows, const struct history *history)
{
	if (history->from == OUTPUTS_STORE)
		add_text(rows, STYLE_MUTED, arena_printf(&rows->arena, "rates are of the store's denominators%s%s", history->breakdown[0] ? ", by " : "",
							 history->breakdown));
	else if (history->from == OUTPUTS_SAMPLES)
		add_text(rows, STYLE_MUTED, "rates are of all samples, those that passed among them");
	else if (!history->cannot)
		add_text(rows, STYLE_WARNING, "no denominators: these are counts, and a busier day looks like a worse one");
}

static void add_change(struct insight_rows *rows, const struct insight_data *data, const struct onset_change *change)
{
	const struct series *series = &data->onset->series;
	struct arena *arena = &rows->arena;
	const char *day = series_day(arena, series, (double)change->day);
	const char *range = change->low == change->high ? "" :
			    arena_printf(arena, " (%s … %s)", series_day(arena, series, (double)change->low), series_day(arena, series, (double)change->high));
	const char *after = series_day(arena, series, (double)change->day - 1);

	add(rows, (struct insight_row){
		.kind = INSIGHT_FIGURE, .label = arena_printf(arena, "^ %s", day), .bar = NAN,
		.style = change->ratio > 1 ? STYLE_WARNING : STYLE_GOOD,
		.note = arena_printf(arena, "%s, times %s%s", change->ratio > 1 ? "more" : "less", value_text(rows, change->ratio, change->within, 2), range),
		.query = inquiry_both(arena, data->query, arena_printf(arena, "-level:none after:%s", after)) });
	if (change->ratio > 1)
		add_text(rows, STYLE_TEXT, change->detectable == SIZE_MAX ? "    a monitor would not have fired" :
			 arena_printf(arena, "  ! first detectable at the end of %s (M: into an incident)",
				      series_day(arena, series, (double)change->detectable)));
}

/* What the rate was since the change before it, or the first day, and the samples of those days. */
static void add_before(struct insight_rows *rows, const struct insight_data *data, size_t index)
{
	const struct series *series = &data->onset->series;
	const struct onset_change *changes = data->onset->onset.changes, *change = &changes[index];
	struct arena *arena = &rows->arena;
	size_t first = index ? changes[index - 1].day : 0;
	double count = 0;

	for (size_t day = first; day < change->day; day++)
		count += series->count[day];
	add(rows, (struct insight_row){
		.kind = INSIGHT_FIGURE, .label = index ? "    from the change before" : "    before", .figure = count_text(rows, (int64_t)count),
		.bar = NAN, .style = STYLE_MUTED,
		.note = series->has_outputs ? arena_printf(arena, "%.2f %%, then %.2f %%", 100 * change->before, 100 * change->after) :
					      arena_printf(arena, "%.2f a day, then %.2f", change->before, change->after),
		.query = inquiry_both(arena, data->query, arena_printf(arena, "-level:none after:%s before:%s",
								       series_day(arena, series, (double)first - 1),
								       series_day(arena, series, (double)change->day))) });
}

/* The power curve: how small a degradation from now on this monitor would see, and after how many days. */
static void add_power(struct insight_rows *rows, const struct onset *onset)
{
	if (onset->power_count)
		add_heading(rows, "what the monitor would see from now on, within 28 days (simulated)");
	for (size_t i = 0; i < onset->power_count; i++) {
		const struct onset_power *power = &onset->power[i];
		add(rows, (struct insight_row){
			.kind = INSIGHT_FIGURE, .label = arena_printf(&rows->arena, "times %.2f", power->factor), .bar = power->seen,
			.figure = arena_printf(&rows->arena, "%.0f %%", 100 * power->seen),
			.note = isnan(power->median_days) ? "more often not at all" :
				arena_printf(&rows->arena, "half of the times after %.0f day%s", power->median_days, plural((int64_t)power->median_days)) });
	}
	if (onset->no_power)
		add_text(rows, STYLE_MUTED, onset->no_power);
}

/* What is no finding: the mix, the rhythm, and how days vary anyway. */
static void add_allowed(struct insight_rows *rows, const struct onset_answer *onset)
{
	const char *adjusted = history_adjusted(&rows->arena, onset->history, &onset->series);
	const char *vary = onset->series.dispersion > 1.2 ?
			   arena_printf(&rows->arena, "days vary %.1f times as much as by chance, which is allowed for", onset->series.dispersion) : NULL;

	if (adjusted)
		add_text(rows, STYLE_MUTED, arena_printf(&rows->arena, "adjusted for %s%s%s", adjusted, vary ? "; " : "", vary ? vary : ""));
	else if (vary)
		add_text(rows, STYLE_MUTED, vary);
}

static void make_trend(struct insight_rows *rows, const struct insight_data *data)
{
	const struct onset_answer *onset = data->onset;

	if (onset) {
		add_whose(rows, onset->history);
		if (onset->onset.verdict == ONSET_CANNOT_TELL)
			add_text(rows, STYLE_WARNING, arena_printf(&rows->arena, "cannot tell since when: %s", onset->onset.reason));
		else if (onset->onset.verdict == ONSET_SAME)
			add_text(rows, STYLE_TEXT, arena_printf(&rows->arena, "no change beyond chance (p = %.2f)", onset->onset.p));
		for (size_t i = 0; i < onset->onset.change_count; i++) {
			add_change(rows, data, &onset->onset.changes[i]);
			add_before(rows, data, i);
		}
		if (onset->onset.verdict != ONSET_CANNOT_TELL)
			add_allowed(rows, onset);
		if (onset->without_outputs) {
			add_text(rows, STYLE_WARNING, arena_printf(&rows->arena, "left out: %.0f on days without denominators",
								   onset->series.without_outputs));
			lead_to(rows, onset->without_outputs);
		}
		if (onset->series.undated) {
			add_text(rows, STYLE_MUTED, arena_printf(&rows->arena, onset->series.undated == 1 ? "%" PRId64 " sample has no time and is not in it" :
								 "%" PRId64 " samples have no time and are not in it", onset->series.undated));
			lead_to(rows, inquiry_both(&rows->arena, data->query, "-level:none -after:1900"));
		}
	}
	if (data->counts && data->counts->week_count) {
		if (!onset)
			add_wait(rows, data, INSIGHT_OF_DAYS);
		add_heading(rows, "flagged, by week");
		add_counts(rows, data->counts->weeks, data->counts->week_count);
	}
	if (onset)
		add_power(rows, &onset->onset);
}

/* ---- what they share ------------------------------------------------------------------------------ */

static const char *place_text(struct insight_rows *rows, const struct contrast_answer *contrast, const struct contrast_place *place)
{
	const char *value = contrast_value_name(contrast, place, false), *last = contrast_value_name(contrast, place, true);

	return arena_printf(&rows->arena, "%s %s%s%s", table_key_query(&rows->arena, &contrast->contrast.keys[place->key].key),
			    value ? value : "(none)",
			    place->last != place->value ? " to " : "", place->last != place->value && last ? last : "");
}

static const char *finding_text(struct insight_rows *rows, const struct contrast_answer *contrast, const struct contrast_finding *finding)
{
	const char *first = place_text(rows, contrast, &finding->first);

	return finding->second.key == CONTRAST_NONE ? first :
	       arena_printf(&rows->arena, "%s with %s", first, place_text(rows, contrast, &finding->second));
}

static void add_finding(struct insight_rows *rows, const struct insight_data *data, const struct contrast_finding *finding, const char *why)
{
	const struct contrast_answer *contrast = data->contrast;
	double ratio = why ? finding->crude : finding->ratio;

	add(rows, (struct insight_row){
		.kind = INSIGHT_FIGURE, .label = finding_text(rows, contrast, finding),
		.figure = count_text(rows, finding->cases), .style = why ? STYLE_MUTED : STYLE_TEXT,
		.bar = why ? NAN : fmin(1, log2(ratio > 1 ? ratio : 1 / ratio) / 3),
		.note = why ? arena_printf(&rows->arena, "times %.2f as counted, but %s", ratio, why) :
			      arena_printf(&rows->arena, "times %s; of %" PRId64 "%s", value_text(rows, ratio, finding->within, 2), finding->total,
					   finding->reversed ? "; counted it says the opposite" : ""),
		.query = contrast_query(&rows->arena, contrast, finding),
		.narrower = contrast_narrow(&rows->arena, contrast, finding, data->query) });
	for (size_t i = 0; i < contrast->change_count; i++)
		if (contrast_is_about(contrast, finding, &contrast->changes[i].change))
			add(rows, (struct insight_row){
				.kind = INSIGHT_FIGURE, .style = STYLE_MUTED, .bar = NAN,
				.label = arena_printf(&rows->arena, "  change, %s", day_text(rows, contrast->changes[i].change.at)),
				.note = contrast->changes[i].change.text, .incident = contrast->changes[i].incident });
}

static void add_claims(struct insight_rows *rows, const struct insight_data *data, bool over)
{
	const struct contrast *contrast = &data->contrast->contrast;
	size_t shown = 0;

	for (size_t n = 0; n < contrast->finding_count && shown < FINDINGS_MAX; n++) {
		const struct contrast_finding *finding = &contrast->findings[over ? n : contrast->finding_count - 1 - n];
		if (!finding->claimed || finding->is_same || finding->in_range || (finding->ratio > 1) != over)
			continue;
		if (!shown++)
			add_heading(rows, over ? "over-represented" : "under-represented");
		add_finding(rows, data, finding, NULL);
	}
	if (!shown && over)
		add_text(rows, STYLE_TEXT, "nothing is over-represented beyond chance");
}

static void make_shared(struct insight_rows *rows, const struct insight_data *data)
{
	const struct contrast_answer *answer = data->contrast;
	const struct contrast *contrast = &answer->contrast;
	size_t shown = 0;

	add_text(rows, STYLE_TEXT, arena_printf(&rows->arena, "%" PRId64 " flagged against %" PRId64 " other%s: %zu look%s; of what is claimed 5 %% may be false",
						contrast->cases, contrast->controls, plural(contrast->controls), contrast->looks, plural((int64_t)contrast->looks)));
	lead_to(rows, inquiry_both(&rows->arena, data->query, "-level:none"));
	if (answer->from == OUTPUTS_SAMPLES && strcmp(answer->against, data->query) == 0)
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "the others", .figure = count_text(rows, contrast->controls),
						.bar = NAN, .style = STYLE_MUTED, .note = "not flagged",
						.query = inquiry_both(&rows->arena, data->query, "level:none") });
	else if (answer->from == OUTPUTS_SAMPLES)
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "compared with",
						.figure = count_text(rows, contrast->cases + contrast->controls), .bar = NAN, .style = STYLE_MUTED,
						.note = "samples, these among them", .query = answer->against });
	if (answer->from == OUTPUTS_STORE)
		add_text(rows, STYLE_MUTED, arena_printf(&rows->arena, "others are the outputs of the store's denominators, which tell %s", answer->breakdown));
	for (size_t i = 0; i < answer->without_count; i++)
		add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = arena_printf(&rows->arena, "left out: %s", answer->without[i].of),
						.figure = count_text(rows, answer->without[i].cases), .bar = NAN, .style = STYLE_WARNING,
						.note = "nothing is known of their outputs", .query = answer->without[i].query });
	if (!contrast->by_day)
		add_text(rows, STYLE_WARNING, "not adjusted for time: both share too few days");
	add_claims(rows, data, true);
	add_claims(rows, data, false);
	for (size_t i = 0; i < contrast->finding_count && shown < FINDINGS_MAX; i++) {
		const struct contrast_finding *finding = &contrast->findings[i];
		if (!contrast_is_unproven(finding))
			continue;
		if (!shown++)
			add_heading(rows, "counted, but not borne out");
		add_finding(rows, data, finding, finding->with_time ? "it came with its days" :
			    finding->confounded ? "confounded: not to be told apart from other keys together" :
			    arena_printf(&rows->arena, "it goes with %s", finding->explained_by == CONTRAST_DAY ? "the day" :
					 table_key_query(&rows->arena, &contrast->keys[finding->explained_by].key)));
	}
}

/* ---- fixes, actions, changes -------------------------------------------------------------------------- */

static void add_period(struct insight_rows *rows, const struct watched *watched, const char *name, const struct watch_period *period, double most)
{
	if (period->end <= period->first)
		return;
	add(rows, (struct insight_row){
		.kind = INSIGHT_FIGURE, .label = name, .figure = arena_printf(&rows->arena, "%.0f", period->count),
		.bar = most > 0 && !isnan(period->rate) ? period->rate / most : NAN,
		.query = inquiry_both(&rows->arena, watched->query,
				      arena_printf(&rows->arena, "after:%s before:%s",
						   series_day(&rows->arena, &watched->series, (double)period->first - 1),
						   series_day(&rows->arena, &watched->series, (double)period->end))),
		.note = watched->series.has_outputs ?
			arena_printf(&rows->arena, "%s of %.0f", percent_text(rows, period->rate, period->within), period->outputs) :
			arena_printf(&rows->arena, "%s a day", value_text(rows, period->rate, period->within, 1)) });
}

static double most_of(const struct watch *watch)
{
	double most = 0;
	const double rates[] = { watch->before.rate, watch->during.rate, watch->after.rate };

	for (size_t i = 0; i < ARRAY_LEN(rates); i++)
		most = rates[i] > most ? rates[i] : most;
	return most;
}

/* New ones like old ones: what the record says, and what is offered for it. */
static void add_recurred(struct insight_rows *rows, const struct insight_data *data)
{
	if (data->recurred_count)
		add_heading(rows, "again: incidents like earlier ones (points of 100)");
	for (size_t i = 0; i < data->recurred_count; i++)
		for (size_t k = 0; k < data->recurred[i].offer_count; k++) {
			const struct recurrence_offer *offer = &data->recurred[i].offers[k];
			const char *why = "";
			for (size_t r = 0; r < offer->score.reason_count; r++)
				why = arena_printf(&rows->arena, "%s%s%s", why, r ? "; " : "", offer->score.reasons[r].text);
			add(rows, (struct insight_row){
				.kind = INSIGHT_FIGURE, .style = offer->mentioned ? STYLE_TEXT : STYLE_WARNING,
				.label = data->recurred[i].key,
				.figure = arena_printf(&rows->arena, "%.0f", offer->score.points), .bar = offer->score.points / 100,
				.note = arena_printf(&rows->arena, "like %s (%s): %s", offer->key, offer->mentioned ?
						     recurrence_kind_word(offer->mentioned->kind) : "nobody has said how", why),
				.query = arena_printf(&rows->arena, "incident:%s,%s", data->recurred[i].key, offer->key),
				.incident = data->recurred[i].key });
		}
}

static void make_fixes(struct insight_rows *rows, const struct insight_data *data)
{
	static const char *const words[] = { [WATCH_UNKNOWN] = "cannot tell", [WATCH_HELD] = "held", [WATCH_DID_NOT_HOLD] = "did not hold" };
	static const enum style styles[] = { [WATCH_UNKNOWN] = STYLE_WARNING, [WATCH_HELD] = STYLE_GOOD, [WATCH_DID_NOT_HOLD] = STYLE_ERROR };

	if (!data->watched_count)
		add_text(rows, STYLE_TEXT, "no incident has a milestone fix_deployed: there is no fix to watch");
	for (size_t i = 0; i < data->watched_count; i++) {
		const struct watched *watched = &data->watched[i];
		const struct watch *watch = &watched->watch;
		add_heading(rows, arena_printf(&rows->arena, "%s  %s", watched->incident->key, watched->incident->title));
		add(rows, (struct insight_row){
			.kind = INSIGHT_FIGURE, .style = styles[watch->verdict], .bar = NAN,
			.label = words[watch->verdict],
			.note = arena_printf(&rows->arena, "fix of %s: %s%s", day_text(rows, watched->deployed),
					     isnan(watch->ratio) ? "" : arena_printf(&rows->arena, "after / during %s; held below %.2f%s",
										       value_text(rows, watch->ratio, watch->within, 2), watch->middle, watch->reason ? "; " : ""),
					     watch->reason ? watch->reason : ""),
			.query = watched->hits, .incident = watched->incident->key });
		add_period(rows, watched, "before", &watch->before, most_of(watch));
		add_period(rows, watched, "during", &watch->during, most_of(watch));
		add_period(rows, watched, "after", &watch->after, most_of(watch));
		if (watched->without_outputs)
			add(rows, (struct insight_row){ .kind = INSIGHT_FIGURE, .label = "left out", .bar = NAN, .style = STYLE_WARNING,
							.figure = arena_printf(&rows->arena, "%.0f", watched->series.without_outputs),
							.note = "of days without denominators", .query = watched->without_outputs });
		for (size_t k = rows->list.len; k-- > 0 && rows->list.items[k].kind == INSIGHT_FIGURE;)
			rows->list.items[k].incident = watched->incident->key;
		add_text(rows, STYLE_MUTED, arena_printf(&rows->arena, watched->of == WATCH_OF_SIGNATURE ? "watched, its signature: %s" :
							   "watched, by its members: %s", watched->query));
	}
	add_recurred(rows, data);
}

static void make_actions(struct insight_rows *rows, const struct insight_data *data)
{
	const struct stats *stats = data->incidents;

	if (!stats)
		return;
	add_heading(rows, arena_printf(&rows->arena, "actions: %" PRId64 " open, %" PRId64 " of them overdue (of the whole store)", stats->open_actions,
				       stats->overdue_actions));
	for (size_t i = 0; i < stats->action_count; i++) {
		const struct stats_action *action = &stats->actions[i];
		add(rows, (struct insight_row){
			.kind = INSIGHT_FIGURE, .style = action->overdue ? STYLE_WARNING : STYLE_TEXT, .bar = NAN,
			.label = arena_printf(&rows->arena, "%s A%" PRId64 "  %s", action->incident, action->number, day_text(rows, action->due)),
			.note = arena_printf(&rows->arena, "%s%s", action->overdue ? "overdue: " : "", action->text), .incident = action->incident });
	}
	if (!stats->action_count)
		add_text(rows, STYLE_TEXT, "none is open");
}

static void make_changes(struct insight_rows *rows, const struct insight_data *data)
{
	const struct stats *stats = data->counts;

	if (!stats)
		return;
	add_heading(rows, stats->outputs == OUTPUTS_NONE ? "what shipped, and the flags that followed: counts, not rates" :
			  "what shipped, and the flags that followed");
	if (stats->cannot)
		add_text(rows, STYLE_WARNING, arena_printf(&rows->arena, "no rates: %s", stats->cannot));
	for (size_t i = 0; i < stats->change_count; i++) {
		const struct stats_change *change = &stats->changes[i];
		const char *text = arena_printf(&rows->arena, "%s%s", change->text, change->announced == NOT_ANNOUNCED ? " (not announced)" : "");
		add(rows, (struct insight_row){
			.kind = INSIGHT_FIGURE, .query = change->query, .incident = change->incident,
			.style = change->flags.days && change->flags.within.low > 1 ? STYLE_WARNING : STYLE_TEXT,
			.label = arena_printf(&rows->arena, "%s CH%" PRId64 "  %s", change->incident, change->number, day_text(rows, change->at)),
			.figure = change->flags.days ? count_text(rows, change->flags.after) : NULL, .bar = NAN,
			.note = change->flags.days ? arena_printf(&rows->arena, "from %" PRId64 " in %zu day%s, times %s: %s", change->flags.before, change->flags.days, plural((int64_t)change->flags.days),
								  value_text(rows, change->flags.ratio, change->flags.within, 2), text) :
						     arena_printf(&rows->arena, "no samples on both sides: %s", text) });
	}
	if (!stats->change_count)
		add_text(rows, STYLE_TEXT, "no incident names a change with its day");
	if (stats->changes_left_out)
		add_text(rows, STYLE_MUTED, arena_printf(&rows->arena, "and %zu older", stats->changes_left_out));
}

/* Above all: which figures are not of now. */
static void add_olds(struct insight_rows *rows, const struct insight_data *data)
{
	for (size_t i = 0; i < INSIGHT_SOURCES; i++)
		if (data->olds[i])
			add_text(rows, STYLE_WARNING, data->olds[i]);
}

void insight_rows_make(struct insight_rows *rows, enum insight_part part, const struct insight_data *data, bool ascii)
{
	size_t olds;

	insight_rows_clear(rows);
	add_olds(rows, data);
	olds = rows->list.len;
	switch (part) {
	case INSIGHT_TREND: make_trend(rows, data); break;
	case INSIGHT_SHARED:
		if (data->contrast)
			make_shared(rows, data);
		break;
	case INSIGHT_FIXES:
		if (data->has_watched)
			make_fixes(rows, data);
		break;
	case INSIGHT_CAUSES: make_causes(rows, data); break;
	case INSIGHT_ACTIONS: make_actions(rows, data); break;
	case INSIGHT_CHANGES: make_changes(rows, data); break;
	default: make_overview(rows, data, ascii); break;
	}
	if (rows->list.len == olds) /* the part is still waited for */
		insight_rows_clear(rows);
}
