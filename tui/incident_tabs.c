/* How the tabs of an incident are drawn. */
#include <inttypes.h>

#include "core/base/utf8.h"
#include "tui/incident_screen.h"
#include "tui/text_run.h"

static const char *const tab_names[TAB_COUNT] = {
	[TAB_OVERVIEW] = "Overview", [TAB_MEMBERS] = "Members", [TAB_CAUSES] = "Causes",
	[TAB_TIMELINE] = "Timeline", [TAB_ACTIONS] = "Actions", [TAB_DRAFT] = "Draft",
	[TAB_RECORD] = "Record",
};

static void draw_title(const struct incident_screen *self, struct surface *surface, struct area line)
{
	int room = line.columns - 2;

	if (!self->incident)
		return;
	if (self->incident->illustrative) {
		area_left(&line, 0);
		surface_puts(surface, line, 0, line.columns - 13, STYLE_ILLUSTRATIVE, "ILLUSTRATIVE");
		room -= 14;
	}
	surface_fit(surface, line, 0, 1, room, STYLE_TITLE, self->incident->title);
}

static size_t count_of(const struct incident_screen *self, enum incident_tab tab)
{
	size_t members = 0;

	if (tab != TAB_MEMBERS)
		return incident_row_count(self, tab);
	for (size_t i = 0; self->incident && i < MEMBER_COUNT; i++)
		members += self->incident->member_counts[i];
	return members;
}

#define LABEL_BYTES 48

/* "Causes 11" */
static const char *label_of(const struct incident_screen *self, int tab, char out[LABEL_BYTES])
{
	size_t count = count_of(self, (enum incident_tab)tab);

	if (count)
		snprintf(out, LABEL_BYTES, "%s %zu", tab_names[tab], count);
	else
		snprintf(out, LABEL_BYTES, "%s", tab_names[tab]);
	return out;
}

static void draw_tabs(const struct incident_screen *self, struct surface *surface, struct area line)
{
	int column = 1;

	surface_hline(surface, line, 0, STYLE_FRAME);
	for (int tab = 0; tab < TAB_COUNT; tab++) {
		bool shown = tab == (int)self->tab;
		char text[LABEL_BYTES];
		column += surface_printf(surface, line, 0, column, shown ? STYLE_KEY : STYLE_MUTED, shown ? "[%s]" : " %s ",
					 label_of(self, tab, text));
	}
}

int incident_tab_at(const struct incident_screen *self, struct area area, const struct key *key)
{
	int column = area.column + 1;

	for (int tab = 0; key->mouse == MOUSE_CLICK && key->row == area.row + 1 && tab < TAB_COUNT; tab++) {
		char text[LABEL_BYTES];
		int width = (int)strlen(label_of(self, tab, text)) + 2;
		if (key->column >= column && key->column < column + width)
			return tab;
		column += width;
	}
	return -1;
}

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

/* ---- the text of the row at hand -------------------------------------------------------- */

#define NAME_COLUMNS 18    /* the longest name of a field, "detected_outcome" and the like */

/* " name              value", the value broken under itself. */
static void add(struct pane *pane, const char *name, const char *text, int columns)
{
	if (!text || !text[0])
		return;
	pane_addf(pane, STYLE_MUTED, " %-*s ", NAME_COLUMNS, name);
	pane_hang(pane, STYLE_TEXT, NAME_COLUMNS + 2, columns - 1, text);
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

static void draw_list(const struct incident_screen *self, struct surface *surface, struct area body)
{
	static const char *const heads[TAB_COUNT] = {
		[TAB_CAUSES] = " no.  role           confidence   code",
		[TAB_TIMELINE] = " no.  when (UTC)         kind             what",
		[TAB_ACTIONS] = " no.  status             type        for  owner        what",
		[TAB_RECORD] = " no.    part         what",
	};
	static const char *const empty[TAB_COUNT] = {
		[TAB_CAUSES] = "No causes yet. a names one: code, statement, role, confidence.",
		[TAB_TIMELINE] = "No events yet. a adds one: when, what kind, what.",
		[TAB_ACTIONS] = "No actions yet. a adds one: type, what, for which cause, who.",
		[TAB_RECORD] = "Nothing else yet. a adds a cohort, an impact, a change, a safeguard, a source, …",
	};
	const struct list *list = &self->lists[self->tab];
	struct area rows = incident_rows_area(body, list->count), rest = body;
	struct pane detail;

	if (!list->count) {
		surface_puts(surface, body, 1, 1, STYLE_TEXT, empty[self->tab]);
		return;
	}
	surface_puts(surface, body, 0, 0, STYLE_MUTED, heads[self->tab]);
	if (self->tab == TAB_CAUSES)
		surface_puts(surface, body, 0, 35 + code_columns(body.columns), STYLE_MUTED, "statement");
	for (int row = 0; row < rows.rows && list->top + (size_t)row < list->count; row++) {
		size_t index = list->top + (size_t)row;
		draw_row(self, index, surface, (struct area){ rows.row + row, rows.column, 1, rows.columns });
		if (index == list->selected)
			surface_select_row(surface, rows, row);
	}
	area_top(&rest, 1 + rows.rows);
	if (rest.rows < 2)
		return;
	surface_hline(surface, area_top(&rest, 1), 0, STYLE_FRAME);
	pane_init(&detail);
	incident_detail_fill(self, list->selected, &detail, rest.columns > DETAIL_COLUMNS ? DETAIL_COLUMNS : rest.columns);
	pane_view(&detail, surface, rest);
	pane_release(&detail);
}

static void draw_members(const struct incident_screen *self, const struct app *app, struct surface *surface,
			 struct area body)
{
	struct split split = split_of(body, split_place(body), 0);

	if (!self->members.window.rows.len) {
		surface_puts(surface, body, 1, 1, STYLE_TEXT,
			     self->members.loaded ? "No members yet. In the queue, a adds samples to an incident." : "reading");
		return;
	}
	sample_list_view(&self->members, app, surface, split.list, NULL, 1, 0);
	if (split.between.columns)
		surface_vline(surface, split.between, 0, STYLE_FRAME);
	if (split.preview.rows > 0)
		sample_view_view(&self->preview, app, surface, split.preview, false);
}

static void draw_draft(const struct incident_screen *self, struct surface *surface, struct area body)
{
	if (self->draft_failure)
		surface_fit(surface, body, 0, 1, body.columns - 2, STYLE_ERROR, self->draft_failure);
	else if (!self->draft.list.count)
		surface_puts(surface, body, 0, 1, STYLE_MUTED, self->draft_serial ? "laying out" : "");
	else
		draft_view_view(&self->draft, surface, body);
}

void incident_tabs_view(const struct incident_screen *self, const struct app *app, struct surface *surface,
			struct area area)
{
	struct area body = incident_body(area);

	draw_title(self, surface, area_top(&area, 1));
	draw_tabs(self, surface, area_top(&area, 1));
	if (!self->incident) {
		if (self->failure)
			surface_fit(surface, body, 0, 1, body.columns - 2, STYLE_ERROR, self->failure);
		else
			surface_puts(surface, body, 0, 1, STYLE_MUTED, "reading");
		return;
	}
	switch (self->tab) {
	case TAB_OVERVIEW:
		area_left(&body, 1);
		pane_view(&self->overview, surface, body);
		break;
	case TAB_MEMBERS:
		draw_members(self, app, surface, body);
		break;
	case TAB_DRAFT:
		draw_draft(self, surface, body);
		break;
	default:
		draw_list(self, surface, body);
		break;
	}
}
