/* Requests about an incident's document, laid out for the screen. */
#include "tui/request_run.h"

#include "core/base/file.h"

#include "core/lint.h"
#include "core/postmortem_state.h"
#include "core/publish.h"
#include "tui/draft_rows.h"

#define DRAFT_SAMPLES 5      /* as many as an exported page shows (publish.c) */
#define DRAFT_WIDTH_MIN 20

/* In one line, so that no text begins a block. */
static void put_line(struct strbuf *out, const char *text)
{
	for (; *text; text++)
		strbuf_addch(out, *text == '\n' || *text == '\r' ? ' ' : *text);
}

/* " 3 errors" or ", 3 errors"; nothing of none. */
static void put_amount(struct strbuf *out, size_t count, const char *what, size_t *parts)
{
	if (count)
		strbuf_addf(out, "%s %zu %s%s", (*parts)++ ? "," : "", count, what, count == 1 ? "" : "s");
}

/* What is still to be done: sections without a text, with what belongs there, and what lint
 * finds, behind the document; and a line of it for its head. Nothing where there is neither. */
static void put_to_do(const struct incident *incident, const struct lint_report *report, struct strbuf *head, struct strbuf *out)
{
	size_t count, empty = 0, parts = 0;
	const struct section_kind *kinds = section_kinds(&count);

	for (size_t i = 0; i < count; i++) {
		if (incident_section(incident, kinds[i].key)[0])
			continue;
		strbuf_addf(out, "%s- %s: %s\n", empty++ ? "" : "\n***\n\n## Still empty\n\n", kinds[i].title, kinds[i].prompt);
	}
	if (report->counted[LEVEL_ERROR] + report->counted[LEVEL_WARNING] + report->counted[LEVEL_NOTE])
		strbuf_addstr(out, empty ? "\n## " DRAFT_FINDINGS_TITLE "\n\n" : "\n***\n\n## " DRAFT_FINDINGS_TITLE "\n\n");
	for (size_t i = 0; i < report->count; i++) {
		const struct lint_finding *finding = &report->findings[i];
		if (finding->waived)
			continue;
		strbuf_addf(out, "- %s, **", level_word(lint_rule_info(finding->rule)->level));
		put_line(out, finding->place);
		strbuf_addstr(out, "**: ");
		put_line(out, finding->text);
		if (finding->suggestion) {
			strbuf_addstr(out, " (");
			put_line(out, finding->suggestion);
			strbuf_addch(out, ')');
		}
		strbuf_addch(out, '\n');
	}
	if (out->len_bytes) {
		strbuf_addstr(head, "> Still to do, at the end:");
		put_amount(head, empty, "empty section", &parts);
		put_amount(head, report->counted[LEVEL_ERROR], "error", &parts);
		put_amount(head, report->counted[LEVEL_WARNING], "warning", &parts);
		put_amount(head, report->counted[LEVEL_NOTE], "note", &parts);
		strbuf_addstr(head, ".\n\n");
	}
}

static int at_least(int columns)
{
	return columns > DRAFT_WIDTH_MIN ? columns : DRAFT_WIDTH_MIN;
}

static void lay_out(const struct backend *backend, const struct request *request, const struct incident *incident,
		    const struct lint_report *report, struct slice markdown, struct answer *answer)
{
	struct draft_text_request text = {
		.incident = incident, .report = report, .renderer = backend->renderer, .shown = &answer->rich,
		.shown_columns = at_least(request->width), .columns = at_least(request->text_width),
	};

	backend->renderer->layout(&answer->arena, markdown, text.shown_columns, &answer->rich);
	answer->draft_rows = draft_rows(&answer->arena, &text, &answer->draft_row_count);
}

enum status request_draft(const struct backend *backend, const struct request *request,
			  struct answer *answer, struct error *err)
{
	struct postmortem_review review;
	struct postmortem_input input;
	struct lint_report report;
	struct slice markdown;
	struct strbuf text = STRBUF_INIT, to_do = STRBUF_INIT;
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = request_need_renderer(backend, err);
	if (status == STATUS_OK)
		status = publish_gather(backend->store, &answer->arena, request->key, DRAFT_SAMPLES, &input, err);
	if (status == STATUS_OK) {
		review = postmortem_review(input.incident);
		input.postmortem = &review;
	}
	input.page_template = backend->page_template;
	if (status == STATUS_OK)
		status = backend->renderer->draft(&answer->arena, &input, &markdown, err);
	if (status == STATUS_OK)
		status = lint_load(backend->store, &answer->arena, input.incident->key, NULL, 0, &report, err);
	if (status == STATUS_OK) {
		put_to_do(input.incident, &report, &text, &to_do);
		strbuf_addslice(&text, markdown);
		strbuf_addslice(&text, strbuf_slice(&to_do));
		markdown = arena_slice(&answer->arena, strbuf_slice(&text));
	}
	strbuf_release(&text);
	strbuf_release(&to_do);
	if (status != STATUS_OK)
		return status;
	lay_out(backend, request, input.incident, &report, markdown, answer);
	answer->message = arena_printf(&answer->arena, "Postmortem: %s%s%s", postmortem_review_text(&answer->arena, &review, false),
				       review.step && review.step->text ? ": " : "",
				       review.step && review.step->text ? review.step->text : "");
	answer->key = arena_strdup(&answer->arena, request->key);
	return STATUS_OK;
}

enum status request_keep(const struct backend *backend, const struct request *request,
			 struct answer *answer, struct error *err)
{
	(void)backend;
	(void)answer;
	/* Whatever was typed, or copied. */
	return file_write_private(request->path, slice_of(request->text), err);
}
