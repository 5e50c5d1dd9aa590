/* batch list, batch show: what became of imports. */
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"

#define TEXT_ROWS 20
#define PAGE_REJECTS 1000

struct batch_values {
	int64_t limit;
	bool json;
};

/* Rows wanted; 0: all of them. */
static size_t limit_of(const struct batch_values *values)
{
	return values->limit >= 0 ? (size_t)values->limit : values->json ? 0 : TEXT_ROWS;
}

/* The members of an object that is open: list and show have the same. */
static void write_batch(struct json_writer *json, const struct batch *batch)
{
	json_write_member_int(json, "batch", batch->id);
	json_write_member(json, "source", batch->source);
	json_write_member(json, "format", batch->format);
	json_write_member(json, "reviewer", batch->reviewer);
	answer_instant(json, "at", batch->at);
	json_write_name(json, "illustrative");
	json_write_bool(json, batch->illustrative);
	json_write_member_int(json, "records", batch->records);
	json_write_member_int(json, "imported", batch->imported);
	json_write_member_int(json, "updated", batch->updated);
	json_write_member_int(json, "duplicates", batch->duplicates);
	json_write_member_int(json, "rejected", batch->rejected);
}

#define BATCH_KEYS \
	{ "batch", "number of the import, for batch: in queries" }, \
	{ "source", "the file as it was named; - for standard input" }, \
	{ "format", "the format it was taken for" }, \
	{ "reviewer", "who imported it" }, \
	{ "at", "when" }, \
	{ "illustrative", "true: made to show something, never real output" }, \
	{ "records", "imported + updated + duplicates + rejected" }, \
	{ "imported", "samples that were new" }, \
	{ "updated", "samples that were known and had changed" }, \
	{ "duplicates", "samples that were known as they came" }, \
	{ "rejected", "records that could not be taken" }

/* ---- list -------------------------------------------------------------------------- */

static const struct option_spec list_options[] = {
	{ "limit", 0, OPTION_NUMBER, "N", "at most N imports, 0: all; 20 unless --json, which prints all", NULL, NULL,
	  offsetof(struct batch_values, limit) },
	OPTION_JSON(struct batch_values, json),
	OPTIONS_END
};

static const struct answer_key list_keys[] = { BATCH_KEYS, { NULL, NULL } };

static void print_row(struct arena *arena, const struct batch *batch)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "%5lld  %s  %-8s %7lld record%s: %lld imported, %lld updated, %lld duplicate%s, %lld rejected  ",
		    (long long)batch->id, out_time(arena, batch->at), batch->format ? batch->format : "-",
		    (long long)batch->records, plural(batch->records), (long long)batch->imported, (long long)batch->updated,
		    (long long)batch->duplicates, plural(batch->duplicates), (long long)batch->rejected);
	out_clean(&line, slice_of(batch->source ? batch->source : "-"));
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct batch_values *values = options_given;
	const struct batch *batches;
	struct store *store;
	struct error err;
	size_t count = 0, limit = limit_of(values);

	(void)words;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    store->ops->batch_list(store, &cli->arena, &batches, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < count && (!limit || i < limit); i++) {
		if (values->json) {
			struct strbuf line = STRBUF_INIT;
			struct json_writer json;
			json_write_init(&json, &line, 0);
			json_write_begin(&json, '{');
			write_batch(&json, &batches[i]);
			json_write_end(&json, '}');
			out_json(&line);
			strbuf_release(&line);
		} else {
			print_row(&cli->arena, &batches[i]);
		}
	}
	return 0;
}

const struct command_body command_batch_list = {
	.options = list_options,
	.values_bytes = sizeof(struct batch_values),
	.text = "Each file that `aitia import` took is one batch. A file that came again and brought nothing new made none.",
	.answer = list_keys,
	.answer_text = "an import",
	.run = list_run,
};

/* ---- show -------------------------------------------------------------------------- */

static const struct option_spec show_options[] = {
	{ "limit", 0, OPTION_NUMBER, "N", "at most N rejected records, 0: all; 20 unless --json, which prints all", NULL,
	  NULL, offsetof(struct batch_values, limit) },
	OPTION_JSON(struct batch_values, json),
	OPTIONS_END
};

static const struct answer_key show_keys[] = {
	BATCH_KEYS,
	{ "rejects", "records that could not be taken, in the order of the file" },
	{ "rejects[].record", "number of the record in the file, from 1" },
	{ "rejects[].offset_bytes", "where it starts in the file (unpacked and as UTF-8), or null" },
	{ "rejects[].reason", "why" },
	{ NULL, NULL },
};

/* What is printed as it is read: a batch may have a million rejects. */
struct showing {
	struct strbuf out;
	struct json_writer json;
	bool as_json;
};

static void add_head(struct showing *showing, struct arena *arena, const struct batch *batch)
{
	struct strbuf *out = &showing->out;
	const struct {
		const char *name, *value;
	} fields[] = {
		{ "source", batch->source }, { "format", batch->format }, { "by", batch->reviewer },
		{ "at", out_time(arena, batch->at) },
	};

	if (showing->as_json) {
		json_write_begin(&showing->json, '{');
		write_batch(&showing->json, batch);
		json_write_name(&showing->json, "rejects");
		json_write_begin(&showing->json, '[');
		return;
	}
	out_tone(out, TONE_STRONG);
	strbuf_addf(out, "batch %lld", (long long)batch->id);
	out_tone(out, TONE_PLAIN);
	strbuf_addch(out, '\n');
	if (batch->illustrative)
		strbuf_addstr(out, "  ILLUSTRATIVE: made to show something, never real output\n");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		strbuf_addf(out, "  %-10s ", fields[i].name);
		out_clean(out, slice_of(fields[i].value ? fields[i].value : "-"));
		strbuf_addch(out, '\n');
	}
	strbuf_addf(out, "  %-10s %lld: %lld imported, %lld updated, %lld duplicate%s, %lld rejected\n", "records",
		    (long long)batch->records, (long long)batch->imported, (long long)batch->updated,
		    (long long)batch->duplicates, plural(batch->duplicates), (long long)batch->rejected);
	if (batch->rejected > 0)
		strbuf_addstr(out, "\nrejected\n");
}

static void add_reject(struct showing *showing, const struct batch_reject *reject)
{
	struct strbuf *out = &showing->out;

	if (showing->as_json) {
		struct json_writer *json = &showing->json;
		json_write_begin(json, '{');
		json_write_member_int(json, "record", reject->record);
		json_write_name(json, "offset_bytes");
		if (reject->offset_bytes >= 0)
			json_write_int(json, reject->offset_bytes);
		else
			json_write_null(json);
		json_write_member(json, "reason", reject->reason);
		json_write_end(json, '}');
		return;
	}
	strbuf_addf(out, "  record %lld", (long long)reject->record);
	if (reject->offset_bytes >= 0)
		strbuf_addf(out, " (byte %lld)", (long long)reject->offset_bytes);
	strbuf_addstr(out, ": ");
	out_clean(out, slice_of(reject->reason));
	strbuf_addch(out, '\n');
}

/* Page by page; `*shown` is how many there were within the limit. */
static enum status add_rejects(struct showing *showing, struct store *store, int64_t batch, size_t limit, size_t *shown,
			       struct error *err)
{
	size_t count = 1;

	for (*shown = 0; count > 0 && (!limit || *shown < limit); *shown += count) {
		size_t wanted = limit && limit - *shown < PAGE_REJECTS ? limit - *shown : PAGE_REJECTS;
		struct arena arena = ARENA_INIT;
		const struct batch_reject *rejects;
		enum status status = store->ops->batch_rejects(store, &arena, batch, (int64_t)*shown, wanted, &rejects,
							       &count, err);
		for (size_t i = 0; status == STATUS_OK && i < count; i++)
			add_reject(showing, &rejects[i]);
		arena_release(&arena);
		if (status != STATUS_OK)
			return status;
		out_flush(&showing->out);
	}
	return STATUS_OK;
}

static int show_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct batch_values *values = options_given;
	struct showing showing = { .out = STRBUF_INIT, .as_json = values->json };
	struct batch *batch;
	struct store *store;
	struct error err;
	int64_t id;
	size_t shown;

	if (!option_number(words->items[0], &id) || id == 0)
		return cli_usage(cli, "'%s' is not the number of a batch; aitia batch list shows them", words->items[0]);
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    store->ops->batch_get(store, &cli->arena, id, &batch, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	json_write_init(&showing.json, &showing.out, 0);
	add_head(&showing, &cli->arena, batch);
	enum status status = add_rejects(&showing, store, id, limit_of(values), &shown, &err);
	if (status == STATUS_OK && values->json) {
		json_write_end(&showing.json, ']');
		json_write_end(&showing.json, '}');
		strbuf_addch(&showing.out, '\n');
	} else if (status == STATUS_OK && (int64_t)shown < batch->rejected) {
		strbuf_addf(&showing.out, "  … and %lld more; --limit=0 shows all\n",
			    (long long)(batch->rejected - (int64_t)shown));
	}
	out_flush(&showing.out);
	strbuf_release(&showing.out);
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

static const char *const show_examples[] = {
	"aitia batch show 3", "What became of the third import, and why records of it were rejected.",
	NULL
};

const struct command_body command_batch_show = {
	.options = show_options,
	.values_bytes = sizeof(struct batch_values),
	.words_min = 1,
	.words_max = 1,
	.text = "N is the number that `aitia import` and `aitia batch list` print. Bytes are counted in the file as it was "
		"read: unpacked and as UTF-8. The records themselves are not kept in the store; `aitia import --rejects` "
		"keeps them in a file.",
	.examples = show_examples,
	.answer = show_keys,
	.answer_text = "an import with its rejects",
	.run = show_run,
};
