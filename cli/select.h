/* Which samples a command is about: numbers, fingerprints, or a query. */
#ifndef AITIA_CLI_SELECT_H
#define AITIA_CLI_SELECT_H

#include "cli/cli.h"

struct selection {
	const int64_t *ids;
	size_t count;
};

/* Words joined by blanks and parsed as a query, whose codes the store's codebook
 * has; is:mine means the reviewer. */
enum status select_query(struct cli *cli, struct store *store, const char *const *words, size_t count,
			 struct query *out, struct error *err) MUST_CHECK;

/* Asks for a cross table until it is there. */
enum status select_table(struct cli *cli, struct store *store, const struct table_request *request, struct table *out,
			 struct error *err) MUST_CHECK;
/* Appends " key:value", which a query needs to narrow to a value of a table's key ("-key:*": to none). */
void select_narrow(struct cli *cli, struct strbuf *query, const struct table_key *key, const char *const *values,
		   size_t count);

/* One sample: its number, or its fingerprint ("sha256:" and 64 digits), which is looked up. */
enum status select_id(struct store *store, const char *word, int64_t *out, struct error *err) MUST_CHECK;

/* The samples named by `words`, or all that match `where` (one of the two):
 * STATUS_NOT_FOUND when nothing matches. Each once, in the order given. */
enum status select_samples(struct cli *cli, struct store *store, const char *const *words, size_t count,
			   const char *where, struct selection *out, struct error *err) MUST_CHECK;

#endif
