/* similar: samples whose code is alike, as groups */
#include <inttypes.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/choices.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/analysis/similar.h"

#define TEXT_GROUPS 20
#define TEXT_MEMBERS 12

struct similar_values {
	int kind;
	int64_t least, limit, of;
	bool json;
};

static const struct option_spec similar_options[] = {
	{ "kind", 0, OPTION_CHOICE, "WORD", "what makes samples alike at most", "near", "likeness", offsetof(struct similar_values, kind) },
	{ "least", 0, OPTION_NUMBER, "PERCENT", "estimated likeness of near ones", "70", NULL, offsetof(struct similar_values, least) },
	{ "of", 0, OPTION_NUMBER, "ID", "only those that are like this sample", NULL, NULL, offsetof(struct similar_values, of) },
	{ "limit", 0, OPTION_NUMBER, "N", "at most N groups, 0: all; 20 unless --json, which prints all", NULL, NULL,
	  offsetof(struct similar_values, limit) },
	OPTION_JSON(struct similar_values, json),
	OPTIONS_END
};

static const struct answer_key similar_keys[] = {
	{ "representative", "number of the sample that stands for the group" },
	{ "title", "of that sample" },
	{ "count", "samples in the group" },
	{ "exact", "how many have its very bytes, itself among them" },
	{ "normalised", "how many have its tokens, with other names or blanks" },
	{ "near", "how many share most of its shingles" },
	{ "members", "all of them, the representative first" },
	{ "members[].sample", "number" },
	{ "members[].kind", "exact, normalised, near: how it is like the representative" },
	{ "members[].likeness", "estimated Jaccard index of 5-token shingles, 0 to 1" },
	{ NULL, NULL }
};

static const char *const similar_examples[] = {
	"aitia similar is:untriaged", "What waits, a group at a time.",
	"aitia similar --of=17", "What is like one sample.",
	"aitia similar --kind=exact --json", "Equal code alone, for other programs.",
	NULL
};

#define TOLD_EACH 2000 /* samples */

struct taking {
	struct similar *similar;
	unsigned long long taken;
};

static bool take(void *context, int64_t sample, int64_t body, struct slice code)
{
	struct taking *taking = context;

	similar_add(taking->similar, sample, body, code);
	if (taking->taken++ % TOLD_EACH == 0)
		out_progress("reading code", 0, 0, (long long)taking->taken);
	return !interrupted();
}

static void show_keys(void *context, int64_t done, int64_t total)
{
	const struct taking *taking = context;

	out_progress("grouping", (unsigned long long)done, (unsigned long long)total, (long long)similar_bodies(taking->similar));
}

static const char *kind_word(struct arena *arena, enum similar_kind kind)
{
	return choices(arena, "likeness")[kind].word;
}

static void print_json(struct cli *cli, const struct similar_group *group, const char *title)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member_int(&json, "representative", group->members[0].sample);
	json_write_member(&json, "title", title);
	json_write_member_int(&json, "count", (int64_t)group->count);
	json_write_member_int(&json, "exact", (int64_t)group->exact);
	json_write_member_int(&json, "normalised", (int64_t)group->normalised);
	json_write_member_int(&json, "near", (int64_t)group->near);
	json_write_name(&json, "members");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < group->count; i++) {
		json_write_begin(&json, '{');
		json_write_member_int(&json, "sample", group->members[i].sample);
		json_write_member(&json, "kind", kind_word(&cli->arena, group->members[i].kind));
		figure_json_double(&json, "likeness", group->members[i].likeness);
		json_write_end(&json, '}');
	}
	json_write_end(&json, ']');
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static void print_text(const struct similar_group *group, const char *title)
{
	struct strbuf out = STRBUF_INIT;

	out_tone(&out, TONE_STRONG);
	strbuf_addf(&out, "%zu sample%s", group->count, plural((int64_t)group->count));
	out_tone(&out, TONE_PLAIN);
	strbuf_addf(&out, "  like %" PRId64 "  ", group->members[0].sample);
	out_clean(&out, slice_of(title));
	strbuf_addf(&out, "\n  %zu equal, %zu with other names or blanks, %zu near\n ", group->exact, group->normalised, group->near);
	for (size_t i = 0; i < group->count && i < TEXT_MEMBERS; i++) {
		strbuf_addf(&out, " %" PRId64, group->members[i].sample);
		if (group->members[i].kind == SIMILAR_NEAR)
			strbuf_addf(&out, " (%.0f %%)", 100 * group->members[i].likeness);
	}
	if (group->count > TEXT_MEMBERS)
		strbuf_addf(&out, " … and %zu more: --json has all", group->count - TEXT_MEMBERS);
	strbuf_addch(&out, '\n');
	out_flush(&out);
	strbuf_release(&out);
}

static enum status print_group(struct cli *cli, struct store *store, const struct similar_group *group, bool as_json,
			       struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct sample *sample;
	enum status status = store->ops->sample_get(store, &scratch, group->members[0].sample, &sample, err);

	if (status == STATUS_OK && as_json)
		print_json(cli, group, sample_title(&scratch, sample));
	else if (status == STATUS_OK)
		print_text(group, sample_title(&scratch, sample));
	arena_release(&scratch);
	return status;
}

static enum status print_groups(struct cli *cli, struct store *store, struct similar *similar,
				const struct similar_values *values, struct error *err)
{
	const struct similar_group *groups;
	size_t count, limit = values->limit >= 0 ? (size_t)values->limit : values->json ? 0 : TEXT_GROUPS;
	enum status status = STATUS_OK;

	similar_groups(similar, &cli->arena, (enum similar_kind)values->kind, (double)values->least / 100, &groups, &count);
	out_progress_end();
	if (interrupted())
		return STATUS_OK;
	for (size_t i = 0; i < count && (!limit || i < limit) && status == STATUS_OK && !interrupted(); i++)
		status = print_group(cli, store, &groups[i], values->json, err);
	if (!values->json && !count)
		out_printf("no two samples are alike\n");
	if (limit && count > limit && values->limit < 0)
		out_note("… and %zu more groups; --limit=0 shows all", count - limit);
	return status;
}

static enum status print_like(struct cli *cli, struct store *store, struct similar *similar,
			      const struct similar_values *values, struct error *err)
{
	struct similar_group group;

	out_progress_end();
	if (!similar_to(similar, &cli->arena, values->of, (double)values->least / 100, &group))
		return error_set(err, STATUS_NOT_FOUND, "sample %" PRId64 " does not match the query, or has no code", values->of);
	return print_group(cli, store, &group, values->json, err);
}

static int similar_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct similar_values *values = options_given;
	struct taking taking = { .taken = 0 };
	struct similar *similar;
	struct store *store;
	struct query query;
	struct error err;
	enum status status;

	if (values->least < 1 || values->least > 100)
		return cli_usage(cli, "--least: 1 to 100 percent");
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    select_query(cli, store, words->items, words->count, &query, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	taking.similar = similar = similar_new();
	similar_watch(similar, interrupt_flag(), show_keys, &taking);
	interrupt_catch();
	status = store->ops->sample_codes(store, &query, take, &taking, &err);
	if (status == STATUS_OK)
		status = values->of >= 0 ? print_like(cli, store, similar, values, &err) :
					   print_groups(cli, store, similar, values, &err);
	interrupt_release();
	out_progress_end();
	similar_free(similar);
	if (interrupted())
		return interrupt_exit_code();
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

const struct command_body command_similar = {
	.options = similar_options,
	.values_bytes = sizeof(struct similar_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "Groups the samples that match QUERY by their code: equal bytes; equal tokens, where names and blanks may differ; "
		"most 5-token shingles in common (estimated from 64 hashes, so that a likeness of 0.8 is missed in 2 of 100 at "
		"--least=70). Everything that hangs together is one group; the sample whose very code most of them have stands "
		"first.",
	.examples = similar_examples,
	.answer = similar_keys,
	.answer_text = "a group, largest first",
	.run = similar_run,
};
