#include "cli/check_report.h"

#include "cli/output.h"
#include "core/base/json.h"

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

int check_report(const struct cli *cli, struct store *store, bool quick, const char *file, bool as_json)
{
	struct checking checking = { .as_json = as_json };
	struct strbuf line = STRBUF_INIT;
	struct error err;
	int64_t findings = 0;

	json_write_init(&checking.json, &line, 0);
	json_write_begin(&checking.json, '{');
	if (file)
		json_write_member(&checking.json, "file", file);
	json_write_name(&checking.json, "findings");
	json_write_begin(&checking.json, '[');
	enum status status = store->ops->check(store, quick, on_finding, &checking, &findings, &err);
	/* A file may be too damaged for the check to end: what it found until then counts. */
	if (as_json && (status == STATUS_OK || checking.found)) {
		json_write_end(&checking.json, ']');
		json_write_name(&checking.json, "ok");
		json_write_bool(&checking.json, status == STATUS_OK && findings == 0);
		json_write_end(&checking.json, '}');
		out_json(&line);
	} else if (!as_json && status == STATUS_OK && findings == 0) {
		out_printf("%s is whole%s\n", file ? file : "the store", quick ? ", as far as a quick look tells" : "");
	}
	strbuf_release(&line);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (findings && !as_json)
		out_note("%lld finding%s. Copy the file before anything else; then go back to a backup (aitia backup --restore FILE "
			 "does it and keeps the damaged file), or report the lines above", (long long)findings, findings == 1 ? "" : "s");
	return findings == 0 ? 0 : status_exit_code(STATUS_REFUSED);
}
