/* Secrets and personal data in what would be published: what there is, and what is decided on it. */
#include <stdlib.h>

#include "cli/answer.h"
#include "cli/cmd_redact.h"
#include "cli/output.h"
#include "core/base/file.h"
#include "core/publish.h"
#include "templates/templates.h"


struct redact_values {
	const char *rules, *keep, *hide, *why;
	bool all, json;
};

static const struct option_spec redact_options[] = {
	{ "all", 0, OPTION_FLAG, NULL, "every incident", NULL, NULL, offsetof(struct redact_values, all) },
	{ "keep", 0, OPTION_TEXT, "HIT", "what was found may be shown; --why says the reason", NULL, NULL,
	  offsetof(struct redact_values, keep) },
	{ "hide", 0, OPTION_TEXT, "HIT", "what was found is shown as a mark", NULL, NULL, offsetof(struct redact_values, hide) },
	{ "why", 0, OPTION_TEXT, "REASON", "why, for --keep and --hide", NULL, NULL, offsetof(struct redact_values, why) },
	{ "rules", 0, OPTION_FILE, "FILE", "rules and decisions; else redact.rules beside the configuration", NULL, NULL,
	  offsetof(struct redact_values, rules) },
	OPTION_JSON(struct redact_values, json),
	OPTIONS_END
};

static const struct answer_key redact_keys[] = {
	{ "incident", "the incident" },
	{ "where", "which text of it, or of which sample" },
	{ "rule", "what found it" },
	{ "help", "what it is" },
	{ "hit", "its name for --keep and --hide: the start of its SHA-256" },
	{ "preview", "its first and last letters" },
	{ "decision", "open, keep, hide" },
	{ "reason", "who decided, and why, else null" },
	{ NULL, NULL },
};

static const char *const redact_examples[] = {
	"aitia redact --all", "What nobody decided on yet makes the exit status 1.",
	"aitia redact --keep=3f2a90b1c4d5e6f7 --why='a key made up for the tutorial'", "A stated exception.",
	NULL
};

const char *redact_rules_path(struct cli *cli, const char *given)
{
	char *folder;

	if (given)
		return given;
	folder = file_xdg_folder(&cli->arena, XDG_CONFIG);
	return folder ? file_join(&cli->arena, folder, "redact.rules") : NULL;
}

enum status redact_read_rules(struct arena *arena, const char *path, bool needed, struct slice *out, struct error *err)
{
	enum status status = STATUS_OK;

	*out = (struct slice){ NULL, 0 };
	if (path)
		status = file_read_optional(arena, path, REDACT_RULES_BYTES_MAX, out, err);
	if (status != STATUS_OK)
		return error_wrap(err, status, "the rules of redaction cannot be read");
	if (path && needed && !out->at)
		return error_set(err, STATUS_INPUT, "%s: there is no such file", path);
	if (!out->at)
		*out = slice_of("");
	return STATUS_OK;
}

enum status redact_open(struct cli *cli, const char *rules, struct redactor **out, struct error *err)
{
	const char *path = redact_rules_path(cli, rules);
	struct slice text;
	enum status status = redact_read_rules(&cli->arena, path, rules != NULL, &text, err);

	return status == STATUS_OK ? redactor_new(text, path ? path : "", out, err) : status;
}

/* ---- what there is ------------------------------------------------------------------- */

static const char *decision_word(enum redact_decision decision)
{
	static const char *const words[] = { [REDACT_OPEN] = "open", [REDACT_KEEP] = "keep", [REDACT_HIDE] = "hide" };

	return words[decision];
}

static void print_hit(const char *key, const struct redact_hit *hit, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "incident", key);
		json_write_member(&json, "where", hit->where);
		json_write_member(&json, "rule", hit->rule);
		json_write_member(&json, "help", hit->help);
		json_write_member(&json, "hit", hit->hit);
		json_write_member(&json, "preview", hit->preview);
		json_write_member(&json, "decision", decision_word(hit->decision));
		json_write_member(&json, "reason", hit->reason);
		json_write_end(&json, '}');
	} else {
		strbuf_addf(&line, "%s  %s  %-4s  %-18s %-8s  ", key, hit->hit, decision_word(hit->decision), hit->rule, hit->preview);
		out_clean(&line, slice_of(hit->where));
		if (hit->reason) {
			strbuf_addstr(&line, "  ");
			out_clean(&line, slice_of(hit->reason));
		}
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int list_hits(struct cli *cli, struct store *store, struct redactor *redactor, const char *key, bool as_json)
{
	struct arena arena = ARENA_INIT;
	const struct redact_hit *hits;
	size_t count = 0;
	struct error err;
	int code = 0;

	if (publish_hits(store, templates_renderer(), &arena, key, redactor, &hits, &count, &err) != STATUS_OK)
		code = cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++) {
		print_hit(key, &hits[i], as_json);
		if (hits[i].decision == REDACT_OPEN && code == 0)
			code = 1;
	}
	arena_release(&arena);
	return code;
}

static int list_all(struct cli *cli, const struct redact_values *values, const struct option_words *words)
{
	const struct incident_row *rows = NULL;
	size_t count = words->count;
	struct redactor *redactor = NULL;
	struct store *store;
	struct error err;
	int worst = 0;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    (values->all && store->ops->incident_list(store, &cli->arena, &rows, &count, &err) != STATUS_OK) ||
	    redact_open(cli, values->rules, &redactor, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++) {
		int code = list_hits(cli, store, redactor, rows ? rows[i].key : words->items[i], values->json);
		worst = code > worst ? code : worst;
	}
	redactor_free(redactor);
	return worst;
}

/* ---- decisions ------------------------------------------------------------------------ */

/* A line more in the file; it must still be one that can be read. */
static enum status add_decision(struct cli *cli, const struct redact_values *values, const char *path, const char *reviewer,
				struct redactor **redactor, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct slice old;
	enum status status = redact_read_rules(&cli->arena, path, false, &old, err);

	if (status != STATUS_OK)
		return status;
	strbuf_addslice(&text, old);
	if (text.len_bytes && text.text[text.len_bytes - 1] != '\n')
		strbuf_addch(&text, '\n');
	strbuf_addf(&text, "%s %s %s: ", values->keep ? "keep" : "hide", values->keep ? values->keep : values->hide, reviewer);
	out_clean(&text, slice_of(values->why));
	strbuf_addch(&text, '\n');
	status = redactor_new(strbuf_slice(&text), path, redactor, err);
	if (status == STATUS_OK)
		status = file_write_atomic(path, strbuf_slice(&text), err);
	strbuf_release(&text);
	return status;
}

/* Others may decide at the same time, and the file may be a link into a repository. */
static enum status decide(struct cli *cli, const struct redact_values *values, struct redactor **redactor, struct error *err)
{
	const char *path = redact_rules_path(cli, values->rules), *reviewer;
	char *folder;
	enum status status;
	int lock;

	if (!path)
		return error_set(err, STATUS_OUTPUT, "there is no $HOME to keep decisions in; name a file with --rules");
	status = cli_reviewer(cli, &reviewer, err);
	if (status == STATUS_OK)
		status = file_real_path(&cli->arena, path, &path, err);
	if (status != STATUS_OK)
		return status;
	folder = file_folder_of(path);
	status = file_make_folders(folder, err);
	if (status == STATUS_OK)
		status = file_lock_folder(folder, &lock, err);
	free(folder);
	if (status != STATUS_OK)
		return status;
	status = add_decision(cli, values, path, reviewer, redactor, err);
	file_unlock(lock);
	return status;
}

static enum status find_hit(struct cli *cli, struct redactor *redactor, const char *hit, bool *found, struct error *err)
{
	const struct incident_row *rows;
	struct store *store;
	size_t count;
	enum status status = cli_open(cli, STORE_READ, &store, err);

	*found = false;
	if (status == STATUS_OK)
		status = store->ops->incident_list(store, &cli->arena, &rows, &count, err);
	for (size_t i = 0; status == STATUS_OK && i < count && !*found; i++) {
		struct arena arena = ARENA_INIT;
		const struct redact_hit *hits;
		size_t hit_count = 0;

		status = publish_hits(store, templates_renderer(), &arena, rows[i].key, redactor, &hits, &hit_count, err);
		for (size_t h = 0; h < hit_count; h++)
			*found |= strncmp(hit, hits[h].hit, strlen(hits[h].hit)) == 0;
		arena_release(&arena);
	}
	return status;
}

/* What only one site's page shows is in no list: such a decision is kept too, but told of. */
static int decide_on_hit(struct cli *cli, const struct redact_values *values)
{
	const char *hit = values->keep ? values->keep : values->hide;
	struct redactor *redactor = NULL;
	struct error err;
	bool found = false;
	enum status status = decide(cli, values, &redactor, &err);

	if (status == STATUS_OK)
		status = find_hit(cli, redactor, hit, &found, &err);
	if (status == STATUS_OK && !found)
		status = error_set(&err, STATUS_REFUSED, "the decision is kept, but no incident has the hit %s", hit);
	redactor_free(redactor);
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

static int redact_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct redact_values *values = options_given;
	bool deciding = values->keep || values->hide;

	if (deciding) {
		if ((values->keep && values->hide) || words->count || values->all)
			return cli_usage(cli, "decide on one hit, or list them");
		if (!values->why || !*values->why)
			return cli_usage(cli, "--why is needed: who reads the decision later wants to know");
		return decide_on_hit(cli, values);
	}
	if (values->all == (words->count > 0))
		return cli_usage(cli, "name incidents, or --all");
	for (size_t i = 0; i < words->count; i++)
		if (!incident_key_valid(words->items[i]))
			return cli_usage(cli, "'%s' is not the key of an incident (INC-YYYY-NNNN)", words->items[i]);
	return list_all(cli, values, words);
}

const struct command_body command_redact = {
	.options = redact_options,
	.values_bytes = sizeof(struct redact_values),
	.words_max = WORDS_ANY,
	.text = "Looks through what a postmortem would show: private keys, tokens, credentials, e-mail and IP addresses, names in "
		"paths. Each hit is hidden, kept with a reason, or open; an export for the public is refused while one is open. "
		"The file of rules may add rules and take built-in ones away (docs/publishing.md). Exit status 1: something is open.",
	.examples = redact_examples,
	.answer = redact_keys,
	.answer_text = "a hit",
	.run = redact_run,
};
