/*
 * Written pages as HTML: whole, or only those blocks that the site would change.
 * libcmark renders without CMARK_OPT_UNSAFE, so raw HTML cannot get through; what
 * it does not know (tables) and code that the site's writer made HTML of itself
 * are put into the tree as custom nodes.
 */
#include "templates/markdown_html.h"

#include "core/base/vec.h"
#include "templates/markdown_memory.h"
#include "templates/markdown_tree.h"

#define HEADING_ID_MAX_BYTES 80
#define HEADING_IDS_MAX 500 /* each is compared with all before it */

struct heading_ids {
	const char **items;
	size_t len, capacity;
};

static cmark_node *custom(cmark_node_type type, const char *enter, const char *leave)
{
	cmark_node *node = markdown_node_new(type);

	cmark_node_set_on_enter(node, enter);
	cmark_node_set_on_exit(node, leave);
	return node;
}

/* What the site's writer wrote as HTML, and nothing else, is let through. */
static void keep_own_html(const struct site_writer *site, cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter), *own = NULL;
		cmark_node_type type = cmark_node_get_type(node);
		struct slice html = slice_of(cmark_node_get_literal(node));
		struct strbuf code = STRBUF_INIT;

		if (type == CMARK_NODE_HTML_INLINE && site_is_own_tag(site, html))
			own = custom(CMARK_NODE_CUSTOM_INLINE, html.at, "");
		else if (type == CMARK_NODE_HTML_BLOCK && site_read_pre(site, html, &code))
			own = custom(CMARK_NODE_CUSTOM_BLOCK, html.at, "");
		strbuf_release(&code);
		if (!own)
			continue;
		cmark_node_replace(node, own);
		cmark_node_free(node);
		cmark_iter_reset(iter, own, CMARK_EVENT_EXIT);
	}
	cmark_iter_free(iter);
}

static void add_rendered(struct strbuf *out, cmark_node *node)
{
	strbuf_addstr(out, cmark_render_html(node, CMARK_OPT_DEFAULT)); /* a part of the tree's memory */
}

/* <p>x …</p> without its tags and the lead that every cell is parsed with. */
static void add_cell(struct strbuf *out, const struct site_writer *site, struct arena *arena, struct slice text)
{
	static const char head[] = "<p>" "x", tail[] = "</p>\n";
	struct markdown_tree cell;
	struct strbuf html = STRBUF_INIT;
	size_t from = sizeof(head) - 1, to;

	markdown_tree_parse_cell(&cell, arena, text, NULL);
	keep_own_html(site, cell.root);
	add_rendered(&html, cell.root);
	markdown_tree_release(&cell);
	to = html.len_bytes - (sizeof(tail) - 1);
	if (from < to && html.text[from] == ' ')
		from++;
	strbuf_add(out, html.text + from, to - from);
	strbuf_release(&html);
}

static void add_table(struct strbuf *out, const struct site_writer *site, struct arena *arena, const struct table *table)
{
	strbuf_addstr(out, "<table>\n<thead>\n");
	for (size_t row = 0; row < table->rows; row++) {
		const char *tag = row ? "td" : "th";

		strbuf_addstr(out, "<tr>\n");
		for (size_t i = 0; i < table->columns; i++) {
			strbuf_addf(out, "<%s>", tag);
			add_cell(out, site, arena, table->cells[row * table->columns + i]);
			strbuf_addf(out, "</%s>\n", tag);
		}
		strbuf_addstr(out, "</tr>\n");
		if (row == 0)
			strbuf_addstr(out, "</thead>\n<tbody>\n");
	}
	strbuf_addstr(out, "</tbody>\n</table>\n");
}

static void add_block(struct strbuf *out, const struct site_writer *site, struct markdown_tree *tree, struct arena *arena,
		      cmark_node *block)
{
	struct table table;

	if (cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH && markdown_tree_table(tree, arena, block, &table))
		add_table(out, site, arena, &table);
	else
		add_rendered(out, block);
}

/* The text that a site's rules look at: not that of code in backticks, and styles end nothing, but lines and blocks do.
 * Code between tags is text to sites: marks tell where it begins and ends. */
static void add_text(struct strbuf *out, const struct site_writer *site, cmark_node *block)
{
	cmark_iter *iter = cmark_iter_new(block);

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (type == CMARK_NODE_TEXT)
			strbuf_addstr(out, cmark_node_get_literal(node));
		else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK || type == CMARK_NODE_PARAGRAPH)
			strbuf_addch(out, '\n');
		else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
			strbuf_addstr(out, cmark_node_get_title(node));
		else if (type == CMARK_NODE_HTML_INLINE && site->span_open && strcmp(cmark_node_get_literal(node), site->span_open) == 0)
			strbuf_addch(out, SITE_SPAN_BEGINS);
		else if (type == CMARK_NODE_HTML_INLINE && site->span_open && strcmp(cmark_node_get_literal(node), site->span_close) == 0)
			strbuf_addch(out, SITE_SPAN_ENDS);
	}
	cmark_iter_free(iter);
}

/* <h2>…</h2> with an id made of its text, as other sites give their headings one; the second
 * of a name gets none. */
static void add_heading(struct strbuf *out, const struct site_writer *site, struct arena *arena, cmark_node *heading, struct heading_ids *ids)
{
	struct strbuf html = STRBUF_INIT, text = STRBUF_INIT, slug = STRBUF_INIT;
	bool taken = false;

	add_rendered(&html, heading);
	add_text(&text, site, heading);
	escape_slug(&slug, strbuf_slice(&text), HEADING_ID_MAX_BYTES);
	for (size_t i = 0; i < ids->len; i++)
		taken = taken || strcmp(ids->items[i], slug.text) == 0;
	if (!slug.len_bytes || taken || ids->len == HEADING_IDS_MAX) {
		strbuf_addslice(out, strbuf_slice(&html));
	} else {
		vec_push(ids, arena_strdup(arena, slug.text));
		strbuf_addf(out, "%.3s id=\"%s\"%s", html.text, slug.text, html.text + 3);
	}
	strbuf_release(&html);
	strbuf_release(&text);
	strbuf_release(&slug);
}

void markdown_html(struct strbuf *out, const struct site_writer *site, struct slice body)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;
	struct heading_ids ids = VEC_INIT;

	markdown_tree_parse(&tree, &arena, body);
	keep_own_html(site, tree.root);
	for (cmark_node *block = cmark_node_first_child(tree.root); block; block = cmark_node_next(block))
		if (cmark_node_get_type(block) == CMARK_NODE_HEADING)
			add_heading(out, site, &arena, block, &ids);
		else
			add_block(out, site, &tree, &arena, block);
	vec_release(&ids);
	markdown_tree_release(&tree);
	arena_release(&arena);
}

/* ---- blocks that a site would change ------------------------------------------------ */

/* A blank line would end the block of HTML: its LF becomes a reference. */
static void add_unbroken(struct strbuf *out, struct slice html)
{
	bool blank = false; /* nothing but blanks on this line so far */

	for (size_t i = 0; i < html.len_bytes; i++) {
		char c = html.at[i];

		if (c == '\n' && blank)
			strbuf_addstr(out, "&#10;");
		else
			strbuf_addch(out, c);
		blank = c == '\n' || (blank && (c == ' ' || c == '\t'));
	}
}

static bool is_altered(const struct site_writer *site, struct markdown_tree *tree, struct arena *arena,
		       struct slice source, cmark_node *block)
{
	struct strbuf text = STRBUF_INIT;
	cmark_node_type type = cmark_node_get_type(block);
	struct table table;
	bool altered;

	/* A directive of the writer's own: in texts, colons are references. */
	if (type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK ||
	    (source.len_bytes > 3 && memcmp(source.at, ":::", 3) == 0))
		return false;
	if (type == CMARK_NODE_PARAGRAPH && markdown_tree_table(tree, arena, block, &table)) {
		for (size_t i = 0; i < table.rows * table.columns; i++) {
			struct markdown_tree cell;

			markdown_tree_parse_cell(&cell, arena, table.cells[i], NULL);
			add_text(&text, site, cell.root);
			strbuf_addch(&text, '\n');
			markdown_tree_release(&cell);
		}
	} else
		add_text(&text, site, block);
	altered = site->alters(strbuf_slice(&text));
	strbuf_release(&text);
	return altered;
}

void markdown_put_unaltered(struct strbuf *out, const struct site_writer *site, struct slice body)
{
	markdown_put_unaltered_noting(out, site, body, NULL);
}

void markdown_put_unaltered_noting(struct strbuf *out, const struct site_writer *site, struct slice body,
				   struct block_places *places)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;

	markdown_tree_parse(&tree, &arena, body);
	for (cmark_node *block = cmark_node_first_child(tree.root); block; block = cmark_node_next(block)) {
		cmark_node *next = cmark_node_next(block);
		size_t from = tree.line_starts[cmark_node_get_start_line(block) - 1];
		size_t to = next ? tree.line_starts[cmark_node_get_start_line(next) - 1] : tree.source.len_bytes;
		struct slice source = { tree.source.at + from, to - from };
		struct strbuf html = STRBUF_INIT;
		struct block_place place = { from, out->len_bytes };

		if (places)
			vec_push(&places->at, place);
		if (is_altered(site, &tree, &arena, source, block)) {
			keep_own_html(site, block);
			add_block(&html, site, &tree, &arena, block);
			add_unbroken(out, strbuf_slice(&html));
			strbuf_addstr(out, next ? "\n" : "");
		} else
			strbuf_addslice(out, source);
		strbuf_release(&html);
	}
	markdown_tree_release(&tree);
	arena_release(&arena);
}
