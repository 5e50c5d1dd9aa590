/* aitia incident revisions: earlier texts of the sections, what differs, and back to one. */
#include <stdlib.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/output.h"
#include "core/line_diff.h"
#include "core/revisions.h"

struct revisions_values {
	bool restore, json;
};

static const struct option_spec revisions_options[] = {
	{ "restore", 0, OPTION_FLAG, NULL, "with A: the sections become again what they were then, as a new edit", NULL, NULL,
	  offsetof(struct revisions_values, restore) },
	OPTION_JSON(struct revisions_values, json),
	OPTIONS_END
};

static const struct answer_key revisions_keys[] = {
	{ "edit", "the edit that saved it, by which it is named" },
	{ "at", "when" },
	{ "reviewer", "who" },
	{ "sections", "keys of the sections that it changed, with commas" },
	{ "added", "lines that it added to them" },
	{ "removed", "lines that it took out of them" },
	{ "undone", "whether it was taken back since" },
	{ "summary", "the log's" },
	{ NULL, NULL },
};

static const char *const revisions_examples[] = {
	"aitia incident revisions INC-2026-0001", "Each saved text, newest first.",
	"aitia incident revisions INC-2026-0001 12", "What differs between that one and the text of now.",
	"aitia incident revisions INC-2026-0001 12 --restore", "Back to it; undo takes that back.",
	NULL
};

static void print_revision(struct arena *arena, const struct revision *revision, bool as_json)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	if (as_json) {
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member_int(&json, "edit", revision->edit);
		answer_instant(&json, "at", revision->at);
		json_write_member(&json, "reviewer", revision->reviewer);
		json_write_member(&json, "sections", revision->sections);
		json_write_member_int(&json, "added", (int64_t)revision->added);
		json_write_member_int(&json, "removed", (int64_t)revision->removed);
		json_write_name(&json, "undone");
		json_write_bool(&json, revision->undone);
		json_write_member(&json, "summary", revision->summary);
		json_write_end(&json, '}');
	} else {
		strbuf_addf(&line, "%6lld  %s  ", (long long)revision->edit, out_time(arena, revision->at));
		out_clean(&line, slice_of(revision->reviewer));
		strbuf_addf(&line, "  +%zu -%zu  %s%s", revision->added, revision->removed, revision->sections,
			    revision->undone ? "  (undone)" : "");
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static enum status list_all(struct cli *cli, struct store *store, const char *key, bool as_json, struct error *err)
{
	const struct revision *list;
	struct incident *incident;
	size_t count = 0;
	enum status status = store->ops->incident_get(store, &cli->arena, key, &incident, err);

	if (status == STATUS_OK)
		status = revision_list(store, &cli->arena, key, &list, &count, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		print_revision(&cli->arena, &list[i], as_json);
	return status;
}

static enum status show_diff(struct cli *cli, struct store *store, const char *key, int64_t from, int64_t to, struct error *err)
{
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT, diff = STRBUF_INIT, out = STRBUF_INIT;
	struct incident *a, *b;
	enum status status = revision_get(store, &cli->arena, key, from, &a, err);

	if (status == STATUS_OK)
		status = revision_get(store, &cli->arena, key, to, &b, err);
	if (status == STATUS_OK) {
		revision_text(a, &before);
		revision_text(b, &after);
		line_diff(&diff, arena_printf(&cli->arena, "edit %lld", (long long)from), strbuf_slice(&before),
			  to ? arena_printf(&cli->arena, "edit %lld", (long long)to) : "now", strbuf_slice(&after));
		out_clean_lines(&out, strbuf_slice(&diff), "");
		out_flush(&out);
	}
	strbuf_release(&before);
	strbuf_release(&after);
	strbuf_release(&diff);
	strbuf_release(&out);
	return status;
}

static enum status restore(struct cli *cli, struct store *store, const char *key, int64_t edit, bool as_json, struct error *err)
{
	struct incident_edit done = { .summary = NULL };
	const char *reviewer;
	enum status status = cli_reviewer(cli, &reviewer, err);

	if (status == STATUS_OK)
		status = revision_restore(store, &cli->arena, reviewer, key, edit, NULL, &done.edit, err);
	if (status == STATUS_OK)
		incident_answer(key, &done, as_json, NULL);
	return status;
}

/* The number of an edit; 0: it is none. */
static int64_t edit_number(const char *word)
{
	char *end;
	long long number = strtoll(word, &end, 10);

	return *end || number < 1 || word[0] < '0' || word[0] > '9' ? 0 : (int64_t)number;
}

static int revisions_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct revisions_values *values = options_given;
	int64_t from = words->count > 1 ? edit_number(words->items[1]) : 0, to = words->count > 2 ? edit_number(words->items[2]) : 0;
	struct store *store;
	struct error err;
	enum status status;

	if ((words->count > 1 && !from) || (words->count > 2 && !to))
		return cli_usage(cli, "a revision is named by the number of its edit");
	if (values->restore && words->count != 2)
		return cli_usage(cli, "--restore wants one revision");
	if (values->json && words->count > 1 && !values->restore)
		return cli_usage(cli, "what differs is a text: --json goes with the list and with --restore");
	status = incident_open(cli, words->items[0], values->restore ? STORE_EDIT : STORE_READ, &store, &err);
	if (status == STATUS_OK)
		status = values->restore  ? restore(cli, store, words->items[0], from, values->json, &err) :
			 words->count > 1 ? show_diff(cli, store, words->items[0], from, to, &err) :
					    list_all(cli, store, words->items[0], values->json, &err);
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

const struct command_body command_incident_revisions = {
	.options = revisions_options,
	.values_bytes = sizeof(struct revisions_values),
	.words_min = 1,
	.words_max = 3,
	.text = "A revision is named by the edit that saved it. With A, what differs between that one and the text of now; with B, "
		"between the two. The texts are those of the operation log: what was undone is there too.",
	.examples = revisions_examples,
	.answer = revisions_keys,
	.answer_text = "a revision",
	.run = revisions_run,
};
