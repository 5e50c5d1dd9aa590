#include "templates/build_record.h"

/* "2026-02 (month)": a date alone does not say that the hour is unknown. */
static struct value *build_when(struct builder *b, const struct incident_event *event)
{
	static const char *const precisions[] = {
		[PRECISION_YEAR] = " (year)", [PRECISION_MONTH] = " (month)", [PRECISION_DAY] = " (day)",
		[PRECISION_HOUR] = " (hour)",
	};
	enum precision precision = event->at.precision;
	const char *known = precision < ARRAY_LEN(precisions) && precisions[precision] ? precisions[precision] : "";

	if (!instant_known(event->at))
		return build_text(b, "not known", ESCAPE_CELL);
	return build_text(b, arena_printf(b->arena, "%s%s%s",
					  event->certainty == EVENT_CERTAINTY_APPROXIMATE ? "about " : "",
					  instant_text(b->arena, event->at), known),
			  ESCAPE_CELL);
}

static struct value *build_kind(struct builder *b, const struct incident_event *event)
{
	struct strbuf buf = STRBUF_INIT;

	build_put(b, &buf, build_words(b, event_kind_word(event->kind)), ESCAPE_CELL);
	if (event->milestone != MILESTONE_NONE) {
		strbuf_addstr(&buf, ": **");
		build_put(b, &buf, build_words(b, milestone_word(event->milestone)), ESCAPE_CELL);
		strbuf_addstr(&buf, "**");
	}
	return build_markup(b, &buf, VALUE_CELL);
}

static struct value *build_certainty(struct builder *b, const struct incident_event *event)
{
	struct strbuf buf = STRBUF_INIT;
	const char *mark = event->certainty == EVENT_CERTAINTY_DISPUTED ? "**" : "";

	if (event->certainty == EVENT_CERTAINTY_EXACT) /* the rule; the others stand out */
		return build_text(b, "", ESCAPE_CELL);
	strbuf_addstr(&buf, mark);
	build_put(b, &buf, event_certainty_word(event->certainty), ESCAPE_CELL);
	strbuf_addstr(&buf, mark);
	return build_markup(b, &buf, VALUE_CELL);
}

/* What is said in words, then the cohorts of the record: "CO1 Pro and Max". */
static const char *build_who(struct builder *b, const struct incident_event *event)
{
	const struct incident *incident = b->input->incident;
	const char *text = event->cohort ? event->cohort : "";

	for (size_t i = 0; i < event->cohorts_count; i++)
		for (size_t k = 0; k < incident->cohort_count; k++)
			if (incident->cohorts[k].number == event->cohorts[i])
				text = arena_printf(b->arena, "%s%sCO%lld %s", text, text[0] ? "; " : "",
						    (long long)event->cohorts[i], incident->cohorts[k].name);
	return text;
}

struct value *build_timeline(struct builder *b, struct timeline_columns *has)
{
	const struct incident *incident = b->input->incident;
	struct value *list = value_list(b->arena);

	*has = (struct timeline_columns){ false, false, false };
	for (size_t i = 0; i < incident->event_count; i++) {
		const struct incident_event *event = &incident->events[i];
		struct value *row = value_object(b->arena);
		struct strbuf sources = STRBUF_INIT;
		const char *who = build_who(b, event);
		const char *says = build_sources(b, event->sources, event->cites, event->cites_count);

		has->certainty = has->certainty || event->certainty != EVENT_CERTAINTY_EXACT;
		has->cohort = has->cohort || who[0];
		has->sources = has->sources || says[0];
		site_put_linked(b->site, &sources, slice_of(says), ESCAPE_CELL);
		value_set(row, "when", build_when(b, event));
		value_set(row, "what", build_markdown_cell(b, event->text));
		value_set(row, "kind", build_kind(b, event));
		value_set(row, "certainty", build_certainty(b, event));
		value_set(row, "cohort", build_text(b, who, ESCAPE_CELL));
		value_set(row, "sources", build_markup(b, &sources, VALUE_CELL));
		value_add(list, row);
	}
	return list;
}
