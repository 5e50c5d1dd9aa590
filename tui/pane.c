#include "tui/pane.h"

#include <stdarg.h>

#include "core/base/utf8.h"
#include "core/query_spans.h"
#include "tui/text_run.h"

#define SIDE_STEP 8 /* columns a key scrolls sideways */
#define WHEEL_ROWS 3
#define GAP 2       /* between columns of lines, at least; … */
#define GAP_MOST 10 /* … and at most: what belongs together stands together */

void pane_init(struct pane *pane)
{
	*pane = (struct pane){ .rows = 1 };
	arena_init(&pane->arena);
}

void pane_release(struct pane *pane)
{
	arena_release(&pane->arena);
	vec_release(&pane->spans);
	vec_release(&pane->lines);
}

void pane_clear(struct pane *pane)
{
	arena_clear(&pane->arena);
	vec_clear(&pane->spans);
	vec_clear(&pane->lines);
	pane->line_start = 0;
}

void pane_add(struct pane *pane, enum style style, const char *text)
{
	struct pane_span span = { style, arena_strdup(&pane->arena, text ? text : "") };

	vec_push(&pane->spans, span);
}

void pane_addf(struct pane *pane, enum style style, const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	pane_add(pane, style, line);
}

void pane_end(struct pane *pane, int indent)
{
	struct pane_line line = { pane->line_start, pane->spans.len - pane->line_start, indent };

	vec_push(&pane->lines, line);
	pane->line_start = pane->spans.len;
}

void pane_line(struct pane *pane, enum style style, const char *text)
{
	pane_add(pane, style, text);
	pane_end(pane, 0);
}

void pane_wrap(struct pane *pane, enum style style, int indent, int width, const char *text)
{
	const char *at = text ? text : "";

	if (width - indent < 8)
		width = indent + 8;
	while (*at) {
		size_t len = strcspn(at, "\n");
		struct slice line = { at, len };
		do {
			size_t take = text_fitting(line, width - indent);
			struct pane_span span = { style, arena_text(&pane->arena, (struct slice){ line.at, take }) };
			vec_push(&pane->spans, span);
			pane_end(pane, indent);
			line.at += take;
			line.len_bytes -= take;
		} while (line.len_bytes);
		at += len + (at[len] == '\n');
	}
}

void pane_hang(struct pane *pane, enum style style, int first, int indent, int width, const char *text)
{
	size_t take = text_fitting(slice_of(text), width - indent < 8 ? 8 : width - indent);

	pane_add(pane, style, arena_text(&pane->arena, (struct slice){ text, take }));
	pane_end(pane, first);
	pane_wrap(pane, style, indent, width, text + take);
}

static void add_piece(struct pane *pane, enum style style, const char *at, size_t len)
{
	struct pane_span span = { style, arena_text(&pane->arena, (struct slice){ at, len }) };

	if (len)
		vec_push(&pane->spans, span);
}

/* The span again, what was found in it apart. */
static void add_found(struct pane *pane, const struct pane_span *span, const struct text_spans *found)
{
	size_t at = 0;

	for (size_t i = 0; i < found->list.len; i++) {
		add_piece(pane, span->style, span->text + at, found->list.items[i].start - at);
		at = found->list.items[i].end;
		add_piece(pane, STYLE_FOUND, span->text + found->list.items[i].start, at - found->list.items[i].start);
	}
	add_piece(pane, span->style, span->text + at, strlen(span->text + at));
}

void pane_find(struct pane *pane, size_t first, const struct query *query)
{
	size_t start = first < pane->lines.len ? pane->lines.items[first].first : pane->spans.len;
	size_t count = pane->spans.len - start, at = start;
	struct text_spans found = { VEC_INIT };
	struct pane_span *before;

	if (!query || !count)
		return;
	before = arena_array(&pane->arena, count, sizeof(*before));
	memcpy(before, pane->spans.items + start, count * sizeof(*before));
	pane->spans.len = start;
	for (size_t line = first; line < pane->lines.len; line++) {
		size_t spans = pane->lines.items[line].count;
		pane->lines.items[line].first = pane->spans.len;
		for (; spans > 0; spans--, at++) {
			query_spans(query, slice_of(before[at - start].text), &found);
			add_found(pane, &before[at - start], &found);
		}
		pane->lines.items[line].count = pane->spans.len - pane->lines.items[line].first;
	}
	pane->line_start = pane->spans.len;
	vec_release(&found.list);
}

static enum style rich_style_of(enum rich_style style)
{
	static const enum style styles[] = {
		[RICH_PLAIN] = STYLE_TEXT,
		[RICH_HEADING] = STYLE_TITLE,
		[RICH_EMPHASIS] = STYLE_EMPHASIS,
		[RICH_STRONG] = STYLE_TITLE,
		[RICH_CODE] = STYLE_CODE_STRING,
		[RICH_LINK] = STYLE_LINK,
		[RICH_QUOTE] = STYLE_MUTED,
		[RICH_RULE] = STYLE_FRAME,
		[RICH_MUTED] = STYLE_MUTED,
	};
	return (size_t)style < ARRAY_LEN(styles) ? styles[style] : STYLE_TEXT;
}

void pane_rich(struct pane *pane, const struct rich_text *rich)
{
	for (size_t i = 0; i < rich->count; i++) {
		for (size_t j = 0; j < rich->lines[i].count; j++)
			pane_add(pane, rich_style_of(rich->lines[i].spans[j].style), rich->lines[i].spans[j].text);
		pane_end(pane, rich->lines[i].indent_columns);
	}
}

static size_t last_top(const struct pane *pane)
{
	size_t rows = pane->rows > 0 ? (size_t)pane->rows : 1;

	return pane->lines.len > rows ? pane->lines.len - rows : 0;
}

void pane_scroll(struct pane *pane, long top)
{
	size_t last = last_top(pane);

	pane->top = top < 0 ? 0 : (size_t)top > last ? last : (size_t)top;
}

void pane_resize(struct pane *pane, int rows)
{
	pane->rows = rows > 0 ? rows : 1;
	pane_scroll(pane, (long)pane->top);
}

bool pane_action(struct pane *pane, enum action action)
{
	long top = (long)pane->top, page = pane->rows > 1 ? pane->rows - 1 : 1;

	switch (action) {
	case ACTION_ID_down:
		pane_scroll(pane, top + 1);
		return true;
	case ACTION_ID_up:
		pane_scroll(pane, top - 1);
		return true;
	case ACTION_ID_half_down:
		pane_scroll(pane, top + (page + 1) / 2);
		return true;
	case ACTION_ID_half_up:
		pane_scroll(pane, top - (page + 1) / 2);
		return true;
	case ACTION_ID_page_down:
		pane_scroll(pane, top + page);
		return true;
	case ACTION_ID_page_up:
		pane_scroll(pane, top - page);
		return true;
	case ACTION_ID_first:
		pane_scroll(pane, 0);
		return true;
	case ACTION_ID_last:
		pane_scroll(pane, (long)pane->lines.len);
		return true;
	case ACTION_ID_left:
		pane->left = pane->left > SIDE_STEP ? pane->left - SIDE_STEP : 0;
		return true;
	case ACTION_ID_right:
		pane->left += SIDE_STEP;
		return true;
	default:
		return false;
	}
}

bool pane_wheel(struct pane *pane, const struct key *key)
{
	if (key->code != INPUT_MOUSE || (key->mouse != MOUSE_WHEEL_UP && key->mouse != MOUSE_WHEEL_DOWN))
		return false;
	pane_scroll(pane, (long)pane->top + (key->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS));
	return true;
}

void pane_text(const struct pane *pane, struct strbuf *out)
{
	for (size_t i = 0; i < pane->lines.len; i++) {
		const struct pane_line *line = &pane->lines.items[i];
		for (int blank = 0; blank < line->indent; blank++)
			strbuf_addch(out, ' ');
		for (size_t span = 0; span < line->count; span++)
			strbuf_addstr(out, pane->spans.items[line->first + span].text);
		strbuf_addch(out, '\n');
	}
}

int pane_columns(const struct pane *pane)
{
	int most = 0;

	for (size_t i = 0; i < pane->lines.len; i++) {
		const struct pane_line *line = &pane->lines.items[i];
		int columns = line->indent;
		for (size_t span = 0; span < line->count; span++)
			columns += utf8_text_columns(slice_of(pane->spans.items[line->first + span].text));
		if (columns > most)
			most = columns;
	}
	return most;
}

/* Where the column that begins at line `from` ends: at the last blank line of its lower half, so that no block is torn. */
static size_t block_end(const struct pane *pane, size_t from, size_t rows)
{
	size_t end = from + rows;

	if (end >= pane->lines.len)
		return pane->lines.len;
	for (size_t at = end; at > from && at >= from + rows / 2; at--)
		if (!pane->lines.items[at].count)
			return at;
	return end;
}

static size_t skip_blank(const struct pane *pane, size_t at)
{
	return at < pane->lines.len && !pane->lines.items[at].count ? at + 1 : at;
}

static bool fits_in_blocks(const struct pane *pane, int count, int rows)
{
	size_t at = 0;

	for (int i = 0; i < count && at < pane->lines.len; i++)
		at = skip_blank(pane, block_end(pane, at, (size_t)rows));
	return at >= pane->lines.len;
}

/* How many columns of lines there are side by side; *blocks: all is in view, no block of it in two of them. */
static int flows(const struct pane *pane, struct area area, bool *blocks)
{
	int most = pane->flow ? (area.columns + GAP) / (pane->flow + GAP) : 1, needed = area.rows > 0 ? ((int)pane->lines.len + area.rows - 1) / area.rows : 1;

	*blocks = false;
	for (int count = needed; area.rows > 0 && count > 1 && count <= most && !*blocks; count++)
		if ((*blocks = fits_in_blocks(pane, count, area.rows)))
			return count;
	most = needed < most ? needed : most;
	return most > 1 ? most : 1;
}

void pane_fit(struct pane *pane, struct area area)
{
	bool blocks;

	pane_resize(pane, area.rows * flows(pane, area, &blocks));
}

static void draw_lines(const struct pane *pane, struct surface *surface, struct area area, size_t from, size_t end)
{
	for (int row = 0; row < area.rows && from + (size_t)row < end; row++) {
		const struct pane_line *line = &pane->lines.items[from + (size_t)row];
		long column = line->indent;
		for (size_t i = 0; i < line->count; i++) {
			const struct pane_span *span = &pane->spans.items[line->first + i];
			text_run(surface, area, row, pane->left, &column, span->style, slice_of(span->text));
		}
	}
}

void pane_view(const struct pane *pane, struct surface *surface, struct area area)
{
	bool blocks;
	int count = flows(pane, area, &blocks);
	size_t from = pane->top, rows = area.rows > 0 ? (size_t)area.rows : 0;
	int step = area.columns / count;

	if (count > 1 && step < pane->flow + GAP)
		step = pane->flow + GAP; /* the last needs no gap */
	else if (count > 1 && step > pane->flow + GAP_MOST)
		step = pane->flow + GAP_MOST;
	for (int i = 0; i < count; i++) {
		struct area part = i + 1 < count ? area_left(&area, step) : area;
		size_t end = blocks ? block_end(pane, from, rows) : from + rows;
		if (i + 1 < count)
			area_right(&part, GAP);
		draw_lines(pane, surface, part, from, end < pane->lines.len ? end : pane->lines.len);
		from = blocks ? skip_blank(pane, end) : end;
	}
}
