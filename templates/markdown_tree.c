#include "templates/markdown_tree.h"

#include "core/base/ascii.h"
#include "templates/escape.h"
#include "templates/markdown_memory.h"

/* Behind the next line feed; 0: there is none. */
static size_t next_line(struct slice text, size_t at)
{
	const char *feed = at < text.len_bytes ? memchr(text.at + at, '\n', text.len_bytes - at) : NULL;

	return feed ? (size_t)(feed - text.at) + 1 : 0;
}

static void parse(struct markdown_tree *tree, struct arena *arena, struct slice markdown, const struct markdown_notes *known,
		  struct markdown_notes *defined)
{
	size_t lines = 1, line = 0;

	tree->source = text_clean_slice(arena, markdown, TEXT_BLOCK);
	for (size_t at = 0; (at = next_line(tree->source, at));)
		lines++;
	tree->line_count = lines;
	tree->line_starts = arena_array(arena, lines + 1, sizeof(*tree->line_starts));
	for (size_t at = 0; (at = next_line(tree->source, at));)
		tree->line_starts[++line] = at;
	tree->line_starts[lines] = tree->source.len_bytes;
	tree->notes = (struct markdown_notes){ NULL, 0 };
	tree->root = markdown_marks_parse(arena, tree->source, known, defined);
}

void markdown_tree_parse(struct markdown_tree *tree, struct arena *arena, struct slice markdown)
{
	parse(tree, arena, markdown, NULL, NULL);
}

void markdown_tree_parse_noted(struct markdown_tree *tree, struct arena *arena, struct slice markdown)
{
	parse(tree, arena, markdown, NULL, &tree->notes);
}

void markdown_tree_parse_within(struct markdown_tree *tree, struct arena *arena, struct slice markdown,
				const struct markdown_notes *known)
{
	parse(tree, arena, markdown, known, NULL);
}

void markdown_tree_parse_cell(struct markdown_tree *tree, struct arena *arena, struct slice cell,
			      const struct markdown_notes *known)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, MARKDOWN_CELL_LEAD);
	strbuf_addslice(&text, cell);
	markdown_tree_parse_within(tree, arena, strbuf_slice(&text), known);
	strbuf_release(&text);
}

void markdown_tree_release(struct markdown_tree *tree)
{
	markdown_free(tree->root);
	tree->root = NULL;
}

bool markdown_tree_table(const struct markdown_tree *tree, struct arena *arena, cmark_node *paragraph,
			 struct table *out)
{
	int first = cmark_node_get_start_line(paragraph), last = cmark_node_get_end_line(paragraph);
	size_t from, to;

	if (cmark_node_get_type(cmark_node_parent(paragraph)) != CMARK_NODE_DOCUMENT || first < 1 ||
	    last <= first || (size_t)last > tree->line_count)
		return false;
	from = tree->line_starts[first - 1];
	to = tree->line_starts[last];
	return table_read(arena, (struct slice){ tree->source.at + from, to - from }, out);
}

struct slice markdown_clean(struct arena *arena, const char *literal, bool is_block)
{
	return text_clean_slice(arena, slice_of(literal ? literal : ""), is_block ? TEXT_BLOCK : TEXT_LINE);
}

bool markdown_is_bare(struct slice line)
{
	static const bool acts[128] = { ['\\'] = true, ['`'] = true, ['&'] = true, ['_'] = true, ['*'] = true, ['['] = true,
					[']'] = true, ['<'] = true, ['>'] = true, ['!'] = true, ['~'] = true };

	if (ascii_plain_run(line.at, line.len_bytes) < line.len_bytes)
		return false;
	for (size_t i = 0; i < line.len_bytes; i++)
		if (acts[(unsigned char)line.at[i]])
			return false;
	return !line.len_bytes || line.at[line.len_bytes - 1] != ' '; /* a blank at the end is dropped */
}

bool markdown_item_is_tight(cmark_node *item)
{
	return cmark_node_get_list_tight(cmark_node_parent(item)) != 0;
}
