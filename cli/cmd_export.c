#include <unistd.h>

#include "cli/answer.h"
#include "cli/cmd_export.h"
#include "cli/cmd_redact.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/program_id.h"
#include "cli/template_open.h"
#include "core/base/file.h"
#include "core/line_diff.h"
#include "templates/templates.h"

struct export_values {
	const char *site, *out, *url, *rules, *template;
	int audience;
	bool all, force, check, prune, unreviewed, watch, json;
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
	{ "watch", 0, OPTION_FLAG, NULL, "go on, and write again whenever the store changes; a line each time, Ctrl-C ends it", NULL, NULL,
	  offsetof(struct export_values, watch) },
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
	"aitia export --all --site=hugo --out=site --watch", "While `hugo server` shows it: each edit is on the page at once.",
	NULL
};

const char *export_outcome_word(enum publish_outcome outcome)
{
	static const char *const words[] = {
		[PUBLISH_WRITTEN] = "written", [PUBLISH_UNCHANGED] = "unchanged",
		[PUBLISH_REFUSED] = "refused", [PUBLISH_STALE] = "stale",
		[PUBLISH_KEPT] = "kept", [PUBLISH_REMOVED] = "removed",
	};
	return words[outcome];
}

void export_put_page(const char *key, const char *path, enum publish_outcome outcome, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "incident", key);
		json_write_member(&json, "path", path);
		json_write_member(&json, "outcome", export_outcome_word(outcome));
		json_write_end(&json, '}');
	} else {
		strbuf_addf(&line, "%-9s ", export_outcome_word(outcome));
		out_clean(&line, slice_of(path));
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static void on_page(void *context, const char *key, const char *path, enum publish_outcome outcome)
{
	const bool *as_json = context;

	export_put_page(key, path, outcome, *as_json);
}

static void on_differs(void *context, const char *path, struct slice there, struct slice made)
{
	struct strbuf text = STRBUF_INIT, lines = STRBUF_INIT;

	(void)context;
	line_diff(&text, path, there, "what would be written", made);
	out_clean_lines(&lines, strbuf_slice(&text), "");
	fputs(lines.text, stderr);
	strbuf_release(&text);
	strbuf_release(&lines);
}

static void on_hint(void *context, const char *config, const char *text)
{
	struct strbuf lines = STRBUF_INIT;

	(void)context;
	out_note("%s does not lead to all of these pages; to show them there:", config);
	out_clean_lines(&lines, slice_of(text), "");
	fputs(lines.text, stderr);
	strbuf_release(&lines);
}

static void on_left(void *context, const char *folder, size_t count)
{
	(void)context;
	out_note("an export into %s was killed, and has left %zu temporary file%s there: the next export takes them away",
		 folder, count, count == 1 ? "" : "s");
}

static void on_swept(void *context, const char *folder, size_t count)
{
	(void)context;
	out_note("took away %zu temporary file%s that an export into %s had left when it was killed", count, count == 1 ? "" : "s", folder);
}

static void on_open_hit(void *context, const char *key, const struct redact_hit *hit)
{
	(void)context;
	out_note("%s, %s: %s %s (%s)", key, hit->where, hit->hit, hit->rule, hit->preview);
}

void export_tell(struct publish_options *options)
{
	options->differs = on_differs;
	options->left = options->check_only ? on_left : on_swept;
	options->hint = on_hint;
	options->open_hit = on_open_hit;
}

static enum status all_keys(struct store *store, struct arena *arena, const char *const **out, size_t *count, struct error *err)
{
	const struct incident_row *rows;
	const char **keys;
	enum status status = store->ops->incident_list(store, arena, &rows, count, err);

	if (status != STATUS_OK)
		return status;
	keys = arena_array(arena, *count + 1, sizeof(*keys));
	for (size_t i = 0; i < *count; i++)
		keys[i] = rows[i].key;
	*out = keys;
	return STATUS_OK;
}

static enum status write_pages(struct store *store, const char *const *keys, size_t count, bool whole,
			       const struct publish_options *options, const atomic_bool *stop, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct publish_options own = *options;
	struct publication *publication;
	enum status status;

	if (whole) {
		own.program = program_id;
		own.state_folder = file_xdg_folder(&arena, XDG_STATE);
	}
	status = publish_begin(store, templates_renderer(), &own, &publication, err);
	if (status != STATUS_OK) {
		arena_release(&arena);
		return status;
	}
	if (whole && publish_is_current(publication))
		count = 0;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = stop && atomic_load(stop) ? error_set(err, STATUS_CANCELLED, "stopped; nothing was written") :
						     publish_add(publication, keys[i], err);
	status = publish_finish(publication, whole, status, err);
	arena_release(&arena);
	return status;
}

enum status export_write(struct store *store, const struct export_job *job, const struct publish_options *options,
			 const atomic_bool *stop, struct error *err)
{
	struct arena arena = ARENA_INIT;
	const char *const *keys = job->keys;
	size_t count = job->count;
	enum status status = job->all ? all_keys(store, &arena, &keys, &count, err) : STATUS_OK;

	if (status == STATUS_OK)
		status = write_pages(store, keys, count, job->all, options, stop, err);
	arena_release(&arena);
	return status;
}

static int export_once(struct cli *cli, struct store *store, const struct export_job *job, const struct publish_options *options)
{
	struct publish_options own = *options;
	bool as_json = job->as_json;
	struct error err;
	enum status status;

	export_tell(&own);
	own.page = on_page;
	own.context = &as_json;
	interrupt_catch(); /* what is laid beside its place goes again */
	status = export_write(store, job, &own, interrupt_flag(), &err);
	interrupt_release();
	if (status == STATUS_CANCELLED && interrupted()) {
		out_error("interrupted; nothing was written");
		return interrupt_exit_code();
	}
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

int export_all(struct cli *cli, struct store *store, const struct publish_options *options, bool as_json)
{
	const struct export_job job = { .all = true, .as_json = as_json };

	return export_once(cli, store, &job, options);
}

/* What is wrong with the words of the command; 0: nothing. */
static int check_words(struct cli *cli, const struct export_values *values, const struct option_words *words)
{
	if (!values->site || !values->out)
		return cli_usage(cli, "--site and --out are needed");
	if (choice_index(&cli->arena, "site", values->site) < 0)
		return cli_usage(cli, "there is no site '%s': %s", values->site, choice_list(&cli->arena, "site"));
	if (values->all == (words->count > 0))
		return cli_usage(cli, "name incidents, or --all");
	if (!values->all && (values->prune || values->url))
		return cli_usage(cli, "--prune and --url go with --all");
	if (values->watch && values->check)
		return cli_usage(cli, "--watch writes, --check writes nothing: one of them");
	if (values->url && strncmp(values->url, "https://", 8) != 0 && strncmp(values->url, "http://", 7) != 0)
		return cli_usage(cli, "--url: '%s' is no address of the web", values->url);
	for (size_t i = 0; i < words->count; i++)
		if (!incident_key_valid(words->items[i]))
			return cli_usage(cli, "'%s' is not the key of an incident (INC-YYYY-NNNN)", words->items[i]);
	return 0;
}

static int export_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct export_values *values = options_given;
	struct export_job job = {
		.options = { .site = values->site, .out_folder = values->out, .force = values->force, .check_only = values->check,
			     .prune = values->prune, .unreviewed = values->unreviewed, .base_url = values->url },
		.page_template = values->template, .rules = values->rules, .is_public = values->audience == AUDIENCE_PUBLIC,
		.all = values->all, .as_json = values->json, .keys = words->items, .count = words->count,
	};
	struct publish_options options = job.options;
	struct store *store;
	struct error err;
	bool is_public;
	int code = check_words(cli, values, words);

	if (code)
		return code;
	if (template_open(&cli->arena, values->template, &options.page_template, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	is_public = options.page_template && options.page_template->is_public;
	if (is_public && values->audience == AUDIENCE_INTERNAL)
		return cli_usage(cli, "the template '%s' is for users: --audience=public", options.page_template->name);
	job.is_public = job.is_public || is_public;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->watch)
		return export_watch(cli, store, &job);
	if (job.is_public && redact_open(cli, values->rules, &options.redactor, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	code = export_once(cli, store, &job, &options);
	redactor_free(options.redactor);
	/* For people: a script knows what it asked for. */
	if (code == 0 && !job.is_public && !values->check && isatty(STDERR_FILENO))
		out_note("these pages are for readers inside: nothing is redacted or withheld; --audience=public does");
	return code;
}

const struct command_body command_export = {
	.options = export_options,
	.values_bytes = sizeof(struct export_values),
	.words_max = WORDS_ANY,
	.text = "Where the site has its pages is read from its configuration. The set of pages is written whole or not at "
		"all, and the same store gives the same bytes. A page that somebody edited by hand since is left alone and "
		"named with what differs (exit status 1), unless --force is given; `aitia edit --adopt` takes such an edit into the "
		"record. Ctrl-C and SIGTERM stop it: nothing is written then, nothing is left, and the exit status is 128 and the signal's "
		"number; with --watch they end it between two exports, with 0. What an export that was killed has left in the site goes with "
		"the next one. docs/publishing.md tells more.",
	.examples = export_examples,
	.answer = export_keys,
	.answer_text = "a page",
	.run = export_run,
};
