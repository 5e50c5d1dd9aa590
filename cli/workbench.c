#include "cli/workbench.h"

#include <langinfo.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "storage/sqlite/sqlite_store.h"
#include "templates/templates.h"
#include "tui/loop.h"

bool workbench_has_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* On a worker's thread: a connection of its own. `context` is the path. */
static enum status open_backend(void *context, struct backend *out, struct error *err)
{
	out->renderer = templates_renderer();
	return sqlite_store_open(context, NULL, &out->store, err);
}

static void close_backend(void *context, struct backend *backend)
{
	(void)context;
	if (backend->store)
		backend->store->ops->close(backend->store);
	backend->store = NULL;
}

int workbench_run(struct cli *cli, const struct workbench_options *options)
{
	struct tui_options tui;
	const char *reviewer;
	struct store *store;
	struct error err;

	if (!workbench_has_terminal()) {
		out_error("the workbench needs a terminal; aitia --help lists the commands that do without");
		return status_exit_code(STATUS_USAGE);
	}
	/* What is wrong with the store is said before the screen is taken over. */
	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_FILL, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	cli_close(cli);

	memset(&tui, 0, sizeof(tui));
	tui.app.store_name = cli->store_path;
	tui.app.reviewer = reviewer;
	tui.app.export_folder = options->export_folder;
	tui.app.ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	tui.backend.open = open_backend;
	tui.backend.close = close_backend;
	tui.backend.context = arena_strdup(&cli->arena, cli->store_path);
	tui.term = &term_curses;
	tui.terminal.no_mouse = options->no_mouse;
	err.text[0] = '\0';
	if (tui_run(&tui, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (err.text[0]) /* it ended well, and there is something to know */
		out_note("%s", err.text);
	return 0;
}
