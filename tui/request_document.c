/* Requests about an incident's document: laid out for the screen, written for a site. */
#include "tui/request_run.h"

#include "core/base/file.h"

#include "core/lint.h"
#include "core/postmortem_state.h"
#include "core/publish.h"
#include "core/redact.h"
#include "tui/draft_rows.h"

#define RULES_BYTES_MAX (4u << 20)
#define DRAFT_SAMPLES 5      /* as many as an exported page shows (publish.c) */
#define DRAFT_WIDTH_MIN 20

static enum status need_renderer(const struct backend *backend, struct error *err)
{
	if (backend->renderer)
		return STATUS_OK;
	return error_set(err, STATUS_REFUSED, "there is no renderer: documents cannot be made");
}

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
		status = need_renderer(backend, err);
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

/* Pages by outcome, for the message. */
struct published {
	struct strbuf paths[PUBLISH_OUTCOMES];
};

static void note_page(void *context, const char *key, const char *path, enum publish_outcome outcome)
{
	struct published *published = context;
	struct strbuf *paths = &published->paths[outcome];

	(void)key;
	if (paths->len_bytes)
		strbuf_addstr(paths, ", ");
	strbuf_addstr(paths, path);
}

static const char *published_text(struct arena *arena, const struct published *published)
{
	static const char *const words[PUBLISH_OUTCOMES] = {
		[PUBLISH_WRITTEN] = "written",
		[PUBLISH_UNCHANGED] = "unchanged",
		[PUBLISH_REFUSED] = "left alone",
		[PUBLISH_STALE] = "stale",
		[PUBLISH_KEPT] = "kept",
		[PUBLISH_REMOVED] = "removed",
	};
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < PUBLISH_OUTCOMES; i++)
		if (published->paths[i].len_bytes)
			strbuf_addf(&text, "%s%s: %s", text.len_bytes ? "; " : "", words[i],
				    published->paths[i].text);
	const char *copy = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return copy;
}

/* The team's rules and decisions; without a file, those that are built in. */
static enum status open_redactor(const struct backend *backend, struct answer *answer, struct redactor **out, struct error *err)
{
	struct slice rules = { NULL, 0 };
	const char *path = backend->redact_rules ? backend->redact_rules : "";
	enum status status = STATUS_OK;

	if (path[0])
		status = file_read_optional(&answer->arena, path, RULES_BYTES_MAX, &rules, err);
	if (status != STATUS_OK)
		return error_wrap(err, status, "the rules of redaction cannot be read");
	return redactor_new(rules.at ? rules : slice_of(""), path, out, err);
}

enum status request_publish(const struct backend *backend, const struct request *request,
			    struct answer *answer, struct error *err)
{
	struct published published;
	struct publish_options options = {
		.site = request->site,
		.out_folder = request->folder ? request->folder : ".",
		.page_template = backend->page_template,
		.page = note_page,
		.context = &published,
	};
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = need_renderer(backend, err);
	if (status != STATUS_OK)
		return status;
	if (options.page_template && options.page_template->is_public && !request->is_public)
		return error_set(err, STATUS_REFUSED, "the template '%s' is for users: export it for the public", options.page_template->name);
	if (request->is_public)
		status = open_redactor(backend, answer, &options.redactor, err);
	if (status != STATUS_OK)
		return status;
	if (!options.site) {
		size_t count;
		const struct site *sites = backend->renderer->sites(&count);
		options.site = count ? sites[0].name : "";
	}
	for (size_t i = 0; i < PUBLISH_OUTCOMES; i++)
		strbuf_init(&published.paths[i]);
	status = publish_incident(backend->store, backend->renderer, &answer->arena, request->key, &options, err);
	redactor_free(options.redactor);
	if (status == STATUS_REFUSED && published.paths[PUBLISH_REFUSED].len_bytes)
		status = error_set(err, status, "edited by hand, and left alone: %.300s; `aitia edit %s --adopt` takes that back, `aitia export` "
				   "shows what differs", published.paths[PUBLISH_REFUSED].text, request->key);
	answer->key = arena_strdup(&answer->arena, request->key);
	answer->message = published_text(&answer->arena, &published);
	for (size_t i = 0; i < PUBLISH_OUTCOMES; i++)
		strbuf_release(&published.paths[i]);
	return status;
}

enum status request_keep(const struct backend *backend, const struct request *request,
			 struct answer *answer, struct error *err)
{
	(void)backend;
	(void)answer;
	/* Whatever was typed, or copied. */
	return file_write_private(request->path, slice_of(request->text), err);
}
