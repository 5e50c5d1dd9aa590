/*
 * A line being typed: text as UTF-8, a cursor between grapheme clusters, and
 * the usual keys:
 *
 *     Left ^B  Right ^F   a character       ^W             delete the word before the cursor
 *     Home ^A  End ^E     the whole line    ^U  ^K         delete to the start, to the end
 *     Backspace Del       delete            Up ^P  Down ^N an older, a newer entry of the history
 *
 * Every other control character is left to the caller. What is pasted becomes one
 * line: runs of line ends and tabs turn into a blank.
 */
#ifndef AITIA_TUI_LINE_EDIT_H
#define AITIA_TUI_LINE_EDIT_H

#include "core/base/strbuf.h"
#include "tui/key.h"
#include "tui/surface.h"

/* What was accepted before, oldest first; shared by the prompts of one kind and
 * owned by whoever outlives them. */
struct line_history {
	char **lines;
	size_t count;
};

#define LINE_HISTORY_INIT { NULL, 0 }
#define LINE_HISTORY_MAX 100u    /* entries; the oldest are forgotten */
#define LINE_EDIT_MAX_BYTES 65536u /* what goes beyond is not taken */

void line_history_add(struct line_history *history, const char *line); /* not if empty or the same again */
void line_history_release(struct line_history *history);

struct line_edit {
	struct strbuf text;
	size_t cursor;               /* byte offset, at the border of a grapheme cluster */
	const struct line_history *history; /* borrowed, or NULL */
	size_t history_at;           /* history->count: the line that is being typed … */
	char *typed;                 /* … which is kept here while older ones are shown */
};

enum line_edit_result {
	LINE_EDIT_UNUSED,            /* not a key of the line's: Enter, Esc, Tab, … */
	LINE_EDIT_MOVED,             /* cursor only, or nothing to do */
	LINE_EDIT_CHANGED,           /* the text is another one */
};

void line_edit_init(struct line_edit *line, const struct line_history *history); /* empty */
void line_edit_release(struct line_edit *line);
void line_edit_set(struct line_edit *line, const char *text); /* cursor at the end */
/* The cursor goes before that character, from 0; at most to the end. */
void line_edit_place(struct line_edit *line, size_t character);
/* The text, NUL-terminated; valid until the next change. */
const char *line_edit_text(const struct line_edit *line);

enum line_edit_result line_edit_key(struct line_edit *line, const struct key *key);
/* At the cursor, as if it had been typed; true if anything was taken. */
bool line_edit_insert(struct line_edit *line, struct slice text);
/* Replaces bytes [at, at + len) by `text` and puts the cursor behind it: for completion. */
void line_edit_replace(struct line_edit *line, size_t at, size_t len_bytes, const char *text);

/* Draws it into `width` columns from row/column of the area, scrolled so that the
 * cursor is seen, and shows the terminal's cursor there. */
void line_edit_view(const struct line_edit *line, struct surface *surface, struct area clip, int row,
		    int column, int width, enum style style);

#endif
