/* What keys mean: the scopes that a screen looks them up in, and the actions that are everywhere. */
#include "tui/app_state.h"
#include "tui/pager.h"
#include "tui/screens.h"

static void go_to_incidents(struct app *app)
{
	for (size_t i = 0; i < app->stack.len; i++)
		if (app->stack.items[i]->ops->scope == SCOPE_INCIDENTS) {
			while (app->stack.len > i + 1)
				app_pop(app, false);
			return;
		}
	app_push(app, screen_incidents_new());
}

static void go_back(struct app *app, const struct key *key)
{
	if (app->stack.len > 1)
		app_pop(app, false);
	else if (key->code != INPUT_ESCAPE) /* too near to what clears a filter */
		app_effect(app, (struct effect){ .kind = EFFECT_QUIT });
}

static void page(struct app *app, const struct screen *top)
{
	struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT;

	if (top->ops->page)
		top->ops->page(top, &text);
	pager_add_text(&shown, strbuf_slice(&text));
	if (shown.len_bytes)
		app_effect(app, (struct effect){ .kind = EFFECT_PAGER, .text = shown.text });
	else
		app_message(app, false, "there is no text here for the pager");
	strbuf_release(&text);
	strbuf_release(&shown);
}

static void global_action(struct app *app, enum action action, const struct key *key)
{
	struct screen *top = app_top(app);

	switch (action) {
	case ACTION_ID_help:
		if (top->ops->scope != SCOPE_HELP)
			app_push(app, screen_help_new(app, top));
		break;
	case ACTION_ID_palette:
		app_push(app, screen_palette_new(app, top));
		break;
	case ACTION_ID_back:
		go_back(app, key);
		break;
	case ACTION_ID_quit:
		app_effect(app, (struct effect){ .kind = EFFECT_QUIT });
		break;
	case ACTION_ID_undo:
		app->undo_serial = app_request(app, NULL, request_new(REQUEST_UNDO));
		break;
	case ACTION_ID_redo:
		app->undo_serial = app_request(app, NULL, request_new(REQUEST_REDO));
		break;
	case ACTION_ID_history:
		if (top->ops->scope != SCOPE_HISTORY)
			app_push(app, screen_history_new());
		break;
	case ACTION_ID_console:
		if (top->ops->scope != SCOPE_CONSOLE)
			app_push(app, screen_console_new());
		break;
	case ACTION_ID_pager:
		page(app, top);
		break;
	case ACTION_ID_incidents:
		go_to_incidents(app);
		break;
	case ACTION_ID_insights:
		app_push(app, screen_insights_new("", NULL));
		break;
	case ACTION_ID_blind:
		app->options.blind = !app->options.blind;
		app_changed(app);
		app_message(app, false, app->options.blind ? "blind: others' judgements are hidden, yours are kept as blind; B ends it" :
							     "not blind any more: others' judgements are shown");
		break;
	case ACTION_ID_refresh:
		if (app_reopen(app))
			break;
		app_ask_codebook(app);
		app_changed(app);
		break;
	case ACTION_ID_redraw:
		app_effect(app, (struct effect){ .kind = EFFECT_REDRAW });
		break;
	case ACTION_ID_suspend:
		app_effect(app, (struct effect){ .kind = EFFECT_SUSPEND });
		break;
	default:
		break;
	}
}

size_t app_scopes(const struct screen *screen, enum scope out[APP_SCOPES_MAX])
{
	const struct screen_ops *ops = screen->ops;
	enum scope mode = ops->mode ? ops->mode(screen) : SCOPE_COUNT;
	size_t count = 0;

	if (mode != SCOPE_COUNT)
		out[count++] = mode;

	if (ops->scope == SCOPE_QUEUE)
		out[count++] = SCOPE_JUDGING;
	out[count++] = ops->scope;
	if (ops->scope == SCOPE_SAMPLE)
		out[count++] = SCOPE_JUDGING;
	if (ops->has_list)
		out[count++] = SCOPE_LIST;
	if (!ops->takes_text)
		out[count++] = SCOPE_GLOBAL;
	return count;
}

/* Whether an action that is everywhere would lead somewhere from this screen. */
static bool leads_on(const struct screen *screen, enum action action)
{
	switch (action) {
	case ACTION_ID_pager:
		return screen->ops->page != NULL;
	case ACTION_ID_incidents:
		return screen->ops->scope != SCOPE_INCIDENTS;
	case ACTION_ID_insights:
		return screen->ops->scope != SCOPE_INSIGHTS;
	case ACTION_ID_history:
		return screen->ops->scope != SCOPE_HISTORY;
	case ACTION_ID_console:
		return screen->ops->scope != SCOPE_CONSOLE;
	case ACTION_ID_help:
		return screen->ops->scope != SCOPE_HELP;
	default:
		return true;
	}
}

bool app_can(const struct app *app, const struct screen *screen, enum action action)
{
	return leads_on(screen, action) && (!screen->ops->can || screen->ops->can(screen, app, action));
}

bool app_is_reachable(const struct screen *screen, enum action action)
{
	enum scope scopes[APP_SCOPES_MAX];
	size_t count = app_scopes(screen, scopes);
	char name[16];
	struct key key;

	return key_parse(action_key(action, name), &key) && action_find(scopes, count, &key) == action;
}

static enum action find_action(const struct screen *top, const struct key *key)
{
	static const enum scope global[] = { SCOPE_GLOBAL };
	enum scope scopes[APP_SCOPES_MAX];
	size_t count = app_scopes(top, scopes);
	enum action action;

	if (key->code == INPUT_MOUSE || key->code == INPUT_PASTE)
		return ACTION_UNBOUND;
	action = action_find(scopes, count, key);
	if (action != ACTION_UNBOUND || !top->ops->takes_text)
		return action;
	/* Where text is typed, these keys are none of the text. */
	action = action_find(global, 1, key);
	if ((action == ACTION_ID_help && key->code == INPUT_F1) || action == ACTION_ID_redraw ||
	    action == ACTION_ID_suspend)
		return action;
	return ACTION_UNBOUND;
}

/* A key that other programs know is no command here: that is said, and where commands are. */
static void tell_unknown(struct app *app, const struct screen *top, const struct key *key)
{
	struct strbuf name = STRBUF_INIT;
	char help[16];

	if (app_top(app) != top || key->code == INPUT_MOUSE || key->code == INPUT_PASTE || top->ops->overlay || top->ops->takes_text)
		return;
	key_format(key, &name);
	app_message(app, false, "%s does nothing here%s%s shows the keys", name.text, app_sign(app, " · ", " - "),
		    action_key(ACTION_ID_help, help));
	strbuf_release(&name);
}

static void run_action(struct app *app, enum action action, const struct key *key)
{
	struct screen *top = app_top(app);

	if (key->code != INPUT_MOUSE || key->mouse != MOUSE_RELEASE) /* the end of a click is no news */
		strbuf_clear(&app->message);
	/* A wheel's notch or a key without a meaning begins nothing else. */
	if (key->code != INPUT_MOUSE && action != ACTION_UNBOUND)
		app_forget_answered(app);
	app->undo_serial = 0;
	app->go_to = 0;
	bool used = top->ops->action && top->ops->action(top, app, action, key);
	if (!used && action == ACTION_UNBOUND)
		tell_unknown(app, top, key);
	else if (!used)
		global_action(app, action, key);
	app_settle(app);
}

void app_do(struct app *app, enum action action)
{
	char name[16];
	struct key key = { 0 };

	key_parse(action_key(action, name), &key);
	run_action(app, action, &key);
}

void app_run_key(struct app *app, const struct key *key)
{
	if (app_top(app))
		run_action(app, find_action(app_top(app), key), key);
}
