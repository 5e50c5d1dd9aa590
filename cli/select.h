/* Which samples a command is about: numbers, fingerprints, or a query. */
#ifndef AITIA_CLI_SELECT_H
#define AITIA_CLI_SELECT_H

#include "cli/cli.h"
#include "core/inquiry.h"

struct selection {
	const int64_t *ids;
	size_t count;
};

/* Words joined by blanks and parsed as a query, whose codes the store's codebook
 * has; is:mine means the reviewer. */
enum status select_query(struct cli *cli, struct store *store, const char *const *words, size_t count,
			 struct query *out, struct error *err) MUST_CHECK;

/* Questions of a command: of this reviewer, with a bar while there is something to wait for, until Ctrl-C. */
enum status select_inquiry(struct cli *cli, struct store *store, struct inquiry *out, struct error *err) MUST_CHECK;
/* Words joined by blanks; in the arena. */
char *select_words(struct cli *cli, const struct option_words *words);

/* One sample: its number, or its fingerprint ("sha256:" and 64 digits), which is looked up. */
enum status select_id(struct store *store, const char *word, int64_t *out, struct error *err) MUST_CHECK;

/* The samples named by `words`, or all that match `where` and the view of the command line (one of the two):
 * STATUS_NOT_FOUND when nothing matches. Each once, in the order given. */
enum status select_samples(struct cli *cli, struct store *store, const char *const *words, size_t count,
			   const char *where, struct selection *out, struct error *err) MUST_CHECK;

#endif
