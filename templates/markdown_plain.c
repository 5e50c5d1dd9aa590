#include "templates/markdown.h"

#include <string.h>

#include "templates/markdown_tree.h"

char *markdown_plain(struct arena *arena, struct slice markdown, size_t limit_bytes)
{
	struct arena scratch = ARENA_INIT;
	struct markdown_tree tree;
	struct strbuf text = STRBUF_INIT;
	cmark_iter *iter;
	char *result;

	markdown_tree_parse_noted(&tree, &scratch, markdown);
	iter = cmark_iter_new(tree.root);
	while (cmark_iter_next(iter) != CMARK_EVENT_DONE && text.len_bytes <= limit_bytes) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		const char *literal = cmark_node_get_literal(node);
		bool gap = type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ||
			   type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING;

		if (gap && text.len_bytes && text.text[text.len_bytes - 1] != ' ')
			strbuf_addch(&text, ' ');
		if (literal)
			strbuf_addslice(&text, markdown_clean(&scratch, literal, false));
	}
	cmark_iter_free(iter);
	if (text.len_bytes > limit_bytes) {
		size_t end = limit_bytes;

		while (end > 0 && text.text[end] != ' ')
			end--;
		while (end == 0 && limit_bytes > 0 && ((unsigned char)text.text[limit_bytes] & 0xc0) == 0x80)
			limit_bytes--; /* one long word: cut before a character */
		strbuf_truncate(&text, end ? end : limit_bytes);
		strbuf_addstr(&text, "…");
	}
	while (text.len_bytes && text.text[text.len_bytes - 1] == ' ')
		strbuf_truncate(&text, text.len_bytes - 1);
	result = arena_strdup(arena, text.text);
	markdown_tree_release(&tree);
	strbuf_release(&text);
	arena_release(&scratch);
	return result;
}

/* ---- as readers see it ------------------------------------------------------------------ */

struct seeing {
	struct arena *arena;
	struct strbuf text, targets;
	size_t skip_bytes; /* of the next literal */
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* As it stands, and as a browser or a mail program shows it (RFC 3986, 2.1). */
static void see_target(struct seeing *w, const char *target)
{
	if (!target || !*target)
		return;
	strbuf_addf(&w->targets, "%s\n", target);
	if (!strchr(target, '%'))
		return;
	for (const char *at = target; *at; at++) {
		int high = *at == '%' ? hex_value(at[1]) : -1, low = high >= 0 ? hex_value(at[2]) : -1;

		if (low < 0) {
			strbuf_addch(&w->targets, *at);
			continue;
		}
		strbuf_addch(&w->targets, (char)(high * 16 + low));
		at += 2;
	}
	strbuf_addch(&w->targets, '\n');
}

static void end_block(struct seeing *w)
{
	while (w->text.len_bytes && (w->text.text[w->text.len_bytes - 1] == ' ' || w->text.text[w->text.len_bytes - 1] == '\n'))
		strbuf_truncate(&w->text, w->text.len_bytes - 1);
	if (w->text.len_bytes)
		strbuf_addstr(&w->text, "\n\n");
}

static void see_node(struct seeing *w, cmark_node *node, bool enter)
{
	cmark_node_type type = cmark_node_get_type(node);
	bool is_block = type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK;
	const char *literal = enter ? cmark_node_get_literal(node) : NULL;

	if (type == CMARK_NODE_SOFTBREAK)
		strbuf_addch(&w->text, ' ');
	else if (type == CMARK_NODE_LINEBREAK)
		strbuf_addch(&w->text, '\n');
	else if (is_block || type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING)
		end_block(w);
	if (enter && (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)) {
		see_target(w, cmark_node_get_url(node));
		see_target(w, cmark_node_get_title(node));
	}
	if (enter && type == CMARK_NODE_CODE_BLOCK)
		see_target(w, cmark_node_get_fence_info(node));
	if (literal) {
		size_t skip = strlen(literal) < w->skip_bytes ? strlen(literal) : w->skip_bytes;

		strbuf_addslice(&w->text, markdown_clean(w->arena, literal + skip, is_block));
		w->skip_bytes = 0;
	}
	if (is_block)
		end_block(w);
}

static void see_tree(struct seeing *w, const struct markdown_tree *tree, bool with_tables)
{
	cmark_iter *iter = cmark_iter_new(tree->root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		struct table table;

		if (!with_tables || event != CMARK_EVENT_ENTER || cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH ||
		    !markdown_tree_table(tree, w->arena, node, &table)) {
			see_node(w, node, event == CMARK_EVENT_ENTER);
			continue;
		}
		for (size_t i = 0; i < table.rows * table.columns; i++) {
			struct markdown_tree cell;

			end_block(w);
			markdown_tree_parse_cell(&cell, w->arena, table.cells[i], NULL);
			w->skip_bytes = strlen(MARKDOWN_CELL_LEAD);
			see_tree(w, &cell, false);
			markdown_tree_release(&cell);
		}
		cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
	}
	cmark_iter_free(iter);
}

void markdown_seen(struct arena *arena, struct slice markdown, struct slice *text, struct slice *targets)
{
	struct arena scratch = ARENA_INIT;
	struct seeing w = { .arena = &scratch, .text = STRBUF_INIT, .targets = STRBUF_INIT };
	struct markdown_tree tree;

	markdown_tree_parse(&tree, &scratch, markdown);
	see_tree(&w, &tree, true);
	*text = arena_slice(arena, strbuf_slice(&w.text));
	*targets = arena_slice(arena, strbuf_slice(&w.targets));
	markdown_tree_release(&tree);
	strbuf_release(&w.text);
	strbuf_release(&w.targets);
	arena_release(&scratch);
}
