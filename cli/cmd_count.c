/* count: how many samples match, and by which values */
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/select.h"

#define TEXT_VALUES 20 /* of a key; --json has no such limit */

struct count_values {
	const char *by;
	int64_t top;
	bool json;
};

static const struct option_spec count_options[] = {
	{ "by", 0, OPTION_TEXT, "KEY,…", "count the values of these keys too", NULL, NULL, offsetof(struct count_values, by) },
	{ "top", 0, OPTION_NUMBER, "N", "at most N values of a key, 0: all; 20 unless --json, which prints all", NULL, NULL,
	  offsetof(struct count_values, top) },
	OPTION_JSON(struct count_values, json),
	OPTIONS_END
};

static const struct answer_key count_keys[] = {
	{ "count", "how many samples match" },
	{ "facets", "with --by, one object a key; a value of null is that of samples without one" },
	{ "facets[].key", "the key as in queries: level, model, ..." },
	{ "facets[].values", "its values, most frequent first" },
	{ "facets[].values[].value", "a value, or null" },
	{ "facets[].values[].count", "samples that have it" },
	{ "facets[].more_values", "further values that --top left out" },
	{ "facets[].more_count", "samples that have one of these" },
	{ NULL, NULL }
};

static const char *const count_examples[] = {
	"aitia count is:untriaged level:error", "How many wait.",
	"aitia count --by=category,model after:2026-03", "Which causes, and by which models.",
	NULL
};

/* "status,model": the words of facet_keys.def. */
static enum status parse_keys(struct cli *cli, const char *text, const enum facet_key **keys, size_t *count,
			      struct error *err)
{
	enum facet_key *list = arena_array(&cli->arena, strlen(text) + 1, sizeof(*list));

	*count = 0;
	while (true) {
		size_t len = strcspn(text, ",");
		const char *word = arena_text(&cli->arena, (struct slice){ text, len });
		if (!facet_parse(word, &list[*count])) {
			struct strbuf all = STRBUF_INIT;
			for (int key = 0; key < FACET_COUNT; key++)
				strbuf_addf(&all, "%s%s", key ? ", " : "", facet_word((enum facet_key)key));
			(void)error_set(err, STATUS_USAGE, "--by: there is no key '%s'; one of: %s", word, all.text);
			strbuf_release(&all);
			return STATUS_USAGE;
		}
		++*count;
		if (!text[len])
			break;
		text += len + 1;
	}
	*keys = list;
	return STATUS_OK;
}

/* Asks until the answer is there. */
static enum status ask(struct cli *cli, struct store *store, const struct facet_request *request, struct facets *out,
		       struct error *err)
{
	enum status status;

	do {
		status = store->ops->facets(store, &cli->arena, request, out, err);
		if (status == STATUS_OK && !out->readiness.ready)
			out_progress("counting", (unsigned long long)out->readiness.done,
				     (unsigned long long)out->readiness.total, (long long)out->readiness.done);
	} while (status == STATUS_OK && !out->readiness.ready);
	out_progress_end();
	return status;
}

static void print_json(const struct facets *facets)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_name(&json, "count");
	json_write_int(&json, facets->count);
	json_write_name(&json, "facets");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < facets->list_count; i++) {
		const struct facet_list *list = &facets->lists[i];
		json_write_begin(&json, '{');
		json_write_member(&json, "key", facet_word(list->key));
		json_write_name(&json, "values");
		json_write_begin(&json, '[');
		for (size_t v = 0; v < list->count; v++) {
			json_write_begin(&json, '{');
			json_write_member(&json, "value", list->values[v].value);
			json_write_name(&json, "count");
			json_write_int(&json, list->values[v].count);
			json_write_end(&json, '}');
		}
		json_write_end(&json, ']');
		json_write_name(&json, "more_values");
		json_write_int(&json, (int64_t)list->more_values);
		json_write_name(&json, "more_count");
		json_write_int(&json, list->more_count);
		json_write_end(&json, '}');
	}
	json_write_end(&json, ']');
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static void print_value(struct strbuf *line, int64_t count, const char *value)
{
	strbuf_addf(line, "%12lld  ", (long long)count);
	if (value)
		out_clean(line, slice_of(value));
	else
		strbuf_addstr(line, "(none)");
	strbuf_addch(line, '\n');
}

static void print_text(const struct facets *facets)
{
	struct strbuf line = STRBUF_INIT;

	print_value(&line, facets->count, "samples");
	for (size_t i = 0; i < facets->list_count; i++) {
		const struct facet_list *list = &facets->lists[i];
		strbuf_addch(&line, '\n');
		out_tone(&line, TONE_STRONG);
		strbuf_addf(&line, "%s\n", facet_word(list->key));
		out_tone(&line, TONE_PLAIN);
		for (size_t v = 0; v < list->count; v++)
			print_value(&line, list->values[v].count, list->values[v].value);
		if (list->more_values)
			strbuf_addf(&line, "%12lld  in %zu more\n", (long long)list->more_count, list->more_values);
	}
	out_flush(&line);
	strbuf_release(&line);
}

static int count_by(struct cli *cli, struct store *store, const struct query *query, const struct count_values *values)
{
	struct facet_request request = { .query = query, .sort = SORT_ID };
	struct facets facets;
	struct error err;

	request.top = values->top >= 0 ? (size_t)values->top : values->json ? 0 : TEXT_VALUES;
	if (parse_keys(cli, values->by, &request.keys, &request.key_count, &err) != STATUS_OK ||
	    ask(cli, store, &request, &facets, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->json)
		print_json(&facets);
	else
		print_text(&facets);
	return 0;
}

static int count_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct count_values *values = options_given;
	struct store *store;
	struct query query;
	struct error err;
	int64_t count;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    select_query(cli, store, words->items, words->count, &query, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->by)
		return count_by(cli, store, &query, values);
	if (store->ops->sample_count(store, &query, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->json)
		out_printf("{\"count\":%lld}\n", (long long)count);
	else
		out_printf("%lld\n", (long long)count);
	return 0;
}

const struct command_body command_count = {
	.options = count_options,
	.values_bytes = sizeof(struct count_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "The words of QUERY are joined by blanks; `aitia docs query` explains the language. With --by, the values of "
		"keys are counted among the samples that match: status, disposition, category, cause, symptom, severity, "
		"verdict, reviewer, level, rule, tool, source, model, harness, prompt, effort, lang, kind, batch, day. A "
		"sample with several values of a key counts for each of them.",
	.examples = count_examples,
	.answer = count_keys,
	.answer_text = "the count",
	.run = count_run,
};
