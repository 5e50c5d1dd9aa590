/* "computed" of the apply document: what follows from the record, for those who read it. It
 * is never read back. */
#include "core/document_part.h"
#include "core/incident_review.h"
#include "core/postmortem_state.h"

static void begin(struct json_writer *json, const char *name)
{
	json_write_name(json, name);
	json_write_begin(json, '{');
}

static void write_time(struct json_writer *json, const char *name, int64_t at_us)
{
	struct instant at = { at_us, at_us % SECOND_US ? PRECISION_MICROSECOND : PRECISION_SECOND };
	struct strbuf text = STRBUF_INIT;

	if (at_us == INT64_MAX)
		strbuf_clear(&text);
	else
		instant_format_iso(&text, at);
	json_write_member(json, name, text.len_bytes ? text.text : NULL);
	strbuf_release(&text);
}

static void write_milestones(struct json_writer *json, const struct cohort_times *row)
{
	begin(json, "milestones");
	for (int m = MILESTONE_INTRODUCED; m < MILESTONE_COUNT; m++) {
		const struct time_span *span = &row->at[m];
		if (!span->known)
			continue;
		begin(json, milestone_word((enum milestone)m));
		write_time(json, "earliest", span->first_us);
		write_time(json, "latest", span->last_us);
		json_write_member(json, "certainty", event_certainty_word(span->certainty));
		json_write_member_int(json, "event", span->event->number);
		json_write_member_int(json, "claims", (int64_t)span->claims);
		json_write_end(json, '}');
	}
	json_write_end(json, '}');
}

/* An interval that is not known is left out: a blank, never zero. */
static void write_intervals(struct json_writer *json, const struct cohort_times *row)
{
	begin(json, "intervals");
	for (int key = 0; key < INTERVAL_COUNT; key++) {
		const struct incident_interval *interval = &row->intervals[key];
		if (!interval->known)
			continue;
		begin(json, interval_word((enum interval_key)key));
		json_write_member(json, "from", milestone_word(interval->from));
		json_write_member(json, "to", milestone_word(interval->to));
		json_write_name(json, "least_s");
		json_write_double(json, (double)interval->least_us / (double)SECOND_US);
		json_write_name(json, "most_s");
		json_write_double(json, (double)interval->most_us / (double)SECOND_US);
		json_write_member(json, "certainty", event_certainty_word(interval->certainty));
		json_write_end(json, '}');
	}
	json_write_end(json, '}');
}

static void write_row(struct json_writer *json, const struct cohort_times *row)
{
	json_write_begin(json, '{');
	json_write_name(json, "cohort");
	if (row->cohort)
		json_write_int(json, row->cohort->number);
	else
		json_write_null(json);
	json_write_member(json, "name", row->name);
	json_write_name(json, "open");
	json_write_bool(json, row->open);
	write_milestones(json, row);
	write_intervals(json, row);
	json_write_end(json, '}');
}

static void write_found(struct json_writer *json, const struct incident_review *review)
{
	json_write_name(json, "contradictions");
	json_write_begin(json, '[');
	for (size_t i = 0; i < review->contradiction_count; i++) {
		const struct contradiction_found *found = &review->contradictions[i];
		json_write_begin(json, '{');
		json_write_member(json, "kind", contradiction_word(found->kind));
		json_write_member(json, "parts", found->parts);
		json_write_member(json, "text", found->text);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	json_write_name(json, "overlaps");
	json_write_begin(json, '[');
	for (size_t i = 0; i < review->overlap_count; i++) {
		const struct change_overlap *overlap = &review->overlaps[i];
		json_write_begin(json, '{');
		json_write_name(json, "changes");
		json_write_begin(json, '[');
		json_write_int(json, overlap->first->number);
		json_write_int(json, overlap->second->number);
		json_write_end(json, ']');
		write_time(json, "from", overlap->from_us);
		write_time(json, "to", overlap->to_us);
		json_write_member(json, "text", overlap->text);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

void document_write_computed(struct json_writer *json, const struct incident_review *review, const struct incident *whole)
{
	struct postmortem_review postmortem = postmortem_review(whole);
	const struct incident *incident = review->incident;

	begin(json, "computed");
	json_write_member(json, "postmortem", postmortem_state_word(postmortem.state));
	json_write_name(json, "all");
	write_row(json, &review->times->whole);
	json_write_name(json, "cohorts");
	json_write_begin(json, '[');
	for (size_t i = 0; i < review->times->cohort_count; i++)
		write_row(json, &review->times->cohorts[i]);
	json_write_end(json, ']');
	write_found(json, review);
	json_write_name(json, "symptom_only");
	json_write_begin(json, '[');
	for (size_t i = 0; i < incident->cause_count; i++)
		if (incident_symptom_only(incident, incident->causes[i].number))
			json_write_int(json, incident->causes[i].number);
	json_write_end(json, ']');
	json_write_name(json, "flagged_after_resolved");
	if (review->flagged_after < 0)
		json_write_null(json);
	else
		json_write_int(json, review->flagged_after);
	json_write_end(json, '}');
}
