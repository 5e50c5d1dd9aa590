/* What the demo shares with export. */
#ifndef AITIA_CLI_CMD_EXPORT_H
#define AITIA_CLI_CMD_EXPORT_H

#include "cli/choices.h"
#include "cli/command.h"
#include "core/publish.h"

/* Writes the incidents' pages, printing a line each; `whole`: these are all that the
 * store has. The exit status. */
int export_incidents(struct cli *cli, struct store *store, const char *const *keys, size_t count, bool whole,
		     const struct publish_options *options, bool as_json);
int export_all(struct cli *cli, struct store *store, const struct publish_options *options, bool as_json);

#endif
