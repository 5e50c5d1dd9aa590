/*
 * A text that came back from the editor, until it is in the store: its file stays
 * for so long, so that neither a refused edit nor a crash can lose what was typed.
 */
#ifndef AITIA_TUI_KEPT_TEXT_H
#define AITIA_TUI_KEPT_TEXT_H

#include "tui/request.h"

struct kept_text {
	const char *path;    /* NULL: there is none */
	struct slice text;
	uint64_t serial;     /* of the edit that brings it into the store; 0: not sent yet */
	struct arena arena;  /* holds both */
};

/* Takes note of an editor's file and its text. A blank text is not worth keeping: its
 * file is removed. An older file that is still there is left where it is. */
void kept_text_set(struct kept_text *kept, const char *path, struct slice text);
/* A request is sent; `at_once`: in direct answer to the text. An edit that carries the
 * text is noted: one that holds it word for word, or an incident that is put at once
 * (made from it, if not word for word). */
void kept_text_sent(struct kept_text *kept, const struct request *request, bool at_once);
/* An answer came. True if it was to that edit and a failure: the person is to be told
 * of kept->path. After a success the file is gone. */
bool kept_text_answered(struct kept_text *kept, uint64_t serial, enum status status);
void kept_text_release(struct kept_text *kept); /* leaves the file */

#endif
