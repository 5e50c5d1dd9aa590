#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"

struct check_values {
	bool json;
};

static const struct option_spec check_options[] = { OPTION_JSON(struct check_values, json), OPTIONS_END };

static const struct answer_key check_keys[] = {
	{ "ok", "true: nothing was found" },
	{ "findings", "what is wrong, one text each" },
	{ NULL, NULL },
};

struct checking {
	bool as_json;
	bool found; /* anything */
	struct json_writer json;
};

static void on_finding(void *context, const char *finding)
{
	struct checking *checking = context;

	checking->found = true;
	if (checking->as_json) {
		json_write_text(&checking->json, finding);
	} else {
		struct strbuf line = STRBUF_INIT;
		out_clean_lines(&line, slice_of(finding), "");
		out_flush(&line);
		strbuf_release(&line);
	}
}

static int check_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct check_values *values = options_given;
	struct checking checking = { .as_json = values->json };
	struct strbuf line = STRBUF_INIT;
	struct store *store;
	struct error err;
	int64_t findings = 0;

	(void)words;
	json_write_init(&checking.json, &line, 0);
	json_write_begin(&checking.json, '{');
	json_write_name(&checking.json, "findings");
	json_write_begin(&checking.json, '[');
	enum status status = cli_open(cli, STORE_READ, &store, &err);
	if (status == STATUS_OK)
		status = store->ops->check(store, on_finding, &checking, &findings, &err);
	/* A file may be too damaged for the check to end: what it found until then counts. */
	if (values->json && (status == STATUS_OK || checking.found)) {
		json_write_end(&checking.json, ']');
		json_write_name(&checking.json, "ok");
		json_write_bool(&checking.json, status == STATUS_OK && findings == 0);
		json_write_end(&checking.json, '}');
		out_json(&line);
	} else if (!values->json && status == STATUS_OK && findings == 0) {
		out_printf("the store is whole\n");
	}
	strbuf_release(&line);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	return findings == 0 ? 0 : status_exit_code(STATUS_REFUSED);
}

const struct command_body command_check = {
	.options = check_options,
	.values_bytes = sizeof(struct check_values),
	.text = "Reads everything: the file's structure, references between records, and whether the log of edits fits "
		"what is there. Exit status 1: something is wrong.",
	.answer = check_keys,
	.answer_text = "the result",
	.run = check_run,
};
