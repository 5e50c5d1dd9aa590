#include <string.h>

#include "cli/command.h"
#include "cli/help.h"

static int help_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	size_t used = 0;

	(void)options_given;
	if (words->count == 0)
		return help_overview(cli);
	const struct command *command = command_find(words->items, words->count, &used);
	if (command && used == words->count)
		return help_command(cli, command);
	if (words->count == 1 && command_is_group(words->items[0]))
		return help_group(cli, words->items[0]);
	const char *near = command_nearest(words->items[0]);
	if (near)
		return cli_usage(cli, "there is no command '%s': did you mean '%s'?", words->items[0], near);
	return cli_usage(cli, "there is no command '%s'", words->items[0]);
}

const struct command_body command_help = {
	.words_max = 2,
	.text = "",
	.run = help_run,
};
