/* The overview tab: where the incident stands, its milestones and the times between them. */
#include <inttypes.h>

#include "tui/incident_screen.h"

#define NAME_COLUMNS 22
#define HOUR_US (INT64_C(3600) * 1000000)
#define DAY_US (24 * HOUR_US)

static void name(struct pane *pane, const char *text)
{
	pane_addf(pane, STYLE_MUTED, "%-*s", NAME_COLUMNS, text);
}

static void count(struct pane *pane, const char *text, size_t number, const char *more)
{
	name(pane, text);
	pane_addf(pane, STYLE_TEXT, "%zu%s", number, more ? more : "");
	pane_end(pane, 1);
}

static void heading(struct pane *pane, const char *text)
{
	pane_end(pane, 0);
	pane_add(pane, STYLE_TITLE, text);
	pane_end(pane, 1);
}

static void state(struct pane *pane, const struct incident *incident)
{
	struct arena arena = ARENA_INIT;

	name(pane, "status");
	pane_addf(pane, STYLE_TITLE, "%s", incident_status_word(incident->status));
	pane_addf(pane, STYLE_MUTED, "  %s", incident_status_help(incident->status));
	pane_end(pane, 1);
	name(pane, "severity");
	if (incident->severity == SEVERITY_NONE) {
		pane_add(pane, STYLE_MUTED, "not said (Y sets it)");
	} else {
		pane_addf(pane, STYLE_TITLE, "%s", severity_word(incident->severity));
		pane_addf(pane, STYLE_MUTED, "  %s", severity_help(incident->severity));
	}
	pane_end(pane, 1);
	if (incident->severity_rationale && incident->severity_rationale[0]) {
		name(pane, "");
		pane_add(pane, STYLE_TEXT, incident->severity_rationale);
		pane_end(pane, 1);
	}
	name(pane, "made");
	pane_add(pane, STYLE_TEXT, instant_text(&arena, (struct instant){ incident->created_at.at_us, PRECISION_MINUTE }));
	if (incident->updated_at.at_us != incident->created_at.at_us)
		pane_addf(pane, STYLE_MUTED, "  changed %s",
			  instant_text(&arena, (struct instant){ incident->updated_at.at_us, PRECISION_MINUTE }));
	pane_end(pane, 1);
	arena_release(&arena);
}

static void counts(struct pane *pane, const struct incident *incident)
{
	size_t open = 0, members = 0;
	char more[64];

	for (size_t i = 0; i < incident->action_count; i++)
		open += incident->actions[i].status == ACTION_STATUS_OPEN ||
			incident->actions[i].status == ACTION_STATUS_IN_PROGRESS;
	for (size_t i = 0; i < MEMBER_COUNT; i++)
		members += incident->member_counts[i];
	snprintf(more, sizeof(more), "  (%zu core, %zu likely, %zu control)", incident->member_counts[MEMBER_CORE],
		 incident->member_counts[MEMBER_LIKELY], incident->member_counts[MEMBER_CONTROL]);
	count(pane, "members", members, members ? more : NULL);
	count(pane, "causes", incident->cause_count, NULL);
	count(pane, "events", incident->event_count, NULL);
	snprintf(more, sizeof(more), "  (%zu to do)", open);
	count(pane, "actions", incident->action_count, incident->action_count ? more : NULL);
}

/* No finer than the coarser of the two ends is known. */
static void interval_text(char out[48], struct instant from, struct instant to)
{
	enum precision precision = from.precision < to.precision ? from.precision : to.precision;
	int64_t span = to.at_us - from.at_us;
	const char *sign = span < 0 ? "-" : "", *about = precision < PRECISION_DAY ? "about " : "";
	int64_t days, hours;

	if (span < 0)
		span = -span;
	days = span / DAY_US;
	hours = span % DAY_US / HOUR_US;
	if (precision <= PRECISION_DAY)
		snprintf(out, 48, "%s%s%" PRId64 " d", about, sign, days);
	else if (days)
		snprintf(out, 48, "%s%" PRId64 " d %" PRId64 " h", sign, days, hours);
	else if (precision == PRECISION_HOUR)
		snprintf(out, 48, "%s%" PRId64 " h", sign, hours);
	else
		snprintf(out, 48, "%s%" PRId64 " h %" PRId64 " min", sign, hours, span % HOUR_US / (HOUR_US / 60));
}

static void intervals(struct pane *pane, const struct incident *incident)
{
	static const struct {
		const char *name;
		enum milestone from, to;
	} spans[] = {
		{ "time to impact", MILESTONE_INTRODUCED, MILESTONE_FIRST_IMPACT },
		{ "time to detect", MILESTONE_FIRST_IMPACT, MILESTONE_DETECTED },
		{ "detectable earlier", MILESTONE_FIRST_DETECTABLE, MILESTONE_DETECTED },
		{ "report to detection", MILESTONE_FIRST_REPORT, MILESTONE_DETECTED },
		{ "time to mitigate", MILESTONE_DETECTED, MILESTONE_MITIGATED },
		{ "time to resolve", MILESTONE_DETECTED, MILESTONE_RESOLVED },
		{ "users were hit for", MILESTONE_FIRST_IMPACT, MILESTONE_RESOLVED },
		{ "notice after", MILESTONE_DETECTED, MILESTONE_USERS_NOTIFIED },
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		struct instant from = incident_milestone(incident, spans[i].from);
		struct instant to = incident_milestone(incident, spans[i].to);
		char text[48];
		if (!instant_known(from) || !instant_known(to))
			continue;
		if (!any)
			heading(pane, "Intervals");
		any = true;
		interval_text(text, from, to);
		name(pane, spans[i].name);
		pane_add(pane, STYLE_TEXT, text);
		pane_addf(pane, STYLE_MUTED, "  %s to %s", milestone_word(spans[i].from), milestone_word(spans[i].to));
		pane_end(pane, 1);
	}
}

void incident_overview_fill(struct pane *pane, const struct incident *incident)
{
	struct arena arena = ARENA_INIT;
	size_t section_count;
	const struct section_kind *sections = section_kinds(&section_count);

	pane_clear(pane);
	state(pane, incident);
	counts(pane, incident);
	heading(pane, "Milestones (UTC)");
	for (int milestone = MILESTONE_INTRODUCED; milestone < MILESTONE_COUNT; milestone++) {
		struct instant at = incident_milestone(incident, (enum milestone)milestone);
		name(pane, milestone_word((enum milestone)milestone));
		pane_add(pane, instant_known(at) ? STYLE_TEXT : STYLE_MUTED,
			 instant_known(at) ? instant_text(&arena, at) : "not known");
		pane_end(pane, 1);
	}
	intervals(pane, incident);
	heading(pane, "Sections (e writes them)");
	for (size_t i = 0; i < section_count; i++) {
		const char *text = incident_section(incident, sections[i].key);
		name(pane, sections[i].key);
		pane_add(pane, text[0] ? STYLE_GOOD : STYLE_MUTED, text[0] ? "written" : "empty");
		pane_end(pane, 1);
	}
	arena_release(&arena);
}
