/* config: what is set, and where that comes from. */
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/output.h"

struct config_values {
	bool list;
	bool json;
};

static const struct option_spec config_options[] = {
	{ "list", 0, OPTION_FLAG, NULL, "list all settings (which is what is done without an option too)", NULL, NULL,
	  offsetof(struct config_values, list) },
	OPTION_JSON(struct config_values, json),
	OPTIONS_END
};

static const struct answer_key config_keys[] = {
	{ "name", "of the setting; keys.NAME for the keys of a command, codes.NAME for the key of a code, view.NAME for a view" },
	{ "value", "what holds" },
	{ "origin", "default, login, a file with a line, a variable with its $, or an option" },
	{ "help", "what it is; absent for keys and views" },
	{ NULL, NULL },
};

struct printing {
	struct arena *arena;
	bool json;
};

static void print(const struct printing *to, const char *name, const char *value, const char *origin, const char *help)
{
	struct strbuf line = STRBUF_INIT;

	if (to->json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "name", name);
		json_write_member(&json, "value", value);
		json_write_member(&json, "origin", origin);
		if (help)
			json_write_member(&json, "help", help);
		json_write_end(&json, '}');
		out_json(&line);
	} else {
		strbuf_addf(&line, "%s = ", name);
		out_clean(&line, slice_of(value));
		for (int column = (int)line.len_bytes; column < 36; column++)
			strbuf_addch(&line, ' ');
		strbuf_addstr(&line, "  # ");
		out_clean(&line, slice_of(origin));
		strbuf_addch(&line, '\n');
		out_flush(&line);
	}
	strbuf_release(&line);
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* What goes before the file or, where that says nothing, comes in its place; NULL: nothing. */
static const char *elsewhere(const struct cli *cli, const struct config *config, enum setting setting, const char **origin)
{
	bool is_set = config->settings[setting].value != NULL;

	*origin = NULL;
	if (setting == SETTING_REVIEWER) {
		*origin = cli->globals.reviewer ? "--reviewer" : variable("AITIA_REVIEWER") ? "$AITIA_REVIEWER" : is_set ? NULL : "login";
		return *origin ? cli->reviewer : NULL;
	}
	if (setting == SETTING_EDITOR && !is_set) {
		*origin = variable("VISUAL") ? "$VISUAL" : variable("EDITOR") ? "$EDITOR" : "default";
		return variable("VISUAL") ? variable("VISUAL") : variable("EDITOR") ? variable("EDITOR") : "vi";
	}
	if (setting == SETTING_PAGER && !is_set) {
		*origin = variable("PAGER") ? "$PAGER" : "default";
		return variable("PAGER") ? variable("PAGER") : "less";
	}
	if (setting == SETTING_COLOURS && variable("NO_COLOR") && !is_set) {
		*origin = "$NO_COLOR";
		return "none";
	}
	return NULL;
}

static void print_setting(const struct cli *cli, const struct printing *to, const struct config *config, enum setting setting)
{
	const struct setting_info *info = setting_info(setting);
	const char *origin, *value = elsewhere(cli, config, setting, &origin);

	if (!value) {
		value = config_value(config, setting);
		origin = config->settings[setting].value
			? arena_printf(to->arena, "%s:%d", config->path, config->settings[setting].line) : "default";
	}
	print(to, info->name, value, origin, info->help);
}

/* Of views that were kept on a screen. */
static void print_kept_views(const struct printing *to)
{
	const char *path = config_views_path(to->arena);
	const char *text = config_own_text(to->arena, path, KEPT_VIEWS_BYTES_MAX);
	size_t count;
	const struct saved_view *views = kept_views_parse(to->arena, slice_of(text ? text : ""), &count);

	for (size_t i = 0; i < count; i++)
		print(to, arena_printf(to->arena, "view.%s", views[i].name), views[i].query, path, NULL);
}

static int config_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct config_values *values = options_given;
	struct printing to = { &cli->arena, values->json };
	struct config config;
	const char *reviewer;
	struct error err;
	enum status status = config_read(&cli->arena, &config, &err);

	(void)words;
	if (status == STATUS_OK || config.fault_count)
		config_bind_keys(&cli->arena, &config);
	if (config.fault_count) {
		config_say_faults(&config);
		return status_exit_code(STATUS_INPUT);
	}
	if (status == STATUS_OK)
		status = cli_reviewer(cli, &reviewer, &err);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	for (int setting = 0; setting < SETTING_COUNT; setting++)
		print_setting(cli, &to, &config, (enum setting)setting);
	for (size_t i = 0; i < config.key_count; i++)
		print(&to, arena_printf(to.arena, "keys.%s", action_info(config.keys[i].action)->name), config.keys[i].keys,
		      arena_printf(to.arena, "%s:%d", config.path, config.keys[i].line), NULL);
	for (size_t i = 0; i < config.code_key_count; i++)
		print(&to, arena_printf(to.arena, "codes.%s", config.code_keys[i].code),
		      arena_printf(to.arena, "%c", config.code_keys[i].key),
		      arena_printf(to.arena, "%s:%d", config.path, config.code_keys[i].line), NULL);
	for (size_t i = 0; i < config.view_count; i++)
		print(&to, arena_printf(to.arena, "view.%s", config.views[i].name), config.views[i].query, config.path, NULL);
	print_kept_views(&to);
	return 0;
}

static const char *const config_examples[] = {
	"aitia config --list", "every setting with its value and where that comes from",
	NULL,
};

const struct command_body command_config = {
	.options = config_options,
	.values_bytes = sizeof(struct config_values),
	.text = "Settings are read from $XDG_CONFIG_HOME/aitia/config.ini (else ~/.config/aitia/config.ini), lines of the form "
		"`name = value`. The program never writes that file. The section [keys] gives commands of the workbench other keys, "
		"`name = key key …` with the names of docs/keys.md; [codes] gives causes and symptoms keys in their menus; sections [view NAME] keep a query (sort, columns) for the workbench, [import NAME] are for `aitia import --profile`. "
		"What is wrong is named with its line; see docs/configuration.md.",
	.examples = config_examples,
	.answer = config_keys,
	.answer_text = "a setting",
	.run = config_run,
};
