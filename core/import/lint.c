/*
 * What compilers and linters print: a sample per finding, notes as places of the finding
 * before them, and the line of the source that is shown below as code. Any other line is
 * other output of the build and passed over.
 */
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/importers.h"
#include "core/import/lines.h"
#include "core/import/lint.h"
#include "core/import/record.h"

#define LINE_BYTES_MAX ((size_t)1024 * 1024)
#define SNIPPET_BYTES_MAX ((size_t)64 * 1024)

/* ---- recognition ------------------------------------------------------------------------ */

struct census {
	int findings, companions, others;
	bool after_heading, after_path;
};

/* Lines that findings have around them count for them: sources, markers, notes. */
static void count_line(struct census *census, struct slice line)
{
	struct lint_finding finding;
	struct slice text;
	struct region region;
	int64_t number;
	bool after_heading = census->after_heading, after_path = census->after_path;

	census->after_heading = census->after_path = false;
	if (line.len_bytes == 0)
		return;
	if (lint_finding_parse(line, &finding) || (after_heading && lint_arrow_parse(line, &text, &region)) ||
	    (after_path && lint_row_parse(line, &finding))) {
		census->findings++;
		census->after_path = after_path;
	} else if (lint_heading_parse(line, &finding) || lint_path_alone(line)) {
		census->companions++;
		census->after_heading = lint_heading_parse(line, &finding);
		census->after_path = !census->after_heading;
	} else if (lint_include_parse(line, &text, &region) || lint_numbered_parse(line, &number, &text) ||
		   lint_is_marker(line)) {
		census->companions++;
	} else {
		census->others++;
	}
}

int lint_recognise(struct slice head, const char *file)
{
	struct census census = { 0 };
	struct strbuf line = STRBUF_INIT;

	(void)file;
	head = import_skip_mark(head);
	if (head.len_bytes == 0 || memchr(head.at, '\0', head.len_bytes))
		return 0;
	while (head.len_bytes) {
		const char *newline = memchr(head.at, '\n', head.len_bytes);
		size_t len = newline ? (size_t)(newline - head.at) : head.len_bytes;
		strbuf_clear(&line);
		lint_strip((struct slice){ head.at, len }, &line);
		count_line(&census, strbuf_slice(&line));
		len += newline != NULL;
		head = (struct slice){ head.at + len, head.len_bytes - len };
	}
	strbuf_release(&line);
	/* A line of the source below each finding is no companion that can be told. */
	int known = 2 * census.findings + census.companions, all = known + census.others;
	if (census.findings == 0)
		return 0;
	if (known * 2 >= all)
		return 85;
	return known * 5 >= all ? 60 : census.findings >= 3 ? 35 : 0;
}

/* ---- the run ------------------------------------------------------------------------------- */

/* What a snippet that comes next belongs to. */
enum target { TARGET_NONE, TARGET_FINDING, TARGET_PLACE };

struct lint_run {
	struct import_sink *sink;
	struct record record;
	int64_t number;               /* of findings, from 1 */
	bool open;                    /* one is under way */
	const char *tool;             /* of the whole text, for `shape` */
	enum lint_shape shape;

	enum target target;
	size_t place;                 /* index of the place that is the target */
	int64_t target_line;
	struct strbuf snippet;
	int64_t first_line, last_line; /* of `snippet`; 0: none */

	struct strbuf heading, path;  /* lines that the next one may complete; "" none */
	struct strbuf candidate;      /* a line below a finding: source, if a marker follows */
	bool has_candidate, wants_candidate;

	struct arena includes_arena;  /* "In file included from" of the finding to come */
	VEC_OF(struct place) includes;
};

/* ---- snippets ------------------------------------------------------------------------------ */

static void close_snippet(struct lint_run *run)
{
	struct record *record = &run->record;
	struct slice code = arena_slice(&record->arena, strbuf_slice(&run->snippet));

	if (run->first_line && run->target == TARGET_FINDING) {
		record->sample.code = code;
		record->sample.region = (struct region){ .start_line = run->first_line, .end_line = run->last_line };
	} else if (run->first_line && run->target == TARGET_PLACE) {
		record->places.items[run->place].text = code;
	}
	run->first_line = run->last_line = 0;
	strbuf_clear(&run->snippet);
	run->target = TARGET_NONE;
	run->has_candidate = run->wants_candidate = false;
}

static void aim(struct lint_run *run, enum target target, int64_t line)
{
	close_snippet(run);
	run->target = target;
	run->target_line = line;
	run->place = run->record.places.len - 1;
	run->wants_candidate = true;
}

/* Lines that follow on one another are kept; of several runs (rustc's "...") the one with
 * the line of the finding. */
static void add_to_snippet(struct lint_run *run, int64_t number, struct slice code)
{
	bool follows = run->first_line && number == run->last_line + 1;
	bool has_target = run->first_line && run->first_line <= run->target_line && run->target_line <= run->last_line;

	if (run->target == TARGET_NONE || (!follows && has_target) ||
	    run->snippet.len_bytes + code.len_bytes > SNIPPET_BYTES_MAX)
		return;
	if (!follows) {
		strbuf_clear(&run->snippet);
		run->first_line = number;
	}
	run->last_line = number;
	strbuf_addslice(&run->snippet, code);
	strbuf_addch(&run->snippet, '\n');
}

/* The line above a marker is the one that the finding is on. */
static void take_candidate(struct lint_run *run)
{
	struct slice code = strbuf_slice(&run->candidate);
	int64_t number = 0;
	size_t digits = 0;

	while (digits < code.len_bytes && digits < 9 && code.at[digits] >= '0' && code.at[digits] <= '9')
		number = number * 10 + (code.at[digits++] - '0');
	if (digits && number == run->target_line && digits < code.len_bytes && code.at[digits] == ' ')
		code = (struct slice){ code.at + digits + 1, code.len_bytes - digits - 1 }; /* tsc --pretty */
	if (run->target_line && !run->first_line)
		add_to_snippet(run, run->target_line, code);
	run->has_candidate = false;
}

/* ---- findings -------------------------------------------------------------------------------- */

static const char *text_of(struct lint_run *run, struct slice text)
{
	return text.len_bytes ? utf8_clean(&run->record.arena, text) : NULL;
}

static enum status flush(struct lint_run *run, struct error *err)
{
	close_snippet(run);
	if (!run->open)
		return STATUS_OK;
	run->open = false;
	return run->sink->sample(run->sink, run->number, record_finish(&run->record), err);
}

static bool is_analysis(struct slice rule)
{
	static const char *const starts[] = { "-Wanalyzer-", "clang-analyzer-", "security/" };

	for (size_t i = 0; rule.at && i < ARRAY_LEN(starts); i++)
		if (rule.len_bytes > strlen(starts[i]) && memcmp(rule.at, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static void add_includes(struct lint_run *run)
{
	for (size_t i = 0; i < run->includes.len; i++) {
		struct place *place = record_add_place(&run->record, PLACE_RELATED, 0);
		if (!place)
			break;
		place->path = arena_strdup(&run->record.arena, run->includes.items[i].path);
		place->region = run->includes.items[i].region;
		place->message = "included from here";
	}
	vec_clear(&run->includes);
	arena_clear(&run->includes_arena);
}

static enum status begin_finding(struct lint_run *run, const struct lint_finding *finding, struct error *err)
{
	enum status status = flush(run, err);
	if (status != STATUS_OK)
		return status;
	record_begin(&run->record);
	run->open = true;
	run->number++;

	struct sample *sample = &run->record.sample;
	struct flag *flag = record_add_flag(&run->record, is_analysis(finding->rule) ? SOURCE_SAST : SOURCE_LINTER, finding->level);
	bool fits_text = run->tool && run->shape == finding->shape;
	sample->kind = SAMPLE_KIND_COMPLETION;
	sample->path = text_of(run, finding->path);
	sample->region = finding->region;
	flag->tool = finding->tool ? finding->tool : fits_text ? run->tool : NULL;
	/* gcc, too, calls what no option controls by its level (-fdiagnostics-format=sarif). */
	flag->rule = finding->rule.len_bytes ? text_of(run, finding->rule) : level_word(finding->level);
	flag->message = text_of(run, finding->message);
	flag->region = finding->region;
	record_add(&run->record, "lint.tool", flag->tool, CERTAINTY_DERIVED);
	add_includes(run);
	aim(run, TARGET_FINDING, finding->region.start_line);
	return STATUS_OK;
}

static void add_note(struct lint_run *run, const struct lint_finding *note)
{
	close_snippet(run);
	struct place *place = record_add_place(&run->record, PLACE_RELATED, 0);
	if (!place)
		return;
	place->path = text_of(run, note->path);
	place->region = note->region;
	place->message = text_of(run, note->message);
	aim(run, TARGET_PLACE, note->region.start_line);
}

static enum status take_finding(struct lint_run *run, const struct lint_finding *finding, struct error *err)
{
	if (finding->is_note && run->open && !finding->rule.len_bytes) {
		add_note(run, finding);
		return STATUS_OK;
	}
	return begin_finding(run, finding, err);
}

/* " --> path:1:2" below a heading; one without is a further place of the finding. */
static enum status take_arrow(struct lint_run *run, struct slice path, const struct region *region, struct error *err)
{
	struct lint_finding finding;

	if (run->heading.len_bytes && lint_heading_parse(strbuf_slice(&run->heading), &finding)) {
		finding.path = path;
		finding.region = *region;
		if (!finding.tool && path.len_bytes > 3 && memcmp(path.at + path.len_bytes - 3, ".rs", 3) == 0)
			finding.tool = "rustc";
		else if (!finding.tool && finding.shape == LINT_CODE)
			finding.tool = "ruff"; /* nobody else writes codes so */
		return take_finding(run, &finding, err);
	}
	if (run->open) {
		finding = (struct lint_finding){ .path = path, .region = *region };
		add_note(run, &finding);
	}
	return STATUS_OK;
}

static void take_include(struct lint_run *run, struct slice path, const struct region *region)
{
	if (run->includes.len < RECORD_PLACES_MAX)
		vec_push(&run->includes, ((struct place){ .path = utf8_clean(&run->includes_arena, path), .region = *region }));
}

/* "  = note: `#[warn(unused_variables)]` on by default" names the lint (rustc, clippy). */
static void take_lint_name(struct lint_run *run, struct slice line)
{
	struct flag *flag = run->open ? &run->record.flags.items[0] : NULL;
	long at = utf8_find_folded(line, slice_of("= note: `#["));
	const char *open = at >= 0 ? memchr(line.at + at, '(', line.len_bytes - (size_t)at) : NULL;
	const char *close = open ? memchr(open, ')', line.len_bytes - (size_t)(open - line.at)) : NULL;

	if (flag && close && strcmp(flag->rule, level_word(flag->level)) == 0)
		flag->rule = text_of(run, (struct slice){ open + 1, (size_t)(close - open) - 1 });
}

/* ---- lines ------------------------------------------------------------------------------------- */

static void set(struct strbuf *to, struct slice text)
{
	strbuf_clear(to);
	strbuf_addslice(to, text);
}

static void take_other(struct lint_run *run, struct slice line)
{
	struct lint_finding heading;

	if (lint_heading_parse(line, &heading)) {
		set(&run->heading, line);
		close_snippet(run);
		return;
	}
	if (lint_path_alone(line))
		set(&run->path, line);
	take_lint_name(run, line);
	run->has_candidate = run->wants_candidate;
	run->wants_candidate = false;
	if (run->has_candidate)
		set(&run->candidate, line);
}

static enum status take_text(struct lint_run *run, struct slice line, struct error *err)
{
	struct lint_finding finding;
	struct slice text;
	struct region region;
	int64_t number;

	if (line.len_bytes == 0) {
		strbuf_clear(&run->heading);
		return STATUS_OK;
	}
	if (lint_finding_parse(line, &finding)) {
		strbuf_clear(&run->heading);
		return take_finding(run, &finding, err);
	}
	if (lint_arrow_parse(line, &text, &region)) {
		enum status status = take_arrow(run, text, &region, err);
		strbuf_clear(&run->heading);
		return status;
	}
	if (run->path.len_bytes && lint_row_parse(line, &finding)) {
		finding.path = strbuf_slice(&run->path);
		return begin_finding(run, &finding, err);
	}
	if (lint_include_parse(line, &text, &region))
		take_include(run, text, &region);
	else if (lint_numbered_parse(line, &number, &text))
		add_to_snippet(run, number, text);
	else if (lint_is_marker(line) && run->has_candidate)
		take_candidate(run);
	else if (!lint_is_marker(line))
		take_other(run, line);
	return STATUS_OK;
}

static enum status take_lines(struct lint_run *run, struct line_reader *reader, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct line line;
	bool found;
	enum status status;

	while ((status = line_reader_next(reader, &line, &found, err)) == STATUS_OK && found) {
		strbuf_clear(&text);
		lint_strip(line.offset_bytes == 0 ? import_skip_mark(line.text) : line.text, &text);
		/* A longer line is no finding, whatever it is. */
		if (!line.too_long)
			status = take_text(run, strbuf_slice(&text), err);
		if (status == STATUS_OK)
			status = run->sink->advance(run->sink, line_reader_offset(reader), err);
		if (status != STATUS_OK)
			break;
	}
	strbuf_release(&text);
	if (status == STATUS_OK)
		status = flush(run, err);
	if (status == STATUS_OK && run->number == 0)
		return error_set(err, STATUS_NOT_FOUND, "no line of it is a finding of a compiler or linter that is known "
				 "(path:line:column: level: message, and its kin)");
	return status;
}

enum status lint_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct line_reader *reader = line_reader_open(source->fd, LINE_BYTES_MAX);
	struct lint_run run = { .sink = sink, .snippet = STRBUF_INIT, .heading = STRBUF_INIT, .path = STRBUF_INIT,
				.candidate = STRBUF_INIT };
	struct strbuf head = STRBUF_INIT;

	lint_strip(source->head, &head);
	run.tool = lint_tool_of(strbuf_slice(&head), &run.shape);
	strbuf_release(&head);
	record_init(&run.record, NULL);
	arena_init(&run.includes_arena);
	enum status status = take_lines(&run, reader, err);
	record_release(&run.record);
	arena_release(&run.includes_arena);
	vec_release(&run.includes);
	strbuf_release(&run.snippet);
	strbuf_release(&run.heading);
	strbuf_release(&run.path);
	strbuf_release(&run.candidate);
	line_reader_free(reader);
	return status;
}
