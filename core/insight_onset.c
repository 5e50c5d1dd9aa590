/* Since when: a history's answer, and the milestone that it makes. */
#include <string.h>

#include "core/incident_times.h"
#include "core/insight.h"

enum status onset_ask(const struct inquiry *inquiry, const struct history *history, const struct table *cases,
		      const struct table *all, const struct onset_options *options, struct onset_answer *out, struct error *err)
{
	*out = (struct onset_answer){ .history = history, .alarm_days = options->alarm_days, .detected = INSTANT_UNKNOWN,
				      .by = history->by_column ? table_key_word(&history->keys[history->by_column]) : NULL };
	history_series(inquiry, history, cases, all, &out->series);
	if (out->series.without_outputs > 0)
		out->without_outputs = history_without_outputs(inquiry->arena, history, &out->series, "");
	if (history->cannot) {
		out->onset = (struct onset){ .verdict = ONSET_CANNOT_TELL, .reason = history->cannot, .p = NAN, .threshold = NAN };
		return STATUS_OK;
	}
	return onset_of(inquiry->arena, &out->series, options, &out->onset, err);
}

/* ---- the command ----------------------------------------------------------------------------- */

/* One word of a shell, quoted where it must be. `of_words`: it may be several that are joined by blanks. */
static void add_word(struct strbuf *out, const char *text, bool of_words)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:.,/=@%+-";

	if (!text[strspn(text, plain)] || (of_words && !text[strcspn(text, "\"'\\$`&|;<>(){}[]*?!#~^\t\n")])) {
		strbuf_addstr(out, text);
		return;
	}
	strbuf_addch(out, '\'');
	for (; *text; text++)
		if (*text == '\'')
			strbuf_addstr(out, "'\\''");
		else
			strbuf_addch(out, *text);
	strbuf_addch(out, '\'');
}

static void add_option(struct strbuf *out, const char *name, const char *value)
{
	if (!value)
		return;
	strbuf_addf(out, " --%s=", name);
	add_word(out, value, false);
}

char *onset_command(struct arena *arena, const struct history_wish *wish, double alarm_days)
{
	struct strbuf text = STRBUF_INIT;
	const char *adjust = wish->adjust ? wish->adjust : "";
	char *out;

	strbuf_addstr(&text, "aitia onset ");
	add_word(&text, wish->query, true);
	add_option(&text, "among", wish->among);
	add_option(&text, "exposure", wish->exposure);
	add_option(&text, "adjust", strcmp(adjust, ONSET_ADJUSTED) ? adjust : NULL);
	if (alarm_days != ONSET_ALARM_DAYS)
		strbuf_addf(&text, " --alarm-days=%.0f", alarm_days);
	out = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out;
}

/* ---- since when one could have known ----------------------------------------------------------- */

const struct onset_change *onset_first_detectable(const struct onset_answer *answer)
{
	const struct onset_change *best = NULL;

	for (size_t i = 0; i < answer->onset.change_count; i++)
		if (answer->onset.changes[i].detectable != SIZE_MAX &&
		    (!best || answer->onset.changes[i].evidence > best->evidence))
			best = &answer->onset.changes[i];
	return best;
}

bool onset_gap(const struct onset_answer *answer, int64_t *days)
{
	const struct onset_change *change = onset_first_detectable(answer);

	if (!change || !instant_known(answer->detected))
		return false;
	*days = answer->detected.at_us / DAY_US - (answer->series.first_day + (int64_t)change->detectable);
	return true;
}

void onset_take_incident(struct arena *arena, const struct incident *incident, int64_t cohort, struct onset_answer *answer)
{
	const struct incident_times *times = incident_times(arena, incident);
	const struct cohort_times *row = &times->whole;

	for (size_t i = 0; i < times->cohort_count; i++)
		if (times->cohorts[i].cohort && times->cohorts[i].cohort->number == cohort)
			row = &times->cohorts[i];
	answer->incident = incident->key;
	answer->cohort = cohort;
	if (row->at[MILESTONE_DETECTED].known)
		answer->detected = row->at[MILESTONE_DETECTED].event->at;
}

/* Takes away what an event says of the cohort (0: of all); what it says of other cohorts stays. */
static bool is_taken_away(struct arena *arena, struct incident_event *event, int64_t cohort)
{
	int64_t *others;
	size_t count = 0;

	if (event->milestone != MILESTONE_FIRST_DETECTABLE)
		return false;
	if (!cohort)
		return !event->cohorts_count && !(event->cohort && event->cohort[0]);
	others = arena_array(arena, event->cohorts_count + 1, sizeof(*others));
	for (size_t i = 0; i < event->cohorts_count; i++)
		if (event->cohorts[i] != cohort)
			others[count++] = event->cohorts[i];
	if (count == event->cohorts_count)
		return false;
	event->cohorts = others;
	event->cohorts_count = count;
	return count == 0;
}

enum status onset_set_milestone(struct arena *arena, const struct onset_answer *answer, const char *asked, int64_t cohort,
				struct incident *incident, int64_t *number, struct error *err)
{
	const struct onset_change *change = onset_first_detectable(answer);
	const struct series *series = &answer->series;
	struct incident_event event = { .kind = EVENT_MILESTONE, .milestone = MILESTONE_FIRST_DETECTABLE,
					.certainty = EVENT_CERTAINTY_INFERRED, .sources = asked };

	if (!change)
		return error_set(err, STATUS_REFUSED, "nothing was detectable: there is no milestone to set");
	for (size_t i = 0; i < incident->event_count;) {
		if (is_taken_away(arena, &incident->events[i], cohort))
			incident_remove(incident, arena, INCIDENT_EVENT, incident->events[i].number);
		else
			i++;
	}
	event.at = (struct instant){ (series->first_day + (int64_t)change->detectable) * DAY_US, PRECISION_DAY };
	event.text = arena_printf(arena, "A monitor with one false alarm in %.0f days would have fired at the end of this day: "
				  "the rate was %.2f times that before (95 %%: %.2f to %.2f), changed on %s (%s to %s).",
				  answer->alarm_days, change->ratio, change->within.low, change->within.high,
				  series_day(arena, series, (double)change->day), series_day(arena, series, (double)change->low),
				  series_day(arena, series, (double)change->high));
	if (cohort) {
		event.cohorts = &cohort;
		event.cohorts_count = 1;
	}
	*number = incident_add_event(incident, arena, &event);
	return STATUS_OK;
}
