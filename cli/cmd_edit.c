#include <stdio.h>
#include <unistd.h>

#include "cli/config.h"
#include "cli/answer.h"
#include "cli/cmd_edit.h"
#include "cli/cmd_incident.h"
#include "cli/output.h"
#include "core/draft.h"
#include "templates/templates.h"
#include "tui/editor.h"

static const struct option_spec edit_options[] = {
	{ "adopt", 0, OPTION_FLAG, NULL, "take back what was edited by hand in exported pages", NULL, NULL, offsetof(struct edit_values, adopt) },
	{ "site", 0, OPTION_TEXT, "NAME", "with --adopt: the documentation site; of a FILE, that whose list of pages is beside it", NULL, "site",
	  offsetof(struct edit_values, site) },
	{ "out", 0, OPTION_FOLDER, "FOLDER", "with --adopt: where the site's sources are, as for export", NULL, NULL,
	  offsetof(struct edit_values, out) },
	{ "template", 0, OPTION_TEXT, "NAME|FILE", "with --adopt: what the pages were made with, as for export", NULL, NULL,
	  offsetof(struct edit_values, template) },
	{ "audience", 0, OPTION_CHOICE, "WHO", "with --adopt: for whom they were made, as for export", NULL, "audience",
	  offsetof(struct edit_values, audience) },
	{ "rules", 0, OPTION_FILE, "FILE", "with --adopt: rules of redaction, as for export", NULL, NULL, offsetof(struct edit_values, rules) },
	OPTION_JSON(struct edit_values, json),
	OPTIONS_END
};

static const char *const edit_examples[] = {
	"aitia edit INC-2026-0001", "All of it in the editor.",
	"aitia edit INC-2026-0001 --adopt --site=hugo --out=site", "What somebody edited on its page is taken into the record.",
	"aitia edit INC-2026-0001 --adopt docs/postmortems/inc-2026-0001.md", "The same; the site is known by the list beside the page.",
	NULL
};

/* What is under way. The text typed lives in the arena and in the file `kept`. */
struct editing {
	struct cli *cli;
	struct store *store;
	const char *key, *reviewer;
	struct codebook book;
	struct incident *base;
	struct slice text;
	char *kept; /* or NULL */
};

/* Only a person can say whether to go on. */
static bool asks_again(const struct error *err)
{
	char answer[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	out_error("%s", err->text);
	fputs("Edit it again? [Y/n] ", stderr);
	fflush(stderr);
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	return answer[0] != 'n' && answer[0] != 'N';
}

/* One visit to the editor. *changed: against the text it was given. */
static enum status visit(struct editing *editing, bool *changed, struct error *err)
{
	char *kept = NULL;
	struct slice text;
	enum status status = editor_run(&editing->cli->arena, editing->text, ".md", &text, changed, &kept, err);

	if (status != STATUS_OK) /* `err` names what the editor left */
		return status;
	editing->text = text;
	if (kept) {
		editor_discard(editing->kept); /* the newer file holds what it held */
		editing->kept = kept;
	}
	return STATUS_OK;
}

static enum status save(struct editing *editing, int64_t *edit, struct error *err)
{
	struct store *store = editing->store;
	struct incident *incident;
	const char *key;
	enum status status = draft_read(&editing->cli->arena, editing->base, &editing->book, templates_renderer(), editing->text, &incident, err);

	if (status == STATUS_OK)
		status = incident_check(incident, &editing->book, err);
	if (status == STATUS_OK)
		status = store->ops->incident_put(store, &editing->cli->arena, editing->reviewer, incident,
						  "edited as a whole", &key, edit, err);
	return status;
}

static enum status edit_until_saved(struct editing *editing, struct incident_edit *done, struct error *err)
{
	bool typed = false;

	for (;;) {
		bool changed;
		enum status status = visit(editing, &changed, err);
		typed = typed || changed;
		if (status != STATUS_OK || !typed)
			return status;
		status = save(editing, &done->edit, err);
		if (status != STATUS_INPUT)
			return status;
		if (!asks_again(err))
			return status;
	}
}

static int edit_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct edit_values *values = options_given;

	if (values->adopt)
		return edit_adopt(cli, values, words);
	if (values->site || values->out || values->template || values->audience >= 0 || values->rules)
		return cli_usage(cli, "--site, --out, --template, --audience and --rules go with --adopt");
	if (words->count != 1)
		return cli_usage(cli, "one incident at a time");
	struct editing editing = { .cli = cli, .key = words->items[0] };
	struct incident_edit done = { .summary = NULL };
	struct strbuf draft = STRBUF_INIT;
	struct error err;

	struct config config;

	if (config_read(&cli->arena, &config, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	config_use_programs(&config);
	if (cli_reviewer(cli, &editing.reviewer, &err) != STATUS_OK ||
	    incident_open(cli, editing.key, STORE_EDIT, &editing.store, &err) != STATUS_OK ||
	    editing.store->ops->codebook_get(editing.store, &cli->arena, &editing.book, &err) != STATUS_OK ||
	    editing.store->ops->incident_get(editing.store, &cli->arena, editing.key, &editing.base, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	draft_write(editing.base, templates_renderer(), &draft);
	editing.text = arena_slice(&cli->arena, strbuf_slice(&draft));
	strbuf_release(&draft);

	enum status status = edit_until_saved(&editing, &done, &err);
	if (status != STATUS_OK) {
		int code = cli_fail(cli, &err);
		if (editing.kept)
			out_note("what you typed is kept in %s", editing.kept);
		return code;
	}
	editor_discard(editing.kept);
	incident_answer(editing.key, &done, values->json, NULL);
	return 0;
}

const struct command_body command_edit = {
	.options = edit_options,
	.values_bytes = sizeof(struct edit_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.text = "The editor gets one Markdown file with everything that people write: title, severity, sections, causes, "
		"timeline, actions. What comes back is read part by part, and is one edit. A text that cannot be read, "
		"or an incident that somebody else changed meanwhile, changes nothing: the text is kept in a file that "
		"is named.\n\n"
		"--adopt reads pages that were edited by hand since their export: the sections and the causes' statements go back into the "
		"record, as one edit that can be undone, and are shown as a diff; then the page is as good as exported. What was edited "
		"elsewhere on it (tables, samples, front matter) is named with its line and stays as it is, with exit status 1. Say --site, "
		"--audience and --template as for the export. docs/publishing.md tells more.",
	.examples = edit_examples,
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = edit_run,
};
