/* undo, redo, log */
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"

#define TEXT_ENTRIES 20
#define PAGE_ENTRIES 200

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
		"status 1); an older edit that this does not touch can still be undone by its number.",
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
	int64_t limit;
	bool json;
};

static const struct option_spec log_options[] = {
	{ "limit", 0, OPTION_NUMBER, "N", "at most N entries, 0: all; 20 unless --json, which prints all", NULL, NULL,
	  offsetof(struct log_values, limit) },
	OPTION_JSON(struct log_values, json),
	OPTIONS_END
};

static int log_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct log_values *values = options_given;
	struct store *store;
	struct error err;
	int64_t before = 0;
	size_t printed = 0;

	(void)words;
	size_t limit = values->limit >= 0 ? (size_t)values->limit : values->json ? 0 : TEXT_ENTRIES;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	while (!limit || printed < limit) {
		struct arena arena = ARENA_INIT;
		const struct edit *edits;
		size_t count = 0;
		size_t wanted = limit && limit - printed < PAGE_ENTRIES ? limit - printed : PAGE_ENTRIES;
		enum status status = store->ops->edit_list(store, &arena, before, wanted, &edits, &count, &err);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			print_edit(&arena, &edits[i], values->json, "");
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

const struct command_body command_log = {
	.options = log_options,
	.values_bytes = sizeof(struct log_values),
	.text = "",
	.answer = answer_edit_keys,
	.answer_text = "an entry",
	.run = log_run,
};
