#include "cli/history.h"

#include <string.h>

#include "cli/exposure_file.h"
#include "cli/select.h"

#define STRATA_MAX 16

static enum status add_keys(struct history *history, struct error *err)
{
	/* A file of outputs does not tell their mix. */
	const char *text = history->adjust && !history->exposure ? history->adjust : "";
	enum status status = STATUS_OK;

	history->keys[history->key_count++] = (struct table_key){ .facet = FACET_DAY };
	while (*text && status == STATUS_OK && history->key_count < STRATA_MAX) {
		size_t len = strcspn(text, ",");
		status = table_key_parse(&history->cli->arena, arena_text(&history->cli->arena, (struct slice){ text, len }),
					 &history->keys[history->key_count++], err);
		text += len + (text[len] == ',');
	}
	if (status == STATUS_OK && history->by) {
		history->by_column = history->key_count;
		status = table_key_parse(&history->cli->arena, history->by, &history->keys[history->key_count++], err);
	}
	if (status == STATUS_USAGE)
		return error_wrap(err, status, "a key");
	return status;
}

static enum status ask_table(struct history *history, const char *text, struct table *out, struct error *err)
{
	struct query query;
	const struct table_request request = { &query, history->keys, history->key_count, false };
	enum status status = select_query(history->cli, history->store, &text, 1, &query, err);

	return status == STATUS_OK ? select_table(history->cli, history->store, &request, out, err) : status;
}

/* Outputs: of a file, of --among, or of all samples where some were not flagged. */
static enum status find_outputs(struct history *history, struct error *err)
{
	const char *text = "-level:none";
	struct query query;
	int64_t flagged = 0;
	enum status status;

	if (history->exposure) {
		history->has_outputs = true;
		return exposure_file_read(&history->cli->arena, history->exposure, history->by_column ? &history->keys[history->by_column] : NULL,
					  &history->all, err);
	}
	status = ask_table(history, history->among ? history->among : "", &history->all, err);
	if (status != STATUS_OK || history->among) {
		history->has_outputs = true;
		return status;
	}
	status = select_query(history->cli, history->store, &text, 1, &query, err);
	if (status == STATUS_OK)
		status = history->store->ops->sample_count(history->store, &query, &flagged, err);
	history->has_outputs = flagged < history->all.count;
	return status;
}

enum status history_ask(struct history *history, const char *query, struct error *err)
{
	enum status status = add_keys(history, err);

	if (status == STATUS_OK)
		status = ask_table(history, query, &history->cases, err);
	return status == STATUS_OK ? find_outputs(history, err) : status;
}
