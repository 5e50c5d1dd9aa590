/* undo, redo, log */
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"
#include "core/edit_filter.h"

#define TEXT_ENTRIES 20
#define PAGE_ENTRIES 200
#define TEXT_CHANGES 100

static void print_edit(struct arena *arena, const struct edit *edit, bool as_json, const char *prefix)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		answer_edit(&json, edit);
	} else {
		strbuf_addf(&line, "%s%5lld  %s  ", prefix, (long long)edit->id, out_time(arena, edit->at));
		out_clean(&line, slice_of(edit->reviewer));
		strbuf_addstr(&line, "  ");
		out_clean(&line, slice_of(edit->verb));
		if (edit->of)
			strbuf_addf(&line, " of %lld", (long long)edit->of);
		strbuf_addstr(&line, ": ");
		out_clean(&line, slice_of(edit->summary));
		if (edit->state == EDIT_UNDONE && !prefix[0])
			strbuf_addstr(&line, "  (undone)");
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

/* ---- undo and redo ---------------------------------------------------------------- */

struct undo_values {
	bool json;
};
static const struct option_spec undo_options[] = { OPTION_JSON(struct undo_values, json), OPTIONS_END };

static int undo_or_redo(struct cli *cli, bool undo, int64_t named, bool as_json)
{
	const char *reviewer;
	struct store *store;
	struct edit edit = { .id = 0 };
	struct error err;

	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_EDIT, &store, &err) != STATUS_OK ||
	    (undo ? store->ops->undo(store, &cli->arena, reviewer, named, &edit, &err) :
		    store->ops->redo(store, &cli->arena, reviewer, &edit, &err)) != STATUS_OK)
		return cli_fail(cli, &err);
	print_edit(&cli->arena, &edit, as_json, undo ? "undone: " : "redone: ");
	return 0;
}

static int undo_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct undo_values *values = options_given;
	int64_t named = 0;

	if (words->count > 0 && (!option_number(words->items[0], &named) || named == 0))
		return cli_usage(cli, "'%s' is not the number of an edit; aitia log shows them", words->items[0]);
	return undo_or_redo(cli, true, named, values->json);
}

static int redo_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct undo_values *values = options_given;
	(void)words;
	return undo_or_redo(cli, false, 0, values->json);
}

static const char *const undo_examples[] = {
	"aitia undo", "Your newest edit.",
	"aitia undo 41", "That edit of yours, whatever came after it.",
	NULL
};

const struct command_body command_undo = {
	.options = undo_options,
	.values_bytes = sizeof(struct undo_values),
	.words_max = 1,
	.text = "EDIT is the number of an edit of yours, as `aitia log` shows it; without one it is your newest. Edits of "
		"others stay. If somebody changed the same thing since, nothing is undone, and both versions are named (exit "
		"status 1); an older edit that this does not touch can still be undone by its number. An import is no edit: "
		"`aitia annotate --where batch:N --status excluded` takes its samples out of the queue.",
	.examples = undo_examples,
	.answer = answer_edit_keys,
	.answer_text = "the edit that was undone",
	.run = undo_run,
};

const struct command_body command_redo = {
	.options = undo_options,
	.values_bytes = sizeof(struct undo_values),
	.text = "Possible until you make another edit.",
	.answer = answer_edit_keys,
	.answer_text = "the edit that was redone",
	.run = redo_run,
};

/* ---- log --------------------------------------------------------------------------- */

struct log_values {
	const char *by, *verb, *since, *until, *sample, *incident;
	int64_t limit;
	bool json;
};

static const struct option_spec log_options[] = {
	{ "by", 0, OPTION_TEXT, "REVIEWER", "only what this reviewer did", NULL, NULL, offsetof(struct log_values, by) },
	{ "since", 0, OPTION_TEXT, "TIME", "only from then on: 2026-04, 2026-04-03T12:30", NULL, NULL,
	  offsetof(struct log_values, since) },
	{ "until", 0, OPTION_TEXT, "TIME", "only up to the end of then: 2026-04-03 is the whole day", NULL, NULL,
	  offsetof(struct log_values, until) },
	{ "verb", 0, OPTION_TEXT, "VERB", "only what was done so: annotate, triage, incident, members, import, undo, …", NULL,
	  "verb", offsetof(struct log_values, verb) },
	{ "sample", 0, OPTION_TEXT, "ID", "only what judged or noted this sample, or made it a member", NULL, NULL,
	  offsetof(struct log_values, sample) },
	{ "incident", 0, OPTION_TEXT, "INC", "only what made or changed this incident or its members", NULL, NULL,
	  offsetof(struct log_values, incident) },
	{ "limit", 0, OPTION_NUMBER, "N",
	  "at most N entries (of one edit: values), 0: all; 20 (100) unless --json, which prints all", NULL, NULL,
	  offsetof(struct log_values, limit) },
	OPTION_JSON(struct log_values, json),
	OPTIONS_END
};

static const struct answer_key log_keys[] = {
	ANSWER_EDIT_KEYS,
	{ "changes", "with EDIT alone: the values that it changed" },
	{ "changes[].record", "kind of the record: sample, annotation, incident, incident_cause, …" },
	{ "changes[].key", "which one: 17, INC-2026-0001/C2" },
	{ "changes[].field", "which of its values" },
	{ "changes[].before", "the value before; null: there was none" },
	{ "changes[].after", "the value since; null: there is none" },
	{ NULL, NULL },
};

static enum status read_filter(struct cli *cli, const struct log_values *values, const struct option_words *words,
			       struct edit_filter *filter, struct error *err)
{
	const struct {
		const char *key, *value;
	} given[] = { { "by", values->by },	    { "verb", values->verb },	  { "since", values->since },
		      { "until", values->until },   { "sample", values->sample }, { "incident", values->incident } };
	enum status status = STATUS_OK;

	memset(filter, 0, sizeof(*filter));
	for (size_t i = 0; i < ARRAY_LEN(given) && status == STATUS_OK; i++)
		if (given[i].value)
			status = edit_filter_set(&cli->arena, given[i].key, given[i].value, filter, err);
	for (size_t i = 0; i < words->count && status == STATUS_OK; i++)
		status = edit_filter_parse(&cli->arena, words->items[i], filter, err);
	return status;
}

static int print_log(struct store *store, const struct edit_filter *filter, size_t limit, bool as_json,
		     const struct cli *cli)
{
	struct error err;
	int64_t before = 0;
	size_t printed = 0;

	while (!limit || printed < limit) {
		struct arena arena = ARENA_INIT;
		const struct edit *edits;
		size_t count = 0;
		size_t wanted = limit && limit - printed < PAGE_ENTRIES ? limit - printed : PAGE_ENTRIES;
		enum status status = store->ops->edit_list(store, &arena, filter, before, wanted, &edits, &count, &err);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			print_edit(&arena, &edits[i], as_json, "");
			before = edits[i].id;
		}
		arena_release(&arena);
		if (status != STATUS_OK)
			return cli_fail(cli, &err);
		printed += count;
		if (count < wanted)
			break;
	}
	return 0;
}

/* ---- one edit with what it changed --------------------------------------------------- */

static void print_change(const struct edit_change *change)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "       %s ", change->table);
	out_clean(&line, slice_of(change->key));
	strbuf_addf(&line, " %s: ", change->field);
	out_clean(&line, slice_of(change->before ? change->before : "-"));
	strbuf_addstr(&line, " → ");
	out_clean(&line, slice_of(change->after ? change->after : "-"));
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static void print_changes_json(const struct edit *edit, const struct edit_change *changes, size_t count)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	answer_edit_members(&json, edit);
	json_write_name(&json, "changes");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < count; i++) {
		json_write_begin(&json, '{');
		json_write_member(&json, "record", changes[i].table);
		json_write_member(&json, "key", changes[i].key);
		json_write_member(&json, "field", changes[i].field);
		json_write_member(&json, "before", changes[i].before);
		json_write_member(&json, "after", changes[i].after);
		json_write_end(&json, '}');
	}
	json_write_end(&json, ']');
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static int print_one(struct cli *cli, struct store *store, int64_t id, int64_t given_limit, bool as_json)
{
	const struct edit_filter all = { 0 };
	const struct edit_change *changes;
	const struct edit *edits;
	struct error err;
	size_t found = 0, count = 0;
	size_t limit = given_limit > 0 ? (size_t)given_limit : given_limit == 0 || as_json ? SIZE_MAX - 1 : TEXT_CHANGES;

	if (store->ops->edit_list(store, &cli->arena, &all, id < INT64_MAX ? id + 1 : id, 1, &edits, &found, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (!found || edits[0].id != id) {
		error_set(&err, STATUS_NOT_FOUND, "there is no edit %lld; aitia log shows them", (long long)id);
		return cli_fail(cli, &err);
	}
	/* One more than wanted tells whether there are more. */
	if (store->ops->edit_changes(store, &cli->arena, id, as_json ? limit : limit + 1, &changes, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (as_json) {
		print_changes_json(&edits[0], changes, count);
		return 0;
	}
	print_edit(&cli->arena, &edits[0], false, "");
	for (size_t i = 0; i < count && i < limit; i++)
		print_change(&changes[i]);
	if (count > limit)
		out_printf("       … and more; --limit=0 shows all\n");
	else if (count == 0 && edits[0].merge)
		out_printf("       brought by edit %lld, which shows what came\n", (long long)edits[0].merge);
	return 0;
}

static int log_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct log_values *values = options_given;
	struct edit_filter filter;
	struct store *store;
	struct error err;
	int64_t edit = 0;
	bool one = words->count == 1 && option_number(words->items[0], &edit);

	if ((!one && read_filter(cli, values, words, &filter, &err) != STATUS_OK) ||
	    cli_open(cli, STORE_READ, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (one)
		return print_one(cli, store, edit, values->limit, values->json);
	size_t limit = values->limit >= 0 ? (size_t)values->limit : values->json ? 0 : TEXT_ENTRIES;
	return print_log(store, &filter, limit, values->json, cli);
}

static const char *const log_examples[] = {
	"aitia log 41", "That edit, with every value that it changed.",
	"aitia log --by ann --since 2026-04-01", "What ann did since April began.",
	"aitia log INC-2026-0001", "Every edit of that incident, its parts and its members, undo and redo included.",
	"aitia log --sample 12", "Who judged sample 12, what was taken back included.",
	"aitia log hallucination by:bob", "Words of the summary; the options' names work as keys too.",
	NULL
};

const struct command_body command_log = {
	.options = log_options,
	.values_bytes = sizeof(struct log_values),
	.words_max = WORDS_ANY,
	.text = "Each word must occur in an entry's summary, whatever its case; the key of an incident means every edit of it. A single number is an edit, which is shown with "
		"the values that it changed. What was taken back stays in the log, marked as undone.",
	.examples = log_examples,
	.answer = log_keys,
	.answer_text = "an entry",
	.run = log_run,
};
