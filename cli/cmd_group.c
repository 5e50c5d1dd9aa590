/* group list, show: groups of alike samples, as the store keeps them. */
#include <inttypes.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/index.h"
#include "cli/output.h"
#include "cli/select.h"

#define TEXT_GROUPS 20
#define TEXT_MEMBERS 20

struct group_values {
	int64_t limit;
	bool json;
};

static enum status title_of(struct arena *arena, struct store *store, int64_t id, const char **out, struct error *err)
{
	struct sample *sample;
	enum status status = store->ops->sample_get(store, arena, id, &sample, err);

	*out = status == STATUS_OK ? sample_title(arena, sample) : "";
	return status;
}

#define GROUP_KEYS \
	{ "representative", "number of the sample that came first; group:N with the number of any member lists all" }, \
	{ "title", "of that sample" }, \
	{ "members", "how many there are" }, \
	{ "matching", "how many of them match the query" }, \
	{ "open", "how many are untriaged or in review" }, \
	{ "judged", "how many have a cause" }, \
	{ "cause", "the one that most of those have, null: none has" }, \
	{ "agree", "how many have it" }, \
	{ "proposed", "the cause that the group proposes for members without one, null: none" }

static void write_group(struct json_writer *json, const struct alike_group *group, const char *title)
{
	json_write_member_int(json, "representative", group->representative);
	json_write_member(json, "title", title);
	json_write_member_int(json, "members", group->members);
	json_write_member_int(json, "matching", group->matching);
	json_write_member_int(json, "open", group->open);
	json_write_member_int(json, "judged", group->judged);
	json_write_member(json, "cause", group->cause);
	json_write_member_int(json, "agree", group->agree);
	json_write_member(json, "proposed", alike_proposal(group));
}

static void print_group(struct arena *arena, const struct alike_group *group, const char *title)
{
	struct strbuf out = STRBUF_INIT;

	out_tone(&out, TONE_STRONG);
	strbuf_addf(&out, "group:%" PRId64, group->representative);
	out_tone(&out, TONE_PLAIN);
	strbuf_addf(&out, "  %" PRId64 " sample%s, %" PRId64 " open  ", group->members, plural(group->members), group->open);
	out_clean(&out, slice_of(title));
	if (alike_proposal(group))
		strbuf_addf(&out, "\n  proposed: %s", alike_proposal_text(arena, group));
	else if (group->judged)
		strbuf_addf(&out, "\n  %" PRId64 " have a cause, and do not agree", group->judged);
	strbuf_addch(&out, '\n');
	out_flush(&out);
	strbuf_release(&out);
}

/* ---- list ---------------------------------------------------------------------------------- */

static const struct option_spec list_options[] = {
	{ "limit", 0, OPTION_NUMBER, "N", "at most N groups, 0: all; 20 unless --json, which prints all", NULL, NULL,
	  offsetof(struct group_values, limit) },
	OPTION_JSON(struct group_values, json),
	OPTIONS_END
};

static const struct answer_key list_keys[] = { GROUP_KEYS, { NULL, NULL } };

static enum status print_listed(struct store *store, const struct alike_group *group, bool as_json, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	const char *title;
	enum status status = title_of(&scratch, store, group->representative, &title, err);

	if (status == STATUS_OK && as_json) {
		struct strbuf line = STRBUF_INIT;
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		write_group(&json, group, title);
		json_write_end(&json, '}');
		out_json(&line);
		strbuf_release(&line);
	} else if (status == STATUS_OK) {
		print_group(&scratch, group, title);
	}
	arena_release(&scratch);
	return status;
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct group_values *values = options_given;
	size_t count, limit = values->limit >= 0 ? (size_t)values->limit : values->json ? 0 : TEXT_GROUPS;
	const struct alike_group *groups;
	struct store *store;
	struct query query;
	struct error err;
	enum status status = STATUS_OK;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    select_query(cli, store, words->items, words->count, &query, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	groups_ready(store);
	out_under_way("counting groups");
	if (store->ops->alike_groups(store, &cli->arena, &query, limit ? limit + 1 : 0, &groups, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	out_progress_end();
	for (size_t i = 0; i < count && (!limit || i < limit) && status == STATUS_OK; i++)
		status = print_listed(store, &groups[i], values->json, &err);
	if (!values->json && !count)
		out_printf("no two samples are alike\n");
	if (limit && count > limit && values->limit < 0)
		out_note("… and more groups; --limit=0 shows all");
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

static const char *const list_examples[] = {
	"aitia group list is:untriaged", "What waits, a group at a time, the largest first.",
	"aitia list is:representative", "One sample of each group, and what has none.",
	"aitia annotate --where 'group:17 -id:21' --cause model/hallucination", "A group at once, with an exception.",
	NULL
};

const struct command_body command_group_list = {
	.options = list_options,
	.values_bytes = sizeof(struct group_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "Samples whose code is alike (`aitia similar` says how; from an estimated likeness of 70 % on) are one group, which the "
		"store keeps: what comes in later joins it, and what people say of two samples (`aitia group join`, `aitia group part`) "
		"stays. Groups of which some samples match QUERY are listed, by how many.\n\n"
		"Groups are made behind the imports, by the workbench while it is idle and by `aitia index`; a command that asks for "
		"them makes them whole first, where it may write.",
	.examples = list_examples,
	.answer = list_keys,
	.answer_text = "a group",
	.run = list_run,
};

/* ---- show ---------------------------------------------------------------------------------- */

static const struct option_spec show_options[] = {
	OPTION_JSON(struct group_values, json),
	OPTIONS_END
};

static const struct answer_key show_keys[] = {
	GROUP_KEYS,
	{ "samples", "numbers of all members, the representative first" },
	{ "words", "what stands about its members, newest first" },
	{ "words[].samples", "the two that it is about" },
	{ "words[].word", "together, apart" },
	{ "words[].reviewer", "who said it" },
	{ "words[].at", "when" },
	{ "words[].edit", "number of the edit, for aitia undo" },
	{ NULL, NULL },
};

struct shown {
	struct alike_group group;
	const char *title;
	const int64_t *members;
	size_t member_count;
	const struct alike_link **words;
	size_t word_count;
};

static bool is_member(const struct shown *shown, int64_t sample)
{
	for (size_t i = 0; i < shown->member_count; i++)
		if (shown->members[i] == sample)
			return true;
	return false;
}

static enum status read_shown(struct cli *cli, struct store *store, int64_t id, struct shown *out, struct error *err)
{
	const char *text = arena_printf(&cli->arena, "group:%" PRId64 " status:*", id); /* excluded ones too */
	const struct alike_link *links;
	struct query query;
	size_t count;
	enum status status = store->ops->alike_group(store, &cli->arena, id, &out->group, err);

	if (status == STATUS_OK)
		status = title_of(&cli->arena, store, out->group.representative, &out->title, err);
	if (status == STATUS_OK)
		status = select_query(cli, store, &text, 1, &query, err);
	if (status == STATUS_OK)
		status = store->ops->sample_ids(store, &cli->arena, &query, &out->members, &out->member_count, err);
	if (status == STATUS_OK)
		status = store->ops->alike_links(store, &cli->arena, 0, &links, &count, err);
	if (status != STATUS_OK)
		return status;
	out->group.matching = (int64_t)out->member_count;
	out->words = arena_array(&cli->arena, count, sizeof(*out->words));
	for (size_t i = 0; i < count; i++)
		if (is_member(out, links[i].low) || is_member(out, links[i].high))
			out->words[out->word_count++] = &links[i];
	return STATUS_OK;
}

static void print_shown_json(const struct shown *shown)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	write_group(&json, &shown->group, shown->title);
	json_write_name(&json, "samples");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < shown->member_count; i++)
		json_write_int(&json, shown->members[i]);
	json_write_end(&json, ']');
	json_write_name(&json, "words");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < shown->word_count; i++) {
		const struct alike_link *link = shown->words[i];
		json_write_begin(&json, '{');
		json_write_name(&json, "samples");
		json_write_begin(&json, '[');
		json_write_int(&json, link->low);
		json_write_int(&json, link->high);
		json_write_end(&json, ']');
		json_write_member(&json, "word", alike_word_word(link->word));
		json_write_member(&json, "reviewer", link->reviewer);
		answer_instant(&json, "at", link->at);
		json_write_member_int(&json, "edit", link->edit);
		json_write_end(&json, '}');
	}
	json_write_end(&json, ']');
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static void print_shown_text(struct arena *arena, const struct shown *shown)
{
	struct strbuf out = STRBUF_INIT;

	print_group(arena, &shown->group, shown->title);
	strbuf_addch(&out, ' ');
	for (size_t i = 0; i < shown->member_count && i < TEXT_MEMBERS; i++)
		strbuf_addf(&out, " %" PRId64, shown->members[i]);
	if (shown->member_count > TEXT_MEMBERS)
		strbuf_addf(&out, " … and %zu more: aitia list group:%" PRId64, shown->member_count - TEXT_MEMBERS,
			    shown->group.representative);
	strbuf_addch(&out, '\n');
	for (size_t i = 0; i < shown->word_count; i++) {
		const struct alike_link *link = shown->words[i];
		strbuf_addf(&out, "  %" PRId64 " and %" PRId64 " %s, says ", link->low, link->high,
			    link->word == ALIKE_TOGETHER ? "belong together" : "are apart");
		out_clean(&out, slice_of(link->reviewer));
		strbuf_addf(&out, " (edit %" PRId64 ")\n", link->edit);
	}
	out_flush(&out);
	strbuf_release(&out);
}

static int show_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct group_values *values = options_given;
	struct shown shown = { .words = NULL };
	struct store *store;
	struct error err;
	int64_t id;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK || select_id(store, words->items[0], &id, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	groups_ready(store);
	if (read_shown(cli, store, id, &shown, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->json)
		print_shown_json(&shown);
	else
		print_shown_text(&cli->arena, &shown);
	return 0;
}

static const char *const show_examples[] = { "aitia group show 17", "What is alike sample 17, and who said so.", NULL };

const struct command_body command_group_show = {
	.options = show_options,
	.values_bytes = sizeof(struct group_values),
	.words_min = 1,
	.words_max = 1,
	.text = "ID is the number of any member, or its fingerprint. Excluded samples are members too.",
	.examples = show_examples,
	.answer = show_keys,
	.answer_text = "a group",
	.run = show_run,
};
