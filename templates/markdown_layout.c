#include "templates/layout.h"
#include "templates/markdown.h"

#define INPUT_MAX_BYTES ((size_t)16 << 20)

int layout_inner_width(const struct layout *w)
{
	int width = w->width - w->around.columns;
	return width < 1 ? 1 : width;
}

/* The leading blanks of the prefix are the line's indent, the rest is a span. */
static struct rich_line prefixed(struct layout *w, int depth, bool blank_line, const struct rich_span *spans,
				 size_t count)
{
	struct strbuf prefix = STRBUF_INIT;
	struct rich_line line = { .source_line = w->source_line };
	struct rich_span *all = arena_array(w->arena, count + 1, sizeof(*all));
	bool quoted = false;
	size_t blanks;

	for (int i = 0; i < depth; i++) {
		struct container *c = &w->around.stack[i];

		if (c->quote) {
			strbuf_addstr(&prefix, "│ ");
			quoted = true;
		} else if (!c->marked && !blank_line) {
			strbuf_addstr(&prefix, c->marker);
			c->marked = true;
		} else
			strbuf_addf(&prefix, "%*s", c->width, "");
	}
	while (!count && prefix.len_bytes && prefix.text[prefix.len_bytes - 1] == ' ')
		strbuf_truncate(&prefix, prefix.len_bytes - 1);
	blanks = strspn(prefix.text, " ");
	line.indent_columns = (int)blanks;
	if (prefix.len_bytes > blanks) {
		all[0].style = quoted ? RICH_QUOTE : RICH_PLAIN;
		all[0].text = arena_strdup(w->arena, prefix.text + blanks);
		line.count = 1;
	}
	if (count)
		memcpy(all + line.count, spans, count * sizeof(*spans));
	line.count += count;
	line.spans = all;
	strbuf_release(&prefix);
	return line;
}

void layout_put_line(struct layout *w, const struct rich_span *spans, size_t count)
{
	struct rich_line line = prefixed(w, w->around.depth, false, spans, count);

	vec_push(&w->lines, line);
}

void layout_gap(struct layout *w)
{
	int shared;

	if (containers_gap(&w->around, &shared)) {
		struct rich_line line = prefixed(w, shared, true, NULL, 0);
		vec_push(&w->lines, line);
	}
}

void layout_add_run(struct layout *w, enum rich_style style, struct slice text)
{
	struct text_run run = { style, text };

	if (text.len_bytes)
		vec_push(&w->runs, run);
}

static void put_runs(struct layout *w, bool keep_blanks)
{
	struct wrapped wrapped;

	layout_gap(w);
	wrap_runs(w->arena, w->runs.items, w->runs.len, layout_inner_width(w), keep_blanks, &wrapped);
	for (size_t i = 0; i < wrapped.count; i++)
		layout_put_line(w, wrapped.lines[i].spans, wrapped.lines[i].count);
	vec_clear(&w->runs);
}

static void put_literal(struct layout *w, cmark_node *node, enum rich_style style)
{
	struct slice text = markdown_clean(w->arena, cmark_node_get_literal(node), true);

	if (text.len_bytes && text.at[text.len_bytes - 1] == '\n')
		text.len_bytes--;
	vec_clear(&w->runs);
	layout_add_run(w, style, text);
	put_runs(w, true);
}

static void put_rule(struct layout *w)
{
	struct strbuf text = STRBUF_INIT;
	struct rich_span span = { RICH_RULE, NULL };

	for (int i = layout_inner_width(w); i > 0; i--)
		strbuf_addstr(&text, "─");
	span.text = arena_strdup(w->arena, text.text);
	strbuf_release(&text);
	layout_gap(w);
	layout_put_line(w, &span, 1);
}

static enum rich_style current_style(const struct layout *w)
{
	if (w->heading)
		return RICH_HEADING;
	if (w->links)
		return RICH_LINK;
	if (w->strong)
		return RICH_STRONG;
	return w->emphasis ? RICH_EMPHASIS : RICH_PLAIN;
}

/* Behind a link's label its address, unless that is what the label says. */
static void put_address(struct layout *w, cmark_node *node)
{
	struct slice url = markdown_clean(w->arena, cmark_node_get_url(node), false);
	const char *mail = "mailto:";

	if (!url.len_bytes)
		return;
	if (w->runs.len == w->label_at + 1) {
		struct slice label = w->runs.items[w->label_at].text;
		size_t skip = strncmp(url.at, mail, strlen(mail)) == 0 ? strlen(mail) : 0;

		if (slice_eq(label, url) || slice_is(label, url.at + skip))
			return;
	}
	layout_add_run(w, RICH_MUTED, slice_of(w->runs.len > w->label_at ? " (" : "("));
	layout_add_run(w, RICH_MUTED, url);
	layout_add_run(w, RICH_MUTED, slice_of(")"));
}

/* As it was written: a terminal strikes nothing through. */
static void add_mark(struct layout *w, enum mark_kind kind, bool enter)
{
	if (kind == MARK_STRIKE)
		layout_add_run(w, current_style(w), slice_of("~~"));
	else if (enter && kind != MARK_NOTE)
		layout_add_run(w, current_style(w), slice_of(kind == MARK_TASK ? "[ ] " : "[x] "));
}

bool layout_inline(struct layout *w, cmark_event_type event, cmark_node *node)
{
	int step = event == CMARK_EVENT_ENTER ? 1 : -1;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_HTML_INLINE:
		layout_add_run(w, current_style(w), markdown_clean(w->arena, cmark_node_get_literal(node), false));
		return true;
	case CMARK_NODE_CODE:
		layout_add_run(w, w->heading ? RICH_HEADING : RICH_CODE,
			       markdown_clean(w->arena, cmark_node_get_literal(node), false));
		return true;
	case CMARK_NODE_SOFTBREAK:
		layout_add_run(w, current_style(w), slice_of(" "));
		return true;
	case CMARK_NODE_LINEBREAK:
		layout_add_run(w, current_style(w), slice_of("\n"));
		return true;
	case CMARK_NODE_EMPH:
		w->emphasis += step;
		return true;
	case CMARK_NODE_STRONG:
		w->strong += step;
		return true;
	case CMARK_NODE_LINK:
	case CMARK_NODE_IMAGE:
		if (step > 0 && w->links == 0)
			w->label_at = w->runs.len;
		w->links += step;
		if (step < 0 && w->links == 0)
			put_address(w, node);
		return true;
	case CMARK_NODE_CUSTOM_INLINE:
		if (markdown_mark(node))
			add_mark(w, markdown_mark(node)->kind, step > 0);
		return true;
	default:
		return false;
	}
}

static void enter_item(struct layout *w, cmark_node *item)
{
	cmark_node *list = cmark_node_parent(item);
	char marker[16] = "• ";
	int width = 2;

	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
		int number = w->lists <= CONTAINERS_DEPTH_MAX + 1 ? w->numbers[w->lists - 1]++ : 1;
		width = snprintf(marker, sizeof(marker), "%d. ", number < 0 ? 0 : number);
	}
	containers_enter_item(&w->around, marker, width, markdown_item_is_tight(item), !cmark_node_previous(item));
}

static void lay_event(struct layout *w, cmark_iter *iter, cmark_event_type event, cmark_node *node)
{
	bool enter = event == CMARK_EVENT_ENTER;
	struct table table;

	if (enter && cmark_node_get_type(node) <= CMARK_NODE_LAST_BLOCK && cmark_node_get_start_line(node) > 0)
		w->source_line = (size_t)cmark_node_get_start_line(node);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		if (enter)
			containers_enter_quote(&w->around, 2);
		else
			containers_leave(&w->around);
		break;
	case CMARK_NODE_LIST:
		if (!enter)
			w->lists--;
		else if (w->lists++ <= CONTAINERS_DEPTH_MAX)
			w->numbers[w->lists - 1] = cmark_node_get_list_start(node);
		break;
	case CMARK_NODE_ITEM:
		if (enter) {
			enter_item(w, node);
			break;
		}
		if (containers_unmarked(&w->around))
			put_runs(w, false);
		containers_leave(&w->around);
		break;
	case CMARK_NODE_PARAGRAPH:
		if (!enter)
			put_runs(w, false);
		else if (markdown_tree_table(&w->tree, w->arena, node, &table)) {
			layout_table(w, &table);
			cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
		}
		break;
	case CMARK_NODE_HEADING:
		w->heading = enter;
		if (!enter)
			put_runs(w, false);
		break;
	case CMARK_NODE_CODE_BLOCK:
		put_literal(w, node, RICH_CODE);
		break;
	case CMARK_NODE_HTML_BLOCK:
		put_literal(w, node, RICH_PLAIN);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		put_rule(w);
		break;
	default:
		layout_inline(w, event, node);
	}
}

void markdown_layout(struct arena *arena, struct slice markdown, int width_columns, struct rich_text *out)
{
	struct layout w = { .arena = arena, .width = width_columns < 1 ? 1 : width_columns,
			    .lines = VEC_INIT, .runs = VEC_INIT };
	bool cut = markdown.len_bytes > INPUT_MAX_BYTES;
	struct rich_line *lines;
	cmark_iter *iter;
	cmark_event_type event;

	if (cut)
		markdown.len_bytes = INPUT_MAX_BYTES;
	w.around.columns_max = w.width / 2 ? w.width / 2 : 1; /* half the line is for the text */
	markdown_tree_parse(&w.tree, arena, markdown);
	iter = cmark_iter_new(w.tree.root);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		lay_event(&w, iter, event, cmark_iter_get_node(iter));
	cmark_iter_free(iter);
	markdown_tree_release(&w.tree);
	if (cut) {
		layout_add_run(&w, RICH_MUTED, slice_of("(The text goes on: only its first 16 MiB are shown.)"));
		put_runs(&w, false);
	}
	lines = arena_array(arena, w.lines.len ? w.lines.len : 1, sizeof(*lines));
	if (w.lines.len)
		memcpy(lines, w.lines.items, w.lines.len * sizeof(*lines));
	out->lines = lines;
	out->count = w.lines.len;
	vec_release(&w.lines);
	vec_release(&w.runs);
}
