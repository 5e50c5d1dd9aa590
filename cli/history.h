/* A history of samples day by day, as the store and a file of denominators tell it. */
#ifndef AITIA_CLI_HISTORY_H
#define AITIA_CLI_HISTORY_H

#include "cli/cli.h"

struct history {
	struct cli *cli;
	struct store *store;
	const char *among, *adjust, *exposure, *by; /* as the options of the same names; NULL: not given */

	/* what is found */
	struct table_key keys[TABLE_KEYS_MAX];
	size_t key_count;
	size_t by_column;          /* of `by`; 0: none */
	struct table cases, all;   /* all: also what was not flagged, or flagged by others */
	bool has_outputs;          /* rates are of `all`; else it says only which days there are */
};

/* Tables of the samples that match a query, and of all or of the outputs that rates are of: first column the
 * day, then the strata, then `by`. */
enum status history_ask(struct history *history, const char *query, struct error *err) MUST_CHECK;

/* What the options of the commands that look at histories have in common. */
#define HISTORY_OPTIONS(type) \
	{ "among", 0, OPTION_TEXT, "QUERY", "the outputs that rates are of; else all samples, if some of them were not flagged", NULL, \
	  NULL, offsetof(type, among) }, \
	{ "exposure", 0, OPTION_FILE, "FILE", "outputs of each day from a CSV file: day,outputs and the key of --by", NULL, NULL, \
	  offsetof(type, exposure) }, \
	{ "adjust", 0, OPTION_TEXT, "KEY,…", "keys whose mix may shift without anything being wrong; none: \"\"; not with --exposure", "lang", NULL, \
	  offsetof(type, adjust) }

#endif
