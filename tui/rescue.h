/*
 * Putting a terminal right in an emergency: what is to be sent and the mode to be
 * set are prepared beforehand, so that a signal handler can do it.
 */
#ifndef AITIA_TUI_RESCUE_H
#define AITIA_TUI_RESCUE_H

#include <stdbool.h>

/* Notes the terminal's mode as it is now. False: it is no terminal. */
bool rescue_note(int fd);
/* Appends what rescue_now() will send. Terminfo's delays ("$<5>") are left out. */
void rescue_add(const char *bytes);
/* Whether there is something to put right: true while the screen is taken over. The
 * first time also sees to it that exit() does. */
void rescue_arm(bool armed);
/* Async-signal-safe; does nothing unless armed, and nothing the second time. */
void rescue_now(void);

#endif
