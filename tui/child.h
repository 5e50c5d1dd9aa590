/*
 * A program of the person's own that takes the terminal over for a while: the editor,
 * the pager. The terminal must be in its ordinary mode (term->suspend()).
 */
#ifndef AITIA_TUI_CHILD_H
#define AITIA_TUI_CHILD_H

#include "core/base/arena.h"
#include "core/base/status.h"

/* The words of a command between blanks (no shell is involved), then `last` unless it is NULL; ended by NULL. */
char **child_argv(struct arena *arena, const char *command, char *last);

/* What it is called in messages, and where another one is named. */
struct child_name {
	const char *what, *instead; /* "editor", "set $VISUAL or $EDITOR" */
};

/*
 * Runs it and waits for its end. `input_fd` is its standard input; -1: ours.
 * STATUS_OK: it ended with 0. STATUS_USAGE: it cannot be started. STATUS_CANCELLED: it
 * ended by a signal or with another status.
 */
enum status child_run(char **argv, int input_fd, const struct child_name *name, struct error *err) MUST_CHECK;

#endif
