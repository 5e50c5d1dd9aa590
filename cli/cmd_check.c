#include "cli/check_report.h"
#include "cli/command.h"

struct check_values {
	bool quick;
	bool json;
};

static const struct option_spec check_options[] = {
	{ "quick", 0, OPTION_FLAG, NULL, "only the file's structure and the counts; seconds instead of minutes", NULL, NULL,
	  offsetof(struct check_values, quick) },
	OPTION_JSON(struct check_values, json),
	OPTIONS_END
};

static const struct answer_key check_keys[] = {
	{ "ok", "true: nothing was found" },
	{ "findings", "what is wrong, one text each" },
	{ NULL, NULL },
};

static int check_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct check_values *values = options_given;
	struct store *store;
	struct error err;

	(void)words;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	return check_report(cli, store, values->quick, NULL, values->json);
}

const struct command_body command_check = {
	.options = check_options,
	.values_bytes = sizeof(struct check_values),
	.text = "Reads everything: the file's structure, references between records, texts against their digests, and the "
		"log of edits against what is there: the records are rebuilt from the log, and must be those that the store "
		"has. Others go on meanwhile. Exit status 1: something is wrong; what to do is said.",
	.answer = check_keys,
	.answer_text = "the result",
	.run = check_run,
};
