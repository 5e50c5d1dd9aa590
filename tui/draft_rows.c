#include "tui/draft_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"
#include "core/diff.h"
#include "core/draft_text.h"
#include "tui/text_run.h"

#define NO_PLACE ((size_t)-1)
#define SECTION_POINTER "/sections/"

/* A line that reads somewhere: of a section laid out by itself, or of the document. */
struct read_line {
	const char *text;
	size_t section, source_line; /* of a section's; its title has line 0 */
	size_t place;
};

struct read_lines {
	VEC_OF(struct read_line) list;
};

struct making {
	struct arena *arena;
	const struct draft_text_request *request;
	struct read_lines own;       /* of all sections, in their order */
	const struct lint_finding **found; /* those that count: by section, then line */
	size_t found_count;
	VEC_OF(struct draft_row) rows;
};

/* ---- where it is read ------------------------------------------------------------------- */

static const char *joined(struct arena *arena, const struct rich_line *line)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	for (size_t i = 0; i < line->count; i++)
		strbuf_addstr(&text, line->spans[i].text);
	copy = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return copy;
}

/* Blank lines say nothing of where they are. */
static void add_lines(struct making *making, struct read_lines *to, const struct rich_text *rich, size_t section)
{
	for (size_t i = 0; i < rich->count; i++) {
		const char *text = joined(making->arena, &rich->lines[i]);
		if (text[strspn(text, " ")])
			vec_push(&to->list, ((struct read_line){ text, section, rich->lines[i].source_line, i }));
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The indices of those lines whose text is one of the others': what else there is keeps no
 * comparison busy. */
static size_t *in_common(struct arena *arena, const struct read_lines *lines, const struct read_lines *others, size_t *count)
{
	const char **texts = arena_array(arena, others->list.len + 1, sizeof(*texts));
	size_t *kept = arena_array(arena, lines->list.len + 1, sizeof(*kept));

	*count = 0;
	for (size_t i = 0; i < others->list.len; i++)
		texts[i] = others->list.items[i].text;
	qsort(texts, others->list.len, sizeof(*texts), by_text);
	for (size_t i = 0; i < lines->list.len; i++)
		if (bsearch(&lines->list.items[i].text, texts, others->list.len, sizeof(*texts), by_text))
			kept[(*count)++] = i;
	return kept;
}

struct pairing {
	const struct read_lines *own, *shown;
	const size_t *own_kept, *shown_kept;
};

static bool same_text(const void *context, size_t own_at, size_t shown_at)
{
	const struct pairing *pairing = context;

	return strcmp(pairing->own->list.items[pairing->own_kept[own_at]].text,
		      pairing->shown->list.items[pairing->shown_kept[shown_at]].text) == 0;
}

/* Lines that were not found lie behind the one found before, and not behind the next. */
static void fill_places(struct read_lines *own)
{
	size_t before = 0, next = NO_PLACE;

	for (size_t i = 0; i < own->list.len; i++) {
		struct read_line *line = &own->list.items[i];
		if (line->place == NO_PLACE)
			line->place = before + (line->source_line > 0);
		before = line->place;
	}
	for (size_t i = own->list.len; i > 0; i--) {
		struct read_line *line = &own->list.items[i - 1];
		if (line->place > next)
			line->place = next;
		next = line->place;
	}
}

static void find_places(struct making *making)
{
	const struct draft_text_request *request = making->request;
	size_t section_count, own_count, shown_count;
	const struct section_kind *kinds = section_kinds(&section_count);
	struct read_lines shown = { VEC_INIT };
	struct pairing pairing = { .own = &making->own, .shown = &shown };
	struct diff diff = { VEC_INIT };

	for (size_t i = 0; i < section_count; i++) {
		const char *text = incident_section(request->incident, kinds[i].key);
		struct rich_text rich = { NULL, 0 };
		vec_push(&making->own.list, ((struct read_line){ kinds[i].title, i, 0, 0 }));
		if (text[0])
			request->renderer->layout(making->arena, slice_of(text), request->shown_columns, &rich);
		add_lines(making, &making->own, &rich, i);
	}
	add_lines(making, &shown, request->shown, 0);
	pairing.own_kept = in_common(making->arena, &making->own, &shown, &own_count);
	pairing.shown_kept = in_common(making->arena, &shown, &making->own, &shown_count);
	diff_make(&diff, own_count, shown_count, same_text, &pairing);
	for (size_t i = 0; i < making->own.list.len; i++)
		making->own.list.items[i].place = NO_PLACE;
	for (size_t i = 0; i < diff.pieces.len; i++) {
		const struct diff_piece *piece = &diff.pieces.items[i];
		for (size_t k = 0; piece->kind == DIFF_SAME && k < piece->count; k++)
			making->own.list.items[pairing.own_kept[piece->old_at + k]].place =
				shown.list.items[pairing.shown_kept[piece->new_at + k]].place;
	}
	fill_places(&making->own);
	diff_release(&diff);
	vec_release(&shown.list);
}

/* The block at hand: own lines from `start` to before `end`. */
struct block {
	size_t start, end;
};

/* Of a line of a section's text (0: its title). Lines are asked in their order. */
static size_t place_of(const struct making *making, struct block *block, size_t section, size_t line)
{
	const struct read_line *own = making->own.list.items;
	size_t count = making->own.list.len, into, lines, rows;

	while (block->end < count && (own[block->end].section < section ||
				      (own[block->end].section == section && own[block->end].source_line <= line))) {
		block->start = block->end++;
		while (block->end < count && own[block->end].section == own[block->start].section &&
		       own[block->end].source_line == own[block->start].source_line)
			block->end++;
	}
	/* As many lines of text as lie before the next block read in so many rows. */
	rows = block->end - block->start;
	into = line - own[block->start].source_line;
	lines = block->end < count && own[block->end].section == section ? own[block->end].source_line - own[block->start].source_line :
									   into + 1;
	into = lines ? into * rows / lines : 0;
	return own[block->start + (into < rows ? into : rows - 1)].place;
}

/* ---- findings ------------------------------------------------------------------------------ */

static const char *section_of(const struct lint_finding *finding)
{
	size_t len = strlen(SECTION_POINTER);

	return strncmp(finding->pointer, SECTION_POINTER, len) == 0 ? finding->pointer + len : NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct lint_finding *left = *(const struct lint_finding *const *)a, *right = *(const struct lint_finding *const *)b;
	const char *left_section = section_of(left), *right_section = section_of(right);
	int order = !left_section || !right_section ? (left_section != NULL) - (right_section != NULL) :
						      strcmp(left_section, right_section);

	if (!order)
		order = (left->line > right->line) - (left->line < right->line);
	return order ? order : (left > right) - (left < right);
}

static void sort_findings(struct making *making)
{
	const struct lint_report *report = making->request->report;

	making->found = arena_array(making->arena, report->count + 1, sizeof(*making->found));
	for (size_t i = 0; i < report->count; i++)
		if (!report->findings[i].waived)
			making->found[making->found_count++] = &report->findings[i];
	qsort(making->found, making->found_count, sizeof(*making->found), by_place);
}

/* Those of a section, or (NULL) of no section, from *first on. */
static size_t findings_of(const struct making *making, const char *section, size_t *first)
{
	size_t count = 0;

	for (*first = 0; *first < making->found_count; ++*first) {
		const char *of = section_of(making->found[*first]);
		if (section ? of && strcmp(of, section) == 0 : !of)
			break;
	}
	for (; *first + count < making->found_count; count++) {
		const char *of = section_of(making->found[*first + count]);
		if (section ? !of || strcmp(of, section) != 0 : of != NULL)
			break;
	}
	return count;
}

/* ---- rows --------------------------------------------------------------------------------- */

static void put_broken(struct making *making, struct draft_row row, struct slice text)
{
	do {
		size_t take = row.kind == DRAFT_ROW_CODE ? text.len_bytes : text_fitting(text, making->request->columns);
		row.text = (struct slice){ text.at, take };
		vec_push(&making->rows, row);
		row.goes_on = true;
		text.at += take;
		text.len_bytes -= take;
	} while (text.len_bytes);
}

static struct slice finding_text(struct arena *arena, const struct lint_finding *finding)
{
	bool has_place = !section_of(finding);
	char *text = arena_printf(arena, "%s%s%s: %s%s%s%s", level_word(lint_rule_info(finding->rule)->level),
				  has_place && finding->place[0] ? ", " : "", has_place ? finding->place : "", finding->text,
				  finding->suggestion ? " (" : "", finding->suggestion ? finding->suggestion : "",
				  finding->suggestion ? ")" : "");

	for (char *at = text; *at; at++)
		if (*at == '\n' || *at == '\r' || *at == '\t')
			*at = ' ';
	return slice_of(text);
}

static void put_finding(struct making *making, const struct lint_finding *finding, const char *section, size_t place)
{
	put_broken(making, (struct draft_row){ DRAFT_ROW_FINDING, .level = lint_rule_info(finding->rule)->level, .section = section,
					       .line = finding->line, .place = place },
		   finding_text(making->arena, finding));
}

static struct slice without_return(struct slice line)
{
	line.len_bytes -= line.len_bytes && line.at[line.len_bytes - 1] == '\r';
	return line;
}

static void put_text(struct making *making, size_t section, const char *key, const char *text, const struct lint_finding **found,
		     size_t found_count, struct block *block)
{
	struct draft_fence fence = { 0 };
	struct slice rest = slice_of(text), line;
	size_t number = 0, next = 0;

	while (next < found_count && found[next]->line == 0) /* of the whole */
		next++;
	while (slice_next_line(&rest, &line)) {
		bool in_code = fence.mark != 0;
		struct draft_row row = { .section = key, .line = ++number };
		line = without_return(line);
		if (in_code && draft_fence_closes(line, &fence))
			fence.mark = 0;
		else if (!in_code)
			in_code = draft_fence_opens(line, &fence);
		row.kind = in_code ? DRAFT_ROW_CODE : DRAFT_ROW_TEXT;
		row.place = place_of(making, block, section, number);
		put_broken(making, row, line);
		for (; next < found_count && found[next]->line == number; next++)
			put_finding(making, found[next], key, row.place);
	}
	for (; next < found_count; next++)
		put_finding(making, found[next], key, place_of(making, block, section, number));
}

static enum level worst(const struct lint_finding *const *found, size_t count)
{
	enum level level = LEVEL_NONE;
	size_t worst_count = 0;

	for (size_t i = 0; i < count; i++) {
		enum level is = lint_rule_info(found[i]->rule)->level;
		if (!worst_count++ || is == LEVEL_ERROR || (is == LEVEL_WARNING && level != LEVEL_ERROR))
			level = is;
	}
	return level;
}

static void put_section(struct making *making, size_t section, const struct section_kind *kind, struct block *block)
{
	const char *text = incident_section(making->request->incident, kind->key);
	size_t first, count = findings_of(making, kind->key, &first);
	const struct lint_finding **found = making->found + first;
	struct draft_row row = { DRAFT_ROW_SECTION, .section = kind->key, .text = slice_of(kind->title), .findings = count,
				 .level = worst(found, count), .place = place_of(making, block, section, 0) };

	vec_push(&making->rows, row);
	if (!text[0])
		put_broken(making, (struct draft_row){ DRAFT_ROW_EMPTY, .section = kind->key, .place = row.place }, slice_of(arena_printf(making->arena, "(empty) %s", kind->prompt)));
	for (size_t i = 0; i < count && found[i]->line == 0; i++)
		put_finding(making, found[i], kind->key, row.place);
	put_text(making, section, kind->key, text, found, count, block);
	vec_push(&making->rows, ((struct draft_row){ DRAFT_ROW_BLANK, .section = kind->key, .place = making->rows.items[making->rows.len - 1].place }));
}

/* Findings of the record stand behind the document, under their heading. */
static size_t findings_place(const struct making *making)
{
	const struct rich_text *shown = making->request->shown;

	for (size_t i = shown->count; i > 0; i--)
		if (shown->lines[i - 1].count && shown->lines[i - 1].spans[0].style == RICH_HEADING &&
		    strstr(shown->lines[i - 1].spans[0].text, DRAFT_FINDINGS_TITLE))
			return i - 1;
	return shown->count ? shown->count - 1 : 0;
}

static void put_record(struct making *making)
{
	size_t first, count = findings_of(making, NULL, &first), place = findings_place(making);

	if (!count)
		return;
	vec_push(&making->rows, ((struct draft_row){ DRAFT_ROW_SECTION, .text = slice_of("The rest of the record"), .findings = count,
						     .level = worst(making->found + first, count), .place = place }));
	for (size_t i = 0; i < count; i++)
		put_finding(making, making->found[first + i], NULL, place);
}

const struct draft_row *draft_rows(struct arena *arena, const struct draft_text_request *request, size_t *count)
{
	struct making making = { .arena = arena, .request = request, .own = { VEC_INIT }, .rows = VEC_INIT };
	struct block block = { 0, 0 };
	size_t section_count;
	const struct section_kind *kinds = section_kinds(&section_count);
	struct draft_row *rows;

	find_places(&making);
	sort_findings(&making);
	for (size_t i = 0; i < section_count; i++)
		put_section(&making, i, &kinds[i], &block);
	put_record(&making);
	rows = arena_array(arena, making.rows.len + 1, sizeof(*rows));
	memcpy(rows, making.rows.items, making.rows.len * sizeof(*rows));
	*count = making.rows.len;
	vec_release(&making.rows);
	vec_release(&making.own.list);
	return rows;
}
