/* Changes that incidents name: what shipped, to be seen beside what an analysis finds. */
#ifndef AITIA_CLI_CHANGE_LIST_H
#define AITIA_CLI_CHANGE_LIST_H

#include "cli/cli.h"

struct named_change {
	const char *incident; /* its key */
	struct incident_change change;
};

struct change_list {
	const struct named_change *items;
	size_t count;
};

enum status change_list_read(struct cli *cli, struct store *store, struct change_list *out, struct error *err) MUST_CHECK;
/* Whether the change speaks of a value: as its version, its value before or after, or as words of its text. */
bool change_mentions(const struct incident_change *change, const char *value);

#endif
