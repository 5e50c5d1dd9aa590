#include "cli/workbench.h"

#include <errno.h>
#include <langinfo.h>
#include <pthread.h>
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

/* Logs that were put aside under one name. */
#define REPLACED_MOST 1000

bool workbench_has_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* A file that SQLite has open beside the store, which it finds by its name. */
struct beside {
	const char *path;
	struct stat file; /* that is open; st_ino 0: not known yet, or there is none */
};

enum { BESIDE_LOG, BESIDE_INDEX, BESIDE_COUNT };

static const char *const beside_ends[] = { [BESIDE_LOG] = "-wal", [BESIDE_INDEX] = "-shm" };

/* What workers need to open their connections; read by all of them. */
struct wiring {
	const char *store;
	_Atomic(struct store *) opened; /* that of the start, for the first who asks */
	const struct page_template *page_template;
	const char *redact_rules;
	const char *real; /* where links lead to */
	struct stat file; /* that was opened; st_ino 0: unknown */

	pthread_mutex_t mutex; /* of what is below */
	struct beside beside[BESIDE_COUNT];
	bool is_saved;    /* the log was written to the file, since that was missed first */
	bool is_whole;    /* all of it */
	bool is_put_away; /* the log has another name: the store is not here, whatever comes back */
	const char *note; /* what became of the log; or NULL */
	struct arena notes; /* answers have the one before, too */
};

static bool is_file(const char *path, const struct stat *file)
{
	struct stat now;

	return file->st_ino && stat(path, &now) == 0 && now.st_ino == file->st_ino && now.st_dev == file->st_dev;
}

/* Of its path. Where the folder cannot be asked (a network that fails), nothing is said to have changed. */
static enum store_place place_by_name(const struct wiring *wiring)
{
	struct stat now;

	if (!wiring->file.st_ino)
		return STORE_HERE;
	if (stat(wiring->store, &now) != 0)
		return errno == ENOENT || errno == ENOTDIR ? STORE_GONE : STORE_HERE;
	return now.st_ino == wiring->file.st_ino && now.st_dev == wiring->file.st_dev ? STORE_HERE : STORE_REPLACED;
}

/* PATH.replaced, PATH.replaced2 …: the first that nothing has; NULL: too many are there. */
static const char *unused_name(struct arena *arena, const char *path)
{
	for (int i = 1; i <= REPLACED_MOST; i++) {
		const char *name = i == 1 ? arena_printf(arena, "%s.replaced", path) : arena_printf(arena, "%s.replaced%d", path, i);
		struct stat there;
		bool used = lstat(name, &there) == 0;
		for (size_t k = 0; k < BESIDE_COUNT; k++)
			used |= lstat(arena_printf(arena, "%s%s", name, beside_ends[k]), &there) == 0;
		if (!used)
			return name;
	}
	return NULL;
}

/* Never over another file: link() refuses that. Where there are no links, nothing was there a moment ago. */
static bool move_to_unused(const char *from, const char *to)
{
	if (link(from, to) == 0)
		return unlink(from) == 0;
	return errno != EEXIST && rename(from, to) == 0;
}

/*
 * Whoever opens the file that is there now would take the log for that file's, and mix both. So it gets another name,
 * as soon as the other file is seen: SQLite has it open, and goes on with it. That is up to a second after the file
 * came, longer while keys come without a pause; who opens the new file before that has it mixed all the same.
 */
static void put_log_away(struct wiring *wiring)
{
	struct arena arena = ARENA_INIT;
	const char *name = NULL;

	for (size_t i = 0; i < BESIDE_COUNT; i++) {
		struct beside *beside = &wiring->beside[i];
		if (!is_file(beside->path, &beside->file)) /* moved with its file, or another's */
			continue;
		name = name ? name : unused_name(&arena, wiring->real);
		const char *to = name ? arena_printf(&arena, "%s%s", name, beside_ends[i]) : NULL;
		if (to && move_to_unused(beside->path, to)) {
			wiring->is_put_away = true;
			if (i == BESIDE_LOG) {
				const char *saved = wiring->is_whole ? "what was saved is in the replaced file" :
								       "not all that was saved is in the replaced file";
				wiring->note = arena_printf(&wiring->notes, "%s; its log is now %s", saved, to);
			}
		} else if (!wiring->note) {
			wiring->note = arena_printf(&wiring->notes, "%s is of the file that was replaced, and cannot be renamed: %s",
						    beside->path, to ? strerror(errno) : "too many are put aside");
		}
	}
	arena_release(&arena);
}

/* Once, when the file is missed first: whoever has it under another name may change it from then on. */
static void save_log(struct wiring *wiring, struct store *store)
{
	if (!wiring->is_saved && store)
		wiring->is_whole = sqlite_store_save_log(store);
	wiring->is_saved |= store != NULL;
}

/* The log does not change its file as long as it is open. */
static void learn_log(struct wiring *wiring)
{
	for (size_t i = 0; i < BESIDE_COUNT; i++)
		if (!wiring->beside[i].file.st_ino && stat(wiring->beside[i].path, &wiring->beside[i].file) != 0)
			wiring->beside[i].file.st_ino = 0;
}

static enum store_place place_of_store(void *context, struct store *store, const char **note)
{
	struct wiring *wiring = context;

	pthread_mutex_lock(&wiring->mutex);
	enum store_place place = place_by_name(wiring);
	if (place == STORE_HERE && !wiring->is_put_away) {
		wiring->is_saved = false;
		learn_log(wiring);
	} else if (place != STORE_HERE) {
		save_log(wiring, store);
	}
	/* A link that leads elsewhere leaves the file, and its log, where they were. */
	if (place == STORE_REPLACED && wiring->is_saved && !is_file(wiring->real, &wiring->file))
		put_log_away(wiring);
	/* Who opens the file that came back has no log; what went to this one would be mixed with theirs. */
	if (wiring->is_put_away)
		place = STORE_REPLACED;
	*note = wiring->note;
	pthread_mutex_unlock(&wiring->mutex);
	return place;
}

/* On a worker's thread: a connection of its own. `context` is the wiring. */
static enum status open_backend(void *context, struct backend *out, struct error *err)
{
	struct wiring *wiring = context;
	const char *note;

	out->renderer = templates_renderer();
	out->page_template = wiring->page_template;
	out->redact_rules = wiring->redact_rules;
	out->place = place_of_store;
	out->place_context = wiring;
	out->store = atomic_exchange(&wiring->opened, NULL);
	if (out->store)
		return STATUS_OK;
	/* Before: the log that is there would be another file's. After: what the others read must not be mixed with it. */
	enum status status = STATUS_OK;
	bool is_here = place_of_store(wiring, NULL, &note) == STORE_HERE;
	if (is_here)
		status = sqlite_store_open(wiring->store, NULL, &out->store, err);
	if (status == STATUS_OK && is_here)
		is_here = place_of_store(wiring, NULL, &note) == STORE_HERE;
	if (status == STATUS_OK && !is_here) {
		if (out->store)
			out->store->ops->close(out->store);
		out->store = NULL;
		status = error_set(err, STATUS_STORE, "%s was replaced while it was open", wiring->store);
	}
	return status;
}

static void close_backend(void *context, struct backend *backend)
{
	struct wiring *wiring = context;
	const char *note;

	if (backend->store)
		place_of_store(wiring, backend->store, &note); /* it may end before the next look */
	if (backend->store)
		backend->store->ops->close(backend->store);
	backend->store = NULL;
}

static void wire_store(struct wiring *wiring, struct arena *arena, const char *path, struct store *store)
{
	pthread_mutex_init(&wiring->mutex, NULL);
	arena_init(&wiring->notes);
	wiring->store = arena_strdup(arena, path);
	wiring->real = arena_strdup(arena, sqlite_store_path(store));
	if (stat(wiring->store, &wiring->file) != 0)
		wiring->file.st_ino = 0;
	for (size_t i = 0; i < BESIDE_COUNT; i++)
		wiring->beside[i].path = arena_printf(arena, "%s%s", wiring->real, beside_ends[i]);
	learn_log(wiring);
}

/* For the header: "~/work/aitia.db". */
static const char *short_path(struct arena *arena, const char *path)
{
	const char *home = getenv("HOME");
	size_t len = home ? strlen(home) : 0;

	if (len > 1 && strncmp(path, home, len) == 0 && path[len] == '/')
		return arena_printf(arena, "~%s", path + len);
	return path;
}

/* The file that keeps where this person stopped in this store; NULL: there is no place for it. */
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
	if (folder && file_make_private_folder(folder, NULL) != STATUS_OK)
		folder = NULL;
	tui.app.session_path = session_path(&cli->arena, folder, cli->store_path);
	tui.app.copy_path = folder ? file_join(&cli->arena, folder, "copied") : NULL;
	tui.app.session = config_own_text(&cli->arena, tui.app.session_path, SESSION_BYTES_MAX);
	tui.backend.open = open_backend;
	tui.backend.close = close_backend;
	wire_store(wiring, &cli->arena, cli->store_path, store);
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
	if (wiring->note)
		out_note("%s: %s", wiring->store, wiring->note);
	arena_release(&wiring->notes);
	pthread_mutex_destroy(&wiring->mutex);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (err.text[0]) /* it ended well, and there is something to know */
		out_note("%s", err.text);
	if (wants_reopen)
		return workbench_run(cli, options);
	return wants_demo ? run_demo(cli) : 0;
}
