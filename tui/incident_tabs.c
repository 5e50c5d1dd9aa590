/* How the tabs of an incident are drawn. */
#include <inttypes.h>

#include "core/base/utf8.h"
#include "tui/incident_screen.h"

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

/* ---- what they hold ------------------------------------------------------------------ */

struct split incident_members_split(const struct app *app, struct area body)
{
	return split_of(body, app_options(app)->accessible ? PREVIEW_OFF : split_place(body), 0); /* one thing a line */
}

static void draw_members(const struct incident_screen *self, const struct app *app, struct surface *surface,
			 struct area body)
{
	struct split split = incident_members_split(app, body);

	if (!self->members.window.rows.len) {
		surface_puts(surface, body, 1, 1, STYLE_TEXT,
			     self->members.loaded ? "No members yet. In the queue, a adds samples to an incident." : "reading");
		return;
	}
	sample_list_view(&self->members, app, surface, split.list, NULL);
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
		incident_list_view(self, app, surface, body);
		break;
	}
}
