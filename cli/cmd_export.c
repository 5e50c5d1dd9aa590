#include "cli/answer.h"
#include "cli/cmd_export.h"
#include "cli/output.h"
#include "templates/templates.h"

struct export_values {
	const char *site, *out;
	bool all, force, check, json;
};

static const struct option_spec export_options[] = {
	{ "site", 0, OPTION_TEXT, "NAME", "the documentation site", NULL, "site", offsetof(struct export_values, site) },
	{ "out", 0, OPTION_FOLDER, "FOLDER", "where the site's sources are; made if it is not there", NULL, NULL,
	  offsetof(struct export_values, out) },
	{ "all", 0, OPTION_FLAG, NULL, "every incident", NULL, NULL, offsetof(struct export_values, all) },
	{ "check", 0, OPTION_FLAG, NULL, "write nothing; exit status 1 if a page would change", NULL, NULL,
	  offsetof(struct export_values, check) },
	{ "force", 0, OPTION_FLAG, NULL, "write over pages that were edited by hand", NULL, NULL,
	  offsetof(struct export_values, force) },
	OPTION_JSON(struct export_values, json),
	OPTIONS_END
};

static const struct answer_key export_keys[] = {
	{ "incident", "the incident" },
	{ "path", "file of a page" },
	{ "outcome", "written, unchanged, refused (edited by hand, or not ours), stale (--check: would change)" },
	{ NULL, NULL },
};

static const char *const export_examples[] = {
	"aitia export INC-2026-0001 --site=hugo --out=site", "One postmortem.",
	"aitia export --all --site=plain --out=docs --check", "In CI: is what is committed what the store says?",
	NULL
};

static const char *outcome_word(enum publish_outcome outcome)
{
	static const char *const words[] = {
		[PUBLISH_WRITTEN] = "written", [PUBLISH_UNCHANGED] = "unchanged",
		[PUBLISH_REFUSED] = "refused", [PUBLISH_STALE] = "stale",
	};
	return words[outcome];
}

struct exporting {
	const char *key;
	bool as_json;
};

static void on_page(void *context, const char *path, enum publish_outcome outcome)
{
	const struct exporting *exporting = context;
	struct strbuf line = STRBUF_INIT;

	if (exporting->as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "incident", exporting->key);
		json_write_member(&json, "path", path);
		json_write_member(&json, "outcome", outcome_word(outcome));
		json_write_end(&json, '}');
	} else {
		strbuf_addf(&line, "%-9s ", outcome_word(outcome));
		out_clean(&line, slice_of(path));
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

int export_incident(struct cli *cli, struct store *store, const char *key, const struct publish_options *options,
		    bool as_json)
{
	struct exporting exporting = { key, as_json };
	struct publish_options own = *options;
	struct arena arena = ARENA_INIT;
	struct error err;
	int code = 0;

	own.page = on_page;
	own.context = &exporting;
	if (publish_incident(store, templates_renderer(), &arena, key, &own, &err) != STATUS_OK)
		code = cli_fail(cli, &err);
	arena_release(&arena);
	return code;
}

static int export_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct export_values *values = options_given;
	struct publish_options options = {
		.site = values->site, .out_folder = values->out, .force = values->force, .check_only = values->check
	};
	struct store *store;
	struct error err;
	int worst = 0;

	if (!values->site || !values->out)
		return cli_usage(cli, "--site and --out are needed");
	if (choice_index(&cli->arena, "site", values->site) < 0)
		return cli_usage(cli, "there is no site '%s': %s", values->site, choice_list(&cli->arena, "site"));
	if (values->all == (words->count > 0))
		return cli_usage(cli, "name incidents, or --all");
	for (size_t i = 0; i < words->count; i++)
		if (!incident_key_valid(words->items[i]))
			return cli_usage(cli, "'%s' is not the key of an incident (INC-YYYY-NNNN)", words->items[i]);
	const struct incident_row *rows = NULL;
	size_t count = words->count;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    (values->all && store->ops->incident_list(store, &cli->arena, &rows, &count, &err) != STATUS_OK))
		return cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++) {
		int code = export_incident(cli, store, rows ? rows[i].key : words->items[i], &options, values->json);
		worst = code > worst ? code : worst;
	}
	return worst;
}

const struct command_body command_export = {
	.options = export_options,
	.values_bytes = sizeof(struct export_values),
	.words_max = WORDS_ANY,
	.text = "Pages are written whole or not at all, and the same store gives the same bytes. A page that somebody "
		"edited by hand since is left alone and named (exit status 1), unless --force is given.",
	.examples = export_examples,
	.answer = export_keys,
	.answer_text = "a page",
	.run = export_run,
};
