/* docs/commands.md */
#include "cli/command.h"
#include "cli/docs.h"
#include "cli/help.h"
#include "cli/views.h"

#define COLUMNS_MD 120

const char docs_intro[] =
	"The full-screen workbench and the command line are two faces of the same core: what a person can do on a screen, "
	"a script can do in a command. Results go to standard output, everything else to standard error. A FILE of - is "
	"standard input, and -- ends options. Text that came from outside is shown with control, bidi and invisible "
	"characters as marks. Colour and progress bars appear on a terminal only, colour never with NO_COLOR.";

const char *const docs_environment[] = {
	"AITIA_STORE", "the store, unless --store names one",
	"AITIA_REVIEWER", "who you are, unless --reviewer says so",
	"AITIA_LOG", "a file that the program's own diary is appended to, for its developers",
	"AITIA_NOW, SOURCE_DATE_EPOCH", "fixes the clock, so that tests and exports can be reproduced",
	"PAGER", "what the workbench shows texts in, with its arguments, unless the configuration has one; else less",
	"VISUAL, EDITOR", "the editor, with its arguments, unless the configuration has one; else vi",
	"NO_COLOR", "if not empty: no colour",
	"XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME",
	"where data, configuration and what is kept of a session are; else ~/.local/share, ~/.config, ~/.local/state",
	NULL
};

const char *const docs_files[] = {
	"$XDG_DATA_HOME/aitia/aitia.db", ("the store; beside it, while it is in use, its log (aitia.db-wal, aitia.db-shm). On a "
		"network file system (NFS, SMB, FUSE, ...) it has a rollback journal instead, so that other computers can use it "
		"too; readers and writers then wait for each other"),
	"STORE.v2.bak", "a copy of a store as it was before a newer version of Aitia brought it up to date",
	"$XDG_DATA_HOME/aitia/demo.db", "the store of `aitia demo`",
	"$XDG_CONFIG_HOME/aitia/config.ini", "the configuration (see `aitia config`), with sections [keys] and [import NAME]",
	"$XDG_STATE_HOME/aitia/pages-*", "how exported pages lay there, so that those which nobody touched need not be read again; may go at any time",
	"$XDG_STATE_HOME/aitia/session-*", "where you stopped in a store, and what was being typed; else under ~/.local/state",
	NULL
};

const char *const docs_statuses[] = {
	"0", "done",
	"1", "done, and the answer is no or something was refused: a rejected record, a page edited by hand, nothing to undo",
	"2", "wrong usage",
	"3", "a file cannot be read, understood or written",
	"4", "the store cannot be opened, is damaged, locked or full",
	"130, 143", "interrupted by SIGINT (Ctrl-C) or SIGTERM; of an import nothing of the file under way was kept, of a backup nothing",
	NULL
};

static void add_paragraph(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '\n');
	help_wrap(out, text, 0, COLUMNS_MD);
}

/* "- `name`: text", one line each: a line is what people link to and compare. */
static void add_item(struct strbuf *out, const char *name, const char *text)
{
	strbuf_addf(out, "- `%s`: %s\n", name, text);
}

static void add_pairs(struct strbuf *out, const char *heading, const char *const *pairs)
{
	strbuf_addf(out, "\n## %s\n\n", heading);
	for (size_t i = 0; pairs[i]; i += 2)
		add_item(out, pairs[i], pairs[i + 1]);
}

static void add_options(struct arena *arena, struct strbuf *out, const struct option_spec *specs)
{
	for (; specs->name; specs++) {
		struct strbuf form = STRBUF_INIT, text = STRBUF_INIT;
		help_option_form(&form, specs);
		help_option_text(arena, &text, specs);
		add_item(out, form.text, text.text);
		strbuf_release(&form);
		strbuf_release(&text);
	}
}

static void add_command(struct arena *arena, struct strbuf *out, const struct command *command)
{
	const struct command_body *body = command->body;

	strbuf_addf(out, "\n### aitia %s\n\n    aitia %s%s%s%s\n", command->name, command->name,
		    body->options ? " [OPTION...]" : "", command->synopsis[0] ? " " : "", command->synopsis);
	strbuf_addf(out, "\n%s.\n", command->help);
	if (body->text[0])
		add_paragraph(out, body->text);
	if (body->options || body->query != QUERY_NOWHERE)
		strbuf_addch(out, '\n');
	if (body->options)
		add_options(arena, out, body->options);
	if (body->query != QUERY_NOWHERE)
		add_options(arena, out, view_options);
	for (size_t i = 0; body->examples && body->examples[i]; i += 2)
		strbuf_addf(out, "\n%s\n\n    %s\n", body->examples[i + 1], body->examples[i]);
	if (!body->answer)
		return;
	strbuf_addf(out, "\nKeys of `--json` (one object a line: %s):\n\n", body->answer_text);
	for (const struct answer_key *key = body->answer; key->name; key++)
		add_item(out, key->name, key->help);
}

void docs_commands(struct arena *arena, struct strbuf *out)
{
	strbuf_addstr(out, "# Commands\n\nMade by `aitia docs commands` from the program's tables; do not edit.\n");
	add_paragraph(out, docs_intro);
	add_paragraph(out, "With --json every answer is one JSON object a line. Its keys are stable: none is renamed or "
			   "dropped, new ones may come. An unknown is null, never 0 or an empty text; times are ISO 8601 "
			   "in UTC, as exact as they are known.");
	strbuf_addstr(out, "\n## Options of every command\n\n");
	add_options(arena, out, cli_global_options);
	add_pairs(out, "Exit status", docs_statuses);
	add_pairs(out, "Environment", docs_environment);
	add_pairs(out, "Files", docs_files);
	strbuf_addstr(out, "\n## The commands\n");
	for (const struct command *command = commands(); command->name; command++)
		add_command(arena, out, command);
}
