/* Help: all keys of a screen from the action table, and the query language;
 * what is typed narrows it down. */
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/line_edit.h"
#include "tui/pane.h"
#include "tui/screens.h"

#define KEYS_COLUMNS 13
#define NAME_COLUMNS 22
#define NAMES_FROM_COLUMNS 96 /* narrower ones have no room for the names */

struct help {
	struct screen screen;
	enum scope scopes[APP_SCOPES_MAX];
	size_t scope_count;
	bool can[ACTION_ID_COUNT]; /* act, as things are on the screen below */
	bool with_queries;
	int columns; /* of the text */
	struct line_edit filter;
	struct pane pane;
};

static struct help *self_of(struct screen *screen)
{
	return (struct help *)screen;
}

static bool matches(const struct help *self, const char *keys, const char *name, const char *text)
{
	struct slice needle = slice_of(line_edit_text(&self->filter));

	return !needle.len_bytes || utf8_find_folded(slice_of(keys), needle) >= 0 ||
	       utf8_find_folded(slice_of(name), needle) >= 0 || utf8_find_folded(slice_of(text), needle) >= 0;
}

static void add_padded(struct pane *pane, enum style style, const char *text, int columns)
{
	struct strbuf padded = STRBUF_INIT;

	strbuf_addstr(&padded, text);
	for (int at = utf8_text_columns(slice_of(text)); at < columns; at++)
		strbuf_addch(&padded, ' ');
	pane_add(pane, style, padded.text);
	strbuf_release(&padded);
}

static void add_heading(struct pane *pane, const char *title, bool *has_heading)
{
	if (*has_heading)
		return;
	if (pane->lines.len)
		pane_end(pane, 0);
	pane_line(pane, STYLE_TITLE, title);
	*has_heading = true;
}

static void add_scope(struct help *self, enum scope scope)
{
	struct strbuf text = STRBUF_INIT;
	bool has_heading = false;

	for (int action = 1; action < ACTION_ID_COUNT; action++) {
		const struct action_info *info = action_info((enum action)action);
		if (info->scope != scope || !matches(self, info->keys, info->name, info->help))
			continue;
		add_heading(&self->pane, scope_title(scope), &has_heading);
		add_padded(&self->pane, self->can[action] ? STYLE_KEY : STYLE_MUTED, info->keys, KEYS_COLUMNS);
		if (self->columns >= NAMES_FROM_COLUMNS)
			add_padded(&self->pane, STYLE_MUTED, info->name, NAME_COLUMNS);
		strbuf_clear(&text); /* in words too, not by colour alone */
		strbuf_addf(&text, "%s%s", self->can[action] ? "" : "(not now) ", info->help);
		pane_hang(&self->pane, self->can[action] ? STYLE_TEXT : STYLE_MUTED, 0,
			  KEYS_COLUMNS + (self->columns >= NAMES_FROM_COLUMNS ? NAME_COLUMNS : 0), self->columns, text.text);
	}
	strbuf_release(&text);
}

static void add_query(struct help *self, const char *form, const char *meaning, bool *has_heading)
{
	if (!matches(self, form, "", meaning))
		return;
	add_heading(&self->pane, "Filter", has_heading);
	add_padded(&self->pane, STYLE_KEY, form, KEYS_COLUMNS);
	pane_hang(&self->pane, STYLE_TEXT, 0, KEYS_COLUMNS, self->columns, meaning);
}

static void add_queries(struct help *self)
{
	bool has_heading = false;

	add_query(self, "words", "each occurs in code, message or a note, whole or as a part: user in getUserName", &has_heading);
	add_query(self, "word*", "what begins so; \"two words\" is a phrase", &has_heading);
	add_query(self, "key:a,b", "any of the values; key:pre* by prefix; -key:value is not", &has_heading);
	add_query(self, "key>=value", "also > < <=, where there is an order; terms are joined by AND", &has_heading);
	for (int key = 0; key < QUERY_KEY_WORDS; key++) {
		char form[48];
		snprintf(form, sizeof(form), "%s:", query_key_word((enum query_key)key));
		add_query(self, form, query_key_help((enum query_key)key), &has_heading);
	}
	add_query(self, "other.key:", "any other key is one of the provenance", &has_heading);
}

static void fill(struct help *self)
{
	pane_clear(&self->pane);
	self->pane.top = 0;
	for (size_t i = 0; i < self->scope_count; i++)
		add_scope(self, self->scopes[i]);
	if (self->with_queries)
		add_queries(self);
	if (!self->pane.lines.len)
		pane_line(&self->pane, STYLE_MUTED, "nothing matches");
}

static struct area frame_of(struct area area)
{
	return area_centre(area, area.rows, area.columns < 104 ? area.columns : 104);
}

static void fit(struct help *self, struct area area)
{
	struct area frame = frame_of(area);

	if (frame.columns - 4 != self->columns) {
		self->columns = frame.columns - 4;
		fill(self);
	}
	pane_resize(&self->pane, frame.rows - 4);
}

/* Movement by the keys that are no letters: those are typing. */
static enum action movement(const struct key *key)
{
	switch (key->code) {
	case INPUT_DOWN:
		return ACTION_ID_down;
	case INPUT_UP:
		return ACTION_ID_up;
	case INPUT_PAGE_DOWN:
		return ACTION_ID_page_down;
	case INPUT_PAGE_UP:
		return ACTION_ID_page_up;
	case INPUT_LEFT:
		return ACTION_ID_left;
	case INPUT_RIGHT:
		return ACTION_ID_right;
	default:
		return ACTION_UNBOUND;
	}
}

static bool help_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct help *self = self_of(screen);

	fit(self, app_area(app));
	if (action == ACTION_ID_help_close || action == ACTION_ID_help) {
		app_pop(app, true);
		return true;
	}
	if (action != ACTION_UNBOUND)
		return false;
	if (pane_wheel(&self->pane, key) || pane_action(&self->pane, movement(key)))
		return true;
	if (line_edit_key(&self->filter, key) == LINE_EDIT_CHANGED)
		fill(self);
	return true;
}

static void help_resized(struct screen *screen, struct app *app)
{
	fit(self_of(screen), app_area(app));
}

static void help_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct help *self = (const struct help *)screen;
	struct area frame = frame_of(area), inside, line;
	int column;

	(void)app;
	surface_fill(surface, frame, STYLE_TEXT, ' ');
	inside = surface_box(surface, frame, STYLE_FRAME, "Help");
	line = area_top(&inside, 1);
	column = 1 + surface_puts(surface, line, 0, 1, STYLE_MUTED, "type to filter: ");
	line_edit_view(&self->filter, surface, line, 0, column, line.columns - column - 1, STYLE_INPUT);
	area_top(&inside, 1);
	area_left(&inside, 1);
	pane_view(&self->pane, surface, inside);
}

static void help_release(struct screen *screen)
{
	line_edit_release(&self_of(screen)->filter);
	pane_release(&self_of(screen)->pane);
}

static const struct screen_ops help_ops = {
	.scope = SCOPE_HELP,
	.takes_text = true,
	.overlay = true,
	.release = help_release,
	.shown = help_resized,
	.action = help_action,
	.resized = help_resized,
	.view = help_view,
};

struct screen *screen_help_new(const struct app *app, const struct screen *of)
{
	struct help *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &help_ops;
	self->scope_count = app_scopes(of, self->scopes);
	for (int action = 1; action < ACTION_ID_COUNT; action++)
		self->can[action] = action == ACTION_ID_back || app_can(app, of, (enum action)action); /* or it quits */
	self->with_queries = of->ops->scope == SCOPE_QUEUE || of->ops->scope == SCOPE_PROMPT;
	line_edit_init(&self->filter, NULL);
	pane_init(&self->pane);
	return &self->screen;
}
