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
	for (size_t i = 0; i < session->unsaved_count; i++)
		line_history_add(&app->histories[session->unsaved[i].as], session->unsaved[i].text);
	if (session->typed)
		line_history_add(&app->histories[session->typed_as], session->typed);
	if (session->unsaved_count)
		app_message(app, true, "\"%s\"%s: it ended before the store said that it has it; Up brings back what you typed",
			    session->unsaved[0].at, session->unsaved_count > 1 || session->typed ? " and more" : "");
	else if (session->typed)
		app_message(app, false, "\"%s\" was not finished: Up brings back at its prompt what you typed", session->typed_at);
}

/* ---- accepted, and not in the store yet --------------------------------------------- */

/* Edits alone: no other request is sure of an answer, and none of them loses a text. */
static bool is_edit(const struct app *app, uint64_t serial)
{
	for (size_t i = 0; i < app->requests.len; i++)
		if (app->requests.items[i]->serial == serial)
			return request_is_edit(app->requests.items[i]->kind);
	return false;
}

static void keep_accepted(struct app *app, const struct screen *prompt, struct accepted accepted)
{
	const char *at, *text = prompt_typing(prompt, &accepted.as, &at);

	if (!text)
		return;
	accepted.at = mem_strdup(at);
	accepted.text = mem_strdup(text);
	vec_push(&app->accepted, accepted);
}

void app_text_sent(struct app *app, const struct screen *prompt, uint64_t serial)
{
	if (is_edit(app, serial))
		keep_accepted(app, prompt, (struct accepted){ .serial = serial });
}

static void drop_accepted(struct app *app, size_t i)
{
	free(app->accepted.items[i].at);
	free(app->accepted.items[i].text);
	app->accepted.len--;
	memmove(app->accepted.items + i, app->accepted.items + i + 1,
		(app->accepted.len - i) * sizeof(app->accepted.items[0]));
}

void app_step_ended(struct app *app, const struct screen *opener, const struct screen *child, bool accepted, uint64_t serial)
{
	bool goes_on = accepted && !serial && app_top(app) != opener, sent = serial && is_edit(app, serial);

	if (!opener)
		return;
	for (size_t i = app->accepted.len; i-- > 0;) {
		if (app->accepted.items[i].step_of != opener->id)
			continue;
		if (sent) {
			app->accepted.items[i].serial = serial;
			app->accepted.items[i].step_of = 0;
		} else if (!goes_on) {
			drop_accepted(app, i); /* given up; Up has it */
		}
	}
	if (goes_on && prompt_is(child))
		keep_accepted(app, child, (struct accepted){ .step_of = opener->id });
}

void app_text_answered(struct app *app, uint64_t serial, bool saved_or_reopened)
{
	for (size_t i = app->accepted.len; saved_or_reopened && i-- > 0;)
		if (app->accepted.items[i].serial == serial && !app->accepted.items[i].step_of)
			drop_accepted(app, i);
}

static bool is_left(const struct accepted *accepted)
{
	return !accepted->serial && !accepted->step_of;
}

/* Not what is asked of a list. */
static bool is_for_the_store(enum app_history kind)
{
	return (kind >= HISTORY_NOTE && kind <= HISTORY_OWNER) || kind == HISTORY_UNTIL;
}

void app_text_left(struct app *app, const struct screen *prompt)
{
	enum app_history kind;
	const char *at, *text = prompt_typing(prompt, &kind, &at);

	if (app->place == STORE_HERE || !text || !is_for_the_store(kind))
		return;
	for (size_t i = 0; i < app->accepted.len; i++)
		if (is_left(&app->accepted.items[i]) && app->accepted.items[i].as == kind &&
		    strcmp(app->accepted.items[i].text, text) == 0)
			return;
	keep_accepted(app, prompt, (struct accepted){ 0 });
}

void app_release_accepted(struct app *app)
{
	while (app->accepted.len)
		drop_accepted(app, app->accepted.len - 1);
	vec_release(&app->accepted);
}

static void add_unsaved(struct session *session, struct typed_text text)
{
	if (session->unsaved_count == SESSION_UNSAVED_MAX)
		memmove(session->unsaved, session->unsaved + 1, --session->unsaved_count * sizeof(text));
	session->unsaved[session->unsaved_count++] = text;
}

/* Of the last session too, until something of that kind is accepted in this one. */
static void add_all_unsaved(const struct app *app, struct session *session)
{
	for (size_t i = 0; i < app->session.unsaved_count; i++)
		if (app->session.unsaved[i].text)
			add_unsaved(session, app->session.unsaved[i]);
	for (size_t i = 0; i < app->accepted.len; i++)
		add_unsaved(session, (struct typed_text){ app->accepted.items[i].as, app->accepted.items[i].at,
							  app->accepted.items[i].text });
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
	if (app->place != STORE_HERE)
		return; /* the store has it no more than the ones before */
	for (size_t i = 0; i < app->session.unsaved_count; i++)
		if (app->session.unsaved[i].as == kind)
			app->session.unsaved[i].text = NULL;
	for (size_t i = app->accepted.len; i-- > 0;)
		if (is_left(&app->accepted.items[i]) && app->accepted.items[i].as == kind)
			drop_accepted(app, i);
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
	add_all_unsaved(app, &now);
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
