/* index: the words of samples and notes, for search. */
#include "cli/command.h"
#include "cli/index.h"
#include "cli/interrupt.h"
#include "cli/output.h"

struct index_values {
	bool status;
	bool rebuild;
	bool json;
};

static const struct option_spec index_options[] = {
	{ "status", 0, OPTION_FLAG, NULL, "say how far it is, and do nothing", NULL, NULL, offsetof(struct index_values, status) },
	{ "rebuild", 0, OPTION_FLAG, NULL, "throw away what there is, and begin anew", NULL, NULL,
	  offsetof(struct index_values, rebuild) },
	OPTION_JSON(struct index_values, json),
	OPTIONS_END
};

static const struct answer_key index_keys[] = {
	{ "samples", "how many there are" },
	{ "indexed", "how many of them are in the index" },
	{ "whole", "true: they all are, but for those that are too large, and all notes" },
	{ "grouped", "how many of them have been held against all others, for groups of alike ones" },
	{ "groups_whole", "true: they all have" },
	{ NULL, NULL },
};

static enum status report(struct store *store, bool json, struct error *err)
{
	struct index_status is;
	struct alike_status alike;
	enum status status = store->ops->index_status(store, &is, err);

	if (status == STATUS_OK)
		status = store->ops->alike_status(store, &alike, err);
	if (status != STATUS_OK)
		return status;
	if (json) {
		out_printf("{\"samples\":%lld,\"indexed\":%lld,\"whole\":%s,\"grouped\":%lld,\"groups_whole\":%s}\n", (long long)is.samples,
			   (long long)is.samples_indexed, is.whole ? "true" : "false", (long long)alike.samples_done,
			   alike.whole ? "true" : "false");
		return STATUS_OK;
	}
	if (alike.whole)
		out_printf("groups of alike samples are whole\n");
	else
		out_printf("%lld of %lld samples are grouped with those that are alike\n", (long long)alike.samples_done,
			   (long long)alike.samples);
	if (is.whole && is.samples_indexed < is.samples)
		out_printf("the index is whole: %lld sample%s; %lld more are too large for it and are always read\n",
			   (long long)is.samples_indexed, plural(is.samples_indexed), (long long)(is.samples - is.samples_indexed));
	else if (is.whole)
		out_printf("the index is whole: %lld sample%s\n", (long long)is.samples, plural(is.samples));
	else
		out_printf("%lld of %lld samples are in the index\n", (long long)is.samples_indexed, (long long)is.samples);
	return STATUS_OK;
}

static enum status build(struct store *store, bool anew, struct error *err)
{
	struct index_status is = { .whole = false };
	enum status status = anew ? store->ops->index_drop(store, err) : STATUS_OK;
	int64_t steps = 0;

	for (bool whole = false; status == STATUS_OK && !whole && !interrupted(); steps++) {
		status = store->ops->index_step(store, INDEX_STEP_MS, true, &whole, err);
		if (status == STATUS_OK && steps % 8 == 0)
			status = store->ops->index_status(store, &is, err);
		out_progress("index", (unsigned long long)is.samples_indexed, (unsigned long long)is.samples,
			     is.samples_indexed);
	}
	out_progress_end();
	return status == STATUS_OK && !interrupted() ? groups_make(store, err) : status;
}

enum status groups_make(struct store *store, struct error *err)
{
	struct alike_status is = { .whole = false };
	enum status status = store->ops->alike_status(store, &is, err);

	for (int64_t steps = 1; status == STATUS_OK && !is.whole && !interrupted(); steps++) {
		status = store->ops->alike_step(store, INDEX_STEP_MS, true, &is.whole, err);
		if (status == STATUS_OK && !is.whole && steps % 8 == 0)
			status = store->ops->alike_status(store, &is, err);
		out_progress("groups", (unsigned long long)is.samples_done, (unsigned long long)is.samples, is.samples_done);
	}
	out_progress_end();
	return status;
}

void groups_ready(struct store *store)
{
	struct alike_status is;
	struct error err;

	if (store->ops->alike_status(store, &is, &err) != STATUS_OK || is.whole)
		return;
	interrupt_catch();
	if (groups_make(store, &err) != STATUS_OK || store->ops->alike_status(store, &is, &err) != STATUS_OK || !is.whole)
		out_note("groups of alike samples are not whole: %lld of %lld samples; what follows is of those. `aitia index` makes them",
			 (long long)is.samples_done, (long long)is.samples);
	interrupt_release();
}

void index_tail(struct store *store)
{
	struct index_status is;
	struct alike_status alike;
	struct error err;
	bool whole = false;

	if (store->ops->index_status(store, &is, &err) != STATUS_OK ||
	    is.samples - is.samples_indexed > INDEX_TAIL_SAMPLES)
		return;
	while (!whole && !interrupted() && store->ops->index_step(store, INDEX_STEP_MS, true, &whole, &err) == STATUS_OK)
		;
	if (whole && store->ops->alike_status(store, &alike, &err) == STATUS_OK &&
	    alike.samples - alike.samples_done <= INDEX_TAIL_SAMPLES)
		(void)!groups_make(store, &err);
}

static int index_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct index_values *values = options_given;
	struct store *store;
	struct error err;
	enum status status;

	(void)words;
	if (values->status && values->rebuild)
		return cli_usage(cli, "--status does nothing, and --rebuild builds: give one of them");
	status = cli_open(cli, values->status ? STORE_READ : STORE_EDIT, &store, &err);
	interrupt_catch();
	if (status == STATUS_OK && !values->status)
		status = build(store, values->rebuild, &err);
	if (status == STATUS_OK)
		status = report(store, values->json, &err);
	int code = status != STATUS_OK ? cli_fail(cli, &err) : interrupted() ? interrupt_exit_code() : 0;
	interrupt_release();
	return code;
}

const struct command_body command_index = {
	.options = index_options,
	.values_bytes = sizeof(struct index_values),
	.text = "Words in code, messages and notes are found by an index, which is built behind the imports: by the workbench "
		"while it is idle, and by this command until it is whole. Lists are complete before that too; what is not in "
		"the index is read, which takes longer.\n\n"
		"It works in steps of less than a twentieth of a second, so that others can write in between. When it is interrupted or "
		"killed, what was done stays done. Samples with more than 512 KiB of code and messages would take longer than such a "
		"step: they are not in the index, and read by every search.\n\n"
		"Behind the words it makes the groups of alike samples (`aitia group list`), in the same way.\n\n"
		"`aitia check` compares the index with the texts. A damaged one is mended by --rebuild; nothing but the index "
		"is touched.",
	.answer = index_keys,
	.answer_text = "how far it is",
	.run = index_run,
};
