#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "core/base/json.h"
#include "storage/sqlite/sqlite_store.h"

struct merge_values {
	bool dry_run;
	bool json;
};

static const struct option_spec merge_options[] = {
	{ "dry-run", 0, OPTION_FLAG, NULL, "count what would come, name the conflicts, and keep nothing", NULL, NULL,
	  offsetof(struct merge_values, dry_run) },
	OPTION_JSON(struct merge_values, json),
	OPTIONS_END
};

static const struct answer_key merge_keys[] = {
	{ "store", "the other store" },
	{ "samples_new", "samples that were not here" },
	{ "samples_updated", "samples that were here with other content" },
	{ "edits", "entries of its log that came" },
	{ "annotations", "judgements that came" },
	{ "flipped", "edits known here that were undone or redone there since" },
	{ "incidents_new", "incidents that were not here, or kept as a second version" },
	{ "incidents_updated", "incidents that were changed there" },
	{ "conflicts", "what people should look at, one text each" },
	{ "edit", "number of the edit that holds all but the samples, for undo; null: nothing came, or --dry-run" },
	{ NULL, NULL },
};

static void take_conflict(void *context, const char *what)
{
	json_write_text(context, what);
}

static void print_number(struct json_writer *json, const char *name, int64_t number)
{
	json_write_member_int(json, name, number);
}

static void print_json(struct json_writer *json, const struct merge_result *result)
{
	print_number(json, "samples_new", result->samples_new);
	print_number(json, "samples_updated", result->samples_updated);
	print_number(json, "edits", result->edits);
	print_number(json, "annotations", result->annotations);
	print_number(json, "flipped", result->flipped);
	print_number(json, "incidents_new", result->incidents_new);
	print_number(json, "incidents_updated", result->incidents_updated);
	json_write_name(json, "edit");
	if (result->edit)
		json_write_int(json, result->edit);
	else
		json_write_null(json);
}

static void print_text(const struct merge_result *result, bool dry_run)
{
	if (!result->edits && !result->samples_new && !result->samples_updated) {
		out_printf("nothing new\n");
		return;
	}
	out_printf("%s%lld new and %lld updated sample%s, %lld edit%s with %lld judgement%s, %lld new and %lld changed incident%s",
		   dry_run ? "would come: " : "", (long long)result->samples_new, (long long)result->samples_updated,
		   plural(result->samples_updated), (long long)result->edits, plural(result->edits), (long long)result->annotations,
		   plural(result->annotations), (long long)result->incidents_new, (long long)result->incidents_updated,
		   plural(result->incidents_updated));
	if (result->flipped)
		out_printf(", %lld edit%s undone or redone there", (long long)result->flipped, plural(result->flipped));
	if (result->edit)
		out_printf("; edit %lld, which aitia undo takes back", (long long)result->edit);
	out_printf("\n");
}

static void note_conflict(void *context, const char *what)
{
	(void)context;
	out_note("%s", what);
}

static int merge_run_command(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct merge_values *values = options_given;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;
	struct merge_options options = { .dry_run = values->dry_run, .cancel = interrupt_flag(), .conflict = note_conflict };
	struct merge_result result;
	const char *reviewer;
	struct store *store;
	struct error err;

	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_EDIT, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "store", words->items[0]);
	json_write_name(&json, "conflicts");
	json_write_begin(&json, '[');
	if (values->json) {
		options.conflict = take_conflict;
		options.context = &json;
	}
	interrupt_catch();
	enum status status = sqlite_store_merge(store, words->items[0], reviewer, &options, &result, &err);
	interrupt_release();
	if (status == STATUS_OK && values->json) {
		json_write_end(&json, ']');
		print_json(&json, &result);
		json_write_end(&json, '}');
		out_json(&line);
	} else if (status == STATUS_OK) {
		print_text(&result, values->dry_run);
	}
	strbuf_release(&line);
	if (status == STATUS_CANCELLED && interrupted()) {
		out_error("interrupted; the store is as it was");
		return interrupt_exit_code();
	}
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

static const char *const merge_examples[] = {
	"aitia merge --dry-run bob.db", "What would come, and what to look at.",
	"aitia merge bob.db", "All of it, as one edit.",
	"aitia undo", "Take it back; samples stay.",
	NULL
};

const struct command_body command_merge = {
	.options = merge_options,
	.values_bytes = sizeof(struct merge_values),
	.words_min = 1,
	.words_max = 1,
	.text = "STORE is only read. Samples are the same if their fingerprints are, edits if they are one edit (each has a name of "
		"its own from the start), so merging again brings nothing twice, and two stores that are merged into each other "
		"come to the same.\n\n"
		"Of what both decided, the newest decision counts: a sample's status, whether it belongs to an incident, whether "
		"an edit is undone. Judgements stand side by side, also two of one reviewer; the newest counts in lists until "
		"it is judged again. An incident that was changed in both stores has its newer version, and the older one "
		"becomes an incident of its own, for somebody to decide. An incident whose key is another one's here gets "
		"the next free key. All of these are named on standard error.\n\n"
		"What came stays under the names of those who did it (aitia log), and is undone with the merge, not one by one.",
	.examples = merge_examples,
	.answer = merge_keys,
	.answer_text = "the result",
	.run = merge_run_command,
};
