#include "cli/answer.h"
#include "cli/cmd_export.h"
#include "cli/cmd_redact.h"
#include "cli/output.h"
#include "cli/template_open.h"
#include "core/base/file.h"
#include "templates/templates.h"

struct export_values {
	const char *site, *out, *url, *rules, *template;
	int audience;
	bool all, force, check, prune, unreviewed, json;
};

static const struct option_spec export_options[] = {
	{ "site", 0, OPTION_TEXT, "NAME", "the documentation site", NULL, "site", offsetof(struct export_values, site) },
	{ "out", 0, OPTION_FOLDER, "FOLDER", "where the site's sources are; made if it is not there", NULL, NULL,
	  offsetof(struct export_values, out) },
	{ "template", 0, OPTION_TEXT, "NAME|FILE", "what pages are made with; else as the configuration says, else full", NULL, NULL,
	  offsetof(struct export_values, template) },
	{ "audience", 0, OPTION_CHOICE, "WHO",
	  "who will read it: for the public, secrets and personal data are redacted; internal, unless the template is for users", NULL,
	  "audience", offsetof(struct export_values, audience) },
	{ "rules", 0, OPTION_FILE, "FILE", "rules and decisions of redaction; else redact.rules beside the configuration", NULL, NULL,
	  offsetof(struct export_values, rules) },
	{ "all", 0, OPTION_FLAG, NULL, "every incident, with indexes and, given --url, a feed", NULL, NULL, offsetof(struct export_values, all) },
	{ "url", 0, OPTION_TEXT, "ADDRESS", "where the site is on the web, for the feed", NULL, NULL,
	  offsetof(struct export_values, url) },
	{ "prune", 0, OPTION_FLAG, NULL, "with --all: remove pages of incidents that are there no more, instead of a notice", NULL, NULL,
	  offsetof(struct export_values, prune) },
	{ "check", 0, OPTION_FLAG, NULL, "write nothing; exit status 1 if a page would change", NULL, NULL,
	  offsetof(struct export_values, check) },
	{ "unreviewed", 0, OPTION_FLAG, NULL, "for the public: also what nobody approved (aitia incident review), marked so", NULL, NULL,
	  offsetof(struct export_values, unreviewed) },
	{ "force", 0, OPTION_FLAG, NULL, "write over pages that were edited by hand", NULL, NULL,
	  offsetof(struct export_values, force) },
	OPTION_JSON(struct export_values, json),
	OPTIONS_END
};

static const struct answer_key export_keys[] = {
	{ "incident", "the incident; null: an index or feed" },
	{ "path", "file of a page" },
	{ "outcome", "written, unchanged, refused (edited by hand, or not ours), stale (--check: would change), "
		     "kept (an index that is not ours), removed (--prune)" },
	{ NULL, NULL },
};

static const char *const export_examples[] = {
	"aitia export INC-2026-0001 --site=hugo --out=site", "One postmortem.",
	"aitia export INC-2026-0001 --site=plain --out=notices --template=notice", "A notice to users, redacted.",
	"aitia export --all --site=mkdocs --out=. --url=https://docs.example.org/", "All of them into the site here, with a feed.",
	"aitia export --all --site=plain --out=docs --check", "In CI: is what is committed what the store says?",
	NULL
};

static const char *outcome_word(enum publish_outcome outcome)
{
	static const char *const words[] = {
		[PUBLISH_WRITTEN] = "written", [PUBLISH_UNCHANGED] = "unchanged",
		[PUBLISH_REFUSED] = "refused", [PUBLISH_STALE] = "stale",
		[PUBLISH_KEPT] = "kept", [PUBLISH_REMOVED] = "removed",
	};
	return words[outcome];
}

static void on_page(void *context, const char *key, const char *path, enum publish_outcome outcome)
{
	const bool *as_json = context;
	struct strbuf line = STRBUF_INIT;

	if (*as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "incident", key);
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

static void on_diff(void *context, const char *path, const char *text)
{
	struct strbuf lines = STRBUF_INIT;

	(void)context;
	(void)path;
	out_clean_lines(&lines, slice_of(text), "");
	fputs(lines.text, stderr);
	strbuf_release(&lines);
}

static void on_hint(void *context, const char *config, const char *text)
{
	(void)context;
	out_note("%s says nothing of these pages; to show them there:\n%s", config, text);
}

static void on_open_hit(void *context, const char *key, const struct redact_hit *hit)
{
	(void)context;
	out_note("%s, %s: %s %s (%s)", key, hit->where, hit->hit, hit->rule, hit->preview);
}

/* The program's own file tells it from any other; not every system has it there. */
static bool own_digest(struct digest *out)
{
	struct arena arena = ARENA_INIT;
	struct slice content;
	bool known = file_read(&arena, "/proc/self/exe", 0, &content, NULL) == STATUS_OK;

	if (known)
		*out = digest_of(content);
	arena_release(&arena);
	return known;
}

int export_incidents(struct cli *cli, struct store *store, const char *const *keys, size_t count, bool whole,
		     const struct publish_options *options, bool as_json)
{
	struct publish_options own = *options;
	struct publication *publication;
	struct digest program;
	enum status status;
	struct error err;

	own.page = on_page;
	own.diff = on_diff;
	own.hint = on_hint;
	own.open_hit = on_open_hit;
	if (whole && own_digest(&program))
		own.program = &program;
	own.context = &as_json;
	status = publish_begin(store, templates_renderer(), &own, &publication, &err);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (whole && publish_is_current(publication))
		count = 0;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = publish_add(publication, keys[i], &err);
	status = publish_finish(publication, whole, status, &err);
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

int export_all(struct cli *cli, struct store *store, const struct publish_options *options, bool as_json)
{
	const struct incident_row *rows;
	const char **keys;
	size_t count;
	struct error err;

	if (store->ops->incident_list(store, &cli->arena, &rows, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	keys = arena_array(&cli->arena, count + 1, sizeof(*keys));
	for (size_t i = 0; i < count; i++)
		keys[i] = rows[i].key;
	return export_incidents(cli, store, keys, count, true, options, as_json);
}

static int export_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct export_values *values = options_given;
	struct publish_options options = {
		.site = values->site, .out_folder = values->out, .force = values->force, .check_only = values->check,
		.prune = values->prune, .unreviewed = values->unreviewed, .base_url = values->url,
	};
	struct store *store;
	struct error err;
	bool is_public;
	int code;

	if (!values->site || !values->out)
		return cli_usage(cli, "--site and --out are needed");
	if (choice_index(&cli->arena, "site", values->site) < 0)
		return cli_usage(cli, "there is no site '%s': %s", values->site, choice_list(&cli->arena, "site"));
	if (values->all == (words->count > 0))
		return cli_usage(cli, "name incidents, or --all");
	if (!values->all && (values->prune || values->url))
		return cli_usage(cli, "--prune and --url go with --all");
	if (values->url && strncmp(values->url, "https://", 8) != 0 && strncmp(values->url, "http://", 7) != 0)
		return cli_usage(cli, "--url: '%s' is no address of the web", values->url);
	for (size_t i = 0; i < words->count; i++)
		if (!incident_key_valid(words->items[i]))
			return cli_usage(cli, "'%s' is not the key of an incident (INC-YYYY-NNNN)", words->items[i]);
	if (template_open(&cli->arena, values->template, &options.page_template, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	is_public = options.page_template && options.page_template->is_public;
	if (is_public && values->audience == AUDIENCE_INTERNAL)
		return cli_usage(cli, "the template '%s' is for users: --audience=public", options.page_template->name);
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    ((is_public || values->audience == AUDIENCE_PUBLIC) && redact_open(cli, values->rules, &options.redactor, &err) != STATUS_OK))
		return cli_fail(cli, &err);
	if (values->all)
		code = export_all(cli, store, &options, values->json);
	else
		code = export_incidents(cli, store, words->items, words->count, false, &options, values->json);
	redactor_free(options.redactor);
	return code;
}

const struct command_body command_export = {
	.options = export_options,
	.values_bytes = sizeof(struct export_values),
	.words_max = WORDS_ANY,
	.text = "Where the site has its pages is read from its configuration. The set of pages is written whole or not at "
		"all, and the same store gives the same bytes. A page that somebody edited by hand since is left alone and "
		"named with what differs (exit status 1), unless --force is given. docs/publishing.md tells more.",
	.examples = export_examples,
	.answer = export_keys,
	.answer_text = "a page",
	.run = export_run,
};
