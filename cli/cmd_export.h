/* What the demo shares with export. */
#ifndef AITIA_CLI_CMD_EXPORT_H
#define AITIA_CLI_CMD_EXPORT_H

#include <stdatomic.h>

#include "cli/choices.h"
#include "cli/command.h"
#include "core/publish.h"

/* Writes all incidents' pages, printing a line each. The exit status. */
int export_all(struct cli *cli, struct store *store, const struct publish_options *options, bool as_json);

/* An export as it was asked for; what it reads beside the store is opened anew for each round. */
struct export_job {
	struct publish_options options;
	const char *page_template, *rules; /* as they were named */
	bool is_public;                    /* redacted, whatever the template */
	bool all, as_json;
	const char *const *keys;           /* unless `all` */
	size_t count;
};

/* Writes them; `stop` (or NULL) raised: nothing is written. As publish_finish() answers. */
enum status export_write(struct store *store, const struct export_job *job, const struct publish_options *options,
			 const atomic_bool *stop, struct error *err) MUST_CHECK;
/* Tells of hits that nobody decided on, and of a configuration that says nothing of the pages. */
void export_tell(struct publish_options *options);
void export_put_page(const char *key, const char *path, enum publish_outcome outcome, bool as_json);
const char *export_outcome_word(enum publish_outcome outcome);

/* export_watch.c: exports, and again whenever the store, the rules of redaction or the template
 * change, until it is stopped by a signal. The exit status. */
int export_watch(struct cli *cli, struct store *store, const struct export_job *job);

#endif
