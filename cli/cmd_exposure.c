/* exposure import, exposure list: denominators, how many outputs were produced. */
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"
#include "core/base/utf8.h"
#include "core/exposure.h"

struct exposure_values {
	bool json;
};

static const struct option_spec options[] = { OPTION_JSON(struct exposure_values, json), OPTIONS_END };

/* ---- import -------------------------------------------------------------------------------- */

static const struct answer_key import_keys[] = {
	{ "file", "the file as named" },
	{ "records", "lines below the header" },
	{ "rejected", "of them, those that could not be taken; each is told on standard error" },
	{ "added", "days and values that were new; lines that say the same day and values are one, added up" },
	{ "changed", "whose number was another before" },
	{ "unchanged", "that were there as they came" },
	{ "edit", "number of the edit, for the log and undo; null: nothing had to change" },
	{ NULL, NULL },
};

static void print_import(const char *file, const struct exposure_rows *rows, const struct exposure_result *result, int64_t edit,
			 bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "file", file);
		json_write_member_int(&json, "records", rows->records);
		json_write_member_int(&json, "rejected", (int64_t)rows->reject_count);
		json_write_member_int(&json, "added", result->added);
		json_write_member_int(&json, "changed", result->changed);
		json_write_member_int(&json, "unchanged", result->unchanged);
		answer_number(&json, "edit", edit);
		json_write_end(&json, '}');
	} else {
		out_clean(&line, slice_of(file));
		strbuf_addf(&line, ": %lld line%s: %lld denominator%s added, %lld changed, %lld unchanged, %zu line%s rejected",
			    (long long)rows->records, plural(rows->records), (long long)result->added, plural(result->added),
			    (long long)result->changed, (long long)result->unchanged, rows->reject_count, plural((int64_t)rows->reject_count));
		if (edit)
			strbuf_addf(&line, " (edit %lld)", (long long)edit);
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

/* The last part of its path, for the log. */
static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return "standard input";
	return slash ? slash + 1 : path;
}

static enum status import_file(struct cli *cli, struct store *store, const char *reviewer, const char *file, bool as_json,
			       bool *rejected, struct error *err)
{
	struct exposure_rows rows;
	struct exposure_result result;
	int64_t edit;
	enum status status = exposure_read_csv(&cli->arena, file, &rows, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < rows.reject_count; i++)
		out_error("%s: line %lld: %s", file, (long long)rows.rejects[i].line, rows.rejects[i].reason);
	*rejected |= rows.reject_count > 0;
	status = store->ops->exposure_put(store, reviewer, rows.rows, rows.count, utf8_clean(&cli->arena, slice_of(name_of(file))), &result,
					  &edit, err);
	if (status == STATUS_OK)
		print_import(file, &rows, &result, edit, as_json);
	return status;
}

static int import_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct exposure_values *values = options_given;
	const char *reviewer;
	struct store *store;
	struct error err;
	bool rejected = false;
	int worst = 0;

	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_FILL, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < words->count; i++)
		if (import_file(cli, store, reviewer, words->items[i], values->json, &rejected, &err) != STATUS_OK) {
			int code = cli_fail(cli, &err);
			worst = code > worst ? code : worst;
		}
	return worst ? worst : rejected ? 1 : 0;
}

static const char *const import_examples[] = {
	"aitia exposure import outputs.csv", "A file that begins with: day,model,outputs",
	NULL
};

const struct command_body command_exposure_import = {
	.options = options,
	.values_bytes = sizeof(struct exposure_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.text = "FILE (- for standard input) is CSV with a header: a column day (2026-03-04), a column outputs (how many were produced), and a column for each "
		"key that they are told apart by: model, harness, prompt, effort, lang, kind, or any key of the provenance. Lines of the "
		"same day and values are added up, so a file of hours will do. What a file says of a day and its values takes the "
		"place of what was said before; the same file again changes nothing; `aitia undo` takes all of a file back. Lines that "
		"are wrong are told with their number, and nothing of their day is taken, but the other days are; the exit status is then 1. "
		"A line whose day cannot be read refuses the file.\n\n"
		"Columns of one file are one breakdown, which counts each output once. Files with other columns stand beside it, and "
		"an analysis takes the breakdown that tells the keys it needs: onset, watch, contrast and stats by themselves.",
	.examples = import_examples,
	.answer = import_keys,
	.answer_text = "a file",
	.run = import_run,
};

/* ---- list --------------------------------------------------------------------------------------- */

static const struct answer_key list_keys[] = {
	{ "day", "on which they were produced" },
	{ "outputs", "how many" },
	{ "values", "the keys of the breakdown with their values, null: outputs that have none" },
	{ NULL, NULL },
};

static void print_json(const struct exposure *row)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	answer_instant(&json, "day", (struct instant){ row->day * DAY_US, PRECISION_DAY });
	json_write_member_int(&json, "outputs", row->outputs);
	json_write_name(&json, "values");
	json_write_begin(&json, '{');
	for (size_t i = 0; i < row->value_count; i++)
		json_write_member(&json, row->values[i].key, row->values[i].value);
	json_write_end(&json, '}');
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

/* Rows of one breakdown, put together as far as they have the same values. */
struct part {
	const struct exposure *first; /* a row of it */
	int64_t from, to;             /* days */
	int64_t days, outputs;
};

static bool same_keys(const struct exposure *a, const struct exposure *b)
{
	bool same = a->value_count == b->value_count;

	for (size_t i = 0; same && i < a->value_count; i++)
		same = strcmp(a->values[i].key, b->values[i].key) == 0;
	return same;
}

static void print_keys(struct strbuf *out, const struct exposure *row)
{
	out_tone(out, TONE_STRONG);
	strbuf_addstr(out, row->value_count ? "by " : "all outputs");
	for (size_t i = 0; i < row->value_count; i++) {
		strbuf_addstr(out, i ? ", " : "");
		out_clean(out, slice_of(row->values[i].key));
	}
	out_tone(out, TONE_PLAIN);
	strbuf_addch(out, '\n');
}

static void print_part(struct arena *arena, struct strbuf *out, const struct part *part)
{
	strbuf_addf(out, "  %12lld outputs, %5lld days, %s to %s  ", (long long)part->outputs, (long long)part->days,
		    instant_text(arena, (struct instant){ part->from * DAY_US, PRECISION_DAY }),
		    instant_text(arena, (struct instant){ part->to * DAY_US, PRECISION_DAY }));
	for (size_t i = 0; i < part->first->value_count; i++) {
		strbuf_addstr(out, i ? ", " : "");
		out_clean(out, slice_of(part->first->values[i].value ? part->first->values[i].value : "(none)"));
	}
	strbuf_addch(out, '\n');
}

/* The store's order: equal values side by side, by day. */
static void print_text(struct arena *arena, const struct exposure *rows, size_t count)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < count;) {
		struct part part = { .first = &rows[i], .from = rows[i].day };
		if (i == 0 || !same_keys(&rows[i - 1], &rows[i]))
			print_keys(&out, &rows[i]);
		for (; i < count && exposure_compare_values(part.first, &rows[i]) == 0; i++) {
			part.to = rows[i].day;
			part.days++;
			part.outputs += rows[i].outputs;
		}
		print_part(arena, &out, &part);
	}
	if (!count)
		strbuf_addstr(&out, "the store has no denominators: aitia exposure import FILE\n");
	out_flush(&out);
	strbuf_release(&out);
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct exposure_values *values = options_given;
	const struct exposure *rows;
	struct store *store;
	struct error err;
	size_t count;

	(void)words;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    store->ops->exposure_list(store, &cli->arena, &rows, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (!values->json)
		print_text(&cli->arena, rows, count);
	for (size_t i = 0; values->json && i < count; i++)
		print_json(&rows[i]);
	return 0;
}

const struct command_body command_exposure_list = {
	.options = options,
	.values_bytes = sizeof(struct exposure_values),
	.text = "How many outputs were produced, as far as `aitia exposure import` was told: for each breakdown the values with their "
		"sums; --json prints every day.",
	.answer = list_keys,
	.answer_text = "a day and its values",
	.run = list_run,
};
