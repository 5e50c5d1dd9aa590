#include "tui/signals.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/attr.h"
#include "core/base/mem.h"

#define RESCUE_STACK_BYTES (64 * 1024)

static const int of_the_loop[] = { SIGTERM, SIGHUP, SIGINT, SIGTSTP };
static const int ignored[] = { SIGPIPE };
static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };

/* A handler can know nothing but what is static. */
static struct {
	volatile sig_atomic_t end, stop;
	int wake_fd;
	void (*rescue)(void);
	struct sigaction before[ARRAY_LEN(of_the_loop) + ARRAY_LEN(ignored) + ARRAY_LEN(fatal)];
	stack_t stack_before;
	sigset_t mask_before;
	sigset_t open_mask;
} state;

/* A stack of its own: the fault may be that the other one is used up. */
static char rescue_stack[RESCUE_STACK_BYTES];

static void on_loop_signal(int signal_number)
{
	int kept_errno = errno;
	char byte = 's';

	if (signal_number == SIGTSTP)
		state.stop = 1;
	else
		state.end = signal_number;
	ssize_t written = write(state.wake_fd, &byte, 1);
	(void)written; /* a full pipe wakes as well */
	errno = kept_errno;
}

/* SA_RESETHAND has put the default back: the second time it is fatal. */
static void on_fatal_signal(int signal_number)
{
	if (state.rescue)
		state.rescue();
	raise(signal_number);
}

static void on_exhausted(void)
{
	if (state.rescue)
		state.rescue();
}

static void install(size_t *slot, int signal_number, void (*handler)(int), int flags)
{
	struct sigaction action, *before = &state.before[(*slot)++];

	memset(&action, 0, sizeof(action));
	sigfillset(&action.sa_mask);
	action.sa_handler = handler;
	action.sa_flags = flags;
	sigaction(signal_number, NULL, before);
	/* A checker (a sanitizer) that has its own handler for faults keeps it. */
	if (handler == on_fatal_signal && (before->sa_flags & SA_SIGINFO || before->sa_handler != SIG_DFL))
		return;
	/* What our parent had us ignore (nohup, a shell without job control) stays ignored. */
	if (handler == on_loop_signal && before->sa_handler == SIG_IGN)
		return;
	sigaction(signal_number, &action, NULL);
}

void signals_install(int wake_fd, void (*rescue)(void))
{
	stack_t stack = { .ss_sp = rescue_stack, .ss_size = sizeof(rescue_stack) };
	sigset_t blocked;
	size_t slot = 0;

	state.end = state.stop = 0;
	state.wake_fd = wake_fd;
	state.rescue = rescue;
	sigaltstack(&stack, &state.stack_before);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGWINCH);
	for (size_t i = 0; i < ARRAY_LEN(of_the_loop); i++)
		sigaddset(&blocked, of_the_loop[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, &state.mask_before);
	state.open_mask = state.mask_before;
	for (size_t i = 0; i < ARRAY_LEN(of_the_loop); i++) {
		sigdelset(&state.open_mask, of_the_loop[i]);
		install(&slot, of_the_loop[i], on_loop_signal, 0);
	}
	sigdelset(&state.open_mask, SIGWINCH);
	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		install(&slot, ignored[i], SIG_IGN, 0);
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		install(&slot, fatal[i], on_fatal_signal, (int)(SA_RESETHAND | SA_ONSTACK));
	mem_set_exhausted_hook(on_exhausted);
}

void signals_restore(void)
{
	size_t slot = 0;

	/* What is pending is taken while we still know how. */
	pthread_sigmask(SIG_SETMASK, &state.open_mask, NULL);
	mem_set_exhausted_hook(NULL);
	for (size_t i = 0; i < ARRAY_LEN(of_the_loop); i++)
		sigaction(of_the_loop[i], &state.before[slot++], NULL);
	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		sigaction(ignored[i], &state.before[slot++], NULL);
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		sigaction(fatal[i], &state.before[slot++], NULL);
	sigaltstack(&state.stack_before, NULL);
	pthread_sigmask(SIG_SETMASK, &state.mask_before, NULL);
}

const sigset_t *signals_open_mask(void)
{
	return &state.open_mask;
}

int signals_end(void)
{
	return (int)state.end;
}

bool signals_take_stop(void)
{
	bool stop = state.stop;

	state.stop = 0;
	return stop;
}

/* The whole group, as the terminal would have done: a script that started us stops too. */
void signals_stop_process(void)
{
	struct sigaction action, before;
	sigset_t stop, mask;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_handler = SIG_DFL;
	sigaction(SIGTSTP, NULL, &before);
	if (before.sa_handler == SIG_IGN)
		return; /* nobody would let us go on */
	sigaction(SIGTSTP, &action, NULL);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
	kill(0, SIGTSTP);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGTSTP, &before, NULL);
	state.stop = 0;
}
