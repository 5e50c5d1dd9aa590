/* The wiring of the workbench: store engine and renderer behind its workers. */
#ifndef AITIA_CLI_WORKBENCH_H
#define AITIA_CLI_WORKBENCH_H

#include "cli/cli.h"

struct workbench_options {
	const char *export_folder;
	const char *template; /* as typed; NULL: the configuration says */
	bool ascii;
	bool no_mouse;
	bool blind;
};

/* Whether standard input and output are a terminal. */
bool workbench_has_terminal(void);

/* Runs the workbench on the store of `cli` until the person quits; the exit status. */
int workbench_run(struct cli *cli, const struct workbench_options *options);

#endif
