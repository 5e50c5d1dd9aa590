/*
 * Being stopped by SIGINT (Ctrl-C) or SIGTERM: the signal sets a flag, what is under way
 * looks at the flag and ends in good order. A second signal ends the program at once.
 */
#ifndef AITIA_CLI_INTERRUPT_H
#define AITIA_CLI_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

void interrupt_catch(void);
void interrupt_release(void); /* signals act as before interrupt_catch() */

/* Raised by the signal; for import_options.cancel and the like. */
const atomic_bool *interrupt_flag(void);
bool interrupted(void);
/* What a shell makes of the signal that came: 130 for SIGINT, 143 for SIGTERM. */
int interrupt_exit_code(void);

#endif
