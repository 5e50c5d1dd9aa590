/*
 * What every command gets: the options that all commands take, the store and
 * the reviewer (found when they are first asked for), and an arena that lives
 * as long as the process.
 */
#ifndef AITIA_CLI_CLI_H
#define AITIA_CLI_CLI_H

#include "cli/options.h"
#include "core/store.h"

#define AITIA_VERSION "0.1.0"
#define AITIA_DATE "2026-11-22" /* of that version, for the man page */

struct cli_globals {
	const char *store;
	const char *reviewer;
	int64_t wait_s;
	bool help;
	bool version;
};
extern const struct option_spec cli_global_options[];

struct cli {
	struct arena arena;
	struct cli_globals globals;
	const char *store_path;   /* NULL until found */
	struct store *store;      /* NULL until opened */
	bool changes;             /* it was opened to be changed */
	bool has_waited;          /* for another process; said once */
	const char *reviewer;     /* NULL until found */
	const struct command *command;
	const struct saved_view *view; /* that --view names; NULL: none. A query of words has its query already */
};

/* Runs one command line; the exit status of DESIGN.md section 3. */
int cli_main(int argc, char **argv);

/* --store, $AITIA_STORE, $XDG_DATA_HOME/aitia/aitia.db. */
enum status cli_store_path(struct cli *cli, const char **out, struct error *err) MUST_CHECK;
enum store_need {
	STORE_LOOK, /* nothing may be written, not even to bring an older store up to date */
	STORE_READ, /* answers: a store that cannot be written will do */
	STORE_EDIT, /* a missing store is most likely a wrong path */
	STORE_FILL, /* a missing store is made, with its folder */
};
/* Opens the store once and keeps it; closed by cli_main(). */
enum status cli_open(struct cli *cli, enum store_need need, struct store **out, struct error *err) MUST_CHECK;
void cli_close(struct cli *cli);

/* --reviewer, $AITIA_REVIEWER, the configuration, the login name. */
enum status cli_reviewer(struct cli *cli, const char **out, struct error *err) MUST_CHECK;

/* Prints the error (a wrong use with where its help is) and returns the exit status for it. */
int cli_fail(const struct cli *cli, const struct error *err);
/* A fault in the words of a command: the error, and where its help is. */
int cli_usage(const struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
