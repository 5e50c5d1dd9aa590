/* --help: what the tables of commands and options say, laid out for 80 columns. */
#ifndef AITIA_CLI_HELP_H
#define AITIA_CLI_HELP_H

#include "cli/command.h"
#include "core/base/strbuf.h"

int help_version(void);
int help_overview(struct cli *cli);
int help_group(struct cli *cli, const char *group);
int help_command(struct cli *cli, const struct command *command);

/* Appends `text` in lines of at most `columns`, each behind `indent` blanks; an
 * empty line in the text divides paragraphs, lines that start with a blank stay
 * as they are. */
void help_wrap(struct strbuf *out, const char *text, int indent, int columns);

/* "-h, --help" or "--limit=N". */
void help_option_form(struct strbuf *out, const struct option_spec *spec);
/* Its help, with the words it takes and the value when it is not given. */
void help_option_text(struct arena *arena, struct strbuf *out, const struct option_spec *spec);

#endif
