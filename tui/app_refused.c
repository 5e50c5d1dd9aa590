/* Prompts whose text is refused open again (app_state.h). */
#include "tui/app_state.h"
#include "tui/prompt.h"

#include <stdarg.h>
#include <stdio.h>

/* What is asked because of what was typed; the rest is about what the screen shows besides. */
static bool is_asked_for(enum request_kind kind)
{
	switch (kind) {
	case REQUEST_PAGE:
	case REQUEST_SEEK:
	case REQUEST_SEEK_PERCENT:
	case REQUEST_EDITS:
	case REQUEST_CONSOLE:
	case REQUEST_PUBLISH:
		return true;
	default:
		return request_is_edit(kind);
	}
}

void app_forget_answered(struct app *app)
{
	struct screen *prompt = app->answered;

	app->answered = NULL;
	app->answered_serial = 0;
	if (!prompt)
		return;
	vec_push(&app->closed, prompt->id);
	app_release_screen(prompt);
}

static void open_again(struct app *app, struct screen *prompt, const char *reason)
{
	prompt_refuse(prompt, reason);
	strbuf_clear(&app->message);
	vec_push(&app->stack, prompt);
}

void app_refuse(struct app *app, const char *format, ...)
{
	char line[1200];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	strbuf_clear(&app->refusal);
	strbuf_addstr(&app->refusal, line);
}

void app_result_begins(struct app *app)
{
	app_forget_answered(app);
	strbuf_clear(&app->refusal);
	app->taking_result = true;
}

void app_result_asks(struct app *app, const struct request *request)
{
	if (app->taking_result && !app->answered_serial && is_asked_for(request->kind))
		app->answered_serial = request->serial;
}

bool app_result_ends(struct app *app, struct screen *child, bool accepted)
{
	bool is_ours = accepted && prompt_is(child) && app_top(app) == child->below;

	app->taking_result = false;
	if (is_ours && app->refusal.len_bytes) {
		open_again(app, child, app->refusal.text);
		app->answered_serial = 0;
		return true;
	}
	app_step_ended(app, child->below, child, accepted, app->answered_serial);
	if (accepted && prompt_is(child) && app->answered_serial)
		app_text_sent(app, child, app->answered_serial);
	if (is_ours && app->answered_serial) {
		app->answered = child;
		return true;
	}
	app->answered_serial = 0;
	return false;
}

/* Rows that came before a question failed are worth more than to type on at once. */
bool app_is_refusal(const struct app *app, const struct answer *answer)
{
	return app->answered && answer->serial == app->answered_serial && answer->status != STATUS_OK &&
	       answer->status != STATUS_CANCELLED && app_top(app) == app->answered->below &&
	       !(answer->kind == REQUEST_CONSOLE && answer->console.rows);
}

void app_reopen_answered(struct app *app, const char *reason)
{
	struct screen *prompt = app->answered;

	if (!prompt || app_top(app) != prompt->below)
		return; /* the screen has gone on to something else */
	app->answered = NULL;
	app->answered_serial = 0;
	if (app->message_is_error && app->message.len_bytes)
		reason = app->message.text; /* the screen has said it in its words */
	open_again(app, prompt, reason);
}

void app_follow_answered(struct app *app, const struct answer *answer)
{
	if (!app->answered || answer->serial != app->answered_serial)
		return;
	for (size_t i = 0; i < app->requests.len; i++)
		if (app->requests.items[i]->kind == answer->kind && app->requests.items[i]->owner == answer->owner) {
			app->answered_serial = app->requests.items[i]->serial;
			return;
		}
	app_forget_answered(app);
}
