#include "templates/markdown.h"

#include <stdint.h>

#include "core/base/ascii.h"
#include "templates/containers.h"
#include "templates/markdown_inline.h"

#define LIST_DEPTH_MAX (CONTAINERS_DEPTH_MAX + 1)

struct writer {
	const struct site_writer *site;
	struct strbuf *out;
	struct arena *arena;
	struct markdown_tree *tree;
	struct containers around;
	int heading_shift;
	int numbers[LIST_DEPTH_MAX];  /* of the next item of each open list */
	int lists;                    /* open */
	struct strbuf line;           /* the leaf block being gathered */
	struct inline_writer inlines;
	const struct reference_taker *taker;
};

/* `between` two blocks: markers that are still to be written wait for the next one. */
static void put_prefix(struct writer *w, int depth, bool between, bool blank_line)
{
	size_t start = w->out->len_bytes;

	for (int i = 0; i < depth; i++) {
		struct container *c = &w->around.stack[i];

		if (c->quote)
			strbuf_addstr(w->out, "> ");
		else if (!c->marked && !between) {
			strbuf_addf(w->out, "%-*s", c->width, c->marker);
			c->marked = true;
		} else
			strbuf_addf(w->out, "%*s", c->width, "");
	}
	while (blank_line && w->out->len_bytes > start && w->out->text[w->out->len_bytes - 1] == ' ')
		strbuf_truncate(w->out, w->out->len_bytes - 1);
}

/* Lines of one block, behind what separates it from the block before. */
static void put_block(struct writer *w, struct slice text)
{
	int shared;
	size_t at = 0;

	if (containers_gap(&w->around, &shared)) {
		put_prefix(w, shared, true, true);
		strbuf_addch(w->out, '\n');
	}
	do {
		const char *end = text.len_bytes > at ? memchr(text.at + at, '\n', text.len_bytes - at) : NULL;
		size_t len = end ? (size_t)(end - text.at) - at : text.len_bytes - at;

		put_prefix(w, w->around.depth, false, len == 0);
		strbuf_add(w->out, text.at + at, len);
		strbuf_addch(w->out, '\n');
		at += len + 1;
	} while (at < text.len_bytes);
}

static void enter_item(struct writer *w, cmark_node *item)
{
	cmark_node *list = cmark_node_parent(item);
	bool first = !cmark_node_previous(item);
	bool other = cmark_node_get_user_data(list) != NULL;
	char marker[16];
	int width;

	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
		int number = w->lists <= LIST_DEPTH_MAX ? w->numbers[w->lists - 1]++ : 1;
		if (number < 0 || number > 999999999)
			number = 999999999; /* CommonMark 5.2: nine digits */
		snprintf(marker, sizeof(marker), "%d%c ", number, other ? ')' : '.');
	} else
		snprintf(marker, sizeof(marker), "%c ", other ? '+' : '-');
	width = (int)strlen(marker);
	if (width < w->site->list_indent_columns)
		width = w->site->list_indent_columns;
	containers_enter_item(&w->around, marker, width, markdown_item_is_tight(item), first);
}

/* Two lists of one kind side by side would become one: every other one gets
 * another marker, which its user data remembers. */
static void enter_list(struct writer *w, cmark_node *list)
{
	cmark_node *previous = cmark_node_previous(list);

	if (previous && cmark_node_get_type(previous) == CMARK_NODE_LIST &&
	    cmark_node_get_list_type(previous) == cmark_node_get_list_type(list) &&
	    !cmark_node_get_user_data(previous))
		cmark_node_set_user_data(list, w);
	if (w->lists++ < LIST_DEPTH_MAX)
		w->numbers[w->lists - 1] = cmark_node_get_list_start(list);
}

static void start_leaf(struct writer *w, enum escape_context context)
{
	strbuf_clear(&w->line);
	w->inlines = (struct inline_writer){ .site = w->site, .arena = w->arena, .out = &w->line,
					     .context = context, .line_start = true, .taker = w->taker,
					     .around = &w->tree->notes };
}

static void put_heading(struct writer *w, cmark_node *heading)
{
	int level = cmark_node_get_heading_level(heading) + w->heading_shift;
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%.*s ", level > 6 ? 6 : level, "######");
	strbuf_addslice(&text, strbuf_slice(&w->line));
	put_block(w, strbuf_slice(&text));
	strbuf_release(&text);
}

static void put_code_block(struct writer *w, cmark_node *node)
{
	struct slice code = markdown_clean(w->arena, cmark_node_get_literal(node), true);

	strbuf_clear(&w->line);
	site_put_code_block(w->site, &w->line, cmark_node_get_fence_info(node), code, w->around.depth > 0);
	put_block(w, (struct slice){ w->line.text, w->line.len_bytes - 1 });
}

/* Line for line as text; an empty line ends the paragraph. */
static void put_html_block(struct writer *w, cmark_node *node)
{
	struct slice html = markdown_clean(w->arena, cmark_node_get_literal(node), true);
	size_t at = 0;

	strbuf_clear(&w->line);
	while (at < html.len_bytes) {
		const char *end = memchr(html.at + at, '\n', html.len_bytes - at);
		size_t len = end ? (size_t)(end - html.at) - at : html.len_bytes - at;
		bool empty = strspn(html.at + at, " \t") >= len;

		if (!empty) {
			if (w->line.len_bytes)
				strbuf_addf(&w->line, "%s\n", w->site->hard_break);
			site_put_text(w->site, &w->line, (struct slice){ html.at + at, len }, ESCAPE_PROSE,
				      ESCAPE_WHOLE);
		}
		at += len + 1;
		if (w->line.len_bytes && (empty || at >= html.len_bytes)) {
			put_block(w, strbuf_slice(&w->line));
			strbuf_clear(&w->line);
		}
	}
}

static void write_inlines(struct inline_writer *inlines, cmark_node *root, size_t skip_bytes)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	bool gap = false;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (type == CMARK_NODE_TEXT && skip_bytes) {
			struct slice text = markdown_clean(inlines->arena, cmark_node_get_literal(node), false);
			/* Of an empty cell the parser keeps no blank. */
			size_t skip = skip_bytes < text.len_bytes ? skip_bytes : text.len_bytes;
			struct slice rest = { text.at + skip, text.len_bytes - skip };

			if (rest.len_bytes && inlines->taker)
				inline_put_text(inlines, rest);
			else if (rest.len_bytes)
				inlines->site->text(inlines->out, rest, inlines->context, ESCAPE_LINE_START);
			inlines->line_start = inlines->line_start && !rest.len_bytes;
			skip_bytes = 0;
			continue;
		}
		if (event == CMARK_EVENT_EXIT && (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING))
			gap = true;
		/* The text of what comes next: a blank between blocks. */
		if (gap && event == CMARK_EVENT_ENTER && type >= CMARK_NODE_FIRST_INLINE) {
			strbuf_addch(inlines->out, ' ');
			gap = false;
		}
		if (type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK) {
			struct slice text = markdown_clean(inlines->arena, cmark_node_get_literal(node), false);

			while (text.len_bytes && text.at[text.len_bytes - 1] == ' ')
				text.len_bytes--;
			if (!inlines->line_start)
				strbuf_addch(inlines->out, ' ');
			if (type == CMARK_NODE_CODE_BLOCK)
				site_put_code_span(inlines->site, inlines->out, text, inlines->context);
			else
				inlines->site->text(inlines->out, text, inlines->context, ESCAPE_WHOLE);
			inlines->line_start = false;
			gap = true;
			continue;
		}
		inline_write(inlines, event, node);
	}
	cmark_iter_free(iter);
}

static void put_table(struct writer *w, const struct table *table)
{
	strbuf_clear(&w->line);
	for (size_t i = 0; i < table->rows * table->columns; i++) {
		struct inline_writer inlines = { .site = w->site, .arena = w->arena, .out = &w->line,
						 .context = ESCAPE_CELL, .one_line = true, .line_start = true,
						 .taker = w->taker, .around = &w->tree->notes };
		struct markdown_tree cell;

		strbuf_addstr(&w->line, i % table->columns ? " " : "| ");
		markdown_tree_parse_cell(&cell, w->arena, table->cells[i], &w->tree->notes);
		write_inlines(&inlines, cell.root, strlen(MARKDOWN_CELL_LEAD));
		markdown_tree_release(&cell);
		strbuf_addstr(&w->line, " |");
		if ((i + 1) % table->columns)
			continue;
		strbuf_addch(&w->line, '\n');
		if (i + 1 == table->columns) {
			for (size_t c = 0; c < table->columns; c++)
				strbuf_addstr(&w->line, c ? " --- |" : "| --- |");
			strbuf_addch(&w->line, '\n');
		}
	}
	put_block(w, (struct slice){ w->line.text, w->line.len_bytes - 1 });
}

static void write_event(struct writer *w, cmark_iter *iter, cmark_event_type event, cmark_node *node)
{
	bool enter = event == CMARK_EVENT_ENTER;
	struct table table;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		if (enter)
			containers_enter_quote(&w->around, 2);
		else
			containers_leave(&w->around);
		break;
	case CMARK_NODE_LIST:
		if (enter)
			enter_list(w, node);
		else
			w->lists--;
		break;
	case CMARK_NODE_ITEM:
		if (enter) {
			enter_item(w, node);
			break;
		}
		/* Python-Markdown knows no marker with nothing behind it: it would be text of the item before. */
		if (containers_unmarked(&w->around))
			put_block(w, slice_of(w->site->list_indent_columns > 2 ? "&#32;" : ""));
		containers_leave(&w->around);
		break;
	case CMARK_NODE_PARAGRAPH:
		if (!enter)
			put_block(w, strbuf_slice(&w->line));
		else if (markdown_tree_table(w->tree, w->arena, node, &table)) {
			put_table(w, &table);
			cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
		} else
			start_leaf(w, ESCAPE_PROSE);
		break;
	case CMARK_NODE_HEADING:
		if (enter)
			start_leaf(w, ESCAPE_HEADING);
		else
			put_heading(w, node);
		break;
	case CMARK_NODE_CODE_BLOCK:
		put_code_block(w, node);
		break;
	case CMARK_NODE_HTML_BLOCK:
		put_html_block(w, node);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		put_block(w, slice_of("***")); /* "---" would underline a line before it */
		break;
	default:
		inline_write(&w->inlines, event, node);
	}
}

static int highest_heading(cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	int highest = 6;

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);

		if (cmark_node_get_type(node) == CMARK_NODE_HEADING && cmark_node_get_heading_level(node) < highest)
			highest = cmark_node_get_heading_level(node);
	}
	cmark_iter_free(iter);
	return highest;
}

static void parse(struct markdown_tree *tree, struct arena *arena, struct slice markdown, const struct reference_taker *taker)
{
	if (taker && taker->note)
		markdown_tree_parse_noted(tree, arena, markdown);
	else
		markdown_tree_parse(tree, arena, markdown);
}

void markdown_write(struct strbuf *out, const struct site_writer *site, struct slice markdown, int section_level)
{
	markdown_write_referring(out, site, markdown, section_level, NULL);
}

void markdown_write_referring(struct strbuf *out, const struct site_writer *site, struct slice markdown,
			      int section_level, const struct reference_taker *taker)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;
	struct writer w = { .site = site, .out = out, .arena = &arena, .tree = &tree, .line = STRBUF_INIT,
			    .taker = taker };
	size_t start = out->len_bytes;
	cmark_iter *iter;
	cmark_event_type event;

	parse(&tree, &arena, markdown, taker);
	w.heading_shift = section_level + 1 - highest_heading(tree.root);
	iter = cmark_iter_new(tree.root);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		write_event(&w, iter, event, cmark_iter_get_node(iter));
	cmark_iter_free(iter);
	if (out->len_bytes > start)
		strbuf_truncate(out, out->len_bytes - 1);
	markdown_tree_release(&tree);
	strbuf_release(&w.line);
	arena_release(&arena);
}

void markdown_write_line(struct strbuf *out, const struct site_writer *site, struct slice markdown,
			 enum escape_context context)
{
	markdown_write_line_referring(out, site, markdown, context, NULL);
}

void markdown_write_line_referring(struct strbuf *out, const struct site_writer *site, struct slice markdown,
				   enum escape_context context, const struct reference_taker *taker)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;
	struct inline_writer inlines = { .site = site, .arena = &arena, .out = out, .context = context, .one_line = true,
					 .line_start = true, .taker = taker, .around = &tree.notes };

	/* Nearly every cell: behind a letter no block begins. */
	if (markdown.len_bytes && ascii_is_letter(markdown.at[0]) && markdown_is_bare(markdown)) {
		inline_put_text(&inlines, markdown);
		return;
	}
	parse(&tree, &arena, markdown, taker);
	write_inlines(&inlines, tree.root, 0);
	markdown_tree_release(&tree);
	arena_release(&arena);
}

void markdown_write_note(struct strbuf *out, const struct site_writer *site, struct slice markdown,
			 const struct reference_taker *taker, const struct markdown_notes *around)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;
	struct inline_writer inlines = { .site = site, .arena = &arena, .out = out, .context = ESCAPE_PROSE, .one_line = true,
					 .line_start = true, .taker = taker, .around = around };

	markdown_tree_parse_within(&tree, &arena, markdown, around);
	write_inlines(&inlines, tree.root, 0);
	markdown_tree_release(&tree);
	arena_release(&arena);
}
