/*
 * Hunks as POSIX diff -u writes them, and git's combined ones (git-diff(1), "Combined diff
 * format"), where a line has a sign for each parent. The counts in the header say where a
 * hunk ends: a removed line may look like anything.
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/diff.h"

#define NUMBER_MAX ((int64_t)1 << 40) /* more lines has no file; sums of two stay far from overflow */

void diff_hunk_init(struct diff_hunk *hunk)
{
	*hunk = (struct diff_hunk){ .raw = STRBUF_INIT, .code = STRBUF_INIT, .section = STRBUF_INIT };
}

void diff_hunk_release(struct diff_hunk *hunk)
{
	strbuf_release(&hunk->raw);
	strbuf_release(&hunk->code);
	strbuf_release(&hunk->section);
}

/* ---- the header line ------------------------------------------------------------------ */

static bool number_at(const char **at, const char *end, int64_t *out)
{
	const char *start = *at;

	for (*out = 0; *at < end && **at >= '0' && **at <= '9' && *out < NUMBER_MAX; (*at)++)
		*out = *out * 10 + (**at - '0');
	return *at > start && *out < NUMBER_MAX;
}

/* " -12,3": start and count, which is 1 when it is left out. */
static bool range_at(const char **at, const char *end, char sign, struct diff_range *out)
{
	*out = (struct diff_range){ .count = 1 };
	if (end - *at < 3 || (*at)[0] != ' ' || (*at)[1] != sign)
		return false;
	*at += 2;
	if (!number_at(at, end, &out->start))
		return false;
	if (*at == end || **at != ',')
		return true;
	(*at)++;
	return number_at(at, end, &out->count);
}

/* Fills in parents and ranges; the text behind them, or NULL. */
static const char *parse_start(struct slice line, int *parents, struct diff_range *old, struct diff_range *now)
{
	const char *at = line.at, *end = line.at + line.len_bytes;
	int marks = 0;

	while (at < end && *at == '@') {
		at++;
		marks++;
	}
	*parents = marks - 1;
	if (marks < 2 || *parents > DIFF_PARENTS_MAX)
		return NULL;
	for (int i = 0; i < *parents; i++)
		if (!range_at(&at, end, '-', &old[i]))
			return NULL;
	if (!range_at(&at, end, '+', now) || end - at < marks + 1 || *at++ != ' ')
		return NULL;
	for (; marks > 0; marks--)
		if (*at++ != '@')
			return NULL;
	return at;
}

bool diff_is_hunk_start(struct slice line)
{
	struct diff_range old[DIFF_PARENTS_MAX], now;
	int parents;

	return line.len_bytes > 2 && line.at[0] == '@' && parse_start(line, &parents, old, &now);
}

/* ---- lines ------------------------------------------------------------------------------- */

static void keep(struct diff_hunk *hunk, const struct diff_line *line)
{
	hunk->end_bytes = line->end_bytes;
	if (line->too_long || hunk->raw.len_bytes + line->text.len_bytes > DIFF_RECORD_BYTES_MAX)
		hunk->too_long = true;
	if (hunk->too_long)
		return;
	hunk->last_lines[1] = hunk->last_lines[0];
	hunk->last_offsets[1] = hunk->last_offsets[0];
	hunk->last_lines[0] = hunk->raw.len_bytes;
	hunk->last_offsets[0] = line->offset_bytes;
	strbuf_addslice(&hunk->raw, line->text);
	if (line->ended)
		strbuf_addch(&hunk->raw, '\n');
}

void diff_hunk_begin(struct diff_hunk *hunk, struct slice header, const struct diff_line *line)
{
	const char *rest = parse_start(line->text, &hunk->parents, hunk->old, &hunk->now);
	const char *end = line->text.at + line->text.len_bytes;

	hunk->open = true;
	hunk->too_long = hunk->last_is_new = hunk->at_end_of_file = false;
	hunk->last_lines[0] = hunk->last_lines[1] = 0;
	hunk->offset_bytes = line->offset_bytes;
	strbuf_clear(&hunk->raw);
	strbuf_clear(&hunk->code);
	strbuf_clear(&hunk->section);
	strbuf_addslice(&hunk->raw, header);
	hunk->header_len = header.len_bytes;
	keep(hunk, line);
	hunk->last_lines[0] = 0; /* the @@ line is none of the lines that may be another header */
	while (rest < end && *rest == ' ')
		rest++;
	while (rest < end && memchr(" \r", end[-1], 2))
		end--;
	strbuf_add(&hunk->section, rest, (size_t)(end - rest));
}

static bool is_complete(const struct diff_hunk *hunk)
{
	bool complete = hunk->now.have >= hunk->now.count;

	for (int i = 0; i < hunk->parents; i++)
		complete = complete && hunk->old[i].have >= hunk->old[i].count;
	return complete;
}

static bool is_blank(struct slice text)
{
	return text.len_bytes == 0 || (text.len_bytes == 1 && text.at[0] == '\r');
}

/* All signs of a line of a hunk. An empty line is an empty line of context whose blank
 * was lost on the way, as patch(1) takes it. */
static bool has_signs(const struct diff_hunk *hunk, struct slice text)
{
	if (is_blank(text))
		return true;
	if (text.len_bytes < (size_t)hunk->parents)
		return false;
	for (int i = 0; i < hunk->parents; i++)
		if (!memchr(" +-", text.at[i], 3))
			return false;
	return true;
}

static bool starts_with(struct slice text, const char *start)
{
	size_t len = strlen(start);

	return text.len_bytes >= len && memcmp(text.at, start, len) == 0;
}

/* Behind a hunk that is complete: one line more of it, rather than the "-- " of a mail's
 * signature or the next file's "--- ". */
static bool is_one_more(const struct diff_hunk *hunk, struct slice text)
{
	return !is_blank(text) && has_signs(hunk, text) && !slice_is(text, "--") && !starts_with(text, "-- ") &&
	       !slice_is(text, "--\r") && !starts_with(text, "---");
}

/* A line with "-" is in the parents that have one there and not in the result; any other
 * is in the result, and in the parents that have a blank. */
static void count_line(struct diff_hunk *hunk, struct slice text)
{
	bool blank = is_blank(text);
	bool removed = !blank && memchr(text.at, '-', (size_t)hunk->parents);

	for (int i = 0; i < hunk->parents; i++)
		hunk->old[i].have += blank || text.at[i] == (removed ? '-' : ' ');
	hunk->now.have += !removed;
	hunk->last_is_new = !removed;
	if (removed || hunk->too_long)
		return;
	size_t signs = blank ? 0 : (size_t)hunk->parents;
	strbuf_add(&hunk->code, text.at + signs, text.len_bytes - signs);
	strbuf_addch(&hunk->code, '\n');
}

bool diff_hunk_take(struct diff_hunk *hunk, const struct diff_line *line)
{
	struct slice text = line->text;

	if (line->too_long) {
		bool takes = !hunk->too_long && !is_complete(hunk);
		if (takes)
			keep(hunk, line);
		return takes;
	}
	if (text.len_bytes && text.at[0] == '\\') { /* "\ No newline at end of file", in any language */
		keep(hunk, line);
		if (hunk->last_is_new && hunk->code.len_bytes)
			strbuf_truncate(&hunk->code, hunk->code.len_bytes - 1);
		hunk->last_is_new = false;
		return true;
	}
	if (is_complete(hunk) ? !is_one_more(hunk, text) : !has_signs(hunk, text))
		return false;
	keep(hunk, line);
	count_line(hunk, text);
	return true;
}

/* ---- the end ----------------------------------------------------------------------------- */

const char *diff_hunk_fault(const struct diff_hunk *hunk, struct arena *arena)
{
	bool fits = hunk->now.have == hunk->now.count;

	if (hunk->too_long)
		return "the hunk is longer than 8 MiB";
	for (int i = 0; i < hunk->parents; i++)
		fits = fits && hunk->old[i].have == hunk->old[i].count;
	if (fits)
		return NULL;
	return arena_printf(arena, "the hunk's header promises %" PRId64 " old and %" PRId64 " new lines, but %" PRId64
			    " and %" PRId64 " stand there%s",
			    hunk->old[0].count, hunk->now.count, hunk->old[0].have, hunk->now.have,
			    hunk->at_end_of_file && !is_complete(hunk) ? "; the file ends in the middle of it" : "");
}

void diff_hunk_apply(const struct diff_hunk *hunk, struct record *record)
{
	struct sample *sample = &record->sample;

	if (hunk->now.count)
		sample->code = strbuf_slice(&hunk->code);
	sample->region.start_line = hunk->now.start;
	if (hunk->now.count > 0 && hunk->now.start > 0)
		sample->region.end_line = hunk->now.start + hunk->now.count - 1;
	record_add(record, "diff.section", utf8_clean(&record->arena, strbuf_slice(&hunk->section)), CERTAINTY_RECORDED);
	if (hunk->parents > 1)
		record_add_number(record, "diff.parents", hunk->parents, CERTAINTY_DERIVED);
}
