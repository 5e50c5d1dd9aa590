/*
 * The workbench as it runs: app, workers (a fast and a slow lane, so that a
 * count holds up no page, one for edits, which may have to wait for another
 * process, one for analyses, one for files of the person's own), and a terminal, joined by one loop that waits for keys and answers only.
 * It never touches disk or store itself.
 */
#ifndef AITIA_TUI_LOOP_H
#define AITIA_TUI_LOOP_H

#include "tui/app.h"
#include "tui/term.h"
#include "tui/worker.h"

struct tui_options {
	struct app_options app;
	/* How a worker gets its backend: the fast lane at the start, the others on their threads when
	 * they first need one. `wake_fd`, `unread`, `lazy` and `low` are the loop's to set. */
	struct worker_hooks backend;
	const struct term_ops *term;     /* &term_curses */
	struct term_options terminal;
	bool *wants_reopen;              /* likewise when another file took the store's place, and is to be opened; or NULL */
	bool *wants_demo;                /* set when the person left for the demo; or NULL */
};

/*
 * Runs until the person quits. The locale must have been set. Edits under way are
 * finished in every case, and the terminal is as it was before.
 *
 * STATUS_USAGE: no terminal to run on. STATUS_STORE and others: the backend could
 * not be opened, or the last edit could not be saved. STATUS_CANCELLED: ended by a
 * signal, or by the loss of the terminal. STATUS_OK with a text in `err` (else it is
 * empty): a note for the person, to be printed now that the terminal is theirs again.
 */
enum status tui_run(const struct tui_options *options, struct error *err) MUST_CHECK;

#endif
