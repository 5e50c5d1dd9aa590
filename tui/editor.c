#include "tui/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/strbuf.h"

#define TEXT_MAX_BYTES ((size_t)64 << 20)

extern char **environ;

/* ---- the file -------------------------------------------------------------------- */

void editor_discard(const char *kept_path)
{
	struct strbuf path = STRBUF_INIT;

	if (!kept_path)
		return;
	unlink(kept_path);
	/* The backup that some editors leave beside it. */
	strbuf_addf(&path, "%s~", kept_path);
	unlink(path.text);
	strbuf_truncate(&path, (size_t)(strrchr(path.text, '/') - path.text));
	rmdir(path.text);
	strbuf_release(&path);
}

static enum status write_all(int fd, struct slice text)
{
	for (size_t done = 0; done < text.len_bytes;) {
		ssize_t written = write(fd, text.at + done, text.len_bytes - done);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return STATUS_OUTPUT;
		done += (size_t)written;
	}
	return STATUS_OK;
}

/* A folder of its own, so that the name can have the ending that the editor colours
 * by, and what the editor puts beside the file is private too. */
static enum status make_file(struct arena *arena, struct slice text, const char *suffix, char **path,
			     struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = file_join(arena, tmp && tmp[0] == '/' ? tmp : "/tmp", "aitia-XXXXXX");

	if (!mkdtemp(folder))
		return error_set(err, STATUS_OUTPUT, "%s: %s", folder, strerror(errno));
	*path = arena_printf(arena, "%s/aitia%s", folder, suffix ? suffix : "");
	int fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || write_all(fd, text) != STATUS_OK) {
		enum status status = error_set(err, STATUS_OUTPUT, "%s: %s", *path, strerror(errno));
		if (fd >= 0)
			close(fd);
		editor_discard(*path);
		return status;
	}
	if (close(fd) == 0)
		return STATUS_OK;
	enum status status = error_set(err, STATUS_OUTPUT, "%s: %s", *path, strerror(errno));
	editor_discard(*path);
	return status;
}

/* ---- the program ----------------------------------------------------------------- */

static const char *editor_command(void)
{
	static const char *const variables[] = { "VISUAL", "EDITOR" };

	for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
		const char *value = getenv(variables[i]);
		if (value && value[strspn(value, " \t")])
			return value;
	}
	return "vi";
}

/* The command's words and the path, ended by NULL. */
static char **editor_argv(struct arena *arena, const char *command, char *path)
{
	size_t count = 0;
	char **argv = arena_array(arena, strlen(command) / 2 + 4, sizeof(*argv));

	for (command += strspn(command, " \t"); *command; command += strspn(command, " \t")) {
		size_t len = strcspn(command, " \t");
		argv[count++] = arena_text(arena, (struct slice){ command, len });
		command += len;
	}
	argv[count++] = path;
	return argv;
}

/* SIGINT and SIGQUIT are meant for the editor meanwhile, as with system(3). SIGTSTP must
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
static int spawn(char **argv, pid_t *child)
{
	static const int defaults[] = { SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGPIPE, SIGWINCH };
	posix_spawnattr_t attributes;
	sigset_t none, set;

	sigemptyset(&none);
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
		sigaddset(&set, defaults[i]);
	int failed = posix_spawnattr_init(&attributes);
	if (failed)
		return failed;
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	failed = posix_spawnp(child, argv[0], NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

/* Waits for its end. When the editor alone was stopped, so are we, that the shell sees
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

/* STATUS_OK: it ended with 0. */
static enum status run_editor(char **argv, struct error *err)
{
	struct signals before;
	pid_t child;

	hand_over(&before);
	int failed = spawn(argv, &child);
	int state = failed ? 0 : wait_for(child);
	take_back(&before);
	if (failed)
		return error_set(err, STATUS_USAGE, "cannot start the editor '%s': %s; set $VISUAL or $EDITOR",
				 argv[0], strerror(failed));
	if (WIFSIGNALED(state))
		return error_set(err, STATUS_CANCELLED, "the editor '%s' was ended by signal %d", argv[0],
				 WTERMSIG(state));
	if (state == -1 || WEXITSTATUS(state) == 127)
		return error_set(err, STATUS_USAGE, "cannot start the editor '%s'; set $VISUAL or $EDITOR", argv[0]);
	if (WEXITSTATUS(state) != 0)
		return error_set(err, STATUS_CANCELLED, "the editor '%s' ended with status %d: nothing was taken over",
				 argv[0], WEXITSTATUS(state));
	return STATUS_OK;
}

/* ---- both ------------------------------------------------------------------------ */

enum status editor_run(struct arena *arena, struct slice text, const char *suffix, struct slice *out,
		       bool *changed, char **kept_path, struct error *err)
{
	bool add_line_feed = text.len_bytes > 0 && text.at[text.len_bytes - 1] != '\n';
	struct slice given = text, back;
	char *path = NULL;

	*out = text;
	*changed = false;
	if (kept_path)
		*kept_path = NULL;
	if (add_line_feed) { /* as editors would do on their own */
		char *copy = arena_alloc(arena, text.len_bytes + 1);
		memcpy(copy, text.at, text.len_bytes);
		copy[text.len_bytes] = '\n';
		given = (struct slice){ copy, text.len_bytes + 1 };
	}
	enum status status = make_file(arena, given, suffix, &path, err);
	if (status != STATUS_OK)
		return status;

	enum status edited = run_editor(editor_argv(arena, editor_command(), path), err);
	struct error read_error;
	status = file_read(arena, path, TEXT_MAX_BYTES, &back, &read_error);
	bool same = status == STATUS_OK && slice_eq(back, given);
	if (edited != STATUS_OK && same) {
		editor_discard(path);
		return edited;
	}
	if (edited != STATUS_OK || status != STATUS_OK) {
		if (edited == STATUS_OK)
			error_set(err, status, "%s", read_error.text);
		if (!file_exists(path)) {
			editor_discard(path);
			return edited != STATUS_OK ? edited : status;
		}
		if (kept_path)
			*kept_path = path;
		struct error cause = { 0 };
		if (err)
			cause = *err;
		return error_set(err, edited != STATUS_OK ? edited : status, "%s; the text is kept in %s", cause.text,
				 path);
	}
	if (add_line_feed && back.len_bytes > 0 && back.at[back.len_bytes - 1] == '\n')
		back.len_bytes--;
	*out = back;
	*changed = !same && !slice_eq(back, text);
	if (*changed && kept_path)
		*kept_path = path;
	else
		editor_discard(path);
	return STATUS_OK;
}
