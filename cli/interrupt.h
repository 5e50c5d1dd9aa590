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
/* Until interrupt_release() the signal also ends what this store is reading (store.h, interrupt), which may be long
 * at it before anybody looks at the flag: that fails with STATUS_CANCELLED. Of commands that change nothing. */
struct store;
void interrupt_ends_reading(struct store *store);

/* Raised by the signal; for import_options.cancel and the like. */
const atomic_bool *interrupt_flag(void);
bool interrupted(void);
/* What a shell makes of the signal that came: 130 for SIGINT, 143 for SIGTERM. */
int interrupt_exit_code(void);

#endif
