#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/findings.h"

enum findings_format { FINDINGS_SARIF, FINDINGS_JSONL };

struct findings_values {
	int format;
	const char *out;
	bool all;
};

static const struct option_spec findings_options[] = {
	{ "format", 0, OPTION_CHOICE, "NAME", "sarif (2.1.0) or jsonl", "sarif", "findings",
	  offsetof(struct findings_values, format) },
	{ "out", 0, OPTION_FILE, "FILE", "written whole or not at all; standard output without it", NULL, NULL,
	  offsetof(struct findings_values, out) },
	{ "all", 0, OPTION_FLAG, NULL, "samples without a judgement too", NULL, NULL, offsetof(struct findings_values, all) },
	OPTIONS_END
};

static const char *const findings_examples[] = {
	"aitia export-findings --out=triaged.sarif", "All that was judged, with suppressions, for a scanner's dashboard.",
	"aitia export-findings verdict:false_positive tool:semgrep", "What one tool gets wrong, on standard output.",
	"aitia export-findings --format=jsonl --all | jq .aitia.cause", "Everything, a JSON object a line.",
	NULL
};

/* A sample that is written, under the tool that flagged it first. */
struct entry {
	const char *tool, *tool_version; /* in the arena of the names */
	int64_t id;
};

struct exporter {
	struct store *store;
	const struct findings_values *values;
	struct atomic_file *file;     /* NULL: standard output */
	struct strbuf text;           /* not written yet */
	struct json_writer json;
	VEC_OF(struct entry) entries; /* SARIF alone: a log is ordered by tools */
	struct arena names;
	int64_t written;
};

static enum status write_out(struct exporter *self, struct error *err)
{
	enum status status = STATUS_OK;

	if (!self->file) {
		out_flush(&self->text);
		return STATUS_OK;
	}
	if (self->text.len_bytes)
		status = atomic_file_add(self->file, strbuf_slice(&self->text), err);
	strbuf_clear(&self->text);
	return status;
}

static enum status read_finding(struct exporter *self, struct arena *arena, int64_t id, struct finding *out,
				struct error *err)
{
	struct sample *sample;

	memset(out, 0, sizeof(*out));
	enum status status = self->store->ops->sample_get(self->store, arena, id, &sample, err);
	if (status == STATUS_OK)
		status = self->store->ops->annotation_list(self->store, arena, id, &out->annotations,
							   &out->annotation_count, err);
	out->sample = sample;
	return status;
}

/* The same name once: most samples are of few tools. */
static const char *keep_name(struct exporter *self, const char *name)
{
	size_t looked_at = self->entries.len < 64 ? self->entries.len : 64;

	for (size_t i = 0; name && i < looked_at; i++) {
		const struct entry *before = &self->entries.items[self->entries.len - 1 - i];
		if (strcmp(before->tool, name) == 0)
			return before->tool;
		if (before->tool_version && strcmp(before->tool_version, name) == 0)
			return before->tool_version;
	}
	return arena_strdup(&self->names, name);
}

static void note_entry(struct exporter *self, const struct finding *finding)
{
	const struct sample *sample = finding->sample;
	const char *tool = sample->flag_count ? sample->flags[0].tool : NULL;
	struct entry entry = { keep_name(self, tool ? tool : "unknown"),
			       keep_name(self, sample_provenance(sample, "sarif.toolVersion")), sample->id };

	vec_push(&self->entries, entry);
}

/* Calls for each sample of the query, in the order of import. */
static enum status each_sample(struct exporter *self, const struct query *query, struct error *err)
{
	struct arena pages[2] = { ARENA_INIT, ARENA_INIT }, arena = ARENA_INIT; /* a cursor points into its page's arena */
	struct page_request request = { .query = query, .sort = SORT_ID, .limit = 500 };
	struct sample_page page = { .at_end = false };
	enum status status = STATUS_OK;

	for (size_t number = 0; status == STATUS_OK && !page.at_end; number++) {
		arena_clear(&pages[number % 2]);
		status = self->store->ops->sample_page(self->store, &pages[number % 2], &request, &page, err);
		for (size_t i = 0; status == STATUS_OK && i < page.count; i++) {
			struct finding finding;
			arena_clear(&arena);
			status = read_finding(self, &arena, page.rows[i].id, &finding, err);
			if (status != STATUS_OK || !(self->values->all || finding_is_reviewed(&finding)))
				continue;
			self->written++;
			if (self->values->format == FINDINGS_SARIF) {
				note_entry(self, &finding);
				continue;
			}
			json_write_init(&self->json, &self->text, 0);
			finding_write_row(&self->json, &finding);
			strbuf_addch(&self->text, '\n');
			status = write_out(self, err);
		}
		request.from = page.after_last;
		if (page.count == 0)
			break;
	}
	arena_release(&arena);
	arena_release(&pages[0]);
	arena_release(&pages[1]);
	return status;
}

static int compare_versions(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->tool, y->tool);

	if (order == 0)
		order = compare_versions(x->tool_version, y->tool_version);
	return order ? order : (x->id > y->id) - (x->id < y->id);
}

static bool same_run(const struct entry *a, const struct entry *b)
{
	return strcmp(a->tool, b->tool) == 0 && compare_versions(a->tool_version, b->tool_version) == 0;
}

/* A run for each tool and version; the samples are read a second time, since a run is
 * written as a whole and they came in another order. */
static enum status write_log(struct exporter *self, struct error *err)
{
	struct arena arena = ARENA_INIT;
	enum status status = STATUS_OK;

	if (self->entries.len)
		qsort(self->entries.items, self->entries.len, sizeof(*self->entries.items), compare_entries);
	json_write_init(&self->json, &self->text, 1);
	findings_begin_log(&self->json);
	for (size_t i = 0; status == STATUS_OK && i < self->entries.len; i++) {
		const struct entry *entry = &self->entries.items[i];
		struct finding finding;
		if (i == 0 || !same_run(entry - 1, entry))
			findings_begin_run(&self->json, entry->tool, entry->tool_version);
		arena_clear(&arena);
		status = read_finding(self, &arena, entry->id, &finding, err);
		if (status == STATUS_OK)
			finding_write_result(&self->json, &finding);
		if (i + 1 == self->entries.len || !same_run(entry, entry + 1))
			findings_end_run(&self->json);
		if (status == STATUS_OK)
			status = write_out(self, err);
	}
	findings_end_log(&self->json);
	strbuf_addch(&self->text, '\n');
	if (status == STATUS_OK)
		status = write_out(self, err);
	arena_release(&arena);
	return status;
}

static enum status export_all(struct exporter *self, const struct query *query, struct error *err)
{
	enum status status = STATUS_OK;

	if (self->values->out)
		status = atomic_file_open(self->values->out, &self->file, err);
	if (status == STATUS_OK)
		status = each_sample(self, query, err);
	if (status == STATUS_OK && self->values->format == FINDINGS_SARIF)
		status = write_log(self, err);
	if (!self->file)
		return status;
	if (status == STATUS_OK)
		return atomic_file_commit(self->file, err);
	atomic_file_abandon(self->file);
	return status;
}

static int findings_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	struct exporter self = { .values = options_given, .text = STRBUF_INIT, .entries = VEC_INIT, .names = ARENA_INIT };
	struct query query;
	struct error err;

	if (cli_open(cli, STORE_READ, &self.store, &err) != STATUS_OK ||
	    select_query(cli, self.store, words->items, words->count, &query, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	enum status status = export_all(&self, &query, &err);
	strbuf_release(&self.text);
	vec_release(&self.entries);
	arena_release(&self.names);
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (self.values->out)
		out_printf("%lld sample%s written\n", (long long)self.written, self.written == 1 ? "" : "s");
	return 0;
}

const struct command_body command_export_findings = {
	.options = findings_options,
	.values_bytes = sizeof(struct findings_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "Of the samples that match (without a QUERY: of all but excluded ones) those that somebody has judged: a verdict, "
		"cause, severity or symptom; notes alone are no judgement.\n\n"
		"sarif: a run for each tool and version. A verdict other than confirmed_defect becomes a suppression with the note "
		"as its justification; the judgement, and whatever SARIF has no place for, stands in properties.aitia.\n\n"
		"jsonl: the fields that `aitia import` knows, flags, and the judgement in the object \"aitia\".\n\n"
		"Imported again into this store they change nothing. Another store gets the samples, each with its judgement "
		"as a flag of a reviewer.",
	.examples = findings_examples,
	.run = findings_run,
};
