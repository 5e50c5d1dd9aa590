#include "tui/child.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/slice.h"

extern char **environ;

char **child_argv(struct arena *arena, const char *command, char *last)
{
	size_t count = 0;
	char **argv = arena_array(arena, strlen(command) / 2 + 4, sizeof(*argv));

	for (command += strspn(command, " \t"); *command; command += strspn(command, " \t")) {
		size_t len = strcspn(command, " \t");
		argv[count++] = arena_text(arena, (struct slice){ command, len });
		command += len;
	}
	argv[count++] = last;
	return argv;
}

/* SIGINT and SIGQUIT are meant for the child meanwhile, as with system(3). SIGTSTP must
 * stop both of us, or the shell would never get its terminal back: default, not blocked. */
static const int handed_over[] = { SIGINT, SIGQUIT, SIGTSTP, SIGCONT };
static volatile sig_atomic_t continued;

static void note_continued(int signal_number)
{
	(void)signal_number;
	continued = 1;
}

struct signals {
	struct sigaction actions[ARRAY_LEN(handed_over)];
	sigset_t mask;
};

static void hand_over(struct signals *before)
{
	struct sigaction action;
	sigset_t unblocked;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	sigemptyset(&unblocked);
	for (size_t i = 0; i < ARRAY_LEN(handed_over); i++) {
		int signal_number = handed_over[i];
		action.sa_handler = signal_number == SIGTSTP ? SIG_DFL
				    : signal_number == SIGCONT ? note_continued : SIG_IGN;
		sigaction(signal_number, &action, &before->actions[i]);
	}
	sigaddset(&unblocked, SIGTSTP);
	sigaddset(&unblocked, SIGCONT);
	pthread_sigmask(SIG_UNBLOCK, &unblocked, &before->mask);
}

static void take_back(const struct signals *before)
{
	pthread_sigmask(SIG_SETMASK, &before->mask, NULL);
	for (size_t i = 0; i < ARRAY_LEN(handed_over); i++)
		sigaction(handed_over[i], &before->actions[i], NULL);
}

/* The child starts with every signal open and at its default. */
static int spawn(char **argv, int input_fd, pid_t *child)
{
	static const int defaults[] = { SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGPIPE, SIGWINCH };
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t files;
	sigset_t none, set;

	sigemptyset(&none);
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
		sigaddset(&set, defaults[i]);
	int failed = posix_spawnattr_init(&attributes);
	if (failed)
		return failed;
	failed = posix_spawn_file_actions_init(&files);
	if (failed) {
		posix_spawnattr_destroy(&attributes);
		return failed;
	}
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (input_fd >= 0)
		failed = posix_spawn_file_actions_adddup2(&files, input_fd, STDIN_FILENO);
	if (!failed)
		failed = posix_spawnp(child, argv[0], &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

/* Waits for its end. When it alone was stopped, so are we, that the shell sees
 * its job stopped; when the whole group was, we have been stopped and continued by now. */
static int wait_for(pid_t child)
{
	int state = 0;

	for (;;) {
		continued = 0;
		pid_t ended = waitpid(child, &state, WUNTRACED);
		if (ended < 0 && errno == EINTR)
			continue;
		if (ended < 0)
			return -1;
		if (!WIFSTOPPED(state))
			return state;
		if (!continued)
			raise(SIGTSTP);
		kill(child, SIGCONT);
	}
}

enum status child_run(char **argv, int input_fd, const struct child_name *name, struct error *err)
{
	struct signals before;
	pid_t child;

	hand_over(&before);
	int failed = spawn(argv, input_fd, &child);
	int state = failed ? 0 : wait_for(child);
	take_back(&before);
	if (failed)
		return error_set(err, STATUS_USAGE, "cannot start the %s '%s': %s; %s", name->what, argv[0],
				 strerror(failed), name->instead);
	if (WIFSIGNALED(state))
		return error_set(err, STATUS_CANCELLED, "the %s '%s' was ended by signal %d", name->what, argv[0],
				 WTERMSIG(state));
	if (state == -1 || WEXITSTATUS(state) == 127)
		return error_set(err, STATUS_USAGE, "cannot start the %s '%s'; %s", name->what, argv[0], name->instead);
	if (WEXITSTATUS(state) != 0)
		return error_set(err, STATUS_CANCELLED, "the %s '%s' ended with status %d", name->what, argv[0],
				 WEXITSTATUS(state));
	return STATUS_OK;
}
