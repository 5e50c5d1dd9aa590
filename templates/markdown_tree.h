/* What the markdown*.c files share: the one header that includes libcmark's. */
#ifndef AITIA_TEMPLATES_MARKDOWN_TREE_H
#define AITIA_TEMPLATES_MARKDOWN_TREE_H

#include <cmark.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "templates/markdown_marks.h"
#include "templates/markdown_table.h"

/* A parsed document and its source by lines. */
struct markdown_tree {
	cmark_node *root;
	struct slice source;       /* cleaned; in the arena */
	size_t *line_starts;       /* [line_count + 1], in the arena */
	size_t line_count;
	struct markdown_notes notes; /* that it defines, if that was asked */
};

/* To be released. The parser has merged adjacent text nodes (an escape must see
 * "1" and "." together to know a list item's start). */
void markdown_tree_parse(struct markdown_tree *tree, struct arena *arena, struct slice markdown);
/* Likewise, and its notes are no text: marks in the tree, and tree->notes. */
void markdown_tree_parse_noted(struct markdown_tree *tree, struct arena *arena, struct slice markdown);
/* Of a note's text: it refers to notes of the text around it (NULL: to none). */
void markdown_tree_parse_within(struct markdown_tree *tree, struct arena *arena, struct slice markdown,
				const struct markdown_notes *known);
void markdown_tree_release(struct markdown_tree *tree);

/* The text of a table's cell as inlines: the tree's first text node starts with
 * MARKDOWN_CELL_LEAD, which is to be skipped; it keeps "- x" from being a list. */
#define MARKDOWN_CELL_LEAD "x "
void markdown_tree_parse_cell(struct markdown_tree *tree, struct arena *arena, struct slice cell,
			      const struct markdown_notes *known);

/* Whether a paragraph is a table; only at the top level. */
bool markdown_tree_table(const struct markdown_tree *tree, struct arena *arena, cmark_node *paragraph,
			 struct table *out);

/* A node's literal, url or title, cleaned; references may have brought in anything. */
struct slice markdown_clean(struct arena *arena, const char *literal, bool is_block);

/* Whether CommonMark makes nothing of any of it within a line. */
bool markdown_is_bare(struct slice line);

/* Whether the items of the item's list stand without blank lines. */
bool markdown_item_is_tight(cmark_node *item);

#endif
