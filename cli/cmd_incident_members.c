/* incident add, incident remove */
#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/incident_table.h"

/* ---- add ------------------------------------------------------------------------- */

struct add_values {
	const char *where;
	int role;
	bool json;
};

static const struct option_spec add_options[] = {
	{ "where", 0, OPTION_TEXT, "QUERY", "all samples that match, in one edit", NULL, NULL,
	  offsetof(struct add_values, where) },
	{ "role", 0, OPTION_CHOICE, "WORD", "what they are to it", "core", "member_role",
	  offsetof(struct add_values, role) },
	OPTION_JSON(struct add_values, json),
	OPTIONS_END
};

static const struct answer_key members_keys[] = {
	{ "samples", "how many samples were named" },
	{ "edit", "number of the edit, for the log; null: nothing had to change" },
	{ NULL, NULL },
};

static const char *const add_examples[] = {
	"aitia incident add INC-2026-0001 --where 'session:s-4 level:error'", "All that match.",
	"aitia incident add INC-2026-0001 17 18 --role=control", "Comparable samples that were not affected.",
	NULL
};

static int add_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct add_values *values = options_given;
	const char *key = words->items[0];
	struct selection selection;
	const char *reviewer;
	struct store *store;
	struct error err;
	int64_t edit;

	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || incident_open(cli, key, STORE_EDIT, &store, &err) != STATUS_OK ||
	    select_samples(cli, store, words->items + 1, words->count - 1, values->where, &selection, &err) !=
		    STATUS_OK ||
	    store->ops->incident_members_add(store, reviewer, key, selection.ids, selection.count,
					     (enum member_role)values->role, &edit, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	answer_edited(values->json, selection.count, edit);
	return 0;
}

const struct command_body command_incident_add = {
	.options = add_options,
	.values_bytes = sizeof(struct add_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.query = QUERY_WHERE,
	.text = "A sample that is a member already gets the new role.",
	.examples = add_examples,
	.answer = members_keys,
	.answer_text = "the edit",
	.run = add_run,
};

/* ---- remove ---------------------------------------------------------------------- */

struct remove_values {
	bool json;
};
static const struct option_spec remove_options[] = { OPTION_JSON(struct remove_values, json), OPTIONS_END };

static const struct answer_key remove_keys[] = {
	{ "key", "the incident" },
	{ "removed", "how many samples or parts were named" },
	{ "edit", "number of the edit, for the log; null: nothing had to change" },
	{ NULL, NULL },
};

static void print_removed(const char *key, size_t count, int64_t edit, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "key", key);
		json_write_member_int(&json, "removed", (int64_t)count);
		answer_number(&json, "edit", edit);
		json_write_end(&json, '}');
		strbuf_addch(&line, '\n');
	} else if (edit) {
		strbuf_addf(&line, "%s: %zu removed, edit %lld\n", key, count, (long long)edit);
	} else {
		strbuf_addf(&line, "%s: nothing to change\n", key);
	}
	out_flush(&line);
	strbuf_release(&line);
}

static enum status remove_parts(struct incident_edit *edit, struct arena *arena, struct incident *incident,
				const struct codebook *book, struct error *err)
{
	const struct option_words *words = edit->context;
	(void)book;
	for (size_t i = 1; i < words->count; i++) {
		enum incident_child kind;
		int64_t number;
		if (incident_part_parse(words->items[i], &kind, &number) && kind == INCIDENT_STEP)
			return error_set(err, STATUS_REFUSED, "steps of the review are not removed: aitia undo takes one back");
		if (!incident_part_parse(words->items[i], &kind, &number) || !incident_remove(incident, arena, kind, number))
			return error_set(err, STATUS_NOT_FOUND, "%s has no %s", incident->key, words->items[i]);
	}
	return STATUS_OK;
}

static int remove_members(struct cli *cli, const struct option_words *words, bool as_json)
{
	const char *key = words->items[0];
	struct selection selection;
	const char *reviewer;
	struct store *store;
	struct error err;
	int64_t edit;

	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || incident_open(cli, key, STORE_EDIT, &store, &err) != STATUS_OK ||
	    select_samples(cli, store, words->items + 1, words->count - 1, NULL, &selection, &err) != STATUS_OK ||
	    store->ops->incident_members_remove(store, reviewer, key, selection.ids, selection.count, &edit, &err) !=
		    STATUS_OK)
		return cli_fail(cli, &err);
	print_removed(key, selection.count, edit, as_json);
	return 0;
}

static int remove_part_list(struct cli *cli, const struct option_words *words, bool as_json, const char *summary)
{
	struct incident_edit edit = { .change = remove_parts, .context = words, .summary = summary };
	struct store *store;
	struct error err;

	if (incident_open(cli, words->items[0], STORE_EDIT, &store, &err) != STATUS_OK ||
	    incident_change(cli, store, words->items[0], &edit, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	print_removed(words->items[0], words->count - 1, edit.edit, as_json);
	return 0;
}

static int remove_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct remove_values *values = options_given;
	struct strbuf summary = STRBUF_INIT;
	size_t parts = 0;

	strbuf_addstr(&summary, "removed");
	for (size_t i = 1; i < words->count; i++) {
		enum incident_child kind;
		int64_t number;
		if (incident_part_parse(words->items[i], &kind, &number)) {
			strbuf_addf(&summary, " %s", words->items[i]);
			parts++;
		}
	}
	const char *text = arena_text(&cli->arena, strbuf_slice(&summary));
	strbuf_release(&summary);
	if (parts == 0)
		return remove_members(cli, words, values->json);
	if (parts < words->count - 1)
		return cli_usage(cli, "name samples, or parts (C1, E1, CO1), not both: each is an edit of its own");
	return remove_part_list(cli, words, values->json, text);
}

const struct command_body command_incident_remove = {
	.options = remove_options,
	.values_bytes = sizeof(struct remove_values),
	.words_min = 2,
	.words_max = WORDS_ANY,
	.text = "Samples are named by their numbers, parts as `aitia incident show` names them: C1, E1, CO1. "
		"`aitia undo` brings back what was removed.",
	.answer = remove_keys,
	.answer_text = "the edit",
	.run = remove_run,
};
