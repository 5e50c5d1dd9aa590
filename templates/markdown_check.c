#include "templates/markdown.h"
#include "templates/markdown_tree.h"

/* Whether the block's content is `code` once the site's replacements are undone. */
static bool holds(const struct site_writer *site, cmark_node *block, struct slice code)
{
	struct slice literal = slice_of(cmark_node_get_literal(block));
	struct strbuf back = STRBUF_INIT;
	bool same;

	if (!site->uncode)
		return slice_eq(literal, code);
	site->uncode(&back, literal);
	same = slice_eq(strbuf_slice(&back), code);
	strbuf_release(&back);
	return same;
}

enum status markdown_check_page(const struct site_writer *site, struct slice page, const struct slice *codes,
				size_t count, struct error *err)
{
	cmark_node *root = cmark_parse_document(page.at, page.len_bytes, CMARK_OPT_DEFAULT);
	cmark_iter *iter = cmark_iter_new(root);
	enum status status = STATUS_OK;
	size_t found = 0;

	while (status == STATUS_OK && cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
			status = error_set(err, STATUS_INPUT,
					   "The page for %s would hold raw HTML at line %d: \"%.60s\".",
					   site->name, cmark_node_get_start_line(node),
					   cmark_node_get_literal(node));
		else if (type == CMARK_NODE_CODE_BLOCK && found < count && holds(site, node, codes[found]))
			found++;
	}
	if (status == STATUS_OK && found < count)
		status = error_set(err, STATUS_INPUT,
				   "The page for %s does not read back: code block %zu of %zu is not as it was.",
				   site->name, found + 1, count);
	cmark_iter_free(iter);
	cmark_node_free(root);
	return status;
}

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
