#include "cli/interrupt.h"

#include <signal.h>
#include <string.h>

#include "core/base/attr.h"
#include "core/store.h"

/* What shells add to the number of the signal that ended a program. */
#define SIGNAL_EXIT_CODE 128

/* The signal that came, or 0. It may come at any time: the handler sets these two. */
static volatile sig_atomic_t stop_signal;
static atomic_bool stop_asked;

static struct store *read_from; /* or NULL; not changed while the handler is there, but for interrupt_release() */

static const int stop_signals[] = { SIGINT, SIGTERM };
static struct sigaction before[ARRAY_LEN(stop_signals)];

static void on_stop(int number)
{
	stop_signal = number;
	atomic_store_explicit(&stop_asked, true, memory_order_relaxed);
	if (read_from) /* the port allows it from anywhere: engines set a flag */
		read_from->ops->interrupt(read_from);
}

void interrupt_ends_reading(struct store *store)
{
	read_from = store;
}

/* Without SA_RESTART, so that waiting for standard input ends too; a second signal
 * ends the program at once, which costs the store nothing either. */
void interrupt_catch(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_stop;
	action.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(stop_signals); i++) {
		sigaction(stop_signals[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN) /* nohup and the like mean it */
			sigaction(stop_signals[i], &action, NULL);
	}
}

void interrupt_release(void)
{
	for (size_t i = 0; i < ARRAY_LEN(stop_signals); i++)
		sigaction(stop_signals[i], &before[i], NULL);
	read_from = NULL;
}

const atomic_bool *interrupt_flag(void)
{
	return &stop_asked;
}

bool interrupted(void)
{
	return stop_signal != 0;
}

int interrupt_exit_code(void)
{
	return SIGNAL_EXIT_CODE + stop_signal;
}
