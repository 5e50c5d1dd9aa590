#include "tui/footer.h"

#include <string.h>

#include "core/base/utf8.h"

/* As many hints as a person takes in at a glance. */
#define HINTS_MAX 12
#define KEYS_MAX 4

struct hint {
	const char *label; /* NULL: that of the action */
	enum action actions[KEYS_MAX]; /* ACTION_UNBOUND: none */
};

static const struct hint hints[] = {
#define HINT_REST { NULL, { ACTION_UNBOUND } },
#define HINT1(a) { NULL, { ACTION_ID_##a } },
#define HINT2(label, a, b) { label, { ACTION_ID_##a, ACTION_ID_##b } },
#define HINT4(label, a, b, c, d) { label, { ACTION_ID_##a, ACTION_ID_##b, ACTION_ID_##c, ACTION_ID_##d } },
#include "tui/footer.def"
};

struct footer {
	const struct app *app;
	const struct screen *screen;
	enum scope scopes[APP_SCOPES_MAX];
	size_t scope_count;
	struct surface *surface;
	struct area line;
	int column, shown;
};

static bool has_scope(const struct footer *footer, enum scope scope)
{
	for (size_t i = 0; i < footer->scope_count; i++)
		if (footer->scopes[i] == scope)
			return true;
	return false;
}

static bool is_offered(const struct footer *footer, enum action action)
{
	return action != ACTION_UNBOUND && has_scope(footer, action_info(action)->scope) &&
	       app_is_reachable(footer->screen, action) && app_can(footer->app, footer->screen, action);
}

/* Those of its keys that can act, and what for; false: none, or no room. */
static bool draw(struct footer *footer, const struct hint *hint)
{
	struct strbuf keys = STRBUF_INIT;
	const char *label = NULL;
	char key[16];
	int width;

	for (size_t i = 0; i < KEYS_MAX; i++)
		if (is_offered(footer, hint->actions[i])) {
			strbuf_addf(&keys, "%s%s", keys.len_bytes ? " " : "", action_key(hint->actions[i], key));
			if (!label)
				label = hint->label ? hint->label : action_info(hint->actions[i])->label;
		}
	width = label ? utf8_text_columns(strbuf_slice(&keys)) + 1 + utf8_text_columns(slice_of(label)) : 0;
	if (!label || !label[0] || footer->column + width > footer->line.columns) {
		strbuf_release(&keys);
		return false;
	}
	footer->column += surface_puts(footer->surface, footer->line, 0, footer->column, STYLE_KEY, keys.text) + 1;
	footer->column += surface_puts(footer->surface, footer->line, 0, footer->column, STYLE_TEXT, label) + 2;
	footer->shown++;
	strbuf_release(&keys);
	return true;
}

static bool stands_in_table(enum action action)
{
	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		for (size_t k = 0; k < KEYS_MAX; k++)
			if (hints[i].actions[k] == action)
				return true;
	return false;
}

/* Of the screen's own scopes. */
static void draw_rest(struct footer *footer)
{
	for (size_t s = 0; s < footer->scope_count; s++)
		for (int action = 1; action < ACTION_ID_COUNT && footer->shown < HINTS_MAX; action++)
			if (action_info((enum action)action)->scope == footer->scopes[s] && footer->scopes[s] != SCOPE_GLOBAL &&
			    !stands_in_table((enum action)action))
				draw(footer, &(struct hint){ NULL, { (enum action)action } });
}

/* "q back  ? help", at the right end; where there is nothing to go back to, how to quit. */
static void draw_ways_out(struct footer *footer)
{
	bool leads_back = app_can(footer->app, footer->screen, ACTION_ID_back);
	const struct hint out[] = { { NULL, { leads_back ? ACTION_ID_back : ACTION_ID_quit } }, { NULL, { ACTION_ID_help } } };
	struct footer end = *footer;
	char key[16];
	int width = 0;

	for (size_t i = 0; i < ARRAY_LEN(out); i++)
		if (is_offered(footer, out[i].actions[0]))
			width += utf8_text_columns(slice_of(action_key(out[i].actions[0], key))) + 3 +
				 utf8_text_columns(slice_of(action_info(out[i].actions[0])->label));
	if (!width)
		return;
	end.line = area_right(&footer->line, width + 1); /* two blanks before each, one behind them */
	end.column = 2;
	for (size_t i = 0; i < ARRAY_LEN(out); i++)
		draw(&end, &out[i]);
}

void footer_view(const struct app *app, const struct screen *screen, struct surface *surface, struct area line)
{
	struct footer footer = { .app = app, .screen = screen, .surface = surface, .line = line, .column = 1 };

	footer.scope_count = app_scopes(screen, footer.scopes);
	if (!screen->ops->takes_text)
		draw_ways_out(&footer);
	for (size_t i = 0; i < ARRAY_LEN(hints) && footer.shown < HINTS_MAX; i++)
		if (hints[i].actions[0] == ACTION_UNBOUND)
			draw_rest(&footer);
		else
			draw(&footer, &hints[i]);
}
