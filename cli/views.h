/* Views by their names: those of the configuration and those that were kept in the workbench (tui/kept_views.h). */
#ifndef AITIA_CLI_VIEWS_H
#define AITIA_CLI_VIEWS_H

#include "cli/cli.h"
#include "tui/kept_views.h"

struct named_view {
	struct saved_view is;
	const char *origin; /* the file that it stands in */
};

/* All of them, in the order of the workbench's menu; in the command's arena. One of the configuration that cannot be
 * followed is not among them: `aitia config` says what is wrong. */
enum status views_read(struct cli *cli, const struct named_view **out, size_t *count, struct error *err) MUST_CHECK;

/* The first one of that name, for the command at hand. STATUS_USAGE: there is none, with the nearest name; its query is
 * missing or wrong; or it is of all samples, and the command edits those that it names (QUERY_WHERE). */
enum status views_find(struct cli *cli, const char *name, const struct saved_view **out, struct error *err) MUST_CHECK;

/* --view, of commands that take a query (command.h). */
struct view_values {
	const char *name;
};
extern const struct option_spec view_options[];

#endif
