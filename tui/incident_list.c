/* The tabs of an incident that list parts of its record: the rows, in columns or in words, and all of the row at hand. */
#include <inttypes.h>

#include "core/base/utf8.h"
#include "tui/incident_screen.h"
#include "tui/spoken.h"
#include "tui/text_run.h"

/* ---- rows of causes, events, actions ------------------------------------------------- */

/* Of a cause's code: where there is room, none is cut. */
static int code_columns(int columns)
{
	return columns >= 140 ? 40 : 28;
}

static void draw_cause(const struct incident_cause *cause, struct surface *surface, struct area line)
{
	enum style style = cause->confidence == CONFIDENCE_RULED_OUT ? STYLE_MUTED : STYLE_TEXT;
	int code = code_columns(line.columns);

	surface_printf(surface, line, 0, 1, STYLE_KEY, "C%" PRId64, cause->number);
	surface_fit(surface, line, 0, 6, 14, style, cause->role != ROLE_NONE ? cause_role_word(cause->role) : "");
	surface_fit(surface, line, 0, 21, 12, style,
		    cause->confidence != CONFIDENCE_NONE ? confidence_word(cause->confidence) : "");
	surface_fit(surface, line, 0, 34, code, style, cause->code ? cause->code : "");
	text_first_line(surface, line, 0, 35 + code, line.columns - 36 - code, style, cause->statement);
}

static void draw_event(const struct incident_event *event, struct surface *surface, struct area line)
{
	struct arena arena = ARENA_INIT;
	bool is_milestone = event->kind == EVENT_MILESTONE && event->milestone != MILESTONE_NONE;
	const char *kind = is_milestone ? milestone_word(event->milestone) : event_kind_word(event->kind);

	surface_printf(surface, line, 0, 1, STYLE_KEY, "E%" PRId64, event->number);
	surface_fit(surface, line, 0, 6, 17, STYLE_TEXT,
		    instant_known(event->at) ? instant_text(&arena, event->at) : "not known");
	if (event->certainty != EVENT_CERTAINTY_EXACT)
		surface_puts(surface, line, 0, 23, STYLE_WARNING, event->certainty == EVENT_CERTAINTY_DISPUTED ? "?" : "~");
	surface_fit(surface, line, 0, 25, 16, is_milestone ? STYLE_TITLE : STYLE_MUTED, kind);
	text_first_line(surface, line, 0, 42, line.columns - 43, STYLE_TEXT, event->text);
	arena_release(&arena);
}

static void draw_action(const struct incident_action *action, struct surface *surface, struct area line)
{
	bool over = action->status == ACTION_STATUS_DROPPED || action->status == ACTION_STATUS_VERIFIED;
	enum style style = over ? STYLE_MUTED : STYLE_TEXT;

	surface_printf(surface, line, 0, 1, STYLE_KEY, "A%" PRId64, action->number);
	surface_fit(surface, line, 0, 6, 18, action->status == ACTION_STATUS_DONE ? STYLE_GOOD : style,
		    action_status_word(action->status));
	surface_fit(surface, line, 0, 25, 11, style, action_type_word(action->type));
	if (action->cause)
		surface_printf(surface, line, 0, 37, STYLE_MUTED, "C%" PRId64, action->cause);
	surface_fit(surface, line, 0, 42, 12, style, action->owner ? action->owner : "");
	text_first_line(surface, line, 0, 55, line.columns - 56, style, action->text);
}

static void draw_part(const struct incident *incident, size_t index, struct surface *surface, struct area line)
{
	enum incident_child kind = INCIDENT_COHORT;
	const void *part = incident_part_row(incident, index, &kind);
	char tag[24];

	if (!part)
		return;
	snprintf(tag, sizeof(tag), "%s%" PRId64, incident_kind(kind)->tag, incident_part_number(part));
	surface_puts(surface, line, 0, 1, STYLE_KEY, tag);
	surface_fit(surface, line, 0, 8, 12, STYLE_MUTED, incident_kind(kind)->word);
	text_first_line(surface, line, 0, 21, line.columns - 22, STYLE_TEXT, incident_part_title(kind, part));
}

static void draw_row(const struct incident_screen *self, size_t index, struct surface *surface, struct area line)
{
	if (self->tab == TAB_CAUSES)
		draw_cause(&self->incident->causes[index], surface, line);
	else if (self->tab == TAB_TIMELINE)
		draw_event(&self->incident->events[index], surface, line);
	else if (self->tab == TAB_RECORD)
		draw_part(self->incident, index, surface, line);
	else
		draw_action(&self->incident->actions[index], surface, line);
}

/* ---- the same in words ------------------------------------------------------------------- */

struct spoken_part {
	const struct incident *incident;
	enum incident_tab tab;
};

static void say_words(struct strbuf *out, const char *word)
{
	if (word && word[0])
		strbuf_addf(out, ", %s", word);
}

/* Its first line: what a text says beyond it is below, with the rest of the part. */
static void say_text(struct strbuf *out, const char *text)
{
	if (text && text[0])
		strbuf_addf(out, ": %.*s", (int)strcspn(text, "\r\n"), text);
}

static void say_event(const struct incident_event *event, struct strbuf *out)
{
	bool is_milestone = event->kind == EVENT_MILESTONE && event->milestone != MILESTONE_NONE;
	struct arena arena = ARENA_INIT;

	strbuf_addf(out, "E%" PRId64, event->number);
	say_words(out, instant_known(event->at) ? instant_text(&arena, event->at) : "not known when");
	if (event->certainty != EVENT_CERTAINTY_EXACT)
		say_words(out, event_certainty_word(event->certainty));
	say_words(out, is_milestone ? milestone_word(event->milestone) : event_kind_word(event->kind));
	say_text(out, event->text);
	arena_release(&arena);
}

static void say_action(const struct incident_action *action, struct strbuf *out)
{
	strbuf_addf(out, "A%" PRId64 ", %s, %s", action->number, action_status_word(action->status), action_type_word(action->type));
	if (action->cause)
		strbuf_addf(out, ", for C%" PRId64, action->cause);
	say_words(out, action->owner);
	say_text(out, action->text);
}

static void say_cause(const struct incident_cause *cause, struct strbuf *out)
{
	strbuf_addf(out, "C%" PRId64, cause->number);
	say_words(out, cause->role != ROLE_NONE ? cause_role_word(cause->role) : NULL);
	say_words(out, cause->confidence != CONFIDENCE_NONE ? confidence_word(cause->confidence) : NULL);
	say_words(out, cause->code);
	say_text(out, cause->statement);
}

static void say_part(const void *of, size_t index, struct strbuf *out)
{
	const struct incident *incident = ((const struct spoken_part *)of)->incident;
	enum incident_child kind = INCIDENT_COHORT;
	const void *part;

	switch (((const struct spoken_part *)of)->tab) {
	case TAB_CAUSES:
		say_cause(&incident->causes[index], out);
		break;
	case TAB_TIMELINE:
		say_event(&incident->events[index], out);
		break;
	case TAB_ACTIONS:
		say_action(&incident->actions[index], out);
		break;
	default:
		part = incident_part_row(incident, index, &kind);
		if (!part)
			return;
		strbuf_addf(out, "%s%" PRId64 ", %s", incident_kind(kind)->tag, incident_part_number(part), incident_kind(kind)->word);
		say_text(out, incident_part_title(kind, part));
		break;
	}
}

void incident_rows_resize(struct incident_screen *self, const struct app *app, enum incident_tab tab, struct area body)
{
	struct list *list = &self->lists[tab];

	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say_part, &(struct spoken_part){ self->incident, tab } }, list,
			      incident_rows_area(body, SIZE_MAX));
	else
		list_resize(list, incident_rows_area(body, list->count).rows);
}

void incident_list_mouse(struct incident_screen *self, const struct app *app, const struct key *key, struct area body, bool *opened)
{
	struct list *list = &self->lists[self->tab];

	if (app_options(app)->accessible)
		spoken_mouse(&(struct spoken){ say_part, &(struct spoken_part){ self->incident, self->tab } }, list, key,
			     incident_rows_area(body, SIZE_MAX), opened);
	else
		list_mouse(list, key, incident_rows_area(body, list->count), opened);
}

/* ---- the text of the row at hand -------------------------------------------------------- */

#define NAME_COLUMNS 18    /* the longest name of a field, "detected_outcome" and the like */

/* " name              value", the value broken under itself. */
static void add(struct pane *pane, const char *name, const char *text, int columns)
{
	if (!text || !text[0])
		return;
	pane_addf(pane, STYLE_MUTED, " %-*s ", NAME_COLUMNS, name);
	pane_hang(pane, STYLE_TEXT, 0, NAME_COLUMNS + 2, columns - 1, text);
}

/* All that the part says. */
static void fill_fields(enum incident_child kind, const void *part, struct pane *pane, struct arena *arena, int columns)
{
	const struct incident_kind *table = incident_kind(kind);

	for (size_t i = 0; i < table->field_count; i++) {
		const struct incident_field *field = &table->fields[i];
		if (!part_is_blank(field, part))
			add(pane, field->name, part_shown(arena, field, part), columns);
	}
}

/* The fields of causes, events and actions that stand in no column. */
static void fill_more(enum incident_child kind, const void *part, const char *const *names, size_t count, struct pane *pane,
		      struct arena *arena, int columns)
{
	for (size_t i = 0; i < count; i++)
		add(pane, names[i], part_shown(arena, incident_field(kind, names[i]), part), columns);
}

void incident_detail_fill(const struct incident_screen *self, size_t index, struct pane *pane, int columns)
{
	struct arena arena = ARENA_INIT;

	if (self->tab == TAB_CAUSES) {
		const struct incident_cause *cause = &self->incident->causes[index];
		pane_wrap(pane, STYLE_TEXT, 1, columns - 1, cause->statement);
		add(pane, "code", cause->code, columns);
		add(pane, "intent", cause->intent != INTENT_UNKNOWN ? intent_word(cause->intent) : NULL, columns);
		if (cause->evidence_count)
			add(pane, "evidence", arena_printf(&arena, "%zu sample%s", cause->evidence_count,
							   cause->evidence_count == 1 ? "" : "s"), columns);
		fill_more(INCIDENT_CAUSE, cause, (const char *const[]){ "cites" }, 1, pane, &arena, columns);
		if (incident_symptom_only(self->incident, cause->number))
			pane_wrap(pane, STYLE_WARNING, 1, columns - 1,
				  "symptom fixed, cause open: what was finished for it reverts or mitigates");
	} else if (self->tab == TAB_TIMELINE) {
		const struct incident_event *event = &self->incident->events[index];
		pane_wrap(pane, STYLE_TEXT, 1, columns - 1, event->text);
		add(pane, "certainty", event_certainty_word(event->certainty), columns);
		add(pane, "concerns", event->cohort, columns);
		fill_more(INCIDENT_EVENT, event, (const char *const[]){ "cohorts", "change", "cites", "evidence" }, 4, pane, &arena, columns);
		add(pane, "sources", event->sources, columns);
	} else if (self->tab == TAB_RECORD) {
		enum incident_child kind = INCIDENT_COHORT;
		const void *part = incident_part_row(self->incident, index, &kind);
		if (part)
			fill_fields(kind, part, pane, &arena, columns);
	} else {
		const struct incident_action *action = &self->incident->actions[index];
		pane_wrap(pane, STYLE_TEXT, 1, columns - 1, action->text);
		add(pane, "owner", action->owner, columns);
		add(pane, "due", instant_known(action->due) ? instant_text(&arena, action->due) : NULL, columns);
		add(pane, "link", action->link, columns);
		add(pane, "it worked if", action->criterion, columns);
		fill_more(INCIDENT_ACTION, action, (const char *const[]){ "result", "measured_at" }, 2, pane, &arena, columns);
	}
	arena_release(&arena);
}

static void draw_rows(const struct incident_screen *self, struct surface *surface, struct area body, struct area rows)
{
	static const char *const heads[TAB_COUNT] = {
		[TAB_CAUSES] = " no.  role           confidence   code",
		[TAB_TIMELINE] = " no.  when (UTC)         kind             what",
		[TAB_ACTIONS] = " no.  status             type        for  owner        what",
		[TAB_RECORD] = " no.    part         what",
	};
	const struct list *list = &self->lists[self->tab];

	surface_puts(surface, body, 0, 0, STYLE_MUTED, heads[self->tab]);
	if (self->tab == TAB_CAUSES)
		surface_puts(surface, body, 0, 35 + code_columns(body.columns), STYLE_MUTED, "statement");
	for (int row = 0; row < rows.rows && list->top + (size_t)row < list->count; row++) {
		size_t index = list->top + (size_t)row;
		draw_row(self, index, surface, (struct area){ rows.row + row, rows.column, 1, rows.columns });
		if (index == list->selected)
			surface_select_row(surface, rows, row);
	}
}

void incident_list_view(const struct incident_screen *self, const struct app *app, struct surface *surface, struct area body)
{
	static const char *const empty[TAB_COUNT] = {
		[TAB_CAUSES] = "No causes yet. a names one: code, statement, role, confidence.",
		[TAB_TIMELINE] = "No events yet. a adds one: when, what kind, what.",
		[TAB_ACTIONS] = "No actions yet. a adds one: type, what, for which cause, who.",
		[TAB_RECORD] = "Nothing else yet. a adds a cohort, an impact, a change, a safeguard, a source, …",
	};
	const struct list *list = &self->lists[self->tab];
	bool in_words = app_options(app)->accessible;
	struct area rows = incident_rows_area(body, in_words ? SIZE_MAX : list->count), rest = body;
	struct pane detail;

	if (!list->count) {
		surface_puts(surface, body, 1, 1, STYLE_TEXT, empty[self->tab]);
		return;
	}
	if (in_words)
		spoken_view(&(struct spoken){ say_part, &(struct spoken_part){ self->incident, self->tab } }, list, surface, rows);
	else
		draw_rows(self, surface, body, rows);
	area_top(&rest, 1 + rows.rows);
	if (rest.rows < 2)
		return;
	surface_hline(surface, area_top(&rest, 1), 0, STYLE_FRAME);
	pane_init(&detail);
	incident_detail_fill(self, list->selected, &detail, rest.columns > DETAIL_COLUMNS ? DETAIL_COLUMNS : rest.columns);
	pane_view(&detail, surface, rest);
	pane_release(&detail);
}
