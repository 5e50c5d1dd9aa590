/*
 * The workbench's signals. SIGTERM, SIGHUP, SIGINT and SIGTSTP set a flag and write
 * a byte to the loop's pipe; the loop acts. Signals that end the program at once
 * (SIGSEGV, SIGABRT, …) put the terminal right first. SIGWINCH is left to the back
 * end's library. From install to restore, those of the loop are blocked except while
 * it waits (signals_open_mask); other threads must have blocked them themselves.
 */
#ifndef AITIA_TUI_SIGNALS_H
#define AITIA_TUI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

void signals_install(int wake_fd, void (*rescue)(void));
void signals_restore(void);
const sigset_t *signals_open_mask(void); /* for pselect() */
int signals_end(void);                   /* the signal that asks for the end, or 0 */
bool signals_take_stop(void);            /* SIGTSTP came from outside: true once */
/* Stops the process group, as ^Z does elsewhere; returns when it goes on. */
void signals_stop_process(void);

#endif
