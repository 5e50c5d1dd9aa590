/* What redact shares with export. */
#ifndef AITIA_CLI_CMD_REDACT_H
#define AITIA_CLI_CMD_REDACT_H

#include "cli/command.h"
#include "core/redact.h"

/* The words of the list "audience". */
enum audience { AUDIENCE_INTERNAL, AUDIENCE_PUBLIC };

#define REDACT_RULES_BYTES_MAX (4u << 20)
/* The file of rules: that which was named, else redact.rules in the folder of the configuration,
 * which need not be there; NULL: there is no such folder. */
const char *redact_rules_path(struct cli *cli, const char *named);

/* What is in it, `path` NULL: nothing; it need not be there unless it is `needed`. What is there and cannot
 * be read is STATUS_INPUT: without its rules secrets would go out. */
enum status redact_read_rules(struct arena *arena, const char *path, bool needed, struct slice *out, struct error *err) MUST_CHECK;

/* The file of rules that was named, or redact.rules in the folder of the configuration,
 * which need not be there. To be freed by redactor_free(). */
enum status redact_open(struct cli *cli, const char *rules, struct redactor **out, struct error *err) MUST_CHECK;

#endif
