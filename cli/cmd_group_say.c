/* group join, part, free, propose: what people say of alike samples, and what groups say of new ones. */
#include <inttypes.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/index.h"
#include "cli/output.h"
#include "cli/select.h"

struct say_values {
	bool json;
};

static const struct option_spec say_options[] = {
	OPTION_JSON(struct say_values, json),
	OPTIONS_END
};

static const struct answer_key say_keys[] = {
	{ "samples", "how many samples were named" },
	{ "edit", "number of the edit, for the log; null: it was said already" },
	{ NULL, NULL },
};

static int say(struct cli *cli, const void *options_given, const struct option_words *words, enum alike_word word)
{
	const struct say_values *values = options_given;
	struct selection selection;
	const char *reviewer;
	struct store *store;
	struct error err;
	int64_t edit = 0;

	if (cli_open(cli, STORE_EDIT, &store, &err) != STATUS_OK || cli_reviewer(cli, &reviewer, &err) != STATUS_OK ||
	    select_samples(cli, store, words->items, words->count, NULL, &selection, &err) != STATUS_OK ||
	    store->ops->alike_say(store, reviewer, selection.ids, selection.count, word, &edit, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	answer_edited(values->json, selection.count, edit);
	return 0;
}

static int join_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	return say(cli, options_given, words, ALIKE_TOGETHER);
}

static int part_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	return say(cli, options_given, words, ALIKE_APART);
}

static int free_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	return say(cli, options_given, words, ALIKE_UNSAID);
}

static const char *const join_examples[] = { "aitia group join 17 23 40", "Three samples are one thing, however their code looks.", NULL };
static const char *const part_examples[] = { "aitia group part 17 23", "23 is another thing than 17.", NULL };
static const char *const free_examples[] = { "aitia group free 17 23", "Nothing is said of the two any more.", NULL };

const struct command_body command_group_join = {
	.options = say_options,
	.values_bytes = sizeof(struct say_values),
	.words_min = 2,
	.words_max = WORDS_ANY,
	.text = "The groups of all samples named become one, and stay so whatever comes in later. One edit, which `aitia undo` takes "
		"back; of two words on the same samples the newer counts.",
	.examples = join_examples,
	.answer = say_keys,
	.answer_text = "the edit",
	.run = join_run,
};

const struct command_body command_group_part = {
	.options = say_options,
	.values_bytes = sizeof(struct say_values),
	.words_min = 2,
	.words_max = WORDS_ANY,
	.text = "The first sample is another thing than each of the others. The rest of their group, and what comes in later, sides with "
		"the one that it is more alike. Refused for samples of equal code, and for those that are put together by way of others.",
	.examples = part_examples,
	.answer = say_keys,
	.answer_text = "the edit",
	.run = part_run,
};

const struct command_body command_group_free = {
	.options = say_options,
	.values_bytes = sizeof(struct say_values),
	.words_min = 2,
	.words_max = WORDS_ANY,
	.text = "What `aitia group join` and `aitia group part` said of any two of the samples counts no more: their likeness decides again.",
	.examples = free_examples,
	.answer = say_keys,
	.answer_text = "the edit",
	.run = free_run,
};

/* ---- propose --------------------------------------------------------------------------------- */

struct propose_values {
	bool accept, json;
};

static const struct option_spec propose_options[] = {
	{ "accept", 0, OPTION_FLAG, NULL, "judge them so, in one edit", NULL, NULL, offsetof(struct propose_values, accept) },
	OPTION_JSON(struct propose_values, json),
	OPTIONS_END
};

static const struct answer_key propose_keys[] = {
	{ "representative", "names the group" },
	{ "cause", "what it proposes" },
	{ "agree", "how many members have that cause" },
	{ "judged", "how many have one" },
	{ "samples", "numbers of those that it is proposed for: they match, are untriaged or in review, and have no cause" },
	{ "accepted", "true: they were judged so now" },
	{ NULL, NULL },
};

struct proposing {
	struct cli *cli;
	struct store *store;
	const char *query; /* "" or what the user gave */
	const struct propose_values *values;
	size_t groups, samples;
};

static void print_proposal(const struct proposing *to, const struct alike_group *group, const int64_t *ids, size_t count)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	if (!to->values->json) {
		out_printf("group:%" PRId64 "  %zu sample%s: %s%s\n", group->representative, count, count == 1 ? "" : "s",
			   alike_proposal_text(&to->cli->arena, group), to->values->accept ? "; set" : "");
		return;
	}
	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member_int(&json, "representative", group->representative);
	json_write_member(&json, "cause", group->cause);
	json_write_member_int(&json, "agree", group->agree);
	json_write_member_int(&json, "judged", group->judged);
	json_write_name(&json, "samples");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < count; i++)
		json_write_int(&json, ids[i]);
	json_write_end(&json, ']');
	json_write_name(&json, "accepted");
	json_write_bool(&json, to->values->accept);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static enum status take_group(struct proposing *to, const char *reviewer, const struct alike_group *group, struct error *err)
{
	const char *text = arena_printf(&to->cli->arena, "%s group:%" PRId64 " status:untriaged,in_review cause:none", to->query,
					group->representative);
	struct annotate_request request = { .annotation = { .cause = group->cause } };
	struct query query;
	int64_t edit;
	enum status status = query_parse(&to->cli->arena, text, reviewer, &query, err);

	if (status == STATUS_OK)
		status = to->store->ops->sample_ids(to->store, &to->cli->arena, &query, &request.samples, &request.sample_count, err);
	if (status != STATUS_OK || !request.sample_count)
		return status;
	if (to->values->accept)
		status = to->store->ops->annotate(to->store, reviewer, &request, &edit, err);
	if (status != STATUS_OK)
		return status;
	to->groups++;
	to->samples += request.sample_count;
	print_proposal(to, group, request.samples, request.sample_count);
	return STATUS_OK;
}

static enum status take_groups(struct proposing *to, const char *reviewer, const struct alike_group *groups, size_t count,
			       struct error *err)
{
	const struct store_ops *ops = to->store->ops;
	enum status status = to->values->accept ? ops->group_begin(to->store, reviewer, "annotate", err) : STATUS_OK;
	bool began = to->values->accept && status == STATUS_OK;
	int64_t edit;

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (alike_proposal(&groups[i]))
			status = take_group(to, reviewer, &groups[i], err);
	if (began)
		status = ops->group_end(to->store, status, arena_printf(&to->cli->arena, "%zu sample%s: causes that %zu group%s proposed",
									to->samples, plural((int64_t)to->samples), to->groups, plural((int64_t)to->groups)), &edit, err);
	return status;
}

static int propose_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	struct proposing to = { .cli = cli, .values = options_given };
	struct strbuf text = STRBUF_INIT;
	const struct alike_group *groups;
	const char *reviewer;
	struct query query;
	struct error err;
	size_t count;

	for (size_t i = 0; i < words->count; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", words->items[i]);
	to.query = arena_text(&cli->arena, strbuf_slice(&text));
	strbuf_release(&text);
	if (cli_open(cli, to.values->accept ? STORE_EDIT : STORE_READ, &to.store, &err) != STATUS_OK ||
	    cli_reviewer(cli, &reviewer, &err) != STATUS_OK ||
	    select_query(cli, to.store, words->items, words->count, &query, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	groups_ready(to.store);
	if (to.store->ops->alike_groups(to.store, &cli->arena, &query, 0, &groups, &count, &err) != STATUS_OK ||
	    take_groups(&to, reviewer, groups, count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (!to.groups && !to.values->json)
		out_printf("no group proposes a cause for a sample that waits\n");
	return 0;
}

static const char *const propose_examples[] = {
	"aitia group propose batch:4", "What is known already of a new import.",
	"aitia group propose group:17 --accept", "Judges the members of one group that wait, as one edit.",
	NULL
};

const struct command_body command_group_propose = {
	.options = propose_options,
	.values_bytes = sizeof(struct propose_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "A group of alike samples proposes the cause that more than half of its members with a cause have, for those that match "
		"QUERY, wait, and have none. Nothing is set by it: --accept judges them so, in your name, as one edit.",
	.examples = propose_examples,
	.answer = propose_keys,
	.answer_text = "a group and the samples that it proposes a cause for",
	.run = propose_run,
};
