/* What `check` and `backup --verify` print of a store. */
#ifndef AITIA_CLI_CHECK_REPORT_H
#define AITIA_CLI_CHECK_REPORT_H

#include "cli/cli.h"

/* Checks and prints; the exit status. `file`: named in the answer, or NULL. */
int check_report(const struct cli *cli, struct store *store, bool quick, const char *file, bool as_json);

#endif
