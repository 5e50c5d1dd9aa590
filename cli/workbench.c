#include "cli/workbench.h"

#include <errno.h>
#include <langinfo.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cmd_redact.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/output.h"
#include "cli/template_open.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "storage/sqlite/sqlite_store.h"
#include "templates/templates.h"
#include "tui/loop.h"

/* A line being typed is the longest thing in it. */
#define SESSION_BYTES_MAX (4 * LINE_EDIT_MAX_BYTES)

bool workbench_has_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* What workers need to open their connections; read by all of them. */
struct wiring {
	const char *store;
	_Atomic(struct store *) opened; /* that of the start, for the first who asks */
	const struct page_template *page_template;
	const char *redact_rules;
	struct stat file; /* that was opened; st_ino 0: unknown */
	atomic_bool leaves_log; /* another file took its place, and its log lies beside that one */
};

/* Of its path. Where the folder cannot be asked (a network that fails), nothing is said to have changed. */
static enum store_place place_of_store(void *context)
{
	const struct wiring *wiring = context;
	struct stat now;

	if (!wiring->file.st_ino)
		return STORE_HERE;
	if (stat(wiring->store, &now) != 0)
		return errno == ENOENT || errno == ENOTDIR ? STORE_GONE : STORE_HERE;
	return now.st_ino == wiring->file.st_ino && now.st_dev == wiring->file.st_dev ? STORE_HERE : STORE_REPLACED;
}

/* On a worker's thread: a connection of its own. `context` is the wiring. */
static enum status open_backend(void *context, struct backend *out, struct error *err)
{
	struct wiring *wiring = context;

	out->renderer = templates_renderer();
	out->page_template = wiring->page_template;
	out->redact_rules = wiring->redact_rules;
	out->place = place_of_store;
	out->place_context = wiring;
	out->store = atomic_exchange(&wiring->opened, NULL);
	if (out->store)
		return STATUS_OK;
	enum status status = sqlite_store_open(wiring->store, NULL, &out->store, err);
	/* What the others read must not be mixed with what another file has. */
	if (status == STATUS_OK && place_of_store(wiring) != STORE_HERE) {
		out->store->ops->close(out->store);
		out->store = NULL;
		status = error_set(err, STATUS_STORE, "%s was replaced while it was open", wiring->store);
	}
	return status;
}

static void close_backend(void *context, struct backend *backend)
{
	struct wiring *wiring = context;

	if (backend->store && place_of_store(wiring) == STORE_REPLACED && sqlite_store_has_log(backend->store))
		wiring->leaves_log = true;
	if (backend->store)
		backend->store->ops->close(backend->store);
	backend->store = NULL;
}

/* Whoever opens the file that is there now would take the log for that file's, and mix both. (SQLite leaves it at the
 * close, since the file is not where it was.) What is in it stays, under another name. */
static void put_log_aside(const struct wiring *wiring)
{
	static const char *const ends[] = { "-wal", "-shm" };
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; wiring->leaves_log && i < ARRAY_LEN(ends); i++) {
		const char *from = arena_printf(&arena, "%s%s", wiring->store, ends[i]);
		const char *to = arena_printf(&arena, "%s.replaced%s", wiring->store, ends[i]);
		if (rename(from, to) != 0)
			out_error("%s is the log of the file that was replaced, and cannot be renamed: %s", from, strerror(errno));
	}
	arena_release(&arena);
}

/* The file that keeps where this person stopped in this store; NULL: there is no place for it. */
/* For the header: "~/work/aitia.db". */
static const char *short_path(struct arena *arena, const char *path)
{
	const char *home = getenv("HOME");
	size_t len = home ? strlen(home) : 0;

	if (len > 1 && strncmp(path, home, len) == 0 && path[len] == '/')
		return arena_printf(arena, "~%s", path + len);
	return path;
}

static const char *session_path(struct arena *arena, const char *folder, const char *store)
{
	char *real = realpath(store, NULL);
	struct digest digest = digest_of(slice_of(real ? real : store));
	char hex[DIGEST_HEX_LEN + 1];

	free(real);
	digest_hex(&digest, hex);
	return folder ? arena_printf(arena, "%s/session-%.16s", folder, hex) : NULL;
}

/* `aitia demo`, without options: in its own store. */
static int run_demo(struct cli *cli)
{
	const char *const words[] = { "demo" };
	size_t used;
	const struct command_body *demo = command_find(words, 1, &used)->body;

	cli->globals.store = NULL;
	return demo->run(cli, arena_alloc(&cli->arena, demo->values_bytes), &(struct option_words){ .count = 0 });
}

static bool is_on(const struct config *config, enum setting setting)
{
	return strcmp(config_value(config, setting), "yes") == 0;
}

static int colours_of(const char *value)
{
	if (strcmp(value, "auto") == 0)
		return -1;
	return strcmp(value, "none") == 0 ? 0 : strcmp(value, "true") == 0 ? THEME_TRUE_COLOUR : (int)strtol(value, NULL, 10);
}

int workbench_run(struct cli *cli, const struct workbench_options *options)
{
	struct wiring *wiring = arena_alloc(&cli->arena, sizeof(*wiring));
	struct tui_options tui;
	struct config config;
	const char *reviewer, *folder, *wrong;
	struct store *store;
	struct error err;
	enum status status;
	bool wants_demo = false, wants_reopen = false;

	if (!workbench_has_terminal()) {
		out_error("the workbench needs a terminal; aitia --help lists the commands that do without");
		return status_exit_code(STATUS_USAGE);
	}
	/* What is wrong with the store is said before the screen is taken over. */
	if (config_read(&cli->arena, &config, &err) != STATUS_OK) {
		if (!config.fault_count)
			return cli_fail(cli, &err);
		config_say_faults(&config);
		return status_exit_code(STATUS_INPUT);
	}
	config_bind_keys(&cli->arena, &config);
	config_use_programs(&config);
	if (template_open(&cli->arena, options->template, &wiring->page_template, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_FILL, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	/* Opening takes a while, and closing the last connection writes. */
	cli->store = NULL;
	atomic_init(&wiring->opened, store);

	memset(&tui, 0, sizeof(tui));
	list_columns_parse(config_value(&config, SETTING_COLUMNS), &tui.app.columns, &wrong);
	tui.app.views = config.views;
	tui.app.view_count = config.view_count;
	tui.app.views_path = config_views_path(&cli->arena);
	tui.app.kept_views = config_own_text(&cli->arena, tui.app.views_path, KEPT_VIEWS_BYTES_MAX);
	tui.app.notice = config_notice(&cli->arena, &config);
	tui.app.store_name = short_path(&cli->arena, cli->store_path);
	tui.app.code_keys = config.code_keys;
	tui.app.code_key_count = config.code_key_count;
	tui.app.reviewer = reviewer;
	tui.app.export_folder = options->export_folder;
	tui.app.renderer = templates_renderer();
	tui.app.accessible = is_on(&config, SETTING_ACCESSIBLE);
	tui.app.blind = options->blind;
	tui.app.ascii = options->ascii || is_on(&config, SETTING_ASCII) || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	folder = file_xdg_folder(&cli->arena, XDG_STATE);
	if (folder && file_make_folders(folder, NULL) != STATUS_OK)
		folder = NULL;
	tui.app.session_path = session_path(&cli->arena, folder, cli->store_path);
	tui.app.copy_path = folder ? file_join(&cli->arena, folder, "copied") : NULL;
	tui.app.session = config_own_text(&cli->arena, tui.app.session_path, SESSION_BYTES_MAX);
	tui.backend.open = open_backend;
	tui.backend.close = close_backend;
	wiring->store = arena_strdup(&cli->arena, cli->store_path);
	if (stat(wiring->store, &wiring->file) != 0)
		wiring->file.st_ino = 0;
	wiring->redact_rules = redact_rules_path(cli, NULL);
	tui.backend.context = wiring;
	tui.term = &term_curses;
	tui.terminal.no_mouse = options->no_mouse || !is_on(&config, SETTING_MOUSE);
	tui.terminal.theme = (enum theme)setting_index(SETTING_THEME, config_value(&config, SETTING_THEME));
	tui.terminal.colours = colours_of(config_value(&config, SETTING_COLOURS));
	tui.wants_demo = &wants_demo;
	tui.wants_reopen = &wants_reopen;
	err.text[0] = '\0';
	status = tui_run(&tui, &err);
	store = atomic_exchange(&wiring->opened, NULL);
	if (store)
		store->ops->close(store); /* nobody came to ask */
	put_log_aside(wiring);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (err.text[0]) /* it ended well, and there is something to know */
		out_note("%s", err.text);
	if (wants_reopen)
		return workbench_run(cli, options);
	return wants_demo ? run_demo(cli) : 0;
}
