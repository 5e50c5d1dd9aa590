/*
 * Where somebody stopped: the list, the sample in it, and what was being typed.
 * Kept in a small text file of the person's, so that the next start goes on there,
 * and so that neither a crash nor a lost terminal costs what was typed:
 *
 *     query is:untriaged lang:python
 *     sort newest
 *     sample 47
 *     columns cause path
 *     typing note Note of 3 samples
 *     the text, in one line
 *     unsaved note Note
 *     a text that was accepted, and waited for the store
 */
#ifndef AITIA_TUI_SESSION_H
#define AITIA_TUI_SESSION_H

#include "core/base/strbuf.h"
#include "tui/app.h"

#define SESSION_UNSAVED_MAX 8

struct typed_text {
	enum app_history as;
	const char *at;         /* title of the prompt */
	const char *text;
};

struct session {
	const char *query;      /* or NULL, as the texts below */
	enum sort_key sort;
	int64_t sample;         /* 0: none */
	const char *columns;    /* chosen on the screen: names */
	enum app_history typed_as;
	const char *typed_at;   /* title of the prompt */
	const char *typed;
	struct typed_text unsaved[SESSION_UNSAVED_MAX]; /* accepted, and not yet in the store; the oldest first */
	size_t unsaved_count;
};

/* Lines that nobody knows (of a newer program, of a damaged file) are passed over. */
void session_parse(struct arena *arena, struct slice text, struct session *out);
void session_format(const struct session *session, struct strbuf *out);

#endif
