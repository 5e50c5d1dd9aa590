/* The program: what must be right before anything else runs. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* With a standard descriptor closed, the next file opened would get its number,
 * and an answer printed there would land in the store. */
static void fill_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			_exit(3);
}

/* A reader of ours that had enough (`aitia list | head`) ends us without a word,
 * as it ends other programs; also where our parent ignored the signal. What was
 * acknowledged is in the store by then. */
static void let_pipes_end(void)
{
	struct sigaction action;
	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_DFL;
	sigemptyset(&action.sa_mask);
	sigaction(SIGPIPE, &action, NULL);
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value && value[0];
}

/* The person's locale. Where nobody has set one (a container, a bare ssh), the
 * terminal is far more likely to know UTF-8 than not. Who says "C" means it. */
static void set_locale(void)
{
	setlocale(LC_ALL, "");
	if (!is_set("LC_ALL") && !is_set("LC_CTYPE") && !is_set("LANG"))
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C"); /* JSON and documents have a point in numbers */
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	let_pipes_end();
	set_locale();
	return cli_main(argc, argv);
}
