/* An incident for a reader at a terminal; --json prints the document instead. */
#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/cmd_redact.h"
#include "cli/output.h"
#include "core/change_chart.h"
#include "core/document.h"
#include "core/incident_review.h"
#include "core/incident_table.h"
#include "core/postmortem_state.h"
#include "core/publish.h"
#include "templates/templates.h"

static void add_heading(struct strbuf *out, const char *heading)
{
	strbuf_addch(out, '\n');
	out_tone(out, TONE_STRONG);
	out_clean(out, slice_of(heading));
	out_tone(out, TONE_PLAIN);
	strbuf_addch(out, '\n');
}

static void add_part(struct strbuf *out, const char *name, const char *value)
{
	if (!value || !value[0])
		return;
	strbuf_addf(out, "      %s: ", name);
	out_clean(out, slice_of(value));
	strbuf_addch(out, '\n');
}

static void add_word(struct strbuf *out, unsigned value, const char *word)
{
	if (value)
		strbuf_addf(out, ", %s", word);
}

static void add_head(struct arena *arena, struct strbuf *out, const struct incident *incident, const struct incident *whole)
{
	struct postmortem_review review = postmortem_review(whole);

	out_tone(out, TONE_STRONG);
	strbuf_addf(out, "%s  ", incident->key);
	out_clean(out, slice_of(incident->title));
	out_tone(out, TONE_PLAIN);
	strbuf_addf(out, "\n  %s", incident_status_word(incident->status));
	if (incident->partial) {
		strbuf_addstr(out, " in part; still open: ");
		out_clean(out, slice_of(incident->partial));
	}
	if (incident->duplicate_of)
		strbuf_addf(out, " of %s", incident->duplicate_of);
	if (incident->severity)
		strbuf_addf(out, ", %s (%s)", severity_word(incident->severity), severity_help(incident->severity));
	strbuf_addch(out, '\n');
	if (incident->illustrative)
		strbuf_addstr(out, "  ILLUSTRATIVE: some members were made to show something, never real output\n");
	if (incident->severity_rationale)
		out_clean_lines(out, slice_of(incident->severity_rationale), "  ");
	if (incident->signature) {
		strbuf_addstr(out, "  signature: ");
		out_clean(out, slice_of(incident->signature));
		strbuf_addch(out, '\n');
	}
	strbuf_addstr(out, "  postmortem: ");
	out_clean(out, slice_of(postmortem_review_text(arena, &review, incident != whole)));
	strbuf_addf(out, "\n  created %s, changed %s\n", out_time(arena, incident->created_at),
		    out_time(arena, incident->updated_at));
	strbuf_addstr(out, "  members: ");
	for (size_t role = 0; role < MEMBER_COUNT; role++)
		strbuf_addf(out, "%s%zu %s", role ? ", " : "", incident->member_counts[role],
			    member_role_word((enum member_role)role));
	strbuf_addf(out, " (aitia list incident:%s)\n", incident->key);
}

static void add_cause(struct strbuf *out, const struct incident_cause *cause)
{
	strbuf_addf(out, "  C%-3lld ", (long long)cause->number);
	out_clean(out, slice_of(cause->code));
	add_word(out, cause->role, cause_role_word(cause->role));
	add_word(out, cause->confidence, confidence_word(cause->confidence));
	add_word(out, cause->intent, intent_word(cause->intent));
	strbuf_addch(out, '\n');
	out_clean_lines(out, slice_of(cause->statement ? cause->statement : ""), "      ");
	if (cause->evidence_count > 0) {
		strbuf_addstr(out, "      evidence: sample");
		for (size_t i = 0; i < cause->evidence_count; i++)
			strbuf_addf(out, " %lld", (long long)cause->evidence[i]);
		strbuf_addch(out, '\n');
	}
}

static void add_event(struct arena *arena, struct strbuf *out, const struct incident_event *event)
{
	const char *at = instant_known(event->at) ? out_time(arena, event->at) : "(time unknown)";
	strbuf_addf(out, "  E%-3lld %s  %s", (long long)event->number, at, event_kind_word(event->kind));
	if (event->milestone)
		strbuf_addf(out, " %s", milestone_word(event->milestone));
	if (event->certainty != EVENT_CERTAINTY_EXACT)
		strbuf_addf(out, ", %s", event_certainty_word(event->certainty));
	strbuf_addch(out, '\n');
	out_clean_lines(out, slice_of(event->text ? event->text : ""), "      ");
	add_part(out, "cohort", event->cohort);
	add_part(out, "sources", event->sources);
}

static void add_action(struct arena *arena, struct strbuf *out, const struct incident_action *action)
{
	strbuf_addf(out, "  A%-3lld %s, %s", (long long)action->number, action_type_word(action->type),
		    action_status_word(action->status));
	if (action->cause)
		strbuf_addf(out, ", for C%lld", (long long)action->cause);
	if (instant_known(action->due))
		strbuf_addf(out, ", due %s", out_time(arena, action->due));
	strbuf_addch(out, '\n');
	out_clean_lines(out, slice_of(action->text ? action->text : ""), "      ");
	add_part(out, "owner", action->owner);
	add_part(out, "link", action->link);
	add_part(out, "success would show as", action->criterion);
}

/* ---- all other parts, by the table of their fields ------------------------------------- */

static void add_fields(struct arena *arena, struct strbuf *out, enum incident_child kind, const void *part)
{
	const struct incident_kind *table = incident_kind(kind);
	const char *title = incident_part_title(kind, part);

	for (size_t i = 0; i < table->field_count; i++) {
		const struct incident_field *field = &table->fields[i];
		const char *text = part_shown(arena, field, part);
		if (part_is_blank(field, part) || text == title)
			continue;
		if (field->type == INCIDENT_MARKDOWN && strchr(text, '\n')) {
			strbuf_addf(out, "      %s:\n", field->name);
			out_clean_lines(out, slice_of(text), "        ");
		} else {
			add_part(out, field->name, text);
		}
	}
}

static void add_others(struct arena *arena, struct strbuf *out, const struct incident *incident, enum incident_child kind)
{
	const struct incident_kind *table = incident_kind(kind);

	if (incident_part_count(incident, kind))
		add_heading(out, table->words);
	for (size_t i = 0; i < incident_part_count(incident, kind); i++) {
		const void *part = incident_part_at(incident, kind, i);
		strbuf_addf(out, "  %s%-3lld ", table->tag, (long long)incident_part_number(part));
		out_clean(out, slice_of(incident_part_title(kind, part)));
		strbuf_addch(out, '\n');
		add_fields(arena, out, kind, part);
	}
}

/* What a part of the older kinds says besides what is shown of it already. */
static void add_more(struct arena *arena, struct strbuf *out, enum incident_child kind, const void *part,
		     const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct incident_field *field = incident_field(kind, names[i]);
		if (!part_is_blank(field, part))
			add_part(out, names[i], part_shown(arena, field, part));
	}
}

/* ---- what follows --------------------------------------------------------------------- */

static void add_times(struct arena *arena, struct strbuf *out, const struct cohort_times *row, const char *name)
{
	bool any = false;

	for (int key = 0; key < INTERVAL_COUNT; key++) {
		const struct incident_interval *interval = &row->intervals[key];
		if (!interval->known)
			continue;
		if (!any) {
			strbuf_addstr(out, "  ");
			out_clean(out, slice_of(name));
			strbuf_addf(out, "%s\n", row->open && row->cohort ? " (open)" : "");
		}
		any = true;
		strbuf_addf(out, "    %-22s %s  (%s to %s)\n", interval_label((enum interval_key)key), interval_text(arena, interval),
			    milestone_word(interval->from), milestone_word(interval->to));
	}
}

/* Milestones down, cohorts across, as far as any is known. */
static void add_truth(struct arena *arena, struct strbuf *out, const struct incident_times *times)
{
	const int columns = 18;

	if (!times->cohort_count)
		return;
	add_heading(out, "milestones by cohort (UTC; ? disputed)");
	strbuf_addf(out, "  %-18s", "");
	for (size_t i = 0; i < times->cohort_count; i++)
		out_clean_fit(out, times->cohorts[i].cohort ? arena_printf(arena, " CO%lld%s", (long long)times->cohorts[i].cohort->number,
									     times->cohorts[i].open ? " open" : "") :
						arena_printf(arena, " %s", times->cohorts[i].name), columns);
	strbuf_addch(out, '\n');
	for (int m = MILESTONE_INTRODUCED; m < MILESTONE_COUNT; m++) {
		bool any = false;
		for (size_t i = 0; i < times->cohort_count; i++)
			any |= times->cohorts[i].at[m].known;
		if (!any)
			continue;
		strbuf_addf(out, "  %-18s", milestone_word((enum milestone)m));
		for (size_t i = 0; i < times->cohort_count; i++) {
			const struct time_span *span = &times->cohorts[i].at[m];
			out_clean_fit(out, !span->known ? " -" : arena_printf(arena, " %s%s", instant_text(arena, span->event->at),
									      span->certainty == EVENT_CERTAINTY_DISPUTED ? "?" : ""),
				      columns);
		}
		strbuf_addch(out, '\n');
	}
}

static void add_review(struct arena *arena, struct strbuf *out, const struct incident_review *review)
{
	const struct incident_times *times = review->times;
	const char *chart = change_chart(arena, review->incident, 78);
	size_t start, none;

	add_truth(arena, out, times);
	start = out->len_bytes;
	add_heading(out, "how long it took");
	none = out->len_bytes;
	add_times(arena, out, &times->whole, "all");
	for (size_t i = 0; i < times->cohort_count; i++)
		add_times(arena, out, &times->cohorts[i], times->cohorts[i].cohort ?
			  arena_printf(arena, "CO%lld %s", (long long)times->cohorts[i].cohort->number, times->cohorts[i].name) :
			  times->cohorts[i].name);
	if (out->len_bytes == none)
		strbuf_truncate(out, start);
	if (chart[0]) {
		add_heading(out, "changes over time ([ shipped, ] taken back, > in force, ~ some time there; o entry, x disputed)");
		out_clean_lines(out, slice_of(chart), "  ");
	}
	if (review->contradiction_count)
		add_heading(out, "contradictions in the record");
	for (size_t i = 0; i < review->contradiction_count; i++) {
		const struct contradiction_found *found = &review->contradictions[i];
		strbuf_addf(out, "  %s (%s)\n", contradiction_word(found->kind), found->parts);
		out_clean_lines(out, slice_of(found->text), "      ");
	}
	if (review->overlap_count)
		add_heading(out, "changes that overlap");
	for (size_t i = 0; i < review->overlap_count; i++)
		out_clean_lines(out, slice_of(review->overlaps[i].text), "  ");
}

void incident_text(struct arena *arena, struct strbuf *out, const struct incident_review *review, const struct incident *whole)
{
	const struct incident *incident = review->incident;
	size_t kind_count;
	const struct section_kind *kinds = section_kinds(&kind_count);

	add_head(arena, out, incident, whole);
	if (incident->cause_count > 0)
		add_heading(out, "causes");
	for (size_t i = 0; i < incident->cause_count; i++) {
		add_cause(out, &incident->causes[i]);
		add_more(arena, out, INCIDENT_CAUSE, &incident->causes[i], (const char *const[]){ "cites" }, 1);
		if (incident_symptom_only(incident, incident->causes[i].number))
			strbuf_addstr(out, "      SYMPTOM FIXED, CAUSE OPEN: what was finished for it reverts or mitigates\n");
	}
	if (incident->event_count > 0)
		add_heading(out, "timeline (UTC)");
	for (size_t i = 0; i < incident->event_count; i++) {
		add_event(arena, out, &incident->events[i]);
		add_more(arena, out, INCIDENT_EVENT, &incident->events[i],
			 (const char *const[]){ "cohorts", "change", "cites", "evidence" }, 4);
	}
	if (incident->action_count > 0)
		add_heading(out, "actions");
	for (size_t i = 0; i < incident->action_count; i++) {
		add_action(arena, out, &incident->actions[i]);
		add_more(arena, out, INCIDENT_ACTION, &incident->actions[i], (const char *const[]){ "result", "measured_at" }, 2);
	}
	for (int kind = INCIDENT_COHORT; kind < INCIDENT_CHILD_KINDS; kind++)
		add_others(arena, out, incident, (enum incident_child)kind);
	add_review(arena, out, review);
	for (size_t i = 0; i < kind_count; i++) {
		const char *markdown = incident_section(incident, kinds[i].key);
		if (markdown[0]) {
			add_heading(out, kinds[i].title);
			out_clean_lines(out, slice_of(markdown), "  ");
		}
	}
}

static void print_all(struct strbuf *out)
{
	if (out->len_bytes == 0 || out->text[out->len_bytes - 1] != '\n')
		strbuf_addch(out, '\n');
	out_flush(out);
}

static enum status print_shown(struct cli *cli, struct store *store, const char *key, struct redactor *redactor, bool as_json,
			       struct strbuf *out, struct error *err)
{
	struct postmortem_input input, redacted;
	const struct redact_hit *hits;
	struct incident *whole;
	size_t count = 0, open = 0;
	enum status status = store->ops->incident_get(store, &cli->arena, key, &whole, err);

	if (status == STATUS_OK)
		status = publish_gather_public(store, &cli->arena, key, 0, &input, err);
	if (status != STATUS_OK)
		return status;
	redact_input(redactor, &cli->arena, templates_renderer()->seen, &input, &redacted, &hits, &count);
	for (size_t i = 0; i < count; i++)
		open += hits[i].decision == REDACT_OPEN;
	if (open)
		return error_set(err, STATUS_REFUSED, "%zu place%s with secrets or personal data that nobody decided on (aitia redact "
				 "lists them)", open, open == 1 ? "" : "s");
	if (as_json)
		return document_write_shown(store, &cli->arena, redacted.incident, whole, NULL, out, err);
	incident_text(&cli->arena, out, redacted.review, whole);
	return STATUS_OK;
}

int incident_print_public(struct cli *cli, const char *key, const char *rules, bool as_json)
{
	struct redactor *redactor = NULL;
	struct strbuf out = STRBUF_INIT;
	struct store *store;
	struct error err;
	enum status status = incident_open(cli, key, STORE_READ, &store, &err);

	if (status == STATUS_OK)
		status = redact_open(cli, rules, &redactor, &err);
	if (status == STATUS_OK)
		status = print_shown(cli, store, key, redactor, as_json, &out, &err);
	if (status == STATUS_OK)
		print_all(&out);
	redactor_free(redactor);
	strbuf_release(&out);
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

int incident_print(struct cli *cli, const char *key, bool as_json)
{
	struct strbuf out = STRBUF_INIT;
	const struct incident_review *review;
	struct incident *incident;
	struct store *store;
	struct error err;
	enum status status = incident_open(cli, key, STORE_READ, &store, &err);

	if (status == STATUS_OK && as_json) {
		status = document_write(store, &cli->arena, key, &out, &err);
	} else if (status == STATUS_OK) {
		status = store->ops->incident_get(store, &cli->arena, key, &incident, &err);
		if (status == STATUS_OK)
			status = incident_review_load(store, &cli->arena, incident, &review, &err);
		if (status == STATUS_OK)
			incident_text(&cli->arena, &out, review, incident);
	}
	if (status == STATUS_OK)
		print_all(&out);
	strbuf_release(&out);
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}
