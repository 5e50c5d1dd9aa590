#include "cli/command.h"
#include "cli/workbench.h"

struct tui_values {
	const char *out, *template;
	bool ascii, no_mouse, blind;
};

static const struct option_spec tui_options[] = {
	{ "out", 0, OPTION_FOLDER, "FOLDER", "where exports go unless another folder is typed", "postmortems", NULL,
	  offsetof(struct tui_values, out) },
	{ "template", 0, OPTION_TEXT, "NAME|FILE", "what drafts and exports are made with; else as the configuration says, else full",
	  NULL, NULL, offsetof(struct tui_values, template) },
	{ "ascii", 0, OPTION_FLAG, NULL, "no line-drawing characters", NULL, NULL, offsetof(struct tui_values, ascii) },
	{ "no-mouse", 0, OPTION_FLAG, NULL, "leave the mouse to the terminal", NULL, NULL,
	  offsetof(struct tui_values, no_mouse) },
	{ "blind", 0, OPTION_FLAG, NULL, "hide others' judgements, and keep yours as made without them, from the start (B)", NULL, NULL,
	  offsetof(struct tui_values, blind) },
	OPTIONS_END
};

static int tui_command_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct tui_values *values = options_given;
	struct workbench_options options = { values->out, values->template, values->ascii, values->no_mouse, values->blind };

	(void)words;
	return workbench_run(cli, &options);
}

const struct command_body command_tui = {
	.options = tui_options,
	.values_bytes = sizeof(struct tui_values),
	.text = "Press ? for the keys of a screen (docs/keys.md has them all) and q to go back or leave. Every edit is in "
		"the store as soon as it is shown, and u takes it back, also on another day.",
	.run = tui_command_run,
};
