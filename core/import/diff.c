/*
 * Unified diffs: a sample per hunk, each with the header of its file so that it is a patch
 * of its own; or per file, then also for those that no hunk shows (binary, renamed, of
 * another mode). Text around them is passed over. What cannot be a hunk is rejected, and
 * the next one is read.
 */
#include <string.h>

#include "core/import/diff.h"
#include "core/import/importers.h"

/* ---- recognition ------------------------------------------------------------------------ */

static bool starts_with(struct slice text, const char *start)
{
	size_t len = strlen(start);

	return text.len_bytes >= len && memcmp(text.at, start, len) == 0;
}

static bool cut_line(struct slice *rest, struct slice *line)
{
	if (rest->len_bytes == 0)
		return false;
	const char *newline = memchr(rest->at, '\n', rest->len_bytes);
	line->at = rest->at;
	line->len_bytes = newline ? (size_t)(newline - rest->at) : rest->len_bytes;
	size_t taken = line->len_bytes + (newline != NULL);
	*rest = (struct slice){ rest->at + taken, rest->len_bytes - taken };
	return true;
}

/* What a file may start with that is a patch from its first line on. */
static bool is_first_line(struct slice line)
{
	return starts_with(line, "diff -") || starts_with(line, "Index: ") || starts_with(line, "--- ") ||
	       starts_with(line, "=== ") || diff_is_hunk_start(line) || diff_commit_starts(line) ||
	       diff_is_mail_start(line) || diff_is_first_field(line) || starts_with(line, "Binary files ");
}

int diff_recognise(struct slice head, const char *file)
{
	struct slice rest = import_skip_mark(head), line;
	bool leads = false, is_first = true, has_old = false, has_names = false, has_git = false, encoded = false;
	bool fenced = false; /* an example in a page of Markdown (CommonMark 0.30, 4.5), not a diff */

	(void)file;
	if (rest.len_bytes == 0 || memchr("{[<", rest.at[0], 3))
		return 0;
	while (cut_line(&rest, &line)) {
		if (is_first && line.len_bytes > 0 && line.at[0] != '\r') {
			leads = is_first_line(line);
			is_first = false;
		}
		if (memchr(line.at, '\0', line.len_bytes))
			return 0;
		fenced ^= starts_with(line, "```") || starts_with(line, "~~~");
		if (fenced && !leads)
			continue;
		if (diff_is_hunk_start(line) && (has_names || leads))
			return has_names ? (leads ? 95 : 60) : 50;
		has_names = has_names || (has_old && starts_with(line, "+++ "));
		has_old = starts_with(line, "--- ");
		has_git = has_git || starts_with(line, "diff --git ") || (leads && starts_with(line, "Binary files "));
		encoded = encoded || starts_with(line, "Content-Transfer-Encoding: base64");
	}
	if (has_git)
		return leads ? 90 : 50;
	return leads && encoded ? 30 : 0;
}

/* ---- the run ------------------------------------------------------------------------------- */

struct diff_run {
	struct import_sink *sink;
	struct record record;
	struct diff_commit commit;
	struct diff_header header;
	struct diff_hunk hunk;
	int64_t number;        /* of the record at hand, from 1: a hunk or a file */
	bool is_diff;          /* a file's header or a hunk was there */
	/* Per file: */
	struct strbuf body;    /* what has been read of it */
	struct strbuf code;    /* of its only hunk */
	int64_t hunks;
	struct region region;
	uint64_t end_bytes;
	char fault[256];       /* of its first hunk that cannot be taken, or "" */
	bool too_long;
};

static bool per_file(const struct diff_run *run)
{
	return run->sink->options->per == IMPORT_PER_FILE;
}

static void begin_sample(struct diff_run *run, struct slice diff)
{
	run->number++;
	run->record.sample.kind = SAMPLE_KIND_PATCH;
	run->record.sample.diff = diff;
	diff_header_apply(&run->header, &run->record);
	diff_commit_apply(&run->commit, &run->record);
}

static enum status give_sample(struct diff_run *run, struct error *err)
{
	return run->sink->sample(run->sink, run->number, record_finish(&run->record), err);
}

static enum status reject(struct diff_run *run, uint64_t from, uint64_t to, const char *reason, struct slice raw,
			  struct error *err)
{
	struct batch_reject rejected = { ++run->number, (int64_t)from, (int64_t)(to - from), reason, raw };

	return run->sink->reject(run->sink, &rejected, err);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void add_to_body(struct diff_run *run, struct slice text)
{
	if (run->body.len_bytes + text.len_bytes > DIFF_RECORD_BYTES_MAX)
		run->too_long = true;
	else
		strbuf_addslice(&run->body, text);
}

static enum status give_file(struct diff_run *run, struct error *err)
{
	if (run->hunks == 0)
		add_to_body(run, strbuf_slice(&run->header.raw));
	record_begin(&run->record);
	if (run->too_long || run->fault[0])
		return reject(run, run->header.offset_bytes, run->end_bytes,
			      run->too_long ? "the file's part is longer than 8 MiB" : run->fault,
			      strbuf_slice(&run->body), err);
	begin_sample(run, strbuf_slice(&run->body));
	run->record.sample.region = run->region;
	if (run->hunks == 1 && run->code.len_bytes)
		run->record.sample.code = strbuf_slice(&run->code);
	if (run->hunks > 1)
		record_add_number(&run->record, "diff.hunks", run->hunks, CERTAINTY_DERIVED);
	return give_sample(run, err);
}

static enum status finish_file(struct diff_run *run, struct error *err)
{
	enum status status = STATUS_OK;

	if (per_file(run) && (run->hunks > 0 || (run->header.open && (run->header.git.len_bytes || run->header.binary))))
		status = give_file(run, err);
	diff_header_clear(&run->header);
	strbuf_clear(&run->body);
	strbuf_clear(&run->code);
	run->region = (struct region){ 0 };
	run->hunks = 0;
	run->fault[0] = '\0';
	run->too_long = false;
	return status;
}

/* ---- hunks ----------------------------------------------------------------------------------- */

static void add_hunk_to_file(struct diff_run *run, const char *fault)
{
	struct diff_hunk *hunk = &run->hunk;
	size_t from = run->hunks == 0 ? 0 : hunk->header_len;

	if (run->hunks == 0 && !run->header.open)
		run->header.offset_bytes = hunk->offset_bytes;
	add_to_body(run, (struct slice){ hunk->raw.text + from, hunk->raw.len_bytes - from });
	run->hunks++;
	run->end_bytes = hunk->end_bytes;
	if (fault && !run->fault[0])
		snprintf(run->fault, sizeof(run->fault), "of its hunk %lld: %s", (long long)run->hunks, fault);
	if (run->hunks == 1) {
		diff_hunk_apply(hunk, &run->record);
		run->region = run->record.sample.region;
		strbuf_addslice(&run->code, strbuf_slice(&hunk->code));
	} else {
		run->region.end_line = 0; /* the code between the hunks is not here */
	}
}

static enum status finish_hunk(struct diff_run *run, struct error *err)
{
	struct diff_hunk *hunk = &run->hunk;

	if (!hunk->open)
		return STATUS_OK;
	hunk->open = false;
	record_begin(&run->record);
	const char *fault = diff_hunk_fault(hunk, &run->record.arena);
	if (per_file(run)) {
		add_hunk_to_file(run, fault);
		return STATUS_OK;
	}
	if (fault)
		return reject(run, hunk->offset_bytes, hunk->end_bytes, fault, strbuf_slice(&hunk->raw), err);
	begin_sample(run, strbuf_slice(&hunk->raw));
	diff_hunk_apply(hunk, &run->record);
	return give_sample(run, err);
}

/*
 * A hunk with too few lines, where diffs have no line between files, has swallowed the next
 * file's "--- " and "+++ " as a removed and an added line. They are given back when a hunk
 * follows on them.
 */
static enum status give_back_header(struct diff_run *run, struct error *err)
{
	struct diff_hunk *hunk = &run->hunk;
	size_t old = hunk->last_lines[1], now = hunk->last_lines[0];
	struct slice raw = strbuf_slice(&hunk->raw);

	if (!old || hunk->too_long || !diff_hunk_fault(hunk, &run->record.arena) ||
	    !starts_with((struct slice){ raw.at + old, raw.len_bytes - old }, "--- ") ||
	    !starts_with((struct slice){ raw.at + now, raw.len_bytes - now }, "+++ "))
		return STATUS_OK;
	struct strbuf lines = STRBUF_INIT;
	strbuf_add(&lines, raw.at + old, raw.len_bytes - old);
	size_t split = now - old, end = lines.len_bytes;
	struct diff_line first = { .text = { lines.text, split - 1 }, .ended = true,
				   .offset_bytes = hunk->last_offsets[1], .end_bytes = hunk->last_offsets[0] };
	struct diff_line second = { .text = { lines.text + split, end - split - 1 }, .ended = true,
				    .offset_bytes = hunk->last_offsets[0], .end_bytes = hunk->end_bytes };
	strbuf_truncate(&hunk->raw, old);
	hunk->end_bytes = first.offset_bytes;
	hunk->old[0].have--;
	hunk->now.have--;
	enum status status = finish_hunk(run, err);
	if (status == STATUS_OK)
		status = finish_file(run, err);
	diff_header_take(&run->header, &first);
	diff_header_take(&run->header, &second);
	strbuf_release(&lines);
	return status;
}

/* ---- lines ------------------------------------------------------------------------------------ */

/* Outside of hunks. */
static enum status take_text(struct diff_run *run, const struct diff_line *line, struct error *err)
{
	enum status status = STATUS_OK;

	if (line->too_long)
		return STATUS_OK;
	bool commit = diff_commit_starts(line->text);
	if (commit || diff_header_begins(&run->header, line->text))
		status = finish_file(run, err);
	if (status != STATUS_OK)
		return status;
	if (commit)
		diff_commit_clear(&run->commit);
	if (diff_header_take(&run->header, line)) {
		run->is_diff = run->is_diff || run->header.is_git || run->header.has_new || run->header.binary;
		run->end_bytes = line->end_bytes;
		return STATUS_OK;
	}
	if (diff_is_hunk_start(line->text)) {
		run->is_diff = true;
		diff_hunk_begin(&run->hunk, strbuf_slice(&run->header.raw), line);
		return STATUS_OK;
	}
	if (!run->header.open) {
		diff_commit_line(&run->commit, line->text);
	} else if (per_file(run) && run->header.binary && run->hunks == 0) {
		/* The lines of a binary patch are its content. */
		add_to_body(run, strbuf_slice(&run->header.raw));
		strbuf_clear(&run->header.raw);
		add_to_body(run, line->text);
		add_to_body(run, (struct slice){ "\n", line->ended });
		run->end_bytes = line->end_bytes;
	}
	return STATUS_OK;
}

static enum status take_line(struct diff_run *run, const struct diff_line *line, struct error *err)
{
	enum status status = STATUS_OK;

	if (line->kind == DIFF_LINE_TEXT && run->hunk.open) {
		if (diff_hunk_take(&run->hunk, line))
			return STATUS_OK;
		if (!line->too_long && diff_is_hunk_start(line->text))
			status = give_back_header(run, err);
		if (status == STATUS_OK)
			status = finish_hunk(run, err);
		return status == STATUS_OK ? take_text(run, line, err) : status;
	}
	if (line->kind == DIFF_LINE_TEXT)
		return take_text(run, line, err);
	if (line->kind == DIFF_LINE_FIELD) {
		diff_commit_field(&run->commit, line->text);
		return STATUS_OK;
	}
	status = finish_hunk(run, err);
	if (status == STATUS_OK)
		status = finish_file(run, err);
	diff_commit_clear(&run->commit);
	diff_commit_line(&run->commit, line->text);
	return status;
}

static enum status take_lines(struct diff_run *run, struct diff_lines *lines, struct error *err)
{
	struct diff_line line;
	bool found;
	enum status status;

	while ((status = diff_lines_next(lines, &line, &found, err)) == STATUS_OK && found) {
		if (line.offset_bytes == 0 && line.text.at) {
			struct slice text = import_skip_mark(line.text);
			line.offset_bytes += line.text.len_bytes - text.len_bytes;
			line.text = text;
		}
		status = take_line(run, &line, err);
		if (status == STATUS_OK)
			status = run->sink->advance(run->sink, line.end_bytes, err);
		if (status != STATUS_OK)
			return status;
	}
	run->hunk.at_end_of_file = true;
	if (status == STATUS_OK)
		status = finish_hunk(run, err);
	if (status == STATUS_OK)
		status = finish_file(run, err);
	if (status == STATUS_OK && !run->is_diff)
		return error_set(err, STATUS_NOT_FOUND, "no diff: neither a file's header (diff --git, Index:, --- and +++) nor a "
				 "hunk (@@ -1,2 +1,3 @@) is in it");
	return status;
}

enum status diff_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct diff_lines *lines = diff_lines_open(source->fd, DIFF_RECORD_BYTES_MAX);
	struct diff_run run = { .sink = sink, .body = STRBUF_INIT, .code = STRBUF_INIT };

	/* Only a file's own path says its language: NULL. */
	record_init(&run.record, NULL);
	diff_commit_init(&run.commit);
	diff_header_init(&run.header);
	diff_hunk_init(&run.hunk);
	enum status status = take_lines(&run, lines, err);
	record_release(&run.record);
	diff_commit_release(&run.commit);
	diff_header_release(&run.header);
	diff_hunk_release(&run.hunk);
	strbuf_release(&run.body);
	strbuf_release(&run.code);
	diff_lines_free(lines);
	return status;
}
