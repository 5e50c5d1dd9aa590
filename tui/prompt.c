#include "tui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

struct prompt {
	struct screen screen;
	struct prompt_options options;
	char *title;
	char *initial;
	struct line_edit line;
	struct line_history *history;
	struct strbuf hint;
	bool good;
	bool completing; /* the last key was the one that completes, and left a choice */
	bool hint_only; /* nothing is wrong yet, whatever `good` says */
};

static struct prompt *self_of(struct screen *screen)
{
	return (struct prompt *)screen;
}

static void prompt_release(struct screen *screen)
{
	struct prompt *self = self_of(screen);

	free(self->title);
	free(self->initial);
	line_edit_release(&self->line);
	strbuf_release(&self->hint);
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}

static void check(struct prompt *self)
{
	const char *text = line_edit_text(&self->line);

	strbuf_clear(&self->hint);
	self->good = self->options.may_be_empty || !is_blank(text);
	if (self->options.check && (!is_blank(text) || self->options.may_be_empty))
		self->good = self->options.check(self->options.context, text, &self->hint) && self->good;
	if (!self->hint.len_bytes && self->options.hint) {
		strbuf_addstr(&self->hint, self->options.hint);
		self->hint_only = true;
	} else {
		self->hint_only = false;
	}
}

/* The cursor goes to where the reason says that the fault is. */
static void point_at_fault(struct prompt *self)
{
	unsigned long character;
	char *end;

	if (strncmp(self->hint.text, "at ", 3) != 0)
		return;
	character = strtoul(self->hint.text + 3, &end, 10);
	if (end != self->hint.text + 3 && *end == ':' && character > 0)
		line_edit_place(&self->line, character - 1);
}

static void complete(struct prompt *self)
{
	struct strbuf words = STRBUF_INIT;

	if (!self->options.complete)
		return;
	self->options.complete(self->options.context, &self->line, &words);
	check(self);
	self->completing = words.len_bytes > 0;
	if (words.len_bytes) {
		strbuf_clear(&self->hint);
		strbuf_addslice(&self->hint, strbuf_slice(&words));
		self->good = true;
	}
	strbuf_release(&words);
}

static bool prompt_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct prompt *self = self_of(screen);

	self->completing = false;
	switch (action) {
	case ACTION_ID_prompt_accept:
		check(self);
		if (!self->good) {
			if (!self->hint.len_bytes || self->hint_only) {
				strbuf_clear(&self->hint);
				strbuf_addstr(&self->hint, "it must not be empty; Esc leaves");
				self->hint_only = false;
			}
			point_at_fault(self);
			return true;
		}
		line_history_add(self->history, line_edit_text(&self->line));
		app_accepted(app, self->options.history);
		app_pop(app, true);
		return true;
	case ACTION_ID_prompt_cancel:
		/* What was typed can be had again with Up. */
		line_history_add(self->history, line_edit_text(&self->line));
		app_text_left(app, screen);
		app_pop(app, false);
		return true;
	case ACTION_ID_prompt_complete:
		complete(self);
		return true;
	case ACTION_UNBOUND:
		if (line_edit_key(&self->line, key) == LINE_EDIT_CHANGED)
			check(self);
		return true;
	default:
		return false; /* redraw, suspend, help */
	}
}

static void prompt_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct prompt *self = (const struct prompt *)screen;
	struct area foot = area_bottom(&area, 2), line = area_top(&foot, 1);
	int column, title;

	(void)app;
	surface_fill(surface, line, STYLE_TEXT, ' ');
	surface_fill(surface, foot, STYLE_TEXT, ' ');
	title = utf8_text_columns(slice_of(self->title));
	if (title > line.columns / 2)
		title = line.columns / 2;
	column = 1 + surface_fit(surface, line, 0, 1, title, STYLE_TITLE, self->title);
	column += surface_puts(surface, line, 0, column, STYLE_TITLE, ": ");
	line_edit_view(&self->line, surface, line, 0, column, line.columns - column - 1, STYLE_INPUT);
	surface_fit(surface, foot, 0, 1, foot.columns - 2, self->good || self->hint_only ? STYLE_MUTED : STYLE_ERROR, self->hint.text);
}

static bool prompt_can(const struct screen *screen, const struct app *app, enum action action)
{
	(void)app;
	return action != ACTION_ID_prompt_complete || ((const struct prompt *)screen)->options.complete;
}

static const struct screen_ops prompt_ops = {
	.scope = SCOPE_PROMPT,
	.takes_text = true,
	.overlay = true,
	.release = prompt_release,
	.action = prompt_action,
	.can = prompt_can,
	.view = prompt_view,
};

struct screen *prompt_new(struct app *app, const struct prompt_options *options)
{
	struct prompt *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &prompt_ops;
	self->screen.tag = options->tag;
	self->options = *options;
	self->title = mem_strdup(options->title);
	self->initial = mem_strdup(options->initial ? options->initial : "");
	self->history = app_history(app, options->history);
	strbuf_init(&self->hint);
	line_edit_init(&self->line, self->history);
	if (options->initial)
		line_edit_set(&self->line, options->initial);
	check(self);
	return &self->screen;
}

const char *prompt_typing(const struct screen *screen, enum app_history *kind, const char **title)
{
	const struct prompt *self = (const struct prompt *)screen;

	if (screen->ops != &prompt_ops || is_blank(prompt_text(screen)) || strcmp(prompt_text(screen), self->initial) == 0)
		return NULL;
	*kind = self->options.history;
	*title = self->title;
	return prompt_text(screen);
}

void prompt_complete_again(struct app *app)
{
	struct screen *top = app_top(app);

	if (top && top->ops == &prompt_ops && self_of(top)->completing)
		complete(self_of(top));
}

bool prompt_is(const struct screen *screen)
{
	return screen->ops == &prompt_ops;
}

void prompt_refuse(struct screen *screen, const char *reason)
{
	struct prompt *self = self_of(screen);

	strbuf_clear(&self->hint);
	strbuf_addstr(&self->hint, reason);
	self->good = self->hint_only = false;
	point_at_fault(self);
}

const char *prompt_text(const struct screen *screen)
{
	return line_edit_text(&((const struct prompt *)screen)->line);
}
