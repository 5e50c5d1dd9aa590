/*
 * The demo: a store of its own with a real public incident. The program carries
 * the samples (written to show the symptoms, and labelled so) and the incident as
 * an `apply` document; they go in through the same use cases as anybody's data.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd_export.h"
#include "cli/codes.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/workbench.h"
#include "core/base/file.h"
#include "core/document.h"
#include "core/import/import.h"

extern const unsigned char embed_cli_demo_samples_jsonl[];
extern const size_t embed_cli_demo_samples_jsonl_len;
extern const unsigned char embed_cli_demo_april_2026_json[];
extern const size_t embed_cli_demo_april_2026_json_len;

/* Not the person's name, whose undo must not take the demo apart. */
#define DEMO_REVIEWER "demo"

struct demo_values {
	const char *out;
	bool reset;
};

static const struct option_spec demo_options[] = {
	{ "out", 0, OPTION_FOLDER, "FOLDER", "where pages go; else $XDG_DATA_HOME/aitia/demo-site", NULL, NULL,
	  offsetof(struct demo_values, out) },
	{ "reset", 0, OPTION_FLAG, NULL, "make the demo's store anew; what was edited there is lost", NULL, NULL,
	  offsetof(struct demo_values, reset) },
	OPTIONS_END
};

/* Judgements to start with: a few of what each query finds, so that the rest is left to try. */
static const struct judgement {
	const char *query;
	size_t count;
	const char *cause, *symptom;
	enum confidence confidence;
	const char *note;
} judgements[] = {
	{ "phase:stale_session rule:session/forgot-decision level:error", 6, "infrastructure/cache", "forgetfulness", CONFIDENCE_CONFIRMED,
	  "The session had been idle for more than an hour; what was agreed before is gone." },
	{ "phase:stale_session rule:session/repeated-step,session/repetition,session/forgetfulness level:error,warning", 4,
	  "infrastructure/cache", "repetition", CONFIDENCE_LIKELY, NULL },
	{ "phase:effort_medium rule:quality/premature-stop level:error,warning", 5, "infrastructure/default_changed", "premature_stop", CONFIDENCE_LIKELY,
	  "Stops earlier than the same prompt did on high effort." },
	{ "phase:brevity_prompt rule:quality/incomplete level:error,warning", 4, "infrastructure/system_prompt_change", "incomplete", CONFIDENCE_LIKELY,
	  NULL },
};

struct demo {
	struct cli *cli;
	struct store *store;
	struct arena *arena;
};

/* ---- what is there already -------------------------------------------------------- */

static enum status count_matching(struct demo *demo, const char *text, int64_t *count, struct error *err)
{
	struct query query;
	enum status status = query_parse(demo->arena, text, DEMO_REVIEWER, &query, err);
	if (status == STATUS_OK)
		status = demo->store->ops->sample_count(demo->store, &query, count, err);
	return status;
}

/* *made: the demo's incident is there, so its store was made before. A store
 * with anything real in it is no demo, and is left alone. */
static enum status look_at_store(struct demo *demo, bool *made, struct error *err)
{
	const struct incident_row *rows;
	struct strbuf real = STRBUF_INIT;
	size_t count = 0;
	int64_t found;

	strbuf_addf(&real, "-is:illustrative status:%s", sample_status_word(SAMPLE_UNTRIAGED));
	for (int status = SAMPLE_UNTRIAGED + 1; status < SAMPLE_COUNT; status++)
		strbuf_addf(&real, ",%s", sample_status_word((enum sample_status)status));
	enum status status = count_matching(demo, real.text, &found, err);
	strbuf_release(&real);
	if (status == STATUS_OK && found > 0)
		return error_set(err, STATUS_REFUSED, "%s holds samples that are not the demo's: name another store",
				 demo->cli->store_path);
	if (status == STATUS_OK)
		status = demo->store->ops->incident_list(demo->store, demo->arena, &rows, &count, err);
	*made = status == STATUS_OK && count > 0;
	return status;
}

/* Removes a demo's store; only after look_at_store() said that it is one. */
static enum status remove_store(const char *path, struct error *err)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
	struct strbuf file = STRBUF_INIT;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < ARRAY_LEN(endings); i++) {
		strbuf_clear(&file);
		strbuf_addf(&file, "%s%s", path, endings[i]);
		if (unlink(file.text) != 0 && errno != ENOENT)
			status = error_set(err, STATUS_OUTPUT, "%s: %s", file.text, strerror(errno));
	}
	strbuf_release(&file);
	return status;
}

/* ---- filling it ------------------------------------------------------------------- */

static enum status import_samples_at(struct demo *demo, const char *path, struct batch *batch, struct error *err)
{
	struct import_options options;
	memset(&options, 0, sizeof(options));
	options.format = "jsonl";
	options.illustrative = true;
	options.reviewer = DEMO_REVIEWER;
	enum status status = import_file(demo->store, demo->arena, path, &options, batch, err);
	if (status == STATUS_OK && batch->rejected > 0)
		return error_set(err, STATUS_INPUT, "%lld of the demo's samples were rejected", (long long)batch->rejected);
	return status;
}

/* Importing reads files, so the bytes become one for that time. */
static enum status import_samples(struct demo *demo, struct error *err)
{
	const char *base = getenv("TMPDIR");
	char *folder = arena_printf(demo->arena, "%s/aitia-demo-XXXXXX", base && base[0] ? base : "/tmp");
	struct slice bytes = { (const char *)embed_cli_demo_samples_jsonl, embed_cli_demo_samples_jsonl_len };
	struct batch batch;

	if (!mkdtemp(folder))
		return error_set(err, STATUS_OUTPUT, "%s: %s", folder, strerror(errno));
	char *path = file_join(demo->arena, folder, "samples.jsonl");
	enum status status = file_write_atomic(path, bytes, err);
	if (status == STATUS_OK)
		status = import_samples_at(demo, path, &batch, err);
	unlink(path);
	rmdir(folder);
	if (status == STATUS_OK)
		out_printf("  import    %lld samples (illustrative: written to show the symptoms)\n",
			   (long long)batch.records);
	return status;
}

static enum status judge(struct demo *demo, const struct judgement *judgement, int64_t *judged, struct error *err)
{
	struct page_request page_request;
	struct annotate_request request;
	struct sample_page page = { .count = 0 };
	struct query query;
	int64_t edit;

	memset(&page_request, 0, sizeof(page_request));
	memset(&request, 0, sizeof(request));
	enum status status = query_parse(demo->arena, judgement->query, DEMO_REVIEWER, &query, err);
	page_request.query = &query;
	page_request.sort = SORT_ID;
	page_request.limit = judgement->count;
	if (status == STATUS_OK)
		status = demo->store->ops->sample_page(demo->store, demo->arena, &page_request, &page, err);
	if (status != STATUS_OK || page.count == 0)
		return status;
	int64_t *ids = arena_array(demo->arena, page.count, sizeof(*ids));
	for (size_t i = 0; i < page.count; i++)
		ids[i] = page.rows[i].id;
	request.samples = ids;
	request.sample_count = page.count;
	request.annotation.verdict = VERDICT_CONFIRMED;
	request.annotation.cause = judgement->cause;
	request.annotation.symptoms = &judgement->symptom;
	request.annotation.symptom_count = 1;
	request.annotation.confidence = judgement->confidence;
	request.annotation.note = judgement->note;
	*judged += (int64_t)page.count;
	return demo->store->ops->annotate(demo->store, DEMO_REVIEWER, &request, &edit, err);
}

static enum status judge_some(struct demo *demo, struct error *err)
{
	enum status status = STATUS_OK;
	int64_t judged = 0;

	for (size_t i = 0; status == STATUS_OK && i < ARRAY_LEN(judgements); i++)
		status = judge(demo, &judgements[i], &judged, err);
	if (status == STATUS_OK)
		out_printf("  annotate  %lld of them, the rest is left to try\n", (long long)judged);
	return status;
}

static enum status apply_incident(struct demo *demo, struct error *err)
{
	struct slice json = { (const char *)embed_cli_demo_april_2026_json, embed_cli_demo_april_2026_json_len };
	struct document_report report;
	enum status status = document_apply(demo->store, demo->arena, DEMO_REVIEWER, json, &report, err);

	for (size_t i = 0; status == STATUS_OK && i < report.count; i++)
		out_printf("  apply     %s with %zu member%s (facts from public sources)\n", report.results[i].key,
			   report.results[i].members_added, plural((int64_t)report.results[i].members_added));
	return status;
}

/* The incident comes last: where it is, the rest is there too. */
static enum status fill_store(struct demo *demo, struct error *err)
{
	enum status status = import_samples(demo, err);
	if (status == STATUS_OK)
		status = judge_some(demo, err);
	if (status == STATUS_OK)
		status = apply_incident(demo, err);
	return status;
}

/* ---- showing it ------------------------------------------------------------------- */

static int export_pages(struct demo *demo, const char *out)
{
	static const char *const sites[] = { "plain", "hugo" };
	int worst = 0;

	for (size_t site = 0; site < ARRAY_LEN(sites); site++) {
		struct publish_options options;
		int code;

		memset(&options, 0, sizeof(options));
		options.site = sites[site];
		options.out_folder = file_join(demo->arena, out, sites[site]);
		code = export_all(demo->cli, demo->store, &options, false);
		worst = code > worst ? code : worst;
	}
	return worst;
}

static enum status prepare(struct demo *demo, bool reset, struct error *err)
{
	bool made = false;
	enum status status = cli_open(demo->cli, STORE_FILL, &demo->store, err);

	if (status == STATUS_OK)
		status = look_at_store(demo, &made, err);
	if (status == STATUS_OK && made && reset) {
		cli_close(demo->cli);
		status = remove_store(demo->cli->store_path, err);
		if (status == STATUS_OK)
			status = cli_open(demo->cli, STORE_FILL, &demo->store, err);
		made = false;
	}
	if (status != STATUS_OK)
		return status;
	struct strbuf line = STRBUF_INIT;
	strbuf_addf(&line, "%s the demo's store ", made ? "keeping" : "making");
	out_clean(&line, slice_of(demo->cli->store_path));
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
	return made ? STATUS_OK : fill_store(demo, err);
}

static int demo_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct demo_values *values = options_given;
	struct demo demo = { cli, NULL, &cli->arena };
	char *folder = file_xdg_folder(&cli->arena, XDG_DATA);
	const char *out = values->out;
	struct error err;

	(void)words;
	if (!folder && (!cli->globals.store || !out))
		return cli_usage(cli, "there is no $HOME to keep the demo in: give --store and --out");
	/* Never $AITIA_STORE: that is the person's own. */
	if (!cli->globals.store)
		cli->globals.store = file_join(&cli->arena, folder, "demo.db");
	if (!out)
		out = file_join(&cli->arena, folder, "demo-site");
	if (prepare(&demo, values->reset, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (workbench_has_terminal()) {
		struct workbench_options options = { .export_folder = out };
		cli_close(cli);
		return workbench_run(cli, &options);
	}
	int code = export_pages(&demo, out);
	struct strbuf line = STRBUF_INIT;
	strbuf_addstr(&line, "the pages are in ");
	out_clean(&line, slice_of(out));
	strbuf_addstr(&line, "; on a terminal, `aitia demo` opens the workbench\n");
	out_flush(&line);
	strbuf_release(&line);
	return code;
}

static const char *const demo_examples[] = {
	"aitia demo", "On a terminal: opens the workbench on the demo's store.",
	"aitia demo --out pages | cat", "Without one: fills the store and exports the postmortem for two sites.",
	NULL
};

const struct command_body command_demo = {
	.options = demo_options,
	.values_bytes = sizeof(struct demo_values),
	.text = "The store is $XDG_DATA_HOME/aitia/demo.db unless --store names another; $AITIA_STORE does not count here. "
		"It is made once, and what you edit in it stays. The facts of the incident are from public sources; the "
		"samples are illustrative. Without a terminal the demo imports, annotates, exports, and prints where the "
		"pages are.",
	.examples = demo_examples,
	.run = demo_run,
};
