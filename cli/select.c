#include "cli/select.h"

#include "cli/index.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/views.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

static void show_progress(void *context, int64_t done, int64_t total)
{
	(void)context;
	out_progress("counting", (unsigned long long)done, (unsigned long long)total, (long long)done);
}

enum status select_inquiry(struct cli *cli, struct store *store, struct inquiry *out, struct error *err)
{
	*out = (struct inquiry){ .store = store, .arena = &cli->arena, .cancel = interrupt_flag(), .progress = show_progress };
	return cli_reviewer(cli, &out->reviewer, err);
}

char *select_words(struct cli *cli, const struct option_words *words)
{
	struct strbuf text = STRBUF_INIT;
	char *joined;

	for (size_t i = 0; i < words->count; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", words->items[i]);
	joined = arena_text(&cli->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return joined;
}

enum status select_query(struct cli *cli, struct store *store, const char *const *words, size_t count,
			 struct query *out, struct error *err)
{
	struct inquiry inquiry;
	enum status status = select_inquiry(cli, store, &inquiry, err);

	if (status == STATUS_OK)
		status = inquiry_query(&inquiry, select_words(cli, &(struct option_words){ words, count }), out, err);
	if (status == STATUS_OK && query_names_groups(out))
		groups_ready(store);
	return status;
}

static bool parse_fingerprint(const char *word, struct digest *out)
{
	static const char prefix[] = "sha256:";
	const char *digits = word + sizeof(prefix) - 1;

	if (strncmp(word, prefix, sizeof(prefix) - 1) != 0 || strlen(digits) != DIGEST_HEX_LEN)
		return false;
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		int high = ascii_hex_value(digits[2 * i]), low = ascii_hex_value(digits[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

enum status select_id(struct store *store, const char *word, int64_t *out, struct error *err)
{
	struct digest fingerprint;

	if (option_number(word, out) && *out > 0)
		return STATUS_OK;
	if (!parse_fingerprint(word, &fingerprint))
		return error_set(err, STATUS_USAGE, "'%s' is neither the number of a sample nor its fingerprint", word);
	return store->ops->sample_find(store, &fingerprint, out, err);
}

struct numbered {
	int64_t id;
	size_t at;
};

static int by_id(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Drops what comes again; n log n, since a script may name very many. */
static size_t drop_repeated(int64_t *ids, size_t count)
{
	struct numbered *sorted = mem_zalloc(count + 1, sizeof(*sorted));
	bool *again = mem_zalloc(count + 1, sizeof(*again));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct numbered){ ids[i], i };
	qsort(sorted, count, sizeof(*sorted), by_id);
	for (size_t i = 1; i < count; i++)
		again[sorted[i].at] = sorted[i].id == sorted[i - 1].id;
	for (size_t i = 0; i < count; i++)
		if (!again[i])
			ids[kept++] = ids[i];
	free(sorted);
	free(again);
	return kept;
}

enum status select_samples(struct cli *cli, struct store *store, const char *const *words, size_t count,
			   const char *where, struct selection *out, struct error *err)
{
	enum status status;

	if (cli->view)
		where = where ? arena_printf(&cli->arena, "%s %s", where, cli->view->query) : cli->view->query;
	if (where && count > 0)
		return error_set(err, STATUS_USAGE, "samples are named by their numbers or by %s, not both",
				 cli->view ? "--view" : "--where");
	if (where) {
		struct query query;
		status = select_query(cli, store, &where, 1, &query, err);
		if (status == STATUS_OK)
			status = store->ops->sample_ids(store, &cli->arena, &query, &out->ids, &out->count, err);
		if (status == STATUS_OK && out->count == 0)
			return error_set(err, STATUS_NOT_FOUND, "no sample matches '%s'", where);
		return status;
	}
	if (count == 0)
		return error_set(err, STATUS_USAGE, "name samples by their numbers, or by --where QUERY or --view NAME");
	int64_t *ids = arena_array(&cli->arena, count, sizeof(*ids));
	for (size_t i = 0; i < count; i++) {
		status = select_id(store, words[i], &ids[i], err);
		if (status != STATUS_OK)
			return status;
	}
	out->ids = ids;
	out->count = drop_repeated(ids, count);
	return STATUS_OK;
}
