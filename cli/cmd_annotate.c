#include <string.h>

#include "cli/answer.h"
#include "cli/codes.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/base/utf8.h"
#include "core/decision.h"
#include "core/defer.h"

#define DECISIONS_SHOWN 10

struct annotate_values {
	const char *where;
	const char *cause;
	struct option_texts symptom;
	struct option_lines lines;
	const char *note;
	int64_t duplicate_of;
	const char *defer_until;
	int confidence, verdict, severity, status;
	bool no_symptoms;
	bool blind;
	bool adjudicate;
	bool json;
};

static const struct option_spec annotate_options[] = {
	{ "where", 0, OPTION_TEXT, "QUERY", "all samples that match, in one edit", NULL, NULL,
	  offsetof(struct annotate_values, where) },
	{ "cause", 0, OPTION_TEXT, "CODE", "root cause: CATEGORY or CATEGORY/SUB-CAUSE", NULL, "cause",
	  offsetof(struct annotate_values, cause) },
	{ "symptom", 0, OPTION_LIST, "CODE", "what is wrong with it; those given replace the ones before", NULL, "symptom",
	  offsetof(struct annotate_values, symptom) },
	{ "no-symptoms", 0, OPTION_FLAG, NULL, "takes back the symptoms given before", NULL, NULL,
	  offsetof(struct annotate_values, no_symptoms) },
	{ "verdict", 0, OPTION_CHOICE, "WORD", "verdict", NULL, "verdict", offsetof(struct annotate_values, verdict) },
	{ "severity", 0, OPTION_CHOICE, "Q", "severity", NULL, "severity", offsetof(struct annotate_values, severity) },
	{ "confidence", 0, OPTION_CHOICE, "WORD", "how sure you are", NULL, "confidence",
	  offsetof(struct annotate_values, confidence) },
	{ "lines", 0, OPTION_LINES, "A-B",
	  "only these lines, not the whole sample; numbered as shown, from the sample's first line in its file", NULL, NULL,
	  offsetof(struct annotate_values, lines) },
	{ "note", 0, OPTION_TEXT, "TEXT", "a note in Markdown", NULL, NULL, offsetof(struct annotate_values, note) },
	{ "blind", 0, OPTION_FLAG, NULL, "made without seeing others' judgements", NULL, NULL,
	  offsetof(struct annotate_values, blind) },
	{ "adjudicate", 0, OPTION_FLAG, NULL, "decide where reviewers differ: it counts in place of theirs; with --note, the reason", NULL, NULL,
	  offsetof(struct annotate_values, adjudicate) },
	{ "status", 0, OPTION_CHOICE, "WORD", "set the status alone, without a judgement", NULL, "sample_status",
	  offsetof(struct annotate_values, status) },
	{ "duplicate-of", 0, OPTION_NUMBER, "ID", "verdict duplicate, of that sample", NULL, NULL,
	  offsetof(struct annotate_values, duplicate_of) },
	{ "defer-until", 0, OPTION_TEXT, "WHEN", "put off until a time, INC-… is resolved, hits:QUERY has hits, or rule", NULL, NULL,
	  offsetof(struct annotate_values, defer_until) },
	OPTION_JSON(struct annotate_values, json),
	OPTIONS_END
};

static const struct answer_key annotate_keys[] = {
	{ "samples", "how many samples were named" },
	{ "edit", "number of the edit, for the log; null: nothing had to change" },
	{ NULL, NULL },
};

static const char *const annotate_examples[] = {
	"aitia annotate 17 18 --cause model/hallucination --symptom hallucinated_api", "Two samples, one edit.",
	"aitia annotate 17 --severity Q2", "Adds the severity; the cause and the symptoms stay.",
	"aitia annotate --where 'rule:E1101 is:untriaged' --verdict false_positive", "All that match; undo takes all back.",
	"aitia annotate 17 --lines 3-9 --note 'never closes the file'", "A note on some lines.",
	"aitia annotate 17 --adjudicate --cause model/tool_use --note 'agreed on Monday'", "Ends a dispute.",
	"aitia annotate 17 --duplicate-of 12", "It shows the same as sample 12.",
	"aitia annotate 17 --status deferred", "Put it off.",
	"aitia annotate 17 --defer-until 3d", "Put it off; in three days it is untriaged again.",
	"aitia annotate --where 'rule:E1101 is:untriaged' --defer-until INC-2026-0001", "Until that incident is resolved.",
	NULL
};

static bool has_judgement(const struct annotate_values *values)
{
	return values->cause || values->symptom.count > 0 || values->no_symptoms || values->note || values->verdict >= 0 ||
	       values->severity >= 0 || values->duplicate_of >= 0 || values->confidence >= 0 || values->blind || values->adjudicate ||
	       values->lines.first;
}

static enum status fill_annotation(struct cli *cli, struct store *store, const struct annotate_values *values,
				   struct annotation *out, struct error *err)
{
	struct codebook book;
	enum status status = store->ops->codebook_get(store, &cli->arena, &book, err);

	if (status == STATUS_OK && values->cause)
		status = codes_cause(&cli->arena, &book, values->cause, &out->cause, err);
	const char **symptoms = arena_array(&cli->arena, values->symptom.count + 1, sizeof(*symptoms));
	for (size_t i = 0; status == STATUS_OK && i < values->symptom.count; i++)
		status = codes_symptom(&cli->arena, &book, values->symptom.items[i], &symptoms[i], err);
	out->symptoms = symptoms;
	out->symptom_count = values->symptom.count;
	out->first_line = values->lines.first;
	out->last_line = values->lines.last;
	out->verdict = values->verdict < 0 ? VERDICT_NONE : (enum verdict)values->verdict;
	out->duplicate_of = values->duplicate_of < 0 ? 0 : values->duplicate_of;
	out->severity = values->severity < 0 ? SEVERITY_NONE : (enum severity)values->severity;
	out->confidence = values->confidence < 0 ? CONFIDENCE_NONE : (enum confidence)values->confidence;
	out->note = values->note ? utf8_clean(&cli->arena, slice_of(values->note)) : NULL;
	out->blind = values->blind;
	out->adjudicated = values->adjudicate;
	return status;
}

/* Lines that one sample does not have are a slip. Of several samples some may well be
 * shorter than others, and one without code has no lines to count. */
static enum status check_lines(struct cli *cli, struct store *store, const struct annotate_values *values,
			       const struct selection *selection, struct error *err)
{
	struct sample *sample;

	if (!values->lines.first || selection->count != 1)
		return STATUS_OK;
	enum status status = store->ops->sample_get(store, &cli->arena, selection->ids[0], &sample, err);
	if (status != STATUS_OK || sample->code.len_bytes == 0)
		return status;
	int64_t first = sample->region.start_line > 0 ? sample->region.start_line : 1, last = first;
	for (size_t i = 0; i + 1 < sample->code.len_bytes; i++) /* a line feed at the end starts no further line */
		last += sample->code.at[i] == '\n';
	if (values->lines.first >= first && values->lines.last <= last)
		return STATUS_OK;
	return error_set(err, STATUS_USAGE, "--lines: sample %lld has the lines %lld-%lld", (long long)sample->id,
			 (long long)first, (long long)last);
}

static enum status annotate(struct cli *cli, struct store *store, const struct annotate_values *values,
			    const struct selection *selection, int64_t *edit, struct error *err)
{
	const char *reviewer;
	enum status status = cli_reviewer(cli, &reviewer, err);

	if (status != STATUS_OK)
		return status;
	if (values->defer_until)
		return defer_samples(store, reviewer, selection->ids, selection->count, values->defer_until, instant_now(), edit,
				     err);
	if (values->status >= 0) {
		struct triage_request triage = { .samples = selection->ids, .sample_count = selection->count,
						 .status = (enum sample_status)values->status };
		return store->ops->triage(store, reviewer, &triage, edit, err);
	}
	struct annotate_request request;
	memset(&request, 0, sizeof(request));
	request.samples = selection->ids;
	request.sample_count = selection->count;
	request.whole_symptoms = values->no_symptoms;
	status = check_lines(cli, store, values, selection, err);
	if (status == STATUS_OK)
		status = fill_annotation(cli, store, values, &request.annotation, err);
	if (status == STATUS_OK)
		status = store->ops->annotate(store, reviewer, &request, edit, err);
	return status;
}

/* A decision is more than what was given: what reviewers agree on is filled in. */
static enum status print_decisions(struct cli *cli, struct store *store, const struct selection *selection, struct error *err)
{
	struct strbuf out = STRBUF_INIT;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < selection->count && i < DECISIONS_SHOWN && status == STATUS_OK; i++) {
		const struct annotation *all;
		size_t count;
		status = store->ops->annotation_list(store, &cli->arena, selection->ids[i], &all, &count, err);
		const struct annotation *decision = status == STATUS_OK ? annotation_decision(all, count) : NULL;
		if (!decision)
			continue;
		struct strbuf text = STRBUF_INIT;
		decision_text(decision, &text);
		strbuf_addf(&out, "  counts of sample %lld: ", (long long)selection->ids[i]);
		out_clean(&out, strbuf_slice(&text));
		strbuf_addch(&out, '\n');
		strbuf_release(&text);
	}
	if (selection->count > DECISIONS_SHOWN)
		strbuf_addf(&out, "  … and of %zu more\n", selection->count - DECISIONS_SHOWN);
	out_flush(&out);
	strbuf_release(&out);
	return status;
}

static int annotate_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct annotate_values *values = options_given;
	struct selection selection;
	struct store *store;
	struct error err;
	int64_t edit = 0;

	if (values->defer_until && (has_judgement(values) || (values->status >= 0 && values->status != SAMPLE_DEFERRED)))
		return cli_usage(cli, "--defer-until stands alone: it sets the status deferred");
	if (values->status >= 0 && has_judgement(values))
		return cli_usage(cli, "--status stands alone: a judgement sets the status itself");
	if (values->adjudicate && (!values->note || values->blind || values->lines.first))
		return cli_usage(cli, "--adjudicate is of the whole sample, in the sight of what reviewers said, and needs its reason: --note");
	if (values->duplicate_of == 0)
		return cli_usage(cli, "--duplicate-of names a sample by its number");
	if (values->no_symptoms && values->symptom.count > 0)
		return cli_usage(cli, "--symptom and --no-symptoms cannot both be meant; the symptoms given replace those before");
	if (values->status < 0 && !values->defer_until && !has_judgement(values))
		return cli_usage(cli, "nothing to say about the samples: give --cause, --symptom, --verdict, --note, …");
	if (cli_open(cli, STORE_EDIT, &store, &err) != STATUS_OK ||
	    select_samples(cli, store, words->items, words->count, values->where, &selection, &err) != STATUS_OK ||
	    annotate(cli, store, values, &selection, &edit, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	answer_edited(values->json, selection.count, edit);
	if (values->adjudicate && !values->json && print_decisions(cli, store, &selection, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	return 0;
}

const struct command_body command_annotate = {
	.options = annotate_options,
	.values_bytes = sizeof(struct annotate_values),
	.words_max = WORDS_ANY,
	.query = QUERY_WHERE,
	.text = "However many samples are named, it is one edit, and `aitia undo` takes it back as one. A newer judgement "
		"of yours on the same lines supersedes the older one, which stays in the history. What it does not speak "
		"of is carried over from the older one, sample by sample: --severity alone keeps the cause, the symptoms, "
		"the verdict and the note.\n\n"
		"--adjudicate ends a dispute (`aitia list is:disputed`): as long as that decision stands, queries, counts, incidents and exports "
		"go by it alone. What reviewers said stays beside it as it was, and agreement is computed from that. The sample is in "
		"dispute again once somebody judges otherwise afterwards, or the decision is undone; another decision takes the place "
		"of the first, whoever made it.\n\n"
		"WHEN is a time (2026-12-05, 2026-12-05T14:00; UTC), a span from now (90m, 6h, 3d, 2w), tomorrow, a weekday, "
		"the key of an incident (until it is resolved), hits:QUERY (until some sample matches), or rule (until an "
		"import brings a new sample of the same rule). What has waited long enough is untriaged again, by an edit of "
		"its own in the log (due), which the workbench makes within a minute, commands that list, count or "
		"change something when they run.",
	.examples = annotate_examples,
	.answer = annotate_keys,
	.answer_text = "the edit",
	.run = annotate_run,
};
