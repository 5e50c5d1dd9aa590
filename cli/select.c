#include "cli/select.h"

#include "cli/interrupt.h"
#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

enum status select_query(struct cli *cli, struct store *store, const char *const *words, size_t count,
			 struct query *out, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct codebook book;
	const char *reviewer;
	enum status status = cli_reviewer(cli, &reviewer, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", words[i]);
	status = query_parse(&cli->arena, arena_text(&cli->arena, strbuf_slice(&text)), reviewer, out, err);
	strbuf_release(&text);
	if (status != STATUS_OK)
		return error_wrap(err, status, "query");
	status = store->ops->codebook_get(store, &cli->arena, &book, err);
	if (status != STATUS_OK)
		return status;
	status = query_check_codes(out, &book, err);
	if (status != STATUS_OK)
		return error_wrap(err, status, "query");
	return STATUS_OK;
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

enum status select_table(struct cli *cli, struct store *store, const struct table_request *request, struct table *out,
			 struct error *err)
{
	struct readiness readiness = { true, 0, 0 };
	enum status status;

	do {
		status = store->ops->sample_table(store, &cli->arena, request, out, &readiness, err);
		if (status == STATUS_OK && !readiness.ready)
			out_progress("counting", (unsigned long long)readiness.done, (unsigned long long)readiness.total,
				     (long long)readiness.done);
	} while (status == STATUS_OK && !readiness.ready && !interrupted());
	out_progress_end();
	if (status == STATUS_OK && !readiness.ready)
		return error_set(err, STATUS_CANCELLED, "not counted to the end");
	return status;
}

void select_narrow(struct cli *cli, struct strbuf *query, const struct table_key *key, const char *const *values,
		   size_t count)
{
	const char *word = table_key_query(&cli->arena, key);

	if (count && !values[0]) {
		strbuf_addf(query, "%s-%s:*", query->len_bytes ? " " : "", word);
		return;
	}
	strbuf_addf(query, "%s%s:", query->len_bytes ? " " : "", word);
	for (size_t i = 0; i < count; i++) {
		const char *value = values[i];
		if (i)
			strbuf_addch(query, ',');
		if (value[0] && !value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+")]) {
			strbuf_addstr(query, value);
			continue;
		}
		strbuf_addch(query, '"');
		for (; *value; value++) {
			if (*value == '"' || *value == '\\')
				strbuf_addch(query, '\\');
			strbuf_addch(query, *value);
		}
		strbuf_addch(query, '"');
	}
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

	if (where && count > 0)
		return error_set(err, STATUS_USAGE, "samples are named by their numbers or by --where, not both");
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
		return error_set(err, STATUS_USAGE, "name samples by their numbers, or by --where QUERY");
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
