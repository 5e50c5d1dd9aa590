/* The overview tab: where the incident stands, its milestones and the times between them. */
#include <inttypes.h>

#include "core/base/utf8.h"
#include "core/change_chart.h"
#include "core/insight.h"
#include "core/postmortem_state.h"
#include "tui/incident_screen.h"
#include "tui/text_run.h"

#define NAME_COLUMNS 22
#define LINE_MORE 3 /* of a line that is in one piece, over the width at which texts are broken: with its indent, all of 80 columns */

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

static void state(struct pane *pane, const struct incident *incident, int width)
{
	struct postmortem_review review = postmortem_review(incident);
	struct arena arena = ARENA_INIT;

	name(pane, "status");
	pane_addf(pane, STYLE_TITLE, "%s", incident_status_word(incident->status));
	pane_addf(pane, STYLE_MUTED, "  %s", incident_status_help(incident->status));
	pane_end(pane, 1);
	name(pane, "postmortem");
	pane_hang(pane, STYLE_TEXT, 1, NAME_COLUMNS + 1, width, postmortem_review_text(&arena, &review, false));
	if (review.step && review.step->text) {
		name(pane, "remark");
		pane_hang(pane, STYLE_TEXT, 1, NAME_COLUMNS + 1, width, review.step->text);
	}
	if (incident->partial) {
		name(pane, "still open");
		pane_hang(pane, STYLE_WARNING, 1, NAME_COLUMNS + 1, width, incident->partial);
	}
	if (incident->duplicate_of) {
		name(pane, "covered by");
		pane_add(pane, STYLE_TEXT, incident->duplicate_of);
		pane_end(pane, 1);
	}
	name(pane, "severity");
	if (incident->severity == SEVERITY_NONE) {
		pane_add(pane, STYLE_MUTED, "not said (Y sets it)");
	} else {
		pane_addf(pane, STYLE_TITLE, "%s", severity_word(incident->severity));
		pane_addf(pane, STYLE_MUTED, "  %s", severity_help(incident->severity));
	}
	pane_end(pane, 1);
	pane_wrap(pane, STYLE_TEXT, NAME_COLUMNS + 1, width, incident->severity_rationale);
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

static void intervals(struct pane *pane, struct arena *arena, const struct cohort_times *row, const char *title, int width)
{
	bool any = false;

	for (int key = 0; key < INTERVAL_COUNT; key++) {
		const struct incident_interval *interval = &row->intervals[key];
		if (!interval->known)
			continue;
		const char *took = interval_text(arena, interval);
		const char *ends = arena_printf(arena, "%s to %s", milestone_word(interval->from), milestone_word(interval->to));
		if (!any) {
			pane_end(pane, 0);
			pane_wrap(pane, STYLE_TITLE, 1, width + LINE_MORE, title);
		}
		any = true;
		name(pane, interval_label((enum interval_key)key));
		pane_add(pane, interval->certainty == EVENT_CERTAINTY_EXACT ? STYLE_TEXT : STYLE_WARNING, took);
		if (NAME_COLUMNS + utf8_text_columns(slice_of(took)) + 2 + utf8_text_columns(slice_of(ends)) > width + LINE_MORE - 1) {
			pane_end(pane, 1);
			pane_add(pane, STYLE_MUTED, ends);
			pane_end(pane, NAME_COLUMNS + 1);
			continue;
		}
		pane_addf(pane, STYLE_MUTED, "  %s", ends);
		pane_end(pane, 1);
	}
}

static const char *row_name(struct arena *arena, const struct cohort_times *row)
{
	return row->cohort ? arena_printf(arena, "CO%" PRId64 " %s", row->cohort->number, row->name) : row->name;
}

/* For each cohort: its milestones on a line of their own, and whether it is over. */
static void cohorts(struct pane *pane, struct arena *arena, const struct incident_times *times)
{
	if (times->cohort_count)
		heading(pane, "Milestones by cohort (UTC; ? disputed)");
	for (size_t i = 0; i < times->cohort_count; i++) {
		const struct cohort_times *row = &times->cohorts[i];
		bool affected = !row->cohort || row->cohort->state != COHORT_NOT_AFFECTED;
		pane_add(pane, STYLE_TITLE, row_name(arena, row));
		pane_add(pane, row->open ? STYLE_WARNING : STYLE_GOOD, row->open ? "  open" : affected ? "  over" : "  not affected");
		pane_end(pane, 1);
		for (int m = MILESTONE_INTRODUCED; m < MILESTONE_COUNT; m++) {
			const struct time_span *span = &row->at[m];
			if (!span->known)
				continue;
			name(pane, milestone_word((enum milestone)m));
			pane_addf(pane, STYLE_TEXT, "%s", instant_text(arena, span->event->at));
			if (span->certainty != EVENT_CERTAINTY_EXACT)
				pane_add(pane, STYLE_WARNING, span->certainty == EVENT_CERTAINTY_DISPUTED ? " ?" : " ~");
			pane_addf(pane, STYLE_MUTED, "  E%" PRId64, span->event->number);
			pane_end(pane, 1);
		}
	}
}

/* Changes over time: lines of plain ASCII. */
static void chart(struct pane *pane, const char *text)
{
	if (text[0]) {
		heading(pane, "Changes over time");
		pane_add(pane, STYLE_MUTED, "[ shipped, ] taken back, > in force; o entry, x disputed");
		pane_end(pane, 1);
	}
	while (*text) {
		size_t len = strcspn(text, "\n");
		pane_addf(pane, STYLE_TEXT, "%.*s", (int)len, text);
		pane_end(pane, 1);
		text += len + (text[len] == '\n');
	}
}

static void findings(struct pane *pane, const struct incident_review *review, int width)
{
	const struct incident *incident = review->incident;

	if (review->contradiction_count)
		heading(pane, "Contradictions in the record");
	for (size_t i = 0; i < review->contradiction_count; i++) {
		const struct contradiction_found *found = &review->contradictions[i];
		pane_addf(pane, STYLE_WARNING, "%s", contradiction_word(found->kind));
		pane_addf(pane, STYLE_KEY, "  %s", found->parts);
		pane_end(pane, 1);
		pane_wrap(pane, STYLE_TEXT, 3, width - 2, found->text);
	}
	if (review->overlap_count)
		heading(pane, "Changes that overlap");
	for (size_t i = 0; i < review->overlap_count; i++)
		pane_wrap(pane, STYLE_WARNING, 1, width, review->overlaps[i].text);
	for (size_t i = 0; i < incident->cause_count; i++)
		if (incident_symptom_only(incident, incident->causes[i].number)) {
			pane_end(pane, 0);
			pane_addf(pane, STYLE_WARNING, "C%" PRId64 ": symptom fixed, cause open", incident->causes[i].number);
			pane_end(pane, 1);
		}
}

static void watching(struct pane *pane, const struct incident *incident, const struct incident_watch *watch, int width)
{
	if (incident->signature) {
		name(pane, "signature");
		pane_hang(pane, STYLE_TEXT, 1, NAME_COLUMNS + 1, width, incident->signature);
	}
	if (watch->looked && watch->looked->hits) {
		name(pane, "since the fix");
		pane_addf(pane, watch->count ? STYLE_WARNING : STYLE_TEXT, "%" PRId64 " sample%s", watch->count, watch->count == 1 ? "" : "s");
		pane_addf(pane, STYLE_MUTED, "  by %s%s", watch->looked->of == WATCH_OF_SIGNATURE ? "the signature" :
			  "its members' rules (w sets a signature)", watch->count ? "; W lists them" : "");
		pane_end(pane, 1);
	}
}

void incident_overview_draw(struct incident_screen *self)
{
	const struct incident_review *review = self->review;
	const struct incident *incident = review->incident;
	struct pane *pane = &self->overview;
	struct arena arena = ARENA_INIT;
	int width = self->overview_width;
	size_t section_count;
	const struct section_kind *sections = section_kinds(&section_count);

	pane_clear(pane);
	state(pane, incident, width);
	counts(pane, incident);
	watching(pane, incident, &self->watch, width);
	heading(pane, "Milestones (UTC)");
	for (int milestone = MILESTONE_INTRODUCED; milestone < MILESTONE_COUNT; milestone++) {
		const struct time_span *span = &review->times->whole.at[milestone];
		name(pane, milestone_word((enum milestone)milestone));
		pane_add(pane, span->known ? STYLE_TEXT : STYLE_MUTED,
			 span->known ? instant_text(&arena, span->event->at) : "not known");
		if (span->known && span->claims > 1)
			pane_addf(pane, STYLE_MUTED, "  the %s of %zu entries",
				  milestone_is_end((enum milestone)milestone) ? "last" : "first", span->claims);
		pane_end(pane, 1);
	}
	intervals(pane, &arena, &review->times->whole, "How long it took", width);
	cohorts(pane, &arena, review->times);
	for (size_t i = 0; i < review->times->cohort_count; i++)
		intervals(pane, &arena, &review->times->cohorts[i],
			  arena_printf(&arena, "How long it took: %s", row_name(&arena, &review->times->cohorts[i])), width);
	chart(pane, change_chart(&arena, incident, width));
	findings(pane, review, width);
	incident_offers_fill(pane, self->offers, self->offer_count);
	heading(pane, "Sections (e writes them)");
	for (size_t i = 0; i < section_count; i++) {
		const char *text = incident_section(incident, sections[i].key);
		name(pane, sections[i].key);
		pane_add(pane, text[0] ? STYLE_GOOD : STYLE_MUTED, text[0] ? "written" : "empty");
		pane_end(pane, 1);
	}
	arena_release(&arena);
}
