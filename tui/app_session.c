/* Where the person is, kept for the next start, and taken up at this one (session.h). */
#include "tui/app_state.h"
#include "tui/prompt.h"
#include "tui/screens.h"

/* What was being typed when it ended can be had again with Up. */
void app_take_session(struct app *app, const char *text)
{
	const struct session *session = &app->session;
	struct list_columns columns;
	const char *wrong;

	session_parse(&app->session_arena, slice_of(text ? text : ""), &app->session);
	if (session->columns && list_columns_parse(session->columns, &columns, &wrong))
		app_choose_columns(app, &columns);
	if (!session->typed)
		return;
	line_history_add(&app->histories[session->typed_as], session->typed);
	app_message(app, false, "\"%s\" was not finished: Up brings back at its prompt what you typed", session->typed_at);
}

/* What was left unfinished the last time stays, until it is finished or something else is
 * typed at that prompt. */
static bool is_left_over(const struct app *app)
{
	const struct line_history *history = &app->histories[app->session.typed_as];

	return app->session.typed && history->count &&
	       strcmp(history->lines[history->count - 1], app->session.typed) == 0;
}

void app_accepted(struct app *app, enum app_history kind)
{
	if (app->session.typed_as == kind)
		app->session.typed = NULL;
}

void app_keep_session(struct app *app)
{
	struct session now = { 0 };
	struct strbuf text = STRBUF_INIT, columns = STRBUF_INIT;
	struct request *request;

	if (!app->options.session_path || !app->stack.len)
		return;
	screen_queue_place(app->stack.items[0], &now);
	now.typed = prompt_typing(app_top(app), &now.typed_as, &now.typed_at);
	if (!now.typed && is_left_over(app)) {
		now.typed = app->session.typed;
		now.typed_as = app->session.typed_as;
		now.typed_at = app->session.typed_at;
	}
	if (app->columns_chosen)
		list_columns_format(&app->options.columns, &columns);
	now.columns = columns.text;
	session_format(&now, &text);
	strbuf_release(&columns);
	if (!app->kept || strcmp(app->kept, text.text) != 0) {
		free(app->kept);
		app->kept = mem_strdup(text.text);
		request = request_new(REQUEST_KEEP);
		request->path = arena_strdup(&request->arena, app->options.session_path);
		request->text = arena_strdup(&request->arena, text.text);
		app_request(app, NULL, request);
	}
	strbuf_release(&text);
}
