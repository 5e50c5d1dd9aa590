/*
 * A line to type, at the foot of the screen: a title, what is typed, and below
 * it what is wrong with it or what it means, at once under typing.
 */
#ifndef AITIA_TUI_PROMPT_H
#define AITIA_TUI_PROMPT_H

#include "tui/app.h"

struct prompt_options {
	const char *title;       /* copied */
	const char *initial;     /* or NULL */
	enum app_history history;
	int tag;
	bool may_be_empty;
	const char *hint;        /* shown while there is nothing else to say; borrowed; or NULL */
	/* Whether `text` may be accepted; writes what is wrong with it, or what it means (or nothing). */
	bool (*check)(void *context, const char *text, struct strbuf *hint);
	/* Tab: completes around the cursor, or writes the possible words. */
	void (*complete)(void *context, struct line_edit *line, struct strbuf *hint);
	void *context;           /* must outlive the prompt: the opener does */
};

struct screen *prompt_new(struct app *app, const struct prompt_options *options);
/* What is being typed at a prompt that is not as it was at first; NULL: nothing, or it is
 * no prompt. */
const char *prompt_typing(const struct screen *screen, enum app_history *kind, const char **title);
const char *prompt_text(const struct screen *screen); /* the result; valid while it is handed over */

/* What the prompt on top needed to complete its text is there now: as if the key were pressed again, if nothing else
 * was since. */
void prompt_complete_again(struct app *app);

bool prompt_is(const struct screen *screen);
/* What was accepted was refused after all, and it is open again: says why until the text
 * is another one. A reason that begins with "at N: ", as those of queries (core/query.h)
 * and of the console do, is about the N-th character: the cursor goes there. */
void prompt_refuse(struct screen *screen, const char *reason);

#endif
