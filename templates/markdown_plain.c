#include "templates/markdown.h"
#include "templates/markdown_tree.h"

char *markdown_plain(struct arena *arena, struct slice markdown, size_t limit_bytes)
{
	struct arena scratch = ARENA_INIT;
	struct markdown_tree tree;
	struct strbuf text = STRBUF_INIT;
	cmark_iter *iter;
	char *result;

	markdown_tree_parse(&tree, &scratch, markdown);
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
