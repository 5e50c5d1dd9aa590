/* The lines of a laid-out document, being made: shared by markdown_layout*.c. */
#ifndef AITIA_TEMPLATES_LAYOUT_H
#define AITIA_TEMPLATES_LAYOUT_H

#include "core/base/vec.h"
#include "templates/containers.h"
#include "templates/markdown_tree.h"
#include "templates/wrap.h"

struct layout {
	struct arena *arena;
	int width;
	struct markdown_tree tree;
	struct containers around;
	int numbers[CONTAINERS_DEPTH_MAX + 1];
	int lists;
	VEC_OF(struct rich_line) lines;
	VEC_OF(struct text_run) runs;     /* of the leaf block being gathered */
	int strong, emphasis, links;      /* open */
	bool heading;
	size_t label_at;                  /* run at which the open link's label starts */
	size_t source_line;               /* of the block at hand */
};

/* Inlines into w->runs; false if the node is none. */
bool layout_inline(struct layout *w, cmark_event_type event, cmark_node *node);
void layout_table(struct layout *w, const struct table *table);

/* Columns within quotes and list items, at least 1. */
int layout_inner_width(const struct layout *w);
/* Opens a block: the blank line before it, if there is to be one. */
void layout_gap(struct layout *w);
/* One line behind the prefix of the open containers. */
void layout_put_line(struct layout *w, const struct rich_span *spans, size_t count);
void layout_add_run(struct layout *w, enum rich_style style, struct slice text);

#endif
