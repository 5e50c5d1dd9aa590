#include "cli/cli.h"

#include <pwd.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/views.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/utf8.h"
#include "core/defer.h"
#include "storage/sqlite/sqlite_store.h"

const struct option_spec cli_global_options[] = {
	{ "store", 0, OPTION_FILE, "PATH", "the store; else $AITIA_STORE, else $XDG_DATA_HOME/aitia/aitia.db", NULL, NULL,
	  offsetof(struct cli_globals, store) },
	{ "reviewer", 0, OPTION_TEXT, "NAME",
	  "who you are; else $AITIA_REVIEWER, else `reviewer = NAME` in the configuration, else the login name", NULL,
	  NULL, offsetof(struct cli_globals, reviewer) },
	{ "wait", 0, OPTION_NUMBER, "SECONDS",
	  "wait at most so long while another process writes to the store (an import); 0: not at all", "60", NULL,
	  offsetof(struct cli_globals, wait_s) },
	{ "help", 'h', OPTION_FLAG, NULL, "explain the command", NULL, NULL, offsetof(struct cli_globals, help) },
	{ "version", 0, OPTION_FLAG, NULL, "print the version", NULL, NULL, offsetof(struct cli_globals, version) },
	OPTIONS_END
};

/* ---- what commands ask for ------------------------------------------------------ */

/* The value of an environment variable; NULL when it is unset or empty. */
static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value && value[0] ? value : NULL;
}

enum status cli_store_path(struct cli *cli, const char **out, struct error *err)
{
	const char *path = cli->globals.store;

	if (!path)
		path = environment("AITIA_STORE");
	if (!path) {
		char *folder = file_xdg_folder(&cli->arena, XDG_DATA);
		if (!folder)
			return error_set(err, STATUS_STORE,
					 "there is no $HOME to keep a store in: name one with --store PATH");
		path = file_join(&cli->arena, folder, "aitia.db");
	}
	if (!path[0])
		return error_set(err, STATUS_USAGE, "--store needs a path");
	if (strstr(path, "://"))
		return error_set(err, STATUS_USAGE, "'%s': a store is a file; addresses of servers are not known", path);
	cli->store_path = path;
	*out = path;
	return STATUS_OK;
}

/* The folder of a path, made if need be. */
static enum status make_folder_of(struct cli *cli, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	if (!slash || slash == path)
		return STATUS_OK;
	char *folder = arena_text(&cli->arena, (struct slice){ path, (size_t)(slash - path) });
	if (file_make_folders(folder, err) == STATUS_OK)
		return STATUS_OK;
	return error_wrap(err, STATUS_STORE, "no store can be made at %s", path);
}

/* By the store, while another process writes to it. */
static bool on_wait(void *context, int64_t waited_ms)
{
	struct cli *cli = context;

	if (waited_ms / 1000 >= cli->globals.wait_s)
		return false;
	if (!cli->has_waited)
		out_note("aitia: waiting for another process that writes to %s (an import, perhaps)", cli->store_path);
	cli->has_waited = true;
	return true;
}

/* Brings back samples that were put off and have waited long enough. What keeps that from being
 * done now (somebody else writes) does not keep the command from its work: the next one does it. */
static void wake(struct cli *cli, enum defer_look look)
{
	const char *reviewer = NULL;
	struct error ignored;
	int64_t edit;

	if (cli_reviewer(cli, &reviewer, &ignored) == STATUS_OK)
		(void)!defer_wake(cli->store, reviewer, look, instant_now(), &edit, &ignored);
}

/* Those that show the queue, or what is in it. */
static bool shows_queue(const struct cli *cli)
{
	static const char *const names[] = { "list", "count", "stats" };

	for (size_t i = 0; cli->command && i < ARRAY_LEN(names); i++)
		if (strcmp(cli->command->name, names[i]) == 0)
			return true;
	return false;
}

enum status cli_open(struct cli *cli, enum store_need need, struct store **out, struct error *err)
{
	const char *path = "";
	enum status status = cli_store_path(cli, &path, err);

	if (cli->store) {
		*out = cli->store;
		return STATUS_OK;
	}
	struct sqlite_open_options options = { .create = need == STORE_FILL, .look = need == STORE_LOOK,
					       .waiting = on_wait, .waiting_context = cli };
	bool is_uri = status == STATUS_OK && strncmp(path, "file:", 5) == 0; /* SQLite's own form */
	if (status == STATUS_OK && !is_uri && !file_exists(path)) {
		if (need != STORE_FILL)
			return error_set(err, STATUS_STORE,
					 "there is no store at %s: name one with --store, or make it with `aitia import FILE`",
					 path);
		status = make_folder_of(cli, path, err);
	} else if (status == STATUS_OK && !is_uri && (need == STORE_READ || need == STORE_LOOK)) {
		options.read_only = access(path, W_OK) != 0;
	}
	if (status == STATUS_OK)
		status = sqlite_store_open(path, &options, &cli->store, err);
	*out = cli->store;
	cli->changes = need == STORE_EDIT || need == STORE_FILL;
	if (status == STATUS_OK && need == STORE_READ && !options.read_only && shows_queue(cli))
		wake(cli, DEFER_TIMES);
	return status;
}

void cli_close(struct cli *cli)
{
	/* It may have brought what was waited for. The workbench looks by itself, and says so. */
	if (cli->store && cli->changes && cli->command && strcmp(cli->command->name, "tui") != 0)
		wake(cli, DEFER_ALL);
	if (cli->store)
		cli->store->ops->close(cli->store);
	cli->store = NULL;
}

static const char *login_name(struct cli *cli)
{
	const struct passwd *entry = getpwuid(geteuid()); /* one thread, and copied at once */
	if (entry && entry->pw_name && entry->pw_name[0])
		return utf8_clean(&cli->arena, slice_of(entry->pw_name));
	return arena_printf(&cli->arena, "uid-%lu", (unsigned long)geteuid());
}

enum status cli_reviewer(struct cli *cli, const char **out, struct error *err)
{
	if (!cli->reviewer) {
		const char *name = cli->globals.reviewer;
		if (name && !name[0])
			return error_set(err, STATUS_USAGE, "--reviewer needs a name");
		if (!name)
			name = environment("AITIA_REVIEWER");
		if (name) {
			cli->reviewer = utf8_clean(&cli->arena, slice_of(name));
		} else {
			struct config config;
			enum status status = config_read(&cli->arena, &config, err);
			if (status != STATUS_OK)
				return status;
			const char *name_set = config.settings[SETTING_REVIEWER].value;
			cli->reviewer = name_set ? name_set : login_name(cli);
		}
	}
	*out = cli->reviewer;
	return STATUS_OK;
}

int cli_fail(const struct cli *cli, const struct error *err)
{
	if (err->status == STATUS_USAGE)
		return cli_usage(cli, "%s", err->text);
	out_error("%s", err->text);
	return status_exit_code(err->status);
}

int cli_usage(const struct cli *cli, const char *format, ...)
{
	struct error err;
	va_list args;
	va_start(args, format);
	vsnprintf(err.text, sizeof(err.text), format, args);
	va_end(args);
	size_t len = strlen(err.text);
	out_error("%s%s aitia %s%s--help", err.text, len > 0 && err.text[len - 1] == '?' ? " See" : "; see",
		  cli->command ? cli->command->name : "", cli->command ? " " : "");
	return status_exit_code(STATUS_USAGE);
}

/* ---- one command line ----------------------------------------------------------- */

/* The first one or two words of the line that are no options: the command. Only
 * the options of all commands can stand before it with a value apart. */
static size_t leading_words(const char *const *args, size_t count, size_t at[2])
{
	size_t found = 0;
	for (size_t i = 0; i < count && found < 2; i++) {
		if (strcmp(args[i], "--") == 0)
			break;
		if (args[i][0] != '-' || !args[i][1]) {
			at[found++] = i;
			continue;
		}
		const struct option_spec *spec =
			args[i][1] == '-' ? option_find(cli_global_options, args[i] + 2, strlen(args[i] + 2)) : NULL;
		if (spec && spec->type != OPTION_FLAG)
			i++;
	}
	return found;
}

static int unknown_command(struct cli *cli, const char *first, const char *second)
{
	bool group = command_is_group(first);
	if (group && !second) {
		out_error("'aitia %s' needs one word more; see aitia %s --help", first, first);
		return status_exit_code(STATUS_USAGE);
	}
	const char *name = group ? arena_printf(&cli->arena, "%s %s", first, second) : first;
	const char *near = command_nearest(name);
	if (near)
		return cli_usage(cli, "there is no command '%s': did you mean '%s'?", name, near);
	return cli_usage(cli, "there is no command '%s'", name);
}

/* A query of words gets the view's query as one word more, so that no command need know of views. */
static enum status take_view(struct cli *cli, const char *name, struct option_words *words, struct error *err)
{
	enum status status = views_find(cli, name, &cli->view, err);

	if (status == STATUS_OK && cli->command->body->query == QUERY_WORDS) {
		const char **more = arena_array(&cli->arena, words->count + 2, sizeof(*more));
		for (size_t i = 0; i < words->count; i++)
			more[i] = words->items[i];
		more[words->count] = cli->view->query;
		more[words->count + 1] = NULL;
		*words = (struct option_words){ more, words->count + 1 };
	}
	return status;
}

static int run(struct cli *cli, const char *const *args, size_t count)
{
	static const char *const workbench[] = { "tui" };
	const char *words[2] = { NULL, NULL };
	const char **rest = arena_array(&cli->arena, count + 1, sizeof(*rest));
	size_t at[2] = { 0 }, used = 0, rest_count = 0;
	size_t found = leading_words(args, count, at);

	for (size_t i = 0; i < found; i++)
		words[i] = args[at[i]];
	cli->command = found > 0 ? command_find(words, found, &used) : command_find(workbench, 1, &used);
	if (found == 0)
		used = 0;
	for (size_t i = 0; i < count; i++)
		if ((used < 1 || i != at[0]) && (used < 2 || i != at[1]))
			rest[rest_count++] = args[i];

	const struct command_body *body = cli->command ? cli->command->body : NULL;
	void *values = arena_alloc(&cli->arena, body && body->values_bytes ? body->values_bytes : 1);
	struct view_values view = { NULL };
	struct option_set sets[] = { { body ? body->options : NULL, values }, { cli_global_options, &cli->globals },
				     { view_options, &view } };
	struct option_words parsed;
	struct error err;
	enum status status = options_parse(&cli->arena, sets, body && body->query != QUERY_NOWHERE ? 3 : 2,
					   body ? body->dash_words : true, rest, rest_count, &parsed, &err);
	if (cli->globals.version)
		return help_version();
	if (cli->globals.help) {
		if (found == 0)
			return help_overview(cli);
		if (body)
			return help_command(cli, cli->command);
		if (command_is_group(words[0]))
			return help_group(cli, words[0]);
	}
	if (!body)
		return unknown_command(cli, words[0], words[1]);
	if (status != STATUS_OK)
		return cli_usage(cli, "%s", err.text);
	bool is_named = parsed.count >= body->query_at;
	if (is_named && view.name && take_view(cli, view.name, &parsed, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (!is_named || parsed.count < body->words_min)
		return cli_usage(cli, "'aitia %s' needs %s", cli->command->name, cli->command->synopsis);
	if (parsed.count > body->words_max)
		return cli_usage(cli, "'%s' is one word too many", parsed.items[body->words_max]);
	return body->run(cli, values, &parsed);
}

int cli_main(int argc, char **argv)
{
	struct cli cli;
	struct error err;

	memset(&cli, 0, sizeof(cli));
	arena_init(&cli.arena);
	log_open(environment("AITIA_LOG"), LOG_DEBUG);
	const char **args = arena_array(&cli.arena, (size_t)argc + 1, sizeof(*args));
	size_t count = 0;
	for (int i = 1; i < argc; i++)
		args[count++] = argv[i];

	int code = run(&cli, args, count);
	cli_close(&cli);
	if (out_finish(&err) != STATUS_OK) {
		int failed = cli_fail(&cli, &err);
		code = code > failed ? code : failed;
	}
	log_close();
	arena_release(&cli.arena);
	return code;
}
