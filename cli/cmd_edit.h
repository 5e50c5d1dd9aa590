/* What cmd_edit.c and edit_adopt.c share. */
#ifndef AITIA_CLI_CMD_EDIT_H
#define AITIA_CLI_CMD_EDIT_H

#include "cli/command.h"

struct edit_values {
	const char *site, *out, *template, *rules;
	int audience;
	bool adopt, json;
};

/* edit --adopt: the words are incidents, or one incident and a page's file. The exit status. */
int edit_adopt(struct cli *cli, const struct edit_values *values, const struct option_words *words);

#endif
