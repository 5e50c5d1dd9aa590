#include "core/draft.h"

#include "core/draft_text.h"

static void write_front(struct strbuf *out, const struct incident *incident)
{
	strbuf_addf(out,
		    "<!-- %s: all of this is read back when the editor closes. Remarks like this one are dropped.\n"
		    "     To begin a line of your own with \"# \", \"## \", \"===\" or \"<!--\", put a backslash before it. "
		    "Parts may be moved, and titled anew while their {#key} stays. -->\n",
		    incident->key ? incident->key : "A new incident");
	strbuf_addstr(out, "Title: ");
	draft_field_write(out, incident->title, DRAFT_LINE);
	strbuf_addf(out, "\nStatus: %s\nSeverity: %s", incident_status_word(incident->status),
		    severity_word(incident->severity));
	if (incident->severity_rationale && incident->severity_rationale[0]) {
		strbuf_addstr(out, " \xe2\x80\x94 ");
		draft_field_write(out, incident->severity_rationale, DRAFT_LINE);
	}
	strbuf_addstr(out, "\nSignature:");
	if (incident->signature) {
		strbuf_addch(out, ' ');
		draft_field_write(out, incident->signature, DRAFT_LINE);
	}
	strbuf_addch(out, '\n');
}

static void write_sections(struct strbuf *out, const struct incident *incident, const struct renderer *renderer)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	for (size_t i = 0; i < count; i++) {
		strbuf_addf(out, "\n# %s {#%s}\n<!-- %s -->\n\n", kinds[i].title, kinds[i].key, kinds[i].prompt);
		draft_block_write(out, incident_section(incident, kinds[i].key), DRAFT_SECTION_BLOCK, renderer);
	}
}

/* "(trigger, confirmed, defect)": what is not said is left out. */
static void write_judgement(struct strbuf *out, const struct incident_cause *cause)
{
	const char *sign = " (";

	if (cause->role != ROLE_NONE) {
		strbuf_addf(out, "%s%s", sign, cause_role_word(cause->role));
		sign = ", ";
	}
	if (cause->confidence != CONFIDENCE_NONE) {
		strbuf_addf(out, "%s%s", sign, confidence_word(cause->confidence));
		sign = ", ";
	}
	if (cause->intent != INTENT_UNKNOWN) {
		strbuf_addf(out, "%s%s", sign, intent_word(cause->intent));
		sign = ", ";
	}
	if (sign[0] == ',')
		strbuf_addch(out, ')');
}

static void write_causes(struct strbuf *out, const struct incident *incident, const struct renderer *renderer)
{
	strbuf_addstr(out, "\n# Causes {#causes}\n<!-- ## category/sub-cause (role, confidence, intent), and below it what "
			   "exactly caused what.\n     Without a number it is a new one. -->\n");
	for (size_t i = 0; i < incident->cause_count; i++) {
		const struct incident_cause *cause = &incident->causes[i];
		strbuf_addf(out, "\n## C%lld ", (long long)cause->number);
		draft_field_write(out, cause->code, DRAFT_CODE);
		write_judgement(out, cause);
		strbuf_addstr(out, "\n\n");
		draft_block_write(out, cause->statement, DRAFT_STATEMENT_BLOCK, renderer);
	}
}

static void write_timeline(struct strbuf *out, const struct incident *incident)
{
	strbuf_addstr(out, "\n# Timeline {#timeline}\n<!-- - when (UTC) | kind milestone | certainty | text | sources: \xe2\x80\xa6 | "
			   "cohort: \xe2\x80\xa6\n     Short: - when | text. Without a number it is a new one. -->\n\n");
	for (size_t i = 0; i < incident->event_count; i++) {
		const struct incident_event *event = &incident->events[i];
		strbuf_addf(out, "- E%lld ", (long long)event->number);
		if (instant_known(event->at))
			instant_format(out, event->at);
		else
			strbuf_addstr(out, "unknown");
		strbuf_addf(out, " | %s", event_kind_word(event->kind));
		if (event->milestone != MILESTONE_NONE)
			strbuf_addf(out, " %s", milestone_word(event->milestone));
		strbuf_addf(out, " | %s | ", event_certainty_word(event->certainty));
		draft_field_write(out, event->text, DRAFT_EVENT);
		if (event->sources && event->sources[0]) {
			strbuf_addstr(out, " | sources: ");
			draft_field_write(out, event->sources, DRAFT_EVENT);
		}
		if (event->cohort && event->cohort[0]) {
			strbuf_addstr(out, " | cohort: ");
			draft_field_write(out, event->cohort, DRAFT_EVENT);
		}
		strbuf_addch(out, '\n');
	}
}

static void write_group(struct strbuf *out, const char *name, const char *text)
{
	if (!text || !text[0])
		return;
	strbuf_addf(out, " (%s: ", name);
	draft_field_write(out, text, DRAFT_TEXT);
	strbuf_addch(out, ')');
}

static void write_actions(struct strbuf *out, const struct incident *incident)
{
	strbuf_addstr(out, "\n# Actions {#actions}\n<!-- - [status] type C1 @owner due 2026-06-01: text (criterion: \xe2\x80\xa6) "
			   "(link: \xe2\x80\xa6)\n     Without a number it is a new one. -->\n\n");
	for (size_t i = 0; i < incident->action_count; i++) {
		const struct incident_action *action = &incident->actions[i];
		strbuf_addf(out, "- A%lld [%s] %s", (long long)action->number, action_status_word(action->status),
			    action_type_word(action->type));
		if (action->cause)
			strbuf_addf(out, " C%lld", (long long)action->cause);
		if (action->owner && action->owner[0]) {
			strbuf_addstr(out, " @");
			draft_field_write(out, action->owner, DRAFT_OWNER);
		}
		if (instant_known(action->due)) {
			strbuf_addstr(out, " due ");
			instant_format_iso(out, action->due);
		}
		strbuf_addstr(out, ": ");
		draft_field_write(out, action->text, DRAFT_TEXT);
		write_group(out, "criterion", action->criterion);
		write_group(out, "link", action->link);
		strbuf_addch(out, '\n');
	}
}

void draft_write(const struct incident *incident, const struct renderer *renderer, struct strbuf *out)
{
	write_front(out, incident);
	write_sections(out, incident, renderer);
	write_causes(out, incident, renderer);
	write_timeline(out, incident);
	write_actions(out, incident);
	draft_record_write(out, incident);
}
