#include "cli/help.h"

#include <string.h>

#include "cli/choices.h"
#include "cli/output.h"
#include "cli/views.h"
#include "core/base/utf8.h"

#define HELP_COLUMNS 80
#define OPTION_COLUMN 26

static void blanks(struct strbuf *out, int count)
{
	for (int i = 0; i < count; i++)
		strbuf_addch(out, ' ');
}

/* One paragraph. `used` columns of its first line are taken already. */
static void wrap_paragraph(struct strbuf *out, struct slice text, int used, int indent, int columns)
{
	bool at_start = true;
	size_t at = 0;
	while (at < text.len_bytes) {
		while (at < text.len_bytes && (text.at[at] == ' ' || text.at[at] == '\n'))
			at++;
		size_t end = at;
		while (end < text.len_bytes && text.at[end] != ' ' && text.at[end] != '\n')
			end++;
		if (end == at)
			break;
		struct slice word = { text.at + at, end - at };
		int width = utf8_text_columns(word);
		if (!at_start && used + 1 + width > columns) {
			strbuf_addch(out, '\n');
			at_start = true;
			used = 0;
		}
		if (at_start) {
			blanks(out, indent - used);
			used = used < indent ? indent : used;
		} else {
			strbuf_addch(out, ' ');
			used++;
		}
		strbuf_addslice(out, word);
		used += width;
		at_start = false;
		at = end;
	}
	strbuf_addch(out, '\n');
}

void help_wrap(struct strbuf *out, const char *text, int indent, int columns)
{
	while (*text) {
		if (*text == '\n') {
			strbuf_addch(out, '\n');
			text++;
		} else if (*text == ' ') {
			size_t len = strcspn(text, "\n");
			blanks(out, indent);
			strbuf_add(out, text, len);
			strbuf_addch(out, '\n');
			text += len + (text[len] == '\n');
		} else {
			const char *end = strstr(text, "\n\n");
			size_t len = end ? (size_t)(end - text) : strlen(text);
			wrap_paragraph(out, (struct slice){ text, len }, 0, indent, columns);
			text += len + (end ? 1 : 0);
		}
	}
}

void help_option_form(struct strbuf *out, const struct option_spec *spec)
{
	if (spec->letter)
		strbuf_addf(out, "-%c, ", spec->letter);
	strbuf_addf(out, "--%s", spec->name);
	if (spec->argument)
		strbuf_addf(out, "=%s", spec->argument);
}

/* Long lists are named in docs/terms.md; here a line or two must do. */
#define CHOICES_SHOWN 12

void help_option_text(struct arena *arena, struct strbuf *out, const struct option_spec *spec)
{
	strbuf_addstr(out, spec->help);
	const struct choice *all = spec->choices ? choices(arena, spec->choices) : NULL;
	size_t count = 0;
	while (all && all[count].word)
		count++;
	if (count > 0 && count <= CHOICES_SHOWN) {
		strbuf_addstr(out, ": ");
		for (size_t i = 0; i < count; i++)
			strbuf_addf(out, "%s%s", i ? ", " : "", all[i].word);
	}
	if (spec->type == OPTION_LIST)
		strbuf_addstr(out, "; may be given several times");
	if (spec->fallback)
		strbuf_addf(out, " (default: %s)", spec->fallback);
}

static void add_option(struct arena *arena, struct strbuf *out, const struct option_spec *spec)
{
	struct strbuf form = STRBUF_INIT, text = STRBUF_INIT;

	help_option_form(&form, spec);
	help_option_text(arena, &text, spec);
	strbuf_addf(out, "  %s", form.text);
	int used = 2 + utf8_text_columns(strbuf_slice(&form));
	if (used + 2 > OPTION_COLUMN) {
		strbuf_addch(out, '\n');
		used = 0;
	}
	wrap_paragraph(out, strbuf_slice(&text), used, OPTION_COLUMN, HELP_COLUMNS);
	strbuf_release(&form);
	strbuf_release(&text);
}

static void add_options(struct arena *arena, struct strbuf *out, const struct option_spec *specs)
{
	for (; specs && specs->name; specs++)
		add_option(arena, out, specs);
}

static void add_commands(struct strbuf *out, const char *group)
{
	for (const struct command *command = commands(); command->name; command++) {
		if (group && (strncmp(command->name, group, strlen(group)) != 0 || command->name[strlen(group)] != ' '))
			continue;
		strbuf_addf(out, "  %-20s ", command->name);
		wrap_paragraph(out, slice_of(command->help), 23, 23, HELP_COLUMNS);
	}
}

static int print(struct strbuf *out)
{
	out_flush(out);
	strbuf_release(out);
	return 0;
}

int help_version(void)
{
	out_printf("aitia %s\n", AITIA_VERSION);
	return 0;
}

int help_overview(struct cli *cli)
{
	struct strbuf out = STRBUF_INIT;
	strbuf_addstr(&out, "usage: aitia [OPTION...] [COMMAND [ARGUMENT...]]\n\n");
	help_wrap(&out,
		  "Aitia reviews flagged output of AI coding assistants: triage samples, name their causes, join "
		  "them into incidents, publish postmortems. Without a command it opens the workbench.",
		  0, HELP_COLUMNS);
	strbuf_addstr(&out, "\nCommands:\n");
	add_commands(&out, NULL);
	strbuf_addstr(&out, "\nOptions of every command:\n");
	add_options(&cli->arena, &out, cli_global_options);
	strbuf_addch(&out, '\n');
	help_wrap(&out,
		  "Exit status: 0 done; 1 done, and the answer is no or something was refused; 2 wrong usage; 3 a "
		  "file cannot be read or written; 4 the store cannot be opened, is damaged, locked or full.",
		  0, HELP_COLUMNS);
	strbuf_addstr(&out, "\n`aitia help COMMAND` explains a command; `aitia demo` is the place to start.\n");
	return print(&out);
}

int help_group(struct cli *cli, const char *group)
{
	struct strbuf out = STRBUF_INIT;
	(void)cli;
	strbuf_addf(&out, "usage: aitia %s COMMAND [ARGUMENT...]\n\n", group);
	add_commands(&out, group);
	strbuf_addf(&out, "\n`aitia help %s COMMAND` explains one.\n", group);
	return print(&out);
}

static void add_answer(struct strbuf *out, const struct command_body *body)
{
	strbuf_addf(out, "\nKeys of --json (one object a line: %s):\n", body->answer_text);
	for (const struct answer_key *key = body->answer; key->name; key++) {
		strbuf_addf(out, "  %-23s ", key->name);
		int used = 3 + utf8_text_columns(slice_of(key->name));
		wrap_paragraph(out, slice_of(key->help), used < OPTION_COLUMN ? OPTION_COLUMN : used, OPTION_COLUMN,
			       HELP_COLUMNS);
	}
}

int help_command(struct cli *cli, const struct command *command)
{
	struct strbuf out = STRBUF_INIT;
	const struct command_body *body = command->body;

	strbuf_addf(&out, "usage: aitia %s [OPTION...]%s%s\n\n", command->name, command->synopsis[0] ? " " : "",
		    command->synopsis);
	help_wrap(&out, command->help, 0, HELP_COLUMNS);
	if (body->text[0]) {
		strbuf_addch(&out, '\n');
		help_wrap(&out, body->text, 0, HELP_COLUMNS);
	}
	if (body->options && body->options->name) {
		strbuf_addstr(&out, "\nOptions:\n");
		add_options(&cli->arena, &out, body->options);
	}
	if (body->query != QUERY_NOWHERE)
		add_options(&cli->arena, &out, view_options);
	strbuf_addstr(&out, "\nOptions of every command:\n");
	add_options(&cli->arena, &out, cli_global_options);
	for (size_t i = 0; body->examples && body->examples[i]; i += 2) {
		strbuf_addf(&out, "%s  %s\n", i ? "" : "\nExamples:\n", body->examples[i]);
		help_wrap(&out, body->examples[i + 1], 6, HELP_COLUMNS);
	}
	if (body->answer)
		add_answer(&out, body);
	return print(&out);
}
