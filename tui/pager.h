/*
 * The pager of the person at the terminal: $PAGER (which the configuration's goes before), else
 * less. The value may carry arguments between blanks; no shell is involved. The terminal
 * must be in its ordinary mode (term->suspend()).
 */
#ifndef AITIA_TUI_PAGER_H
#define AITIA_TUI_PAGER_H

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/status.h"
#include "core/base/strbuf.h"

/*
 * Appends a text as a terminal may be given it: controls, hidden and reordering characters as
 * on the screen (utf8_mark()), invalid bytes as U+FFFD; line feeds and tabs stay. Not even a
 * pager that passes escapes on (less -R) then lets them act.
 */
void pager_add_text(struct strbuf *out, struct slice text);
/* Likewise, but all in one line. */
void pager_add_line(struct strbuf *out, struct slice text);

/*
 * Shows the text, which the pager reads from its standard input (a file that has no name
 * any more), and waits. `err` is set with STATUS_OK too where there is something to say: it ended
 * before anybody can have read. STATUS_USAGE: it cannot be started. STATUS_OUTPUT: the text
 * cannot be written. STATUS_CANCELLED: it ended with another status than 0.
 */
enum status pager_run(struct arena *arena, struct slice text, struct error *err) MUST_CHECK;

#endif
