#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"
#include "core/base/file.h"
#include "core/document.h"

#define DOCUMENT_BYTES_MAX ((size_t)64 << 20)

struct apply_values {
	bool json;
};

static const struct option_spec apply_options[] = { OPTION_JSON(struct apply_values, json), OPTIONS_END };

static const struct answer_key apply_keys[] = {
	{ "file", "the file as named" },
	{ "key", "an incident of it; null: this tells of its denominators" },
	{ "created", "true: it was not there before" },
	{ "changed", "true: the document changed it" },
	{ "members_added", "samples that became members" },
	{ "denominators", "where key is null: those that were new or had another number; else null" },
	{ NULL, NULL },
};

static const char *const apply_examples[] = {
	"aitia incident show INC-2026-0001 --json | aitia --store other.db apply -",
	"Takes an incident to another store.", NULL
};

static void print_result(const char *file, const struct document_result *result, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "file", file);
		json_write_member(&json, "key", result->key);
		json_write_name(&json, "created");
		json_write_bool(&json, result->created);
		json_write_name(&json, "changed");
		json_write_bool(&json, result->changed);
		json_write_member_int(&json, "members_added", (int64_t)result->members_added);
		json_write_name(&json, "denominators");
		json_write_null(&json);
		json_write_end(&json, '}');
	} else {
		strbuf_addf(&line, "%s: %s", result->key,
			    result->created ? "created" :
			    result->changed ? "updated" :
					      "unchanged");
		if (result->members_added > 0)
			strbuf_addf(&line, ", %zu sample%s added", result->members_added,
				    result->members_added == 1 ? "" : "s");
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static void print_exposures(const char *file, const struct exposure_result *result, bool as_json)
{
	struct strbuf line = STRBUF_INIT;
	int64_t written = result->added + result->changed;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "file", file);
		json_write_member(&json, "key", NULL);
		json_write_name(&json, "created");
		json_write_bool(&json, result->added > 0);
		json_write_name(&json, "changed");
		json_write_bool(&json, written > 0);
		json_write_member_int(&json, "members_added", 0);
		json_write_member_int(&json, "denominators", written);
		json_write_end(&json, '}');
	} else {
		strbuf_addf(&line, "denominators: %lld added, %lld changed, %lld unchanged", (long long)result->added,
			    (long long)result->changed, (long long)result->unchanged);
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

/* One line for each: the file, the place, the reason. */
static int fail_faults(const struct cli *cli, const char *file, const struct document_report *report)
{
	struct error err;

	for (size_t i = 0; i < report->fault_count; i++) {
		const struct document_fault *fault = &report->faults[i];
		error_set(&err, STATUS_INPUT, "%s: %s: %s", file, fault->pointer[0] ? fault->pointer : "the document",
			  fault->reason);
		cli_fail(cli, &err);
	}
	if (report->fault_total > report->fault_count) {
		error_set(&err, STATUS_INPUT, "%s: %zu more faults", file, report->fault_total - report->fault_count);
		cli_fail(cli, &err);
	}
	return status_exit_code(STATUS_INPUT);
}

static int apply_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct apply_values *values = options_given;
	const char *reviewer;
	struct store *store;
	struct error err;
	int worst = 0;

	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_FILL, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < words->count; i++) {
		const char *file = words->items[i];
		struct document_report report = { .count = 0 };
		struct arena arena = ARENA_INIT;
		struct slice content;
		enum status status = file_read(&arena, file, DOCUMENT_BYTES_MAX, &content, &err);
		if (status == STATUS_OK) {
			status = document_apply(store, &arena, reviewer, content, &report, &err);
			if (status != STATUS_OK)
				status = error_wrap(&err, status, "%s", file);
		}
		for (size_t k = 0; status == STATUS_OK && k < report.count; k++)
			print_result(file, &report.results[k], values->json);
		if (status == STATUS_OK && report.has_exposures)
			print_exposures(file, &report.exposures, values->json);
		if (status != STATUS_OK) {
			int code = report.fault_count ? fail_faults(cli, file, &report) : cli_fail(cli, &err);
			worst = code > worst ? code : worst;
		}
		arena_release(&arena);
	}
	return worst;
}

const struct command_body command_apply = {
	.options = apply_options,
	.values_bytes = sizeof(struct apply_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.text = "FILE may be - for standard input. docs/apply.md describes the document. A document that is wrong in any "
		"place is refused as a whole, with every place as a JSON pointer; applying one again changes nothing.",
	.examples = apply_examples,
	.answer = apply_keys,
	.answer_text = "an incident of a document",
	.run = apply_run,
};
