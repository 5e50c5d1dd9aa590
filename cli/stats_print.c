#include "cli/stats_print.h"

#include <inttypes.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/figures.h"
#include "cli/output.h"
#include "core/terms.h"

#define TEXT_ROWS 10
#define BAR 20
#define NOT_ANNOUNCED ((int64_t)1 << ANNOUNCED_NOWHERE)

#define ROWS(name, help) { name, help }, { name "[].name", "what they are" }, { name "[].count", "how many" }, { name "[].query", "lists them" }
#define PARETO(name, help) \
	{ name, help }, { name "[].value", "which" }, { name "[].count", "samples that have it" }, { name "[].share", "of the judged samples" }, \
	{ name "[].share_low", "its interval of 95 % (Wilson)" }, { name "[].share_high", "its interval of 95 %" }, \
	{ name "[].cumulative", "share of this and all above it, of all causes given: a sample may have several" }, { name "[].query", "lists them, within the query given" }
const struct answer_key stats_keys[] = {
	{ "samples", "that match" },
	{ "judged", "of them with a standing cause" },
	ROWS("statuses", "by status, most first"),
	PARETO("categories", "of causes, most first"),
	PARETO("causes", "with their sub-causes, most first"),
	ROWS("backlog", "untriaged samples by the age of their output"),
	{ "backlog_undated", "untriaged samples without a time" },
	ROWS("weeks", "flagged samples of the last twelve weeks that have any, oldest first; name is the first day"),
	{ "weeks[].outputs", "produced in that week, by the store's denominators; null: not known" },
	{ "weeks[].rate", "count over outputs, or null" },
	{ "outputs_from", "whose outputs weeks and changes have: store (aitia exposure), or none: they are counts" },
	{ "cannot", "why they have none though the store has denominators, or null" },
	{ "agreement", "on causes, as `aitia agreement` tells in full" },
	{ "agreement.units", "samples of which two reviewers or more have named a cause" },
	{ "agreement.alpha", "Krippendorff's alpha" },
	{ "agreement.alpha_low", "its interval of 95 %" },
	{ "agreement.alpha_high", "its interval of 95 %" },
	{ "rated", "samples that two reviewers or more have judged, be it by a note alone" },
	{ "rated.name", "rated" },
	{ "rated.count", "how many" },
	{ "rated.query", "lists them" },
	{ "disputed", "samples whose reviewers differ in cause or verdict" },
	{ "disputed.name", "disputed" },
	{ "disputed.count", "how many" },
	{ "disputed.query", "lists them" },
	{ "saturation", "whether judging more samples still brings new causes and symptoms" },
	{ "saturation.verdict", "reached (you may stop), goes_on, cannot_tell (fewer than 100 samples)" },
	{ "saturation.samples", "judged ones that have a code" },
	{ "saturation.codes", "different causes and symptoms" },
	{ "saturation.fresh", "codes that each fifty samples brought first, in the order of judging" },
	{ "saturation.unseen", "chance that the next code named is one that was never seen" },
	{ "reviewers", "who judged, most samples first" },
	{ "reviewers[].reviewer", "the name" },
	{ "reviewers[].samples", "judged" },
	{ "reviewers[].seconds", "that a sample took, pauses of more than five minutes apart; null: not known" },
	{ "reviewers[].query", "lists them" },
	{ "plans", "sampling plans of the whole store, newest first, 20 at most (aitia plan)" },
	{ "plans[].plan", "its name" },
	{ "plans[].form", "random, stratified, uncertain, targeted" },
	{ "plans[].from", "the query that it was drawn from" },
	{ "plans[].population", "samples that it was drawn from" },
	{ "plans[].samples", "how many were drawn" },
	{ "plans[].done", "how many of them are annotated" },
	{ "plans[].query", "lists them" },
	{ "plans[].estimates", "shares of all that it was drawn from; none before all that was drawn is annotated, or where it says nothing of all" },
	{ "plans[].estimates[].query", "of what it is the share" },
	{ "plans[].estimates[].share", "0 to 1" },
	{ "plans[].estimates[].share_low", "its interval of 95 %" },
	{ "plans[].estimates[].share_high", "its interval of 95 %" },
	{ "incidents", "all of the store" },
	{ "open_incidents", "neither resolved, closed nor duplicate" },
	{ "open_actions", "open or in progress" },
	{ "overdue_actions", "of these, those whose due date is over" },
	{ "actions", "that are open or in progress, what is due first" },
	{ "actions[].incident", "of which" },
	{ "actions[].number", "in the incident" },
	{ "actions[].text", "what is to be done" },
	{ "actions[].due", "until when, or null" },
	{ "actions[].overdue", "whether that is over" },
	{ "changes", "that incidents name with their day: the 200 newest, newest first" },
	{ "changes[].incident", "which names it" },
	{ "changes[].number", "in the incident" },
	{ "changes[].text", "what was changed" },
	{ "changes[].at", "when it shipped" },
	{ "changes[].announced", "whether users were told: false where it is said that they were not, null: not known" },
	{ "changes[].days", "looked at before and after, 14 at most" },
	{ "changes[].before", "flagged samples of the days before" },
	{ "changes[].after", "flagged samples of the days after" },
	{ "changes[].outputs_before", "produced in the days before, null: not known" },
	{ "changes[].outputs_after", "produced in the days after, null: not known" },
	{ "changes[].ratio", "after over before: of rates where the outputs are known, else of counts" },
	{ "changes[].ratio_low", "its interval of 95 %" },
	{ "changes[].ratio_high", "its interval of 95 %" },
	{ "changes[].query", "lists those after" },
	{ "changes_left_out", "older ones" },
	{ NULL, NULL }
};

/* ---- for machines ------------------------------------------------------------------------------- */

static void json_count(struct json_writer *json, const char *name, double count)
{
	json_write_name(json, name);
	if (isnan(count))
		json_write_null(json);
	else
		json_write_int(json, (int64_t)count);
}

static void json_row(struct json_writer *json, const struct stats_row *row, bool is_week)
{
	json_write_begin(json, '{');
	json_write_member(json, "name", row->name);
	json_write_member_int(json, "count", row->count);
	json_write_member(json, "query", row->query);
	if (is_week) {
		json_count(json, "outputs", row->outputs);
		figure_json_double(json, "rate", (double)row->count / row->outputs);
	}
	json_write_end(json, '}');
}

static void json_rows(struct json_writer *json, const char *name, const struct stats_row *rows, size_t count)
{
	json_write_name(json, name);
	json_write_begin(json, '[');
	for (size_t i = 0; i < count; i++)
		json_row(json, &rows[i], strcmp(name, "weeks") == 0);
	json_write_end(json, ']');
}

static void json_pareto(struct json_writer *json, const char *name, const struct pareto_row *rows, size_t count)
{
	json_write_name(json, name);
	json_write_begin(json, '[');
	for (size_t i = 0; i < count; i++) {
		char query[256];
		json_write_begin(json, '{');
		json_write_member(json, "value", rows[i].value);
		json_write_member_int(json, "count", rows[i].count);
		figure_json(json, "share", rows[i].share, rows[i].within);
		figure_json_double(json, "cumulative", rows[i].cumulative);
		snprintf(query, sizeof(query), "cause:%s", rows[i].value);
		json_write_member(json, "query", query);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void json_changes(struct json_writer *json, const struct stats *stats)
{
	json_write_name(json, "changes");
	json_write_begin(json, '[');
	for (size_t i = 0; i < stats->change_count; i++) {
		const struct stats_change *change = &stats->changes[i];
		json_write_begin(json, '{');
		json_write_member(json, "incident", change->incident);
		json_write_member_int(json, "number", change->number);
		json_write_member(json, "text", change->text);
		answer_instant(json, "at", change->at);
		json_write_name(json, "announced");
		if (change->announced)
			json_write_bool(json, change->announced != NOT_ANNOUNCED);
		else
			json_write_null(json);
		json_write_member_int(json, "days", (int64_t)change->flags.days);
		json_write_member_int(json, "before", change->flags.before);
		json_write_member_int(json, "after", change->flags.after);
		json_count(json, "outputs_before", change->flags.outputs_before);
		json_count(json, "outputs_after", change->flags.outputs_after);
		figure_json(json, "ratio", change->flags.ratio, change->flags.within);
		json_write_member(json, "query", change->query);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	json_write_member_int(json, "changes_left_out", (int64_t)stats->changes_left_out);
}

static const char *const saturation_words[] = { "cannot_tell", "goes_on", "reached" };

static void json_coding(struct json_writer *json, const struct stats *stats)
{
	json_write_name(json, "saturation");
	json_write_begin(json, '{');
	json_write_member(json, "verdict", saturation_words[stats->saturation.verdict]);
	json_write_member_int(json, "samples", (int64_t)stats->saturation.samples);
	json_write_member_int(json, "codes", (int64_t)stats->saturation.codes);
	json_write_name(json, "fresh");
	json_write_begin(json, '[');
	for (size_t i = 0; i < stats->saturation.block_count; i++)
		json_write_int(json, (int64_t)stats->saturation.blocks[i].fresh);
	json_write_end(json, ']');
	figure_json_double(json, "unseen", stats->saturation.unseen);
	json_write_end(json, '}');
	json_write_name(json, "reviewers");
	json_write_begin(json, '[');
	for (size_t i = 0; i < stats->pace_count; i++) {
		json_write_begin(json, '{');
		json_write_member(json, "reviewer", stats->paces[i].reviewer);
		json_write_member_int(json, "samples", (int64_t)stats->paces[i].samples);
		figure_json_double(json, "seconds", stats->paces[i].seconds);
		json_write_member(json, "query", stats->pace_queries[i]);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void json_plans(struct json_writer *json, const struct stats *stats)
{
	json_write_name(json, "plans");
	json_write_begin(json, '[');
	for (size_t i = 0; i < stats->plan_count; i++) {
		const struct stats_plan *plan = &stats->plans[i];
		json_write_begin(json, '{');
		json_write_member(json, "plan", plan->name);
		json_write_member(json, "form", plan_form_word(plan->form));
		json_write_member(json, "from", plan->from);
		json_write_member_int(json, "population", plan->population);
		json_write_member_int(json, "samples", (int64_t)plan->samples);
		json_write_member_int(json, "done", (int64_t)plan->done);
		json_write_member(json, "query", plan->query);
		json_write_name(json, "estimates");
		json_write_begin(json, '[');
		for (size_t k = 0; k < PLAN_USUAL_COUNT; k++) {
			if (isnan(plan->estimates[k].share))
				continue;
			json_write_begin(json, '{');
			json_write_member(json, "query", plan_usual[k]);
			figure_json(json, "share", plan->estimates[k].share, plan->estimates[k].within);
			json_write_end(json, '}');
		}
		json_write_end(json, ']');
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void json_actions(struct json_writer *json, const struct stats *stats)
{
	json_write_name(json, "actions");
	json_write_begin(json, '[');
	for (size_t i = 0; i < stats->action_count; i++) {
		const struct stats_action *action = &stats->actions[i];
		json_write_begin(json, '{');
		json_write_member(json, "incident", action->incident);
		json_write_member_int(json, "number", action->number);
		json_write_member(json, "text", action->text);
		answer_instant(json, "due", action->due);
		json_write_name(json, "overdue");
		json_write_bool(json, action->overdue);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void print_json(const struct stats *stats)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member_int(&json, "samples", stats->samples);
	json_write_member_int(&json, "judged", stats->judged);
	json_rows(&json, "statuses", stats->statuses, stats->status_count);
	json_pareto(&json, "categories", stats->categories, stats->category_count);
	json_pareto(&json, "causes", stats->causes, stats->cause_count);
	json_rows(&json, "backlog", stats->backlog, stats->backlog_count);
	json_write_member_int(&json, "backlog_undated", stats->backlog_undated);
	json_rows(&json, "weeks", stats->weeks, stats->week_count);
	json_write_member(&json, "outputs_from", outputs_from_word(stats->outputs));
	json_write_member(&json, "cannot", stats->cannot);
	json_write_name(&json, "agreement");
	json_write_begin(&json, '{');
	json_write_member_int(&json, "units", (int64_t)stats->agreement.units);
	figure_json(&json, "alpha", stats->agreement.alpha, stats->agreement.alpha_within);
	json_write_end(&json, '}');
	json_write_name(&json, "rated");
	json_row(&json, &stats->rated, false);
	json_write_name(&json, "disputed");
	json_row(&json, &stats->disputed, false);
	json_coding(&json, stats);
	json_plans(&json, stats);
	json_write_member_int(&json, "incidents", stats->incidents);
	json_write_member_int(&json, "open_incidents", stats->open_incidents);
	json_write_member_int(&json, "open_actions", stats->open_actions);
	json_write_member_int(&json, "overdue_actions", stats->overdue_actions);
	json_actions(&json, stats);
	json_changes(&json, stats);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

/* ---- for people ------------------------------------------------------------------------------------ */

static void text_heading(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '\n');
	out_tone(out, TONE_STRONG);
	strbuf_addstr(out, text);
	out_tone(out, TONE_PLAIN);
	strbuf_addch(out, '\n');
}

static void text_rows(struct strbuf *out, const struct stats_row *rows, size_t count)
{
	int64_t most = 1;

	for (size_t i = 0; i < count; i++)
		most = rows[i].count > most ? rows[i].count : most;
	for (size_t i = 0; i < count; i++) {
		strbuf_addstr(out, "  ");
		out_clean_fit(out, rows[i].name, 14);
		strbuf_addf(out, "%9" PRId64 "  ", rows[i].count);
		figure_bar(out, (double)rows[i].count / (double)most, BAR);
		strbuf_addstr(out, "  ");
		if (!isnan(rows[i].outputs)) {
			figure_percent(out, (double)rows[i].count / rows[i].outputs, interval_share((double)rows[i].count, rows[i].outputs, 0.95));
			strbuf_addf(out, " of %.0f  ", rows[i].outputs);
		}
		out_tone(out, TONE_MUTED);
		out_clean(out, slice_of(rows[i].query));
		out_tone(out, TONE_PLAIN);
		strbuf_addch(out, '\n');
	}
}

static void text_causes(struct strbuf *out, const struct stats *stats)
{
	if (!stats->judged) {
		strbuf_addstr(out, "  no sample has a cause yet\n");
		return;
	}
	for (size_t i = 0; i < stats->cause_count && i < TEXT_ROWS; i++) {
		const struct pareto_row *row = &stats->causes[i];
		strbuf_addstr(out, "  ");
		out_clean_fit(out, row->value, 34);
		strbuf_addf(out, "%7" PRId64 "  ", row->count);
		figure_bar(out, row->share, 12);
		strbuf_addch(out, ' ');
		figure_percent(out, row->share, row->within);
		strbuf_addf(out, "  up to here %.0f %%\n", 100 * row->cumulative);
	}
	if (stats->cause_count > TEXT_ROWS)
		strbuf_addf(out, "  … and %zu more: --json has all\n", stats->cause_count - TEXT_ROWS);
}

static void text_changes(struct strbuf *out, const struct stats *stats)
{
	for (size_t i = 0; i < stats->change_count && i < TEXT_ROWS; i++) {
		const struct stats_change *change = &stats->changes[i];
		struct arena scratch = ARENA_INIT;
		strbuf_addf(out, "  %s CH%" PRId64 "  %s  ", change->incident, change->number, out_time(&scratch, change->at));
		arena_release(&scratch);
		if (change->flags.days) {
			strbuf_addf(out, "flags %" PRId64 " to %" PRId64 " in %zu day%s, times ", change->flags.before, change->flags.after,
				    change->flags.days, plural((int64_t)change->flags.days));
			figure_text(out, change->flags.ratio, change->flags.within, 2);
		} else {
			strbuf_addstr(out, "no samples on both sides");
		}
		strbuf_addstr(out, change->announced == NOT_ANNOUNCED ? "  (not announced)\n    " : "\n    ");
		out_clean_fit(out, change->text, 72);
		strbuf_addch(out, '\n');
	}
	if (stats->change_count > TEXT_ROWS)
		strbuf_addf(out, "  … and %zu older: --json has %s\n", stats->change_count - TEXT_ROWS + stats->changes_left_out,
			    stats->changes_left_out ? "the 200 newest" : "all");
}

static void text_coding(struct strbuf *out, const struct stats *stats)
{
	const struct saturation *saturation = &stats->saturation;

	for (size_t i = 0; i < stats->pace_count && i < TEXT_ROWS; i++) {
		strbuf_addstr(out, "  ");
		out_clean_fit(out, stats->paces[i].reviewer, 20);
		strbuf_addf(out, "%7zu samples", stats->paces[i].samples);
		if (!isnan(stats->paces[i].seconds))
			strbuf_addf(out, ", %.0f s each", stats->paces[i].seconds);
		strbuf_addch(out, '\n');
	}
	if (!saturation->samples)
		return;
	strbuf_addf(out, "  %zu code%s in %zu sample%s; new by fifty:", saturation->codes, plural((int64_t)saturation->codes),
		    saturation->samples, plural((int64_t)saturation->samples));
	for (size_t i = saturation->block_count > 12 ? saturation->block_count - 12 : 0; i < saturation->block_count; i++)
		strbuf_addf(out, " %zu", saturation->blocks[i].fresh);
	strbuf_addstr(out, saturation->verdict == SATURATION_REACHED ? "; saturated: more samples will hardly bring new codes\n" :
		      saturation->verdict == SATURATION_GOES_ON ? "; not saturated: go on\n" :
		      "; whether that is all cannot be told from fewer than 100\n");
}

static void text_plans(struct strbuf *out, const struct stats *stats)
{
	for (size_t i = 0; i < stats->plan_count; i++) {
		const struct stats_plan *plan = &stats->plans[i];
		bool says = false;
		strbuf_addf(out, "  %s  %zu of %zu annotated, of %" PRId64 " sample%s: ", plan->query, plan->done, plan->samples, plan->population,
			    plural(plan->population));
		out_clean(out, slice_of(plan->from[0] ? plan->from : "all"));
		strbuf_addch(out, '\n');
		for (size_t k = 0; k < PLAN_USUAL_COUNT; k++) {
			if (isnan(plan->estimates[k].share))
				continue;
			says = true;
			strbuf_addf(out, "    %-26s", plan_usual[k]);
			figure_percent(out, plan->estimates[k].share, plan->estimates[k].within);
			strbuf_addch(out, '\n');
		}
		if (!plan_represents(plan->form))
			strbuf_addstr(out, "    not representative: chosen for being in doubt\n");
		else if (!says)
			strbuf_addf(out, "    nothing can be said yet: aitia plan show %s tells what is lacking\n", plan->name);
	}
}

static void text_actions(struct strbuf *out, const struct stats *stats)
{
	for (size_t i = 0; i < stats->action_count && i < TEXT_ROWS; i++) {
		const struct stats_action *action = &stats->actions[i];
		struct arena scratch = ARENA_INIT;
		strbuf_addf(out, "  %s A%" PRId64 "  %-10s ", action->incident, action->number,
			    instant_known(action->due) ? out_time(&scratch, action->due) : "no day");
		arena_release(&scratch);
		out_tone(out, action->overdue ? TONE_WARNING : TONE_PLAIN);
		strbuf_addstr(out, action->overdue ? "overdue  " : "         ");
		out_tone(out, TONE_PLAIN);
		out_clean_fit(out, action->text, 60);
		strbuf_addch(out, '\n');
	}
	if (stats->action_count > TEXT_ROWS)
		strbuf_addf(out, "  … and %zu more: --json has all\n", stats->action_count - TEXT_ROWS);
}

static void print_text(const struct stats *stats)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "%" PRId64 " sample%s, %" PRId64 " with a cause\n", stats->samples, plural(stats->samples), stats->judged);
	text_rows(&out, stats->statuses, stats->status_count);
	text_heading(&out, "causes, of the samples that have one (95 %); up to here: of all causes given");
	text_causes(&out, stats);
	text_heading(&out, "waiting, by age");
	text_rows(&out, stats->backlog, stats->backlog_count);
	if (stats->backlog_undated)
		strbuf_addf(&out, "  %" PRId64 " have no time\n", stats->backlog_undated);
	text_heading(&out, "flagged, by week");
	text_rows(&out, stats->weeks, stats->week_count);
	if (stats->outputs == OUTPUTS_NONE)
		strbuf_addstr(&out, "  these are counts, and a busier week looks like a worse one\n");
	if (stats->cannot) {
		strbuf_addstr(&out, "  no rates: ");
		out_clean(&out, slice_of(stats->cannot));
		strbuf_addch(&out, '\n');
	}
	text_heading(&out, "reviewers");
	if (stats->agreement.units) {
		strbuf_addf(&out, "  %zu sample%s by two or more, alpha ", stats->agreement.units, plural((int64_t)stats->agreement.units));
		figure_text(&out, stats->agreement.alpha, stats->agreement.alpha_within, 2);
		if (!isnan(stats->agreement.alpha) && isnan(stats->agreement.alpha_within.low))
			strbuf_addstr(&out, " (too few to say how sure that is)");
		strbuf_addf(&out, "; %" PRId64 " disputed: aitia list ", stats->disputed.count);
		out_shell(&out, stats->disputed.query);
		strbuf_addch(&out, '\n');
	} else {
		strbuf_addf(&out, "  cannot tell: %s\n", stats->rated.count ? "of no sample two have named a cause" : "no sample has been judged by two");
	}
	text_coding(&out, stats);
	if (stats->plan_count)
		text_heading(&out, "plans: shares of all that they were drawn from");
	text_plans(&out, stats);
	text_heading(&out, "incidents");
	strbuf_addf(&out, "  %" PRId64 ", %" PRId64 " open; actions: %" PRId64 " open, %" PRId64 " overdue\n", stats->incidents,
		    stats->open_incidents, stats->open_actions, stats->overdue_actions);
	text_actions(&out, stats);
	if (stats->change_count)
		text_heading(&out, stats->outputs == OUTPUTS_NONE ? "changes that shipped, and the flags that followed (counts, not rates)" :
				   "changes that shipped, and the flags that followed (times: of rates where outputs are known)");
	text_changes(&out, stats);
	out_flush(&out);
	strbuf_release(&out);
}

void stats_print(const struct stats *stats, bool as_json)
{
	if (as_json)
		print_json(stats);
	else
		print_text(stats);
}
