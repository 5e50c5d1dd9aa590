/* A sample on the screen: its parts by name, its flags and what else is to be known of it, and below the part that is shown. */
#include "tui/sample_view_inside.h"

#include <inttypes.h>

#include "core/base/utf8.h"
#include "core/query_spans.h"
#include "tui/text_run.h"

static const char *const part_names[PART_COUNT] = {
	[PART_CODE] = "code", [PART_PROMPT] = "prompt", [PART_EXPECTED] = "expected", [PART_DIFF] = "diff", [PART_COMPARE] = "compare",
	[PART_PLACES] = "places", [PART_PROVENANCE] = "provenance", [PART_HISTORY] = "history",
};

int sample_view_flag_rows(const struct sample_view *view)
{
	int flags = view->sample ? (int)view->sample->flag_count : 0;

	return flags < view->head_rows_max ? flags : view->head_rows_max;
}

/* For a screen reader: each whole, one after the other, as many flags as have a row on other screens. */
void sample_view_say_head(struct sample_view *view)
{
	size_t flags = view->sample ? (size_t)sample_view_flag_rows(view) : 0;

	pane_clear(&view->head);
	for (size_t i = 0; i < flags; i++) {
		const struct flag *flag = &view->sample->flags[i];
		struct strbuf text = STRBUF_INIT;
		strbuf_addstr(&text, level_word(flag->level));
		if (flag->region.start_line > 0)
			strbuf_addf(&text, " line %" PRId64, flag->region.start_line);
		strbuf_addf(&text, "%s%s%s%s: %s", flag->tool ? ", " : "", flag->tool ? flag->tool : "", flag->rule ? ", " : "",
			    flag->rule ? flag->rule : "", flag->message ? flag->message : flag_source_word(flag->source));
		pane_wrap(&view->head, STYLE_TEXT, 1, view->columns, text.text);
		strbuf_release(&text);
	}
	if (view->sample && view->sample->flag_count > flags) {
		pane_addf(&view->head, STYLE_TEXT, "and %zu more flag%s", view->sample->flag_count - flags,
			  plural((int64_t)(view->sample->flag_count - flags)));
		pane_end(&view->head, 1);
	}
	pane_wrap(&view->head, STYLE_WARNING, 1, view->columns, view->warning);
	pane_wrap(&view->head, STYLE_WARNING, 1, view->columns, view->dispute);
	pane_wrap(&view->head, STYLE_GOOD, 1, view->columns, view->proposal);
}

/* As draw_heading() lays them out. */
bool sample_view_click(struct sample_view *view, struct area area, const struct key *key)
{
	int column = area.column + 1;

	if (!sample_view_ready(view) || key->code != INPUT_MOUSE || key->mouse != MOUSE_CLICK || key->row != area.row)
		return false;
	for (int part = 0; part < PART_COUNT; part++) {
		int width = sample_has_part(view->sample, (enum sample_part)part) ? utf8_text_columns(slice_of(part_names[part])) + 2 : 0;
		if (key->column >= column && key->column < column + width) {
			view->part = (enum sample_part)part;
			sample_view_open_part(view);
			return true;
		}
		column += width;
	}
	return false;
}

#define LONG_LABEL " ILLUSTRATIVE "

static void draw_heading(const struct sample_view *view, const struct app *app, struct surface *surface,
			 struct area line, bool focused)
{
	int column = 1, label = 0;
	enum sample_part shown = sample_view_part(view);
	char id[32];

	surface_hline(surface, line, 0, STYLE_FRAME);
	(void)app;
	for (int part = 0; part < PART_COUNT; part++) {
		bool is_shown = part == (int)shown;
		if (!sample_has_part(view->sample, (enum sample_part)part))
			continue;
		column += surface_puts(surface, line, 0, column, is_shown ? (focused ? STYLE_KEY : STYLE_TITLE) : STYLE_MUTED,
				       is_shown ? "[" : " ");
		column += surface_puts(surface, line, 0, column, is_shown ? (focused ? STYLE_KEY : STYLE_TITLE) : STYLE_MUTED,
				       part_names[part]);
		column += surface_puts(surface, line, 0, column, is_shown ? (focused ? STYLE_KEY : STYLE_TITLE) : STYLE_MUTED,
				       is_shown ? "]" : " ");
	}
	snprintf(id, sizeof(id), " #%" PRId64 " ", view->sample->id);
	label = (int)strlen(id);
	if (column + label < line.columns)
		surface_puts(surface, line, 0, line.columns - label, STYLE_MUTED, id);
	else
		label = 0;
	if (view->sample->illustrative) { /* which is said even where it covers the last part */
		const char *said = column + label + (int)strlen(LONG_LABEL) <= line.columns ? LONG_LABEL : " ILL ";
		surface_puts(surface, line, 0, line.columns - label - (int)strlen(said), STYLE_ILLUSTRATIVE, said);
	}
}

/* Over a message's first line, where it is drawn already: what was looked for. */
static void draw_found(const struct query *query, struct surface *surface, struct area line, int column, int width,
		       const char *message)
{
	const char *text = message + strspn(message, " \t\r\n");
	struct slice first = { text, strcspn(text, "\r\n") };
	struct text_spans found = { VEC_INIT };

	query_spans(query, first, &found);
	for (size_t i = 0; i < found.list.len; i++) {
		struct slice before = { first.at, found.list.items[i].start };
		struct slice is = { first.at + before.len_bytes, found.list.items[i].end - before.len_bytes };
		int start = utf8_text_columns(before);
		if (start + utf8_text_columns(is) >= width)
			break; /* an ellipsis may stand there */
		surface_text(surface, line, 0, column + start, STYLE_FOUND, is);
	}
	vec_release(&found.list);
}

static void draw_flag(const struct sample_view *view, const struct app *app, struct surface *surface, struct area line,
		      const struct flag *flag, size_t more)
{
	static const enum style styles[LEVEL_COUNT] = { STYLE_MUTED, STYLE_NOTE, STYLE_WARNING, STYLE_ERROR };
	static const char *const signs[LEVEL_COUNT] = { "· ", "i ", "▲ ", "✗ " };
	static const char *const ascii_signs[LEVEL_COUNT] = { ". ", "i ", "! ", "# " };
	size_t level = flag->level < LEVEL_COUNT ? flag->level : LEVEL_NONE;
	struct strbuf text = STRBUF_INIT;
	char rest[32] = "";
	int column = 1, width;

	if (more)
		snprintf(rest, sizeof(rest), "+%zu more", more);
	strbuf_addstr(&text, level_word(flag->level));
	if (flag->region.start_line > 0)
		strbuf_addf(&text, " line %" PRId64, flag->region.start_line);
	column += surface_puts(surface, line, 0, column, styles[level], app_sign(app, signs[level], ascii_signs[level]));
	column += surface_puts(surface, line, 0, column, styles[level], text.text);
	strbuf_clear(&text);
	if (flag->tool)
		strbuf_addf(&text, "%s ", flag->tool);
	if (flag->rule)
		strbuf_addstr(&text, flag->rule);
	if (text.len_bytes && text.text[text.len_bytes - 1] == ' ')
		strbuf_truncate(&text, text.len_bytes - 1);
	strbuf_addstr(&text, ":");
	column++;
	column += text_first_line(surface, line, 0, column, line.columns / 3, STYLE_MUTED, text.text) + 1;
	width = line.columns - column - (more ? (int)strlen(rest) + 2 : 0);
	text_first_line(surface, line, 0, column, width, STYLE_TEXT,
		    flag->message ? flag->message : flag_source_word(flag->source));
	if (view->query && flag->message)
		draw_found(view->query, surface, line, column, width, flag->message);
	if (more)
		surface_puts(surface, line, 0, line.columns - (int)strlen(rest) - 1, STYLE_MUTED, rest);
	strbuf_release(&text);
}

/* Takes it off the top of the area. */
static void draw_head(const struct sample_view *view, const struct app *app, struct surface *surface, struct area *area)
{
	int flags = sample_view_flag_rows(view);

	for (int i = 0; i < flags; i++) {
		size_t more = i == flags - 1 ? view->sample->flag_count - (size_t)flags : 0;
		draw_flag(view, app, surface, area_top(area, 1), &view->sample->flags[i], more);
	}
	if (view->warning) {
		struct area line = area_top(area, 1);
		int column = 1 + surface_puts(surface, line, 0, 1, STYLE_WARNING, app_sign(app, "▲ ", "! "));
		surface_fit(surface, line, 0, column, line.columns - column - 1, STYLE_WARNING, view->warning);
	}
	if (view->dispute) {
		struct area line = area_top(area, 1);
		int column = 1 + surface_puts(surface, line, 0, 1, STYLE_WARNING, app_sign(app, "≠ ", "/ "));
		surface_fit(surface, line, 0, column, line.columns - column - 1, STYLE_WARNING, view->dispute);
	}
	if (view->proposal) {
		struct area line = area_top(area, 1);
		surface_fit(surface, line, 0, 1, line.columns - 2, STYLE_GOOD, view->proposal);
	}
}

void sample_view_view(const struct sample_view *view, const struct app *app, struct surface *surface,
		      struct area area, bool focused)
{
	struct area head = area_top(&area, 1);

	if (!sample_view_ready(view)) {
		surface_hline(surface, head, 0, STYLE_FRAME);
		if (view->failure && !view->serial)
			surface_fit(surface, area, 0, 1, area.columns - 2, STYLE_ERROR, view->failure);
		else if (view->wanted)
			surface_puts(surface, area, 0, 1, STYLE_MUTED, "reading");
		return;
	}
	draw_heading(view, app, surface, head, focused);
	if (view->in_words)
		pane_view(&view->head, surface, area_top(&area, sample_view_head_rows(view)));
	else
		draw_head(view, app, surface, &area);
	if (sample_view_part(view) == PART_COMPARE)
		diff_view_view(&view->compared, surface, area, "code", "expected");
	else if (sample_view_part(view) == PART_PLACES)
		path_view_view(&view->path, app, surface, area);
	else if (sample_view_is_pane(sample_view_part(view)))
		pane_view(&view->pane, surface, area);
	else
		code_view_view(&view->code, surface, area, app_options(app)->ascii);
}
