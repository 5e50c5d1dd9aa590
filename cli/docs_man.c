/* docs/aitia.1, in the man(7) macros, which every man program reads. */
#include <string.h>

#include "cli/command.h"
#include "cli/docs.h"
#include "cli/help.h"
#include "cli/views.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"

/* Of the source; what is written out makes lines longer, and mandoc -Tlint wants less than 80. */
#define SOURCE_COLUMNS 68

/* Text for troff: its own characters, and all that is not ASCII, are written out. */
static void escape(struct strbuf *out, const char *text)
{
	size_t len = strlen(text);
	bool at_start = out->len_bytes == 0 || out->text[out->len_bytes - 1] == '\n';

	for (size_t at = 0; at < len;) {
		uint32_t code_point;
		size_t used = utf8_decode(text + at, len - at, &code_point, NULL);
		if (at_start && (code_point == '.' || code_point == '\''))
			strbuf_addstr(out, "\\&");
		at_start = code_point == '\n';
		if (code_point == '\\')
			strbuf_addstr(out, "\\e");
		else if (code_point == '-')
			strbuf_addstr(out, "\\-");
		else if (code_point == '\'')
			strbuf_addstr(out, "\\(aq");
		else if (code_point == '`')
			strbuf_addstr(out, "\\(ga");
		else if (code_point == '^')
			strbuf_addstr(out, "\\(ha");
		else if (code_point == '~')
			strbuf_addstr(out, "\\(ti");
		else if (code_point >= 0x80)
			strbuf_addf(out, "\\[u%04X]", (unsigned)code_point);
		else
			strbuf_add(out, text + at, used);
		at += used;
	}
}

/* A macro's argument: quoted, since it may hold blanks. */
static void add_macro(struct strbuf *out, const char *macro, const char *argument)
{
	strbuf_addf(out, "%s \"", macro);
	for (; *argument; argument++) {
		char one[2] = { *argument, '\0' };
		if (*argument == '"')
			strbuf_addstr(out, "\\(dq");
		else
			escape(out, one);
	}
	strbuf_addstr(out, "\"\n");
}

static void add_text(struct strbuf *out, const char *text)
{
	struct strbuf wrapped = STRBUF_INIT;
	help_wrap(&wrapped, text, 0, SOURCE_COLUMNS);
	const char *line = wrapped.text;
	while (*line) {
		size_t len = strcspn(line, "\n");
		char *copy = mem_strdup(line);
		copy[len] = '\0';
		if (len == 0)
			strbuf_addstr(out, ".PP");
		else
			escape(out, copy);
		strbuf_addch(out, '\n');
		free(copy);
		line += len + (line[len] == '\n');
	}
	strbuf_release(&wrapped);
}

/* .TP, the term in bold, its meaning. */
static void add_item(struct strbuf *out, const char *term, const char *text)
{
	strbuf_addstr(out, ".TP\n");
	add_macro(out, ".B", term);
	add_text(out, text);
}

static void add_pairs(struct strbuf *out, const char *heading, const char *const *pairs)
{
	strbuf_addf(out, ".SH %s\n", heading);
	for (size_t i = 0; pairs[i]; i += 2)
		add_item(out, pairs[i], pairs[i + 1]);
}

static void add_options(struct arena *arena, struct strbuf *out, const struct option_spec *specs)
{
	for (; specs && specs->name; specs++) {
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
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "aitia %s%s%s%s", command->name, body->options ? " [OPTION...]" : "",
		    command->synopsis[0] ? " " : "", command->synopsis);
	add_macro(out, ".SS", line.text);
	strbuf_clear(&line);
	strbuf_addf(&line, "%s.", command->help);
	add_text(out, line.text);
	strbuf_release(&line);
	if (body->text[0]) {
		strbuf_addstr(out, ".PP\n");
		add_text(out, body->text);
	}
	add_options(arena, out, body->options);
	if (body->query != QUERY_NOWHERE)
		add_options(arena, out, view_options);
}

void docs_man(struct arena *arena, struct strbuf *out)
{
	strbuf_addstr(out, ".\\\" Made by `aitia docs man` from the program's tables; do not edit.\n");
	strbuf_addf(out, ".TH AITIA 1 %s \"aitia %s\" \"User Commands\"\n", AITIA_DATE, AITIA_VERSION);
	strbuf_addstr(out, ".SH NAME\naitia \\- incident review for output of AI coding assistants\n");
	strbuf_addstr(out, ".SH SYNOPSIS\n.B aitia\n[\\fIOPTION\\fR...] [\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]]\n");
	strbuf_addstr(out, ".SH DESCRIPTION\n");
	add_text(out, "Aitia takes in flagged output of AI coding assistants, lets reviewers triage it, finds out why it "
		      "went wrong, joins samples into incidents and publishes postmortems. Without a command it opens "
		      "the workbench.");
	strbuf_addstr(out, ".PP\n");
	add_text(out, docs_intro);
	strbuf_addstr(out, ".SH OPTIONS\nEvery command takes these:\n");
	add_options(arena, out, cli_global_options);
	strbuf_addstr(out, ".SH COMMANDS\n");
	for (const struct command *command = commands(); command->name; command++)
		add_command(arena, out, command);
	add_pairs(out, "EXIT STATUS", docs_statuses);
	add_pairs(out, "ENVIRONMENT", docs_environment);
	add_pairs(out, "FILES", docs_files);
	strbuf_addstr(out, ".SH EXAMPLES\n");
	for (const struct command *command = commands(); command->name; command++)
		for (size_t i = 0; command->body->examples && command->body->examples[i]; i += 2)
			add_item(out, command->body->examples[i], command->body->examples[i + 1]);
}
