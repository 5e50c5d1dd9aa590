/* What the demo shares with export. */
#ifndef AITIA_CLI_CMD_EXPORT_H
#define AITIA_CLI_CMD_EXPORT_H

#include "cli/choices.h"
#include "cli/command.h"
#include "core/publish.h"

/* Writes one incident's pages, printing a line each. The exit status. */
int export_incident(struct cli *cli, struct store *store, const char *key, const struct publish_options *options,
		    bool as_json);

#endif
