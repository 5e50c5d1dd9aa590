/* Completing a query while it is typed: keys, and values of closed lists. */
#ifndef AITIA_TUI_QUERY_COMPLETE_H
#define AITIA_TUI_QUERY_COMPLETE_H

#include "core/codebook.h"
#include "tui/line_edit.h"

/* Completes the word before the cursor as far as it is clear; when several words
 * are possible, writes them to `words`. */
void query_complete(struct line_edit *line, const struct codebook *book, struct strbuf *words);

#endif
