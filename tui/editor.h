/*
 * The editor of the person at the terminal: $VISUAL, else $EDITOR, else vi. The
 * value may carry arguments between blanks ("code -w"); no shell is involved. The
 * terminal must be in its ordinary mode (term->suspend()).
 */
#ifndef AITIA_TUI_EDITOR_H
#define AITIA_TUI_EDITOR_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/status.h"

/*
 * Lets the person edit `text` in a file named *suffix (".md") in a folder of its
 * own (mode 0700) under $TMPDIR, and waits. On STATUS_OK *out is the text (in the
 * arena) and *changed whether it differs. A text without a line feed at its end
 * comes back without one.
 *
 * *kept_path (in the arena) names the file if it is still there, else NULL:
 *  - the text was changed: the caller calls editor_discard() once it is safe;
 *  - the editor failed (STATUS_CANCELLED: it ended with another status than 0)
 *    after something was typed: the file stays, and `err` names it.
 * kept_path may be NULL: then the file is removed where the text was read back.
 * STATUS_USAGE: the editor cannot be started. STATUS_OUTPUT, STATUS_INPUT: the file
 * cannot be written or read back.
 */
enum status editor_run(struct arena *arena, struct slice text, const char *suffix, struct slice *out,
		       bool *changed, char **kept_path, struct error *err) MUST_CHECK;

/* Removes a kept file and its folder. NULL is allowed. */
void editor_discard(const char *kept_path);

#endif
