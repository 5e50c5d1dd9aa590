#include <stdlib.h>

#include "core/base/vec.h"
#include "templates/markdown.h"
#include "templates/markdown_memory.h"
#include "templates/markdown_tree.h"

/* Whether the block's content is `code` once the site's replacements are undone. */
static bool holds(const struct site_writer *site, struct slice literal, struct slice code)
{
	struct strbuf back = STRBUF_INIT;
	bool same;

	if (!site->uncode)
		return slice_eq(literal, code);
	site->uncode(&back, literal);
	same = slice_eq(strbuf_slice(&back), code);
	strbuf_release(&back);
	return same;
}

/* Raw HTML that the site's writer makes of code; its code then. */
static bool is_own_html(const struct site_writer *site, cmark_node *node, struct strbuf *code)
{
	struct slice html = slice_of(cmark_node_get_literal(node));

	if (cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE)
		return site_is_own_tag(site, html);
	return site_read_pre(site, html, code);
}

static enum status check_codes(const struct site_writer *site, cmark_node *root, const struct slice *codes, size_t count,
			       struct error *err)
{
	cmark_iter *iter = cmark_iter_new(root);
	enum status status = STATUS_OK;
	size_t found = 0;

	while (status == STATUS_OK && cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		struct strbuf code = STRBUF_INIT;

		if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) {
			if (!is_own_html(site, node, &code))
				status = error_set(err, STATUS_INPUT,
						   "The page for %s would hold raw HTML at line %d: \"%.60s\".",
						   site->name, cmark_node_get_start_line(node),
						   cmark_node_get_literal(node));
			else if (type == CMARK_NODE_HTML_BLOCK && found < count && slice_eq(strbuf_slice(&code), codes[found]))
				found++;
		} else if (type == CMARK_NODE_CODE_BLOCK && found < count &&
			   holds(site, slice_of(cmark_node_get_literal(node)), codes[found]))
			found++;
		strbuf_release(&code);
	}
	if (status == STATUS_OK && found < count)
		status = error_set(err, STATUS_INPUT,
				   "The page for %s does not read back: code block %zu of %zu is not as it was.",
				   site->name, found + 1, count);
	cmark_iter_free(iter);
	return status;
}

enum status markdown_check_page(const struct site_writer *site, struct slice page, const struct slice *codes,
				size_t count, struct error *err)
{
	cmark_node *root = markdown_parse(page);
	enum status status = check_codes(site, root, codes, count, err);

	markdown_free(root);
	return status;
}

/* ---- headings and cells --------------------------------------------------------------- */

struct texts {
	VEC_OF(struct slice) items;
};

static int compare_texts(const void *left, const void *right)
{
	const struct slice *a = left, *b = right;
	size_t common = a->len_bytes < b->len_bytes ? a->len_bytes : b->len_bytes;
	int order = common ? memcmp(a->at, b->at, common) : 0;

	return order ? order : (a->len_bytes > b->len_bytes) - (a->len_bytes < b->len_bytes);
}

/* What a reader sees of a block, without the first `skip_bytes` of its text. */
static struct slice seen_text(struct arena *arena, cmark_node *block, size_t skip_bytes)
{
	cmark_iter *iter = cmark_iter_new(block);
	struct strbuf text = STRBUF_INIT;
	struct slice seen;

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		const char *literal = cmark_node_get_literal(node);

		if (literal && cmark_node_get_type(node) != CMARK_NODE_HTML_INLINE)
			strbuf_addstr(&text, literal);
	}
	cmark_iter_free(iter);
	if (skip_bytes > text.len_bytes) /* of an empty cell the parser keeps no blank */
		skip_bytes = text.len_bytes;
	seen = arena_slice(arena, (struct slice){ text.text + skip_bytes, text.len_bytes - skip_bytes });
	strbuf_release(&text);
	return seen;
}

void markdown_read_line(struct arena *arena, struct slice line, struct slice *text)
{
	struct markdown_tree tree;

	if (markdown_is_bare(line)) { /* most cells; to ask the parser of them is most of what reading back costs */
		*text = arena_slice(arena, line.len_bytes ? line : slice_of(""));
		return;
	}
	markdown_tree_parse_cell(&tree, arena, line, NULL);
	*text = seen_text(arena, tree.root, strlen(MARKDOWN_CELL_LEAD));
	markdown_tree_release(&tree);
}

static void collect_cells(struct arena *arena, const struct table *table, struct texts *cells)
{
	for (size_t i = 0; i < table->rows * table->columns; i++) {
		struct slice seen;

		markdown_read_line(arena, table->cells[i], &seen);
		vec_push(&cells->items, seen);
	}
}

/* Each of `expected` as often as it is there, in `seen`; NULL or the first that is not. */
static const struct slice *missing_text(struct arena *arena, const struct slice *expected, size_t count,
					struct texts *seen)
{
	struct slice *wanted = arena_array(arena, count ? count : 1, sizeof(*wanted));
	size_t at = 0;

	for (size_t i = 0; i < count; i++)
		wanted[i] = expected[i];
	if (count > 1)
		qsort(wanted, count, sizeof(*wanted), compare_texts);
	if (seen->items.len > 1)
		qsort(seen->items.items, seen->items.len, sizeof(*seen->items.items), compare_texts);
	for (size_t i = 0; i < count; i++) {
		while (at < seen->items.len && compare_texts(&seen->items.items[at], &wanted[i]) < 0)
			at++;
		if (at == seen->items.len || compare_texts(&seen->items.items[at], &wanted[i]) != 0)
			return &wanted[i];
		at++;
	}
	return NULL;
}

/* The notes at the end of the page, in their order. */
static void collect_notes(const struct site_writer *site, struct arena *arena, const struct markdown_tree *tree,
			  struct texts *notes)
{
	cmark_node *list = cmark_node_last_child(tree->root);

	for (size_t i = 0; !site->notes_in_html && i < tree->notes.count; i++) {
		struct slice text = tree->notes.items[i].text, seen;

		if (text.len_bytes && text.at[text.len_bytes - 1] == '\n')
			text.len_bytes--;
		markdown_read_line(arena, text, &seen);
		vec_push(&notes->items, seen);
	}
	if (!site->notes_in_html || !list || cmark_node_get_type(list) != CMARK_NODE_LIST)
		return;
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item))
		vec_push(&notes->items, seen_text(arena, item, 0));
}

static enum status check_notes(const struct site_writer *site, struct arena *arena, const struct markdown_tree *tree,
			       const struct page_texts *expected, struct error *err)
{
	struct texts notes = { VEC_INIT };
	enum status status = STATUS_OK;

	if (expected->note_count)
		collect_notes(site, arena, tree, &notes);
	for (size_t i = 0; i < expected->note_count && status == STATUS_OK; i++)
		if (i >= notes.items.len || !slice_eq(notes.items.items[i], expected->notes[i]))
			status = error_set(err, STATUS_INPUT, "The page for %s does not read back: note %zu, \"%.60s\", is not as it was.",
					   site->name, i + 1, arena_text(arena, expected->notes[i]));
	vec_release(&notes.items);
	return status;
}

static enum status check_texts(const struct site_writer *site, struct arena *arena, const struct markdown_tree *tree,
			       const struct page_texts *expected, struct error *err)
{
	struct texts headings = { VEC_INIT }, cells = { VEC_INIT };
	const struct slice *missing;
	enum status status = STATUS_OK;
	const char *what = "heading";

	for (cmark_node *block = cmark_node_first_child(tree->root); block; block = cmark_node_next(block)) {
		cmark_node_type type = cmark_node_get_type(block);
		struct table table;

		if (type == CMARK_NODE_HEADING)
			vec_push(&headings.items, seen_text(arena, block, 0));
		else if (type == CMARK_NODE_PARAGRAPH && markdown_tree_table(tree, arena, block, &table))
			collect_cells(arena, &table, &cells);
	}
	missing = missing_text(arena, expected->headings, expected->heading_count, &headings);
	if (!missing) {
		what = "cell";
		missing = missing_text(arena, expected->cells, expected->cell_count, &cells);
	}
	if (missing)
		status = error_set(err, STATUS_INPUT, "The page for %s does not read back: the %s \"%.60s\" is not as it was.",
				   site->name, what, arena_text(arena, *missing));
	else
		status = check_notes(site, arena, tree, expected, err);
	vec_release(&headings.items);
	vec_release(&cells.items);
	return status;
}

enum status markdown_check_texts(const struct site_writer *site, struct slice page, const struct page_texts *expected,
				 struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;
	enum status status;

	markdown_tree_parse_noted(&tree, &arena, page);
	status = check_texts(site, &arena, &tree, expected, err);
	markdown_tree_release(&tree);
	arena_release(&arena);
	return status;
}

enum status markdown_check(const struct site_writer *site, struct slice page, const struct slice *codes, size_t count,
			   const struct page_texts *expected, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;
	enum status status;

	markdown_tree_parse_noted(&tree, &arena, page);
	if (slice_eq(tree.source, page) && !markdown_may_have_marks(page))
		status = check_codes(site, tree.root, codes, count, err); /* the page as it stands, parsed once for both */
	else
		status = markdown_check_page(site, page, codes, count, err);
	if (status == STATUS_OK)
		status = check_texts(site, &arena, &tree, expected, err);
	markdown_tree_release(&tree);
	arena_release(&arena);
	return status;
}
